"""`numpy.linalg`: inverses, determinants, systems of equations, Cholesky factors, norms (of slope 0 at 0)."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import (
    DYNAMIC,
    cast_to,
    conjugate,
    fitted,
    fixed,
    is_real,
    kind,
    nonzero,
    normal_axes,
    rank,
    static,
)
from tangentlite.rules.reductions import extreme_weights, restored
from tangentlite.rules.ufuncs import tuple_of
from tangentlite.rules.verbs import UnknownKeyword, custom

inv, solve = np.linalg.inv, np.linalg.solve


def flipped(x: Any) -> Any:
    """The matrix (or matrices) transposed."""
    return x.T if rank(x) == 2 else np.swapaxes(x, -1, -2)


def square_kind(x: Any) -> K.Kind:
    k = K.kind_of(x)
    return K.Array(inexact(k), K.dims_of(k)) if isinstance(k, K.Array) else K.NUMERIC


def inexact(k: Any) -> str | None:
    """numpy.linalg keeps floating types."""
    return k.dtype if getattr(k, "dtype", None) in ("float32", "float64", "complex64", "complex128") else None


# -- inverses, determinants, equations -------------------------------------------------------------------------------

def matrix_outer(a: Any, b: Any, vectors: bool) -> Any:
    """a bᵀ, for vectors or stacks of matrices."""
    return np.outer(a, b) if vectors else np.matmul(a, flipped(b))


def inv_adjoint(g: Any, y: Any, x: Any) -> Any:
    return -np.matmul(np.matmul(flipped(y), g), flipped(y))


def times_matrix(g: Any, m: Any) -> Any:
    """A number for each matrix of a stack."""
    return g * m if rank(m) == 2 else np.expand_dims(g, (-2, -1)) * m


def trace_of_product(a: Any, b: Any) -> Any:
    """tr(a b)"""
    return np.sum(a * flipped(b), axis=(-2, -1))


def scalar_per_matrix(x: Any) -> K.Kind:
    k = K.kind_of(x)
    dims = K.dims_of(k)
    return K.NUMERIC if dims is None else K.numeric(inexact(k), dims[:-2])


def slogdet_adjoint(g: Any, y: Any, x: Any) -> Any:
    real_only(x, "np.linalg.slogdet")
    return None if g[1] is None else times_matrix(g[1], flipped(inv(x)))


def real_only(x: Any, what: str) -> None:
    if not is_real(x) and kind(x) not in (K.UNKNOWN, K.NUMERIC) and getattr(kind(x), "dtype", None):
        raise UnknownKeyword(f"{what} of complex matrices")


def solve_adjoint(g: Any, x: Any, a: Any, b: Any) -> Any:
    if rank(a) is None or rank(b) is None:
        raise UnknownKeyword("np.linalg.solve wants arrays whose number of dimensions is known")
    b_bar = solve(flipped(a), g)
    return fitted(-matrix_outer(b_bar, x, rank(b) == 1 and rank(a) == 2), a), fitted(b_bar, b)


def solve_tangent(x: Any, dots: Any, a: Any, b: Any) -> Any:
    if dots[0] is None:
        return solve(a, dots[1])
    moved = np.matmul(dots[0], x)
    return solve(a, -moved if dots[1] is None else dots[1] - moved)


def solve_kind(a: Any, b: Any) -> K.Kind:
    p, q = K.dims_of(K.kind_of(a)), K.dims_of(K.kind_of(b))
    dtypes = {inexact(K.kind_of(a)), inexact(K.kind_of(b))}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    return K.Array(dtype, q if p is not None and q is not None and len(p) == 2 and len(q) in (1, 2) else None)


def lower_half(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return 0.5 * (np.tril(x) + np.tril(x, -1))


def cholesky_tangent(y: Any, dots: Any, x: Any) -> Any:
    """L Φ(L⁻¹ dA L⁻ᵀ), where Φ takes the lower half."""
    symmetric = 0.5 * (dots[0] + flipped(dots[0]))
    return np.matmul(y, lower_half(solve(y, flipped(solve(y, symmetric)))))


def cholesky_adjoint(g: Any, y: Any, x: Any) -> Any:
    real_only(x, "np.linalg.cholesky")
    s = lower_half(np.matmul(flipped(y), np.tril(g)))
    s = solve(flipped(y), flipped(solve(flipped(y), flipped(s))))
    return 0.5 * (s + flipped(s))


custom(inv, lambda y, dots, x: -np.matmul(np.matmul(y, dots[0]), y), inv_adjoint, kind=square_kind)
custom(np.linalg.det, lambda y, dots, x: y * trace_of_product(inv(x), dots[0]),
       lambda g, y, x: times_matrix(g * y, flipped(inv(x))), kind=scalar_per_matrix)
custom(np.linalg.slogdet,
       lambda y, dots, x: tuple_of(y, 0.0 * y[1], trace_of_product(inv(x), dots[0])), slogdet_adjoint,
       kind=lambda x: K.Seq("tuple", (scalar_per_matrix(x), scalar_per_matrix(x))))
custom(solve, solve_tangent, solve_adjoint, kind=solve_kind)
custom(np.linalg.cholesky, cholesky_tangent, cholesky_adjoint, kind=square_kind)


# -- norms -----------------------------------------------------------------------------------------------------------

def norm_weights(y: Any, x: Any, order: Any, axis: Any) -> Any:
    """The slope of a norm; `y` broadcasts against `x`."""
    o, ax, r = static(order), static(axis), rank(x)
    if o is DYNAMIC or ax is DYNAMIC or o is not None and r is None:
        raise UnknownKeyword("np.linalg.norm wants ord, axis and a number of dimensions that are known")
    matrix = isinstance(ax, tuple) and len(ax) == 2 or ax is None and r == 2
    if o is None or o == "fro" or o == 2 and not matrix:
        return conjugate(x) / nonzero(y)
    if matrix or not is_real(x):
        raise UnknownKeyword(f"np.linalg.norm of matrices, or of complex vectors, with ord={o!r}")
    if o == 1:
        return np.sign(x)
    if o in (np.inf, -np.inf):
        return np.sign(x) * extreme_weights(y, np.abs(x), axis)
    if isinstance(o, (int, float)) and o > 1:
        return np.sign(x) * (np.abs(x) / nonzero(y)) ** (o - 1)
    raise UnknownKeyword(f"np.linalg.norm with ord={o!r}")


def norm_adjoint(g: Any, y: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:  # noqa: A002
    w = norm_weights(restored(y, x, axis, keepdims), x, ord, axis)
    return cast_to(restored(g, x, axis, keepdims) * w, x)


def norm_tangent(
    y: Any, dots: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False,  # noqa: A002
) -> Any:
    products = dots[0] * norm_weights(restored(y, x, axis, keepdims), x, ord, axis)
    options = {} if static(axis) is None else {"axis": axis}
    total = np.sum(products, **options, **({} if static(keepdims) is False else {"keepdims": keepdims}))
    return total if is_real(x) else np.real(total)


def norm_kind(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> K.Kind:  # noqa: A002
    k, ax, keep = K.kind_of(x), fixed(axis), fixed(keepdims)
    dtype = {"float32": "float32", "float64": "float64", "complex128": "float64"}.get(getattr(k, "dtype", ""))
    if ax is None and keep is False:
        return K.Number(dtype or "")
    dims = K.dims_of(k)
    axes = normal_axes(ax, len(dims)) if dims is not None else None
    if dims is None or axes is None or keep is DYNAMIC:
        return K.Array(dtype, None)
    return K.numeric(dtype, tuple(1 if j in axes else d for j, d in enumerate(dims) if keep or j not in axes))


custom(np.linalg.norm, norm_tangent, norm_adjoint, kind=norm_kind)
