"""The gradients of the kernels as one writes them by hand: what is needed is kept in arrays, the rest computed again."""
from __future__ import annotations

import math

import numpy as np


def logistic(r, x, n):
    tape = np.empty(n)
    for i in range(n):
        tape[i] = x
        x = r * x * (1.0 - x)
    x_bar, r_bar = 1.0, 0.0
    for i in range(n - 1, -1, -1):
        x = tape[i]
        r_bar += x_bar * x * (1.0 - x)
        x_bar = x_bar * r * (1.0 - 2.0 * x)
    return r_bar, x_bar


def power(x, n):
    tape = np.empty(n)
    k, r = 0, 1.0
    while n > 0:
        tape[k] = r
        r = r * x
        n -= 1
        k += 1
    r_bar, x_bar = 1.0, 0.0
    while k > 0:
        k -= 1
        x_bar += r_bar * tape[k]
        r_bar = r_bar * x
    return x_bar


def lotka(x, y, a, b, c, d, dt, n):
    xs, ys = np.empty(n), np.empty(n)
    for i in range(n):
        xs[i], ys[i] = x, y
        x2 = x + 0.5 * dt * (a * x - b * x * y)
        y2 = y + 0.5 * dt * (d * x * y - c * y)
        x = x + dt * (a * x2 - b * x2 * y2)
        y = y + dt * (d * x2 * y2 - c * y2)
    xb, yb, ab, bb, cb, db = 1.0, 1.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n - 1, -1, -1):
        x, y = xs[i], ys[i]
        x2 = x + 0.5 * dt * (a * x - b * x * y)
        y2 = y + 0.5 * dt * (d * x * y - c * y)
        kx, ky = dt * xb, dt * yb
        ab += kx * x2
        bb -= kx * x2 * y2
        db += ky * x2 * y2
        cb -= ky * y2
        x2b = kx * (a - b * y2) + ky * d * y2
        y2b = ky * (d * x2 - c) - kx * b * x2
        hx, hy = 0.5 * dt * x2b, 0.5 * dt * y2b
        ab += hx * x
        bb -= hx * x * y
        db += hy * x * y
        cb -= hy * y
        xb += x2b + hx * (a - b * y) + hy * d * y
        yb += y2b + hy * (d * x - c) - hx * b * x
    return xb, yb, ab, bb, cb, db


def lorenz(s, r, b, x, y, z, dt, n):
    xs, ys, zs = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        xs[i], ys[i], zs[i] = x, y, z
        dx, dy, dz = s * (y - x), x * (r - z) - y, x * y - b * z
        x, y, z = x + dt * dx, y + dt * dy, z + dt * dz
    sb, rb, bb, xb, yb, zb = 0.0, 0.0, 0.0, 1.0, 1.0, 1.0
    for i in range(n - 1, -1, -1):
        x, y, z = xs[i], ys[i], zs[i]
        dx, dy, dz = dt * xb, dt * yb, dt * zb
        sb += dx * (y - x)
        rb += dy * x
        bb -= dz * z
        xb += dy * (r - z) + dz * y - dx * s
        yb += dx * s - dy + dz * x
        zb -= dy * x + dz * b
    return sb, rb, bb, xb, yb, zb


def thomas(a, b, c, d):
    n = len(d)
    p, q, x = np.zeros(n), np.zeros(n), np.zeros(n)
    p[0], q[0] = c[0] / b[0], d[0] / b[0]
    for i in range(1, n):
        m = b[i] - a[i] * p[i - 1]
        p[i] = c[i] / m
        q[i] = (d[i] - a[i] * q[i - 1]) / m
    x[n - 1] = q[n - 1]
    for i in range(n - 2, -1, -1):
        x[i] = q[i] - p[i] * x[i + 1]
    ab, bb, cb, db = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    pb, qb, xb = np.zeros(n), np.zeros(n), 2.0 * x
    for i in range(n - 1):
        qb[i] = xb[i]
        pb[i] = -xb[i] * x[i + 1]
        xb[i + 1] -= xb[i] * p[i]
    qb[n - 1] = xb[n - 1]
    for i in range(n - 1, 0, -1):
        m = b[i] - a[i] * p[i - 1]
        t, u = qb[i] / m, pb[i] / m
        mb = -t * q[i] - u * p[i]
        db[i] = t
        qb[i - 1] -= t * a[i]
        cb[i] = u
        bb[i] = mb
        ab[i] = -t * q[i - 1] - mb * p[i - 1]
        pb[i - 1] -= mb * a[i]
    db[0], cb[0] = qb[0] / b[0], pb[0] / b[0]
    bb[0] = -(qb[0] * q[0] + pb[0] * p[0]) / b[0]
    return ab, bb, cb, db


