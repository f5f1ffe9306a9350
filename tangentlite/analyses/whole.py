"""Which adjoints have all the elements of their kind? One that is the same for all elements may be a number.

    y_bar = 1.0 / x.size      # of y = np.mean(x): x_bar is this number until an array is needed
"""
from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Call, Const, Eqn, Trace, Var, walk
from tangentlite.ir.updates import WRITES

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg)
PRODUCTS = (operator.matmul, np.dot, np.outer, np.zeros_like)


class Whole:
    """Asked about values and expressions of a trace, before or after `fold`."""

    def __init__(self, trace: Trace, kinds: dict[Var, Any]) -> None:
        self.kinds = kinds
        self.made = {s.outs[0]: s for s in walk(trace.block) if isinstance(s, Eqn) and len(s.outs) == 1}
        self.updated = {o: a for s in walk(trace.block) if isinstance(s, Call) for o, a in s.updated}
        self.known: dict[Any, bool] = {}

    def __call__(self, a: Any) -> bool:
        """Has the value all the elements of its kind for certain?"""
        if a not in self.known:
            self.known[a] = self.has_all(a)
        return self.known[a]

    def has_all(self, a: Any) -> bool:
        if a in self.updated:
            return self(self.updated[a])
        made = self.made.get(a) if isinstance(a, Var) else a
        if not isinstance(made, Eqn):
            return isinstance(a, Var) and not a.suffix  # the primal's, which may come from a tape
        if made.loc.sweep != "reverse" or made.op in PRODUCTS:
            return True
        if made.op in (operator.getitem, *WRITES):
            return self(made.args[0])
        operands = [b for b in made.args if not isinstance(b, Const)]
        return made.op in ARITHMETIC and any(alike(self.kind(b), self.kind(made)) and self(b) for b in operands)

    def kind(self, a: Any) -> Any:
        v = a.outs[0] if isinstance(a, Eqn) else a
        return K.kind_of(self.kinds.get(v, K.UNKNOWN) if isinstance(v, Var) else v)


def alike(a: Any, b: Any) -> bool:
    """Have two arrays of which arithmetic makes a third the same shape? (Only axes of length 1 are spread.)"""
    dims, others = K.dims_of(a), K.dims_of(b)
    return dims is not None and others is not None and len(dims) == len(others) and all(
        d == e or 1 not in (d, e) and not K.maybe_one(d) and not K.maybe_one(e) for d, e in zip(dims, others))
