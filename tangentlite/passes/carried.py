"""Carried values that no iteration changes are not carried.

    for i in range(n):           for i in range(n):
        s = s + a         ->         s = s + a
        a = a
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from tangentlite.ir import Call, Eqn, For, If, Trace, Var, While
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt


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
    return replace(trace, block=visit(trace.block))


def visit(block: Block) -> Block:
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
                s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
            case For() | While():
                s = replace(s, body=visit(s.body))
                if isinstance(s, While):
                    s = replace(s, test=visit(s.test))
                s = without_unchanged(s, new)
            case Eqn() | Call():
                pass
        stmts.append(s)
    return Block(block.params, tuple(stmts), tuple(map(atom, block.outs)))


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
