"""The rules every trace obeys, checked between all passes in tests."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Trace, Try, Var, While, blocks, leaves, reads


class MalformedTrace(AssertionError):
    """A pass has produced a trace that breaks single assignment, scoping or block arity."""


def check(trace: Trace) -> Trace:
    """Every value is defined once and before use; every block has the arity its statement needs."""
    seen: set[Var] = set()
    scope: set[Var] = set()

    def require(condition: bool, message: str) -> None:
        if not condition:
            raise MalformedTrace(f"{trace.name}: {message}")

    def define(values: Iterable[Var]) -> None:
        for v in values:
            if not isinstance(v, Var):
                raise MalformedTrace(f"{trace.name}: {v!r} is defined but is not a Var")
            if v in seen:
                raise MalformedTrace(f"{trace.name}: {v} is defined twice")
            seen.add(v)
            scope.add(v)

    def read(a: Any, where: Callable[[], str]) -> None:
        if isinstance(a, Var):
            if a not in scope:
                raise MalformedTrace(f"{trace.name}: {a} is read before its definition, {where()}")
        elif isinstance(a, Eqn):
            for x in a.inputs:
                read(x, where)
        elif not isinstance(a, Const):
            raise MalformedTrace(f"{trace.name}: {a!r} is read, {where()}")

    def visit(block: Block) -> None:
        define(block.params)
        for s in block.stmts:
            for a in reads(s):
                read(a, lambda s=s: f"at line {s.loc.line}")  # type: ignore[misc]
            if not isinstance(s, Eqn):
                for inner in blocks(s):
                    visit(inner)
                arity(s)
            define(s.outs)
        for a in block.outs:
            read(a, lambda: "as an out of its block")
        scope.difference_update(block.params, *(s.outs for s in block.stmts))

    def arity(s: object) -> None:
        match s:
            case Try():
                require(len(s.outs) == len(s.then.outs) == (len(s.orelse.outs) if s.catches else len(s.outs)), "a Try differs in arity")
                require(s.catches or not s.orelse.outs, "an arm of a Try that runs after the other one has outs")
                require(len(s.then.params) <= (s.form in ("with", "errstate")) and len(s.orelse.params) <= s.catches,
                        "an arm of a Try has too many parameters")
            case If():
                require(len(s.outs) == len(s.then.outs) == len(s.orelse.outs), "the arms of an If differ in arity")
                require(not s.then.params and not s.orelse.params, "an arm of an If has parameters")
            case For():
                n = len(tuple(leaves(s.targets))) if s.targets is not None else 0
                require(len(s.outs) == len(s.inits) == len(s.body.outs), "a For differs in arity")
                require(len(s.body.params) == n + len(s.inits), "a For body has the wrong parameters")
                require(tuple(leaves(s.targets)) == s.body.params[:n], "the targets of a For are not its parameters")
            case While():
                require(len(s.outs) == len(s.inits) == len(s.body.outs) == len(s.body.params), "a While differs in arity")
                require(len(s.test.params) == len(s.inits) and len(s.test.outs) == 1, "a While test has the wrong shape")
            case Call():
                require(bool(s.callee), "a Call has no callee")

    visit(trace.block)
    return trace
