"""A quotient is not computed once more as a part of another one.

    a_bar = y_bar / b                          a_bar = y_bar / b
    b_bar = -(y_bar * y / b)     ->            b_bar = -(a_bar * y)
"""
from __future__ import annotations

import operator
from dataclasses import replace

from tangentlite.ir.trace import Block, Eqn, Stmt, Trace
from tangentlite.passes.bodies import nested, with_statements


def quotients(trace: Trace) -> Trace:
    """The trace, before `fold`, in which g * y / b is (g / b) * y, if g / b is computed, too. The adjoints alone are changed.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.trace import Loc, Var
    >>> y, b, g, p, q, r = Var("y"), Var("b"), Var("g"), Var(temp=True), Var(temp=True), Var(temp=True)
    >>> eqns = ((q, operator.truediv, (g, b)), (p, operator.mul, (g, y)), (r, operator.truediv, (p, b)))
    >>> stmts = tuple(Eqn((out,), op, args, (), Loc(sweep="reverse")) for out, op, args in eqns)
    >>> trace = Trace("f", Block((y, b, g), stmts, (q, r)), outs=(0, 1))
    >>> print(trace, end="")
    def f(y, b, g):
        v1 = g / b
        v2 = g * y
        v2 = v2 / b
        return v1, v2
    >>> print(quotients(trace), end="")
    def f(y, b, g):
        v1 = g / b
        g * y
        v2 = v1 * y
        return v1, v2
    """
    block = without_repetition(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def without_repetition(block: Block) -> Block:
    return with_statements(block, Quotients([nested(s, without_repetition) for s in block.stmts]).statements())


class Quotients:
    """The quotients of one block, by what is divided by what."""

    def __init__(self, stmts: list[Stmt]) -> None:
        self.stmts = stmts
        self.made = {s.out: s for s in stmts if isinstance(s, Eqn) and len(s.outs) == 1 and s.loc.sweep == "reverse"}
        self.quotients = {s.args: s for s in reversed(self.made.values()) if s.op is operator.truediv}
        self.written: dict[int, Stmt] = {}  # by the statements that they stand for

    def statements(self) -> tuple[Stmt, ...]:
        for s in self.stmts:
            self.write(s)
        return tuple(self.written.values())

    def write(self, s: Stmt) -> None:
        if id(s) not in self.written:
            product = self.product(s) if isinstance(s, Eqn) and s.op is operator.truediv and s.loc.sweep == "reverse" else s
            self.written[id(s)] = product

    def product(self, s: Eqn) -> Eqn:
        """g * y / b as (g / b) * y, after that quotient; or what it is."""
        top = self.made.get(s.args[0])
        if top is not None and top.op is operator.mul:
            for g, y in (top.args, top.args[::-1]):
                quotient = self.quotients.get((g, s.args[1]))
                if quotient is not None:
                    self.write(quotient)
                    return replace(s, op=operator.mul, args=(quotient.out, y))
        return s
