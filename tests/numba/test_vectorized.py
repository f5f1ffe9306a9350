"""Functions that `numba.vectorize` makes, and lists of Numba's own."""
import math

import numpy as np
import pytest

import tangentlite as tl

numba = pytest.importorskip("numba")
typed = pytest.importorskip("numba.typed")


@numba.vectorize
def bent(a, b):
    return a * b + math.sin(a) if a > 0.5 else a * a * b


def in_numpy(a):
    return np.sum(bent(a, 2.0 * a) * a) + np.sum(bent(a, a[0]))


@numba.njit
def compiled(a):
    s = 0.0
    for i in range(a.shape[0]):
        s += bent(a[i, 0], 2.0)
    return s + np.sum(bent(a, 2.0 * a) ** 2)


A = np.array([[0.4, 1.3, 0.2], [0.9, 0.1, 0.8]])


@pytest.mark.parametrize("f", [in_numpy, compiled])
def test_functions_of_numbers_are_derived_element_by_element(f):
    direction = np.cos(np.arange(6.0)).reshape(2, 3)
    along = (f(A + 1e-6 * direction) - f(A - 1e-6 * direction)) / 2e-6
    assert np.sum(tl.grad(f)(A) * direction) == pytest.approx(along, rel=1e-7)


@numba.njit
def squares(x, n):
    items = typed.List()
    for i in range(n):
        items.append(x * i)
    s = 0.0
    for v in items:
        s += v * v
    return s


def test_lists_of_numbas_own_are_lists():
    assert tl.grad(squares)(0.4, 4) == pytest.approx(2.0 * 0.4 * 14)
    assert tl.grad(squares, backend="python")(0.4, 4) == pytest.approx(2.0 * 0.4 * 14)
