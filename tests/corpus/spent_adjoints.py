"""Arrays that every step writes before it reads them, and ones of which it leaves something."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def moved(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = u[i] * u[i - 1]
        for i in range(1, len(u)):
            u[i] = v[i]
    return np.sum(u * u)


def read_in_the_end(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = u[i] * u[i - 1]
        for i in range(1, len(u)):
            u[i] = v[i]
    return np.sum(u * v)


def ends_of_it_read(u, n):
    u = u.copy()
    v = u * u
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] * v[0] + v[len(u) - 1]
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def shorter_second_loop(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = u[i] * u[i - 1]
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def longer_second_loop(u, n):
    u = u.copy()
    v = u * u
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] * u[i - 1]
        for i in range(len(u)):
            u[i] = v[i]
    return np.sum(u * u)


def read_by_the_neighbour(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = u[i] * v[i - 1]
        for i in range(1, len(u)):
            u[i] = v[i]
    return np.sum(u * u)


def from_the_end(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(-1, len(u) - 1):
            v[i] = u[i] * u[i - 1]
        for i in range(-1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def added_to(u, n):
    u = u.copy()
    v = np.zeros(len(u))
    for _ in range(n):
        for i in range(len(u)):
            v[i] += u[i] * u[i]
        for i in range(len(u)):
            u[i] = v[i] * 0.5
    return np.sum(u)


def in_one_step_of_two(u, n):
    u = u.copy()
    v = u.copy()
    for k in range(n):
        if k % 2:
            for i in range(len(u)):
                v[i] = u[i] * u[i]
        for i in range(len(u)):
            u[i] = v[i] * 0.9
    return np.sum(u)


def parts_of_growing_length(u):
    u = u.copy()
    v = u.copy()
    for k in range(len(u)):
        for i in range(k):
            v[i] = u[i] * u[k]
        for i in range(k):
            u[i] = v[i]
    return np.sum(u * u)


def two_of_them(u, n):
    u = u.copy()
    v = u.copy()
    w = u.copy()
    for _ in range(n):
        for i in range(len(u)):
            v[i] = u[i] * u[i]
        for i in range(len(u)):
            w[i] = v[i] * 0.5
        for i in range(len(u)):
            u[i] = w[i] + v[i]
    return np.sum(u)


def thrown_away(u):
    v = u.copy()
    w = u.copy()
    for i in range(len(u)):
        v[i] = u[i] * u[i]
    for i in range(len(u)):
        w[i] = v[i] * u[i]
    for i in range(len(u)):
        v[i] = 1.0
    for i in range(len(u)):
        w[i] = w[i] * v[i]
    return np.sum(w)


def planes(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0]):
            for j in range(u.shape[1]):
                v[i, j] = u[i, j] * u[i - 1, j]
        for i in range(1, u.shape[0]):
            for j in range(u.shape[1]):
                u[i, j] = v[i, j]
    return np.sum(u * u)


def turned(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(u.shape[0]):
            for j in range(u.shape[1]):
                v[j, i] = u[i, j] * u[j, i]
        for i in range(u.shape[0]):
            for j in range(u.shape[1]):
                u[i, j] = v[i, j]
    return np.sum(u * u)


def diagonals(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(u.shape[0]):
            v[i, i] = u[i, i] * u[0, i]
        for i in range(u.shape[0]):
            u[i, i] = v[i, i]
    return np.sum(u * u)


def exchanged(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = u[i] * u[i - 1]
        u, v = v, u
    return np.sum(u * u)


def kept(u, n):
    u = u.copy()
    v = u.copy()
    s = 0.0
    for _ in range(n):
        for i in range(len(u)):
            v[i] = u[i] * u[i]
        s += v[0] * v[1]
        for i in range(len(u)):
            u[i] = v[i]
    return s


def left_early(u, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(len(u)):
            v[i] = u[i] * u[i]
        if v[0] < 0.1:
            break
        for i in range(len(u)):
            u[i] = v[i]
    return np.sum(u) + v[1]


CASES = [Case(f, [(arr(5, low=0.4, high=1.3), 3), (arr(5, low=0.4, high=1.3), 0), (arr(2, low=0.4, high=1.3), 1)]) for f in (
    moved, read_in_the_end, ends_of_it_read, shorter_second_loop, longer_second_loop, read_by_the_neighbour, from_the_end, added_to,
    in_one_step_of_two, two_of_them, exchanged, kept, left_early)]
CASES += [Case(f, [(arr(4, low=0.4, high=1.3),)]) for f in (parts_of_growing_length, thrown_away)]
CASES += [Case(f, [(arr(3, 3, low=0.4, high=1.3), 2), (arr(1, 1, low=0.4, high=1.3), 3)]) for f in (planes, turned, diagonals)]
