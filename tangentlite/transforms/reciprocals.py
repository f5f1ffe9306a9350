"""What the function has divided 1 by is not divided by again: its reciprocal multiplies.

    w = 1.0 / m                                    w = 1.0 / m
    z = r / m                                      z = r / m
                                      ->
    r_bar = z_bar / m                              r_bar = z_bar * w
    m_bar = -r_bar * z - w_bar * (w * w)           m_bar = -r_bar * z - w_bar * (w * w)
"""
from __future__ import annotations

import operator
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Var, free
from tangentlite.passes.bodies import nested, with_statements


def with_reciprocals(block: Block, defs: Mapping[Var, Any], overwritten: Container[Var]) -> Block:
    """The block of a reverse sweep, with factors for the divisors whose reciprocals it reads, too.

    `defs` are the equations of values, `overwritten` what is written after it was read.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.trace import Loc, Trace
    >>> m, w, g, h = Var("m"), Var("w"), Var("g"), Var("h")
    >>> made, back = Eqn((w,), operator.truediv, (Const(1.0), m)), Loc(sweep="reverse")
    >>> p, q = Var("p"), Var("q")
    >>> stmts = (Eqn((p,), operator.truediv, (g, m), (), back), Eqn((q,), operator.mul, (h, w), (), back))
    >>> block = Block((m, w, g, h), stmts, (p, q))
    >>> print(Trace("f", with_reciprocals(block, {w: made}, ()), outs=(0, 1)), end="")
    def f(m, w, g, h):
        p = g * w
        q = h * w
        return p, q
    """
    inverse: dict[Any, Var] = {}
    for w in free(Block((), block.stmts, block.outs)):
        e = defs.get(w)
        if isinstance(e, Eqn) and e.op is operator.truediv and e.args[0] == Const(1.0) and w not in overwritten:
            inverse[e.args[1]] = w

    def visit(inside: Block) -> Block:
        return with_statements(inside, [nested(factor(s), visit) for s in inside.stmts])

    def factor(s: Stmt) -> Stmt:
        if isinstance(s, Eqn) and s.op is operator.truediv and s.loc.sweep == "reverse" and s.args[1] in inverse:
            return replace(s, op=operator.mul, args=(s.args[0], inverse[s.args[1]]))
        return s

    return visit(block) if inverse else block
