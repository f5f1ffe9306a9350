"""Roots, minima, integrals and initial value problems of functions that are given to SciPy."""
from __future__ import annotations

import functools
import math

import numpy as np
from scipy import optimize
from scipy.integrate import odeint, quad, solve_ivp

from tests.corpus import Case, arr, pos

TIGHT = {"xtol": 1e-14, "rtol": 1e-14}
FINE = {"rtol": 1e-11, "atol": 1e-12}
GRID = np.linspace(0.0, 0.8, 4)


def cubic(t, p, q=0.5):
    return t ** 3 + q * t - p


def decay(u, t, p):
    return -p * u * (1.0 + t)


def root_of_captured(x, y):
    k = x * y
    return optimize.brentq(lambda t: t ** 3 + t * x - k, -3.0, 3.0, **TIGHT) * y


def root_with_arguments(x, y):
    return optimize.brentq(cubic, -3.0, 3.0, (x, 1.0 + y * y), **TIGHT)


def root_of_partial(x):
    f = functools.partial(cubic, q=x * x + 1.0)
    return optimize.brentq(f, -3.0, 3.0, args=(x,), **TIGHT)


def root_of_array(v):
    def residual(t):
        s = 0.0
        for e in v:
            s = s + math.exp(t * e) - 1.5
        return s

    return optimize.bisect(residual, -4.0, 4.0, xtol=1e-14) * v[0]


def root_in_loop(v):
    s = 0.0
    for i in range(len(v)):
        x = v[i]
        s = s + optimize.brentq(lambda t: t ** 3 + t - x, -3.0, 3.0, **TIGHT) * (i + 1)
    return s


def root_if(x, flag):
    y = x * 2.0
    if flag:
        y = optimize.brentq(lambda t: math.exp(t) - 2.0 - x, -3.0, 3.0, **TIGHT)
    return y * x


def nested_roots(x):
    def inner(a):
        return optimize.brentq(lambda t: t ** 3 + t - a * x, -5.0, 5.0, **TIGHT)

    return inner(inner(x) + 1.0)


def root_within_root(x):
    def outer(s):
        t = optimize.brentq(lambda t: t ** 3 + t - s * x, -5.0, 5.0, **TIGHT)
        return t + s - 1.0

    return optimize.brentq(outer, -3.0, 3.0, **TIGHT)


def chosen_equation(x, flag):
    f = (lambda t: t ** 3 + t - x) if flag else (lambda t: math.sinh(t) - x)
    return optimize.brentq(f, -3.0, 3.0, **TIGHT)


def newton_root(x):
    return optimize.newton(lambda t: t ** 3 + t - x, 0.5, fprime=lambda t: 3.0 * t ** 2 + 1.0, tol=1e-14)


def root_object(x):
    found = optimize.root_scalar(lambda t: t ** 3 + t - x, bracket=(-3.0, 3.0), xtol=1e-14, rtol=1e-14)
    assert found.converged
    return found.root * x


def fixed_point(x):
    return optimize.fixed_point(lambda t, k: k * math.cos(t) * 0.5, 0.5, args=(x,), xtol=1e-14)


def system(v, x):
    def residual(u, p):
        a, b = u
        return [a * a + p * b - 2.0, b + v[0] * a - v[1]]

    found = optimize.root(residual, [1.0, 0.5], args=(x,), tol=1e-14)
    return np.sum(found.x * v)


def system_by_fsolve(v):
    return np.sum(optimize.fsolve(lambda u: u ** 3 + u - v * v, np.ones(3), xtol=1e-14) ** 2)


def minimum(v):
    found = optimize.minimize(lambda t: np.sum((t - v) ** 2) + 0.5 * t[0] * t[1], np.zeros(2), jac=lambda t: (
        2.0 * (t - v) + 0.5 * np.array([t[1], t[0]])), tol=1e-14)
    return np.sum(found.x * v) * found.fun


def minimum_of_one(x):
    found = optimize.minimize_scalar(lambda t: math.cosh(t) - x * t, tol=1e-14)
    return found.x + x * found.fun


def integral(x, y):
    return quad(lambda t: np.sin(t * x) * y, 0.0, y)[0]


def integral_of_array(v, y):
    value, error = quad(lambda t: math.exp(-t) * (v[0] * t + v[1]), y, np.inf)
    return value * y


def integral_of_arrays(v, w, x):
    return quad(lambda t: np.sum(v * t) * np.sum(np.exp(-w * t)) + x * t * v[1], 0.0, 1.0)[0]


def integral_with_arguments(x):
    return quad(cubic, a=x, b=x * x, args=(x,), epsabs=1e-12)[0] + quad(math.exp, 0.0, x)[0]