def stencil(u0, n):
    u, m = u0.copy(), len(u0)
    tape = np.empty((n, m))
    for t in range(n):
        for i in range(1, m - 1):
            tape[t, i] = u[i]
            u[i] = 0.5 * u[i] + 0.25 * u[i - 1] * u[i + 1]
    ub = 2.0 * u
    for t in range(n - 1, -1, -1):
        for i in range(m - 2, 0, -1):
            g = ub[i]
            ub[i] = 0.5 * g
            ub[i - 1] += 0.25 * g * u[i + 1]
            ub[i + 1] += 0.25 * g * u[i - 1]
            u[i] = tape[t, i]
    return ub


def heat2d(u0, n):
    u, v = u0.copy(), u0.copy()
    rows, columns = u.shape
    for _ in range(n):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                v[i, j] = 0.6 * u[i, j] + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                u[i, j] = v[i, j]
    ub = 2.0 * u
    for _ in range(n):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                v[i, j] = ub[i, j]
                ub[i, j] = 0.0
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                g = v[i, j]
                ub[i, j] += 0.6 * g
                ub[i - 1, j] += 0.1 * g
                ub[i + 1, j] += 0.1 * g
                ub[i, j - 1] += 0.1 * g
                ub[i, j + 1] += 0.1 * g
    return ub


def heat3d(u0, n):
    u, v = u0.copy(), u0.copy()
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
    ub = 2.0 * u
    for _ in range(n):
        for i in range(1, m - 1):
            for j in range(1, m - 1):
                for k in range(1, m - 1):
                    v[i, j, k] = ub[i, j, k]
                    ub[i, j, k] = 0.0
        for i in range(1, m - 1):
            for j in range(1, m - 1):
                for k in range(1, m - 1):
                    g = v[i, j, k]
                    ub[i, j, k] += 0.4 * g
                    ub[i - 1, j, k] += 0.1 * g
                    ub[i + 1, j, k] += 0.1 * g
                    ub[i, j - 1, k] += 0.1 * g
                    ub[i, j + 1, k] += 0.1 * g
                    ub[i, j, k - 1] += 0.1 * g
                    ub[i, j, k + 1] += 0.1 * g
    return ub


def nbody(p0, v0, m, dt, steps):
    p, v = p0.copy(), v0.copy()
    n = p.shape[0]
    tape = np.empty((steps, n, 2))
    for t in range(steps):
        tape[t] = p
        for i in range(n):
            ax, ay = 0.0, 0.0
            for j in range(n):
                if i != j:
                    dx, dy = p[j, 0] - p[i, 0], p[j, 1] - p[i, 1]
                    r2 = dx * dx + dy * dy + 1e-3
                    w = m[j] / (r2 * math.sqrt(r2))
                    ax += w * dx
                    ay += w * dy
            v[i, 0] += dt * ax
            v[i, 1] += dt * ay
        for i in range(n):
            p[i, 0] += dt * v[i, 0]
            p[i, 1] += dt * v[i, 1]
    pb, vb, mb = 2.0 * p, np.zeros((n, 2)), np.zeros(n)
    for t in range(steps - 1, -1, -1):
        p = tape[t]
        for i in range(n):
            vb[i, 0] += dt * pb[i, 0]
            vb[i, 1] += dt * pb[i, 1]
        for i in range(n):
            ax, ay = dt * vb[i, 0], dt * vb[i, 1]
            for j in range(n):
                if i != j:
                    dx, dy = p[j, 0] - p[i, 0], p[j, 1] - p[i, 1]
                    r2 = dx * dx + dy * dy + 1e-3
                    u = 1.0 / (r2 * math.sqrt(r2))
                    w = m[j] * u
                    wb = ax * dx + ay * dy
                    mb[j] += wb * u
                    rb = -1.5 * wb * w / r2
                    gx, gy = ax * w + 2.0 * rb * dx, ay * w + 2.0 * rb * dy
                    pb[j, 0] += gx
                    pb[j, 1] += gy
                    pb[i, 0] -= gx
                    pb[i, 1] -= gy
    return pb, vb, mb


