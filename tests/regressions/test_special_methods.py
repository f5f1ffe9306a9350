"""Which special method Python calls, and what it does when that gives `NotImplemented`."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl

X = 1.5


class Doubled:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def __reversed__(self):
        return iter([2.0 * v for v in self.items])


class Plain:
    def __init__(self, v):
        self.v = v

    def __mul__(self, other):
        return Plain(self.v * other.v)

    def __lt__(self, other):
        return self.v < other.v

    def __eq__(self, other):
        return self.v == other.v

    def __add__(self, other):
        if not isinstance(other, Plain):
            return NotImplemented
        return Plain(self.v + other.v)

    __hash__ = None


class Special(Plain):
    def __rmul__(self, other):
        return Plain(self.v * other.v * 10.0)

    def __gt__(self, other):
        return True

    def __eq__(self, other):
        return True

    def __radd__(self, other):
        return Plain(self.v + other.v * 3.0)

    __hash__ = None


class Other:
    def __init__(self, v):
        self.v = v

    def __radd__(self, left):
        return Plain(self.v * left.v)

    def __round__(self, digits=None):
        return self.v * (7.0 if digits is None else 3.0)


class Unequal:
    def __eq__(self, other):
        return NotImplemented

    __hash__ = None


def backwards(x):
    return sum(k * v for k, v in enumerate(reversed(Doubled([x, x * x]))))


def product_with_a_subclass(x):
    return (Plain(x) * Special(x)).v


def sum_with_a_subclass(x):
    return (Plain(x) + Special(2.0)).v


def order_with_a_subclass(x):
    return 2.0 * x if Plain(x) < Special(0.5) else 3.0 * x


def equal_to_a_subclass(x):
    return 2.0 * x if Plain(x) == Special(0.5) else 3.0 * x


def other_does_it(x):
    return (Plain(x) + Other(2.0)).v


def neither_knows(x):
    return 2.0 * x if Unequal() == Unequal() else 3.0 * x


def neither_knows_but_it_is_the_same(x):
    same = Unequal()
    return 2.0 * x if same == same else 3.0 * x


def rounded(x):
    return round(Other(x), 2) + round(Other(x))


def equal_keys(x):
    return {1: x, 1.0: x * x}[1] + {1: x, True: x ** 3}[1]  # noqa: F601


@pytest.mark.parametrize("f", [
    backwards, product_with_a_subclass, sum_with_a_subclass, order_with_a_subclass, equal_to_a_subclass, other_does_it, neither_knows,
    neither_knows_but_it_is_the_same, rounded, equal_keys])
def test_value_and_gradient(f):
    value, slope = tl.value_and_grad(f)(X)
    assert value == f(X)
    assert np.isclose(slope, (f(X + 1e-6) - f(X - 1e-6)) / 2e-6, rtol=1e-7)