def double_integral(x):
    return quad(lambda t: quad(lambda s: math.exp(-s * t * x), 0.0, t)[0], 0.0, 1.0)[0]


def trajectory(y0, p):
    y = odeint(decay, y0, GRID, args=(p,), **FINE)
    return np.sum(y[-1] * y[1])


def trajectory_of_lists(x, p):
    def pendulum(t, state):
        angle, speed = state
        return [speed, -p * math.sin(angle)]

    y = odeint(pendulum, [x, 0.1], GRID, tfirst=True, **FINE)
    return y[-1, 0] + y[2, 1]


def trajectory_of_array(y0, k):
    y = odeint(lambda u, t: k @ u - u ** 3, y0, GRID, **FINE)
    return np.sum(y * y)


def ivp_end(y0, p):
    found = solve_ivp(lambda t, u: np.array([u[1], -p * u[0]]), (0.0, 0.7), y0, method="DOP853", **FINE)
    return found.y[0, -1] * found.y[1, -1]


def ivp_times(y0, p):
    found = solve_ivp(decay_first, (0.0, 0.8), y0, t_eval=GRID, args=(p,), **FINE)
    return np.sum(found.y[:, 1:] * found.t[1:])


def decay_first(t, u, p):
    return -p * u * (1.0 + t)


def object_in_loop(x, n):
    found = optimize.root(lambda u: u ** 3 + u - x, [0.5], tol=1e-14)
    total = x
    for k in range(n):
        total = total + found.x[0] * k
    return total


def objects_in_loop(x, n):
    total = 0.0
    for k in range(n):
        found = optimize.root(lambda u: u ** 3 + u - x * (k + 1), [0.5], tol=1e-14)
        moved = solve_ivp(lambda t, u: -x * u, (0.0, 0.5), found.x, **FINE)
        total = total + found.x[0] * moved.y[0, -1]
    return total


def object_in_branch(x, flag):
    found = solve_ivp(lambda t, u: -x * u, (0.0, 0.5), [1.0], **FINE)
    if flag:
        return found.y[0, -1] * x
    return x * x


class Model:
    def __init__(self, k):
        self.k = k
        self.offsets = [k, 2.0 * k]

    def residual(self, t):
        return t ** 3 + self.k * t - self.offsets[1]


def root_of_method(x):
    model = Model(x)
    return optimize.brentq(model.residual, -5.0, 5.0, **TIGHT) * model.k


def root_of_list(x, y):
    p = [x, {"k": y}]
    return optimize.brentq(lambda t: t ** 3 + p[0] * t - p[1]["k"], -5.0, 5.0, **TIGHT)


CASES = [
    Case(object_in_loop, [(0.7, 0), (0.7, 3)]),
    Case(objects_in_loop, [(0.7, 2)]),
    Case(object_in_branch, [(0.7, True), (0.7, False)]),
    Case(root_of_method, [(0.7,)], scalar_only=True),
    Case(root_of_list, [(0.7, 1.3)], scalar_only=True),
    Case(root_of_captured, [(0.7, 1.3)], scalar_only=True),
    Case(root_with_arguments, [(0.7, 1.3)], scalar_only=True),
    Case(root_of_partial, [(0.7,)], scalar_only=True),
    Case(root_of_array, [(pos(3),)]),
    Case(root_in_loop, [(arr(3),)]),
    Case(root_if, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(nested_roots, [(0.7,)], scalar_only=True),
    Case(root_within_root, [(0.7,)], scalar_only=True),
    Case(chosen_equation, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(newton_root, [(0.7,)]),
    Case(root_object, [(0.7,)], scalar_only=True),
    Case(fixed_point, [(0.7,)]),
    Case(system, [(arr(2), 0.7)]),
    Case(system_by_fsolve, [(pos(3),)]),
    Case(minimum, [(arr(2),)], tol=1e-5),
    Case(minimum_of_one, [(0.7,)], tol=1e-3),
    Case(integral, [(0.7, 1.3)]),
    Case(integral_of_array, [(arr(2), 0.7)], order=1),
    Case(integral_of_arrays, [(arr(3), arr(2, seed=2), 0.7)], order=1),
    Case(integral_with_arguments, [(0.7,)]),
    Case(double_integral, [(0.7,)]),
    Case(trajectory, [(arr(2), 0.7)]),
    Case(trajectory_of_lists, [(0.7, 1.3)]),
    Case(trajectory_of_array, [(arr(2), arr(2, 2, seed=3))]),
    Case(ivp_end, [(arr(2), 0.7)]),
    Case(ivp_times, [(arr(2), 0.7)]),
]
