"""Error functions, the normal distribution, exponential integrals (DLMF chapters 6 and 7)."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from tangentlite.rules.expressions import nonzero, static
from tangentlite.rules.scipy.special.shared import several
from tangentlite.rules.verbs import REFUSED, elementwise

ROOT_PI, ROOT_2PI = math.sqrt(math.pi), math.sqrt(2.0 * math.pi)


def density(x: Any) -> Any:
    """Of the standard normal distribution."""
    return np.exp(-0.5 * (x * x)) / ROOT_2PI


elementwise(special.erf,       lambda y, x: 2.0 / ROOT_PI * np.exp(-(x * x)))
elementwise(special.erfc,      lambda y, x: -2.0 / ROOT_PI * np.exp(-(x * x)))
elementwise(special.erfcx,     lambda y, x: 2.0 * x * y - 2.0 / ROOT_PI)
elementwise(special.erfi,      lambda y, x: 2.0 / ROOT_PI * np.exp(x * x))
elementwise(special.erfinv,    lambda y, x: 0.5 * ROOT_PI * np.exp(y * y))
elementwise(special.erfcinv,   lambda y, x: -0.5 * ROOT_PI * np.exp(y * y))
elementwise(special.dawsn,     lambda y, x: 1.0 - 2.0 * x * y)
elementwise(special.wofz,      lambda y, z: -2.0 * z * y + 2j / ROOT_PI)
elementwise(special.ndtr,      lambda y, x: density(x))
elementwise(special.ndtri,     lambda y, p: ROOT_2PI * np.exp(0.5 * (y * y)))
elementwise(special.log_ndtr,  lambda y, x: np.exp(-0.5 * (x * x) - y) / ROOT_2PI)
elementwise(special.ndtri_exp, lambda y, p: ROOT_2PI * np.exp(0.5 * (y * y) + p))
elementwise(special.expi,      lambda y, x: np.exp(x) / x)
elementwise(special.exp1,      lambda y, x: -np.exp(-x) / x)


def expn_partials(y: Any, n: Any, x: Any) -> tuple[Any, Any]:
    """DLMF 8.19.13."""
    known = static(n)
    if isinstance(known, int) and known > 0:
        return REFUSED, -special.expn(known - 1, x)
    zeroth = -y * (1.0 + 1.0 / x)
    return REFUSED, zeroth if known == 0 else np.where(np.equal(n, 0), zeroth, -special.expn(np.maximum(n - 1, 0), x))


def owens_t_partials(y: Any, h: Any, a: Any) -> tuple[Any, Any]:
    by_h = -0.5 * density(h) * special.erf(a * h / math.sqrt(2.0))
    square = 1.0 + a * a
    return by_h, np.exp(-0.5 * (h * h) * square) / (2.0 * math.pi * square)


def voigt_partials(y: Any, x: Any, sigma: Any, gamma: Any) -> tuple[Any, ...]:
    """y = Re w(z) / (sqrt(2 pi) sigma), z = (x + i gamma) / (sqrt(2) sigma), w' = -2 z w + 2i / sqrt(pi)."""
    z = (x + 1j * gamma) / (math.sqrt(2.0) * sigma)
    slope = (2j / ROOT_PI - 2.0 * z * special.wofz(z)) / (2.0 * ROOT_PI * sigma * sigma)
    by_x, by_gamma = np.real(slope), -np.imag(slope)
    return by_x, -(y + x * by_x + gamma * by_gamma) / sigma, by_gamma


elementwise(special.expn,          expn_partials)
elementwise(special.owens_t,       owens_t_partials)
elementwise(special.voigt_profile, voigt_partials)


# -- logistic functions, entropies -----------------------------------------------------------------------------------

def guarded(y: Any, x: Any) -> Any:
    """The denominator `y`, but not 0 where the numerator `x` is: 0 log 0 = 0 is constant in y."""
    return y + (x == 0.0) * (y == 0.0)


elementwise(special.expit,         lambda y, x: y * (1.0 - y))
elementwise(special.logit,         lambda y, p: 1.0 / (p * (1.0 - p)))
elementwise(special.log_expit,     lambda y, x: special.expit(-x))
elementwise(special.entr,          lambda y, x: -np.log(x) - 1.0)
elementwise(special.xlogy,         lambda z, x, y: (np.log(y), x / guarded(y, x)))
elementwise(special.xlog1py,       lambda z, x, y: (np.log1p(y), x / guarded(1.0 + y, x)))
elementwise(special.rel_entr,      lambda z, x, y: (np.log(x / guarded(y, x)) + 1.0, -x / guarded(y, x)))
elementwise(special.kl_div,        lambda z, x, y: (np.log(x / guarded(y, x)), 1.0 - x / guarded(y, x)))

if hasattr(special, "softplus"):  # not in every SciPy
    elementwise(special.softplus, lambda y, x: special.expit(x))


# -- several results -------------------------------------------------------------------------------------------------

def trigonometric_integrals(y: Any, x: Any) -> tuple[Any, Any]:
    return np.sinc(x / math.pi), np.cos(x) / x


def fresnel_slopes(y: Any, x: Any) -> tuple[Any, Any]:
    angle = 0.5 * math.pi * (x * x)
    return np.sin(angle), np.cos(angle)


several(special.sici, trigonometric_integrals, 2)
several(special.shichi, lambda y, x: (np.sinh(x) / nonzero(x) + (x == 0.0), np.cosh(x) / x), 2)
several(special.fresnel, fresnel_slopes, 2)
