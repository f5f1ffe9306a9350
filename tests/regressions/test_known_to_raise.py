"""Expressions that are known to raise: they do so where they run, and only there."""
from __future__ import annotations

import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError


class Point:
    def __init__(self, v):
        self.v = v


def on_one_path(x):
    o = Point(x)
    if x > 1.0:
        y = x * 2.0
        y = y + o.w
        y = y + 1.0
    else:
        y = o.v
    return y * 2.0


def by_iteration(x):
    o = Point(x)
    for i in range(4):
        x = x * 1.5 if i < 3 else x + 1.0
        if x > 100.0:
            x = x + o.w
    return x


@pytest.mark.parametrize(("f", "x", "slope"), [(on_one_path, 0.5, 2.0), (by_iteration, 2.0, 1.5 ** 3)])
def test_other_paths_have_derivatives(f, x, slope):
    assert tl.value_and_grad(f)(x) == (f(x), slope)
    assert tl.jvp(f, (x,), (1.0,)) == (f(x), slope)


@pytest.mark.parametrize(("f", "x"), [(on_one_path, 2.0), (by_iteration, 80.0)])
def test_the_path_raises_what_the_function_raises(f, x):
    for run in (f, tl.grad(f)):
        with pytest.raises(AttributeError, match="'Point' object has no attribute 'w'"):
            run(x)


def never_run(x):
    o = Point(x)
    for _ in range(int(x)):
        x = x * o.w
    return x


def in_a_conditional_expression(x):
    o = Point(x)
    try:
        y = o.w if x > 5.0 else x * 2.0
    except AttributeError:
        y = x * 100.0
    return y


def behind_and(x):
    o = Point(x)
    try:
        x > 5.0 and o.w
        y = x * 2.0
    except AttributeError:
        y = x * 100.0
    return y


def behind_or(x):
    o, n = Point(x), 0
    try:
        while n < 3 and (n < 5 or o.w > 2.0):
            n += 1
        y = x
    except AttributeError:
        y = x * 100.0
    return y


@pytest.mark.parametrize("f", [never_run, in_a_conditional_expression, behind_and, behind_or], ids=lambda f: f.__name__)
def test_what_may_not_run_is_refused(f):
    with pytest.raises(UnsupportedError, match="has no attribute `w` here"):
        tl.grad(f)(0.5)
