"""Solvers as people write them: sweeps in place, factorizations, integrators, filters."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr, pos

DT = 0.05


def jacobi(a, b):
    """Sweeps over a diagonally dominant system, with two buffers."""
    n = len(b)
    old, new = np.zeros(n), np.zeros(n)
    for _ in range(4):
        for i in range(n):
            s = b[i]
            for j in range(n):
                if j != i:
                    s -= a[i, j] * old[j]
            new[i] = s / (a[i, i] + 4.0)
        old, new = new, old
    return np.sum(old * b)


def gauss_seidel(a, b):
    n = len(b)
    x = np.zeros(n)
    for _ in range(3):
        for i in range(n):
            x[i] = (b[i] - a[i, :i] @ x[:i] - a[i, i + 1:] @ x[i + 1:]) / (a[i, i] + 4.0)
    return np.sum(x**2)


def successive_over_relaxation(a, b, omega):
    x = b.copy()
    for _ in range(3):
        for i in range(len(b)):
            residual = b[i] - np.dot(a[i], x) - 4.0 * x[i]
            x[i] += omega * residual / (a[i, i] + 4.0)
    return np.dot(x, b)


def thomas(lower, diagonal, upper, rhs):
    """The tridiagonal solver, which overwrites its arguments."""
    n = len(rhs)
    for i in range(1, n):
        w = lower[i - 1] / diagonal[i - 1]
        diagonal[i] -= w * upper[i - 1]
        rhs[i] -= w * rhs[i - 1]
    rhs[-1] /= diagonal[-1]
    for i in range(n - 2, -1, -1):
        rhs[i] = (rhs[i] - upper[i] * rhs[i + 1]) / diagonal[i]
    return np.sum(rhs * rhs)


def cholesky_in_place(m):
    n = m.shape[0]
    a = m @ m.T + 2.0 * np.eye(n)
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j] - np.sum(a[j, :j] ** 2))
        for i in range(j + 1, n):
            a[i, j] = (a[i, j] - np.sum(a[i, :j] * a[j, :j])) / a[j, j]
        a[j, j + 1:] = 0.0
    return np.sum(np.log(np.diag(a))) + a[2, 0] * a[2, 1]


def lu_with_pivots(m, b):
    """Gaussian elimination with rows swapped, then back substitution."""
    n = len(b)
    a, y = m.copy(), b.copy()
    for k in range(n):
        p = k + np.argmax(np.abs(a[k:, k]))
        if p != k:
            a[[k, p]] = a[[p, k]]
            y[[k, p]] = y[[p, k]]
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            a[i, k + 1:] -= a[i, k] * a[k, k + 1:]
            y[i] -= a[i, k] * y[k]
    for i in range(n - 1, -1, -1):
        y[i] = (y[i] - a[i, i + 1:] @ y[i + 1:]) / a[i, i]
    return np.sum(y**2) + np.prod(np.diag(a))


def swapped_element_by_element(m):
    a = m.copy()
    n = len(a)
    for k in range(n - 1):
        best = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[best, k]):
                best = i
        for j in range(n):
            a[k, j], a[best, j] = a[best, j], a[k, j]
        for i in range(k + 1, n):
            a[i] -= a[i, k] / a[k, k] * a[k]
    return np.prod(np.diag(a))


def pendulum(state, length):
    return np.array([state[1], -9.81 / length * np.sin(state[0])])


def runge_kutta(state, length):
    """RK4 with a list of states."""
    states = [state]
    for _ in range(4):
        y = states[-1]
        k1 = pendulum(y, length)
        k2 = pendulum(y + 0.5 * DT * k1, length)
        k3 = pendulum(y + 0.5 * DT * k2, length)
        k4 = pendulum(y + DT * k3, length)
        states.append(y + DT / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4))
    return sum(np.sum(s**2) for s in states) + states[2][0] * states[-1][1]


def runge_kutta_history(state, length):
    """The states as rows of an array."""
    history = np.empty((5, 2))
    history[0] = state
    for k in range(4):
        y = history[k]
        middle = y + 0.5 * DT * pendulum(y, length)
        history[k + 1] = y + DT * pendulum(middle, length)
    return np.sum(history[1:] * history[:-1])


def bodies(state, masses):
    """An N-body step through views of positions and velocities."""
    n = len(masses)
    state = state.copy()
    pos, vel = state[:n], state[n:]
    for _ in range(3):
        for i in range(n):
            for j in range(n):
                if i != j:
                    d = pos[j] - pos[i]
                    vel[i] += DT * masses[j] * d / (np.sum(d * d) + 0.1) ** 1.5
        pos += DT * vel
    return np.sum(state * state) + pos[0, 0] * vel[1, 1]


def leapfrog(q, p):
    """The arguments are advanced in place."""
    p -= 0.5 * DT * np.sin(q)
    for _ in range(3):
        q += DT * p
        p -= DT * np.sin(q)
    q += DT * p
    p -= 0.5 * DT * np.sin(q)
    return np.sum(0.5 * p**2 - np.cos(q)) + q[0] * p[1]


def heat(u, alpha):
    """A 2-D stencil with slices, in place."""
    for _ in range(3):
        u[1:-1, 1:-1] += alpha * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1])
        u[0], u[-1] = u[1], u[-2]
    return np.sum(u**3)


def heat_with_two_buffers(u, alpha):
    old, new = u.copy(), u.copy()
    for _ in range(3):
        for i in range(1, 3):
            for j in range(1, 3):
                new[i, j] = old[i, j] + alpha * (old[i + 1, j] + old[i - 1, j] + old[i, j + 1] + old[i, j - 1] - 4.0 * old[i, j])
        old, new = new, old
    return np.sum(old * u)


def convolution(signal, kernel):
    out = np.zeros(len(signal) + len(kernel) - 1)
    for k, w in enumerate(kernel):
        out[k:k + len(signal)] += w * signal
    return np.sum(out**2)


def kalman(z, f, h, q):
    """A filter over the rows of `z`, with matrices."""
    x, p = np.zeros(2), np.eye(2)
    loss = 0.0
    for row in z:
        x = f @ x
        p = f @ p @ f.T + q * np.eye(2)
        innovation = row - h @ x
        s = h @ p @ h.T + 0.5 * np.eye(2)
        gain = p @ h.T @ np.linalg.inv(s)
        x = x + gain @ innovation
        p = (np.eye(2) - gain @ h) @ p
        loss += innovation @ np.linalg.solve(s, innovation)
    return loss + np.trace(p)


def upwind(u, c):
    """Advection with a flux array that is used again."""
    flux = np.zeros(len(u) + 1)
    for _ in range(3):
        flux[1:-1] = c * u[:-1] + 0.1 * u[1:] ** 2
        flux[0] = flux[-2]
        flux[-1] = flux[1]
        u -= 0.2 * np.diff(flux)
    return np.dot(u, u)


def levinson(r):
    """Recursion over reflection coefficients, with the reversed array added to itself."""
    a = np.zeros(4)
    a[0], error = 1.0, r[0] + 4.0
    for k in range(1, 4):
        reflection = -np.dot(a[:k], r[k:0:-1]) / error
        a[:k + 1] += reflection * a[k::-1] if k == 3 else reflection * a[:k + 1][::-1]
        error *= 1.0 - reflection**2
    return error + np.sum(a)


A, B = arr(3, 3, seed=1), arr(3, seed=2)
STATE = np.array([0.6, -0.3])

CASES = [
    Case(jacobi, [(A, B)]),
    Case(gauss_seidel, [(A, B)]),
    Case(successive_over_relaxation, [(A, B, 1.2)]),
    Case(thomas, [(arr(3, seed=3), pos(4, seed=4) + 2.0, arr(3, seed=5), arr(4, seed=6))], writes=True),
    Case(cholesky_in_place, [(A,)]),
    Case(lu_with_pivots, [(A, B)]),
    Case(swapped_element_by_element, [(A,)]),
    Case(runge_kutta, [(STATE, 1.3)]),
    Case(runge_kutta_history, [(STATE, 1.3)]),
    Case(bodies, [(arr(6, 2, seed=7), pos(3, seed=8))]),
    Case(leapfrog, [(arr(2, seed=9), arr(2, seed=10))], writes=True),
    Case(heat, [(arr(4, 4, seed=11), 0.15)], writes=True),
    Case(heat_with_two_buffers, [(arr(4, 4, seed=12), 0.15)]),
    Case(convolution, [(arr(4, seed=13), arr(3, seed=14))]),
    Case(kalman, [(arr(3, 2, seed=15), arr(2, 2, seed=16), arr(2, 2, seed=17), 0.3)]),
    Case(upwind, [(arr(4, seed=18), 0.7)], writes=True),
    Case(levinson, [(arr(4, seed=19),)]),
]
