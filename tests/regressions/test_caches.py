"""Functions with a cache and cached properties, where what they are computed from changes, and where it does not."""
from __future__ import annotations

import functools

import numpy as np
import pytest

import tangentlite as tl


class Lazy:
    def __init__(self, x):
        self.x = x
        self.asked = 0

    @functools.cached_property
    def total(self):
        return np.sum(self.x * self.x)

    @functools.cached_property
    def counted(self):
        self.asked += 1
        return np.sum(self.x) * self.asked

    @functools.cache
    def times(self, k):
        return np.sum(self.x) * k


def variable_between(x):
    a = x[0]

    @functools.cache
    def times(k):
        return a * k

    first = times(1)
    a = x[1]
    return first + times(1)


def variable_in_a_loop(x):
    a, y = x[0], 0.0

    @functools.cache
    def times(k):
        return a * k

    for k in range(3):
        y = y + times(k % 2)
        a = a * x[1]
    return y


def item_between(x):
    items = [x[0]]

    @functools.lru_cache(None)
    def times(k):
        return items[0] * k

    first = times(1)
    items[0] = x[1]
    return first + times(1)


def element_between(x):
    a = x * 1.0

    @functools.cache
    def squared(k):
        return a[k] ** 2

    first = squared(0) + squared(1)
    a[0] = 3.0
    return first * squared(1)


def element_of_an_attribute(x):
    lazy = Lazy(x * 1.0)
    first = lazy.total
    lazy.x[0] = 5.0
    return first * lazy.total


def element_in_a_loop(x):
    lazy, y = Lazy(x * 1.0), 0.0
    for k in range(2):
        y = y + lazy.total
        lazy.x[k] = 5.0
    return y


def changed_before_it_is_asked(x):
    lazy, y = Lazy(x), x[0]
    for _ in range(3):
        lazy.x = y
        y = y * lazy.total
    return y


def variable_before_it_is_asked(x):
    y = 0.0

    @functools.cache
    def times(k):
        return a * k

    for k in range(3):
        a = x[0] * k
        y = y + times(2)
    return y


def method_between(x):
    lazy = Lazy(x)
    first = lazy.times(2)
    lazy.x = 3.0 * x
    return first * lazy.times(2)


def counts_itself(x):
    lazy = Lazy(x)
    return lazy.counted * lazy.counted * lazy.asked


def asked_by_a_while_loop(x):
    lazy, y = Lazy(x * 1.0), 1.0
    while lazy.total + y < 10.0:
        y = y * 2.0
        lazy.x = lazy.x * 2.0
    return y * x[0]


def later(lazy, n):
    return lazy.total if n == 0 else later(lazy, n - 1)


def in_a_function_that_calls_itself(x):
    lazy = Lazy(x * 1.0)
    first = later(lazy, 2)
    lazy.x = 2.0 * x
    return first * later(lazy, 2)


CHANGING = [variable_between, variable_in_a_loop, item_between, element_between, element_of_an_attribute, element_in_a_loop,
            changed_before_it_is_asked, variable_before_it_is_asked, method_between, counts_itself, asked_by_a_while_loop,
            in_a_function_that_calls_itself]


@pytest.mark.parametrize("f", CHANGING, ids=lambda f: f.__name__)
def test_refused(f):
    with pytest.raises(tl.errors.UnsupportedError, match=r"is remembered, and .* computed from.* Do without the cache") as refusal:
        tl.grad(f)(np.array([0.7, 1.3]))
    assert refusal.value.filename == __file__


def asked_in_a_loop(x):
    lazy, y = Lazy(x * 2.0), 0.0
    for k in range(3):
        y = y + lazy.total * lazy.times(k)
    return y


def made_in_a_loop(x):
    y = 0.0
    for k in range(3):
        lazy = Lazy(x * k)

        @functools.cache
        def times(n):
            return lazy.total * n * x[0]

        y = y + times(2) * times(3)
    return y


def changed_before_and_after(x):
    lazy = Lazy(x)
    lazy.x = 2.0 * x
    y = lazy.total * lazy.total
    lazy.x = 3.0 * x
    return y * np.sum(lazy.x)


def recursive(x):
    @functools.cache
    def fibonacci(k):
        return x[0] if k < 2 else fibonacci(k - 1) + x[1] * fibonacci(k - 2)

    return fibonacci(6)


def of_items(x):
    items = [x[0], 2.0 * x[1]]

    @functools.cache
    def times(k):
        return items[k] * k

    y = 0.0
    for k in range(4):
        y = y + times(k % 2) * items[0]
    return y


@pytest.mark.parametrize("f", [asked_in_a_loop, made_in_a_loop, changed_before_and_after, recursive, of_items], ids=lambda f: f.__name__)
def test_right(f):
    x = np.array([0.7, 1.3])
    value, gradient = tl.value_and_grad(f)(x)
    assert value == f(x)
    for k, direction in enumerate(np.eye(2)):
        difference = (f(x + 1e-6 * direction) - f(x - 1e-6 * direction)) / 2e-6
        assert abs(gradient[k] - difference) < 1e-6 * max(1.0, abs(difference))
