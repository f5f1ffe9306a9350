"""The few functions that generated code may call. Plain NumPy; nothing of the transformation.

Updates are functional here (`setitem`, `add_at`, `append` return a new value). Generated code spells them as Python's own
in-place statements wherever the storage is provably its own, and calls these functions where it is not.
"""
from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from types import SimpleNamespace
from typing import Any

import numpy as np


def with_room(tape: Any, size: int) -> Any:
    """`tape`, or a larger array that begins like it: at least `size` long."""
    if size <= len(tape):
        return tape
    larger = np.empty(max(size, 2 * len(tape), 1024), tape.dtype)
    larger[:len(tape)] = tape
    return larger


def zeros_like(x: Any) -> Any:
    """A zero of the same structure: 0.0 for a number, zeros for an array, element by element in containers and objects.

    What is no number in them stays what it is. What a solver returns stands for the solution in it.
    """
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape, x.dtype if x.dtype.kind in "fc" else np.float64)
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if isinstance(x, (list, tuple)):
        return [0.0] * len(x) if type(x) is list and set(map(type, x)) == {float} else rebuilt(x, [zeros_like(e) for e in x])
    if isinstance(x, dict) and type(x).__module__.startswith("scipy."):
        return zeros_like(next((x[name] for name in ("y", "x", "root") if name in x), 0.0))
    if isinstance(x, dict):
        return {k: zeros_like(v) for k, v in x.items()}
    if isinstance(x, (int, float)):
        return 0.0
    return 0j if isinstance(x, complex) else zero_object(x)


def zero_object(x: Any) -> Any:
    """The zero of what is no number: an object of the same class with the zeros of its attributes, or `x` itself."""
    found = attributes_of(x)
    if found:
        return instance(type(x), **{k: zeros_like(v) for k, v in found.items()})
    return x if is_text_or_code(x) else 0.0


def is_text_or_code(x: Any) -> bool:
    """Is `x` something that has no zero: None, text, a slice, a function?"""
    return x is None or isinstance(x, (str, bytes, slice)) or callable(x)


def attributes_of(x: Any) -> dict[str, Any]:
    """The attributes of an object of the user's class or a namespace; none of anything else."""
    if not isinstance(x, SimpleNamespace) and type(x).__module__.partition(".")[0] in sys.stdlib_module_names - {"__main__"}:
        return {}
    if isinstance(x, Enum):
        return {}
    names = [name for cls in type(x).__mro__ for name in getattr(cls, "__slots__", ()) if hasattr(x, name)]
    return {**{name: getattr(x, name) for name in names}, **getattr(x, "__dict__", {})}


def instance(cls: Any, **attributes: Any) -> Any:
    """An object of the class with these attributes; its `__init__` does not run."""
    if hasattr(cls, "_fields"):
        return cls(**attributes)
    made = cls.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    return made


def set_attribute(x: Any, name: str, value: Any) -> Any:
    """An object like `x` with another value of an attribute."""
    return x._replace(**{name: value}) if hasattr(x, "_fields") else instance(type(x), **{**attributes_of(x), name: value})


def add_attribute(x: Any, name: str, value: Any) -> Any:
    """An object like `x` with `value` added to an attribute. The transpose of `x.name`."""
    return set_attribute(x, name, accumulate(getattr(x, name), value))


def rebuilt(x: Any, items: list[Any]) -> Any:
    """A list, tuple or named tuple like `x` with other items."""
    return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)


def accumulate(a: Any, b: Any) -> Any:
    """a + b for adjoints of any structure; containers are added element by element."""
    if isinstance(a, (list, tuple)):
        return rebuilt(a, [accumulate(x, y) for x, y in zip(a, b, strict=True)])
    if isinstance(a, dict):
        return {k: accumulate(v, b[k]) if k in b else v for k, v in a.items()}  # what is not in both is 0
    if found := attributes_of(a):
        return instance(type(a), **{k: accumulate(v, getattr(b, k)) for k, v in found.items()})
    return a if is_text_or_code(a) else a + b


def restructured(g: Any, x: Any) -> Any:
    """The adjoint `g` in the lists and tuples of `x`: NumPy's functions make an array of them."""
    if isinstance(x, (list, tuple)):
        return rebuilt(x, [restructured(a, b) for a, b in zip(g, x, strict=True)])
    return np.real(g) if np.iscomplexobj(g) and not np.iscomplexobj(x) else g


