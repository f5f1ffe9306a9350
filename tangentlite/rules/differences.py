"""Differences between neighbours, with values before the first and after the last.

    np.diff(x, prepend=a, append=b)         np.diff(np.hstack([a, x, b]))
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.ir import Const, Eqn, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.rules.arrays import diff_kind
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import fixed, kind, static
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword


def with_ends(x: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    r = K.rank(kind(x))
    if r is None or not isinstance(static(axis), int) or not isinstance(static(n), int):
        raise UnknownKeyword("np.diff wants n, axis and a number of dimensions that are known")
    ends = [v for v in (prepend, append) if static(v) is not None]
    if any(K.rank(kind(v)) not in ((0, 1) if r == 1 else (r,)) for v in ends):
        raise UnknownKeyword("np.diff wants ends with as many dimensions as what is between them")
    before, after = ([] if static(v) is None else [v] for v in (prepend, append))
    parts = [*before, x, *after]
    return np.diff(np.hstack(parts), n) if r == 1 else np.diff(np.concatenate(parts, axis), n, axis)


def ended_kind(x: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> K.Kind:
    ends = [v for v in (prepend, append) if v is not None and fixed(v) is not None]
    if not ends:
        return diff_kind(x, n, axis)
    of_x = K.kind_of(x)
    dims, dtype = K.dims_of(of_x), getattr(of_x, "dtype", None)
    alike = dtype == "float64" and all(getattr(K.kind_of(v), "dtype", None) in ("float64", *K.PYTHON[:3]) for v in ends)
    return K.Array(dtype if alike else None, None if dims is None else tuple(K.fresh_dim() for _ in dims))


NONE = Const(None)
DEFAULTS = {"n": Const(1), "axis": Const(-1), "prepend": NONE, "append": NONE}
between = RULES[np.diff]
defined(np.diff, with_ends)
ended = RULES[np.diff]


def chosen(eqn: Eqn) -> tuple[Any, Eqn]:
    """The rule for a call, and the call with its ends among the arguments that are given by position."""
    given = {**DEFAULTS, **dict(zip(DEFAULTS, eqn.args[1:])), **dict(eqn.kwargs)}
    if given["prepend"] == given["append"] == NONE:
        return between, eqn
    return ended, replace(eqn, args=(eqn.args[0], *(given[name] for name in DEFAULTS)), kwargs=())


def forward(b: Builder, eqn: Eqn, dots: dict[Var, Any]) -> Any:
    rule, call = chosen(eqn)
    return rule.forward(b, call, dots)


def reverse(b: Builder, eqn: Eqn, g: Any) -> Any:
    rule, call = chosen(eqn)
    return rule.reverse(b, call, g)


RULES[np.diff] = Rule(forward, reverse, ended_kind)
