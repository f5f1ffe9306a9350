"""Indices as the trace has them: the entries of `u[i, 1:]` are those of a tuple, constant or made."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, Var, walk


def entries(index: Any, defs: Mapping[Var, Eqn]) -> tuple[Any, ...]:
    """The entries of an index, as values of the trace.

    >>> entries(Const((0, slice(1, None))), {}) == (Const(0), Const(slice(1, None)))
    True
    """
    if isinstance(index, Const):
        return tuple(map(Const, index.value)) if isinstance(index.value, tuple) else (index,)
    made = defs.get(index)
    return made.args if made is not None and made.op is make_tuple else (index,)


def tuples_in(block: Block) -> dict[Var, Eqn]:
    """The equations that make tuples, by what they make."""
    return {s.out: s for s in walk(block) if isinstance(s, Eqn) and s.op is make_tuple and len(s.outs) == 1}
