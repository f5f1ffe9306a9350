"""Tapes of compiled code, as text. Python runs that text too, so its values are checked without a compiler."""
import math

import numpy as np
import pytest

from tangentlite import pipeline, schedules
from tangentlite.backend.compile import load
from tangentlite.dispatch import collector_paused
from tangentlite.ir import kinds as K
from tangentlite.ir.checkpointing import Checkpointing
from tests.numba import kernels

RECORDED = Checkpointing("never")


def compiled_text(f, args, mode="value", checkpointing=RECORDED, wrt=None):
    """The text for Numba, and the function that it is in Python."""
    with collector_paused():
        program, root = pipeline.lower(f, {n: K.of_value(a, n) for n, a in zip(f.__code__.co_varnames, args)})
        wrt = [k for k, a in enumerate(args) if K.differentiable(K.of_value(a))] if wrt is None else wrt
        made = pipeline.derive(program, root, mode, wrt, compiled=True, checkpointing=checkpointing)
        units, text = pipeline.printed(made)
    return text.source, load([pipeline.replace(u, compiled=False) for u in units], text, "f")[units[0].tree.name]


@pytest.mark.parametrize(("f", "args"), [(f, a) for f, a, _ in kernels.ALL])
def test_python_computes_the_same_from_it(f, args):
    same_from_it(f, args, RECORDED)


def same_from_it(f, args, checkpointing):
    _, run = compiled_text(f, args, checkpointing=checkpointing)
    program, root = pipeline.lower(f, {n: K.of_value(a, n) for n, a in zip(f.__code__.co_varnames, args)})
    wrt = [k for k, a in enumerate(args) if K.differentiable(K.of_value(a))]
    units, text = pipeline.printed(pipeline.derive(program, root, "value", wrt))
    expected = load(units, text, "f")[units[0].tree.name](*args)
    got = run(*args)
    np.testing.assert_allclose(flat(got), flat(expected), rtol=1e-13)  # adjoints are added up in another order


@pytest.mark.parametrize(("f", "args"), [(f, a) for f, a, _ in kernels.ALL])
def test_python_computes_the_same_in_segments(f, args, monkeypatch):
    monkeypatch.setattr(schedules, "CACHE", 1)
    monkeypatch.setattr(schedules, "FEWEST", 2)
    same_from_it(f, args, None)


def flat(x):
    return np.concatenate([flat(e) for e in x]) if isinstance(x, tuple) else np.ravel(x)


def test_one_array_for_a_loop():
    source, _ = compiled_text(kernels.logistic, (3.5, 0.2, 5), "reverse")
    assert source == '''\
def logistic_grad(r, x, n):
    """Gradient of logistic with respect to r, x (programs.py:9, reverse mode)."""
    x_tape = np.empty(max(n, 0))
    for k in range(n):
        x_tape[k] = x
        x = r * x * (1.0 - x)

    x_bar = 1.0
    r_bar = 0.0
    for k in reversed(range(n)):
        x = x_tape[k]
        # x = r * x * (1.0 - x)
        x_1 = 1.0 - x
        r_bar += x_bar * x_1 * x
        x_bar = x_bar * (r * (x_1 - x))
    return r_bar, x_bar
'''


def root_of_table(x):
    s = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            r = math.sin(x[i, j])
            s += r * r
    return math.sqrt(s)


def root_of_triangle(x):
    s = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            d = x[i] - x[j]
            if d > 0.0:
                r = math.sqrt(d + 1.0)
                s += r * d
    return math.sqrt(s)


@pytest.mark.parametrize(("f", "args", "shape"), [
    (root_of_table, (np.ones((2, 3)),), "np.empty(("),
    (root_of_triangle, (np.ones(4),), "np.empty((v1, v2))"),
    (kernels.backwards, (np.ones(4),), "np.empty("),  # every other element: not indexed by the loop
    (kernels.until, (3.0, 0.1), ""),  # left early
    (kernels.power, (3.0, 2), "np.empty(0)")])
def test_arrays_have_the_shape_of_the_loops(f, args, shape):
    source, _ = compiled_text(f, args)
    assert shape in source
    assert ("tape = []" in source) == (not shape)


def grows(x, n):
    """The inner loop is as long as a value that the outer one changes."""
    m, s = 1, 0.0
    for _ in range(n):
        for j in range(m):
            x = x * np.sin(x + j)
            s += x
        m = 2 * m
    return s


