"""Reductions that start from an active value: `initial=` is an argument of theirs as the array is.

A start that attains an extreme, too, shares in its weight as an element does.
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.callees import STARTED
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import DYNAMIC, cast_to, fitted, known_rank, spread_to, static
from tangentlite.rules.reductions import along, hits_and_ties, restored
from tangentlite.rules.registry import RULES, UnknownKeyword
from tangentlite.rules.verbs import custom

Function = Callable[..., Any]


def started(op: Function, default: int | None) -> tuple[Function, Function]:
    """op(x, ..., initial=...) as a function of both, and the kinds of its results."""
    def call(x: Any, initial: Any, axis: Any = default, **options: Any) -> Any:
        return op(x, axis=axis, initial=initial, **options)

    def kind(x: Any, initial: Any, axis: Any = default, **options: Any) -> K.Kind:
        of_op = RULES[op].kind
        return K.UNKNOWN if of_op is None else of_op(x, axis, **options)

    of = getattr(op, "__self__", None)
    call.__name__ = f"{of.__name__}_{op.__name__}_from" if isinstance(of, np.ufunc) else f"{op.__name__}_from"
    STARTED[op] = call
    return call, kind


def combined(op: Function, rest: Function, combine: Function, default: int | None = None) -> None:
    """What `op` gives is `combine` of the start and of the reduction of the elements by `rest`."""
    call, kind = started(op, default)
    defined(call, lambda x, initial, axis=default, **options: combine(rest(x, axis=axis, **options), initial), kind)


def extreme(op: Function, default: int | None = None) -> None:
    call, kind = started(op, default)

    def weights(y: Any, x: Any, initial: Any, axis: Any, keepdims: Any, where: Any) -> tuple[Any, Any]:
        """Of the elements, and of the start."""
        if DYNAMIC in (static(axis), static(keepdims)):
            raise UnknownKeyword("an extreme with an active start wants axis and keepdims that are known")
        if static(axis) is not None:
            known_rank(x)
        y = restored(y, x, axis, keepdims)
        hits, ties = hits_and_ties(y, x, axis, where=where, initial=initial)
        return hits / ties, np.equal(y, initial) / ties

    def forward(y: Any, dots: Any, x: Any, initial: Any, axis: Any = default, *, keepdims: Any = False, where: Any = True) -> Any:
        w, share = weights(y, x, initial, axis, keepdims, where)
        terms = [] if dots[0] is None else [np.sum(dots[0] * w, **along(axis))]
        terms += [] if dots[1] is None else [dots[1] * share]
        dot = terms[0] if len(terms) == 1 else terms[0] + terms[1]
        return spread_to(dot if static(axis) is None or static(keepdims) else np.squeeze(dot, axis), y)

    def reverse(g: Any, y: Any, x: Any, initial: Any, axis: Any = default, *, keepdims: Any = False, where: Any = True) -> Any:
        w, share = weights(y, x, initial, axis, keepdims, where)
        back = restored(g, x, axis, keepdims)
        return cast_to(back * w, x), fitted(back * share, initial)

    custom(call, forward, reverse, kind)


op: Any
for op, rest, combine in ((np.sum, np.sum, operator.add), (np.nansum, np.nansum, operator.add),
                          (np.prod, np.prod, operator.mul), (np.nanprod, np.nanprod, operator.mul)):
    combined(op, rest, combine)
combined(np.add.reduce, np.sum, operator.add, 0)
combined(np.multiply.reduce, np.prod, operator.mul, 0)
for op in (np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin):
    extreme(op)
for op in (np.maximum.reduce, np.minimum.reduce):
    extreme(op, 0)
