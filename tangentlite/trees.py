"""Structures of numbers and arrays: lists, tuples, dictionaries and objects, as the leaves they hold and back.

    {"w": w, "layers": [b, c]}     has the leaves     w, b, c

A list or tuple of numbers is a leaf: NumPy makes an array of it.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tangentlite.objects import attributes, has_attributes
from tangentlite.runtime import instance, rebuilt


def keys(x: Any) -> list[Any] | None:
    """What the parts of a structure are found by; None for a leaf."""
    if isinstance(x, dict):
        return list(x)
    if has_attributes(type(x)):
        return list(attributes(x))
    return None if not isinstance(x, (list, tuple)) or is_numbers(x) else list(range(len(x)))


def is_numbers(x: Any) -> bool:
    """Is this a list, or are these lists of lists, of numbers alone?"""
    if type(x) in (list, tuple):
        return bool(x) and all(map(is_numbers, x))
    return isinstance(x, (int, float, complex, np.number))


def part(x: Any, key: Any) -> Any:
    return x[key] if isinstance(x, (dict, list)) or isinstance(key, int) else getattr(x, key)


def leaves(x: Any, like: Any) -> list[Any]:
    """The leaves of what has the structure of `like`, in order.

    >>> x = {"w": 1.0, "layers": [2.0, {"b": 3.0}]}
    >>> leaves(x, x)
    [1.0, 2.0, 3.0]
    """
    found = keys(like)
    return [x] if found is None else [leaf for k in found for leaf in leaves(part(x, k), part(like, k))]


def whole(like: Any, found: Iterator[Any]) -> Any:
    """A structure like this one, of other leaves.

    >>> whole({"w": 1.0, "layers": [2.0, {"b": 3.0}]}, iter("abc"))
    {'w': 'a', 'layers': ['b', {'b': 'c'}]}
    """
    names = keys(like)
    if names is None:
        return next(found)
    parts = {k: whole(part(like, k), found) for k in names}
    if isinstance(like, dict):
        return parts
    return rebuilt(like, list(parts.values())) if isinstance(like, (list, tuple)) else instance(type(like), **parts)
