"""Sample calls of every function with a rule."""
from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.rules.verbs import call_method
from tests.rules.harness import Sample

RNG = np.random.default_rng(0)
SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (1, 4), (3, 1), (2, 3, 4))


def arr(*shape: int, lo: float = -1.0, hi: float = 1.0, dtype: Any = float) -> Any:
    """Distinct values in (lo, hi), away from 0."""
    x = RNG.uniform(lo, hi, shape)
    x = np.where(np.abs(x) < 0.05, x + 0.1, x)
    if dtype in (complex, np.complex64):
        x = x + 1j * RNG.uniform(lo, hi, shape)
    return x.astype(dtype)[()] if shape == () else x.astype(dtype)


def sample(op: Callable[..., Any], *args: Any, wrt: Iterable[int] | None = None, second: bool = True,
  **kwargs: Any) -> Sample:
    return Sample(op, args, kwargs, tuple(range(len(args))) if wrt is None else tuple(wrt), second)


def method(x: Any, name: str, *args: Any, wrt: Iterable[int] = (0,), **kwargs: Any) -> Sample:
    return Sample(call_method, (x, name, *args), kwargs, tuple(wrt))


def attribute(x: Any, name: str) -> Sample:
    return Sample(getattr, (x, name), {}, (0,))


def unary(op: Callable[..., Any], lo: float = -0.9, hi: float = 0.9) -> list[Sample]:
    return [sample(op, x) for x in (0.5 * (lo + hi) + 0.13, arr(lo=lo, hi=hi), np.array(arr(lo=lo, hi=hi)), arr(1,
      lo=lo, hi=hi),
                                    arr(2, 3, lo=lo, hi=hi), arr(3, lo=lo, hi=hi, dtype=np.float32))]


def binary(op: Callable[..., Any], lo: float = 0.3, hi: float = 1.7) -> list[Sample]:
    pairs = [((), ()), ((3,), ()), ((), (3,)), ((3,), (3,)), ((3, 1), (1, 4)), ((1,), (2, 3)), ((2, 3, 4), (3, 1)),
      ((0,), (1,))]
    out = [sample(op, arr(*a, lo=lo, hi=hi), arr(*b, lo=lo, hi=hi)) for a, b in pairs]
    out.append(sample(op, 1.3, 0.7))
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), arr(1, lo=lo, hi=hi, dtype=np.float32)))
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), 1.5, wrt=[0]))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), arr(3, lo=lo, hi=hi), wrt=[1]))
    out.append(sample(op, arr(3, lo=lo, hi=hi), arr(2, 3, lo=lo, hi=hi), wrt=[0]))
    return out


def reduction(op: Callable[..., Any], lo: float = -1.0, hi: float = 1.0, **options: Any) -> list[Sample]:
    out = [sample(op, arr(*s, lo=lo, hi=hi), **options) for s in SHAPES if s not in ((),
      (1,)) or "ddof" not in options]
    out.append(sample(op, arr(3, lo=lo, hi=hi, dtype=np.float32), **options))
    for axis in (0, -1, 1, (0, 2), (-1, 0)):
        second = not (op is np.prod and isinstance(axis, tuple))
        out.append(sample(op, arr(2, 3, 4, lo=lo, hi=hi), wrt=[0], axis=axis, second=second, **options))
        out.append(sample(op, arr(2, 3, 4, lo=lo, hi=hi), wrt=[0], axis=axis, keepdims=True, second=second,
          **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), 0, wrt=[0], **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi), wrt=[0], keepdims=True, **options))
    out.append(sample(op, arr(2, 3, lo=lo, hi=hi, dtype=np.float32), wrt=[0], axis=1, **options))
    return out


def several(ops: Iterable[Callable[..., Any]], make: Callable[..., list[Sample]], *args: Any,
  **kwargs: Any) -> list[Sample]:
    return [s for op in ops for s in make(op, *args, **kwargs)]


