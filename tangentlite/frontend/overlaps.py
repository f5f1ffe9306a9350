"""Assignments between parts of one array that overlap, where NumPy may read what it has just written.

    A[:, 2] = A[1]      elements at different distances in memory are copied one by one, without a copy between
    u[mask] = u[:3]     as are those that a mask, `np.place` or `.flat` chooses

NumPy's documentation promises the values from before the assignment; these cases do not give them.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.frontend.memory import Memory
from tangentlite.frontend.views import index_kind, is_number, is_slice, spelled_out
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries
from tangentlite.rules.structures import index_parts

Axes = list[tuple[int, int]]  # for every axis of a view: which one it is of the array, and how many elements it goes at a time


def hazardous(memory: Memory, b: Any, u: Var, index: Any, value: Any) -> bool:
    """May `u[index] = value` read what it has written?"""
    if not isinstance(value, Var) or memory.immutable(value) or not isinstance(memory.kind(u), K.Array) or rank(memory, value) == 0:
        return False
    if not memory.meet(memory.reference(u).own, memory.reference(value).own):
        return False
    parts = index_parts(index_kind(index, memory.kinds))
    chosen = [p for p in parts if isinstance(p, K.Array | K.Seq | K.Unknown)]
    if chosen:  # by indices, where NumPy looks for overlaps, or a mask
        return not all(is_indices(p) for p in chosen)
    source = axes(memory, b, value)
    target = taken(axes(memory, b, u), index, b)
    if source is None or target is None:
        return memory.view(value) is not None and rank(memory, value) == 1
    if len(source) != 1 or len(target) != 1:
        return False  # NumPy looks for overlaps there
    (axis, step), (other, other_step) = source[0], target[0]
    return (axis, step) != (other, other_step) and step * other_step > 0


def is_indices(part: Any) -> bool:
    elem = K.elements(part) if isinstance(part, K.Seq) else part
    return str(getattr(elem, "dtype", None)).startswith(("int", "uint"))


def rank(memory: Memory, v: Any) -> int | None:
    return K.rank(memory.kind(v))


def axes(memory: Memory, b: Any, v: Var) -> Axes | None:
    """What the axes of `v` are of the array it is taken from; None where that cannot be told."""
    view = memory.view(v)
    if view is None or not isinstance(memory.kind(view.base), K.Array):
        r = rank(memory, v)
        return None if r is None else [(k, 1) for k in range(r)]
    base = axes(memory, b, view.base)
    if view.op is np.transpose and not view.rest and base is not None:
        return base[::-1]
    if view.op in (np.real, np.imag):
        return base
    return taken(base, view.index, b) if view.index is not None else None


def taken(base: Axes | None, index: Any, b: Any) -> Axes | None:
    """The axes that are left of `base` by an index of numbers and slices."""
    parts = None if base is None else spelled_out(entries(index, b.defs), len(base))
    if parts is None or base is None or not all(is_number(p, b) or is_slice(p, b) for p in parts):
        return None
    left: Axes = []
    for (axis, step), part in zip(base, parts):
        if is_slice(part, b):
            stride = stride_of(part, b)
            if stride is None:
                return None
            left.append((axis, step * stride))
    return left + base[len(parts):]


def stride_of(part: Any, b: Any) -> int | None:
    """The step of a slice; None where it is not known."""
    if isinstance(part, Const):
        step = part.value.step
    else:
        made = b.defs.get(part)
        last = made.args[2] if made is not None and made.op is slice and len(made.args) == 3 else None
        if not isinstance(last, Const):
            return None
        step = last.value
    return 1 if step is None else int(step)
