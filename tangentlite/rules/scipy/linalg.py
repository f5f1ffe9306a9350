"""`scipy.linalg`: equations, Cholesky factors, and what it shares with `numpy.linalg`.

Giles (2008), "Collected matrix derivative results"; Murray (2016), "Differentiation of the Cholesky decomposition". Gradients
with respect to matrices that are taken to be symmetric (`assume_a="pos"`, `cholesky`, `eigh`) are symmetric.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg as sl

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Expr, lift, symbolic
from tangentlite.ir.ops import unpack
from tangentlite.rules import expressions, factors, least_squares, matrices, norms
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.expressions import cast_to, conjugate, is_real, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import lu, matrix_functions, spectra, structured  # noqa: F401 (they declare rules)
from tangentlite.rules.scipy.options import first_of, not_overwritten, one_matrix, only_part, outer, part_of
from tangentlite.rules.stacks import adjoint, double, inexact, per_matrix, refuse, square, stack, symmetrized, tuple_kind
from tangentlite.rules.verbs import bind, custom

solve, solve_triangular, cho_solve = lift(sl.solve), lift(sl.solve_triangular), lift(sl.cho_solve)


# -- what numpy.linalg has too ---------------------------------------------------------------------------------------

def plain(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A rule of NumPy's function, which takes the keywords that SciPy has besides."""
    def call(*args: Any, overwrite_a: Any = False, check_finite: Any = True, **keywords: Any) -> Any:
        not_overwritten(overwrite_a=overwrite_a)
        bind(rule, *args, **keywords)
        return rule(*args, **keywords)
    return call


def pinv_tangent(y: Any, dots: Any, a: Any, *, atol: Any = None, rtol: Any = None, return_rank: Any = False,
                 check_finite: Any = True) -> Any:
    not_overwritten(return_rank=return_rank)
    return least_squares.pinv_change(y, a, dots[0])


def pinv_adjoint(g: Any, y: Any, a: Any, *, atol: Any = None, rtol: Any = None, return_rank: Any = False,
                 check_finite: Any = True) -> Any:
    not_overwritten(return_rank=return_rank)
    return cast_to(least_squares.pinv_contribution(g, y, a), a)


def svd_tangent(y: Any, dots: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, overwrite_a: Any = False,
                check_finite: Any = True, lapack_driver: Any = "gesdd") -> Any:
    not_overwritten(overwrite_a=overwrite_a)
    return factors.svd_tangent(y, dots, a, full_matrices, compute_uv)


def svd_adjoint(g: Any, y: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, overwrite_a: Any = False,
                check_finite: Any = True, lapack_driver: Any = "gesdd") -> Any:
    not_overwritten(overwrite_a=overwrite_a)
    return factors.svd_adjoint(g, y, a, full_matrices, compute_uv)


def lstsq_tangent(y: Any, dots: Any, a: Any, b: Any, cond: Any = None, overwrite_a: Any = False, overwrite_b: Any = False,
                  check_finite: Any = True, lapack_driver: Any = None) -> Any:
    not_overwritten(overwrite_a=overwrite_a, overwrite_b=overwrite_b)
    refuse(static(lapack_driver) not in (None, "gelsd", "gelss"), "lapack_driver='gelsy'")
    return least_squares.lstsq_tangent(y, dots, a, b, cond)


def lstsq_adjoint(g: Any, y: Any, a: Any, b: Any, cond: Any = None, overwrite_a: Any = False, overwrite_b: Any = False,
                  check_finite: Any = True, lapack_driver: Any = None) -> Any:
    not_overwritten(overwrite_a=overwrite_a, overwrite_b=overwrite_b)
    refuse(static(lapack_driver) not in (None, "gelsd", "gelss"), "lapack_driver='gelsy'")
    return least_squares.lstsq_adjoint(g, y, a, b, cond)