UFUNCS = [
    *several([np.negative, np.positive, np.square, np.absolute, np.fabs, np.exp, np.exp2, np.expm1, np.sin, np.cos,
      np.tan, np.arcsin,
              np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arctanh, np.deg2rad, np.rad2deg,
                np.radians,
              np.degrees, np.sinc, np.nan_to_num, np.real, np.conjugate, abs, operator.neg, operator.pos], unary),
    *several([np.sqrt, np.cbrt, np.reciprocal, np.log, np.log2, np.log10, np.log1p], unary, 0.2, 2.0),
    *unary(np.arccosh, 1.2, 2.0),
    *several([np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power, np.remainder, np.fmod,
      np.maximum, np.minimum,
              np.fmax, np.fmin, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.copysign, operator.add,
                operator.sub,
              operator.mul, operator.truediv, operator.pow, operator.mod], binary),
    *[sample(op, arr(3, dtype=complex)) for op in (np.absolute, np.real, np.imag, np.conjugate, np.angle, np.exp,
      np.sin, np.square)],
    *[sample(op, arr(3, dtype=complex), arr(2, 3)) for op in (np.add, np.multiply, np.divide, operator.mul)],
    sample(np.imag, arr(3)), sample(np.angle, arr(3)),
    sample(runtime.sinc_slope, arr(3), 1, wrt=[0]),
    sample(np.add, [1.0, 2.0], arr(2)), sample(np.multiply, [1.0, 2.0], 3, wrt=[0]), sample(np.exp, (1.0, 2.0)),
    sample(np.subtract, [1.0, 2.0], [3.0, 4.0]), sample(np.multiply, [[1.0], [2.0]], arr(3)),
    sample(np.nextafter, arr(3), arr(3)), sample(np.heaviside, arr(3), arr(3)),
    sample(np.ldexp, arr(3), np.array([1, 2, -1])), sample(np.ldexp, 1.5, 2, wrt=[0]),
    sample(np.power, arr(3), 3, wrt=[0]), sample(np.power, arr(3), 2.0, wrt=[0]),
    sample(np.power, 2.0, arr(3), wrt=[1]),
    sample(operator.pow, arr(3), 3, wrt=[0]), sample(operator.pow, 1.5, 2, wrt=[0]),
    sample(operator.pow, arr(3), -1, wrt=[0]),
    sample(operator.pow, arr(3), 0, wrt=[0]), sample(operator.pow, arr(3), 1, wrt=[0]),
    sample(np.clip, arr(2, 3), -0.3, 0.4, wrt=[0]), sample(np.clip, arr(2, 3), arr(3), 1.5, wrt=[0, 1]),
    sample(np.clip, arr(3), None, 0.2, wrt=[0]), sample(np.clip, arr(3), -0.1, None, wrt=[0]),
    sample(np.clip, arr(3), arr(2, 1, lo=-1, hi=-0.1), arr(hi=1.0, lo=0.2)), sample(np.clip, 0.3, -1.0, 0.1),
    sample(np.clip, arr(3, dtype=np.float32), -0.1, 0.2, wrt=[0]),
    sample(np.where, np.array([True, False, True]), arr(3), arr(3)),
    sample(np.where, np.array([[True], [False]]), arr(3), 1.5),
    sample(np.where, True, arr(3), arr(2, 1)), sample(np.where, False, 1.0, 2.0),
    sample(np.where, np.array([True, False]), 0.0, arr()),
    sample(np.where, True, arr(), arr(3), wrt=[1]),
    sample(np.where, np.array([True, False]), arr(2, dtype=np.float32), 0.0, wrt=[1]),
    sample(np.divmod, arr(3, lo=1, hi=5), arr(3, lo=0.3, hi=0.9)), sample(np.divmod, 5.3, 1.7),
    sample(np.modf, arr(3, lo=1.1, hi=1.9)), sample(np.frexp, arr(3, lo=1.1, hi=1.9)),
]