def chain(a, b):
    ab, bb = np.zeros(a.shape), np.zeros(b.shape)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            c = 0.0
            for k in range(a.shape[1]):
                c += a[i, k] * b[k, j]
            y = math.tanh(c)
            g = 1.0 - y * y
            for k in range(a.shape[1]):
                ab[i, k] += g * b[k, j]
                bb[k, j] += g * a[i, k]
    return ab, bb


def griewank(x):
    n = len(x)
    tape = np.empty(n)
    p = 1.0
    for i in range(n):
        tape[i] = p
        p *= math.cos(x[i] / math.sqrt(i + 1.0))
    xb, pb = np.empty(n), -1.0
    for i in range(n - 1, -1, -1):
        r = math.sqrt(i + 1.0)
        a = x[i] / r
        xb[i] = x[i] / 2000.0 - pb * tape[i] * math.sin(a) / r
        pb = pb * math.cos(a)
    return xb


def seidel2d(u0, n):
    u = u0.copy()
    rows, columns = u.shape
    for _ in range(n):
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                u[i, j] = (u[i - 1, j - 1] + u[i - 1, j] + u[i - 1, j + 1] + u[i, j - 1] + u[i, j] + u[i, j + 1]
                           + u[i + 1, j - 1] + u[i + 1, j] + u[i + 1, j + 1]) / 9.0
    ub = 2.0 * u
    for _ in range(n):
        for i in range(rows - 2, 0, -1):
            for j in range(columns - 2, 0, -1):
                g = ub[i, j] / 9.0
                ub[i, j] = g
                ub[i - 1, j - 1] += g
                ub[i - 1, j] += g
                ub[i - 1, j + 1] += g
                ub[i, j - 1] += g
                ub[i, j + 1] += g
                ub[i + 1, j - 1] += g
                ub[i + 1, j] += g
                ub[i + 1, j + 1] += g
    return ub


def heston(s0, v0, kappa, theta, xi, rho, dt, strike, z1, z2):
    paths, steps = z1.shape
    ss, vs = np.empty(steps), np.empty(steps)
    other, root = math.sqrt(1.0 - rho * rho), math.sqrt(dt)
    s0b, v0b, kb, tb, xb, rb, ob = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for p in range(paths):
        s, v = s0, v0
        for t in range(steps):
            ss[t], vs[t] = s, v
            w = math.sqrt(max(v, 1e-6))
            dw = rho * z1[p, t] + other * z2[p, t]
            s = s * math.exp(-0.5 * w * w * dt + w * root * z1[p, t])
            v = v + kappa * (theta - w * w) * dt + xi * w * root * dw
        sb, vb = (1.0 / paths if s > strike else 0.0), 0.0
        for t in range(steps - 1, -1, -1):
            w = math.sqrt(max(vs[t], 1e-6))
            dw = rho * z1[p, t] + other * z2[p, t]
            growth = math.exp(-0.5 * w * w * dt + w * root * z1[p, t])
            eb = sb * ss[t] * growth
            wb = eb * (root * z1[p, t] - w * dt) + vb * (xi * root * dw - 2.0 * kappa * w * dt)
            kb += vb * (theta - w * w) * dt
            tb += vb * kappa * dt
            xb += vb * w * root * dw
            db = vb * xi * w * root
            rb += db * z1[p, t]
            ob += db * z2[p, t]
            sb = sb * growth
            if vs[t] > 1e-6:
                vb += 0.5 * wb / w
        s0b += sb
        v0b += vb
    return s0b, v0b, kb, tb, xb, rb - ob * rho / other


def burgers(u0, nu, dt, dx, n):
    u, v, m = u0.copy(), u0.copy(), len(u0)
    tape = np.empty((n, m))
    c, d = dt / dx, dt / (dx * dx)
    for t in range(n):
        tape[t] = u
        for i in range(1, m - 1):
            v[i] = u[i] - c * u[i] * (u[i] - u[i - 1]) + nu * d * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        for i in range(1, m - 1):
            u[i] = v[i]
    ub, vb, nub = 2.0 * u, np.zeros(m), 0.0
    for t in range(n - 1, -1, -1):
        for i in range(1, m - 1):
            vb[i] = ub[i]
            ub[i] = 0.0
        u = tape[t]
        for i in range(1, m - 1):
            g = vb[i]
            h = nu * d * g
            nub += d * g * (u[i + 1] - 2.0 * u[i] + u[i - 1])
            ub[i] += g - c * g * (2.0 * u[i] - u[i - 1]) - 2.0 * h
            ub[i - 1] += c * g * u[i] + h
            ub[i + 1] += h
    return ub, nub
