"""The transposes of functions that copy, repeat and select."""
from __future__ import annotations

from typing import Any

import numpy as np


def untile(g: Any, x: Any, reps: Any) -> Any:
    """Sum the copies that `np.tile(x, reps)` has made."""
    reps = reps if isinstance(reps, (tuple, list)) else (reps,)
    n = max(np.ndim(x), len(reps))
    reps, shape = (1,) * (n - len(reps)) + tuple(reps), (1,) * (n - np.ndim(x)) + np.shape(x)
    blocks = np.reshape(g, [n for pair in zip(reps, shape) for n in pair])
    return np.sum(blocks, axis=tuple(range(0, 2 * n, 2))).reshape(np.shape(x))[()]


def unrepeat(g: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Sum the copies that `np.repeat(x, repeats, axis)` has made."""
    if axis is None:
        return unrepeat(g, np.ravel(x), repeats, 0).reshape(np.shape(x))[()]
    owner = np.repeat(np.arange(np.shape(x)[axis]), repeats)
    result = np.zeros(np.shape(x), np.result_type(g))
    np.add.at(np.moveaxis(result, axis, 0), owner, np.moveaxis(g, axis, 0))
    return result


def unreduceat(g: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    """Spread `g` over the parts that `np.add.reduceat(x, indices, axis)` has summed."""
    result = np.zeros(np.shape(x), np.result_type(g))
    parts, rows = np.moveaxis(g, axis, 0), np.moveaxis(result, axis, 0)
    for k, (lo, hi) in enumerate(zip(indices, [*indices[1:], len(rows)])):
        rows[lo:max(hi, lo + 1)] += parts[k]
    return result


def undiagonal(g: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros like `x` with `g` on the diagonal: the transpose of `np.diagonal`."""
    result = np.zeros(np.shape(x), np.result_type(g))
    matrices = np.moveaxis(result, (axis1, axis2), (-2, -1))
    rows, columns = np.indices(matrices.shape[-2:])
    on = columns - rows == offset
    matrices[..., on] = g
    return result


def put_along_axis(x: Any, indices: Any, g: Any, axis: int) -> Any:
    """Zeros like `x` with `g` added at `indices`: the transpose of `np.take_along_axis`."""
    if axis is None:
        return put_along_axis(np.ravel(x), indices, g, 0).reshape(np.shape(x))
    result = np.zeros(np.shape(x), np.result_type(g))
    grid = list(np.indices(np.shape(indices), sparse=True))
    grid[axis] = indices
    np.add.at(result, tuple(grid), g)
    return result


def along_axis(x: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    """The index of what `np.take_along_axis(x, indices, axis)` takes."""
    grid = list(np.indices(np.shape(x), sparse=True))
    grid[axis] = indices
    return tuple(grid)
