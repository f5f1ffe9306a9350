"""A pass for blocks, also on the bodies of loops: what begins and ends within one iteration is seen there alone."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tangentlite.ir import For, If, Trace, While
from tangentlite.ir.trace import Block, Stmt

Pass = Callable[[Trace], Trace]


def in_bodies(step: Pass, trace: Trace) -> Trace:
    """The trace after the pass, which is then applied to every loop's body as if that were the function."""
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
