"""Statements on slices as loops: what NumPy computes, bit for bit, also where a statement reads what it writes."""
import numpy as np
import pytest

from tests.passes.test_array_tapes import compiled_text, test_python_computes_the_same_from_it


def smooth(u):
    u = u.copy()
    u[1:-1] = 0.5 * (u[2:] + u[:-2])
    return np.sum(u * u)


def same_place(u):
    u = u.copy()
    u[1:] = u[1:] * u[1:] + u[0]
    u[:-1] += np.sin(u[:-1]) / 3.0
    return np.sum(u)


def through_a_view(u):
    u = u.copy()
    v = u[1:]
    v[1:] = v[:-1] * 2.0
    return np.sum(u * u)


def heat(u, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]) * u[1:-1, 1:-1]
    return np.sum(u * u)


def swapped(u, n):
    v = u.copy()
    for _ in range(n):
        v[1:-1, 1:-1] = 0.25 * (u[2:, 1:-1] + u[:-2, 1:-1]) ** 2 + u[1:-1, :-2]
        u, v = v, u
    return np.sum(u * v)


def cube(u):
    v = np.zeros_like(u)
    v[1:-1, :, 1:] = u[2:, :, 1:] * u[:-2, :, :-1] - u[1:-1, :, 1:]
    return np.sum(v * u)


def rows(u, n):
    u = u.copy()
    for k in range(1, n):
        u[k, 1:-1] = 0.5 * (u[k - 1, 2:] + u[k - 1, :-2]) * u[k, 1:-1]
        u[k, 0] = u[k, 1]
    u[1:, 0] = 0.5 * u[1:, 1]
    return np.sum(u)


def empty(u):
    u = u.copy()
    u[3:-3] = u[2:-4] * u[4:-2]
    return np.sum(u * u)


def whole(u):
    u = u.copy()
    u[:] = u * u
    u[1:] = 2.0
    return np.sum(u)


def by_division(u):
    u = u.copy()
    u[1:] = u[:-1] / (u[1:] - u[1:])
    return np.sum(u[:1])


def by_power(u):
    u = u.copy()
    u[1:] = (u[:-1] - u[:-1]) ** -1 + u[1:] ** 3
    return np.sum(u[:1])


def without(u):
    """None of these has elements at known places."""
    u = u.copy()
    u[-3:-1] = u[-2:] * 2.0
    u[::2] = u[::2] * u[::2]
    u[:2] = u[0] * u[:2]
    return np.sum(u)


rng = np.random.default_rng(0)
LINE, GRID, CUBE = rng.random(9), rng.random((6, 5)), rng.random((5, 4, 6))
CASES = [(smooth, (LINE,)), (smooth, (LINE[:2],)), (smooth, (LINE[:1],)), (same_place, (LINE,)), (through_a_view, (LINE,)),
         (heat, (GRID, 3)),
         (heat, (GRID[:2], 2)), (swapped, (GRID, 3)), (swapped, (GRID, 0)), (cube, (CUBE,)), (rows, (GRID, 4)), (empty, (LINE[:5],)),
         (empty, (LINE,)),
         (whole, (LINE,))]


@pytest.mark.parametrize(("f", "args"), CASES, ids=[f"{f.__name__}-{k}" for k, (f, _) in enumerate(CASES)])
def test_loops_compute_the_same(f, args):
    source, _ = compiled_text(f, args)
    assert "for i in range(" in source
    test_python_computes_the_same_from_it(f, args)


@pytest.mark.parametrize(("f", "line"), [
    (smooth, "u[i + 1] = v2[i]"), (same_place, "u_1[i + 1] = u[i + 1] * u[i + 1] + v1"), (through_a_view, "v_1[i + 1] = v[i] * 2.0"),
    (cube, "v[i + 1, j, k + 1] = u[i + 2, j, k + 1] * u[i, j, k] - u[i + 1, j, k + 1]"), (by_division, "np.divide(u[i]")])
def test_text(f, line):
    source, _ = compiled_text(f, (CUBE if f is cube else LINE,), "reverse")
    assert line in source, source


def test_what_might_raise_for_a_number_stays():
    assert "u[1:] = (v1 - v1) ** -1 + u[1:] ** 3" in compiled_text(by_power, (LINE,), "primal")[0]


def test_what_is_selected_otherwise_stays():
    source, _ = compiled_text(without, (LINE,), "primal")
    assert "u[-3:-1] = u[-2:] * 2.0" in source
    assert "u[::2] = v1 * v1" in source
