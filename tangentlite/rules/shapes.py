"""Functions that give an array another shape, and the kinds of their results."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const
from tangentlite.rules.expressions import DYNAMIC, as_number, fitted, fixed, kind, normal_axes, reshape_back, shape_of, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import alias, linear

Dims = tuple[Any, ...]
STRONG = {"float": "float64", "int": "int64", "bool": "bool", "complex": "complex128"}


# -- kinds -----------------------------------------------------------------------------------------------------------

def array(x: Any, dims: Dims | None) -> K.Kind:
    """An array with the elements of `x`."""
    k = K.kind_of(x)
    dtype = k.dtype if isinstance(k, (K.Number, K.Array)) else None
    return K.Array(STRONG.get(dtype or "", dtype) or None, dims)


def shaped(dims: Callable[..., Dims | None]) -> Callable[..., K.Kind]:
    """The kind of a function that moves elements around; `dims(dims of x, ...)` may be None."""
    def of(x: Any, *args: Any, **keywords: Any) -> K.Kind:
        before, options = K.dims_of(K.kind_of(x)), {k: fixed(v) for k, v in keywords.items()}
        return array(x, None if before is None else dims(before, *map(fixed, args), **options))
    return of


def as_shape(shape: Any, like: Dims | None = None) -> Dims | None:
    """The dimensions a shape argument stands for: sizes other than 1 get the symbol of `like`, or a fresh one."""
    if isinstance(shape, Const):
        shape = shape.value
    if isinstance(shape, K.Seq) and shape.items is not None:
        return tuple(map(dim_of, shape.items))
    if isinstance(shape, K.Number):
        return (dim_of(shape),)
    if isinstance(shape, (int, np.integer)):
        shape = (int(shape),)
    if not isinstance(shape, (tuple, list)):
        return None
    sizes = [n.value if isinstance(n, Const) else n for n in shape]
    return tuple(1 if n == 1 else ("n", "size", n) if isinstance(n, int) and n >= 0 else dim_of(n) for n in sizes)


def dim_of(size: Any) -> Any:
    """The dimension of a size whose kind this is."""
    return size.size if isinstance(size, K.Number) and size.size is not None else K.fresh_dim()


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


def last_swapped(dims: Dims) -> Dims | None:
    return swapped(dims, -1, -2)


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


# -- shapes ----------------------------------------------------------------------------------------------------------

def reshape_transpose(g: Any, x: Any, shape: Any, order: str = "C") -> Any:
    return reordered(g, x, order)


def reordered(g: Any, x: Any, order: str) -> Any:
    if order == "C" or K.is_number(kind(x)):
        return reshape_back(g, x)
    if order != "F":
        raise UnknownKeyword(f"order={order!r} depends on how the array lies in memory")
    return np.reshape(g, shape_of(x), order="F")


def transpose_transpose(g: Any, x: Any, axes: Any = None) -> Any:
    order = static(axes)
    if K.is_number(kind(x)):
        return as_number(g)
    if order is None:
        return g.T if K.rank(kind(g)) else np.transpose(g)
    if order is DYNAMIC:
        return np.transpose(g, np.argsort(np.mod(axes, np.ndim(g))))
    return np.transpose(g, tuple(int(k) for k in np.argsort([a % len(order) for a in order])))


def negative(shift: Any) -> Any:
    s = static(shift)
    return tuple(-n for n in s) if isinstance(s, (tuple, list)) else -shift if not isinstance(s, int) else -s


def given(axis: Any) -> dict[str, Any]:
    """The keyword for an axis, unless it is what NumPy takes for one that is not given."""
    return {} if static(axis) is None else {"axis": axis}


def turned_back(g: Any, x: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    return np.rot90(g, negative(k)) if static(axes) == (0, 1) else np.rot90(g, negative(k), axes)


# y = f(x, ...)           lambda y_bar, x, ...: x_bar
linear(np.reshape,         reshape_transpose, kind=reshape_kind, view=True)
linear(np.ravel,           lambda g, x, order="C": reordered(g, x, order), kind=ravel_kind, view=True)
linear(np.transpose,       transpose_transpose, kind=shaped(permuted), view=True)
linear(np.matrix_transpose, lambda g, x: np.matrix_transpose(g), kind=shaped(last_swapped), view=True)
linear(np.swapaxes,        lambda g, x, a, b: np.swapaxes(g, a, b), kind=shaped(swapped), view=True)
linear(np.moveaxis,        lambda g, x, source, target: np.moveaxis(g, target, source), kind=shaped(moved), view=True)
linear(np.expand_dims,     lambda g, x, axis: reshape_back(g, x), kind=shaped(expanded), view=True)
linear(np.squeeze,         lambda g, x, axis=None: reshape_back(g, x), kind=shaped(squeezed), view=True)
linear(np.atleast_1d,      lambda g, x: reshape_back(g, x), kind=shaped(at_least(1)), view=True)
linear(np.atleast_2d,      lambda g, x: reshape_back(g, x), kind=shaped(at_least(2)), view=True)
linear(np.atleast_3d,      lambda g, x: reshape_back(g, x), kind=shaped(at_least(3)), view=True)
linear(np.broadcast_to,    lambda g, x, shape: fitted(g, x), kind=lambda x, shape: array(x, as_shape(shape)), view=True)
linear(np.flip,            lambda g, x, axis=None: np.flip(g, **given(axis)), kind=shaped(kept), view=True)
linear(np.flipud,          lambda g, x: np.flipud(g), kind=shaped(kept), view=True)
linear(np.fliplr,          lambda g, x: np.fliplr(g), kind=shaped(kept), view=True)
linear(np.rot90,           turned_back, kind=shaped(resized), view=True)
linear(np.roll,            lambda g, x, shift, axis=None: np.roll(g, negative(shift), **given(axis)), kind=shaped(kept))
alias(np.transpose, np.permute_dims)