MATH = [
    sample(math.nextafter, 0.37, 1.0),
    *[sample(op, 0.37) for op in (math.fabs, math.sqrt, math.cbrt, math.exp, math.exp2, math.expm1, math.log,
      math.log1p, math.log2,
      math.log10, math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.sinh, math.cosh, math.tanh,
        math.asinh,
      math.atanh, math.degrees, math.radians, math.erf, math.erfc, math.gamma, math.lgamma, float)],
    sample(math.acosh, 1.7), sample(math.gamma, -1.3), sample(math.lgamma, -1.3), sample(math.gamma, 30.5),
    sample(runtime.polygamma, 1, 1.3, wrt=[1]),
    sample(math.log, 1.3, 2.5), sample(math.log, 1.3, 2, wrt=[0]), sample(math.hypot, 0.3, 0.4),
    sample(math.hypot, 0.3, -0.4, 1.2),
    *[sample(op, 1.3, 0.7) for op in (math.pow, math.atan2, math.fmod, math.remainder, math.copysign, pow, divmod,
      max, min)],
    sample(pow, arr(3, lo=0.2, hi=1.0), 2, wrt=[0]),
    sample(math.ldexp, 1.3, 3, wrt=[0]), sample(math.modf, 2.3), sample(math.frexp, 2.3),
    sample(max, 1.0, 2.0, 0.5), sample(min, 1.0, 2.0, 0.5), sample(max, [1.0, 2.0]), sample(min, [1.0, 0.3, 2.0]),
    sample(max, arr(4)), sample(min, arr(4)),
    sample(math.prod, [2.0, 3.0, 0.5]), sample(math.prod, [2.0]), sample(math.prod, arr(4)),
    sample(math.fsum, [1.0, 2.0]),
    sample(math.fsum, arr(4)),
    sample(builtins.sum, [1.0, 2.0, 3.0]), sample(builtins.sum, (1.0, 2.0), 3.0), sample(builtins.sum, arr(4)),
    sample(builtins.sum, arr(2, 3)), sample(builtins.sum, [arr(3), 2.0, arr(2, 3)]),
    sample(math.dist, [1.0, 2.0], [0.5, 3.0]), sample(math.dist, arr(3), arr(3), wrt=[1]),
    sample(runtime.unsum, 1.5, arr(3), wrt=[0]), sample(runtime.restructured, arr(3), [0.1, 0.2, 0.3], wrt=[0]),
    sample(complex, 1.0, 2.0), sample(complex, 1.0), sample(float, arr()),
]
if hasattr(math, "fma"):
    MATH.append(sample(math.fma, 1.0, 2.0, 3.0))

REDUCTIONS = [
    *several([np.sum, np.mean, np.prod, np.max, np.min, np.nansum], reduction),
    *several([np.var, np.std], reduction, lo=-1.0, hi=1.0)[0:0],
    *[s for op in (np.var,
      np.std) for s in reduction(op) if np.size(s.args[0]) > 1 and np.shape(s.args[0]) not in ((3, 1), (1, 4))],
    *[s for op in (np.var, np.std) for s in reduction(op, ddof=1) if np.size(s.args[0]) > 1],
    sample(np.amax, arr(3)), sample(np.amin, arr(3)), sample(np.nanmax, arr(3)),
    sample(np.nanmin, arr(2, 3), axis=0, wrt=[0]),
    sample(np.ptp, arr(3)), sample(np.ptp, arr(2, 3), axis=1, wrt=[0]),
    sample(np.ptp, arr(2, 3), axis=0, keepdims=True, wrt=[0]),
    sample(np.sum, arr(2, 3), where=np.array([True, False, True]), wrt=[0]),
    sample(np.sum, np.zeros((0, 3)), axis=0, wrt=[0]), sample(np.sum, np.zeros(0)),
    sample(np.sum, [1.0, 2.0]), sample(np.mean, [[1.0, 2.0], [3.0, 4.0]], axis=1, wrt=[0]),
    sample(np.prod, np.array([2.0, 0.0, 3.0])),
    sample(np.prod, np.array([[0.0, 0.0, 3.0], [1.0, 2.0, 0.0]]), axis=1, wrt=[0]),
    sample(np.average, arr(3)), sample(np.average, arr(2, 3), 1, wrt=[0]),
    sample(np.average, arr(3), None, arr(3, lo=0.1), wrt=[0, 2]),
    sample(np.average, arr(2, 3), 1, arr(3, lo=0.1), wrt=[0, 2]),
    sample(np.average, arr(2, 3), 0, arr(2, 3, lo=0.1), wrt=[0, 2]),
    *[sample(op, arr(*s), *axis, wrt=[0]) for op in (np.cumsum, np.cumprod) for s, axis in
      (((3,), ()), ((1,), ()), ((2, 3), ()), ((2, 3), (0,)), ((2, 3), (1,)), ((2, 3, 4), (-2,)), ((4,), (0,)))],
    sample(np.cumprod, np.array([2.0, 0.0, 3.0, 4.0])),
    sample(np.sum, arr(2, 3, dtype=complex), axis=0, wrt=[0]), sample(np.mean, arr(3, dtype=complex)),
    sample(np.prod, arr(3, dtype=complex)),
    sample(runtime.shift, arr(3), 1.0, 0, wrt=[0]), sample(runtime.shift, arr(2, 3), 0.0, 1, True, wrt=[0]),
    sample(runtime.recurrence, arr(4), arr(4), 0, wrt=[0, 1]),
    sample(runtime.recurrence, arr(2, 3), arr(2, 3), 1, True, wrt=[0, 1]),
    sample(runtime.other_products, arr(4)), sample(runtime.other_products, arr(2, 3), 1, wrt=[0]),
    sample(runtime.other_products, arr(2, 2)),
    sample(runtime.unreduce, 1.5, arr(3), wrt=[0]), sample(runtime.unreduce, arr(3), arr(2, 3), 0, wrt=[0]),
]

