"""An adjoint that a loop of numbers carries is multiplied once in an iteration, by all that does not wait for the one before.

    x_1_bar = x_bar * (1.0 - x)                         x_1_bar = x_bar * (1.0 - x)
    r_bar += x_1_bar * x                        ->      r_bar += x_1_bar * x
    x_bar = x_1_bar * r - x_bar * (r * x)               x_bar = x_bar * ((1.0 - x) * r - r * x)

The adjoint is linear in what it was. A processor computes the slopes of several iterations at a time, and the chain from one
iteration to the next is one product. So it is done for machine code alone.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Stmt, Trace, Var, While

MOST = 12  # operations of a slope
ONE = Const(1.0)


class NotLinear(Exception):
    """The adjoint depends on others, too, or in another way."""


def slopes(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before `fold`; `kinds` learns of the new values."""
    def visit(block: Block) -> Block:
        return replace(block, stmts=tuple(map(statement, block.stmts)))

    def statement(s: Stmt) -> Stmt:
        match s:
            case If():
                return replace(s, then=visit(s.then), orelse=visit(s.orelse))
            case For() | While():
                body = visit(s.body)
                return replace(s, body=shortened(s, body, kinds) if s.loc.sweep == "reverse" else body)
        return s

    return replace(trace, block=visit(trace.block))


def shortened(s: For | While, body: Block, kinds: dict[Var, Any]) -> Block:
    """The body of the loop, whose adjoints become products with their slopes."""
    made = {t.out: t for t in body.stmts if isinstance(t, Eqn) and len(t.outs) == 1}
    stmts, outs = list(body.stmts), list(body.outs)
    for k, (p, o) in enumerate(zip(s.carried, outs)):
        if not (p.suffix and is_float(p, kinds) and isinstance(o, Var) and o in made):
            continue
        linear = Linear(p, made, kinds)
        try:
            slope, depth = linear.slope(o)
        except NotLinear:
            continue
        if slope is not None and depth > 1 and len(linear.stmts) <= MOST:
            outs[k] = o.twin()
            kinds[outs[k]] = kinds[p]
            stmts += [*linear.stmts, Eqn((outs[k],), operator.mul, (p, slope), (), made[o].loc)]
    return replace(body, stmts=tuple(stmts), outs=tuple(outs))


class Linear:
    """Slopes of the values of a block with respect to a number `p`; `stmts` compute them."""

    def __init__(self, p: Var, made: Mapping[Var, Eqn], kinds: dict[Var, Any]) -> None:
        self.made, self.kinds = made, kinds
        self.stmts: list[Stmt] = []
        self.known: dict[Any, tuple[Any, int]] = {p: (ONE, 0)}

    def slope(self, v: Any) -> tuple[Any, int]:
        """The slope of a value, None where it does not depend on p, and how many operations there are between."""
        if not isinstance(v, Var):
            return None, 0
        if v not in self.known:
            self.known[v] = self.of(self.made[v]) if v in self.made else (None, 0)
        return self.known[v]

    def of(self, e: Eqn) -> tuple[Any, int]:
        parts = [self.slope(a) for a in e.inputs]
        depth = 1 + max((d for _, d in parts), default=0)
        match e.op, [s for s, _ in parts]:
            case _, found if all(s is None for s in found):
                return None, 0
            case _ if not is_float(e.out, self.kinds):
                raise NotLinear
            case operator.neg, [s]:
                return self.emit(e, operator.neg, s), depth
            case operator.mul, [s, None]:
                return self.times(e, s, e.args[1]), depth
            case operator.mul, [None, s]:
                return self.times(e, s, e.args[0]), depth
            case operator.truediv, [s, None]:
                return self.emit(e, operator.truediv, s, e.args[1]), depth
            case (operator.add | operator.sub), [s, t] if s is not None and t is not None:
                return self.emit(e, e.op, s, t), depth
        raise NotLinear

    def times(self, e: Eqn, slope: Any, factor: Any) -> Any:
        return factor if slope is ONE else self.emit(e, operator.mul, slope, factor)

    def emit(self, e: Eqn, op: Any, *args: Any) -> Var:
        made = Var(temp=True)
        self.kinds[made] = self.kinds[e.out]
        self.stmts.append(Eqn((made,), op, args, (), e.loc))
        return made


def is_float(v: Var, kinds: Mapping[Var, Any]) -> bool:
    return K.is_double(kinds.get(v))
