"""NumPy's elementwise functions.

At a kink the partial derivatives are subgradients: |x| has slope 0 at 0, and arguments that tie for the larger or
smaller value share a total weight of 1. `clip` is `minimum(maximum(x, lo), hi)`, so it has slope 1/2 at a bound.
Complex derivatives pair without conjugation: dL = Re(x_bar dx).
"""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.expressions import (
    as_number,
    fitted,
    is_one,
    is_real,
    kind,
    lifted,
    nonzero,
    or_zero,
    quotient,
    rank,
    real_like,
    spread_to,
    static,
    unspread,
)
from tangentlite.rules.operators import power_partials
from tangentlite.rules.verbs import constant, custom, elementwise

LN2, LN10, DEGREE = math.log(2.0), math.log(10.0), math.pi / 180.0
LOWEST = -1e38  # stands for -inf where inf - inf must not arise
sinc_slope, bessel_i, with_real, with_imag = lifted(runtime.sinc_slope, runtime.bessel_i, runtime.with_real, runtime.with_imag)


def where_finite(x: Any, g: Any) -> Any:
    """The derivatives of the elements that stay as they are."""
    kept = np.where(np.isfinite(x), g, 0.0)
    return kept[()] if rank(kept) == 0 else kept


# -- one argument ----------------------------------------------------------------------------------------------------

# y = f(x)                    lambda y, x: dy/dx
elementwise(np.negative,      lambda y, x: -1.0)
elementwise(np.positive,      lambda y, x: 1.0)
elementwise(np.square,        lambda y, x: 2.0 * x)
elementwise(np.sqrt,          lambda y, x: 0.5 / y)
elementwise(np.cbrt,          lambda y, x: 1.0 / (3.0 * y * y))
elementwise(np.reciprocal,    lambda y, x: -(y * y))
elementwise(np.fabs,          lambda y, x: np.sign(x))
elementwise(np.exp,           lambda y, x: y)
elementwise(np.exp2,          lambda y, x: LN2 * y)
elementwise(np.expm1,         lambda y, x: y + 1.0)
elementwise(np.log,           lambda y, x: quotient(1.0, x))
elementwise(np.log2,          lambda y, x: quotient(1.0 / LN2, x))
elementwise(np.log10,         lambda y, x: quotient(1.0 / LN10, x))
elementwise(np.log1p,         lambda y, x: quotient(1.0, 1.0 + x))
elementwise(np.sin,           lambda y, x: np.cos(x))
elementwise(np.cos,           lambda y, x: -np.sin(x))
elementwise(np.tan,           lambda y, x: 1.0 + y * y)
elementwise(np.arcsin,        lambda y, x: 1.0 / np.sqrt(1.0 - x * x))
elementwise(np.arccos,        lambda y, x: -1.0 / np.sqrt(1.0 - x * x))
elementwise(np.arctan,        lambda y, x: 1.0 / (1.0 + x * x))
elementwise(np.sinh,          lambda y, x: np.cosh(x))
elementwise(np.cosh,          lambda y, x: np.sinh(x))
elementwise(np.tanh,          lambda y, x: 1.0 - y * y)
elementwise(np.arcsinh,       lambda y, x: 1.0 / np.sqrt(1.0 + x * x))
elementwise(np.arccosh,       lambda y, x: 1.0 / np.sqrt((x - 1.0) * (x + 1.0)))
elementwise(np.arctanh,       lambda y, x: quotient(1.0, 1.0 - x * x))
elementwise(np.deg2rad,       lambda y, x: DEGREE)
elementwise(np.rad2deg,       lambda y, x: 1.0 / DEGREE)
elementwise(np.radians,       lambda y, x: DEGREE)
elementwise(np.degrees,       lambda y, x: 1.0 / DEGREE)
elementwise(np.sinc,          lambda y, x: sinc_slope(x, 1))
elementwise(runtime.sinc_slope, lambda y, x, n: (sinc_slope(x, n + 1), None))
custom(np.nan_to_num, lambda y, dots, x, nan=0.0, posinf=None, neginf=None: where_finite(x, dots[0]),
       lambda g, y, x, nan=0.0, posinf=None, neginf=None: where_finite(x, g),
       kind=lambda x, **keywords: K.elementwise(np.nan_to_num, x))
