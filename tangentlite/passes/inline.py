"""Calls of one-line helpers are replaced by what they compute: the derivative then reads as one expression.

    y = square(x)          ->          y = x * x

So are those of helpers that a loop calls for elements of an array: what they add to its adjoint then goes where it belongs.

    for i in range(n):                          for i in range(n):
        s = s + slope(u, i)        ->               v1 = u[i + 1] - u[i]
                                                    s = s + v1
"""
from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tangentlite.analyses.by_element import read_by_element
from tangentlite.analyses.constants import ARITHMETIC, MISSING, known_result
from tangentlite.analyses.recursion import recursive
from tangentlite.ir.compiled import compiled_form
from tangentlite.ir.ops import COMPARISONS
from tangentlite.ir.substitute import copy, rename_defs, resolved, substitute
from tangentlite.ir.trace import Block, Call, Captured, Const, Eqn, Fn, If, Stmt, Trace, Try, Var, blocks, reads_alike, walk
from tangentlite.ir.transformation import transformation_of
from tangentlite.passes.bodies import with_blocks, with_statements

LITERAL = {*ARITHMETIC, *COMPARISONS.values()}
LIMIT = 5  # operations of a helper that is shorter than the two functions its derivative would need
LONGEST = 100  # statements of a helper that a loop calls for elements of an array


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
    return Inline(traces).made()


class Inline:
    def __init__(self, traces: Mapping[Fn, Trace]) -> None:
        self.traces = traces
        self.done: dict[Fn, Trace] = {}
        self.by_element = read_by_element(traces) if any(isinstance(s, Call) for t in traces.values() for s in walk(t.block)) else {}
        self.recursive = recursive(traces) if self.by_element else set()
        self.same: dict[Var, Any] = {}  # results of calls that are no equation's
        self.caller: Fn = next(iter(traces))

    def made(self) -> dict[Fn, Trace]:
        return {fn: self.visit(fn, ()) for fn in self.traces}

    def visit(self, fn: Fn, running: tuple[Fn, ...]) -> Trace:
        trace = self.traces[fn]
        if fn not in self.done and not any(isinstance(s, Call) for s in walk(trace.block)):
            self.done[fn] = trace
        elif fn not in self.done:
            outer = self.same, self.caller
            self.same, self.caller = {}, fn
            block = self.inside(trace.block, trace.home, (*running, fn), False)
            self.done[fn] = replace(trace, block=substitute(block, resolved(self.same)))
            self.same, self.caller = outer
        return self.done[fn]

    def inside(self, block: Block, home: Any, running: tuple[Fn, ...], looped: bool) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Call() if s.callee in self.traces and s.callee not in running:
                    stmts += self.call(s, home, running, looped)
                case _:
                    stmts.append(with_blocks(s, [self.inside(b, home, running, looped or not isinstance(s, If)) for b in blocks(s)]))
        return with_statements(block, stmts)

    def call(self, s: Call, home: Any, running: tuple[Fn, ...], looped: bool) -> list[Stmt]:
        callee = self.visit(s.callee, running)
        if transformation_of(s.callee.target) is not None:
            return [s]
        if is_small(callee, home):
            return taken_in(s, callee, home, self.same)
        if not looped or not self.is_for_elements(s.callee, home):
            return [s]
        taken = Block((), tuple(taken_in(s, self.traces[s.callee], home, self.same)), ())
        return list(self.inside(self.folded(taken), home, (*running, s.callee), True).stmts)

    def folded(self, block: Block) -> Block:
        """The block without arithmetic on literal integers, such as those of defaults, and the branches that these decide.

        `range(-1, 2)`, not `range(-1, 1 + 1)`.
        """
        stmts: list[Stmt] = []
        for s in block.stmts:
            value = self.literal(s) if isinstance(s, Eqn) and isinstance(s.op, Hashable) and s.op in LITERAL else MISSING
            test = self.same.get(s.test, s.test) if isinstance(s, If) and not isinstance(s, Try) else None
            if isinstance(s, Eqn) and type(value) in (int, bool):
                self.same[s.outs[0]] = Const(value)
            elif isinstance(s, If) and isinstance(test, Const) and type(test.value) is bool:
                arm = self.folded(s.then if test.value else s.orelse)
                stmts += arm.stmts
                self.same.update(zip(s.outs, arm.outs))
            else:
                stmts.append(with_blocks(s, [self.folded(b) for b in blocks(s)]))
        return with_statements(block, stmts)

    def literal(self, e: Eqn) -> Any:
        """What an equation gives for literals; MISSING for anything else."""
        args = [self.same.get(a, a) if isinstance(a, Var) else a for a in e.args]
        return known_result(e.op, [a.value for a in args]) if all(isinstance(a, Const) for a in args) and not e.kwargs else MISSING

    def is_for_elements(self, fn: Fn, home: Any) -> bool:
        """Is this a helper that reads a few elements of an array, not too long, and in the same sense here?

        One that calls itself is handed the adjoint that it adds to.
        """
        crosses = compiled_form(fn.target) is not None and compiled_form(self.caller.target) is None
        if fn not in self.by_element or fn in self.recursive or crosses:
            return False
        inner = list(walk(self.traces[fn].block))
        return len(inner) <= LONGEST and not any(isinstance(s, Try) for s in inner) and reads_the_same(inner, home)


def is_small(callee: Trace, home: Any) -> bool:
    """Is this a line or two of arithmetic, with names that mean the same in the caller?"""
    stmts = callee.block.stmts
    if not all(isinstance(s, Eqn) and s.outs for s in stmts) or not reads_the_same(stmts, home):
        return False
    return sum(not isinstance(s, Eqn) or not isinstance(s.op, Captured) for s in stmts) <= LIMIT


def reads_the_same(stmts: Iterable[Stmt], home: Any) -> bool:
    """Do the names that these statements read mean the same in another function?"""
    captured = (s.op for s in stmts if isinstance(s, Eqn) and isinstance(s.op, Captured))
    return all(op.home is home or reads_alike(op.path[0], op.home, home) for op in captured)


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
    return list(at_home(body, home).stmts)


def at_home(block: Block, home: Any) -> Block:
    """The block in another function, from where it reads what it captures."""
    def statement(s: Stmt) -> Stmt:
        if isinstance(s, Eqn):
            return replace(s, op=Captured(s.op.path, home)) if isinstance(s.op, Captured) else s
        return with_blocks(s, [at_home(b, home) for b in blocks(s)])

    return with_statements(block, list(map(statement, block.stmts)))

