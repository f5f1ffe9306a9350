"""Continuous distributions, each by the derivatives of its standard log density and distribution function.

The distribution functions of the gamma, beta and Student families have shape derivatives by quadrature: see `slopes`.
"""
from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from tangentlite.ir.build import lift
from tangentlite.rules.scipy import slopes
from tangentlite.rules.scipy.stats.locations import Continuous
from tangentlite.rules.verbs import REFUSED, elementwise

psi = special.psi
ROOT_2PI = math.sqrt(2.0 * math.pi)
gammainc_slope, betainc_slope, betaincc_slope = lift(slopes.gammainc_slope), lift(slopes.betainc_slope), lift(slopes.betaincc_slope)
student_slope, vonmises_slope = lift(slopes.student_slope), lift(slopes.vonmises_slope)
f_density, truncated_density = lift(stats.f.pdf), lift(stats.truncnorm.pdf)


# -- without shapes: d log f(z) / dz -----------------------------------------------------------------------------------

Continuous(stats.norm,      lambda z: -z)
Continuous(stats.cauchy,    lambda z: -2.0 * z / (1.0 + z * z))
Continuous(stats.expon,     lambda z: -1.0)
Continuous(stats.laplace,   lambda z: -np.sign(z))
Continuous(stats.logistic,  lambda z: -np.tanh(0.5 * z))
Continuous(stats.gumbel_r,  lambda z: np.expm1(-z), within=0.0)
Continuous(stats.gumbel_l,  lambda z: -np.expm1(z), within=0.0)
Continuous(stats.uniform,   lambda z: None)
Continuous(stats.halfnorm,  lambda z: -z)
Continuous(stats.halfcauchy, lambda z: -2.0 * z / (1.0 + z * z))
Continuous(stats.rayleigh,  lambda z: 1.0 / z - z, within=1.0)
Continuous(stats.maxwell,   lambda z: 2.0 / z - z, within=1.0)
Continuous(stats.hypsecant, lambda z: -np.tanh(z))


# -- one shape ---------------------------------------------------------------------------------------------------------

def student_score(z: Any, v: Any) -> tuple[Any, Any]:
    square = z * z
    ratio = (v + 1.0) / (v + square)
    by_v = psi(0.5 * v + 0.5) - psi(0.5 * v) - 1.0 / v - np.log1p(square / v) + ratio * square / v
    return -ratio * z, 0.5 * by_v


def gennorm_score(z: Any, b: Any) -> tuple[Any, Any]:
    size = np.abs(z)
    return -b * np.sign(z) * size ** (b - 1.0), 1.0 / b + psi(1.0 / b) / (b * b) - special.xlogy(size ** b, size)


def gennorm_slope(z: Any, b: Any) -> Any:
    """F = (1 + sign(z) P(1/b, |z|^b)) / 2."""
    size = np.abs(z)
    power = size ** b
    flow = special.xlogy(size, size) * np.exp(-power) * special.rgamma(1.0 / b)
    return 0.5 * np.sign(z) * (flow - gammainc_slope(1.0 / b, power) / (b * b))


def lognorm_slope(z: Any, s: Any) -> Any:
    log = np.log(z) / s
    return -log * np.exp(-0.5 * (log * log)) / (ROOT_2PI * s)


def weibull_score(z: Any, c: Any) -> tuple[Any, Any]:
    power = z ** c
    return (c - 1.0 - c * power) / z, 1.0 / c + np.log(z) * (1.0 - power)


def genextreme_slopes(z: Any, c: Any) -> tuple[Any, Any]:
    """w = (1 - c z)^(1/c) and d log(w) / dc = -z^2/2 2F1(2, 2; 3; c z): also where c is 0."""
    return special.inv_boxcox(-z, c), -0.5 * (z * z) * special.hyp2f1(2.0, 2.0, 3.0, c * z)


def genextreme_score(z: Any, c: Any) -> tuple[Any, Any]:
    """log f = (1 - c) log w - w."""
    w, by_c = genextreme_slopes(z, c)
    return (w - 1.0 + c) / (1.0 - c * z), (1.0 - c - w) * by_c - np.log(w)


def genextreme_slope(z: Any, c: Any) -> Any:
    """F = exp(-w)."""
    w, by_c = genextreme_slopes(z, c)
    return -w * np.exp(-w) * by_c


def skewnorm_score(z: Any, a: Any) -> tuple[Any, Any]:
    u = a * z
    hazard = np.exp(-0.5 * (u * u) - special.log_ndtr(u)) / ROOT_2PI
    return a * hazard - z, z * hazard


def skewnorm_slope(z: Any, a: Any) -> Any:
    """F = Phi(z) - 2 T(z, a), with Owen's function T."""
    square = 1.0 + a * a
    return -np.exp(-0.5 * (z * z) * square) / (math.pi * square)


def wrapcauchy_score(z: Any, c: Any) -> tuple[Any, Any]:
    cosine = np.cos(z)
    size = 1.0 + c * c - 2.0 * c * cosine
    return -2.0 * c * np.sin(z) / size, 2.0 * (cosine - c) / size - 2.0 * c / (1.0 - c * c)


def wrapcauchy_slope(z: Any, c: Any) -> Any:
    return np.sin(z) / (math.pi * (1.0 + c * c - 2.0 * c * np.cos(z)))


def decay(z: Any, k: Any) -> Any:
    """log f = -|z| decay - log(k + 1/k)."""
    return np.where(z >= 0.0, k, 1.0 / k)


