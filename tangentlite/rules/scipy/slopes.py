"""Derivatives that SciPy has no function for, by series or quadrature accurate to 1e-10 or better. Generated code calls them."""
from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

ABSCISSAE = np.linspace(-3.4, 3.4, 83)
NODES = special.expit(np.pi * np.sinh(ABSCISSAE))  # in (0, 1), by the double exponential rule (Takahasi and Mori 1974)
WEIGHTS = (ABSCISSAE[1] - ABSCISSAE[0]) * np.pi * np.cosh(ABSCISSAE) * NODES * (1.0 - NODES)
TINY, NOTHING, ROUNDING = 1e-30, 1e-280, 1e-17
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66)  # B2, B4, ...


def like(y: Any, *xs: Any) -> Any:
    """`y` in the floating dtype that NumPy gives a function of `xs`."""
    return np.asarray(y, np.result_type(*xs, np.float32) if any(hasattr(x, "dtype") for x in xs) else float)[()]


def score_integral(p: Any, q: Any, lower: Callable[[Any], Any], upper: Callable[[Any], Any]) -> Any:
    """The derivative of a distribution function with respect to a parameter: the score integrated over probabilities up to p.

    `lower(u)` and `upper(v)` are the scores where the distribution function is u or 1 - v; q = 1 - p. The score has mean 0, so
    the shorter of the two tails will do.
    """
    p, q = np.asarray(p)[..., None], np.asarray(q)[..., None]
    with np.errstate(all="ignore"):
        below = np.sum(WEIGHTS * p * lower(p * NODES), axis=-1)
        above = np.sum(WEIGHTS * q * upper(q * NODES), axis=-1)
    below, above = np.where(p[..., 0] > NOTHING, below, 0.0), np.where(q[..., 0] > NOTHING, above, 0.0)
    return np.where((p[..., 0] < q[..., 0]) | np.isnan(above), below, -above)  # SciPy's inverses fail at some extremes


def gammainc_slope(a: Any, x: Any) -> Any:
    """dP(a, x)/da of the incomplete gamma function: the integral of log t - psi(a) over probabilities."""
    a_, x_ = np.broadcast_arrays(np.asarray(a, float), np.asarray(x, float))
    s = a_[..., None]

    def lower(u: Any) -> Any:
        t = special.gammaincinv(s, u)
        return np.where(t > TINY, np.log(t), (np.log(u) + special.gammaln(s + 1.0)) / s) - special.psi(s)

    def upper(v: Any) -> Any:
        return np.log(special.gammainccinv(s, v)) - special.psi(s)

    return like(score_integral(special.gammainc(a_, x_), special.gammaincc(a_, x_), lower, upper), a, x)


def beta_slope(a: Any, b: Any, p: Any, q: Any) -> Any:
    """dI_x(a, b)/da where I_x = p = 1 - q: the integral of log t - psi(a) + psi(a + b) over probabilities."""
    r, s = np.asarray(a)[..., None], np.asarray(b)[..., None]
    mean = special.psi(r) - special.psi(r + s)

    return score_integral(p, q, lambda u: log_betaincinv(r, s, u) - mean, lambda v: np.log1p(-np.exp(log_betaincinv(s, r, v))) - mean)


def log_betaincinv(a: Any, b: Any, u: Any) -> Any:
    """log x where I_x(a, b) = u; for small x from I_x = x^a / (a B(a, b)), DLMF 8.17.8."""
    small = (np.log(u * a) + special.betaln(a, b)) / a
    return np.where(np.exp(small) * (1.0 + b) < 1e-12, small, np.log(special.betaincinv(a, b, u)))


def betainc_slope(a: Any, b: Any, x: Any) -> Any:
    """dI_x(a, b)/da of the incomplete beta function."""
    a_, b_, x_ = np.broadcast_arrays(*(np.asarray(v, float) for v in (a, b, x)))
    return like(beta_slope(a_, b_, special.betainc(a_, b_, x_), special.betaincc(a_, b_, x_)), a, b, x)


def betaincc_slope(a: Any, b: Any, x: Any) -> Any:
    """d(1 - I_x(a, b))/db, which is the same of I_(1-x)(b, a), but precise where `x` is small."""
    a_, b_, x_ = np.broadcast_arrays(*(np.asarray(v, float) for v in (a, b, x)))
    return like(beta_slope(b_, a_, special.betaincc(a_, b_, x_), special.betainc(a_, b_, x_)), a, b, x)


