"""The helpers for scans, sorting and indexing of arrays, and for functions of NumPy that have one, for Numba."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types

from tangentlite import runtime

Version = Callable[..., Any] | None


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without annotations: Numba compares the parameters of a helper and of its version with them."""
    function.__annotations__ = {}
    return function


def written(text: str, **names: Any) -> Callable[..., Any]:
    """The function `version` of a text, which reads `np` and these names."""
    space: dict[str, Any] = {"np": np, **names}
    exec(text, space)
    version: Callable[..., Any] = space["version"]
    return version


def is_scalar(t: Any) -> bool:
    return isinstance(t, (types.Number, types.Boolean))


def is_vector(t: Any) -> bool:
    return isinstance(t, types.Array) and t.ndim == 1


def is_absent(t: Any) -> bool:
    """Is it the type of a keyword that is None or not given?"""
    return t is None or isinstance(t, types.NoneType) or getattr(t, "value", 0) is None


# -- reductions --------------------------------------------------------------------------------------------------------

def along(join: str, empty: str) -> Callable[..., Version]:
    """Reduce along one axis, where `join` puts an element `v` and what has been found for it together; `empty` is for no elements."""
    def choose(x: Any, axis: Any) -> Version:
        if not isinstance(x, types.Array) or x.ndim < 2:
            return None
        lines = ["def version(x, axis):"]
        for a in range(x.ndim):
            whole, rest = [f"k{n}" for n in range(x.ndim)], ", ".join(f"k{n}" for n in range(x.ndim) if n != a)
            first = ", ".join("0" if n == a else ":" for n in range(x.ndim))
            sizes = ", ".join(f"x.shape[{n}]" for n in range(x.ndim) if n != a)
            lines += [f"    if axis == {a}:", f"        if x.shape[{a}] == 0:", f"            {empty.format(sizes=sizes)}",
                      f"        found = x[{first}].copy()"]
            for n in range(x.ndim):
                lines.append(" " * (8 + 4 * n) + f"for k{n} in range({int(n == a)}, x.shape[{n}]):")
            inner = " " * (8 + 4 * x.ndim)
            lines += [f"{inner}v = x[{', '.join(whole)}]", inner + join.format(at=f"found[{rest}]"), "        return found"]
        return written("\n".join([*lines, "    raise IndexError('no such axis')"]))

    return choose


NO_EXTREME = "raise ValueError('the largest or smallest of no elements')"
choose_max_along = along("{at} = v if v > {at} or v != v else {at}", NO_EXTREME)
choose_min_along = along("{at} = v if v < {at} or v != v else {at}", NO_EXTREME)
choose_prod_along = along("{at} *= v", "return np.ones(({sizes},), x.dtype)")


# -- indices -----------------------------------------------------------------------------------------------------------

def choose_add_each(u: Any, index: Any, value: Any) -> Version:
    """One array in the index; beside it either numbers or slices."""
    parts = list(index.types) if isinstance(index, types.BaseTuple) else [index]
    arrays = [k for k, p in enumerate(parts) if isinstance(p, types.Array)]
    rest = [p for p in parts if not isinstance(p, types.Array)]
    numbers, slices = (all(isinstance(p, t) for p in rest) for t in (types.Integer, types.SliceType))
    if not isinstance(u, types.Array) or len(arrays) != 1 or not (numbers or slices):
        return None
    (at,) = arrays
    if isinstance(parts[at].dtype, types.Boolean):
        return None if rest else for_mask(is_array(value))
    names = [f"index[{k}]" for k in range(len(parts))] if isinstance(index, types.BaseTuple) else ["index"]
    before = 0 if numbers else at  # axes of the value that belong to slices before the array
    return for_indices(names, at, before, parts[at].ndim if is_array(value) and value.ndim > before else 0)


def is_array(t: Any) -> bool:
    return isinstance(t, types.Array) and t.ndim > 0


def for_indices(names: list[str], at: int, before: int, axes: int) -> Callable[..., Any]:
    """A loop over the array at position `at` of an index, whose axes are `axes` of the value, after those `before`."""
    array, names[at] = names[at], "i"
    taken = "value[" + ", ".join([":"] * before + [f"k[{n}]" for n in range(axes)]) + "]" if axes else "value"
    return written("def version(u, index, value):\n"
                   f"    for k, i in np.ndenumerate({array}):\n"
                   f"        u[{', '.join(names)}] += {taken}\n")


