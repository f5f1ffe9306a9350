"""Reductions and scans that skip NaN: what is skipped has derivative 0."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import conjugate, nonzero, static
from tangentlite.rules.reductions import along, weighted


def counts(x: Any) -> Any:
    return np.logical_not(np.isnan(x))


def filled(x: Any, value: float) -> Any:
    return np.where(np.isnan(x), value, x)


def deviations(x: Any, axis: Any) -> Any:
    return conjugate(filled(x - np.nanmean(x, **along(axis)), 0.0))


def freedom(x: Any, axis: Any, ddof: Any) -> Any:
    n = np.sum(counts(x), **along(axis))
    return n if static(ddof) == 0 else n - ddof


weighted(np.nansum,  lambda y, x, axis: counts(x), skips=np.isnan, among=lambda y, x, axis: 1.0)
weighted(np.nanmean, lambda y, x, axis: counts(x) / np.sum(counts(x), **along(axis)), skips=np.isnan,
         among=lambda y, x, axis: 1.0 / np.sum(counts(x), **along(axis)))
weighted(np.nanvar,  lambda y, x, axis, *, ddof=0: 2.0 * deviations(x, axis) / freedom(x, axis, ddof), real=True, skips=np.isnan)
weighted(np.nanstd,  lambda y, x, axis, *, ddof=0: deviations(x, axis) / (freedom(x, axis, ddof) * nonzero(y)), real=True, skips=np.isnan)
defined(np.nanprod, lambda x, axis=None, **options: np.prod(filled(x, 1.0), axis=axis, **options))
defined(np.nancumsum, lambda x, axis=None: np.cumsum(filled(x, 0.0), axis=axis))
defined(np.nancumprod, lambda x, axis=None: np.cumprod(filled(x, 1.0), axis=axis))
