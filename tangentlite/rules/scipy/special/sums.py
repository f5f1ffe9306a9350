"""Sums and normalisations of exponentials along axes. Where all terms vanish, log 0, the derivative is 0."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import cast_to, fitted, fixed, kind, or_zero, rank, static
from tangentlite.rules.reductions import along, reduced, restored
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.ufuncs import finite
from tangentlite.rules.verbs import custom

# -- log sum b exp(x) ------------------------------------------------------------------------------------------------

def shares(y: Any, x: Any, axis: Any, b: Any, keepdims: Any, return_sign: Any) -> tuple[Any, Any]:
    """exp(x - y), which is what a unit of `b` adds to the logarithm, and exp(x - y) b."""
    if static(return_sign) is not False:
        raise UnknownKeyword("return_sign")
    if rank(x) == 0 and not (static(axis) is None and static(keepdims) is False):
        raise UnknownKeyword("axis or keepdims for a number")
    if static(b) is None:
        share = np.exp(x - finite(restored(y, x, axis, keepdims)))
        return share, share
    larger = rank(b) is None or rank(x) is None or rank(b) > rank(x)  # type: ignore[operator]
    if larger and static(axis) is not None and static(keepdims) is not True:
        raise UnknownKeyword("b with more dimensions than the array")
    unit = np.exp(x - finite(restored(y, x, axis, keepdims)))
    share = unit * b
    return unit if K.same_shape(kind(unit), kind(share)) else unit * np.ones_like(b), share


def logsumexp_tangent(y: Any, dots: Any, x: Any, axis: Any = None, b: Any = None, keepdims: Any = False,
                      return_sign: Any = False) -> Any:
    unit, share = shares(y, x, axis, b, keepdims, return_sign)
    terms = or_zero(dots[0]) * share
    if len(dots) > 2 and dots[2] is not None:
        terms = terms + dots[2] * unit
    if rank(terms) == 0:
        return terms
    options = {} if static(axis) is None else {"axis": axis}
    options |= {} if static(keepdims) is False else {"keepdims": keepdims}
    return cast_to(np.sum(terms, **options), y)


def logsumexp_adjoint(g: Any, y: Any, x: Any, axis: Any = None, b: Any = None, keepdims: Any = False,
                      return_sign: Any = False) -> Any:
    unit, share = shares(y, x, axis, b, keepdims, return_sign)
    g = restored(g, x, axis, keepdims)
    if static(b) is None:
        return cast_to(g * share, x)
    return fitted(g * share, x), None, fitted(g * unit, b)


def logsumexp_kind(x: Any, axis: Any = None, b: Any = None, keepdims: Any = False, return_sign: Any = False) -> K.Kind:
    terms = x if fixed(b) is None else K.elementwise(np.multiply, x, b)
    if K.rank(K.kind_of(terms)) == 0 and not (fixed(axis) is None and fixed(keepdims) is False):
        return K.NUMERIC
    return reduced(special.logsumexp)(terms, axis, keepdims=keepdims)


custom(special.logsumexp, logsumexp_tangent, logsumexp_adjoint, kind=logsumexp_kind)


# -- softmax ---------------------------------------------------------------------------------------------------------

def softmax_product(y: Any, g: Any, x: Any, axis: Any = None) -> Any:
    """y (g - sum y g): the Jacobian is symmetric."""
    return cast_to(y * (g - np.sum(y * g, **along(axis))), x) if rank(x) != 0 else None


def log_softmax_adjoint(g: Any, y: Any, x: Any, axis: Any = None) -> Any:
    return cast_to(g - np.exp(y) * np.sum(g, **along(axis)), x) if rank(x) != 0 else None


def log_softmax_tangent(y: Any, dots: Any, x: Any, axis: Any = None) -> Any:
    return cast_to(dots[0] - np.sum(np.exp(y) * dots[0], **along(axis)), y) if rank(x) != 0 else 0.0 * dots[0]


def same_shape(x: Any, axis: Any = None) -> K.Kind:
    return K.elementwise(np.exp, x)


custom(special.softmax, lambda y, dots, x, axis=None: softmax_product(y, dots[0], x, axis),
       lambda g, y, x, axis=None: softmax_product(y, g, x, axis), kind=same_shape)
custom(special.log_softmax, log_softmax_tangent, log_softmax_adjoint, kind=same_shape)
