"""Tests of versions and names of modules: one arm is what the function does, the other need not even have a meaning."""
from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import tangentlite as tl

integral = getattr(np, "trapezoid", None) or np.trapezium


def by_name(x):
    f = np.trapezoid if hasattr(np, "trapezoid") else np.trapezium
    return f(x * x)


def by_default(x):
    f = getattr(np, "trapezoid", None) or getattr(np, "trapz")
    return f(x * x)


def outside(x):
    return integral(x * x)


def under_a_name(x):
    modern = hasattr(np, "trapezoid")
    if not modern:
        return np.trapezium(x * x)
    return np.trapezoid(x * x)


def by_version(x):
    if tuple(map(int, np.__version__.split(".")[:2])) >= (2, 0) and x[0] > -1e9:
        return np.trapezoid(x * x)
    return np.trapezium(x * x)


def by_first_number(x):
    return np.trapezoid(x * x) if int(np.__version__.split(".")[0]) > 1 else np.trapezium(x * x)


@pytest.mark.skipif(not hasattr(np, "trapezoid"), reason="NumPy 2")
@pytest.mark.parametrize("f", [by_name, by_default, outside, under_a_name, by_version, by_first_number], ids=lambda f: f.__name__)
def test_of_numpy(f):
    assert np.allclose(tl.grad(f)(np.array([1.0, 2.0, 3.0])), [1.0, 4.0, 3.0])


def sum_of_products(x, y):
    if sys.version_info >= (3, 12) and hasattr(math, "sumprod"):
        return math.sumprod(x, y)
    return sum(a * b for a, b in zip(x, y))


def test_of_python():
    assert np.allclose(tl.grad(sum_of_products)(np.array([1.0, 2.0]), np.array([3.0, 4.0])), [3.0, 4.0])


class Shadow:
    trapezoid = None


def shadowed(x, np):
    return x * x if hasattr(np, "trapezoid") else x


def test_an_argument_of_that_name():
    assert tl.grad(shadowed)(3.0, Shadow()) == 6.0
    assert tl.grad(shadowed)(3.0, 1.0) == 1.0


def or_sine(x, g=None):
    g = g or np.sin
    return np.sum(g(x))


def unless_given(x, g=None, n=None):
    if not g:
        g = np.cos
    return np.sum(g(x)) * (n or 3)


def local_or_sine(x):
    def square(v):
        return v * v

    def applied(g=None):
        return np.sum((g or np.sin)(x))

    return applied(square) + applied() + (1.0 if square else 2.0) * x[0]


def test_functions_count_as_true_and_none_as_false():
    x = np.array([1.0, 2.0])
    assert np.allclose(tl.grad(or_sine)(x), np.cos(x))
    assert np.allclose(tl.grad(or_sine)(x, np.cos), -np.sin(x))
    assert np.allclose(tl.grad(unless_given)(x), -3.0 * np.sin(x))
    assert np.allclose(tl.grad(unless_given)(x, np.sin, 2), 2.0 * np.cos(x))
    assert np.allclose(tl.grad(local_or_sine)(x), 2.0 * x + np.cos(x) + [1.0, 0.0])


def row_sums(x):
    return np.sum(np.apply_along_axis(lambda r: r.sum() ** 2 - r.min(), 1, np.outer(x, x)))


def test_results_of_methods_are_floating_point():
    x = np.array([1.0, 2.0])
    h = 1e-6
    for k, g in enumerate(tl.grad(row_sums)(x)):
        e = np.eye(2)[k] * h
        assert np.isclose(g, (row_sums(x + e) - row_sums(x - e)) / (2 * h))
