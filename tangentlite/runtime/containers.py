"""Lists, tapes and dictionaries that grow and shrink."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tangentlite.runtime.structures import zeros_like


def with_room(tape: Any, size: int) -> Any:
    """`tape`, or a larger array that begins like it: at least `size` long."""
    if size <= len(tape):
        return tape
    larger = np.empty(max(size, 2 * len(tape), 1024), tape.dtype)
    larger[:len(tape)] = tape
    return larger


def require_same_length(*items: Any) -> None:
    """Raise ValueError as `zip(..., strict=True)` does."""
    for k, other in enumerate(items[1:], 2):
        if len(other) != len(items[0]):
            raise ValueError(f"zip() argument {k} is {'shorter' if len(other) < len(items[0]) else 'longer'} than argument 1")


def require_one(items: Any) -> None:
    """Raise ValueError as `(item,) = items` does."""
    if len(items) != 1:
        raise ValueError("too many values to unpack (expected 1)" if len(items) else "not enough values to unpack (expected 1, got 0)")


def is_sequence(x: Any) -> bool:
    """Does `x` fit the pattern `[*_]`?"""
    return isinstance(x, Sequence) and not isinstance(x, (str, bytes, bytearray))


def is_mapping(x: Any) -> bool:
    """Does `x` fit the pattern `{}`?"""
    return isinstance(x, Mapping)


def sorting_order(keys: Any, reverse: bool = False) -> list[int]:
    """The places of `keys` in sorted order; equal ones stay in order."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def without(items: dict[Any, Any], key: Any) -> dict[Any, Any]:
    """`items` with `del items[key]`."""
    items = dict(items)
    del items[key]
    return items


def with_key(g: dict[Any, Any], key: Any, items: dict[Any, Any]) -> dict[Any, Any]:
    """The adjoint `g` of a dictionary after `del items[key]`, before it: 0 there."""
    return {k: zeros_like(v) if k == key else g[k] for k, v in items.items()}


def zeros_at(items: dict[Any, Any], key: Any) -> Any:
    """A zero like `items[key]`, of which there may be none."""
    return zeros_like(items.get(key))


def restricted(g: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """The adjoint `g` of a dictionary that may have been given more keys since it was copied from `items`."""
    return {k: g[k] for k in items}


def append(items: list[Any], value: Any) -> list[Any]:
    """`items` with `value` appended."""
    return [*items, value]


def without_last(items: list[Any]) -> list[Any]:
    """`items` without the last one."""
    return items[:-1]
