"""What is written through an attribute of an array.

    z.real = x          z = with_real(z, x)
    z.imag *= 2         z = with_imag(z, z.imag * 2)
    a.flat[k] = x       the same as np.put(a, k, x)
"""
from __future__ import annotations

import operator
from typing import Any

import gast
import numpy as np

from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K

PARTS = ("real", "imag")
WAYS = {
    "flat": "Write `a[...] = ...`", "shape": "Write `a = a.reshape(...)`", "dtype": "Write `a = a.astype(...)`",
    "strides": "Index it instead",
}


def part(low: Any, owner: Any, name: str, node: Any) -> Any:
    """The part of an array that can be written as a whole."""
    if name not in PARTS:
        raise low.unsupported(node, f"the attribute `{name}` of an array cannot be written", WAYS.get(name, ""))
    return low.make(getattr, (owner, Const(name)), node)


def store(low: Any, owner: Any, name: str, value: Any, node: Any) -> None:
    """`owner.name = value`, where `owner` is an array."""
    v = low.as_atom(value, node)
    if name == "flat":
        store_flat(low, owner, Const(...), v, node)
    else:
        low.write_whole(part(low, owner, name, node), v, node)


def store_flat(low: Any, array: Any, index: Any, value: Any, node: Any) -> None:
    """`array.flat[index] = value`: the values begin again where there are fewer than places."""
    low.check_apart(array, value, node)
    low.put_flat(node, array, index, low.as_many(value, flat_part(low, array, index, node), node))


def update_flat(low: Any, array: Any, index: Any, op: Any, value: Any, node: Any) -> None:
    """`array.flat[index] op= value`"""
    low.put_flat(node, array, index, low.make(op, (flat_part(low, array, index, node), value), node))


def flat_part(low: Any, array: Any, index: Any, node: Any) -> Any:
    """`array.flat[index]`"""
    return low.make(operator.getitem, (low.make(np.ravel, (array,), node), index), node)


def flattened(low: Any, target: Any) -> Any:
    """The array of which `target`, what is written by an index, is `a.flat`; None where it is none."""
    if not isinstance(target, gast.Attribute) or target.attr != "flat":
        return None
    owner = low.expr(target.value)
    return owner if isinstance(owner, Var) and isinstance(low.kind(owner), K.Array) else None
