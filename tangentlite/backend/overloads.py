"""The helpers of generated code, and `reversed`, for Numba: each chooses by the types what the Python version asks at run time.

A helper without a version for some types makes Numba refuse the function, with the line.
"""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from tangentlite import runtime, schedules
from tangentlite.backend import array_overloads, lowerings, messages, spreading
from tangentlite.backend.array_overloads import Version, bare, is_scalar
from tangentlite.backend.array_overloads import written as of_text


@functools.cache
def register() -> None:
    """Make the helpers known to Numba, once."""
    lowerings.register()
    messages.register()
    for helper, choose in {**VERSIONS, **array_overloads.VERSIONS, **spreading.VERSIONS}.items():
        overload(helper)(bare(choose))
    for helper in (first_byte, end_byte, schedules.first_piece):
        register_jitable(helper)


def is_float(t: Any) -> bool:
    dtype = t.dtype if isinstance(t, types.Array) else t
    return isinstance(dtype, (types.Float, types.Complex))


# -- structure -------------------------------------------------------------------------------------------------------

def choose_reversed(items: Any) -> Version:
    if isinstance(items, (types.BaseTuple, types.Array)):
        return lambda items: items[::-1]
    return None


def choose_zeros_like(x: Any) -> Version:
    if isinstance(x, types.Array):
        return (lambda x: np.zeros_like(x)) if is_float(x) else (lambda x: np.zeros(x.shape))
    if is_scalar(x):
        return (lambda x: x * 0) if isinstance(x, types.Complex) else (lambda x: 0.0)
    if isinstance(x, types.BaseTuple):
        return item_by_item("x", "zeros_like(x[{k}])", len(x), zeros_like=runtime.zeros_like)
    if isinstance(x, types.List):
        return (lambda x: [0.0 for _ in x]) if is_scalar(x.dtype) else lambda x: [runtime.zeros_like(a) for a in x]
    return None


def choose_accumulate(a: Any, b: Any) -> Version:
    if isinstance(a, types.List):
        return lambda a, b: [runtime.accumulate(a[k], b[k]) for k in range(len(a))]
    if isinstance(a, types.BaseTuple):
        return item_by_item("a, b", "accumulate(a[{k}], b[{k}])", len(a), accumulate=runtime.accumulate)
    return lambda a, b: a + b


def item_by_item(parameters: str, item: str, count: int, **space: Any) -> Version:
    """A function that makes a tuple."""
    text = "".join(item.format(k=k) + ", " for k in range(count))
    made: Callable[..., Any] = eval(f"lambda {parameters}: ({text})", space)
    return made


def choose_setitem(u: Any, index: Any, value: Any) -> Version:
    if not isinstance(u, (types.Array, types.List)):
        return None
    if isinstance(u, types.List) and isinstance(index, types.BaseTuple):
        return by_path(index, "setitem", runtime.setitem)

    def version(u: Any, index: Any, value: Any) -> Any:
        u = u.copy()
        u[index] = value
        return u

    return bare(version)


def by_path(index: Any, name: str, update: Callable[..., Any]) -> Version:
    """An update of an element of a list of lists, or of an array in a list, with copies of all that is around it."""
    rest = "index[1]" if len(index) == 2 else "index[1:]"
    return of_text("def version(u, index, value):\n    u = u.copy()\n"
                   f"    u[index[0]] = {name}(u[index[0]], {rest}, value)\n    return u", **{name: update})


def choose_add_at(u: Any, index: Any, value: Any) -> Version:
    if isinstance(u, types.List) and isinstance(index, (types.Integer, types.SliceType)):
        return bare(with_item_added if isinstance(index, types.Integer) else with_items_added)
    if isinstance(u, types.List) and isinstance(index, types.BaseTuple):
        return by_path(index, "add_at", runtime.add_at)
    if isinstance(u, types.UniTuple) and isinstance(index, types.Integer):
        return item_by_item("u, index, value", "accumulate(u[{k}], value) if index == {k} or index == {k} - len(u) else u[{k}]", len(u),
                            accumulate=runtime.accumulate)
    if not isinstance(u, types.Array):
        return None

    def at_once(u: Any, index: Any, value: Any) -> Any:
        u = u.copy()
        u[index] += value
        return u

    def one_by_one(u: Any, index: Any, value: Any) -> Any:
        u = u.copy()
        runtime.add_each(u, index, value)
        return u

    return bare(at_once if is_basic(index) else one_by_one)


def with_item_added(u: Any, index: Any, value: Any) -> Any:
    u = u.copy()
    u[index] = runtime.accumulate(u[index], value)
    return u


def with_items_added(u: Any, index: Any, value: Any) -> Any:
    u = u.copy()
    start, _, step = index.indices(len(u))
    for k, item in enumerate(value):
        u[start + k * step] = runtime.accumulate(u[start + k * step], item)
    return u


def is_basic(index: Any) -> bool:
    if isinstance(index, types.BaseTuple):
        return all(map(is_basic, index))
    return isinstance(index, (types.Integer, types.SliceType, types.EllipsisType, types.NoneType))


