"""Gradients of loops with checkpoints are those without, to the last bit; what cannot be run again is refused."""
import copy
import math
import pickle
import random
import tracemalloc

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import ArgnumsError, UnsupportedError

PLANS = [{"checkpoint": "segments"}, {"checkpoint": "segments", "slots": 3}, {"checkpoint": "revolve", "slots": 1},
         {"checkpoint": "revolve", "slots": 2}, {"checkpoint": "revolve", "slots": 5}]
every_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda p: "-".join(map(str, p.values())))


def leaves(tree):
    return [leaf for t in tree for leaf in leaves(t)] if isinstance(tree, (tuple, list)) else [tree]


def assert_unchanged(f, plan, *args, argnums=0):
    """The value and the gradient are what they are without checkpoints, and the loops have them."""
    plain, checkpointed = tl.value_and_grad(f, argnums), tl.value_and_grad(f, argnums, **plan)
    expected, got = leaves(plain(*copy.deepcopy(args))), leaves(checkpointed(*copy.deepcopy(args)))
    assert "states" in checkpointed.source
    assert len(expected) == len(got)
    for a, b in zip(expected, got, strict=True):
        assert np.array_equal(a, b)


# -- every kind of state ---------------------------------------------------------------------------------------------

def scalars(x, y, n):
    for i in range(n):
        x, y = math.sin(x * y), y + 0.1 * x * i
    return x + y


def arrays(u, c, n):
    for _ in range(n):
        u = np.tanh(u + c * np.roll(u, 1))
    return np.sum(u * u)


def updated_in_place(u, c, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1] += c * u[1:-1] * (u[2:] - u[:-2])
        u[0] = u[0] * u[-1]
    return np.sum(u * u)


def updated_by_element(u, c, n):
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(v) - 1):
            v[i] = v[i] * v[i - 1] + c * v[i + 1]
    return np.sum(v)


def tuple_of_state(x, v, n):
    state = (x, v, x * v)
    for k in range(n):
        a, b, c = state
        state = (a + 0.1 * b * c, b * math.cos(a), c + k * a)
    return state[0] * state[1] + state[2]


