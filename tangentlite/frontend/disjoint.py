"""Parts of an array that certainly have no element in common: rows, columns or elements at different places.

    for t in range(n):
        step(u[t], u[t + 1])        t and t + 1 differ, and neither counts from the end
"""
from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from tangentlite.frontend.views import is_number, is_slice
from tangentlite.ir import Const
from tangentlite.ir.indices import entries

if TYPE_CHECKING:
    from tangentlite.frontend.base import Base


def disjoint(low: Base, u: Any, v: Any) -> bool:
    """Are these two parts of one array, at different places of one of its axes?"""
    first, second = low.memory.view(u), low.memory.view(v)
    if first is None or second is None or first.base is not second.base or {first.op, second.op} != {operator.getitem}:
        return False
    for i, j in zip(entries(first.index, low.b.defs), entries(second.index, low.b.defs)):
        if is_number(i, low.b) and is_number(j, low.b):
            if differ(low, i, j):
                return True
        elif not all(is_number(e, low.b) or is_slice(e, low.b) for e in (i, j)):
            return False  # what follows need not be of the same axis
    return False


def differ(low: Base, i: Any, j: Any) -> bool:
    """Are two indices of an axis different ones that do not count from its end?"""
    (first, more), (second, other) = offset(low, i), offset(low, j)
    return first is second and more != other and min(least(low, i), least(low, j)) >= 0


def offset(low: Base, i: Any) -> tuple[Any, int]:
    """An index as a value, and what is added to that; the value of a number is None."""
    if isinstance(i, Const):
        return (None, i.value) if type(i.value) is int else (i, 0)
    made = low.b.defs.get(i)
    if made is not None and made.op in (operator.add, operator.sub) and isinstance(made.args[1], Const) and type(made.args[1].value) is int:
        value, more = offset(low, made.args[0])
        return value, more + (made.args[1].value if made.op is operator.add else -made.args[1].value)
    return i, 0


def least(low: Base, i: Any) -> float:
    """What an index is at least, as far as that is known."""
    value, more = offset(low, i)
    if value is None:
        return more
    over = low.b.defs.get(low.counters[value]) if value in low.counters else None
    if over is None or over.op is not range:
        return -float("inf")
    start, stop, step = (Const(0), over.args[0], Const(1)) if len(over.args) == 1 else (*over.args, Const(1))[:3]
    if step == Const(-1):
        return least(low, stop) + 1 + more
    return least(low, start) + more if isinstance(step, Const) and step.value > 0 else -float("inf")
