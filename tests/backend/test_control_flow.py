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
        xs_bar = np.zeros_like(xs)
        for i in reversed(range(len(xs))):
            x = xs[i]
            if x <= 0:
                x_bar = 0.0
            else:
                # total += x ** 2
                x_bar = 2 * (total_bar * x)
            xs_bar[i] += x_bar
        return xs_bar""")


def test_a_loop_goes_on_with_the_names_of_the_primal() -> None:
    assert body(positive_squares, np.ones(4), mode="forward") == inspect.cleandoc("""
        total = 0.0
        total_dot = 0.0
        for i in range(len(xs)):
            x_dot = xs_dot[i]
            x = xs[i]
            if x <= 0:
                continue
            total_dot += 2 * (x_dot * x)
            total += x ** 2
        return total, total_dot""")
