"""Making arrays, and converting to arrays."""
from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import DYNAMIC, as_number, fitted, fixed, kind, or_zero, rank, reshape_back, spread_to, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import STRONG, array, as_shape
from tangentlite.rules.verbs import constant, custom

# -- making arrays ---------------------------------------------------------------------------------------------------

def created(shape: Any, dtype: Any = None, **options: Any) -> K.Kind:
    d = fixed(dtype)
    try:
        name = "float64" if d is None else None if d is DYNAMIC else K.dtype_name(d)
    except TypeError:
        name = None
    return K.Array(name, as_shape(shape))


def matrix_kind(sizes: int, *size: Any, dtype: Any = None, **options: Any) -> K.Kind:
    """A matrix with 1 at some places: square, if one of its sizes is given; what comes after the sizes is a dtype."""
    rows = as_shape(size[0]) if len(size) == 1 and not options else None
    made = created((), dtype)
    known = isinstance(made, K.Array) and not options and len(size) <= sizes
    return K.Array(made.dtype if known else None, (*rows, *rows) if rows else (K.fresh_dim(), K.fresh_dim()))  # type: ignore[union-attr]


def full_kind(shape: Any, value: Any, dtype: Any = None) -> K.Kind:
    return array(value, as_shape(shape)) if fixed(dtype) is None else created(shape, dtype)


def full_like_kind(x: Any, value: Any, dtype: Any = None) -> K.Kind:
    return array(x if fixed(dtype) is None else created((), dtype), K.dims_of(K.kind_of(x)))


def arange_kind(*args: Any, **keywords: Any) -> K.Kind:
    names = [k.dtype for k in map(K.kind_of, args) if isinstance(k, K.Number)]
    dtype = None if keywords or len(names) != len(args) else "int64" if all(n == "int" for n in names) else (
        "float64" if all(n in ("int", "float", "float64") for n in names) else None)
    return K.Array(dtype, as_shape(args[0]) if len(args) == 1 and dtype == "int64" else (K.fresh_dim(),))


def arange_adjoint(g: Any, y: Any, *limits: Any) -> Any:
    """start + step * k; the number of elements does not move."""
    if len(limits) == 1:
        return None
    start = np.sum(g)
    step = np.dot(g, lift(np.arange)(lift(len)(g))) if len(limits) == 3 else None
    return (start, None, step)[:len(limits)]


def arange_tangent(y: Any, dots: Any, *limits: Any) -> Any:
    start, _, step = (*dots, None) if len(limits) == 2 else dots if len(limits) == 3 else (None, *dots, None)
    dot = 0.0 * y if start is None else 0.0 * y + start
    return dot if step is None else dot + step * lift(np.arange)(lift(len)(y))


def ramp(y: Any) -> Any:
    """0 ... 1 in as many steps as `y` has."""
    return lift(np.linspace)(0.0, 1.0, lift(len)(y))


def shares(y: Any, endpoint: Any) -> Any:
    """The share of the last value in each of `y`, along its first axis."""
    r, last = rank(y), static(endpoint)
    if r is None or last not in (True, False):
        raise UnknownKeyword("np.linspace wants endpoint and numbers of dimensions that are known")
    part = ramp(y) if last else lift(np.linspace)(0.0, 1.0, lift(len)(y), endpoint=False)
    return np.expand_dims(part, tuple(range(1, r))) if r > 1 else part


def linspace_adjoint(g: Any, y: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None) -> Any:
    weights = shares(y, endpoint)
    if rank(y) == 1:
        bars = np.dot(g, 1.0 - weights), np.dot(g, weights)
    else:
        bars = fitted(g * (1.0 - weights), start), fitted(g * weights, stop)
    return bars if static(dtype) is None else tuple(converted(bar, x, dtype) for bar, x in zip(bars, (start, stop)))


def linspace_tangent(y: Any, dots: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None) -> Any:
    weights = shares(y, endpoint)
    dot = spread_to(or_zero(dots[0]) * (1.0 - weights) + or_zero(dots[1]) * weights, y)
    if static(dtype) is not None:
        return 0.0 * dot if converted(dot, start, dtype) is None else lift(runtime.cast_like)(dot, y)
    return dot if getattr(kind(y), "dtype", None) else lift(runtime.cast_like)(dot, y)


def created_like(x: Any, dtype: Any = None, **options: Any) -> K.Kind:
    of_x, dims = K.kind_of(x), K.dims_of(K.kind_of(x))
    if options or dims is None and not isinstance(of_x, K.Array):
        return K.UNKNOWN if options or fixed(dtype) is not None else array(x, dims)
    made = created((), dtype)
    return array(x, dims) if fixed(dtype) is None else K.Array(made.dtype if isinstance(made, K.Array) else None, dims)


