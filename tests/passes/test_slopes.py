"""Carried adjoints as products with slopes, and invariant divisors: texts for Numba, whose values Python computes, too."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tangentlite as tl
from tests.passes.test_array_tapes import compiled_text, flat


def quotient(x: float, a: float, n: int) -> float:
    for _ in range(n):
        x = -(a * x - 0.5 * x * x) / (1.0 + a)
    return x


def on_a_condition(x: float, a: float, n: int) -> float:
    for k in range(n):
        if k % 2:
            x = x * a * x
    return x


def two_at_once(x: float, a: float, n: int) -> float:
    y = 1.0
    for _ in range(n):
        x, y = x * a * y, y * x * 0.5
    return x + y


def read_outside(x: float, a: float, n: int) -> float:
    s = 0.0
    for _ in range(n):
        x = x * a * (1.0 - x)
        s += x
    return s * x


def as_integers(x: float, a: float, n: int) -> float:
    for k in range(n):
        x = (k + 1) * x * k * a
    return x


def of_nothing(x: float, a: float, n: int) -> float:
    for _ in range(n):
        x = x * 0.0 * a
    return x


def stencil(u: Any, nu: float, dx: float) -> Any:
    v = u * 1.0
    for i in range(1, len(u) - 1):
        v[i] = u[i] * nu / (dx * dx) * (u[i + 1] - u[i - 1]) / dx
    return np.sum(v)


def changing_divisor(u: Any, nu: float, dx: float) -> Any:
    s = 0.0
    for i in range(len(u)):
        dx = dx * 1.01
        s += u[i] / dx * nu
    return s


def nested(u: Any, nu: float, dx: float) -> Any:
    s = 0.0
    for i in range(len(u)):
        scale = u[i] + 2.0
        for j in range(len(u)):
            s += u[j] * nu / scale / dx
    return s


NUMBERS = [quotient, on_a_condition, two_at_once, read_outside, as_integers, of_nothing]
ARRAYS = [stencil, changing_divisor, nested]
POINTS: list[Any] = [(f, (0.3, 1.7, n)) for f in NUMBERS for n in (0, 1, 5)] + [(f, (np.linspace(0.2, 1.4, 6), 0.3, 0.1)) for f in ARRAYS]


@pytest.mark.parametrize(("f", "args"), POINTS)
def test_same_gradients(f: Any, args: Any) -> None:
    wrt = tuple(k for k, a in enumerate(args) if not isinstance(a, int))
    _, run = compiled_text(f, args, "reverse")
    np.testing.assert_allclose(flat(run(*args)), flat(tl.grad(f, argnums=wrt)(*args)), rtol=1e-13, atol=1e-13)


def test_a_recurrence_is_one_product() -> None:
    source, _ = compiled_text(quotient, (0.3, 1.7, 5), "reverse")
    assert "x_bar = x_bar * " in source


def test_what_depends_on_more_stays() -> None:
    source, _ = compiled_text(two_at_once, (0.3, 1.7, 5), "reverse")
    assert "x_bar = x_bar * (" not in source


def test_divisions_by_what_stays_are_one_factor() -> None:
    args = (np.linspace(0.2, 1.4, 6), 0.3, 0.1)
    source, run = compiled_text(stencil, args, "reverse", wrt=[0])
    assert "v4_bar * (1.0 / dx)" in source
    assert "(nu / (dx * dx))" in source
    np.testing.assert_allclose(run(*args), tl.grad(stencil)(*args), rtol=1e-13, atol=1e-12)
