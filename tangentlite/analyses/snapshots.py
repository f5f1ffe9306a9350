"""An array that is recorded once, before a loop, in place of several numbers that each iteration computes from it.

    for k in range(n):                          for k in range(n):
        for i in range(1, len(u) - 1):              u_tape[k] = u
            v1_tape[k, i] = u[i] - u[i - 1]   ->    for i in range(1, len(u) - 1):
            v2_tape[k, i] = u[i + 1] + u[i]             ...
            ...

What the reverse sweep needs it then computes again, by additions and multiplications alone.
"""
from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.bounds import Bounds
from tangentlite.analyses.tapes import Item, Keep, Level, Tapes
from tangentlite.ir import Const, Eqn, For, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Block, Stmt, walk

CHEAP = (operator.add, operator.sub, operator.mul, operator.neg)
SUMS = (operator.add, operator.sub, max, min)


def snapshots(root: Level, tapes: Tapes, bounds: Bounds | None) -> None:
    """Record arrays instead of numbers where they are fewer, and not larger."""
    for level in list(root.all()):
        if level.shape is not None and bounds is not None:
            found = Snapshots(level, tapes, bounds) if level.parent is not None else Slices(level, tapes, bounds)
            replaced = [item for item in level.items if found.is_redoable(item.value)]
            arrays = {u for item in replaced for u in found.arrays(item.value)}
            more = arrays - {item.value for x in root.all() for item in x.items}
            if len(more) < len(replaced) and all(map(found.fits, arrays)):
                found.replace(replaced, arrays)


class Snapshots:
    def __init__(self, level: Level, tapes: Tapes, bounds: Bounds) -> None:
        self.level, self.tapes, self.bounds = level, tapes, bounds
        self.around: list[Level] = []  # from the inside
        parent = level.parent
        while parent is not None:
            self.around.append(parent)
            parent = parent.parent
        self.again: dict[Any, Var] = {x.forward.targets: x.index for x in (level, *self.around) if isinstance(x.forward, For)}

    def is_redoable(self, a: Any) -> bool:
        """Is this cheap arithmetic on elements of arrays, indices and what does not change?"""
        if a in self.again or self.tapes.is_invariant(a):
            return True
        e = self.tapes.made.get(a)
        if not isinstance(e, Eqn) or len(e.outs) != 1 or e.kwargs:
            return False
        if e.op is operator.getitem and K.is_number(self.tapes.kinds.get(a, K.UNKNOWN)):
            return self.home(e.args[0]) is not None and self.is_redoable(e.args[1])
        numbers = e.op in CHEAP and isinstance(self.tapes.kinds.get(a), K.Number)
        return (numbers or e.op is make_tuple) and all(map(self.is_redoable, e.inputs))

    def home(self, u: Any) -> Level | None:
        """The loop around this one in which an array is made; it changes there, but not in the loops inside."""
        return next((x for x in self.around if isinstance(u, Var) and (u in x.forward.body.params or any(
            u in s.outs for s in x.forward.body.stmts))), None)

    def arrays(self, a: Any) -> Iterator[Var]:
        e = None if a in self.again or self.tapes.is_invariant(a) else self.tapes.made.get(a)
        if isinstance(e, Eqn):
            if e.op is operator.getitem:
                yield e.args[0]
            for b in e.args[e.op is operator.getitem:]:
                yield from self.arrays(b)

    # -- sizes -------------------------------------------------------------------------------------------------------

    def fits(self, u: Var) -> bool:
        """Do the loops run over the dimensions of the array, one by one?"""
        home, dims = self.home(u), K.dims_of(self.tapes.kinds.get(u, K.UNKNOWN))
        inner = [self.level, *self.around[:self.around.index(home)]] if home is not None else []
        if not dims or len(inner) != len(dims):
            return False
        over = [self.dimension(x.shape[-1]) if x.shape else None for x in inner]
        try:
            for d in dims:
                self.tapes.size(d, self.bounds)
            self.tapes.dtype(u)
        except Keep:
            return False
        return set(over) == set(dims) and len(set(dims)) == len(dims)

    def dimension(self, a: Any) -> Any:
        """The dimension of an array of which this is the length, up to a constant."""
        e = self.bounds.definition(a) if isinstance(a, Var) else None
        if not isinstance(e, Eqn):
            return None
        if e.op in SUMS:
            values = [b for b in e.args if isinstance(b, Var)]
            return self.dimension(values[0]) if len(values) == 1 else None
        axis = Const(0)
        if e.op is operator.getitem:
            axis, e = e.args[1], self.bounds.definition(e.args[0])
        elif e.op is not len:
            return None
        asks = isinstance(e, Eqn) and (e.op in (len, np.shape) or e.op is getattr and e.args[1] == Const("shape"))
        if not isinstance(e, Eqn) or not asks or not isinstance(axis, Const):
            return None
        dims = K.dims_of(self.tapes.kinds.get(e.args[0], K.UNKNOWN))
        return dims[axis.value] if dims and axis.value < len(dims) else None

    # -- recording ---------------------------------------------------------------------------------------------------

    def replace(self, items: list[Item], arrays: set[Var]) -> None:
        for u in (a for a in dict.fromkeys(a for item in items for a in self.arrays(item.value)) if a in arrays):
            home = self.home(u)
            assert home is not None
            found = next((item for item in home.items if item.value is u), None)
            if found is None:
                kind = self.tapes.kinds[u]
                found = Item(u, u.twin(), Var(like=u, suffix="_tape"), self.tapes.dtype(u), self.before(u, home), kind.dims)
                self.tapes.kinds[found.again] = kind
                found.sizes = tuple(self.tapes.size(d, self.bounds) for d in kind.dims)
                home.items.append(found)
            self.again[u] = found.again
        self.level.items = [item for item in self.level.items if item not in items]
        for item in items:
            self.redo(item.value, item.again)

    def before(self, u: Var, home: Level) -> Stmt:
        """The statement before which the array is recorded."""
        return next(s for s in home.forward.body.stmts if any(t is self.level.forward for t in walk(Block((), (s,), ()))))

    def redo(self, a: Any, out: Var | None) -> Any:
        """What the reverse loop computes for a value, with equations for it."""
        if not isinstance(a, Var) or a not in self.tapes.local:
            return a
        if a not in self.again:
            e: Any = self.tapes.made[a]
            args = tuple(self.redo(b, None) for b in e.args)
            self.again[a] = out or a.twin()
            self.tapes.kinds[self.again[a]] = self.tapes.kinds.get(a, K.UNKNOWN)
            self.level.redone.append(replace(e, outs=(self.again[a],), args=args, loc=e.loc._replace(sweep="again")))
        elif out is not None:
            self.level.redone.append(Eqn((out,), operator.pos, (self.again[a],)))
        return self.again[a]


