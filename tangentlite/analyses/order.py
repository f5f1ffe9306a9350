"""Where every statement stands in the text: which comes before which, and what lies inside what."""
from __future__ import annotations

from tangentlite.ir.trace import Block, Stmt, Trace, Var, blocks


class Order:
    """Statements numbered as they are written. `first[s]` is the number of a statement, `last[s]` that of the last one inside it."""

    def __init__(self, trace: Trace) -> None:
        self.first: dict[Stmt, int] = {}
        self.last: dict[Stmt, int] = {}
        self.around: dict[Stmt, Stmt | None] = {}  # the branch or loop a statement lies in
        self.defined: dict[Var, int] = dict.fromkeys(trace.block.params, -1)
        self.visit(trace.block, None)

    def visit(self, block: Block, around: Stmt | None) -> None:
        for s in block.stmts:
            number = self.first[s] = len(self.first)
            self.around[s] = around
            for inner in blocks(s):
                self.defined.update(dict.fromkeys(inner.params, number))
                self.visit(inner, s)
            self.last[s] = len(self.first) - 1
            self.defined.update(dict.fromkeys(s.outs, self.last[s]))

    def step(self, s: Stmt, around: Stmt | None) -> Stmt | None:
        """The statement directly inside `around` that `s` is, or lies in."""
        inner: Stmt | None = s
        while inner is not None and self.around[inner] is not around:
            inner = self.around[inner]
        return inner
