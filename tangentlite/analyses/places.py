"""Views of which nothing but elements is read: the adjoint of such an element is added through the view, which has none itself.

    v = x[a:b];   s = s + v[i]             x_bar[a:b][i] += s_bar
    w = ws[k];    s = s + w[i]             ws_bar[k][i] += s_bar
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries, tuples_in
from tangentlite.ir.trace import Block, Eqn, Trace, Var, all_blocks, read_counts

Place = tuple[Var, Any]  # what the view is taken of, and at which index


def places(trace: Trace, kinds: Mapping[Var, Any]) -> dict[Var, Place]:
    """Slices of arrays, and arrays in lists, of which a block reads elements alone, where it takes them."""
    tuples, counts = tuples_in(trace.block), read_counts(trace.block)

    def kind(a: Any) -> Any:
        return K.kind_of(kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a)

    def is_integer(a: Any) -> bool:
        return K.is_integer(kind(a))

    def is_view(s: Eqn) -> bool:
        of_out, base = kind(s.out), kind(s.args[0])
        if not isinstance(s.args[0], Var) or not isinstance(of_out, K.Array) or not of_out.dims:
            return False
        if isinstance(base, K.Seq):
            return base.type == "list" and is_integer(s.args[1])
        at = entries(s.args[1], tuples)
        return isinstance(base, K.Array) and any(kind(p) == K.Inert("slice") for p in at) and (
            all(is_integer(p) or kind(p) == K.Inert("slice") for p in at))

    def in_block(block: Block) -> dict[Var, Place]:
        reads = [s for s in block.stmts if isinstance(s, Eqn) and s.op is operator.getitem and len(s.outs) == 1]
        views = {s.out: (s.args[0], s.args[1]) for s in reads if is_view(s)}
        elements = Counter(s.args[0] for s in reads if s.args[0] in views and all(map(is_integer, entries(s.args[1], tuples))))
        return {v: place for v, place in views.items() if 0 < elements[v] == counts[v]}

    return {v: place for b in all_blocks(trace.block) for v, place in in_block(b).items()}
