"""Adjoints of elements that a mask chooses: no element is chosen twice, so they are added at once."""
import numpy as np
import pytest

import tangentlite as tl

X = np.array([0.4, -1.2, 0.9, 0.1])
M = np.arange(6.0).reshape(2, 3) - 2.5


def positive(x):
    y = x[x > 0.0]
    return np.sum(y * y * np.arange(1, len(y) + 1))


def given(x, mask):
    return np.sum(np.sin(x[mask]))


def rows(m, mask):
    return np.sum(m[mask, 0] ** 2) + np.sum(m[mask] ** 3)


def elements(m):
    return np.prod(m[m > 0.0])


CASES = [(positive, X), (given, X, X < 0.5), (given, X, np.zeros(4, bool)), (rows, M, np.array([True, False])), (elements, M)]


@pytest.mark.parametrize(("f", "x", "mask"), [(f, x, *(mask or (None,))) for f, x, *mask in CASES])
def test_they_are_added_where_the_mask_is_true(f, x, mask):
    args = () if mask is None else (mask,)
    assert "np.add.at" not in tl.source(f, x, *args)
    gradient = tl.grad(f)(x, *args)
    assert gradient.shape == x.shape
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        assert gradient[place] == pytest.approx((f(x + step, *args) - f(x - step, *args)) / 2e-6, rel=1e-6, abs=1e-8)


def test_indices_may_be_repeated():
    def f(x, i):
        return np.sum(x[i] ** 2)

    i = np.array([1, 1, 2])
    assert "np.add.at" in tl.source(f, X, i)
    np.testing.assert_allclose(tl.grad(f)(X, i), [0.0, 4.0 * X[1], 2.0 * X[2], 0.0])