def unbroadcast(g: Any, x: Any) -> Any:
    """Sum `g` down to the shape of `x`: the transpose of broadcasting. The result has the floating dtype of `x`."""
    if type(g) is type(x) is np.ndarray and g.shape == x.shape and g.dtype == x.dtype:
        return g  # as most are
    if isinstance(x, (list, tuple, dict)):
        if isinstance(g, dict) and isinstance(x, dict) and g.keys() == x.keys():
            return {k: unbroadcast(g[k], v) for k, v in x.items()}
        if isinstance(g, (list, tuple)) and not isinstance(x, dict) and len(g) == len(x):
            return rebuilt(x, [unbroadcast(a, b) for a, b in zip(g, x)])
        raise TypeError(f"cannot differentiate arithmetic on a {type(x).__name__}; make it an array first")
    shape, g_shape = np.shape(x), np.shape(g)
    if g_shape != shape:
        extra = len(g_shape) - len(shape)
        if extra < 0:
            g = np.broadcast_to(g, shape)
        else:
            ones = tuple(k + extra for k, n in enumerate(shape) if n == 1 and g_shape[k + extra] != 1)
            g = np.sum(g, axis=tuple(range(extra)) + ones, keepdims=True).reshape(shape)
    if isinstance(g, np.ndarray) and not isinstance(x, np.ndarray) and g.ndim == 0:
        g = g[()]  # a number has a number for its adjoint: an array could be written through another name
    return cast_like(g, x)


def cast_like(g: Any, x: Any) -> Any:
    """`g` in the floating dtype of `x`; unchanged where `x` has none of its own. The real part where `x` is real."""
    if isinstance(x, (list, tuple, dict)) or isinstance(g, (list, tuple, dict)):
        return g
    dtype = getattr(x, "dtype", None)
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if dtype is None or dtype.kind not in "fc" or getattr(g, "dtype", None) == dtype:
        return g
    return g.astype(dtype) if hasattr(g, "dtype") else dtype.type(g)


def broadcast_like(g: Any, y: Any) -> Any:
    """`g` spread to the shape of `y`: the tangent of a broadcast argument."""
    return g if np.shape(g) == np.shape(y) else np.broadcast_to(g, np.shape(y))


def unreduce(g: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Spread `g` over the axes that a reduction of `x` has removed: the transpose of `np.sum`."""
    if np.ndim(x) == 0:
        return g
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(np.asarray(g, getattr(x, "dtype", None)) if isinstance(g, float) else g, np.shape(x))


def copied(u: Any) -> Any:
    """A copy that can be written: NumPy's functions give numbers for arrays without axes."""
    return np.array(u) if isinstance(u, (np.generic, float, complex)) else u.copy()


def setitem(u: Any, index: Any, value: Any) -> Any:
    """`u` with `u[index] = value`."""
    if isinstance(u, tuple):
        items = list(u)
        items[index] = value
        return rebuilt(u, items)
    u = copied(u)
    u[index] = value
    return u


def add_at(u: Any, index: Any, value: Any) -> Any:
    """`u` with `value` added at `index`; repeated indices accumulate. The transpose of `u[index]`."""
    if isinstance(u, (np.ndarray, np.generic, float, complex)):
        u = copied(u)
        if is_basic(index):
            u[index] += value
        else:
            np.add.at(u, index, value)
        return u
    if isinstance(index, slice):
        return setitem(u, index, [accumulate(a, b) for a, b in zip(u[index], value, strict=True)])
    return setitem(u, index, accumulate(u[index], value))


def last_written(g: Any, index: Any) -> Any:
    """`g[index]`, with 0 where `u[index] = value` writes the same element again later: the last write counts."""
    g_at = g[index]
    if not isinstance(g_at, np.ndarray):
        return g_at
    order = np.arange(g_at.size).reshape(g_at.shape)
    writer = np.empty(g.shape, dtype=order.dtype)
    writer[index] = order
    return np.where(writer[index] == order, g_at, 0.0)


def require_distinct(written: Any, *others: Any) -> None:
    """Raise ValueError if an argument that is written shares memory with another one: both would change."""
    for other in others:
        if isinstance(other, (list, tuple)):
            require_distinct(written, *other)
        elif isinstance(other, dict):
            require_distinct(written, *other.values())
        else:
            require_distinct(written, *attributes_of(other).values())
        if other is written or isinstance(other, np.ndarray) and isinstance(written, np.ndarray) and share_memory(other, written):
            raise ValueError("an argument that the function writes shares memory with another argument; pass a copy of it")


def require_same_length(*items: Any) -> None:
    """Raise ValueError as `zip(..., strict=True)` does."""
    for k, other in enumerate(items[1:], 2):
        if len(other) != len(items[0]):
            raise ValueError(f"zip() argument {k} is {'shorter' if len(other) < len(items[0]) else 'longer'} than argument 1")


def is_sequence(x: Any) -> bool:
    """Does `x` fit the pattern `[*_]`?"""
    return isinstance(x, Sequence) and not isinstance(x, (str, bytes, bytearray))


def is_mapping(x: Any) -> bool:
    """Does `x` fit the pattern `{}`?"""
    return isinstance(x, Mapping)


def share_memory(a: Any, b: Any) -> bool:
    return bool(np.may_share_memory(a, b) and np.shares_memory(a, b))


def is_basic(index: Any) -> bool:
    """Does the index select every element at most once (no integer arrays)?"""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or isinstance(p, (int, np.integer, slice)) for p in parts)


