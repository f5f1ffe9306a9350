"""Interpolants: linear in the values they were made of, and as smooth in the place as they say themselves.

In both modes an interpolant s of the values y stands for a linear map: its tangent is the interpolant of y_dot, and what is called its
adjoint here is that of y.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import interpolate

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.ops import Called
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import ZEROS, zero
from tangentlite.rules.callers import atom, expr, not_again
from tangentlite.rules.components import plus
from tangentlite.rules.expressions import cast_to, fixed, known_rank, rank, shape_of
from tangentlite.rules.registry import OBJECTS, RULES, CalledObject, NoPartial, Rule, UnknownKeyword
from tangentlite.rules.scipy import adjoints
from tangentlite.rules.verbs import REFUSED, custom

eye = lift(np.eye)
USUAL: dict[str, Any] = {"axis": (None, 0), "extrapolate": (None, True, False), "bc_type": (None, "not-a-knot", "natural", "clamped"),
                          "ext": (None, 0, 1, 2, "extrapolate", "zeros", "raise")}


def made_of(b: Builder, eqn: Eqn) -> Eqn:
    """The equation that made the object."""
    made = b.defs.get(eqn.args[0])
    if made is None or not isinstance(made.op, type) or made.op not in OBJECTS or len(made.args) < 2:
        raise UnknownKeyword("an interpolant that is not known to be made here of two arguments")
    return made


def again(b: Builder, made: Eqn, values: Any) -> Any:
    """The same kind of interpolant of other values."""
    options = {k: expr(a, b) for k, a in made.kwargs}
    return lift(made.op)(expr(made.args[0], b), values, *(expr(a, b) for a in made.args[2:]), **options)


def maker(op: type) -> Rule:
    """The rule of making one: its adjoint is that of the values."""
    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        if len(eqn.args) < 2 or any(a in dots for a in (eqn.args[0], *eqn.args[2:])):
            raise UnknownKeyword("knots that vary, or values that are named")
        return atom(again(b, eqn, expr(dots[eqn.args[1]], b)))

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        if len(eqn.args) < 2:
            raise UnknownKeyword("values that are named")
        yield eqn.args[1], atom(cast_to(expr(g, b), expr(eqn.args[1], b)))

    return Rule(forward, reverse, lambda *args, **keywords: K.UNKNOWN)


def zero_values(b: Builder, made: Eqn) -> Any:
    """The zero of what an interpolant stands for."""
    return zero(b, made.args[1]) if len(made.args) > 1 else Const(0.0)


def weights_at(b: Builder, eqn: Eqn, basis: Any) -> Any:
    """The values of all the interpolants of a basis at the places of a call."""
    dims = K.dims_of(eqn.op.kind)  # type: ignore[attr-defined]
    made = Called(eqn.op.of, K.Array("float64", None if dims is None else (*dims, K.fresh_dim())))  # type: ignore[attr-defined]
    return expr(b.emit(made, atom(basis), *eqn.args[1:], **dict(eqn.kwargs)), b)


def onto_values(b: Builder, eqn: Eqn, g: Any, basis: Any) -> Any:
    """The adjoint of the values of the interpolant, which are a vector."""
    weights, axes = weights_at(b, eqn, basis), known_rank(expr(eqn.args[1], b), "places")
    return atom(np.tensordot(expr(g, b), weights, axes) if axes else expr(g, b) * weights)


def rows(eqn: Eqn, b: Builder) -> bool:
    """Has every place a row of values, of a basis?"""
    return K.rank(eqn.op.kind) != rank(expr(eqn.args[1], b))  # type: ignore[attr-defined]


def each(eqn: Eqn, b: Builder, a: Any, slope: Any) -> Any:
    """The tangent of the place along with the slopes there, of which there may be a row for every place."""
    return np.expand_dims(expr(a, b), -1) * slope if rows(eqn, b) else expr(a, b) * slope


def together(eqn: Eqn, b: Builder, g: Any, slope: Any) -> Any:
    """The adjoint of the place."""
    x = expr(eqn.args[1], b)
    return atom(cast_to(np.sum(expr(g, b) * slope, axis=-1) if rows(eqn, b) else expr(g, b) * slope, x))


# -- splines ----------------------------------------------------------------------------------------------------------------

def spline(op: type, order: str) -> None:
    """A spline whose call takes the order of the derivative; `order` is its keyword."""
    def slope(b: Builder, eqn: Eqn) -> Any:
        """The derivative at the place."""
        n = eqn.args[2] if len(eqn.args) > 2 else dict(eqn.kwargs).get(order, Const(0))
        if not isinstance(n, Const):
            raise UnknownKeyword("an order of the derivative that is known only at run time")
        options = {k: a for k, a in eqn.kwargs if k != order}
        return expr(b.emit(eqn.op, *eqn.args[:2], Const(n.value + 1), *eqn.args[3:], **options), b)

    def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
        f, x = eqn.args[:2]
        total = None
        if f in dots:
            total = expr(b.emit(eqn.op, dots[f], *eqn.args[1:], **dict(eqn.kwargs)), b)
        if x in dots:
            total = plus(total, each(eqn, b, dots[x], slope(b, eqn)))
        return None if total is None else atom(total)

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        f, x = eqn.args[:2]
        if f in b.program.activity:
            made = made_of(b, eqn)
            basis = again(b, made, eye(shape_of(expr(made.args[1], b))[0]))
            yield f, onto_values(b, eqn, g, basis)
        else:
            yield f, None
        yield from [(x, None)] if x not in b.program.activity else []
        if x in b.program.activity:
            yield x, together(eqn, b, g, slope(b, eqn))

    OBJECTS[op] = CalledObject(spline_kind, lambda kind: Rule(forward, reverse, lambda *args, **keywords: kind),
                               parts=lambda spline: {"y": K.of_value(spline.c[0])})
    RULES[op] = maker(op)
    ZEROS[op] = zero_values


def spline_kind(made: Mapping[str, Any], x: Any) -> K.Kind:
    for name, usual in USUAL.items():
        if name in made and fixed(made[name]) not in usual:
            raise UnknownKeyword(f"`{name}=`")
    return interpolated(made.get("y"), x)


def interpolated(y: Any, x: Any) -> K.Kind:
    """One number for every place."""
    dims = K.dims_of(x)
    if y is not None and K.rank(K.kind_of(y)) != 1 or dims is None:
        raise UnknownKeyword("values that are not known to be a vector, or places of unknown rank")
    return K.Array("float64", dims)


spline(interpolate.CubicSpline, "nu")


# -- splines that are given --------------------------------------------------------------------------------------------------

def varying(*args: Any) -> Any:
    raise UnknownKeyword("values that vary")


def given(op: type, values: Callable[[Any], Any]) -> None:
    """A spline that is smooth in the place, and whose values stay what they are; `values` gives those at one knot."""
    spline(op, "nu")
    RULES[op] = Rule(varying, varying, lambda *args, **keywords: K.UNKNOWN)
    OBJECTS[op] = replace(OBJECTS[op], parts=lambda spline: {"y": K.of_value(values(spline)), "ext": Const(getattr(spline, "ext", 0))})


for op in (interpolate.PPoly, interpolate.PchipInterpolator, interpolate.Akima1DInterpolator, interpolate.CubicHermiteSpline):
    given(op, lambda spline: spline.c[0])
given(interpolate.BSpline, lambda spline: spline.c)
for op in (interpolate.UnivariateSpline, interpolate.InterpolatedUnivariateSpline, interpolate.LSQUnivariateSpline):
    given(op, lambda spline: spline.get_coeffs())


# -- interp1d ---------------------------------------------------------------------------------------------------------------

line_slopes = lift(adjoints.line_slopes)
not_again(adjoints.line_slopes, "second derivative of an `interp1d`", lambda f, x: K.Array("float64", K.dims_of(K.kind_of(x))))
LINE_OPTIONS = ("kind", "axis", "copy", "bounds_error", "fill_value", "assume_sorted")
KINDS = ("linear", "slinear", "quadratic", "cubic", "nearest", "nearest-up", "previous", "next", "zero")


def line_forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f, x = eqn.args
    total = None
    if f in dots:
        total = expr(b.emit(eqn.op, dots[f], x), b)
    if x in dots:
        total = plus(total, each(eqn, b, dots[x], line_slopes(expr(f, b), expr(x, b))))
    return None if total is None else atom(total)


def line_reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f, x = eqn.args
    if f in b.program.activity:
        made = made_of(b, eqn)
        options = {**dict(zip(LINE_OPTIONS, made.args[2:])), **dict(made.kwargs), "axis": Const(0)}
        basis = again(b, Eqn(made.outs, made.op, made.args[:2], tuple(options.items())), eye(shape_of(expr(made.args[1], b))[0]))
        yield f, onto_values(b, eqn, g, basis)
    else:
        yield f, None
    yield from [(x, None)] if x not in b.program.activity else []
    if x in b.program.activity:
        yield x, together(eqn, b, g, line_slopes(expr(f, b), expr(x, b)))


def line_kind(made: Mapping[str, Any], x: Any) -> K.Kind:
    usual = {"kind": (None, *KINDS), "fill_value": (None, "extrapolate"), "axis": (None, -1)}
    for name, values in usual.items():
        if name in made and fixed(made[name]) not in values:
            raise UnknownKeyword(f"`{name}=`")
    return interpolated(made.get("y"), x)


OBJECTS[interpolate.interp1d] = CalledObject(line_kind, lambda kind: Rule(line_forward, line_reverse, lambda *args: kind),
                                             parts=lambda line: {"y": K.of_value(line.y)})
RULES[interpolate.interp1d], ZEROS[interpolate.interp1d] = maker(interpolate.interp1d), zero_values


# -- grids ----------------------------------------------------------------------------------------------------------------------

grid_slopes, ungrid, regrid = lift(adjoints.grid_slopes), lift(adjoints.ungrid), lift(adjoints.regrid)
not_again(adjoints.grid_slopes, "second derivative of a `RegularGridInterpolator`")


def at_fixed_places(op: Any) -> Any:
    """The tangent of a function that is linear in its first argument, and whose places must not vary."""
    def tangent(y: Any, dots: Any, g: Any, f: Any, x: Any) -> Any:
        if dots[2] is not None:
            raise NoPartial("the places")
        return None if dots[0] is None else op(dots[0], f, x)

    return tangent


custom(adjoints.ungrid, at_fixed_places(ungrid), lambda w, y, g, f, x: (regrid(w, f, x), None, REFUSED))
custom(adjoints.regrid, at_fixed_places(regrid), lambda g, y, v, f, x: (ungrid(g, f, x), None, REFUSED))


def grid_forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f, x = eqn.args
    total = None
    if f in dots:
        total = expr(b.emit(eqn.op, dots[f], x), b)
    if x in dots:
        slopes = grid_slopes(expr(f, b), expr(x, b))
        total = plus(total, np.sum(slopes * np.reshape(expr(dots[x], b), np.shape(slopes)), axis=-1))
    return None if total is None else atom(total)


def grid_reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f, x = eqn.args
    if f in b.program.activity:
        made_of(b, eqn)
        yield f, atom(ungrid(expr(g, b), expr(f, b), expr(x, b)))
    else:
        yield f, None
    yield from [(x, None)] if x not in b.program.activity else []
    if x in b.program.activity:
        slopes = np.expand_dims(expr(g, b), -1) * grid_slopes(expr(f, b), expr(x, b))
        yield x, atom(cast_to(np.reshape(slopes, np.shape(expr(x, b))), expr(x, b)))


def grid_kind(made: Mapping[str, Any], x: Any) -> K.Kind:
    for name, usual in (("method", (None, "linear")), ("bounds_error", (None, True))):
        if name in made and fixed(made[name]) not in usual:
            raise UnknownKeyword(f"`{name}=`")
    values, dims = K.rank(K.kind_of(made.get("values", K.UNKNOWN))), K.dims_of(x)
    axes = K.parts_of(K.kind_of(made.get("points", K.UNKNOWN)))
    if not dims or values is None or axes is None:
        raise UnknownKeyword("values or places of unknown rank")
    if values != len(axes):
        raise UnknownKeyword("more than one value for a point of the grid")
    known = values == 1 and len(dims) == 1 or len(dims) > 1
    return K.Array("float64", (dims if values == 1 and len(dims) == 1 else dims[:-1]) if known else None)


OBJECTS[interpolate.RegularGridInterpolator] = CalledObject(
    grid_kind, lambda kind: Rule(grid_forward, grid_reverse, lambda *args: kind), grid=True,
    parts=lambda table: {"values": K.of_value(table.values), "points": K.of_value(table.grid), "method": Const(table.method)})
RULES[interpolate.RegularGridInterpolator] = maker(interpolate.RegularGridInterpolator)
ZEROS[interpolate.RegularGridInterpolator] = zero_values
