"""Numbers that are surely not zero: `math.sqrt(d * d + 0.01)`, `1.0 + math.exp(-x)`. (They may be NaN.)"""
from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite.ir.trace import Const, Eqn, Var

ROOTS = (math.sqrt, np.sqrt)  # that of the smallest number is far from zero
EVEN = (abs, operator.abs, np.abs, math.fabs, math.exp, np.exp, math.cosh, np.cosh, *ROOTS)
DEPTH = 8  # of an expression that is looked into


def is_positive(a: Any, made: Mapping[Var, Eqn], or_zero: bool = False, depth: int = DEPTH) -> bool:
    """Is the number greater than zero (`or_zero`: not less), or NaN? `made` are the equations that make the values.

    >>> x, v, w = Var("x"), Var("v"), Var("w")
    >>> made = {v: Eqn((v,), operator.mul, (x, x)), w: Eqn((w,), operator.add, (v, Const(0.01)))}
    >>> is_positive(v, made), is_positive(v, made, or_zero=True), is_positive(w, made)
    (False, True, True)
    """
    if isinstance(a, Const):
        return type(a.value) in (int, float) and (a.value > 0 or or_zero and a.value == 0)
    e = made.get(a)
    if e is None or not depth or e.kwargs:
        return False

    def part(b: Any, or_zero: bool) -> bool:
        return is_positive(b, made, or_zero, depth - 1)

    if e.op is operator.add:
        p, q = e.args
        return part(p, True) and part(q, True) and (or_zero or part(p, False) or part(q, False))
    if e.op in ROOTS:
        return or_zero or part(e.args[0], False)
    if e.op is operator.mul:  # of small numbers, the product may be zero
        return or_zero and (e.args[0] is e.args[1] or all(part(b, True) for b in e.args))
    return or_zero and e.op in EVEN
