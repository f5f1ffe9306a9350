"""Sums whose first term is zero are replaced by the other one, where every iteration has elements of its own."""
import numpy as np
import pytest

import tangentlite as tl
from tests.corpus import first_touches as corpus

X, A = np.linspace(0.4, 1.3, 5), np.linspace(0.4, 1.3, 12).reshape(3, 4)


@pytest.mark.parametrize(("f", "args", "line"), [
    (corpus.squares, (X,), "x_bar[i] = 2.0 * "),
    (corpus.last_one_first, (X,), "x_bar[i] += "),
    (corpus.downwards_through_zero, (X,), "x_bar[i] += "),
    (corpus.over_and_over, (X,), "x_bar[i] += "),
    (corpus.rows_and_columns, (A,), "a_bar[i, j] = "),
    (corpus.columns_alone, (A,), "a_bar[0, j] += "),
    (corpus.diagonal, (A,), "a_bar[i, i] = "),
    (corpus.parameters_as_indices, (X, 1, 2), "x_bar[i] += "),
    (corpus.in_place, (X,), "u_bar[i] = 0.5 * "),
    (corpus.chosen_by_rows, (A, np.array([1, 2, 1])), "logp_bar[v1] = "),
    (corpus.chosen_from_one_row, (A, np.array([1, 2, 1])), "np.add.at(z_bar, "),
    (corpus.numbered, (X,), "np.add.at(x_bar, "),
    (corpus.downwards, (X,), "np.add.at(x_bar, "),
    (corpus.masked, (X,), "x_bar[v2] = "),
])
def test_where_it_is_certain(f, args, line):
    assert line in tl.source(f, *args)


@pytest.mark.parametrize(("dtype", "line"), [(np.float32, "x_bar[i] = "), (np.complex128, "x_bar[i] += ")])
def test_of_other_types(dtype, line):
    gradient = tl.grad(lambda x: np.abs(corpus.squares(x)) if dtype is np.complex128 else corpus.squares(x))
    found = gradient(X.astype(dtype))
    assert found.dtype == dtype
    np.testing.assert_allclose(found, 2 * X, rtol=1e-6)


def test_elements_of_lists():
    assert tl.grad(corpus.squares)([0.5, 2.0]) == [1.0, 4.0]
    assert tl.grad(corpus.last_one_first)([0.5, 2.0]) == [2.0, 16.0]


def sign_of_a_sum(x):
    h = np.zeros(3)
    for i in range(3):
        h[i] += x[i]
    return np.copysign(1.0, h[0]) * x[1] * h[2]


def sign_of_a_choice(x):
    h = x * 1.0
    for i in range(3):
        v = 0.0 if x[i] < 1.0 else x[i]
        h[i] += v
    return np.copysign(1.0, h[0]) * x[1] * h[2]


@pytest.mark.parametrize("f", [sign_of_a_sum, sign_of_a_choice])
def test_the_function_itself_adds_to_zeros(f):
    """0.0 + -0.0 is 0.0."""
    x = np.array([-0.0, 2.0, 3.0])
    value, gradient = tl.value_and_grad(f)(x)
    assert value == f(x) > 0.0
    assert np.allclose(gradient, [0.0, f(x) / 2.0, f(x) / 3.0])


def test_what_goes_back_is_not_written():
    def f(u, c):
        for i in range(1, len(u)):
            u[i] = u[i] + c[i] * u[i - 1]
        return np.sum(u)

    adjoint = tl.source(f, np.ones(3), np.ones(3), wrt=("u", "c"))
    assert "u_bar[i] = " not in adjoint, adjoint


def test_shapes_and_what_no_iteration_changes_are_on_no_tape():
    def f(u, a, b, n):
        for _ in range(n):
            for i in range(1, u.shape[0] - 1):
                u[i] = u[i] * (a / b)
        return np.sum(u)

    source = tl.source(f, np.ones(3), 2.0, 3.0, 2, wrt=("u",))
    assert "tape" not in source, source
    assert source.count("u.shape[0] - 1") == 2, source
