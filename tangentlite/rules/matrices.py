"""`numpy.linalg`: inverses, determinants, systems of equations, Cholesky factors. Giles (2008); Murray (2016) for Cholesky.

Functions of symmetric (Hermitian) matrices, of which NumPy reads one half, are differentiated along symmetric directions:
their gradients are symmetric.
"""
from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Expr, lift
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import cast_to, fitted, is_real, known_rank, rank
from tangentlite.rules.stacks import (
    adjoint,
    imaginary,
    inexact,
    per_matrix,
    real_dtype,
    refuse,
    scaled,
    square,
    symmetrized,
    transposed,
    tuple_kind,
)
from tangentlite.rules.verbs import custom

inv, solve = np.linalg.inv, np.linalg.solve
cofactors, cofactors_slope = lift(runtime.cofactors), lift(runtime.cofactors_slope)


# -- inverses and determinants ---------------------------------------------------------------------------------------

def inv_adjoint(g: Any, y: Any, x: Any) -> Any:
    return -(transposed(y) @ g @ transposed(y))


def trace_of_product(a: Any, b: Any) -> Any:
    """tr(aᵀ b)"""
    return np.sum(a * b) if rank(a) == rank(b) == 2 else np.sum(a * b, axis=(-2, -1))


def det_tangent(y: Any, dots: Any, x: Any) -> Any:
    return trace_of_product(cofactors(x), dots[0])


def det_adjoint(g: Any, y: Any, x: Any) -> Any:
    """det(x) inv(x).T; of a logarithm, the determinant cancels."""
    of_log = divided_by(g, y)
    return scaled(g, cofactors(x)) if of_log is None else scaled(of_log, transposed(inv(x)))


def divided_by(g: Any, y: Any) -> Any:
    """h, where the adjoint `g` is h / y."""
    made = g.builder.fresh.get(g.atom)
    return Expr(made.args[0], g.builder) if made is not None and made.op is operator.truediv and made.args[1] is y.atom else None


def slogdet_tangent(y: Any, dots: Any, x: Any) -> Any:
    log_dot = trace_of_product(transposed(inv(x)), dots[0])
    if is_real(x):
        return tuple_of(0.0 * y[1], log_dot)
    return tuple_of(y[0] * imaginary(log_dot), np.real(log_dot))


def slogdet_adjoint(g: Any, y: Any, x: Any) -> Any:
    """d log det = tr(x⁻¹ dx); its imaginary part turns the sign of a complex determinant."""
    sign_bar, log_bar = components(g, 2)
    if sign_bar is not None and not is_real(x):
        log_bar = plus(log_bar, imaginary(sign_bar * y[0]))
    return None if log_bar is None else scaled(log_bar, transposed(inv(x)))


custom(inv, lambda y, dots, x: -(y @ dots[0] @ y), inv_adjoint, kind=square)
custom(np.linalg.det, det_tangent, det_adjoint, kind=per_matrix)
custom(np.linalg.slogdet, slogdet_tangent, slogdet_adjoint,
       kind=lambda x: tuple_kind(per_matrix(x), real_per_matrix(x)))


def real_per_matrix(x: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.NUMERIC if dims is None else K.numeric(real_dtype(x), dims[:-2])


def no_third_derivative(*args: Any) -> Any:
    refuse(True, "third derivatives of np.linalg.det")


custom(runtime.cofactors, lambda y, dots, x: cofactors_slope(x, dots[0]), lambda g, y, x: cofactors_slope(x, g), kind=square)
custom(runtime.cofactors_slope, no_third_derivative, no_third_derivative, kind=square)


# -- systems of equations --------------------------------------------------------------------------------------------

def vectors(a: Any, b: Any) -> bool:
    """Is the right-hand side one vector for many matrices?"""
    p, q = known_rank(a), known_rank(b)
    return p > 2 and q == 1


def solve_adjoint(g: Any, x: Any, a: Any, b: Any) -> Any:
    if vectors(a, b):
        b_bar = np.squeeze(solve(transposed(a), np.expand_dims(g, -1)), -1)
        return cast_to(-(np.expand_dims(b_bar, -1) * np.expand_dims(x, -2)), a), fitted(b_bar, b)
    b_bar = solve(transposed(a), g)
    a_bar = np.outer(b_bar, x) if rank(b) == 1 else b_bar @ transposed(x)
    return fitted(-a_bar, a), fitted(b_bar, b)


def solve_tangent(x: Any, dots: Any, a: Any, b: Any) -> Any:
    many = vectors(a, b)
    if dots[0] is None:
        return solve(a, dots[1])
    moved = np.squeeze(dots[0] @ np.expand_dims(x, -1), -1) if many else dots[0] @ x
    change = -moved if dots[1] is None else dots[1] - moved
    return np.squeeze(solve(a, np.expand_dims(change, -1)), -1) if many else solve(a, change)


def solve_kind(a: Any, b: Any) -> K.Kind:
    p, q = K.dims_of(K.kind_of(a)), K.dims_of(K.kind_of(b))
    dtypes = {inexact(a), inexact(b)}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    if not p or not q:
        return K.Array(dtype, None)
    if len(q) == 1:
        return K.Array(dtype, (*p[:-2], q[0]))
    batch = K.broadcast_dims(p[:-2], q[:-2])
    return K.Array(dtype, None if batch is None else (*batch, *q[-2:]))


custom(solve, solve_tangent, solve_adjoint, kind=solve_kind)


# -- Cholesky factors ------------------------------------------------------------------------------------------------

def lower_half(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return 0.5 * (np.tril(x) + np.tril(x, -1))


def cholesky_tangent(y: Any, dots: Any, x: Any, *, upper: bool = False) -> Any:
    """L Φ(L⁻¹ dA L⁻ᴴ), where Φ takes the lower half."""
    factor = adjoint(y) if upper else y
    dot = factor @ lower_half(solve(factor, adjoint(solve(factor, symmetrized(dots[0])))))
    return adjoint(dot) if upper else dot


def cholesky_adjoint(g: Any, y: Any, x: Any, *, upper: bool = False) -> Any:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ L_bar) L⁻¹ (Murray 2016)."""
    factor, g = (adjoint(y), adjoint(g)) if upper else (y, g)
    if is_real(y):
        lower = lift(np.tri)(y.shape[-1], dtype=bool)
        s = transposed(factor) @ np.where(lower, g, 0.0)
        inverse = inv(transposed(factor))
        return 0.5 * (inverse @ np.where(lower, s, transposed(s)) @ transposed(inverse))
    s = lower_half(transposed(factor) @ np.tril(g))
    s = solve(adjoint(factor), transposed(solve(transposed(factor), s)))
    return symmetrized(transposed(s))


custom(np.linalg.cholesky, cholesky_tangent, cholesky_adjoint, kind=square)
