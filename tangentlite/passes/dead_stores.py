"""What an iteration writes into an element of its own, and nobody reads, is not written.

    for i in reversed(range(n)):            for i in reversed(range(n)):
        g = v_bar[i]                            g = v_bar[i]
        v_bar[i] = 0.0               ->         x_bar[i] += c * g
        x_bar[i] += c * g

The adjoint of `v[i] = ...` ends with a zero, which counts where an earlier statement has written that element, too. An array that is made
for the loop has no earlier statement.
"""
from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.positions import Positions
from tangentlite.ir import Eqn, For, Trace, Var
from tangentlite.ir.ops import call_method
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.substitute import rename_defs, substitute
from tangentlite.ir.trace import Block, Const, Stmt, leaves, read_counts, spelled_alike, uses, walk
from tangentlite.passes.bodies import nested, with_statements

Loops = tuple[For, ...]
COPY = Const("copy")


def dead_stores(trace: Trace, kinds: Kinds | None = None) -> Trace:
    """The trace, before updates in place, with loops that read the array as it was before them; `kinds` learns of new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Const
    >>> n, over, i, v, before, after, g, out = (Var(hint) for hint in ("n", "", "i", "v_bar", "v_bar", "v_bar", "g", "v_bar"))
    >>> stmts = (Eqn((g,), operator.getitem, (before, i)), Eqn((after,), runtime.setitem, (before, i, Const(0.0))), Eqn((), print, (g,)))
    >>> loop = For((out,), i, over, (v,), Block((i, before), stmts, (after,)))
    >>> trace = Trace("f", Block((n, v), (Eqn((over,), range, (n,)), loop), (n,)))
    >>> print(trace, end="")
    def f(n, v_bar):
        v1 = range(n)
        for i in v1:
            g = v_bar[i]
            v_bar = setitem(v_bar, i, 0.0)
            print(g)
        return n
    >>> print(dead_stores(trace), end="")
    def f(n, v_bar):
        v1 = range(n)
        for i in v1:
            g = v_bar[i]
            print(g)
        return n
    """
    if not any(isinstance(s, Eqn) and s.op is runtime.setitem for s in walk(trace.block)):
        return trace
    finder = DeadStores(trace)
    block = finder.block(trace.block)
    if kinds is not None:
        kinds.update((new, kinds[v]) for v, new in finder.names.items() if v in kinds)
    return trace if block is trace.block else replace(trace, block=substitute(rename_defs(block, finder.names), finder.names))


class DeadStores:
    def __init__(self, trace: Trace) -> None:
        self.positions = Positions(trace)
        self.counts: Counter[Var] = read_counts(trace.block)
        self.made = {o for s in walk(trace.block) if isinstance(s, Eqn) for o in s.outs}
        self.names: dict[Var, Var] = {}  # of arrays that are made for such a loop: as the loop called them

    def block(self, block: Block) -> Block:
        return with_statements(block, [nested(self.loop(s) if isinstance(s, For) else s, self.block) for s in block.stmts])

    def loop(self, s: For) -> For:
        """The loop without what only such elements are carried for."""
        for k in reversed(range(len(s.outs))):
            if not self.counts[s.outs[k]] and k != s.stop and self.is_dead(s.body, s.carried[k], s.body.outs[k], (s,)):
                init, array = s.inits[k], s.carried[k]
                if init in self.made and self.counts[init] == 1 and not spelled_alike(init, array):
                    self.names[init] = array.twin()
                s = reading(s, k)
        return s

    def is_dead(self, block: Block, array: Var, end: Any, loops: Loops) -> bool:
        """Is all that happens to the array that one element, of each iteration's own, is read and then written?"""
        places: set[Any] = set()
        written = False
        for s in block.stmts:
            if array not in uses(s):
                continue
            match s:
                case Eqn(op=operator.getitem) if s.args[0] is array is not s.args[1] and not written:
                    places.add(self.place(s.args[1], loops))
                case Eqn(op=runtime.setitem) if s.args[0] is array and array not in s.args[1:] and s.out is end and not written:
                    places.add(self.place(s.args[1], loops))
                    written = True
                case For() if s.inits.count(array) == 1 and s.outs[k := s.inits.index(array)] is end and not written and s.stop is None:
                    alone = array not in uses(replace(s, inits=()))
                    if places or not alone or not self.is_dead(s.body, s.carried[k], s.body.outs[k], (*loops, s)):
                        return False
                    places.add(())
                    written = True
                case _:
                    return False
        return written and len(places) == 1 and None not in places and self.counts[end] == 1

    def place(self, index: Any, loops: Loops) -> Any:
        """What tells an element from others, if every iteration of the loops has one of its own; otherwise None."""
        parts = self.positions.parts(index)
        for loop in loops:
            if not any(self.positions.is_one(a, t) for a in parts for t in leaves(loop.targets)):
                return None
        return tuple(map(self.positions.from_base, parts))


def reading(s: For, k: int) -> For:
    """The loop, which reads what it carried as it was before."""
    def without(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*items[:k], *items[k + 1:])

    known = len(s.body.params) - len(s.inits)
    array, end = s.carried[k], s.body.outs[k]
    stmts: list[Stmt] = []
    for t in s.body.stmts:
        if end not in t.outs:
            stmts.append(t)
        elif isinstance(t, For):
            stmts.append(reading(t, t.outs.index(end)))
    eqns = [t for t in stmts if isinstance(t, Eqn)]
    parts = {t.out for t in eqns if t.op is operator.getitem and t.args[0] is array}
    copies = {t.out: t.args[0] for t in eqns if t.op is call_method and t.args[1:] == (COPY,) and t.args[0] in parts}
    kept = tuple(t for t in stmts if copies.keys().isdisjoint(t.outs))  # of parts, because they were written then
    body = Block((*s.body.params[:known], *without(s.carried)), kept, without(s.body.outs))
    stop = s.stop - (s.stop > k) if s.stop is not None else None
    return replace(s, outs=without(s.outs), inits=without(s.inits), body=substitute(body, {**copies, array: s.inits[k]}), stop=stop)
