"""Integrals of functions that are given.

Leibniz: d ∫ₐᵇ f(t, p) dt = f(b) db - f(a) da + ∫ₐᵇ ∂f/∂p dt dp. The derivatives by many values are integrated together.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy import integrate

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.callers import CALLERS, Callback, Caller, NotAgain, atom, expr, require_numeric
from tangentlite.rules.components import components
from tangentlite.rules.expressions import cast_to
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.scipy import sensitivities

integrals = lift(sensitivities.integrals)


def argument(eqn: Eqn, names: tuple[str, ...], name: str) -> Any:
    """An argument by its name; None where it is not given."""
    given = {**dict(zip(names, eqn.args)), **dict(eqn.kwargs)}
    return given.get(name)


def others(eqn: Eqn, names: tuple[str, ...], *left_out: str) -> dict[str, Any]:
    given = {**dict(zip(names, eqn.args)), **dict(eqn.kwargs)}
    return {k: a for k, a in given.items() if k not in ("args", *left_out)}


APART = 3  # derivatives by so many numbers are integrals of their own
QUAD = ("func", "a", "b", "args")


def ends(b: Builder, eqn: Eqn) -> list[tuple[Any, float]]:
    """The limits that may vary, with the sign of the integrand there."""
    found = [(argument(eqn, QUAD, "a"), -1.0), (argument(eqn, QUAD, "b"), 1.0)]
    return [(a, sign) for a, sign in found if isinstance(a, Var)]


def integral(b: Builder, eqn: Eqn, function: Any, args: list[Any]) -> Any:
    """The integral of another function over the same interval."""
    limits = [expr(argument(eqn, QUAD, n), b) for n in ("a", "b")]
    options = {k: expr(a, b) for k, a in others(eqn, QUAD, "func", "a", "b").items()}
    packed = {"args": expr(b.emit(make_tuple, *args), b)} if args else {}
    return lift(integrate.quad)(expr(function, b), *limits, **options, **packed)[0]


def quad_forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    require_numeric(b, eqn)
    f = Callback(b, eqn)
    terms = [f.call([a], a) * (sign * expr(dots[a], b)) for a, sign in ends(b, eqn) if a in dots]
    if any(a in dots for _, a in f.active):
        given = [dots[a] if a in dots else atom(np.zeros_like(expr(a, b))) for _, a in f.active]
        terms.append(integral(b, eqn, f.value("jvp"), [*f.captured, *given]))
    total: Any = terms[0] if terms else None
    for t in terms[1:]:
        total = total + t
    return None if total is None else b.emit(make_tuple, atom(total), Const(0.0))


def quad_reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    require_numeric(b, eqn)
    f = Callback(b, eqn)
    yield from ((a, None) for a in eqn.inputs if not isinstance(a, Var) or a not in [e for e, _ in ends(b, eqn)])
    g, _ = components(expr(g, b), 2)
    if g is None:
        yield from ((a, None) for a, _ in ends(b, eqn))
        return
    for a, sign in ends(b, eqn):
        yield a, atom(cast_to(sign * g * f.call([a], a), expr(a, b)))
    active = f.active
    if len(active) <= APART and all(K.is_number(K.kind_of(b.kind(a))) for _, a in active):
        for k, a in active:
            yield a, atom(cast_to(g * integral(b, eqn, f.value("grad", (k,)), list(f.captured)), expr(a, b)))
    else:
        limits = [expr(argument(eqn, QUAD, n), b) for n in ("a", "b")]
        points = argument(eqn, QUAD, "points")
        values = expr(b.emit(make_tuple, *(a for _, a in active)), b)
        made = integrals(expr(f.value("grad"), b), *limits, values, args=expr(f.packed, b),
                         **({} if points is None else {"points": expr(points, b)}))
        for k, (_, a) in enumerate(active):
            yield a, atom(cast_to(g * made[k], expr(a, b)))


def like_values(f: Any, a: Any, b: Any, values: Any, args: Any, points: Any = None) -> K.Kind:
    kind = K.kind_of(values)
    return K.Seq("list", kind.items) if isinstance(kind, K.Seq) else K.UNKNOWN


def given(b: Builder, eqn: Eqn) -> tuple[Callback, list[Any], dict[str, Any]]:
    """The function whose results are integrated, the limits, and what is known of the integrand."""
    f, limits, options = Callback(b, eqn), eqn.args[1:3], {k: a for k, a in eqn.kwargs if k != "args"}
    if any(a in b.program.activity for a in (*limits, *options.values())):
        raise NotAgain("there is no rule for the second derivative of `quad` by its limits and by arrays, or by more than three numbers")
    return f, [expr(a, b) for a in limits], {k: expr(a, b) for k, a in options.items()}


def integrals_forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f, limits, options = given(b, eqn)
    changes = [dots[a] if a in dots else atom(np.zeros_like(expr(a, b))) for _, a in f.active]
    args = expr(b.emit(make_tuple, *f.captured, *changes), b)
    return atom(integrals(expr(f.value("jvp"), b), *limits, expr(eqn.args[3], b), args=args, **options))


def integrals_reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f, limits, options = given(b, eqn)
    count = len(b.defs[eqn.args[3]].args)
    args = expr(b.emit(make_tuple, *f.captured, *(atom(expr(g, b)[k]) for k in range(count))), b)
    values = expr(b.emit(make_tuple, *(a for _, a in f.active)), b)
    made = integrals(expr(f.value("vjp"), b), *limits, values, args=args, **options)
    yield from ((a, None) for a in eqn.inputs)
    for k, (_, a) in enumerate(f.active):
        yield a, atom(cast_to(made[k], expr(a, b)))


RULES[sensitivities.integrals] = Rule(integrals_forward, integrals_reverse, like_values)


def plain(given: Mapping[str, Any]) -> list[K.Kind]:
    for n in ("a", "b"):
        if K.rank(K.kind_of(given[n])) != 0:
            raise UnknownKeyword("limits that are not known to be numbers")
    return [K.FLOAT]


RULES[integrate.quad] = Rule(quad_forward, quad_reverse, lambda *args, **keywords: K.Seq("tuple", (K.FLOAT, K.FLOAT)))
CALLERS[integrate.quad] = Caller(("func",), plain, lambda given: (), lambda given: ("t",),
                                ("a", "b", "epsabs", "epsrel", "limit", "points"))