elementwise(np.i0,            lambda y, x: bessel_i(1, x), kind=lambda x: array_alike(np.exp, x))
elementwise(runtime.bessel_i, lambda y, n, x: (None, 0.5 * (bessel_i(n - 1, x) + bessel_i(n + 1, x))),
            kind=lambda n, x: K.elementwise(np.exp, x))  # DLMF 10.29.1


def array_alike(op: Any, x: Any) -> K.Kind:
    """The kind of op(x) where numbers become arrays without dimensions."""
    k = K.elementwise(op, x)
    return K.Array(k.dtype or None, K.dims_of(k)) if isinstance(k, (K.Number, K.Array)) else k


# -- complex numbers -------------------------------------------------------------------------------------------------

def direction(y: Any, x: Any) -> Any:
    """The slope of y = |x|."""
    return np.sign(x) if is_real(x) else np.conjugate(x / nonzero(y))


def absolute_tangent(y: Any, dots: Any, x: Any) -> Any:
    dot = dots[0] * direction(y, x)
    return dot if is_real(x) else np.real(dot)


def plainly_real(g: Any, x: Any) -> bool:
    """A real adjoint of a complex number needs no other type."""
    return K.is_number(kind(x)) and is_real(g)


def imaginary_adjoint(g: Any, y: Any, x: Any) -> Any:
    """Im z = Re(-i z)."""
    return 0.0 * g if is_real(x) else real_like(-(1j * g), x)


def angle_adjoint(g: Any, y: Any, z: Any) -> Any:
    """The angle moves by Im(dz / z), and not at 0."""
    return real_like(-(1j * g) * (z != 0.0) / nonzero(z), z)


op: Any
for op in (np.absolute, abs):
    custom(op, absolute_tangent, lambda g, y, x: g * direction(y, x), kind=lambda x, op=op: K.elementwise(op, x))
custom(np.real, lambda y, dots, x: np.real(dots[0]), lambda g, y, x: g if is_real(x) or plainly_real(g, x) else real_like(g, x),
       kind=lambda x: part_kind(np.real, x), view=True)
custom(np.imag, lambda y, dots, x: np.imag(dots[0]), imaginary_adjoint, kind=lambda x: part_kind(np.imag, x), view=True)
custom(np.conjugate, lambda y, dots, x: np.conjugate(dots[0]), lambda g, y, x: np.conjugate(g),
       kind=lambda x: K.elementwise(np.conjugate, x),
       view=lambda kinds, x: () if getattr(kinds.get(x), "dtype", None) in ("complex128", "complex64") else [x])
custom(runtime.with_real, lambda y, dots, z, part: with_real(0.0 * z if dots[0] is None else dots[0], or_zero(dots[1])),
       lambda g, y, z, part: (with_real(g, 0.0), fitted(np.real(g), part)), kind=lambda z, part: K.kind_of(z))
custom(runtime.with_imag, lambda y, dots, z, part: with_imag(0.0 * z if dots[0] is None else dots[0], or_zero(dots[1])),
       lambda g, y, z, part: (with_imag(g, 0.0), fitted(-np.imag(g), part)), kind=lambda z, part: K.kind_of(z))
custom(np.real_if_close, lambda y, dots, x, tol=100: real_like(dots[0], y),
       lambda g, y, x, tol=100: real_like(as_number(g) if K.is_number(kind(x)) else g, x),
       kind=lambda x, tol=100: K.Array(None, K.dims_of(K.kind_of(x))), view=True)
custom(np.angle, lambda y, dots, z: np.imag(dots[0] * (z != 0.0) / nonzero(z)), angle_adjoint,
       kind=lambda z: K.elementwise(np.angle, z))


def varying(*xs: Any) -> K.Kind:
    """Complex where it must be, so that the type depends on the values."""
    return K.Array(None, K.broadcast_dims(*(K.dims_of(K.kind_of(x)) for x in xs)) or None)


# y = f(x)                    lambda y, x: dy/dx
elementwise(np.emath.sqrt,    lambda y, x: 0.5 / y, kind=varying)
elementwise(np.emath.log,     lambda y, x: quotient(1.0, x), kind=varying)
elementwise(np.emath.log2,    lambda y, x: quotient(1.0 / LN2, x), kind=varying)
elementwise(np.emath.log10,   lambda y, x: quotient(1.0 / LN10, x), kind=varying)
elementwise(np.emath.arcsin,  lambda y, x: 1.0 / np.cos(y), kind=varying)
elementwise(np.emath.arccos,  lambda y, x: -1.0 / np.sin(y), kind=varying)
elementwise(np.emath.arctanh, lambda y, x: quotient(1.0, 1.0 - x * x), kind=varying)


