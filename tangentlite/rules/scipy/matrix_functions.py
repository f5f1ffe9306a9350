"""`scipy.linalg`: exponentials, logarithms, roots and other functions of matrices; Sylvester's and Lyapunov's equations.

The derivative of f at A in the direction E is a block of f of a matrix of twice the size (Higham 2008, "Functions of matrices",
theorem 3.6); its transpose is the derivative at Aᵀ:

    f([[A, E], [0, A]]) = [[f(A), L(A, E)], [0, f(A)]]
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg as sl

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import cast_to, conjugate, fixed, static
from tangentlite.rules.scipy.options import one_matrix, only_defaults
from tangentlite.rules.stacks import adjoint, double, refuse, square, tuple_kind
from tangentlite.rules.verbs import custom

expm_frechet, solve_sylvester = lift(sl.expm_frechet), lift(sl.solve_sylvester)
solve_continuous_lyapunov, solve_discrete_lyapunov = lift(sl.solve_continuous_lyapunov), lift(sl.solve_discrete_lyapunov)


def blocks(a: Any, e: Any) -> Any:
    """[[A, E], [0, A]]"""
    return np.concatenate((np.concatenate((a, e), axis=1), np.concatenate((np.zeros_like(a), a), axis=1)), axis=0)


def corner(m: Any, a: Any) -> Any:
    n, part = a.shape[0], lift(slice)
    return m[part(None, n), part(n, None)]


def by_blocks(op: Callable[..., Any]) -> None:
    """A function of one matrix, and of parameters that are not differentiated."""
    function = lift(op)

    def forward(y: Any, dots: Any, a: Any, *rest: Any) -> Any:
        one_matrix(a)
        refuse(any(d is not None for d in dots[1:]), f"an active argument of sp.linalg.{op.__name__} besides the first")
        return cast_to(corner(function(blocks(a, dots[0]), *rest), a), y)

    def reverse(g: Any, y: Any, a: Any, *rest: Any) -> Any:
        one_matrix(a)
        return (cast_to(corner(function(blocks(a.T, g), *rest), a), a), *(None for _ in rest))

    # real matrices may have complex functions
    custom(op, forward, reverse, kind=lambda a, *rest: K.Array(None, K.dims_of(square(a))))


for op in (sl.logm, sl.cosm, sl.sinm, sl.tanm, sl.coshm, sl.sinhm, sl.tanhm, sl.fractional_matrix_power):
    by_blocks(op)


# -- exponentials ----------------------------------------------------------------------------------------------------

def expm_tangent(y: Any, dots: Any, a: Any) -> Any:
    one_matrix(a)
    return cast_to(expm_frechet(a, dots[0], compute_expm=False), y)


def expm_adjoint(g: Any, y: Any, a: Any) -> Any:
    one_matrix(a)
    return cast_to(expm_frechet(a.T, g, compute_expm=False), a)


def frechet_tangent(y: Any, dots: Any, a: Any, e: Any, method: Any = None, compute_expm: Any = True, check_finite: Any = True) -> Any:
    only_defaults(method=(method, None))
    zeros = np.zeros_like(a)
    big = expm_frechet(blocks(a, e), blocks(*(zeros if d is None else d for d in dots[:2])), compute_expm=False)
    slope = corner(big, a)
    if static(compute_expm) is False:
        return slope
    n = a.shape[0]
    return tuple_of(big[lift(slice)(None, n), lift(slice)(None, n)], slope)


def frechet_adjoint(g: Any, y: Any, a: Any, e: Any, method: Any = None, compute_expm: Any = True, check_finite: Any = True) -> Any:
    """<g, L(A, E)> is linear in E, and symmetric in E and the direction in which A changes."""
    only_defaults(method=(method, None))
    refuse(not isinstance(static(compute_expm), bool), "sp.linalg.expm_frechet wants compute_expm that is known")
    y_bar, slope_bar = components(g, 2) if static(compute_expm) else (None, g)
    a_bar = e_bar = None
    if slope_bar is not None:
        e_bar = expm_frechet(a.T, slope_bar, compute_expm=False)
        a_bar = corner(expm_frechet(blocks(a.T, slope_bar), blocks(e.T, np.zeros_like(a)), compute_expm=False), a)
    if y_bar is not None:
        a_bar = plus(a_bar, expm_frechet(a.T, y_bar, compute_expm=False))
    return None if a_bar is None else cast_to(a_bar, a), None if e_bar is None else cast_to(e_bar, e)


def frechet_kind(a: Any, e: Any, method: Any = None, compute_expm: Any = True, check_finite: Any = True) -> K.Kind:
    both = K.Array(double(a, e), K.dims_of(square(a)))
    return tuple_kind(both, both) if fixed(compute_expm) is True else both if fixed(compute_expm) is False else K.UNKNOWN


custom(sl.expm, expm_tangent, expm_adjoint, kind=square)
custom(sl.expm_frechet, frechet_tangent, frechet_adjoint, kind=frechet_kind)


# -- square roots and linear matrix equations ------------------------------------------------------------------------

def sqrtm_tangent(y: Any, dots: Any, a: Any) -> Any:
    """S S = A, so that S dS + dS S = dA."""
    one_matrix(a)
    return cast_to(solve_sylvester(y, y, dots[0]), y)


def sqrtm_adjoint(g: Any, y: Any, a: Any) -> Any:
    one_matrix(a)
    return cast_to(solve_sylvester(y.T, y.T, g), a)


def sylvester_tangent(x: Any, dots: Any, a: Any, b: Any, q: Any) -> Any:
    """A X + X B = Q"""
    moved = plus(None if dots[0] is None else dots[0] @ x, None if dots[1] is None else x @ dots[1])
    return solve_sylvester(a, b, less(dots[2], moved))


def less(change: Any, moved: Any) -> Any:
    return change if moved is None else -moved if change is None else change - moved


def sylvester_adjoint(g: Any, x: Any, a: Any, b: Any, q: Any) -> Any:
    s = solve_sylvester(a.T, b.T, g)
    return cast_to(-(s @ x.T), a), cast_to(-(x.T @ s), b), cast_to(s, q)


def continuous_tangent(x: Any, dots: Any, a: Any, q: Any) -> Any:
    """A X + X Aᴴ = Q"""
    moved = None if dots[0] is None else dots[0] @ x + x @ adjoint(dots[0])
    return solve_continuous_lyapunov(a, less(dots[1], moved))


def continuous_adjoint(g: Any, x: Any, a: Any, q: Any) -> Any:
    s = solve_continuous_lyapunov(a.T, g)
    return cast_to(-(s @ x.T + conjugate(s.T @ x)), a), cast_to(s, q)


def discrete_tangent(x: Any, dots: Any, a: Any, q: Any, method: Any = None) -> Any:
    """X = A X Aᴴ + Q"""
    moved = None if dots[0] is None else dots[0] @ x @ adjoint(a) + a @ x @ adjoint(dots[0])
    return solve_discrete_lyapunov(a, plus(dots[1], moved), **method_of(method))


def discrete_adjoint(g: Any, x: Any, a: Any, q: Any, method: Any = None) -> Any:
    s = solve_discrete_lyapunov(a.T, g, **method_of(method))
    return cast_to(s @ conjugate(a) @ x.T + conjugate(s.T @ a @ x), a), cast_to(s, q)


def method_of(method: Any) -> dict[str, Any]:
    return {} if static(method) is None else {"method": method}


def solution_kind(*matrices: Any, **keywords: Any) -> K.Kind:
    return K.Array(double(*matrices), K.dims_of(K.kind_of(matrices[-1])))


custom(sl.sqrtm, sqrtm_tangent, sqrtm_adjoint, kind=lambda a: K.Array(None, K.dims_of(square(a))))
custom(sl.solve_sylvester, sylvester_tangent, sylvester_adjoint, kind=solution_kind)
custom(sl.solve_continuous_lyapunov, continuous_tangent, continuous_adjoint, kind=solution_kind)
custom(sl.solve_discrete_lyapunov, discrete_tangent, discrete_adjoint, kind=lambda a, q, method=None: solution_kind(a, q))
