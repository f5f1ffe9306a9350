"""Elementary functions under SciPy's names, and functions composed of them."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from tangentlite.rules.expressions import quotient
from tangentlite.rules.verbs import elementwise

LN2, LN10, DEGREE = math.log(2.0), math.log(10.0), math.pi / 180.0


def exprel_slope(x: Any) -> Any:
    """exprel(x) = 1F1(1; 2; x), so its slope is 1F1(2; 3; x) / 2 (DLMF 13.3.15): also at 0."""
    return 0.5 * special.hyp1f1(2.0, 3.0, x)


elementwise(special.cosm1,     lambda y, x: -np.sin(x))
elementwise(special.sindg,     lambda y, x: DEGREE * special.cosdg(x))
elementwise(special.cosdg,     lambda y, x: -DEGREE * special.sindg(x))
elementwise(special.log1p,     lambda y, x: quotient(1.0, 1.0 + x))
elementwise(special.expm1,     lambda y, x: y + 1.0)
elementwise(special.exp2,      lambda y, x: LN2 * y)
elementwise(special.exp10,     lambda y, x: LN10 * y)
elementwise(special.cbrt,      lambda y, x: 1.0 / (3.0 * y * y))
elementwise(special.exprel,    lambda y, x: exprel_slope(x))
elementwise(special.spence,    lambda y, x: -1.0 / special.exprel(np.log(x)))
elementwise(special.lambertw,  lambda y, z, k=0, tol=1e-8: (np.exp(-y) / (1.0 + y), None, None))


# -- losses ----------------------------------------------------------------------------------------------------------

def pseudo_huber_partials(y: Any, delta: Any, r: Any) -> tuple[Any, Any]:
    """y = delta^2 (s - 1), s = sqrt(1 + u^2), u = r / delta; s - 1 = u^2 / (s + 1) does not cancel."""
    u = r / delta
    s = np.sqrt(1.0 + u * u)
    square = u * u / (s + 1.0)
    return delta * square * square / s, r / s


elementwise(special.huber,        lambda y, delta, r: (np.maximum(np.abs(r) - delta, 0.0), np.minimum(np.maximum(r, -delta), delta)))
elementwise(special.pseudo_huber, pseudo_huber_partials)


# -- Box-Cox transformations: y = log(x) exprel(lambda log(x)) ---------------------------------------------------------

def boxcox_partials(y: Any, x: Any, exponent: Any) -> tuple[Any, Any]:
    log = np.log(x)
    return np.exp((exponent - 1.0) * log), log * log * exprel_slope(exponent * log)


def boxcox1p_partials(y: Any, x: Any, exponent: Any) -> tuple[Any, Any]:
    log = np.log1p(x)
    return np.exp((exponent - 1.0) * log), log * log * exprel_slope(exponent * log)


def inv_boxcox_partials(x: Any, y: Any, exponent: Any) -> tuple[Any, Any]:
    """Of the inverse function."""
    by_x, by_exponent = boxcox_partials(y, x, exponent)
    return 1.0 / by_x, -by_exponent / by_x


def inv_boxcox1p_partials(x: Any, y: Any, exponent: Any) -> tuple[Any, Any]:
    by_x, by_exponent = boxcox1p_partials(y, x, exponent)
    return 1.0 / by_x, -by_exponent / by_x


elementwise(special.boxcox,       boxcox_partials)
elementwise(special.boxcox1p,     boxcox1p_partials)
elementwise(special.inv_boxcox,   inv_boxcox_partials)
elementwise(special.inv_boxcox1p, inv_boxcox1p_partials)
