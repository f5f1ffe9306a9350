"""Elements of arrays that are not written again need no tape; all others do."""
import numpy as np
import pytest

import tangentlite as tl

A = np.linspace(0.2, 0.9, 8)


def forwards(a, n):
    x = a.copy()
    for i in range(1, n):
        x[i] = a[i] * x[i - 1] * x[i]
    return x[n - 1]


def backwards(a, n):
    x = np.zeros(n)
    x[n - 1] = a[0]
    for i in range(n - 2, -1, -1):
        x[i] = x[i + 1] * a[i] + x[i + 1] * x[i + 1]
    return np.sum(x * x)


def in_steps(a, n):
    x = a.copy()
    for i in range(2, n, 2):
        x[i] = x[i - 2] * x[i - 1] * a[i]
    return np.sum(x * x)


def filled_and_read(a, n):
    x = np.zeros(n)
    for i in range(n):
        x[i] = np.sin(a[i]) + a[i]
    s = 0.0
    for i in range(n):
        s += x[i] * x[i] * a[i]
    return s


@pytest.mark.parametrize("f", [backwards, in_steps, filled_and_read])
def test_what_stays_is_read_again(f):
    gradient = tl.grad(f)
    check(f, gradient(A, 8))
    assert "tape" not in gradient.source


def ahead(a, n):
    """The element before is still to be written."""
    x = a.copy()
    for i in range(n - 1):
        x[i] = x[i] * x[i + 1]
    return np.sum(x * x)


def written_twice(a, n):
    x = a.copy()
    for i in range(1, n):
        x[i] = x[i - 1] * x[i]
        x[i] = x[i] * x[i] * a[i]
    return np.sum(x)


def written_after_it_is_read(a, n):
    x = a.copy()
    for i in range(1, n):
        s = x[i - 1]
        x[i] = s * x[i]
        x[i - 1] = s * s
    return np.sum(x)


def written_after_the_loop(a, n):
    x = a.copy()
    for i in range(1, n):
        x[i] = x[i - 1] * a[i] * x[i - 1]
    x[2] = 0.5
    return np.sum(x * x)


def repeated(a, n):
    x = a.copy()
    for _ in range(3):
        for i in range(1, n):
            x[i] = x[i - 1] * x[i]
    return np.sum(x * x)


def from_the_end(a, n):
    """The first index is -1: the last element, which is written later."""
    x = a.copy()
    for i in range(n):
        x[i] = x[i - 1] * a[i] * x[i - 1]
    return np.sum(x * x)


def in_a_branch(a, n):
    x = a.copy()
    for i in range(1, n):
        x[i] = x[i - 1] * a[i] * x[i - 1]
        if a[i] > 0.45:
            x[i - 1] = x[i] * x[i]
    return np.sum(x * x)


def through_a_view(a, n):
    x = a.copy()
    v = x[1:]
    for i in range(1, n - 1):
        x[i] = x[i - 1] * a[i] * x[i - 1]
        v[i - 1] = v[i - 1] * v[i]
    return np.sum(x * x)


def under_another_name(a, n):
    x = a.copy()
    y = x
    for i in range(1, n):
        x[i] = x[i - 1] * a[i] * x[i - 1]
        y[i - 1] = x[i] * y[i - 1]
    return np.sum(x * x)


def of_unknown_step(a, n, k=1):
    x = a.copy()
    for i in range(1, n, k):
        x[i] = x[i - 1] * a[i] * x[i - 1]
    return np.sum(x * x)


def of_single_precision(a, n):
    x = np.zeros(n, dtype=np.float32)
    x[0] = a[0]
    for i in range(1, n):
        t = np.sin(x[i - 1] * a[i])
        x[i] = t
        x[0] = t * t
    return np.sum(x)


def until_a_break(a, n):
    x = a.copy()
    for i in range(1, n):
        x[i] = x[i - 1] * a[i] * x[i - 1]
        if x[i] < 0.01:
            break
    return np.sum(x * x)


CASES = [ahead, written_twice, written_after_it_is_read, written_after_the_loop, repeated, from_the_end, in_a_branch, through_a_view,
         under_another_name, of_unknown_step, until_a_break, forwards]


@pytest.mark.parametrize("f", CASES)
def test_what_is_written_later_is_recorded(f):
    for n in (8, 3):
        check(f, tl.grad(f)(A, n), n)


@pytest.mark.parametrize("f", [*CASES, backwards, in_steps, filled_and_read])
def test_compiled(f):
    pytest.importorskip("numba")
    np.testing.assert_allclose(tl.grad(f, backend="numba")(A, 8), tl.grad(f)(A, 8), rtol=1e-12)


@pytest.mark.parametrize("options", [{"checkpoint": "segments"}, {"checkpoint": "revolve", "slots": 3}])
@pytest.mark.parametrize("f", [backwards, in_steps, filled_and_read, written_after_it_is_read, from_the_end])
def test_with_checkpoints(f, options):
    np.testing.assert_array_equal(tl.grad(f, **options)(A, 8), tl.grad(f)(A, 8))


def test_numbers_are_not_read_in_less_precision():
    gradient = tl.grad(of_single_precision)(A, 4)
    forward = [tl.jvp(of_single_precision, (A, 4), (unit, 0))[1] for unit in np.eye(8)]
    np.testing.assert_allclose(gradient, forward, rtol=1e-5)


def test_second_derivatives():
    def f(a):
        return backwards(a, 8)

    hessian = tl.hessian(f)(A)
    step = 1e-6
    for k, unit in enumerate(np.eye(8)):
        column = (tl.grad(f)(A + step * unit) - tl.grad(f)(A - step * unit)) / (2 * step)
        np.testing.assert_allclose(hessian[:, k], column, rtol=1e-5, atol=1e-7)


def check(f, gradient, n=8):
    for k, unit in enumerate(np.eye(8)):
        ends = [f(A + t * unit, n) for t in (1e-6, -1e-6)]
        assert gradient[k] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-9)
