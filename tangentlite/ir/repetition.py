"""Parts of a program that stand in it once more."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tangentlite.ir.substitute import copy
from tangentlite.ir.trace import Block, For, If, Stmt, Var, While, walk

Kinds = dict[Var, Any]


def twins(values: Iterable[Var], kinds: Kinds) -> tuple[Var, ...]:
    """New values that are spelled alike."""
    made = {v: v.twin() for v in values}
    kinds.update((w, kinds[v]) for v, w in made.items() if v in kinds)
    return tuple(made.values())


def renewed(block: Block, kinds: Kinds) -> Block:
    """The block with every definition renewed, of the same kind."""
    made = copy(block)
    kinds.update((w, kinds[v]) for v, w in zip(definitions(block), definitions(made), strict=True) if v in kinds)
    return made


def carry(s: For | While, param: Var, init: Any, after: Var, out: Var, stmts: Iterable[Stmt]) -> For | While:
    """The loop with one more carried value."""
    body = Block((*s.body.params, param), tuple(stmts), (*s.body.outs, after))
    changed: dict[str, Any] = {"outs": (*s.outs, out), "inits": (*s.inits, init), "body": body}
    if isinstance(s, While):
        changed["test"] = replace(s.test, params=(*s.test.params, param.twin()))
    return replace(s, **changed)


def definitions(block: Block) -> list[Var]:
    found = list(block.params)
    for s in walk(block):
        found += s.outs
        if isinstance(s, While):
            found += s.test.params
        if isinstance(s, For | While):
            found += s.body.params
        if isinstance(s, If):
            found += (*s.then.params, *s.orelse.params)
    return found


def again(block: Block) -> Block:
    """The block marked as run again: none of it becomes a part of adjoint expressions, which would be rounded otherwise."""
    def mark(s: Any) -> Stmt:
        inner: dict[str, Any] = {}
        match s:
            case If():
                inner = {"then": again(s.then), "orelse": again(s.orelse)}
            case For():
                inner = {"body": again(s.body)}
            case While():
                inner = {"test": again(s.test), "body": again(s.body)}
        made: Stmt = replace(s, loc=s.loc._replace(sweep="again"), **inner)
        return made

    return replace(block, stmts=tuple(map(mark, block.stmts)))
