"""Several systems of equations with one matrix are solved by its inverse.

    v1 = np.linalg.solve(s, g)              inverse = np.linalg.inv(s)
    v2 = np.linalg.solve(s.T, h)     ->     v1 = inverse @ g
                                            v2 = inverse.T @ h

A factorization for each of them takes longer. The primal's own systems stay as they are.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var
from tangentlite.passes.bodies import nested, with_statements


def inverses(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before `fold`; `kinds` learns of the new values. The reverse sweep alone is changed.

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
    >>> print(inverses(trace, {s: matrix, g: vector, h: vector}), end="")
    def f(s, g, h):
        inverse = np.linalg.inv(s)
        v1 = inverse @ g
        v2 = inverse @ h
        return v1, v2
    """
    def visit(block: Block) -> Block:
        found = Inverses([nested(s, visit) for s in block.stmts], kinds)
        return substitute(with_statements(block, found.statements()), found.same)

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class Inverses:
    """The systems of one block, by their matrix, which may be transposed."""

    def __init__(self, stmts: list[Stmt], kinds: dict[Var, Any]) -> None:
        self.stmts, self.kinds = stmts, kinds
        self.transposed = {s.out: s.args[0] for s in stmts if isinstance(s, Eqn) and s.op is getattr and s.args[1] == Const("T")}
        self.systems: dict[Var, list[Eqn]] = {}
        for s in stmts:
            if isinstance(s, Eqn) and s.loc.sweep == "reverse" and is_system(s, kinds):
                self.systems.setdefault(self.matrix(s)[0], []).append(s)
        self.same: dict[Var, Var] = {}  # inverses that are known as another value
        self.inverse: dict[Var, tuple[bool, Var]] = {}  # by the matrix: the inverse of it or of its transpose

    def matrix(self, s: Eqn) -> tuple[Var, bool]:
        """The matrix of a system, and whether it is transposed there."""
        v, turned = s.args[0], False
        while v in self.transposed:
            v, turned = self.transposed[v], not turned
        return v, turned

    def statements(self) -> list[Stmt]:
        result: list[Stmt] = []
        several = {id(s) for systems in self.systems.values() if len(systems) > 1 for s in systems}
        for s in self.stmts:
            result += self.solved(s) if isinstance(s, Eqn) and id(s) in several else [s]
        return result

    def solved(self, s: Eqn) -> list[Stmt]:
        """The system, or inverse, by means of the inverse that is computed for the first of them."""
        matrix, turned = self.matrix(s)
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
        of_transpose, inverse = self.inverse[self.matrix(s)[0]]
        if turned != of_transpose:
            other = Var(temp=True)
            self.kinds[other] = self.kinds[inverse]
            made.append(Eqn((other,), getattr, (inverse, Const("T")), (), s.loc))
            inverse = other
        if s.op is np.linalg.inv:
            self.same[s.out] = inverse
            return made
        return [*made, replace(s, op=operator.matmul, args=(inverse, s.args[1]))]


def is_system(s: Eqn, kinds: Mapping[Var, Any]) -> bool:
    """Is it a system of equations with one matrix, or the inverse of one?"""
    if s.op not in (np.linalg.solve, np.linalg.inv) or s.kwargs or not all(isinstance(a, Var) for a in s.args):
        return False
    matrix, *right = (K.rank(kinds.get(a, K.UNKNOWN)) for a in s.args)
    return matrix == 2 and (s.op is np.linalg.inv or right[0] in (1, 2))
