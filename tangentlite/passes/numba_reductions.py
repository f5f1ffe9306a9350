"""Reductions of NumPy along axes in the forms that Numba has, one axis after the other.

    np.sum(x, axis=(0, 1))              ->     np.sum(np.sum(x, axis=1), axis=0)
    np.max(x, axis=-1, keepdims=True)   ->     np.expand_dims(max_along(x, 1), 1)          x is a matrix
    np.mean(x, axis=0)                  ->     np.sum(x, axis=0) / x.shape[0]
    np.var(x, axis=0)                   ->     np.sum(d * d, axis=0) / x.shape[0]          d = x - np.mean(x, axis=0)
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const, Eqn, Var

NAMES = ("axis", "dtype", "out", "keepdims")  # of the positional arguments after the array
REDUCTIONS = (np.sum, np.mean, np.prod, np.max, np.min, np.var, np.std)
ALONG = {np.max: runtime.max_along, np.min: runtime.min_along, np.prod: runtime.prod_along}


def reduction(op: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], e: Eqn, kinds: Mapping[Var, Any]) -> list[Eqn] | None:
    """op(*args, **kwargs), if it is a sum, mean, product, extreme, variance or standard deviation, as equations; None if it is to stay."""
    if op not in REDUCTIONS:
        return None
    x, *rest = args
    if op in (np.max, np.min) and len(rest) > 1 or len(rest) > len(NAMES):
        return None
    given = dict(zip(NAMES, rest)) | dict(kwargs)
    unknown = any(k not in ("axis", "keepdims", "ddof") or not isinstance(a, Const) for k, a in given.items())
    if not isinstance(x, Var) or unknown:
        return None
    axis, keep, ddof = (getattr(given.get(k), "value", None) for k in ("axis", "keepdims", "ddof"))
    axes = K.rank(kinds.get(x, K.UNKNOWN))
    if not axes or keep not in (None, True, False) or axis is None and not keep and not ddof:
        return None
    along = tuple(range(axes)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not all(type(a) is int and -axes <= a < axes for a in along):
        return None
    form = Reduction(e, sorted({a % axes for a in along}), axes)
    return form.statements(op, x, bool(keep), ddof or 0)


class Reduction:
    """The equations of one reduction of an array with `rank` axes along `axes`."""

    def __init__(self, e: Eqn, axes: list[int], rank: int) -> None:
        self.e, self.axes, self.rank = e, axes, rank
        self.made: list[Eqn] = []

    def statements(self, op: Any, x: Var, keep: bool, ddof: int) -> list[Eqn]:
        if op in (np.var, np.std):
            value = self.spread(x, ddof, op is np.std)
        elif op is np.mean:
            value = self.mean(x)
        else:
            value = self.reduced(op, x)
        value = self.kept(value) if keep else value
        last = self.made.pop()
        return [*self.made, Eqn(self.e.outs, last.op, last.args, last.kwargs, self.e.loc)]

    def emit(self, op: Any, *args: Any, **kwargs: Any) -> Var:
        out = Var(temp=True)
        self.made.append(Eqn((out,), op, args, tuple(kwargs.items()), self.e.loc))
        return out

    def reduced(self, op: Any, x: Var) -> Var:
        """The last axis first."""
        for k, axis in enumerate(reversed(self.axes)):
            if self.rank - k == 1:
                x = self.emit(op, x)
            else:
                x = self.emit(ALONG[op], x, Const(axis)) if op in ALONG else self.emit(op, x, axis=Const(axis))
        return x

    def kept(self, value: Any) -> Any:
        if len(self.axes) == self.rank:
            return self.emit(np.full, Const((1,) * self.rank), value)
        for axis in self.axes:
            value = self.emit(np.expand_dims, value, Const(axis))
        return value

    def count(self, x: Var) -> Any:
        shape = self.emit(getattr, x, Const("shape"))
        sizes = [self.emit(operator.getitem, shape, Const(a)) for a in self.axes]
        total = sizes[0]
        for n in sizes[1:]:
            total = self.emit(operator.mul, total, n)
        return total

    def mean(self, x: Var) -> Var:
        total = self.reduced(np.sum, x)
        return self.emit(operator.truediv, total, self.count(x))

    def spread(self, x: Var, ddof: int, root: bool) -> Var:
        middle = self.mean(x)
        away = self.emit(operator.sub, x, middle if len(self.axes) == self.rank else self.kept(middle))
        total = self.reduced(np.sum, self.emit(operator.mul, away, away))
        count = self.count(x)
        value = self.emit(operator.truediv, total, self.emit(operator.sub, count, Const(ddof)) if ddof else count)
        return self.emit(np.sqrt, value) if root else value
