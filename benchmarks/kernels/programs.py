"""Loop kernels as users write them, with arguments. None of them writes its arguments, which may then be used again."""
from __future__ import annotations

import math

import numpy as np


def logistic(r, x, n):
    for _ in range(n):
        x = r * x * (1.0 - x)
    return x


def power(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


def lotka(x, y, a, b, c, d, dt, n):
    for _ in range(n):
        k1x = a * x - b * x * y
        k1y = d * x * y - c * y
        x2 = x + 0.5 * dt * k1x
        y2 = y + 0.5 * dt * k1y
        k2x = a * x2 - b * x2 * y2
        k2y = d * x2 * y2 - c * y2
        x = x + dt * k2x
        y = y + dt * k2y
    return x + y


def lorenz(s, r, b, x, y, z, dt, n):
    for _ in range(n):
        dx = s * (y - x)
        dy = x * (r - z) - y
        dz = x * y - b * z
        x = x + dt * dx
        y = y + dt * dy
        z = z + dt * dz
    return x + y + z


def thomas(a, b, c, d):
    n = len(d)
    p = np.zeros(n)
    q = np.zeros(n)
    x = np.zeros(n)
    p[0] = c[0] / b[0]
    q[0] = d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * p[i - 1]
        p[i] = c[i] / m
        q[i] = (d[i] - a[i] * q[i - 1]) / m
    x[n - 1] = q[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = q[i] - p[i] * x[i + 1]
    s = 0.0
    for i in range(n):
        s += x[i] * x[i]
    return s


def stencil(u0, n):
    u = u0.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * u[i] + 0.25 * u[i - 1] * u[i + 1]
    s = 0.0
    for i in range(len(u)):
        s += u[i] * u[i]
    return s


def heat2d(u0, n):
    u = u0.copy()
    v = u0.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = 0.6 * u[i, j] + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = v[i, j]
    return np.sum(u * u)


def heat3d(u0, n):
    u = u0.copy()
    v = u0.copy()
    m = u.shape[0]
    for _ in range(n):
        for i in range(1, m - 1):
            for j in range(1, m - 1):
                for k in range(1, m - 1):
                    v[i, j, k] = 0.4 * u[i, j, k] + 0.1 * (u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k]
                                                           + u[i, j, k - 1] + u[i, j, k + 1])
        for i in range(1, m - 1):
            for j in range(1, m - 1):
                for k in range(1, m - 1):
                    u[i, j, k] = v[i, j, k]
    return np.sum(u * u)


def nbody(p0, v0, m, dt, steps):
    p = p0.copy()
    v = v0.copy()
    n = p.shape[0]
    for _ in range(steps):
        for i in range(n):
            ax = 0.0
            ay = 0.0
            for j in range(n):
                if i != j:
                    dx = p[j, 0] - p[i, 0]
                    dy = p[j, 1] - p[i, 1]
                    r2 = dx * dx + dy * dy + 1e-3
                    w = m[j] / (r2 * math.sqrt(r2))
                    ax += w * dx
                    ay += w * dy
            v[i, 0] += dt * ax
            v[i, 1] += dt * ay
        for i in range(n):
            p[i, 0] += dt * v[i, 0]
            p[i, 1] += dt * v[i, 1]
    return np.sum(p * p)


def chain(a, b):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            c = 0.0
            for k in range(a.shape[1]):
                c += a[i, k] * b[k, j]
            s += math.tanh(c)
    return s


def griewank(x):
    s = 0.0
    p = 1.0
    for i in range(len(x)):
        s += x[i] * x[i]
        p *= math.cos(x[i] / math.sqrt(i + 1.0))
    return s / 4000.0 - p + 1.0


def seidel2d(u0, n):
    u = u0.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = (u[i - 1, j - 1] + u[i - 1, j] + u[i - 1, j + 1] + u[i, j - 1] + u[i, j] + u[i, j + 1]
                           + u[i + 1, j - 1] + u[i + 1, j] + u[i + 1, j + 1]) / 9.0
    return np.sum(u * u)


def heston(s0, v0, kappa, theta, xi, rho, dt, strike, z1, z2):
    total = 0.0
    other = math.sqrt(1.0 - rho * rho)
    root = math.sqrt(dt)
    for p in range(z1.shape[0]):
        s = s0
        v = v0
        for t in range(z1.shape[1]):
            w = math.sqrt(max(v, 1e-6))
            dw = rho * z1[p, t] + other * z2[p, t]
            s = s * math.exp(-0.5 * w * w * dt + w * root * z1[p, t])
            v = v + kappa * (theta - w * w) * dt + xi * w * root * dw
        total += max(s - strike, 0.0)
    return total / z1.shape[0]


def burgers(u0, nu, dt, dx, n):
    u = u0.copy()
    v = u0.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] - dt / dx * u[i] * (u[i] - u[i - 1]) + nu * dt / (dx * dx) * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def arguments(scale: float = 1.0):
    """What every kernel is measured on: (arguments, differentiated positions); `scale` shortens the loops."""
    rng = np.random.default_rng(0)

    def n(size):
        return max(4, int(size * scale))

    line, grid, cube = rng.random(n(2000)), rng.random((n(100), n(100))), rng.random((n(24),) * 3)
    square = rng.random((n(60), n(60))) / n(60)
    stars = [rng.random((n(40), 2)), rng.random((n(40), 2)), rng.random(n(40))]
    noise = [rng.normal(size=(n(100), n(100))) for _ in range(2)]
    return {
        logistic: ((3.0, 0.2, n(10_000)), (0, 1)),
        power: ((1.0001, n(10_000)), (0,)),
        lotka: ((1.0, 1.0, 0.1, 0.2, 0.3, 0.4, 0.01, n(10_000)), (0, 1, 2, 3, 4, 5)),
        lorenz: ((10.0, 28.0, 2.7, 1.0, 1.0, 1.0, min(1e-3, 2.0 / n(10_000)), n(10_000)), (0, 1, 2, 3, 4, 5)),
        thomas: ((line, line + 3.0, line[::-1].copy(), line), (0, 1, 2, 3)),
        stencil: ((line + 0.1, n(50)), (0,)),
        heat2d: ((grid, n(20)), (0,)),
        heat3d: ((cube, n(10)), (0,)),
        nbody: ((*stars, 0.003, n(10)), (0, 1, 2)),
        chain: ((square, square.T.copy()), (0, 1)),
        griewank: ((line,), (0,)),
        seidel2d: ((grid, n(20)), (0,)),
        heston: ((1.0, 0.04, 1.5, 0.05, 0.3, -0.6, 0.01, 1.02, *noise), (0, 1, 2, 3, 4, 5)),
        burgers: ((line, 0.01, min(1e-3, 40.0 / n(2000) ** 2), 1.0 / n(2000), n(200)), (0, 1)),
    }