def for_mask(each: bool) -> Callable[..., Any]:
    """A loop over a mask; the value has an item for `each` element that is chosen, or is one for all."""
    return written("def version(u, index, value):\n"
                   "    count = 0\n"
                   "    for k, chosen in np.ndenumerate(index):\n"
                   "        if chosen:\n"
                   f"            u[k] += value{'[count]' * each}\n"
                   "            count += 1\n")


def choose_last_written(g: Any, index: Any) -> Version:
    if not is_vector(index) or isinstance(index.dtype, types.Boolean) or not is_vector(g):
        return None

    def version(g: Any, index: Any) -> Any:
        found = np.zeros(len(index), g.dtype)
        writer = np.empty(len(g), np.int64)
        for k in range(len(index)):
            writer[index[k]] = k
        for k in range(len(index)):
            if writer[index[k]] == k:
                found[k] = g[index[k]]
        return found

    return bare(version)


def choose_put_along_axis(x: Any, indices: Any, g: Any, axis: Any) -> Version:
    if not isinstance(x, types.Array) or not is_array(indices):
        return None
    if x.ndim != 1 and is_absent(axis):
        return None
    if x.ndim == 1:
        def version(x: Any, indices: Any, g: Any, axis: Any) -> Any:
            found = np.zeros(x.shape, g.dtype)
            for k in range(len(indices)):
                found[indices[k]] += g[k]
            return found
        return bare(version)
    parts = ", ".join(f"i if {n} == along else k[{n}]" for n in range(x.ndim))
    return written("def version(x, indices, g, axis):\n"
                   f"    along = axis % {x.ndim}\n"
                   "    found = np.zeros(x.shape, g.dtype)\n"
                   "    for k, i in np.ndenumerate(indices):\n"
                   f"        found[({parts})] += g[k]\n"
                   "    return found\n")


# -- copies ------------------------------------------------------------------------------------------------------------

def choose_unrepeat(g: Any, x: Any, repeats: Any, axis: Any = None) -> Version:
    """`np.repeat` of Numba's knows no axis."""
    if not is_absent(axis):
        return None
    if not isinstance(x, types.Array):
        return lambda g, x, repeats, axis=None: np.sum(g)
    count = "repeats[k]" if isinstance(repeats, types.Array) else "repeats"
    return written("def version(g, x, repeats, axis=None):\n"
                   "    found = np.zeros(x.size, g.dtype)\n"
                   "    at = 0\n"
                   "    for k in range(x.size):\n"
                   f"        for _ in range({count}):\n"
                   "            found[k] += g[at]\n"
                   "            at += 1\n"
                   "    return found.reshape(x.shape)\n")


