"""What loops ask for over and over of the shape of an array: updating elements does not change it, so compiled code asks once.

    for i in range(1, len(u) - 1):           v1 = len(u) - 1
        u[i] = u[i] * u[len(u) - 1]    ->    for i in range(1, v1):
                                                 u[i] = u[i] * u[v1]

The reverse sweep then has it at hand.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.origins import Origins
from tangentlite.analyses.overwritten import WRITES
from tangentlite.ir import Const, Eqn, For, If, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Stmt, blocks, walk
from tangentlite.passes.bodies import nested, with_statements

ARITHMETIC = (operator.add, operator.sub, operator.mul)


def shapes_once(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Move the lengths and shapes of arrays, and integer arithmetic on them, before the loops.

    >>> import tangentlite.backend.show
    >>> from tangentlite.analyses.kinds import kinds as infer_kinds
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     y = x * 2.0
    ...     for i in range(3):
    ...         y[i] = y[len(y) - 1]
    ...     return y
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> trace = program.traces[root]
    >>> print(shapes_once(trace, infer_kinds(trace, {})), end="")
    def f(x):
        y = x * 2.0
        v1 = range(3)
        v2 = len(y)
        v2 = v2 - 1
        for i in v1:
            v3 = y[v2]
            y = setitem(y, i, v3)
        return y
    """
    made = {o: s for s in walk(trace.block) for o in s.outs}
    return replace(trace, block=visit(trace.block, made, kinds))


def shapes_before(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Ask for the shapes of arrays as they were before their elements were updated: the reverse sweep has those at hand, too.

    >>> import tangentlite.backend.show
    >>> from tangentlite.analyses.kinds import kinds as infer_kinds
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     y = x * 2.0
    ...     z = y
    ...     z[0] = 1.0
    ...     return len(z)
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> print(shapes_before(program.traces[root], infer_kinds(program.traces[root], {})), end="")
    def f(x):
        y = x * 2.0
        setitem(y, 0, 1.0)
        v1 = len(y)
        return v1
    """
    origins = Origins(trace, WRITES)

    def inside(block: Block) -> Block:
        stmts = [nested(s, inside) for s in block.stmts]
        return with_statements(block, [
            replace(s, args=(origins.of(s.args[0]), *s.args[1:])) if isinstance(s, Eqn) and asks_for_shape(s) and isinstance(
                kinds.get(s.args[0]), K.Array) else s for s in stmts])

    return replace(trace, block=inside(trace.block))


def visit(block: Block, made: Mapping[Var, Stmt], kinds: Mapping[Var, Any]) -> Block:
    stmts: list[Stmt] = []
    for s in block.stmts:
        match s:
            case If():
                s = replace(s, then=visit(s.then, made, kinds), orelse=visit(s.orelse, made, kinds))
            case For() | While():
                s = replace(s, body=visit(s.body, made, kinds))
                before, s = moved(s, made, kinds)
                stmts += before
        stmts.append(s)
    return replace(block, stmts=tuple(stmts))


def moved(s: For | While, made: Mapping[Var, Stmt], kinds: Mapping[Var, Any]) -> tuple[list[Stmt], For | While]:
    """What can be computed before the loop, and the loop without it."""
    local = {*s.body.params, *(o for t in walk(s.body) for o in t.outs), *(p for t in walk(s.body) for b in blocks(t) for p in b.params)}
    inits = dict(zip(s.carried, s.inits))
    before: list[Stmt] = []
    rest: list[Stmt] = []

    def outside(a: Any) -> Any:
        """An array from before the loop that has the shape of this one; None if none is known."""
        start = a
        while isinstance(a, Var) and a in local:
            e = made.get(a)
            a = inits.get(a) if a in inits else e.args[0] if isinstance(e, Eqn) and e.op in WRITES else None
        known = isinstance(a, Var) and all(isinstance(kinds.get(v), K.Array) and K.dims_of(kinds[v]) for v in (a, start))
        return a if known and K.same_shape(kinds[a], kinds[start]) else None

    for t in s.body.stmts:
        if isinstance(t, Eqn) and len(t.outs) == 1 and not t.kwargs:
            if asks_for_shape(t) and outside(t.args[0]) is not None:
                before.append(replace(t, args=(outside(t.args[0]), *t.args[1:])))
                local.discard(t.out)
                continue
            if not local.intersection(t.args) and is_cheap(t, before):
                before.append(t)
                local.discard(t.out)
                continue
        rest.append(t)
    return before, replace(s, body=replace(s.body, stmts=tuple(rest)))


def asks_for_shape(e: Eqn) -> bool:
    return e.op in (len, np.shape) or e.op is getattr and e.args[1] == Const("shape")


def is_cheap(e: Eqn, before: list[Stmt]) -> bool:
    """Is this an element of a shape, or arithmetic on such, computed before the loop?"""
    sizes = {o for t in before for o in t.outs}
    return (e.op is operator.getitem or e.op in ARITHMETIC) and e.args[0] in sizes and all(
        isinstance(a, Const) or a in sizes for a in e.args)