constant(np.zeros_like, np.ones_like, np.empty_like, kind=created_like)
constant(np.zeros, np.ones, np.empty, kind=created, cheap=False)
op: Any
for op, sizes in ((np.eye, 3), (np.tri, 3), (np.identity, 1)):
    constant(op, kind=partial(matrix_kind, sizes))
def full_adjoint(g: Any, y: Any, like: Any, value: Any, dtype: Any = None) -> Any:
    own, given = (getattr(kind(of), "dtype", None) for of in (y, value))
    bar = fitted(g, value)
    return None, bar if static(dtype) is None or own and own == STRONG.get(given or "", given) else converted(bar, value, dtype)


def full_tangent(y: Any, dots: Any, shape: Any, value: Any, dtype: Any = None) -> Any:
    if converted(dots[1], value, dtype) is None:
        return 0.0 * y
    return lift(np.full)(shape, dots[1]) if static(dtype) is None else lift(np.full)(shape, dots[1], dtype)


def full_like_tangent(y: Any, dots: Any, like: Any, value: Any, dtype: Any = None) -> Any:
    _, dot, *_ = dots
    return 0.0 * y if converted(or_zero(dot), value, dtype) is None else np.full_like(y, or_zero(dot))


def linspace_kind(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, dtype: Any = None) -> K.Kind:
    k = K.elementwise(np.add, start, stop)
    n, dims = as_shape(num), K.dims_of(k)
    if fixed(dtype) is not None:
        known = None if fixed(dtype) is DYNAMIC else K.dtype_name(fixed(dtype))
        return K.Array(known, None if n is None or dims is None else (*n, *dims))
    real = getattr(k, "dtype", None) in ("float", "int", "float64")
    return K.Array("float64" if real else None, None if n is None or dims is None else (*n, *dims))


custom(np.full, full_tangent, full_adjoint, kind=full_kind)
custom(np.full_like, full_like_tangent, full_adjoint, kind=full_like_kind)
custom(np.arange, arange_tangent, arange_adjoint, kind=arange_kind)
custom(np.linspace, linspace_tangent, linspace_adjoint, kind=linspace_kind)


# -- conversions -----------------------------------------------------------------------------------------------------

def converted(g: Any, x: Any, dtype: Any = None) -> Any:
    """The elements of an array, or of lists of lists, as they are; an integer or bool result has no derivative."""
    d = static(dtype)
    if d is DYNAMIC:
        raise UnknownKeyword("a dtype that is not known")
    if d is not None and np.dtype(d).kind not in "fcbiu":
        raise UnknownKeyword(f"an array of {np.dtype(d).name}")
    if d is not None and np.dtype(d).kind not in "fc":
        return None
    if K.is_number(kind(x)) and rank(g) == 0:
        return lift(runtime.cast_like)(as_number(g), x) if d is not None else as_number(g)
    return lift(runtime.cast_like)(g, x) if d is not None and not isinstance(kind(x), K.Seq) else g


def array_kind(x: Any, dtype: Any = None) -> K.Kind:
    k = K.kind_of(x)
    if isinstance(k, K.Seq):
        k = nested_kind(k)
    name = None if fixed(dtype) is not None else k.dtype if isinstance(k, (K.Number, K.Array)) else None
    if fixed(dtype) not in (None, DYNAMIC):
        name = K.dtype_name(fixed(dtype))
        if np.dtype(name).kind not in "fcbiu":
            return K.UNKNOWN
    return K.Array(STRONG.get(name or "", name) or None, K.dims_of(k))


def nested_kind(k: Any) -> K.Kind:
    """Lists of lists of numbers, as an array."""
    if not isinstance(k, K.Seq):
        return k if isinstance(k, (K.Number, K.Array)) else K.NUMERIC
    elem = [nested_kind(e) for e in (k.items if k.items is not None else (K.elements(k),))]
    ranks = {K.rank(e) for e in elem}
    if len(ranks) != 1 or None in ranks:
        return K.NUMERIC
    e = strong(elem[0])
    for other in elem[1:]:
        e = K.elementwise(np.add, e, strong(other)) if K.is_numeric(other) else K.NUMERIC
    n = 1 if k.items is not None and len(k.items) == 1 else ("n", "size", len(k.items)) if k.items else K.fresh_dim()
    return K.Array(getattr(e, "dtype", None) or None, None if K.dims_of(e) is None else (n, *(K.dims_of(e) or ())))


