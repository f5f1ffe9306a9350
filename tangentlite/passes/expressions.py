"""Expressions, after `fold`: how new ones are made, and what is known of the kinds of all of them."""
from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const, Eqn, Loc, Var
from tangentlite.rules.inference import infer

FACTORS = (operator.mul, operator.truediv, operator.neg)
SUMS = (operator.add, operator.sub)


class Expressions:
    """Makes expressions; `kinds`, of values and of the results of expressions, learns of them."""

    def __init__(self, kinds: dict[Var, Any]) -> None:
        self.kinds = kinds

    def made(self, op: Any, *args: Any, like: Any = None) -> Eqn:
        """op(*args) in the place of `like`, whose kind it has where its own is not known; if that is None, in the place of its operands."""
        kind = infer(op, [self.kind(a) for a in args], {}, 1)[0]
        if like is None:
            loc = next((a.loc for a in args if isinstance(a, Eqn)), Loc(sweep="reverse"))
        else:
            loc = like.loc if isinstance(like, Eqn) else Loc()
        made = Eqn((Var(temp=True),), op, args, (), loc)
        self.kinds[made.out] = self.kind(like) if kind == K.UNKNOWN and like is not None else kind
        return made

    def kind(self, a: Any) -> Any:
        v = a.outs[0] if isinstance(a, Eqn) else a
        return K.kind_of(self.kinds.get(v, K.UNKNOWN) if isinstance(v, Var) else v)

    def is_number(self, a: Any) -> bool:
        return isinstance(a, Const) or K.is_number(self.kinds.get(a.outs[0] if isinstance(a, Eqn) else a, K.UNKNOWN))

    def is_float(self, a: Any) -> bool:
        """Is it a float, or a number of Python's? (An integer or boolean of NumPy's does not take a sign or factor like one.)"""
        if isinstance(a, Eqn) and a.op in (*FACTORS, *SUMS):
            return a.op is operator.truediv or any(map(self.is_floating, a.args)) or all(map(self.is_float, a.args))
        return K.is_int(self.kind(a)) or self.is_floating(a)

    def is_floating(self, a: Any) -> bool:
        if isinstance(a, Eqn) and a.op in (*FACTORS, *SUMS):
            return a.op is operator.truediv or any(map(self.is_floating, a.args))
        if isinstance(a, Eqn) and a.op is np.expand_dims:
            return self.is_floating(a.args[0])
        kind = self.kind(a)
        return isinstance(a, Var) and bool(a.suffix) or (
            isinstance(kind, (K.Number, K.Array)) and (kind.dtype or "").startswith(("float", "complex")))

    def is_scale(self, a: Any) -> bool:
        return isinstance(a, Var) and self.is_number(a) and self.is_floating(a)

    def is_narrow(self, a: Any, product: Eqn) -> bool:
        """Is it an array of floats with fewer elements than the product?"""
        narrow, wide = K.dims_of(self.kind(a)), K.dims_of(self.kind(product))
        fewer = narrow is not None and wide is not None and (len(narrow) < len(wide) or any(
            d == 1 != e for d, e in zip(narrow, wide)))
        return fewer and self.is_floating(a)
