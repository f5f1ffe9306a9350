"""Slopes where a function has none, or several; and calls that a rule refuses."""
from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from tangentlite import runtime
from tangentlite.ir import Var
from tangentlite.rules.registry import UnknownKeyword
from tests.rules.harness import Program, Sample, result

INF, NAN = np.inf, np.nan


def slopes(op: Callable[..., Any], *args: Any, wrt: tuple[int, ...] | None = None, **kwargs: Any) -> list[Any]:
    """The adjoints of the arguments for a result with adjoint 1."""
    p = Program(Sample(op, args, kwargs, tuple(range(len(args))) if wrt is None else wrt))
    y = p.run()[p.out]
    primals = list(p.active)
    bars = p.reverse({p.out: p.input(np.ones_like(y) if isinstance(y, np.ndarray) else 1.0, active=False)})
    env = p.run()
    return [result(bars.get(v), env, env[v]) for v in primals]


@pytest.mark.parametrize(("op", "args", "expected"), [
    (abs, (0.0,), [0.0]),
    (np.abs, (0.0,), [0.0]),
    (math.fabs, (0.0,), [0.0]),
    (np.maximum, (1.0, 1.0), [0.5, 0.5]),
    (np.minimum, (1.0, 1.0), [0.5, 0.5]),
    (np.maximum, (-INF, -INF), [0.5, 0.5]),
    (np.maximum, (1.0 + 2.0j, 1.0 + 2.0j), [0.5, 0.5]),
    (np.minimum, (1.0 + 2.0j, 1.0 + 2.0j), [0.5, 0.5]),
    (np.fmax, (NAN, 1.0), [0.0, 1.0]),
    (np.fmin, (1.0, NAN), [1.0, 0.0]),
    (np.copysign, (-2.0, 3.0), [-1.0, 0.0]),
    (np.fmin, (NAN, 1.0), [0.0, 1.0]),
    (np.fmax, (1.0, NAN), [1.0, 0.0]),
    (max, (1.0, 1.0), [0.5, 0.5]),
    (max, ([1.0, 1.0, 0.0],), [0.5, 0.5, 0.0]),
    (stats.dirichlet.logpdf, (np.array([0.2, 0.3, 0.5]), np.array([2.0, 1.5, 3.0])),
     [[5.0, 5.0 / 3.0, 4.0], np.log([0.2, 0.3, 0.5]) - special.psi([2.0, 1.5, 3.0]) + special.psi(6.5)]),
    (min, (1.0, 1.0, 2.0), [0.5, 0.5, 0.0]),
    (np.max, (np.array([1.0, 3.0, 3.0]),), [[0.0, 0.5, 0.5]]),
    (np.min, (np.zeros((2, 2)),), [np.full((2, 2), 0.25)]),
    (np.clip, (1.0, 0.0, 1.0), [0.5, 0.0, 0.5]),
    (np.clip, (0.5, 0.0, 1.0), [1.0, 0.0, 0.0]),
    (np.clip, (2.0, 3.0, 1.0), [0.0, 0.0, 1.0]),
    (np.hypot, (0.0, 0.0), [0.0, 0.0]),
    (math.hypot, (0.0, 0.0), [0.0, 0.0]),
    (np.arctan2, (0.0, 0.0), [0.0, 0.0]),
    (math.atan2, (0.0, 0.0), [0.0, 0.0]),
    (np.logaddexp, (-INF, -INF), [0.0, 0.0]),
    (np.logaddexp, (-INF, 1.0), [0.0, 1.0]),
    (runtime.power_slope, (0.0, 1.5), [INF, 0.0]),
    (np.sinc, (0.0,), [0.0]),
    (operator.pow, (0.0, 2.0), [0.0, 0.0]),
    (np.power, (0.0, 0.0), [0.0, 0.0]),
    (np.linalg.norm, (np.zeros(3),), [np.zeros(3)]),
    (np.linalg.norm, (np.zeros((2, 2)), "nuc"), [np.zeros((2, 2))]),
    (np.linalg.norm, (np.eye(2), 1), [[[0.5, 0.0], [0.0, 0.5]]]),
    (np.linalg.norm, (np.eye(2), 2), [0.5 * np.eye(2)]),
    (np.linalg.eigvalsh, (np.eye(2),), [np.eye(2)]),
    (np.linalg.eigvals, (np.eye(2),), [np.eye(2)]),
    (np.linalg.svdvals, (np.eye(2),), [np.eye(2)]),
    (np.linalg.det, (np.zeros((2, 2)),), [np.zeros((2, 2))]),
    (np.linalg.det, (np.array([[1.0, 2.0], [2.0, 4.0]]),), [[[4.0, -2.0], [-2.0, 1.0]]]),
    (np.std, (np.ones(3),), [np.zeros(3)]),
    (np.prod, (np.array([0.0, 2.0, 3.0]),), [[6.0, 0.0, 0.0]]),
    (np.prod, (np.array([0.0, 0.0, 3.0]),), [np.zeros(3)]),
    (math.prod, ([0.0, 2.0, 3.0],), [6.0, 0.0, 0.0]),
    (np.cumprod, (np.array([2.0, 0.0, 3.0]),), [[1.0, 8.0, 0.0]]),
    (np.median, (np.ones(4),), [[0.0, 0.5, 0.5, 0.0]]),
    (np.quantile, (np.array([1.0, 2.0, 4.0]), 0.5), [[0.0, 1.0, 0.0], 4.0]),
    (np.quantile, (np.array([1.0, 2.0, 4.0]), 1.0), [[0.0, 0.0, 1.0], 4.0]),
    (np.quantile, (np.array([1.5]), 0.3), [[1.0], 0.0]),
    (np.nanmedian, (np.array([1.0, NAN, 1.0]),), [[0.5, 0.0, 0.5]]),
    (np.unique, (np.array([2.0, 1.0, 2.0]),), [[1.0, 1.0, 0.0]]),
    (np.unique, (np.array([NAN, 1.0, NAN]),), [[1.0, 1.0, 0.0]]),
    (np.unique, (np.zeros(0),), [np.zeros(0)]),
    (np.partition, (np.array([1.0, 1.0, 0.0]), 1), [[1.0, 1.0, 1.0]]),
    (np.maximum.accumulate, (np.array([2.0, 2.0, 1.0]),), [[1.0, 2.0, 0.0]]),
    (np.logaddexp.reduce, (np.array([-INF, -INF]),), [[0.0, 0.0]]),
    (np.nanstd, (np.array([1.0, NAN, 1.0]),), [np.zeros(3)]),
    (np.interp, (1.0, np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0, 7.0])), [3.0, [0.0, -3.0, 0.0], [0.0, 1.0, 0.0]]),
    (np.angle, (0j,), [0.0]),
    (np.linalg.norm, (np.zeros(2, complex), 1), [[0.0, 0.0]]),
    (np.linalg.norm, (np.array([0.0, 3.0 + 4.0j]), 1), [[0.0, 0.6 - 0.8j]]),
    (np.interp, (3.0, np.array([0.0, 1.0, 3.0]), np.array([0.0, 1.0, 7.0])), [3.0, [0.0, 0.0, -3.0], [0.0, 0.0, 1.0]]),
    (np.interp, (-1.0, np.array([0.0, 1.0]), np.array([2.0, 1.0])), [0.0, [0.0, 0.0], [1.0, 0.0]]),
    (np.interp, (0.5, np.array([0.0]), np.array([2.0])), [0.0, [0.0], [1.0]]),
    (np.convolve, (np.ones(2), np.ones(3), "same"), [[3.0, 2.0], [2.0, 2.0, 1.0]]),
])
def test_kink(op: Callable[..., Any], args: tuple[Any, ...], expected: list[Any]) -> None:
    for bar, e in zip(slopes(op, *args), expected, strict=True):
        np.testing.assert_allclose(bar, e)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_integer_power_at_zero(n: int) -> None:
    assert slopes(operator.pow, 0.0, n, wrt=(0,)) == [1.0 if n == 1 else 0.0]


