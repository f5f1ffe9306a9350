"""Loops over arrays, with branches, exits and updates in place, whose derivatives are kept."""
from __future__ import annotations

import math

import numpy as np


def huber(x, d):
    """Squares of small elements, absolute values of large ones."""
    s = 0.0
    for i in range(len(x)):
        r = abs(x[i])
        if r < d:
            s += 0.5 * r * r
        else:
            s += d * (r - 0.5 * d)
    return s


def until_large(x, t):
    """The sum of squares before the first element that is larger than `t`."""
    s = 0.0
    for i in range(len(x)):
        if x[i] > t:
            break
        s += x[i] ** 2
    return s


def passage(x, t):
    """When a walk first gets above `t`."""
    s = 0.0
    for i in range(len(x)):
        step = math.exp(x[i])
        if s + step > t:
            return i + (t - s) / step
        s += step
    return len(x)


def skipping(x):
    """The product of the positive elements."""
    p = 1.0
    for v in x:
        if v <= 0.0:
            continue
        p *= v
    return p


def square_root(x):
    """By Newton's method."""
    y = 0.5 * (1.0 + x)
    while abs(y * y - x) > 1e-12 * x:
        y = 0.5 * (y + x / y)
    return y


def sweep(u, n):
    """A non-linear relaxation, in place."""
    u = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * u[i] + 0.25 * u[i - 1] * u[i + 1]
    return np.sum(u * u)


def heat(u, k, n):
    """Explicit steps of the heat equation, by slices."""
    u = u.copy()
    for _ in range(n):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u @ u


def largest_eigenvalue(a, n):
    """Power iteration."""
    v = np.ones(len(a))
    for _ in range(n):
        w = a @ v
        v = w / np.sqrt(w @ w)
    return v @ a @ v


def attract(x, m):
    """The potential of points on a line."""
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e -= m[i] * m[j] / math.sqrt(d * d + 0.01)
    return e


def cumulative(x):
    """Sums of squares up to every element."""
    y = np.zeros(len(x))
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2
        y[i] = s
    return np.sum(np.log(1.0 + y))


def trapezoid(a, b, n):
    """An integral of a sine."""
    h = (b - a) / n
    s = 0.5 * (math.sin(a) + math.sin(b))
    for k in range(1, n):
        s += math.sin(a + k * h)
    return s * h


def plane(u, c, n):
    """Steps of the heat equation on a plane, in two arrays."""
    v = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = u[i, j] + c * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = v[i, j]
    return np.sum(u * u)
