"""Kernel density estimates, as functions of the place. The data decide the bandwidth, and are constant."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from scipy import stats

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.trace import Eqn, Var
from tangentlite.rules.callers import atom, expr, not_again
from tangentlite.rules.expressions import cast_to
from tangentlite.rules.registry import OBJECTS, RULES, CalledObject, Rule, UnknownKeyword
from tangentlite.rules.scipy import adjoints

density_slopes = lift(adjoints.density_slopes)


not_again(adjoints.density_slopes, "second derivative of a `gaussian_kde`")


def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f, x = eqn.args
    slopes = density_slopes(expr(f, b), expr(x, b))
    return atom(np.sum(slopes * np.reshape(expr(dots[x], b), np.shape(slopes)), axis=0))


def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f, x = eqn.args
    if f not in b.program.activity:
        yield f, None
    slopes = density_slopes(expr(f, b), expr(x, b))
    yield x, atom(cast_to(np.reshape(expr(g, b) * slopes, np.shape(expr(x, b)))[()], expr(x, b)))


def refused(*args: Any) -> Any:
    raise UnknownKeyword("data that vary")


def density_kind(made: Mapping[str, Any], x: Any) -> K.Kind:
    dims = K.dims_of(x)
    return K.Array("float64", dims if dims and len(dims) == 1 and K.rank(K.kind_of(made.get("dataset", K.UNKNOWN))) == 1 else None)


OBJECTS[stats.gaussian_kde] = CalledObject(density_kind, lambda kind: Rule(forward, reverse, lambda *args: kind), ("pdf", "evaluate"))
RULES[stats.gaussian_kde] = Rule(refused, refused, lambda *args, **keywords: K.UNKNOWN)
