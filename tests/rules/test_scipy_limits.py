"""Rules for SciPy where formulas meet their limits, and what they refuse."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import signal, special, stats

import tangentlite as tl
from tangentlite.errors import NoRuleError
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import slopes as quadratures
from tests.rules.harness import Program, Sample
from tests.rules.test_conventions import slopes

INF = np.inf


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("op", "args", "expected"), [
    (special.j1, (0.0,), [0.5]),
    (special.i1, (0.0,), [0.5]),
    (special.exprel, (0.0,), [0.5]),
    (special.spence, (1.0,), [-1.0]),
    (special.rgamma, (-2.0,), [2.0]),
    (special.ellipk, (0.0,), [math.pi / 8]),
    (special.ellipe, (0.0,), [-math.pi / 8]),
    (special.boxcox, (2.0, 0.0), [0.5, 0.5 * math.log(2.0) ** 2]),
    (special.eval_legendre, (3, 1.0), [6.0]),
    (special.xlogy, (0.0, 0.0), [-INF, 0.0]),
    (special.xlog1py, (0.0, -1.0), [-INF, 0.0]),
    (special.rel_entr, (0.0, 1.0), [-INF, 0.0]),
    (special.kl_div, (0.0, 1.0), [-INF, 1.0]),
    (special.entr, (0.0,), [INF]),
    (special.log_ndtr, (-1e3,), [1000.000999998]),
    (special.logsumexp, (np.array([-INF, -INF]),), [[0.0, 0.0]]),
    (special.logsumexp, (np.array([-INF, 1.0]),), [[0.0, 1.0]]),
    (special.softmax, (np.array([0.0, -INF]),), [[0.0, 0.0]]),
    (special.stdtr, (3.0, 0.0), [0.0, 0.36755259694786136]),
    (stats.gamma.pdf, (-1.0, 2.0), [0.0, 0.0]),
    (stats.gamma.cdf, (-1.0, 2.0), [0.0, 0.0]),
    (stats.pareto.cdf, (0.5, 2.0), [0.0, 0.0]),
    (stats.truncnorm.cdf, (3.0, -1.0, 2.0), [0.0, 0.0, 0.0]),
    (stats.gumbel_r.pdf, (-800.0,), [0.0]),
    (stats.genextreme.cdf, (0.5, 0.0), [0.3307042988904181, 0.04133803736130226]),
])
def test_limit(op: Callable[..., Any], args: tuple[Any, ...], expected: list[Any]) -> None:
    for actual, value in zip(slopes(op, *args, wrt=range(len(args))), expected, strict=True):
        np.testing.assert_allclose(actual, value, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(("op", "k", "p", "expected"), [
    (stats.poisson.pmf, 1, (0.0,), 1.0), (stats.poisson.logpmf, 0, (0.0,), -1.0), (stats.binom.pmf, 1, (5, 0.0), 5.0),
    (stats.binom.logpmf, 0, (5, 0.0), -5.0), (stats.bernoulli.pmf, 2, (0.3,), 0.0),
])
def test_probability_at_the_edge(op: Callable[..., Any], k: int, p: tuple[Any, ...], expected: float) -> None:
    assert slopes(op, k, *p, wrt=[len(p)]) == [expected]


def test_only_the_component_that_is_used_counts() -> None:
    """The cosine integral is singular at 0."""
    def f(x: float) -> Any:
        return special.sici(x)[0]

    assert tl.grad(f)(0.0) == 1.0


@pytest.mark.parametrize(("function", "args", "expected"), [  # by 40 digits
    (quadratures.gammainc_slope, (50.0, 2.0), -1.684032268793997e-50),
    (quadratures.gammainc_slope, (0.01, 3.0), -0.01354718757280514),
    (quadratures.betainc_slope, (1.5, 2.5, 0.9), -0.007110692129340409),
    (quadratures.student_slope, (3.3, 0.5), 0.004447470013620083),
])
def test_quadrature(function: Callable[..., Any], args: tuple[float, ...], expected: float) -> None:
    np.testing.assert_allclose(function(*args), expected, rtol=1e-11)


def bessel(v: float, x: float) -> Any:
    return special.jv(v, x)


def trials(n: float, p: float) -> Any:
    return stats.binom.pmf(2, n, p)


def shape(x: float, a: float) -> Any:
    return special.polygamma(x, a)


def signed(x: Any) -> Any:
    return special.logsumexp(x, return_sign=True)[0]


def biased(x: Any) -> Any:
    return stats.skew(x, bias=False)


def even(x: Any, y: Any) -> Any:
    return signal.correlate2d(x, y, mode="same").sum()


def filtered(b: Any, x: Any) -> Any:
    return signal.lfilter(b, [1.0, 0.5], x).sum()


@pytest.mark.parametrize(("f", "args", "argnum"), [
    (bessel, (1.5, 0.3), 0), (trials, (5.0, 0.3), 0), (shape, (1.0, 0.3), 0), (signed, (np.ones(3),), 0), (biased, (np.arange(4.0),), 0),
    (even, (np.ones((4, 4)), np.ones((2, 2))), 0), (filtered, (np.ones(2), np.ones(5)), 0),
])
def test_refused_in_both_modes(f: Callable[..., Any], args: tuple[Any, ...], argnum: int) -> None:
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.grad(f, argnums=argnum)(*args)
    dots = tuple(np.ones_like(a) if k == argnum and isinstance(a, np.ndarray) else a * 0.0 + (k == argnum) for k, a in enumerate(args))
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.jvp(f, args, dots)


def located(x: Any, mu: float, sigma: float) -> Any:
    return stats.norm.logpdf(x, loc=mu, scale=sigma).sum()


def test_location_and_scale_by_keyword() -> None:
    x = np.array([0.3, 1.2])
    z = (x - 0.5) / 2.0
    grads = tl.grad(located, argnums=(0, 1, 2))(x, 0.5, 2.0)
    np.testing.assert_allclose(grads[0], -z / 2.0, rtol=1e-15)
    np.testing.assert_allclose(grads[1:], [np.sum(z) / 2.0, np.sum(z * z - 1.0) / 2.0], rtol=1e-14)


@pytest.mark.parametrize("f", [stats.dirichlet.logpdf, stats.dirichlet.pdf])
def test_points_of_dirichlets_distribution_move_within_the_simplex(f: Callable[..., Any]) -> None:
    x, alpha, d, h = np.array([0.2, 0.3, 0.5]), np.array([1.5, 0.8, 2.0]), np.array([0.4, -0.6, 0.2]), 1e-5
    expected = (f(x + h * d, alpha) - f(x - h * d, alpha)) / (2.0 * h)
    np.testing.assert_allclose(tl.grad(lambda x: f(x, alpha))(x) @ d, expected, rtol=1e-8)
    np.testing.assert_allclose(tl.jvp(lambda x: f(x, alpha), (x,), (d,))[1], expected, rtol=1e-8)


def test_active_counts_are_refused() -> None:
    p = np.array([0.2, 0.3, 0.5])
    for counts, n in ((np.array([1.0, 2.0, 3.0]), 6), (np.array([1, 2, 3]), 6.0)):
        program = Program(Sample(stats.multinomial.logpmf, (counts, n, p), {}, (0, 1)))
        with pytest.raises(UnknownKeyword, match="active counts"):
            program.forward({v: v for v in program.active})
