"""What all distributions share: from the derivatives of the standard density, those of every method with `loc` and `scale`.

With z = (x - loc) / scale, density f and distribution function F:

    log f(x)         d/dx = s / scale,   d/dloc = -s / scale,   d/dscale = -(1 + z s) / scale,   where s = d log f(z) / dz
    F(x)             d/dx = f(x),        d/dloc = -f(x),        d/dscale = -z f(x)
    x = F^-1(q)      d/dq = 1 / f(x),    d/dloc = 1,            d/dscale = z,     d/dshape = -(dF/dshape) / f(x)
"""
from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import static
from tangentlite.rules.registry import DISTRIBUTIONS
from tangentlite.rules.verbs import REFUSED, SIGNATURES, elementwise

Partials = tuple[Any, ...]


def times(factor: Any, slopes: Partials) -> Partials:
    """`factor` times every partial derivative that there is."""
    return tuple(p if p is None or p is REFUSED else factor * p for p in slopes)


def float_kind(*args: Any, **keywords: Any) -> K.Kind:
    """Methods of distributions give double precision."""
    k = K.elementwise(np.add, *args[:2]) if len(args) > 1 else K.kind_of(args[0])
    for a in (*args[2:], *keywords.values()):
        k = K.elementwise(np.add, k, a)
    return K.numeric("float64", K.dims_of(k)) if isinstance(k, (K.Number, K.Array)) else K.UNKNOWN


def declare(method: Callable[..., Any], first: str, shapes: tuple[str, ...], extra: dict[str, float],
            partials: Callable[..., Partials]) -> None:
    """`partials(y, x, shapes, **extra)` gives dy/dx, dy/dshape ..., dy/dextra ..."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(n, kind) for n in (first, *shapes)]
    parameters += [inspect.Parameter(n, kind, default=value) for n, value in extra.items()]
    signature = inspect.Signature(parameters)

    def flat(y: Any, *args: Any, **keywords: Any) -> Partials:
        given = signature.bind(*args, **keywords)
        given.apply_defaults()
        x, *rest = given.args
        return partials(y, x, tuple(rest[:len(shapes)]), *rest[len(shapes):])

    SIGNATURES[method] = signature
    SIGNATURES[flat] = inspect.Signature([inspect.Parameter("y_", kind), *parameters])
    elementwise(method, flat, kind=float_kind)


class Continuous:
    """The rules of a continuous distribution.

    `score(z, *shapes)` gives the partial derivatives of log f(z) with respect to z and the shapes; `slopes(z, *shapes)` those of
    F(z) with respect to the shapes. `within`: these formulas do not hold where f is 0, but they do at this z.
    """

    def __init__(self, distribution: Any, score: Callable[..., Any], slopes: Callable[..., Any] | None = None,
                 within: float | None = None) -> None:
        self.score, self.within = score, within
        self.shapes = tuple(n.strip() for n in (distribution.shapes or "").split(",") if n.strip())
        self.slopes = slopes or (lambda *args: (REFUSED,) * len(self.shapes))
        self.density, self.log_density = lift(distribution.pdf), lift(distribution.logpdf)
        DISTRIBUTIONS[distribution] = (*self.shapes, "loc", "scale")
        for name in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"):
            declare(getattr(distribution, name), "x", self.shapes, {"loc": 0, "scale": 1}, getattr(self, name))
        for name in ("ppf", "isf"):
            declare(getattr(distribution, name), "q", self.shapes, {"loc": 0, "scale": 1}, getattr(self, name))

    def inside(self, density: Any, slopes: Partials) -> Partials:
        if self.within is None:
            return slopes
        return tuple(p if p is None or p is REFUSED else np.where(density > 0.0, p, 0.0) for p in slopes)

    def place(self, density: Any, x: Any, loc: Any, scale: Any) -> Any:
        """Where the formulas are evaluated: outside of the support their own derivatives would not be numbers."""
        z = (x - loc) / scale
        return z if self.within is None else np.where(density > 0.0, z, self.within)

    def logpdf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        return self.scores((x - loc) / scale, shapes, scale)

    def scores(self, z: Any, shapes: Partials, scale: Any) -> Partials:
        by_z, *by_shapes = as_tuple(self.score(z, *shapes))
        if by_z is None:
            return None, *by_shapes, None, -1.0 / scale
        return by_z / scale, *by_shapes, -by_z / scale, -(1.0 + z * by_z) / scale

    def pdf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        return self.inside(y, times(y, self.scores(self.place(y, x, loc, scale), shapes, scale)))

    def at(self, method: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Any:
        if static(scale) == 1:
            return method(x, *shapes) if static(loc) == 0 else method(x, *shapes, loc)
        return method(x, *shapes, loc, scale)

    def cdf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        z = (x - loc) / scale
        density = self.at(self.density, x, shapes, loc, scale)
        by_shapes = self.inside(density, as_tuple(self.slopes(self.place(density, x, loc, scale), *shapes)))
        return density, *by_shapes, -density, -z * density

    def sf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        return tuple(p if p is REFUSED else -p for p in self.cdf(y, x, shapes, loc, scale))

    def ratio(self, y: Any, density: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Any:
        """f / F for y = log F: 0 outside of the support, where F is 1."""
        if self.within is None:
            return np.exp(self.at(self.log_density, x, shapes, loc, scale) - y)
        inside = np.logical_or(density > 0.0, y < 0.0)
        place = np.where(inside, x, loc + scale * self.within)
        return np.where(inside, np.exp(self.at(self.log_density, place, shapes, loc, scale) - y), 0.0)

    def logcdf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        z, density = (x - loc) / scale, self.at(self.density, x, shapes, loc, scale)
        ratio = self.ratio(y, density, x, shapes, loc, scale)
        by_shapes = times(np.exp(-y), self.inside(density, as_tuple(self.slopes(self.place(density, x, loc, scale), *shapes))))
        return ratio, *by_shapes, -ratio, -z * ratio

    def logsf(self, y: Any, x: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        return tuple(p if p is REFUSED else -p for p in self.logcdf(y, x, shapes, loc, scale))

    def ppf(self, x: Any, q: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        z, density = (x - loc) / scale, self.at(self.density, x, shapes, loc, scale)
        return 1.0 / density, *times(-1.0 / density, as_tuple(self.slopes(z, *shapes))), 1.0, z

    def isf(self, x: Any, q: Any, shapes: Partials, loc: Any, scale: Any) -> Partials:
        by_q, *others = self.ppf(x, q, shapes, loc, scale)
        return -by_q, *others


def as_tuple(p: Any) -> Partials:
    return p if isinstance(p, tuple) else (p,)
