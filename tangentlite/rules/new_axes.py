"""Arrays that are read with new axes and as a whole, like x[:, None]: their adjoints lack those axes.

    x_bar = np.zeros_like(x)
    x_bar[:, None] += np.sum(g, axis=1, keepdims=True)        ->        x_bar = np.sum(g, axis=1)
"""
from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.trace import Const, Eqn, Var

ARITHMETIC = (operator.neg, operator.add, operator.sub, operator.mul, operator.truediv)


def as_a_whole(b: Builder, g: Any, x: Any, index: Any) -> Any:
    """The adjoint of an array that is read with new axes and nothing else; None for any other index."""
    parts = index.value if isinstance(index, Const) and type(index.value) is tuple else (getattr(index, "value", index),)
    rank = K.rank(K.kind_of(b.kind(x)))
    if not rank or not all(p is None or p is Ellipsis or type(p) is slice and p == slice(None) for p in parts) or None not in parts:
        return None
    if parts.count(Ellipsis) > 1 or K.rank(K.kind_of(b.kind(g))) != rank + parts.count(None):
        return None
    axes = new_axes(parts, rank)
    found = without_axes(b, g, axes)
    if found is not None or b.program is not None and b.program.compiled:
        return found
    while parts[-1] is not None and parts[-1] is not Ellipsis:
        parts = parts[:-1]
    parts = tuple(0 if p is None else p for p in parts)
    return b.emit(operator.getitem, g, Const(parts if len(parts) > 1 else parts[0]))


def new_axes(parts: tuple[Any, ...], rank: int) -> frozenset[int]:
    """Which axes of the result are new.

    >>> sorted(new_axes((None, slice(None), None), 2))
    [0, 2]
    >>> sorted(new_axes((..., None), 2))
    [2]
    """
    left = rank - sum(1 for p in parts if p is not None and p is not Ellipsis)
    found: list[int] = []
    axis = 0
    for p in parts:
        if p is None:
            found.append(axis)
        axis += left if p is Ellipsis else 1
    return frozenset(found)


def without_axes(b: Builder, g: Any, axes: frozenset[int]) -> Any:
    """The adjoint without axes of one element, to which it was summed; None where it was not."""
    e = b.fresh.get(g) if isinstance(g, Var) else None
    if e is None:
        return None
    if e.op is np.sum and dict(e.kwargs).get("keepdims") == Const(True):
        return without_kept(b, e, axes)
    if e.op not in ARITHMETIC:
        return None
    plain: list[Any] = []
    for a in e.args:
        of_a = K.kind_of(b.kind(a))
        plain.append(a if K.is_number(of_a) else without_axes(b, a, axes) if K.rank(of_a) == K.rank(K.kind_of(b.kind(g))) else None)
    return None if None in plain else b.emit(e.op, *plain)


def without_kept(b: Builder, e: Eqn, axes: frozenset[int]) -> Any:
    rank, axis = K.rank(K.kind_of(b.kind(e.args[0]))), dict(e.kwargs).get("axis")
    if rank is None or not isinstance(axis, Const) or axis.value is None or len(e.args) != 1:
        return None
    summed = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    if {a % rank for a in summed} != axes:
        return None
    return b.emit(np.sum, e.args[0], **{k: v for k, v in e.kwargs if k != "keepdims"})
