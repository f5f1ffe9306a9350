"""Discrete distributions: their parameters have derivatives, the counts have none."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special, stats

from tangentlite.ir.build import lift
from tangentlite.rules.expressions import static
from tangentlite.rules.registry import DISTRIBUTIONS
from tangentlite.rules.scipy import slopes
from tangentlite.rules.scipy.special.errors import guarded
from tangentlite.rules.scipy.special.gammas import beta_density
from tangentlite.rules.scipy.stats.locations import Partials, as_tuple, declare
from tangentlite.rules.verbs import REFUSED

psi = special.psi
betainc_slope = lift(slopes.betainc_slope)
Slopes = Callable[..., Any]


class Discrete:
    """The rules of a discrete distribution: `score(k, *shapes)` gives the derivatives of log p(k) with respect to the shapes,
    `mass(y, k, *shapes)` those of y = p(k), and `slopes(k, *shapes)` those of the distribution function."""

    def __init__(self, distribution: Any, score: Slopes, mass: Slopes | None = None, slopes: Slopes | None = None) -> None:
        shapes = tuple(n.strip() for n in distribution.shapes.split(","))
        self.score, self.slopes = score, slopes
        self.mass = mass or self.relative
        DISTRIBUTIONS[distribution] = (*shapes, "loc")
        for name in ("pmf", "logpmf", *(("cdf", "sf", "logcdf", "logsf") if slopes else ())):
            declare(getattr(distribution, name), "k", shapes, {"loc": 0}, getattr(self, name))

    def relative(self, y: Any, k: Any, *shapes: Any) -> Partials:
        return tuple(p if p is REFUSED else np.where(y > 0.0, y * p, 0.0) for p in as_tuple(self.score(k, *shapes)))

    def logpmf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        return REFUSED, *as_tuple(self.score(k - loc, *shapes)), REFUSED

    def pmf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        return REFUSED, *as_tuple(self.mass(y, k - loc, *shapes)), REFUSED

    def cdf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        assert self.slopes is not None
        return REFUSED, *as_tuple(self.slopes(np.floor(k - loc), *shapes)), REFUSED

    def sf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        return tuple(p if p is REFUSED else -p for p in self.cdf(y, k, shapes, loc))

    def logcdf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        return tuple(p if p is REFUSED else p * np.exp(-y) for p in self.cdf(y, k, shapes, loc))

    def logsf(self, y: Any, k: Any, shapes: Partials, loc: Any) -> Partials:
        return tuple(p if p is REFUSED else -p * np.exp(-y) for p in self.cdf(y, k, shapes, loc))


def over(k: Any, p: Any) -> Any:
    """k / p, but 0 where both are 0."""
    known = static(k)
    if isinstance(known, (int, float)):
        return known / p if known else 0.0
    return k / guarded(p, k)


def fewer(n: Any) -> Any:
    """n - 1 trials; of no trials nothing is asked."""
    return max(static(n) - 1, 0) if isinstance(static(n), int) else np.maximum(n - 1, 0)


# -- counts of trials --------------------------------------------------------------------------------------------------

poisson_mass, binom_mass = lift(stats.poisson.pmf), lift(stats.binom.pmf)


def binom_mass_slopes(y: Any, k: Any, n: Any, p: Any) -> tuple[Any, Any]:
    return REFUSED, n * (binom_mass(k - 1, fewer(n), p) - binom_mass(k, fewer(n), p))


def nbinom_slopes(k: Any, n: Any, p: Any) -> tuple[Any, Any]:
    """F(k) = I_p(n, k + 1), of which both slopes are 0 at k = -1."""
    more = np.maximum(k, -1.0) + 1.0
    return betainc_slope(n, more, p), beta_density(n, more, p)


def betabinom_score(k: Any, n: Any, a: Any, b: Any) -> tuple[Any, ...]:
    both = psi(a + b) - psi(n + a + b)
    return REFUSED, psi(k + a) - psi(a) + both, psi(n - k + b) - psi(b) + both


def geom_slopes(k: Any, p: Any) -> Any:
    """F(k) = 1 - (1 - p)^k."""
    trials = np.maximum(k, 0.0)
    return trials * (1.0 - p) ** np.maximum(trials - 1.0, 0.0)


Discrete(stats.poisson, lambda k, mu: over(k, mu) - 1.0, lambda y, k, mu: poisson_mass(k - 1, mu) - y, lambda k, mu: -poisson_mass(k, mu))
Discrete(stats.binom, lambda k, n, p: (REFUSED, over(k, p) - over(n - k, 1.0 - p)), binom_mass_slopes,
         lambda k, n, p: (REFUSED, -n * binom_mass(k, fewer(n), p)))
Discrete(stats.nbinom, lambda k, n, p: (psi(k + n) - psi(n) + np.log(p), n / p - over(k, 1.0 - p)), slopes=nbinom_slopes)
Discrete(stats.geom, lambda k, p: 1.0 / p - over(k - 1, 1.0 - p), slopes=geom_slopes)
Discrete(stats.bernoulli, lambda k, p: over(k, p) - over(1 - k, 1.0 - p),
         lambda y, k, p: np.where(np.equal(k, 0), -1.0, np.where(np.equal(k, 1), 1.0, 0.0)),
         lambda k, p: np.where(np.equal(k, 0), -1.0, 0.0))
Discrete(stats.betabinom, betabinom_score)
