"""docs/conventions.md row by row, in both modes: slopes where a function has none, several, or an infinite one."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangentlite as tl

INF = math.inf
Row = tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]

ROWS: list[Row] = [
    (lambda x: abs(x), (0.0,), (0.0,)),
    (lambda x: abs(x), (-0.0,), (0.0,)),
    (lambda x: np.abs(x), (0.0,), (0.0,)),
    (lambda x: np.fabs(x), (0.0,), (0.0,)),
    (lambda x: math.fabs(x), (0.0,), (0.0,)),
    (lambda x, y: np.maximum(x, y), (1.0, 1.0), (0.5, 0.5)),
    (lambda x, y: np.minimum(x, y), (1.0, 1.0), (0.5, 0.5)),
    (lambda x, y: max(x, y), (1.0, 1.0), (0.5, 0.5)),
    (lambda x, y: min(x, y), (1.0, 1.0), (0.5, 0.5)),
    (lambda x: np.max(x), (np.array([3.0, 1.0, 3.0]),), (np.array([0.5, 0.0, 0.5]),)),
    (lambda x: np.min(x), (np.array([1.0, 1.0, 3.0]),), (np.array([0.5, 0.5, 0.0]),)),
    (lambda x: np.sqrt(x), (0.0,), (INF,)),
    (lambda x: np.cbrt(x), (0.0,), (INF,)),
    (lambda x: np.log(x), (0.0,), (INF,)),
    (lambda x: np.log2(x), (0.0,), (INF,)),
    (lambda x: np.log10(x), (0.0,), (INF,)),
    (lambda x: np.log1p(x), (-1.0,), (INF,)),
    (lambda x: np.arcsin(x), (1.0,), (INF,)),
    (lambda x: np.arccos(x), (1.0,), (-INF,)),
    (lambda x: np.arccosh(x), (1.0,), (INF,)),
    (lambda x: np.arctanh(x), (1.0,), (INF,)),
    (lambda x: np.reciprocal(x), (0.0,), (-INF,)),
    (lambda x: np.divide(1.0, x), (0.0,), (-INF,)),
    (lambda x: np.power(x, 0.5), (0.0,), (INF,)),
    (lambda x: np.power(x, -1.0), (0.0,), (-INF,)),
    (lambda x: np.linalg.norm(x), (np.zeros(2),), (np.zeros(2),)),
    (lambda x: np.std(x), (np.ones(2),), (np.zeros(2),)),
    (lambda x, y: np.hypot(x, y), (0.0, 0.0), (0.0, 0.0)),
    (lambda x, y: math.hypot(x, y), (0.0, 0.0), (0.0, 0.0)),
    (lambda x, y: math.dist((x, y), (1.0, 2.0)), (1.0, 2.0), (0.0, 0.0)),
    (lambda y, x: np.arctan2(y, x), (0.0, 0.0), (0.0, 0.0)),
    (lambda y, x: math.atan2(y, x), (0.0, 0.0), (0.0, 0.0)),
    (lambda y, x: math.atan2(y, x), (1e-200, 1e-200), (5e199, -5e199)),
    (lambda x: x ** 0, (0.0,), (0.0,)),
    (lambda x: math.pow(x, 0), (0.0,), (0.0,)),
    (lambda x: x ** 1, (0.0,), (1.0,)),
    (lambda x: math.pow(x, 1), (0.0,), (1.0,)),
    (lambda x, y: x ** y, (0.0, 0.0), (0.0, 0.0)),
    (lambda x, y: x ** y, (0.0, 1.0), (1.0, 0.0)),
    (lambda x, y: x ** y, (0.0, 2.0), (0.0, 0.0)),
    (lambda x, y: math.pow(x, y), (0.0, 2.0), (0.0, 0.0)),
    (lambda x, y: np.power(x, y), (0.0, 2.0), (0.0, 0.0)),
    (lambda x: np.prod(x), (np.array([0.0, 2.0, 3.0]),), (np.array([6.0, 0.0, 0.0]),)),
    (lambda x, y: math.prod([x, y]), (0.0, 3.0), (3.0, 0.0)),
    (lambda x, low, high: np.clip(x, low, high), (1.0, 0.0, 1.0), (0.5, 0.0, 0.5)),
    (lambda x: np.floor(x) + np.ceil(x) + np.sign(x) + np.round(x) + x // 1.0, (2.0,), (0.0,)),
    (lambda x, y: x % y, (7.0, 2.0), (1.0, -3.0)),
    (lambda x, y: np.remainder(x, y), (7.0, 2.0), (1.0, -3.0)),
    (lambda x: x if x > 0 else 0.0, (0.0,), (0.0,)),
    (lambda x: np.where(x > 0, x, 0.0), (0.0,), (0.0,)),
    (lambda x, y: math.copysign(x, y), (0.0, 1.0), (0.0, 0.0)),
    (lambda x, y: np.copysign(x, y), (2.0, -1.0), (-1.0, 0.0)),
    (lambda x, h: np.heaviside(x, h), (0.0, 0.5), (0.0, 1.0)),
    (lambda x, h: np.heaviside(x, h), (1.0, 0.5), (0.0, 0.0)),
    (lambda x, y: np.nextafter(x, y), (1.0, 2.0), (1.0, 0.0)),
    (lambda x, y: math.nextafter(x, y), (1.0, 2.0), (1.0, 0.0)),
    (lambda x: int(x) * x + bool(x), (2.5,), (2.0,)),
]

IDS = [f"{'-'.join(row[0].__code__.co_names)}-{k}" for k, row in enumerate(ROWS)]


def unit(args: tuple[Any, ...], k: int, index: tuple[int, ...]) -> tuple[Any, ...]:
    """The direction of one element of one argument."""
    directions: list[Any] = [np.zeros_like(a) if isinstance(a, np.ndarray) else 0.0 for a in args]
    if isinstance(args[k], np.ndarray):
        directions[k][index] = 1.0
    else:
        directions[k] = 1.0
    return tuple(directions)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_row(row: Row) -> None:
    f, args, expected = row
    for got, want in zip(tl.grad(f, argnums=tuple(range(len(args))))(*args), expected, strict=True):
        np.testing.assert_allclose(got, want)
    for k, want in enumerate(expected):
        for index in np.ndindex(np.shape(want)):
            _, dot = tl.jvp(f, args, unit(args, k, index))
            np.testing.assert_allclose(dot, want[index] if index else want)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", [r for r in ROWS if all(type(a) is float for a in r[1])])
def test_row_for_doubles_of_numpy(row: Row) -> None:
    f, args, expected = row
    got = tl.grad(f, argnums=tuple(range(len(args))))(*map(np.float64, args))
    np.testing.assert_allclose(got, expected)


@pytest.mark.parametrize(("f", "x"), [
    (lambda x: math.sqrt(x), 0.0), (lambda x: math.cbrt(x), 0.0), (lambda x: math.asin(x), 1.0), (lambda x: math.acos(x), -1.0),
    (lambda x: math.acosh(x), 1.0), (lambda x: x ** 0.5, 0.0)])
def test_an_infinite_slope_of_pythons_numbers_raises(f: Callable[..., Any], x: float) -> None:
    f(x)
    for derive in (tl.grad(f), lambda x: tl.jvp(f, (x,), (1.0,))):
        with pytest.raises(ZeroDivisionError) as raised:
            derive(x)
        assert "primal: " in raised.value.__notes__[0]


@pytest.mark.parametrize(("f", "args"), [
    (lambda x: math.log(x), (0.0,)), (lambda x: math.log(x), (-1.0,)), (lambda x: math.sqrt(x), (-1.0,)), (lambda x: math.acos(x), (2.0,)),
    (lambda x: math.atanh(x), (1.0,)), (lambda x, y: math.pow(x, y), (-8.0, 0.5)), (lambda x: math.gamma(x), (0.0,)),
    (lambda x, y: math.pow(x, y), (0.0, -1.0)), (lambda x, y: x / y, (1.0, 0.0)), (lambda x, y: x ** y, (0.0, -1.0)),
    (lambda x: math.exp(x), (1e4,)), (lambda x, y: math.fmod(x, y), (1.0, 0.0)), (lambda x, y: x % y, (1.0, 0.0))])
def test_outside_the_domain_the_derivative_raises_too(f: Callable[..., Any], args: tuple[float, ...]) -> None:
    for run in (lambda: f(*args), lambda: tl.value_and_grad(f)(*args), lambda: tl.vjp(f, *args), lambda: tl.jvp(f, args, args)):
        with pytest.raises((ValueError, ArithmeticError)):
            run()
