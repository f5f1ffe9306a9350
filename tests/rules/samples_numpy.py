"""Sample calls: numerical functions, order statistics, selection, padding, grids, ufunc methods, functions that skip NaN."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tests.rules.harness import Sample
from tests.rules.making import arr, method, reduction, sample, several, spaced, unary

NAN = np.nan
HOLES = np.array([[0.3, NAN, -0.6, 0.8], [NAN, 0.5, 0.2, -0.4], [0.7, -0.9, 0.1, NAN]])
MASK, COLUMNS = np.array([[True, False, True], [False, True, True]]), np.array([True, False, True])
N = 3
KNOTS, POINTS = np.array([0.0, 0.5, 1.2, 2.0]), np.array([[-0.4, 0.2], [0.9, 2.3]])


def between(lo: float, hi: float, *shape: int) -> Any:
    """No two of these grids are near a tie, or a quotient near an integer."""
    return np.linspace(lo, hi, int(np.prod(shape))).reshape(shape)[()]


SPECIAL = [
    *unary(np.i0, -3.0, 3.0), sample(np.i0, np.array([0.0, 20.0, -0.3]), second=False), *unary(np.real_if_close),
    sample(runtime.bessel_i, 2, arr(3), wrt=[1]),
    sample(np.real_if_close, arr(3, dtype=complex)),
    *several([np.emath.sqrt, np.emath.log, np.emath.log2, np.emath.log10], unary, 0.2, 2.0),
    *several([np.emath.arcsin, np.emath.arccos, np.emath.arctanh], unary),
    sample(np.emath.sqrt, arr(3, lo=-2.0, hi=-0.5)), sample(np.emath.log, arr(3, lo=-2.0, hi=-0.5)),
    sample(np.emath.arcsin, arr(3, lo=1.2, hi=2.0)), sample(np.emath.arctanh, arr(3, lo=1.2, hi=2.0)),
    sample(np.emath.power, arr(3, lo=0.5), 1.5, wrt=[0]), sample(np.emath.power, arr(3, lo=0.5), arr(3)),
]

NUMERICAL = [
    *[sample(np.ediff1d, arr(*s)) for s in ((4,), (2, 3), (2,))],
    *[sample(np.gradient, arr(*s), *h, wrt=[0], **k) for s, h, k in (
        ((5,), (), {}), ((5,), (0.5,), {}), ((5,), (0.5,), {"edge_order": 2}), ((5,), (np.array([0.0, 0.3, 1.0, 1.2, 2.0]),), {}),
        ((5,), (np.array([0.0, 0.3, 1.0, 1.2, 2.0]),), {"edge_order": 2}), ((3, 4), (), {"axis": 0}), ((3, 4), (2.0,), {"axis": 1}),
        ((3, 4), (), {}), ((3, 4), (0.5, np.array([0.0, 0.3, 1.0, 1.2])), {}), ((3, 4), (0.5,), {"axis": (1, 0)}),
        ((3, 3, 4), (np.array([0.0, 0.3, 1.0]),), {"axis": 1, "edge_order": 2}), ((2,), (), {}))],
    sample(np.gradient, arr(4), 0.7), sample(np.gradient, arr(3, 4), 0.7, 0.3), sample(np.gradient, arr(3, 4), 0.7, axis=1),
    sample(np.gradient, arr(4, dtype=np.float32), 0.5, wrt=[0]),
    *[sample(np.trapezoid, arr(*s), *a, **k) for s, a, k in (
        ((4,), (), {}), ((2, 3), (), {}), ((2, 3), (), {"axis": 0}), ((4,), (arr(4),), {}), ((2, 3), (arr(3),), {}),
        ((2, 3), (arr(2),), {"axis": 0}), ((2, 3), (arr(2, 3),), {"axis": 0}))],
    sample(np.trapezoid, arr(4), None, 0.3, wrt=[0, 2]), sample(np.trapezoid, arr(4, dtype=np.float32)),
    sample(np.unwrap, 9.0 * arr(5)), sample(np.unwrap, 9.0 * arr(2, 4), axis=0, wrt=[0]),
    sample(np.unwrap, 3.0 * arr(5), period=2.0, wrt=[0]),
    *[sample(np.linspace, *ends, 4, wrt=[0, 1], **k) for ends in ((0.3, 1.2), (arr(3), 1.2), (arr(3), arr(2, 1))) for k in (
        {}, {"endpoint": False})], sample(np.linspace, arr(3), arr(3)), sample(np.logspace, arr(2), 1.2, 4, wrt=[0, 1]),
    sample(np.logspace, 0.3, 1.2, 3, False, wrt=[0, 1]), sample(np.geomspace, 0.3, 1.2, 4, endpoint=False, wrt=[0, 1]),
    sample(np.logspace, 0.3, 1.2, 4, wrt=[0, 1]), sample(np.logspace, 0.3, 1.2, 4, base=2.0, wrt=[0, 1]),
    sample(np.geomspace, 0.3, 1.2, 4, wrt=[0, 1]), sample(np.geomspace, -0.3, -1.2, 4, wrt=[0, 1]),
    *[sample(np.interp, x, KNOTS, arr(4), wrt=w) for x in (0.3, 2.5, POINTS, POINTS.ravel()) for w in ([0], [1, 2], [0, 1, 2])],
    sample(np.interp, POINTS, KNOTS, arr(4), 0.3, 0.7), sample(np.interp, POINTS, [0, 1, 2], arr(3), wrt=[0, 2]),
    sample(np.interp, 0.3, [0.0, 1.0], [1.5, 3.0], wrt=[0]), sample(np.interp, np.array([-1.0, 1.0, 3.0]), [1.0], [2.0], wrt=[2]),
    sample(np.interp, arr(3), KNOTS, arr(4, dtype=np.float32), wrt=[0]),
    *[sample(op, arr(n), arr(m), *mode) for op in (np.convolve, np.correlate) for n, m in ((5, 3), (3, 5), (4, 4), (6, 1), (2, 6))
      for mode in ((), ("full",), ("same",), ("valid",))],
    sample(np.convolve, 1.5, arr(3)), sample(np.convolve, arr(4, dtype=np.float32), arr(2, dtype=np.float32), "same", wrt=[0, 1]),
    sample(np.convolve, arr(4, dtype=complex), arr(2, dtype=complex)), sample(np.correlate, arr(4, dtype=complex), arr(2, dtype=complex)),
    sample(np.convolve, [1.0, 2.0, 0.5], arr(2)),
    *[sample(op, *a, **k) for op in (np.cov, np.corrcoef) for a, k in (
        ((arr(3, 4),), {}), ((arr(5),), {}), ((arr(1, 4),), {}), ((arr(3, 4), arr(2, 4)), {}), ((arr(3, 4), arr(4)), {}),
        ((arr(4, 3),), {"rowvar": False}), ((arr(4), arr(4)), {}))],
    sample(np.cov, arr(3, 4), bias=True, wrt=[0]), sample(np.cov, arr(3, 4), ddof=2, wrt=[0]),
    sample(np.bincount, np.array([0, 2, 1, 2]), arr(4), wrt=[1]), sample(np.bincount, np.array([0, 2]), arr(2), 5, wrt=[1]),
    sample(np.bincount, [0, 2, 2], arr(3, dtype=np.float32), wrt=[1]),
    *[sample(np.histogram, arr(6), b, r, None, arr(6), wrt=w, second=4 in w or b is N) for w in ([4], [0], [0, 4]) for b, r in (
        (N, None), (2, (-0.5, 0.5)), (np.array([-1.0, -0.2, 0.4, 0.9]), None))],
    sample(np.histogram, arr(2, 3), 4, None, None, arr(2, 3), wrt=[0, 4]), sample(np.histogram, arr(6)),
    sample(np.histogram, arr(6), np.array([-1.0, -0.2, 0.4, 0.9]), wrt=[1]),
]

QUANTILES = [0.3, np.array([0.2, 0.75]), [0.1, 0.5, 0.9]]
ORDER = [
    *several([np.median, np.nanmedian], reduction),
    *[sample(op, spaced(3, 4), *q, wrt=[0], **k) for op, scale in ((np.quantile, 1), (np.nanquantile, 1), (np.percentile, 100),
      (np.nanpercentile, 100)) for q in ((0.3 * scale,), (np.array([0.2, 0.75]) * scale,), ([0.3 * scale, 0.55 * scale],))
      for k in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1, "keepdims": True}, {"keepdims": True})],
    *[sample(np.quantile, spaced(6), q, method=m) for q in (0.37, np.array([0.21, 0.83])) for m in (
        "linear", "weibull", "hazen", "interpolated_inverted_cdf", "median_unbiased", "normal_unbiased", "lower", "higher",
        "nearest", "midpoint")],
    sample(np.quantile, spaced(2, 3, 4), 0.4, axis=(0, 2), wrt=[0, 1]), sample(np.quantile, spaced(2, 3, 4), 0.4, (2, 0), keepdims=True),
    sample(np.quantile, spaced(6), np.array([[0.23, 0.3], [0.61, 0.7]])),
    sample(np.quantile, spaced(5, dtype=np.float32), 0.3, wrt=[0]), sample(np.median, spaced(2, 5, dtype=np.float32), axis=1, wrt=[0]),
    *[sample(op, HOLES, *q, axis=a, wrt=[0]) for op, q in ((np.nanmedian, ()), (np.nanquantile, (0.3,)), (np.nanquantile, (
        np.array([0.2, 0.6]),)), (np.nanpercentile, (30,))) for a in (None, 0, 1)],
    sample(np.median, [0.3, 0.1, 0.7]), sample(np.quantile, [0.3, 0.1, 0.7], 0.4, wrt=[0]),
    sample(np.partition, spaced(7), 3, wrt=[0]), sample(np.partition, spaced(3, 5), 2, wrt=[0]),
    sample(np.partition, spaced(5, 3), 2, 0, wrt=[0]), sample(np.partition, spaced(2, 4), 3, axis=None, wrt=[0]),
    sample(np.partition, spaced(9), (2, 5), wrt=[0]),
    sample(np.unique, spaced(5)), sample(np.unique, spaced(2, 3)),
    sample(sorted, [0.3, 0.1, 0.7]), sample(sorted, (0.3, 0.1)), sample(sorted, spaced(4)),
]

SELECTION = [
    *[sample(np.select, [c, d], [a, b], 0.0, wrt=[1]) for c, d in ((COLUMNS, MASK), (MASK, MASK)) for a, b in (
        (arr(3), arr(3)), (arr(2, 3), 1.5), (arr(3), arr(2, 1)))],
    sample(np.select, [COLUMNS], [arr(3)], arr(3), wrt=[1, 2]), sample(np.select, (COLUMNS, ~COLUMNS), (arr(3), 0.5), wrt=[1]),
    sample(np.select, [True, False], [1.5, 2.5], wrt=[1]),
    *[sample(np.choose, k, [arr(3), arr(3), 0.7], wrt=[1]) for k in (np.array([0, 2, 1]), np.array([[1, 1, 0]]), 2)],
    sample(np.choose, np.array([0, 3, -1]), [arr(3), arr(3)], mode="wrap", wrt=[1]),
    sample(np.choose, np.array([0, 3, -1]), [arr(3), arr(3)], mode="clip", wrt=[1]),
    *[sample(np.insert, arr(*s), i, v, *axis, wrt=[0, 2]) for s, i, v, axis in (
        ((4,), 1, 0.7, ()), ((4,), [1, 3], arr(2), ()), ((2, 3), 1, arr(2), ()), ((2, 3), 1, 0.5, (1,)), ((2, 3), 0, arr(3), (0,)),
        ((2, 3), slice(0, 2), arr(2, 2), (1,)), ((4,), -1, arr(1), ()))],
    *[sample(np.delete, arr(*s), i, *axis, wrt=[0]) for s, i, axis in (
        ((4,), 1, ()), ((4,), [0, -1], ()), ((2, 3), 1, (1,)), ((2, 3), slice(0, 2), (1,)), ((2, 3), 4, ()))],
    *[sample(np.resize, arr(*s), t, wrt=[0]) for s, t in (((4,), (2, 5)), ((2, 3), 4), ((2, 3), (2, 2)), ((3,), (1, 7)))],
    sample(np.compress, COLUMNS, arr(3), wrt=[1]), sample(np.compress, COLUMNS, arr(2, 3), 1, wrt=[1]),
    sample(np.compress, [True, False], arr(2, 3), axis=0, wrt=[1]), sample(np.compress, [0, 1, 1], arr(2, 3), wrt=[1]),
    sample(np.extract, COLUMNS, arr(3), wrt=[1]), sample(np.extract, MASK, arr(2, 3), wrt=[1]),
    sample(np.diagflat, arr(3)), sample(np.diagflat, arr(2, 2), 1, wrt=[0]), sample(np.diagflat, arr(2, 2), -1, wrt=[0]),
    *[sample(np.rollaxis, arr(2, 3, 4), *a, wrt=[0]) for a in ((2,), (0, 2), (0, 3), (-1, 1), (1, -1), (1, 1))],
    *[sample(np.lib.stride_tricks.sliding_window_view, arr(*s), w, *a, wrt=[0]) for s, w, a in (
        ((5,), 3, ()), ((3, 4), (2, 2), ()), ((3, 4), 2, (1,)), ((3, 4), (2,), (0,)))],
    method(arr(2, 3), "compress", COLUMNS, 1), method(arr(2, 3), "compress", [True, False], axis=0), method(arr(2, 3), "view"),
]

PADDING = [
    *[sample(np.pad, arr(*s), w, m, wrt=[0]) for m in ("edge", "reflect", "symmetric", "wrap", "mean", "maximum", "minimum", "median",
      "linear_ramp", "constant") for s, w in (((4,), 2), ((4,), (0, 3)), ((3, 4), ((1, 0), (2, 1))), ((2, 3, 2), 1))],
    *[sample(np.pad, arr(3, 4), 2, mode=m, stat_length=n, wrt=[0]) for m in ("mean", "maximum", "median") for n in (1, ((2, 1), (9, 3)))],
    sample(np.pad, arr(3, 4), (1, 2), mode="linear_ramp", end_values=((0.5, 1.0), (2.0, -1.0)), wrt=[0]),
    sample(np.pad, arr(3), 1, constant_values=2.5, wrt=[0]), sample(np.pad, arr(3), 1, mode="constant", constant_values=(1, 2), wrt=[0]),
    sample(np.pad, arr(3, dtype=np.float32), 2, "mean", wrt=[0]), sample(np.pad, arr(3, dtype=np.float32), 2, "edge", wrt=[0]),
    sample(np.pad, arr(3, dtype=np.float32), 2, "linear_ramp", wrt=[0]),
]

GRIDS = [
    sample(np.block, [arr(3), arr(2)]), sample(np.block, [[arr(2, 2), arr(2, 3)], [arr(1, 2), arr(1, 3)]]),
    sample(np.block, [[arr(3)], [arr(3)]]),
    sample(np.block, [[1.5, 0.5], [2.5, 3.5]]), sample(np.block, [[[arr(2)]], [[arr(2)]]]),
    sample(np.block, [[arr(2, 1, 2), arr(2, 1, 1)]]),
    sample(np.block, arr(2, 3)), sample(np.block, ([arr(2), 1.5])),
    *[sample(np.broadcast_arrays, *a) for a in (
        (arr(3), arr(2, 1)), (1.5, arr(3)), (arr(2, 3), arr(2, 3)), (arr(3), 2.0, arr(2, 1)), (arr(3),))],
    *[sample(np.meshgrid, *a, wrt=range(len(a)), **k) for a in ((arr(3), arr(4)), (arr(2), arr(1), arr(3)), (arr(3),), (arr(3), 1.5))
      for k in ({}, {"indexing": "ij"}, {"sparse": True})],
    sample(np.unstack, arr(2, 3)), sample(np.unstack, arr(2, 3), axis=1, wrt=[0]), sample(np.unstack, arr(2, 3, 4), axis=-2, wrt=[0]),
    sample(np.unstack, arr(3)),
]

REDUCTIONS = [
    *[sample(op, arr(2, 3), where=m, wrt=[0], **k) for op, i in ((np.sum, 0.3), (np.prod, 0.3), (np.max, -2.0), (np.min, 2.0))
      for m in (MASK, COLUMNS, True) for k in ({"initial": i}, {"initial": i, "axis": 1}, {"initial": i, "axis": 0, "keepdims": True})],
    *[sample(op, arr(2, 3), where=m, wrt=[0], **k) for op in (np.mean, np.var, np.std, np.sum, np.prod) for m in (MASK | COLUMNS, COLUMNS)
      for k in ({}, {"axis": 1}, {"axis": 1, "keepdims": True})],
    sample(np.var, arr(2, 3), where=COLUMNS, ddof=1, wrt=[0]), sample(np.max, arr(3), initial=0.1, wrt=[0]),
    sample(np.max, np.array([0.3, 0.1]), initial=9.0, wrt=[0]), sample(np.mean, arr(3, dtype=np.float32), where=COLUMNS, wrt=[0]),
    *[sample(op, x, **k, wrt=[0]) for op in (
        np.nansum, np.nanmean, np.nanvar, np.nanstd, np.nanprod, np.nanmax, np.nanmin, np.nancumsum, np.nancumprod)
      for x in (HOLES, HOLES[0]) for k in ({}, {"axis": 0}, {"axis": -1})],
    *several([np.nanmean, np.nanprod], reduction),
    *[s for op in (np.nanvar, np.nanstd) for s in reduction(op, ddof=1) if np.size(s.args[0]) > 1],
    *[sample(op, HOLES, axis=1, keepdims=True, wrt=[0]) for op in (np.nanmean, np.nanvar, np.nanstd, np.nanprod)],
    *[sample(op, x, **k, wrt=[0]) for op in (np.cumulative_sum, np.cumulative_prod) for x, k in (
        (arr(4), {}), (arr(4), {"include_initial": True}), (arr(2, 3), {"axis": 1}), (arr(2, 3), {"axis": -2, "include_initial": True}))],
]

UFUNC_METHODS = [
    *[sample(op.reduce, arr(*s), *a, wrt=[0], **k) for op in (np.add, np.multiply, np.maximum, np.minimum, np.logaddexp, np.logaddexp2)
      for s, a, k in (((4,), (), {}), ((2, 3), (), {}), ((2, 3), (1,), {}), ((2, 3), (), {"axis": None}),
                      ((2, 3), (), {"axis": -1, "keepdims": True}), ((2, 3, 4), (), {"axis": 1}))],
    *[sample(op.reduce, arr(2, 3), where=COLUMNS, initial=0.5, wrt=[0]) for op in (np.add, np.multiply, np.maximum, np.minimum)],
    sample(np.logaddexp.reduce, np.array([-np.inf, 1.0, 2.0]), second=False), sample(np.add.reduce, arr(3, dtype=np.float32)),
    *[sample(op.accumulate, arr(*s), *a, wrt=[0]) for op in (np.add, np.multiply, np.maximum, np.minimum)
      for s, a in (((5,), ()), ((3, 4), ()), ((3, 4), (1,)), ((2, 3, 2), (-2,)))],
    *[sample(op.outer, between(0.4, 1.5, *s), between(0.55, 1.27, *t)) for op in (
      np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power,
      np.remainder, np.fmod, np.maximum, np.minimum, np.fmax, np.fmin, np.hypot, np.arctan2, np.logaddexp, np.logaddexp2, np.copysign)
      for s, t in (((2,), (3,)), ((), (3,)), ((2, 2), (3,)), ((2,), ()))],
    sample(np.subtract.outer, arr(2, dtype=np.float32), arr(3, dtype=np.float32)),
    *[sample(np.add.reduceat, arr(*s), i, *a, wrt=[0]) for s, i, a in (
        ((4,), [0, 2], ()), ((5,), [1, 3, 2, 2], ()), ((3, 4), np.array([0, 3, 1]), (1,)), ((3, 4), [0, 1], ()))],
    sample(runtime.unreduceat, arr(3), arr(5), [0, 1, 3], wrt=[0]),
]

VECTORS = [
    *[sample(np.vecdot, arr(*s), arr(*t)) for s, t in (((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)))],
    sample(np.vecdot, arr(3, 2), arr(3, 2), axis=0, wrt=[0, 1]), sample(np.vecdot, arr(3, dtype=complex), arr(3, dtype=complex)),
    *[sample(np.matvec, arr(*s), arr(*t)) for s, t in (((2, 3), (3,)), ((4, 2, 3), (3,)), ((2, 3), (4, 3)))],
    *[sample(np.vecmat, arr(*s), arr(*t)) for s, t in (((2,), (2, 3)), ((4, 2), (2, 3)), ((2,), (4, 2, 3)))],
    sample(np.vecmat, arr(2, dtype=complex), arr(2, 3, dtype=complex)),
    sample(np.matvec, arr(2, 3, dtype=np.float32), arr(3, dtype=np.float32)),
]

NUMPY: list[Sample] = [*SPECIAL, *NUMERICAL, *ORDER, *SELECTION, *PADDING, *GRIDS, *REDUCTIONS, *UFUNC_METHODS, *VECTORS]
