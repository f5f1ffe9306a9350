"""How passes reach the blocks inside statements, and the equations inside expressions."""
from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tangentlite.ir.trace import Block, Call, Eqn, For, If, Stmt, Trace, While, blocks

Pass = Callable[[Trace], Trace]


def nested(s: Stmt, visit: Callable[[Block], Block]) -> Stmt:
    """The statement with its arms, or the body of its loop, visited; itself, if they stay as they are."""
    return with_blocks(s, [b if isinstance(s, While) and b is s.test else visit(b) for b in blocks(s)])


def with_blocks(s: Stmt, made: Sequence[Block]) -> Stmt:
    """The statement with other blocks; itself, if they are its own."""
    if all(map(operator.is_, made, blocks(s))):
        return s
    match s:
        case If():
            return replace(s, then=made[0], orelse=made[1])
        case For():
            return replace(s, body=made[0])
        case While():
            return replace(s, test=made[0], body=made[1])
    return s


def with_statements(block: Block, stmts: Sequence[Stmt]) -> Block:
    """The block with these statements; itself, if they are its own."""
    unchanged = len(stmts) == len(block.stmts) and all(map(operator.is_, stmts, block.stmts))
    return block if unchanged else replace(block, stmts=tuple(stmts))


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


def with_equations(block: Block, change: Callable[[Eqn], Eqn]) -> Block:
    """The block, after `fold`, with every equation changed: those inside an expression before the expression itself.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.trace import Var
    >>> x, y, z = Var("x"), Var("y"), Var("z")
    >>> block = Block((x,), (Eqn((z,), abs, (Eqn((y,), abs, (x,)),)),), (z,))
    >>> print(Trace("f", with_equations(block, lambda e: replace(e, op=round))), end="")
    def f(x):
        z = round(round(x))
        return z
    """
    def equation(e: Eqn) -> Eqn:
        return change(replace(e, args=atoms(e.args), kwargs=tuple((k, atom(a)) for k, a in e.kwargs)))

    def atom(a: Any) -> Any:
        return equation(a) if isinstance(a, Eqn) else a

    def atoms(given: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(map(atom, given))

    def inside(b: Block) -> Block:
        return Block(b.params, tuple(map(statement, b.stmts)), atoms(b.outs))

    def statement(s: Stmt) -> Stmt:
        match s:
            case Eqn():
                return equation(s)
            case If():
                return replace(s, test=atom(s.test), then=inside(s.then), orelse=inside(s.orelse))
            case For():
                return replace(s, iter=atom(s.iter), inits=atoms(s.inits), body=inside(s.body))
            case While():
                return replace(s, inits=atoms(s.inits), test=inside(s.test), body=inside(s.body))
            case Call():
                return replace(s, args=atoms(s.args))

    return inside(block)
