"""Carried values that no iteration changes are not carried.

    for i in range(n):           for i in range(n):
        s = s + a         ->         s = s + a
        a = a

The flag that ends a loop is not reset by the iterations that go on: it has not been set.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir import Call, Const, Eqn, For, If, Trace, Try, Var, While
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt, read_counts


def drop_unchanged(trace: Trace) -> Trace:
    """Carry nothing that no iteration changes.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x, n):
    ...     a = 2.0
    ...     for i in range(n):
    ...         a = a if n > 0 else a
    ...         x = x * a
    ...     return x
    >>> program, root = lower(f, {"x": K.FLOAT, "n": K.INT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x, n):
        v1 = range(n)
        a = 2.0
        for i in v1:
            a_1 = n > 0
            x = x * a
        return x
    >>> print(drop_unchanged(trace), end="")
    def f(x, n):
        v1 = range(n)
        for i in v1:
            a_1 = n > 0
            x = x * 2.0
        return x
    """
    return replace(trace, block=visit(trace.block, read_counts(trace.block)))


def visit(block: Block, counts: Mapping[Var, int]) -> Block:
    """The block without unchanged carried values; what they were called after the loop is what they were before it."""
    new: dict[Var, Any] = {}

    def atom(a: Any) -> Any:
        return new.get(a, a) if isinstance(a, Var) else a

    stmts: list[Stmt] = []
    for s in block.stmts:
        if new:
            s = substitute(Block((), (s,), ()), new).stmts[0]
        match s:
            case If():
                s = without_same(replace(s, then=visit(s.then, counts), orelse=visit(s.orelse, counts)), new)
            case For() | While():
                s = replace(s, body=visit(s.body, counts))
                if isinstance(s, While):
                    s = replace(s, test=visit(s.test, counts))
                s = without_unchanged(without_reset(s) if flag_is_read(s, counts) else s, new)
            case Eqn() | Call():
                pass
        stmts.append(s)
    return Block(block.params, tuple(stmts), tuple(map(atom, block.outs)))


def without_same(s: If, new: dict[Var, Any]) -> If:
    """The branch without what both arms leave as it was."""
    if isinstance(s, Try):
        return s
    same = {k for k, (a, b) in enumerate(zip(s.then.outs, s.orelse.outs)) if isinstance(a, Var) and a is b}
    if not same:
        return s
    new.update((o, s.then.outs[k]) for k, o in enumerate(s.outs) if k in same)
    outs, first, second = ([o for k, o in enumerate(given) if k not in same] for given in (s.outs, s.then.outs, s.orelse.outs))
    return replace(s, outs=tuple(outs), then=replace(s.then, outs=tuple(first)), orelse=replace(s.orelse, outs=tuple(second)))


def flag_is_read(s: For | While, counts: Mapping[Var, int]) -> bool:
    """Is it asked after the loop whether it was left?"""
    return s.stop is not None and s.inits[s.stop] == Const(False) and counts.get(s.outs[s.stop], 0) > 0


def without_reset(s: For | While) -> For | While:
    assert s.stop is not None
    return replace(s, body=handing_on(s.body, s.body.outs[s.stop], s.carried[s.stop]))


def handing_on(block: Block, end: Any, start: Var) -> Block:
    """The block with branches that give `start`, instead of False, for `end`."""
    def arm(inner: Block, k: int) -> Block:
        if inner.outs[k] == Const(False):
            return replace(inner, outs=(*inner.outs[:k], start, *inner.outs[k + 1:]))
        return handing_on(inner, inner.outs[k], start)

    def statement(s: Stmt) -> Stmt:
        if not isinstance(s, If) or isinstance(s, Try) or end not in s.outs:
            return s
        k = s.outs.index(end)
        return replace(s, then=arm(s.then, k), orelse=arm(s.orelse, k))

    return replace(block, stmts=tuple(map(statement, block.stmts)))


def without_unchanged(s: For | While, new: dict[Var, Any]) -> For | While:
    drop = [k for k, (p, n) in enumerate(zip(s.carried, s.body.outs)) if n is p and k != s.stop]
    if not drop:
        return s
    keep = [k for k in range(len(s.inits)) if k not in drop]
    inside = {s.carried[k]: s.inits[k] for k in drop}
    new.update((s.outs[k], s.inits[k]) for k in drop)
    targets = s.body.params[:len(s.body.params) - len(s.inits)]
    body = substitute(s.body, inside)
    body = Block((*targets, *(s.carried[k] for k in keep)), body.stmts, tuple(body.outs[k] for k in keep))
    changed: dict[str, Any] = {"outs": tuple(s.outs[k] for k in keep), "inits": tuple(s.inits[k] for k in keep), "body": body,
                               "stop": keep.index(s.stop) if s.stop is not None else None}
    if isinstance(s, While):
        test = substitute(s.test, {s.test.params[k]: s.inits[k] for k in drop})
        changed["test"] = replace(test, params=tuple(test.params[k] for k in keep))
    return replace(s, **changed)
