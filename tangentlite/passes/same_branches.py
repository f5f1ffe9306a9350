"""Two branches on one test are one, where the second one alone uses what the first one gives.

    if v > 0.0:                         if v > 0.0:
        e = math.exp(v)                     e = math.exp(v)
    else:                                   v_bar = y_bar * e
        e = None                ->      else:
    if v > 0.0:                             v_bar = y_bar
        v_bar = y_bar * e
    else:
        v_bar = y_bar
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tangentlite.ir import UNDEF, If, Trace, Try, Var
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Const, Stmt, free, read_counts
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.dce import has_effect

NOTHING = (UNDEF, Const(None))


def same_branches(trace: Trace) -> Trace:
    """The trace with fewer branches.

    >>> import operator
    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Eqn
    >>> c, x, e, given, r, y = (Var(hint) for hint in ("c", "x", "e", "e", "r", "r"))
    >>> first = If((given,), c, Block((), (Eqn((e,), abs, (x,)),), (e,)), Block((), (), (Const(None),)))
    >>> second = If((y,), c, Block((), (Eqn((r,), operator.neg, (given,)),), (r,)), Block((), (), (x,)))
    >>> trace = Trace("f", Block((c, x), (first, second), (y,)))
    >>> print(trace, end="")
    def f(c, x):
        if c:
            e = abs(x)
        else:
            e = None
        if c:
            r = -e
        else:
            r = x
        return r
    >>> print(same_branches(trace), end="")
    def f(c, x):
        if c:
            e = abs(x)
            r = -e
        else:
            r = x
        return r
    """
    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def visit(block: Block) -> Block:
    tests = [s.test for s in block.stmts if isinstance(s, If) and isinstance(s.test, Var)]
    counts = read_counts(block) if len(set(tests)) < len(tests) else Counter[Var]()
    made: list[Stmt] = []
    for s in block.stmts:
        at = earlier(made, s, counts) if counts and isinstance(s, If) else None
        if at is not None and isinstance(s, If):
            s = one(made.pop(at), s)
        made.append(s)
    return with_statements(block, [s if isinstance(s, Try) else nested(s, visit) for s in made])  # what raises first still does


def earlier(made: Sequence[Stmt], second: If, counts: Counter[Var]) -> int | None:
    """Which of the statements before is a branch on the same test, all of whose results are for the `second` one."""
    if isinstance(second, Try) or not isinstance(second.test, Var):
        return None
    for at in reversed(range(len(made))):
        s = made[at]
        if isinstance(s, If) and not isinstance(s, Try) and s.test is second.test:
            return at if s.outs and not has_effect(s) and serves(s, second, counts) else None
        if has_effect(s):
            return None
    return None


def serves(first: If, second: If, counts: Counter[Var]) -> bool:
    """Does nothing but the second branch use what the first one gives, each arm what the same arm gives?"""
    inside = read_counts(second.then) + read_counts(second.orelse)
    if any(counts[o] != inside[o] for o in first.outs):
        return False
    arms = ((first.then, second.then), (first.orelse, second.orelse))
    return all(given not in NOTHING or o not in free(b) for a, b in arms for o, given in zip(first.outs, a.outs))


def one(first: Stmt, second: If) -> If:
    assert isinstance(first, If)
    arms = []
    for a, b in ((first.then, second.then), (first.orelse, second.orelse)):
        arms.append(substitute(Block((), (*a.stmts, *b.stmts), b.outs), dict(zip(first.outs, a.outs))))
    return replace(second, then=arms[0], orelse=arms[1], form="if")
