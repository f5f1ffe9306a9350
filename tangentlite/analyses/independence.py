"""Which loops of a trace may run through their iterations in any order.

    for i in reversed(range(1, n)):
        g = v_bar[i]                     an element of its own, which no other iteration reads or sets
        v_bar[i] = 0.0
        u_bar[i - 1] += c * g            an element that others only add to
        c_bar += u[i] * g                a sum
"""
from __future__ import annotations

import operator
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.aliases import Aliases
from tangentlite.analyses.positions import Positions
from tangentlite.analyses.storage import Storage, reads_shape
from tangentlite.analyses.summing import is_sum
from tangentlite.ir import Const, Eqn, For, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.trace import Block, Call, walk
from tangentlite.ir.updates import WRITES, add_at_inplace
from tangentlite.rules.effects import is_pure

SUMS = (operator.add, operator.sub, operator.iadd, operator.isub, runtime.add_unordered)
Index = tuple[Any, ...]


@dataclass
class Accesses:
    """Which elements of an array that it writes a loop reads, sets, and adds to."""

    others: list[Index] = field(default_factory=list)
    added: list[Index] = field(default_factory=list)


class Independence:
    """Of the iterations of the loops of a trace, after `inplace`."""

    def __init__(self, trace: Trace, kinds: Kinds) -> None:
        self.kinds, self.storage, self.aliases = kinds, Storage(trace, kinds), Aliases(trace, kinds)
        self.made = {o: s for s in walk(trace.block) if isinstance(s, Eqn) for o in s.outs}
        self.positions = Positions(trace)
        self.free: dict[For, bool] = {}  # loops that have been looked at: may their iterations be run in any order?
        self.known: dict[For, dict[Any, Accesses] | None] = {}

    def in_any_order(self, s: For) -> bool:
        """Does no iteration depend on another one, but for sums, and the same hold for every loop inside?"""
        if s not in self.free:
            self.free[s] = self.is_independent(s) and all(self.in_any_order(t) for t in walk(s.body) if isinstance(t, For))
        return self.free[s]

    def is_independent(self, s: For) -> bool:
        """Does no iteration depend on another one, but for sums?"""
        e = self.made.get(self.positions.forwards(s.iter))
        if s.stop is not None or not isinstance(s.targets, Var) or e is None or e.op is not range or not self.is_simple(s.body):
            return False
        found = self.accesses(s)
        if found is None or not all(self.is_apart(a, s.targets) for a in found.values()):
            return False
        for p, a in zip(s.carried, s.body.outs):
            stays = p in found and self.at_start(a, s) is p
            if not stays and not (self.is_float(p) and is_sum(s.body, p, a)):
                return False
        return True

    def is_simple(self, block: Block) -> bool:
        """Does the block consist of loops, branches and equations without effects, but for writes to elements?"""
        for s in walk(block):
            if isinstance(s, Call | While | Try) or isinstance(s, Eqn) and not (s.op in WRITES or is_pure(s)):
                return False
        return True

    def accesses(self, s: For) -> dict[Any, Accesses] | None:
        """What the loop does with the arrays it writes, by what they are when an iteration begins; None where that is not known."""
        if s not in self.known:
            self.known[s] = self.accesses_in(s)
        return self.known[s]

    def accesses_in(self, s: For) -> dict[Any, Accesses] | None:
        eqns = [t for t in walk(s.body) if isinstance(t, Eqn)]
        found = {self.at_start(t.args[0], s): Accesses() for t in eqns if t.op in WRITES}
        roots = {self.storage.root(t.args[0]) for t in eqns if t.op in WRITES}
        if None in found or not self.storage.foreign.isdisjoint(roots):
            return None
        for t in eqns:
            arrays = [a for a in t.inputs if isinstance(a, Var) and self.storage.root(a) in roots and not self.is_apart_from(a, found, s)]
            if not arrays or reads_shape(t):
                continue
            index = self.index(t.args[1]) if t.op in (*WRITES, operator.getitem) and arrays == [t.args[0]] else ()
            start = self.at_start(t.args[0], s)
            of = found.get(start)
            if of is None or len(index) != K.rank(self.kind(start)) or t.op in WRITES and not K.is_number(self.kind(t.args[2])):
                return None
            (of.added if t.op is add_at_inplace else of.others).append(index)
        return found

    def at_start(self, v: Any, s: For | While) -> Var | None:
        """The array that a value of an iteration is, through all writes into it, when the iteration begins."""
        sources = self.aliases.sources(v)
        while sources is not None and len(sources) == 1:
            (source,) = sources
            loop, k = self.aliases.loops.get(source, (None, 0))
            if loop is None or loop is s or not self.aliases.is_inside(source, s):
                return source
            stays = self.at_start(loop.body.outs[k], loop) is loop.carried[k]
            sources = self.aliases.sources(loop.inits[k]) if stays else None
        return None

    def is_apart_from(self, v: Var, written: Collection[Any], s: For) -> bool:
        """Is this surely none of the arrays that are written?"""
        start = self.at_start(v, s)
        return start is not None and all(self.aliases.apart(start, w) for w in written)

    def index(self, index: Any) -> Index:
        """The parts of an index of one element; none where it may select more."""
        e = self.made.get(index) if isinstance(index, Var) else None
        parts = e.args if e is not None and e.op is make_tuple else (index,)
        return parts if all(isinstance(self.kind(a), K.Number) for a in parts) else ()

    def place(self, a: Any) -> Any:
        """What tells positions apart."""
        e = self.made.get(a) if isinstance(a, Var) else None
        return (e.op, *map(self.place, e.args)) if e is not None and e.op in (operator.add, operator.sub) else a

    def is_apart(self, found: Accesses, loop: Var) -> bool:
        """Has every iteration elements of its own, or are they only added to?"""
        if not found.others:
            return True
        every = [*found.others, *found.added]
        for k, first in enumerate(every[0]):
            offsets = {self.positions.offset(index[k], loop) for index in every}
            if len(offsets) == 1 and self.positions.is_one(first, loop):
                return True
        return False

    def same(self, a: Any, b: Any) -> bool:
        """Are these surely the same numbers, or ranges?"""
        if a is b or isinstance(a, Const) and a == b:
            return True
        e, f = (self.made.get(x) if isinstance(x, Var) else None for x in (a, b))
        if e is None or f is None or e.op is not f.op or len(e.inputs) != len(f.inputs):
            return False
        if reads_shape(e):  # which no write changes
            arrays = [self.aliases.unwritten(x.args[0]) for x in (e, f)]
            return arrays[0] is arrays[1] and e.args[1:] == f.args[1:] and isinstance(self.kind(arrays[0]), K.Array)
        of_shape = e.op is operator.getitem and self.positions.is_shape(e.args[0])
        return (of_shape or e.op in (range, operator.add, operator.sub, operator.mul)) and all(map(self.same, e.inputs, f.inputs))

    def kind(self, a: Any) -> Any:
        return K.kind_of(a if isinstance(a, Const) else self.kinds.get(a, K.UNKNOWN))

    def is_float(self, a: Any) -> bool:
        return K.is_double(self.kind(a))
