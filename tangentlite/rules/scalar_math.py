"""Python's `math` module and the built-in functions on numbers. Kinks follow the conventions of `ufuncs`."""
from __future__ import annotations

import math
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.trace import Const, Eqn, Var
from tangentlite.rules.broadcasting import fit, lower, spread
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.expressions import cast_to, kind, lifted, nonzero, or_zero, real_like, static
from tangentlite.rules.operators import power_partials
from tangentlite.rules.real_numbers import real_only
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.ufuncs import (
    DEGREE,
    LN2,
    LN10,
    divmod_adjoint,
    divmod_tangent,
    larger,
    pairs_kind,
    smaller,
)
from tangentlite.rules.verbs import constant, custom, display, elementwise, total

sin, cos, sinh, cosh, exp, log, sqrt, trunc = lifted(
    math.sin, math.cos, math.sinh, math.cosh, math.exp, math.log, math.sqrt, math.trunc)
builtin_sum = lift(sum)
polygamma, unbroadcast, to_python_float, length = lifted(runtime.polygamma, runtime.unbroadcast, float, len)


def to_float(*args: Any, **keywords: Any) -> K.Kind:
    return K.FLOAT


def scalar(op: Any, partials: Any) -> None:
    """A function of numbers that returns a float."""
    elementwise(op, partials, kind=to_float)


# y = f(x)                lambda y, x: dy/dx
scalar(math.fabs,         lambda y, x: np.sign(x))
scalar(math.sqrt,         lambda y, x: 0.5 / y)
scalar(math.cbrt,         lambda y, x: 1.0 / (3.0 * y * y))
scalar(math.exp,          lambda y, x: y)
scalar(math.exp2,         lambda y, x: LN2 * y)
scalar(math.expm1,        lambda y, x: y + 1.0)
scalar(math.log1p,        lambda y, x: 1.0 / (1.0 + x))
scalar(math.log2,         lambda y, x: 1.0 / (LN2 * x))
scalar(math.log10,        lambda y, x: 1.0 / (LN10 * x))
scalar(math.sin,          lambda y, x: cos(x))
scalar(math.cos,          lambda y, x: -sin(x))
scalar(math.tan,          lambda y, x: 1.0 + y * y)
scalar(math.asin,         lambda y, x: 1.0 / sqrt(1.0 - x * x))
scalar(math.acos,         lambda y, x: -1.0 / sqrt(1.0 - x * x))
scalar(math.atan,         lambda y, x: 1.0 / (1.0 + x * x))
scalar(math.sinh,         lambda y, x: cosh(x))
scalar(math.cosh,         lambda y, x: sinh(x))
scalar(math.tanh,         lambda y, x: 1.0 - y * y)
scalar(math.asinh,        lambda y, x: 1.0 / sqrt(1.0 + x * x))
scalar(math.acosh,        lambda y, x: 1.0 / sqrt((x - 1.0) * (x + 1.0)))
scalar(math.atanh,        lambda y, x: 1.0 / (1.0 - x * x))
scalar(math.degrees,      lambda y, x: 1.0 / DEGREE)
scalar(math.radians,      lambda y, x: DEGREE)
scalar(math.erf,          lambda y, x: 2.0 / math.sqrt(math.pi) * exp(-(x * x)))
scalar(math.erfc,         lambda y, x: -2.0 / math.sqrt(math.pi) * exp(-(x * x)))
scalar(math.gamma,        lambda y, x: y * polygamma(0, x))
scalar(math.lgamma,       lambda y, x: polygamma(0, x))
scalar(runtime.polygamma, lambda y, n, x: (None, polygamma(n + 1, x)))


def log_partials(y: Any, x: Any, base: Any = None) -> tuple[Any, ...]:
    if base is None:
        return (1.0 / x,)
    return 1.0 / (x * log(base)), -(y / (base * log(base)))


def hypot_partials(z: Any, *xs: Any) -> tuple[Any, ...]:
    return tuple(x / nonzero(z) for x in xs)


def atan2_partials(z: Any, y: Any, x: Any) -> tuple[Any, Any]:
    """0 at the origin."""
    r = nonzero(lift(math.hypot)(x, y))  # squares would underflow
    return x / r / r, -y / r / r


