"""The kinds of the results of one equation, as its rule tells."""
from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.kinds import Kind
from tangentlite.ir.ops import make_tuple, unpack
from tangentlite.rules.callees import normal
from tangentlite.rules.registry import rule_of

SIZED = (len, np.shape, np.size, operator.getitem, unpack, make_tuple)  # what may give the size of a dimension


def infer(op: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], n: int) -> tuple[Kind, ...]:
    """The kinds of the `n` results of op(*args, **kwargs), from the kinds (or constants) it is called with."""
    kind = infer_one(op, tuple(args), kwargs)
    if n == 1:
        return (kind,)
    parts = K.parts_of(kind)
    if parts is not None and len(parts) == n:
        return parts
    return (K.elements(kind),) * n


def infer_one(op: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Kind:
    receiver = K.kind_of(args[0]) if args else K.UNKNOWN
    op, args, items = normal(op, args, tuple(kwargs.items()), receiver)
    rule = rule_of(op)
    if rule is None or rule.kind is None:
        return K.UNKNOWN
    try:
        result: Kind = rule.kind(*args, **dict(items))
    except (TypeError, ValueError, IndexError):  # a call that the kind function does not know, or that raises: claim nothing
        return K.UNKNOWN
    return result if op in SIZED else K.without_sizes(result)
