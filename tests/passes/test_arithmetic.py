"""Signs and literal factors in adjoint expressions; the primal's own stay."""
from __future__ import annotations

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


def unsigned(x, n):
    return np.sum(x * -n)


@pytest.mark.parametrize(("f", "args", "line"), [
    (half_square, (3.0,), "x_bar = y_bar * x"),
    (literal_product, (3.0,), "x_bar = 6.0 * y_bar"),
    (stretched, (1.0, 2.0), "x_bar = y_bar * k * v1 / a * x"),
    (difference, (1.0,), "x_bar = y_bar * (v1 * v1 - v2 * v2)"),
    (signed_index, (np.ones(3),), "x_bar[1] = -y_bar"),
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
