"""How passes reach the blocks inside statements."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tangentlite.ir import For, If, Trace, While
from tangentlite.ir.trace import Block, Stmt

Pass = Callable[[Trace], Trace]


def nested(s: Stmt, visit: Callable[[Block], Block]) -> Stmt:
    """The statement with its arms, or the body of its loop, visited; itself, if they stay as they are."""
    match s:
        case If():
            then, orelse = visit(s.then), visit(s.orelse)
            return s if then is s.then and orelse is s.orelse else replace(s, then=then, orelse=orelse)
        case For() | While():
            body = visit(s.body)
            return s if body is s.body else replace(s, body=body)
    return s


def in_bodies(step: Pass, trace: Trace) -> Trace:
    """The trace after the pass, which is then applied to every loop's body as if that were the function.

    What begins and ends within one iteration is seen there alone.
    """
    def inside(block: Block) -> Block:
        return replace(block, stmts=tuple(map(statement, block.stmts)))

    def statement(s: Stmt) -> Stmt:
        match s:
            case If():
                return replace(s, then=inside(s.then), orelse=inside(s.orelse))
            case For() | While():
                return replace(s, body=inside(step(replace(trace, block=s.body)).block))
        return s

    trace = step(trace)
    return replace(trace, block=inside(trace.block))
