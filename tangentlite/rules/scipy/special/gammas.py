"""Gamma and beta functions, complete and incomplete (DLMF chapters 5, 8 and 25).

The parameters of the incomplete functions have derivatives by quadrature: see `slopes`.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from tangentlite.ir.build import lift
from tangentlite.rules.expressions import static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import slopes
from tangentlite.rules.scipy.special.shared import arrays_kind, require_real
from tangentlite.rules.verbs import REFUSED, constant, elementwise

psi, betaln, gammaln = special.psi, special.betaln, special.gammaln
polygamma, zeta = lift(special.polygamma), lift(special.zeta)
gammainc_slope, betainc_slope, betaincc_slope = lift(slopes.gammainc_slope), lift(slopes.betainc_slope), lift(slopes.betaincc_slope)
rgamma_slope, zeta_slope, student_slope = lift(slopes.rgamma_slope), lift(slopes.zeta_slope), lift(slopes.student_slope)


def psi_slope(y: Any, x: Any) -> Any:
    """SciPy has it on the real line."""
    require_real(x)
    return polygamma(1, x)


def rgamma_partials(y: Any, x: Any) -> Any:
    require_real(x)
    return rgamma_slope(x)


# -- complete --------------------------------------------------------------------------------------------------------

elementwise(special.gamma,        lambda y, x: y * psi(x))
elementwise(special.gammaln,      lambda y, x: psi(x))
elementwise(special.loggamma,     lambda y, x: psi(x))
elementwise(special.rgamma,       rgamma_partials)
elementwise(slopes.rgamma_slope,  lambda y, x: special.rgamma(x) * (psi(x) * psi(x) - polygamma(1, x)))
elementwise(special.psi,          psi_slope)
elementwise(special.polygamma,    lambda y, n, x: (REFUSED, polygamma(n + 1, x)), kind=arrays_kind(special.polygamma))
elementwise(special.beta,         lambda z, x, y: (z * (psi(x) - psi(x + y)), z * (psi(y) - psi(x + y))))
elementwise(special.betaln,       lambda z, x, y: (psi(x) - psi(x + y), psi(y) - psi(x + y)))
elementwise(special.poch,         lambda y, x, m: (y * (psi(x + m) - psi(x)), y * psi(x + m)))
elementwise(special.binom,        lambda y, n, k: (y * (psi(n + 1.0) - psi(n - k + 1.0)), y * (psi(n - k + 1.0) - psi(k + 1.0))))


def multigammaln_partials(y: Any, a: Any, d: Any) -> tuple[Any, None]:
    """log Gamma_d(a) is the sum of log Gamma(a - j/2), j < d, and a constant."""
    if not isinstance(static(d), int):
        raise UnknownKeyword("a dimension that is known only at run time")
    total = psi(a)
    for j in range(1, static(d)):
        total = total + psi(a - 0.5 * j)
    return total, None


def zeta_partials(y: Any, s: Any, q: Any = None) -> tuple[Any, ...]:
    """DLMF 25.11.17."""
    require_real(s)
    if static(q) is None:
        return zeta_slope(s, 1.0), None
    return zeta_slope(s, q), -s * zeta(s + 1.0, q)


elementwise(special.multigammaln, multigammaln_partials)
elementwise(special.zeta,         zeta_partials)
elementwise(slopes.zeta_slope,    lambda y, s, q: (REFUSED, -zeta(s + 1.0, q) - s * zeta_slope(s + 1.0, q)))
constant(special.gammasgn)


# -- incomplete gamma functions --------------------------------------------------------------------------------------

def gamma_density(a: Any, x: Any) -> Any:
    """x^(a-1) e^-x / Gamma(a), DLMF 8.8.13."""
    if static(a) == 1:
        return np.exp(-x)
    return np.exp(special.xlogy(a - 1.0, x) - x - gammaln(a))


def gammainc_partials(y: Any, a: Any, x: Any) -> tuple[Any, Any]:
    return gammainc_slope(a, x), gamma_density(a, x)


def gammaincinv_partials(x: Any, a: Any, p: Any) -> tuple[Any, Any]:
    """Of the inverse function: P(a, x(a, p)) = p."""
    density = gamma_density(a, x)
    return -gammainc_slope(a, x) / density, 1.0 / density


def gammainccinv_partials(x: Any, a: Any, q: Any) -> tuple[Any, Any]:
    by_shape, by_value = gammaincinv_partials(x, a, q)
    return by_shape, -by_value


elementwise(special.gammainc,      gammainc_partials)
elementwise(special.gammaincc,     lambda y, a, x: (-gammainc_slope(a, x), -gamma_density(a, x)))
elementwise(special.gammaincinv,   gammaincinv_partials)
elementwise(special.gammainccinv,  gammainccinv_partials)
elementwise(slopes.gammainc_slope, lambda y, a, x: (REFUSED, gamma_density(a, x) * (np.log(x) - psi(a))))


# -- incomplete beta functions ---------------------------------------------------------------------------------------

def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x^(a-1) (1-x)^(b-1) / B(a, b), DLMF 8.17.2."""
    return np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - betaln(a, b))


