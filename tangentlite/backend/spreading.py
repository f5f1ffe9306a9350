"""What broadcasting spread, summed again, and sums spread, for Numba: loops, which compile in a tenth of the time of its functions.

    unbroadcast(g, x), a matrix and a vector      ->      total = np.zeros(x.shape, g.dtype)
                                                          if g.shape[1:] == x.shape:
                                                              for k0 in range(g.shape[0]):
                                                                  for k1 in range(g.shape[1]):
                                                                      total[k1] += g[k0, k1]
"""
from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from tangentlite import runtime
from tangentlite.backend.array_overloads import Version, is_absent, is_scalar, written


def over(shape: str, rank: int, statement: str, indent: str = "    ") -> str:
    """Loops over all indices k0, k1, ... of a shape."""
    heads = [f"{indent}{'    ' * n}for k{n} in range({shape}[{n}]):" for n in range(rank)]
    return "\n".join([*heads, indent + "    " * rank + statement]) + "\n"


def places(start: int, stop: int, item: str = "k{n}") -> str:
    return ", ".join(item.format(n=n, m=n - start) for n in range(start, stop)) + ("," if stop - start == 1 else "")


def choose_unbroadcast(g: Any, x: Any) -> Version:
    if is_scalar(x):
        return (lambda g, x: np.sum(g)) if isinstance(g, types.Array) else (lambda g, x: g)
    if not isinstance(x, types.Array):
        return None
    if not isinstance(g, types.Array):
        return (lambda g, x: np.full(x.shape, g, x.dtype)) if is_scalar(g) else None
    if g.ndim < x.ndim:
        return lambda g, x: np.broadcast_to(g, x.shape).copy()
    return written(sum_to(g, x)) if g.ndim else lambda g, x: g


def sum_to(g: Any, x: Any) -> str:
    """Sum over the leading axes that `x` lacks and over those where it has length 1."""
    extra = g.ndim - x.ndim
    whole = places(0, g.ndim)
    same = "    return " + ("g" if g.layout == "C" else "np.ascontiguousarray(g)") + "\n"
    rows = over("g.shape", g.ndim, f"total[{places(extra, g.ndim)}] += g[{whole}]", " " * 8) + "        return total\n" if x.ndim else ""
    total = f"    total = np.zeros({'x.shape' if x.ndim else '()'}, g.dtype)\n"
    clipped = places(extra, g.ndim, "k{n} if x.shape[{m}] > 1 else 0") or "()"
    return ("def version(g, x):\n" + (f"    if g.shape == x.shape:\n    {same}" if not extra else "") + total
            + (f"    if g.shape[{extra}:] == x.shape:\n{rows}" if extra and x.ndim else "")
            + over("g.shape", g.ndim, f"total[{clipped}] += g[{whole}]") + "    return total\n")


def choose_unreduce(g: Any, x: Any, axis: Any = None, keepdims: Any = False) -> Version:
    if not isinstance(x, types.Array):
        return lambda g, x, axis=None, keepdims=False: g
    if is_absent(axis) and is_scalar(g):
        return lambda g, x, axis=None, keepdims=False: np.full(x.shape, g)
    if isinstance(axis, types.IntegerLiteral | types.Integer) and isinstance(g, types.Array) and g.ndim == x.ndim - 1:
        return written(spread_along(x.ndim))
    return None


def spread_along(rank: int) -> str:
    """The elements of `g` all along an axis of `x`."""
    text = "def version(g, x, axis=None, keepdims=False):\n    result = np.empty(x.shape, g.dtype)\n"
    for a in range(rank):
        rest = ", ".join(f"k{n}" for n in range(rank) if n != a) or "()"
        text += f"    if axis == {a} or axis == {a - rank}:\n" + over("x.shape", rank, f"result[{places(0, rank)}] = g[{rest}]", " " * 8)
    return text + "    return result\n"


VERSIONS = {runtime.unbroadcast: choose_unbroadcast, runtime.unreduce: choose_unreduce}