SHAPING = [
    sample(np.reshape, arr(2, 3), (3, 2), wrt=[0]), sample(np.reshape, arr(2, 3), -1, wrt=[0]),
    sample(np.reshape, 1.5, (1, 1), wrt=[0]),
    sample(np.reshape, arr(2, 3), (3, 2), order="F", wrt=[0]), sample(np.reshape, arr(1), (), wrt=[0]),
    sample(np.ravel, arr(2, 3)), sample(np.ravel, 1.5), sample(np.ravel, arr(1, 3)),
    sample(np.ravel, arr(2, 3), order="F"),
    sample(np.transpose, arr(2, 3)), sample(np.transpose, arr(2, 3, 4), (2, 0, 1), wrt=[0]),
    sample(np.transpose, arr(3)),
    sample(np.transpose, arr(2, 3, 4), (-1, 0, 1), wrt=[0]), sample(np.transpose, 1.5),
    sample(np.matrix_transpose, arr(2, 3, 4)), sample(np.swapaxes, arr(2, 3, 4), 0, -1, wrt=[0]),
    sample(np.moveaxis, arr(2, 3, 4), 0, -1, wrt=[0]), sample(np.moveaxis, arr(2, 3, 4), (0, 1), (2, 0), wrt=[0]),
    sample(np.expand_dims, arr(2, 3), 0, wrt=[0]), sample(np.expand_dims, arr(2, 3), (0, -1), wrt=[0]),
    sample(np.expand_dims, 1.5, 0, wrt=[0]),
    sample(np.squeeze, arr(1, 3)), sample(np.squeeze, arr(1, 3, 1), 0, wrt=[0]), sample(np.squeeze, arr(1, 1)),
    *[sample(op, arr(*s)) for op in (np.atleast_1d, np.atleast_2d, np.atleast_3d) for s in SHAPES],
    sample(np.broadcast_to, arr(3), (2, 3), wrt=[0]), sample(np.broadcast_to, 1.5, (2, 3), wrt=[0]),
    sample(np.broadcast_to, arr(2, 1), (2, 3), wrt=[0]),
    sample(np.flip, arr(2, 3)), sample(np.flip, arr(2, 3), 1, wrt=[0]), sample(np.flipud, arr(2, 3)),
    sample(np.fliplr, arr(2, 3)),
    sample(np.rot90, arr(2, 3)), sample(np.rot90, arr(2, 3, 4), 3, (1, 2), wrt=[0]),
    sample(np.roll, arr(4), 1, wrt=[0]), sample(np.roll, arr(2, 3), (1, -1), axis=(0, 1), wrt=[0]),
    sample(np.roll, arr(2, 3), -2, 1, wrt=[0]),
    sample(np.tile, arr(3), 2, wrt=[0]), sample(np.tile, arr(2, 3), (2, 1, 3), wrt=[0]),
    sample(np.tile, arr(2, 3), 2, wrt=[0]),
    sample(np.tile, 1.5, 3, wrt=[0]),
    sample(np.repeat, arr(3), 2, wrt=[0]), sample(np.repeat, arr(2, 3), 2, 1, wrt=[0]),
    sample(np.repeat, arr(3), np.array([1, 0, 2]), wrt=[0]),
    sample(np.repeat, arr(2, 3), np.array([1, 2]), axis=0, wrt=[0]),
    *[sample(op, arr(*s), k, wrt=[0]) for op in (np.triu, np.tril) for s in ((3, 3), (2, 3), (2, 3,
      4)) for k in (0, 1)],
    sample(np.diag, arr(3)), sample(np.diag, arr(3), 1, wrt=[0]), sample(np.diag, arr(3, 3)),
    sample(np.diag, arr(2, 4), -1, wrt=[0]),
    sample(np.diagonal, arr(3, 3)), sample(np.diagonal, arr(2, 3, 4), 1, 0, 2, wrt=[0]), sample(np.trace, arr(3, 3)),
    sample(np.trace, arr(2, 4), 1, wrt=[0]),
    sample(np.trace, arr(2, 3, 3), 0, 1, 2, wrt=[0]),
    sample(runtime.untile, arr(6), arr(3), 2, wrt=[0]), sample(runtime.unrepeat, arr(6), arr(3), 2, wrt=[0]),
    sample(runtime.undiagonal, arr(3), arr(3, 3), wrt=[0]),
    sample(runtime.put_along_axis, arr(2, 3), np.array([[0, 2], [1, 1]]), arr(2, 2), 1, wrt=[2]),
    sample(np.sort, arr(4)), sample(np.sort, arr(2, 3), 0, wrt=[0]), sample(np.sort, arr(2, 3), None, wrt=[0]),
    sample(np.take, arr(4), 1, wrt=[0]), sample(np.take, arr(4), np.array([0, 0, 2]), wrt=[0]),
    sample(np.take, arr(2, 3), np.array([0, 2]), 1, wrt=[0]),
    sample(np.take, arr(2, 3), np.array([[0, 5]]), wrt=[0]), sample(np.take, arr(2, 3), 1, axis=-1, wrt=[0]),
    sample(np.take_along_axis, arr(2, 3), np.array([[0, 2], [1, 1]]), 1, wrt=[0]),
    sample(np.diff, arr(4)), sample(np.diff, arr(2, 4), axis=1, wrt=[0]), sample(np.diff, arr(3, 4), 2, 0, wrt=[0]),
    sample(np.pad, arr(3), 1, wrt=[0]), sample(np.pad, arr(2, 3), ((1, 0), (2, 1)), wrt=[0]),
    sample(np.pad, arr(2, 3), (1, 2), mode="constant", wrt=[0]),
    sample(np.full, (2, 3), 1.5, wrt=[1]), sample(np.full, 3, 1.5, wrt=[1]),
    sample(np.full_like, arr(2, 3), 1.5, wrt=[1]),
    sample(np.arange, 0.5, 3.2), sample(np.arange, 0.5, 3.2, 0.4), sample(np.arange, 2.5),
    sample(np.linspace, 0.5, 3.0, 4, wrt=[0, 1]), sample(np.linspace, 0.5, 3.0, wrt=[0, 1]),
    *[sample(op, x) for op in (np.float64, np.complex128) for x in (0.7, arr(3), arr(2, 3))],
    *[sample(np.float32, x) for x in (np.float32(0.7), arr(3, dtype=np.float32))],
    sample(np.complex64, arr(3, dtype=np.complex64)),
    sample(runtime.setitem, arr(3), 1, 0.7, wrt=[0, 2]), sample(runtime.setitem, arr(3), -1, arr(), wrt=[0, 2]),
    sample(runtime.setitem, arr(2, 3), slice(0, 1), arr(3), wrt=[0, 2]),
    sample(runtime.setitem, arr(2, 3), (slice(None), 1), 0.3, wrt=[0, 2]),
    sample(runtime.setitem, arr(3), np.array([0, 2, 0]), arr(3), wrt=[0, 2]),
    sample(runtime.setitem, arr(3), np.array([True, False, True]), arr(2), wrt=[0, 2]),
    sample(runtime.setitem, arr(2, 3), np.array([[0, 1], [1, 0]]), arr(2, 2, 3), wrt=[0, 2]),
    sample(runtime.last_written, arr(3), np.array([0, 2, 0]), wrt=[0]),
    *[sample(op, x) for op in (list, tuple) for x in ([0.7, arr(3)], (0.7, 0.2), arr(3), arr(2, 3))],
    *[sample(op, x) for op in (np.array, np.copy, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)
      for x in (arr(3), 1.5, arr(2, 3, dtype=np.float32))],
    sample(np.array, [1.0, 2.0, 3.0]), sample(np.array, [[1.0, 2.0], [3.0, 4.0]]), sample(np.array, [arr(3), arr(3)]),
    sample(np.array, (1.0, 2.0)),
    sample(np.array, [1.0, 2.0], dtype=float, wrt=[0]), sample(np.array, arr(3), dtype=int, wrt=[0]),
    sample(np.astype, arr(3, dtype=np.float32), float, wrt=[0]),
    sample(np.astype, arr(3), np.float64, wrt=[0]),
]

