"""Loop kernels, in plain Python; the tests compile them."""
import math

import numpy as np

from benchmarks.kernels.programs import chain, logistic, power


def stencil(u, n):
    for _ in range(n):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * u[i] + 0.25 * u[i - 1] * u[i + 1]
    s = 0.0
    for i in range(len(u)):
        s += u[i] * u[i]
    return s


def triangle(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            d = x[i] - x[j]
            if d > 0.0:
                r = math.sqrt(d + 1.0)
                s += r * d
    return s


def until(x, tol):
    y = x
    for k in range(100):
        if y < tol:
            break
        y = y * (0.5 + 0.1 * math.sin(y + k))
    return y * x


def matvec(a, x):
    for _ in range(3):
        x = np.tanh(np.dot(a, x))
    return np.sum(x * x)


def backwards(x):
    y = 0.0
    for i in range(len(x) - 1, -1, -2):
        y = math.sin(y + x[i])
    return y


def bisect(x):
    """A branch that keeps what only its own adjoint needs, in a loop."""
    y = x
    for _ in range(6):
        if y > 1.0:
            e = math.exp(-y)
            y = e * y
        else:
            q = y * y
            y = q + 0.9
    return y


def pairs(x, v):
    """Two loops in a row over the same array, the second after it was written."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * v
    for i in range(1, len(x)):
        y[i] += y[i - 1] * x[i]
    return y[len(x) - 1]


def diffuse(u, n):
    """Slices of two dimensions, with rows recorded."""
    u = u.copy()
    for _ in range(n):
        u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]) * u[1:-1, 1:-1]
    return np.sum(u * u)


def nested_search(x, n):
    """Loops of unknown length in one of known length."""
    s = 0.0
    for i in range(n):
        y = x[i % len(x)]
        while y > 0.1:
            y = y * math.sin(y)
            s += y
    return s


rng = np.random.default_rng(0)
u, a = np.linspace(0.1, 1.0, 8), rng.normal(size=(4, 4))
ALL = [
    (logistic, (3.5, 0.2, 5), (0, 1)),
    (power, (2.0, 3), 0),
    (power, (2.0, 0), 0),
    (stencil, (u, 3), 0),
    (stencil, (u, 0), 0),
    (chain, (a, a + 1.0), (0, 1)),
    (triangle, (a.ravel(),), 0),
    (until, (3.0, 0.1), 0),
    (matvec, (a, u[:4]), (0, 1)),
    (backwards, (u,), 0),
    (diffuse, (a + 1.0, 3), 0),
    (nested_search, (u, 5), 0),
    (power, (1.0001, 3000), 0),
    (bisect, (1.3,), 0),
    (pairs, (u, 1.5), (0, 1)),
]
