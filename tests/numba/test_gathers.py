"""Loops that gather from neighbours, for arrays as short as their ends, compared with the same gradient in Python."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl

pytest.importorskip("numba")


def one_apart(u, c):
    s = 0.0
    for i in range(1, len(u) - 1):
        s += u[i - 1] * u[i + 1] * c
    return s


def two_apart(u, c):
    s = 0.0
    for i in range(2, len(u) - 2):
        s += (u[i - 2] - c * u[i + 2]) ** 2
    return s


def to_one_side(u, c):
    s = 0.0
    for i in range(len(u) - 3):
        s += u[i + 1] * u[i + 3] * c
    return s


def three_of_them(u, c):
    v = np.zeros(len(u))
    for i in range(1, len(u) - 1):
        v[i] = u[i - 1] * c + u[i] * u[i] + u[i + 1] * 2.0
    return np.sum(v * v)


def steps(u, c):
    u = u.copy()
    v = u.copy()
    for _ in range(3):
        for i in range(1, len(u) - 1):
            v[i] = u[i] - c * u[i] * (u[i] - u[i - 1]) + 0.1 * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def from_the_end(u, c):
    s = 0.0
    for i in range(len(u) - 2):
        s += u[i - 1] * u[i + 1] * c  # u[-1] to begin with
    return s


def along_rows(u, c):
    s = 0.0
    for i in range(u.shape[0]):
        for j in range(1, u.shape[1] - 1):
            s += u[i, j - 1] * u[i, j + 1] * c
    return s


def along_columns(u, c):
    s = 0.0
    for i in range(1, u.shape[0] - 1):
        for j in range(u.shape[1]):
            s += u[i - 1, j] * u[i + 1, j] * c
    return s


LINES = (one_apart, two_apart, to_one_side, three_of_them, steps, from_the_end)


@pytest.mark.parametrize("f", LINES, ids=lambda f: f.__name__)
def test_lines(f):
    compiled, plain = tl.grad(f, (0, 1), backend="numba"), tl.grad(f, (0, 1))
    for n in (2, 3, 4, 5, 6, 7, 8, 40):
        u = np.random.default_rng(n).uniform(0.5, 1.5, n)
        for a, b in zip(compiled(u, 0.3), plain(u, 0.3), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("f", [along_rows, along_columns], ids=lambda f: f.__name__)
def test_planes(f):
    compiled, plain = tl.grad(f, (0, 1), backend="numba"), tl.grad(f, (0, 1))
    for shape in ((1, 1), (2, 2), (3, 3), (2, 7), (7, 2), (4, 5)):
        u = np.random.default_rng(0).uniform(0.5, 1.5, shape)
        for a, b in zip(compiled(u, 0.3), plain(u, 0.3), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


def test_the_text():
    gradient = tl.grad(one_apart, backend="numba")
    gradient(np.ones(5), 0.3)
    assert "for i in range(2, v1 - 1):" in gradient.source
    assert "range(max(v1 - 2, 1), v1)" in gradient.source
    assert "range(1, min(3, v1))" in gradient.source