def growing_list(x, y, n):
    path = [x]
    for k in range(n):
        path.append(path[-1] * math.sin(path[0] * y) + path[k // 2])
    return path[-1] * path[len(path) // 2] * y


def list_written(x, y, n):
    items = [x, y, x * y]
    for k in range(n):
        items[k % 3] = items[(k + 1) % 3] * math.cos(items[(k + 2) % 3])
    return items[0] + items[1] * items[2]


def dictionary(x, y, n):
    found = {"a": x, "b": y}
    for _ in range(n):
        found["a"] = found["a"] * math.sin(found["b"])
        found["b"] = found["b"] + found["a"] * y
    return found["a"] * found["b"]


def nested(x, y, n):
    for i in range(n):
        for j in range(i + 1):
            x = math.sin(x * y) + 0.1 * j
        y = y * math.cos(x)
    return x * y


def accumulated_elsewhere(u, c, n):
    total = np.zeros(3)
    for i in range(n):
        u = np.sin(u * c)
        total[i % 3] += u[0] * u[1]
    return np.sum(total * total)


def last_target(x, y, n):
    k = 0
    for k in range(n):
        x = math.sin(x + y * k)
    return x * y * (k + 1)


def reader_of_data(u, c, n):
    x = c
    for i in range(n):
        x = math.sin(x * u[i % len(u)]) + u[0]
    return x


SCALARS = [scalars, tuple_of_state, growing_list, list_written, dictionary, nested, last_target]
ARRAYS = [arrays, updated_in_place, updated_by_element, accumulated_elsewhere, reader_of_data]


@every_plan
@pytest.mark.parametrize("f", SCALARS, ids=lambda f: f.__name__)
def test_scalar_state(f, plan):
    for n in (0, 1, 2, 13):
        assert_unchanged(f, plan, 0.7, 0.4, n, argnums=(0, 1))


@every_plan
@pytest.mark.parametrize("f", ARRAYS, ids=lambda f: f.__name__)
def test_array_state(f, plan):
    for n in (0, 1, 2, 13):
        assert_unchanged(f, plan, np.linspace(0.3, 0.9, 5), 0.4, n, argnums=(0, 1))


# -- every kind of loop ----------------------------------------------------------------------------------------------

def backwards(x, n):
    for i in range(n, -3, -2):
        x = math.sin(x) + 0.1 * i
    return x


def reversed_range(x, n):
    for i in reversed(range(2, n)):
        x = math.sin(x) * i
    return x


def over_a_list(x, n):
    for c in [0.5, 1.5, 2.5, 3.5][:n]:
        x = math.sin(c * x)
    return x


def over_pairs(x, n):
    for c, (k, d) in [(0.5, (1, 2.0)), (1.5, (3, 4.0))][:n]:
        x = math.sin(c * x + k) * d
    return x


def ends_early(x, n):
    for i in range(n):
        x = x * 1.5 + math.sin(x)
        if x > 20.0:
            x = x - i
            break
    return x


def returns_early(x, n):
    for i in range(n):
        if x > 20.0:
            return x * i
        x = x * 1.5 + math.sin(x)
    return -x * x


def skips(x, n):
    for i in range(n):
        if i % 3 == 1:
            continue
        x = math.sin(x) + 0.1 * i
    return x


def until_small(x, n):
    k = 0
    while abs(x) > 0.3 and k < n:
        x = math.sin(x) * 0.95
        k += 1
    return x * k


def forever(x, n):
    while True:
        x = math.sin(x) * 1.1
        n -= 1
        if n < 0:
            break
    return x


def with_else(x, n):
    for _ in range(n):
        x = math.sin(x) * 1.1
        if x < 0.2:
            break
    else:
        x = x * x
    return x


def guarded(x, n):
    for i in range(n):
        try:
            x = math.log(x - 0.1 * i)
        except ValueError:
            x = 2.0 + math.sin(x)
    return x


def in_a_branch(x, n):
    if x > 1.0:
        for i in range(n):
            x = math.sin(x) * i + 0.3
    else:
        while x < 5.0:
            x = x * 1.2 + math.cos(x)
    return x * x


def in_a_try(x, n):
    try:
        for i in range(n):
            x = math.log(x * x + 0.5 - 0.1 * i)
    except ValueError:
        x = x * x
    return x


def two_loops(x, n):
    y = x
    for i in range(n):
        y = math.sin(y * x) + i
    z = y
    for i in range(n):
        z = math.cos(z * y)
    return z * y


LOOPS = [in_a_branch, in_a_try, two_loops, backwards, reversed_range, over_a_list, over_pairs, ends_early, returns_early, skips,
         until_small, forever, with_else, guarded]


@every_plan
@pytest.mark.parametrize("f", LOOPS, ids=lambda f: f.__name__)
def test_loop(f, plan):
    for n in (0, 1, 2, 11):
        assert_unchanged(f, plan, 1.3, n)


# -- steps that need no state ----------------------------------------------------------------------------------------

def sum_of_sines(x, n):
    y = 0.0
    for i in range(n):
        y += math.sin(x * i) * math.exp(-x)
    return y


def sum_that_ends(x, n):
    y = 0.0
    for i in range(n):
        if i > 4:
            break
        y += math.sin(x * i) * math.exp(-x)
    return y


@every_plan
@pytest.mark.parametrize("f", [sum_of_sines, sum_that_ends], ids=lambda f: f.__name__)
def test_steps_of_their_own(f, plan):
    for n in (0, 1, 2, 11):
        assert tl.grad(f, **plan)(0.7, n) == tl.grad(f)(0.7, n)
    gradient = tl.grad(sum_of_sines, **plan)
    gradient(0.7, 3)
    assert "states" not in gradient.source
    assert "tape" not in gradient.source


# -- memory that is shared or written elsewhere ----------------------------------------------------------------------

def written_after(u, n):
    w = np.sin(u)
    x = 1.0
    for i in range(n):
        x = math.sin(x * w[i % 3]) + w[0]
    w[0] = x
    return x * np.sum(w)


def outside_written_inside(u, n):
    log = np.zeros(4)
    x = u[0]
    for i in range(n):
        x = math.sin(x * u[1])
        log[i % 4] = x * log[(i + 1) % 4] + u[2]
    return np.sum(log) * x


def two_names(u, n):
    a = u.copy()
    b = a
    for i in range(n):
        a[i % 3] = a[i % 3] * b[(i + 1) % 3]
        b[0] = math.sin(a[0])
    return np.sum(a) * b[1]


def swapped(u, n):
    a, b = u.copy(), np.cos(u)
    for _ in range(n):
        a, b = b, a
        a[0] = math.sin(b[1] * a[2])
    return np.sum(a) * b[0]


def view_of_state(u, n):
    a = np.outer(u, u)
    for i in range(n):
        row = a[i % 3]
        row[0] = row[1] * math.sin(row[2])
    return np.sum(a * a)


def view_into_argument(u, n):
    part = u[1:]
    x = 0.5
    for i in range(n):
        x = math.sin(x + part[i % 2])
    return x


def left_undefined(u, n):
    for i in range(n):
        if i > 0:
            u = np.sin(u + last)  # noqa: F821
        last = np.cos(u)
        last[0] = last[1] * u[2]
    return np.sum(u)


SHARED = [written_after, outside_written_inside, two_names, swapped, view_of_state, view_into_argument, left_undefined]


@every_plan
@pytest.mark.parametrize("f", SHARED, ids=lambda f: f.__name__)
def test_shared_memory(f, plan):
    for n in (0, 1, 2, 11):
        assert_unchanged(f, plan, np.array([0.9, 0.8, 0.7]), n)


@every_plan
def test_the_arguments_are_left_alone(plan):
    u = np.linspace(0.3, 0.9, 5)
    tl.grad(updated_in_place, **plan)(u, 0.4, 9)
    assert np.array_equal(u, np.linspace(0.3, 0.9, 5))


# -- functions that are called ---------------------------------------------------------------------------------------

def step(x, y):
    for _ in range(3):
        x = math.sin(x * y)
    return x


def calls_in_the_loop(x, y, n):
    for _ in range(n):
        x = step(x, y) + y
    return x


def loop_in_a_call(x, y, n):
    return scalars(x, y, n) * scalars(y, x, n)


def recursive(x, y, n):
    for _ in range(3):
        x = math.sin(x * y)
    return recursive(x, y, n - 1) * x if n > 0 else x


@every_plan
@pytest.mark.parametrize("f", [calls_in_the_loop, loop_in_a_call, recursive], ids=lambda f: f.__name__)
def test_calls(f, plan):
    for n in (0, 1, 7):
        assert_unchanged(f, plan, 0.7, 1.4, n, argnums=(0, 1))


@every_plan
def test_pullbacks_can_be_called_again(plan):
    args = np.linspace(0.3, 0.9, 5), 0.4, 9
    value, pullback = tl.vjp(updated_in_place, *args, **plan)
    expected, reference = tl.vjp(updated_in_place, *args)
    assert value == expected
    for y_bar in (1.0, -2.0, 1.0):
        for a, b in zip(pullback(y_bar), reference(y_bar), strict=True):
            assert np.array_equal(a, b)


@every_plan
def test_pickled(plan):
    gradient = tl.grad(scalars, **plan)
    assert pickle.loads(pickle.dumps(gradient)) is gradient


@pytest.mark.parametrize("slots", [1, 4, 12])
def test_no_more_states_are_alive(slots):
    """The slots, the state at hand, its adjoint, and what one step needs."""
    u = np.linspace(0.3, 0.9, 20_000)
    gradient = tl.grad(arrays, checkpoint="revolve", slots=slots)
    gradient(u, 0.4, 1)
    tracemalloc.start()
    gradient(u, 0.4, 150 if slots > 1 else 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= (slots + 8) * u.nbytes


@every_plan
def test_higher_order(plan):
    second = tl.grad(tl.grad(scalars, **plan), **plan)
    assert second(0.7, 0.4, 9) == pytest.approx(tl.grad(tl.grad(scalars))(0.7, 0.4, 9), rel=1e-12)


# -- what is refused -------------------------------------------------------------------------------------------------

def draws(x, n):
    for _ in range(n):
        x = math.sin(x) + random.random()
    return x


def draws_arrays(x, n):
    rng = np.random.default_rng(0)
    for _ in range(n):
        x = math.sin(x) + rng.normal()
    return x


def prints(x, n):
    for _ in range(n):
        x = math.sin(x)
        print(x)
    return x


def draws_in_a_call(x, n):
    for _ in range(n):
        x = draws(x, 1)
    return x


def over_a_string(x, n):
    for c in "abc" * n:
        x = math.sin(x) * (2.0 if c == "b" else 1.0)
    return x


@every_plan
@pytest.mark.parametrize(("f", "line"), [(draws, 3), (draws_arrays, 4), (prints, 4), (draws_in_a_call, None), (over_a_string, 2)],
                         ids=lambda v: getattr(v, "__name__", ""))
def test_refused(f, line, plan):
    with pytest.raises(UnsupportedError) as refusal:
        tl.grad(f, **plan)(0.5, 3)
    assert refusal.value.filename == __file__
    first = f.__code__.co_firstlineno
    assert refusal.value.lineno == (first + line - 1 if line else draws.__code__.co_firstlineno + 2)


def fails(x, n):
    for i in range(n):
        x = math.log(x - i)
    return x


@every_plan
def test_an_exception_passes(plan):
    with pytest.raises(ValueError, match="math domain error"):
        tl.value_and_grad(fails, **plan)(3.0, 5)


@pytest.mark.parametrize("plan", [{"checkpoint": "all"}, {"slots": 3}, {"checkpoint": "revolve"}, {"checkpoint": "revolve", "slots": 0},
                                  {"checkpoint": "segments", "slots": 2.5}], ids=str)
def test_options(plan):
    with pytest.raises(ArgnumsError):
        tl.grad(scalars, **plan)


def test_derivatives_with_other_checkpoints_are_others():
    plans = [{}, *PLANS]
    assert len({id(tl.grad(scalars, **p)) for p in plans}) == len(plans)
    assert tl.grad(scalars, **PLANS[2]) is tl.grad(scalars, **PLANS[2])
