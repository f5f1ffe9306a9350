"""Solvers of SciPy: what their derivatives refuse, and derivatives of derivatives by different arguments."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import odeint, quad, solve_ivp
from scipy.optimize import brentq, minimize, newton, root

import tangentlite as tl
from tangentlite.errors import NoRuleError, UnsupportedError

FINE = {"rtol": 1e-11, "atol": 1e-12}


def at_time(x: float, t: float) -> Any:
    return odeint(lambda u, s: -x * u, np.array([1.0]), np.array([0.0, t]), **FINE)[-1, 0]


def at_end(x: float, t: float) -> Any:
    return solve_ivp(lambda s, u: -x * u, (0.0, t), np.array([1.0]), **FINE).y[0, -1]


def at_chosen_time(x: float, t: float) -> Any:
    return solve_ivp(lambda s, u: -x * u, (0.0, 5.0), np.array([1.0]), t_eval=np.array([0.0, t]), **FINE).y[0, -1]


def last_step(x: float, t: float) -> Any:
    return solve_ivp(lambda s, u: -x * u, (0.0, t), np.array([1.0])).t[-1]


@pytest.mark.parametrize("f", [at_time, at_end, at_chosen_time, last_step])
def test_times_that_vary_are_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.grad(f, argnums=1)(0.7, 1.2)
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.jvp(f, (0.7, 1.2), (0.0, 1.0))


slope_at_time, slope_at_end, slope_at_chosen_time = map(tl.grad, (at_time, at_end, at_chosen_time))


@pytest.mark.parametrize("f", [slope_at_time, slope_at_end, slope_at_chosen_time])
def test_times_that_vary_are_refused_in_second_derivatives(f: Callable[..., Any]) -> None:
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.grad(lambda x, t: f(x, t), argnums=1)(0.7, 1.2)
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.jvp(lambda x, t: f(x, t), (0.7, 1.2), (0.0, 1.0))


def test_times_that_stand_still() -> None:
    assert tl.grad(last_step)(0.7, 1.2) == 0.0
    np.testing.assert_allclose(tl.grad(at_end)(0.7, 1.2), -1.2 * np.exp(-0.84), rtol=1e-9)


# -- y0, a matrix and a number: Hessians of all of them ------------------------------------------------------------------

def trajectory(y: Any, k: Any, w: float) -> Any:
    u = odeint(lambda t, u, k: np.sin(k @ u) * w - u * t, y, np.linspace(0.0, 0.7, 3), args=(k,), tfirst=True, **FINE)
    return np.sum(u[-1] ** 2 * np.array([1.0, 2.0]))


def solution(y: Any, k: Any, w: float) -> Any:
    found = solve_ivp(lambda t, u: np.sin(k @ u) * w - u * t * y, (0.0, 0.7), y, method="DOP853", **FINE)
    return np.sum(found.y[:, -1] ** 2) * w


def equilibrium(y: Any, k: Any, w: float) -> Any:
    return np.sum(np.sin(root(lambda u: np.sinh(u) + 0.2 * (k @ u) - w * y, np.zeros(2), tol=1e-14).x))


def lowest(y: Any, k: Any, w: float) -> Any:
    found = minimize(lambda u: np.sum((u - w * y) ** 2) + 0.1 * (u @ k @ u), np.zeros(2), tol=1e-12)
    return found.x[0] * found.x[1] + found.fun


def area(y: Any, k: Any, w: float) -> Any:
    return quad(lambda t: np.sum(np.sin(k @ y * t)) * np.exp(-w * t), 0.1, 0.9, epsabs=1e-13, epsrel=1e-13)[0] ** 2


def area_in_parts(y: Any, k: Any, w: float) -> Any:
    return quad(lambda t: np.sum(k) * abs(t - 0.4) ** 1.5 * np.exp(w * y[0] * t), 0.0, 1.0, points=[0.4], epsabs=1e-13, epsrel=1e-13)[0]


POINT = (np.array([0.4, 0.9]), np.array([[0.8, -0.2], [0.3, 0.5]]), 0.8)
DIRECTIONS = (np.array([0.3, -1.1]), np.array([[0.2, 0.7], [-0.5, 0.4]]), 0.9)


@pytest.mark.parametrize("f", [trajectory, solution, equilibrium, lowest, area, area_in_parts])
@pytest.mark.parametrize("first", range(3))
def test_mixed_second_derivatives(f: Callable[..., Any], first: int) -> None:
    """Reverse over reverse against forward over reverse, and both against differences."""
    g, d = tl.grad(f, argnums=first), DIRECTIONS[first]

    def slope(y: Any, k: Any, w: float) -> Any:
        return np.sum(d * g(y, k, w))

    bars = tl.grad(slope, argnums=(0, 1, 2))(*POINT)
    for k in range(3):
        dots = tuple(e if j == k else e * 0.0 for j, e in enumerate(DIRECTIONS))
        along = [slope(*(p + t * e for p, e in zip(POINT, dots))) for t in (1e-3, -1e-3, 2e-3, -2e-3)]
        difference = (8.0 * (along[0] - along[1]) - (along[2] - along[3])) / 12e-3
        np.testing.assert_allclose(tl.jvp(slope, POINT, dots)[1], np.sum(bars[k] * DIRECTIONS[k]), rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(np.sum(bars[k] * DIRECTIONS[k]), difference, rtol=1e-5, atol=1e-6)


# -- derivatives of higher order -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("f", [equilibrium, lowest, area])
def test_third_derivatives(f: Callable[..., Any]) -> None:
    """Reverse over reverse over reverse against forward over them, and both against differences."""
    gy, dy, dk = tl.grad(f), *DIRECTIONS[:2]
    gk = tl.grad(lambda y, k, w: np.sum(dy * gy(y, k, w)), argnums=1)

    def slope(y: Any, k: Any, w: float) -> Any:
        return np.sum(dk * gk(y, k, w))

    bars = tl.grad(slope, argnums=(0, 1, 2))(*POINT)
    along = [slope(*(p + t * d for p, d in zip(POINT, DIRECTIONS))) for t in (1e-3, -1e-3, 2e-3, -2e-3)]
    total = sum(np.sum(bar * d) for bar, d in zip(bars, DIRECTIONS))
    np.testing.assert_allclose(tl.jvp(slope, POINT, DIRECTIONS)[1], total, rtol=1e-9)
    np.testing.assert_allclose(total, (8.0 * (along[0] - along[1]) - (along[2] - along[3])) / 12e-3, rtol=1e-5, atol=1e-7)


def test_fourth_derivative() -> None:
    def f(x: float) -> Any:
        return root(lambda u: np.exp(u) - x, np.zeros(2), tol=1e-14).x[0]

    np.testing.assert_allclose(tl.grad(tl.grad(tl.grad(tl.grad(f))))(1.3), -6.0 / 1.3**4, rtol=1e-10)
    np.testing.assert_allclose(tl.jvp(tl.grad(tl.grad(tl.grad(f))), (1.3,), (1.0,))[1], -6.0 / 1.3**4, rtol=1e-10)


def refused_in_both_modes(f: Callable[..., Any], error: type[tl.errors.TangentliteError], message: str) -> None:
    for derivative in (lambda: tl.grad(f)(0.7), lambda: tl.jvp(f, (0.7,), (1.0,))):
        with pytest.raises(error) as refused:
            derivative()
        assert refused.value.msg == message


def decayed(x: float) -> Any:
    return odeint(lambda u, s: -x * u, np.array([1.0]), np.array([0.0, 1.2]), **FINE)[-1, 0]


def decayed_too(x: float) -> Any:
    return solve_ivp(lambda s, u: -x * u, (0.0, 1.2), np.array([1.0]), **FINE).y[0, -1]


@pytest.mark.parametrize(("f", "name"), [(decayed, "odeint"), (decayed_too, "solve_ivp")])
def test_third_derivatives_that_are_refused(f: Callable[..., Any], name: str) -> None:
    message = f"there is no rule for the third derivative of `{name}`. Differentiate fewer times"
    refused_in_both_modes(tl.grad(tl.grad(f)), NoRuleError, message)


def area_to(y: Any, w: float) -> Any:
    return quad(lambda t: np.sum(np.sin(y * t)), 0.0, w)[0]


def test_a_second_derivative_by_a_limit_and_by_an_array_is_refused() -> None:
    slope = tl.grad(area_to)
    for derivative in (lambda: tl.jvp(slope, (POINT[0], 0.8), (POINT[0], 1.0)), lambda: tl.jacobian(slope, argnums=1)(POINT[0], 0.8)):
        with pytest.raises(NoRuleError) as refused:
            derivative()
        assert refused.value.msg == ("there is no rule for the second derivative of `quad` by its limits and by arrays, or by more than "
                                     "three numbers. Differentiate fewer times")
    y = POINT[0]
    expected = np.array([(0.8 * np.sin(0.8 * v) / v + (np.cos(0.8 * v) - 1.0) / v**2) for v in y])
    np.testing.assert_allclose(slope(y, 0.8), expected, rtol=1e-9)


# -- what is not the problem that the rules solve ------------------------------------------------------------------------

def least_squares(x: float) -> Any:
    return root(lambda u: np.array([1.0, 2.0]) * (u - np.array([x, x * x])), np.zeros(1), method="lm").x[0]


def oscillation(x: float) -> Any:
    return np.real(solve_ivp(lambda t, u: 1j * x * u, (0.0, 1.0), np.array([1.0 + 0j])).y[0, -1])


def complex_root(x: float) -> Any:
    return np.imag(newton(lambda u: u * u + x, 0.1 + 1.0j))


def imaginary_rate(x: float) -> Any:
    return np.real(solve_ivp(lambda t, u: 1j * x * u, (0.0, 1.0), np.array([1.0])).y[0, -1])


def lowest_of_several(x: float) -> Any:
    return minimize(lambda u: (u - x) ** 2, np.zeros(1)).x[0]


@pytest.mark.parametrize(("f", "message"), [
    (least_squares, "`root()` with method='lm', or one that is not known, cannot be differentiated yet"),
    (oscillation, "`solve_ivp()` with complex numbers cannot be differentiated yet"),
    (imaginary_rate, "`solve_ivp()` with complex numbers cannot be differentiated yet"),
    (complex_root, "`newton()` with complex numbers cannot be differentiated yet"),
    (lowest_of_several, "`minimize()` wants a function that returns a number"),
])
def test_refused_problems(f: Callable[..., Any], message: str) -> None:
    refused_in_both_modes(f, UnsupportedError, message)


def first_root(k: Any) -> Any:
    return brentq(lambda u: np.sinh(u) - k[0], -3.0, 3.0) * k[1]


def test_single_precision() -> None:
    """A solver finds Python's number; a slope at it is one of NumPy's, which would make the gradient one in double precision."""
    k = np.array([0.4, 0.7], np.float32)
    g = tl.grad(first_root)(k)
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, [0.7 / np.sqrt(1.16), np.arcsinh(0.4)], rtol=1e-6)
