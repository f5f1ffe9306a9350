"""Reductions along axes, of which Numba has some: in code that is compiled all of them are there."""
import numpy as np
import pytest

import tangentlite as tl

pytest.importorskip("numba")

X = np.random.default_rng(0).normal(size=(4, 3))
CUBE = np.random.default_rng(1).normal(size=(2, 3, 4))


def largest_of_rows(x):
    return np.sum(np.max(x, axis=1) ** 2)


def smallest_of_columns(x):
    return np.sum(np.min(x, axis=(0,)) ** 3)


def largest_kept(x):
    return np.sum(np.max(x, axis=0, keepdims=True) * x) + np.sum(x - np.max(x, keepdims=True))


def methods(x):
    return np.sum(x.max(axis=-1) ** 2) + np.sum((x - x.mean(axis=1, keepdims=True)) ** 2 * x) + np.sum(x.prod(0) ** 2)


def log_sum_exp(x):
    top = np.max(x, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(x - top), axis=1)) + top[:, 0])


def layer_norm(x):
    scale = np.sqrt(np.var(x, axis=-1, keepdims=True) + 1e-5)
    return np.sum(((x - np.mean(x, axis=-1, keepdims=True)) / scale) ** 3)


def deviations(x):
    return np.sum(x / np.std(x, axis=1, keepdims=True)) + np.var(x, ddof=1) * np.std(x) + np.sum(np.std(x, 0, ddof=1))


def products(x):
    return np.sum(np.prod(x, axis=1) ** 2)


def over_several_axes(x):
    whole = np.sum(np.sum(x, axis=(0, 1, 2)) ** 2) + np.sum(np.sum(x, axis=(0, 1, 2), keepdims=True) * x)
    return whole + np.sum(np.mean(x, axis=(0, 2)) ** 2) + np.sum(np.max(x, axis=1) ** 2) + np.sum(np.min(x, axis=(1, 2)))


CASES = [(f, X) for f in (largest_of_rows, smallest_of_columns, largest_kept, methods, log_sum_exp, layer_norm, deviations, products)]


@pytest.mark.parametrize(("f", "x"), [*CASES, (over_several_axes, CUBE)], ids=lambda v: getattr(v, "__name__", ""))
def test_values_and_gradients_are_those_of_python(f, x):
    value, gradient = tl.value_and_grad(f, backend="numba")(x)
    assert value == pytest.approx(f(x), rel=1e-12)
    np.testing.assert_allclose(gradient, tl.grad(f)(x), rtol=1e-10, atol=1e-12)


def test_equal_elements_share_the_slope():
    x = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 3.0]])
    np.testing.assert_array_equal(tl.grad(largest_of_rows, backend="numba")(x), tl.grad(largest_of_rows)(x))


def test_what_is_not_a_number_is_the_largest():
    x = np.array([[1.0, np.nan, 2.0], [3.0, 4.0, 5.0]])
    value, _ = tl.value_and_grad(lambda x: np.max(x, axis=1)[0] + np.sum(x[1]), backend="numba")(x)
    assert np.isnan(value)


def test_no_elements_have_no_largest_one():
    with pytest.raises(ValueError, match="no elements"):
        tl.grad(largest_of_rows, backend="numba")(np.empty((2, 0)))
    np.testing.assert_array_equal(tl.grad(products, backend="numba")(np.empty((2, 0))), np.empty((2, 0)))


def test_a_transposed_array():
    np.testing.assert_allclose(tl.grad(log_sum_exp, backend="numba")(X.T), tl.grad(log_sum_exp)(X.T), rtol=1e-10)
