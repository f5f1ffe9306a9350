"""Sample calls that reach parts of rules that the samples by family leave out."""
from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import fft, integrate, interpolate, ndimage, signal, special, stats

from tangentlite import runtime
from tangentlite.rules.scipy import adjoints, sensitivities
from tests.rules.harness import Sample
from tests.rules.making import arr, sample, spaced
from tests.rules.samples_linalg import apart

TABLE = interpolate.RegularGridInterpolator((np.array([0.0, 0.8, 1.7, 2.5]), np.array([0.0, 0.5, 1.5])), np.arange(12.0).reshape(4, 3))
MASK = np.array([[True, False, True], [True, True, False]])


def started(op: Callable[..., Any], *starts: float, **options: Any) -> list[Sample]:
    """Reductions from an active start."""
    calls: list[dict[str, Any]] = [
        {"axis": None}, {"axis": None, "keepdims": True}, {"axis": 1}, {"axis": (0, 1)}, {"axis": 0, "keepdims": True}, {}]
    return [Sample(op, (arr(2, 3),), {"initial": start, **options, **k}, second=k.get("axis") != (0, 1), named=frozenset({"initial"}))
            for start in starts for k in calls]


UNUSUAL: list[Sample] = [
    sample(np.meshgrid, arr(2, 2), arr(3)), sample(np.meshgrid, arr(3), arr(2, 2), indexing="ij"),
    *[sample(f, np.array([-2, -1, 0, 2]), 2.5, 0.4, wrt=[1, 2], second=False) for f in (stats.nbinom.cdf, stats.nbinom.sf)],
    sample(stats.multivariate_normal.entropy, np.zeros(2), np.eye(2), wrt=[0], second=False),
    sample(stats.multivariate_normal.logpdf, arr(2), None, np.diag([1.0, 2.0]), wrt=[0]),
    *[sample(op, arr(3), arr(2, 2, 3)) for op in (np.add, np.multiply, np.divide)],
    sample(np.linalg.cross, arr(3), arr(2, 3)), sample(np.linalg.cross, arr(2, 3), arr(3)),
    sample(special.elliprd, 0.0, arr(3, lo=0.6, hi=0.9), arr(3, lo=1.0, hi=1.5), wrt=[1, 2], second=False),
    sample(special.gammainc, np.array([0.01, 0.02]), np.array([0.5, 1.5]), second=False),
    *[sample(f, np.array([-0.7, -0.3, 0.6]), 1.4, second=False)
      for f in (stats.laplace_asymmetric.logpdf, stats.laplace_asymmetric.pdf, stats.laplace_asymmetric.cdf)],
    *[sample(np.quantile, spaced(2, 3, 4), np.array([0.3, 0.65]), axis=axis, wrt=[0]) for axis in (0, 1, 2, (0, 1))],
    *[sample(np.quantile, spaced(2, 3, 4), q, axis=1, method="nearest", wrt=[0]) for q in (0.4, np.array([0.3, 0.6]))],
    *[sample(f, np.array([-1, 0, 2]), np.array([1, 3, 2]), 0.4, wrt=[2], second=False)
      for f in (stats.binom.pmf, stats.binom.cdf, stats.binom.sf)],
    sample(stats.binom.logpmf, np.array([0, 2]), np.array([1, 3]), 0.4, wrt=[2]),
    *[sample(stats.binom.cdf, 0, n, 0.4, wrt=[2], second=False) for n in (0, 1)],
    *[sample(d.pmf, np.array([-1, 1, 9]), *shapes, wrt=[len(shapes)], second=False) for d, shapes in (
        (stats.poisson, (1.3,)), (stats.nbinom, (6.5, 0.4)), (stats.geom, (0.4,)), (stats.betabinom, (6, 1.5, 0.8)))],
    sample(np.linalg.qr, apart(2, 1, 3, 3), mode="complete", second=False),
    sample(np.cross, arr(2, 3, 2), arr(2, 3, 2), axis=1, wrt=[0, 1]),
    sample(math.pow, 1.3, 3, wrt=[0]), sample(math.pow, 1.3, 2.5, wrt=[0]),
    *[sample(getattr(d, m), np.array([-0.7, -0.3, 0.6]), *shapes, wrt=[0])
      for d, shapes in ((stats.laplace, ()), (stats.gennorm, (1.7,))) for m in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf")],
    *[sample(np.polyfit, np.linspace(-1.0, 1.0, 6), arr(*s), 2, w=arr(6, lo=0.5), wrt=[0, 1]) for s in ((6,), (6, 2))],
    *[sample(operator.getitem, x, part, wrt=[0]) for x in (arr(4), arr(4, 2)) for part in ([1], [0, 2], [3, 3, 0])],
    *[sample(np.einsum, text, arr(2, 3, 4), arr(2), wrt=[1, 2]) for text in ("kij,k->k", "kij,l->kl", "ikj,l->kl")],
    *[sample(np.linalg.cond, apart(3, 2), p, wrt=[0]) for p in (2, -2)],
    *[sample(np.gradient, arr(5), 0.3, edge_order=order, wrt=[0]) for order in (1, 2)],
    *[sample(integrate.trapezoid, arr(3, 4), wrt=[0], axis=axis) for axis in (-2, -1, 0)],
    *[sample(integrate.cumulative_trapezoid, arr(3, 4), wrt=[0], axis=axis) for axis in (-2, -1, 0)],
    *[sample(ndimage.map_coordinates, arr(4, 5), arr(2, *s, lo=1.1, hi=2.9), order=1, second=False) for s in ((2, 3), (3,))],
    *[sample(fft.fftn, arr(2, 3, 4, dtype=complex), s, wrt=[0]) for s in ((3, 4), (2, 5), (2, 3, 4))],
    *[sample(op, np.array([1.3, -2.6, 3.4]), dtype=int, wrt=[0]) for op in (np.array, np.asarray)],
    *[sample(op, n, 0.7, wrt=[1]) for op in (np.fft.fftfreq, np.fft.rfftfreq, fft.fftfreq, fft.rfftfreq) for n in (4, 5)],
    *[sample(op, np.array([0, 3, 1]), arr(2), wrt=[1]) for op in (np.polymul, np.polyadd, np.polysub)],
    *[sample(op, arr(2), np.array([0, 0, 2, 1]), wrt=[0]) for op in (np.polymul, np.polyadd, np.polysub)],
    sample(special.xlogy, 0, np.array([-1.0, 2.0]), wrt=[1]), sample(special.xlog1py, 0, np.array([-2.0, 0.5]), wrt=[1]),
    *[sample(op, arr(3), wrt=[0], axis=axis) for op in (special.logsumexp, special.softmax, special.log_softmax) for axis in (0, -1)],
    sample(operator.add, (1.3, 0.2), (0.4,)), sample(operator.add, [1.3, 0.2], [0.4]), sample(math.pow, 0.0, 0, wrt=[0]),
    *[sample(op, arr(5), wrt=[0], dx=dx) for op in (integrate.simpson, integrate.trapezoid, integrate.cumulative_trapezoid)
      for dx in (1.0, 0.3)],
    *[sample(np.gradient, arr(*shape), np.array([0.1, 0.5, 0.7, 1.3]), wrt=[0], axis=axis, edge_order=order)
      for shape, axis in (((4, 3), 0), ((2, 4, 3), 1), ((4, 2, 3), 0)) for order in (1, 2)],
    sample(np.reshape, arr(0), (0, 3), wrt=[0]), sample(np.reshape, arr(2, 0), (0, 1), wrt=[0]),
    sample(np.stack, [arr(3)]), sample(np.hstack, [arr(3)]),
    *[sample(op, arr(*s, dtype=complex), part, wrt=[0, 1]) for op in (runtime.with_real, runtime.with_imag)
      for s in ((3,), (2, 3)) for part in (arr(*s), arr(3), 0.7)],
    sample(runtime.put_along_axis, arr(2, 3), np.array([[0, 2], [1, 1]]), arr(2, 2), 1, wrt=[0]),
    sample(np.concatenate, [arr(2, 3), arr(2, 3)], axis=-2, wrt=[0]), sample(np.stack, [arr(2, 3), arr(2, 3), arr(2, 3)], axis=2, wrt=[0]),
    sample(np.array, [1, 0.5]), sample(np.array, [0.5, 1]), sample(np.array, [[1, 0.5], [2, 3]]),
    sample(np.inner, arr(3), 1.5), sample(np.inner, arr(2, 3), arr()), sample(np.inner, arr(), arr(2, 3)),
    *[sample(np.trapezoid, arr(*s), arr(n), axis=axis) for s, n, axis in (
        ((3, 4), 3, 0), ((2, 3, 4), 3, 1), ((2, 3, 4), 2, 0), ((2, 3, 4), 4, -1))],
    sample(np.einsum, arr(2, 3), [0, 1], arr(3, 4), [1, 2], wrt=[0, 2]),
    sample(np.einsum, "...i,...i->...", arr(2, 3, 4, 5), arr(4, 5), wrt=[1, 2]),
    *[sample(f, 0, n, 0.4, wrt=[2], second=False) for f in (stats.binom.pmf, stats.binom.logpmf) for n in (0, 1)],
    *[sample(signal.stft, arr(*s), wrt=[0], second=False, **k) for s in ((20,), (2, 20)) for k in (
        {"nperseg": 8}, {"nperseg": 8, "noverlap": 3, "boundary": None, "padded": False, "scaling": "psd", "fs": 2.0},
        {"nperseg": 8, "axis": -1})],
    *[sample(signal.welch, arr(*s), wrt=[0], second=False, **k) for s in ((20,), (2, 20)) for k in (
        {"nperseg": 8}, {"nperseg": 8, "noverlap": 3, "scaling": "spectrum", "fs": 2.0}, {"nperseg": 8, "axis": -1})],
    sample(np.stack, [arr(2, 3), arr(2, 3)], axis=-3, wrt=[0]), sample(np.concatenate, [arr(3)], axis=None, wrt=[0]),
    sample(np.concatenate, [arr(2, 3)], axis=None, wrt=[0]), sample(np.append, arr(2, 3), arr(3), wrt=[1]),
    sample(sensitivities.along, arr(2, 3, 4), arr(4)), sample(sensitivities.along, arr(2, 3), arr()),
    sample(sensitivities.along, arr(2, 3, 4, 2), arr(4, 2)),
    *[sample(sensitivities.onto, arr(2, 3, *s), arr(2, 3), arr(*s), wrt=[0, 1]) for s in ((4,), (4, 2), ())],
    *[sample(op, x, TABLE, places, wrt=[0]) for op, x in ((adjoints.ungrid, arr(2)), (adjoints.regrid, arr(4, 3)))
      for places in (np.array([[0.3, 0.4], [2.2, 1.1]]),)],
    *[sample(f, np.array([-3, 0, 2]), 1.0, 0.4, wrt=[1, 2], second=False) for f in (stats.nbinom.cdf, stats.nbinom.sf)],
    *[sample(f, np.array([2.9, 3.03, 3.13]), 1.7, 3.0, 0.1) for f in (stats.weibull_min.logsf, stats.pareto.logsf, stats.lognorm.logsf)],
    sample(np.polymul, 1.5, arr(3)), sample(np.polymul, arr(3), 1.5), sample(special.expn, 1, arr(3, lo=0.3), wrt=[1]),
    *[s for op in (np.sum, np.prod, np.nansum, np.nanprod, np.add.reduce, np.multiply.reduce) for s in started(op, 0.3)],
    *[s for op in (np.max, np.min) for s in started(op, -2.0, 0.1, 2.0)],
    *[s for op in (np.amax, np.amin, np.nanmax, np.nanmin, np.maximum.reduce, np.minimum.reduce) for s in started(op, 0.1)],
    *[s for op, start in ((np.sum, 0.3), (np.prod, 0.3), (np.max, -0.2), (np.min, 0.3)) for s in started(op, start, where=MASK)],
]
