"""What may be a number or an array is not updated as if it were one of them."""
import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError

Z, X = np.arange(3.0) + 1.0, np.eye(3) + 0.5


def test_numbers_that_are_chosen_by_lists_are_numbers():
    def f(z, x):
        t = np.dot(z, x[0, [2, 2, 1]])
        u = t
        u += 0.3
        return t * u

    value, gradient = tl.value_and_grad(f)(Z, X)
    assert value == f(Z, X)
    t = np.dot(Z, X[0, [2, 2, 1]])
    np.testing.assert_allclose(gradient, (2.0 * t + 0.3) * X[0, [2, 2, 1]])


def test_a_shared_value_of_unknown_rank_is_not_updated():
    def f(z, x, mask):
        t = np.dot(z[mask], x[0, mask])
        u = t
        u += 0.3
        return t * u

    with pytest.raises(UnsupportedError, match="the in-place update of `u` may write memory that another name shares"):
        tl.grad(f)(Z, X, Z > 1.5)


def test_one_that_nobody_else_sees_is():
    def f(z, x, mask):
        t = np.dot(z[mask], x[0, mask])
        t += 0.3
        items = [np.dot(z[mask], x[0, mask]), 1.0]
        items[0] *= 2.0
        return t * t + items[0]

    mask = Z > 1.5
    value, gradient = tl.value_and_grad(f)(Z, X, mask)
    assert value == f(Z, X, mask)
    t = np.dot(Z[mask], X[0, mask]) + 0.3
    np.testing.assert_allclose(gradient, np.where(mask, (2.0 * t + 2.0) * X[0], 0.0))
