"""Statements on slices as loops over their elements, for compiled code.

    u[1:-1] = 0.5 * (v[2:] + v[:-2])    ->    for i in range(len(u[1:-1])):
                                                  u[i + 1] = 0.5 * (v[i + 2] + v[i])

The right side is computed first, as NumPy does it: where it may read what the statement writes, into an array of its own.
Numba compiles array expressions too, but not those of slices to loops that run over contiguous memory.
"""
from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tangentlite.analyses.storage import Storage
from tangentlite.ir import Const, Eqn, For, If, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_tuple
from tangentlite.ir.trace import Block, Stmt, walk
from tangentlite.ir.updates import WRITES, setitem_inplace
from tangentlite.passes.dce import PureCall, dce, never
from tangentlite.rules.inference import infer
from tangentlite.rules.structures import index_parts

ELEMENTWISE = {op: op for op in (
    operator.add, operator.sub, operator.mul, operator.neg, operator.pos, operator.abs, np.add, np.subtract, np.multiply, np.negative,
    np.sin, np.cos, np.tan, np.exp, np.log, np.sqrt, np.sinh, np.cosh, np.tanh, np.arctan, np.abs, np.square, np.maximum, np.minimum)}
ELEMENTWISE.update({operator.truediv: np.divide, np.divide: np.divide})  # of numbers, only the function does not raise
NAMES = "ijklmn"


class Leave(Exception):
    """The statement stays as it is."""


@dataclass(frozen=True)
class Region:
    """The part of an array that a slice selects: an offset for every dimension that it keeps, an index for the others."""

    array: Var
    index: tuple[tuple[bool, Any], ...]  # (is it kept, offset or index)


def slice_loops(trace: Trace, kinds: dict[Var, Any], storage: Storage, pure_call: PureCall = never) -> Trace:
    """The trace, after `fold`, with loops in place of elementwise statements on slices; `kinds` learns of the new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.passes.fold import fold
    >>> from tangentlite.passes.inplace import inplace
    >>> from tangentlite.analyses.kinds import kinds as infer_kinds
    >>> from tangentlite.pipeline import lower
    >>> def f(u):
    ...     v = u.copy()
    ...     v[1:-1] = 0.5 * (u[2:] + u[:-2])
    ...     return v
    >>> program, root = lower(f, {"u": K.Array("float64", (("n", "u", 0),))})
    >>> kinds = infer_kinds(program.traces[root], {})
    >>> trace = inplace(program.traces[root], kinds)
    >>> kinds = {**infer_kinds(trace, kinds), **kinds}
    >>> print(folded := fold(trace, kinds), end="")
    def f(u):
        v = u.copy()
        v[1:-1] = 0.5 * (u[2:] + u[:-2])
        return v
    >>> print(slice_loops(folded, kinds, Storage(trace, kinds)), end="")
    def f(u):
        v = u.copy()
        for i in range(len(v[1:-1])):
            v[i + 1] = 0.5 * (u[i + 2] + u[i])
        return v
    """
    return dce(replace(trace, block=Expansion(trace, kinds, storage).block(trace.block)), pure_call)


