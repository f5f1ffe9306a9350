"""Messages that are compiled once on a machine: they are Numba's own."""
import numpy as np
import pytest

numba = pytest.importorskip("numba")

from tangentlite.backend.overloads import register  # noqa: E402

register()


@numba.njit
def assigned(a, b, n):
    a[n:] = b


@numba.njit
def block_assigned(a, b, n):
    a[n:, n:] = b


@pytest.mark.parametrize(("assign", "a", "b"), [
    (assigned, np.zeros(5), np.ones(4)), (assigned, np.zeros((5, 3)), np.ones(2)), (block_assigned, np.zeros((4, 4)), np.ones((2, 3))),
    (block_assigned, np.zeros((4, 4)), np.ones((1, 1, 3, 2)))])
def test_the_message_of_what_does_not_fit_a_slice(assign, a, b):
    slots = a[(slice(2, None),) * (2 if assign is block_assigned else 1)].shape
    with pytest.raises(ValueError, match="cannot assign slice") as caught:
        assign(a, b, 2)
    assert str(caught.value) == f"cannot assign slice of shape {slots} from input of shape {b.shape}"
    assert not np.any(a)


def test_what_fits_a_slice():
    a = np.zeros(5)
    assigned(a, np.ones(3), 2)
    assert np.array_equal(a, [0, 0, 1, 1, 1])
    assigned(a, np.ones(1), 3)
    assert np.array_equal(a, [0, 0, 1, 1, 1])


@numba.njit
def summed(a, axis):
    return np.sum(a, axis)


@numba.njit
def summed_over_both(a):
    return np.sum(a, (0, 1))


@pytest.mark.parametrize("axis", [2, -3, 7])
def test_the_message_of_an_axis_that_is_not_there(axis):
    with pytest.raises(np.exceptions.AxisError) as caught:
        summed(np.ones((2, 3)), axis)
    assert str(caught.value) == f"axis {axis} is out of bounds for array of dimension 2"


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_axes_that_are_there(axis):
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(summed(a, axis), a.sum(axis))
    assert summed_over_both(a) == 15.0
