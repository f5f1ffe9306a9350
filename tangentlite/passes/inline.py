"""Calls of one-line helpers are replaced by what they compute: the derivative then reads as one expression.

    y = square(x)          ->          y = x * x
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir.substitute import copy, rename_defs, substitute
from tangentlite.ir.trace import Block, Call, Captured, Eqn, Fn, For, If, Stmt, Trace, Var, While, reads_alike, walk
from tangentlite.ir.transformation import transformation_of

LIMIT = 5  # operations of a helper that is shorter than the two functions its derivative would need


def inline(traces: Mapping[Fn, Trace]) -> dict[Fn, Trace]:
    """The traces with their small straight-line callees taken in.

    >>> import operator
    >>> from tangentlite.ir.build import Builder
    >>> x, y, a = Var("x"), Var("y"), Var("a")
    >>> square = Fn("square")
    >>> b = Builder()
    >>> b.emit(operator.mul, x, x, out=y) is y
    True
    >>> helper = Trace("square", b.block((x,), (y,)))
    >>> caller = Trace("f", Block((a,), (Call((z := Var("z"),), square, (a,)),), (z,)))
    >>> [s.op.__name__ for s in inline({Fn("f"): caller, square: helper})[Fn("f")].block.stmts]
    ['mul']
    """
    done: dict[Fn, Trace] = {}

    def visit(fn: Fn, running: tuple[Fn, ...]) -> Trace:
        if fn not in done and not any(isinstance(s, Call) for s in walk(traces[fn].block)):
            done[fn] = traces[fn]
        elif fn not in done:
            same: dict[Var, Any] = {}
            block = inside(traces[fn].block, traces[fn].home, (*running, fn), same)
            done[fn] = replace(traces[fn], block=substitute(block, resolved(same)))
        return done[fn]

    def inside(block: Block, home: Any, running: tuple[Fn, ...], same: dict[Var, Any]) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Call() if s.callee in traces and s.callee not in running:
                    callee = visit(s.callee, running)
                    small = transformation_of(s.callee.target) is None and is_small(callee, home)
                    stmts += taken_in(s, callee, home, same) if small else [s]
                case If():
                    stmts.append(replace(s, then=inside(s.then, home, running, same), orelse=inside(s.orelse, home, running, same)))
                case For():
                    stmts.append(replace(s, body=inside(s.body, home, running, same)))
                case While():
                    stmts.append(replace(s, test=inside(s.test, home, running, same), body=inside(s.body, home, running, same)))
                case _:
                    stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    return {fn: visit(fn, ()) for fn in traces}


def is_small(callee: Trace, home: Any) -> bool:
    """Is this a line or two of arithmetic, with names that mean the same in the caller?"""
    work = 0
    for s in callee.block.stmts:
        if not isinstance(s, Eqn) or not s.outs:
            return False
        if isinstance(s.op, Captured):
            if s.op.home is not home and not reads_alike(s.op.path[0], s.op.home, home):
                return False
        else:
            work += 1
    return work <= LIMIT


def taken_in(s: Call, callee: Trace, home: Any, same: dict[Var, Any]) -> list[Stmt]:
    """The equations of the callee, on the arguments of the call. A result that is no equation's goes to `same`."""
    body = copy(callee.block, dict(zip(callee.block.params, s.args)))
    made = {o for t in body.stmts for o in t.outs}
    given: dict[Var, Var] = {}
    for o, a in zip(s.outs, body.outs):
        if a in made and a not in given:
            given[a] = o
        else:
            same[o] = given.get(a, a)
    body = rename_defs(substitute(body, given), given)
    return [replace(t, op=Captured(t.op.path, home)) if isinstance(t, Eqn) and isinstance(t.op, Captured) else t for t in body.stmts]


def resolved(same: dict[Var, Any]) -> dict[Var, Any]:
    """The replacements, followed to their ends."""
    def end(a: Any) -> Any:
        while isinstance(a, Var) and a in same:
            a = same[a]
        return a

    return {v: end(v) for v in same}