def choose_undiagonal(g: Any, x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Version:
    """Of matrices, where Numba's `np.diag` is."""
    if not isinstance(x, types.Array) or x.ndim != 2:
        return None

    def version(g: Any, x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
        found = np.zeros(x.shape, g.dtype)
        for k in range(len(g)):
            found[k + max(-offset, 0), k + max(offset, 0)] = g[k]
        return found

    return bare(version)


# -- scans -------------------------------------------------------------------------------------------------------------

def choose_shift(x: Any, first: Any, axis: Any, backwards: Any = False) -> Version:
    if not is_vector(x):
        return None

    def version(x: Any, first: Any, axis: Any, backwards: Any = False) -> Any:
        y = np.full_like(x, first)
        if backwards:
            y[:-1] = x[1:]
        else:
            y[1:] = x[:-1]
        return y

    return bare(version)


def choose_recurrence(a: Any, b: Any, axis: Any, backwards: Any = False) -> Version:
    if not is_vector(a) or not is_vector(b):
        return None

    def version(a: Any, b: Any, axis: Any, backwards: Any = False) -> Any:
        y = a * 0.0 + b
        n = len(y)
        for k in range(1, n):
            if backwards:
                y[n - 1 - k] += a[n - 1 - k] * y[n - k]
            else:
                y[k] += a[k] * y[k - 1]
        return y

    return bare(version)


def choose_other_products(x: Any, axis: Any = None) -> Version:
    if not isinstance(x, types.Array) or not is_absent(axis) and not isinstance(axis, types.Integer):
        return None
    if x.ndim != 1 and not is_absent(axis):
        return other_products_along(x.ndim)

    def version(x: Any, axis: Any = None) -> Any:
        flat = x.flatten()
        found = np.ones_like(flat)
        for k in range(1, len(flat)):
            found[k] = found[k - 1] * flat[k - 1]
        right = flat[0] ** 0 if len(flat) else 1.0
        for k in range(len(flat) - 1, -1, -1):
            found[k] *= right
            right *= flat[k]
        return found.reshape(x.shape)

    return bare(version)


def other_products_along(axes: int) -> Callable[..., Any]:
    """The products of all elements before, times those of all elements after."""
    lines = ["def version(x, axis=None):", "    found = np.ones_like(x)", f"    axis = axis % {axes}"]
    for a in range(axes):
        others = [n for n in range(axes) if n != a]
        at = ", ".join(f"k{n}" for n in range(axes))
        lines.append(f"    if axis == {a}:")
        for depth, n in enumerate(others):
            lines.append(" " * (8 + 4 * depth) + f"for k{n} in range(x.shape[{n}]):")
        inside = " " * (8 + 4 * len(others))
        for order in (f"range(x.shape[{a}])", f"range(x.shape[{a}] - 1, -1, -1)"):
            lines += [f"{inside}product = x.dtype.type(1.0)", f"{inside}for k{a} in {order}:", f"{inside}    found[{at}] *= product",
                      f"{inside}    product *= x[{at}]"]
    return written("\n".join([*lines, "    return found"]))


# -- matrices and special functions --------------------------------------------------------------------------------------

def choose_cofactors(x: Any) -> Version:
    """The product of the singular values that are left, in their bases: also where the matrix is singular."""
    def version(x: Any) -> Any:
        u, s, vh = np.linalg.svd(x)
        sign = np.linalg.det(u) * np.linalg.det(vh)
        rest = np.ones_like(s)
        for k in range(len(s)):
            for j in range(len(s)):
                if j != k:
                    rest[k] *= s[j]
        return sign * np.dot(u * rest, vh)

    return bare(version) if isinstance(x, types.Array) and x.ndim == 2 and isinstance(x.dtype, types.Float) else None


def choose_polygamma(n: Any, x: Any) -> Version:
    def version(n: Any, x: Any) -> Any:
        total, sign = 0.0, (-1.0) ** (n + 1)
        while x < 20.0 + n:
            total += sign * math.gamma(n + 1.0) / x ** (n + 1)
            x += 1.0
        if n == 0:
            series = math.log(x) - 0.5 / x
        else:
            series = math.gamma(float(n)) / x**n + math.gamma(n + 1.0) / (2.0 * x ** (n + 1))
        for k in range(1, len(BERNOULLI) + 1):
            term = BERNOULLI[k - 1] * math.gamma(2.0 * k + n) / (math.gamma(2.0 * k + 1.0) * x ** (2 * k + n))
            series += -term if n == 0 else term
        return total + (series if n == 0 else sign * series)

    return bare(version) if isinstance(x, types.Float) else None


def choose_sinc_slope(x: Any, n: Any) -> Version:
    if isinstance(x, types.Float):
        return bare(sinc_slope_at)
    if not isinstance(x, types.Array) or not isinstance(x.dtype, types.Float):
        return None

    def of_each(x: Any, n: Any) -> Any:
        found = np.empty(x.shape, x.dtype)
        for k, at in np.ndenumerate(x):
            found[k] = runtime.sinc_slope(at, n)
        return found

    return bare(of_each)


def sinc_slope_at(x: Any, n: Any) -> Any:
    """By recurrence away from 0 and by its series near 0."""
    u = np.pi * x
    value = 0.0
    if abs(u) >= 1.0 + n:
        value = np.sin(u) / u
        for k in range(1, n + 1):
            value = (np.sin(u + 0.5 * np.pi * k) - k * value) / u
    else:
        for k in range((n + 1) // 2, 16 + 2 * n):
            scale = (-1.0) ** k / (2 * k + 1)
            for m in range(1, 2 * k - n + 1):
                scale /= m
            value += scale * u ** (2 * k - n)
    return np.pi**n * value


BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)  # of even index, from the second on


VERSIONS: dict[Any, Callable[..., Version]] = {
    runtime.max_along: choose_max_along, runtime.min_along: choose_min_along, runtime.prod_along: choose_prod_along,
    runtime.add_each: choose_add_each, runtime.last_written: choose_last_written, runtime.put_along_axis: choose_put_along_axis,
    runtime.unrepeat: choose_unrepeat, runtime.undiagonal: choose_undiagonal, runtime.shift: choose_shift,
    runtime.recurrence: choose_recurrence, runtime.other_products: choose_other_products, runtime.cofactors: choose_cofactors,
    runtime.polygamma: choose_polygamma, runtime.sinc_slope: choose_sinc_slope,
}
