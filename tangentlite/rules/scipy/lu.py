"""`scipy.linalg`: LU and QR factors of square and rectangular matrices. Giles (2008); de Hoog, Anderssen & Lukas (2011) for LU."""
from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg as sl

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules import factors, matrices
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import cast_to, fixed, static
from tangentlite.rules.scipy.options import first_of, not_overwritten, one_matrix, only_part, outer, part_of
from tangentlite.rules.stacks import refuse, square, tuple_kind
from tangentlite.rules.verbs import constant, custom

solve_triangular, lu_solve = lift(sl.solve_triangular), lift(sl.lu_solve)
permutation, eye = lift(runtime.permutation), lift(np.eye)


# -- LU --------------------------------------------------------------------------------------------------------------

def inner_change(dot: Any, low: Any, up: Any) -> Any:
    """L⁻¹ dA U⁻¹: its strictly lower part is L⁻¹ dL, the rest dU U⁻¹."""
    left = solve_triangular(low, dot, lower=True, unit_diagonal=True)
    return solve_triangular(up, left.T, trans=1, lower=False).T


def inner_contribution(t: Any, low: Any, up: Any) -> Any:
    """L⁻ᵀ t U⁻ᵀ"""
    left = solve_triangular(low, t, trans=1, lower=True, unit_diagonal=True)
    return solve_triangular(up, left.T, lower=False).T


def unit_lower(packed: Any) -> Any:
    return np.tril(packed, -1) + eye(packed.shape[0])


def lu_factor_tangent(y: Any, dots: Any, a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a)
    packed, order = y[0], permutation(y[1])
    inner = inner_change(dots[0][order], packed, packed)
    return tuple_of(unit_lower(packed) @ np.tril(inner, -1) + np.triu(inner) @ np.triu(packed), 0 * y[1])


def lu_factor_adjoint(g: Any, y: Any, a: Any, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a)
    (bar, _), packed = components(g, 2), y[0]
    if bar is None:
        return None
    inner = np.tril(unit_lower(packed).T @ bar, -1) + np.triu(bar @ np.triu(packed).T)
    return cast_to(inner_contribution(inner, packed, packed)[np.argsort(permutation(y[1]))], a)


def straight(trans: Any, overwrite_b: Any) -> bool:
    not_overwritten(overwrite_b=overwrite_b)
    refuse(static(trans) not in (0, 1), f"trans={static(trans)!r}")
    return bool(static(trans) == 0)


