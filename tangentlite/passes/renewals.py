"""The adjoint that an iteration, or a branch, hands on is computed when the one it was given is not needed any more.

    p_bar_1 = p_bar * v                     v_bar = p_bar * p
    v_bar = p_bar * p              ->       p_bar = p_bar * v
    p_bar = p_bar_1
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var, free, read_counts, reads, variables
from tangentlite.passes.bodies import nested, with_statements

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos)


def renewals(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, before `fold`, with arithmetic on numbers moved towards the end of the bodies of loops.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> from tangentlite.ir.trace import For
    >>> n, x, g = Var("n"), Var("x"), Var("g", suffix="_bar")
    >>> b, body, i, p, s, t = Builder(), Builder(), Var("i"), g.twin(), Var("s"), Var("s")
    >>> new = g.twin()
    >>> body.stmts += [Eqn((new,), operator.mul, (p, x)), Eqn((t,), operator.add, (s, p))]
    >>> outs = (g.twin(), Var("s"))
    >>> b.stmts.append(For(outs, i, n, (g, Const(0.0)), body.block((i, p, s), (new, t))))
    >>> trace = Trace("f", b.block((n, x, g), outs), outs=(0, 1))
    >>> numbers = dict.fromkeys((x, p, new, s, t), K.FLOAT)
    >>> print(trace, end="")
    def f(n, x, g):
        s = 0.0
        for i in n:
            g_1 = g * x
            s = s + g
            g = g_1
        return g, s
    >>> print(renewals(trace, numbers), end="")
    def f(n, x, g):
        s = 0.0
        for i in n:
            s = s + g
            g = g * x
        return g, s
    """
    counts = read_counts(trace.block)

    def visit(block: Block) -> Block:
        block = with_statements(block, [nested(s, visit) for s in block.stmts])
        return block if block is trace.block else Body(block, counts, kinds).renewed_late()

    return replace(trace, block=with_statements(trace.block, [nested(s, visit) for s in trace.block.stmts]))


class Body:
    """The body of a loop, or the arm of a branch."""

    def __init__(self, block: Block, counts: Counter[Var], kinds: Mapping[Var, Any]) -> None:
        self.block, self.counts, self.kinds = block, counts, kinds
        self.place = {o: k for k, s in enumerate(block.stmts) for o in s.outs}
        self.first: dict[Var, int] = {}  # where values are read first, and last: parts of expressions where the expression is printed
        self.last: dict[Var, int] = {}
        printed = list(range(len(block.stmts)))
        for k, s in reversed(list(enumerate(block.stmts))):
            if isinstance(s, Eqn) and len(s.outs) == 1 and s.out.temp and counts[s.out] == 1:
                printed[k] = self.last.get(s.out, k)
            for v in variables(reads(s)) if isinstance(s, Eqn) else free(Block((), (s,), ())):
                self.first[v] = k
                self.last[v] = max(self.last.get(v, -1), printed[k])

    def renewed_late(self) -> Block:
        """The block, with adjoints computed after the last statement that reads those whose names they ask for."""
        late: dict[int, int] = {}  # by their places, after which they go
        last: dict[Any, int] = {}  # where a name is read, by what asks for it
        for v, k in self.last.items():
            if v.suffix and v not in self.place:
                last[wish(v)] = max(last.get(wish(v), -1), k)
        for v, k in self.place.items():
            if v.suffix:
                before = last.get(wish(v), -1)
                if k < before < self.first.get(v, before + 1):
                    late.update(dict.fromkeys(self.parts(k), before))
                last[wish(v)] = max(before, self.last.get(v, -1))
        order = sorted(range(len(self.block.stmts)), key=lambda k: (late.get(k, k), k in late, k))
        return with_statements(self.block, [self.block.stmts[k] for k in order])

    def parts(self, k: int) -> list[int]:
        """The places of an equation and of those of which its expression consists; none if it is no arithmetic."""
        found: list[int] = []
        todo = [k]
        while todo:
            e = self.block.stmts[todo.pop()]
            if is_arithmetic(e, self.kinds):
                found.append(self.place[e.outs[0]])
                own = [a for a in reads(e) if a in self.place and self.counts[a] == 1]
                todo += [self.place[a] for a in own if a.temp or wish(a) == wish(e.outs[0])]
        return found


def wish(v: Var) -> Any:
    """What is the same for values that ask for the same name."""
    return v.hint, v.temp, v.suffix, wish(v.like) if v.like is not None else None


def is_arithmetic(s: Stmt, kinds: Mapping[Var, Any]) -> bool:
    """Of numbers, which no update changes."""
    return isinstance(s, Eqn) and s.op in ARITHMETIC and all(
        K.is_number(K.kind_of(a if isinstance(a, Const) else kinds.get(a, K.UNKNOWN))) for a in (*s.inputs, *s.outs))
