"""What is lowered as it is, and the helpers whose machine code is kept: compiled, they do what they do in Python."""
import resource

import numpy as np
import pytest

numba = pytest.importorskip("numba")

from tangentlite import runtime, schedules  # noqa: E402
from tangentlite.backend.overloads import register  # noqa: E402

register()


@numba.njit
def numbers(start, stop, step):
    return list(reversed(range(start, stop, step)))


@numba.njit
def counted(n):
    return list(reversed(range(n)))


@numba.njit
def twice(start, stop):
    return list(reversed(reversed(range(start, stop))))


@pytest.mark.parametrize("start", [-3, 0, 2, 9])
@pytest.mark.parametrize("stop", [-4, 0, 3, 10])
@pytest.mark.parametrize("step", [-7, -3, -1, 1, 2, 7])
def test_ranges(start, stop, step):
    assert numbers(start, stop, step) == list(reversed(range(start, stop, step)))
    assert counted(stop) == list(reversed(range(stop)))
    assert twice(start, stop) == list(range(start, stop))


@pytest.mark.parametrize("integer", [np.int32, np.uint8, np.int64])
def test_integers_of_numpy(integer):
    assert counted(integer(4)) == [3, 2, 1, 0]


@numba.njit
def states(n):
    kept = []
    for k in range(n):
        kept.append((k, np.full(3, float(k))))
    total = np.zeros(3)
    for k, u in reversed(kept):
        total = 0.5 * total + k * u
    return total, len(kept), kept[0][1]


def test_lists_of_tuples_of_arrays():
    total, n, first = states(5)
    expected = np.zeros(3)
    for k in range(4, -1, -1):
        expected = 0.5 * expected + k * np.full(3, float(k))
    assert np.array_equal(total, expected)
    assert n == 5
    assert np.array_equal(first, np.zeros(3))


@numba.njit
def squares(n):
    items = [k * k for k in range(n)]
    return list(reversed(items)), items


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_lists(n):
    backwards, items = squares(n)
    assert items == [k * k for k in range(n)]
    assert backwards == items[::-1]


@numba.njit
def large(n):
    kept = [np.full(n, 1.0), np.full(n, 2.0), np.zeros(n), np.outer(np.ones(n // 1000), np.ones(1000))[0]]
    return sum([u[0] for u in reversed(kept)])


def test_nothing_leaks():
    """A gigabyte would be lost."""
    large(1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(64):
        assert large(1_000_000) == 4.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


@numba.njit
def allocated(n, a):
    return (np.zeros(n), np.zeros((n, 3)), np.zeros((2, n, 1)), np.zeros_like(a), np.zeros(n, np.int64), np.zeros((2, 2), dtype=np.float32),
            np.zeros(shape=n), np.zeros(()), np.zeros_like(a, dtype=np.float32))


@numba.njit
def uninitialized(n, a):
    return np.empty(n), np.empty((n, 3)), np.empty_like(a), np.empty(n, np.bool_)


ARRAYS = [np.ones((2, 3)), np.ones((3, 2)).T, np.ones((4, 4))[::2, ::2], np.ones(0), np.array(2.0), np.ones(3, bool), np.ones(3, complex),
          np.ones(4, np.float32), np.arange(3)]


@pytest.mark.parametrize("a", ARRAYS)
@pytest.mark.parametrize("n", [0, 3, np.uint8(2), np.int32(1)])
def test_new_arrays(a, n):
    for found, expected in zip(allocated(n, a), allocated.py_func(n, a), strict=True):
        assert (found.dtype, found.shape, found.flags.c_contiguous) == (expected.dtype, expected.shape, expected.flags.c_contiguous)
        assert np.array_equal(found, expected)
    for found, expected in zip(uninitialized(n, a), uninitialized.py_func(n, a), strict=True):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert found.flags.writeable


def test_an_array_like_one_that_cannot_be_written_can_be_written():
    a = np.ones(3)
    a.flags.writeable = False
    assert all(x.flags.writeable for x in allocated(2, a))


@pytest.mark.parametrize("n", [-1, 2 ** 62])
def test_lengths_that_no_array_has(n):
    with pytest.raises(ValueError):
        allocated(n, np.ones(2))


@numba.njit
def products(a, b):
    return np.outer(a, b)


@pytest.mark.parametrize(("a", "b"), [
    (np.arange(3.0), np.arange(4.0)), (np.arange(6.0)[::2], np.arange(8.0)[::-3]), (np.ones(0), np.ones(2)),
    (np.array([np.inf, 1.0]), np.zeros(2)), (np.arange(3), np.arange(4.0)), (np.ones(2, np.float32), np.ones(3, np.float32)),
    (np.ones(2) * 1j, np.ones(3)), (np.ones((2, 2)), np.ones(3))])
def test_outer_products(a, b):
    found, expected = products(a, b), np.outer(a, b)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert np.array_equal(found, expected, equal_nan=True)


@numba.njit
def small_and_large(a, b):
    return min(a, b), max(a, b)


@pytest.mark.parametrize(("a", "b"), [(2, 3), (3, 2), (-1, -1), (-2 ** 63, 2 ** 63 - 1), (1.5, 2), (2, 1.5), (True, 0), (np.int32(-3), 2)])
def test_smaller_and_larger_numbers(a, b):
    assert small_and_large(a, b) == (min(a, b), max(a, b))


@numba.njit
def of_three(a, b, c):
    return min(a, b, c), max(a, b, c), min((a, b)), max([a, b])


def test_smallest_and_largest_of_more():
    assert of_three(3, 1, 2) == (1, 3, 1, 3)


@numba.njit
def grown(tape, sizes):
    for n in sizes:
        tape = runtime.with_room(tape, n)
    return tape


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.int64, np.bool_])
def test_room_for_what_is_recorded(dtype):
    tape = np.arange(5).astype(dtype)
    found = grown(tape, (6, 900, 5000))
    assert found.dtype == dtype
    assert len(found) >= 5000
    assert np.array_equal(found[:5], tape)
    assert grown(tape, (2, 5)) is not None
    assert len(grown(tape, (2, 5))) == 5


@numba.njit
def planned(start, last, slots):
    return schedules.milestones(start, last, slots), schedules.segment_length(8000, last), schedules.segment_length(16, last, 80, 4)


@pytest.mark.parametrize("last", [1, 9, 100])
@pytest.mark.parametrize("slots", [1, 3])
def test_schedules(last, slots):
    assert planned(0, last, slots) == planned.py_func(0, last, slots)
