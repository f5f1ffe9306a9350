"""Memory that several names see: aliases, views, containers, memory written by callees and across iterations."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])


def alias(x):
    u = x * 2.0
    v = u
    v[0] = x[1] * x[2]
    return np.sum(u * u)


def view_write(x):
    A = np.outer(x, x)
    r = A[1]
    r[0] = x[2] ** 3
    r += x
    return np.sum(A * A)


def base_write(x):
    A = np.outer(x, x)
    r = A[1]
    A[1, 2] = x[0]
    return np.sum(r * r)


def column(x):
    A = np.outer(x, x)
    c = A[:, 1]
    c[2] = x[0] * 3.0
    c[1:] = x[:2]
    return np.sum(A * A) + c[0]


def transposed(x):
    A = np.outer(x, x + 1.0)
    B = A.T
    B[0, 2] = x[0] * 5.0
    return np.sum(A * A) + np.sum(B[1])


def swapping(x):
    u, v = x * 1.0, x * 2.0
    for k in range(3):
        v[0] = u[1] * u[2]
        u, v = v, u
    return np.sum(u) + np.sum(v * v)


def in_loop_view(x):
    A = np.outer(x, x)
    for i in range(3):
        row = A[i]
        for j in range(3):
            row[j] = row[j] * x[j]
    return np.sum(A * A) + np.sum(row)


def kept_view(x):
    A = np.outer(x, x)
    row = A[0]
    for i in range(2):
        A[0, i] = A[0, i] * x[i] + row[2]
    return np.sum(row * row)


def written_through_view_in_loop(x):
    A = np.outer(x, x)
    row = A[0]
    for i in range(2):
        row[i] = row[i + 1] * x[i]
    return np.sum(A * A)


def callee_write(a, k):
    a[k] = a[k] * a[k]
    a += 1.0


def mutating_callee(x):
    u = x * 2.0
    callee_write(u, 0)
    for k in range(2):
        callee_write(u, k)
    return np.sum(u * u)


def argument(x):
    x[0] = x[1] * x[2]
    y = x
    y[1] = 3.0 * y[0]
    return np.sum(x * x)


def branch_alias(x):
    u = x * 1.0
    v = u
    if x[0] > 0:
        v[1] = x[0] ** 2
    else:
        u[2] = x[1]
    return np.sum(u * v)


def dp(x):
    g = [[0.0] * 3 for _ in range(3)]
    g[0][0] = x[0]
    for i in range(1, 3):
        for j in range(1, 3):
            g[i][j] = g[i - 1][j - 1] * x[i] + g[i][j - 1] + x[j]
    return g[2][2] + g[1][1]


def rows_of_arrays(x):
    rows = []
    for i in range(3):
        u = np.zeros(3)
        for j in range(3):
            u[j] = x[i] * x[j] ** 2
        rows.append(u)
    return np.sum(np.stack(rows) ** 2)


def counter(x):
    total = 0.0
    def add(v):
        nonlocal total
        total = total + v * x
    for k in range(3):
        add(k * x)
    return total


def nonlocal_array(x):
    u = x * 1.0
    def scale(k):
        u[k] = u[k] * x[0]
    for k in range(3):
        scale(k)
    return np.sum(u)


def same_twice(x):
    u = x * 1.0
    def both(a, b):
        a[0] = b[1] * b[0]
        return b[0] * a[0]
    return both(u, u)


def raveled(x):
    A = np.zeros((2, 3))
    f = A.ravel()
    f[1:4] = x
    A[1] *= x
    return np.sum(f * f) + A[0, 2]


def reslice(x):
    u = x * 1.0
    w = u[1:]
    w *= u[:-1]
    return np.sum(u * u) + w[0]


def thomas(x):
    n = 3
    b = x + 3.0
    d = x * x
    c = np.ones(3) * 0.5
    for i in range(1, n):
        w = c[i - 1] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    d[n - 1] /= b[n - 1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]
    return np.sum(d)


def cholesky(x):
    A = np.outer(x, x) + 3.0 * np.eye(3)
    n = 3
    for j in range(n):
        for k in range(j):
            A[j, j] -= A[j, k] ** 2
        A[j, j] = np.sqrt(A[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                A[i, j] -= A[i, k] * A[j, k]
            A[i, j] /= A[j, j]
    return np.sum(np.tril(A))


CASES = [
    Case(alias, [(X,)]),
    Case(view_write, [(X,)]),
    Case(base_write, [(X,)]),
    Case(column, [(X,)]),
    Case(transposed, [(X,)]),
    Case(swapping, [(X,)]),
    Case(in_loop_view, [(X,)]),
    Case(kept_view, [(X,)]),
    Case(written_through_view_in_loop, [(X,)]),
    Case(mutating_callee, [(X,)]),
    Case(argument, [(X,)], writes=True),
    Case(branch_alias, [(X,)]),
    Case(dp, [(X,)]),
    Case(rows_of_arrays, [(X,)]),
    Case(counter, [(0.7,)], scalar_only=True),
    Case(nonlocal_array, [(X,)]),
    Case(same_twice, [(X,)]),
    Case(raveled, [(X,)]),
    Case(reslice, [(X,)]),
    Case(thomas, [(X,)]),
    Case(cholesky, [(X,)]),
]
