"""Roots and minima by the implicit function theorem: F(x, p) = 0 gives dx = -(∂F/∂x)⁻¹ ∂F/∂p dp.

At a minimum of f, F is the gradient of f with respect to x. Where the search starts and what steers it does not matter.
(Griewank and Walther 2008, chapter 15; Blondel et al. 2022, "Efficient and modular implicit differentiation".)
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy import optimize

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.ops import Field
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import ZEROS
from tangentlite.rules.callers import CALLERS, Callback, Caller, expr, require_numeric
from tangentlite.rules.expressions import DYNAMIC, cast_to, fixed
from tangentlite.rules.linalg import flat
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.scipy import rows, sensitivities

jacobian, solve = lift(sensitivities.jacobian), lift(np.linalg.solve)


# -- one equation for one number -------------------------------------------------------------------------------------------

def scaled(slope: Any, p: Any, factor: Any) -> Any:
    """The contribution to one captured value."""
    return cast_to(factor * slope, p)


def slopes_at(b: Builder, eqn: Eqn, gradient: bool, fixed_point: bool) -> tuple[Callback, Any, dict[int, Any]]:
    """The callback, -∂F/∂x, and ∂F/∂p by position, at the solution."""
    f = Callback(b, eqn, gradient)
    x = solution(b, eqn, K.FLOAT)
    bars = f.slopes([x])
    slope = bars.pop(0)
    return f, (1.0 - slope if fixed_point else -slope), bars


def solution(b: Builder, eqn: Eqn, kind: K.Kind) -> Any:
    """What was found, out of the object that tells how."""
    if eqn.op not in OBJECTS:
        return expr(eqn.out, b)
    return expr(b.emit(Field(OBJECTS[eqn.op], kind), eqn.out), b)


def number(gradient: bool = False, fixed_point: bool = False) -> Rule:
    """The rule of a solver for one number."""
    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        require_numeric(b, eqn)
        f, slope, others = slopes_at(b, eqn, gradient, fixed_point)
        terms = [np.sum(others[k] * expr(dots[a], b)) if K.rank(K.kind_of(b.kind(a))) else others[k] * expr(dots[a], b)
                 for k, a in f.active if a in dots]
        return atom_of(total(terms) / slope) if terms else None

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        require_numeric(b, eqn)
        f, slope, others = slopes_at(b, eqn, gradient, fixed_point)
        factor = expr(g, b) / slope if isinstance(g, Var) else g.value / slope
        yield from ((a, None) for a in eqn.inputs)
        for k, a in f.active:
            yield a, atom_of(scaled(others[k], expr(a, b), factor))

    return Rule(forward, reverse, None if gradient else lambda *args, **keywords: K.FLOAT)


def total(terms: list[Any]) -> Any:
    result = terms[0]
    for t in terms[1:]:
        result = result + t
    return result


def atom_of(x: Any) -> Any:
    return x.atom


# -- several equations -------------------------------------------------------------------------------------------------------

VECTOR = K.Array("float64", (("?", "solution"),))


def vector(gradient: bool = False) -> Rule:
    """The rule of a solver for a vector."""
    def linearized(b: Builder, eqn: Eqn) -> tuple[Callback, Any, Any]:
        require_numeric(b, eqn)
        f = Callback(b, eqn, gradient)
        x = solution(b, eqn, VECTOR)
        options = {} if f.packed is None else {"args": expr(f.packed, b)}
        return f, x, jacobian(expr(f.value("vjp"), b), x, **options)

    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        f, x, slopes = linearized(b, eqn)
        given = {k: expr(dots[a], b) if a in dots else np.zeros_like(expr(a, b)) for k, a in f.active}
        if not given:
            return None
        change = f.pushforward([x], {0: np.zeros_like(x), **given}, eqn.out)
        return atom_of(-solve(slopes, flat(change)))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        f, x, slopes = linearized(b, eqn)
        multiplier = solve(slopes.T, -flat(expr(g, b)))
        bars = f.pullback([x], multiplier)
        yield from ((a, None) for a in eqn.inputs)
        for k, a in f.active:
            yield a, atom_of(bars[k])

    return Rule(forward, reverse, lambda *args, **keywords: VECTOR if not gradient else K.UNKNOWN)


# -- the Jacobian itself -------------------------------------------------------------------------------------------------------

def square(f: Any, x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    return K.Array("float64", (K.dims_of(K.kind_of(x)) or (K.fresh_dim(),)) * 2)


def pulled(b: Builder, eqn: Eqn) -> tuple[Callback, list[Any]]:
    """The pullback, and what it is given: every row of the identity to pull back."""
    f = Callback(b, eqn)
    return f, [eqn.args[1], *f.captured, lift(np.eye)(expr(eqn.args[1], b).shape[0]).atom]


def jacobian_forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f, args = pulled(b, eqn)
    return atom_of(rows.tangents(b, f, (len(args) - 1,), args, f.wrt, dots)[0])


def jacobian_reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f, args = pulled(b, eqn)
    yield from ((a, None) for a in eqn.inputs)
    yield from rows.adjoints(b, f, (len(args) - 1,), args, f.wrt, {0: g})


RULES[sensitivities.jacobian] = Rule(jacobian_forward, jacobian_reverse, square)


# -- the table -----------------------------------------------------------------------------------------------------------------

OBJECTS = {optimize.root: "x", optimize.root_scalar: "root", optimize.minimize: "x", optimize.minimize_scalar: "x"}


def zero_solution(b: Builder, made: Eqn) -> Any:
    """The zero of what a solver's result stands for."""
    number = made.op in (optimize.root_scalar, optimize.minimize_scalar)
    return Const(0.0) if number else b.emit(np.zeros_like, b.emit(Field("x", VECTOR), made.out))


