"""Sample calls of SciPy's functions of sampled signals, images and points."""
from __future__ import annotations

import numpy as np
from scipy import integrate, ndimage, signal
from scipy.spatial import distance

from tangentlite.rules.scipy import adjoints
from tests.rules.samples import arr, sample

SINGLE = np.float32
KERNEL = np.array([0.2, 0.5, -0.3])
MODES = ("full", "same", "valid")

CONVOLUTIONS = [
    *[sample(op, arr(*a), arr(*b), mode) for op in (signal.convolve, signal.correlate, signal.fftconvolve, signal.oaconvolve)
      for mode in MODES for a, b in (((6,), (3,)), ((6,), (4,)), ((5,), (2,)), ((5, 4), (2, 3)))],
    *[sample(op, arr(3), arr(6), mode) for op in (signal.convolve, signal.correlate) for mode in ("full", "valid")],
    *[sample(op, arr(3), arr(6), "same") for op in (signal.convolve,)],
    *[sample(op, arr(5, 4), arr(*b), mode) for op in (signal.convolve2d, signal.correlate2d) for mode in MODES
      for b in ((2, 3), (3, 2), (3, 3)) if op is signal.convolve2d or mode != "same"],
    *[sample(op, arr(5), arr(3), wrt=[k], method="direct") for op in (signal.convolve, signal.correlate) for k in (0, 1)],
    sample(signal.convolve, arr(5, dtype=SINGLE), arr(3, dtype=SINGLE)),
    sample(signal.convolve2d, arr(4, 4), arr(2, 2), boundary="fill", fillvalue=0),
    *[sample(adjoints.unconvolve, arr(n), arr(3), (5,), "same", which, wrt=[0, 1]) for which, n in ((0, 5), (1, 3))],
]
FILTERS = [
    *[sample(signal.lfilter, np.array([1.0, 0.5]), np.array([1.0, -0.3]), x, *axis, wrt=[2])
      for x, axis in ((arr(6), ()), (arr(3, 4), ()), (arr(3, 4), (0,)))],
    *[sample(signal.detrend, x, wrt=[0], **options) for x, options in (
        (arr(6), {}), (arr(6), {"type": "constant"}), (arr(4, 3), {"axis": 0}), (arr(6), {"bp": 3}), (arr(6, dtype=SINGLE), {}))],
    *[sample(signal.hilbert, x, wrt=[0], **options) for x, options in ((arr(6), {}), (arr(5), {}), (arr(4, 3), {"axis": 0}))],
    *[sample(signal.savgol_filter, x, 5, 2, wrt=[0], **options) for x, options in (
        (arr(9), {}), (arr(5), {}), (arr(9, dtype=SINGLE), {}), (arr(3, 8), {}), (arr(8, 3), {"axis": 0}),
        (arr(9), {"deriv": 1, "delta": 0.5}))],
    sample(adjoints.unsavgol, arr(9), 5, 2, wrt=[0]),
]
SHAPES = (((2,), {}), ((3,), {}), ((4,), {}), ((5,), {}), ((6,), {"dx": 0.1}), ((3, 4), {}), ((4, 3), {"axis": 0}),
          ((2, 5, 3), {"axis": 1}))
QUADRATURES = [
    *[sample(op, arr(*s), wrt=[0], **options) for op in (integrate.trapezoid, integrate.simpson, integrate.cumulative_trapezoid)
      for s, options in SHAPES],
    *[sample(op, arr(*s), np.array([0.0, 0.3, 0.7, 1.5]), wrt=[0]) for op in (integrate.trapezoid, integrate.cumulative_trapezoid)
      for s in ((4,), (2, 4))],
    *[sample(op, arr(5, dtype=SINGLE), wrt=[0]) for op in (integrate.trapezoid, integrate.simpson, integrate.cumulative_trapezoid)],
    sample(integrate.cumulative_trapezoid, arr(5), wrt=[0], initial=0), sample(integrate.trapezoid, arr(1), wrt=[0]),
    sample(adjoints.untrapezoid, arr(), 4, wrt=[0]),
    sample(adjoints.unsimpson, arr(3), 5, wrt=[0]), sample(adjoints.uncumulate, arr(3), wrt=[0]),
]
BORDERS = ("reflect", "constant", "wrap", "nearest", "mirror", "grid-wrap", "grid-mirror", "grid-constant")
IMAGES = [
    *[sample(ndimage.gaussian_filter, x, 1.0, wrt=[0], mode=mode) for x in (arr(7), arr(4, 3)) for mode in ("reflect", "wrap", "constant")],
    sample(ndimage.gaussian_filter, arr(4, 5), (0.5, 1.2), wrt=[0], truncate=2.0),
    sample(ndimage.gaussian_filter, arr(6, dtype=SINGLE), 1.0, wrt=[0]),
    *[sample(op, x, w, *axis, wrt=[0], mode=mode) for op in (ndimage.convolve1d, ndimage.correlate1d) for mode in BORDERS
      for x, w, axis in ((arr(6), KERNEL, ()), (arr(4, 5), KERNEL, (0,)), (arr(7), np.array([0.4, 0.1, 0.3, 0.2]), ()))],
    *[sample(op, arr(7), w, wrt=[0], origin=origin) for op in (ndimage.convolve1d, ndimage.correlate1d)
      for w, origin in ((KERNEL, 1), (KERNEL, -1), (np.array([0.4, 0.1, 0.3, 0.2]), 1))],
    sample(adjoints.unconvolve1d, arr(6), KERNEL, wrt=[0]), sample(adjoints.uncorrelate1d, arr(6), KERNEL, wrt=[0]),
    *[sample(ndimage.map_coordinates, arr(6), p, wrt=[0, 1], order=1, second=False)
      for p in (np.array([[0.3, 1.4, 4.7]]), np.array([[0.3, -1.4, 4.7, 5.4]]))],
    sample(ndimage.map_coordinates, arr(4, 5), np.array([[0.3, 1.4, 2.7], [3.6, 0.2, 1.7]]), wrt=[0, 1], order=1, second=False),
]
POINTS = [
    *[sample(distance.cdist, arr(3, 2), arr(4, 2), metric, wrt=[0, 1]) for metric in ("euclidean", "sqeuclidean")],
    sample(distance.cdist, arr(3, 2), arr(4, 2), wrt=[1]),
    *[sample(distance.pdist, arr(4, 2), metric, wrt=[0]) for metric in ("euclidean", "sqeuclidean")],
    sample(distance.squareform, arr(6)),
]

SIGNAL = [*CONVOLUTIONS, *FILTERS, *QUADRATURES, *IMAGES, *POINTS]
