"""Functions of NumPy that Numba compiles: their gradients compile, too, and agree with those in Python."""
import math

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import CompileError
from tests.corpus import memory, positions

numba = pytest.importorskip("numba")


def summed_comprehension(x):
    return sum([v * v * v for v in x])


def at_indices(x, i):
    return np.sum(x[i] ** 2)


def at_repeated_rows(a, i):
    return np.sum(a[i] ** 2) + np.sum(a[0, i] ** 3) + np.sum(a[:, i] ** 2 * np.arange(3.0))


def where_large(x):
    return np.sum(x[x > 0.4] ** 2)


def written_at_indices(x, i):
    y = np.zeros(6)
    y[i] = x[:3] ** 2
    return np.sum(y * np.arange(6))


def interpolated(x, y):
    return np.sum(np.interp(x, np.array([0.0, 0.5, 1.0, 1.5]), y) ** 2)


def determinant(a):
    return np.linalg.det(a)


def of_a_singular_matrix(a):
    b = a.copy()
    b[2] = b[0] + b[1]
    return np.linalg.det(b)


def running_sum(x):
    return np.sum(np.cumsum(x) ** 2)


def running_sum_of_a_matrix(a):
    return np.sum(np.cumsum(a) ** 2)


def running_product(x):
    return np.sum(np.cumprod(x) ** 2)


def product(a):
    return np.prod(a) ** 2


def differences(x):
    return np.sum(np.diff(x) ** 2)


def in_order(x):
    return np.sum(np.sort(x) * np.arange(len(x)))


def median(x):
    return np.median(x) ** 2


def diagonal(x):
    m = np.diag(x)
    return np.sum((m @ m) ** 2)


def diagonals(a):
    return np.sum(np.diag(a) ** 2) + np.sum(np.diag(a, 1) ** 3) + np.sum(np.diag(a, -2))


def running_sums(a):
    return np.sum(np.cumsum(a, 0) ** 2) + np.sum(np.cumsum(a, 1) ** 3)


def rolled(x):
    return np.sum(np.roll(x, 1) * x)


def flipped(a):
    return np.sum(np.flip(a) * a + np.rot90(a) ** 2)


def repeated(x):
    return np.sum(np.repeat(x, 2) ** 2) + np.sum(np.repeat(x, np.array([1, 0, 2, 1])) ** 3)


def crossed(x, y):
    return np.sum(np.cross(x[:3], y[:3]) * x[:3])


def outer_difference(x, y):
    return np.sum(np.sqrt((np.expand_dims(x, 1) - y) ** 2 + 0.1))


def special(x):
    return math.gamma(x[0]) + math.lgamma(x[1]) + math.erf(x[2]) + np.sum(np.sinc(x) + np.sinc(9.0 * x))


def powers(x, y):
    return np.sum(x ** y[0]) + np.sum(np.power(y[1], x))


def through_complex_numbers(x):
    z = complex(x[0], 2.0 * x[1])
    w = z * z + 1j
    return abs(w) + w.real * w.imag


def list_of_arrays(x):
    items = [x * 0.5]
    for _ in range(3):
        items.append(items[-1] * x)
    return np.sum(items[3])


X, Y = np.array([0.3, 0.9, 0.45, 0.62]), np.array([1.2, 0.7, 0.4, 1.6])
A = np.array([[0.4, 1.3, 0.2], [0.9, 0.1, 0.8], [0.5, 0.6, 1.7]])
I = np.array([1, 1, 2])  # noqa: E741
CASES = [
    (summed_comprehension, X), (at_indices, X, I), (at_repeated_rows, A, I), (where_large, X), (written_at_indices, X, np.array([1, 3, 1])),
    (interpolated, X, Y), (positions.indices, A), (positions.numbered, A), (positions.flat, A),
    (determinant, A), (diagonals, A), (running_sums, A),
    (of_a_singular_matrix, A),
    (running_sum, X), (running_sum_of_a_matrix, A), (running_product, X), (product, A), (differences, X), (in_order, X), (median, X),
    (diagonal, X), (rolled, X), (flipped, A), (repeated, X), (crossed, X, Y), (outer_difference, X, Y), (special, X), (powers, X, Y),
    (through_complex_numbers, X), (list_of_arrays, X),
]


@pytest.mark.parametrize(("f", "args"), [pytest.param(f, args, id=f.__name__) for f, *args in CASES])
def test_compiled_gradients_agree_with_those_in_python(f, args):
    wrt = tuple(k for k, a in enumerate(args) if a.dtype.kind == "f")
    expected = tl.grad(f, argnums=wrt)(*args)
    found = tl.grad(numba.njit(f), argnums=wrt)(*args)
    for have, want in zip(found, expected, strict=True):
        assert have.dtype == want.dtype
        np.testing.assert_allclose(have, want, rtol=1e-10, atol=1e-12)


def hypotenuses(x):
    return np.sum(np.hypot(x, 2.0 * x) + np.sqrt(x) * 3.0)


def test_gradients_have_the_precision_of_their_arguments():
    """Numba takes a Python number beside an array of single precision for one of double precision."""
    x = X.astype(np.float32)
    found = tl.grad(numba.njit(hypotenuses))(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, tl.grad(hypotenuses)(x), rtol=1e-5)


@numba.njit
def even_steps(x, n):
    return x if n == 0 else odd_steps(x * x, n - 1)


@numba.njit
def odd_steps(x, n):
    return 2.0 * x if n == 0 else even_steps(x + 1.0, n - 1)


@pytest.mark.parametrize("argnums", [0, (0,)])
def test_what_is_not_compiled_is_named_after_its_primal(argnums):
    """What functions that call each other keep for the reverse sweep has no type of Numba's."""
    with pytest.raises(CompileError, match=r"derivative of `(even|odd)_steps`"):
        tl.grad(even_steps, argnums=argnums)(0.4, 3)


def rows_in_a_list(x):
    rows = [x * 1.0, x * 2.0]
    for i in range(3):
        rows.append(rows[i] * rows[i + 1][0])
    rows[2] = rows[0] + rows[3]
    return np.sum(rows[-1] * rows[2])


def numbers_in_pairs(x):
    pairs = [(v, v * v) for v in x]
    s = 0.0
    for a, b in pairs:
        s += a * b
    return s


def whole(x):
    y = x * 2.0
    y[...] = y[...] * x
    return np.sum(y)


@pytest.mark.parametrize("f", [memory.reversed_view_added, rows_in_a_list, numbers_in_pairs, whole])
def test_views_and_lists(f):
    """Numba adds views to one another element by element, where NumPy asks whether they overlap."""
    np.testing.assert_allclose(tl.grad(f, backend="numba")(X), tl.grad(f)(X), rtol=1e-10)