def test_sqrt_at_zero_is_infinite() -> None:
    with np.errstate(divide="ignore"):
        assert slopes(np.sqrt, np.zeros(1)) == [INF]


def test_remainder_shorter_than_its_change() -> None:
    """Trailing coefficients are those that count."""
    p = Program(Sample(np.polydiv, (np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.0, 1.0, 2.0])), wrt=(0, 1)))
    p.run()
    dots = p.forward({v: p.input(0.1 * np.arange(1.0, 1.0 + p.values[v].size), active=False) for v in p.active})
    quotient, remainder = p.run()[dots[p.out]]
    np.testing.assert_allclose(quotient, [0.0, -0.1], atol=1e-15)
    np.testing.assert_allclose(remainder, [0.3])


def test_repeating_a_list_is_refused_when_it_runs() -> None:
    with pytest.raises(TypeError, match="arithmetic on a list"):
        slopes(operator.mul, [1.0, 2.0], 2, wrt=(0,))


def test_where_hides_the_other_branch() -> None:
    x_bar, y_bar = slopes(np.where, np.array([True, False]), np.array([1.0, NAN]), np.array([INF, 2.0]), wrt=(1, 2))
    np.testing.assert_array_equal(x_bar, [1.0, 0.0])
    np.testing.assert_array_equal(y_bar, [0.0, 1.0])


