"""Numbers that a loop sums up, for compiled code: machine code may add several terms at a time.

    for i in range(n):                          for i in range(n):
        c_bar += u[i] * v_bar[i]       ->           c_bar = add_unordered(c_bar, u[i] * v_bar[i])

Added one after the other, each term waits for the one before it, which takes longer than all else in such a loop. The order in
which the terms of an adjoint are added is no part of the function.
"""
from __future__ import annotations

import operator
from dataclasses import replace

from tangentlite import runtime
from tangentlite.analyses.independence import SUMS
from tangentlite.ir import kinds as K
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.trace import Block, Eqn, For, If, Stmt, Var, While, walk
from tangentlite.passes.bodies import nested, with_statements

DOUBLE = (K.FLOAT, K.Number("float64"))


def with_sums_in_any_order(loop: For, kinds: Kinds) -> For:
    """An innermost loop whose iterations may be run in any order, with sums in any order; another loop as it is. `kinds` learns
    of new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> from tangentlite.ir.trace import Const, Trace
    >>> m, u, i, c, p, n, v = Var("n"), Var("u"), Var("i"), Var("c"), Var("c"), Var("c"), Var("v")
    >>> body = Builder()
    >>> body.stmts += [Eqn((v,), operator.getitem, (u, i)), Eqn((n,), operator.add, (p, v))]
    >>> loop = For((c,), i, m, (Const(0.0),), body.block((i, p), (n,)))
    >>> made = with_sums_in_any_order(loop, dict.fromkeys((c, p, n), K.FLOAT))
    >>> print(Trace("f", replace(body.block((m, u), (c,)), stmts=(made,))), end="")
    def f(n, u):
        c = 0.0
        for i in n:
            v = u[i]
            c = add_unordered(c, v)
        return c
    """
    if not reads_elements(loop):
        return loop
    summed = chains(loop, kinds)

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            if isinstance(s, Eqn) and s.out in summed and s.args[0] in summed:
                term = s.args[1]
                if s.op in (operator.sub, operator.isub):
                    term = Var(temp=True)
                    kinds[term] = K.FLOAT
                    stmts.append(replace(s, outs=(term,), op=operator.neg, args=s.args[1:]))
                s = replace(s, op=runtime.add_unordered, args=(s.args[0], term))
            stmts.append(nested(s, visit))
        return with_statements(block, stmts)

    return replace(loop, body=visit(loop.body)) if summed else loop


def reads_elements(loop: For) -> bool:
    """Are there elements in the loop, and no loops? (Of a few numbers, sums stay what they are in Python, to the last bit.)"""
    inside = list(walk(loop.body))
    return any(isinstance(s, Eqn) and s.op is operator.getitem for s in inside) and not any(isinstance(s, For | While) for s in inside)


def chains(loop: For, kinds: Kinds) -> set[Var]:
    """The numbers that are summed up, and all their sums. (What else an iteration carries are arrays.)"""
    found = {p for p in loop.carried if kinds.get(p) in DOUBLE}
    for s in walk(loop.body):
        if isinstance(s, Eqn) and len(s.outs) == 1 and s.op in SUMS and s.args[0] in found:
            found.add(s.out)
        elif isinstance(s, If):
            found.update(o for k, o in enumerate(s.outs) if s.then.outs[k] in found and s.orelse.outs[k] in found)
    return found


