"""Whose adjoints a function adds to, where it is called again and again and reads a few elements each time.

    def total(x, lo, hi):                                       def total_backward(res, y_bar, x_bar):
        if hi - lo == 1:                                            ...
            return x[lo] ** 2                                       x_bar[lo] += 2.0 * y_bar * x[lo]
        mid = (lo + hi) // 2                             ->         ...
        return total(x, lo, mid) + total(x, mid, hi)                x_bar = total_backward(res_1, y_bar, x_bar)
                                                                    x_bar = total_backward(res, y_bar, x_bar)
                                                                    return x_bar

An adjoint of its own, of as many zeros as there are elements, would cost more than the function.
"""
from __future__ import annotations

from collections.abc import Mapping

from tangentlite.analyses.by_element import read_by_element
from tangentlite.analyses.recursion import called_again
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import Updating, compiled_form
from tangentlite.ir.trace import Fn, Trace


def added_to(traces: Mapping[Fn, Trace], compiled: bool) -> dict[Fn, frozenset[int]]:
    """The positions of such parameters, for the functions that have any."""
    again = called_again(traces)
    if not again:
        return {}
    found: dict[Fn, frozenset[int]] = {}
    for fn, positions in read_by_element(traces).items():
        crosses = isinstance(fn.target, Updating) or not compiled and compiled_form(fn.target) is not None
        if fn in again and not crosses:
            kinds = fn.variant[1]
            found[fn] = frozenset(k for k in positions if has_room(kinds[k]))
    return found


def has_room(kind: object) -> bool:
    """Can it be updated in place? Then its adjoint can."""
    if isinstance(kind, K.Array):
        return bool(kind.dims) and kind.dtype in ("float64", "float32")
    item = K.elements(kind) if isinstance(kind, K.Seq) and kind.type == "list" else None
    return isinstance(item, K.Number) and item.dtype in ("float", "float64")

