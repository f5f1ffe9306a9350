"""Loops whose derivatives need a value from before a step and from after it, and divisors whose reciprocals are known."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def before_and_after(x, n):
    s = 0.0
    for _ in range(n):
        y = math.sin(x) * x
        s += y * y * x
        x = y
    return s * x


def two_before(a, b, n):
    s = 0.0
    for _ in range(n):
        a, b = b, math.sin(a * b)
        s += a * b * b
    return s


def changing_places(a, b, n):
    s = 1.0
    for _ in range(n):
        s = s * a + math.sin(b)
        a, b = b, a
    return s * a


def three_in_turn(a, b, c, n):
    s = 1.0
    for _ in range(n):
        a, b, c = b, c, a
        s = s * a + math.sin(b) * c
    return s


def until_small(x):
    s = x
    while abs(x) > 0.1:
        y = x * x * 0.5
        s += math.exp(y) * y * x
        x = y
    return s


def with_a_break(x, n):
    s = 0.0
    for i in range(n):
        y = x * x * 0.9
        if y < 0.3 and i > 1:
            s += y * x
            break
        s += math.cos(y) * y * x
        x = y
    return s * x


def with_a_jump(x, n):
    s = 0.0
    for i in range(n):
        y = math.sin(x) * 1.5
        if i % 2:
            x = y * 0.5
            continue
        s += y * y * x * x
        x = y
    return s * x


def in_a_nest(x, m, n):
    s = 0.0
    for _ in range(m):
        for _ in range(n):
            y = math.sin(x) * x
            s += y * y * x
            x = y
        x = x + s
    return s * x


def caught(x, n):
    s = 0.0
    try:
        for i in range(n):
            y = math.sin(x) * x
            s += y * y * x
            x = y
            if i == 5:
                raise ValueError
    except ValueError:
        s = s * x
    return s * x


def first_none(x, n):
    last = None
    s = 0.0
    for _ in range(n):
        y = math.sin(x) * x
        if last is not None:
            s += last * y * y
        last = y
        x = y + 0.1
    return s


def an_integer_at_first(x, n):
    p = 1
    s = 0.0
    for _ in range(n):
        q = p * x
        s += q * q * p
        p = q
    return s


def arrays(x, n):
    s = 0.0
    for _ in range(n):
        y = np.sin(x) * x
        s += np.sum(y * y * x)
        x = y
    x[0] = 0.5
    return s + np.sum(x)


def nobody_runs(x, n):
    s = x
    for _ in range(n - n):
        y = math.sin(x) * x
        s += y * y * x
        x = y
    return s * x


def of_arrays(a, n):
    x = a[0]
    s = 0.0
    for i in range(n):
        y = x * a[i]
        s += y * y * x
        x = y
    return s


def reciprocal(m, r):
    w = 1.0 / m
    return w * w * (r / m)


def reciprocals_of_arrays(m, r):
    w = 1.0 / m
    return np.sum(w * r + np.sin(r / m) + r / (m * m))


def reciprocal_overwritten(m, r):
    w = 1.0 / m
    z = np.sum(w * r / m)
    w[:] = r / m
    return z * np.sum(w * w)


def divisor_overwritten(m, r):
    m = m.copy()
    w = 1.0 / m
    m[:] = m + r
    return np.sum(w * r / m)


def reciprocal_in_one_arm(m, r):
    if r > 0:
        w = 1.0 / m
        s = w * w
    else:
        s = r
    return s * (r / m)


def reciprocals_in_a_loop(m, r, n):
    s = 0.0
    for _ in range(n):
        m = m + s
        w = 1.0 / m
        s = s + r / m + math.sin(w)
    return s


def reciprocal_before_a_loop(m, r, n):
    w = 1.0 / m
    s = w
    for _ in range(n):
        s = math.sin(s) * r / m + w
    return s


CASES = [
    *(Case(f, [(0.9, 5), (0.7, 1), (0.8, 0)], scalar_only=True) for f in (
        before_and_after, with_a_break, with_a_jump, first_none, an_integer_at_first, nobody_runs)),
    *(Case(f, [(0.9, 0.7, 5), (0.9, 0.7, 0)], scalar_only=True) for f in (two_before, changing_places)),
    Case(three_in_turn, [(0.9, 0.7, 0.4, 5)], scalar_only=True),
    Case(until_small, [(1.7,), (0.05,)], scalar_only=True),
    Case(in_a_nest, [(0.7, 3, 3), (0.7, 2, 0)], scalar_only=True),
    Case(caught, [(0.9, 9), (0.9, 4)], scalar_only=True),
    Case(arrays, [(arr(4), 4)], writes=True),
    Case(of_arrays, [(arr(5), 5)]),
    Case(reciprocal, [(1.3, 0.7)], scalar_only=True),
    Case(reciprocals_of_arrays, [(arr(4, low=1.0, high=2.0), arr(4)), (arr(4, low=1.0, high=2.0), arr(3, 4)), (1.5, arr(4))]),
    *(Case(f, [(arr(4, low=1.0, high=2.0), arr(4))]) for f in (reciprocal_overwritten, divisor_overwritten)),
    Case(reciprocal_in_one_arm, [(1.3, 0.7), (1.3, -0.7)], scalar_only=True),
    *(Case(f, [(1.3, 0.7, 4), (1.3, 0.7, 0)], scalar_only=True) for f in (reciprocals_in_a_loop, reciprocal_before_a_loop)),
]
