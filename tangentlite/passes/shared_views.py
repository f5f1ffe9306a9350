"""Views that every iteration of a loop takes of the same array, for an element of it, are taken once: they have one adjoint.

    for i in range(n):                      v1 = x[1:]
        v1 = x[1:]                          for i in range(n):
        s = s + v1[i]               ->          s = s + v1[i]

The loop may have no iterations, so only what cannot raise moves.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.ranges import defined
from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries
from tangentlite.ir.ops import call_method, make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, For, Stmt, Trace, Var, While, blocks, walk
from tangentlite.passes.bodies import with_blocks, with_statements
from tangentlite.rules.effects import may_write

ATTRIBUTES = ("T", "real", "imag", "flat")
METHODS = ("ravel", "squeeze", "transpose")
FUNCTIONS = (np.ravel, np.squeeze, np.transpose, np.asarray, np.asanyarray, np.ascontiguousarray, np.atleast_1d, np.real, np.imag,
             np.flip, np.flipud)


def shared_views(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, before it is differentiated, with what loops see of arrays from outside taken before them.

    >>> import tangentlite.backend.show
    >>> from tangentlite.analyses.kinds import kinds
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     s = 0.0
    ...     for i in range(3):
    ...         s = s + x[1:][i]
    ...     return s
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> trace = program.traces[root]
    >>> print(shared_views(trace, kinds(trace, {})), end="")
    def f(x):
        v1 = range(3)
        s_1 = x[1:]
        s = 0.0
        for i in v1:
            s_2 = s_1[i]
            s = s + s_2
        return s
    """
    block = SharedViews(kinds).block(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class SharedViews:
    def __init__(self, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            s = with_blocks(s, [self.block(b) for b in blocks(s)])
            if isinstance(s, For | While):
                moved, s = self.moved(s)
                stmts += moved
            stmts.append(s)
        return with_statements(block, stmts)

    def moved(self, loop: For | While) -> tuple[list[Eqn], For | While]:
        """The views that all iterations take, and the loop without them."""
        own = {v for b in blocks(loop) for v in defined(b)}
        if any(may_write(s) for b in blocks(loop) for s in walk(b)):
            return [], loop  # an array may become another one in the middle of an iteration
        found: list[Eqn] = []
        inside = [s for b in blocks(loop) for s in walk(b) if isinstance(s, Eqn)]
        indices = {s.out: s for s in inside if s.op in (slice, make_tuple) and len(s.outs) == 1}
        asked = {a for s in inside if s.op is operator.getitem or self.is_view(s, indices) for a in s.args[:1] if isinstance(a, Var)}
        asked.update(s.out for s in inside if s.op is operator.getitem and isinstance(self.kinds.get(s.args[0]), K.Seq))

        def is_fixed(e: Eqn) -> bool:
            """Does it read nothing of the loop but an index, which reads nothing of it?"""
            return all(not isinstance(a, Var) or a not in own or a in indices and is_fixed(indices[a]) for a in e.inputs)

        def take(e: Eqn) -> None:
            for a in e.inputs:
                if a in own:
                    take(indices[a])
            own.difference_update(e.outs)
            found.append(e)

        for s in inside:
            if len(s.outs) == 1 and s.out in own & asked and is_fixed(s) and self.is_view(s, indices):
                take(s)
        return found, without(loop, set(found)) if found else loop

    def is_view(self, e: Eqn, indices: Mapping[Var, Eqn]) -> bool:
        """Is this a view of an array that can be had of every array of its rank?"""
        kind = self.kinds.get(e.args[0]) if e.args and isinstance(e.args[0], Var) else None
        if e.op is operator.getitem and isinstance(kind, K.Seq | K.Record):
            return self.is_known_item(kind, e)
        if not isinstance(kind, K.Array) or not kind.dims or e.kwargs:
            return False
        rest = e.args[1:]
        if e.op is operator.getitem:
            return self.is_all_slices(rest[0], indices, len(kind.dims))
        if e.op is getattr:
            return isinstance(rest[0], Const) and rest[0].value in ATTRIBUTES
        if e.op is call_method:
            return len(rest) == 1 and rest[0].value in METHODS or rest == (Const("reshape"), Const(-1))
        return e.op in FUNCTIONS and not rest or e.op is np.reshape and rest in ((Const(-1),), (Const((-1,)),))

    def is_known_item(self, kind: K.Seq | K.Record, e: Eqn) -> bool:
        """Is it an item that a container surely has? (A number in a list has its place in the adjoint.)"""
        key = e.args[1].value if isinstance(e.args[1], Const) else None
        if isinstance(kind, K.Record):
            return kind.type is dict and type(key) in (str, int) and kind.item(key) is not None
        number = isinstance(K.kind_of(self.kinds.get(e.out, K.UNKNOWN)), K.Number | K.Unknown)
        return kind.items is not None and type(key) is int and -len(kind.items) <= key < len(kind.items) and (
            kind.type == "tuple" or kind.type == "list" and not number)

    def is_all_slices(self, index: Any, indices: Mapping[Var, Eqn], axes: int) -> bool:
        parts = entries(index, indices)
        return len(parts) <= axes and all(self.is_slice(p, indices) for p in parts)

    def is_slice(self, p: Any, indices: Mapping[Var, Eqn]) -> bool:
        if isinstance(p, Const):
            return isinstance(p.value, slice) and p.value.step != 0
        made = indices.get(p)
        if made is None or made.op is not slice or isinstance(made.args[-1], Var) or made.args[-1] == Const(0) and len(made.args) == 3:
            return False
        return all(a == Const(None) or K.is_int(K.kind_of(a if isinstance(a, Const) else self.kinds.get(a, K.UNKNOWN))) for a in made.args)


def without(loop: Any, moved: set[Eqn]) -> Any:
    def visit(block: Block) -> Block:
        return with_statements(block, [with_blocks(s, list(map(visit, blocks(s)))) for s in block.stmts if s not in moved])

    return with_blocks(loop, list(map(visit, blocks(loop))))
