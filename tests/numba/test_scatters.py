"""Loops of the reverse sweep, one for every neighbour."""
import itertools
import math

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus import harness

numba = pytest.importorskip("numba")
rng = np.random.default_rng(0)
LINE, GRID, CUBE = rng.random(9) + 0.5, rng.random((6, 5)) + 0.5, rng.random((4, 5, 6)) + 0.5
PLACES = np.array([3, 1, 3, 0, 2])


def smoothed(u, c, n):
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] + c * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u = v.copy()
    return np.sum(u * u)


def transported(u, c, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = u[i] - c * u[i] * (u[i] - u[i - 1]) * u[i + 1]
        for i in range(1, len(u) - 1):
            u[i] = v[i]
    return np.sum(u * u)


def heat(u, c, n):
    u = u.copy()
    v = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = u[i, j] + c * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j])
        u, v = v, u
    return np.sum(u * u)


def cube(u, c, n):
    v = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                for k in range(1, u.shape[2] - 1):
                    v[i, j, k] = c * (u[i - 1, j, k] * u[i, j + 1, k] - u[i, j, k - 1] + u[i, j, k])
    return np.sum(v * v)


def in_place(u, c, n):
    u = u.copy()
    for _ in range(n):
        for i in range(1, len(u) - 1):
            u[i] = u[i] + c * u[i - 1] * u[i + 1]
    return np.sum(u * u)


