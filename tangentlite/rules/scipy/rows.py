"""A function of the program for every row of some of its arguments: what the derivatives of a Jacobian are made of.

The derivative of `rows` is `rows` of the derivative of the function, so it has derivatives of every order.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder, lift
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const, Eqn, Fn, Function, Var
from tangentlite.rules.callers import Callback, expr
from tangentlite.rules.expressions import cast_to, fixed
from tangentlite.rules.registry import RULES, Rule
from tangentlite.rules.scipy.sensitivities import as_tuple


def rows(f: Callable[..., Any], stacked: tuple[int, ...], args: tuple[Any, ...]) -> list[Any]:
    """What f(*args) gives for every row of the arguments at the positions `stacked`, as an array for each of its results."""
    found = [as_tuple(f(*(a[k] if j in stacked else a for j, a in enumerate(args)))) for k in range(len(args[stacked[0]]))]
    return [np.array(results) for results in zip(*found)]


def results_like(fn: Fn) -> tuple[int, ...]:
    """The positions of the parameters that the results of a pullback, or of what was made of one, are like."""
    return next(mode.wrt for mode in reversed(fn.variant) if mode.name != "jvp" and mode.wrt is not None)


def applied(b: Builder, fn: Fn, stacked: tuple[int, ...], args: list[Any]) -> Any:
    """`rows` of a function that is given everything."""
    return lift(rows)(expr(Const(Function(fn, 0)), b), expr(Const(stacked), b), args=expr(b.emit(make_tuple, *args), b))


def tangents(b: Builder, f: Callback, stacked: tuple[int, ...], args: list[Any], wrt: tuple[int, ...], dots: Mapping[Var, Any]) -> Any:
    """The changes of the rows for changes of the arguments at the positions `wrt`."""
    given = [dots[args[k]] if args[k] in dots else np.zeros_like(expr(args[k], b)).atom for k in wrt]
    also = (len(args) + j for j, k in enumerate(wrt) if k in stacked)
    return applied(b, b.program.variant(f.fn, "jvp", wrt), (*stacked, *also), [*args, *given])


def adjoints(b: Builder, f: Callback, stacked: tuple[int, ...], args: list[Any], wrt: tuple[int, ...], given: Mapping[int, Any],
             ) -> Iterator[tuple[Any, Any]]:
    """What the adjoints `given` of some results contribute to the arguments at the positions `wrt`."""
    count = len(results_like(f.fn))
    seeds = [given[j] if j in given else np.zeros_like(expr(args[k], b)).atom for j, k in enumerate(results_like(f.fn))]
    also = (len(args) + j for j in range(count) if j in given)
    made = applied(b, b.program.variant(f.fn, "vjp", wrt), (*stacked, *also), [*args, *seeds])
    for j, k in enumerate(wrt):
        yield args[k], cast_to(made[j] if k in stacked else np.sum(made[j], axis=0), expr(args[k], b)).atom


def forward(b: Builder, eqn: Eqn, dots: Mapping[Var, Any]) -> Any:
    f = Callback(b, eqn)
    return tangents(b, f, eqn.args[1].value, list(f.captured), f.wrt, dots).atom


def reverse(b: Builder, eqn: Eqn, g: Any) -> Iterator[tuple[Any, Any]]:
    f = Callback(b, eqn)
    yield from ((a, None) for a in eqn.inputs)
    given = {j: expr(g, b)[j].atom for j in range(len(results_like(f.fn)))}
    yield from adjoints(b, f, eqn.args[1].value, list(f.captured), f.wrt, given)


def stacks(f: Any, stacked: Any, args: Any) -> K.Kind:
    function, given = fixed(f), K.kind_of(args)
    if not isinstance(given, K.Seq) or given.items is None:
        return K.UNKNOWN
    return K.Seq("list", tuple(stack(K.kind_of(given.items[k]), k in fixed(stacked)) for k in results_like(function.fn)))


def stack(like: K.Kind, is_stacked: bool) -> K.Kind:
    """The kind of a result in every row."""
    dims = K.dims_of(like)
    if dims is None:
        return K.UNKNOWN
    double = isinstance(like, (K.Array, K.Number)) and like.dtype in ("float", "float64")
    return K.Array("float64" if double else "", dims if is_stacked else (("?", "rows"), *dims))


RULES[rows] = Rule(forward, reverse, stacks)
