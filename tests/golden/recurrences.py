"""Recurrences, of numbers and over Python's lists, whose derivatives are kept."""
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


def predator_and_prey(a, b, x, y, n):
    """Lotka-Volterra by Heun's method."""
    h = 0.01
    for _ in range(n):
        k1, l1 = a * x - x * y, x * y - b * y
        u, v = x + h * k1, y + h * l1
        k2, l2 = a * u - u * v, u * v - b * v
        x = x + 0.5 * h * (k1 + k2)
        y = y + 0.5 * h * (l1 + l2)
    return x * y


def length_of_orbit(x, c, n):
    """The sum of the squared steps of a map."""
    s = 0.0
    for _ in range(n):
        y = x * x + c
        s += (y - x) ** 2
        x = y
    return s


def product_of_sums(x, lo, hi):
    """By halves."""
    if hi - lo == 1:
        return x[lo]
    middle = (lo + hi) // 2
    return product_of_sums(x, lo, middle) * product_of_sums(x, middle, hi) + x[lo]


def by_halves(x):
    return product_of_sums(x, 0, len(x))


def ratio(u, i):
    try:
        return u[i] / u[i + 1]
    except IndexError:
        return u[i]


def smoothed(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] += 0.5 * ratio(y, i - 1)
    return y[-1] * ratio(x, 0)
