"""Values that some path leaves undefined, where they must exist on every path.

    if c:                       if c:
        x = a                       x = a
    tape = x        ->          else:
                                    x = None
                                tape = x
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tangentlite.ir.trace import UNDEF, Block, Const, For, If, Stmt, Var, While, walk


def defined(block: Block, needed: Iterable[Var]) -> Block:
    """Where a path leaves one of these values undefined, it is None."""
    wanted = set(needed)
    flows = [(t, a) for s in walk(block) for t, a in handed_on(s) if isinstance(a, Var)]
    size = -1
    while size != len(wanted):
        size = len(wanted)
        wanted.update(a for t, a in flows if t in wanted)

    def fill(targets: tuple[Var, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(Const(None) if a is UNDEF and t in wanted else a for t, a in zip(targets, values))

    def arm(b: Block, targets: tuple[Var, ...]) -> Block:
        return Block(b.params, tuple(map(visit, b.stmts)), fill(targets, b.outs))

    def visit(s: Stmt) -> Stmt:
        match s:
            case If():
                return replace(s, then=arm(s.then, s.outs), orelse=arm(s.orelse, s.outs))
            case For() | While():
                return replace(s, inits=fill(s.carried, s.inits), body=arm(s.body, s.carried))
        return s

    return Block(block.params, tuple(map(visit, block.stmts)), block.outs)


def undefined(block: Block) -> set[Var]:
    """The values that have no definition on some path."""
    return reached(block, UNDEF)


def reached(block: Block, value: Const) -> set[Var]:
    """What a constant comes to be where branches and loops hand it on."""
    flows = [(t, a) for s in walk(block) for t, a in handed_on(s)]
    found: set[Any] = {value}
    size = -1
    while size != len(found):
        size = len(found)
        found.update(t for t, a in flows if a in found)
    return found - {value}


def handed_on(s: Stmt) -> Iterator[tuple[Var, Any]]:
    """(target, value) where a branch or a loop gives a value to the code around or after it."""
    match s:
        case If():
            yield from zip(s.outs, s.then.outs)
            yield from zip(s.outs, s.orelse.outs)
        case For() | While():
            yield from zip(s.carried, s.inits)
            yield from zip(s.carried, s.body.outs)
            yield from zip(s.outs, s.carried)
