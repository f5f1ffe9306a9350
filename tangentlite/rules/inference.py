"""The kinds of the results of one equation, as its rule tells."""
from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.kinds import Kind
from tangentlite.ir.ops import call_method, make_tuple, unpack
from tangentlite.ir.trace import Const
from tangentlite.rules.callees import normal
from tangentlite.rules.registry import rule_of

SAME = ("T", "transpose", "copy", "astype", "asformat", "tocsr", "tocsc", "tocoo", "todia", "tolil", "todok", "tobsr", "power")
SPARSE = ("identity", "eye", "eye_array", "diags", "diags_array", "kron", "kronsum", "block_diag", "block_array", "hstack", "vstack",
          "tril", "triu", "random", "random_array", "rand", "spdiags")
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
        return foreign(op, args)
    try:
        result: Kind = rule.kind(*args, **dict(items))
    except (TypeError, ValueError, IndexError):  # a call that the kind function does not know, or that raises: claim nothing
        return K.UNKNOWN
    return result if op in SIZED else K.without_sizes(result)


def foreign(op: Any, args: tuple[Any, ...]) -> Kind:
    """The kind of what a function without a rule returns: an object with arithmetic of its own, or anything."""
    if op is getattr or op is call_method:
        kind = K.kind_of(args[0])
        return kind if K.is_matrix_of_scipy(kind) and isinstance(args[1], Const) and args[1].value in SAME else K.UNKNOWN
    module, name = str(getattr(op, "__module__", "")), str(getattr(op, "__name__", ""))
    if isinstance(op, type):
        return K.Foreign(name) if module.partition(".")[0] in ("numpy", "scipy") and K.has_own_arithmetic(op) else K.UNKNOWN
    if module.startswith("scipy.sparse.") and name in SPARSE:
        return K.Foreign("csr_matrix")
    return K.Foreign("MaskedArray") if module.startswith("numpy.ma") else K.Foreign("matrix") if name in ("asmatrix", "bmat") else K.UNKNOWN
