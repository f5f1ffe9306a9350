"""Sums of products with factors in common, as products of a sum.

    x_1_bar * r - x_bar * (r * x)     ->     (x_1_bar - x_bar * x) * r
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tangentlite.ir.trace import Eqn, Var


class Shared(NamedTuple):
    """What two products have in common, what is left of each, and whether the first begins with what they share."""

    factors: list[Any]
    left: list[Any]
    right: list[Any]
    leads: bool


def shared(left: Any, right: Any, is_factor: Callable[[Any], bool]) -> Shared | None:
    """The common factors of two products whose factors all are numbers that may be factored out (`is_factor`).

    None where there are none, or nothing is left of one of them: no operation would be saved.
    """
    mine, theirs = list(factors(left)), list(factors(right))
    found: list[Any] = []
    for f in [f for f in mine if isinstance(f, Var)]:
        if any(f is g for g in theirs):
            found.append(f)
            theirs.remove(f)
    rest = list(mine)
    for f in found:
        rest.remove(f)
    if not found or not rest or not theirs or not all(map(is_factor, (*mine, *theirs))):
        return None
    return Shared(found, rest, theirs, mine[0] is found[0])


def factors(body: Any) -> Iterator[Any]:
    """The factors of a product of products, from left to right."""
    if isinstance(body, Eqn) and body.op is operator.mul and body.loc.sweep != "again":
        for a in body.args:
            yield from factors(a)
    else:
        yield body
