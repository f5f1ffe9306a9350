"""Compiled gradients of loops with checkpoints are the compiled ones without, to the last bit."""
import math

import numpy as np
import pytest

import tangentlite as tl
from tangentlite import schedules

numba = pytest.importorskip("numba")


def burgers(u, nu, steps):
    u = u.copy()
    dx = 1.0 / len(u)
    for _ in range(steps):
        u[1:-1] = u[1:-1] - 0.1 * u[1:-1] * (u[2:] - u[:-2]) + nu * 0.2 / dx * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def by_element(u, nu, steps):
    u = u.copy()
    for _ in range(steps):
        v = u.copy()
        for i in range(1, len(u) - 1):
            u[i] = v[i] - 0.1 * v[i] * (v[i + 1] - v[i - 1]) + nu * (v[i + 1] - 2.0 * v[i] + v[i - 1])
    return np.sum(u * u)


def newton(a, tolerance, most):
    x = a
    for _ in range(most):
        if abs(x * x - a) < tolerance:
            break
        x = 0.5 * (x + a / x)
    return x * math.sin(x)


def halving(x, y, n):
    while x > 0.01 and n > 0:
        x = x * math.sin(y * x) * 1.1
        n -= 1
    return x * y


U = 0.5 + 0.3 * np.sin(2 * np.pi * np.arange(12) / 12)
CASES = [(burgers, U, 1e-3), (by_element, U, 1e-3), (newton, 5.0, 1e-12), (halving, 1.3, 0.9)]
PLANS = [{"checkpoint": "segments"}, {"checkpoint": "segments", "slots": 3}, {"checkpoint": "revolve", "slots": 1},
         {"checkpoint": "revolve", "slots": 3}]


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: "-".join(map(str, p.values())))
@pytest.mark.parametrize(("f", "x", "y"), CASES, ids=lambda v: getattr(v, "__name__", ""))
def test_same_gradient(f, x, y, plan):
    plain, checkpointed = (tl.grad(f, (0, 1), backend="numba", **p) for p in ({}, plan))
    for n in (0, 1, 2, 17):
        for a, b in zip(plain(x, y, n), checkpointed(x, y, n), strict=True):
            assert np.array_equal(a, b)
    assert any(word in str(checkpointed.source) for word in ("in segments", "states"))


def test_schedules_compile():
    choose = numba.njit(lambda start, last, slots: schedules.milestones(start, last, slots))
    tl.grad(newton, backend="numba", **PLANS[3])(5.0, 1e-3, 4)  # makes the helpers known
    for start, last, slots in ((0, 9, 3), (5, 5, 2), (7, 20_000, 30), (0, 10, 1)):
        assert choose(start, last, slots) == schedules.milestones(start, last, slots)
    length = numba.njit(lambda nbytes, steps: schedules.segment_length(nbytes, steps))
    assert length(8_000, 20_000) == schedules.segment_length(8_000, 20_000)
