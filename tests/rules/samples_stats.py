"""Sample calls of the distributions and summaries of `scipy.stats`."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from tangentlite.rules.scipy import slopes
from tests.rules.harness import Sample
from tests.rules.samples import arr, sample
from tests.rules.samples_special import last

# distribution: shapes, lower and upper end of the standard points
CONTINUOUS: dict[str, tuple[tuple[float, ...], float, float]] = {
    "norm": ((), -1.5, 1.5), "cauchy": ((), -1.5, 1.5), "expon": ((), 0.2, 2.0), "laplace": ((), 0.2, 2.0), "logistic": ((), -1.5, 1.5),
    "gumbel_r": ((), -1.5, 1.5), "gumbel_l": ((), -1.5, 1.5), "uniform": ((), 0.2, 0.8), "halfnorm": ((), 0.2, 1.5),
    "halfcauchy": ((), 0.2, 1.5), "rayleigh": ((), 0.2, 1.5), "maxwell": ((), 0.2, 1.5), "hypsecant": ((), -1.5, 1.5),
    "t": ((3.3,), -1.5, 1.5), "gamma": ((1.7,), 0.3, 3.0), "chi2": ((2.5,), 0.3, 3.0), "invgamma": ((1.7,), 0.3, 3.0),
    "pareto": ((1.7,), 1.2, 3.0), "lognorm": ((0.7,), 0.3, 3.0), "weibull_min": ((1.7,), 0.3, 2.0), "gennorm": ((1.7,), 0.3, 1.5),
    "vonmises": ((1.7,), -2.0, 2.0), "genextreme": ((0.3,), -1.5, 1.5), "skewnorm": ((1.7,), -1.0, 1.5), "wrapcauchy": ((0.4,), 0.3, 3.0),
    "laplace_asymmetric": ((1.7,), 0.2, 1.5), "beta": ((1.7, 2.3), 0.2, 0.8), "f": ((3.5, 4.5), 0.3, 3.0),
    "truncnorm": ((-1.0, 2.0), -0.8, 1.5),
}
NO_SECOND = {"t", "gamma", "chi2", "invgamma", "gennorm", "vonmises", "beta", "f"}  # of the shapes of the distribution function


def density(name: str, method: str) -> list[Sample]:
    """All arguments together; the first alone; location and scale left out, or by keyword."""
    shapes, lo, hi = CONTINUOUS[name]
    f = getattr(getattr(stats, name), method)
    x = [arr(*s, lo=lo, hi=hi) for s in ((), (3,), (2, 1), (0,))] + [0.5 * (lo + hi), arr(3, lo=lo, hi=hi, dtype=np.float32)]
    second = method in ("pdf", "logpdf")
    made = [sample(f, v, *shapes) for v in x[1:4]] if second or not shapes else []
    made += [sample(f, v, *shapes, wrt=[0], second=method not in ("ppf", "isf")) for v in x]
    moved = [2.0 * v + 0.5 for v in x[:3]]
    scales = [2.0, arr(3, lo=1.9, hi=2.1), arr(lo=1.9, hi=2.1)]
    made += [sample(f, v, *shapes, 0.5, s, second=second) for v, s in zip(moved, scales)]
    made.append(sample(f, moved[0], *shapes, 0.5, scales[1], wrt=[0, len(shapes) + 2], second=second))
    made.append(sample(f, moved[1], *shapes, wrt=[0], scale=2.0, loc=0.5))
    return made


def quantile(name: str, method: str) -> list[Sample]:
    shapes = CONTINUOUS[name][0]
    f = getattr(getattr(stats, name), method)
    made = [sample(f, q, *shapes, wrt=[0]) for q in (0.3, arr(3, lo=0.2, hi=0.45), arr(2, 1, lo=0.6, hi=0.8))]
    return [*made, sample(f, arr(3, lo=0.55, hi=0.8), *shapes, 0.5, arr(2, 1, lo=1.0, hi=2.0), second=False)]


DISTRIBUTIONS = [s for name in CONTINUOUS for method in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf") for s in density(name, method)]
QUANTILES = [s for name in CONTINUOUS for method in ("ppf", "isf") for s in quantile(name, method)]

COUNTS = np.array([0, 2, 3])
DISCRETE: dict[str, tuple[tuple[Any, ...], list[int]]] = {  # shapes, and which are active
    "poisson": ((1.3,), [1]), "binom": ((6, 0.4), [2]), "nbinom": ((6.5, 0.4), [1, 2]), "geom": ((0.4,), [1]), "bernoulli": ((0.4,), [1]),
    "betabinom": ((6, 1.5, 0.8), [2, 3]),
}


def discrete(name: str, method: str) -> list[Sample]:
    shapes, wrt = DISCRETE[name]
    f = getattr(getattr(stats, name), method)
    counts = {"geom": COUNTS + 1, "bernoulli": COUNTS % 2}.get(name, COUNTS)
    plain = method in ("pmf", "logpmf")
    second = plain and name not in ("nbinom", "betabinom") or plain and method == "logpmf"
    made = [sample(f, k, *shapes, wrt=wrt, second=second) for k in (counts, int(counts[1]), counts[:, None])]
    spread = tuple(np.array([v, 1.1 * v]) if k + 1 in wrt else v for k, v in enumerate(shapes))
    made.append(sample(f, counts[:, None], *spread, wrt=wrt, second=second))
    return [*made, sample(f, counts + 1, *shapes, 1, wrt=wrt, second=second)]


DISCRETES = [s for name in DISCRETE for method in ("pmf", "logpmf", *(("cdf", "sf", "logcdf", "logsf") if name != "betabinom" else ()))
             for s in discrete(name, method) if not (name == "bernoulli" and method == "logsf")]
DISCRETES.append(sample(stats.bernoulli.logsf, np.array([0, 0]), 0.4, wrt=[1], second=False))


def definite(n: int) -> Any:
    return np.diag(np.linspace(1.0, 2.0, n)) + 0.1


def normal(f: Any) -> list[Sample]:
    args = [(arr(3), arr(3), definite(3)), (arr(3, 3), arr(3), definite(3)), (arr(3), None, definite(3))]
    return [Sample(f, a, {}, tuple(k for k in range(3) if a[k] is not None), True, True) for a in args]


BESIDE = bool(np.isfinite(stats.multinomial.logpmf([1, 1], 2, [0.5, 0.5001])))  # is the probability known there?
SIMPLEX = np.array([0.2, 0.3, 0.5])
MULTIVARIATE = [
    *normal(stats.multivariate_normal.logpdf), *normal(stats.multivariate_normal.pdf),
    Sample(stats.multivariate_normal.entropy, (np.zeros(3), definite(3)), {}, (1,), True, True),
    *[sample(f, SIMPLEX, arr(3, lo=0.5, hi=2.0), wrt=[1]) for f in (stats.dirichlet.logpdf, stats.dirichlet.pdf)],
    *[sample(f, np.array([1, 2, 3]), 6, SIMPLEX, wrt=[2] if BESIDE else [], second=False)
      for f in (stats.multinomial.logpmf, stats.multinomial.pmf)],
]
SUMMARIES = [
    *[sample(f, x, wrt=[0], **options) for f in (stats.zscore, stats.skew, stats.kurtosis)
      for x, options in ((arr(5), {}), (arr(4, 3), {}), (arr(4, 5), {"axis": 1}), (arr(2, 3), {"axis": None}), (arr(4, 3), {"axis": -2}))],
    *[sample(f, arr(5, dtype=np.float32), wrt=[0]) for f in (stats.zscore, stats.skew, stats.kurtosis)],
    sample(stats.zscore, arr(5), wrt=[0], ddof=1), sample(stats.kurtosis, arr(5), wrt=[0], fisher=False),
    sample(stats.skew, arr(4, 3), wrt=[0], axis=1, keepdims=True), sample(stats.kurtosis, arr(4, 3), wrt=[0], axis=1, keepdims=True),
    *last(slopes.vonmises_slope, 1.7),
]

STATS = [*DISTRIBUTIONS, *QUANTILES, *DISCRETES, *MULTIVARIATE, *SUMMARIES]