JOINING = [
    sample(np.concatenate, [arr(2), arr(3)]), sample(np.concatenate, (arr(2, 3), arr(1, 3), arr(4, 3))),
    sample(np.concatenate, [arr(2, 3), arr(2, 1)], 1, wrt=[0]),
    sample(np.concatenate, [arr(2, 3), arr(2, 1)], axis=-1, wrt=[0]),
    sample(np.concatenate, [arr(2, 3), arr(2)], axis=None, wrt=[0]), sample(np.concatenate, [arr(3)]),
    sample(np.concatenate, arr(2, 3)),
    sample(np.stack, [arr(3), arr(3)]), sample(np.stack, [arr(3), arr(3)], 1, wrt=[0]),
    sample(np.stack, [arr(2, 3), arr(2, 3)], axis=-1, wrt=[0]), sample(np.stack, [1.0, 2.0]),
    sample(np.stack, arr(2, 3), axis=1, wrt=[0]), sample(np.stack, [arr(2, 3), arr(2, 3)], axis=-2, wrt=[0]),
    sample(np.vstack, [arr(3), arr(3)]), sample(np.vstack, [arr(3), arr(2, 3)]), sample(np.vstack, [1.0, 2.0]),
    sample(np.hstack, [arr(3), arr(2)]), sample(np.hstack, [arr(2, 3), arr(2, 1)]), sample(np.hstack, [1.0, arr(2)]),
    sample(np.hstack, [1.0, 2.0]),
    sample(np.column_stack, [arr(3), arr(3)]), sample(np.column_stack, [arr(3), arr(3, 2)]),
    sample(np.dstack, [arr(2, 3), arr(2, 3)]), sample(np.dstack, [arr(3), arr(3)]),
    sample(np.append, arr(3), 1.5), sample(np.append, arr(2, 3), arr(1, 3), 0, wrt=[0, 1]),
    sample(np.append, arr(2, 3), arr(2)),
    sample(np.split, arr(4), 2, wrt=[0]), sample(np.split, arr(2, 5), [1, 3], 1, wrt=[0]),
    sample(np.array_split, arr(5), 2, wrt=[0]),
    sample(np.hsplit, arr(4), 2, wrt=[0]), sample(np.hsplit, arr(2, 4), 2, wrt=[0]),
    sample(np.vsplit, arr(4, 2), 2, wrt=[0]), sample(np.dsplit, arr(1, 2, 4), 2, wrt=[0]),
]

