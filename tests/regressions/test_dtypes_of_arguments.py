"""`dtype=x.dtype`: what is made in the dtype of something else whose dtype is known."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl


def full(x):
    return np.sum(np.full(3, x[0], dtype=x.dtype))


def array(x):
    return np.sum(np.array([x[0], 2.0, x[2]], dtype=x.dtype) * x)


def linspace(x):
    return np.sum(np.linspace(x[0], x[1], 3, dtype=x.dtype) * x)


def cast(x):
    return np.sum((x * 2.0).astype(x.dtype) ** 2)


def summed(x):
    return np.sum(x * x, dtype=x.dtype) + x.mean(dtype=x.dtype)


def common(x):
    return np.sum(np.full(3, x[0], dtype=np.result_type(x, 1.0)) * x)


def promoted(x):
    return np.sum((x * 1j).astype(np.promote_types(x.dtype, np.complex64)).imag ** 2)


def of_integers(x):
    return np.sum(np.full(3, x[2], dtype=np.arange(3).dtype) * x) + np.sum(np.linspace(x[0], x[2], 3, dtype=int) * x)


def of_comparisons(x):
    return np.sum(np.full(3, x[2], dtype=(x > 1.0).dtype) * x)


FLOATING = [full, array, linspace, cast, summed, common, promoted]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", FLOATING, ids=lambda f: f.__name__)
def test_in_the_dtype_of_the_argument(f, dtype):
    x, dot, h = np.array([1.5, 0.5, 2.5]), np.array([0.3, -0.7, 0.2]), 1e-6
    slope = (f(x + h * dot) - f(x - h * dot)) / (2 * h) if f is not promoted else 2.0 * x @ dot
    x, dot = x.astype(dtype), dot.astype(dtype)
    gradient, (value, tangent) = tl.grad(f)(x), tl.jvp(f, (x,), (dot,))
    assert gradient.dtype == dtype
    assert np.isclose(gradient @ dot, slope, rtol=1e-5)
    assert np.isclose(tangent, slope, rtol=1e-5)
    assert value == f(x)
    assert np.asarray(tangent).dtype == np.asarray(value).dtype


@pytest.mark.parametrize("f", [of_integers, of_comparisons])
def test_conversions_to_integers_have_no_derivative(f):
    x = np.array([1.5, 0.5, 2.5])
    made = {of_integers: np.full(3, 2) + np.array([1, 2, 2]), of_comparisons: np.ones(3)}[f]
    assert np.array_equal(tl.grad(f)(x), made)
    assert tl.jvp(f, (x,), (np.ones(3),))[1] == made.sum()
