"""Kernels that write their arguments stay compiled in a model in Python, where it is certain what they write."""
import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError

numba = pytest.importorskip("numba")
njit = numba.njit


@njit
def step(k, u, out):
    for i in range(1, len(u) - 1):
        out[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[i]


@njit
def smooth(u, k=0.3):
    for i in range(1, len(u) - 1):
        u[i] += k * (u[i - 1] - u[i] * u[i + 1])


@njit
def scale(u, v, k):
    """What it returns, it has found before it writes."""
    s = 0.0
    for i in range(len(u)):
        s += u[i] * v[i]
        v[i] = k * u[i]
        u[i] *= k * k
    return s


@njit
def roots(u, k):
    for i in range(len(u)):
        if u[i] < 0.0:
            raise ValueError("negative")
        u[i] = k * np.sqrt(u[i])


@njit
def moved(u, k):
    """The name of what is written stands for something else in the end."""
    for i in range(len(u)):
        u[i] *= k
    u = u * 2.0
    for i in range(len(u)):
        u[i] += k


@njit
def given_back(u, k):
    for i in range(len(u)):
        u[i] *= k * u[i]
    return u


def two_arrays(k, u):
    out = u.copy()
    for _ in range(3):
        step(k, u, out)
        u, out = out, u
    return np.sum(u**2)


def swapped_sometimes(k, u):
    x, y = u * 1.0, u * 2.0
    for _ in range(4):
        step(k, x, y)
        if y[1] > 0.5:
            x, y = y, x
    return np.sum(x * x * y)


def argument(k, u):
    smooth(u, k)
    smooth(u[1:])
    return np.sum(u**2) * k


def all_names_follow(k, u):
    x = u * 1.0
    same, part, before, copied = x, x[1:], x[1], x * 2.0
    smooth(k=k, u=x)
    smooth(same, k)
    return np.sum(same**2) + np.sum(part**3) + before * np.sum(copied)


def rows_and_columns(k, u):
    a = np.outer(u, u)
    for r in a:
        smooth(r, k)
    smooth(a[:, 1], k)
    smooth(a[2, ::-1], k)
    return np.sum(a**2)


def in_a_list(k, u):
    arrays = [u * 1.0, u * 2.0]
    for a in arrays:
        smooth(a, k)
    smooth(arrays[0], k)
    return np.sum(arrays[0] * arrays[1])


class Rod:
    def __init__(self, u):
        self.u = u

    def step(self, k):
        smooth(self.u, k)


def in_an_object(k, u):
    rod = Rod(u * 1.0)
    for _ in range(2):
        rod.step(k)
    return np.sum(rod.u**2)


def two_are_written(k, u):
    v, s = np.ones(len(u)), 1.0
    for _ in range(3):
        s = s * scale(u, v, k) + v[0]
    return s + np.sum(u * v)


def moved_inside(k, u):
    moved(u, k)
    return np.sum(u**2)


def one_of_two(k, u):
    x, y = u * 1.0, u * 2.0
    w = x if k > 0.2 else y
    smooth(w, k)
    return np.sum(x * y)


def until_it_is_small(k, u):
    while u[1] > 0.2:
        smooth(u, k)
        u *= 0.5
        if u[0] < 0.01:
            return np.sum(u)
    return np.sum(u**2)


def rows_of_a_trajectory(k, u):
    a = np.zeros((4, len(u)))
    a[0] = u
    for t in range(3):
        step(k, a[t], a[t + 1])
    for t in range(3, 0, -1):
        step(k, a[t - 1, :-1], a[t, 1:])
    step(k, a[:, 0], a[:, 2])
    return np.sum(a**2)


def rows_that_count_from_the_end(k, u):
    a = np.outer(u, u)
    for t in range(2):
        step(k, a[t - 1], a[t])
    return np.sum(a**2)


def rows_that_may_be_one(k, u):
    a = np.outer(u, u)
    for t in range(2):
        step(k, a[2 * t], a[t])
    return np.sum(a**2)


def the_same_array_twice(k, u):
    step(k, u, u)
    return np.sum(u**2)


def views_that_overlap(k, u):
    step(k, u[:-1], u[1:])
    return np.sum(u**2)


def perhaps_the_same(k, u):
    x, y = u * 1.0, u * 2.0
    w = x if k > 0.2 else y
    step(k, x, w)
    return np.sum(x * y * w)


def half_done(k, u):
    u[2] = -1.0
    try:
        roots(u, k)
    except ValueError:
        u *= 2.0
    return np.sum(u**2)


def array_back(k, u):
    v = given_back(u, k)
    v[0] = k
    return np.sum(u**2)


COMPILED = [two_arrays, swapped_sometimes, argument, all_names_follow, rows_and_columns, in_a_list, in_an_object, two_are_written,
            moved_inside, one_of_two, until_it_is_small, rows_of_a_trajectory]
IN_PLACE = [rows_that_count_from_the_end, rows_that_may_be_one, the_same_array_twice, views_that_overlap, perhaps_the_same, array_back]
K, U = 0.31, np.array([0.9, 0.35, 0.6, 1.2, 0.5])


@pytest.mark.parametrize("f", [*COMPILED, *IN_PLACE], ids=lambda f: f.__name__)
def test_gradient(f):
    g, u, eps = tl.grad(f, (0, 1)), U.copy(), 1e-6
    k_bar, u_bar = g(K, u)
    assert np.array_equal(u, U)
    assert (f.__name__ in [g.__name__ for g in COMPILED]) == ("_of_copy_backward" in g.source)
    assert np.isclose(k_bar, (f(K + eps, U.copy()) - f(K - eps, U.copy())) / (2 * eps), rtol=1e-7)
    expected = [(f(K, U + eps * e) - f(K, U - eps * e)) / (2 * eps) for e in np.eye(len(U))]
    assert np.allclose(u_bar, expected, rtol=1e-7, atol=1e-8)


def test_a_step_of_a_loop_copies_no_more_than_it_changes():
    g = tl.grad(rows_of_a_trajectory)
    g(K, U)
    assert "a = a.copy()" not in g.source
    assert "unbroadcast" not in g.source.partition("step(k, a[:, 0], a[:, 2])")[2].partition("step(k, a[t - 1, :-1]")[0]


def test_forward_and_second_order():
    for f in (two_arrays, two_are_written, rows_of_a_trajectory):
        k_bar, u_bar = tl.grad(f, (0, 1))(K, U)
        v = np.linspace(1.0, 2.0, len(U))
        assert np.isclose(tl.jvp(f, (K, U.copy()), (0.5, v))[1], 0.5 * k_bar + u_bar @ v, rtol=1e-12)
        eps = 1e-6
        expected = (tl.grad(f)(K + eps, U) - tl.grad(f)(K - eps, U)) / (2 * eps)
        assert np.isclose(tl.grad(lambda k: tl.grad(f)(k, U))(K), expected, rtol=1e-6)


def test_what_was_written_before_an_exception_is_not_lost():
    with pytest.raises(UnsupportedError, match="may or may not have been changed"):
        tl.grad(half_done, (0, 1))(K, U)


def test_the_text():
    g = tl.grad(two_arrays, (0, 1))
    g(K, U)
    assert """
    for _ in range(3):
        out_1, res = step_of_copy_forward(k, u, out_1)
        tape.append(res)
        out_1, u = u, out_1
""" in g.source


@njit
def spaced_twice(u, out):
    for i in range(2):
        out[:] = np.logspace(u[0], u[1], len(u)) * u[i] + out


def model_of_spaces(k, u):
    out = u * k
    spaced_twice(u, out)
    return np.sum(out**2)


def test_what_numba_cannot_compile_of_a_kernel_runs_in_python_with_a_warning():
    g = tl.grad(model_of_spaces, (0, 1))
    with pytest.warns(RuntimeWarning, match=r"cannot compile the derivative of `spaced_twice.*\. It runs in Python") as said:
        k_bar, u_bar = g(K, U)
    line = spaced_twice.py_func.__code__.co_firstlineno + 3
    assert f"({__file__}, line {line})" in str(said[0].message)
    assert g(K, U)[0] == k_bar  # and does not say so again
    eps = 1e-6
    assert np.isclose(k_bar, (model_of_spaces(K + eps, U) - model_of_spaces(K - eps, U)) / (2 * eps), rtol=1e-7)
    expected = [(model_of_spaces(K, U + eps * e) - model_of_spaces(K, U - eps * e)) / (2 * eps) for e in np.eye(len(U))]
    assert np.allclose(u_bar, expected, rtol=1e-7)
