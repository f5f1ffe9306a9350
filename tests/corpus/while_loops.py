"""while: conditions on integers, on carried values, compound; break, continue, else."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def countdown(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


def until_small(x):
    steps = 0
    while abs(x) > 0.1:
        x = 0.6 * x + 0.01 * x * x
        steps += 1
    return x * (1 + steps)


def newton_sqrt(a):
    x = a
    while abs(x * x - a) > 1e-13 * a:
        x = 0.5 * (x + a / x)
    return x


def compound_condition(x, limit):
    i = 0
    while i < limit and x < 3.0 or i < 1:
        x = x * 1.3 + 0.1
        i += 1
    return x * i


def while_with_break(x):
    i = 0
    while i < 50:
        if x > 2.0:
            break
        x = x * 1.4
        i += 1
    return x + i


def while_with_continue(x, n):
    i = 0
    s = 0.0
    while i < n:
        i += 1
        if i % 2 == 0:
            continue
        s = s + x ** i
    return s + x


def while_break_and_continue(x, n):
    i = 0
    s = x
    while i < n and s < 100.0:
        i += 1
        if i == 2:
            s = s * 0.5
            continue
        s = s * x + i
        if s > 9.0:
            s = s - 1.0
            break
        s = s + 0.1
    return s * x


def while_true_break(x):
    while True:
        x = x * x + 0.5
        if x > 1.5:
            break
    return math.log(x)


def while_true_return(x):
    k = 1
    while True:
        x = x + 0.3 * k
        if x > 2.0:
            return x * k
        k += 1


def while_else(x, n):
    i = 0
    while i < n:
        if x > 4.0:
            x = x * 0.1
            break
        x = x * 1.5
        i += 1
    else:
        x = x * x
    return x


def nested_while(x, n):
    i = 0
    s = 0.0
    while i < n:
        j = 0
        t = x
        while j <= i:
            t = math.sin(t) + 0.1 * j
            j += 1
        s = s + t * t
        i += 1
    return s + x


def for_inside_while(x, n):
    while n > 0:
        for k in range(n):
            x = x + 0.1 * math.cos(k * x)
        n = n - 2
    return x


def while_inside_for(x, n):
    s = 0.0
    for i in range(n):
        y = x * (i + 1)
        while y > 1.0:
            y = y * 0.5
        s = s + y * y
    return s + x


def collatz_steered(x, n):
    while n != 1:
        if n % 2 == 0:
            n = n // 2
            x = x * 0.9
        else:
            n = 3 * n + 1
            x = x + 0.1 * math.sin(x)
    return x


def condition_with_walrus(x):
    s = 0.0
    while (x := x * 0.5) > 0.1:
        s = s + x * x
    return s + x


def condition_calls_function(x):
    while math.exp(-x) + x * x < 5.0:
        x = x * 1.2
    return x


def flag_controlled(x, n):
    done = False
    i = 0
    while not done:
        x = x * 0.7 + 0.2
        i += 1
        if i >= n:
            done = True
    return x * i


def two_flags(x, n):
    found = False
    i = 0
    value = 0.0
    while not found and i < n:
        if x * i > 1.0:
            found = True
            value = x * x * i
        i += 1
    if found:
        return value
    return x


def gcd_of_integers(x, a, b):
    while b:
        a, b = b, a % b
    return x * a + x * x


def active_and_inactive_carried(x, n):
    a = 0
    b = 1
    while a < n:
        x = x + 0.1 * x * b
        a, b = b, a + b
    return x * b


def condition_reads_overwritten(x, y):
    while x < y:
        y = y - 0.3
        x = x * 1.1 + 0.05
    return x * y


def array_state(v, n):
    k = 0
    while k < n:
        v = v / np.sqrt(np.sum(v * v)) + 0.1
        k = k + 1
    return np.sum(v ** 3)


def condition_on_array_norm(v):
    while np.dot(v, v) > 0.5:
        v = 0.8 * v
    return np.sum(np.sin(v))


def secant(a, x0, x1):
    f0 = x0 ** 3 - a
    while abs(x1 - x0) > 1e-12:
        f1 = x1 ** 3 - a
        if f1 == f0:
            break
        x0, x1, f0 = x1, x1 - f1 * (x1 - x0) / (f1 - f0), f1
    return x1


def bisection_then_polish(a):
    lo, hi = 0.0, 4.0
    for _ in range(20):
        mid = 0.5 * (lo + hi)
        if mid * mid < a:
            lo = mid
        else:
            hi = mid
    x = 0.5 * (lo + hi)
    for _ in range(5):
        x = 0.5 * (x + a / x)
    return x


N = [(0.7, 0), (0.7, 1), (1.4, 2), (0.9, 7)]

CASES = [
    Case(countdown, N, scalar_only=True),
    Case(until_small, [(0.05,), (0.15,), (2.0,)], scalar_only=True),
    Case(newton_sqrt, [(2.0,), (0.3,)], order=1, scalar_only=True),
    Case(compound_condition, N, scalar_only=True),
    Case(while_with_break, [(3.0,), (1.9,), (0.3,)], scalar_only=True),
    Case(while_with_continue, N, scalar_only=True),
    Case(while_break_and_continue, [(0.7, 0), (0.7, 1), (2.5, 7), (0.7, 7)], scalar_only=True),
    Case(while_true_break, [(1.3,), (0.4,)], scalar_only=True),
    Case(while_true_return, [(1.8,), (0.45,)], scalar_only=True),
    Case(while_else, [(0.7, 0), (0.7, 2), (3.0, 5)], scalar_only=True),
    Case(nested_while, N, scalar_only=True),
    Case(for_inside_while, N, scalar_only=True),
    Case(while_inside_for, N, scalar_only=True),
    Case(collatz_steered, [(0.7, 1), (0.7, 2), (0.7, 6)], scalar_only=True),
    Case(condition_with_walrus, [(0.15,), (0.3,), (5.0,)], scalar_only=True),
    Case(condition_calls_function, [(3.0,), (0.7,)], scalar_only=True),
    Case(flag_controlled, [(0.7, 1), (0.7, 7)], scalar_only=True),
    Case(two_flags, [(0.7, 0), (0.7, 2), (0.3, 7)], scalar_only=True),
    Case(gcd_of_integers, [(0.7, 12, 18), (0.7, 5, 0)], scalar_only=True),
    Case(active_and_inactive_carried, N, scalar_only=True),
    Case(condition_reads_overwritten, [(0.7, 0.2), (0.7, 1.0), (0.3, 3.0)], scalar_only=True),
    Case(array_state, [(arr(3), 0), (arr(3), 1), (arr(3), 7)]),
    Case(condition_on_array_norm, [(0.1 * arr(3),), (arr(3),), (5.0 * arr(3),)]),
    Case(secant, [(2.0, 1.0, 1.5)], argnums=(0,), order=1, scalar_only=True),
    Case(bisection_then_polish, [(2.0,), (7.0,)], order=1, scalar_only=True),
]
