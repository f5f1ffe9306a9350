"""Convolutions and filters."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import cast_to, is_real, lifted, shape_of, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import adjoints, short_time  # noqa: F401 (it declares rules)
from tangentlite.rules.verbs import REFUSED, bilinear, custom, linear

convolve, correlate, unconvolve, unsavgol = lifted(signal.convolve, signal.correlate, adjoints.unconvolve, adjoints.unsavgol)
lfilter, hilbert, detrend, savgol_filter = lifted(signal.lfilter, signal.hilbert, signal.detrend, signal.savgol_filter)


def require_real(*xs: Any) -> None:
    if not all(map(is_real, xs)):
        raise UnknownKeyword("arguments that are not surely real")


def same_rank(x: Any, *others: Any, **keywords: Any) -> K.Kind:
    """An array of unknown size with the dimensions of `x`."""
    dims = K.dims_of(K.kind_of(x))
    return K.Array(None, tuple(K.fresh_dim() for _ in dims) if dims else None)


def same_shape(x: Any, *others: Any, **keywords: Any) -> K.Kind:
    k = K.elementwise(np.true_divide, x, x)
    return K.Array(None, k.dims) if isinstance(k, K.Array) else K.UNKNOWN


# -- convolution and correlation: correlate(x, y) is convolve(x, flip(y)) ------------------------------------------------

def mode_of(mode: Any) -> Any:
    if static(mode) not in ("full", "same", "valid"):
        raise UnknownKeyword("mode=, known only at run time")
    return mode


def convolve_left(g: Any, x: Any, y: Any, mode: Any = "full") -> Any:
    require_real(x, y)
    if mode_of(mode) == "full":
        return cast_to(correlate(g, y, "valid"), x)
    return cast_to(unconvolve(g, y, shape_of(x), mode, 0), x)


def convolve_right(g: Any, x: Any, y: Any, mode: Any = "full") -> Any:
    require_real(x, y)
    if mode_of(mode) == "full":
        return cast_to(correlate(g, x, "valid"), y)
    return cast_to(unconvolve(g, x, shape_of(y), mode, 1), y)


def correlate_left(g: Any, x: Any, y: Any, mode: Any = "full") -> Any:
    require_real(x, y)
    if mode_of(mode) == "full":
        return cast_to(convolve(g, y, "valid"), x)
    return cast_to(unconvolve(g, np.flip(y), shape_of(x), mode, 0), x)


def not_same(rule: Any) -> Any:
    """`correlate2d` puts the middle of an even number elsewhere than the other functions."""
    def transpose(g: Any, x: Any, y: Any, mode: Any = "full") -> Any:
        if mode_of(mode) == "same":
            raise UnknownKeyword("mode='same'")
        return rule(g, x, y, mode)
    return transpose


def correlate_right(g: Any, x: Any, y: Any, mode: Any = "full") -> Any:
    require_real(x, y)
    return cast_to(np.flip(convolve_right(g, x, y, mode)), y)


def by_method(rule: Any) -> Any:
    """The same with the keyword `method`, which does not change the value."""
    return lambda g, x, y, mode="full", method="auto": rule(g, x, y, mode)


def in_plane(rule: Any) -> Any:
    """The same with the border keywords of the two-dimensional functions; beyond the border is 0."""
    def transpose(g: Any, x: Any, y: Any, mode: Any = "full", boundary: Any = "fill", fillvalue: Any = 0) -> Any:
        if static(boundary) not in ("fill", "pad") or static(fillvalue) != 0:
            raise UnknownKeyword("boundary")
        return rule(g, x, y, mode)
    return transpose


for op in (signal.fftconvolve, signal.oaconvolve):
    bilinear(op, lambda g, x, y, mode="full": convolve_left(g, x, y, mode), lambda g, x, y, mode="full": convolve_right(g, x, y, mode),
             kind=same_rank)
bilinear(signal.convolve, by_method(convolve_left), by_method(convolve_right), kind=same_rank)
bilinear(signal.correlate, by_method(correlate_left), by_method(correlate_right), kind=same_rank)
bilinear(adjoints.unconvolve,
         lambda w, g, other, shape, mode, which: convolve(w, other, mode) if static(which) == 0 else convolve(other, w, mode),
         lambda w, g, other, shape, mode, which: unconvolve(g, w, shape_of(other), mode, 1 - static(which)), kind=same_rank)


def plane(op: Any, left: Any, right: Any) -> None:
    """Forward mode refuses the borders that reverse mode refuses: with a border of their own the function is not bilinear."""
    function, left, right = lift(op), in_plane(left), in_plane(right)

    def forward(z: Any, dots: Any, x: Any, y: Any, *rest: Any, **keywords: Any) -> Any:
        left(z, x, y, *rest, **keywords)
        terms = [function(a, b, *rest, **keywords) for a, b in ((dots[0], y), (x, dots[1])) if a is not None and b is not None]
        return terms[0] if len(terms) == 1 else terms[0] + terms[1]

    custom(op, forward, lambda g, z, *args, **keywords: (left(g, *args, **keywords), right(g, *args, **keywords)), kind=same_rank)


plane(signal.convolve2d, convolve_left, convolve_right)
plane(signal.correlate2d, not_same(correlate_left), not_same(correlate_right))


# -- filters -------------------------------------------------------------------------------------------------------------

def lfilter_tangent(y: Any, dots: Any, b: Any, a: Any, x: Any, axis: Any = -1) -> Any:
    return lfilter(b, a, dots[2], axis)


def lfilter_adjoint(g: Any, y: Any, b: Any, a: Any, x: Any, axis: Any = -1) -> Any:
    """Backwards in time."""
    return REFUSED, REFUSED, cast_to(np.flip(lfilter(b, a, np.flip(g, axis), axis), axis), x)


def detrend_transpose(g: Any, x: Any, axis: Any = -1, type: Any = "linear", bp: Any = 0) -> Any:  # noqa: A002
    """It is an orthogonal projection."""
    require_real(x)
    return cast_to(detrend(g, axis, type, bp), x)


def hilbert_adjoint(g: Any, y: Any, x: Any, N: Any = None, axis: Any = -1) -> Any:
    """y = x + i H x, and H is antisymmetric."""
    if static(N) is not None:
        raise UnknownKeyword("N")
    return cast_to(np.real(g) + np.imag(hilbert(np.imag(g), axis=axis)), x)


def savgol_transpose(g: Any, x: Any, window_length: Any, polyorder: Any, deriv: Any = 0, delta: Any = 1.0, axis: Any = -1) -> Any:
    require_real(x)
    return cast_to(unsavgol(g, window_length, polyorder, deriv, delta, axis), x)


custom(signal.lfilter, lfilter_tangent, lfilter_adjoint, kind=lambda b, a, x, *rest, **keywords: same_shape(x))
custom(signal.hilbert, lambda y, dots, x, N=None, axis=-1: hilbert(dots[0], N, axis), hilbert_adjoint,
       kind=lambda x, *rest, **keywords: same_rank(x))
linear(signal.detrend, detrend_transpose, kind=same_shape)
linear(signal.savgol_filter, savgol_transpose, kind=same_shape)
linear(adjoints.unsavgol, lambda w, g, window, polyorder, deriv=0, delta=1.0, axis=-1: savgol_filter(
    w, window, polyorder, deriv, delta, axis), kind=same_shape)
