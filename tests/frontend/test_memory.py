"""In-place updates: every name that sees the memory follows, and what cannot follow is refused when it is read."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError

X = np.array([0.3, 0.7, 1.1])


def double(u):
    return u * 2.0


def itself(u):
    return u


def number_then_array(x):
    total = 0.0
    for _ in range(3):
        total += np.sqrt(np.dot(x, x))
    return total


def fresh_array(x):
    y = x * 2
    y += 1
    y *= x
    return np.sum(y)


def result_of_a_call(x):
    y = double(x)
    y += x
    return np.sum(y * y)


def lists(x):
    items = [x]
    items += [2 * x]
    items += (x * x,)
    for _ in range(2):
        items.append(items[-1] * x)
    s = 0.0
    for v in items:
        s += v.sum()
    return s


def list_made_in_branches(x):
    items = [x] if x[0] > 5.0 else [x, x]
    items.append(x * x)
    return items[-1].sum() * items[0].sum()


def float32_array(x):
    u = x.astype(np.float32) * np.float32(3.0)
    u += x
    return np.sum(u)


def parameter(x):
    x *= 2
    return np.sum(x)


@pytest.mark.parametrize("f", [number_then_array, fresh_array, result_of_a_call, lists, list_made_in_branches, parameter])
def test_memory_of_one_name(f):
    step = 1e-6
    expected = [(f(X + step * d) - f(X - step * d)) / (2 * step) for d in np.eye(3)]
    x = X.copy()
    np.testing.assert_allclose(tl.grad(f)(x), expected, rtol=1e-7)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_allclose([tl.jvp(f, (X,), (d,))[1] for d in np.eye(3)], expected, rtol=1e-7)


def test_an_array_keeps_its_dtype():
    value, gradient = tl.value_and_grad(float32_array)(X)
    assert value.dtype == float32_array(X).dtype == np.float32
    np.testing.assert_array_equal(gradient, [4.0, 4.0, 4.0])


def held_by_a_tuple(x):
    items = [x]
    pair = (items, 1)
    items.append(x)
    return pair[0][-1].sum()


def appended_by_a_local_function(x):
    items = [x]

    def add(v):
        items.append(v)

    add(x * x)
    return items[-1].sum()


def other_name_in_the_next_iteration(x):
    other = [x]
    items = []
    for _ in range(3):
        items.append(x)
        items = other
    return len(other) * x.sum() + items[0].sum()


def maybe_the_same(x):
    a = x * 2
    b = a if x[0] > 0 else x
    a *= 2
    return np.sum(b)


def through_a_call(x):
    a = x * 2
    b = itself(a)
    b *= 2
    return np.sum(a * b)


def seen_by_a_view(x):
    a = x * 2
    row = a[1:]
    a *= 2
    return np.sum(row * a[1:])


def alias_of_a_parameter(x):
    y = x
    y *= 2
    return np.sum(x * y)


def integers(x):
    n = np.zeros(3, int)
    n += x
    return np.sum(n)


def test_integers_that_would_become_floats():
    with pytest.raises(UnsupportedError) as caught:
        tl.grad(integers)(X.copy())
    assert caught.value.filename == __file__
    assert caught.value.lineno > integers.__code__.co_firstlineno


def swapped_views(x):
    u = x * 1.0
    u[1:], u[:-1] = u[:-1], u[1:]
    return np.sum(u * x)


def view_kept_over_a_write(x):
    u = x * 1.0
    v = u[1:]
    u[1] = 5.0
    return np.sum(v * x[1:])


def written_while_it_is_run_over(x):
    u = x * 1.0
    for v in u[1:]:
        u[2] = 3.0 * v
    return np.sum(u)


def one_of_two(x):
    u = x * 1.0
    w = u if x[0] > 0 else x
    u[0] = 3.0
    return np.sum(w * x)


def written_by_a_local_function(x):
    u = x * 1.0

    def write():
        u[0] = 2.0

    write()
    return np.sum(u * x)


def writer(u):
    u[0] = 2.0
    return u


def written_by_a_callee(x):
    u = x * 1.0
    v = writer(u)
    return np.sum(u * v)


def element_of_a_list(x):
    u = x * 1.0
    items = [u, u]
    u[0] = 2.0
    return np.sum(items[0] * x)


def view_of_either(x):
    u = x * 1.0
    v = u[1:] if x[0] > 0 else u[:-1]
    u[1] = 7.0
    return np.sum(v * v)


def reshaped_parameter(x):
    u = x.reshape(3, 1)
    u[0] = 2.0
    return np.sum(u) * x[0]


def name_of_the_iteration_before(x):
    u = x * 1.0
    w = np.zeros(3)
    for i in range(3):
        if i > 0:
            w[0] = 3.0
        w = u[::-1]
    return np.sum(u * x)


def view_carried_by_a_loop_of_a_function(x):
    written_in_a_loop(x[::1])
    return np.sum(x)


def written_in_a_loop(a):
    for i in range(1):
        a[i] = 1
        a = a
    return np.zeros(3)


@pytest.mark.parametrize("f", [held_by_a_tuple, appended_by_a_local_function, seen_by_a_view, alias_of_a_parameter, view_kept_over_a_write,
                               written_by_a_local_function, written_by_a_callee, element_of_a_list, reshaped_parameter,
                               maybe_the_same, through_a_call, written_while_it_is_run_over, one_of_two, view_of_either,
                               swapped_views, other_name_in_the_next_iteration, name_of_the_iteration_before,
                               view_carried_by_a_loop_of_a_function])
def test_names_follow(f):
    test_memory_of_one_name(f)


def two_arguments(x, y):
    x[0] = 2.0
    return np.sum(x * y)


def test_arguments_that_share_memory():
    memory = np.array([0.3, 0.7, 1.1, 2.0])
    np.testing.assert_array_equal(tl.grad(two_arguments, argnums=(0, 1))(memory[:2], memory[2:])[0], [0.0, 2.0])
    with pytest.raises(ValueError, match="shares memory"):
        tl.grad(two_arguments)(memory, memory)
    with pytest.raises(ValueError, match="shares memory"):
        tl.grad(two_arguments)(memory[:3], memory[1:])
