"""Functions that are called again and again are given the adjoint of an array of which they read elements."""
import ast

import numpy as np
import pytest

import tangentlite as tl

X = np.linspace(0.4, 1.2, 8)


def last(x, i):
    return x[0] if i == 0 else x[i] * last(x, i - 1)


def of_a_copy(x):
    return last(x * 2.0, 3) + last(x, 2)


def root(u, i):
    try:
        return u[i] ** 0.5 * u[i + 1]
    except IndexError:
        return u[i]


def of_what_is_written(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = root(y, i - 1) * x[i]
    return y[-1]


def once(x):
    return root(x, 1)


def total(x, k):
    return np.sum(x) if k == 0 else np.sum(x * x) * total(x, k - 1)


def of_all_elements(x):
    return total(x, 3)


def of_complex_numbers(x):
    return abs(last(x + 1j * x, 3))


def parameters(g, *args, name):
    tree = ast.parse(g.specialize(*args).source)
    return next([a.arg for a in f.args.args] for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == name)


@pytest.mark.parametrize(("f", "name", "expected"), [
    (of_a_copy, "last_backward", ["res", "y_bar", "x_bar"]),
    (of_what_is_written, "root_backward", ["res", "y_bar", "u_bar"]),
    (once, "root_backward", ["res", "y_bar"]),
    (of_all_elements, "total_backward", ["res", "y_bar"]),
    (of_complex_numbers, "last_backward", ["res", "y_bar"])], ids=lambda a: getattr(a, "__name__", ""))
def test_what_they_are_given(f, name, expected):
    assert parameters(tl.grad(f), X, name=name) == expected


@pytest.mark.parametrize("f", [of_a_copy, of_what_is_written, once, of_all_elements, of_complex_numbers])
def test_gradients(f):
    h = 1e-6
    expected = [(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(len(X))]
    assert np.allclose(tl.grad(f)(X), expected, rtol=1e-6, atol=1e-8)


def test_lists_of_numbers_and_single_precision():
    assert np.allclose(tl.grad(last)(list(X), 5), tl.grad(last)(X, 5))
    single = tl.grad(last)(X.astype(np.float32), 5)
    assert single.dtype == np.float32
    assert np.allclose(single, tl.grad(last)(X, 5), rtol=1e-5)


def test_no_copy_of_what_the_caller_writes():
    text = tl.grad(of_what_is_written).specialize(X).source
    assert "y = y.copy()" not in text, text
    assert "y_bar.copy()" not in text, text


def test_elements_are_recorded_where_the_caller_writes_the_array_and_read_again_where_not():
    text = tl.grad(of_what_is_written).specialize(X).source
    assert "return y, (i, completed" in text, text
    again = tl.grad(of_a_copy).specialize(X).source
    assert "(x, i" in again, again


def test_arguments_are_left_alone():
    x = X.copy()
    before = x.copy()
    first = tl.grad(of_what_is_written)(x)
    assert np.array_equal(x, before)
    assert np.array_equal(first, tl.grad(of_what_is_written)(x))


def test_gradients_of_calls_are_memory_of_their_own():
    value, back = tl.vjp(lambda x: last(x, 2), X)
    one = back(1.0)
    other = back(1.0)
    one[0][0] = 7.0
    assert other[0][0] != 7.0