def student_slope(v: Any, t: Any) -> Any:
    """The derivative of Student's distribution function with respect to v: one tail is I_x(v/2, 1/2) / 2, x = v / (v + t^2)."""
    v_, t_ = np.broadcast_arrays(np.asarray(v, float), np.asarray(t, float))
    t_ = np.clip(t_, -1e150, 1e150)
    near = special.betainc(0.5, 0.5 * v_, t_ * t_ / (v_ + t_ * t_))
    inner = beta_slope(0.5 * v_, np.full_like(v_, 0.5), 2.0 * special.stdtr(v_, -np.abs(t_)), near)
    density = np.exp(-0.5 * (v_ + 1.0) * np.log1p(t_ * t_ / v_) - special.betaln(0.5 * v_, 0.5)) / np.sqrt(v_)
    return like(-0.25 * np.sign(t_) * inner - 0.5 * t_ * density / v_, v, t)


def zeta_slope(s: Any, q: Any) -> Any:
    """d zeta(s, q)/ds of Hurwitz' zeta function, by the Euler-Maclaurin formula (DLMF 25.11.5, differentiated)."""
    z, n = np.asarray(s, float), 8
    start = np.asarray(q, float)
    end = start + n
    log, power = np.log(end), end ** -z
    total = -sum(np.log(start + k) * (start + k) ** -z for k in range(n))
    total = total - end * power * (log + 1.0 / (z - 1.0)) / (z - 1.0) - 0.5 * log * power
    rising: Any = 1.0  # s (s + 1) ...
    slope: Any = 0.0
    for j, bernoulli in enumerate(BERNOULLI, 1):
        for i in range(max(0, 2 * j - 3), 2 * j - 1):
            rising, slope = rising * (z + i), slope * (z + i) + rising
        total = total + bernoulli / math.factorial(2 * j) * (slope - rising * log) * power * end ** (1.0 - 2.0 * j)
    return like(total, s, q)


def hyp0f1_slope(v: Any, x: Any) -> Any:
    """d 0F1(v; x)/dv, by its power series. Raises ValueError below x = -30, where the series cancels."""
    order, z = np.broadcast_arrays(np.asarray(v, float), np.asarray(x, float))
    if np.any(z < -30.0):
        raise ValueError("the derivative of hyp0f1(v, x) with respect to v is known for x >= -30 only")
    term, slope, total = np.ones_like(z), np.zeros_like(z), np.zeros_like(z)
    for k in itertools.count():
        ratio = z / ((order + k) * (k + 1.0))
        term, slope = term * ratio, (slope - term / (order + k)) * ratio
        if not np.any(np.abs(slope) > ROUNDING * np.abs(total)):
            break
        total = total + slope
    return like(total, v, x)


def rgamma_slope(x: Any) -> Any:
    """The derivative of 1/Gamma, by reflection on the left, where psi and 1/Gamma meet their poles and zeros (DLMF 5.5.3)."""
    x_ = np.asarray(x, float)
    low, right = np.minimum(x_, 0.5), np.maximum(x_, 0.5)
    left, turn = 1.0 - low, np.pi * low
    reflected = special.gamma(left) * (np.cos(turn) - np.sin(turn) / np.pi * special.psi(left))
    return like(np.where(x_ < 0.5, reflected, -special.rgamma(right) * special.psi(right)), x)


def vonmises_slope(k: Any, z: Any) -> Any:
    """dF(z; k)/dk of von Mises' distribution: F = z / 2 pi + sum r_n sin(n z) / (n pi), r_n = I_n(k) / I_0(k).

    r_n' = (r_{n-1} + r_{n+1}) / 2 - r_n r_1, by DLMF 10.29.1.
    """
    k_, z_ = (np.asarray(v, float)[..., None] for v in np.broadcast_arrays(k, z))
    n = np.arange(1.0, 30.0 + 10.0 * math.sqrt(float(np.max(np.abs(k_), initial=0.0))))
    ratios = special.ive(np.arange(n.size + 2.0), k_) / special.i0e(k_)
    slopes = 0.5 * (ratios[..., :-2] + ratios[..., 2:]) - ratios[..., 1:-1] * ratios[..., 1:2]
    return like(np.sum(slopes * np.sin(n * z_) / (n * np.pi), axis=-1), k, z)
