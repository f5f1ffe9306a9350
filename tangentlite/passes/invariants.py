"""What divides adjoints and stays the same in all iterations of a loop becomes one factor, which machine code computes once.

    for i in range(n):                                   for i in range(n):
        x_bar[i] += y_bar[i] / (dx * dx) * dt     ->         x_bar[i] += y_bar[i] * (dt / (dx * dx))

A division takes several times as long as a product. The factors are rounded in another order, so it is done for adjoints alone.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.analyses.ranges import defined
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Stmt, Trace, Var, While

Factor = tuple[Any, Any]  # operator.mul or operator.truediv, and the operand
FACTORS = (operator.mul, operator.truediv)
ARITHMETIC = (*FACTORS, operator.add, operator.sub, operator.neg)


def invariants(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, after `fold`, with divisions by what is invariant taken out of the products of its loops."""
    return replace(trace, block=Invariants(kinds).block(trace.block, None))


class Invariants:
    def __init__(self, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds

    def block(self, block: Block, inside: set[Var] | None) -> Block:
        """`inside` are the values of the innermost loop around the block; None outside of loops."""
        return replace(block, stmts=tuple(self.statement(s, inside) for s in block.stmts))

    def statement(self, s: Stmt, inside: set[Var] | None) -> Stmt:
        match s:
            case For() | While():
                return replace(s, body=self.block(s.body, set(defined(s.body))))
            case If():
                return replace(s, then=self.block(s.then, inside), orelse=self.block(s.orelse, inside))
            case Eqn() if inside is not None and s.loc.sweep == "reverse":
                simple: Eqn = self.simpler(s, inside)
                return simple
        return s

    def simpler(self, a: Any, inside: set[Var]) -> Any:
        if not isinstance(a, Eqn) or a.loc.sweep == "again":
            return a
        if a.op in FACTORS and self.is_number(a):
            factors = self.factors(a)
            fixed = [f for f in factors if self.is_fixed(f[1], inside)]
            if fixed != factors and any(op is operator.truediv and not isinstance(b, Const) for op, b in fixed):
                rest = [(op, self.simpler(b, inside)) for op, b in factors if (op, b) not in fixed]
                return self.product([*rest, (operator.mul, self.product(fixed, a))] if rest[0][0] is operator.mul else
                                    [(operator.mul, self.product(fixed, a)), *rest], a)
        return replace(a, args=tuple(self.simpler(b, inside) for b in a.args))

    def factors(self, a: Any) -> list[Factor]:
        if isinstance(a, Eqn) and a.op in FACTORS and a.loc.sweep != "again":
            return [*self.factors(a.args[0]), (a.op, a.args[1])]
        return [(operator.mul, a)]

    def product(self, factors: list[Factor], like: Eqn) -> Any:
        ordered = sorted(factors, key=lambda f: f[0] is operator.truediv)
        first = ordered.pop(0)[1] if ordered[0][0] is operator.mul else Const(1.0)
        for op, b in ordered:
            first = replace(like, op=op, args=(first, b))
        return first

    def is_fixed(self, a: Any, inside: set[Var]) -> bool:
        """Is it a number that no iteration changes?"""
        if isinstance(a, Eqn):
            return a.op in ARITHMETIC and all(self.is_fixed(b, inside) for b in a.args)
        return isinstance(a, Const) or isinstance(a, Var) and a not in inside and self.is_number(a)

    def is_number(self, a: Any) -> bool:
        kind = self.kinds.get(a.outs[0] if isinstance(a, Eqn) else a, K.UNKNOWN)
        return K.is_number(kind) and (getattr(kind, "dtype", "") or "").startswith("float")