def part_kind(op: Any, x: Any) -> K.Kind:
    """The real or imaginary part of an array is a view of it, of a number a number."""
    x = K.kind_of(x)
    dtype = K.result_dtype(op, (x.dtype,)) if isinstance(x, (K.Number, K.Array)) and x.dtype else ""
    return K.Number(dtype) if isinstance(x, K.Number) else K.Array(dtype or None, K.dims_of(x))


# -- two arguments ---------------------------------------------------------------------------------------------------

def larger(x: Any, y: Any) -> Any:
    """The share of `x` in max(x, y)."""
    return after(x, y) + 0.5 * (x == y)


def smaller(x: Any, y: Any) -> Any:
    """The share of `x` in min(x, y)."""
    return after(y, x) + 0.5 * (x == y) if of_complex(x, y) else (x < y) + 0.5 * (x == y)


def after(x: Any, y: Any) -> Any:
    """Is `x` larger than `y`? NumPy orders complex numbers, by their real parts first."""
    return np.greater(x, y) if of_complex(x, y) else x > y


def of_complex(*xs: Any) -> bool:
    return any(K.is_complex(kind(x)) for x in xs)


def fmax_partials(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Like `maximum`, but a NaN loses."""
    return np.where(np.isnan(y), 1.0, larger(x, y)), np.where(np.isnan(x), 1.0, smaller(x, y))


def fmin_partials(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    return np.where(np.isnan(y), 1.0, smaller(x, y)), np.where(np.isnan(x), 1.0, larger(x, y))


def arctan2_partials(z: Any, y: Any, x: Any) -> tuple[Any, Any]:
    """0 at the origin."""
    r = nonzero(np.hypot(x, y))  # squares would underflow
    return x / r / r, -y / r / r


def numpy_power_partials(z: Any, x: Any, y: Any) -> tuple[Any, Any]:
    n = static(y)
    below = isinstance(n, (int, float)) and n < 1 and n != 0
    return (y * np.power(x, y - 1), None) if below else power_partials(z, x, y)


def finite(z: Any) -> Any:
    """-inf - (-inf) must not arise: exp(-inf) is 0."""
    return np.maximum(z, LOWEST)


# z = f(x, y)                   lambda z, x, y: (dz/dx, dz/dy)
elementwise(np.add,             lambda z, x, y: (1.0, 1.0))
elementwise(np.subtract,        lambda z, x, y: (1.0, -1.0))
elementwise(np.multiply,        lambda z, x, y: (y, x))
elementwise(np.divide,          lambda z, x, y: (quotient(1.0, y), -(z * z if is_one(x) else quotient(z, y))))
elementwise(np.power,           numpy_power_partials)
elementwise(np.float_power,     numpy_power_partials)
elementwise(np.remainder,       lambda z, x, y: (1.0, -np.floor_divide(x, y)))
elementwise(np.fmod,            lambda z, x, y: (1.0, -np.trunc(quotient(x, y))))
elementwise(np.maximum,         lambda z, x, y: (larger(x, y), smaller(x, y)))
elementwise(np.minimum,         lambda z, x, y: (smaller(x, y), larger(x, y)))
elementwise(np.fmax,            fmax_partials)
elementwise(np.fmin,            fmin_partials)
elementwise(np.hypot,           lambda z, x, y: (x / nonzero(z), y / nonzero(z)))
elementwise(np.arctan2,         arctan2_partials)
elementwise(np.logaddexp,       lambda z, x, y: (np.exp(x - finite(z)), np.exp(y - finite(z))))
elementwise(np.logaddexp2,      lambda z, x, y: (np.exp2(x - finite(z)), np.exp2(y - finite(z))))
elementwise(np.copysign,        lambda z, x, y: (np.sign(x) * np.copysign(1.0, y), None))
elementwise(np.nextafter,       lambda z, x, y: (1.0, None))
elementwise(np.heaviside,       lambda z, x, y: (None, x == 0))
elementwise(np.emath.power,     numpy_power_partials, kind=lambda *xs: varying(*xs))
elementwise(np.ldexp,           lambda z, x, n: (np.ldexp(1.0, n), None))


# -- selection -------------------------------------------------------------------------------------------------------

def clip_partials(z: Any, x: Any, lo: Any = None, hi: Any = None) -> tuple[Any, ...]:
    """The bounds count as in minimum(maximum(x, lo), hi)."""
    ordered = lo is None or all(isinstance(static(b), (int, float)) for b in (lo, hi)) and static(lo) < static(hi)
    m = x if ordered else np.maximum(x, lo)
    above = 1.0 if lo is None else larger(x, lo)
    below = 1.0 if hi is None else smaller(m, hi)
    return above * below, None if lo is None else smaller(x, lo) * below, None if hi is None else larger(m, hi)


def clip_kind(x: Any, lo: Any = None, hi: Any = None) -> K.Kind:
    bounds = [b for b in (lo, hi) if b is not None and b != Const(None)]
    if len(bounds) == 2:
        return K.elementwise(np.clip, x, *bounds)
    return K.elementwise(np.maximum, x, *bounds) if bounds else K.elementwise(np.positive, x)


def where_kind(*args: Any) -> K.Kind:
    """Rank 0 results are arrays too."""
    if len(args) != 3:
        return K.UNKNOWN
    condition = K.kind_of(args[0])
    chosen = K.numeric("bool", K.dims_of(condition)) if isinstance(condition, K.Array) else condition
    k = K.elementwise(np.where, chosen, *args[1:])
    return K.Array(k.dtype or None, ()) if isinstance(k, K.Number) else k


def where_adjoint(g: Any, c: Any, x: Any, y: Any) -> tuple[Any, ...]:
    """Not `g * c`: what was not chosen may be infinite."""
    x_bar, y_bar = np.where(c, g, 0.0), np.where(c, 0.0, g)
    if rank(x_bar) == 0:
        x_bar, y_bar = x_bar[()], y_bar[()]
    return None, fitted(x_bar, x), fitted(y_bar, y)


elementwise(np.clip, clip_partials, kind=clip_kind)
custom(np.where,
       lambda z, dots, c, x, y: spread_to(np.where(c, or_zero(dots[1]), or_zero(dots[2])), z),
       lambda g, z, c, x, y: where_adjoint(unspread(g, c), c, x, y),
       kind=where_kind)


# -- several results -------------------------------------------------------------------------------------------------

def divmod_tangent(y: Any, dots: Any, a: Any, b: Any) -> Any:
    da, db = map(or_zero, dots)
    return tuple_of(0.0 * (da + db), da - y[0] * db)


def divmod_adjoint(g: Any, y: Any, a: Any, b: Any) -> Any:
    _, r = components(g, 2)
    return (None, None) if r is None else (fitted(r, a), fitted(-(r * y[0]), b))


def mantissa_adjoint(g: Any, y: Any, x: Any) -> Any:
    bar, _ = components(g, 2)
    return None if bar is None else bar * np.ldexp(1.0, -y[1])


def pairs_kind(first: Any, second: Any) -> Any:
    return lambda *args: K.Seq("tuple", (K.elementwise(first, *args), K.elementwise(second, *args)))


custom(np.divmod, divmod_tangent, divmod_adjoint, kind=pairs_kind(np.floor_divide, np.remainder))
custom(np.modf, lambda y, dots, x: tuple_of(dots[0], 0.0 * dots[0]), lambda g, y, x: components(g, 2)[0],
       kind=pairs_kind(lambda x: np.modf(x)[0], lambda x: np.modf(x)[1]))
custom(np.frexp, lambda y, dots, x: tuple_of(dots[0] * np.ldexp(1.0, -y[1]), 0.0 * dots[0]),
       mantissa_adjoint,
       kind=pairs_kind(lambda x: np.frexp(x)[0], lambda x: np.frexp(x)[1]))


# -- constants -------------------------------------------------------------------------------------------------------

def plain(op: Any) -> Any:
    return lambda *args, **keywords: K.UNKNOWN if keywords else K.elementwise(op, *args)


for op in (np.sign, np.floor, np.ceil, np.rint, np.trunc, np.fix, np.signbit, np.spacing, np.isnan, np.isfinite,
           np.isinf, np.isneginf, np.isposinf, np.isreal, np.iscomplex, np.floor_divide,
           np.greater, np.less, np.equal, np.not_equal, np.greater_equal, np.less_equal, np.logical_and,
           np.logical_or, np.logical_xor,
           np.logical_not, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
           np.gcd, np.lcm):
    constant(op, kind=plain(op))
for op in (np.round, np.around):
    constant(op, kind=lambda x, *decimals, op=op, **keywords: K.elementwise(op, x))
constant(np.isclose, kind=lambda a, b, **tolerances: K.elementwise(np.isclose, a, b))
