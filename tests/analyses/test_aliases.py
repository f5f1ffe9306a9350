"""Which arrays are different memory in every iteration: what may be updated without a copy, and what may not."""
import inspect
import re

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus import swapped_buffers as corpus

U = np.array([0.7, -0.3, 1.1, 0.4])


def whole_copies(f, *args):
    """How many lines inside of loops copy a whole array, but for those that `f` writes itself."""
    gradient = tl.grad(f)
    gradient(*args)
    lines = str(gradient.source).splitlines()
    own = inspect.getsource(f)
    return sum(bool(re.search(r"^ {8,}\w+ = \w+\.copy\(\)$", line)) and line.strip() not in own for line in lines)


@pytest.mark.parametrize("f", [corpus.swapped, corpus.rotated, corpus.made_anew, corpus.swapped_in_some, corpus.exchanged_inside,
                               corpus.as_adjoint, corpus.previous])
def test_what_loops_exchange_is_updated_in_place(f):
    assert whole_copies(f, U, 0.7, 3) == 0


def test_a_copy_is_made_once_before_the_loop():
    def f(u, w, n):
        v = w * 1.0
        first = v
        for k in range(n):
            v[k] = u[k] * first[0]
        return np.sum(v * first)

    gradient = tl.grad(f, (0, 1))
    found = gradient(U, U * 2.0, 3)
    source = str(gradient.source)
    assert not re.search(r"^ {8,}\w+ = \w+\.copy\(\)$", source, re.M), source
    h = 1e-6
    for g, e in zip(found[0], np.eye(4), strict=True):
        assert g == pytest.approx((f(U + h * e, U * 2.0, 3) - f(U - h * e, U * 2.0, 3)) / (2 * h), rel=1e-6, abs=1e-9)


def recorded(u, c, n):
    for _ in range(n):
        v = np.zeros_like(u)
        v[1:] = u[:-1] * c
        u = u * v + v
    return np.sum(u)


def recorded_in_parts(u, c, n):
    for _ in range(n):
        v = np.zeros(len(u))
        for i in range(len(u)):
            v[i] = c * u[i]
        v[0] = v[1] * c
        u = np.sin(v) * u
    return np.sum(u)


def kept_by_itself(u, c, n):
    """What is kept is written later: the list must hold both."""
    rows = []
    for _ in range(n):
        v = np.zeros_like(u)
        v[0] = u[1] * c
        rows.append(v.copy())
        v[1] = u[0] * c
        rows.append(v)
        u = u * v + c
    total = 0.0
    for row in rows:
        total = total + np.sum(row * row)
    return total + np.sum(u)


def check(f, *args):
    found = tl.grad(f)(*args)
    for g, e in zip(found, np.eye(len(args[0])), strict=True):
        assert g == pytest.approx((f(args[0] + 1e-6 * e, *args[1:]) - f(args[0] - 1e-6 * e, *args[1:])) / 2e-6, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("f", [recorded, recorded_in_parts])
def test_what_a_tape_takes_at_the_end_of_an_iteration_is_filled_in_place(f):
    assert whole_copies(f, U, 0.7, 3) == 0
    check(f, U, 0.7, 3)


def recorded_between(u, c, n):
    """The array is recorded as it is between two writes: one of them has to copy."""
    for _ in range(n):
        v = np.zeros_like(u)
        v[1] = u[0] * c
        u = u * v + v
        v[2] = u[1] * c
        u = u + v * v
    return np.sum(u)


def carried_over(u, c, n):
    """What the iteration before has made is read when the next one writes."""
    v = u * c
    for _ in range(n):
        w = np.zeros_like(u)
        w[1] = u[0] * c
        u = u * v + w
        w[0] = u[1]
        v = w
    return np.sum(u * v)


@pytest.mark.parametrize("f", [recorded_between, carried_over, kept_by_itself])
def test_what_is_recorded_is_not_written(f):
    check(f, U, 0.7, 3)
