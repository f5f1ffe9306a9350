"""How far the indices of nested loops can get, in values that are known before the outermost of them begins."""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Captured, Const, Eqn, For, Stmt, Var, While, walk

SHAPES = (len, np.shape, np.ndim, np.size, getattr)
PURE = (*SHAPES, operator.add, operator.sub, operator.mul, operator.floordiv, operator.neg, operator.getitem, min, max, int)
GROWING = (operator.add, min, max)  # in all their arguments


class Unbounded(Exception):
    """The bound is not known before the loop."""


class Bounds:
    """`stmts` are the equations to run before the loop that compute the bounds."""

    def __init__(self, loop: For, made: Mapping[Var, Stmt], kinds: Mapping[Var, Any]) -> None:
        self.made, self.kinds = made, kinds
        inside = list(walk(loop.body))
        loops = [loop, *(s for s in inside if isinstance(s, For | While))]
        self.local = {v for s in loops for v in s.body.params} | {o for s in inside for o in s.outs}
        self.before = {p: i for s in loops for p, i in zip(s.carried, s.inits)}
        self.before.update((o, i) for s in loops for o, i in zip(s.outs, s.inits))
        self.over: dict[Var, Eqn] = {}  # the ranges of the indices
        self.size: dict[Var, Any] = {}  # what every index is below
        self.found: dict[Var, Any] = {}
        self.stmts: list[Stmt] = []

    def enter(self, index: Var, over: Eqn) -> Any:
        """The length of an axis for the values of an index that is never negative. Raises Unbounded."""
        low, high, step = range_args(over)
        if step == Const(1) and self.is_natural(low):
            top = self.bound(high)
        elif step == Const(-1) and isinstance(high, Const) and high.value >= -1:
            top = self.compute(operator.add, self.bound(low), Const(1), "")
        else:
            raise Unbounded
        for a in over.args:
            self.redoable(a)
        self.over[index] = over
        self.size[index] = top if self.is_natural(top) else self.compute(max, top, Const(0), "")
        return self.size[index]

    def compute(self, op: Any, *args: Any) -> Any:
        *atoms, hint = args
        if op is operator.add and isinstance(atoms[0], Var):
            made = self.definition(atoms[0])
            if isinstance(made, Eqn) and made.op is operator.sub and made.args[1] == atoms[1]:
                return made.args[0]  # (n - 1) + 1
        if all(isinstance(a, Const) for a in atoms):
            return Const(op(*(a.value for a in atoms)))
        found = next((s.outs[0] for s in self.stmts if isinstance(s, Eqn) and (s.op, s.args, s.kwargs) == (op, tuple(atoms), ())), None)
        if found is not None:
            return found
        out = Var(hint, True)
        self.stmts.append(Eqn((out,), op, tuple(atoms)))
        return out

    def definition(self, v: Var) -> Any:
        return next((s for s in self.stmts if v in s.outs), self.made.get(v))

    def is_natural(self, a: Any) -> bool:
        """Is this never negative?"""
        if isinstance(a, Const):
            return type(a.value) is int and a.value >= 0
        if a in self.size:
            return True
        e = self.definition(a)
        if not isinstance(e, Eqn):
            return False
        if e.op is operator.getitem:
            shape = self.made.get(e.args[0])
            return isinstance(shape, Eqn) and shape.op in (getattr, np.shape)
        if e.op in (operator.add, operator.mul, min):
            return all(map(self.is_natural, e.args))
        return e.op is len or e.op is max and any(map(self.is_natural, e.args))

    def bound(self, a: Any) -> Any:
        """The value, or, of what changes with the indices, the most that it can be. Raises Unbounded."""
        if not isinstance(a, Var) or a not in self.local:
            return a
        if a in self.size:
            return self.size[a]
        if a not in self.found:
            e = self.definition(a)
            if not isinstance(e, Eqn) or len(e.outs) != 1 or e.kwargs or not (e.op in PURE or isinstance(e.op, Captured)):
                raise Unbounded
            moving = [k for k, arg in enumerate(e.args) if self.moves(arg)]
            if moving and e.op not in GROWING and not (e.op is operator.sub and moving == [0]):
                raise Unbounded
            args = [self.same_shape(arg) if e.op in SHAPES else self.bound(arg) for arg in e.args]
            self.found[a] = Var(e.out.hint, True)
            self.stmts.append(Eqn((self.found[a],), e.op, tuple(args), (), e.loc))
        return self.found[a]

    def moves(self, a: Any) -> bool:
        """Does the value change with an index?"""
        if not isinstance(a, Var) or a not in self.local:
            return False
        e = self.made.get(a)
        return a in self.size or isinstance(e, Eqn) and e.op not in SHAPES and any(map(self.moves, e.args))

    def same_shape(self, a: Any) -> Any:
        """An array that is there before the loop and has the shape of this one."""
        seen = a
        while isinstance(seen, Var) and seen in self.local:
            e = self.made.get(seen)
            if seen in self.before:
                seen = self.before[seen]
            elif isinstance(e, Eqn) and e.args:
                seen = e.args[0]
            else:
                raise Unbounded
        shapes = [self.kinds.get(v, K.UNKNOWN) for v in (a, seen)] if isinstance(a, Var) else []
        if shapes and not (all(isinstance(k, K.Array) and k.dims for k in shapes) and K.same_shape(*shapes)):
            raise Unbounded
        return seen

    def redoable(self, a: Any) -> None:
        """Compute before the loop what can be, and see that the rest can be computed once more. Raises Unbounded."""
        if not self.moves(a):
            self.bound(a)
        elif a not in self.size:
            e = self.made[a]
            if not isinstance(e, Eqn) or e.op not in PURE:
                raise Unbounded
            for arg in e.args:
                self.redoable(arg)

    def again(self, index: Var, indices: Mapping[Var, Var]) -> tuple[list[Stmt], Var]:
        """Equations that make the range of an index once more, where outer indices are called otherwise; and that range."""
        stmts: list[Stmt] = []
        done: dict[Var, Any] = dict(indices)

        def redo(a: Any) -> Any:
            if not self.moves(a):
                return self.bound(a)
            if a not in done:
                e = self.made[a]
                assert isinstance(e, Eqn)
                done[a] = Var(e.out.hint, True)
                stmts.append(Eqn((done[a],), e.op, tuple(map(redo, e.args)), (), e.loc))
            return done[a]

        over, out = self.over[index], Var(temp=True)
        args = tuple(map(redo, over.args))
        return [*stmts, Eqn((out,), range, args, (), over.loc)], out


def range_args(over: Eqn) -> tuple[Any, Any, Any]:
    """Start, stop and step."""
    match over.args:
        case (stop,):
            return Const(0), stop, Const(1)
        case (start, stop):
            return start, stop, Const(1)
    start, stop, step = over.args
    return start, stop, step