ZEROS.update((op, zero_solution) for op in OBJECTS)


def one_number(given: Mapping[str, Any]) -> list[K.Kind]:
    if "x0" in given and K.rank(K.kind_of(given["x0"])) != 0:
        raise UnknownKeyword("a start that is not known to be a number")
    return [K.FLOAT]


def one_vector(given: Mapping[str, Any]) -> list[K.Kind]:
    dims = K.dims_of(K.kind_of(given["x0"]))
    return [K.Array("float64", dims if dims and len(dims) == 1 else (("?", "solution"),))]


def as_many_equations(given: Mapping[str, Any]) -> list[K.Kind]:
    """As there are unknowns; 'lm' takes more, and looks for the least squares."""
    if "method" in given and fixed(given["method"]) in ("lm", DYNAMIC):
        raise UnknownKeyword("method='lm', or one that is not known,")
    return one_vector(given)


def first(given: Mapping[str, Any]) -> tuple[int, ...]:
    return (0,)


def named(*names: str) -> Any:
    return lambda given: names


def declare(op: Any, rule: Rule, caller: Caller) -> None:
    RULES[op] = rule
    CALLERS[op] = caller


TOLERANCES = ("xtol", "rtol", "maxiter", "disp", "tol", "options", "method")
for op in (optimize.brentq, optimize.brenth, optimize.bisect, optimize.ridder, optimize.toms748):
    declare(op, number(), Caller(("f",), one_number, first, named("x"), ("a", "b", "k", *TOLERANCES)))
declare(optimize.newton, number(), Caller(("func", "fprime", "fprime2"), one_number, first, named("x"), ("x0", "x1", *TOLERANCES)))
declare(optimize.fixed_point, number(fixed_point=True), Caller(("func",), one_number, first, named("x"), ("x0", *TOLERANCES)))
declare(optimize.fsolve, vector(), Caller(("func", "fprime"), one_vector, first, named("x"),
                                          ("x0", "factor", "epsfcn", "maxfev", *TOLERANCES)))
RULES[optimize.root_scalar] = Rule(number().forward, number().reverse)
CALLERS[optimize.root_scalar] = Caller(("f", "fprime", "fprime2"), one_number, first, named("x"), ("bracket", "x0", "x1", *TOLERANCES),
                                       lambda given: {"root": K.FLOAT})
RULES[optimize.root] = Rule(vector().forward, vector().reverse)
CALLERS[optimize.root] = Caller(("fun", "jac"), as_many_equations, first, named("x"), ("x0", *TOLERANCES),
                                lambda given: {"x": one_vector(given)[0]})
declare(optimize.minimize, vector(gradient=True), Caller(
    ("fun", "jac"), one_vector, first, named("x"), ("x0", *TOLERANCES), lambda given: {"x": one_vector(given)[0]}, True))
declare(optimize.minimize_scalar, number(gradient=True), Caller(
    ("fun",), one_number, first, named("x"), ("bracket", *TOLERANCES), lambda given: {"x": K.FLOAT}, True))
