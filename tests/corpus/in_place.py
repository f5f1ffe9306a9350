"""Elements of arrays, lists and dictionaries that are assigned and updated."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def elements(x):
    y = np.zeros(3)
    y[0] = x[0] * x[1]
    y[1] = math.sin(x[2])
    y[2] += y[0] * y[1]
    return y[0] * y[1] * y[2]


def running_sum(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2 + (y[i - 1] if i > 0 else 0.0)
    return np.sum(y * y)


def sweeps_over_a_parameter(x):
    for _ in range(2):
        for i in range(1, len(x)):
            x[i] = 0.5 * (x[i - 1] * x[i]) + x[i]
    return np.sum(x * x)


def slices_masks_and_another_argument(x, b):
    x[1:] += b[:-1] * x[:-1]
    x[0] *= 3.0
    x[x > 0.5] = 1.0
    return np.sum(x ** 2) + b[0]


def items_of_a_list(x):
    items = [x[0], x[1]]
    items[0] = items[1] * x[2]
    items[1] += items[0]
    return items[0] * items[1]


def entries_of_a_dictionary(x):
    d = {"a": x[0]}
    d["b"] = d["a"] * x[1]
    d["a"] *= 2
    return d["a"] * d["b"]


def rows_columns_and_repeated_indices(x):
    a = np.zeros((3, 3))
    for i in range(3):
        a[i] = x * i
        a[i, i] += x[i] ** 2
        a[i][0] = x[1]
    a[:, 1] -= x
    a[[0, 0, 1], 2] = x
    return np.sum(a * a)


def whole_array(x):
    x *= 2.0
    x += np.ones(3)
    return np.sum(x * x)


def repeated_list(x):
    y = [0.0] * 3
    for i in range(3):
        y[i] = x[i] * 2
    y[0], y[2] = y[2], y[0] * y[1]
    return y[0] + y[1] * y[2]


def recurrence_with_branches(x):
    u = np.empty(4)
    u[0] = 1.0
    for i in range(3):
        if x[i] > 0:
            u[i + 1] = u[i] * x[i]
        else:
            u[i + 1] = u[i] - x[i]
    return u[-1]


def nonlinear_stencil(x):
    u = x.copy()
    for _ in range(3):
        u[1:-1] = u[1:-1] ** 2 + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return np.sum(u ** 2)


def whole_slices(x):
    y = np.zeros_like(x)
    y[:] = x * x
    y[...] *= 2
    y[::-1] += x
    return y @ y


def thomas(a, b, c, d):
    """A tridiagonal system, solved in place."""
    n = len(d)
    for i in range(1, n):
        w = a[i - 1] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    d[n - 1] /= b[n - 1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]
    return np.sum(d * d)


def gauss_seidel(a, b, x):
    for _ in range(3):
        for i in range(len(b)):
            s = 0.0
            for j in range(len(b)):
                if j != i:
                    s += a[i, j] * x[j]
            x[i] = (b[i] - s) / a[i, i]
    return np.sum(x * b)


def cholesky(a):
    n = len(a)
    for j in range(n):
        a[j, j] = math.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] /= a[j, j]
        for k in range(j + 1, n):
            for i in range(k, n):
                a[i, k] -= a[i, j] * a[k, j]
    return a[0, 0] * a[1, 0] + a[n - 1, n - 1] ** 2 + a[2, 1]


def early_return(x, limit):
    u = np.zeros(4)
    for i in range(4):
        u[i] = x[i % 3] * (u[i - 1] + 1.0)
        if u[i] > limit:
            return u[i] * u[0]
    return np.sum(u)


def repeated_variable(x):
    y = [x[0]] * 3
    y[1] *= x[1]
    return y[0] * y[1] * y[2]


CASES = [
    Case(elements, [(arr(3),)]),
    Case(running_sum, [(arr(3),), (arr(1),)]),
    Case(sweeps_over_a_parameter, [(arr(4),)], writes=True),
    Case(slices_masks_and_another_argument, [(arr(3), arr(3, seed=1))], writes=True),
    Case(items_of_a_list, [(arr(3),)]),
    Case(entries_of_a_dictionary, [(arr(3),)]),
    Case(rows_columns_and_repeated_indices, [(arr(3),)]),
    Case(whole_array, [(arr(3),)], writes=True),
    Case(repeated_list, [(arr(3),)]),
    Case(recurrence_with_branches, [(np.array([0.3, -0.7, 1.1]),)]),
    Case(nonlinear_stencil, [(arr(5),)]),
    Case(whole_slices, [(arr(3),)]),
    Case(thomas, [(arr(3), arr(4) + 4.0, arr(3, seed=1), arr(4, seed=2))], writes=True),
    Case(gauss_seidel, [(arr(3, 3) + 4.0 * np.eye(3), arr(3), arr(3, seed=1))], writes=True),
    Case(cholesky, [(arr(3, 3) * 0.1 + 2.0 * np.eye(3),)], writes=True),
    Case(early_return, [(arr(3) + 1.0, 1.5), (arr(3), 100.0)], argnums=(0,)),
    Case(repeated_variable, [(arr(3),)]),
]
