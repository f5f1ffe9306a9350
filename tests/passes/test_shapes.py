"""Compiled code asks for a shape once, and keeps no tape of what is linear."""
import numpy as np

from benchmarks.kernels import programs
from tests.passes.test_array_tapes import compiled_text


def test_a_linear_kernel_has_no_tape():
    source, run = compiled_text(programs.heat2d, (np.ones((4, 5)), 2))
    assert "tape" not in source
    assert source.count(".shape") == 1
    u, unit = np.random.default_rng(0).random((4, 5)), np.eye(20)[7].reshape(4, 5)
    value, u_bar = run(u, 2)
    slope = (programs.heat2d(u + 1e-6 * unit, 2) - programs.heat2d(u - 1e-6 * unit, 2)) / 2e-6
    assert np.isclose(value, programs.heat2d(u, 2))
    assert np.isclose(u_bar[1, 2], slope)


def replaced(x, n):
    """The array that the loop carries gets another length."""
    s = 0.0
    for _ in range(n):
        for i in range(len(x)):
            s += x[i] * x[i]
        x = np.concatenate((x, x))
    return s


def test_a_shape_that_changes_is_asked_for_again():
    x = np.array([1.0, 2.0])
    _, run = compiled_text(replaced, (x, 3))
    value, x_bar = run(x, 3)
    assert value == 5.0 * (1 + 2 + 4)
    assert np.array_equal(x_bar, 2.0 * x * (1 + 2 + 4))