def shrinks(x, n):
    s = 0.0
    for i in range(n):
        for j in range(n - i):
            x = x * np.sin(x + j)
            s += x
    return s


def offset(x, first, last):
    for i in range(first, last):
        x = np.sin(x) * i
    return x


def types(x, n):
    """Counts, flags and numbers are recorded as what they are."""
    k, up = 0, True
    for i in range(n):
        x = x * np.sin(x) if up else x * np.cos(x) * k
        k = (k + i) % 3
        up = k == 1 or x > 0.5
    return x


@pytest.mark.parametrize(("f", "args"), [(grows, (0.7, 4)), (grows, (0.7, 0)), (shrinks, (0.7, 4)), (offset, (0.7, 2, 6)),
                                         (offset, (0.7, -3, 2)), (offset, (0.7, 6, 2)), (types, (0.7, 8)), (types, (0.7, -1))])
def test_bounds(f, args):
    test_python_computes_the_same_from_it(f, args)


def nested(x, n):
    """A loop of unknown length in one of known length, in a branch, with a branch inside."""
    s = 0.0
    for i in range(n):
        y = x[i % len(x)]
        if y > 0.0:
            while abs(y) > 0.1:
                y = y * np.sin(y) if y > 0.5 else y * 0.5 * y
                s += y
        s = s * 1.1
    return s


def twice_unknown(x):
    """A loop of unknown length in another, and one of known length in that."""
    s = 0.0
    while x > 0.1:
        y = x
        while y > 0.05:
            y = y * np.cos(0.5 * y) * 0.9
            for j in range(3):
                s += np.sin(y * j)
        x = x * 0.7 - 0.01 * y
    return s + x


def left_early(x, tol):
    y = x
    while True:
        y = y * np.cos(y)
        if y < tol:
            break
        y = y + 0.01 * y * y
    return y


def one_after_another(x, up):
    if up:
        while x < 9.0:
            x = x * x + 0.1
    else:
        for _ in range(3):
            x = np.sin(x)
    while x > 0.2:
        x = x * 0.3 + 0.01 * np.sin(x)
    return x


def many(x, n):
    """Longer than an array is at first."""
    y, k = x, 0
    while k < n:
        y = np.sin(y) + 0.5
        k += 1
    return y


def counts_itself(x, n):
    for _ in range(n):
        x = np.sin(x) * _
    return x


def guarded(x, n):
    """Loops of unknown length in a `try`, and after it."""
    for _ in range(n):
        try:
            y = x
            while y > 0.1:
                y = y * 0.5 * np.sin(y)
            x = x + 0.1 * y
        finally:
            x = x * 0.9
        while x > 1.0:
            x = x * x * 0.4
    return x


U = np.array([0.7, -0.4, 0.9])


@pytest.mark.parametrize(("f", "args"), [
    (nested, (U, 7)), (nested, (U, 0)), (twice_unknown, (1.5,)), (twice_unknown, (0.05,)), (left_early, (1.2, 0.3)),
    (left_early, (1.2, 5.0)),
    (one_after_another, (1.3, True)), (one_after_another, (1.3, False)), (one_after_another, (10.0, True)), (many, (0.7, 3000)),
    (many, (0.7, 1024)), (counts_itself, (0.7, 4))])
def test_loops_of_unknown_length(f, args):
    source, _ = compiled_text(f, args)
    assert "tape = []" not in source
    test_python_computes_the_same_from_it(f, args)


def test_an_array_grows_outside_of_the_loop_that_fills_it():
    source, _ = compiled_text(kernels.power, (3.0, 2), "reverse")
    assert source == '''\
def power_grad(x, n):
    """Gradient of power with respect to x (programs.py:15, reverse mode)."""
    r_tape = np.empty(0)
    r = 1.0
    trips = 0
    while n > 0:
        r_tape = with_room(r_tape, trips + 1)
        while n > 0 and trips < len(r_tape):
            r_tape[trips] = r
            trips += 1
            r = r * x
            n -= 1

    r_bar = 1.0
    x_bar = 0.0
    for k in reversed(range(trips)):
        r = r_tape[k]
        # r = r * x
        x_bar += r_bar * r
        r_bar = r_bar * x
    return x_bar
'''


