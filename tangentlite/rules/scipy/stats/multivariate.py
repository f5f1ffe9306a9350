"""Distributions of vectors. The derivative with respect to a covariance is symmetric: it is that of symmetric matrices."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import cast_to, kind, or_zero, rank, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import REFUSED, custom

psi = special.psi
FLOAT64 = K.Number("float64")


# -- normal distribution -------------------------------------------------------------------------------------------------

def require_vectors(x: Any, mean: Any, cov: Any) -> None:
    """One point or a list of points, of a dimension that is not 1 and so not taken for a list of numbers."""
    dims = K.dims_of(kind(cov))
    if dims is None or len(dims) != 2 or any(map(K.maybe_one, dims)):
        raise UnknownKeyword("a covariance that is not surely a matrix")
    if rank(x) not in (1, 2) or static(mean) is not None and rank(mean) != 1:
        raise UnknownKeyword("points that are not surely a vector or a list of vectors")


def residual(x: Any, mean: Any, cov: Any) -> Any:
    """cov^-1 (x - mean), for every point."""
    require_vectors(x, mean, cov)
    d = x if static(mean) is None else x - mean
    return np.linalg.solve(cov, d) if rank(x) == 1 else np.linalg.solve(cov, d.T).T


def normal_tangent(y: Any, dots: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False) -> Any:
    r = residual(x, mean, cov)
    total = -np.sum(r * (or_zero(dots[0]) - or_zero(dots[1] if len(dots) > 1 else None)), axis=-1)
    if len(dots) > 2 and dots[2] is not None:
        total = total + 0.5 * (np.sum(r * np.matmul(r, dots[2]), axis=-1) - np.sum(np.linalg.inv(cov) * dots[2]))
    return total


def normal_adjoint(g: Any, y: Any, x: Any, mean: Any = None, cov: Any = 1, allow_singular: Any = False) -> Any:
    r = residual(x, mean, cov)
    if rank(x) == 1:
        by_x = g * r
        by_cov = 0.5 * (g * (np.outer(r, r) - np.linalg.inv(cov)))
        return cast_to(-by_x, x), cast_to(by_x, mean), cast_to(by_cov, cov), REFUSED
    by_x = np.expand_dims(g, 1) * r
    by_cov = 0.5 * (np.matmul(r.T, by_x) - np.sum(g) * np.linalg.inv(cov))
    return cast_to(-by_x, x), cast_to(np.sum(by_x, axis=0), mean), cast_to(by_cov, cov), REFUSED


def points_kind(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.numeric("float64", dims[:-1]) if dims else K.NUMERIC


def density_tangent(y: Any, dots: Any, *args: Any, **keywords: Any) -> Any:
    return y * normal_tangent(y, dots, *args, **keywords)


def density_adjoint(g: Any, y: Any, *args: Any, **keywords: Any) -> Any:
    return normal_adjoint(g * y, y, *args, **keywords)


def require_matrix(cov: Any) -> None:
    if rank(cov) != 2:
        raise UnknownKeyword("a covariance that is not surely a matrix")


def entropy_tangent(y: Any, dots: Any, mean: Any = None, cov: Any = 1) -> Any:
    require_matrix(cov)
    _, cov_dot = (*dots, None)[:2]
    return 0.0 if cov_dot is None else 0.5 * np.sum(np.linalg.inv(cov) * cov_dot)


def entropy_adjoint(g: Any, y: Any, mean: Any = None, cov: Any = 1) -> Any:
    """log det(2 pi e cov) / 2."""
    require_matrix(cov)
    return None, cast_to(0.5 * (g * np.linalg.inv(cov)), cov)


custom(stats.multivariate_normal.logpdf, normal_tangent, normal_adjoint, kind=points_kind)
custom(stats.multivariate_normal.pdf, density_tangent, density_adjoint, kind=points_kind)
custom(stats.multivariate_normal.entropy, entropy_tangent, entropy_adjoint, kind=lambda *args, **keywords: FLOAT64)


# -- Dirichlet and multinomial distributions -----------------------------------------------------------------------------

def dirichlet_slopes(x: Any, alpha: Any) -> tuple[Any, Any]:
    """Of one point with all its components."""
    dims = K.dims_of(kind(x))
    if dims is None or len(dims) != 1 or K.maybe_one(dims[0]) or rank(alpha) != 1:
        raise UnknownKeyword("points that are not surely one vector")
    return (alpha - 1.0) / x, np.log(x) - psi(alpha) + psi(np.sum(alpha))


def dirichlet_tangent(y: Any, dots: Any, x: Any, alpha: Any) -> Any:
    by_x, by_alpha = dirichlet_slopes(x, alpha)
    return np.sum(or_zero(dots[0]) * by_x + or_zero(dots[1]) * by_alpha)


def dirichlet_adjoint(g: Any, y: Any, x: Any, alpha: Any) -> Any:
    by_x, by_alpha = dirichlet_slopes(x, alpha)
    return cast_to(g * by_x, x), cast_to(g * by_alpha, alpha)


custom(stats.dirichlet.logpdf, dirichlet_tangent, dirichlet_adjoint, kind=lambda *args: FLOAT64)
custom(stats.dirichlet.pdf, lambda y, dots, x, alpha: y * dirichlet_tangent(y, dots, x, alpha),
       lambda g, y, x, alpha: dirichlet_adjoint(g * y, y, x, alpha), kind=lambda *args: FLOAT64)


def multinomial_slope(k: Any, p: Any) -> Any:
    """SciPy takes for the last probability what the others leave of 1."""
    if rank(k) != 1 or rank(p) != 1:
        raise UnknownKeyword("counts that are not surely one vector")
    ratio = k / p
    return ratio - ratio[-1]


def multinomial_tangent(y: Any, dots: Any, k: Any, n: Any, p: Any) -> Any:
    if dots[0] is not None or dots[1] is not None:
        raise UnknownKeyword("active counts")
    return np.sum(dots[2] * multinomial_slope(k, p))


custom(stats.multinomial.logpmf, multinomial_tangent,
       lambda g, y, k, n, p: (REFUSED, REFUSED, cast_to(g * multinomial_slope(k, p), p)),
       kind=lambda *args: K.Array("float64", ()))
custom(stats.multinomial.pmf, lambda y, dots, k, n, p: y * multinomial_tangent(y, dots, k, n, p),
       lambda g, y, k, n, p: (REFUSED, REFUSED, cast_to(g * y * multinomial_slope(k, p), p)), kind=lambda *args: FLOAT64)
