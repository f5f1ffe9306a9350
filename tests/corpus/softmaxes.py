"""Extremes that are subtracted for the size of the numbers alone, and those that only look like it."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case


def weighted(y):
    return np.sum(np.cos(np.arange(np.size(y)) * 1.7).reshape(np.shape(y)) * y)


def rows(x):
    m = x.max(axis=1)
    e = np.exp(x - m[:, None])
    s = e.sum(axis=1)
    e /= s[:, None]
    return weighted(e)


def logarithms(x):
    z = x - np.max(x, axis=-1, keepdims=True)
    return weighted(z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True)))


def columns(x):
    e = np.exp(x - np.max(x, axis=0))
    return weighted(e / np.sum(e, axis=0))


def of_all(x):
    m = np.max(x)
    return m + np.log(np.sum(x**2 * np.exp(x - m)))


def with_temperature(x):
    e = np.exp((x - np.max(x)) / 2.0)
    return weighted(e / np.sum(e))


def from_the_smallest(x):
    e = np.exp(-(x - np.expand_dims(x.min(axis=-1), -1)) * 3.0)
    return weighted(np.log(e / np.sum(e, axis=1, keepdims=True)))


def attention(q, k):
    scores = q @ k.T / 2.0
    w = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return weighted((w / np.sum(w, axis=-1, keepdims=True)) @ k)


def mixed_axes(x):
    e = np.exp(x - np.max(x, axis=0))
    return weighted(e / np.sum(e, axis=1))


def rows_over_all(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return weighted(e / np.sum(e))


def squared(x):
    e = np.exp(x - np.max(x))
    return weighted(e / np.sum(e**2))


def added_twice(x):
    m = np.max(x)
    e = np.exp(x - m)
    return weighted(e / np.sum(e) + m)


def used_in_a_branch(x):
    m = np.max(x)
    e = np.exp(x - m)
    p = e / np.sum(e)
    if p[0, 0] > 0.0:
        return weighted(p * m)
    return weighted(p)


def columns_of_a_square(x):
    e = np.exp(x - np.max(x, axis=1))
    return weighted(e / np.sum(e, axis=1, keepdims=True))


def in_a_loop(x):
    p = x
    for _ in range(3):
        e = np.exp(p - np.max(p, axis=1, keepdims=True))
        p = x * e / np.sum(e, axis=1, keepdims=True)
    return weighted(p)


def carried_by_a_loop(x):
    m = np.max(x)
    s = 0.0
    for row in x:
        s = s + np.sum(np.exp(row - m))
    return m + np.log(s)


X = np.array([[0.3, -0.7, 1.2], [0.5, 0.1, -0.4], [-1.1, 0.8, 0.2]])

CASES = [
    *(Case(f, [(X,), (X[:, :3] * 40.0,)]) for f in (rows, logarithms, columns, of_all)),
    *(Case(f, [(X,)]) for f in (
        with_temperature, from_the_smallest, mixed_axes, rows_over_all, squared, added_twice, used_in_a_branch, columns_of_a_square,
        in_a_loop, carried_by_a_loop,
    )),
    Case(attention, [(X, X[:2] + 0.5)]),
]
