"""Iterators over the positions in arrays, as loops over each of their axes.

    np.ndindex(n, m)                ((i, j) for i in range(n) for j in range(m))
    np.ndenumerate(a)               (((i, j), a[i, j]) for i in range(a.shape[0]) for j in range(a.shape[1]))
    a.flat                          (a[i, j] for i in range(a.shape[0]) for j in range(a.shape[1]))
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K

if TYPE_CHECKING:
    from tangentlite.frontend.streams import Streams

INDICES = "ijklmnopqr"
MOST = len(INDICES)  # axes


def positions(low: Streams, node: Any, name: str, *shape: Any) -> Any:
    """`np.ndindex(*shape)`"""
    if len(shape) == 1 and low.spreads(shape[0]):
        shape = tuple(low.spread(shape[0], node))
    if not 0 < len(shape) <= MOST or not all(isinstance(n, (Var, Const)) and is_integer(low.kind(n)) for n in shape):
        return None
    text = f"({over('({},)', len(shape), 'count_{}')})"
    return low.stand_in(text, node, **{f"count_{i}": n for i, n in zip(INDICES, shape)})


def numbered(low: Streams, node: Any, name: str, array: Any) -> Any:
    """`np.ndenumerate(array)`"""
    return elements(low, node, array, "(({},), items[{}])")


def in_order(low: Streams, node: Any, value: Any) -> Any:
    """What a loop over `array.flat` runs through; None where `value` is something else."""
    made = low.b.defs.get(value) if isinstance(value, Var) else None
    if made is None or made.op is not getattr or made.args[1] != Const("flat"):
        return None
    if any(v is value for v in low.env.values()):  # it goes on where it was left
        raise low.unsupported(node, "`.flat` with a name, which can be run through once, cannot be differentiated yet",
                              "Write it where it is run through")
    return elements(low, node, made.args[0], "items[{}]")


def elements(low: Streams, node: Any, array: Any, each: str) -> Any:
    dims = K.dims_of(low.kind(array)) if isinstance(array, Var) else None
    if not dims or len(dims) > MOST:
        return None
    counts = {f"count_{i}": low.stand_in(f"items.shape[{k}]", node, items=array) for k, i in enumerate(INDICES[:len(dims)])}
    return low.stand_in(f"({over(each, len(dims), 'count_{}')})", node, items=array, **counts)


def over(each: str, axes: int, count: str) -> str:
    """The text of a generator.

    >>> over("items[{}]", 2, "count_{}")
    'items[i, j] for i in range(count_i) for j in range(count_j)'
    """
    indices = INDICES[:axes]
    clauses = " ".join(f"for {i} in range({count.format(i)})" for i in indices)
    return each.replace("{}", ", ".join(indices)) + " " + clauses


def is_integer(kind: Any) -> bool:
    return isinstance(kind, K.Number) and not K.differentiable(kind)
