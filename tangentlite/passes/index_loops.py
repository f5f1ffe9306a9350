"""Loops over active containers run over their indices, so that the adjoint of an element has a place to go.

    for v in x:            for i in range(len(x)):
        s += v * v    ->       v = x[i]
                               s += v * v
"""
from __future__ import annotations

import operator
from collections.abc import Container
from dataclasses import replace
from typing import Any

from tangentlite.ir import Const, Eqn, For, If, Trace, Var, While
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Block, Loc, Stmt, leaves


def index_loops(trace: Trace, varied: Container[Var]) -> Trace:
    """Rewrite every loop whose targets vary and whose iterator is a container, `zip`, `enumerate`, `reversed` or `items`."""
    defs: dict[Var, Eqn] = {}

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn():
                    defs.update((o, s) for o in s.outs)
                case If():
                    s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
                case While():
                    s = replace(s, body=visit(s.body))
                case For():
                    s = replace(s, body=visit(s.body))
                    if any(t in varied for t in leaves(s.targets)):
                        prelude, s = indexed(s, defs)
                        stmts += prelude
            stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    return replace(trace, block=visit(trace.block))


def indexed(s: For, defs: dict[Var, Eqn]) -> tuple[list[Stmt], For]:
    """The loop over indices, and the equations before it that find out how many there are."""
    made, reads = Maker(s.loc, defs), Maker(s.loc, defs)
    iterator, targets, backwards = s.iter, s.targets, False
    op, args = made.maker_of(iterator)
    while op is reversed:
        iterator, backwards = args[0], not backwards
        op, args = made.maker_of(iterator)
    index = Var("i")
    if op is dict.items and isinstance(targets, tuple):
        index, over = targets[0], args[0]
        reads.bind_item(targets[1], args[0], index)
    else:
        over = made.eqn(range, made.extent(iterator))
        if op is enumerate and isinstance(targets, tuple) and args[1:] in ((), (Const(0),)):
            index = targets[0]
            reads.read(args[0], targets[1], index)
        else:
            reads.read(iterator, targets, index)
    if backwards:
        over = made.eqn(reversed, over)
    body = Block((index, *s.carried), (*reads.stmts, *s.body.stmts), s.body.outs)
    return list(made.stmts), replace(s, targets=index, iter=over, body=body)


class Maker:
    """Appends equations that take an iterator apart."""

    def __init__(self, loc: Loc, defs: dict[Var, Eqn]) -> None:
        self.loc, self.defs = loc, defs
        self.stmts: list[Eqn] = []

    def eqn(self, op: Any, *args: Any, out: Var | None = None) -> Var:
        made = Eqn((out or Var(temp=True),), op, args, (), self.loc)
        self.stmts.append(made)
        self.defs[made.out] = made
        return made.out

    def maker_of(self, it: Any) -> tuple[Any, tuple[Any, ...]]:
        """The iterator function that made `it`, and its arguments."""
        e = self.defs.get(it) if isinstance(it, Var) else None
        if e is None or e.kwargs:
            return None, ()
        if e.op is call_method and e.args[1] == Const("items"):
            return dict.items, e.args[:1]
        return (e.op, e.args) if e.op in (enumerate, zip, reversed) else (None, ())

    def extent(self, it: Any) -> Any:
        """How many items the iterator yields."""
        op, args = self.maker_of(it)
        if op in (enumerate, reversed):
            return self.extent(args[0])
        if op is zip:
            counts = [self.extent(a) for a in args]
            return counts[0] if len(counts) == 1 else self.eqn(min, *counts)
        return self.eqn(len, it)

    def read(self, it: Any, targets: Any, index: Any) -> None:
        """Bind the targets to what the iterator yields at `index`."""
        op, args = self.maker_of(it)
        if op is enumerate and isinstance(targets, tuple):
            self.eqn(operator.add, index, args[1] if len(args) > 1 else Const(0), out=targets[0])
            self.read(args[0], targets[1], index)
        elif op is zip and isinstance(targets, tuple):
            for a, t in zip(args, targets):
                self.read(a, t, index)
        elif op is reversed:
            self.read(args[0], targets, self.eqn(operator.sub, Const(-1), index))
        else:
            self.bind_item(targets, it, index)

    def bind_item(self, target: Any, items: Any, index: Any) -> None:
        """target = items[index], unpacked where the target is a tuple."""
        if isinstance(target, Var):
            self.eqn(operator.getitem, items, index, out=target)
            return
        row = self.eqn(operator.getitem, items, index)
        for k, t in enumerate(target):
            self.bind_item(t, row, Const(k))
