"""Arrays that are made with the size of another one are known to have its shape, and only those."""
import numpy as np
import pytest

import tangentlite as tl

X = np.array([0.3, -0.7, 1.1, 0.4])
W = np.array([1.5, 0.2, -0.4, 0.9])
M = np.arange(6.0).reshape(2, 3) / 7.0


def by_length(x, w):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = np.sin(x[i])
    return np.sum(w * y)


def by_shape(x, w):
    n = x.shape[0]
    h = np.zeros(n)
    for _ in range(3):
        h = np.tanh(h + x) * w
    return np.sum(h * x)


def by_size(x, w):
    y = np.full(x.size, 2.0)
    return np.sum(y * x * w)


def by_names(m):
    rows, columns = m.shape
    y = np.ones((rows, columns)) * m
    return np.sum(y * m)


def numbered(x, w):
    k = np.arange(len(x))
    return np.sum(k * x * w)


def identity(m):
    k = np.eye(m.shape[1]) + m.T @ m
    return np.sum(k * k)


def of_another_size(x, w):
    """The arrays have one element."""
    n = len(x) - 3
    y = np.zeros(n) + x[:1]
    return np.sum(y * x * w)


def size_of_what_was(x, w):
    """The size is that of the array before it was cut."""
    n = len(x)
    s = 0.0
    for _ in range(2):
        x = x[:1] * 1.0
        y = np.zeros(n) + w
        s = s + np.sum(y * x)
    return s


def size_of_the_last_round(x, w):
    n = len(x)
    s = 0.0
    for _ in range(3):
        y = np.zeros(n) + x[0]
        s = s + np.sum(y * x)
        n = len(x)
        x = x[:1] * w[1]
    return s


def one_of_two(x, w):
    n = len(x) if x[0] > 0.0 else 1
    y = np.zeros(n) + x[0]
    return np.sum(y * w)


def either(x, w):
    n = len(x) if x[0] < 0.0 else 1
    y = np.zeros(n) + x[0]
    return np.sum(y * w)


def turned_shape(m):
    """The sizes come in another order, and both arrays have a row or a column of their own."""
    rows, columns = m.shape[::-1]
    y = np.zeros((rows, 1)) + m.T
    return np.sum(y[:columns] * y.T[:, :2])


def made(n, x):
    return np.zeros(n) + x[0]


def called(x, w):
    return np.sum(made(len(x), x) * w) + np.sum(made(1, x) * w)


def sum_of_sizes(x, w):
    n = sum((len(x), -3))
    y = np.zeros(n) * x[0] + x[1]
    return np.sum(y * x * w)


def largest_of_sizes(m):
    n = min(m[:1].shape)
    y = np.zeros(n) + m[0, 0]
    return np.sum(y * m[0])


CASES = {
    by_length: (X, W), by_shape: (X, W), by_size: (X, W), by_names: (M,), numbered: (X, W), identity: (M,), of_another_size: (X, W),
    size_of_what_was: (X, W), size_of_the_last_round: (X, W), one_of_two: (X, W), either: (X, W), turned_shape: (M,),
    called: (X, W), sum_of_sizes: (X, W), largest_of_sizes: (M,),
}


def check(f, *args):
    value, gradients = tl.value_and_grad(f, tuple(range(len(args))))(*args)
    assert value == f(*args)
    for k, (x, g) in enumerate(zip(args, gradients)):
        assert g.shape == x.shape
        for place in np.ndindex(x.shape):
            step = np.zeros_like(x)
            step[place] = 1e-6
            ends = [f(*(a + t * step if i == k else a for i, a in enumerate(args))) for t in (1.0, -1.0)]
            assert g[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_gradients_agree_with_differences(f):
    check(f, *CASES[f])


@pytest.mark.parametrize("f", [by_length, by_shape, by_size, by_names, numbered, identity], ids=lambda f: f.__name__)
def test_arrays_with_one_element(f):
    check(f, *(a[(slice(0, 1),) * a.ndim].copy() for a in CASES[f]))


@pytest.mark.parametrize("f", [by_length, by_shape, by_size, by_names, numbered, identity], ids=lambda f: f.__name__)
def test_the_text_adds_up_nothing(f):
    text = tl.source(f, *CASES[f])
    assert "unbroadcast" not in text
    assert "full_like" not in text


def test_tangents():
    for f, args in CASES.items():
        value, dot = tl.jvp(f, args, tuple(np.ones_like(a) for a in args))
        assert dot == pytest.approx(sum(map(np.sum, tl.grad(f, tuple(range(len(args))))(*args))))
        assert value == f(*args)


def given(x, n):
    u = np.zeros(n) + x
    v = np.ones(n) * x
    return np.sum(u * v)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_integers_that_are_given(n):
    for x in (0.5, np.full(n, 0.5), np.full(1, 0.5)):
        found = tl.grad(given)(x, n)
        assert np.shape(found) == np.shape(x)
        np.testing.assert_allclose(np.sum(found), n)
    assert "unbroadcast" not in tl.source(given, 0.5, 5)
