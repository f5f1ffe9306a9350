"""The sign of an adjoint that is a number goes to where the adjoint is used.

    v_bar = -s_bar
    x_bar += v_bar * y     ->     x_bar -= s_bar * y
    y_bar += v_bar * x            y_bar -= s_bar * x
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Eqn, Stmt, Trace, Var, all_blocks, reads, variables, walk
from tangentlite.passes.bodies import nested

TAKES_SIGN = (operator.add, operator.sub, operator.mul, operator.truediv)


def signs(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before `fold`, with signs at their uses; `kinds` learns of the new values. The adjoints alone are changed.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.trace import Loc
    >>> x, g, minus, p, s = Var("x"), Var("g"), Var(temp=True), Var(temp=True), Var(temp=True)
    >>> eqns = ((minus, operator.neg, (g,)), (p, operator.mul, (minus, x)), (s, operator.add, (x, minus)))
    >>> stmts = tuple(Eqn((out,), op, args, (), Loc(sweep="reverse")) for out, op, args in eqns)
    >>> trace = Trace("f", Block((x, g), stmts, (p, s)), outs=(0, 1))
    >>> print(trace, end="")
    def f(x, g):
        v1 = -g
        v2 = v1 * x
        v3 = x + v1
        return v2, v3
    >>> print(signs(trace, {minus: K.FLOAT}), end="")
    def f(x, g):
        v1 = -g
        v1 = v1 * x
        v2 = -g
        v2 = x + v2
        return v1, v2
    """
    found = [s for s in walk(trace.block) if isinstance(s, Eqn) and is_negative(s, kinds)]
    if not found:
        return trace
    used = Counter(v for s in walk(trace.block) for v in variables(reads(s)))
    used.update(v for block in all_blocks(trace.block) for v in variables(block.outs))
    negative = {s.out: s for s in found if used[s.out] > 1}

    def visit(block: Block) -> Block:
        own = {s.out for s in block.stmts if isinstance(s, Eqn) and len(s.outs) == 1 and s.out in negative}
        near = Counter(v for s in block.stmts if isinstance(s, Eqn) and s.op in TAKES_SIGN for v in variables(s.inputs) if v in own)
        moved = {v for v in own if near[v] == used[v]}
        stmts: list[Stmt] = []
        for s in block.stmts:
            if not isinstance(s, Eqn):
                stmts.append(nested(s, visit))
            elif moved.isdisjoint(s.outs):
                signed = {v: v.twin() for v in variables(s.inputs) if v in moved}
                for v, w in signed.items():
                    kinds[w] = kinds[v]
                    stmts.append(replace(negative[v], outs=(w,)))
                stmts.append(replace(s, args=tuple(signed.get(a, a) for a in s.args)) if signed else s)
        return replace(block, stmts=tuple(stmts))

    return replace(trace, block=visit(trace.block)) if negative else trace


def is_negative(s: Eqn, kinds: Mapping[Var, Any]) -> bool:
    return s.op is operator.neg and s.loc.sweep == "reverse" and s.out.temp and K.is_number(kinds.get(s.out, K.UNKNOWN)) and (
        isinstance(s.args[0], Var))
