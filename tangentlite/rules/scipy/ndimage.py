"""Filters of images, and linear interpolation in them."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import cast_to, is_real, lifted, shape_of, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import adjoints
from tangentlite.rules.verbs import REFUSED, custom, linear

gaussian_filter, correlate1d, convolve1d, map_coordinates = lifted(
    ndimage.gaussian_filter, ndimage.correlate1d, ndimage.convolve1d, ndimage.map_coordinates)
unmap, map_slopes = lifted(adjoints.unmap, adjoints.map_slopes)


def same_shape(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    k = K.kind_of(x)
    return k if isinstance(k, K.Array) and k.dtype and K.differentiable(k) else K.UNKNOWN


def require_linear(x: Any, mode: Any, cval: Any) -> None:
    if not is_real(x):
        raise UnknownKeyword("an image that is not surely real")
    if static(mode) not in (*adjoints.PADDING, "constant", "grid-constant") or static(cval) != 0.0:
        raise UnknownKeyword("mode or cval")


# -- filters -------------------------------------------------------------------------------------------------------------

SYMMETRIC = ("reflect", "grid-mirror", "wrap", "grid-wrap", "constant", "grid-constant")


def gaussian(d: Any, x: Any, sigma: Any, order: Any = 0, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, truncate: Any = 4.0,
             **keywords: Any) -> Any:
    """At these borders the filter is symmetric: it is its own transpose."""
    require_linear(x, mode, cval)
    if static(order) != 0 or static(output) is not None or static(mode) not in SYMMETRIC or not {"radius", "axes"} >= set(keywords):
        raise UnknownKeyword("order, output or mode")
    return cast_to(gaussian_filter(d, sigma, mode=mode, truncate=truncate, **keywords), x)


def gaussian_tangent(y: Any, dots: Any, x: Any, sigma: Any, *rest: Any, **keywords: Any) -> Any:
    return gaussian(dots[0], x, sigma, *rest, **keywords)


custom(ndimage.gaussian_filter, gaussian_tangent,
       lambda g, y, x, sigma, *rest, **keywords: (gaussian(g, x, sigma, *rest, **keywords), REFUSED), kind=same_shape)


def line_filter(op: Any, transposed: Any) -> None:
    function, transpose = lifted(op, transposed)

    def forward(y: Any, dots: Any, x: Any, weights: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                origin: Any = 0) -> Any:
        require(x, output, mode, cval)
        return function(dots[0], weights, axis, mode=mode, origin=origin)

    def reverse(g: Any, y: Any, x: Any, weights: Any, axis: Any = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0,
                origin: Any = 0) -> Any:
        require(x, output, mode, cval)
        return cast_to(transpose(g, weights, axis, mode, origin), x), REFUSED

    def require(x: Any, output: Any, mode: Any, cval: Any) -> None:
        require_linear(x, mode, cval)
        if static(output) is not None:
            raise UnknownKeyword("output")

    custom(op, forward, reverse, kind=same_shape)


line_filter(ndimage.correlate1d, adjoints.uncorrelate1d)
line_filter(ndimage.convolve1d, adjoints.unconvolve1d)
linear(adjoints.uncorrelate1d, lambda w, g, weights, axis=-1, mode="reflect", origin=0: correlate1d(
    w, weights, axis, mode=mode, origin=origin), kind=same_shape)
linear(adjoints.unconvolve1d, lambda w, g, weights, axis=-1, mode="reflect", origin=0: convolve1d(
    w, weights, axis, mode=mode, origin=origin), kind=same_shape)


# -- interpolation ---------------------------------------------------------------------------------------------------------

def require_order_1(x: Any, output: Any, order: Any, mode: Any, cval: Any) -> None:
    if static(order) != 1 or static(output) is not None or static(mode) != "constant":
        raise UnknownKeyword("order, output or mode: linear interpolation with order=1 is differentiated")
    require_linear(x, mode, cval)


def map_tangent(y: Any, dots: Any, x: Any, places: Any, output: Any = None, order: Any = 3, mode: Any = "constant", cval: Any = 0.0,
                prefilter: Any = True) -> Any:
    require_order_1(x, output, order, mode, cval)
    terms = [] if dots[0] is None else [map_coordinates(dots[0], places, order=1)]
    if dots[1] is not None:
        terms.append(np.sum(map_slopes(x, places) * dots[1], axis=0))
    return terms[0] if len(terms) == 1 else terms[0] + terms[1]


def map_adjoint(g: Any, y: Any, x: Any, places: Any, output: Any = None, order: Any = 3, mode: Any = "constant", cval: Any = 0.0,
                prefilter: Any = True) -> Any:
    require_order_1(x, output, order, mode, cval)
    return cast_to(unmap(g, places, shape_of(x)), x), cast_to(map_slopes(x, places) * g, places)


def places_kind(x: Any, places: Any, *rest: Any, **keywords: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(places))
    k = same_shape(x)
    return K.Array(getattr(k, "dtype", None), dims[1:] if dims else None)


custom(ndimage.map_coordinates, map_tangent, map_adjoint, kind=places_kind)
