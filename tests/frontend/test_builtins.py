"""What Python's functions of iterators stand for: made when asked for, in order, once; and sets, which hold no derivative."""
from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import NoRuleError, UnsupportedError


def set_display(x):
    return sum({x, 2.0 * x})


def set_comprehension(x):
    return sum({x * k for k in range(3)})


def set_of_list(x):
    return max(set([x, 2.0 * x]))  # noqa: C405


@pytest.mark.parametrize("f", [set_display, set_comprehension, set_of_list], ids=lambda f: f.__name__)
@pytest.mark.parametrize("derive", [tl.grad, lambda f: lambda x: tl.jvp(f, (x,), (1.0,))], ids=["reverse", "forward"])
def test_sets_of_active_values_are_refused(f: Callable[..., Any], derive: Any) -> None:
    with pytest.raises(NoRuleError, match="a set of active values") as refusal:
        derive(f)(0.5)
    assert refusal.value.lineno


def interleaved(x):
    total = 1.0

    def grow(v):
        return v * total

    for y in map(grow, [x, x, x]):
        total = total + y
    return total


def left_early(x):
    for y in map(lambda v: 1.0 / v, [x, 0.0]):  # noqa: C417
        if y > 0.0:
            break
    return y


def short_circuit(x):
    return 3.0 * x if any((y := v) > 0.5 for v in [0.1, x, 4.0]) and y == x else 0.0


def infinite(x):
    return sum(w * v for w, v in zip(itertools.count(1.0), itertools.repeat(x, 3)))


@pytest.mark.parametrize("f", [interleaved, left_early, short_circuit, infinite], ids=lambda f: f.__name__)
def test_items_are_made_when_they_are_asked_for(f: Callable[..., Any]) -> None:
    slope = (f(1.5 + 1e-6) - f(1.5 - 1e-6)) / 2e-6
    assert tl.value_and_grad(f)(1.5) == pytest.approx((f(1.5), slope), rel=1e-6)


def written_between(x):
    items = [x, x]
    waves = map(lambda v: v * v, items)  # noqa: C417
    items.append(x)
    return sum(waves)


def written_in_the_loop(xs):
    ys = list(xs)
    total = 0.0
    for total in itertools.accumulate(ys):
        ys[1] = 2.0
    return total


def read_in_between(xs):
    best, total = -10.0, 0.0
    for v, w in zip(filter(lambda v: v > best, xs), xs):
        best = v
        total += v * w
    return total


def changed_in_between(xs):
    seen, total = 0.0, 0.0

    def note(v):
        nonlocal seen
        seen = seen + v
        return True

    for _, v in enumerate(filter(note, xs)):
        total += v * seen
    return total


@pytest.mark.parametrize(("f", "x"), [(written_between, 1.0), (written_in_the_loop, [1.0, 2.0]), (read_in_between, [1.0, 2.0]),
                                      (changed_in_between, [1.0, 2.0])], ids=["between", "loop", "read", "changed"])
def test_what_is_made_ahead_would_not_be_another_later(f: Callable[..., Any], x: Any) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        tl.grad(f)(x)
    assert refusal.value.lineno


def test_length_of_strict_zip() -> None:
    def f(x):
        return sum(a * b for a, b in zip([x, x], [1.0], strict=True))

    with pytest.raises(ValueError, match=r"zip\(\) argument 2 is shorter than argument 1"):
        tl.grad(f)(1.0)


def test_no_items() -> None:
    def largest(xs):
        return max((v for v in xs if v > 1.0), key=abs)

    with pytest.raises(ValueError, match="empty"):
        tl.grad(largest)([0.5])


def test_deleting_what_is_not_there() -> None:
    def f(x, k):
        items = [x for _ in range(3)]
        del items[k]
        return sum(items)

    assert tl.grad(f)(1.0, -1) == 2.0
    with pytest.raises(IndexError):
        tl.grad(f)(1.0, 3)


def test_a_function_that_is_returned_is_its_own_tangent() -> None:
    def f(x):
        return np.clip

    def g(x):
        return np.divide

    assert tl.jvp(f, (1.0,), (1.0,)) == (np.clip, np.clip)
    assert tl.jvp(g, (1.0,), (1.0,)) == (np.divide, np.divide)
