"""Norms of vectors and matrices, and condition numbers. A norm has slope 0 where it is 0; what ties shares a total weight of 1.

Subgradients of matrix norms: Watson (1992), "Characterization of the subdifferential of some matrix norms".
"""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import DYNAMIC, cast_to, conjugate, fixed, is_real, known_rank, nonzero, normal_axes, rank, static
from tangentlite.rules.reductions import extreme_weights, restored
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.stacks import across, per_matrix, real_dtype, refuse
from tangentlite.rules.verbs import custom

norm, svd = np.linalg.norm, np.linalg.svd
SPECTRAL = (2, -2, "nuc")


def phase(x: Any) -> Any:
    """d|x|/dx: the sign, or its conjugate where x is complex."""
    return np.sign(x) if is_real(x) else np.conjugate(x) / nonzero(np.abs(x))


def vector_weights(y: Any, x: Any, order: Any, axis: Any) -> Any:
    """The slope of a norm of vectors; `y` broadcasts against `x`."""
    match order:
        case None | 2:
            return conjugate(x) / nonzero(y)
        case 1:
            return phase(x)
        case 0:
            return None
        case float() if order in (np.inf, -np.inf):
            return phase(x) * extreme_weights(y, np.abs(x), axis)
    return phase(x) * (np.abs(x) / nonzero(y)) ** (order - 1)


def matrix_weights(y: Any, x: Any, order: Any, axes: tuple[int, ...]) -> Any:
    """The slope of a norm of the matrices in two axes; `y` broadcasts against `x`."""
    rows, columns = axes
    if order in (None, "fro"):
        return conjugate(x) / nonzero(y)
    if order in SPECTRAL:
        return spectral_weights(x, order, axes)
    if order not in (1, -1, np.inf, -np.inf):
        raise UnknownKeyword(f"np.linalg.norm of matrices with ord={order!r}")
    summed, rest = (rows, columns) if abs(order) == 1 else (columns, rows)
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    extreme = (np.max if order > 0 else np.min)(sums, axis=rest, keepdims=True)
    return phase(x) * extreme_weights(extreme, sums, rest)


def spectral_weights(x: Any, order: Any, axes: tuple[int, ...]) -> Any:
    """U diag(w) Vᴴ, where w chooses the singular values that count."""
    r = known_rank(x)
    last = axes == (r - 2, r - 1)
    parts = svd(x if last else np.moveaxis(x, axes, (-2, -1)), full_matrices=False)
    u, s, vh = parts[0], parts[1], parts[2]
    if order == "nuc":
        w = s > 0.0
    else:
        along: dict[str, Any] = {} if rank(s) == 1 else {"axis": -1, "keepdims": True}
        hits = np.equal(s, (np.max if order == 2 else np.min)(s, **along))
        w = hits / np.sum(hits, **along)
    weights = conjugate(u * across(w) @ vh)
    return weights if last else np.moveaxis(weights, (-2, -1), axes)


def norm_weights(y: Any, x: Any, order: Any, axis: Any) -> Any:
    o, ax, r = static(order), static(axis), rank(x)
    if o is DYNAMIC or ax is DYNAMIC or o is not None and r is None:
        raise UnknownKeyword("np.linalg.norm wants ord, axis and a number of dimensions that are known")
    if isinstance(ax, tuple) and len(ax) == 2 or ax is None and r == 2:
        axes = (0, 1) if ax is None else normal_axes(ax, r) if r is not None else ax
        if axes is None:
            raise UnknownKeyword("np.linalg.norm along axes that do not exist")
        return matrix_weights(y, x, o, axes)
    return vector_weights(y, x, o, axis)


def contribution(g: Any, y: Any, x: Any, weights: Any, axis: Any, keepdims: Any) -> Any:
    """The adjoint of `x`, from the slope of the norm."""
    w = weights(restored(y, x, axis, keepdims))
    return None if w is None else cast_to(restored(g, x, axis, keepdims) * w, x)


