"""Order statistics, sorting in part, and distinct values.

Which element takes which place is constant, so a quantile is a sum of sorted elements. Of elements that tie, those count that
`np.argsort` puts at the place: the total weight is 1.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.trace import Eqn, Var
from tangentlite.rules.creation import array_kind
from tangentlite.rules.definitions import defined, kind_of_result
from tangentlite.rules.expressions import DYNAMIC, arrays, fixed, known_rank, lifted, normal_axes, rank, static
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.shapes import array, kept, ravel_kind, shaped
from tangentlite.rules.verbs import custom, display

arange, put_along_axis, whole = lifted(np.arange, runtime.put_along_axis, np.int64)


# -- quantiles -------------------------------------------------------------------------------------------------------

# Hyndman & Fan, "Sample quantiles in statistical packages", 1996: the place of the quantile q among n sorted values, from 0,
# is q n + alpha + q (1 - alpha - beta) - 1.
CONTINUOUS = {"linear": (1.0, 1.0), "weibull": (0.0, 0.0), "hazen": (0.5, 0.5), "interpolated_inverted_cdf": (0.0, 1.0),
              "median_unbiased": (1 / 3, 1 / 3), "normal_unbiased": (3 / 8, 3 / 8)}
ROUNDED: dict[str, Any] = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint, "midpoint": lambda h: 0.5 * (np.floor(h) + np.ceil(h))}


def place(q: Any, n: Any, method: Any) -> Any:
    m = static(method)
    if m in ROUNDED:
        return ROUNDED[m](q * (n - 1))
    if m not in CONTINUOUS:
        raise UnknownKeyword(f"quantiles with method={m!r}")
    alpha, beta = CONTINUOUS[m]
    return q * (n - 1) if m == "linear" else np.clip(q * n + (alpha + q * (1.0 - alpha - beta)) - 1.0, 0.0, n - 1)


def in_front(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The elements that each result is taken from along the first axis; and the axes they had."""
    r, a = rank(x), static(axis)
    axes = normal_axes(tuple(a) if isinstance(a, list) else a, r) if r is not None and a is not DYNAMIC else None
    if r is None or axes is None:
        raise UnknownKeyword("quantiles want an axis and a number of dimensions that are known")
    if len(axes) == r:
        return np.ravel(x) if r != 1 else x, axes
    moved = np.moveaxis(x, axes, tuple(range(len(axes)))) if axes != (0,) else x
    if len(axes) > 1:
        moved = np.reshape(moved, (-1, *(moved.shape[k] for k in range(len(axes), r))))
    return moved, axes


def neighbours(h: Any, n: Any, moves: bool) -> tuple[Any, Any]:
    """The places before and after `h`; two different ones where the place itself may move."""
    if not moves:
        return np.floor(h), np.ceil(h)
    below = np.maximum(np.minimum(np.floor(h), n - 2), 0)
    return below, np.minimum(below + 1, n - 1)


def quantile(x: Any, q: Any, axis: Any, method: Any, keepdims: Any, skip: bool) -> Any:
    """The line between the two elements around its place; `skip` counts the numbers only, which are sorted before NaN."""
    rows, axes = in_front(x, axis)
    rest, of_q, keep = known_rank(rows) - 1, rank(q), static(keepdims)
    if of_q is None or rest and of_q > 1 or keep not in (True, False) or keep and rank(x) == 0:
        raise UnknownKeyword("quantiles want keepdims and numbers of dimensions that are known")
    q = np.expand_dims(q, tuple(range(1, 1 + rest))) if of_q and rest else q
    n = np.sum(np.logical_not(np.isnan(rows)), axis=0) if skip else rows.shape[0]
    h, order = place(q, n, method), np.argsort(rows, axis=0)

    def at(k: Any) -> Any:
        if not rest:
            return rows[order[k]]
        if not of_q:
            k = np.take_along_axis(order, np.expand_dims(k, 0), 0) if skip else np.expand_dims(order[k], 0)
            return np.take_along_axis(rows, k, 0)[0]
        return np.take_along_axis(rows, np.take_along_axis(order, k, 0) if skip else order[k[(..., *(0,) * rest)]], 0)

    below, above = neighbours(h, n, static(q) is DYNAMIC)
    low, high = at(whole(below)), at(whole(above))
    y = low + (h - below) * (high - low)
    return np.expand_dims(y, tuple(a + of_q for a in axes)) if keep else y


