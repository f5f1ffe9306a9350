"""Writes as functions: a new value with something written in it, and whether memory is shared."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.runtime.structures import accumulate, attributes_of, rebuilt


class Path(tuple[Any, ...]):
    """The index of an element of a list of lists, or of a slice: `u[i][j]` for Path((i, j))."""


def path(*indices: Any) -> Path:
    """The index by which `u[i][j]` is an element of `u`."""
    return Path(indices)


def element(u: Any, index: Any) -> Any:
    """`u[index]`; by a path, `u[i][j]`."""
    for k in index if isinstance(index, Path) else (index,):
        u = u[k]
    return u


def copied_table(rows: list[Any]) -> list[Any]:
    """A list of lists of numbers, or of arrays, with lists and arrays of its own."""
    return [copied_table(row) if isinstance(row, list) else row.copy() if isinstance(row, np.ndarray) else row for row in rows]


def copied(u: Any) -> Any:
    """A copy that can be written: NumPy's functions give numbers for arrays without axes."""
    return np.array(u) if isinstance(u, (np.generic, float, complex)) else u.copy()


def setitem(u: Any, index: Any, value: Any) -> Any:
    """`u` with `u[index] = value`."""
    if isinstance(index, Path) and isinstance(u, np.ndarray):
        u = u.copy()
        element(u, Path(index[:-1]))[index[-1]] = value
        return u
    if isinstance(index, Path):
        first, *rest = index
        return setitem(u, first, setitem(u[first], Path(rest), value) if rest else value)
    if isinstance(u, tuple):
        items = list(u)
        items[index] = value
        return rebuilt(u, items)
    u = copied(u)
    u[index] = value
    return u


def add_at(u: Any, index: Any, value: Any) -> Any:
    """`u` with `value` added at `index`; repeated indices accumulate. The transpose of `u[index]`."""
    if isinstance(u, (np.ndarray, np.generic, float, complex)):
        u = copied(u)
        if isinstance(index, Path):
            element(u, Path(index[:-1]))[index[-1]] += value
        elif is_basic(index):
            u[index] += value
        else:
            np.add.at(u, index, value)
        return u
    if isinstance(index, Path):
        first, *rest = index
        return setitem(u, first, add_at(u[first], Path(rest), value)) if rest else add_at(u, first, value)
    if isinstance(index, slice):
        return setitem(u, index, [accumulate(a, b) for a, b in zip(u[index], value, strict=True)])
    return setitem(u, index, accumulate(u[index], value))


def add_each(u: np.ndarray, index: Any, value: Any) -> None:
    """`u[index] += value` in place; repeated indices accumulate. Compiled code calls it, where NumPy has `np.add.at`."""
    np.add.at(u, index, value)


def last_written(g: Any, index: Any) -> Any:
    """`g[index]`, with 0 where `u[index] = value` writes the same element again later: the last write counts."""
    g_at = g[index]
    if not isinstance(g_at, np.ndarray):
        return g_at
    order = np.arange(g_at.size).reshape(g_at.shape)
    writer = np.empty(g.shape, dtype=order.dtype)
    writer[index] = order
    return np.where(writer[index] == order, g_at, 0.0)


def require_in_order(array: Any) -> None:
    """Raise ValueError for an array whose elements are not in C order: NumPy copies it, where others are reshaped."""
    if not array.flags.c_contiguous:
        raise ValueError("an argument that the function writes and reshapes is not in C order; pass np.ascontiguousarray of it")


def require_distinct(written: Any, *others: Any) -> None:
    """Raise ValueError if an argument that is written shares memory with another one: both would change."""
    for other in others:
        if isinstance(other, (list, tuple)):
            require_distinct(written, *other)
        elif isinstance(other, dict):
            require_distinct(written, *other.values())
        else:
            require_distinct(written, *attributes_of(other).values())
        if other is written or isinstance(other, np.ndarray) and isinstance(written, np.ndarray) and share_memory(other, written):
            raise ValueError("an argument that the function writes shares memory with another argument; pass a copy of it")


def share_memory(a: Any, b: Any) -> bool:
    return bool(np.may_share_memory(a, b) and np.shares_memory(a, b))


def is_basic(index: Any) -> bool:
    """Does the index select every element at most once (no integer arrays)?"""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or isinstance(p, (int, np.integer, slice)) for p in parts)


def with_real(z: Any, part: Any) -> Any:
    """`z` with another real part."""
    z = z.copy()
    z.real = part
    return z


def with_imag(z: Any, part: Any) -> Any:
    """`z` with another imaginary part."""
    z = z.copy()
    z.imag = part
    return z