def change(y: Any, dot: Any, x: Any, weights: Any, axis: Any, keepdims: Any) -> Any:
    """The tangent of the norm."""
    w = weights(restored(y, x, axis, keepdims))
    if w is None:
        return None
    options = {} if static(axis) is None else {"axis": axis}
    total = np.sum(dot * w, **options, **({} if static(keepdims) is False else {"keepdims": keepdims}))
    return cast_to(total if is_real(x) else np.real(total), y)


def norm_adjoint(g: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:  # noqa: A002
    return contribution(g, y, x, lambda y: norm_weights(y, x, ord, axis), axis, keepdims)


def norm_tangent(
    y: Any, dots: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False,  # noqa: A002
) -> Any:
    return change(y, dots[0], x, lambda y: norm_weights(y, x, ord, axis), axis, keepdims)


def norm_kind(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> K.Kind:  # noqa: A002
    ax, keep, dtype = fixed(axis), fixed(keepdims), real_dtype(x)
    if ax is None and keep is False:
        return K.Number(dtype or "")
    dims = K.dims_of(K.kind_of(x))
    axes = normal_axes(ax, len(dims)) if dims is not None else None
    if dims is None or axes is None or keep is DYNAMIC:
        return K.Array(dtype, None)
    return K.numeric(dtype, tuple(1 if j in axes else d for j, d in enumerate(dims) if keep or j not in axes))


custom(norm, norm_tangent, norm_adjoint, kind=norm_kind)


# -- numpy.linalg's other names for norms ----------------------------------------------------------------------------

def vector_norm_adjoint(g: Any, y: Any, x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:  # noqa: A002
    return contribution(g, y, x, lambda y: vector_norm_weights(y, x, ord, axis), axis, keepdims)


def vector_norm_tangent(y: Any, dots: Any, x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:  # noqa: A002
    return change(y, dots[0], x, lambda y: vector_norm_weights(y, x, ord, axis), axis, keepdims)


def vector_norm_weights(y: Any, x: Any, order: Any, axis: Any) -> Any:
    """All the elements are one vector where no axis is given."""
    refuse(static(order) is DYNAMIC or static(axis) is DYNAMIC, "np.linalg.vector_norm wants ord and axis that are known")
    return vector_weights(y, x, static(order), axis)


def matrix_norm(x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:  # noqa: A002
    return norm(x, ord, axis=(-2, -1), **({} if static(keepdims) is False else {"keepdims": keepdims}))


custom(np.linalg.vector_norm, vector_norm_tangent, vector_norm_adjoint,
       kind=lambda x, *, axis=None, keepdims=False, **order: norm_kind(x, None, axis, keepdims))
defined(np.linalg.matrix_norm, matrix_norm,
         kind=lambda x, *, keepdims=False, **order: norm_kind(x, None, (-2, -1), keepdims))


# -- condition numbers -----------------------------------------------------------------------------------------------

def cond(x: Any, p: Any = None) -> Any:
    order, r = static(p), rank(x)
    refuse(order is DYNAMIC or r is None, "np.linalg.cond wants p and a number of dimensions that are known")
    if order in (None, 2, -2):
        s = svd(x, compute_uv=False)
        largest, smallest = (s[0], s[-1]) if r == 2 else (s[..., 0], s[..., -1])
        return smallest / largest if order == -2 else largest / smallest
    options: dict[str, Any] = {} if r == 2 else {"axis": (-2, -1)}
    return norm(x, p, **options) * norm(np.linalg.inv(x), p, **options)


def cond_kind(x: Any, p: Any = None) -> K.Kind:
    k = per_matrix(x)
    return K.Number(real_dtype(x) or "") if K.is_number(k) else K.Array(real_dtype(x), K.dims_of(k))


defined(np.linalg.cond, cond, kind=cond_kind)