def strong(k: Any) -> K.Kind:
    """Python's numbers become NumPy's when they enter an array."""
    return K.Number(STRONG.get(k.dtype, k.dtype)) if isinstance(k, K.Number) else k


def contiguous_kind(x: Any, dtype: Any = None) -> K.Kind:
    """At least one dimension."""
    k = array_kind(x, dtype)
    return K.Array(k.dtype, (1,)) if isinstance(k, K.Array) and k.dims == () else k


def conversion(op: Any, view: bool, kind: Any = array_kind) -> None:
    def forward(y: Any, dots: Any, x: Any, dtype: Any = None) -> Any:
        dot = dots[0]
        if converted(y, x, dtype) is None:
            return 0.0 * y
        return lift(op)(dot) if static(dtype) is None else lift(op)(dot, dtype)
    def reverse(g: Any, y: Any, x: Any, dtype: Any = None) -> Any:
        x_bar = converted(g, x, dtype)
        return x_bar if x_bar is None or kind is array_kind or rank(x) else reshape_back(x_bar, x)

    custom(op, forward, reverse, kind=kind, view=view)


for op in (np.array, np.astype):
    conversion(op, view=False)
for op in (np.asarray, np.asanyarray):
    conversion(op, view=True)
for op in (np.ascontiguousarray, np.asfortranarray):
    conversion(op, view=True, kind=contiguous_kind)
custom(np.copy, lambda y, dots, x, order="K": np.copy(dots[0]), lambda g, y, x, order="K": converted(g, x),
       kind=lambda x, order="K": array_kind(x))


def scalar_type(op: Any) -> None:
    """np.float32(x): the number, or the array, in this dtype."""
    custom(op, lambda y, dots, x: lift(op)(dots[0]), lambda g, y, x: lift(runtime.cast_like)(g, x),
           kind=lambda x: K.numeric(op.__name__, K.dims_of(K.kind_of(x))), view=True)


for op in (np.float32, np.float64, np.complex64, np.complex128):
    scalar_type(op)

for op in (np.int8, np.int16, np.int32, np.int64, np.longlong, np.uint8, np.uint16, np.uint32, np.uint64, np.ulonglong, np.bool_):
    constant(op, kind=lambda x, op=op: K.numeric(np.dtype(op).name, K.dims_of(K.kind_of(x))), view=True)


def shape_kind(x: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.Seq("tuple", None if dims is None else tuple(map(K.size_of, dims)), K.INT)


def size_kind(x: Any, axis: Any = None) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.size_of(dims[0]) if dims is not None and len(dims) == 1 else K.INT


EXAMPLES = {"bool": False, "int": 0, "float": 0.0, "complex": 0j}  # of Python's own numbers


def joined_dtype(*parts: Any) -> K.Kind:
    """The kind of `np.result_type(...)` of arrays, numbers and dtypes."""
    examples: list[Any] = []
    for part in parts:
        given, dtype = fixed(part), getattr(K.kind_of(part), "dtype", None)
        if given is not DYNAMIC:
            examples.append(given)
        elif dtype:
            weak = K.is_number(K.kind_of(part)) and dtype in K.PYTHON
            examples.append(EXAMPLES[dtype] if weak else np.dtype(dtype))
        else:
            return K.UNKNOWN
    return K.of_value(np.result_type(*examples))


constant(np.shape, kind=shape_kind, cheap=True)
constant(np.ndim, kind=K.INT, cheap=True)
constant(np.size, kind=size_kind, cheap=True)
constant(np.argsort, np.argpartition, kind=lambda x, axis=-1, **options: K.Array("int64", K.dims_of(K.kind_of(x))) if (
    fixed(axis) is not None and isinstance(K.kind_of(x), K.Array)) else K.UNKNOWN)
constant(np.searchsorted, kind=lambda a, v, side="left", **options: K.numeric("int64", K.dims_of(K.kind_of(v))))
constant(np.digitize, kind=lambda x, bins, right=False: K.numeric("int64", K.dims_of(K.kind_of(x))))
constant(np.nonzero, np.argwhere, np.flatnonzero, np.lexsort, np.tril_indices,
         np.triu_indices, np.diag_indices, np.indices, np.unravel_index, np.ravel_multi_index, np.array_equal,
         np.array_equiv, np.allclose,
         np.isscalar, np.iscomplexobj, np.isrealobj, np.dtype, np.isin)
constant(np.result_type, np.promote_types, kind=joined_dtype)
