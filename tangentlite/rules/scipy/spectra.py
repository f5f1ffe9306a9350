"""`scipy.linalg`: eigenvalues, Schur and polar decompositions.

Giles (2008) for eigenvalues, also of pencils (A, B); Higham (2008), "Functions of matrices", chapter 8, for the polar decomposition.
"""
from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg as sl

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules import eigenvalues
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import cast_to, conjugate, fixed, is_real, static
from tangentlite.rules.scipy.options import not_overwritten, one_matrix, only_defaults
from tangentlite.rules.stacks import (
    across,
    adjoint,
    diagonal,
    inexact,
    like_matrix,
    on_diagonal,
    real_dtype,
    real_part,
    reciprocal_gaps,
    refuse,
    skewed,
    square,
    stack,
    symmetrized,
    transposed,
    tuple_kind,
)
from tangentlite.rules.verbs import custom, linear

eig, eigh, eigh_tridiagonal = lift(sl.eig), lift(sl.eigh), lift(sl.eigh_tridiagonal)
solve_sylvester, require_diagonal = lift(sl.solve_sylvester), lift(runtime.require_diagonal)


# -- symmetric matrices and pencils ----------------------------------------------------------------------------------

def checked(a: Any, eigvals_only: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The keywords that choose the matrix and the eigenvalues, for a call that gives the vectors too."""
    one_matrix(a)
    kept = {}
    for name, value in options.items():
        refuse(name not in ("lower", "overwrite_a", "overwrite_b", "type", "check_finite", "subset_by_index", "subset_by_value", "driver"),
               f"sp.linalg.eigh with {name}")
        if name.startswith("overwrite"):
            not_overwritten(**{name: value})
        if name == "type":
            only_defaults(type=(value, 1))
        if name.startswith("subset") and static(value) is not None:
            refuse(static(eigvals_only) is not True, f"eigenvectors with {name}")
            kept[name] = value
        if name == "lower":
            kept[name] = value
    return kept


def eigh_tangent(y: Any, dots: Any, a: Any, b: Any = None, *, eigvals_only: Any = False, **options: Any) -> Any:
    """A v = w B v with vᴴ B v = 1."""
    kept, only = checked(a, eigvals_only, options), static(eigvals_only)
    pair = eigh(a, *both(b), **kept) if only else y
    w, v = pair[0], pair[1]
    inner = sides(v, dots[0])
    metric = sides(v, dots[1]) if len(dots) > 1 else None
    inner = inner if metric is None else -metric * across(w) if inner is None else inner - metric * across(w)
    w_dot = real_part(diagonal(inner))
    if only:
        return w_dot
    turn = inner * reciprocal_gaps(w)
    return tuple_of(w_dot, v @ (turn if metric is None else turn - on_diagonal(0.5 * real_part(diagonal(metric)))))


def sides(v: Any, dot: Any) -> Any:
    return None if dot is None else adjoint(v) @ symmetrized(dot) @ v


def both(b: Any) -> tuple[Any, ...]:
    return () if static(b) is None else (b,)


def eigh_adjoint(g: Any, y: Any, a: Any, b: Any = None, *, eigvals_only: Any = False, **options: Any) -> Any:
    kept, only = checked(a, eigvals_only, options), static(eigvals_only)
    pair = eigh(a, *both(b), **kept) if only else y
    w, v = pair[0], pair[1]
    w_bar, v_bar = (g, None) if only else components(g, 2)
    if w_bar is None and v_bar is None:
        return None
    if v_bar is None:
        scaled = conjugate(v) * across(w_bar)
        return bars(a, b, scaled @ transposed(v), -(scaled * across(w)) @ transposed(v))
    onto = transposed(v) @ v_bar
    turn = onto * reciprocal_gaps(w)
    turn = turn if w_bar is None else turn + on_diagonal(w_bar)
    metric = -(turn * across(w)) - on_diagonal(0.5 * real_part(diagonal(onto)))
    return bars(a, b, *(symmetrized(conjugate(v) @ t @ transposed(v)) for t in (turn, metric)))


def bars(a: Any, b: Any, a_bar: Any, b_bar: Any) -> Any:
    return (cast_to(a_bar, a), cast_to(b_bar, b)) if both(b) else cast_to(a_bar, a)


def eigvalsh_tangent(y: Any, dots: Any, a: Any, b: Any = None, **options: Any) -> Any:
    return eigh_tangent(y, dots, a, b, eigvals_only=True, **options)


def eigvalsh_adjoint(g: Any, y: Any, a: Any, b: Any = None, **options: Any) -> Any:
    return eigh_adjoint(g, y, a, b, eigvals_only=True, **options)


def chosen(options: dict[str, Any]) -> bool:
    return any(fixed(options.get(f"subset_by_{name}")) is not None for name in ("index", "value"))


def values_kind(a: Any, *rest: Any, **options: Any) -> K.Kind:
    return stack(a, real_dtype(a), lambda m, n: (K.fresh_dim() if chosen(options) else n,))


def eigh_kind(a: Any, b: Any = None, *, eigvals_only: Any = False, **options: Any) -> K.Kind:
    only = fixed(eigvals_only)
    dtypes = {inexact(a), inexact(b)} if fixed(b) is not None else {inexact(a)}
    if len(dtypes) > 1 or not isinstance(only, bool):
        return K.UNKNOWN
    return values_kind(a, **options) if only else tuple_kind(
        values_kind(a, **options), stack(a, inexact(a), lambda m, n: (n, K.fresh_dim() if chosen(options) else n)))


custom(sl.eigh, eigh_tangent, eigh_adjoint, kind=eigh_kind)
custom(sl.eigvalsh, eigvalsh_tangent, eigvalsh_adjoint, kind=values_kind)


# -- general matrices ------------------------------------------------------------------------------------------------

def right_vectors_only(a: Any, b: Any, left: Any, right: Any, overwrite_a: Any, overwrite_b: Any, homogeneous: Any) -> None:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a, overwrite_b=overwrite_b, left=left, homogeneous_eigvals=homogeneous)
    only_defaults(b=(b, None), right=(right, True))


def eig_tangent(y: Any, dots: Any, a: Any, b: Any = None, left: Any = False, right: Any = True, overwrite_a: Any = False,
                overwrite_b: Any = False, check_finite: Any = True, homogeneous_eigvals: Any = False) -> Any:
    right_vectors_only(a, b, left, right, overwrite_a, overwrite_b, homogeneous_eigvals)
    return eigenvalues.eig_tangent(y, dots, a)


def eig_adjoint(g: Any, y: Any, a: Any, b: Any = None, left: Any = False, right: Any = True, overwrite_a: Any = False,
                overwrite_b: Any = False, check_finite: Any = True, homogeneous_eigvals: Any = False) -> Any:
    right_vectors_only(a, b, left, right, overwrite_a, overwrite_b, homogeneous_eigvals)
    return eigenvalues.eig_adjoint(g, y, a)


def eigvals_tangent(y: Any, dots: Any, a: Any, b: Any = None, overwrite_a: Any = False, check_finite: Any = True,
                    homogeneous_eigvals: Any = False) -> Any:
    right_vectors_only(a, b, False, True, overwrite_a, False, homogeneous_eigvals)
    return eigenvalues.values_change(eig(a), y, dots[0])


def eigvals_adjoint(g: Any, y: Any, a: Any, b: Any = None, overwrite_a: Any = False, check_finite: Any = True,
                    homogeneous_eigvals: Any = False) -> Any:
    right_vectors_only(a, b, False, True, overwrite_a, False, homogeneous_eigvals)
    return cast_to(eigenvalues.values_contribution(eigenvalues.reordered(g, y, eig(a)[0]), eig(a)[1]), a)


COMPLEX = {"float32": "complex64", "float64": "complex128", "complex64": "complex64", "complex128": "complex128"}


def complex_values(a: Any, *rest: Any, **options: Any) -> K.Kind:
    return stack(a, COMPLEX.get(inexact(a) or ""), lambda m, n: (n,))


def eig_kind(a: Any, b: Any = None, left: Any = False, right: Any = True, *rest: Any, **options: Any) -> K.Kind:
    if (fixed(b), fixed(left), fixed(right)) != (None, False, True):
        return K.UNKNOWN
    return tuple_kind(complex_values(a), stack(a, eigenvalues.complex_kind(a), lambda m, n: (n, n)))


custom(sl.eig, eig_tangent, eig_adjoint, kind=eig_kind)
custom(sl.eigvals, eigvals_tangent, eigvals_adjoint, kind=complex_values)


# -- tridiagonal matrices --------------------------------------------------------------------------------------------

def whole_spectrum(select: Any, select_range: Any) -> None:
    only_defaults(select=(select, "a"), select_range=(select_range, None))


def tridiagonal_tangent(y: Any, dots: Any, d: Any, e: Any, eigvals_only: Any = False, select: Any = "a", select_range: Any = None,
                        check_finite: Any = True, tol: Any = 0.0, lapack_driver: Any = "auto") -> Any:
    whole_spectrum(select, select_range)
    pair = eigh_tridiagonal(d, e) if static(eigvals_only) else y
    w, v = pair[0], pair[1]
    moved = None if dots[0] is None else dots[0][:, np.newaxis] * v
    if dots[1] is not None:
        off = np.diag(dots[1], 1)
        moved = plus(moved, (off + off.T) @ v)
    if static(eigvals_only):
        return np.sum(v * moved, axis=0)
    inner = v.T @ moved
    return tuple_of(np.diagonal(inner), v @ (inner * reciprocal_gaps(w)))


def tridiagonal_adjoint(g: Any, y: Any, d: Any, e: Any, eigvals_only: Any = False, select: Any = "a", select_range: Any = None,
                        check_finite: Any = True, tol: Any = 0.0, lapack_driver: Any = "auto") -> Any:
    """Of the adjoint of the full matrix, the diagonal and twice the next one."""
    whole_spectrum(select, select_range)
    pair = eigh_tridiagonal(d, e) if static(eigvals_only) else y
    w, v = pair[0], pair[1]
    w_bar, v_bar = (g, None) if static(eigvals_only) else components(g, 2)
    if v_bar is None:
        return None if w_bar is None else (cast_to(v * v @ w_bar, d), cast_to(2.0 * (v[:-1] * v[1:] @ w_bar), e))
    inner = v.T @ v_bar * reciprocal_gaps(w)
    full = v @ (inner if w_bar is None else inner + np.diag(w_bar)) @ v.T
    return cast_to(np.diagonal(full), d), cast_to(np.diagonal(full, 1) + np.diagonal(full, -1), e)


def tridiagonal_kind(d: Any, e: Any, eigvals_only: Any = False, *rest: Any, **options: Any) -> K.Kind:
    dims, dtype = K.dims_of(K.kind_of(d)), inexact(d) if inexact(d) == inexact(e) else None
    w, v = (K.Array(dtype, None if not dims else dims * k) for k in (1, 2))
    return w if fixed(eigvals_only) is True else tuple_kind(w, v) if fixed(eigvals_only) is False else K.UNKNOWN


def tridiagonal_values_tangent(y: Any, dots: Any, d: Any, e: Any, select: Any = "a", select_range: Any = None,
                               check_finite: Any = True, tol: Any = 0.0, lapack_driver: Any = "auto") -> Any:
    return tridiagonal_tangent(y, dots, d, e, True, select, select_range)


def tridiagonal_values_adjoint(g: Any, y: Any, d: Any, e: Any, select: Any = "a", select_range: Any = None,
                               check_finite: Any = True, tol: Any = 0.0, lapack_driver: Any = "auto") -> Any:
    return tridiagonal_adjoint(g, y, d, e, True, select, select_range)


custom(sl.eigh_tridiagonal, tridiagonal_tangent, tridiagonal_adjoint, kind=tridiagonal_kind)
custom(sl.eigvalsh_tridiagonal, tridiagonal_values_tangent, tridiagonal_values_adjoint,
       kind=lambda d, e, *rest, **options: tridiagonal_kind(d, e, True))


# -- Schur decompositions of symmetric matrices ----------------------------------------------------------------------

def schur_options(a: Any, output: Any, overwrite_a: Any, sort: Any) -> None:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a)
    only_defaults(output=(output, "real"), sort=(sort, None))
    refuse(not is_real(a), "sp.linalg.schur of complex matrices, or of such whose dtype is not known")


def schur_tangent(y: Any, dots: Any, a: Any, output: Any = "real", lwork: Any = None, overwrite_a: Any = False, sort: Any = None,
                  check_finite: Any = True) -> Any:
    """Of a symmetric matrix, the eigenvalues and eigenvectors."""
    schur_options(a, output, overwrite_a, sort)
    w, z = np.diagonal(y[0]), require_diagonal(y[1], y[0])
    inner = z.T @ symmetrized(dots[0]) @ z
    return tuple_of(np.diag(np.diagonal(inner)), z @ (inner * reciprocal_gaps(w)))


def schur_adjoint(g: Any, y: Any, a: Any, output: Any = "real", lwork: Any = None, overwrite_a: Any = False, sort: Any = None,
                  check_finite: Any = True) -> Any:
    schur_options(a, output, overwrite_a, sort)
    t_bar, z_bar = components(g, 2)
    w, z = np.diagonal(y[0]), require_diagonal(y[1], y[0])
    inner = plus(None if z_bar is None else z.T @ z_bar * reciprocal_gaps(w), None if t_bar is None else np.diag(np.diagonal(t_bar)))
    return None if inner is None else cast_to(symmetrized(z @ inner @ z.T), a)


custom(sl.schur, schur_tangent, schur_adjoint, kind=lambda a, *rest, **options: tuple_kind(square(a), square(a)))
linear(runtime.require_diagonal, lambda g, z, t: g, kind=like_matrix, view=True)


# -- polar decompositions --------------------------------------------------------------------------------------------

def polar_change(u: Any, p: Any, a: Any, dot: Any) -> tuple[Any, Any]:
    """A = U P: the skew part of Uᴴ dA is Ω P + P Ω, and dU = U Ω + (1 - U Uᴴ) dA P⁻¹."""
    inner = adjoint(u) @ dot
    u_dot = u @ solve_sylvester(p, p, skewed(inner)) + adjoint(np.linalg.solve(p, adjoint(dot - u @ inner)))
    return u_dot, adjoint(u_dot) @ a + inner


def polar_contribution(u_bar: Any, p_bar: Any, u: Any, p: Any, a: Any) -> Any:
    bar = None if u_bar is None else conjugate(u_bar)
    if p_bar is not None:
        bar = plus(bar, a @ transposed(p_bar))
    onto = adjoint(u) @ bar
    a_bar = u @ skewed(solve_sylvester(p, p, onto)) + adjoint(np.linalg.solve(p, adjoint(bar - u @ onto)))
    return conjugate(a_bar if p_bar is None else a_bar + u @ conjugate(p_bar))


def polar_tangent(y: Any, dots: Any, a: Any, side: Any = "right") -> Any:
    one_matrix(a)
    refuse(static(side) not in ("right", "left"), "sp.linalg.polar wants a side that is known")
    if static(side) == "right":
        return tuple_of(*polar_change(y[0], y[1], a, dots[0]))
    u_dot, p_dot = polar_change(adjoint(y[0]), y[1], adjoint(a), adjoint(dots[0]))
    return tuple_of(adjoint(u_dot), p_dot)


def polar_adjoint(g: Any, y: Any, a: Any, side: Any = "right") -> Any:
    one_matrix(a)
    refuse(static(side) not in ("right", "left"), "sp.linalg.polar wants a side that is known")
    u_bar, p_bar = components(g, 2)
    if u_bar is None and p_bar is None:
        return None
    if static(side) == "right":
        return cast_to(polar_contribution(u_bar, p_bar, y[0], y[1], a), a)
    u_bar = None if u_bar is None else adjoint(u_bar)
    return cast_to(adjoint(polar_contribution(u_bar, p_bar, adjoint(y[0]), y[1], adjoint(a))), a)


def polar_kind(a: Any, side: Any = "right") -> K.Kind:
    left = fixed(side) == "left"
    return tuple_kind(like_matrix(a), stack(a, inexact(a), lambda m, n: (m, m) if left else (n, n)))


custom(sl.polar, polar_tangent, polar_adjoint, kind=polar_kind)
