"""The rules every trace obeys, checked between all passes in tests."""
from __future__ import annotations

from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Trace, Var, While, blocks, leaves, reads, variables


class MalformedTrace(AssertionError):
    """A pass has produced a trace that breaks single assignment, scoping or block arity."""


def check(trace: Trace) -> Trace:
    """Every value is defined once and before use; every block has the arity its statement needs."""
    seen: set[Var] = set()

    def require(condition: bool, message: str) -> None:
        if not condition:
            raise MalformedTrace(f"{trace.name}: {message}")

    def define(v: Var, scope: set[Var]) -> None:
        require(isinstance(v, Var), f"{v!r} is defined but is not a Var")
        require(v not in seen, f"{v} is defined twice")
        seen.add(v)
        scope.add(v)

    def visit(block: Block, outer: set[Var]) -> None:
        scope = set(outer)
        for v in block.params:
            define(v, scope)
        for s in block.stmts:
            for a in reads(s):
                require(isinstance(a, (Var, Const, Eqn)), f"{a!r} is read, at line {s.loc.line}")
            for v in variables(reads(s)):
                require(v in scope, f"{v} is read before its definition, at line {s.loc.line}")
            for inner in blocks(s):
                visit(inner, scope)
            arity(s)
            for v in s.outs:
                define(v, scope)
        for v in variables(block.outs):
            require(v in scope, f"{v} is an out of a block but has no definition there")

    def arity(s: object) -> None:
        match s:
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

    visit(trace.block, set())
    return trace
