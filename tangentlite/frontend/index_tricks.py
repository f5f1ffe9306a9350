"""`np.r_[...]` and `np.c_[...]` of numbers and arrays, as the functions that join them; with text in them they stay what they are."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from tangentlite.frontend.values import Live
from tangentlite.ir import Const
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list

if TYPE_CHECKING:
    from tangentlite.frontend.expressions import Expressions


def joined(low: Expressions, owner: Any, node: Any, name: str) -> Any:
    """The array that a subscript of `np.r_` or `np.c_` makes; None for any other."""
    if not isinstance(owner, Live):
        return None
    entries = node.slice.elts if isinstance(node.slice, gast.Tuple) else [node.slice]
    if owner.value is np.mgrid or owner.value is np.ogrid:
        for e in entries:
            check_bounds(low, e, node)
    if owner.value is not np.r_ and owner.value is not np.c_:
        return None
    if any(isinstance(e, gast.Starred) or isinstance(e, gast.Constant) and isinstance(e.value, str) for e in entries):
        return None
    items = [stepped(low, e) if isinstance(e, gast.Slice) else low.atom(e) for e in entries]
    if owner.value is np.c_:
        return low.make(np.column_stack, (low.make(make_list, tuple(items), node),), node, name)
    items = [item if K.rank(low.kind(item)) else low.make(np.atleast_1d, (item,), node) for item in items]
    return low.make(np.concatenate, (low.make(make_list, tuple(items), node),), node, name)


def stepped(low: Expressions, e: gast.Slice) -> Any:
    """The numbers from `a` to `b` that `a:b:step` stands for: with a step of `nj`, n of them, both ends among them."""
    start = Const(0) if e.lower is None else low.atom(e.lower)
    stop, step = low.atom(e.upper), Const(1) if e.step is None else low.atom(e.step)
    if isinstance(step, Const) and isinstance(step.value, complex):
        return low.make(np.linspace, (start, stop, Const(int(abs(step.value)))), e)
    return low.make(np.arange, (start, stop, step), e)


def check_bounds(low: Expressions, e: Any, node: Any) -> None:
    """The ends of a grid are not differentiated."""
    for part in (e.lower, e.upper, e.step) if isinstance(e, gast.Slice) else ():
        if part is not None and not isinstance(a := low.atom(part), Const) and K.differentiable(low.kind(a)):
            raise low.unsupported(node, "a grid whose ends are computed cannot be differentiated yet",
                                  "Write it with `np.meshgrid` and `np.linspace`")
