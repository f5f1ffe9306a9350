"""Numerical functions of sampled values: differences, integrals, interpolation, convolution, covariance, histograms.

At a knot `interp` has the slope of the interval to its right. `histogram` and `bincount` are linear in the weights; where a
value falls is constant.
"""
from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.creation import linspace_kind, ramp
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import (
    DYNAMIC,
    arrays,
    cast_to,
    conjugate,
    fixed,
    is_real,
    kind,
    known_rank,
    lifted,
    nonzero,
    quotient,
    rank,
    reshape_back,
    static,
)
from tangentlite.rules.reductions import centered
from tangentlite.rules.registry import NoPartial, UnknownKeyword
from tangentlite.rules.shapes import STRONG, array
from tangentlite.rules.structures import zero_like
from tangentlite.rules.verbs import REFUSED, bilinear, custom

add_at, linspace, zeros = lifted(runtime.add_at, np.linspace, np.zeros)


# -- differences -----------------------------------------------------------------------------------------------------

def along(x: Any, axis: int, lo: int | None, hi: int | None) -> Any:
    """x[..., lo:hi, ...] at `axis`, counted from the front."""
    return x[at(axis, slice(lo, hi))]


def known_axis(x: Any, axis: Any, what: str) -> int:
    a, r = static(axis), rank(x)
    if not isinstance(a, int) or r is None or not -r <= a < r:
        raise UnknownKeyword(f"{what} wants an axis and a number of dimensions that are known")
    return a % r


Stencil = list[tuple[slice, list[tuple[slice, Any]]]]  # a part of the result, and the parts of `f` it is a sum of, with factors


def stencil(f: Any, h: Any, axis: int, edge_order: Any) -> Stencil:
    """Parabolas through three neighbours inside; lines, or parabolas, at the ends. `h` is a step or coordinates."""
    order = static(edge_order)
    if rank(h) not in (0, 1) or order not in (1, 2):
        raise UnknownKeyword("np.gradient wants steps or coordinates of a known number of dimensions, and a known edge_order")
    if K.is_complex(kind(h)):
        raise UnknownKeyword("np.gradient with complex steps")
    if rank(h) == 0:
        inside = [(slice(2, None), 0.5 / h), (slice(None, -2), -0.5 / h)]
        ends = [[1.0 / h, -1.0 / h], [1.0 / h, -1.0 / h]] if order == 1 else [[2.0 / h, -1.5 / h, -0.5 / h], [-2.0 / h, 1.5 / h, 0.5 / h]]
    else:
        d, others = np.diff(h), tuple(range(1, known_rank(f) - axis))
        d = np.expand_dims(d, others) if others else d
        x, y = d[:-1], d[1:]
        inside = [(slice(None, -2), -y / (x * (x + y))), (slice(1, -1), 1.0 / x - 1.0 / y), (slice(2, None), x / (y * (x + y)))]
        ends = [parabola(d[0:1], d[1:2], 1.0), parabola(d[-1:], d[-2:-1], -1.0)] if order == 2 else [
            [1.0 / d[0:1], -1.0 / d[0:1]], [1.0 / d[-1:], -1.0 / d[-1:]]]
    first = [slice(1, 2), slice(0, 1), slice(2, 3)]
    last = [slice(-1, None), slice(-2, -1)] if order == 1 else [slice(-2, -1), slice(-1, None), slice(-3, -2)]
    return [(slice(1, -1), inside), (slice(0, 1), list(zip(first, ends[0]))), (slice(-1, None), list(zip(last, ends[1])))]


def parabola(x: Any, y: Any, sign: float) -> list[Any]:
    """The slope at an end from its neighbour, itself and the point after that, at the distances x and y."""
    return [sign * (x + y) / (x * y), -sign * (2.0 * x + y) / (x * (x + y)), -sign * x / (y * (x + y))]


def directions(f: Any, spacing: tuple[Any, ...], axis: Any) -> list[tuple[int, int | None]]:
    """The axis of each result, and which of the spacings it has."""
    r, ax = rank(f), static(axis)
    if r is None or not isinstance(ax, (int, tuple, type(None))):
        raise UnknownKeyword("np.gradient wants an axis and a number of dimensions that are known")
    axes = tuple(range(r)) if ax is None else ax if isinstance(ax, tuple) else (ax,)
    return [(known_axis(f, a, "np.gradient"), None if not spacing else 0 if len(spacing) == 1 else k) for k, a in enumerate(axes)]


