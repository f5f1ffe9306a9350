"""Numbers as they are: the value is bit for bit the function's, the gradient has the shape, the dtype and the type of the argument."""
from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import tangentlite as tl

MATRIX = np.array([[0.5, -1.2, 2.1], [0.3, 0.8, -0.1]])
VECTOR = np.array([0.5, -1.2, 2.1, 0.3])


# -- functions of a number -------------------------------------------------------------------------------------------------

def polynomial(x):
    return 3.0 * x ** 3 - 2 * x + 1 - 1.0 / (x + 2) + (x + 2.0) ** 1.5


def mixed(x):
    return 2 * x + np.float32(1.5) * x


def branch(x):
    return x * 2.0 if x > 0 else x * x


def loop(x):
    s = 0.0
    for k in range(3):
        s += x * k
    return s


def elementary(x):
    return np.exp(-x) + np.sin(x) * np.minimum(x, 10.0) + abs(x)


def casts(x):
    n = int(x) + 2
    return float(x) * n + x * np.floor(x) + np.float64(x)


def chosen(x):
    return np.where(x > 0, x * x, x) + 1.0


def unused(x):
    return 1.0


def identity(x):
    return x


def collected(x):
    return sum([x, x * x, 2.0]) + np.sum(np.array([x, 2.0 * x, 1.0])) + np.sum(np.asarray(x) * 2.0)


def through_complex(x):
    return np.abs(x + 1j) + (1j * x).imag


SCALARS = {"float": 0.7, "float64": np.float64(0.7), "float32": np.float32(0.7), "float16": np.float16(0.7),
           "longdouble": np.longdouble(0.7), "0-d": np.array(0.7), "0-d float32": np.array(0.7, np.float32)}
OF_SCALARS = [polynomial, mixed, branch, loop, elementary, casts, chosen, unused, identity, collected, through_complex]


# -- functions of an array -------------------------------------------------------------------------------------------------

def reductions(x):
    return np.sum(x) + np.max(x, initial=-5.0) + np.prod(x) + np.sum(np.cumsum(x) ** 2)


def products(x):
    return np.dot(x.ravel(), x.ravel()) + np.sum(np.outer(x, x)) + np.einsum("i,i->", x.ravel(), x.ravel())


def elementwise(x):
    return np.sum(np.exp(x) * 0.5 + 1) + np.sum(np.tanh(x / 3)) + np.sum(np.where(x > 0, x, 0.1 * x))


def selections(x):
    return np.sum(x[x > 0]) + np.sum(x[::-1] * x) + np.sum(np.concatenate([x.ravel(), x.ravel() * 2.0]) ** 2)


def in_place(x):
    u = x.copy()
    u *= 2
    u[...] += x
    v = np.zeros_like(x)
    v[:] = u * x
    return v.sum()


def with_integers(x):
    return np.sum(x * np.arange(x.size).reshape(x.shape)) + np.sum(x.astype(int))


def rows(x):
    s = 0.0
    for k in range(len(x)):
        s += np.sum(x[k] * x[k])
    return s


def transformed(x):
    return np.sum(np.abs(np.fft.fft(x)) ** 2) + np.sum(x + np.ones((2, 1, 1))) if x.size else np.sum(x)


def misaligned():
    x = np.ndarray(4, np.float64, bytearray(33), offset=1)
    x[:] = VECTOR
    return x


def read_only():
    x = VECTOR.copy()
    x.flags.writeable = False
    return x


ARRAYS = {
    "plain": VECTOR, "float32": VECTOR.astype(np.float32), "float16": VECTOR.astype(np.float16), "longdouble": VECTOR.astype(np.longdouble),
    "strided": np.repeat(VECTOR, 2)[::2], "backwards": VECTOR[::-1], "read-only": read_only(), "byte-swapped": VECTOR.astype(">f8"),
    "misaligned": misaligned(), "empty": np.zeros(0), "empty float32": np.zeros(0, np.float32), "one": VECTOR[:1].copy(),
    "Fortran": np.asfortranarray(MATRIX), "transposed": MATRIX.T, "1 x 3": MATRIX[:1].copy(), "3 x 1": MATRIX[0].reshape(3, 1).copy(),
    "spread": np.broadcast_to(VECTOR[:1], 4),
}
OF_ARRAYS = [reductions, products, elementwise, selections, in_place, with_integers, rows, transformed]


# -- what holds of all of them ---------------------------------------------------------------------------------------------

def same(a, b):
    """Bit for bit, and of the same type."""
    dtypes = [getattr(v, "dtype", None) for v in (a, b)]
    return type(a) is type(b) and dtypes[0] == dtypes[1] and np.array_equal(a, b, equal_nan=True)


def fits(g, x):
    """Has `g` the shape, the dtype and the type of `x`?"""
    if isinstance(x, np.ndarray):
        return type(g) is np.ndarray and g.shape == x.shape and g.dtype.newbyteorder("=") == x.dtype.newbyteorder("=")
    return isinstance(g, float) if type(x) is float else type(g) is type(x)


def slopes(f, x):
    wide, out = np.asarray(x, float), np.zeros(np.shape(x))
    for k in np.ndindex(wide.shape):
        ends = [wide.copy(), wide.copy()]
        ends[0][k] += 1e-6
        ends[1][k] -= 1e-6
        out[k] = np.subtract(*(f(e if isinstance(x, np.ndarray) else e[()]) for e in ends)) / 2e-6
    return out


