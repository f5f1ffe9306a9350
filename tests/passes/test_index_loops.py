"""Loops over what varies: by index or key where the iterator is run over once, refused where it is used up in parts."""
from __future__ import annotations

import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError


def items_of_a_dictionary(x):
    t = 0.0
    for _, v in {"a": x, "b": x * x}.items():
        t += v
    return t


def keys_and_values(x):
    d = {"a": x, "b": x * x}
    t = 0.0
    for k in d:
        t += d[k] * 2
    for v in d.values():
        t += v * v
    return t


def enumerated_items(x):
    t = 0.0
    for i, (_, v) in enumerate({"a": x, "b": x * x}.items(), start=1):
        t += i * v + v
    return t


def zipped_values(x):
    t = 0.0
    for a, v in zip([1.0, 2.0, 3.0], {"a": x, "b": x * x}.values()):
        t += a * v
    return t


def items_backwards(x):
    t = 0.0
    for _, v in reversed({"a": x, "b": x * x}.items()):
        t = v * t + v
    return t


def iterator_of_constants_twice(x):
    rest = reversed([1.0, 2.0, 3.0])
    for _ in range(3):
        for v in rest:
            x = x * v + x ** 2
    return x


def counted_from(x):
    t = 0.0
    for i, v in enumerate([x, x * x], start=1):
        t += i * v
    for i, v in enumerate([x, x * x], 2):
        t += i * v
    return t


@pytest.mark.parametrize("f", [items_of_a_dictionary, keys_and_values, enumerated_items, zipped_values, items_backwards,
                               iterator_of_constants_twice, counted_from])
def test_derivative(f):
    expected = (f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6
    assert tl.grad(f)(1.3) == pytest.approx(expected, rel=1e-8)
    assert tl.jvp(f, (1.3,), (1.0,))[1] == pytest.approx(expected, rel=1e-8)


def begun_and_continued(x):
    pairs = zip([1.0, 2.0], [x, x])
    for a, b in pairs:
        x = x + a * b
    for a, b in pairs:
        x = x * a * b
    return x


def made_outside(x):
    pairs = zip([1.0, 2.0], [x, x])
    for _ in range(2):
        for a, b in pairs:
            x = x + a * b
    return x


@pytest.mark.parametrize("f", [begun_and_continued, made_outside])
def test_an_iterator_used_in_parts_is_refused(f):
    with pytest.raises(UnsupportedError, match="an iterator that is used elsewhere too"):
        tl.grad(f)(2.0)
