"""Sums of products with factors or divisors in common, as products of a sum.

    x_1_bar * r - x_bar * (r * x)     ->     (x_1_bar - x_bar * x) * r
    x_dot / y - y_dot * z / y         ->     (x_dot - y_dot * z) / y
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tangentlite.ir.trace import Const, Eqn, Var

ARITHMETIC = (operator.mul, operator.truediv, operator.neg, operator.add, operator.sub, operator.pow)
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


class Products:
    """Which expressions are the same product, whatever the order of its factors, and whichever parts of it have names."""

    def __init__(self, made: Mapping[Var, Eqn]) -> None:
        self.made = made  # the products that have names

    def are_same(self, a: Any, b: Any) -> bool:
        """
        >>> x, y, z, v = Var("x"), Var("y"), Var("z"), Var("v")
        >>> named = Eqn((v,), operator.mul, (x, y))
        >>> first, second = Eqn((), operator.mul, (v, z)), Eqn((), operator.mul, (Eqn((), operator.mul, (y, z)), x))
        >>> Products({v: named}).are_same(first, second)
        True
        """
        if not isinstance(a, Eqn) or not isinstance(b, Eqn):
            return False
        mine, theirs = list(self.leaves(a)), list(self.leaves(b))
        if len(mine) != len(theirs):
            return False
        for op, f in mine:
            same = next((k for k, (other, g) in enumerate(theirs) if op is other and alike(f, g)), None)
            if same is None:
                return False
            del theirs[same]
        return True

    def leaves(self, a: Any) -> Iterator[Factor]:
        product = self.made.get(a) if isinstance(a, Var) else a
        if isinstance(product, Eqn) and product.op in (operator.mul, operator.truediv):
            yield from self.leaves(product.args[0])
            if product.op is operator.mul:
                yield from self.leaves(product.args[1])
            else:
                yield operator.truediv, product.args[1]
        else:
            yield operator.mul, a


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


def alike(a: Any, b: Any) -> bool:
    """Are both the same expression?"""
    if isinstance(a, Eqn) and isinstance(b, Eqn):
        return a.op == b.op and a.op in ARITHMETIC and len(a.inputs) == len(b.inputs) and all(map(alike, a.inputs, b.inputs))
    return a is b or isinstance(a, Const) and a == b
