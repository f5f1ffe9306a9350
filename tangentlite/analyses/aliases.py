"""Which arrays are surely different memory, though loops hand them on to one another.

    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i - 1] + u[i + 1]     `u` and `v` are different arrays in every iteration
        u, v = v, u

Where `Storage` tells which values may ever share memory, this tells of two values of the same iteration whether they do.
"""
from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound
from tangentlite.ir.trace import Call, Captured, ClassMember, Eqn, For, If, Stmt, Trace, Try, Var, While, blocks, ends
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.rules.callees import normal_of
from tangentlite.rules.registry import rule_of

Sources = frozenset[Var]


class Aliases:
    """The sources of a value are where its memory comes from, as seen in the same iteration of every loop around it:
    a value that an equation allocates, a parameter of the function, a value that a loop carries, or the result of a loop.
    """

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds
        self.made: dict[Var, Stmt] = {}
        self.loops: dict[Var, tuple[For | While, int]] = {}  # of carried values and results: the loop, and which of its values
        self.inside: dict[Stmt, set[Stmt]] = {}  # the loops around a statement
        self.order: dict[Stmt, int] = {}  # where a loop begins
        self.params = set(trace.block.params)
        self.foreign = set(trace.foreign)
        self.known: dict[Var, Sources | None] = {}
        self.exchanges: dict[Stmt, bool] = {}
        self.visit(trace.block, set())

    def visit(self, block: Any, around: set[Stmt]) -> None:
        for s in block.stmts:
            self.inside[s], self.order[s] = around, len(self.order)
            self.made.update(dict.fromkeys(s.outs, s))
            if isinstance(s, For | While):
                for values in (s.outs, s.carried, s.test.params if isinstance(s, While) else ()):
                    self.loops.update((v, (s, k)) for k, v in enumerate(values))
            for inner in blocks(s):
                self.visit(inner, around | {s} if isinstance(s, For | While) else around)

    def apart(self, a: Any, b: Any) -> bool:
        """Are these surely different arrays?"""
        a, b = self.unwritten(a), self.unwritten(b)
        both = self.made.get(a)
        if isinstance(both, If) and not isinstance(both, Try) and both is self.made.get(b) and a is not b:
            i, j = both.outs.index(a), both.outs.index(b)
            return all(self.apart(arm.outs[i], arm.outs[j]) for arm in (both.then, both.orelse))
        first, second = self.sources(a), self.sources(b)
        return first is not None and second is not None and not any(self.same(x, y) for x, y in itertools.product(first, second))

    def allocated(self, v: Any) -> Sources | None:
        """What allocates the memory, in this iteration of every loop around it; None where it may be from before."""
        found, seen = set(), set()
        todo: list[Any] = list(self.sources(v) or (None,))
        while todo:
            x = todo.pop()
            if x in seen:
                continue
            seen.add(x)
            if x in self.loops:  # and every iteration of that loop keeps it where it is
                loop, k = self.loops[x]
                stays = self.sources(loop.body.outs[k]) == frozenset([loop.carried[k]])
                todo += (stays and self.sources(loop.inits[k])) or (None,)
            elif x is None or x in self.foreign:
                return None
            else:
                found.add(x)
        return frozenset(found)

    def is_before(self, v: Any, allocated: Sources) -> bool:
        """Does a loop carry `v` into an iteration that allocates these? A tape holds no array of the iteration then."""
        return all(self.is_older(v, x) for x in allocated)

    def unwritten(self, v: Any) -> Any:
        """The value before the writes into it."""
        while isinstance(made := self.made.get(v), Eqn) and (made.op in INPLACE or made.op in FUNCTIONAL):
            v = made.args[0]
        return v

    def sources(self, v: Any) -> Sources | None:
        """Where the memory of a value comes from; None where that is not known."""
        if not isinstance(v, Var):
            return frozenset()
        if v not in self.known:
            self.known[v] = None
            self.known[v] = self.found(v)
        return self.known[v]

    def found(self, v: Var) -> Sources | None:
        if v in self.loops or v in self.params:
            return frozenset([v])
        s = self.made.get(v)
        if isinstance(s, If):
            return united(*(self.sources(a) for o, *arms in ends(s) if o is v for a in arms))
        if isinstance(s, Call) and v in dict(s.updated):
            return united(self.sources(dict(s.updated)[v]), frozenset([v]))
        if not isinstance(s, Eqn) or isinstance(s.op, (Captured, ClassMember, Bound)):
            return None
        if s.op in INPLACE or s.op in FUNCTIONAL:
            return self.sources(s.args[0])
        op, args, keywords = normal_of(s, self.kinds)
        rule = rule_of(op)
        if rule is None or not isinstance(self.kinds.get(v), K.Array):
            return None
        lenders = rule.lenders(self.kinds, args, keywords)
        return united(*map(self.sources, lenders)) if lenders else frozenset([v])

    # -- two sources ---------------------------------------------------------------------------------------------------

    def same(self, a: Var, b: Var) -> bool:
        """May two sources be the same memory?"""
        if a is b or a in self.foreign and b in self.foreign:
            return True
        if self.is_older(a, b) or self.is_older(b, a) or a not in self.loops and b not in self.loops:
            return False
        if a in self.loops and b in self.loops and self.loops[a][0] is self.loops[b][0] and (a in self.made) is (b in self.made):
            return self.loops[a][1] == self.loops[b][1] or not self.keeps_apart(self.loops[a][0])
        inner, other = (a, b) if self.start(a) >= self.start(b) else (b, a)
        before = self.before(inner)
        return before is None or any(self.same(x, other) for x in before)

    def is_older(self, x: Var, y: Var) -> bool:
        """Is `y` allocated when `x`, which a loop around it carries, is there already?"""
        made = self.made.get(y)
        return y not in self.loops and made is not None and x in self.loops and x not in self.made and self.loops[x][0] in self.inside[made]

    def is_inside(self, v: Var, loop: Stmt) -> bool:
        """Is the value one of an iteration of the loop?"""
        if v in self.made:
            return loop in self.inside[self.made[v]]
        return v in self.loops and (self.loops[v][0] is loop or loop in self.inside[self.loops[v][0]])

    def start(self, v: Var) -> int:
        """Where the loop begins that carries the value; a negative number for what no loop carries."""
        return self.order[self.loops[v][0]] if v in self.loops else -1

    def before(self, v: Var) -> Sources | None:
        """What a carried value may be, in any iteration, of what there is outside of the loop, or is allocated in it."""
        outer = self.loops[v][0]
        found, done, todo = set(), set(), [v]
        while todo:
            x = todo.pop()
            if x in done:
                continue
            done.add(x)
            loop, k = self.loops.get(x, (None, 0))
            if loop is None or loop is not outer and outer not in self.inside[loop]:
                found.add(x)
                continue
            for sources in (self.sources(loop.inits[k]), self.sources(loop.body.outs[k])):
                if sources is None:
                    return None
                todo += sources
        return frozenset(found)

    def keeps_apart(self, loop: For | While) -> bool:
        """Are the arrays that the loop carries different ones in every iteration?"""
        if loop not in self.exchanges:
            self.exchanges[loop] = True  # so at the end of an iteration if it is so at its beginning
            arrays = [k for k, p in enumerate(loop.carried) if isinstance(self.kinds.get(p, K.UNKNOWN), K.Array | K.Unknown)]
            if not all(self.apart(values[i], values[j]) for values in (loop.inits, loop.body.outs)
                       for i, j in itertools.combinations(arrays, 2)):
                self.exchanges = {other: False for other, kept in self.exchanges.items() if not kept}  # the others may have relied on it
                self.exchanges[loop] = False
        return self.exchanges[loop]


def united(*parts: Sources | None) -> Sources | None:
    found: set[Var] = set()
    for p in parts:
        if p is None:
            return None
        found |= p
    return frozenset(found)
