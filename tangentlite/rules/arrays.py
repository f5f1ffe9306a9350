"""Repeating, cutting, sorting and selecting the elements of arrays."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import (
    cast_to,
    fitted,
    fixed,
    kind,
    known_rank,
    lifted,
    normal_axes,
    rank,
    reshape_back,
    static,
)
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import array, as_shape, kept, ravel_kind, shaped
from tangentlite.rules.verbs import custom, linear

eye, untile, unrepeat, undiagonal, put_along_axis, add_at, zeros_like = lifted(
    np.eye, runtime.untile, runtime.unrepeat, runtime.undiagonal, runtime.put_along_axis, runtime.add_at,
    runtime.zeros_like)


# -- repeating and cutting -------------------------------------------------------------------------------------------

def tiled(x: Any, reps: Any) -> K.Kind:
    before, shape = K.dims_of(K.kind_of(x)), as_shape(reps)
    if before is None or shape is None:
        return array(x, None)
    return array(x, tuple(K.fresh_dim() for _ in range(max(len(before), len(shape)))))


def repeated(x: Any, repeats: Any, axis: Any = None) -> K.Kind:
    before, ax = K.dims_of(K.kind_of(x)), fixed(axis)
    if ax is None:
        return array(x, (K.fresh_dim(),))
    axes = normal_axes(ax, len(before)) if before is not None else None
    if before is None or axes is None:
        return array(x, None)
    return array(x, tuple(K.fresh_dim() if k in axes else d for k, d in enumerate(before)))


def triangle_kind(x: Any, k: Any = 0) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return array(x, dims if dims is not None and len(dims) > 1 else None)


def diagonal_kind(x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    axes = normal_axes((fixed(axis1), fixed(axis2)), len(dims)) if dims is not None else None
    if dims is None or axes is None:
        return array(x, None)
    return array(x, (*(d for k, d in enumerate(dims) if k not in axes), K.fresh_dim()))


def trace_kind(x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> K.Kind:
    k = diagonal_kind(x, offset, axis1, axis2)
    dtype = k.dtype if isinstance(k, K.Array) and k.dtype and k.dtype[0] in "fc" else None
    return K.numeric(dtype, k.dims[:-1]) if isinstance(k, K.Array) and k.dims is not None else K.Array(dtype, None)


def diag_kind(x: Any, k: Any = 0) -> K.Kind:
    rank = K.rank(K.kind_of(x))
    return array(x, None if rank not in (1, 2) else (K.fresh_dim(),) * (3 - rank))


def diag_transpose(g: Any, x: Any, k: Any = 0) -> Any:
    if K.rank(kind(x)) == 1:
        return np.diagonal(g, k)
    if K.rank(kind(x)) == 2:
        main, dims = static(k) == 0, K.dims_of(kind(x))
        return np.diag(g) if main and dims is not None and len(set(dims)) == 1 else undiagonal(g, x, *([] if main else [k]))
    raise UnknownKeyword("np.diag wants a number of dimensions that is known")


def on_diagonal(g: Any, x: Any, *place: Any) -> Any:
    """Zeros like `x` with `g` on a diagonal; `place` is the offset and the two axes."""
    return undiagonal(g, x) if tuple(map(static, place)) == (0, 0, 1) else undiagonal(g, x, *place)


def trace_transpose(g: Any, x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if rank(x) == 2 and static(axis1) == 0 and static(axis2) == 1:
        shape = x.shape
        return cast_to(g * eye(shape[0], shape[1], *([] if static(offset) == 0 else [offset])), x)
    return on_diagonal(np.expand_dims(g, -1), x, offset, axis1, axis2)


def gathered(g: Any, x: Any) -> K.Kind:
    """The elements of `g` summed to the shape of `x`."""
    dtype = getattr(array(g, None), "dtype", None)
    return K.numeric(dtype, K.dims_of(K.kind_of(x)))


linear(np.tile,       lambda g, x, reps: untile(g, x, reps), kind=tiled)
linear(np.repeat,     lambda g, x, repeats, axis=None: unrepeat(g, x, repeats, axis), kind=repeated)
linear(np.triu,       lambda g, x, k=0: fitted(np.triu(g, k=k), x), kind=triangle_kind)
linear(np.tril,       lambda g, x, k=0: fitted(np.tril(g, k=k), x), kind=triangle_kind)
linear(np.diag,       diag_transpose, kind=diag_kind, view=lambda kinds, x, k=0: () if K.rank(kinds.get(x)) == 1 else [x])
linear(np.diagonal,   lambda g, x, offset=0, axis1=0, axis2=1: on_diagonal(g, x, offset, axis1, axis2),
       kind=diagonal_kind, view=True)
linear(np.trace,      trace_transpose, kind=trace_kind)
linear(runtime.untile, lambda t, g, x, reps: np.tile(t, reps), kind=lambda g, x, reps: gathered(g, x))
linear(runtime.unrepeat, lambda t, g, x, repeats, axis=None: np.repeat(t, repeats, axis=axis),
       kind=lambda g, x, repeats, axis=None: gathered(g, x))
linear(runtime.undiagonal, lambda t, g, x, offset=0, axis1=0, axis2=1: spread_diagonal(t, g, offset, axis1, axis2),
       kind=lambda g, x, *rest: array(g, K.dims_of(K.kind_of(x))))


def spread_diagonal(t: Any, g: Any, offset: Any, axis1: Any, axis2: Any) -> Any:
    return fitted(np.diagonal(t, offset, axis1, axis2), g)


# -- order and selection ---------------------------------------------------------------------------------------------

def sort_adjoint(g: Any, y: Any, x: Any, axis: Any = -1) -> Any:
    if static(axis) is None:
        return reshape_back(sort_adjoint(g, y, np.ravel(x), -1), x)
    order = np.argsort(x, axis=axis)
    return put_along_axis(x, order, g, axis)


def sort_tangent(y: Any, dots: Any, x: Any, axis: Any = -1) -> Any:
    if static(axis) is None:
        return sort_tangent(y, (np.ravel(dots[0]),), np.ravel(x), -1)
    return np.take_along_axis(dots[0], np.argsort(x, axis=axis), axis)


def take_transpose(g: Any, x: Any, indices: Any, axis: Any = None) -> Any:
    if static(axis) is None:
        return reshape_back(add_at(zeros_like(np.ravel(x)), indices, g), x)
    a = static(axis)
    if not isinstance(a, int):
        raise UnknownKeyword("np.take wants an axis that is known")
    before = a if a >= 0 else a + known_rank(x)
    return add_at(zeros_like(x), (*(slice(None),) * before, indices), g)


def taken(x: Any, indices: Any, axis: Any = None) -> K.Kind:
    i = K.kind_of(indices)
    if isinstance(i, K.Number) and K.rank(K.kind_of(x)) == 1:
        return K.elements(K.kind_of(x))
    return array(x, None)


def taken_along(x: Any, indices: Any, axis: Any = -1) -> K.Kind:
    before, shape, a = K.dims_of(K.kind_of(x)), K.dims_of(K.kind_of(indices)), fixed(axis)
    if before is None or shape is None or len(before) != len(shape) or not isinstance(a, int) or not -len(shape) <= a < len(shape):
        return array(x, shape if a is None else None)
    others = tuple(1 if k == a % len(shape) else d for k, d in enumerate(before))
    return array(x, K.broadcast_dims(shape, others))


def diff_transpose(g: Any, x: Any, n: Any = 1, axis: Any = -1) -> Any:
    r, steps, a = K.rank(kind(x)), static(n), static(axis)
    if r is None or not isinstance(steps, int) or not isinstance(a, int):
        raise UnknownKeyword("np.diff wants n, axis and a number of dimensions that are known")
    for _ in range(steps):
        width = 1 if r == 1 else tuple((1, 1) if k == a % r else (0, 0) for k in range(r))
        g = -np.diff(np.pad(g, width), axis=a) if r > 1 else -np.diff(np.pad(g, width))
    return g


def diff_kind(x: Any, n: Any = 1, axis: Any = -1) -> K.Kind:
    return repeated(x, n, axis)


def sort_kind(x: Any, axis: Any = -1) -> K.Kind:
    return ravel_kind(x) if fixed(axis) is None else shaped(kept)(x)


def put_tangent(y: Any, dots: Any, x: Any, indices: Any, g: Any, axis: Any) -> Any:
    return 0.0 * y if dots[2] is None else put_along_axis(x, indices, dots[2], axis)


custom(np.sort, sort_tangent, sort_adjoint, kind=sort_kind)
linear(np.take, take_transpose, kind=taken)
linear(np.take_along_axis, lambda g, x, indices, axis=-1: put_along_axis(x, indices, g, axis), kind=taken_along)
custom(runtime.put_along_axis, put_tangent,
       lambda t, y, x, indices, g, axis: (None, None, np.take_along_axis(t, indices, axis), None),
       kind=lambda x, indices, g, axis: array(g, K.dims_of(K.kind_of(x))))
linear(np.diff, diff_transpose, kind=diff_kind)
