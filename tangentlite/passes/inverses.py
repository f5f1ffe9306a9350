"""Several systems of equations with one matrix are solved by its inverse.

    v1 = np.linalg.inv(s.T)                 v1 = np.linalg.inv(s.T)
    v2 = np.linalg.solve(s, h)       ->     v2 = v1.T @ h

That is where one of them has a matrix on its right side, or is an inverse: a factorization for each takes longer then. What the
function itself computes stays as it is, but for the systems whose solutions the reverse sweep alone needs.
"""
from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.systems import Systems
from tangentlite.ir import kinds as K
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var, uses, variables
from tangentlite.passes.bodies import nested, with_statements


def inverses(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before `fold`; `kinds` learns of the new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.trace import Loc
    >>> s, g, h, v, w = Var("s"), Var("g"), Var("h"), Var(temp=True), Var(temp=True)
    >>> stmts = tuple(Eqn((out,), np.linalg.solve, (s, b), (), Loc(sweep="reverse")) for out, b in ((v, g), (w, h)))
    >>> trace = Trace("f", Block((s, g, h), stmts, (v, w)), outs=(0, 1))
    >>> print(trace, end="")
    def f(s, g, h):
        v1 = np.linalg.solve(s, g)
        v2 = np.linalg.solve(s, h)
        return v1, v2
    >>> matrix, vector = K.numeric("float64", ("n", "n")), K.numeric("float64", ("n",))
    >>> print(inverses(trace, {s: matrix, g: vector, h: matrix}), end="")
    def f(s, g, h):
        inverse = np.linalg.inv(s)
        v1 = inverse @ g
        v2 = inverse @ h
        return v1, v2
    """
    def visit(block: Block) -> Block:
        found = Inverses([nested(s, visit) for s in block.stmts], block.outs, kinds)
        return substitute(with_statements(block, found.statements()), found.same)

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class Inverses:
    """The systems of one block, whose outs are `outs`."""

    def __init__(self, stmts: list[Stmt], outs: Iterable[Any], kinds: dict[Var, Any]) -> None:
        self.stmts, self.kinds = stmts, kinds
        serving = serve_reverse(stmts, outs)
        self.systems = Systems(stmts, lambda a: kinds.get(a, K.UNKNOWN), lambda s: s.loc.sweep == "reverse" or s.out in serving)
        self.same: dict[Var, Var] = {}  # inverses that are known as another value
        self.inverse: dict[Var, tuple[bool, Var]] = {}  # by the matrix: the inverse of it or of its transpose
        self.turned: dict[Var, Var] = {}  # what is transposed here, by what it became

    def statements(self) -> list[Stmt]:
        result: list[Stmt] = []
        shared = {id(s) for v, systems in self.systems.of.items() if self.systems.share_inverse(v) for s in systems}
        for s in self.stmts:
            twice = self.same.get(s.args[0]) if isinstance(s, Eqn) and s.op is getattr and s.args[1] == Const("T") else None
            if twice in self.turned:
                self.same[s.outs[0]] = self.turned[twice]
            else:
                result += self.solved(s) if isinstance(s, Eqn) and id(s) in shared else [s]
        return result

    def solved(self, s: Eqn) -> list[Stmt]:
        """The system, or inverse, by means of the inverse that is computed for the first of them."""
        matrix, turned = self.systems.matrix(s)
        if matrix in self.inverse:
            return self.product(s, turned)
        if s.op is np.linalg.inv:
            self.inverse[matrix] = turned, s.out
            return [s]
        inverse = Var("inverse")
        self.kinds[inverse] = self.kinds[s.args[0]]
        self.inverse[matrix] = turned, inverse
        return [Eqn((inverse,), np.linalg.inv, s.args[:1], (), s.loc), *self.product(s, turned)]

    def product(self, s: Eqn, turned: bool) -> list[Stmt]:
        made: list[Stmt] = []
        of_transpose, inverse = self.inverse[self.systems.matrix(s)[0]]
        if turned != of_transpose:
            other = Var(temp=True)
            self.kinds[other] = self.kinds[inverse]
            made.append(Eqn((other,), getattr, (inverse, Const("T")), (), s.loc))
            self.turned[other] = inverse
            inverse = other
        if s.op is np.linalg.inv:
            self.same[s.out] = inverse
            return made
        return [*made, replace(s, op=operator.matmul, args=(inverse, s.args[1]))]


def serve_reverse(stmts: list[Stmt], outs: Iterable[Any]) -> set[Var]:
    """What the forward sweep computes for the reverse sweep of the block alone."""
    used = {v for s in stmts if isinstance(s, Eqn) and s.loc.sweep == "reverse" for v in variables(s.inputs)}
    elsewhere = {v for s in stmts if not isinstance(s, Eqn) or s.loc.sweep != "reverse" for v in uses(s)}
    return used - elsewhere - set(variables(outs))
