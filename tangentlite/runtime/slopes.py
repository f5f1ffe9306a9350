"""Slopes of functions that NumPy has no name for, finite where the derivative is."""
from __future__ import annotations

import math
from typing import Any

import numpy as np


def power_slope(x: Any, y: Any) -> Any:
    """d(x ** y)/dx = y x^(y-1); 0 where y = 0 and 1 where y = 1, also at x = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.ndim(x) == 0 and np.ndim(y) == 0:
            base = np.float64(x) if type(x) in (int, float) and x <= 0 else x  # Python raises at 0, and is complex below
            return 0.0 * x if y == 0 else y * base ** (y - 1)
        return np.where(np.equal(y, 0), 0.0, y * np.power(x, np.where(np.equal(y, 0), 1, np.subtract(y, 1))))


def log_slope(z: Any, x: Any, y: Any) -> Any:
    """d(x ** y)/dy = x^y log x; 0 at x = 0 for y >= 0, where x^y is constant or the limit is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at_zero = np.equal(x, 0) & np.greater_equal(y, 0)
        result = np.where(at_zero, 0.0, z * np.log(np.where(at_zero, 1.0, x)))
    return result if result.ndim else result[()]


def sinc_slope(x: Any, n: int) -> Any:
    """The n-th derivative of `np.sinc` at `x`, by recurrence away from 0 and by its series near 0."""
    u = np.pi * np.asarray(x)
    near = np.abs(u) < 1.0 + n
    far = np.where(near, 1.0, u)
    value = np.sin(far) / far
    for k in range(1, n + 1):
        value = (np.sin(far + 0.5 * np.pi * k) - k * value) / far
    small, term = np.where(near, u, 0.0), 0.0 * u
    for k in range((n + 1) // 2, 16 + 2 * n):
        scale = (-1.0) ** k * math.perm(2 * k, n) / math.factorial(2 * k + 1)
        term = term + scale * small ** (2 * k - n)
    return (np.pi**n * np.where(near, term, value)).astype(u.dtype)[()]


def bessel_i(n: int, x: Any) -> Any:
    """The modified Bessel function I_n: the mean of exp(x cos t) cos(n t) over a period (DLMF 10.32.3).

    The trapezoidal rule is exact to rounding with 256 points for |x| < 700, where I_n overflows.
    """
    x, t = np.asarray(x), 2.0 * np.pi * np.arange(256) / 256
    return np.mean(np.exp(x[..., np.newaxis] * np.cos(t)) * np.cos(n * t), axis=-1).astype(x.dtype)[()]


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of the digamma function: recurrence up to a large argument, then the asymptotic series."""
    total, sign = 0.0, (-1.0) ** (n + 1)
    while x < 20.0 + n:
        total += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    if n == 0:
        series = math.log(x) - 0.5 / x
    else:
        series = math.factorial(n - 1) / x**n + math.factorial(n) / (2.0 * x ** (n + 1))
    for k, bernoulli in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6), start=1):
        term = bernoulli * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
        series += -term if n == 0 else term
    return total + (series if n == 0 else sign * series)
