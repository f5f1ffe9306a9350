"""Sample calls that reach parts of rules that the samples by family leave out."""
from __future__ import annotations

import math

import numpy as np
from scipy import special, stats

from tests.rules.harness import Sample
from tests.rules.making import arr, sample, spaced
from tests.rules.samples_linalg import apart

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
    *[sample(np.quantile, spaced(2, 3, 4), np.array([0.3, 0.6]), axis=axis, wrt=[0]) for axis in (0, 1, 2, (0, 1))],
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
    sample(np.concatenate, [arr(2, 3), arr(2, 3)], axis=-2, wrt=[0]), sample(np.stack, [arr(2, 3), arr(2, 3), arr(2, 3)], axis=2, wrt=[0]),
]