def asymmetric_score(z: Any, k: Any) -> tuple[Any, Any]:
    square = k * k
    by_k = np.where(z >= 0.0, -z, -z / square) - (square - 1.0) / (k * (square + 1.0))
    return np.where(z >= 0.0, -k, 1.0 / k), by_k


def asymmetric_slope(z: Any, k: Any) -> Any:
    size, scale = np.abs(z), 1.0 + k * k
    return np.exp(-size * decay(z, k)) * (size / scale + 2.0 * k / (scale * scale))


class Weibull(Continuous):
    """log(1 - F) = -z^c, whose slopes exist where 1 - F is too small for a number."""

    def logsf(self, y: Any, x: Any, shapes: Any, loc: Any, scale: Any) -> Any:
        by_x, _, *others = super().logsf(y, x, shapes, loc, scale)
        return by_x, y * np.log(np.where(y < 0.0, (x - loc) / scale, 1.0)), *others


# distribution                      d log f / dz and d log f / dshape                              dF / dshape
Continuous(stats.t,                 student_score,                                                 lambda z, v: student_slope(v, z))
Continuous(stats.gamma,             lambda z, a: ((a - 1.0) / z - 1.0, np.log(z) - psi(a)),        lambda z, a: gammainc_slope(a, z), 1.0)
Continuous(stats.chi2,              lambda z, v: ((0.5 * v - 1.0) / z - 0.5, 0.5 * (np.log(0.5 * z) - psi(0.5 * v))),
           lambda z, v: 0.5 * gammainc_slope(0.5 * v, 0.5 * z), 1.0)
Continuous(stats.invgamma,          lambda z, a: ((1.0 / z - a - 1.0) / z, -np.log(z) - psi(a)),
           lambda z, a: -gammainc_slope(a, 1.0 / z), 1.0)
Continuous(stats.pareto,            lambda z, b: (-(b + 1.0) / z, 1.0 / b - np.log(z)),            lambda z, b: np.log(z) * z ** -b, 2.0)
Continuous(stats.lognorm,           lambda z, s: (-(1.0 + np.log(z) / (s * s)) / z, (np.log(z) * np.log(z) / (s * s) - 1.0) / s),
           lognorm_slope, 1.0)
Weibull(stats.weibull_min,          weibull_score, lambda z, c: np.exp(-z ** c) * special.xlogy(z ** c, z), 1.0)
Continuous(stats.gennorm,           gennorm_score,                                                 gennorm_slope)
Continuous(stats.vonmises,          lambda z, k: (-k * np.sin(z), np.cos(z) - special.i1e(k) / special.i0e(k)),
           lambda z, k: vonmises_slope(k, z))
Continuous(stats.genextreme,        genextreme_score,                                              genextreme_slope, 0.0)
Continuous(stats.skewnorm,          skewnorm_score,                                                skewnorm_slope)
Continuous(stats.wrapcauchy,        wrapcauchy_score,                                              wrapcauchy_slope, 1.0)
Continuous(stats.laplace_asymmetric, asymmetric_score,                                             asymmetric_slope)


# -- two shapes --------------------------------------------------------------------------------------------------------

def beta_score(z: Any, a: Any, b: Any) -> tuple[Any, ...]:
    both = psi(a + b)
    return (a - 1.0) / z - (b - 1.0) / (1.0 - z), np.log(z) - psi(a) + both, np.log1p(-z) - psi(b) + both


def f_score(z: Any, m: Any, n: Any) -> tuple[Any, ...]:
    ratio = m * z / n
    both, share = psi(0.5 * (m + n)), (m + n) / (n + m * z)
    by_m = 0.5 * (np.log(ratio) - np.log1p(ratio) + 1.0 - share * z - psi(0.5 * m) + both)
    by_n = 0.5 * (1.0 - np.log1p(ratio) - share - psi(0.5 * n) + both)
    return (0.5 * m - 1.0) / z - 0.5 * m * share, by_m, by_n


def f_slopes(z: Any, m: Any, n: Any) -> tuple[Any, Any]:
    """F = I_w(m/2, n/2), w = m z / (n + m z)."""
    w, flow = m * z / (n + m * z), z * f_density(z, m, n)
    by_m = 0.5 * betainc_slope(0.5 * m, 0.5 * n, w) + flow / m
    return by_m, -0.5 * betaincc_slope(0.5 * m, 0.5 * n, w) - flow / n


def truncnorm_score(z: Any, a: Any, b: Any) -> tuple[Any, ...]:
    return -z, truncated_density(a, a, b), -truncated_density(b, a, b)


def truncnorm_slopes(z: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """F(a) stays 0 and F(b) stays 1."""
    return -truncated_density(a, a, b) * lift(stats.truncnorm.sf)(z, a, b), -truncated_density(b, a, b) * lift(stats.truncnorm.cdf)(z, a, b)


Continuous(stats.beta, beta_score, lambda z, a, b: (betainc_slope(a, b, z), -betaincc_slope(a, b, z)), 0.5)
Continuous(stats.f, f_score, f_slopes, 1.0)
Continuous(stats.truncnorm, truncnorm_score, truncnorm_slopes, 0.0)
elementwise(slopes.vonmises_slope, lambda y, k, z: (
    REFUSED, lift(stats.vonmises.pdf)(z, k) * (np.cos(z) - special.i1e(k) / special.i0e(k))))