class Expansion:
    def __init__(self, trace: Trace, kinds: dict[Var, Any], storage: Storage) -> None:
        self.kinds, self.storage = kinds, storage
        made = [s for s in walk(trace.block) if isinstance(s, Eqn)]
        self.views = {s.out: s for s in made if s.op is operator.getitem and K.dims_of(self.kind(s))}
        self.written = {storage.root(s.args[0]) for s in made if s.op in WRITES}

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn():
                    try:
                        stmts += self.expanded(s)
                        continue
                    except Leave:
                        pass
                case If():
                    s = replace(s, then=self.block(s.then), orelse=self.block(s.orelse))
                case For():
                    s = replace(s, body=self.block(s.body))
                case While():
                    s = replace(s, test=self.block(s.test), body=self.block(s.body))
            stmts.append(s)
        return replace(block, stmts=tuple(stmts))

    def expanded(self, s: Eqn) -> list[Stmt]:
        """The statement as loops. Raises Leave where it is none that can be expanded."""
        if len(s.outs) != 1 or s.kwargs:
            raise Leave
        if s.op in WRITES:
            return self.write(s)
        value = s
        if s.op is call_method and s.args[1:] == (Const("copy"),) and isinstance(s.args[0], Eqn) and K.rank(self.kind(s)) != 1:
            value = replace(s.args[0], outs=s.outs, loc=s.loc)
        elif s.op is operator.getitem:
            raise Leave
        return self.new(value)

    # -- statements --------------------------------------------------------------------------------------------------

    def write(self, s: Eqn) -> list[Stmt]:
        array, index, value = s.args
        kind = self.kind(s.out)
        if not isinstance(array, Var) or not self.is_floats(kind):
            raise Leave
        region = self.region(array, index, kind)
        dims = K.dims_of(infer(operator.getitem, [kind, self.index_kind(index)], {}, 1)[0])
        if not dims:
            raise Leave
        value = self.seen_through(value, array)
        self.check(value, dims)
        whole = isinstance(value, Var) and K.dims_of(self.kind(value))
        before, sizes = self.shape(value if whole else Eqn((), operator.getitem, (array, index), (), s.loc), len(dims), s)
        if self.overlaps(value, region):
            early = Var(temp=True)
            self.kinds[early] = K.Array("float64", dims)
            before += self.made(value, early, before[0].outs[0], sizes, s)
            value = early
        else:
            before, sizes = (before, sizes) if len(sizes) > 1 else ([], before)  # the length is asked for where it is needed
            value = self.scalars(value, before)
        return [*before, self.loops(s.op, s.out, array, region, value, sizes, s)]

    def new(self, s: Eqn) -> list[Stmt]:
        """An array that is made of slices."""
        s, dims = self.seen_through(s, None), K.dims_of(self.kind(s))
        like = next((e for e in parts(s) if e.op is operator.getitem and K.dims_of(self.kind(e)) == dims), None)
        if not dims or like is None or not self.is_floats(self.kind(s)):
            raise Leave
        self.check(s, dims)
        before, sizes = self.shape(like, len(dims), s)
        return [*before, *self.made(s, s.out, before[0].outs[0], sizes, s)]

    def made(self, value: Any, out: Var, shape: Var, sizes: list[Any], s: Eqn) -> list[Stmt]:
        """The array of an expression, with loops that fill it."""
        before: list[Stmt] = []
        value = self.scalars(value, before)
        empty = out.twin()
        self.kinds[empty] = self.kinds[out]
        whole = Region(empty, ((True, 0),) * len(sizes))
        allocate = Eqn((empty,), np.empty, (shape,), (), s.loc)
        return [*before, allocate, self.loops(setitem_inplace, out, empty, whole, value, sizes, s)]

    def shape(self, part: Var | Eqn, rank: int, s: Eqn) -> tuple[list[Stmt], list[Any]]:
        """Statements that ask for the shape of a part, and the lengths of its dimensions."""
        part = replace(part, outs=(Var(temp=True),)) if isinstance(part, Eqn) else part
        size = Var(temp=True)
        if rank == 1:
            return [Eqn((size,), len, (part,), (), s.loc)], [size]
        return ([Eqn((size,), getattr, (part, Const("shape")), (), s.loc)],
                [Eqn((Var(temp=True),), operator.getitem, (size, Const(k)), (), s.loc) for k in range(rank)])

    def loops(self, op: Any, out: Var, array: Var, region: Region, value: Any, sizes: list[Any], s: Eqn) -> Stmt:
        """The nest that writes every element."""
        indices = tuple(Var(NAMES[k]) for k in range(len(sizes)))
        params = [out.twin() for _ in sizes]
        ends = [out.twin() for _ in sizes]
        self.kinds.update((v, self.kinds[out]) for v in (*params, *ends))
        self.kinds.update((v, K.INT) for v in indices)
        element = self.element(value, indices, region, params[-1])
        inner: Stmt = Eqn((ends[-1],), op, (params[-1], self.at(region, indices), element), (), s.loc)
        for k in reversed(range(len(sizes))):
            over = Eqn((Var(temp=True),), range, (sizes[k],), (), s.loc)
            body = Block((indices[k], params[k]), (inner,), (inner.outs[0],))
            inner = For((ends[k - 1] if k else out,), indices[k], over, (params[k - 1] if k else array,), body, s.loc)
        return inner

    def index_kind(self, index: Any) -> Any:
        if isinstance(index, Eqn) and index.op is make_tuple:
            return K.Seq("tuple", tuple(index_parts(a)[0] if isinstance(a, Const) else self.kind(a) for a in index.args))
        return self.kind(index) if isinstance(index, Var) else index

    def at(self, region: Region, loops: tuple[Var, ...]) -> Any:
        """The index of an element, by the indices of the loops."""
        rest = iter(loops)
        parts = [self.shifted(next(rest), a) if kept else a for kept, a in region.index]
        if len(parts) == 1:
            return parts[0]
        index = Var(temp=True)
        self.kinds[index] = K.Seq("tuple", (K.INT,) * len(parts))
        return Eqn((index,), make_tuple, tuple(parts))

    def shifted(self, index: Var, offset: int) -> Any:
        if not offset:
            return index
        moved = Var(temp=True)
        self.kinds[moved] = K.INT
        return Eqn((moved,), operator.add, (index, Const(offset)))

    # -- expressions -------------------------------------------------------------------------------------------------

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.kinds.get(a.outs[0] if isinstance(a, Eqn) else a, K.UNKNOWN) if not isinstance(a, Const) else a)

    def is_floats(self, kind: Any) -> bool:
        return isinstance(kind, K.Array) and kind.dtype == "float64" and bool(kind.dims)

    def check(self, a: Any, dims: Any) -> None:
        """Raise Leave unless this is an elementwise expression of arrays of this shape."""
        if isinstance(a, Const) or K.is_number(self.kind(a)):
            if K.is_number(self.kind(a)) and self.kind(a).dtype not in ("float", "float64", "int", "int64"):
                raise Leave
        elif not self.is_floats(self.kind(a)) or K.dims_of(self.kind(a)) != dims:
            raise Leave
        elif isinstance(a, Eqn) and a.op is operator.getitem:
            self.region(a.args[0], a.args[1], self.kind(a.args[0]))
        elif isinstance(a, Eqn):
            power = a.op is operator.pow and isinstance(a.args[1], Const) and type(
                a.args[1].value) in (int, float) and a.args[1].value >= 0  # a number to a negative power may raise
            if not (power or a.op in ELEMENTWISE) or a.kwargs:
                raise Leave
            for b in a.args:
                self.check(b, dims)

    def region(self, array: Any, index: Any, kind: Any) -> Region:
        """Which elements a basic index selects. Raises Leave unless it keeps some, from a known first one."""
        rank = K.rank(kind)
        if not isinstance(array, Var) or not rank or not self.is_floats(kind):
            raise Leave
        items = index.args if isinstance(index, Eqn) and index.op is make_tuple else index.value if isinstance(
            index, Const) and isinstance(index.value, tuple) else (index,)
        found = [self.selected(i.value if isinstance(i, Const) else i) for i in items]
        found += [(True, 0)] * (rank - len(found))
        if len(found) != rank or not any(kept for kept, _ in found):
            raise Leave
        return Region(array, tuple(found))

    def selected(self, i: Any) -> tuple[bool, Any]:
        if isinstance(i, slice):
            first = 0 if i.start is None else i.start
            if i.step not in (None, 1) or type(first) is not int or first < 0:
                raise Leave
            return True, first
        if type(i) is int:
            return False, Const(i)
        if isinstance(i, Var) and K.is_int(self.kind(i)):
            return False, i
        raise Leave

    def overlaps(self, value: Any, target: Region) -> bool:
        """May the expression read an element after the statement has written it?"""
        if isinstance(value, Var):
            return self.shares(value, target.array)
        if isinstance(value, Eqn) and value.op is operator.getitem and self.kind(value) and K.dims_of(self.kind(value)):
            same = value.args[0] is target.array and self.region(value.args[0], value.args[1], self.kind(value.args[0])) == target
            return not same and self.shares(value.args[0], target.array)
        return isinstance(value, Eqn) and any(self.overlaps(a, target) for a in value.inputs)

    def shares(self, a: Any, b: Var) -> bool:
        if not isinstance(a, Var) or K.is_number(self.kind(a)):
            return not isinstance(a, (Var, Const))
        x, y = self.storage.root(a), self.storage.root(b)
        return x is y or x in self.storage.foreign and y in self.storage.foreign

    def seen_through(self, a: Any, present: Any) -> Any:
        """The expression without names for views, where the array behind them is the one that is `present`, or is never written."""
        if isinstance(a, Eqn) and not (a.op is operator.getitem and K.dims_of(self.kind(a))):
            return replace(a, args=tuple(self.seen_through(b, present) for b in a.args))
        view = self.views.get(a) if isinstance(a, Var) else None
        if view is not None and (view.args[0] is present or self.storage.root(view.args[0]) not in self.written):
            return view
        return a

    def scalars(self, a: Any, before: list[Stmt]) -> Any:
        """The expression with its scalar parts computed before."""
        if not isinstance(a, Eqn) or a.op is operator.getitem and K.dims_of(self.kind(a)):
            return a
        if K.is_number(self.kind(a)):
            v = Var(temp=True)
            self.kinds[v] = self.kind(a)
            before.append(replace(a, outs=(v,)))
            return v
        return replace(a, args=tuple(self.scalars(b, before) for b in a.args))

    def element(self, a: Any, indices: tuple[Var, ...], target: Region, present: Var) -> Any:
        """One element of the expression; of the array that is written, what it is at present."""
        if isinstance(a, Eqn) and a.op is operator.getitem:
            region = self.region(a.args[0], a.args[1], self.kind(a.args[0]))
            array = present if region == target else a.args[0]
            return Eqn((Var(temp=True),), operator.getitem, (array, self.at(region, indices)), (), a.loc)
        if isinstance(a, Eqn):
            args = tuple(self.element(b, indices, target, present) for b in a.args)
            return Eqn((Var(temp=True),), ELEMENTWISE.get(a.op, a.op), args, (), a.loc)
        if isinstance(a, Var) and not K.is_number(self.kind(a)):
            whole = Region(a, ((True, 0),) * len(indices))
            return Eqn((Var(temp=True),), operator.getitem, (a, self.at(whole, indices)))
        return a


def parts(e: Eqn) -> Iterator[Eqn]:
    """An expression and the expressions inside it."""
    yield e
    for a in e.inputs:
        if isinstance(a, Eqn):
            yield from parts(a)
