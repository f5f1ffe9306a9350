"""Products of matrices whose dimensions are known at run time, determinants, permutations, eigenvectors."""
from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from tangentlite.runtime.scans import other_products
from tangentlite.runtime.shapes import cast_like, unbroadcast


def dot_left(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` in `np.dot(x, y)`, for any number of dimensions."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * y, x)
    last = np.ndim(y) - 1
    axes = [k for k in range(np.ndim(y)) if k != max(last - 1, 0)]
    return cast_like(np.tensordot(g, y, (range(np.ndim(g) - len(axes), np.ndim(g)), axes)), x)


def dot_right(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `y` in `np.dot(x, y)`, for any number of dimensions."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * x, y)
    free = range(np.ndim(x) - 1)
    y_bar = np.tensordot(x, g, (free, free))
    return cast_like(np.moveaxis(y_bar, 0, max(np.ndim(y) - 2, 0)), y)


def matmul_left(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` in `x @ y`, for any number of dimensions."""
    rows = g if np.ndim(x) > 1 else np.expand_dims(g, -1 if np.ndim(y) == 1 else -2)
    if np.ndim(y) == 1:
        x_bar = np.expand_dims(rows if np.ndim(x) > 1 else g, -1) * y
    else:
        x_bar = np.matmul(rows, np.swapaxes(y, -1, -2))
        x_bar = x_bar if np.ndim(x) > 1 else x_bar[..., 0, :]
    return unbroadcast(x_bar, x)


def matmul_right(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `y` in `x @ y`, for any number of dimensions."""
    if np.ndim(y) == 1:
        return unbroadcast(np.expand_dims(g, -1) * x, y)
    if np.ndim(x) == 1:
        return unbroadcast(np.expand_dims(x, -1) * np.expand_dims(g, -2), y)
    return unbroadcast(np.matmul(np.swapaxes(x, -1, -2), g), y)


def cofactors(x: Any) -> Any:
    """The gradient of det(x): det(x) inv(x).T, which exists also where x is singular."""
    if x.ndim == 2 and x.size:
        with contextlib.suppress(np.linalg.LinAlgError):
            inverse = np.linalg.inv(x)
            if np.abs(x).sum() * np.abs(inverse).sum() < 1e4:
                return np.linalg.det(x) * inverse.T
    u, s, vh = np.linalg.svd(x)
    return turned(u, np.expand_dims(other_products(s, -1), -2) * np.eye(s.shape[-1]), vh)


def cofactors_slope(x: Any, d: Any) -> Any:
    """The derivative of `cofactors` at `x` in the direction `d`."""
    u, s, vh = np.linalg.svd(x)
    e = np.conj(np.swapaxes(u, -1, -2)) @ d @ np.conj(np.swapaxes(vh, -1, -2))
    eye = np.eye(s.shape[-1])
    pairs = (1.0 - eye) * other_products(np.where(eye, 1.0, np.expand_dims(s, -2)), -1)  # products without two of the factors
    on_diagonal = np.einsum("...ij,...jj->...i", pairs, e)
    return turned(u, np.expand_dims(on_diagonal, -1) * eye - pairs * np.swapaxes(e, -1, -2), vh)


def turned(u: Any, m: Any, vh: Any) -> Any:
    """The cofactors `m` of a matrix in the bases of its singular value decomposition, in its own bases."""
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return np.expand_dims(sign, (-2, -1)) * (np.conj(u) @ m @ np.conj(vh)).astype(u.dtype)


def permutation(pivots: Any) -> Any:
    """The order of rows that LAPACK's interchanges make: `a[permutation(pivots)]` is L U."""
    order = np.arange(len(pivots))
    for k, p in enumerate(pivots):
        order[[k, p]] = order[[p, k]]
    return order


def require_diagonal(z: Any, t: Any) -> Any:
    """`z`. Raises LinAlgError unless `t` is diagonal up to rounding, as the Schur form of a symmetric matrix is."""
    if np.abs(t - np.diag(np.diagonal(t))).max(initial=0.0) > 1e-6 * np.abs(t).max(initial=0.0):
        raise np.linalg.LinAlgError("the derivative of a Schur decomposition is known for symmetric matrices alone")
    return z


def matching(found: Any, wanted: Any) -> Any:
    """For each of the `wanted` numbers the place of its own among those `found`, which are the same up to order and rounding."""
    order = np.empty(wanted.shape, int)
    for k in np.ndindex(wanted.shape[:-1]):
        distances = np.abs(wanted[k][:, np.newaxis] - found[k])
        for row in range(len(distances)):
            order[(*k, row)] = best = np.argmin(distances[row])
            distances[:, best] = np.inf
    return order


def add_outer(total: Any, u: Any, v: Any, pairs: list[tuple[Any, Any]]) -> Any:
    """`total` plus the outer product of two vectors, which `pairs` keeps until there are enough of them to be added at once."""
    pairs.append((u.copy(), v.copy()))
    return add_pairs(total, pairs) if len(pairs) == 64 else total


def add_pairs(total: Any, pairs: list[tuple[Any, Any]]) -> Any:
    """`total` plus the outer products of pairs of vectors, which are all dropped."""
    if not pairs:
        return total
    left, right = zip(*pairs)
    pairs.clear()
    return total + np.array(left).T @ np.array(right)
