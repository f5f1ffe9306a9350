"""The sign of an adjoint goes to where the adjoint is used.

    v_bar = -s_bar
    x_bar += v_bar * y     ->     x_bar -= s_bar * y
    y_bar += v_bar * x            y_bar -= s_bar * x

That of an array only where it is computed no more often, as sums take it over.
"""
from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Eqn, Stmt, Trace, Var, read_counts, variables, walk
from tangentlite.passes.bodies import nested

PRODUCTS = (operator.mul, operator.truediv)
TAKES_SIGN = (operator.add, operator.sub, runtime.add_at, *PRODUCTS)


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
    found = [s for s in walk(trace.block) if isinstance(s, Eqn) and is_negative(s)]
    if not found:
        return trace
    used = read_counts(trace.block)
    negative = {s.out: s for s in found if used[s.out] > 1}
    if not negative:
        return trace

    def visit(block: Block) -> Block:
        own = {s.out for s in block.stmts if isinstance(s, Eqn) and len(s.outs) == 1 and s.out in negative}
        near = Counter(v for s in block.stmts if isinstance(s, Eqn) and s.op in TAKES_SIGN for v in variables(s.inputs) if v in own)
        users: dict[Var, list[Eqn]] = {}
        for e in block.stmts:
            if isinstance(e, Eqn):
                for v in variables(e.inputs):
                    users.setdefault(v, []).append(e)

        def computed(v: Var) -> int:
            """How often the sign is computed, if it goes to the uses of `v`."""
            return sum(once(s, v) for s in users[v])

        def once(s: Eqn, v: Var) -> int:
            if takes_over(s, v):
                return 0
            alone = s.op in PRODUCTS and used[s.out] == len(users.get(s.out, ())) == 1
            return computed(s.out) if alone else 1

        moved = {v for v in own if near[v] == used[v] and (K.is_number(kinds.get(v, K.UNKNOWN)) or computed(v) < 2)}
        stmts: list[Stmt] = []
        for s in block.stmts:
            if not isinstance(s, Eqn):
                stmts.append(nested(s, visit))
            elif moved.isdisjoint(s.outs):
                signed = {v: v.twin() for v in variables(s.inputs) if v in moved}
                for v, w in signed.items():
                    kinds[w] = kinds.get(v, K.UNKNOWN)
                    stmts.append(replace(negative[v], outs=(w,)))
                stmts.append(replace(s, args=tuple(signed.get(a, a) for a in s.args)) if signed else s)
        return replace(block, stmts=tuple(stmts))

    return replace(trace, block=visit(trace.block))


def is_negative(s: Eqn) -> bool:
    return s.op is operator.neg and s.loc.sweep == "reverse" and s.out.temp and isinstance(s.args[0], Var)


def takes_over(s: Eqn, v: Var) -> bool:
    """Does a sum, which is a difference then, take over the sign of `v`?"""
    return s.op is operator.add or s.op is operator.sub and s.args[0] is not v or s.op is runtime.add_at and s.args[2] is v
