"""Loops that write elements of an array: each iteration its own, or those of another one, too; once, or over something."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case


def filled(x, c):
    out = np.zeros(len(x))
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
    return np.sum(out * out)


def filled_linearly(x, c):
    out = np.zeros(len(x))
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
    return np.sum(out)


def filled_in_part(x, c):
    out = x * 1.0
    for k in range(1, len(x)):
        out[k] = math.sin(c * x[k])
    return np.sum(out * out)


def filled_with_distance(x, c):
    out = np.zeros(len(x) + 1)
    for k in range(len(x)):
        out[k + 1] = x[k] * c * x[0]
    return np.sum(out * out)


def filled_from_the_end(x, c):
    out = np.zeros(len(x))
    for k in range(len(x)):
        out[-k] = x[k] * c
        out[len(x) - 1 - k] = x[k] * x[0]
    return np.sum(out * out)


def filled_in_some_order(x, c):
    out = np.zeros(len(x))
    for k in (0, 2, 1, 2):
        out[k] = x[k] * c
        c = c * 1.1
    return np.sum(out * out)


def filled_twice(x, c):
    out = np.zeros(len(x))
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
    for k in range(len(x)):
        out[k] = math.cos(c * x[k])
    return np.sum(out * out)


def used_between(x, c):
    out = np.zeros(len(x))
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
    s = np.sum(out * x)
    for k in range(1, len(x)):
        out[k] = out[k - 1] * c
    return s + np.sum(out * out)


def written_twice_by_an_iteration(x, c):
    out, s = np.zeros(len(x)), 0.0
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
        s += out[k] * x[0]
        out[k] = s * c
    return np.sum(out * out)


def two_arrays(x, c):
    out, more = np.zeros(len(x)), np.ones(len(x))
    for k in range(len(x)):
        out[k] = x[k] * c
        more[k] = out[k] * x[k]
    return np.sum(out * more)


def table(x, c):
    out = np.zeros((len(x), 3))
    for i in range(len(x)):
        for j in range(3):
            out[i, j] = math.sin(x[i] * (j + c))
    return np.sum(out * out)


def triangle(x, c):
    out = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        for j in range(i):
            out[i, j] = x[i] * x[j] * c
            out[j, i] = x[i] - x[j]
    return np.sum(out * out)


def last_row_counts(x, c):
    out = np.zeros(3)
    for i in range(len(x)):
        for j in range(3):
            out[j] = math.sin(x[i] * (j + c))
    return np.sum(out * out)


def rows(x, c):
    out = np.zeros((3, len(x)))
    for k in range(3):
        out[k] = np.sin(x * (k + c))
    return np.sum(out * out)


def diagonal(x, c):
    out = np.zeros((len(x), len(x)))
    for k in range(len(x)):
        out[k, k] = x[k] * c
    return np.sum(out @ out)


def on_a_condition(x, c):
    out = np.ones(len(x))
    for k in range(len(x)):
        if x[k] > 0.5:
            out[k] = x[k] * c
    return np.sum(out * out)


def left_early(x, c):
    out = np.ones(len(x))
    for k in range(len(x)):
        out[k] = x[k] * c
        if out[k] > 0.6:
            break
    return np.sum(out * out)


def counted(x, c):
    out, k = np.zeros(len(x)), 0
    while k < len(x):
        out[k] = x[k] * c * c
        k += 1
    return np.sum(out * out)


def in_steps(x, c, n):
    for _ in range(n):
        out = np.zeros(len(x))
        for k in range(len(x)):
            out[k] = math.sin(c * x[k])
        x = out * x
    return np.sum(x)


def carried_through_steps(x, c, n):
    out = np.ones(len(x))
    for t in range(n):
        for k in range(len(x)):
            out[k] = math.sin(c * x[k]) * t
        x = out + x
    return np.sum(x * out)


def list_of_numbers(x, c):
    out = [0.0] * len(x)
    for k in range(len(x)):
        out[k] = math.sin(c * x[k])
    return sum(out) * out[0]


X = np.array([0.3, 1.1, 0.7, 0.2])
CASES = [Case(f, [(X, 0.7), (X[:1], 0.7)]) for f in (
    filled, filled_linearly, filled_in_part, filled_with_distance, filled_from_the_end, filled_twice, used_between,
    written_twice_by_an_iteration, two_arrays, table, triangle, last_row_counts, rows, diagonal, on_a_condition, left_early, counted,
    list_of_numbers)]
CASES += [Case(filled_in_some_order, [(X, 0.7)]), Case(in_steps, [(X, 0.7, 3), (X, 0.7, 0)]), Case(carried_through_steps, [(X, 0.7, 3)])]
