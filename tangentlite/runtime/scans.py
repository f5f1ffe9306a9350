"""Products of all other factors, and the recurrences that scans are the solutions of."""
from __future__ import annotations

from typing import Any

import numpy as np


def other_products(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """For every element the product of all the others (along `axis`): the slope of `np.prod`."""
    x = np.asarray(x)
    if axis is None:
        return other_products(x.ravel(), 0).reshape(x.shape)
    if isinstance(axis, tuple):
        last = range(-len(axis), 0)
        moved = np.moveaxis(x, axis, last)
        flat = moved.reshape(*moved.shape[:x.ndim - len(axis)], -1)
        return np.moveaxis(other_products(flat, -1).reshape(moved.shape), last, axis)
    left = shift(np.cumprod(x, axis=axis), 1.0, axis)
    right = shift(np.flip(np.cumprod(np.flip(x, axis), axis), axis), 1.0, axis, True)
    return left * right


def shift(x: Any, first: float, axis: int, backwards: bool = False) -> Any:
    """`x` moved by one place along `axis`; `first` enters."""
    y = np.full_like(x, first)
    source, target = np.moveaxis(x, axis, 0), np.moveaxis(y, axis, 0)
    if backwards:
        target[:-1] = source[1:]
    else:
        target[1:] = source[:-1]
    return y


def recurrence(a: Any, b: Any, axis: int, backwards: bool = False) -> Any:
    """y with y[k] = a[k] y[k-1] + b[k] along `axis`, or from the other end: y[k] = a[k] y[k+1] + b[k]."""
    y = np.array(np.broadcast_arrays(a, b)[1], dtype=np.result_type(a, b))
    a, steps = np.moveaxis(np.asarray(a), axis, 0), np.moveaxis(y, axis, 0)
    if backwards:
        a, steps = a[::-1], steps[::-1]
    for k in range(1, len(steps)):
        steps[k] += a[k] * steps[k - 1]
    return y
