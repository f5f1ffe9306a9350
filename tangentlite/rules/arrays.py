"""Shapes, joining and splitting, rearranging, and making arrays."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.trace import Const
from tangentlite.rules.expressions import (
    DYNAMIC,
    fitted,
    fixed,
    kind,
    normal_axes,
    or_zero,
    rank,
    reshape_back,
    shape_of,
    static,
)
from tangentlite.rules.verbs import UnknownKeyword, alias, constant, custom, linear

untile, unrepeat, undiagonal, put_along_axis, add_at, zeros_like = map(lift, (
    runtime.untile, runtime.unrepeat, runtime.undiagonal, runtime.put_along_axis, runtime.add_at, runtime.zeros_like))

Dims = tuple[Any, ...]
STRONG = {"float": "float64", "int": "int64", "bool": "bool", "complex": "complex128"}


# -- kinds ---------------------------------------------------------------------------------------------------------------

def array(x: Any, dims: Dims | None) -> K.Kind:
    """An array with the elements of `x`."""
    k = K.kind_of(x)
    dtype = k.dtype if isinstance(k, (K.Number, K.Array)) else None
    return K.Array(STRONG.get(dtype or "", dtype) or None, dims)


def shaped(dims: Callable[..., Dims | None]) -> Callable[..., K.Kind]:
    """The kind of a function that moves elements around; `dims(dims of x, ...)` may be None."""
    def of(x: Any, *args: Any, **keywords: Any) -> K.Kind:
        before = K.dims_of(K.kind_of(x))
        return array(x, None if before is None else dims(before, *map(fixed, args), **{k: fixed(v) for k, v in keywords.items()}))
    return of


def as_shape(shape: Any, like: Dims | None = None) -> Dims | None:
    """The dimensions a shape argument stands for: sizes other than 1 get the symbol of `like`, or a fresh one."""
    if isinstance(shape, Const):
        shape = shape.value
    if isinstance(shape, K.Seq) and shape.items is not None:
        return tuple(K.fresh_dim() for _ in shape.items)
    if isinstance(shape, K.Number):
        return (K.fresh_dim(),)
    if isinstance(shape, (int, np.integer)):
        shape = (int(shape),)
    if not isinstance(shape, (tuple, list)):
        return None
    sizes = [n.value if isinstance(n, Const) else n for n in shape]
    return tuple(1 if n == 1 else ("n", "size", n) if isinstance(n, int) and n >= 0 else K.fresh_dim() for n in sizes)


def reshape_kind(x: Any, shape: Any, order: Any = "C") -> K.Kind:
    return array(x, as_shape(shape))


def ravel_kind(x: Any, order: Any = "C") -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    if dims is None:
        return array(x, (K.fresh_dim(),))
    rest = [d for d in dims if d != 1]
    return array(x, (1,) if not rest else (rest[0],) if len(rest) == 1 else (K.fresh_dim(),))


def permuted(dims: Dims, axes: Any = None) -> Dims | None:
    if axes is None:
        return dims[::-1]
    order = normal_axes(tuple(axes) if isinstance(axes, (tuple, list)) else axes, len(dims))
    return None if order is None else tuple(dims[a] for a in order)


def swapped(dims: Dims, a: Any, b: Any) -> Dims | None:
    order = list(range(len(dims)))
    if not isinstance(a, int) or not isinstance(b, int):
        return None
    order[a], order[b] = order[b], order[a]
    return tuple(dims[k] for k in order)


def moved(dims: Dims, source: Any, target: Any) -> Dims | None:
    n = len(dims)
    froms, tos = (normal_axes(a if isinstance(a, (tuple, int)) else DYNAMIC, n) for a in (source, target))
    if froms is None or tos is None:
        return None
    order = [k for k in range(n) if k not in froms]
    for to, source_axis in sorted(zip(tos, froms)):
        order.insert(to, source_axis)
    return tuple(dims[k] for k in order)


def expanded(dims: Dims, axis: Any) -> Dims | None:
    n = len(dims) + (len(axis) if isinstance(axis, tuple) else 1)
    axes = normal_axes(axis, n) if axis is not None else None
    rest = iter(dims)
    return None if axes is None else tuple(1 if k in axes else next(rest) for k in range(n))


def squeezed(dims: Dims, axis: Any = None) -> Dims | None:
    if axis is None:
        return tuple(d for d in dims if d != 1) if not any(d != 1 and K.maybe_one(d) for d in dims) else None
    axes = normal_axes(axis, len(dims))
    return None if axes is None else tuple(d for k, d in enumerate(dims) if k not in axes)


def at_least(n: int) -> Callable[[Dims], Dims]:
    def dims_of(dims: Dims) -> Dims:
        match n, len(dims):
            case 3, 1:
                return (1, *dims, 1)
            case 3, 2:
                return (*dims, 1)
        return (1,) * (n - len(dims)) + dims
    return dims_of


def resized(dims: Dims, *args: Any, **keywords: Any) -> Dims:
    """The rank is kept, the lengths are not."""
    return tuple(K.fresh_dim() for _ in dims)


def kept(dims: Dims, *args: Any, **keywords: Any) -> Dims:
    return dims


# -- shapes --------------------------------------------------------------------------------------------------------------

def reshape_transpose(g: Any, x: Any, shape: Any, order: str = "C") -> Any:
    return reordered(g, x, order)


def reordered(g: Any, x: Any, order: str) -> Any:
    if order == "C":
        return reshape_back(g, x)
    if order != "F":
        raise UnknownKeyword(f"order={order!r} depends on how the array lies in memory")
    return np.reshape(g, shape_of(x), order="F")


def transpose_transpose(g: Any, x: Any, axes: Any = None) -> Any:
    order = static(axes)
    if order is None:
        return g.T if K.rank(kind(g)) else np.transpose(g)
    if order is DYNAMIC:
        return np.transpose(g, np.argsort(np.mod(axes, np.ndim(g))))
    return np.transpose(g, tuple(int(k) for k in np.argsort([a % len(order) for a in order])))


def negative(shift: Any) -> Any:
    s = static(shift)
    return tuple(-n for n in s) if isinstance(s, (tuple, list)) else -shift if not isinstance(s, int) else -s


# y = f(x, ...)                 lambda y_bar, x, ...: x_bar
linear(np.reshape,              reshape_transpose, kind=reshape_kind, view=True)
linear(np.ravel,                lambda g, x, order="C": reordered(g, x, order), kind=ravel_kind, view=True)
linear(np.transpose,            transpose_transpose, kind=shaped(permuted), view=True)
linear(np.matrix_transpose,     lambda g, x: np.matrix_transpose(g), kind=shaped(lambda dims: swapped(dims, -1, -2)), view=True)
linear(np.swapaxes,             lambda g, x, a, b: np.swapaxes(g, a, b), kind=shaped(swapped), view=True)
linear(np.moveaxis,             lambda g, x, source, target: np.moveaxis(g, target, source), kind=shaped(moved), view=True)
linear(np.expand_dims,          lambda g, x, axis: reshape_back(g, x), kind=shaped(expanded), view=True)
linear(np.squeeze,              lambda g, x, axis=None: reshape_back(g, x), kind=shaped(squeezed), view=True)
linear(np.atleast_1d,           lambda g, x: reshape_back(g, x), kind=shaped(at_least(1)), view=True)
linear(np.atleast_2d,           lambda g, x: reshape_back(g, x), kind=shaped(at_least(2)), view=True)
linear(np.atleast_3d,           lambda g, x: reshape_back(g, x), kind=shaped(at_least(3)), view=True)
linear(np.broadcast_to,         lambda g, x, shape: fitted(g, x), kind=lambda x, shape: array(x, as_shape(shape)), view=True)
linear(np.flip,                 lambda g, x, axis=None: np.flip(g, axis=axis), kind=shaped(kept), view=True)
linear(np.flipud,               lambda g, x: np.flipud(g), kind=shaped(kept), view=True)
linear(np.fliplr,               lambda g, x: np.fliplr(g), kind=shaped(kept), view=True)
linear(np.rot90,                lambda g, x, k=1, axes=(0, 1): np.rot90(g, negative(k), axes), kind=shaped(resized), view=True)
linear(np.roll,                 lambda g, x, shift, axis=None: np.roll(g, negative(shift), axis=axis), kind=shaped(kept))


# -- repeating and cutting -----------------------------------------------------------------------------------------------

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
        return undiagonal(g, x, k)
    raise UnknownKeyword("np.diag wants a number of dimensions that is known")


def gathered(g: Any, x: Any) -> K.Kind:
    """The elements of `g` summed to the shape of `x`."""
    dtype = getattr(array(g, None), "dtype", None)
    return K.numeric(dtype, K.dims_of(K.kind_of(x)))


linear(np.tile,       lambda g, x, reps: untile(g, x, reps), kind=tiled)
linear(np.repeat,     lambda g, x, repeats, axis=None: unrepeat(g, x, repeats, axis), kind=repeated)
linear(np.triu,       lambda g, x, k=0: np.triu(g, k=k), kind=triangle_kind)
linear(np.tril,       lambda g, x, k=0: np.tril(g, k=k), kind=triangle_kind)
linear(np.diag,       diag_transpose, kind=diag_kind)
linear(np.diagonal,   lambda g, x, offset=0, axis1=0, axis2=1: undiagonal(g, x, offset, axis1, axis2), kind=diagonal_kind, view=True)
linear(np.trace,      lambda g, x, offset=0, axis1=0, axis2=1: undiagonal(np.expand_dims(g, -1), x, offset, axis1, axis2),
       kind=trace_kind)
linear(runtime.untile, lambda t, g, x, reps: np.tile(t, reps), kind=lambda g, x, reps: gathered(g, x))
linear(runtime.unrepeat, lambda t, g, x, repeats, axis=None: np.repeat(t, repeats, axis=axis),
       kind=lambda g, x, repeats, axis=None: gathered(g, x))
linear(runtime.undiagonal, lambda t, g, x, offset=0, axis1=0, axis2=1: spread_diagonal(t, g, offset, axis1, axis2),
       kind=lambda g, x, *rest: array(g, K.dims_of(K.kind_of(x))))


def spread_diagonal(t: Any, g: Any, offset: Any, axis1: Any, axis2: Any) -> Any:
    return fitted(np.diagonal(t, offset, axis1, axis2), g)


# -- order and selection -------------------------------------------------------------------------------------------------

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
    if not isinstance(a, int) or a < 0 and K.rank(kind(x)) is None:
        raise UnknownKeyword("np.take wants an axis that is known")
    return add_at(zeros_like(x), (slice(None),) * (a % (K.rank(kind(x)) or a + 1)) + (indices,), g)


def taken(x: Any, indices: Any, axis: Any = None) -> K.Kind:
    i = K.kind_of(indices)
    if isinstance(i, K.Number) and K.rank(K.kind_of(x)) == 1:
        return K.elements(K.kind_of(x))
    return array(x, None)


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


def pad_widths(width: Any, r: int | None) -> list[tuple[Any, Any]]:
    w = static(width)
    if w is DYNAMIC or r is None:
        raise UnknownKeyword("np.pad wants a width and a number of dimensions that are known")
    return [(int(a), int(b)) for a, b in np.broadcast_to(w, (r, 2))]


def pad_transpose(g: Any, x: Any, width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    if mode != "constant" or static(constant_values) != 0:
        raise UnknownKeyword("np.pad is differentiated with mode='constant' and zeros")
    index = tuple(slice(a or None, -b if b else None) for a, b in pad_widths(width, K.rank(kind(x))))
    return g[index[0] if len(index) == 1 else index]


custom(np.sort, sort_tangent, sort_adjoint, kind=lambda x, axis=-1: ravel_kind(x) if fixed(axis) is None else shaped(kept)(x))
linear(np.take, take_transpose, kind=taken)
linear(np.take_along_axis, lambda g, x, indices, axis=-1: put_along_axis(x, indices, g, axis), kind=lambda x, *rest: array(x, None))
custom(runtime.put_along_axis,
       lambda y, dots, x, indices, g, axis: put_along_axis(x, indices, dots[2], axis) if dots[2] is not None else 0.0 * y,
       lambda t, y, x, indices, g, axis: (None, None, np.take_along_axis(t, indices, axis), None),
       kind=lambda x, indices, g, axis: array(g, K.dims_of(K.kind_of(x))))
linear(np.diff, diff_transpose, kind=diff_kind)
linear(np.pad, pad_transpose, kind=lambda x, width, *mode, **options: shaped(resized)(x))


# -- making arrays -------------------------------------------------------------------------------------------------------

def created(shape: Any, dtype: Any = None, **options: Any) -> K.Kind:
    d = fixed(dtype)
    try:
        name = "float64" if d is None else None if d is DYNAMIC else np.dtype(d).name
    except TypeError:
        name = None
    return K.Array(name, as_shape(shape))


def full_kind(shape: Any, value: Any, dtype: Any = None) -> K.Kind:
    return array(value if fixed(dtype) is None else K.UNKNOWN, as_shape(shape))


def arange_kind(*args: Any, **keywords: Any) -> K.Kind:
    names = [k.dtype for k in map(K.kind_of, args) if isinstance(k, K.Number)]
    dtype = None if keywords or len(names) != len(args) else "int64" if all(n == "int" for n in names) else (
        "float64" if all(n in ("int", "float", "float64") for n in names) else None)
    return K.Array(dtype, (K.fresh_dim(),))


def arange_adjoint(g: Any, y: Any, *limits: Any) -> Any:
    """start + step * k; the number of elements does not move."""
    if len(limits) == 1:
        return None
    start = np.sum(g)
    step = np.dot(g, lift(np.arange)(lift(len)(g))) if len(limits) == 3 else None
    return (start, None, step)[:len(limits)]


def arange_tangent(y: Any, dots: Any, *limits: Any) -> Any:
    dot = 0.0 * y
    if len(limits) > 1 and dots[0] is not None:
        dot = dot + dots[0]
    return dot + dots[2] * lift(np.arange)(lift(len)(y)) if len(limits) == 3 and dots[2] is not None else dot


def ramp(y: Any) -> Any:
    """0 ... 1 in as many steps as `y` has."""
    return lift(np.linspace)(0.0, 1.0, lift(len)(y))


def linspace_adjoint(g: Any, y: Any, start: Any, stop: Any, num: Any = 50) -> Any:
    scalars(start, stop)
    weights = ramp(y)
    return np.dot(g, 1.0 - weights), np.dot(g, weights)


def linspace_tangent(y: Any, dots: Any, start: Any, stop: Any, num: Any = 50) -> Any:
    scalars(start, stop)
    weights = ramp(y)
    return or_zero(dots[0]) * (1.0 - weights) + or_zero(dots[1]) * weights


def scalars(*xs: Any) -> None:
    if any(not K.is_number(kind(x)) for x in xs):
        raise UnknownKeyword("np.linspace between arrays")


constant(np.zeros, np.ones, np.empty, kind=created, cheap=False)
constant(np.eye, np.identity, np.tri, kind=lambda *size, **options: K.Array(
    None if options or len(size) > 2 else "float64", (K.fresh_dim(), K.fresh_dim())))
custom(np.full, lambda y, dots, shape, value: lift(np.full)(shape, dots[1]), lambda g, y, shape, value: (None, fitted(g, value)),
       kind=full_kind)
custom(np.full_like, lambda y, dots, x, value: np.full_like(y, or_zero(dots[1])), lambda g, y, x, value: (None, fitted(g, value)),
       kind=lambda x, value: array(x, K.dims_of(K.kind_of(x))))
custom(np.arange, arange_tangent, arange_adjoint, kind=arange_kind)
custom(np.linspace, linspace_tangent, linspace_adjoint, kind=lambda start, stop, num=50: K.Array(
    "float64" if all(K.kind_of(a) in (K.FLOAT, K.INT, K.Number("float64")) for a in (start, stop)) else None, as_shape(fixed(num))))


# -- conversions ---------------------------------------------------------------------------------------------------------

def converted(g: Any, x: Any, dtype: Any = None) -> Any:
    """The elements of an array, or of lists of lists, as they are; an integer or bool result has no derivative."""
    d = static(dtype)
    if d is DYNAMIC:
        raise UnknownKeyword("a dtype that is not known")
    if rank(x) == 0 and rank(g) == 1:
        return np.sum(g)
    if d is not None and np.dtype(d).kind not in "fc":
        return None
    return lift(runtime.cast_like)(g, x) if d is not None and not isinstance(kind(x), K.Seq) else g


def array_kind(x: Any, dtype: Any = None) -> K.Kind:
    k = K.kind_of(x)
    if isinstance(k, K.Seq):
        k = nested_kind(k)
    name = None if fixed(dtype) is not None else k.dtype if isinstance(k, (K.Number, K.Array)) else None
    if fixed(dtype) not in (None, DYNAMIC):
        name = np.dtype(fixed(dtype)).name
    return K.Array(STRONG.get(name or "", name) or None, K.dims_of(k))


def nested_kind(k: Any) -> K.Kind:
    """Lists of lists of numbers, as an array."""
    if not isinstance(k, K.Seq):
        return k if isinstance(k, (K.Number, K.Array)) else K.NUMERIC
    elem = [nested_kind(e) for e in (k.items if k.items is not None else (K.elements(k),))]
    ranks = {K.rank(e) for e in elem}
    if len(ranks) != 1 or None in ranks:
        return K.NUMERIC
    e = elem[0]
    for other in elem[1:]:
        e = K.elementwise(np.add, e, other) if K.is_numeric(other) else K.NUMERIC
    n = 1 if k.items is not None and len(k.items) == 1 else ("n", "size", len(k.items)) if k.items else K.fresh_dim()
    return K.Array(getattr(e, "dtype", None) or None, None if K.dims_of(e) is None else (n, *(K.dims_of(e) or ())))


def contiguous_kind(x: Any, dtype: Any = None) -> K.Kind:
    """At least one dimension."""
    k = array_kind(x, dtype)
    return K.Array(k.dtype, (1,)) if isinstance(k, K.Array) and k.dims == () else k


def conversion(op: Any, view: bool, kind: Any = array_kind) -> None:
    def forward(y: Any, dots: Any, x: Any, dtype: Any = None) -> Any:
        if converted(y, x, dtype) is None:
            return 0.0 * y
        return lift(op)(dots[0]) if static(dtype) is None else lift(op)(dots[0], dtype)
    custom(op, forward, lambda g, y, x, dtype=None: converted(g, x, dtype), kind=kind, view=view)


for op in (np.array, np.copy, np.astype):
    conversion(op, view=False)
for op in (np.asarray, np.asanyarray):
    conversion(op, view=True)
for op in (np.ascontiguousarray, np.asfortranarray):
    conversion(op, view=True, kind=contiguous_kind)

constant(np.shape, kind=lambda x: K.Seq("tuple", (K.INT,) * rank if (rank := K.rank(K.kind_of(x))) is not None else None, K.INT), cheap=True)
constant(np.ndim, np.size, kind=lambda x, axis=None: K.INT, cheap=True)
constant(np.argsort, np.argpartition, kind=lambda x, axis=-1, **options: K.Array("int64", K.dims_of(K.kind_of(x))) if (
    fixed(axis) is not None and isinstance(K.kind_of(x), K.Array)) else K.UNKNOWN)
constant(np.nonzero, np.argwhere, np.flatnonzero, np.searchsorted, np.digitize, np.lexsort, np.tril_indices, np.triu_indices,
         np.diag_indices, np.ix_, np.indices, np.unravel_index, np.ravel_multi_index, np.array_equal, np.array_equiv, np.allclose,
         np.isscalar, np.iscomplexobj, np.isrealobj, np.result_type, np.dtype, np.isin)
alias(np.transpose, np.permute_dims)
