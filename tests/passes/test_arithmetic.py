"""Signs and literal factors in adjoint expressions; the primal's own stay."""
from __future__ import annotations

import math

import numpy as np
import pytest

import tangentlite as tl


def opposite_twice(x):
    u = -x
    v = -u
    return v * v * -1.5


def half_square(x):
    return 0.5 * x * x


def literal_product(x):
    return x * (2.0 * 3.0)


def stretched(x, k):
    a = np.sqrt(x * x + 1)
    return 0.5 * k * (a - 1.0) ** 2


def reciprocal(x, y):
    return x / -y


def difference(x):
    return np.cos(x) * np.sin(x)


def signed_index(x):
    return x[0] * 2.0 - x[1]


def masked(x, mask):
    return np.sum(-(x * mask))


def three_squares(x, w):
    return 3.0 * w * x ** 2


def inverse_of_products(x, w):
    m = x * w + 1.0
    return 1.0 / m + w / m


def halves_of_steps(x):
    h = 0.01
    y = x + 0.5 * h * x
    return y + 0.5 * h * math.sin(y)


def unsigned(x, n):
    return np.sum(x * -n)


def energy(m, v):
    return 0.5 * m * v * v


def cubes(k, x):
    return np.sum(k * x * x * x)


def scaled_twice(x, k):
    y = x * x
    y.sum()
    return np.sum(k * y * y)


def matrix_squares(x):
    return np.sum(x @ x @ x)


@pytest.mark.parametrize(("f", "args", "line"), [
    (half_square, (3.0,), "x_bar = y_bar * x"),
    (literal_product, (3.0,), "x_bar = 6.0 * y_bar"),
    (stretched, (1.0, 2.0), "x_bar = y_bar * k * v1 / a * x"),
    (difference, (1.0,), "x_bar = y_bar * (v1 * v1 - v2 * v2)"),
    (signed_index, (np.ones(3),), "x_bar[1] = -y_bar"),
    (three_squares, (3.0, 2.0), "x_bar = 6.0 * y_bar * w * x"),
    (inverse_of_products, (3.0, 2.0), "m_bar = -y_bar * v1 * (w / m + v1)"),
    (halves_of_steps, (3.0,), "y_bar = out_bar + 0.005 * out_bar * math.cos(y)"),
    ])
def test_it_reads_as_one_would_write_it(f, args, line) -> None:
    assert line in tl.source(f, *args)


def test_no_sign_is_doubled() -> None:
    for f, args in ((opposite_twice, (2.0,)), (reciprocal, (2.0, 3.0))):
        for mode in ("reverse", "forward"):
            assert "--" not in tl.source(f, *args, mode=mode)
            assert "(-" not in tl.source(f, *args, mode=mode)


def test_booleans_and_unsigned_integers_take_no_sign() -> None:
    x = np.array([1.0, 2.0])
    assert tl.grad(masked)(x, np.array([True, False])).tolist() == [-1.0, 0.0]
    assert tl.grad(unsigned)(x, np.array([1, 2], dtype=np.uint8)).tolist() == [255.0, 254.0]


def test_a_value_that_is_read_once_has_no_name() -> None:
    *_, v_bar, m_bar, _ = tl.source(energy, 3.0, 2.0, wrt=(0, 1)).splitlines()
    assert (v_bar, m_bar) == ("    v_bar = v1_bar * m", "    m_bar = 0.5 * v1_bar * v")


@pytest.mark.parametrize("x", [np.array([0.5, -2.0, 0.0]), np.array([0.5, -2.0], dtype=np.float32), np.array([0.5 + 1.0j, -2.0j])])
def test_terms_that_differ_in_the_order_of_their_factors(x) -> None:
    k = np.array([2.0, 3.0, 1.0])[:len(x)].astype(x.dtype)
    for f in (cubes, lambda k, x: scaled_twice(x, k)):
        k_bar, x_bar = tl.grad(f, (0, 1), holomorphic=np.iscomplexobj(x))(k, x)
        assert k_bar.dtype == x_bar.dtype == x.dtype
        expected = (x ** 3, 3 * k * x ** 2) if f is cubes else (x ** 4, 4 * k * x ** 3)
        np.testing.assert_allclose(k_bar, expected[0], rtol=1e-6)
        np.testing.assert_allclose(x_bar, expected[1], rtol=1e-6)


def test_the_order_of_matrices_is_not_that_of_factors() -> None:
    x, ones = np.array([[1.0, 2.0], [0.5, -1.0]]), np.ones((2, 2))
    expected = ones @ (x @ x).T + x.T @ ones @ x.T + (x @ x).T @ ones
    np.testing.assert_allclose(tl.grad(matrix_squares)(x), expected)