def backwards(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(len(u) - 2, 0, -1):
            v[i] = c * u[i] * u[i + 1] + u[i - 1]
    return np.sum(v * u)


def backwards_in_place(u, c, n):
    u = u.copy()
    for _ in range(n):
        for i in reversed(range(1, len(u) - 1)):
            u[i] = c * u[i] * u[i + 1] + u[i - 1]
    return np.sum(u * u)


def running(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        v[0] = u[0]
        for i in range(1, len(u)):
            v[i] = c * v[i - 1] + u[i] + u[i - 1]
    return np.sum(v * v)


def at_places(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(len(PLACES)):
            v[i + 1] += c * u[PLACES[i]] * u[PLACES[i] + 1] + u[i] - u[i + 2]
    return np.sum(v * u)


def with_functions(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] += math.sin(c * u[i - 1] * u[i]) * u[i + 1]
    return np.sum(v * v)


def with_branches(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            if u[i] > 1.0:
                v[i] = c * u[i - 1]
            else:
                v[i] = u[i + 1] - u[i - 1]
    return np.sum(v * u)


def strided(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(0, len(u) - 2, 2):
            v[i // 2] += c * u[i] - u[i + 1] + u[i + 2]
    return np.sum(v * u)


def diagonal(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                v[i, j] = v[i - 1, j + 1] * c + u[i, j] - u[j, i] * u[i, j - 1]
    return np.sum(v * u)


def rows_and_columns(u, c, n):
    rows, total = np.zeros(u.shape[0]), 0.0
    for _ in range(n):
        for i in range(u.shape[0]):
            for j in range(u.shape[1] - 1):
                rows[i] += c * u[i, j] * u[i, j + 1]
                total += u[i, j] - c * u[i, j + 1]
    return np.sum(rows * rows) * total


def twice_the_same(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = c * u[i] + u[i + 1] + u[i] * u[i + 1] - u[i + 1 - 1]
    return np.sum(v * v)


def of_two(u, c, n):
    v, w = np.zeros_like(u), np.cos(u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            v[i] = c * u[i - 1] * w[i + 1] + u[i + 1] * w[i - 1] - w[i]
    return np.sum(v * w)


def prefix_sums(u, c, n):
    total = 0.0
    for _ in range(n):
        s = 0.0
        for i in range(len(u)):
            s = s + c * u[i]
            total += s * u[i]
    return total


def sums_read_in_a_branch(u, c, n):
    total = 0.0
    for _ in range(n):
        s = 0.0
        for i in range(len(u)):
            s = s + c * u[i]
            if i % 2:
                total += 3.0 * s
    return total


def around_the_end(u, c, n):
    v, total = np.zeros_like(u), 0.0
    for k in range(n):
        for i in range(-1, len(u)):
            v[i] = u[i] * (i + c)
        total += np.sum(v) * (k + 1)
    return total


def downwards_around_the_end(u, c, n):
    v, total = np.zeros_like(u), 0.0
    for k in range(n):
        for i in range(len(u) - 1, -2, -1):
            v[i] = u[i] * (i + c)
        total += np.sum(v) * (k + 1)
    return total


def before_the_index(u, c, n):
    v, total = np.zeros_like(u), 0.0
    for k in range(n):
        for i in range(len(u) + 1):
            v[i - 1] = u[i - 1] * (i + c)
        total += np.sum(v) * (k + 1)
    return total


def exchanged(u, c, n):
    a, b = u * 1.0, u * c
    for _ in range(n):
        for i in range(3):
            a[i] = c * b[i] + a[i] * i
            a, b = b, a
    return np.sum(a * b)


def by_rows(u, c, n):
    total = 0.0
    m = np.outer(u, u)
    for _ in range(n):
        for i in range(1, len(u) - 1):
            row = m[i]
            row[i] = c * row[i - 1] + m[i - 1, i]
            total += row[i] * row[i + 1]
    return total + np.sum(m)


def triangle(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(len(u)):
            for j in range(i + 1, len(u) - 1):
                v[j] = c * u[i] * u[j] + v[j]
                v[i] += u[j + 1] - u[j - 1]
    return np.sum(v * v)


def no_steps(u, c, n):
    v = np.zeros_like(u)
    for _ in range(n):
        for i in range(len(u), 1):
            v[i] = c * u[i - 1] + u[i + 1]
    return np.sum(u * u) + np.sum(v)


LINES = [smoothed, transported, in_place, backwards, backwards_in_place, running, at_places, with_functions, with_branches, strided,
         twice_the_same, of_two, no_steps, prefix_sums, sums_read_in_a_branch, around_the_end, downwards_around_the_end,
         before_the_index, exchanged, by_rows, triangle]
CASES = [(f, x) for f in LINES for x in (LINE, np.ascontiguousarray(LINE[:3]) if f is not at_places else LINE)]
CASES += [(heat, GRID), (heat, GRID[:, :3].copy()), (cube, CUBE), (diagonal, GRID[:5, :5].copy()), (rows_and_columns, GRID)]


@pytest.mark.parametrize(("f", "u"), CASES, ids=[f"{f.__name__}-{x.size}" for f, x in CASES])
@pytest.mark.parametrize("n", [0, 1, 3])
def test_gradients_are_those_in_python(f, u, n):
    before = u.copy()
    wanted = tl.value_and_grad(f, (0, 1))(u, 0.3, n)
    for plan in ({}, {"checkpoint": "never"}):
        found = tl.value_and_grad(f, (0, 1), backend="numba", **plan)(u, 0.3, n)
        for a, b in zip(harness.leaves(wanted), harness.leaves(found), strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-13)
    assert np.array_equal(u, before)


@pytest.mark.parametrize(("f", "u", "loops"), [
    (smoothed, LINE, 3), (transported, LINE, 3), (heat, GRID, 5), (of_two, LINE, 3), (twice_the_same, LINE, 2)])
def test_one_loop_for_every_neighbour(f, u, loops):
    adjoint = reverse_sweep(f, u)
    lines = [line for line in adjoint.splitlines() if line.strip().startswith(f"for {'j' if f is heat else 'i'} in range(")]
    assert len(lines) >= loops, adjoint
    assert "reversed(" not in adjoint, adjoint


@pytest.mark.parametrize("f", [in_place, running])
def test_what_depends_on_its_neighbours_runs_backwards(f):
    adjoint = reverse_sweep(f, LINE)
    assert "for i in reversed(" in adjoint, adjoint


@pytest.mark.parametrize("f", [with_functions, with_branches])
def test_what_is_not_cheap_to_compute_again_is_one_loop(f):
    adjoint = reverse_sweep(f, LINE)
    assert adjoint.count("for i in ") == 1, adjoint


def test_a_loop_that_may_have_segments_keeps_its_direction():
    def several(x, y):
        total = 0.0
        for p in range(len(x)):
            for j in range(len(y)):
                total += math.sin(x[p] * y[j])
        return total

    x, y = rng.random(40), rng.random(9000)
    default, never = (tl.grad(several, (0, 1), backend="numba", **plan)(x, y) for plan in ({}, {"checkpoint": "never"}))
    for a, b in zip(default, never, strict=True):
        assert np.array_equal(a, b)


def reverse_sweep(f, u):
    """The text of what is done for one step, backwards."""
    gradient = tl.grad(numba.njit(f), (0, 1))
    gradient(u, 0.3, 2)
    lines = str(gradient.source).splitlines()
    start = max(k for k, line in enumerate(lines) if line.lstrip().startswith(("for k in reversed(", "for _ in reversed(")))
    depth = len(lines[start]) - len(lines[start].lstrip())
    inner = itertools.takewhile(lambda line: len(line) - len(line.lstrip()) > depth, lines[start + 1:])
    return "\n".join(inner) + "\n"