def pow_partials(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """As for x ** y, but never complex."""
    n = static(y)
    return (y * lift(math.pow)(x, y - 1), None) if isinstance(n, (int, float)) and n != 0 else power_partials(z, x, y)


# z = f(x, y)           lambda z, x, y: (dz/dx, dz/dy)
scalar(math.log,        log_partials)
scalar(math.pow,        pow_partials)
scalar(math.hypot,      hypot_partials)
scalar(math.atan2,      atan2_partials)
scalar(math.fmod,       lambda z, x, y: (1.0, -trunc(x / y)))
scalar(math.remainder,  lambda z, x, y: (1.0, -((x - z) / y)))
scalar(math.copysign,   lambda z, x, y: (np.sign(x) * lift(math.copysign)(1.0, y), None))
scalar(math.nextafter,  lambda z, x, y: (1.0, None))
scalar(math.ldexp,      lambda z, x, n: (lift(math.ldexp)(1.0, n), None))
if hasattr(math, "fma"):
    scalar(math.fma,    lambda w, x, y, z: (y, x, 1.0))


# -- several results -------------------------------------------------------------------------------------------------

def mantissa_adjoint(g: Any, y: Any, x: Any) -> Any:
    bar, _ = components(g, 2)
    return None if bar is None else bar * lift(math.ldexp)(1.0, -y[1])


def float_pair(*args: Any) -> K.Kind:
    return K.Seq("tuple", (K.FLOAT, K.FLOAT))


custom(math.modf, lambda y, dots, x: tuple_of(dots[0], 0.0), lambda g, y, x: components(g, 2)[0], kind=float_pair)
custom(math.frexp, lambda y, dots, x: tuple_of(dots[0] * lift(math.ldexp)(1.0, -y[1]), 0.0),
       mantissa_adjoint,
       kind=lambda x: K.Seq("tuple", (K.FLOAT, K.INT)))
custom(divmod, divmod_tangent, divmod_adjoint, kind=pairs_kind(operator.floordiv, operator.mod))


def dist_tangent(z: Any, dots: Any, p: Any, q: Any) -> Any:
    move: Any = np.subtract(or_zero(dots[0]), or_zero(dots[1]))
    return np.dot(np.subtract(p, q), move) / nonzero(z)


def dist_adjoint(g: Any, z: Any, p: Any, q: Any) -> Any:
    p_bar = g * np.subtract(p, q) / nonzero(z)
    return p_bar, np.negative(p_bar)


custom(math.dist, dist_tangent, dist_adjoint, kind=to_float)


def products_tangent(z: Any, dots: Any, p: Any, q: Any) -> Any:
    terms = [np.dot(d, other) for d, other in ((dots[0], q), (dots[1], p)) if d is not None]
    return terms[0] if len(terms) == 1 else terms[0] + terms[1]


if hasattr(math, "sumprod"):
    custom(math.sumprod, products_tangent, lambda g, z, p, q: (np.multiply(g, q), np.multiply(g, p)),
           kind=lambda p, q: K.elementwise(operator.mul, K.elements(K.kind_of(p)), K.elements(K.kind_of(q))))


# -- built-in functions on numbers -----------------------------------------------------------------------------------

def float_adjoint(g: Any, y: Any, x: Any) -> Any:
    return g if isinstance(kind(x), K.Number) else unbroadcast(g, x)


def complex_tangent(z: Any, dots: Any, x: Any, y: Any = 0.0) -> Any:
    return or_zero(dots[0]) + 1j * or_zero(dots[1] if len(dots) > 1 else None)


def complex_adjoint(g: Any, z: Any, x: Any, y: Any = 0.0) -> Any:
    """dL = Re(z_bar (dx + i dy)), where x and y may be complex themselves."""
    return real_like(g, x), real_like(1j * g, y)


elementwise(pow, lambda z, x, y: power_partials(z, x, y))
custom(float, lambda y, dots, x: to_python_float(dots[0]), float_adjoint, kind=to_float)
custom(complex, complex_tangent, complex_adjoint, kind=lambda *parts: K.Number("complex"))
constant(round, kind=lambda x, digits=None: K.elementwise(round, x) if digits in (None, Const(None)) else K.kind_of(x))


# -- sums, products and extremes of several numbers, given as arguments, as a display or as a list -------------------

def operands(b: Builder, eqn: Eqn) -> tuple[Any, ...] | None:
    """The numbers of `max(x, y)` or `max([x, y])`; None where they are the elements of some list."""
    return eqn.args if len(eqn.args) > 1 else display(b, eqn.args[0])


def larger_share(z: Any, *xs: Any) -> tuple[Any, ...]:
    """All that attain the largest value share the weight."""
    return (larger(*xs), smaller(*xs)) if len(xs) == 2 else equal_share(z, *xs)


def smaller_share(z: Any, *xs: Any) -> tuple[Any, ...]:
    return (smaller(*xs), larger(*xs)) if len(xs) == 2 else equal_share(z, *xs)


def equal_share(z: Any, *xs: Any) -> tuple[Any, ...]:
    hits = tuple(x == z for x in xs)
    count = hits[0].emit(sum, (hits,))  # `+` of NumPy's booleans is a logical or
    return tuple(hit / count for hit in hits)


def product_share(z: Any, *xs: Any) -> tuple[Any, ...]:
    """The products of all the others, right also where one is 0."""
    return tuple(math.prod(xs[:k] + xs[k + 1:], start=1.0) for k in range(len(xs)))


def list_share(z: Any, xs: Any) -> Any:
    hits = np.equal(xs, z)
    share = hits / np.sum(hits)
    return cast_to(share, xs) if isinstance(kind(xs), K.Array) else share


def several(op: Any, partials: Any, list_partials: Any, kind: Any) -> None:
    """z = op(x, y, ...) = op([x, y, ...]); the partials of a list are one array."""
    def slopes(b: Builder, eqn: Eqn) -> list[tuple[Any, Any]]:
        if eqn.kwargs:
            raise UnknownKeyword(f"{op.__name__} with {eqn.kwargs[0][0]}=")
        xs = operands(b, eqn)
        if xs is None:
            return [(eqn.args[0], b.run(list_partials, eqn.out, eqn.args[0]))]
        return list(zip(xs, b.run(partials, eqn.out, *xs)))

    def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
        pairs = slopes(b, eqn)
        if operands(b, eqn) is None:
            return b.emit(np.dot, pairs[0][1], dots[eqn.args[0]])
        return total(b, [b.emit(operator.mul, dots[x], p) for x, p in pairs if x in dots])

    def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
        if operands(b, eqn) is not None and len(eqn.args) == 1:
            yield eqn.args[0], None  # its elements have the adjoints
        for x, p in slopes(b, eqn):
            yield x, b.emit(operator.mul, g, p)

    RULES[op] = Rule(forward, reverse, kind, view=lambda kinds, *xs, **options: xs)


def extreme_kind(*xs: Any) -> K.Kind:
    """One of the arguments, as it is."""
    items = [K.kind_of(x) for x in xs] if len(xs) > 1 else [K.elements(K.kind_of(xs[0]))]
    return K.join_all(items, "extreme") if all(isinstance(k, K.Number) for k in items) else K.UNKNOWN


several(max, larger_share, list_share, extreme_kind)
several(min, smaller_share, list_share, extreme_kind)
several(math.prod, product_share, lambda z, xs: lift(runtime.other_products)(xs), lambda xs: K.UNKNOWN)
several(math.fsum, lambda z, *xs: (1.0,) * len(xs), lambda z, xs: np.ones_like(xs), to_float)


def sum_tangent(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
    items = display(b, eqn.args[0])
    if items is None:
        terms = [b.emit(sum, dots[eqn.args[0]])] if eqn.args[0] in dots else []
    else:
        terms = [dots[x] for x in items if x in dots]
    return lower(b, spread(b, total(b, terms + [dots[a] for a in eqn.args[1:] if a in dots]), eqn.out), eqn.out)


def sum_adjoint(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    if eqn.kwargs:
        raise UnknownKeyword("sum with start=")
    items = display(b, eqn.args[0])
    yield eqn.args[0], b.emit(runtime.unsum, g, eqn.args[0]) if items is None else None
    for x in (*(items or ()), *eqn.args[1:]):
        yield x, fit(b, g, x, broadcasts=True)


def sum_kind(xs: Any, start: Any = K.INT) -> K.Kind:
    k = K.kind_of(xs)
    items = k.items if isinstance(k, K.Seq) and k.items is not None else [K.elements(k)]
    if not all(isinstance(e, (K.Number, K.Array)) for e in items):
        return K.UNKNOWN
    result = K.kind_of(start)
    for e in items:
        result = K.elementwise(operator.add, result, e)
    return result if isinstance(k, K.Seq) and k.items is not None else K.join(K.kind_of(start), result, "sum")


def shared_kind(g: Any, xs: Any) -> K.Kind:
    """The kind of the adjoint of `sum(xs)`."""
    def of(k: Any) -> K.Kind:
        return K.Number("") if isinstance(k, K.Number) else K.Array(None, k.dims) if isinstance(k, K.Array) else K.UNKNOWN

    match K.kind_of(xs):
        case K.Seq("list" | "tuple", items, elem):
            return K.Seq("list", None if items is None else tuple(map(of, items)), None if elem is None else of(elem))
        case k:
            return of(k)


RULES[sum] = Rule(sum_tangent, sum_adjoint, sum_kind)
custom(runtime.unsum,
       lambda y, dots, g, xs: lift(runtime.unsum)(or_zero(dots[0]), xs), lambda t, y, g, xs: (builtin_sum(t), None),
       kind=shared_kind)

real_only(math.fsum, math.dist)
constant(math.floor, math.ceil, math.trunc, kind=K.INT)
constant(math.isnan, math.isinf, math.isfinite, math.isclose, kind=K.BOOL)
constant(math.comb, math.perm, math.factorial, math.gcd, math.lcm, math.isqrt, kind=K.INT)
constant(math.ulp, kind=K.FLOAT)
constant(any, all, kind=K.BOOL)
