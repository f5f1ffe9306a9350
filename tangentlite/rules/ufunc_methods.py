"""The methods of ufuncs: `np.add.reduce`, `np.multiply.outer`, `np.maximum.accumulate` and their kin; and scans by other names."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import known_rank, lifted, rank, static
from tangentlite.rules.numerical import along, known_axis
from tangentlite.rules.reductions import reduced, weighted
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import array, kept, shaped
from tangentlite.rules.ufuncs import finite
from tangentlite.rules.verbs import constant, custom, linear

arange, put_along_axis, unreduceat = lifted(np.arange, runtime.put_along_axis, runtime.unreduceat)
highest, logaddexp, logaddexp2 = np.maximum.accumulate, np.logaddexp.reduce, np.logaddexp2.reduce


# -- reduce ----------------------------------------------------------------------------------------------------------

defined(np.add.reduce,      lambda x, axis=0, **options: np.sum(x, axis=axis, **options), kind=reduced(np.sum, default=0))
defined(np.multiply.reduce, lambda x, axis=0, **options: np.prod(x, axis=axis, **options), kind=reduced(np.prod, default=0))
defined(np.maximum.reduce,  lambda x, axis=0, **options: np.max(x, axis=axis, **options), kind=reduced(np.max, default=0))
defined(np.minimum.reduce,  lambda x, axis=0, **options: np.min(x, axis=axis, **options), kind=reduced(np.min, default=0))
weighted(logaddexp,  lambda y, x, axis: np.exp(x - finite(y)), dtype_of=np.exp, default=0)
weighted(logaddexp2, lambda y, x, axis: np.exp2(x - finite(y)), dtype_of=np.exp2, default=0)


# -- accumulate ------------------------------------------------------------------------------------------------------

def running(y: Any, x: Any, axis: Any) -> Any:
    """Where each running extreme was last attained."""
    a = known_axis(x, axis, "accumulate")
    places = arange(x.shape[a])
    others = tuple(range(1, known_rank(x) - a))
    places = np.expand_dims(places, others) if others else places
    return lifted(highest)[0](np.where(np.equal(x, y), places, 0), axis)


def running_extreme(op: Any) -> None:
    custom(op, lambda y, dots, x, axis=0: np.take_along_axis(dots[0], running(y, x, axis), axis),
           lambda g, y, x, axis=0: put_along_axis(x, running(y, x, axis), g, axis), kind=lambda x, axis=0: shaped(kept)(x))


defined(np.add.accumulate, lambda x, axis=0: np.cumsum(x, axis=axis))
defined(np.multiply.accumulate, lambda x, axis=0: np.cumprod(x, axis=axis))
running_extreme(np.maximum.accumulate)
running_extreme(np.minimum.accumulate)


def cumulative(op: Any, scan: Any, first: Any) -> None:
    """The scans of the array API: the axis may be left out in one dimension alone."""
    def definition(x: Any, *, axis: Any = None, include_initial: Any = False) -> Any:
        a = known_axis(x, 0 if static(axis) is None else axis, op.__name__)
        if static(include_initial) not in (True, False):
            raise UnknownKeyword(f"{op.__name__} wants include_initial that is known")
        y = scan(x, axis=a)
        return np.concatenate([first(along(x, a, 0, 1)), y], a) if static(include_initial) else y

    defined(op, definition)


cumulative(np.cumulative_sum, np.cumsum, np.zeros_like)
cumulative(np.cumulative_prod, np.cumprod, np.ones_like)


# -- outer, reduceat -------------------------------------------------------------------------------------------------

def apart(x: Any, y: Any) -> Any:
    """`x` with as many axes of length 1 behind its own as `y` has."""
    r, s = rank(x), rank(y)
    if r is None or s is None:
        raise UnknownKeyword("outer wants numbers of dimensions that are known")
    return np.expand_dims(x, tuple(range(r, r + s))) if s else x


def outer_kind(op: Any) -> Any:
    def of(x: Any, y: Any) -> K.Kind:
        a, b = K.dims_of(K.kind_of(x)), K.dims_of(K.kind_of(y))
        dtype = getattr(K.elementwise(op, array(x, None), array(y, None)), "dtype", None)
        return K.NUMERIC if a is None or b is None else K.numeric(dtype if a + b else None, a + b)
    return of


def reduceat_transpose(g: Any, x: Any, indices: Any, axis: Any = 0) -> Any:
    if static(axis) is None:
        raise UnknownKeyword("np.add.reduceat wants an axis")
    return unreduceat(g, x, indices, axis)


op: Any
for op in (np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power, np.remainder, np.fmod, np.maximum, np.minimum,
           np.fmax, np.fmin, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.copysign):
    defined(op.outer, lambda x, y, op=op: op(apart(x, y), y), kind=outer_kind(op))
for op in (np.greater, np.less, np.equal, np.not_equal, np.greater_equal, np.less_equal, np.floor_divide):
    constant(op.outer, kind=outer_kind(op))
for op in (np.logical_and, np.logical_or):
    constant(op.reduce, kind=reduced(op, default=0))
linear(np.add.reduceat, reduceat_transpose,
       kind=lambda x, indices, axis=0: shaped(lambda dims, *rest: tuple(K.fresh_dim() for _ in dims))(x))
linear(runtime.unreduceat, lambda t, g, x, indices, axis=0: lifted(np.add.reduceat)[0](t, indices, axis),
       kind=lambda g, x, *rest: array(g, K.dims_of(K.kind_of(x))))