PAIRS = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 3), (3, 1)), ((5, 2, 3), (3, 4)),
  ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)),
         ((3,), (5, 3, 4)), ((5, 2, 3), (3,)), ((1, 2, 3), (5, 3, 4))]
LINALG = [
    *[sample(op, arr(*a), arr(*b)) for op in (np.dot, np.matmul, operator.matmul) for a, b in PAIRS],
    sample(np.dot, 1.5, arr(3)), sample(np.dot, arr(2, 3), 1.5), sample(np.dot, 1.5, 2.5),
    sample(np.dot, arr(2, 3, dtype=np.float32), arr(3, dtype=np.float32)),
    sample(np.matmul, arr(2, 3, dtype=np.float32), arr(3, 2, dtype=np.float32)),
    sample(np.dot, arr(2, 3, dtype=complex), arr(3)),
    *[sample(op, arr(2, 4), arr(2, 3), arr(3, 4)) for op in (runtime.dot_left, runtime.dot_right,
      runtime.matmul_left, runtime.matmul_right)],
]

def spd(*shape: int) -> Any:
    a = arr(*shape)
    return np.matmul(a, np.swapaxes(a, -1, -2)) + 2.0 * np.eye(shape[-1])


LINALG += [
    sample(np.outer, arr(2), arr(3)), sample(np.outer, arr(2, 2), 1.5),
    sample(np.outer, arr(2, dtype=np.float32), arr(3, dtype=np.float32)),
    *[sample(np.inner, arr(*a), arr(*b)) for a, b in (((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 3), (4,
      3)), ((2, 3, 4), (5, 4)), ((5, 4), (2, 3, 4)),
      ((2, 1, 4), (4,)), ((4,), (2, 1, 4)))], sample(np.inner, 1.5, arr(3)),
    sample(np.vdot, arr(3), arr(3)), sample(np.vdot, arr(2, 3), arr(2, 3)),
    sample(np.vdot, arr(3, dtype=complex), arr(3, dtype=complex)), sample(np.vdot, 1.5, 2.0),
    sample(np.tensordot, arr(2, 3, 4), arr(3, 4, 5)), sample(np.tensordot, arr(2, 3), arr(3, 4), 1, wrt=[0, 1]),
    sample(np.tensordot, arr(2, 3), arr(4), 0, wrt=[0, 1]),
    sample(np.tensordot, arr(2, 3, 4), arr(4, 5, 2), ((2, 0), (0, 2)), wrt=[0, 1]),
    sample(np.tensordot, arr(2, 3, 4), arr(4, 5, 3), axes=((-1, 1), (0, 2)), wrt=[0, 1]),
    sample(np.einsum, "ij,jk->ik", arr(2, 3), arr(3, 4), wrt=[1, 2]), sample(np.einsum, "ij->i", arr(2, 3), wrt=[1]),
    sample(np.einsum, "ij,kj->", arr(2, 3), arr(4, 3), wrt=[1, 2]),
    sample(np.einsum, "bij,bjk->bik", arr(2, 3, 4), arr(2, 4, 2), wrt=[1, 2]),
    sample(np.einsum, "i,j,k->kij", arr(2), arr(3), arr(4), wrt=[1, 2, 3]),
    sample(np.einsum, "ij,ij->j", arr(2, 3), arr(1, 3), wrt=[1, 2]),
    sample(np.einsum, "ij,jk", arr(2, 3), arr(3, 4), wrt=[1, 2]), sample(np.einsum, "ij->ji", arr(2, 3), wrt=[1]),
    sample(np.linalg.inv, spd(3, 3)), sample(np.linalg.inv, spd(2, 3, 3)), sample(np.linalg.det, spd(3, 3)),
    sample(np.linalg.det, spd(2, 3, 3)),
    sample(np.linalg.slogdet, spd(3, 3)), sample(np.linalg.slogdet, spd(2, 3, 3)),
    sample(np.linalg.solve, spd(3, 3), arr(3)), sample(np.linalg.solve, spd(3, 3), arr(3, 2)),
    sample(np.linalg.solve, spd(2, 3, 3), arr(2, 3, 2)), sample(np.linalg.solve, spd(2, 3, 3), arr(3, 2)),
    sample(np.linalg.solve, spd(3, 3), arr(3), wrt=[1]),
    *[sample(np.linalg.norm, x) for x in (arr(3), arr(2, 3), arr(3, dtype=complex), arr(3, dtype=np.float32))],
    *[sample(np.linalg.norm, arr(3), o, wrt=[0]) for o in (1, 2, 3, np.inf, -np.inf, 2.5)],
    sample(np.linalg.norm, arr(2, 3), "fro", wrt=[0]),
    sample(np.linalg.norm, arr(2, 3), axis=1, wrt=[0]),
    sample(np.linalg.norm, arr(2, 3), axis=0, keepdims=True, wrt=[0]),
    sample(np.linalg.norm, arr(2, 3), ord=3, axis=-1, wrt=[0]),
    sample(np.linalg.norm, arr(2, 3), axis=(0, 1), wrt=[0]),
]