def check(f, x, deep):
    """All derivatives of f at x; the second ones, and matrices, if `deep`."""
    before, value = np.array(x), f(x)
    close = {"rtol": 1e-2, "atol": 2e-2} if np.asarray(x).dtype == np.float16 else {"rtol": 2e-4, "atol": 2e-4}
    gradient = tl.grad(f)(x)
    assert fits(gradient, x)
    if f is not reductions or np.size(np.unique(x)) == np.size(x):  # else the elements tie for the largest
        np.testing.assert_allclose(np.asarray(gradient, float), slopes(f, x), **close)
    again, g = tl.value_and_grad(f)(x)
    assert same(again, value)
    assert same(g, gradient)
    direction = np.ones_like(x) if isinstance(x, np.ndarray) else type(x)(1.0)
    again, tangent = tl.jvp(f, (x,), (direction,))
    assert same(again, value)
    np.testing.assert_allclose(float(tangent), float(np.sum(gradient)), **close)
    again, pullback = tl.vjp(f, x)
    assert same(again, value)
    (pulled,) = pullback(type(value)(1.0) if not isinstance(value, np.ndarray) else np.ones_like(value))
    assert fits(pulled, x)
    np.testing.assert_allclose(np.asarray(pulled, float), np.asarray(gradient, float), **close)
    if deep:
        second = tl.hessian(f)(x)
        assert np.shape(second) == np.shape(x) * 2
        product = tl.hvp(f, (x,), (direction,))
        assert fits(product, x)
        n = np.size(x)
        np.testing.assert_allclose(np.ravel(product), np.reshape(second, (n, n)).sum(axis=1), **close)
        for mode in ("reverse", "forward"):
            jacobian = tl.jacobian(f, mode=mode)(x)
            assert np.shape(jacobian) == np.shape(x)
            np.testing.assert_allclose(np.asarray(jacobian, float), np.asarray(gradient, float), **close)
    assert np.array_equal(before, x)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", OF_SCALARS, ids=lambda f: f.__name__)
def test_of_numbers(f):
    for name, x in SCALARS.items():
        check(f, x, f in (branch, identity) or name in ("float32", "0-d"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", OF_ARRAYS, ids=lambda f: f.__name__)
def test_of_arrays(f):
    for name, x in ARRAYS.items():
        check(f, x, name in ("float32", "empty", "byte-swapped", "1 x 3"))


def test_memory_mapped(tmp_path):
    x = np.memmap(tmp_path / "numbers", float, "w+", shape=4)
    x[:] = VECTOR
    assert same(tl.grad(elementwise)(x), tl.grad(elementwise)(VECTOR))
    assert np.array_equal(tl.vjp(in_place, x)[1](1.0)[0], tl.grad(in_place)(VECTOR))


# -- integers and booleans -------------------------------------------------------------------------------------------------

def scaled(x, n, mask):
    return np.sum(x[mask] * n) + x[n] ** n + (x[0] if mask[0] else 0.0)


def cast(x):
    return np.sum(x.astype(int) * x + x.astype(bool) + np.round(x) * (x > 0))


def overflowing(x, k):
    return np.sum(x * (k * k))


def test_integers_and_booleans_are_inert():
    mask = VECTOR > 0
    expected = mask * 2.0 + [1, 0, 2 * VECTOR[2], 0]
    for n in (2, np.int64(2), np.int8(2)):
        np.testing.assert_allclose(tl.grad(scaled)(VECTOR, n, mask), expected)
        x_bar, *others = tl.vjp(scaled, VECTOR, n, mask)[1](1.0)
        np.testing.assert_allclose(x_bar, expected)
        assert others == [0.0, 0.0]
        np.testing.assert_allclose(tl.jvp(scaled, (VECTOR, n, mask), (np.ones(4), 0, np.zeros(4)))[1], np.sum(expected))
    assert np.array_equal(tl.grad(cast)(VECTOR), VECTOR.astype(int))
    k = np.array([2 ** 40, 3], np.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.array_equal(tl.grad(overflowing)(np.ones(2), k), k * k)


# -- arrays with rules of their own ----------------------------------------------------------------------------------------

MASKED, OLD = np.ma.array(VECTOR, mask=VECTOR > 0), MATRIX.view(np.matrix)
DATES, RECORDS = np.array(["2020-01-01"], "M8[D]"), np.zeros(2, [("a", float)])


def times(x, y):
    return np.sum(x * y)


def with_masked(x):
    return np.sum(x * MASKED)


def with_matrix(x):
    return np.sum(x * OLD)


@pytest.mark.parametrize("y", [MASKED, OLD, DATES, RECORDS, VECTOR.astype(object), [MASKED]], ids=lambda y: type(y).__name__)
def test_other_arrays_are_refused_as_arguments(y):
    for derivative in (lambda: tl.grad(times)(1.0, y), lambda: tl.grad(times)(y, 1.0), lambda: tl.vjp(times, 1.0, y),
                       lambda: tl.jvp(times, (y, 1.0), (y, 1.0)), lambda: tl.jacobian(times)(1.0, y)):
        with pytest.raises(tl.errors.InputTypeError, match="follows rules of its own") as caught:
            derivative()
        assert (caught.value.filename, caught.value.text) == (__file__, "def times(x, y):\n")


@pytest.mark.parametrize("f", [with_masked, with_matrix])
def test_other_arrays_are_refused_as_globals(f):
    with pytest.raises(tl.errors.InputTypeError, match="follows rules of its own") as caught:
        tl.grad(f)(1.0)
    assert "return np.sum(x * " in caught.value.text


def test_math_stays_with_floats():
    value, slope = tl.value_and_grad(lambda x: math.sin(x) * x)(0.7)
    assert (type(value), type(slope)) == (float, float)