def lstsq_kind(a: Any, b: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """The residual of one right-hand side is a number, or missing."""
    four = least_squares.lstsq_kind(a, b)
    return tuple_kind(four.items[0], K.NUMERIC, K.UNKNOWN, four.items[3])


def det_kind(a: Any, *rest: Any, **keywords: Any) -> K.Kind:
    return K.numeric(double(a), K.dims_of(per_matrix(a)))


def norm_kind(a: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """BLAS gives some norms of single precision as Python's numbers."""
    k = norms.norm_kind(a, *rest, **keywords)
    return K.Number("") if k == K.Number("float32") else k


def norm_tangent(y: Any, dots: Any, a: Any, *rest: Any, **keywords: Any) -> Any:
    dot = norms.norm_tangent(y, dots, a, *rest, **keywords)
    return dot if dot is None or getattr(expressions.kind(y), "dtype", None) else expressions.real_like(dot, y)


def ignoring(kind: Callable[..., K.Kind], count: int) -> Callable[..., K.Kind]:
    """The kind of NumPy's function, from the first arguments."""
    return lambda *args, **keywords: kind(*args[:count])


custom(sl.inv, plain(lambda y, dots, x: -(y @ dots[0] @ y)), plain(matrices.inv_adjoint), kind=square)
custom(sl.det, plain(lambda y, dots, x: cast_to(matrices.det_tangent(y, dots, x), y)),
       plain(lambda g, y, x: cast_to(matrices.det_adjoint(g, y, x), x)), kind=det_kind)
custom(sl.norm, plain(norm_tangent), plain(norms.norm_adjoint), kind=plain(norm_kind))
custom(sl.svdvals, plain(factors.svdvals_tangent), plain(factors.svdvals_adjoint), kind=plain(factors.svdvals_kind))
custom(sl.svd, svd_tangent, svd_adjoint,
       kind=lambda a, full_matrices=True, compute_uv=True, *rest, **keywords: factors.svd_kind(a, full_matrices, compute_uv))
custom(sl.pinv, pinv_tangent, pinv_adjoint, kind=lambda a, **keywords: stack(a, inexact(a), lambda m, n: (n, m)))
custom(sl.lstsq, lstsq_tangent, lstsq_adjoint, kind=lstsq_kind)


# -- equations -------------------------------------------------------------------------------------------------------

ANY, SYMMETRIC = (None, "gen", "general"), ("sym", "symmetric", "pos", "positive definite")
TRIANGULAR = {"upper triangular": np.triu, "lower triangular": np.tril}


def seen(m: Any, assume_a: Any) -> Any:
    """What the solver sees of a change of its matrix."""
    form = static(assume_a)
    if form in ANY:
        return m
    if form in SYMMETRIC:
        return 0.5 * (m + m.T)
    if form in ("her", "hermitian"):
        return symmetrized(m)
    if form in TRIANGULAR:
        return TRIANGULAR[form](m)
    raise UnknownKeyword(f"assume_a={form!r}")


def turned(assume_a: Any) -> Any:
    """The form of the transposed matrix."""
    form = static(assume_a)
    return {"upper triangular": "lower triangular", "lower triangular": "upper triangular"}.get(form, form)


def form_of(assume_a: Any) -> dict[str, Any]:
    return {} if static(assume_a) is None else {"assume_a": static(assume_a)}


def half_of(lower: Any) -> dict[str, Any]:
    return {} if static(lower) is False else {"lower": lower}


def solve_tangent(x: Any, dots: Any, a: Any, b: Any, lower: Any = False, overwrite_a: Any = False, overwrite_b: Any = False,
                  check_finite: Any = True, assume_a: Any = None, transposed: Any = False) -> Any:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a, overwrite_b=overwrite_b, transposed=transposed)
    moved = None if dots[0] is None else seen(dots[0], assume_a) @ x
    change = dots[1] if moved is None else -moved if dots[1] is None else dots[1] - moved
    return solve(a, change, **half_of(lower), **form_of(assume_a))


def solve_adjoint(g: Any, x: Any, a: Any, b: Any, lower: Any = False, overwrite_a: Any = False, overwrite_b: Any = False,
                  check_finite: Any = True, assume_a: Any = None, transposed: Any = False) -> Any:
    one_matrix(a)
    not_overwritten(overwrite_a=overwrite_a, overwrite_b=overwrite_b, transposed=transposed)
    form = static(assume_a)
    matrix = conjugate(a) if form in ("pos", "positive definite", "her", "hermitian") else a if form in SYMMETRIC else a.T
    b_bar = solve(matrix, g, **half_of(lower), **form_of(turned(assume_a)))
    return cast_to(-seen(outer(b_bar, x), assume_a), a), cast_to(b_bar, b)


def triangle(m: Any, lower: bool, unit: bool) -> Any:
    """The half that a triangular solver reads."""
    return (np.tril if lower else np.triu)(m, *([-1 if lower else 1] if unit else []))


def halves(lower: Any, unit_diagonal: Any) -> dict[str, Any]:
    refuse(not isinstance(static(lower), bool) or not isinstance(static(unit_diagonal), bool), "`lower` that is not known")
    return {"lower": static(lower)} | ({"unit_diagonal": True} if static(unit_diagonal) else {})


def plain_triangular(trans: Any, a: Any, overwrite_b: Any) -> bool:
    """Is the equation one with the matrix, not with its transpose?"""
    one_matrix(a)
    not_overwritten(overwrite_b=overwrite_b)
    refuse(static(trans) not in (0, 1, "N", "T"), f"trans={static(trans)!r}")
    return static(trans) in (0, "N")


def triangular_tangent(x: Any, dots: Any, a: Any, b: Any, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False,
                       overwrite_b: Any = False, check_finite: Any = True) -> Any:
    straight, options = plain_triangular(trans, a, overwrite_b), halves(lower, unit_diagonal)
    change = dots[1]
    if dots[0] is not None:
        matrix = triangle(dots[0], static(lower), static(unit_diagonal))
        moved = (matrix if straight else matrix.T) @ x
        change = -moved if change is None else change - moved
    return solve_triangular(a, change, **({} if straight else {"trans": 1}), **options)


def triangular_adjoint(g: Any, x: Any, a: Any, b: Any, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False,
                       overwrite_b: Any = False, check_finite: Any = True) -> Any:
    straight, options = plain_triangular(trans, a, overwrite_b), halves(lower, unit_diagonal)
    b_bar = solve_triangular(a, g, **({"trans": 1} if straight else {}), **options)
    a_bar = triangle(outer(b_bar, x) if straight else outer(x, b_bar), static(lower), static(unit_diagonal))
    return cast_to(-a_bar, a), cast_to(b_bar, b)


custom(sl.solve, solve_tangent, solve_adjoint, kind=ignoring(matrices.solve_kind, 2))
custom(sl.solve_triangular, triangular_tangent, triangular_adjoint, kind=ignoring(matrices.solve_kind, 2))


# -- Cholesky factors ------------------------------------------------------------------------------------------------

def factor_change(dot: Any, factor: Any, lower: bool) -> Any:
    """L Φ(L⁻¹ dA L⁻ᴴ), where Φ takes the lower half; `factor` is L, or U = Lᴴ."""
    low = factor if lower else adjoint(factor)
    inner = adjoint(solve_triangular(low, symmetrized(dot), lower=True))
    change = low @ matrices.lower_half(solve_triangular(low, inner, lower=True))
    return change if lower else adjoint(change)


def factor_contribution(g: Any, factor: Any, lower: bool) -> Any:
    """The symmetric part of L⁻ᵀ Φ(Lᵀ L_bar) L⁻¹."""
    low, g = (factor, np.tril(g)) if lower else (adjoint(factor), adjoint(np.triu(g)))
    s = matrices.lower_half(low.T @ g)
    s = solve_triangular(low, s, trans=1, lower=True)
    s = solve_triangular(conjugate(low), s.T, trans=1, lower=True)
    return symmetrized(s if is_real(s) else s.T)


def known_half(lower: Any, a: Any) -> bool:
    one_matrix(a)
    refuse(not isinstance(static(lower), bool), "`lower` that is not known")
    return bool(static(lower))


def cholesky_tangent(y: Any, dots: Any, a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    not_overwritten(overwrite_a=overwrite_a)
    return factor_change(dots[0], y, known_half(lower, a))


def cholesky_adjoint(g: Any, y: Any, a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    not_overwritten(overwrite_a=overwrite_a)
    return cast_to(factor_contribution(g, y, known_half(lower, a)), a)


@functools.cache
def keeps_other_half() -> bool:
    """Is the other half of the matrix found in the result of `cho_factor`? SciPy fills it with zeros from 1.18 on."""
    return bool(sl.cho_factor(np.array([[2.0, 1.0], [1.0, 2.0]]))[0][1, 0])


def factor_kind(a: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """The second item tells which half it is, by a number or an array without axes."""
    return tuple_kind(square(a), K.of_value(sl.cho_factor(np.eye(1))[1]))


def other_half(m: Any, low: Any) -> Any:
    """What a change of the matrix, or of the result, is in the half that is not the factor's; None where it is zero."""
    return triangle(m, not low, True) if keeps_other_half() else None


def cho_factor_tangent(y: Any, dots: Any, a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    """The other half of the result is that of the matrix, or zero."""
    not_overwritten(overwrite_a=overwrite_a)
    low = known_half(lower, a)
    change = factor_change(dots[0], triangle(y[0], low, False), low)
    rest = other_half(dots[0], low)
    return tuple_of(change if rest is None else change + rest, 0.0)


def cho_factor_adjoint(g: Any, y: Any, a: Any, lower: Any = False, overwrite_a: Any = False, check_finite: Any = True) -> Any:
    not_overwritten(overwrite_a=overwrite_a)
    low, (c_bar, _) = known_half(lower, a), components(g, 2)
    if c_bar is None:
        return None
    factor, rest = factor_contribution(c_bar, triangle(y[0], low, False), low), other_half(c_bar, low)
    return cast_to(factor if rest is None else factor + rest, a)


def lower_of(pair: Any) -> bool:
    """Which half of the first item holds the factor."""
    flag = flag_of(pair) if made_by(pair) is sl.cho_factor else part_of(pair, 1)
    if made_by(flag) in (unpack, operator.getitem):
        source = Expr(flag.builder.defs[flag.atom].args[0], flag.builder)
        flag = flag_of(source) if made_by(source) is sl.cho_factor else flag
    refuse(not isinstance(static(flag), bool), "sp.linalg.cho_solve with a factor of which the half is not known")
    return bool(static(flag))


def made_by(x: Any) -> Any:
    """The function whose result this is."""
    made = x.builder.defs.get(x.atom) if isinstance(x, Expr) else None
    return None if made is None else made.op


def flag_of(pair: Expr) -> Any:
    """The argument `lower` of the call of cho_factor that has made the pair."""
    made = pair.builder.defs[pair.atom]
    found = made.args[1] if len(made.args) > 1 else dict(made.kwargs).get("lower")
    return False if found is None else symbolic(found, pair.builder)


def cho_solve_tangent(x: Any, dots: Any, c_and_lower: Any, b: Any, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    """A = L Lᴴ, so that dA = dL Lᴴ + L dLᴴ."""
    not_overwritten(overwrite_b=overwrite_b)
    low, change = lower_of(c_and_lower), dots[1]
    if dots[0] is not None:
        factor, dot = (triangle(part_of(p, 0), low, False) for p in (c_and_lower, dots[0]))
        moved = dot @ (adjoint(factor) @ x) + factor @ (adjoint(dot) @ x) if low else (
            adjoint(dot) @ (factor @ x) + adjoint(factor) @ (dot @ x))
        change = -moved if change is None else change - moved
    return cho_solve(c_and_lower, change)


def cho_solve_adjoint(g: Any, x: Any, c_and_lower: Any, b: Any, overwrite_b: Any = False, check_finite: Any = True) -> Any:
    not_overwritten(overwrite_b=overwrite_b)
    low, c = lower_of(c_and_lower), part_of(c_and_lower, 0)
    refuse(not is_real(c), "sp.linalg.cho_solve of complex factors, or of such whose dtype is not known")
    b_bar = cho_solve(c_and_lower, g)
    a_bar = outer(b_bar, x)
    twice, factor = a_bar + a_bar.T, triangle(c, low, False)
    c_bar = triangle(-(twice @ factor if low else factor @ twice), low, False)
    return only_part(c_and_lower, 0, cast_to(c_bar, c)), cast_to(b_bar, b)


custom(sl.cholesky, cholesky_tangent, cholesky_adjoint, kind=square)
custom(sl.cho_factor, cho_factor_tangent, cho_factor_adjoint, kind=factor_kind)
custom(sl.cho_solve, cho_solve_tangent, cho_solve_adjoint,
       kind=lambda pair, b, *rest, **keywords: matrices.solve_kind(first_of(pair), b), tuples=True)
