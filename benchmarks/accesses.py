"""`python -m benchmarks.accesses`: an element takes the same time in arrays of any length, however the loop comes by it.

For every way the time of a gradient of 30,000 iterations, over that of 3,000, in plain Python and compiled by Numba.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import tangentlite as tl
from benchmarks.timing import medians, table

SHORT, LONG = 3000, 30_000


def elements(x, n):
    s = 0.0
    for i in range(1, n):
        s += x[i] * x[i - 1]
    return s


def in_place(x, n):
    y = np.zeros(n)
    for i in range(1, n):
        y[i] = x[i] * y[i - 1] + 1.0
    return y[n - 1]


def rows(x, n):
    a = x.reshape(-1, 3)
    s = 0.0
    for i in range(1, len(a)):
        r = a[i]
        s += math.sqrt(r[0] * r[0] + r[1] * a[i - 1][1])
    return s


def columns(x, n):
    a = x.reshape(-1, 2)
    s = 0.0
    for i in range(n // 2):
        s += a[:, 0][i] * a.T[1][i]
    return s


def slices(x, n):
    s = 0.0
    for i in range(n - 2):
        s += x[1:][i] * x[:-1][i] + x[i:i + 3][1]
    return s


def slices_written(x, n):
    y = np.zeros(n)
    inner = y[1:]
    for i in range(n - 1):
        inner[i] = x[i] * y[i] + 1.0
    return y[n - 1]


def slope(u, i):
    if i > 1:
        return (u[i] - u[i - 1]) * u[i]
    return u[i]


def helper(x, n):
    s = 0.0
    for i in range(n):
        s += slope(x, i)
    return s


def arrays_in_a_list(x, n):
    ws = [np.zeros(n), x * 2.0]
    for i in range(1, n):
        ws[0][i] = ws[1][i] * x[i - 1] + ws[0][i - 1]
    return ws[0][n - 1]


def stack(x, n):
    st = [x[0]]
    for i in range(1, n):
        st.append(x[i])
        b = st.pop()
        a = st.pop()
        st.append(a * b + 0.5)
        if i % 2:
            st.append(x[i])
    s = 0.0
    while st:
        s = 0.5 * s + st.pop()
    return s


def whiles(x, n):
    i, s = 0, 0.0
    while i < n:
        s += 0.1 * math.sin(x[i]) * s + x[i]
        i += 1
    return s


def by_halves(x, lo, hi):
    if hi - lo == 1:
        return x[lo] * x[lo]
    middle = (lo + hi) // 2
    return by_halves(x, lo, middle) + 0.5 * by_halves(x, middle, hi)


def recursion(x, n):
    return by_halves(x, 0, n)


def root(u, i):
    try:
        return math.sqrt(u[i] + 1.0) * u[i + 1]
    except IndexError:
        return u[i]


def exceptions(x, n):
    y = np.zeros(n)
    for i in range(1, n):
        y[i] = root(x, i) * y[i - 1] + root(y, i - 1)
    return y[n - 1]


WAYS: list[Callable[..., Any]] = [elements, in_place, rows, columns, slices, slices_written, helper, arrays_in_a_list, stack, whiles]
INTERPRETED: list[Callable[..., Any]] = [recursion, exceptions]  # which Numba does not compile


def line(n: int) -> np.ndarray:
    return np.linspace(0.1, 0.9, n)


def ratio(f: Callable[..., Any], backend: str, rounds: int) -> float:
    g = tl.grad(f, backend=backend)
    t = medians({n: partial(g, line(n), n) for n in (SHORT, LONG)}, rounds)
    return t[LONG] / t[SHORT]


def main(rounds: int = 7) -> None:
    rows_ = [[f.__name__.replace("_", " "), f"{ratio(f, 'python', rounds):.1f}",
              f"{ratio(f, 'numba', rounds):.1f}" if f in WAYS else ""] for f in (*WAYS, *INTERPRETED)]
    print(table("Time of 30,000 iterations, over that of 3,000", ["", "Python", "Numba"], rows_))


if __name__ == "__main__":
    main()