def transported(u, c, n):
    """What the loop inside needs are elements of one array: it is recorded whole."""
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] - c / 2.0 * u[i] * (u[i] - u[i - 1]) * (u[i + 1] - u[i])
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def transported_in_a_plane(u, n):
    u = u.copy()
    v = u.copy()
    for k in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = u[i, j] + 0.1 * (u[i + 1, j] - u[i, j]) * (u[i, j + 1] - u[i, j]) * u[i, j] * (k + j)
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = v[i, j]
    return np.sum(u * u)


def of_a_small_part(u, n):
    """To record all of `u` would be more."""
    u = u.copy()
    for _ in range(n):
        s = 0.0
        for i in range(3):
            s += u[i] * (u[i + 1] - u[i]) * (u[i + 1] + u[i])
        u[2] = s
    return np.sum(u * u)


def test_lists_stay_where_something_may_raise():
    source, _ = compiled_text(guarded, (1.6, 3))
    assert "tape = []" in source
    test_python_computes_the_same_from_it(guarded, (1.6, 3))


PLANE = np.random.default_rng(0).random((4, 5))


@pytest.mark.parametrize(("f", "args", "tape"), [
    (transported, (PLANE.ravel(), 0.3, 3), "u_1_tape = np.empty((max(n, 0), u.shape[0]))"),
    (transported, (U, 0.3, 0), "u_1_tape[k, i] = u_1[i]"),
    (transported_in_a_plane, (PLANE, 3), "u_1_tape[k, i, j] = u_1[i, j]"), (of_a_small_part, (U.repeat(3), 3), "s_1_tape[k, i]")])
def test_arrays_are_recorded_whole_where_that_is_less(f, args, tape):
    source, _ = compiled_text(f, args)
    assert tape in source, source
    test_python_computes_the_same_from_it(f, args)


def by_slices(u, c, n):
    """What the steps need are slices of one array: it is recorded whole."""
    u = u.copy()
    for k in range(n):
        u[1:-1] = u[1:-1] - 0.1 * k * u[1:-1] * (u[2:] - u[:-2]) + c * 0.2 * u[1:-1] * u[2:]
    return np.sum(u * u)


def plane_by_slices(u, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] - u[1:-1, 1:-1]) * (u[1:-1, 2:] - 3.0 * u[1:-1, :-2]) * u[1:-1, 1:-1]
    return np.sum(u * u)


def written_in_between(u, n):
    """Some slices are read before the array is written, and some after that."""
    u = u.copy()
    for _ in range(n):
        a, b = u[1:] * u[:-1], u[1:] - u[:-1]
        u[1:] = a * b
        u[:-1] = u[1:] * b * (u[:-1] + a) + u[:-1] * (u[1:] - 0.3 * u[:-1])
    return np.sum(u * u)


def of_another_array(u, c, n):
    """An array from before the loop is written after it."""
    u, w = u.copy(), np.sin(u)
    for _ in range(n):
        u[1:] = (u[1:] * w[1:]) * (u[:-1] - w[1:]) * c
    w[2] = u[0]
    return np.sum(u * w)


def by_a_changing_number(u, n):
    u = u.copy()
    for _ in range(n):
        c = 0.5 / np.max(u)
        u[1:] = u[1:] * (c * u[:-1]) * (u[1:] - u[:-1]) + 0.5
    return np.sum(u)


def of_what_the_loop_makes(u, n):
    for _ in range(n):
        v = np.sin(u)
        a, b = v[1:] - v[:-1], 0.1 * v[1:]
        v[0] = 0.5
        u = u + np.sum(a * b) + v
    return np.sum(u)


@pytest.mark.parametrize(("f", "args", "tape"), [
    (by_slices, (U, 0.3, 4), "u_1_tape[k, i] = u_1[i]"), (plane_by_slices, (PLANE, 4), "u_1_tape[k, i, j] = u_1[i, j]"),
    (written_in_between, (U, 3), "_tape[k, i] = "),
    (of_another_array, (U, 0.3, 4), "u_1_tape[k, i] = u_1[i]"), (by_a_changing_number, (U + 1.0, 4), "_tape[k] = "),
    (of_what_the_loop_makes, (U, 3), "v_tape[k, i] = v[i]")])
def test_arrays_are_recorded_in_place_of_what_is_made_of_their_slices(f, args, tape):
    source, _ = compiled_text(f, args)
    assert tape in source, source
    test_python_computes_the_same_from_it(f, args)