def sorting_order(keys: Any, reverse: bool = False) -> list[int]:
    """The places of `keys` in sorted order; equal ones stay in order."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def without(items: dict[Any, Any], key: Any) -> dict[Any, Any]:
    """`items` with `del items[key]`."""
    items = dict(items)
    del items[key]
    return items


def with_key(g: dict[Any, Any], key: Any, items: dict[Any, Any]) -> dict[Any, Any]:
    """The adjoint `g` of a dictionary after `del items[key]`, before it: 0 there."""
    return {k: zeros_like(v) if k == key else g[k] for k, v in items.items()}


def zeros_at(items: dict[Any, Any], key: Any) -> Any:
    """A zero like `items[key]`, of which there may be none."""
    return zeros_like(items.get(key))


def restricted(g: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """The adjoint `g` of a dictionary that may have been given more keys since it was copied from `items`."""
    return {k: g[k] for k in items}


def append(items: list[Any], value: Any) -> list[Any]:
    """`items` with `value` appended."""
    return [*items, value]


def without_last(items: list[Any]) -> list[Any]:
    """`items` without the last one."""
    return items[:-1]


def power_slope(x: Any, y: Any) -> Any:
    """d(x ** y)/dx = y x^(y-1); 0 where y = 0 and 1 where y = 1, also at x = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.ndim(x) == 0 and np.ndim(y) == 0:
            base = np.float64(x) if type(x) in (int, float) and x <= 0 else x  # Python raises at 0, and is complex below
            return 0.0 * x if y == 0 else y * base ** (y - 1)
        return np.where(np.equal(y, 0), 0.0, y * np.power(x, np.where(np.equal(y, 0), 1, np.subtract(y, 1))))


def log_slope(z: Any, x: Any, y: Any) -> Any:
    """d(x ** y)/dy = x^y log x; 0 at x = 0 for y >= 0, where x^y is constant or the limit is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        at_zero = np.equal(x, 0) & np.greater_equal(y, 0)
        result = np.where(at_zero, 0.0, z * np.log(np.where(at_zero, 1.0, x)))
    return result if result.ndim else result[()]


def sinc_slope(x: Any, n: int) -> Any:
    """The n-th derivative of `np.sinc` at `x`, by recurrence away from 0 and by its series near 0."""
    u = np.pi * np.asarray(x)
    near = np.abs(u) < 1.0 + n
    far = np.where(near, 1.0, u)
    value = np.sin(far) / far
    for k in range(1, n + 1):
        value = (np.sin(far + 0.5 * np.pi * k) - k * value) / far
    small, term = np.where(near, u, 0.0), 0.0 * u
    for k in range((n + 1) // 2, 16 + 2 * n):
        scale = (-1.0) ** k * math.perm(2 * k, n) / math.factorial(2 * k + 1)
        term = term + scale * small ** (2 * k - n)
    return (np.pi**n * np.where(near, term, value)).astype(u.dtype)[()]


def bessel_i(n: int, x: Any) -> Any:
    """The modified Bessel function I_n: the mean of exp(x cos t) cos(n t) over a period (DLMF 10.32.3).

    The trapezoidal rule is exact to rounding with 256 points for |x| < 700, where I_n overflows.
    """
    x, t = np.asarray(x), 2.0 * np.pi * np.arange(256) / 256
    return np.mean(np.exp(x[..., np.newaxis] * np.cos(t)) * np.cos(n * t), axis=-1).astype(x.dtype)[()]


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of the digamma function: recurrence up to a large argument, then the asymptotic series."""
    total, sign = 0.0, (-1.0) ** (n + 1)
    while x < 20.0 + n:
        total += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    if n == 0:
        series = math.log(x) - 0.5 / x
    else:
        series = math.factorial(n - 1) / x**n + math.factorial(n) / (2.0 * x ** (n + 1))
    for k, bernoulli in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6), start=1):
        term = bernoulli * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
        series += -term if n == 0 else term
    return total + (series if n == 0 else sign * series)