def choose_require_distinct(written: Any, *others: Any) -> Version:
    """Only arrays are written; equal addresses with equal sizes, or ranges of addresses that overlap, are the same memory."""
    if not isinstance(written, types.Array) or not all(isinstance(o, types.Array) or is_scalar(o) for o in others):
        return None
    arrays = [f"shares(written, others[{k}])" for k, o in enumerate(others) if isinstance(o, types.Array)]
    lines = [f"    if {test}:\n        raise ValueError({SHARED!r})" for test in arrays]
    return of_text("def version(written, *others):\n" + "\n".join(lines or ["    pass"]), shares=shares_memory)


def choose_require_in_order(array: Any) -> Version:
    def version(array: Any) -> None:
        if not array.flags.c_contiguous:
            raise ValueError("an argument that the function writes and reshapes is not in C order; pass np.ascontiguousarray of it")

    return version


SHARED = "an argument that the function writes shares memory with another argument; pass a copy of it"


def shares_memory(a: Any, b: Any) -> bool:
    raise NotImplementedError("in compiled code alone")


def choose_shares_memory(a: Any, b: Any) -> Version:
    return lambda a, b: a.size > 0 and b.size > 0 and first_byte(a) < end_byte(b) and first_byte(b) < end_byte(a)


def first_byte(a: Any) -> Any:
    start = a.ctypes.data
    for n, step in zip(a.shape, a.strides):
        start += min(0, (n - 1) * step)
    return start


def end_byte(a: Any) -> Any:
    end = a.ctypes.data + a.itemsize
    for n, step in zip(a.shape, a.strides):
        end += max(0, (n - 1) * step)
    return end


# -- shapes ----------------------------------------------------------------------------------------------------------

def choose_cast_like(g: Any, x: Any) -> Version:
    have, want = (t.dtype if isinstance(t, types.Array) else t for t in (g, x))
    if not is_float(x) or have == want:
        return lambda g, x: g
    is_array, is_real = isinstance(g, types.Array), isinstance(have, types.Complex) and not isinstance(want, types.Complex)
    convert = getattr(np, want.name)
    if is_real:
        return (lambda g, x: g.real.astype(convert)) if is_array else (lambda g, x: convert(g.real))
    return (lambda g, x: g.astype(convert)) if is_array else (lambda g, x: convert(g))


def choose_unsum(g: Any, xs: Any) -> Version:
    if isinstance(xs, types.Array):
        return lambda g, xs: runtime.unreduce(g, xs, 0)
    return (lambda g, xs: [runtime.unbroadcast(g, x) for x in xs]) if isinstance(xs, types.List) else None


def choose_broadcast_like(g: Any, y: Any) -> Version:
    if isinstance(y, types.Array):
        return lambda g, y: np.broadcast_to(g, y.shape)
    return lambda g, y: g


# -- slopes ----------------------------------------------------------------------------------------------------------

def choose_power_slope(x: Any, y: Any) -> Version:
    if is_scalar(x) and is_scalar(y):
        return lambda x, y: 0.0 * x if y == 0 else y * x ** (y - 1)
    return lambda x, y: np.where(y == 0, 0.0, y * x ** np.where(y == 0, 1, y - 1))


def choose_log_slope(z: Any, x: Any, y: Any) -> Version:
    if is_scalar(x) and is_scalar(y):
        return lambda z, x, y: 0.0 * z if x == 0 and y >= 0 else z * np.log(x)
    return lambda z, x, y: np.where((x == 0) & (y >= 0), 0.0, z * np.log(np.where((x == 0) & (y >= 0), 1.0, x)))


def choose_require_scalar(y: Any) -> Version:
    return (lambda y: None) if is_scalar(y) else None


# -- matrices --------------------------------------------------------------------------------------------------------

def choose_dot_left(g: Any, x: Any, y: Any) -> Version:
    match ranks(x, y):
        case (1, 1):
            return lambda g, x, y: g * y
        case (2, 1):
            return lambda g, x, y: np.outer(g, y)
        case (1, 2):
            return lambda g, x, y: np.dot(y, g)
        case (2, 2):
            return lambda g, x, y: np.dot(g, y.T)
    return None


def choose_dot_right(g: Any, x: Any, y: Any) -> Version:
    match ranks(x, y):
        case (1, 1):
            return lambda g, x, y: g * x
        case (2, 1):
            return lambda g, x, y: np.dot(x.T, g)
        case (1, 2):
            return lambda g, x, y: np.outer(x, g)
        case (2, 2):
            return lambda g, x, y: np.dot(x.T, g)
    return None


def ranks(x: Any, y: Any) -> tuple[int, int]:
    return getattr(x, "ndim", 0), getattr(y, "ndim", 0)


VERSIONS: dict[Any, Callable[..., Version]] = {
    reversed: choose_reversed, shares_memory: choose_shares_memory,
    runtime.zeros_like: choose_zeros_like, runtime.accumulate: choose_accumulate,
    runtime.path: lambda *indices: lambda *indices: indices,
    runtime.setitem: choose_setitem, runtime.add_at: choose_add_at, runtime.unsum: choose_unsum,
    runtime.require_distinct: choose_require_distinct, runtime.require_in_order: choose_require_in_order,
    runtime.cast_like: choose_cast_like, runtime.broadcast_like: choose_broadcast_like,
    runtime.power_slope: choose_power_slope, runtime.log_slope: choose_log_slope, runtime.require_scalar: choose_require_scalar,
    runtime.dot_left: choose_dot_left, runtime.dot_right: choose_dot_right, runtime.matmul_left: choose_dot_left,
    runtime.matmul_right: choose_dot_right,
}
