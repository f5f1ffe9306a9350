"""The adjoint that an iteration hands on is computed when the one it was given is not needed any more.

    p_bar_1 = p_bar * v                     v_bar = p_bar * p
    v_bar = p_bar * p              ->       p_bar = p_bar * v
    p_bar = p_bar_1
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, For, Stmt, Trace, Var, While, free, read_counts, reads, spelled_alike, variables
from tangentlite.passes.bodies import nested, with_statements

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos)


def renewals(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, before `fold`, with arithmetic on numbers moved towards the end of the bodies of loops.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
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
        return with_statements(block, [statement(nested(s, visit)) for s in block.stmts])

    def statement(s: Stmt) -> Stmt:
        if not isinstance(s, For | While) or not any(p.suffix for p in s.carried):
            return s
        body = Body(s, counts, kinds).renewed_late()
        return s if body is s.body else replace(s, body=body)

    return replace(trace, block=visit(trace.block))


class Body:
    def __init__(self, s: For | While, counts: Counter[Var], kinds: Mapping[Var, Any]) -> None:
        self.loop, self.counts, self.kinds = s, counts, kinds
        self.place = {o: k for k, t in enumerate(s.body.stmts) for o in t.outs}
        self.users: dict[Var, list[int]] = {}  # where values are read, for parts of expressions where the expression is printed
        printed = list(range(len(s.body.stmts)))
        for k, t in reversed(list(enumerate(s.body.stmts))):
            if isinstance(t, Eqn) and len(t.outs) == 1 and t.out.temp and counts[t.out] == 1:
                printed[k] = self.users.get(t.out, [k])[0]
            for v in dict.fromkeys(variables(reads(t)) if isinstance(t, Eqn) else free(Block((), (t,), ()))):
                self.users.setdefault(v, []).append(printed[k])

    def renewed_late(self) -> Block:
        """The body, with what it hands on computed after the last statement that reads what it was given in its place."""
        late: dict[int, int] = {}  # by their places, after which they go
        for p in self.loop.carried:
            for v, last in self.conflicts(p) if p.suffix else ():
                if self.place[v] < last < min(self.users.get(v, [last + 1])):
                    late.update(dict.fromkeys(self.parts(self.place[v]), last))
        body = self.loop.body
        order = sorted(range(len(body.stmts)), key=lambda k: (late.get(k, k), k in late, k))
        return with_statements(body, [body.stmts[k] for k in order])

    def conflicts(self, p: Var) -> Iterator[tuple[Var, int]]:
        """The values that ask for the name of what is carried, and where those before them are read last."""
        last = max(self.users.get(p, [-1]))
        for v in self.place:
            if v.suffix == p.suffix and spelled_alike(v, p):
                yield v, last
                last = max(last, *self.users.get(v, [-1]))

    def parts(self, k: int) -> list[int]:
        """The places of an equation and of those of which its expression consists; none if it is no arithmetic."""
        found: list[int] = []
        todo = [k]
        while todo:
            e = self.loop.body.stmts[todo.pop()]
            if is_arithmetic(e, self.kinds):
                found.append(self.place[e.outs[0]])
                own = [a for a in reads(e) if a in self.place and self.counts[a] == 1]
                todo += [self.place[a] for a in own if a.temp or spelled_alike(a, e.outs[0])]
        return found


def is_arithmetic(s: Stmt, kinds: Mapping[Var, Any]) -> bool:
    """Of numbers, which no update changes."""
    return isinstance(s, Eqn) and s.op in ARITHMETIC and all(
        K.is_number(K.kind_of(a if isinstance(a, Const) else kinds.get(a, K.UNKNOWN))) for a in (*s.inputs, *s.outs))
