"""Arrays that are read with new axes."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def distances(x):
    return np.sum(np.sqrt((x[:, None] - x[None, :]) ** 2 + 1.0))


def product(x, y):
    return np.sum(x[:, None] * y * np.sin(y))


def responsibilities(x, mu):
    p = np.exp(-0.5 * (x[:, None] - mu[None, :]) ** 2)
    p = p / p.sum(axis=1, keepdims=True)
    return np.sum(((p * x[:, None]).sum(axis=0) / p.sum(axis=0)) ** 2)


def column_with_a_name(x, y):
    c = x[:, np.newaxis]
    d = c + 1.0
    return np.sum(c * y * d) + d[0, 0] * c[-1, 0]


def in_the_middle(m, x):
    return np.sum(m[:, None, :] * x[None, :, None]) + np.sum(m[..., None] ** 3) + np.sum(m[None] * m[0])


def in_a_loop(x, y):
    s = 0.0
    for k in range(3):
        s = s + np.sum((x[:, None] - y[None, :] * k) ** 2) * np.sum(x[None])
    return s


def column_written(x, y):
    c = x[:, None] * 1.0
    c[0] = c[1] * c[0]
    return np.sum(c * y)


def view_written(x, y):
    x = x.copy()
    c = x[:, None]
    c[0, 0] = 2.0 * c[1, 0]
    x[1] = x[0] * x[1]
    return np.sum(x * x) + np.sum(c * y)


def part_of_it(m):
    return np.sum(m[1, None] * m[:, None, 0]) + np.sum(m[None, 0:1] ** 2)


X, Y, M = arr(3, seed=1), arr(4, seed=2), arr(2, 3, seed=3)
CASES = [
    Case(distances, [(X,), (arr(1),)]), Case(product, [(X, Y), (arr(1), Y), (X, arr(1))]),
    Case(responsibilities, [(X, Y), (arr(1), arr(1))]),
    Case(column_with_a_name, [(X, Y), (arr(1), arr(1))]), Case(in_the_middle, [(M, X), (arr(1, 1), arr(1))]), Case(in_a_loop, [(X, Y)]),
    Case(column_written, [(X, Y)]), Case(view_written, [(X, Y)]), Case(part_of_it, [(M,)]),
]
