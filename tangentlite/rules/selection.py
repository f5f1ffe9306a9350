"""Choosing among values, and functions that only move, repeat or drop elements: gathers from the array laid out flat."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.callees import method
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import arrays, fixed, rank, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import array, as_shape, resized, shaped
from tangentlite.rules.ufuncs import where_kind

arange = lift(np.arange)
sliding_window_view = np.lib.stride_tricks.sliding_window_view


# -- choosing --------------------------------------------------------------------------------------------------------

def select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """Of the first condition that holds."""
    if not isinstance(conditions, (list, tuple)) or not isinstance(choices, (list, tuple)) or len(conditions) != len(choices):
        raise UnknownKeyword("np.select wants its conditions and choices in lists that are written out")
    y = default
    for c, x in zip(conditions[::-1], choices[::-1]):
        y = np.where(c, x, y)
    return y


def choose(k: Any, choices: Any, *, mode: Any = "raise") -> Any:
    if not isinstance(choices, (list, tuple)) or static(mode) not in ("raise", "wrap", "clip"):
        raise UnknownKeyword("np.choose wants its choices in a list that is written out, and a mode that is known")
    n, y = len(choices), choices[0]
    if static(mode) == "clip":
        k = np.clip(k, 0, n - 1)
    elif static(mode) == "wrap":
        k = np.mod(k, n)
    for j in range(1, n):
        y = np.where(np.equal(k, j), choices[j], y)
    return y


def choice_kind(*choices: Any) -> K.Kind:
    """Rank and dtype of `np.where`, as far as all agree on the dtype."""
    result = K.kind_of(choices[0])
    for x in choices[1:]:
        result = K.elementwise(np.add, result, x)
    return result


def select_kind(conditions: Any, choices: Any, default: Any = K.INT) -> K.Kind:
    c, x = K.kind_of(conditions), K.kind_of(choices)
    if not all(isinstance(k, K.Seq) and k.items for k in (c, x)):
        return K.NUMERIC
    values = choice_kind(*x.items, default)  # type: ignore[union-attr,misc]
    return where_kind(choice_kind(*c.items), values, values)  # type: ignore[union-attr,misc]


def choose_kind(k: Any, choices: Any, **options: Any) -> K.Kind:
    x = K.kind_of(choices)
    if not isinstance(x, K.Seq) or not x.items:
        return K.NUMERIC
    values = choice_kind(*x.items)
    dims = K.broadcast_dims(K.dims_of(K.kind_of(k)), K.dims_of(values))
    return K.numeric(getattr(values, "dtype", None) or None, dims)


defined(np.select, select, kind=select_kind, lists=True)
defined(np.choose, choose, kind=choose_kind, lists=True)


# -- gathers ---------------------------------------------------------------------------------------------------------

def places(x: Any) -> Any:
    """The numbers of the elements, in the shape of `x`."""
    return arange(x.shape[0]) if rank(x) == 1 else np.reshape(arange(np.size(x)), np.shape(x))


def gathered(x: Any, index: Any) -> Any:
    return (x if rank(x) == 1 else np.ravel(x))[index]


def given(axis: Any) -> tuple[Any, ...]:
    return () if static(axis) is None else (axis,)


def insert(x: Any, where: Any, values: Any, axis: Any = None) -> Any:
    x, values = arrays(x, values)
    n = np.size(x)
    return np.concatenate([np.ravel(x), np.ravel(values)])[np.insert(places(x), where, n + places(values), *given(axis))]


def compress(condition: Any, x: Any, axis: Any = None) -> Any:
    return np.take(x, x.emit(np.flatnonzero, (condition,)), axis=axis)


def window_view(x: Any, window_shape: Any, axis: Any = None) -> Any:
    return gathered(x, sliding_window_view(places(x), window_shape, axis=axis))


def extra_axes(x: Any, window_shape: Any, axis: Any = None) -> K.Kind:
    shape = as_shape(fixed(window_shape) if not isinstance(fixed(window_shape), int) else (fixed(window_shape),))
    dims = K.dims_of(K.kind_of(x))
    return array(x, None if dims is None or shape is None else tuple(K.fresh_dim() for _ in dims) + tuple(K.fresh_dim() for _ in shape))


def flat_or_resized(x: Any, where: Any = None, values: Any = None, axis: Any = None) -> K.Kind:
    return array(x, (K.fresh_dim(),)) if fixed(axis) is None else shaped(resized)(x)


def rollaxis(x: Any, axis: Any, start: Any = 0) -> Any:
    a, to, r = static(axis), static(start), rank(x)
    if r is None or not isinstance(a, int) or not isinstance(to, int):
        raise UnknownKeyword("np.rollaxis wants axes and a number of dimensions that are known")
    a, to = a % r, to + r if to < 0 else to
    return np.moveaxis(x, a, to - 1 if a < to else to)


defined(np.insert, insert, kind=flat_or_resized)
defined(np.delete, lambda x, where, axis=None: gathered(x, np.delete(places(x), where, *given(axis))),
        kind=lambda x, where, axis=None: flat_or_resized(x, axis=axis))
defined(np.resize, lambda x, new_shape: gathered(x, np.resize(places(x), new_shape)),
        kind=lambda x, new_shape: array(x, as_shape(fixed(new_shape))))
defined(np.compress, compress, kind=lambda condition, x, axis=None: flat_or_resized(x, axis=axis))
defined(np.extract, lambda condition, x: np.take(x, x.emit(np.flatnonzero, (condition,))),
        kind=lambda condition, x: array(x, (K.fresh_dim(),)))
defined(np.diagflat, lambda x, k=0: np.diag(x if rank(x) == 1 else np.ravel(x), k))
defined(np.rollaxis, rollaxis, view=True)
defined(sliding_window_view, window_view, kind=extra_axes, view=True)
method(np.ndarray.compress, np.compress, lambda x, condition, *rest: (condition, x, *rest))
method(np.ndarray.choose, np.choose)
