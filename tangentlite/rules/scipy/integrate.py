"""Quadrature of sampled functions. The places of the samples must be constant."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import integrate

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import cast_to, lifted, rank, shape_of, static
from tangentlite.rules.reductions import reduced
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.scipy import adjoints, solvers  # noqa: F401 (it declares rules)
from tangentlite.rules.verbs import linear

trapezoid, simpson, cumulative_trapezoid = lifted(integrate.trapezoid, integrate.simpson, integrate.cumulative_trapezoid)
untrapezoid, unsimpson, uncumulate = lifted(adjoints.untrapezoid, adjoints.unsimpson, adjoints.uncumulate)


def require_line(x: Any) -> None:
    if static(x) is not None and rank(x) != 1:
        raise UnknownKeyword("places that are not surely one-dimensional")


def options(**given: Any) -> dict[str, Any]:
    """The keywords that are not as usual."""
    usual = {"x": None, "dx": 1.0, "axis": -1, "initial": None}
    return {k: v for k, v in given.items() if static(v) != usual[k]}


def trapezoid_transpose(g: Any, y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    require_line(x)
    return cast_to(untrapezoid(g, shape_of(y)[axis], **options(x=x, dx=dx, axis=axis)), y)


def simpson_transpose(g: Any, y: Any, x: Any = None, *, dx: Any = 1.0, axis: Any = -1) -> Any:
    if static(x) is not None:
        raise UnknownKeyword("x")
    return cast_to(unsimpson(g, shape_of(y)[axis], **options(dx=dx, axis=axis)), y)


def cumulative_transpose(g: Any, y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None) -> Any:
    require_line(x)
    return cast_to(uncumulate(g, **options(x=x, dx=dx, axis=axis, initial=initial)), y)


def integral_kind(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> K.Kind:
    k = reduced(np.mean)(y, axis)
    dtype = "float64" if getattr(K.kind_of(y), "dtype", None) == "float64" else None  # single precision may become double
    return K.numeric(dtype, K.dims_of(k)) if isinstance(k, (K.Number, K.Array)) else k


def cumulative_kind(y: Any, *rest: Any, **keywords: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(y))
    return K.Array(None, tuple(K.fresh_dim() for _ in dims) if dims else None)


linear(integrate.trapezoid, trapezoid_transpose, kind=integral_kind)
linear(integrate.simpson, simpson_transpose, kind=integral_kind)
linear(integrate.cumulative_trapezoid, cumulative_transpose, kind=cumulative_kind)
linear(adjoints.untrapezoid, lambda w, g, n, x=None, dx=1.0, axis=-1: trapezoid(w, x, dx, axis))
linear(adjoints.unsimpson, lambda w, g, n, dx=1.0, axis=-1: simpson(w, dx=dx, axis=axis))
linear(adjoints.uncumulate, lambda w, g, x=None, dx=1.0, axis=-1, initial=None: cumulative_trapezoid(w, x, dx, axis, initial),
       kind=cumulative_kind)