def betainc_partials(y: Any, a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    return betainc_slope(a, b, x), -betaincc_slope(a, b, x), beta_density(a, b, x)


def betaincc_partials(y: Any, a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    return -betainc_slope(a, b, x), betaincc_slope(a, b, x), -beta_density(a, b, x)


def betaincinv_partials(x: Any, a: Any, b: Any, p: Any) -> tuple[Any, ...]:
    density = beta_density(a, b, x)
    return -betainc_slope(a, b, x) / density, betaincc_slope(a, b, x) / density, 1.0 / density


def betainccinv_partials(x: Any, a: Any, b: Any, q: Any) -> tuple[Any, ...]:
    by_a, by_b, by_value = betaincinv_partials(x, a, b, q)
    return by_a, by_b, -by_value


def betainc_slope_partials(y: Any, a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    return REFUSED, REFUSED, beta_density(a, b, x) * (np.log(x) - psi(a) + psi(a + b))


def betaincc_slope_partials(y: Any, a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    return REFUSED, REFUSED, -beta_density(a, b, x) * (np.log1p(-x) - psi(b) + psi(a + b))


elementwise(special.betainc,       betainc_partials)
elementwise(special.betaincc,      betaincc_partials)
elementwise(special.betaincinv,    betaincinv_partials)
elementwise(special.betainccinv,   betainccinv_partials)
elementwise(slopes.betainc_slope,  betainc_slope_partials)
elementwise(slopes.betaincc_slope, betaincc_slope_partials)


# -- distribution functions of statistics ----------------------------------------------------------------------------

def chdtr_partials(y: Any, v: Any, x: Any) -> tuple[Any, Any]:
    """P(v/2, x/2)."""
    by_shape, by_value = gammainc_partials(y, 0.5 * v, 0.5 * x)
    return 0.5 * by_shape, 0.5 * by_value


def chdtrc_partials(y: Any, v: Any, x: Any) -> tuple[Any, Any]:
    by_shape, by_value = chdtr_partials(y, v, x)
    return -by_shape, -by_value


def student_density(v: Any, t: Any) -> Any:
    return np.exp(-0.5 * (v + 1.0) * np.log1p(t * t / v) - betaln(0.5 * v, 0.5)) / np.sqrt(v)


def stdtrit_partials(t: Any, v: Any, p: Any) -> tuple[Any, Any]:
    density = student_density(v, t)
    return -student_slope(v, t) / density, 1.0 / density


def student_slope_partials(y: Any, v: Any, t: Any) -> tuple[Any, Any]:
    score = 0.5 * ((v + 1.0) * t * t / (v * (v + t * t)) - np.log1p(t * t / v) - 1.0 / v)
    return REFUSED, student_density(v, t) * (score + 0.5 * (psi(0.5 * v + 0.5) - psi(0.5 * v)))


elementwise(special.chdtr,   chdtr_partials)
elementwise(special.chdtrc,  chdtrc_partials)
elementwise(special.stdtr,   lambda y, v, t: (student_slope(v, t), student_density(v, t)))
elementwise(special.stdtrit, stdtrit_partials)
elementwise(slopes.student_slope, student_slope_partials)