@pytest.mark.parametrize(("op", "args", "kwargs"), [
    (np.exp, (np.ones(3),), {"where": np.array([True, False, True])}),
    (np.exp, (np.ones(3), np.ones(3)), {}),
    (np.sum, (np.ones(3), 0, np.float32), {}),
    (np.std, (np.ones(3),), {"mean": 1.0}),
    (np.reshape, (np.ones(3), (3,)), {"order": "A"}),
    (np.linalg.norm, (np.ones((2, 2)),), {"axis": (0, 2)}),
    (np.einsum, ("ij->", np.ones((2, 2))), {"dtype": np.float32}),
    (np.linalg.qr, (np.ones((2, 2)), "raw"), {}),
    (np.pad, (np.ones(3), 1), {"mode": "empty"}),
    (np.pad, (np.ones(3), 1), {"mode": "reflect", "reflect_type": "odd"}),
    (np.quantile, (np.ones(3), 0.5), {"method": "closest_observation"}),
    (np.quantile, (np.ones(3), 0.5), {"weights": np.ones(3)}),
    (np.quantile, (np.ones((2, 3)), np.full((2, 2), 0.4)), {"axis": 0}),
    (np.histogram, (np.ones(3),), {"density": True}),
    (np.cov, (np.ones((2, 3)),), {"fweights": np.array([1, 2, 1])}),
    (np.interp, (np.ones(3), np.arange(4.0), np.ones(4)), {"period": 3.0}),
    (np.unique, (np.ones(3),), {"return_counts": True}),
    (sorted, (np.ones(3),), {"reverse": True}),
])
def test_unknown_arguments_are_refused(op: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    p = Program(Sample(op, args, kwargs, tuple(range(len(args)))))
    with pytest.raises(UnknownKeyword):
        p.reverse({p.out: Var("g")})


def test_what_is_nearly_real_moves_along_the_reals() -> None:
    p = Program(Sample(np.real_if_close, (np.array([1.0 + 1e-20j, 2.0]),)))
    p.run()
    dots = p.forward({v: p.input(np.array([1.0 + 2.0j, 3.0 - 1.0j]), active=False) for v in p.active})
    np.testing.assert_array_equal(p.run()[dots[p.out]], [1.0, 3.0], strict=True)
