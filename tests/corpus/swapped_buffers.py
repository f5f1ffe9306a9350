"""Arrays that the iterations of a loop exchange, make anew, or share with others."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def swapped(u, c, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] + c * (u[i - 1] + u[i + 1] - 2.0 * u[i]) * u[i]
        u, v = v, u
    return np.sum(u * u)


def rotated(u, c, n):
    a, b, d = u * 1.0, u * 2.0, u * 3.0
    for k in range(n):
        a[k % 3] = b[k % 2] * d[1] * c
        a, b, d = b, d, a
    return np.sum(a * b + d)


def made_anew(u, c, n):
    for _ in range(n):
        v = np.zeros_like(u)
        for i in range(1, len(u)):
            v[i] = c * u[i - 1] * u[i]
        u = v
    return np.sum(u)


def swapped_in_some(u, c, n):
    a, b = u * 1.0, u * c
    for k in range(n):
        a[0] = b[1] * a[2] + 0.1
        if k % 2 == 0:
            a, b = b, a
    return np.sum(a * a) + b[0]


def one_for_both(u, c, n):
    a, b = u * 1.0, u * c
    for k in range(n):
        a[0] = b[1] * a[2] + 0.1
        if k == 1:
            a = b
    return np.sum(a * a) + b[0]


def both_from_the_start(u, c, n):
    a = u * c
    b = a
    for k in range(n):
        a[k % 3] = b[(k + 1) % 3] * 1.5
        a, b = b, a
    return np.sum(a * b)


def kept_from_before(u, c, n):
    a, b = u * 1.0, u * c
    first = a
    for k in range(n):
        a[1] = first[0] * b[2] + a[1]
        a, b = b, a
    return np.sum(a * first + b)


def previous(u, c, n):
    a = u * 1.0
    before = a
    for k in range(n):
        b = a * c
        b[0] = before[1] + a[0]
        before, a = a, b
    return np.sum(a * before)


def one_of_the_last(u, c, n):
    a, old = u * 1.0, u * 0.5
    for k in range(n):
        new = a + c
        new[1] = old[0] * a[2]
        old = a if k % 2 else new
        a = new
    return np.sum(a * old)


def exchanged_inside(u, c, n):
    a, b = u * 1.0, u * c
    for k in range(n):
        for i in range(3):
            a[i] = b[i - 1] * 0.9 + a[i]
            a, b = b, a
        b[0] = a[1] + b[0]
    return np.sum(a * a * b)


def inner_and_outer(u, c, n):
    a = u * c
    for k in range(n):
        b = a
        for i in range(2):
            b[i] = a[i + 1] * 0.5 + b[i]
        d = b * 1.0
        d[0] = a[1]
        a = d
    return np.sum(a * a)


def read_after_the_loop(u, c, n):
    a, b = u * 1.0, u * c
    w = b
    for k in range(n):
        b[k % 3] = a[0] * 2.0
        a[0] = w[2]
        a, b = b, a
    return np.sum(w * a)


def until(u, c):
    a, b, k = u * 1.0, u * c, 0
    while k < 3:
        a[k] = b[k] * b[k - 1]
        a, b, k = b, a, k + 1
    return np.sum(a * b)


def with_views(u, c, n):
    a, b = u * 1.0, u * c
    for k in range(n):
        part = a[1:]
        part[0] = b[0] * b[1]
        a, b = b, a
    return np.sum(a * b)


def as_adjoint(u, c, n):
    w, v = np.cos(u), np.zeros_like(u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = c * u[i - 1] * w[i + 1] + v[i]
    return np.sum(v * w)


def inside_of_managers(u, c, n):
    a, b = u * 1.0, u * c
    for k in range(n):
        with np.errstate(all="ignore"):
            for j in range(3):
                a, b = b, a
                b[0] = a[1] * a[2] + b[j]
        try:
            a[1] = b[0] * a[2]
        finally:
            a, b = b, a
    return np.sum(a * b)


POINTS = [(arr(4), 0.7, n) for n in (0, 1, 2, 3)]
CASES = [Case(f, POINTS) for f in (
    swapped, rotated, made_anew, swapped_in_some, one_for_both, both_from_the_start, kept_from_before, previous, one_of_the_last,
    exchanged_inside, inner_and_outer, read_after_the_loop, with_views, as_adjoint, inside_of_managers)]
CASES.append(Case(until, [(arr(4), 0.7)]))