LINALG.append(Sample(np.linalg.cholesky, (spd(3, 3),), symmetric=True))
HELPERS = [
    *[sample(runtime.unbroadcast, arr(*a), arr(*b), wrt=[0]) for a, b in (((2, 3), (3,)), ((2, 3), (1, 3)), ((2,
      3), ()), ((), (2, 3)), ((3,), (3,)))],
    *[sample(runtime.broadcast_like, arr(*a), arr(*b), wrt=[0]) for a, b in (((3,), (2, 3)), ((), (2, 3)), ((3,),
      (3,)))],
    sample(runtime.cast_like, arr(3), arr(3), wrt=[0]),
    sample(runtime.cast_like, arr(3, dtype=complex), arr(3), wrt=[0]),
    sample(runtime.power_slope, arr(3, lo=0.2), arr(3, lo=0.2)), sample(runtime.power_slope, 1.3, 0.7),
    sample(runtime.power_slope, arr(2, 1, lo=0.2), arr(3, lo=1.2, hi=2.0)),
    sample(runtime.log_slope, arr(3), arr(3, lo=0.2), arr(3), wrt=[0, 1]),
    sample(runtime.log_slope, 1.2, 1.3, 0.7, wrt=[0, 1]),
    sample(runtime.split_like, arr(5), [arr(2), arr(3)], wrt=[0]),
]