def lu_solve_tangent(x: Any, dots: Any, pair: Any, b: Any, trans: Any = 0, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    """A = P L U, so that Pᵀ dA = dL U + L dU."""
    forwards, change, options = straight(trans, overwrite_b), dots[1], {} if static(trans) == 0 else {"trans": 1}
    if dots[0] is not None:
        packed, dot = part_of(pair, 0), part_of(dots[0], 0)
        order = permutation(part_of(pair, 1))
        matrix = np.tril(dot, -1) @ np.triu(packed) + unit_lower(packed) @ np.triu(dot)
        moved = (matrix @ x)[np.argsort(order)] if forwards else matrix.T @ x[order]
        change = -moved if change is None else change - moved
    return cast_to(lu_solve(pair, change, **options), x)


def lu_solve_adjoint(g: Any, x: Any, pair: Any, b: Any, trans: Any = 0, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    forwards = straight(trans, overwrite_b)
    b_bar = lu_solve(pair, g, **({"trans": 1} if forwards else {}))
    packed, order = part_of(pair, 0), permutation(part_of(pair, 1))
    matrix = outer(b_bar[order], x) if forwards else outer(x[order], b_bar)
    bar = np.tril(matrix @ np.triu(packed).T, -1) + np.triu(unit_lower(packed).T @ matrix)
    return only_part(pair, 0, cast_to(-bar, packed)), cast_to(b_bar, b)


def parts(y: Any, permute_l: Any, p_indices: Any, overwrite_a: Any) -> tuple[Any, Any, Any]:
    """The order of the rows, and the factors."""
    not_overwritten(overwrite_a=overwrite_a, permute_l=permute_l)
    refuse(not isinstance(static(p_indices), bool), "p_indices that is not known")
    return np.argsort(y[0]) if static(p_indices) else np.argmax(y[0], axis=0), y[1], y[2]


def lu_tangent(y: Any, dots: Any, a: Any, permute_l: Any = False, overwrite_a: Any = False, check_finite: Any = True,
               p_indices: Any = False) -> Any:
    one_matrix(a)
    order, low, up = parts(y, permute_l, p_indices, overwrite_a)
    inner = inner_change(dots[0][order], low, up)
    return tuple_of(0 * y[0], low @ np.tril(inner, -1), np.triu(inner) @ up)


def lu_adjoint(g: Any, y: Any, a: Any, permute_l: Any = False, overwrite_a: Any = False, check_finite: Any = True,
               p_indices: Any = False) -> Any:
    one_matrix(a)
    order, low, up = parts(y, permute_l, p_indices, overwrite_a)
    _, low_bar, up_bar = components(g, 3)
    inner = plus(None if low_bar is None else np.tril(low.T @ low_bar, -1), None if up_bar is None else np.triu(up_bar @ up.T))
    return None if inner is None else cast_to(inner_contribution(inner, low, up)[np.argsort(order)], a)


def lu_kind(a: Any, permute_l: Any = False, *rest: Any, p_indices: Any = False, **keywords: Any) -> K.Kind:
    if fixed(permute_l) is not False or rest:
        return K.UNKNOWN
    order = K.Array(None, None) if fixed(p_indices) is not False else K.Array(None, (K.fresh_dim(), K.fresh_dim()))
    return tuple_kind(order, square(a), square(a))


custom(sl.lu_factor, lu_factor_tangent, lu_factor_adjoint,
       kind=lambda a, *rest, **keywords: tuple_kind(square(a), K.Array(None, (K.fresh_dim(),))))
custom(sl.lu_solve, lu_solve_tangent, lu_solve_adjoint,
       kind=lambda pair, b, *rest, **keywords: matrices.solve_kind(first_of(pair), b), tuples=True)
custom(sl.lu, lu_tangent, lu_adjoint, kind=lu_kind)
constant(runtime.permutation, kind=lambda pivots: K.Array("int64", (K.fresh_dim(),)))


# -- QR --------------------------------------------------------------------------------------------------------------

MODES = {"full": "complete", "economic": "reduced"}


def qr_parts(y: Any, a: Any, overwrite_a: Any, mode: Any, pivoting: Any) -> tuple[str, Any]:
    """NumPy's name of the mode, and the order of the columns."""
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a)
    refuse(static(mode) not in MODES or not isinstance(static(pivoting), bool), f"sp.linalg.qr with mode={static(mode)!r}")
    return MODES[static(mode)], y[2] if static(pivoting) else None


def qr_tangent(y: Any, dots: Any, a: Any, overwrite_a: Any = False, lwork: Any = None, mode: Any = "full", pivoting: Any = False,
               check_finite: Any = True) -> Any:
    known, order = qr_parts(y, a, overwrite_a, mode, pivoting)
    if order is None:
        return factors.qr_tangent(y, dots, a, known)
    q_dot, r_dot = factors.qr_changes(y, dots[0][:, order], a[:, order], known)
    return tuple_of(q_dot, r_dot, 0 * order)


def qr_adjoint(g: Any, y: Any, a: Any, overwrite_a: Any = False, lwork: Any = None, mode: Any = "full", pivoting: Any = False,
               check_finite: Any = True) -> Any:
    known, order = qr_parts(y, a, overwrite_a, mode, pivoting)
    if order is None:
        return factors.qr_adjoint(g, y, a, known)
    q_bar, r_bar, _ = components(g, 3)
    bar = factors.qr_contribution(q_bar, r_bar, y, a[:, order], known)
    return None if bar is None else cast_to(bar[:, np.argsort(order)], a)


def qr_kind(a: Any, overwrite_a: Any = False, lwork: Any = None, mode: Any = "full", pivoting: Any = False, **keywords: Any) -> K.Kind:
    two = factors.qr_kind(a, MODES.get(fixed(mode), "raw") if isinstance(fixed(mode), str) else "raw")
    if not isinstance(two, K.Seq) or fixed(pivoting) is False:
        return two
    return tuple_kind(*(two.items or ()), K.Array(None, (K.fresh_dim(),))) if fixed(pivoting) is True else K.UNKNOWN


custom(sl.qr, qr_tangent, qr_adjoint, kind=qr_kind)
