"""Arguments of different shapes meeting in one operation."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr, pos


def number_and_array(k, x):
    return np.sum(k * x) + np.sum(x - k) ** 2 + np.sum(x / (2.0 + k)) + np.sum(k ** 2 - x)


def row_and_matrix(r, a):
    return np.sum((a + r) ** 2) + np.sum(a * r) + np.sum((a - r) / (3.0 + r))


def column_and_row(c, r):
    return np.sum((c * r) ** 2) + np.sum(c - r) + np.sum(np.arctan2(c, r))


def size_one(x, y):
    return np.sum((x + y) * y) + np.sum(np.maximum(x, y) * x)


def leading_axes(t, x):
    return np.sum((t * x) ** 2) + np.sum(t / (2.0 + x * x))


def division_broadcast(a, b):
    return np.sum(a / b) + np.sum(b / (a * a + 1.0))


def power_broadcast(a, b):
    return np.sum(a ** b) + np.sum(np.power(b, a))


def maximum_broadcast(a, k):
    return np.sum(np.maximum(a, k) ** 2) + np.sum(np.minimum(a, k)) + np.sum(np.where(a > k, a, k * k))


def where_broadcast(c, x, y):
    return np.sum(np.where(c, x, y) ** 2)


def hypot_broadcast(a, b):
    return np.sum(np.hypot(a, b)) + np.sum(np.logaddexp(a, b)) + np.sum(np.arctan2(a, b))


def bias_added_in_loop(x, b, n):
    for _ in range(n):
        x = np.tanh(x + b)
    return np.sum(x)


def number_grows_to_array(k, x):
    y = k
    y = y + x
    y = y * k
    return np.sum(y * y)


def accumulator_becomes_array(x):
    total = 0
    for i in range(3):
        total = total + x * i
    return np.sum(total ** 2)


def accumulator_becomes_matrix(x, y):
    s = x
    for v in (y, 2.0 * y):
        s = s * v
    return np.sum(s)


def branch_changes_shape(x, flag):
    if flag:
        y = x
    else:
        y = np.sum(x)
    return np.sum(x * y)


def outer_by_broadcasting(x, y):
    return np.sum(np.exp(-((x[:, None] - y[None, :]) ** 2)))


def normalise_rows(a):
    return np.sum(a / np.sqrt(np.sum(a * a, axis=1, keepdims=True)) * np.arange(a.shape[1]))


def zero_dimensional(x, y):
    return np.sum(x * y) + x * 2.0 + np.sin(x)


def number_from_zero_dimensional(x):
    return float(x) * float(x) + math.sin(x)


def clip_broadcast(a, lo, hi):
    return np.sum(np.clip(a, lo, hi) ** 2)


def shared_scalar_in_vector_output(k, x):
    return k * x, k + np.sum(x)


X, A = arr(3), arr(2, 3)
Z = np.array(0.7)

CASES = [
    Case(number_and_array, [(0.7, X), (0.7, A), (np.array(0.7), X), (0.7, arr(0))]),
    Case(row_and_matrix, [(X, A), (arr(1), A), (arr(1, 3), A), (arr(2, 1), A), (0.3, A)]),
    Case(column_and_row, [(pos(2, 1), pos(3)), (pos(2, 1), pos(1, 3)), (pos(1, 1), pos(2, 2))]),
    Case(size_one, [(arr(1), arr(3)), (arr(3), arr(1)), (arr(1, 1), arr(2, 3)), (arr(1), arr(1, seed=1))]),
    Case(leading_axes, [(arr(2, 2, 3), X), (arr(2, 2, 3), arr(2, 1)), (arr(1, 2, 3), arr(2, 1, 1))]),
    Case(division_broadcast, [(A, pos(3)), (X, pos(2, 3)), (0.7, pos(3)), (A, pos(2, 1))]),
    Case(power_broadcast, [(pos(2, 3), pos(3)), (pos(3), pos(2, 3)), (0.7, pos(3)), (pos(2, 1), 1.3)]),
    Case(maximum_broadcast, [(A, 0.1), (A, arr(3, seed=5)), (X, arr(2, 1, seed=5))]),
    Case(where_broadcast, [(A > 0, X, 0.7), (X > 0, A, arr(2, 1)), (True, X, A)], argnums=(1, 2)),
    Case(hypot_broadcast, [(pos(2, 3), pos(3)), (0.7, pos(3)), (pos(2, 1), pos(1, 3))]),
    Case(bias_added_in_loop, [(A, X, 0), (A, X, 2), (0.3, X, 2), (X, 0.3, 7)]),
    Case(number_grows_to_array, [(0.7, X), (0.7, A)]),
    Case(accumulator_becomes_array, [(X,), (0.7,)]),
    Case(accumulator_becomes_matrix, [(X, A), (arr(1), A), (0.7, 1.3)]),
    Case(branch_changes_shape, [(X, True), (X, False)]),
    Case(outer_by_broadcasting, [(X, arr(2)), (arr(1), X)]),
    Case(normalise_rows, [(A,), (arr(1, 3),)]),
    Case(zero_dimensional, [(Z, X), (Z, 1.3), (Z, np.array(1.3))]),
    Case(number_from_zero_dimensional, [(Z,), (0.7,)]),
    Case(clip_broadcast, [(A, -0.3, 0.4), (A, np.array([-0.3, -0.2, -0.1]), 0.4)]),
    Case(shared_scalar_in_vector_output, [(0.7, X), (0.7, A)], vector_output=True),
]