METHODS = [
    method(arr(2, 3), "sum"), method(arr(2, 3), "sum", 0), method(arr(2, 3), "mean", axis=1),
    method(arr(2, 3), "max"), method(arr(2, 3), "min", axis=0),
    method(arr(3), "prod"), method(arr(3), "var"), method(arr(3), "std"), method(arr(3), "cumsum"),
    method(arr(3), "cumprod"), method(arr(2, 3), "dot", arr(3), wrt=[0, 2]),
    method(arr(2, 3), "ravel"), method(arr(2, 3), "flatten"), method(arr(2, 3), "reshape", 3, 2),
    method(arr(2, 3), "reshape", (3, 2)), method(arr(2, 3), "reshape", -1),
    method(arr(2, 3), "transpose"), method(arr(2, 3), "transpose", 1, 0),
    method(arr(2, 3, 4), "transpose", (2, 0, 1)), method(arr(2, 3), "swapaxes", 0, 1),
    method(arr(1, 3), "squeeze"), method(arr(3), "take", 1), method(arr(3), "repeat", 2),
    method(arr(3), "clip", -0.2, 0.3), method(arr(3), "copy"), method(arr(3), "astype", float),
    method(arr(3), "conj"), method(arr(3, 3), "diagonal"), method(arr(3, 3), "trace"), method(arr(3), "tolist"),
    method(arr(3), "item", 1), method(arr(1), "item"),
    method(arr(2, 3), "item", 1, 2), method(arr(2, 3), "item", 4), method(arr(), "item"), method(arr(), "sum"),
    attribute(arr(2, 3), "T"), attribute(arr(2, 3), "mT"), attribute(arr(3, dtype=complex), "real"),
    attribute(arr(3, dtype=complex), "imag"), attribute(1.5, "real"),
]

STRUCTURES = [
    sample(operator.getitem, arr(4), 1, wrt=[0]), sample(operator.getitem, arr(4), slice(1, 3), wrt=[0]),
    sample(operator.getitem, arr(2, 3), (0, slice(None)), wrt=[0]),
    sample(operator.getitem, arr(2, 3), (Ellipsis, None, 1), wrt=[0]),
    sample(operator.getitem, arr(4), np.array([0, 0, 1]), wrt=[0]),
    sample(operator.getitem, arr(4), np.array([True, False, True, False]), wrt=[0]),
    sample(operator.add, [1.0, 2.0], [3.0]), sample(operator.add, (1.0,), (2.0, arr(2))),
    sample(operator.add, [1.0], [2.0], wrt=[0]),
    sample(make_tuple, 1.0, arr(3)), sample(make_list, 1.0, arr(3)),
    sample(runtime.append, [1.0, 2.0], 3.0), sample(runtime.add_at, arr(4), 1, 2.0, wrt=[0, 2]),
    sample(runtime.add_at, arr(4), np.array([0, 0]), arr(2), wrt=[0, 2]),
    sample(runtime.accumulate, arr(3), arr(3)),
]

CALLS: list[Sample] = [*UFUNCS, *MATH, *REDUCTIONS, *SHAPING, *JOINING, *LINALG, *HELPERS, *METHODS, *STRUCTURES]
