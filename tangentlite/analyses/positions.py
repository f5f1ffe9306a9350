"""Positions in arrays and lists: what integers are at least, and how far they are from the index of a loop.

    for i in range(1, n):                       for i, v in reversed(tape):
        tape.append((i, v))                         i has been an index of the range, and no iteration has that of another
        u[i - 1]            never negative          u[i - 1]
"""
from __future__ import annotations

import operator
from typing import Any

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
        for s in walk(trace.block):
            if isinstance(s, For):
                self.over.update(self.indices(s))

    def equation(self, a: Any) -> Eqn | None:
        e = self.made.get(a) if isinstance(a, Var) else None
        return e if isinstance(e, Eqn) else None

    def forwards(self, over: Any) -> Any:
        """What is run over, in its own order."""
        e = self.equation(over)
        return e.args[0] if e is not None and e.op is reversed else over

    def indices(self, loop: For) -> dict[Any, Eqn]:
        """The index of a loop over a range, or that of another loop which has recorded it once in every iteration at most."""
        over = self.forwards(loop.iter)
        e = self.equation(over)
        if e is not None and e.op is range and isinstance(loop.targets, Var):
            return {loop.targets: e}
        recorded = self.recorded(over)
        if recorded is None:
            return {}
        first, entry = recorded
        made = self.equation(entry)
        packed = isinstance(loop.targets, tuple)
        values = made.args if packed and made is not None and made.op is make_tuple else () if packed else (entry,)
        index = first.targets
        return {t: self.over[index] for t, v in zip(leaves(loop.targets), values) if v is index and index in self.over}

    def recorded(self, tape: Any) -> tuple[For, Any] | None:
        """The loop that a list comes from, and what it appends in an iteration; the list is empty when the loop begins."""
        s = self.made.get(tape)
        if not isinstance(s, For):
            return None
        k = s.outs.index(tape)
        new, entry = self.equation(s.inits[k]), self.appended(s.carried[k], s.body.outs[k])
        return (s, entry) if new is not None and new.op is make_list and not new.args and entry is not None else None

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
            return a.value if type(a.value) is int else None
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
        if a is index:
            return 0
        e = self.equation(a)
        if e is None or e.op not in (operator.add, operator.sub) or e.args[0] is not index or not isinstance(e.args[1], Const):
            return None
        step = e.args[1].value
        return None if type(step) is not int else step if e.op is operator.add else -step

    def is_one(self, a: Any, index: Any) -> bool:
        """Has every value of the index a position of its own? None is counted from the end, where others may be."""
        offset, least = self.offset(a, index), self.least(index)
        return offset is not None and least is not None and least + offset >= 0
