"""Systems of equations that have a matrix in common."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Const, Eqn, Stmt, Var


class Systems:
    """The systems of equations and the inverses in a block, by their matrix, which may be transposed there."""

    def __init__(self, stmts: Iterable[Stmt], kind: Callable[[Any], Any], among: Callable[[Eqn], bool]) -> None:
        stmts = list(stmts)
        self.kind = kind
        self.turned = {s.out: s.args[0] for s in stmts if isinstance(s, Eqn) and s.op is getattr and s.args[1] == Const("T")}
        self.of: dict[Var, list[Eqn]] = {}
        for s in stmts:
            if isinstance(s, Eqn) and self.is_system(s) and among(s):
                self.of.setdefault(self.matrix(s)[0], []).append(s)

    def is_system(self, s: Eqn) -> bool:
        """Is it a system of equations with one matrix, or the inverse of one?"""
        if s.op not in (np.linalg.solve, np.linalg.inv) or s.kwargs or not all(isinstance(a, Var) for a in s.args):
            return False
        matrix, *right = (K.rank(self.kind(a)) for a in s.args)
        return matrix == 2 and (s.op is np.linalg.inv or right[0] in (1, 2))

    def matrix(self, s: Eqn) -> tuple[Var, bool]:
        """The matrix of a system, and whether it is transposed there."""
        v, transposed = s.args[0], False
        while v in self.turned:
            v, transposed = self.turned[v], not transposed
        return v, transposed

    def is_vector(self, s: Eqn) -> bool:
        """Has the system one right side?"""
        return s.op is np.linalg.solve and K.rank(self.kind(s.args[1])) == 1

    def share_inverse(self, v: Var) -> bool:
        """Is one inverse cheaper than the systems with the matrix `v`? It takes as long as a system with a matrix on its right side."""
        found = self.of.get(v, ())
        return len(found) > 1 and not all(map(self.is_vector, found))
