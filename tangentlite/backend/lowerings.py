"""What Numba is told without a function that it has to compile first, which takes a twentieth of a second for each.

`reversed` of ranges and lists, new arrays, `min` and `max` of two integers are written as machine code, outer products as two loops,
a sum in any order and an index that is not followed as one instruction or none; helpers whose code does not depend on their types
stand for functions that are compiled once on a machine, and read from a file afterwards.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.typing import signature
from numba.core.typing.templates import CallableTemplate, infer_global
from numba.extending import lower_builtin
from numba.np import arrayobj

from tangentlite import runtime, schedules


def register() -> None:
    """Make all of them known to Numba."""
    preferred(reversed, type_of_reversed)
    lower_builtin(reversed, types.RangeType)(reversed_range)
    lower_builtin(reversed, types.List)(reversed_list)
    preferred(np.empty, type_by_shape)
    for kind in (types.Integer, types.UniTuple):
        lower_builtin(np.empty, kind)(functools.partial(new_array, False))
    for like, of_zeros in ((np.empty_like, False), (np.zeros_like, True)):
        preferred(like, type_by_array)
        lower_builtin(like, types.Array)(functools.partial(new_array, of_zeros))
    for function, order in ((min, "<="), (max, ">=")):
        preferred(function, type_of_integers)
        lower_builtin(function, types.intp, types.intp)(functools.partial(chosen, order))
    preferred(np.outer, type_of_outer)
    lower_builtin(np.outer, types.Array, types.Array)(outer_product)
    preferred(runtime.add_unordered, type_of_sum)
    lower_builtin(runtime.add_unordered, types.float64, types.float64)(unordered_sum)
    preferred(runtime.opaque, type_of_index)
    lower_builtin(runtime.opaque, types.Integer)(opaque_index)
    for helper, function in COMPILED.items():
        infer_global(helper, types.Dispatcher(stored(function)))


@functools.cache  # Numba refers to it weakly
def stored(function: Callable[..., Any]) -> Any:
    """The function, whose machine code is kept in a file where there is a place for it."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:
        return njit(function)


def preferred(function: Callable[..., Any], typer: Callable[..., Any]) -> None:
    """Have `typer` tell the type of the result before Numba's own versions, which are not made for this target alone.

    Where it returns None or does not take the arguments, Numba goes on to those.
    """
    members = {"key": function, "generic": lambda self: typer, "metadata": {"target": "cpu"}}
    infer_global(function, types.Function(type("Preferred", (CallableTemplate,), members)))


# -- reversed --------------------------------------------------------------------------------------------------------

def type_of_reversed(items: Any) -> Any:
    return items if isinstance(items, (types.RangeType, types.List)) else None


def reversed_range(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """range(start + (n - 1) * step, start - step, -step), of n numbers."""
    kind = sig.args[0]
    given, made = context.make_helper(builder, kind, args[0]), context.make_helper(builder, kind)
    n = context.get_function(len, signature(kind.dtype, kind))(builder, args)
    last = builder.sub(n, context.get_constant(kind.dtype, 1))
    made.start = builder.add(given.start, builder.mul(last, given.step))
    made.stop = builder.sub(given.start, given.step)
    made.step = builder.neg(given.step)
    return made._getvalue()


def reversed_list(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """items[::-1]"""
    every = context.make_helper(builder, types.slice3_type)
    largest = types.intp.maxval
    every.start, every.stop, every.step = (context.get_constant(types.intp, k) for k in (largest, -largest - 1, -1))
    sliced = context.get_function(operator.getitem, signature(sig.return_type, sig.args[0], types.slice3_type))
    return sliced(builder, (*args, every._getvalue()))


# -- new arrays, by a shape or an array alone (not `np.zeros`: a loop that fills several of them is slower then) --------

def type_by_shape(shape: Any) -> Any:
    lengths = tuple(shape) if isinstance(shape, types.UniTuple) else (shape,)
    if lengths and all(isinstance(n, types.Integer) for n in lengths):
        return types.Array(types.float64, len(lengths), "C")
    return None


def type_by_array(a: Any) -> Any:
    return a.copy(layout="C" if a.layout == "A" else a.layout, readonly=False) if isinstance(a, types.Array) else None


def new_array(of_zeros: bool, context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """An array of the shape that is given, or of that of the array that is."""
    kind = sig.args[0]
    if isinstance(kind, types.Array):
        shape = cgutils.unpack_tuple(builder, context.make_array(kind)(context, builder, args[0]).shape, kind.ndim)
    else:
        shape = arrayobj._parse_shape(context, builder, kind, args[0])
    made = arrayobj._empty_nd_impl(context, builder, sig.return_type, shape)
    if of_zeros:
        cgutils.memset(builder, made.data, builder.mul(made.itemsize, made.nitems), 0)
    return made._getvalue()


# -- outer products (Numba compiles its own for a second) --------------------------------------------------------------

def type_of_outer(a: Any, b: Any) -> Any:
    vectors = all(isinstance(x, types.Array) and (x.ndim, x.dtype) == (1, types.float64) for x in (a, b))
    return types.Array(types.float64, 2, "C") if vectors else None


def outer_product(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return context.compile_internal(builder, outer, sig, args)


def outer(a, b):  # type: ignore[no-untyped-def]
    product = np.empty((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            product[i, j] = a[i] * b[j]
    return product


# -- min and max -----------------------------------------------------------------------------------------------------

def type_of_integers(a: Any, b: Any) -> Any:
    both = {types.unliteral(a), types.unliteral(b)}
    return signature(types.intp, types.intp, types.intp) if both == {types.intp} else None


def chosen(order: str, context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """a if a <order> b else b"""
    return builder.select(builder.icmp_signed(order, *args), *args)


# -- sums in any order, and indices that are not followed --------------------------------------------------------------

def type_of_sum(total: Any, term: Any) -> Any:
    return signature(types.float64, types.float64, types.float64) if is_number(total) and is_number(term) else None


def is_number(t: Any) -> bool:
    return isinstance(t, (types.Integer, types.Float, types.Boolean))


def unordered_sum(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """total + term, which machine code may add to others first; NaN and infinity keep their meaning."""
    return builder.fadd(*args, flags=("reassoc", "nsz"))


def type_of_index(index: Any) -> Any:
    return index if isinstance(index, types.Integer) else None


def opaque_index(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """No instruction, of which the optimiser does not know that it is none."""
    kind = args[0].type
    return builder.call(ir.InlineAsm(ir.FunctionType(kind, [kind]), "", "=r,0", side_effect=False), args)


# -- helpers ---------------------------------------------------------------------------------------------------------

def with_room(tape, size):  # type: ignore[no-untyped-def]
    """An array in which there is room for `size` elements, and that begins with those of the tape."""
    n = len(tape)
    if size <= n:
        return tape
    room = 2 * n if n > 512 else 1024  # (Numba compiles its `max` for a tenth of a second)
    larger = np.empty(size if size > room else room, tape.dtype)
    for k in range(n):
        larger[k] = tape[k]
    return larger


COMPILED: dict[Any, Callable[..., Any]] = {
    runtime.with_room: with_room, schedules.segment_length: schedules.segment_length, schedules.milestones: schedules.milestones,
}
