"""Functions of NumPy in the forms that Numba has.

    np.argsort(x, axis=-1)             ->     np.argsort(x)                      x has one axis
    np.max(x, axis=0)                  ->     max_along(x, 0)                    and others, see `numba_reductions`
    np.pad(x, 1)                       ->     np.concatenate((np.zeros(1), x, np.zeros(1)))
    np.diagonal(x, 0)                  ->     np.diag(x, 0)                      x is a matrix
    np.flip(x, axis=1)                 ->     x[:, ::-1]
    np.tri(n, dtype=bool)              ->     np.tri(n) > 0.0
    x[...]                             ->     x[:]
    x.flat                             ->     np.ravel(x)
    np.reshape(x.T, (2, 3))            ->     np.reshape(np.ascontiguousarray(x.T), (2, 3))
    add_at(u, i, u[::-1])              ->     add_at(u, i, u[::-1].copy())
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.storage import Storage
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Stmt, Trace, Var, While
from tangentlite.passes.numba_reductions import REDUCTIONS, reduction
from tangentlite.rules.callees import normal_of

Kinds = Mapping[Var, Any]
Form = Callable[[Eqn, Kinds], list[Eqn] | None]


def numba_forms(trace: Trace, kinds: Kinds) -> Trace:
    """
    >>> from tangentlite.ir.trace import Loc, walk
    >>> x, y = Var("x"), Var("y")
    >>> trace = Trace("f", Block((x,), (Eqn((y,), np.argsort, (x,), (("axis", Const(-1)),)),), (y,)), 0)
    >>> [s.kwargs for s in walk(numba_forms(trace, {x: K.Array("float64", (3,))}).block)]
    [()]
    """
    storage = Storage(trace, kinds)

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn() if s.op is runtime.add_at and adds_itself(s, kinds, storage):
                    copied = Var(temp=True)
                    stmts += [Eqn((copied,), call_method, (s.args[2], Const("copy")), (), s.loc), replace(s, args=(*s.args[:2], copied))]
                case Eqn() if s.op in FORMS:
                    stmts += FORMS[s.op](s, kinds) or [s]
                case Eqn() if s.op in (*REDUCTIONS, call_method):
                    stmts += reduction(*normal_of(s, kinds), s, kinds) or [s]
                case If():
                    stmts.append(replace(s, then=visit(s.then), orelse=visit(s.orelse)))
                case For() | While():
                    stmts.append(replace(s, body=visit(s.body)))
                case _:
                    stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    return replace(trace, block=visit(trace.block))


def adds_itself(e: Eqn, kinds: Kinds, storage: Storage) -> bool:
    """May what is added to an array be a view of it? Numba adds element by element, and does not ask whether they overlap."""
    u, value = e.args[0], e.args[2]
    return bool(rank(value, kinds)) and isinstance(u, Var) and storage.root(u) is storage.root(value)


def rank(a: Any, kinds: Kinds) -> int | None:
    return K.rank(kinds.get(a, K.UNKNOWN)) if isinstance(a, Var) else None


def axis_of(e: Eqn) -> Any:
    """The second argument, which may be called `axis`; None if it is not given."""
    return dict(e.kwargs).get("axis", e.args[1] if len(e.args) > 1 else None)


def without_axis(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    """There is only one axis."""
    if rank(e.args[0], kinds) != 1:
        return None
    return [replace(e, args=e.args[:1], kwargs=tuple((k, v) for k, v in e.kwargs if k != "axis"))]


def between_zeros(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    if rank(e.args[0], kinds) != 1 or len(e.args) != 2 or e.kwargs or not isinstance(e.args[1], Const):
        return None
    before, after, parts = Var("before"), Var("after"), Var("parts")
    zeros = [Eqn((v,), np.zeros, (e.args[1],), (), e.loc) for v in (before, after)]
    return [*zeros, Eqn((parts,), make_tuple, (before, e.args[0], after), (), e.loc), Eqn(e.outs, np.concatenate, (parts,), (), e.loc)]


def as_diag(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    return [replace(e, op=np.diag)] if rank(e.args[0], kinds) == 2 and len(e.args) <= 2 and not e.kwargs else None


def as_cross(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    return [replace(e, op=np.cross)] if not e.kwargs else None


def as_comparison(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    if e.kwargs != (("dtype", Const(bool)),):
        return None
    numbers = Var("numbers")
    return [Eqn((numbers,), np.tri, e.args, (), e.loc), Eqn(e.outs, operator.gt, (numbers, Const(0.0)), (), e.loc)]


def as_slices(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    axis, axes = axis_of(e), rank(e.args[0], kinds)
    if not axes or not isinstance(axis, Const) or type(axis.value) is not int:
        return None
    index = tuple(slice(None, None, -1) if k == axis.value % axes else slice(None) for k in range(axes))
    return [Eqn(e.outs, operator.getitem, (e.args[0], Const(index if axes > 1 else index[0])), (), e.loc)]


def as_whole(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    return [replace(e, args=(e.args[0], Const(slice(None))))] if e.args[1] == Const(...) and rank(e.args[0], kinds) else None


def of_contiguous(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    """Numba reshapes arrays alone whose elements lie side by side."""
    if not rank(e.args[0], kinds):
        return None
    packed = Var("packed")
    return [Eqn((packed,), np.ascontiguousarray, e.args[:1], (), e.loc), replace(e, args=(packed, *e.args[1:]))]


def one_axis_each(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    """New axes, the first one first."""
    axis, axes = axis_of(e), rank(e.args[0], kinds)
    if not isinstance(axis, Const) or not isinstance(axis.value, tuple) or not all(type(a) is int for a in axis.value):
        return None
    if K.is_number(kinds.get(e.args[0], K.UNKNOWN)) or axes == 0:
        return [replace(e, op=np.full, args=(Const((1,) * len(axis.value)), e.args[0]), kwargs=())]
    if axes is None:
        return None
    made, value = [], e.args[0]
    for a in sorted(a % (axes + len(axis.value)) for a in axis.value):
        out = Var("wider")
        made.append(Eqn((out,), np.expand_dims, (value, Const(a)), (), e.loc))
        value = out
    return [*made[:-1], replace(made[-1], outs=e.outs)] if made else None


def in_a_row(e: Eqn, kinds: Kinds) -> list[Eqn] | None:
    return [replace(e, op=np.ravel, args=e.args[:1])] if e.args[1] == Const("flat") and rank(e.args[0], kinds) else None


FORMS: dict[Any, Form] = {
    np.argsort: without_axis, np.sort: without_axis, np.pad: between_zeros, np.diagonal: as_diag,
    np.linalg.cross: as_cross, np.reshape: of_contiguous, np.flip: as_slices,
    np.tri: as_comparison, np.expand_dims: one_axis_each,
    operator.getitem: as_whole, getattr: in_a_row,
}
