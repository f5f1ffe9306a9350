"""Distances between points, Euclidean and their squares. At distance 0 the slope is 0."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import distance

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import cast_to, nonzero, rank, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import custom

squareform = lift(distance.squareform)


def squared(metric: Any) -> bool:
    if static(metric) not in ("euclidean", "sqeuclidean"):
        raise UnknownKeyword("metric")
    return bool(static(metric) == "sqeuclidean")


def weights(g: Any, y: Any, metric: Any) -> Any:
    """What multiplies a_i - b_j."""
    return 2.0 * g if squared(metric) else g / nonzero(y)


def inner(x: Any, y: Any) -> Any:
    return np.matmul(x, np.transpose(y))


def cdist_tangent(z: Any, dots: Any, x: Any, y: Any, metric: Any = "euclidean") -> Any:
    """(a - b) (a_dot - b_dot)."""
    terms = []
    if dots[0] is not None:
        terms.append(np.sum(x * dots[0], axis=1, keepdims=True) - inner(dots[0], y))
    if dots[1] is not None:
        terms.append(np.transpose(np.sum(y * dots[1], axis=1, keepdims=True)) - inner(x, dots[1]))
    return weights(terms[0] if len(terms) == 1 else terms[0] + terms[1], z, metric)


def cdist_adjoint(g: Any, z: Any, x: Any, y: Any, metric: Any = "euclidean") -> Any:
    w = weights(g, z, metric)
    x_bar = np.sum(w, axis=1, keepdims=True) * x - np.matmul(w, y)
    y_bar = np.transpose(np.sum(w, axis=0, keepdims=True)) * y - np.matmul(np.transpose(w), x)
    return cast_to(x_bar, x), cast_to(y_bar, y)


def pdist_tangent(z: Any, dots: Any, x: Any, metric: Any = "euclidean") -> Any:
    products = inner(x, dots[0])
    own = np.diagonal(products)
    moves = np.expand_dims(own, 1) + own - products - np.transpose(products)
    return weights(squareform(moves, checks=False), z, metric)


def pdist_adjoint(g: Any, z: Any, x: Any, metric: Any = "euclidean") -> Any:
    w = squareform(weights(g, z, metric))
    return cast_to(np.sum(w, axis=1, keepdims=True) * x - np.matmul(w, x), x)


def table_kind(x: Any, y: Any, *rest: Any, **keywords: Any) -> K.Kind:
    rows, columns = K.dims_of(K.kind_of(x)), K.dims_of(K.kind_of(y))
    return K.Array("float64", (rows[0], columns[0]) if rows and columns else None)


def squareform_kind(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    n = K.fresh_dim()
    return K.Array(None, None if dims is None else (n, n) if len(dims) == 1 else (n,))


def squareform_adjoint(g: Any, y: Any, x: Any, force: Any = "no", checks: Any = True) -> Any:
    """From a vector to a symmetric matrix every element goes twice; back, those above the diagonal are read."""
    if rank(x) is None:
        raise UnknownKeyword("what is not surely a vector or a matrix")
    if rank(x) == 1:
        return squareform(g + np.transpose(g), checks=False)
    return np.triu(squareform(g), 1)


custom(distance.cdist, cdist_tangent, cdist_adjoint, kind=table_kind)
custom(distance.pdist, pdist_tangent, pdist_adjoint, kind=lambda *args, **keywords: K.Array("float64", (K.fresh_dim(),)))
custom(distance.squareform, lambda y, dots, x, force="no", checks=True: squareform(dots[0], checks=False), squareform_adjoint,
       kind=squareform_kind)
