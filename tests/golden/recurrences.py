"""Loops over Python's lists, whose derivatives are kept."""
from __future__ import annotations


def tridiagonal(d, r):
    """The sum of the solution of a system with 1 beside the diagonal, by Thomas' algorithm."""
    c, z = [1.0 / d[0]], [r[0] / d[0]]
    for i in range(1, len(d)):
        m = d[i] - c[i - 1]
        c.append(1.0 / m)
        z.append((r[i] - z[i - 1]) / m)
    x = z[-1]
    s = x
    for i in range(len(d) - 2, -1, -1):
        x = z[i] - c[i] * x
        s += x
    return s
