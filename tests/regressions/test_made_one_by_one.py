"""Iterators that make items as they are asked for, and lists that functions hand to each other."""
from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import tangentlite as tl

X = 1.3


class Level:
    def __init__(self, x):
        self.x = x


def numeric(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


# What changes between two items

def sums_that_read_an_attribute(x):
    level, total = Level(x), 0.0
    for v in itertools.accumulate([x, 2.0 * x, x], lambda a, b: a + b * level.x):
        level.x = level.x + v
        total += v
    return total


def groups_that_read_an_attribute(x):
    level, total = Level(x), 0.0
    for above, group in itertools.groupby([x, 2.0 * x, x], lambda v: v * level.x > 2.0):
        for v in group:
            level.x = level.x + v
            total += v * above
    return total


def generator_that_reads_an_attribute(x):
    level, total = Level(x), 0.0

    def values():
        for k in range(3):
            yield level.x * k

    for v in values():
        level.x = level.x + v
        total += v
    return total


def generator_that_reads_an_array(x):
    y, total = np.array([x, 2.0 * x]), 0.0

    def values():
        for k in range(3):
            yield y[0] * k

    for v in values():
        y[0] += v + 1.0
        total += v
    return total


@pytest.mark.parametrize("f", [sums_that_read_an_attribute, groups_that_read_an_attribute, generator_that_reads_an_attribute,
                               generator_that_reads_an_array])
def test_items_that_would_have_been_others_are_refused(f):
    with pytest.raises(tl.errors.UnsupportedError, match="made one by one, and making them reads"):
        tl.grad(f)(X)


def list_that_has_read_an_attribute(x):
    level, total = Level(x), 0.0
    for v in list(itertools.accumulate([x, 2.0 * x, x], lambda a, b: a + b * level.x)):
        level.x = level.x + v
        total += v
    return total


def objects_changed_later(x):
    def values():
        level = Level(x)
        yield level
        level.x = 3.0 * x
        yield level

    return sum(v.x for v in values())


def arrays_changed_later(x):
    def values():
        u = np.array([x, 2.0 * x])
        yield u
        u *= 2.0
        yield u

    return sum(v[0] * v[1] for v in values())


def rows_changed_later(x):
    def values():
        row = [0.0, 0.0]
        for k in range(3):
            row[0] = x * k
            yield row

    return sum(v[0] * v[0] for v in values())


def views_of_an_array(x):
    def values(u):
        for k in range(len(u)):
            yield u[k:k + 1]

    u, total = np.array([x, 2.0 * x, 3.0 * x]), 0.0
    for v in values(u):
        u[:] = u * 2.0
        total += v[0]
    return total


@pytest.mark.parametrize("f", [objects_changed_later, arrays_changed_later, rows_changed_later, views_of_an_array])
def test_items_that_change_after_they_are_yielded_are_refused(f):
    with pytest.raises(tl.errors.TransformError):
        tl.grad(f)(X)


# What raises between two items

def roots(x):
    for v in [x, 2.0 * x, -x]:
        yield math.sqrt(v)


def generator_raises(x):
    total = 0.0
    try:
        for v in roots(x):
            total += v
    except ValueError:
        total += 100.0
    return total


def expression_raises(x):
    total = 0.0
    try:
        for v in (math.sqrt(u) for u in [x, 2.0 * x, -x]):
            total += v
    except ValueError:
        total += 100.0
    return total


def sums_raise(x):
    total = 0.0
    try:
        for v in itertools.accumulate([x, 2.0 * x, -x], lambda _, b: math.sqrt(b)):
            total += v
    except ValueError:
        total += 100.0
    return total


def two_clauses_raise(x):
    total = 0.0
    try:
        for v in (math.sqrt(u * w) for u in [x, 2.0 * x, -x] for w in [1.0, 2.0]):
            total += v
            if total > 100.0:
                break
    except ValueError:
        total += 100.0
    return total


@pytest.mark.parametrize("f", [generator_raises, expression_raises, sums_raise, two_clauses_raise])
def test_items_that_may_raise_in_a_try_are_refused(f):
    with pytest.raises(tl.errors.UnsupportedError, match="which may raise in between, in a `try`"):
        tl.grad(f)(X)


def all_taken_before_it_raises(x):
    total = x
    try:
        total += sum(roots(x))
    except ValueError:
        total *= 3.0
    return total


def listed_before_it_raises(x):
    total = x
    try:
        for v in list(roots(x)):
            total += v
    except ValueError:
        total *= 3.0
    return total


# Lists between functions

def multiples(x, n=4):
    return [x * k for k in range(n)]


def powers(x):
    return [x ** k for k in range(4)]


def squares(values):
    total = 0.0
    for v in values:
        total += v * v
    return total


def written_list(x, n=4):
    values = multiples(x, n)
    for k in range(1, n):
        values[k] = values[k] * values[k - 1] * 0.01 + x
    return squares(values)


def array_of_a_list(x):
    return np.sum(np.array(powers(x)) ** 2)


def product_of_a_list(x):
    return math.prod(powers(x))


def dot_of_a_list(x):
    values = powers(x)
    return np.dot(values, values) * values[1]


@pytest.mark.parametrize("f", [
    list_that_has_read_an_attribute, all_taken_before_it_raises, listed_before_it_raises, written_list, array_of_a_list,
    product_of_a_list, dot_of_a_list])
def test_values_and_derivatives(f):
    value, slope = tl.value_and_grad(f)(X)
    assert value == f(X)
    assert np.isclose(slope, numeric(f, X), rtol=1e-6)
    assert np.isclose(tl.grad(tl.grad(f))(X), numeric(tl.grad(f), X), rtol=1e-6, atol=1e-8)


def test_lists_between_functions_are_copied_once():
    text = tl.grad(written_list).specialize(X, 10).source
    for line in (line for loop in text.split("for ")[1:] for line in loop.splitlines()[1:] if line.startswith("        ")):
        assert "list(" not in line
