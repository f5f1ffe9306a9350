"""What Numba is told without a function that it has to compile first, which takes a twentieth of a second for each.

`reversed` of ranges and lists is written as machine code; helpers whose code does not depend on their types stand for
functions that are compiled once on a machine, and read from a file afterwards.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.core.typing import signature
from numba.core.typing.templates import infer_global
from numba.extending import lower_builtin, type_callable

from tangentlite import runtime, schedules


def register() -> None:
    """Make `reversed` and the helpers known to Numba."""
    type_callable(reversed)(typed)
    lower_builtin(reversed, types.RangeType)(reversed_range)
    lower_builtin(reversed, types.List)(reversed_list)
    for helper, function in COMPILED.items():
        infer_global(helper, types.Dispatcher(stored(function)))


@functools.cache  # Numba refers to it weakly
def stored(function: Callable[..., Any]) -> Any:
    """The function, whose machine code is kept in a file where there is a place for it."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:
        return njit(function)


# -- reversed --------------------------------------------------------------------------------------------------------

def typed(context: Any) -> Callable[..., Any]:
    def typer(items: Any) -> Any:
        return items if isinstance(items, (types.RangeType, types.List)) else None

    return typer


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
