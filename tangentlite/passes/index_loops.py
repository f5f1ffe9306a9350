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

from tangentlite.analyses.iterators import MAKERS, spent_at_once
from tangentlite.errors import UnsupportedError
from tangentlite.ir import Const, Eqn, For, If, Trace, Var, While
from tangentlite.ir.ops import call_method
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Loc, Stmt, leaves, walk

VIEWS = {Const("items"): dict.items, Const("values"): dict.values}


def index_loops(trace: Trace, varied: Container[Var]) -> Trace:
    """Rewrite every loop whose targets vary and whose iterator is a container, `zip`, `enumerate`, `reversed` or `items`.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     s = 0.0
    ...     for v in x:
    ...         s += v
    ...     return s
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> trace = program.traces[root]
    >>> loop = trace.block.stmts[-1]
    >>> print(trace, end="")
    def f(x):
        s = 0.0
        for v in x:
            s += v
        return s
    >>> print(index_loops(trace, {loop.targets}), end="")
    def f(x):
        v1 = len(x)
        v1 = range(v1)
        s = 0.0
        for i in v1:
            v = x[i]
            s += v
        return s
    """
    if not any(t in varied for s in walk(trace.block) if isinstance(s, For) for t in leaves(s.targets)):
        return trace
    defs: dict[Var, Eqn] = {}
    spent = spent_at_once(trace)

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
                        refuse_reuse(s, defs, spent)
                        prelude, s = indexed(s, defs)
                        stmts += prelude
            stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    return replace(trace, block=visit(trace.block))


def refuse_reuse(s: For, defs: dict[Var, Eqn], spent: set[Var]) -> None:
    """By index a loop begins with the first item; an iterator used before, or again, goes on where it was left."""
    todo = [s.iter]
    while todo:
        it = todo.pop()
        e = defs.get(it) if isinstance(it, Var) else None
        if e is not None and e.op in MAKERS:
            if it not in spent:
                raise UnsupportedError("this loop runs over an iterator that is used elsewhere too", s.loc,
                                       "Make the iterator in the `for` statement")
            todo += e.args


def indexed(s: For, defs: dict[Var, Eqn]) -> tuple[list[Stmt], For]:
    """The loop over indices, and the equations before it that find out how many there are."""
    made = Maker(s.loc, defs)
    reads = Maker(s.loc, defs, made)
    iterator, targets, backwards = s.iter, s.targets, False
    op, args = made.maker_of(iterator)
    while op is reversed:
        iterator, backwards = args[0], not backwards
        op, args = made.maker_of(iterator)
    index = Var("i")
    known: dict[Var, Any] = {}
    if op is dict.items and isinstance(targets, tuple):
        index, over = Var(targets[0].hint if isinstance(targets[0], Var) else "key"), args[0]
        known = reads.key(targets[0], index)  # which does not vary, unlike what the items had there
        reads.bind_item(targets[1], over, index)
    elif op is dict.values:
        index, over = Var("key"), args[0]
        reads.bind_item(targets, over, index)
    else:
        over = made.eqn(range, made.extent(iterator))
        if op is enumerate and isinstance(targets, tuple) and args[1:] in ((), (Const(0),)):
            index = targets[0]
            reads.read(args[0], targets[1], index)
        else:
            reads.read(iterator, targets, index)
    if backwards:
        over = made.eqn(call_method, over, Const("keys")) if op in VIEWS.values() else over
        over = made.eqn(reversed, over)
    inner = substitute(Block((), s.body.stmts, s.body.outs), known) if known else s.body
    body = Block((index, *s.carried), (*reads.stmts, *inner.stmts), inner.outs)
    return list(made.stmts), replace(s, targets=index, iter=over, body=body)


class Maker:
    """Appends equations that take an iterator apart."""

    def __init__(self, loc: Loc, defs: dict[Var, Eqn], before: Maker | None = None) -> None:
        self.loc, self.defs, self.before = loc, defs, before
        self.stmts: list[Eqn] = []

    def eqn(self, op: Any, *args: Any, out: Var | None = None) -> Var:
        made = Eqn((out or Var(temp=True),), op, args, (), self.loc)
        self.stmts.append(made)
        self.defs[made.out] = made
        return made.out

    def maker_of(self, it: Any) -> tuple[Any, tuple[Any, ...]]:
        """The iterator function that made `it`, and its arguments."""
        e = self.defs.get(it) if isinstance(it, Var) else None
        if e is None or e.op is zip and e.kwargs:
            return None, ()
        if e.op is call_method and len(e.inputs) == 2 and e.args[1] in VIEWS:
            return VIEWS[e.args[1]], e.args[:1]
        return (e.op, e.inputs) if e.op in MAKERS else (None, ())

    def key(self, target: Any, key: Var) -> dict[Var, Any]:
        """What stands for the target of a key, or for its parts."""
        if isinstance(target, Var):
            return {target: key}
        known: dict[Var, Any] = {}
        for k, t in enumerate(target):
            part = Var(t.hint if isinstance(t, Var) else "", not isinstance(t, Var))
            known.update(self.key(t, self.eqn(operator.getitem, key, Const(k), out=part)))
        return known

    def extent(self, it: Any) -> Any:
        """How many items the iterator yields."""
        op, args = self.maker_of(it)
        if op in (enumerate, reversed):
            return self.extent(args[0])
        if op in VIEWS.values():
            return self.eqn(len, args[0])
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
        elif op in VIEWS.values():
            self.read_entry(op, args[0], targets, index)
        else:
            self.bind_item(targets, it, index)

    def read_entry(self, view: Any, entries: Any, targets: Any, index: Any) -> None:
        """Bind the targets to the entry of a dictionary at a position."""
        assert self.before is not None
        keys = self.before.eqn(list, self.before.eqn(call_method, entries, Const("keys")))
        pair = view is dict.items and isinstance(targets, tuple)
        key = self.eqn(operator.getitem, keys, index, out=targets[0] if pair and isinstance(targets[0], Var) else None)
        if view is dict.items and not pair:
            raise UnsupportedError("the items of a dictionary want two targets here", self.loc, "Write `for key, value in ...`")
        self.bind_item(targets[1] if pair else targets, entries, key)

    def bind_item(self, target: Any, items: Any, index: Any) -> None:
        """target = items[index], unpacked where the target is a tuple."""
        if isinstance(target, Var):
            self.eqn(operator.getitem, items, index, out=target)
            return
        row = self.eqn(operator.getitem, items, index)
        for k, t in enumerate(target):
            self.bind_item(t, row, Const(k))
