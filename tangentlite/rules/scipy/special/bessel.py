"""Bessel functions and their relatives (DLMF chapters 9, 10 and 11). Their order must be constant."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from tangentlite.ir.build import lift
from tangentlite.rules.expressions import static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy.special.shared import require_real, several
from tangentlite.rules.verbs import REFUSED, elementwise

# -- orders 0 and 1: DLMF 10.6.3, 10.29.3; the others by 10.6.1 and 10.29.1, which are not singular at 0 -----------------

elementwise(special.j0,  lambda y, x: -special.j1(x))
elementwise(special.j1,  lambda y, x: 0.5 * (special.j0(x) - special.jv(2, x)))
elementwise(special.y0,  lambda y, x: -special.y1(x))
elementwise(special.y1,  lambda y, x: special.y0(x) - y / x)
elementwise(special.i0,  lambda y, x: special.i1(x))
elementwise(special.i1,  lambda y, x: 0.5 * (special.i0(x) + special.iv(2, x)))
elementwise(special.i0e, lambda y, x: special.i1e(x) - np.sign(x) * y)
elementwise(special.i1e, lambda y, x: 0.5 * (special.i0e(x) + special.ive(2, x)) - np.sign(x) * y)
elementwise(special.k0,  lambda y, x: -special.k1(x))
elementwise(special.k1,  lambda y, x: -special.k0(x) - y / x)
elementwise(special.k0e, lambda y, x: y - special.k1e(x))
elementwise(special.k1e, lambda y, x: y - special.k0e(x) - y / x)


# -- any order: DLMF 10.6.1 and 10.29.1 --------------------------------------------------------------------------------

def scaled(partial: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """Of a function scaled by exp(-|Re z|), which is not analytic."""
    def partials(y: Any, v: Any, x: Any) -> tuple[Any, Any]:
        require_real(x)
        return REFUSED, partial(y, v, x)
    return partials


for op in (special.jv, special.yv, special.yn, special.hankel1, special.hankel2):
    elementwise(op, lambda y, v, x, f=op: (REFUSED, 0.5 * (f(v - 1, x) - f(v + 1, x))))
elementwise(special.iv,  lambda y, v, x: (REFUSED, 0.5 * (special.iv(v - 1, x) + special.iv(v + 1, x))))
elementwise(special.kv,  lambda y, v, x: (REFUSED, -0.5 * (special.kv(v - 1, x) + special.kv(v + 1, x))))
elementwise(special.kve, lambda y, v, x: (REFUSED, y - 0.5 * (special.kve(v - 1, x) + special.kve(v + 1, x))))
elementwise(special.ive, scaled(lambda y, v, x: 0.5 * (special.ive(v - 1, x) + special.ive(v + 1, x)) - np.sign(x) * y))


# -- spherical functions: the second derivative by the differential equations 10.47.1 and 10.47.2 ----------------------

def spherical(op: Callable[..., Any], sign: float) -> None:
    function = lift(op)

    def partials(y: Any, n: Any, x: Any, derivative: Any = False) -> tuple[Any, ...]:
        if not isinstance(static(derivative), bool):
            raise UnknownKeyword("derivative=, known only at run time")
        if static(derivative):
            return REFUSED, (sign + n * (n + 1) / (x * x)) * function(n, x) - 2.0 * y / x, None
        return REFUSED, function(n, x, derivative=True), None

    elementwise(op, partials)


for op in (special.spherical_jn, special.spherical_yn):
    spherical(op, -1.0)
for op in (special.spherical_in, special.spherical_kn):
    spherical(op, 1.0)


# -- Struve and Airy functions -----------------------------------------------------------------------------------------

def struve_term(v: Any, x: Any) -> Any:
    """(x/2)^v / (sqrt(pi) Gamma(v + 3/2)), DLMF 11.4.25."""
    return np.power(0.5 * x, v) * special.rgamma(v + 1.5) / math.sqrt(math.pi)


def struve_partials(y: Any, v: Any, x: Any) -> tuple[Any, Any]:
    return REFUSED, 0.5 * (special.struve(v - 1, x) - special.struve(v + 1, x) + struve_term(v, x))


def modstruve_partials(y: Any, v: Any, x: Any) -> tuple[Any, Any]:
    return REFUSED, 0.5 * (special.modstruve(v - 1, x) + special.modstruve(v + 1, x) + struve_term(v, x))


elementwise(special.struve,    struve_partials)
elementwise(special.modstruve, modstruve_partials)
several(special.airy, lambda y, x: (y[1], x * y[0], y[3], x * y[2]), 4)
