"""Adjoints of arrays go on in the memory that they have, where nothing else reads it.

    x_bar = y_bar * w                x_bar = y_bar * w
    x_bar = x_bar + g        ->      x_bar += g

For text that Python runs; Numba compiles an expression of arrays to one loop, which also makes its result.
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.whole import Whole, alike
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Call, Eqn, Stmt, Trace, Var, read_counts, spelled_alike
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.expressions import Expressions

AUGMENTED: Mapping[Callable[..., Any], Callable[..., Any]] = {
    operator.add: operator.iadd, operator.sub: operator.isub, operator.mul: operator.imul, operator.truediv: operator.itruediv,
}
NEW = frozenset((*AUGMENTED, *AUGMENTED.values(), operator.neg, operator.matmul, np.dot, np.outer, np.zeros_like))


def augmented(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, after `fold`, with arithmetic that keeps the name, shape and dtype of an array done in place.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Loc
    >>> from tangentlite.ir.build import Builder
    >>> b, loc, x, w = Builder(), Loc(sweep="reverse"), Var("x"), Var("w")
    >>> first, second = Var("x", like=x, suffix="_bar"), Var("x", like=x, suffix="_bar")
    >>> b.stmts += [Eqn((first,), operator.mul, (x, w), (), loc), Eqn((second,), operator.add, (first, w), (), loc)]
    >>> trace = Trace("f", b.block((x, w), (second,)))
    >>> kinds = dict.fromkeys((x, w, first, second), K.Array("float64", (("n", "x", 0),)))
    >>> print(augmented(trace, kinds), end="")
    def f(x, w):
        x_bar = x * w
        x_bar += w
        return x_bar
    """
    block = Augmented(trace, kinds).block(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class Augmented(Expressions):
    def __init__(self, trace: Trace, kinds: dict[Var, Any]) -> None:
        super().__init__(kinds)
        self.count = read_counts(trace.block)
        self.is_whole = Whole(trace, kinds)

    def block(self, block: Block) -> Block:
        new: set[Var] = set()  # arrays that a statement of the block has made, or is given
        stmts: list[Stmt] = []
        for s in block.stmts:
            s = nested(s, self.block)
            if isinstance(s, Eqn) and len(s.outs) == 1:
                if self.keeps(s, new):
                    s = replace(s, op=AUGMENTED[s.op])
                if s.op in NEW:
                    new.add(s.out)
            elif isinstance(s, Call):
                new.update(o for o, _ in s.updated)
            stmts.append(s)
        return with_statements(block, stmts)

    def keeps(self, s: Eqn, new: set[Var]) -> bool:
        """Is the result like the first operand, which nothing else reads?"""
        u = s.args[0] if s.op in AUGMENTED else None
        if not isinstance(u, Var) or not u.suffix or u not in new or self.count[u] != 1 or not spelled_alike(u, s.out):
            return False
        old, term, result = self.kind(u), self.kind(s.args[1]), self.kind(s)
        return is_array(old) and is_array(result) and old.dtype == result.dtype and alike(old, result) and self.is_whole(u) and (
            K.is_number(term) or is_array(term) and len(term.dims) <= len(old.dims))


def is_array(kind: Any) -> bool:
    return isinstance(kind, K.Array) and bool(kind.dims) and (kind.dtype or "").startswith(("float", "complex"))
