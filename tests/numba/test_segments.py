"""Compiled loops that run in segments by themselves: the gradient is the one of every step recorded, to the last bit."""
import math

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import ArgnumsError
from tests.transforms import test_checkpoints as loops

numba = pytest.importorskip("numba")

LARGE = np.linspace(0.3, 0.9, 20_000)  # eight steps are a segment


def rebound(u, c, n):
    for _ in range(n):
        u = np.sin(u) * c + u
    return np.sum(u)


def two_states(u, c, n):
    u, v, x = u.copy(), np.cos(u), c
    for t in range(n):
        for i in range(1, len(u) - 1):
            u[i] = 0.9 * u[i] + 0.1 * v[i - 1] * v[i] * x
            v[i] = 0.5 * v[i] * u[i] + 0.01 * t
        x = x * math.cos(x)
    return np.sum(u * v) * x


def from_the_second(u, c, n):
    for t in range(2, n):
        u = np.sin(u * c) + t
    return np.sum(u)


def with_branches(u, c, n):
    u = u.copy()
    for t in range(n):
        for i in range(len(u)):
            if u[i] > 0.5:
                u[i] = math.sin(c * u[i])
            elif t % 2 == 0:
                u[i] = u[i] * u[i]
    return np.sum(u)


def kept_from_the_loop(u, c, n):
    """The carried array is read after the loop, and what it began as, too."""
    v = u * c
    w = v
    for _ in range(n):
        w = np.sin(w) * v
    return np.sum(w * v) * np.sum(w)


def without_state(u, c, n):
    s = 0.0
    for t in range(n):
        for i in range(len(u)):
            s += math.sin(u[i] * t) * c
    return s * s


def loop_after_loop(u, c, n):
    for _ in range(n):
        u = np.sin(u) * c
    v = u
    for _ in range(n // 2):
        v = np.cos(v) * u
    return np.sum(v)


def root_of_pairs(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            r = math.sin(x[i] - x[j])
            s += r * r
    return math.sqrt(s)


def written_afterwards(u, c, n):
    v, w = u * c, np.sin(u)
    for _ in range(n):
        v = np.sin(v * w)
    w[3] = v[3]
    return np.sum(v * w)


OWN = [rebound, two_states, from_the_second, with_branches, kept_from_the_loop, without_state, loop_after_loop, written_afterwards]
SHARED = [loops.updated_in_place, loops.accumulated_elsewhere]


@pytest.mark.parametrize("f", OWN + SHARED, ids=lambda f: f.__name__)
def test_same_gradient(f):
    default, never = (tl.value_and_grad(f, (0, 1), backend="numba", **plan) for plan in ({}, {"checkpoint": "never"}))
    default(LARGE, 0.4, 1)
    for n in (-1, 0, 1, 8, 9, 25, *([450] if "times=" in str(default.source) else [])):
        for a, b in zip(loops.leaves(never(LARGE, 0.4, n)), loops.leaves(default(LARGE, 0.4, n)), strict=True):
            assert np.array_equal(a, b)
    assert "in segments" in str(default.source)
    assert "in segments" not in str(never.source)


def test_nested_loops_of_numbers():
    x = np.linspace(0.0, 1.0, 3000)  # some 700 rows are a segment
    default, never = (tl.grad(root_of_pairs, backend="numba", **plan) for plan in ({}, {"checkpoint": "never"}))
    assert np.array_equal(default(x), never(x))
    assert "in segments" in str(default.source)


def test_the_arguments_are_left_alone():
    u = LARGE.copy()
    tl.grad(loops.updated_in_place, backend="numba")(u, 0.4, 20)
    assert np.array_equal(u, LARGE)


def two_recorded(u, n):
    for i in range(n):
        u = np.sin(u) * u
    return np.sum(u)


def test_arrays_recorded_one_after_the_other_are_recorded_in_one_branch():
    gradient = tl.grad(two_recorded, backend="numba")
    gradient(LARGE, 2)
    assert str(gradient.source).count("if last:") == 1
    assert """
            if last:
                for j in range(len(u)):
                    u_tape[row, j] = u[j]
                for j in range(len(u_1)):
                    u_1_tape[row, j] = u_1[j]
            u = u_1 * u
""" in str(gradient.source)


def test_text():
    gradient = tl.grad(rebound, backend="numba")
    gradient(LARGE, 0.4, 2)
    assert str(gradient.source) == '''\
def rebound_grad(u, c, n):
    """Gradient of rebound with respect to u (test_segments.py:16, reverse mode)."""
    v1 = u.shape[0]
    # in segments, whose tape stays in the cache: the state at the beginning of each is kept, and all but the last run again
    length = segment_length(8 * v1, n, u.nbytes)
    u_tape = np.empty((min(length, max(n, 0)), v1))
    states = []
    for start in range(0, n, length):
        states.append((start, u))
        stop = min(start + length, n)
        last = stop == n
        for k in range(start, stop):
            row = k - start
            if last:
                for i in range(len(u)):
                    u_tape[row, i] = u[i]
            u = np.sin(u) * c + u

    # return np.sum(u)
    u_bar = np.ones_like(u)
    stop = n
    for start, u in reversed(states):
        if stop < n:
            for k in range(start, stop):
                row = k - start
                for i in range(len(u)):
                    u_tape[row, i] = u[i]
                u = np.sin(u) * c + u
        for k in reversed(range(start, stop)):
            row = k - start
            u = u_tape[row]
            # u = np.sin(u) * c + u
            u_bar = u_bar + u_bar * c * np.cos(u)
        stop = start
    return u_bar
'''


def draws(u, c, n):
    for _ in range(n):
        u = np.sin(u) * c + np.random.random()
    return np.sum(u)


def numbers(u, c, n):
    for t in range(n):
        c = math.sin(c) * t
    return c * np.sum(u)


def ends_early(u, c, n):
    u = u.copy()
    for _ in range(n):
        for i in range(len(u)):
            u[i] = math.sin(u[i])
        if u[0] < 0.1:
            break
    return np.sum(u) * c


def costly(u, c, n):
    """A step costs much more than it records."""
    s = 0.0
    for i in range(n):
        for j in range(n):
            x = c
            for k in range(len(u)):
                x += u[k] * i * j
            s += math.tanh(x)
    return s


@pytest.mark.parametrize("f", [draws, numbers, ends_early, costly], ids=lambda f: f.__name__)
def test_every_step_is_recorded(f):
    gradient = tl.grad(f, (0, 1), backend="numba")
    gradient(LARGE[:10], 0.4, 3)
    assert "in segments" not in str(gradient.source)


@pytest.mark.parametrize("plan", [{"checkpoint": "never", "slots": 3}, {"checkpoint": "always"}], ids=str)
def test_what_cannot_be_asked_for(plan):
    with pytest.raises(ArgnumsError):
        tl.grad(rebound, backend="numba", **plan)


def test_without_numba_nothing_is_run_again():
    gradient, never = tl.grad(rebound), tl.grad(rebound, checkpoint="never")
    assert np.array_equal(gradient(LARGE, 0.4, 5), never(LARGE, 0.4, 5))
    assert gradient.source == never.source
