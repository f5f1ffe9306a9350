"""The text of branches and loops: what a path leaves alone is not written there."""
from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

import tangentlite as tl

QUOTES = '"""\n'


def body(f: Callable[..., Any], *args: Any, mode: str = "reverse") -> str:
    """The text after the docstring."""
    text: str = tl.source(f, *args, mode=mode).split(QUOTES, 1)[1].split("\n\n\n")[0]
    return inspect.cleandoc("\n" + text)


def positive_squares(xs):
    total = 0.0
    for x in xs:
        if x <= 0:
            continue
        total += x ** 2
    return total


def test_a_value_is_written_only_in_the_arm_that_changes_it() -> None:
    assert body(positive_squares, np.ones(4)) == inspect.cleandoc("""
        # memoryviews: their items are Python's floats
        xs = memoryview(xs)
        xs_bar = memoryview(np.zeros_like(xs))
        for i in range(len(xs)):
            x = xs[i]
            if x <= 0:
                continue
            # total += x ** 2
            x_bar = 2 * total_bar * x
            xs_bar[i] = x_bar
        return xs_bar.obj""")


def test_a_loop_goes_on_with_the_names_of_the_primal() -> None:
    assert body(positive_squares, np.ones(4), mode="forward") == inspect.cleandoc("""
        # memoryviews: their items are Python's floats
        xs_dot = memoryview(xs_dot)
        total = 0.0
        total_dot = 0.0
        for i in range(len(xs)):
            x_dot = xs_dot[i]
            x = xs[i]
            if x <= 0:
                continue
            total_dot += 2 * x_dot * x
            total += x ** 2
        return total, total_dot""")


def fibonacci(n, a, b):
    for _ in range(n):
        a, b = b, a + b
    return a


def test_values_exchanged_in_the_primal_are_exchanged_in_its_derivatives() -> None:
    assert "    a_bar, b_bar = b_bar, a_bar + b_bar\n" in body(fibonacci, 5, 1.0, 2.0)
    assert "    a, b = b, a + b\n    a_dot, b_dot = b_dot, a_dot + b_dot\n" in body(fibonacci, 5, 1.0, 2.0, mode="forward")


def clipped(x, lo, hi):
    if not x < lo:
        if x > hi:
            y = hi * hi
        else:
            y = x * x
    else:
        y = lo ** 3
    return y


def test_nested_branches_are_a_chain() -> None:
    assert body(clipped, 1.0, 2.0, 3.0) == inspect.cleandoc("""
        if x < lo:
            # y = lo ** 3
            lo_bar = 3 * y_bar * lo ** 2
            hi_bar = 0.0
            x_bar = 0.0
        elif x > hi:
            # y = hi * hi
            hi_bar = 2.0 * y_bar * hi
            x_bar = 0.0
            lo_bar = 0.0
        else:
            # y = x * x
            x_bar = 2.0 * y_bar * x
            hi_bar = 0.0
            lo_bar = 0.0
        return x_bar, lo_bar, hi_bar""")
    assert tl.grad(clipped, argnums=(0, 1, 2))(5.0, 2.0, 3.0) == (0.0, 0.0, 6.0)
