"""Singular value and QR decompositions of matrices and stacks of matrices.

Seeger et al. (2017), "Auto-differentiating linear algebra"; Roberts & Roberts (2020) for QR of wide matrices. Singular values
alone have a derivative also where some are equal; the singular vectors of equal values have none, and it is not finite here.
The basis of a null space that full_matrices=True or mode="complete" adds is arbitrary: its tangent is NaN, and an adjoint that
depends on it raises numpy.linalg.LinAlgError.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import DYNAMIC, cast_to, conjugate, fixed, is_real, rank, static
from tangentlite.rules.helpers import shape_like
from tangentlite.rules.stacks import (
    across,
    adjoint,
    diagonal,
    down,
    identity_of,
    imaginary,
    inexact,
    like_matrix,
    on_diagonal,
    real_dtype,
    real_part,
    reciprocal_gaps,
    refuse,
    skewed,
    stack,
    symmetrized,
    transposed,
    tuple_kind,
)
from tangentlite.rules.verbs import custom, linear

qr, svd = np.linalg.qr, np.linalg.svd
leading, enlarged, add_at, minimum = lift(runtime.leading), lift(runtime.enlarged), lift(runtime.add_at), lift(min)


def first(x: Any, n: Any) -> Any:
    """The first `n` columns."""
    return x[(slice(None), lift(slice)(None, n)) if rank(x) == 2 else (Ellipsis, lift(slice)(None, n))]


def first_rows(x: Any, n: Any) -> Any:
    part = lift(slice)(None, n)
    return x[part if rank(x) == 2 else (Ellipsis, part, slice(None))]


linear(runtime.leading, lambda t, g, part: enlarged(t, g, 0.0), kind=shape_like, view=True)
linear(runtime.enlarged, lambda t, dot, y, rest: leading(t, dot), kind=shape_like)


# -- singular values -------------------------------------------------------------------------------------------------

def thin_svd(y: Any, full: Any) -> tuple[Any, Any, Any]:
    u, s, vh = y[0], y[1], y[2]
    refuse(static(full) is DYNAMIC, "np.linalg.svd wants full_matrices that is known")
    if not static(full):
        return u, s, vh
    n = s.shape[0] if rank(s) == 1 else s.shape[-1]
    return first(u, n), s, first_rows(vh, n)


def reciprocal_sums(s: Any, real: bool) -> Any:
    """1 / (s_i + s_j); the diagonal does not matter where all is real, and may be zero."""
    sums = across(s) + down(s)
    return 1.0 / (sums + identity_of(s) if real else sums)


def svd_values(x: Any) -> Any:
    return svd(x, full_matrices=False)


def svd_tangent(y: Any, dots: Any, x: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False) -> Any:
    dot = symmetrized(dots[0]) if static(hermitian) is not False else dots[0]
    if static(compute_uv) is False:
        u, _, vh = thin_svd(svd_values(x), False)
        return real_part(diagonal(adjoint(u) @ dot @ adjoint(vh)))
    refuse(static(compute_uv) is DYNAMIC, "np.linalg.svd wants compute_uv that is known")
    u, s, vh = thin_svd(y, full_matrices)
    on_right, on_left = dot @ adjoint(vh), adjoint(u) @ dot
    inner = adjoint(u) @ on_right
    differences, sums = skewed(inner) * reciprocal_sums(s, is_real(x)), (inner + adjoint(inner)) * reciprocal_gaps(s)
    u_dot = u @ (0.5 * (sums + differences)) + (on_right - u @ inner) / across(s)
    vh_dot = 0.5 * (differences - sums) @ vh + (on_left - inner @ vh) / down(s)
    if static(full_matrices):
        u_dot, vh_dot = enlarged(u_dot, y[0], np.nan), enlarged(vh_dot, y[2], np.nan)
    return tuple_of(cast_to(u_dot, y[0]), real_part(diagonal(inner)), cast_to(vh_dot, y[2]))


def svd_adjoint(g: Any, y: Any, x: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False) -> Any:
    if static(compute_uv) is False:
        u, _, vh = thin_svd(svd_values(x), False)
        x_bar = conjugate(u * across(g) @ vh)
    else:
        refuse(static(compute_uv) is DYNAMIC, "np.linalg.svd wants compute_uv that is known")
        u, s, vh = thin_svd(y, full_matrices)
        u_bar, s_bar, vh_bar = components(g, 3)
        if static(full_matrices):
            u_bar, vh_bar = (None if bar is None else leading(bar, part) for bar, part in ((u_bar, u), (vh_bar, vh)))
        if u_bar is None and vh_bar is None:
            x_bar = None if s_bar is None else conjugate(u * across(s_bar) @ vh)
        else:
            x_bar = conjugate(vectors_adjoint(u_bar, s_bar, vh_bar, u, s, vh))
    if x_bar is None:
        return None
    return cast_to(symmetrized(x_bar) if static(hermitian) is not False else x_bar, x)


def vectors_adjoint(u_bar: Any, s_bar: Any, vh_bar: Any, u: Any, s: Any, vh: Any) -> Any:
    """Uᴴ dU and Vᴴ dV follow from the sum and the difference of Uᴴ dX V and its adjoint; the rest is orthogonal to U and V."""
    left = None if u_bar is None else adjoint(u) @ conjugate(u_bar)
    right = None if vh_bar is None else vh @ transposed(vh_bar)
    a, b = (None if m is None else skewed(m) for m in (left, right))
    both, apart = plus(a, b), a if b is None else -b if a is None else a - b
    inner = 0.5 * (both * reciprocal_gaps(s) + apart * reciprocal_sums(s, is_real(u)))
    inner = inner if s_bar is None else inner + on_diagonal(s_bar)
    x_bar = u @ inner @ vh
    if u_bar is not None:
        x_bar = x_bar + (conjugate(u_bar) - u @ left) / across(s) @ vh
    if vh_bar is not None:
        x_bar = x_bar + u @ ((conjugate(vh_bar) - adjoint(right) @ vh) / down(s))
    return x_bar


def svd_kind(x: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False) -> K.Kind:
    k, full, uv = K.fresh_dim(), fixed(full_matrices), fixed(compute_uv)
    values = stack(x, real_dtype(x), lambda m, n: (k,))
    u = stack(x, inexact(x), lambda m, n: (m, m if full else k))
    vh = stack(x, inexact(x), lambda m, n: (n if full else k, n))
    return values if uv is False else tuple_kind(u, values, vh) if uv is True and full is not DYNAMIC else K.UNKNOWN


def svdvals_tangent(y: Any, dots: Any, x: Any) -> Any:
    return svd_tangent(y, dots, x, compute_uv=False)


def svdvals_adjoint(g: Any, y: Any, x: Any) -> Any:
    return svd_adjoint(g, y, x, compute_uv=False)


def svdvals_kind(x: Any) -> K.Kind:
    return svd_kind(x, compute_uv=False)


custom(svd, svd_tangent, svd_adjoint, kind=svd_kind)
custom(np.linalg.svdvals, svdvals_tangent, svdvals_adjoint, kind=svdvals_kind)


# -- orthogonal and triangular factors -------------------------------------------------------------------------------

def over(a: Any, r: Any) -> Any:
    """a r⁻¹"""
    return transposed(np.linalg.solve(transposed(r), transposed(a)))


def imaginary_diagonal(m: Any) -> Any:
    return identity_of(diagonal(m)) * imaginary(m)


def qr_forward(q: Any, r: Any, dot: Any) -> tuple[Any, Any]:
    """The tangents of thin factors; R is square, or wide where X is."""
    n = r.shape[-2]
    moved = over(first(dot, n), first(r, n))
    inner = adjoint(q) @ moved
    turn = skewed(np.tril(inner, -1))
    turn = turn if is_real(q) else turn + imaginary_diagonal(inner)
    return moved + q @ (turn - inner), adjoint(q) @ dot - turn @ r


def qr_reverse(q_bar: Any, r_bar: Any, q: Any, r: Any, x: Any) -> Any:
    """The transpose of `qr_forward`."""
    n = r.shape[-2]
    onto = None if q_bar is None else adjoint(q) @ conjugate(q_bar)
    turn = plus(onto, None if r_bar is None else -(conjugate(r_bar) @ adjoint(r)))
    moved = np.tril(skewed(turn), -1)
    moved = moved if is_real(q) else moved + imaginary_diagonal(turn)
    moved = q @ (moved if onto is None else moved - onto)
    moved = moved if q_bar is None else moved + conjugate(q_bar)
    first_bar = adjoint(np.linalg.solve(first(r, n), adjoint(moved)))
    start = np.zeros_like(x) if r_bar is None else q @ conjugate(r_bar)
    every = slice(None) if rank(x) == 2 else Ellipsis
    return cast_to(conjugate(add_at(start, (every, lift(slice)(None, n)), first_bar)), x)


def qr_changes(y: Any, dot: Any, x: Any, mode: str) -> tuple[Any, Any]:
    """The tangents of both factors."""
    q, r = y[0], y[1]
    if mode == "reduced":
        q_dot, r_dot = qr_forward(q, r, dot)
    else:
        n = minimum(x.shape[-2], x.shape[-1])
        q_dot, r_dot = qr_forward(first(q, n), first_rows(r, n), dot)
        q_dot, r_dot = enlarged(q_dot, q, np.nan), enlarged(r_dot, r, 0.0)
    return cast_to(q_dot, q), cast_to(r_dot, r)


def qr_contribution(q_bar: Any, r_bar: Any, y: Any, x: Any, mode: str) -> Any:
    """The adjoint of the matrix."""
    if q_bar is None and r_bar is None:
        return None
    q, r = y[0], y[1]
    if mode == "complete":
        n = minimum(x.shape[-2], x.shape[-1])
        q, r = first(q, n), first_rows(r, n)
        q_bar = None if q_bar is None else leading(q_bar, q)
        r_bar = None if r_bar is None else first_rows(r_bar, n)
    return qr_reverse(q_bar, r_bar, q, r, x)


def qr_tangent(y: Any, dots: Any, x: Any, mode: Any = "reduced") -> Any:
    form = static(mode)
    if form == "r":
        return cast_to(qr_forward(qr(x)[0], y, dots[0])[1], y)
    refuse(form not in ("reduced", "complete"), f"np.linalg.qr with mode={form!r}")
    return tuple_of(*qr_changes(y, dots[0], x, form))


def qr_adjoint(g: Any, y: Any, x: Any, mode: Any = "reduced") -> Any:
    form = static(mode)
    if form == "r":
        return qr_reverse(None, g, qr(x)[0], y, x)
    refuse(form not in ("reduced", "complete"), f"np.linalg.qr with mode={form!r}")
    q_bar, r_bar = components(g, 2)
    return qr_contribution(q_bar, r_bar, y, x, form)


def qr_kind(x: Any, mode: Any = "reduced") -> K.Kind:
    k = K.fresh_dim()
    q, r = stack(x, inexact(x), lambda m, n: (m, k)), stack(x, inexact(x), lambda m, n: (k, n))
    match fixed(mode):
        case "reduced":
            return tuple_kind(q, r)
        case "complete":
            return tuple_kind(stack(x, inexact(x), lambda m, n: (m, m)), like_matrix(x))
        case "r":
            return r
    return K.UNKNOWN


custom(qr, qr_tangent, qr_adjoint, kind=qr_kind)