def gradient_adjoint(g: Any, y: Any, f: Any, *spacing: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    pairs, f_bar, steps = directions(f, spacing, axis), None, [0.0 if rank(h) == 0 else None for h in spacing]
    for k, (a, which) in enumerate(pairs):
        g_k, y_k = (g, y) if len(pairs) == 1 else (g[k], y[k])
        if g_k is None:
            continue
        h = 1.0 if which is None else spacing[which]
        for rows, terms in stencil(f, h, a, edge_order):
            for source, factor in terms:
                f_bar = add_at(zero_like(f) if f_bar is None else f_bar, at(a, source), g_k[at(a, rows)] * factor)
        if which is not None and rank(h) == 0:
            steps[which] = steps[which] - np.sum(g_k * y_k) / h
    return (None if f_bar is None else cast_to(f_bar, f), *itertools.takewhile(lambda h: h is not None, steps))


def gradient_tangent(y: Any, dots: Any, f: Any, *spacing: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    if any(K.is_complex(kind(h)) for h in spacing):
        raise UnknownKeyword("np.gradient with complex steps")
    pairs = directions(f, spacing, axis)
    options = {name: v for name, v in (("axis", axis), ("edge_order", edge_order)) if static(v) != (None if name == "axis" else 1)}
    moved = None if dots[0] is None else np.gradient(dots[0], *spacing, **options)
    parts = []
    for k, (_, which) in enumerate(pairs):
        part = None if moved is None else moved if len(pairs) == 1 else moved[k]
        dot = None if which is None else dots[1 + which]
        if dot is not None and rank(spacing[which or 0]) != 0:
            raise UnknownKeyword("np.gradient with coordinates that are active")
        if dot is not None:
            stretched = (y if len(pairs) == 1 else y[k]) * (dot / spacing[which or 0])
            part = -stretched if part is None else part - stretched
        parts.append(0.0 * (y if len(pairs) == 1 else y[k]) if part is None else part)
    return parts[0] if len(parts) == 1 else tuple_of(*parts)


def at(axis: int, part: slice) -> Any:
    """The index of a part along an axis that is counted from the front."""
    return (slice(None),) * axis + (part,) if axis else part


def gradient_kind(f: Any, *spacing: Any, axis: Any = None, edge_order: Any = 1) -> K.Kind:
    k, ax = K.kind_of(f), fixed(axis)
    real = k.dtype if isinstance(k, K.Array) and k.dtype in ("float32", "float64") else None
    simple = all(K.kind_of(h) == K.FLOAT or K.is_int(K.kind_of(h)) for h in spacing)
    one = K.Array(real if simple or real == "float64" else None, K.dims_of(k))
    n = K.rank(k) if ax is None else len(ax) if isinstance(ax, tuple) else 1 if isinstance(ax, int) else None
    return K.UNKNOWN if n is None else one if n == 1 else K.Seq("tuple", (one,) * n)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    a = known_axis(y, axis, "np.trapezoid")
    means = 0.5 * (along(y, a, 1, None) + along(y, a, None, -1))
    if static(x) is None:
        return (np.sum(means) if rank(y) == 1 else np.sum(means, axis=a)) * dx
    if known_rank(x) == known_rank(y) == 1:
        return np.dot(means, np.diff(x))
    if rank(x) == rank(y):
        return np.sum(means * np.diff(x, axis=a), axis=a)
    others = tuple(range(1, known_rank(y) - a))
    return np.sum(means * (np.expand_dims(np.diff(x), others) if others else np.diff(x)), axis=a)


def ediff1d(x: Any) -> Any:
    return np.diff(np.ravel(x))


defined(np.ediff1d, ediff1d, kind=lambda x: array(x, (K.fresh_dim(),)))
custom(np.gradient, gradient_tangent, gradient_adjoint, kind=gradient_kind)
defined(np.trapezoid, trapezoid)
custom(np.unwrap, lambda y, dots, p, discont=None, axis=-1, *, period=None: dots[0],
       lambda g, y, p, discont=None, axis=-1, *, period=None: cast_to(g, p),
       kind=lambda p, *rest, **options: array(p, K.dims_of(K.kind_of(p))))


# -- spacings --------------------------------------------------------------------------------------------------------

def logspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, *, base: Any = 10.0) -> Any:
    return np.power(base, linspace(start, stop, num, endpoint))


def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    if not K.is_number(kind(start)) or not K.is_number(kind(stop)) or not is_real(start) or not is_real(stop):
        raise UnknownKeyword("np.geomspace between arrays or complex numbers")
    return start * np.power(quotient(stop, start), linspace(0.0, 1.0, num, endpoint))


def without_dtype(k: Any) -> K.Kind:
    return K.Array(None, k.dims)


defined(np.logspace, logspace, kind=lambda start, stop, num=50, *end, **base: without_dtype(linspace_kind(start, stop, num)))
defined(np.geomspace, geomspace, kind=lambda start, stop, num=50, *end, **last: without_dtype(linspace_kind(start, stop, num)))


# -- interpolation ---------------------------------------------------------------------------------------------------

def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """Between two knots a line; beyond the last ones a constant."""
    x, knots, values = arrays(x, xp, fp)
    n = np.size(knots)
    k = np.clip(np.searchsorted(knots, x, side="right"), 1, n - 1) - 1
    after = np.minimum(k + 1, n - 1)
    slope = (values[after] - values[k]) / nonzero(knots[after] - knots[k])
    inside = values[k] + slope * (x - knots[k])
    below = values[0] if static(left) is None else left
    above = values[-1] if static(right) is None else right
    return np.where(x < knots[0], below, np.where(x > knots[-1], above, inside))


def interp_kind(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> K.Kind:
    return K.numeric("float64" if getattr(K.kind_of(fp), "dtype", None) in ("float64", "float32") else None, K.dims_of(K.kind_of(x)))


defined(np.interp, interp, kind=interp_kind)


# -- convolution -----------------------------------------------------------------------------------------------------

def whole(g: Any, a: Any, v: Any, mode: Any, mirrored: bool = False) -> Any:
    """The adjoint of the full result, of which `mode` keeps the middle."""
    kept = static(mode)
    if kept not in ("full", "same", "valid"):
        raise UnknownKeyword("a mode that is known: 'full', 'same' or 'valid'")
    if kept == "full":
        return g
    cut = np.minimum(np.size(a), np.size(v)) - 1
    if kept == "valid":
        return np.concatenate([zeros(cut), g, zeros(cut)])
    before = (cut + (np.size(a) < np.size(v))) // 2 if mirrored else cut // 2
    return np.concatenate([zeros(before), g, zeros(cut - before)])


def vector(x: Any) -> Any:
    return x if rank(x) == 1 else lift(np.atleast_1d)(x)


def factor(g: Any, x: Any) -> Any:
    """The adjoint of an argument, which may be a number."""
    return cast_to(g if rank(x) == 1 else reshape_back(g, x), x)


def strong(dtype: Any) -> Any:
    """A number counts as an array does."""
    return STRONG.get(dtype, dtype)


def convolution_kind(a: Any, v: Any, mode: Any = "full") -> K.Kind:
    dtypes = [strong(getattr(K.kind_of(x), "dtype", None)) for x in (a, v)]
    return K.Array(K.result_dtype(np.multiply, tuple(dtypes)) or None if all(dtypes) else None, (K.fresh_dim(),))


bilinear(np.convolve,
         lambda g, a, v, mode="full": factor(np.correlate(whole(g, a, v, mode), vector(conjugate(v))), a),
         lambda g, a, v, mode="full": factor(np.correlate(whole(g, a, v, mode), vector(conjugate(a))), v), kind=convolution_kind)
bilinear(np.correlate,
         lambda g, a, v, mode="valid": factor(np.convolve(whole(g, a, v, mode, True), conjugate(v), "valid"), a),
         lambda g, a, v, mode="valid": factor(conjugate(np.correlate(whole(g, a, v, mode, True), conjugate(a)))[::-1], v),
         kind=lambda a, v, mode="valid": convolution_kind(a, v))


# -- covariance ------------------------------------------------------------------------------------------------------

def observations(m: Any, y: Any, rowvar: Any) -> Any:
    """One variable in each row."""
    by_row, r = static(rowvar), rank(m)
    if r not in (1, 2) or by_row is DYNAMIC:
        raise UnknownKeyword("covariances want rowvar and a number of dimensions that are known")
    rows = np.expand_dims(m, 0) if r == 1 else m if by_row else m.T
    if static(y) is None:
        return rows
    if rank(y) == 1:
        return np.concatenate([rows, np.expand_dims(y, 0)])
    if rank(y) != 2 or not by_row:
        raise UnknownKeyword("covariances of two arrays want both by rows, with a number of dimensions that is known")
    return np.concatenate([rows, y])


def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    c = covariance(observations(m, y, rowvar), bias, ddof)
    dims = K.dims_of(kind(c)) or ()
    return np.squeeze(c) if any(map(K.maybe_one, dims)) else c


def covariance(rows: Any, bias: Any = False, ddof: Any = None) -> Any:
    less, biased = static(ddof), static(bias)
    if less is DYNAMIC or biased is DYNAMIC:
        raise UnknownKeyword("covariances want bias and ddof that are known")
    less = less if less is not None else 0 if biased else 1
    d = centered(rows, 1, True)
    return np.dot(d, conjugate(d).T) / (rows.shape[1] - less)


def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    if not is_real(x):
        raise UnknownKeyword("correlations of complex numbers, or of numbers of an unknown type")
    c = covariance(observations(x, y, rowvar))
    s = np.sqrt(np.diagonal(c))
    c = c / np.outer(s, s)
    return np.squeeze(c) if any(map(K.maybe_one, K.dims_of(kind(c)) or ())) else c


def number_for_one(k: Any) -> K.Kind:
    return K.numeric(k.dtype, k.dims)


def square_kind(x: Any, y: Any = None, rowvar: Any = True, **options: Any) -> K.Kind:
    """A matrix with as many rows and columns as there are variables; an array without dimensions for one."""
    k, by_row = K.kind_of(x), fixed(rowvar)
    dims, dtype = K.dims_of(k), getattr(k, "dtype", None)
    dtype = "float64" if dtype == "float64" else None
    if dims is None or fixed(y) is not None or by_row is DYNAMIC:
        return K.Array(None, None)
    n = 1 if len(dims) == 1 else dims[0 if by_row else 1]
    return K.Array(dtype, () if n == 1 else None if K.maybe_one(n) else (n, n))


defined(np.cov, cov, kind=square_kind)
defined(np.corrcoef, corrcoef, kind=lambda *args, **options: number_for_one(square_kind(*args, **options)))


# -- histograms ------------------------------------------------------------------------------------------------------

def bincount_adjoint(g: Any, y: Any, x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    return None, None if static(weights) is None else cast_to(g[x], weights)


def bins_are_equal(a: Any, bins: Any, limits: Any, density: Any) -> bool:
    """Do the bins divide the range of the data equally, as many as `bins` says?"""
    if static(density) is not None and static(density) is not False or isinstance(static(bins), str):
        raise UnknownKeyword("np.histogram with density= or automatic bins")
    if rank(bins) is None or isinstance(kind(bins), K.Seq):
        raise UnknownKeyword("np.histogram wants a number of bins, or an array of their edges")
    return rank(bins) == 0 and static(limits) is None


def histogram_tangent(y: Any, dots: Any, a: Any, bins: Any = 10, limits: Any = None, density: Any = None, weights: Any = None) -> Any:
    equal = bins_are_equal(a, bins, limits, density)
    if len(dots) > 2 and dots[2] is not None:
        raise NoPartial("`range`")
    edges = 0.0 * y[1] if len(dots) < 2 or dots[1] is None else dots[1]
    if dots[0] is not None and equal:
        flat = np.ravel(dots[0])
        edges = np.linspace(flat[np.argmin(a)], flat[np.argmax(a)], bins + 1)
    counts = 0.0 * y[0] if len(dots) < 5 or dots[4] is None else np.histogram(a, y[1], weights=dots[4])[0]
    return tuple_of(counts, edges)


def histogram_adjoint(g: Any, y: Any, a: Any, bins: Any = 10, limits: Any = None, density: Any = None, weights: Any = None) -> Any:
    equal = bins_are_equal(a, bins, limits, density)
    counts_bar, bar = components(g, 2)
    a_bar = edges_bar = weights_bar = None
    if bar is not None and equal:
        share = ramp(bar)
        ends = zero_like(np.ravel(a))
        ends = add_at(add_at(ends, np.argmin(a), np.dot(bar, 1.0 - share)), np.argmax(a), np.dot(bar, share))
        a_bar = cast_to(np.reshape(ends, np.shape(a)), a)
    elif bar is not None and rank(bins) == 1:
        edges_bar = bar
    if counts_bar is not None and static(weights) is not None:
        place = np.clip(np.searchsorted(y[1], a, side="right"), 1, np.size(y[0])) - 1
        within = np.logical_and(np.greater_equal(a, y[1][0]), np.less_equal(a, y[1][-1]))
        weights_bar = cast_to(np.where(within, counts_bar[place], 0.0), weights)
    return a_bar, edges_bar, REFUSED, None, weights_bar


def histogram_kind(a: Any, bins: Any = None, limits: Any = None, density: Any = None, weights: Any = None) -> K.Kind:
    plain = fixed(weights) is None and fixed(density) in (None, False)
    n = (K.fresh_dim(),)
    return K.Seq("tuple", (K.Array("int64" if plain else None, n), K.Array(None, (K.fresh_dim(),))))


custom(np.bincount, lambda y, dots, x, weights=None, minlength=0: np.bincount(x, dots[1], minlength), bincount_adjoint,
       kind=lambda x, weights=None, minlength=0: K.Array("int64" if fixed(weights) is None else "float64", (K.fresh_dim(),)))
custom(np.histogram, histogram_tangent, histogram_adjoint, kind=histogram_kind, view=lambda kinds, a, bins=None, *rest, **options: [bins])
