"""Positions in arrays and lists: what integers are at least, and how far they are from the index of a loop.

    for i in range(1, n):                       for i, v in reversed(tape):
        tape.append((i, v))                         i has been an index of the range, and no iteration has that of another
        u[i - 1]            never negative          u[i - 1]
"""
from __future__ import annotations

import operator
from typing import Any, TypeGuard

from tangentlite import runtime
from tangentlite.analyses.bounds import range_args
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.trace import Const, Eqn, For, If, Stmt, Trace, Try, Var, leaves, walk
from tangentlite.ir.updates import append_inplace

APPENDS = (runtime.append, append_inplace)


class Positions:
    """`over` gives the range that the index of a loop runs over, in whichever order; every iteration has another one."""

    def __init__(self, trace: Trace) -> None:
        self.made: dict[Any, Stmt] = {o: s for s in walk(trace.block) for o in s.outs}
        self.over: dict[Any, Eqn] = {}
        self.again: dict[Any, Any] = {}  # what loops over tapes call what was recorded
        for s in walk(trace.block):
            if isinstance(s, For):
                self.enter(s)

    def equation(self, a: Any) -> Eqn | None:
        """What a value, or a part of an expression, is computed by."""
        e = self.made.get(a) if isinstance(a, Var) else a
        return e if isinstance(e, Eqn) else None

    def forwards(self, over: Any) -> Any:
        """What is run over, in its own order."""
        e = self.equation(over)
        return e.args[0] if e is not None and e.op is reversed else over

    def enter(self, loop: For) -> None:
        """Learn what the loop runs over: a range, or what an iteration of another one has recorded, which may be its index."""
        over = self.forwards(loop.iter)
        e = self.equation(over)
        if e is not None and e.op is range:
            self.over.update((t, e) for t in leaves(loop.targets))
        for t, v in zip(leaves(loop.targets), self.recorded(self.again.get(over, over), isinstance(loop.targets, tuple))):
            self.again[t] = v
            if v in self.over:
                self.over[t] = self.over[v]

    def recorded(self, tape: Any, packed: bool) -> tuple[Any, ...]:
        """What every iteration of a loop appends to a list, which is empty before: the index once at most."""
        s = self.made.get(tape)
        if not isinstance(s, For):
            return ()
        k = s.outs.index(tape)
        new, entry = self.equation(s.inits[k]), self.appended(s.carried[k], s.body.outs[k])
        if new is None or new.op is not make_list or new.args or entry is None:
            return ()
        made = self.equation(entry)
        values = made.args if packed and made is not None and made.op is make_tuple else () if packed else (entry,)
        inside = {*leaves(s.targets), *(o for t in s.body.stmts for o in t.outs)}
        return tuple(v if v in inside else None for v in values)

    def appended(self, before: Var, after: Any) -> Any:
        """What has been appended to a list, once, in one arm of a branch perhaps."""
        s = self.made.get(after)
        if isinstance(s, If) and not isinstance(s, Try):
            k = s.outs.index(after)
            new = [arm.outs[k] for arm in (s.then, s.orelse) if arm.outs[k] is not before]
            return self.appended(before, new[0]) if len(new) == 1 else None
        return s.args[1] if isinstance(s, Eqn) and s.op in APPENDS and s.args[0] is before else None

    def least(self, a: Any) -> int | None:
        """What an integer is at least, if that is known."""
        if isinstance(a, Const):
            return a.value if is_literal(a) else None
        e = self.over.get(a) or self.equation(a)
        if e is None:
            return None
        if e.op is range:
            low, high, step = range_args(e)
            if isinstance(step, Const) and step.value > 0:
                return self.least(low)
            last = self.least(high)
            return last + 1 if isinstance(step, Const) and last is not None else None
        if e.op is len or e.op is operator.getitem and self.is_shape(e.args[0]):
            return 0
        bounds = [self.least(b) for b in e.args]
        if e.op is operator.sub and bounds[0] is not None and isinstance(e.args[1], Const) and bounds[1] is not None:
            return bounds[0] - bounds[1]
        return sum(bounds) if e.op is operator.add and None not in bounds else None  # type: ignore[arg-type]

    def is_shape(self, a: Any) -> bool:
        e = self.equation(a)
        return e is not None and e.op is getattr and e.args[1] == Const("shape")

    def offset(self, a: Any, index: Any) -> int | None:
        """How far from the index of a loop a position is; None where that is not known."""
        base, plus = self.from_base(a)
        return plus if base is index else None

    def parts(self, index: Any) -> tuple[Any, ...]:
        """One for every axis."""
        if isinstance(index, Const) and type(index.value) is tuple:
            return tuple(map(Const, index.value))
        e = self.equation(index)
        return e.args if e is not None and e.op is make_tuple else (index,)

    def differ(self, a: Any, b: Any) -> bool:
        """Do two indices surely select different elements?"""
        for p, q in zip(self.parts(a), self.parts(b)):
            if self.are_apart(p, q):
                return True
            if not (self.is_of_one_axis(p) and self.is_of_one_axis(q)):
                return False  # the parts that follow may belong to different axes
        return False

    def is_of_one_axis(self, a: Any) -> bool:
        """Is this a position or a slice, and not a mask, a new axis, or a value that nothing is known of?"""
        if isinstance(a, Const):
            return is_literal(a) or isinstance(a.value, slice)
        e = self.equation(a)
        return e is not None and e.op is slice or self.from_base(a)[0] in self.over

    def are_apart(self, a: Any, b: Any) -> bool:
        """Are two positions on one axis different ones, both counted from its beginning, or both from its end?"""
        if is_literal(a) and is_literal(b):
            return bool(a.value != b.value and (a.value < 0) == (b.value < 0))
        if is_literal(a) or is_literal(b):
            number, other = (a, b) if is_literal(a) else (b, a)
            return bool(0 <= number.value < (self.least(other) or 0))
        (base, plus), (other, more) = self.from_base(a), self.from_base(b)
        first = self.least(base)
        return base is other and plus != more and first is not None and first + min(plus, more) >= 0

    def from_base(self, a: Any) -> tuple[Any, int]:
        """A value and a number whose sum is the position."""
        e = self.equation(a)
        if e is None or e.op not in (operator.add, operator.sub) or not is_literal(e.args[1]):
            return a, 0
        return e.args[0], e.args[1].value if e.op is operator.add else -e.args[1].value

    def is_one(self, a: Any, index: Any) -> bool:
        """Has every value of the index a position of its own? None is counted from the end, where others may be."""
        offset, least = self.offset(a, index), self.least(index)
        return offset is not None and least is not None and least + offset >= 0


def is_literal(a: Any) -> TypeGuard[Const]:
    return isinstance(a, Const) and type(a.value) is int
