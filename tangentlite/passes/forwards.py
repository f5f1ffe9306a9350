"""Loops of the reverse sweep that only add up run forwards, as one would write them.

    for i in reversed(range(n)):            for i in range(n):
        x_bar[i] += 2.0 * x[i]       ->         x_bar[i] += 2.0 * x[i]
"""
from __future__ import annotations

from dataclasses import replace

from tangentlite.analyses.summing import only_adds
from tangentlite.ir import Eqn, For, Trace
from tangentlite.ir.trace import Block, Stmt, read_counts
from tangentlite.passes.bodies import nested, with_statements


def forwards(trace: Trace) -> Trace:
    """The trace with those loops over what they ran over in reverse.

    >>> import operator
    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Loc, Var
    >>> xs, back, x, before, after, total = (Var(hint) for hint in ("xs", "", "x", "x_bar", "x_bar", "x_bar"))
    >>> zero, loc = Var("x_bar"), Loc(sweep="reverse")
    >>> body = Block((x, before), (Eqn((after,), operator.add, (before, x), (), loc),), (after,))
    >>> turned = Eqn((back,), reversed, (xs,), (), loc)
    >>> trace = Trace("f", Block((xs, zero), (turned, For((total,), x, back, (zero,), body, loc)), (total,)))
    >>> print(trace, end="")
    def f(xs, x_bar):
        v1 = reversed(xs)
        for x in v1:
            x_bar = x_bar + x
        return x_bar
    >>> print(forwards(trace), end="")
    def f(xs, x_bar):
        for x in xs:
            x_bar = x_bar + x
        return x_bar
    """
    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def visit(block: Block) -> Block:
    made = {s.out: s for s in block.stmts if isinstance(s, Eqn) and s.op is reversed and s.loc.sweep == "reverse"}
    counts = read_counts(block) if made else {}
    stmts: list[Stmt] = []
    for s in block.stmts:
        back = made.get(s.iter) if isinstance(s, For) else None
        if back is not None and isinstance(s, For) and s.stop is None and counts[back.out] == 1 and only_adds(s):
            stmts.remove(back)
            s = replace(s, iter=back.args[0])
        stmts.append(nested(s, visit))
    return with_statements(block, stmts)
