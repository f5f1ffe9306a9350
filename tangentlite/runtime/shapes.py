"""The shape and dtype of adjoints and tangents: what broadcasting and reductions change, and its transposes."""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from tangentlite.runtime.structures import rebuilt


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum `g` down to the shape of `x`: the transpose of broadcasting. The result has the floating dtype of `x`."""
    if type(g) is type(x) is np.ndarray and g.shape == x.shape and g.dtype is x.dtype:
        return g  # as most are
    if isinstance(x, (list, tuple, dict)):
        if isinstance(g, dict) and isinstance(x, dict) and g.keys() == x.keys():
            return {k: unbroadcast(g[k], v) for k, v in x.items()}
        if isinstance(g, np.ndarray) and not isinstance(x, dict):
            g = list(unbroadcast(g, np.asarray(x)))  # the adjoint of an array that NumPy has made of the list
        if isinstance(g, (list, tuple)) and not isinstance(x, dict) and len(g) == len(x):
            return rebuilt(x, [unbroadcast(a, b) for a, b in zip(g, x)])
        raise TypeError(f"cannot differentiate arithmetic on a {type(x).__name__}; make it an array first")
    shape, g_shape = np.shape(x), np.shape(g)
    if g_shape != shape:
        extra = len(g_shape) - len(shape)
        if extra < 0:
            g = np.broadcast_to(g, shape)
        else:
            ones = tuple(k + extra for k, n in enumerate(shape) if n == 1 and g_shape[k + extra] != 1)
            g = np.sum(g, axis=tuple(range(extra)) + ones, keepdims=True).reshape(shape)
    if isinstance(g, np.ndarray) and not isinstance(x, np.ndarray) and g.ndim == 0:
        g = g[()]  # a number has a number for its adjoint: an array could be written through another name
    return cast_like(g, x)


def cast_like(g: Any, x: Any) -> Any:
    """`g` in the floating dtype of `x`; unchanged where `x` has none of its own. The real part where `x` is real."""
    if isinstance(x, (list, tuple, dict)) or isinstance(g, (list, tuple, dict)):
        return g
    dtype = getattr(x, "dtype", None)
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if dtype is None or dtype.kind not in "fc" or getattr(g, "dtype", None) == dtype:
        return g
    return g.astype(dtype) if hasattr(g, "dtype") else dtype.type(g)


def broadcast_like(g: Any, y: Any) -> Any:
    """`g` spread to the shape of `y`: the tangent of a broadcast argument."""
    return g if np.shape(g) == np.shape(y) else np.broadcast_to(g, np.shape(y))


def unreduce(g: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Spread `g` over the axes that a reduction of `x` has removed: the transpose of `np.sum`."""
    if np.ndim(x) == 0:
        return g
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(np.asarray(g, getattr(x, "dtype", None)) if isinstance(g, float) else g, np.shape(x))


def unsum(g: Any, xs: Any) -> Any:
    """The adjoint of `sum(xs)`: `g` for every element."""
    return unreduce(g, xs, 0) if isinstance(xs, np.ndarray) else [
        g if type(x) is type(g) is float else unbroadcast(g, x) for x in xs]


def axis_length(x: Any, axis: Any) -> int:
    """The number of elements that a reduction of `x` along `axis` combines."""
    axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return math.prod(np.shape(x)[a] for a in axes)


def split_like(g: Any, xs: Any, axis: int = 0) -> list[Any]:
    """The parts of `g` along `axis` that the arrays `xs` were concatenated to: the transpose of `np.concatenate`."""
    ends = np.cumsum([np.shape(x)[axis] for x in xs])
    return np.split(g, ends[:-1], axis)


def leading(g: Any, part: Any) -> Any:
    """The corner of `g` with the shape of `part`. Raises LinAlgError unless the rest is 0: it belongs to an arbitrary basis."""
    corner = np.s_[..., :part.shape[-2], :part.shape[-1]]
    if np.count_nonzero(g) != np.count_nonzero(g[corner]):
        raise np.linalg.LinAlgError("the vectors that complete an orthogonal basis are arbitrary and have no derivative")
    return g[corner]


def enlarged(dot: Any, y: Any, rest: float) -> Any:
    """`dot` in the corner of an array of the shape of `y`; the rest is NaN where `y` is an arbitrary basis."""
    result = np.full(y.shape, rest, dot.dtype)
    result[..., :dot.shape[-2], :dot.shape[-1]] = dot
    return result


def fit_axis(x: Any, n: int, axis: int = -1) -> Any:
    """`x` with length `n` along an axis: cut, or filled with zeros, at the end."""
    x = np.asarray(x)
    length = x.shape[axis]
    if n <= length:
        return x[(*(slice(None),) * (axis % x.ndim), slice(n))]
    return np.pad(x, [(0, n - length if k == axis % x.ndim else 0) for k in range(x.ndim)])


def max_along(x: Any, axis: int) -> Any:
    """np.max along one axis."""
    return np.max(x, axis=axis)


def min_along(x: Any, axis: int) -> Any:
    """np.min along one axis."""
    return np.min(x, axis=axis)


def prod_along(x: Any, axis: int) -> Any:
    """np.prod along one axis."""
    return np.prod(x, axis=axis)
