"""Pseudo-inverses and least squares, of matrices of constant rank. Golub & Pereyra (1973), "The differentiation of
pseudo-inverses and nonlinear least squares problems whose variables separate"."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import cast_to, conjugate, rank, static
from tangentlite.rules.stacks import adjoint, inexact, real_dtype, real_part, refuse, stack, symmetrized, transposed, tuple_kind
from tangentlite.rules.verbs import custom

pinv: Any = np.linalg.pinv


# -- pseudo-inverses -------------------------------------------------------------------------------------------------

def pinv_change(p: Any, a: Any, dot: Any) -> Any:
    """-P dA P + P Pᴴ dAᴴ (1 - A P) + (1 - P A) dAᴴ Pᴴ P"""
    star, dot_star = adjoint(p), adjoint(dot)
    left, right = star @ p, p @ star
    return right @ (dot_star - dot_star @ a @ p) + (dot_star - p @ a @ dot_star) @ left - p @ dot @ p


def pinv_contribution(g: Any, p: Any, a: Any) -> Any:
    """The transpose of `pinv_change`."""
    star, g = adjoint(p), conjugate(g)
    left, right = star @ p, p @ star
    g_star = adjoint(g)
    return conjugate((g_star - a @ p @ g_star) @ right + left @ (g_star - g_star @ p @ a) - star @ g @ star)


def pinv_tangent(y: Any, dots: Any, x: Any, rcond: Any = None, hermitian: Any = False, **tolerance: Any) -> Any:
    only_tolerance(tolerance)
    return pinv_change(y, x, symmetrized(dots[0]) if static(hermitian) is not False else dots[0])


def pinv_adjoint(g: Any, y: Any, x: Any, rcond: Any = None, hermitian: Any = False, **tolerance: Any) -> Any:
    only_tolerance(tolerance)
    x_bar = pinv_contribution(g, y, x)
    return cast_to(symmetrized(x_bar) if static(hermitian) is not False else x_bar, x)


def only_tolerance(keywords: dict[str, Any]) -> None:
    refuse(any(k != "rtol" for k in keywords), f"np.linalg.pinv with {', '.join(keywords)}")


custom(pinv, pinv_tangent, pinv_adjoint, kind=lambda x, *rest, **keywords: stack(x, inexact(x), lambda m, n: (n, m)))


# -- least squares ---------------------------------------------------------------------------------------------------

def lstsq_pinv(a: Any, rcond: Any) -> Any:
    """The pseudo-inverse with the rank that `np.linalg.lstsq` has found."""
    return pinv(a, rtol=None) if static(rcond) is None else pinv(a, rcond=rcond)


def lstsq_tangent(y: Any, dots: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """x = P b; the squared residuals change as the right-hand side does, and the singular values as those of `svd`."""
    refuse(rank(b) is None, "np.linalg.lstsq wants a number of dimensions that is known")
    p, x = lstsq_pinv(a, rcond), y[0]
    r = b - a @ x
    x_dot = None if dots[1] is None else p @ dots[1]
    seen = dots[1]
    if dots[0] is not None:
        star = adjoint(dots[0])
        x_dot = plus(x_dot, p @ (adjoint(p) @ (star @ r)) - p @ (dots[0] @ x) + complement(a, p, star @ (adjoint(p) @ x)))
        seen = -(dots[0] @ x) if seen is None else seen - dots[0] @ x
    residual = 2.0 * real_part(np.sum(conjugate(r) * seen, axis=0))  # there are none where the rank is not full
    residual = residual + 0.0 * y[1] if rank(b) == 1 else residual[lift(slice)(None, y[1].shape[0])]
    return tuple_of(x_dot, residual, 0.0, values_dot(a, dots[0], y[3]))


def complement(a: Any, p: Any, v: Any) -> Any:
    """What of `v` the matrix maps to 0."""
    return v - p @ (a @ v)


def values_dot(a: Any, dot: Any, s: Any) -> Any:
    if dot is None:
        return 0.0 * s
    parts = np.linalg.svd(a, full_matrices=False)
    inner = np.sum(conjugate(parts[0]) * (dot @ adjoint(parts[2])), axis=0)
    return real_part(inner)


def lstsq_adjoint(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    x_bar, residual_bar, _, s_bar = components(g, 4)
    refuse(rank(b) is None, "np.linalg.lstsq wants a number of dimensions that is known")
    a_bar = b_bar = None
    x = y[0]
    if x_bar is not None or residual_bar is not None:
        r = b - a @ x
    if x_bar is not None:
        p = lstsq_pinv(a, rcond)
        b_bar = transposed(p) @ x_bar
        a_bar = outer(conjugate(r), p @ conjugate(b_bar)) - outer(b_bar, x)
        a_bar = a_bar + outer(conjugate(adjoint(p) @ x), complement(a, p, conjugate(x_bar)))
    if residual_bar is not None:
        refuse(rank(b) != 1, "the residuals of np.linalg.lstsq with several right-hand sides")
        weights = 2.0 * np.sum(residual_bar) * conjugate(r)
        a_bar, b_bar = plus(a_bar, -outer(weights, x)), plus(b_bar, weights)
    if s_bar is not None:
        parts = np.linalg.svd(a, full_matrices=False)
        a_bar = plus(a_bar, conjugate(parts[0] * s_bar @ parts[2]))
    return None if a_bar is None else cast_to(a_bar, a), None if b_bar is None else cast_to(b_bar, b)


def outer(u: Any, v: Any) -> Any:
    """u vᵀ"""
    return np.outer(u, v) if rank(u) == 1 else u @ transposed(v)


def lstsq_kind(a: Any, b: Any, rcond: Any = None) -> Any:
    p, q, dtype = K.dims_of(K.kind_of(a)), K.dims_of(K.kind_of(b)), inexact(a) if inexact(a) == inexact(b) else None
    x = K.Array(dtype, (p[1], *q[1:]) if p is not None and len(p) == 2 and q else None)
    return tuple_kind(x, K.Array(real_dtype(a) if dtype else None, (K.fresh_dim(),)), K.UNKNOWN, K.Array(real_dtype(a), (K.fresh_dim(),)))


custom(np.linalg.lstsq, lstsq_tangent, lstsq_adjoint, kind=lstsq_kind)
