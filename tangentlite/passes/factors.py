"""Sums of products with factors or divisors in common, as products of a sum.

    x_1_bar * r - x_bar * (r * x)     ->     (x_1_bar - x_bar * x) * r
    x_dot / y - y_dot * z / y         ->     (x_dot - y_dot * z) / y
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tangentlite.ir.trace import Eqn, Var

Factor = tuple[Any, Any]  # operator.mul or operator.truediv, and the operand


class Shared(NamedTuple):
    """What two products have in common, what is left of each, and whether the first begins with what they share."""

    factors: list[Factor]
    left: list[Factor]
    right: list[Factor]
    leads: bool


def shared(left: Any, right: Any, is_factor: Callable[[Any], bool]) -> Shared | None:
    """The common factors of two products whose factors all are values that may be factored out (`is_factor`).

    None where there are none, or nothing is left of one of them: no operation would be saved.
    """
    mine, theirs = list(factors(left)), list(factors(right))
    found: list[Factor] = []
    for f in [f for f in mine if isinstance(f[1], Var)]:
        if f in theirs:
            found.append(f)
            theirs.remove(f)
    rest = list(mine)
    for f in found:
        rest.remove(f)
    if not found or not has_numerator(rest) or not has_numerator(theirs) or not all(is_factor(a) for _, a in (*mine, *theirs)):
        return None
    return Shared(found, rest, theirs, mine[0] == found[0])


def has_numerator(product: list[Factor]) -> bool:
    return any(op is operator.mul for op, _ in product)


def factors(body: Any) -> Iterator[Factor]:
    """The factors and divisors of a product, from left to right. What is divided by is not taken apart."""
    if isinstance(body, Eqn) and body.op in (operator.mul, operator.truediv) and body.loc.sweep != "again":
        yield from factors(body.args[0])
        if body.op is operator.mul:
            yield from factors(body.args[1])
        else:
            yield operator.truediv, body.args[1]
    else:
        yield operator.mul, body
