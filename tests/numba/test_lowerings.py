"""`reversed` and the helpers whose machine code is kept: in compiled code they do what they do in Python."""
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
    kept = [np.full(n, 1.0), np.full(n, 2.0)]
    return sum([u[0] for u in reversed(kept)])


def test_nothing_leaks():
    """A gigabyte would be lost."""
    large(100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(64):
        assert large(1_000_000) == 3.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


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
