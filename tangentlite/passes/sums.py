"""Sums of adjoints in the forms that NumPy computes fastest.

    np.sum(y_bar, axis=0)     ->     y_bar.sum(axis=0)
    np.sum(y_bar * x)         ->     np.vdot(y_bar, x)
    np.sum(y_bar * s * x)     ->     np.vdot(y_bar, x) * s            s is a number

A method is called without a look at what its array may be, so it must be one of NumPy's for certain, where a list is known
as an array by its numbers; an inner product makes no array of the products.
"""
from __future__ import annotations

import functools
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.whole import ARITHMETIC, Whole, alike
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Const, Eqn, Trace, Var
from tangentlite.ir.updates import add_at_inplace, setitem_inplace
from tangentlite.passes.bodies import with_equations
from tangentlite.passes.expressions import Expressions


def sums(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, after `fold`, with shorter sums in its reverse sweep."""
    return replace(trace, block=with_equations(trace.block, Sums(trace, kinds).equation))


def times(product: Eqn, number: Any) -> Eqn:
    return replace(product, op=operator.mul, args=(product, number))


class Sums:
    def __init__(self, trace: Trace, kinds: dict[Var, Any]) -> None:
        self.kind = Expressions(kinds).kind
        self.is_whole = Whole(trace, kinds)
        self.made = self.is_whole.made

    def equation(self, s: Eqn) -> Eqn:
        if s.op is not np.sum or s.loc.sweep != "reverse" or len(s.args) != 1 or not self.is_array(s.args[0]):
            return s
        terms = s.args[0]
        if not s.kwargs:
            numbers, arrays = self.taken_out(terms)
            if isinstance(arrays, Eqn) and arrays.op is operator.mul and self.is_inner(*arrays.args):
                return functools.reduce(times, numbers, replace(s, op=np.vdot, args=arrays.args))
        return replace(s, op=call_method, args=(terms, Const("sum"))) if self.is_made_by_numpy(terms) else s

    def taken_out(self, a: Any) -> tuple[list[Any], Any]:
        """The numbers among the factors of a product of arrays, and the product without them."""
        if not isinstance(a, Eqn) or a.op is not operator.mul or a.loc.sweep == "again":
            return [], a
        (numbers, left), (more, right) = map(self.taken_out, a.args)
        found = [*numbers, *more, *(b for b in (left, right) if self.is_number(b))]
        arrays = [b for b in (left, right) if not self.is_number(b)]
        return (found, replace(a, args=tuple(arrays)) if len(arrays) == 2 else arrays[0]) if arrays else ([], a)

    def is_number(self, a: Any) -> bool:
        return K.is_double(self.kind(a))

    def is_array(self, a: Any) -> bool:
        return bool(K.dims_of(self.kind(a)))

    def is_made_by_numpy(self, a: Any) -> bool:
        made = self.made.get(a) if isinstance(a, Var) else a
        if not isinstance(made, Eqn):
            return False
        if made.op is operator.add:
            return any(map(self.is_made_by_numpy, made.args))
        if made.op in (operator.getitem, add_at_inplace, setitem_inplace):
            return self.is_made_by_numpy(made.args[0])
        own = isinstance(made.op, np.ufunc) or (getattr(made.op, "__module__", None) or "").partition(".")[0] == "numpy"
        return self.is_array(made.out) and (own or made.op is operator.matmul or made.op in ARITHMETIC and self.is_whole(made))

    def is_inner(self, a: Any, b: Any) -> bool:
        """Are both real arrays of the same shape, of a precision that allows for sums in order?"""
        kinds = self.kind(a), self.kind(b)
        known = all(isinstance(k, K.Array) and bool(k.dims) and k.dtype == "float64" for k in kinds)
        return known and alike(*kinds) and self.is_whole(a) and self.is_whole(b)
