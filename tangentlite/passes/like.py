"""What only gives its shape to something need not be computed: one of its operands has the shape, too.

    np.full_like(x * y + z, y_bar)     ->     np.full_like(z, y_bar)
    y_bar / np.log1p(v).size           ->     y_bar / v.size
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Const, Eqn, Trace, Var, read_counts, variables, walk

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pow)


def shape_only(s: Eqn) -> bool:
    """Does the equation read of its first operand nothing but shape and dtype?"""
    if not s.args or any(a is s.args[0] for a in s.inputs[1:]):
        return False
    return s.op in (np.full_like, np.zeros_like, np.shape, np.size) or s.op is getattr and s.args[1] in (Const("shape"), Const("size"))


def like(trace: Trace, kinds: Mapping[Var, Any]) -> tuple[Trace, bool]:
    """The trace, and whether anything has changed in it."""
    made = {s.out: s for s in walk(trace.block) if type(s) is Eqn and len(s.outs) == 1}
    all_uses = read_counts(trace.block)
    shapes = Counter(v for s in walk(trace.block) if type(s) is Eqn and shape_only(s) for v in variables(s.args[:1]))

    def operand(v: Var) -> Var | None:
        e = made.get(v)
        if e is None or e.kwargs or not (isinstance(e.op, np.ufunc) or e.op in ARITHMETIC):
            return None
        of_v = kinds.get(v)
        return next((a for a in e.args if isinstance(a, Var) and isinstance(of_v, K.Array) and of_v.dtype is not None
                     and isinstance(kinds.get(a), K.Array) and kinds[a].dtype == of_v.dtype and K.same_shape(kinds[a], of_v)), None)

    found: dict[Var, Var] = {}
    for v in shapes:
        place: Var | None = v
        while place is not None and (all_uses[place] == shapes[place] or place is not v and all_uses[place] == 1):
            place = operand(place)
            if place is not None:
                found[v] = place
    return (replace(trace, block=substitute(trace.block, found)), True) if found else (trace, False)
