"""Rules of the run-time functions that generated code calls, so that it can be differentiated again."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime, schedules
from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import fitted, lifted, static
from tangentlite.rules.operators import power_partials
from tangentlite.rules.verbs import constant, elementwise, linear

unbroadcast, cast_like, log_slope = lifted(runtime.unbroadcast, runtime.cast_like, runtime.log_slope)


def shape_like(g: Any, x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """A float result in the shape of the second argument."""
    g, x = K.kind_of(g), K.kind_of(x)
    dtype = g.dtype if isinstance(g, (K.Number, K.Array)) and g.dtype not in K.PYTHON else None
    return K.Array(dtype or None, K.dims_of(x) or None)


def like_second(g: Any, x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """The shape and, if it is NumPy's, the dtype of the second argument."""
    x = K.kind_of(x)
    dims = K.dims_of(x)
    dtype = x.dtype if isinstance(x, (K.Number, K.Array)) and x.dtype not in K.PYTHON and K.differentiable(x) else None
    return K.Array(dtype or None, dims or None) if dims != () else K.NUMERIC


def cast_kind(g: Any, x: Any) -> K.Kind:
    g, x = K.kind_of(g), K.kind_of(x)
    if not isinstance(g, (K.Number, K.Array)) or not isinstance(x, (K.Number, K.Array)):
        return K.NUMERIC
    dtype = x.dtype if x.dtype and x.dtype not in K.PYTHON and K.differentiable(x) else None
    return K.Number(dtype or "") if isinstance(g, K.Number) else K.Array(dtype or None, g.dims)


def unbroadcast_transpose(t: Any, g: Any, x: Any) -> Any:
    """Spread where `g` was summed; summed where it was spread."""
    return unbroadcast(t + 0.0 * g, g)


def unreduce_transpose(t: Any, g: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Any:
    if static(axis) is None and static(keepdims) is False:
        return fitted(t, g)
    return np.sum(t, axis=axis, keepdims=keepdims)


linear(runtime.unbroadcast,    unbroadcast_transpose, kind=like_second, view=True)
linear(runtime.broadcast_like, lambda t, g, y: fitted(t, g), kind=shape_like, view=True)
linear(runtime.cast_like,      lambda t, g, x: cast_like(t, g), kind=cast_kind, view=True)
linear(runtime.unreduce,       unreduce_transpose, kind=shape_like, view=True)


def power_slope_partials(s: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Of y x^(y-1): y (y-1) x^(y-2) and x^(y-1) (1 + y log x)."""
    lower = np.power(x, y - 1.0)
    return y * power_partials(lower, x, y - 1.0)[0], lower + y * log_slope(lower, x, y - 1.0)


def log_slope_partials(s: Any, z: Any, x: Any, y: Any) -> tuple[Any, Any, None]:
    """Of z log x, where `z` stands for x^y."""
    return log_slope(1.0, x, y), z / x, None


elementwise(runtime.power_slope, power_slope_partials)
elementwise(runtime.log_slope, log_slope_partials)

elementwise(runtime.add_unordered, lambda z, x, y: (1.0, 1.0))
constant(runtime.opaque, kind=K.INT)
constant(schedules.segment_length, kind=K.INT)
constant(schedules.milestones, kind=lambda start, last, slots: K.Seq("list", None, K.Seq("tuple", (K.INT, K.INT))))
