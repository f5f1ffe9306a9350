"""The derivatives by series and quadrature, against differences of high order."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from tangentlite.rules.scipy import slopes

WEIGHTS = (4 / 5, -1 / 5, 4 / 105, -1 / 280)  # of the difference of order 8
H = 0.01


def differences(f: Callable[..., Any], x: Any, y: tuple[Any, ...], which: int) -> Any:
    def moved(t: float) -> Any:
        return f(*y[:which], x * (1.0 + t), *y[which:])

    return sum(w * (moved(k * H) - moved(-k * H)) for k, w in enumerate(WEIGHTS, 1)) / (H * x)


def grid(*axes: tuple[float, ...]) -> list[Any]:
    return np.meshgrid(*axes)


@pytest.mark.parametrize(("slope", "f", "which", "points"), [
    (slopes.gammainc_slope, special.gammainc, 0, grid((0.02, 0.7, 3.0, 40.0), (0.1, 0.9, 2.5, 30.0))),
    (slopes.gammainc_slope, special.gammainc, 0, grid((0.02, 0.05), (1e-40, 1e-20))),
    (slopes.betainc_slope, special.betainc, 0, grid((0.02, 0.05), (0.7, 2.3), (1e-40, 1e-20))),
    (slopes.betainc_slope, special.betainc, 0, grid((0.02, 0.7, 3.0, 40.0), (0.1, 2.3, 30.0), (0.003, 0.4, 0.97))),
    (slopes.betaincc_slope, special.betaincc, 1, grid((0.1, 2.3, 30.0), (0.02, 0.7, 3.0, 40.0), (0.003, 0.4, 0.97))),
    (slopes.student_slope, special.stdtr, 0, grid((0.7, 2.5, 9.0), (-2.0, -0.3, 0.6, 4.0))),
    (slopes.zeta_slope, special.zeta, 0, grid((1.8, 2.5, 6.0), (0.1, 1.0, 6.0))),
    (slopes.hyp0f1_slope, special.hyp0f1, 0, grid((0.3, 1.7, 5.5), (-4.0, 0.0, 0.6, 50.0))),
    (slopes.rgamma_slope, special.rgamma, 0, [np.array([-4.3, -1.6, -0.4, 0.2, 0.49, 0.51, 1.3, 7.0])]),
    (slopes.vonmises_slope, stats.vonmises.cdf, 1, grid((0.01, 0.7, 5.0, 20.0), (-2.5, -0.3, 1.1))),
], ids=lambda v: getattr(v, "__name__", None))
def test_slope(slope: Callable[..., Any], f: Callable[..., Any], which: int, points: list[Any]) -> None:
    """Of von Mises' distribution function, SciPy has the parameter second."""
    own = 0 if f == stats.vonmises.cdf else which
    rest = tuple(p for k, p in enumerate(points) if k != own)
    np.testing.assert_allclose(slope(*points), differences(f, points[own], rest, which), rtol=1e-9, atol=1e-11)


def test_far_in_a_tail() -> None:
    v, t = np.array([2.5, 9.0]), np.array([-40.0, -40.0])
    np.testing.assert_allclose(slopes.student_slope(v, t), differences(special.stdtr, v, (t,), 0), rtol=1e-8)


def test_beyond_the_tails() -> None:
    """Where the probability of a tail is nothing, so is its change."""
    for x in (1e-200, 1e5):
        assert slopes.gammainc_slope(3.0, x) == 0.0
    for x in (1e-200, 1.0):
        assert slopes.betainc_slope(3.0, 2.0, x) == 0.0


@pytest.mark.parametrize(("a", "b", "log_x"), [
    (0.5, 1e-6, -18.0), (0.5, 1e6, -28.0), (0.02, 0.7, -2000.0), (0.02, 30.0, -900.0), (1.7, 0.4, -0.1),
])
def test_logarithms_of_quantiles(a: float, b: float, log_x: float) -> None:
    """Of a beta distribution, also where the quantile itself is too small for a number."""
    u = special.betainc(a, b, np.exp(log_x)) or np.exp(a * log_x - np.log(a) - special.betaln(a, b))
    np.testing.assert_allclose(slopes.log_betaincinv(a, b, u), log_x, rtol=1e-12)


def test_student_near_the_middle() -> None:
    """The distribution function is 1/2 + t c there, where c is the density at 0."""
    v, t = np.array([0.7, 2.5, 9.0]), 1e-10
    c = np.exp(-special.betaln(0.5 * v, 0.5)) / np.sqrt(v)
    slope = 0.5 * (special.psi(0.5 * (v + 1.0)) - special.psi(0.5 * v) - 1.0 / v)
    np.testing.assert_allclose(slopes.student_slope(v, t), t * c * slope, rtol=1e-8)


def test_where_the_series_of_hyp0f1_cancels() -> None:
    assert np.isfinite(slopes.hyp0f1_slope(1.7, -30.0))
    with pytest.raises(ValueError, match="x >= -30"):
        slopes.hyp0f1_slope(1.7, -30.5)


def test_a_narrow_distribution_on_a_circle() -> None:
    """It has many harmonics; the derivative of its density with respect to k is (cos z - I1/I0) times the density."""
    k, z = 900.0, 0.03
    mean = special.i1e(k) / special.i0e(k)
    expected = integrate.quad(lambda u: (np.cos(u) - mean) * stats.vonmises.pdf(u, k), -0.5, z, epsabs=1e-14)[0]
    np.testing.assert_allclose(slopes.vonmises_slope(k, z), expected, rtol=1e-9)
