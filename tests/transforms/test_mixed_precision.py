"""Arguments of single precision beside those of double precision."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tangentlite as tl

X = np.array([0.78, 0.72, -0.35], np.float32)
Y = np.array([0.31, -1.2, 0.9])


def products(x: Any, y: Any) -> Any:
    return np.sum(x * y + y)


def sums(x: Any, y: Any) -> Any:
    return np.mean(y) + np.sum(x) * np.sum(y)


def in_a_loop(x: Any, y: Any) -> Any:
    s = 0.0
    for i in range(len(x)):
        s += x[i] * y[i]
    return s


@pytest.mark.parametrize("f", [products, np.dot, sums, in_a_loop])
def test_gradients_have_the_precision_of_their_arguments(f: Any) -> None:
    """The seed is a number of Python's, beside which NumPy takes a float32 for the result."""
    x_bar, y_bar = tl.grad(lambda x, y: f(x, y), argnums=(0, 1))(X, Y)
    assert (x_bar.dtype, y_bar.dtype) == (np.float32, np.float64)
    exact = tl.grad(lambda x, y: f(x, y), argnums=1)(X.astype(np.float64), Y)
    np.testing.assert_allclose(y_bar, exact, rtol=1e-14 if f is not sums else 1e-6)
