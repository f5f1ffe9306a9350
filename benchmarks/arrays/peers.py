"""The array programs for autograd and JAX: the same text, with the peer's NumPy; loops become `lax.scan` in JAX."""
from __future__ import annotations

import importlib
from types import FunctionType, ModuleType

from benchmarks.arrays import programs


def rebound(f, np: ModuleType, special: ModuleType):
    """The function with another NumPy."""
    return FunctionType(f.__code__, {**f.__globals__, "np": np, "special": special}, f.__name__)


def by_autograd():
    """{program: argnums -> gradient}; empty where autograd is not installed."""
    try:
        autograd = importlib.import_module("autograd")
    except ImportError:
        return {}
    np, special = importlib.import_module("autograd.numpy"), importlib.import_module("autograd.scipy.special")
    return {f: lambda argnums, f=f: autograd.grad(rebound(f, np, special), argnums) for f in programs.arguments("S")}


def by_jax():
    """{program: argnums -> gradient}; empty where JAX is not installed."""
    try:
        jax = importlib.import_module("jax")
    except ImportError:
        return {}
    jax.config.update("jax_enable_x64", True)
    np, special = jax.numpy, jax.scipy.special
    functions = {f: rebound(f, np, special) for f in programs.arguments("S")} | scanned(jax)
    return {f: lambda argnums, g=g: ready(jax, jax.jit(jax.grad(g, argnums))) for f, g in functions.items()}


def ready(jax, gradient):
    return lambda *args: jax.block_until_ready(gradient(*args))


def scanned(jax):
    """The loops over sequences."""
    np = jax.numpy

    def lstm(w, u, b, xs, t):
        n = t.shape[0]

        def step(state, x):
            h, c = state
            z = w @ x + u @ h + b
            i, f, o = (1.0 / (1.0 + np.exp(-z[k * n:(k + 1) * n])) for k in range(3))
            c = f * c + i * np.tanh(z[3 * n:])
            return (o * np.tanh(c), c), None

        (h, _), _ = jax.lax.scan(step, (np.zeros(n), np.zeros(n)), xs)
        return np.sum((h - t) ** 2)

    def kalman(a, q, h, r, ys):
        def step(state, y):
            m, p, loss = state
            m, p = a @ m, a @ p @ a.T + q
            e, s = y - h @ m, h @ p @ h.T + r
            gain = np.linalg.solve(s, h @ p).T
            loss = loss + 0.5 * (e @ np.linalg.solve(s, e) + np.log(np.linalg.det(s)))
            return (m + gain @ e, p - gain @ h @ p, loss), None

        start = (np.zeros(a.shape[0]), np.eye(a.shape[0]), 0.0)
        return jax.lax.scan(step, start, ys)[0][2]


    return {programs.lstm: lstm, programs.kalman: kalman}
