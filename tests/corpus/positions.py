"""Loops over the positions in arrays: np.ndindex, np.ndenumerate, flat."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def indices(a):
    s = 0.0
    for i, j in np.ndindex(a.shape):
        s += a[i, j] ** 2 * (i + 2 * j)
    return s


def indices_as_one(a):
    s = 0.0
    for ij in np.ndindex(*a.shape):
        s += a[ij] ** 2 * (ij[0] + 1)
    return s


def numbered(a):
    s = 0.0
    for ij, v in np.ndenumerate(a):
        s += v**2 * (ij[1] + 1) * a[0, ij[1]]
    return s


def numbered_with_a_break(a):
    s = 0.0
    for (i, _j), v in np.ndenumerate(a):
        if v > 1.2:
            break
        s += v**2 * (i + 1)
    return s


def one_axis(a):
    s = 0.0
    for (i,), v in np.ndenumerate(a[0]):
        s += v ** (i + 1)
    return s


def flat(a):
    s = 0.0
    for v in a.flat:
        s = s * v + v
    return s


def sum_of_flat(a):
    return sum(v * v for v in a.flat)


def written(a):
    b = np.zeros_like(a)
    for ij, v in np.ndenumerate(a):
        b[ij] = v**2 * b[ij[0], 0] + v
    return np.sum(b)


def updated(a):
    a = a.copy()
    for i, j in np.ndindex(a.shape):
        a[i, j] = a[i, j] * a[0, 0]
    return np.sum(a)


def written_while_it_runs(a):
    a = a.copy()
    for v in a.flat:
        a[0, 1] = a[0, 1] * v
    return np.sum(a)


def left_early(a):
    s = 0.0
    for i, j in np.ndindex(2, 3):
        s += a[i, j]
        if s > 2.0:
            return s * a[0, 0]
    return s


def of_a_part(a):
    s = 0.0
    for i, v in np.ndenumerate(a[:, 1:]):
        s += v * a[i]
    for k in np.ndindex(2):
        s += a[k] @ a[k]
    return s


def nothing(a):
    s = a[0, 0]
    for ij, v in np.ndenumerate(a[:0]):
        s += v * ij[0]
    return s


def counted(a):
    s = 0.0
    for k, (i, j) in enumerate(np.ndindex(a.shape)):
        s += a[i, j] ** (k + 1)
    return s


CASES = [Case(f, [(arr(2, 3, low=0.5, high=1.5),)]) for f in (
    indices, indices_as_one, numbered, numbered_with_a_break, one_axis, flat, sum_of_flat, written, updated, written_while_it_runs,
    left_early, of_a_part, nothing, counted)]