def quantiles(op: Any, share: Callable[[Any], Any], skip: bool) -> None:
    def definition(x: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False) -> Any:
        x, q = arrays(x, q)
        return quantile(x, share(q), axis, method, keepdims, skip)

    def kind(x: Any, q: Any, *axis: Any, **options: Any) -> K.Kind:
        k = kind_of_result(definition, (x, q, *axis), options)
        dtype = getattr(K.elementwise(np.multiply, x, array_kind(q) if isinstance(K.kind_of(q), K.Seq) else q), "dtype", None)
        return k if k == K.UNKNOWN else K.numeric(dtype or None, K.dims_of(k))

    defined(op, definition, kind=kind)


def medians(op: Any, skip: bool) -> None:
    def definition(x: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
        return quantile(x, 0.5, axis, "linear", keepdims, skip)

    def kind(x: Any, *axis: Any, **options: Any) -> K.Kind:
        k, dtype = kind_of_result(definition, (x, *axis), options), getattr(K.kind_of(x), "dtype", None)
        return k if k == K.UNKNOWN else K.numeric(dtype if dtype in ("float32", "float64") else None, K.dims_of(k))

    defined(op, definition, kind=kind)


quantiles(np.quantile, lambda q: q, skip=False)
quantiles(np.percentile, lambda q: q / 100, skip=False)
quantiles(np.nanquantile, lambda q: q, skip=True)
quantiles(np.nanpercentile, lambda q: q / 100, skip=True)
medians(np.median, skip=False)
medians(np.nanmedian, skip=True)


# -- sorting in part, distinct values --------------------------------------------------------------------------------

def source(y: Any, x: Any, axis: Any) -> Any:
    """Where in `x` each element of `y` comes from: `y` has the same elements along `axis`, in another order."""
    return np.take_along_axis(np.argsort(x, axis), np.argsort(np.argsort(y, axis), axis), axis)


def partition_tangent(y: Any, dots: Any, x: Any, kth: Any, axis: Any = -1) -> Any:
    x, dot, a = (np.ravel(x), np.ravel(dots[0]), 0) if static(axis) is None else (x, dots[0], axis)
    return np.take_along_axis(dot, source(y, x, a), a)


def partition_adjoint(g: Any, y: Any, x: Any, kth: Any, axis: Any = -1) -> Any:
    if static(axis) is None:
        flat = np.ravel(x)
        return np.reshape(put_along_axis(flat, source(y, flat, 0), g, 0), np.shape(x))
    return put_along_axis(x, source(y, x, axis), g, axis)


def unique(x: Any) -> Any:
    """The first of equal elements, in sorted order; NaN are equal."""
    flat = np.ravel(x)
    items = np.sort(flat)
    before = np.roll(items, 1)
    new = np.logical_and(np.not_equal(items, before), np.logical_not(np.isnan(before)))
    return items[np.logical_or(np.equal(arange(items.size), 0), new)]


custom(np.partition, partition_tangent, partition_adjoint,
       kind=lambda x, kth, axis=-1: ravel_kind(x) if fixed(axis) is None else shaped(kept)(x))
defined(np.unique, unique, kind=lambda x: array(x, (K.fresh_dim(),)))


# -- sorted lists ----------------------------------------------------------------------------------------------------

def numbers(b: Builder, eqn: Eqn) -> tuple[Any, ...] | None:
    """The items of the list; refused where they may be something else than numbers."""
    xs, of = eqn.args[0], K.kind_of(b.kind(eqn.args[0]))
    items = display(b, xs)
    elems = [K.kind_of(b.kind(i)) for i in items] if items is not None else [K.elements(of)]
    if eqn.kwargs or not all(isinstance(e, K.Number) for e in elems):
        raise UnknownKeyword("sorted() of what are not known to be numbers, or with key= or reverse=")
    return items


def sorted_tangent(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
    numbers(b, eqn)
    return b.emit(list, b.emit(np.take, dots[eqn.args[0]], b.emit(np.argsort, eqn.args[0])))


def sorted_adjoint(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    items = numbers(b, eqn)
    back = b.emit(np.take, g, b.emit(np.argsort, b.emit(np.argsort, eqn.args[0])))
    yield eqn.args[0], None if items is not None else back if isinstance(K.kind_of(b.kind(eqn.args[0])), K.Array) else b.emit(list, back)
    for k, x in enumerate(items or ()):
        yield x, b.run(lambda parts, k=k: parts[k], back)


def sorted_kind(xs: Any, **options: Any) -> K.Kind:
    elem = K.elements(K.kind_of(xs))
    return K.Seq("list", None, elem) if isinstance(elem, K.Number) else K.UNKNOWN


RULES[sorted] = Rule(sorted_tangent, sorted_adjoint, sorted_kind)