class Slices(Snapshots):
    """The same for arrays that a loop computes from slices of another one.

        for k in range(n):                      for k in range(n):
            v1_tape[k] = u[1:] - u[:-1]   ->        u_tape[k] = u
            v2_tape[k] = 2.0 * u[1:]                ...
            ...
    """

    def is_redoable(self, a: Any) -> bool:
        if a in self.again or self.tapes.is_invariant(a):
            return True
        e = self.tapes.made.get(a)
        if not isinstance(e, Eqn) or len(e.outs) != 1 or e.kwargs or not K.dims_of(self.tapes.kinds.get(a, K.UNKNOWN)):
            return False
        if e.op is operator.getitem:
            return (self.is_outside(e.args[0]) or self.home(e.args[0]) is not None) and self.is_slice(e.args[1])
        return e.op in CHEAP and all(map(self.is_redoable, e.inputs))

    def is_outside(self, u: Any) -> bool:
        return isinstance(u, Var) and u not in self.tapes.local

    def is_slice(self, index: Any) -> bool:
        e = self.tapes.made.get(index) if isinstance(index, Var) else None
        parts = e.args if isinstance(e, Eqn) and e.op is make_tuple else (index,)
        return all(isinstance(i, Const) for i in parts)

    def arrays(self, a: Any) -> Iterator[Var]:
        return (u for u in super().arrays(a) if not self.is_outside(u))

    def home(self, u: Any) -> Level | None:
        body = self.level.forward.body
        return self.level if isinstance(u, Var) and (u in body.params or any(u in s.outs for s in body.stmts)) else None

    def fits(self, u: Var) -> bool:
        """Is the array about as large as what is computed from it?"""
        dims = K.dims_of(self.tapes.kinds.get(u, K.UNKNOWN))
        try:
            for d in dims or ():
                self.tapes.size(d, self.bounds)
            self.tapes.dtype(u)
        except Keep:
            return False
        return bool(dims) and all(tuple(map(origin, item.dims)) == tuple(map(origin, dims or ())) for item in self.level.items
                                  if item.dims and self.is_redoable(item.value) and u in self.arrays(item.value))

    def before(self, u: Var, home: Level) -> Stmt:
        stmts = home.forward.body.stmts
        return next((t for s, t in itertools.pairwise(stmts) if u in s.outs), stmts[0])


def origin(dim: Any) -> Any:
    """The dimension that a slice was taken of."""
    return dim[2] if isinstance(dim, tuple) and dim[1:2] == ("less",) else dim
