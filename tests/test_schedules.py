"""The schedules of checkpoints against the theory (Griewank and Walther 2000, Algorithm 799)."""
import functools
import math

import pytest

from tangentlite.schedules import CACHE, SHARE, milestones, segment_length


def run(start, last, slots, states, done):
    """Go on to `last`, keeping states; what has been run is added to `done`."""
    for here, there in milestones(start, last, slots - len(states)):
        assert here == start, "the pieces follow on one another"
        assert there > here
        states.append(here)
        assert len(states) <= slots
        done.extend(range(here, there))
        start = there
    assert start == last


def reverse(states, steps, slots, done):
    """The reverse sweep of generated code: the steps are reversed one by one, the last first."""
    for stop in reversed(range(steps)):
        run(states.pop(), stop, slots, states, done)
    assert not states


def advanced(steps, slots):
    """What `revolve` runs in all, if the number of steps is known; the steps that are reversed are not counted."""
    states, done = [], []
    run(0, steps, slots, states, done)
    reverse(states, steps, slots, done)
    return len(done)


def advanced_online(steps, slots):
    """What it runs where that number is not known."""
    states, done, most, stride, start = [], [], 2 * max(slots // 4, 1), 1, 0
    while start < steps:
        states.append(start)
        assert len(states) <= slots
        stop = min(start + stride, steps) if slots > 1 else steps
        done += range(start, stop)
        start = stop
        if slots > 1 and len(states) == most:
            states, stride = states[::2], 2 * stride
    reverse(states, steps, slots, done)
    return len(done)


@functools.cache
def fewest(steps, slots):
    """The least number of steps to run for reversing `steps`, by trying out every place for the second state."""
    if steps <= 1 or slots == 1:
        return steps * (steps - 1) // 2
    return min(m + fewest(m, slots) + fewest(steps - m, slots - 1) for m in range(1, steps))


def formula(steps, slots):
    """t(l, c) = r l - binomial(c + r, r - 1), with the least r for which l <= binomial(c + r, c)."""
    r = next(r for r in range(steps + 1) if math.comb(slots + r, slots) >= steps)
    return r * steps - math.comb(slots + r, r - 1) if r else 0


@pytest.mark.parametrize("slots", range(1, 8))
def test_no_schedule_runs_fewer_steps(slots):
    """What follows the loop counts as one more step, which is reversed first."""
    for steps in range(40):
        assert advanced(steps, slots) == fewest(steps + 1, slots) == formula(steps + 1, slots)


@pytest.mark.parametrize(("steps", "slots"), [(20_000, 30), (1_000, 1_000), (300, 2), (999, 10)])
def test_the_binomial_formula(steps, slots):
    assert advanced(steps, slots) == formula(steps + 1, slots)


@pytest.mark.parametrize("slots", [*range(1, 12), 30, 100])
def test_an_unknown_number_of_steps_costs_at_most_one_more_run(slots):
    for steps in (*range(30), 100, 257, 500):
        assert advanced_online(steps, slots) <= formula(steps + 1, slots) + steps


def test_nothing_to_run():
    assert milestones(3, 3, 5) == milestones(5, 3, 5) == []
    assert advanced(0, 4) == advanced_online(0, 4) == 0


def test_the_tape_of_a_segment_stays_in_the_cache():
    for nbytes in (8, 1000, 100_000):
        assert CACHE / 2 < segment_length(nbytes, 10 ** 6) * nbytes <= CACHE


def test_what_fits_in_the_cache_of_all_cores_is_one_segment():
    assert segment_length(16_000, SHARE // 16_000) == SHARE // 16_000
    assert segment_length(16_000, SHARE // 16_000 + 1) == CACHE // 16_000
    assert segment_length(16_000, 0) == CACHE // 16_000


def test_segments_of_large_states_are_as_long_as_their_number():
    assert segment_length(10 ** 9, 10_000) == 100
    assert segment_length(10 ** 9, 0) == segment_length(10 ** 9, -5) == 8
