"""What an iteration of a loop has written, kept or seen when its adjoint runs right after it."""
from __future__ import annotations

import math

import numpy as np
import pytest

import tangentlite as tl

X = np.array([0.3, 1.1, 0.7, 0.2])


def own_buffer(a, x):
    total = 0.0
    for k in range(len(x)):
        work = np.zeros(3)
        for j in range(3):
            work[j] = math.sin(a * x[k] + j)
        first = work[0]
        work[0] = work[1] * first
        total += work[0] * work[2] * first
    return total


def view_of_an_argument(a, x):
    total = 0.0
    for k in range(len(x) - 1):
        part = x[k:k + 2]
        total += math.exp(a * part[0]) * part[1]
    return total


def exchanged(a, x):
    total, u, v = 0.0, x[0], x[1]
    for k in range(len(x)):
        total += math.sin(a * u) * x[k]
        u, v = v, u
    return total


def drawn(a, n):
    rng = np.random.default_rng(0)
    total = 0.0
    for _ in range(n):
        z = rng.normal()
        s = math.exp(a * z)
        total += s * s
    return total / n


def counted_down(a, n):
    total = 0.0
    while n > 0:
        s = math.sin(a * n)
        n -= 1
        total += s * s
    return total


def same_array_twice(x, y):
    total = 0.0
    for k in range(len(x)):
        s = math.sin(x[k]) * y[len(x) - 1 - k]
        total += s * s
    return total


def repeated_indices(a, x):
    total = 0.0
    for k in (0, 1, 1, 0, -1):
        s = math.sin(a * x[k])
        total += s * s
    return total


def nobody_reads(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.sin(a * x[k])
        total += s * s
    return a * 2.0


def keys(a, table):
    total = 0.0
    for key in table:
        s = math.sin(a * table[key])
        total += s * s
    return total


def helper(a, v):
    return math.exp(a * v) * a


def calls(a, x):
    total = 0.0
    for k in range(len(x)):
        s = helper(a, x[k])
        total += s * s
    return total


def of_arrays(w, xs):
    total = 0.0
    for x in xs:
        h = np.tanh(w @ x)
        total += h @ h
    return total


def changed_by_the_loop(x):
    u = x * 1.0
    total = 0.0
    for k in range(1, len(u)):
        u[k] = u[k] * u[k - 1]
        total += math.sin(u[k])
    return total


def changed_elsewhere(x):
    u = x * 1.0
    total = 0.0
    for k in range(len(u) - 1):
        total += math.sin(u[k] * u[k + 1])
        u[k] = 0.0
    return total + np.sum(u)


def flagged(a, x):
    total, last = 0.0, None
    for k in range(len(x)):
        s = math.exp(a * x[k])
        if last is not None:
            total += s * 2.0
        last = k
    return total


def inside_of_a_try(a, x):
    total = 0.0
    try:
        for k in range(len(x)):
            s = math.exp(a * x[k])
            total += s * s
    except ZeroDivisionError:
        total = -1.0
    return total


def with_a_try(a, x):
    total = 0.0
    for k in range(len(x)):
        try:
            s = math.sqrt(x[k] - a)
        except ValueError:
            s = a
        total += s * s * s
    return total


def inside_of_a_with(a, x):
    total = 0.0
    with np.errstate(divide="ignore"):
        for k in range(len(x)):
            s = np.exp(a * x[k])
            total += s * s
    return total


def never_run(x, table):
    """Its tape would hold nothing but whole indices."""
    n = 0
    while n:
        np.add.at(table.T[n], [0, 0, 2], x)
    return np.sum(table * np.arange(9.0).reshape(3, 3)) + x[0]


CASES = [(never_run, (X[:3], np.ones((3, 3)))), (inside_of_a_try, (0.7, X)), (with_a_try, (0.5, X)), (inside_of_a_with, (0.7, X)),
         (own_buffer, (0.7, X)), (view_of_an_argument, (0.7, X)), (exchanged, (0.7, X)), (drawn, (0.7, 5)), (drawn, (0.7, 1)),
         (counted_down, (0.7, 4)), (counted_down, (0.7, 0)), (repeated_indices, (0.7, X)), (nobody_reads, (0.7, X)),
         (keys, (0.7, {"a": 0.3, "b": 0.9})), (calls, (0.7, X)), (of_arrays, (np.ones((2, 2)) * 0.3, np.ones((3, 2)) * 0.7)),
         (changed_by_the_loop, (X,)), (changed_elsewhere, (X,)), (flagged, (0.7, X)), (own_buffer, (0.7, X[:0]))]


def differences(f, args, k):
    """Central differences with respect to a number, or an array, among the arguments."""
    x = np.asarray(args[k], dtype=float)
    made = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        ends = []
        for h in (1e-6, -1e-6):
            moved = x.copy()
            moved[index] += h
            ends.append(f(*args[:k], moved if x.shape else float(moved), *args[k + 1:]))
        made[index] = (ends[0] - ends[1]) / 2e-6
    return made


@pytest.mark.parametrize(("f", "args"), CASES, ids=[f"{f.__name__}-{n}" for n, (f, _) in enumerate(CASES)])
@pytest.mark.parametrize("transform", [tl.grad, tl.value_and_grad])
def test_gradients(f, args, transform):
    wrt = [k for k, a in enumerate(args) if isinstance(a, float) or isinstance(a, np.ndarray) and a.dtype == float]
    found = transform(f, tuple(wrt))(*args)
    if transform is tl.value_and_grad:
        value, found = found
        assert value == f(*args)
    for g, k in zip(found, wrt, strict=True):
        np.testing.assert_allclose(g, differences(f, args, k), rtol=1e-6, atol=1e-8)


def test_the_same_array_twice():
    both = tl.grad(same_array_twice, (0, 1))(X, X)
    np.testing.assert_allclose(both[0], differences(same_array_twice, (X, X), 0), rtol=1e-6)
    np.testing.assert_allclose(both[1], differences(same_array_twice, (X, X), 1), rtol=1e-6)


def test_no_tape():
    for f, args in ((own_buffer, (0.7, X)), (exchanged, (0.7, X)), (calls, (0.7, X)), (counted_down, (0.7, 4))):
        gradient = tl.grad(f)
        gradient(*args)
        assert "    tape = []" not in gradient.source.replace("        tape", "")


def raises_on_the_way(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.sqrt(x[k] - a)
        total += s * s
    return total


def test_errors_of_the_function_are_raised():
    with pytest.raises(ValueError, match="math domain error"):
        tl.grad(raises_on_the_way)(0.5, X)


def after_the_loop(a, x, seen):
    total = 0.0
    for k in range(len(x)):
        s = math.sin(a * x[k])
        seen.append(k)
        total += s * s
    return total * len(seen)


def test_what_waits_for_the_end_of_the_loop():
    seen = []
    assert math.isclose(tl.grad(after_the_loop)(0.7, X, seen), sum(8.0 * math.sin(0.7 * v) * math.cos(0.7 * v) * v for v in X))
