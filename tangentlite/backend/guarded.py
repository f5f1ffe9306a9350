"""`try` and `with` as Python writes them: several handlers are clauses of one statement, and so is what is run finally."""
from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tangentlite.backend.expressions import Expressions, store
from tangentlite.backend.names import Names
from tangentlite.ir import Const, Eqn, If, Loc, Try, Var
from tangentlite.ir.ops import is_one_of, make_tuple
from tangentlite.ir.trace import Block, free


class Tail(NamedTuple):
    """What becomes of the outs of a block: the values they are handed on to, and which of them ends the loop."""

    targets: Sequence[Var]
    stop: int | None = None
    stop_is_read: bool = False
    in_loop: bool = False
    chain: bool = False  # may the block go on with `elif`?


class Guarded:
    """The part of the printer that knows statements with handlers."""

    x: Expressions
    names: Names

    def block(self, block: Block, tail: Tail | None = None, line: Loc | None = None) -> list[ast.stmt]:
        raise NotImplementedError

    def guarded(self, s: Try, out: list[ast.stmt]) -> None:
        if s.catches:
            out.append(ast.Try(self.arm(s, s.then), list(map(self.handler, clauses(s))), [], []))
        elif s.form == "finally":
            final = self.block(s.orelse) or [ast.Pass()]
            body = self.arm(s, s.then)
            if len(body) == 1 and isinstance(body[0], ast.Try) and not body[0].finalbody:
                body[0].finalbody = final
                out += body
            else:
                out.append(ast.Try(body, [], [], final))
        else:
            target = next((store(self.names.of[p]) for p in s.then.params if is_read(p, s.then)), None)
            out.append(ast.With([ast.withitem(self.x.atom(s.test), target)], self.arm(s, s.then)))

    def arm(self, s: Try, block: Block) -> list[ast.stmt]:
        """An arm that hands on its outs; one that may raise comes first."""
        order = sorted(range(len(s.outs)), key=lambda k: not isinstance(block.outs[k], Eqn))
        block = replace(block, outs=tuple(block.outs[k] for k in order))
        return self.block(block, Tail([s.outs[k] for k in order])) or [ast.Pass()]

    def handler(self, clause: Clause) -> ast.ExceptHandler:
        name = next((self.names.of[p] for p in clause.params if is_read(p, clause.body)), None)
        everything = ast.Name("BaseException", ast.Load()) if name is not None else None
        kind = everything if clause.types == Const(None) else self.x.atom(clause.types)
        targets = replace(clause.of, outs=clause.targets)
        return ast.ExceptHandler(kind, name, self.arm(targets, clause.body))


class Clause(NamedTuple):
    """One `except` of a statement."""

    of: Try
    types: Any
    params: Sequence[Var]
    body: Block
    targets: tuple[Var, ...]


def clauses(s: Try) -> Iterator[Clause]:
    """The handlers one by one: in the trace they are a branch on what the exception is."""
    block, types, given = s.orelse, s.test, dict(zip(s.outs, s.orelse.outs))
    while isinstance(types, Eqn) and types.op is make_tuple and (found := chosen(block)) is not None and len(types.args) > 1:
        arms = dict(zip(found.outs, zip(found.then.outs, found.orelse.outs)))
        first, second = (tuple(arms[a][k] if a in arms else a for a in given.values()) for k in (0, 1))
        yield Clause(s, types.args[0], s.orelse.params, replace(found.then, outs=first), s.outs)
        types = replace(types, args=types.args[1:])
        block = replace(found.orelse, outs=second)
        given = dict(zip(s.outs, second))
    if isinstance(types, Eqn) and types.op is make_tuple and len(types.args) == 1:
        types = types.args[0]
    yield Clause(s, types, s.orelse.params, block, s.outs)


def chosen(block: Block) -> If | None:
    """The branch between handlers that is all of a block."""
    if len(block.stmts) != 1 or not isinstance(s := block.stmts[0], If) or not isinstance(s.test, Eqn) or s.test.op is not is_one_of:
        return None
    return s


def is_read(v: Var, block: Block) -> bool:
    """Does anything in the block read the value?"""
    return v in free(replace(block, params=()))
