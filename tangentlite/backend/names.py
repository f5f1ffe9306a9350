"""Choose a Python name for every value: the only place where single assignment ends.

All versions of the user's `y` are called `y`, unless two of them are needed at the same time; then the later one is `y_1`.
Temporaries are named after the variable they help to compute, adjoints after their primal. One that is computed again, from
what has the same name, has its name again.
"""
from __future__ import annotations

import itertools
import keyword
import sys
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from tangentlite.analyses.origins import Origins
from tangentlite.analyses.positions import Positions
from tangentlite.analyses.ranges import Range, Ranges
from tangentlite.ir.groups import root_of
from tangentlite.ir.trace import Const, Eqn, For, If, Trace, Var, While, ends, spelled_alike, walk
from tangentlite.ir.updates import FUNCTIONAL

FOREVER = sys.maxsize  # later than any point of a program


class Names:
    """`of[v]` is the name of every value that has a line or a place of its own in the text."""

    def __init__(self, trace: Trace, reserved: Iterable[str], read_globals: Iterable[str] = (), kinds: Mapping[Var, Any] = {}) -> None:
        self.parent: dict[Var, Var] = {}
        self.of: dict[Var, str] = {}
        self.taken: dict[str, list[Range]] = {}
        self.counters: dict[str, int] = {}
        self.planned: dict[Var, str] = {}  # names that adjoints were spelled after before the value itself was reached
        self.reserved = {*reserved, *keyword.kwlist}
        self.globals = set(read_globals)
        self.related: dict[Var, list[Var]] = {}  # values that are copied into one another
        self.made = {s.out: s for s in walk(trace.block) if isinstance(s, Eqn) and len(s.outs) == 1}
        self.computed: dict[Any, str] = {}  # names by what is computed
        self.unite(trace)
        found = Ranges(trace, kinds)
        ranges, self.counted = found.of, found.counted
        self.letters = sorted({"j", "k"} - {v.hint for v in ranges})  # for indices inside of a loop that counts with `i`
        self.counting: dict[str, Range] = {}  # the last loop that counts with a name
        groups: dict[Var, list[Var]] = {}
        for v in ranges:
            groups.setdefault(self.root(v), []).append(v)
        for p in trace.block.params:
            self.settle(groups.pop(self.root(p)), p, ranges, parameter=True)
        for members in sorted(groups.values(), key=lambda vs: min(ranges[v][0] for v in vs)):
            self.settle(members, members[0], ranges)

    # -- values that must share a name --------------------------------------------------------------------------------------

    def root(self, v: Var) -> Var:
        return root_of(v, self.parent)

    def same(self, a: Any, b: Any) -> None:
        if isinstance(a, Var) and isinstance(b, Var) and self.root(a) is not self.root(b):
            self.parent[self.root(b)] = self.root(a)

    def unite(self, trace: Trace) -> None:
        """A carried value and the result of its loop are one variable; so are an array and its updates in place."""
        origins = Origins(trace, FUNCTIONAL)
        for s in walk(trace.block):
            match s:
                case If():
                    for o, x, y in ends(s):
                        self.relate(o, x)
                        self.relate(o, y)
                case Eqn() if s.op in FUNCTIONAL:
                    self.same(s.args[0], s.outs[0])
                case For() | While():
                    for p, o, i, n in zip(s.carried, s.outs, s.inits, s.body.outs):
                        self.same(p, o)
                        if isinstance(i, Var) and spelled_alike(p, i) and origins.of(p) is origins.of(i):
                            self.same(p, i)  # an object that the loop updates
                        self.relate(p, i)
                        self.relate(p, n)
                    if isinstance(s, While):
                        for p, q in zip(s.carried, s.test.params):
                            self.same(p, q)
        for again, recorded in Positions(trace).again.items():
            self.relate(again, recorded)

    def relate(self, a: Var, b: Any) -> None:
        if isinstance(b, Var):
            self.related.setdefault(a, []).append(b)
            self.related.setdefault(b, []).append(a)

    # -- naming ------------------------------------------------------------------------------------------------------------------

    def settle(self, members: list[Var], first: Var, ranges: dict[Var, list[Range]], parameter: bool = False) -> None:
        spans = merged(r for v in members for r in ranges[v])
        akin = [self.of[r] for v in members for r in self.related.get(v, ()) if r in self.of and spelled_alike(r, first)]
        for name in itertools.chain(akin if not parameter else (), self.wishes(first)):
            if self.may_be_called(name) if parameter and not first.suffix else self.is_free(name, spans, first):
                break
        self.taken[name] = merged([*self.taken.get(name, ()), *spans])
        if first in self.counted:
            self.counting[name] = self.counted[first]
        what = self.expression(first)
        if what is not None:
            self.computed[what] = name
        for v in members:
            self.of[v] = name

    def may_be_called(self, parameter: str) -> bool:
        """Parameters of the primal keep their names, whatever else has the name; those made here respect the user's globals."""
        return parameter not in self.taken and parameter not in self.globals

    def is_free(self, name: str, spans: list[Range], v: Var) -> bool:
        """No other value has the name while this one is kept; an inner loop does not count with the index of an outer one."""
        if name in self.reserved or self.overlaps(name, spans):
            return False
        around = self.counting.get(name)
        return v not in self.counted or around is None or name == "_" or around[1] < self.counted[v][0]

    def wishes(self, v: Var) -> Iterable[str]:
        """Names for a value, best first; never ending."""
        if v in self.planned:
            yield self.planned[v]
        what = self.expression(v)
        if what in self.computed:
            yield self.computed[what]
        base = self.wish(v)
        numbered = v.like is None and (v.temp or not v.hint)
        stem = base or "v"
        if not numbered:
            yield base
        if base == "i" and v in self.counted:
            yield from self.letters
        separator = "" if not base else "_"
        last = self.counters.get(stem, 0)
        if last:
            yield f"{stem}{separator}{last}"
        while True:
            self.counters[stem] = self.counters.get(stem, 0) + 1
            yield f"{stem}{separator}{self.counters[stem]}"

    def expression(self, v: Var) -> Any:
        """What a temporary is: an operation on what has names."""
        e = self.made.get(v)
        if e is None or v.like is not None or v.hint and not v.temp or e.kwargs or not isinstance(e.op, Hashable) or e.op in FUNCTIONAL:
            return None
        operands = tuple(self.of.get(a) if isinstance(a, Var) else a for a in e.args)
        return (v.hint, e.op, operands) if all(isinstance(a, (str, Const)) for a in operands) else None

    def wish(self, v: Var) -> str:
        if v.like is not None:
            return self.stem(v.like) + v.suffix
        return v.hint

    def stem(self, v: Var) -> str:
        """What adjoints of `v` are named after, whether or not `v` itself is written out."""
        suffixes = []
        while v not in self.of and v not in self.planned and v.like is not None:
            suffixes.append(v.suffix)
            v = v.like
        if v in self.of or v in self.planned:
            name = self.of.get(v) or self.planned[v]
        elif v.temp:
            stem = v.hint or "v"
            self.counters[stem] = self.counters.get(stem, 0) + 1
            self.planned[v] = name = f"{stem}_{self.counters[stem]}" if v.hint else f"v{self.counters[stem]}"
        else:
            name = v.hint or "v"
        return name + "".join(reversed(suffixes))

    def overlaps(self, name: str, spans: list[Range]) -> bool:
        held = self.taken.get(name)
        if not held:
            return False
        for start, end in spans:
            k = bisect_right(held, (end, FOREVER))
            if k and held[k - 1][1] >= start:
                return True
        return False


def merged(spans: Iterable[Range]) -> list[Range]:
    """Disjoint ranges in ascending order."""
    result: list[Range] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result

