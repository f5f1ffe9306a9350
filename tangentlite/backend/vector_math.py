"""`tangentlite.fastmath` for Numba: inlined into the loops that call it, and element by element on arrays."""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic, overload

from tangentlite import fastmath

OPTIONS = {"fastmath": {"contract"}, "error_model": "numpy", "forceinline": True}  # of these functions, whatever calls them
PARTS = (fastmath.power_of_two, fastmath.exp_rest, fastmath.log_rest, fastmath.expm1_of_positive, fastmath.erf_rest, fastmath.scaled_erfc)
LIKE: dict[Any, Any] = {fastmath.exp: np.exp, fastmath.log: np.log, fastmath.tanh: np.tanh, fastmath.sigmoid: None, fastmath.erf: None}


@functools.cache
def register() -> None:
    """Make the functions known to Numba, once."""
    overload(fastmath.bits)(lambda x: lambda x: as_integer(x))
    overload(fastmath.from_bits)(lambda n: lambda n: as_double(n))
    for part in PARTS:
        overload(part, jit_options=OPTIONS)(chosen(part))
    for function, usual in LIKE.items():
        overload(function, jit_options=OPTIONS)(versions(function, usual))


def reinterpreted(given: Any, result: Any) -> Any:
    """What takes the bits of one type for those of another."""
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(result))

    return intrinsic(lambda context, value: (result(given), generate))


as_integer, as_double = reinterpreted(types.float64, types.int64), reinterpreted(types.int64, types.float64)


def plain(function: Any) -> Any:
    """The function without annotations, and under another name: it stands for itself."""
    made = type(function)(function.__code__, function.__globals__, function.__name__)
    made.__annotations__ = {}
    return made


def chosen(function: Any) -> Callable[..., Any]:
    """Numba wants the parameters of what chooses to be those of the function."""
    name, version = function.__code__.co_varnames[0], plain(function)
    made: Callable[..., Any] = eval(f"lambda {name}: version", {"version": version})
    return made


def versions(function: Any, usual: Any) -> Callable[..., Any]:
    of_double = plain(function)

    def choose(x: Any) -> Any:
        if isinstance(x, types.Array):
            return elementwise(function)
        if isinstance(x, types.Complex):
            return None if usual is None else lambda x: usual(x)
        return of_double if x == types.float64 else narrow(function) if isinstance(x, types.Float) else lambda x: function(float(x))

    choose.__annotations__ = {}
    return choose


def narrow(function: Any) -> Callable[..., Any]:
    """For float32: computed with doubles."""
    return lambda x: np.float32(function(np.float64(x)))


def elementwise(function: Any) -> Callable[..., Any]:
    def version(x):  # type: ignore[no-untyped-def]
        given = np.ascontiguousarray(x).ravel()
        out = np.empty(given.size, given.dtype)
        for k in range(given.size):
            out[k] = function(given[k])
        return out.reshape(x.shape)

    return version