def unsum(g: Any, xs: Any) -> Any:
    """The adjoint of `sum(xs)`: `g` for every element."""
    return unreduce(g, xs, 0) if isinstance(xs, np.ndarray) else [unbroadcast(g, x) for x in xs]


def other_products(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """For every element the product of all the others (along `axis`): the slope of `np.prod`."""
    x = np.asarray(x)
    if axis is None:
        return other_products(x.ravel(), 0).reshape(x.shape)
    if isinstance(axis, tuple):
        last = range(-len(axis), 0)
        moved = np.moveaxis(x, axis, last)
        flat = moved.reshape(*moved.shape[:x.ndim - len(axis)], -1)
        return np.moveaxis(other_products(flat, -1).reshape(moved.shape), last, axis)
    left = shift(np.cumprod(x, axis=axis), 1.0, axis)
    right = shift(np.flip(np.cumprod(np.flip(x, axis), axis), axis), 1.0, axis, True)
    return left * right


def shift(x: Any, first: float, axis: int, backwards: bool = False) -> Any:
    """`x` moved by one place along `axis`; `first` enters."""
    y = np.full_like(x, first)
    source, target = np.moveaxis(x, axis, 0), np.moveaxis(y, axis, 0)
    if backwards:
        target[:-1] = source[1:]
    else:
        target[1:] = source[:-1]
    return y


def recurrence(a: Any, b: Any, axis: int, backwards: bool = False) -> Any:
    """y with y[k] = a[k] y[k-1] + b[k] along `axis`, or from the other end: y[k] = a[k] y[k+1] + b[k]."""
    y = np.array(np.broadcast_arrays(a, b)[1], dtype=np.result_type(a, b))
    a, steps = np.moveaxis(np.asarray(a), axis, 0), np.moveaxis(y, axis, 0)
    if backwards:
        a, steps = a[::-1], steps[::-1]
    for k in range(1, len(steps)):
        steps[k] += a[k] * steps[k - 1]
    return y


def axis_length(x: Any, axis: Any) -> int:
    """The number of elements that a reduction of `x` along `axis` combines."""
    axes = range(np.ndim(x)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return math.prod(np.shape(x)[a] for a in axes)


def untile(g: Any, x: Any, reps: Any) -> Any:
    """Sum the copies that `np.tile(x, reps)` has made."""
    reps = reps if isinstance(reps, (tuple, list)) else (reps,)
    n = max(np.ndim(x), len(reps))
    reps, shape = (1,) * (n - len(reps)) + tuple(reps), (1,) * (n - np.ndim(x)) + np.shape(x)
    blocks = np.reshape(g, [n for pair in zip(reps, shape) for n in pair])
    return np.sum(blocks, axis=tuple(range(0, 2 * n, 2))).reshape(np.shape(x))[()]


def unrepeat(g: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Sum the copies that `np.repeat(x, repeats, axis)` has made."""
    if axis is None:
        return unrepeat(g, np.ravel(x), repeats, 0).reshape(np.shape(x))[()]
    owner = np.repeat(np.arange(np.shape(x)[axis]), repeats)
    result = np.zeros(np.shape(x), np.result_type(g))
    np.add.at(np.moveaxis(result, axis, 0), owner, np.moveaxis(g, axis, 0))
    return result


def unreduceat(g: Any, x: Any, indices: Any, axis: int = 0) -> Any:
    """Spread `g` over the parts that `np.add.reduceat(x, indices, axis)` has summed."""
    result = np.zeros(np.shape(x), np.result_type(g))
    parts, rows = np.moveaxis(g, axis, 0), np.moveaxis(result, axis, 0)
    for k, (lo, hi) in enumerate(zip(indices, [*indices[1:], len(rows)])):
        rows[lo:max(hi, lo + 1)] += parts[k]
    return result


def undiagonal(g: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Zeros like `x` with `g` on the diagonal: the transpose of `np.diagonal`."""
    result = np.zeros(np.shape(x), np.result_type(g))
    matrices = np.moveaxis(result, (axis1, axis2), (-2, -1))
    rows, columns = np.indices(matrices.shape[-2:])
    on = columns - rows == offset
    matrices[..., on] = g
    return result


def put_along_axis(x: Any, indices: Any, g: Any, axis: int) -> Any:
    """Zeros like `x` with `g` added at `indices`: the transpose of `np.take_along_axis`."""
    if axis is None:
        return put_along_axis(np.ravel(x), indices, g, 0).reshape(np.shape(x))
    result = np.zeros(np.shape(x), np.result_type(g))
    grid = list(np.indices(np.shape(indices), sparse=True))
    grid[axis] = indices
    np.add.at(result, tuple(grid), g)
    return result


def along_axis(x: Any, indices: Any, axis: int) -> tuple[Any, ...]:
    """The index of what `np.take_along_axis(x, indices, axis)` takes."""
    grid = list(np.indices(np.shape(x), sparse=True))
    grid[axis] = indices
    return tuple(grid)


def with_real(z: Any, part: Any) -> Any:
    """`z` with another real part."""
    z = z.copy()
    z.real = part
    return z


def with_imag(z: Any, part: Any) -> Any:
    """`z` with another imaginary part."""
    z = z.copy()
    z.imag = part
    return z


def split_like(g: Any, xs: Any, axis: int = 0) -> list[Any]:
    """The parts of `g` along `axis` that the arrays `xs` were concatenated to: the transpose of `np.concatenate`."""
    ends = np.cumsum([np.shape(x)[axis] for x in xs])
    return np.split(g, ends[:-1], axis)


def dot_left(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` in `np.dot(x, y)`, for any number of dimensions."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * y, x)
    last = np.ndim(y) - 1
    axes = [k for k in range(np.ndim(y)) if k != max(last - 1, 0)]
    return cast_like(np.tensordot(g, y, (range(np.ndim(g) - len(axes), np.ndim(g)), axes)), x)


def dot_right(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `y` in `np.dot(x, y)`, for any number of dimensions."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * x, y)
    free = range(np.ndim(x) - 1)
    y_bar = np.tensordot(x, g, (free, free))
    return cast_like(np.moveaxis(y_bar, 0, max(np.ndim(y) - 2, 0)), y)


def matmul_left(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `x` in `x @ y`, for any number of dimensions."""
    rows = g if np.ndim(x) > 1 else np.expand_dims(g, -1 if np.ndim(y) == 1 else -2)
    if np.ndim(y) == 1:
        x_bar = np.expand_dims(rows if np.ndim(x) > 1 else g, -1) * y
    else:
        x_bar = np.matmul(rows, np.swapaxes(y, -1, -2))
        x_bar = x_bar if np.ndim(x) > 1 else x_bar[..., 0, :]
    return unbroadcast(x_bar, x)


def matmul_right(g: Any, x: Any, y: Any) -> Any:
    """The adjoint of `y` in `x @ y`, for any number of dimensions."""
    if np.ndim(y) == 1:
        return unbroadcast(np.expand_dims(g, -1) * x, y)
    if np.ndim(x) == 1:
        return unbroadcast(np.expand_dims(x, -1) * np.expand_dims(g, -2), y)
    return unbroadcast(np.matmul(np.swapaxes(x, -1, -2), g), y)


def cofactors(x: Any) -> Any:
    """The gradient of det(x): det(x) inv(x).T, which exists also where x is singular."""
    if x.ndim == 2 and x.size:
        with contextlib.suppress(np.linalg.LinAlgError):
            inverse = np.linalg.inv(x)
            if np.abs(x).sum() * np.abs(inverse).sum() < 1e4:
                return np.linalg.det(x) * inverse.T
    u, s, vh = np.linalg.svd(x)
    return turned(u, np.expand_dims(other_products(s, -1), -2) * np.eye(s.shape[-1]), vh)


def cofactors_slope(x: Any, d: Any) -> Any:
    """The derivative of `cofactors` at `x` in the direction `d`."""
    u, s, vh = np.linalg.svd(x)
    e = np.conj(np.swapaxes(u, -1, -2)) @ d @ np.conj(np.swapaxes(vh, -1, -2))
    eye = np.eye(s.shape[-1])
    pairs = (1.0 - eye) * other_products(np.where(eye, 1.0, np.expand_dims(s, -2)), -1)  # products without two of the factors
    on_diagonal = np.einsum("...ij,...jj->...i", pairs, e)
    return turned(u, np.expand_dims(on_diagonal, -1) * eye - pairs * np.swapaxes(e, -1, -2), vh)


def turned(u: Any, m: Any, vh: Any) -> Any:
    """The cofactors `m` of a matrix in the bases of its singular value decomposition, in its own bases."""
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return np.expand_dims(sign, (-2, -1)) * (np.conj(u) @ m @ np.conj(vh)).astype(u.dtype)


def leading(g: Any, part: Any) -> Any:
    """The corner of `g` with the shape of `part`. Raises LinAlgError unless the rest is 0: it belongs to an arbitrary basis."""
    corner = np.s_[..., :part.shape[-2], :part.shape[-1]]
    if np.count_nonzero(g) != np.count_nonzero(g[corner]):
        raise np.linalg.LinAlgError("the vectors that complete an orthogonal basis are arbitrary and have no derivative")
    return g[corner]


def enlarged(dot: Any, y: Any, rest: float) -> Any:
    """`dot` in the corner of an array of the shape of `y`; the rest is NaN where `y` is an arbitrary basis."""
    result = np.full(y.shape, rest, dot.dtype)
    result[..., :dot.shape[-2], :dot.shape[-1]] = dot
    return result


def fit_axis(x: Any, n: int, axis: int = -1) -> Any:
    """`x` with length `n` along an axis: cut, or filled with zeros, at the end."""
    x = np.asarray(x)
    length = x.shape[axis]
    if n <= length:
        return x[(*(slice(None),) * (axis % x.ndim), slice(n))]
    return np.pad(x, [(0, n - length if k == axis % x.ndim else 0) for k in range(x.ndim)])


def permutation(pivots: Any) -> Any:
    """The order of rows that LAPACK's interchanges make: `a[permutation(pivots)]` is L U."""
    order = np.arange(len(pivots))
    for k, p in enumerate(pivots):
        order[[k, p]] = order[[p, k]]
    return order


def require_diagonal(z: Any, t: Any) -> Any:
    """`z`. Raises LinAlgError unless `t` is diagonal up to rounding, as the Schur form of a symmetric matrix is."""
    if np.abs(t - np.diag(np.diagonal(t))).max(initial=0.0) > 1e-6 * np.abs(t).max(initial=0.0):
        raise np.linalg.LinAlgError("the derivative of a Schur decomposition is known for symmetric matrices alone")
    return z


def matching(found: Any, wanted: Any) -> Any:
    """For each of the `wanted` numbers the place of its own among those `found`, which are the same up to order and rounding."""
    order = np.empty(wanted.shape, int)
    for k in np.ndindex(wanted.shape[:-1]):
        distances = np.abs(wanted[k][:, np.newaxis] - found[k])
        for row in range(len(distances)):
            order[(*k, row)] = best = np.argmin(distances[row])
            distances[:, best] = np.inf
    return order


def require_scalar(y: Any) -> None:
    """Raise TypeError unless `y` is one real number: only those have a gradient."""
    if np.ndim(y) != 0 or np.asarray(y).dtype.kind not in "iuf":
        raise TypeError(f"the gradient is defined for functions with one real output, but this one returned {describe(y)}; "
                        "use vjp or jacobian")


def require_complex(y: Any) -> None:
    """Raise TypeError unless `y` is one complex number: only those have a holomorphic derivative."""
    if np.ndim(y) != 0 or not np.iscomplexobj(y):
        raise TypeError(f"the gradient with holomorphic=True is defined for functions with one complex output, but this one returned "
                        f"{describe(y)}; leave holomorphic=True out if the output is real")


def describe(y: Any) -> str:
    """What kind of value `y` is, for a message."""
    return f"an array of shape {y.shape}" if isinstance(y, np.ndarray) else f"a {type(y).__name__}"
