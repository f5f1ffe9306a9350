"""In-place updates: a new value where one name alone refers to the memory, refused where another may see the change."""
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


@pytest.mark.parametrize("f", [number_then_array, fresh_array, result_of_a_call, lists, list_made_in_branches])
def test_memory_of_one_name(f):
    step = 1e-6
    expected = [(f(X + step * d) - f(X - step * d)) / (2 * step) for d in np.eye(3)]
    np.testing.assert_allclose(tl.grad(f)(X), expected, rtol=1e-7)
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


def grows_while_it_is_run_over(x):
    items = [x]
    for v in items:
        if len(items) < 4:
            items.append(v * 2)
    return items[-1].sum()


def parameter(x):
    x *= 2
    return np.sum(x)


def alias_of_a_parameter(x):
    y = x
    y *= 2
    return np.sum(x * y)


def integers(x):
    n = np.zeros(3, int)
    n += x
    return np.sum(n)


@pytest.mark.parametrize("f", [held_by_a_tuple, appended_by_a_local_function, other_name_in_the_next_iteration, maybe_the_same,
                               through_a_call, seen_by_a_view, grows_while_it_is_run_over, parameter, alias_of_a_parameter, integers])
def test_memory_that_may_be_shared(f):
    with pytest.raises(UnsupportedError) as caught:
        tl.grad(f)(X.copy())
    assert caught.value.filename == __file__
    assert caught.value.lineno > f.__code__.co_firstlineno
