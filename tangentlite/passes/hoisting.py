"""What all iterations of a loop of the reverse sweep would compute alike is computed once, before the loop.

                                              v1 = s_bar * np.cos(w)
    for x in reversed(tape):                  for x in reversed(tape):
        w_bar += s_bar * np.cos(w) * x  ->        w_bar += v1 * x

For text that Python runs: compilers do so by themselves. The loop may have no iterations, so that only what cannot raise moves.
"""
from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, For, Stmt, Trace, Var, While, all_blocks, reads, variables
from tangentlite.ir.updates import WRITES
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.expressions import Expressions

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.neg)


def hoisting(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, after `fold`, with parts of the expressions in its loops computed before them; `kinds` learns of the new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Loc
    >>> from tangentlite.ir.build import Builder
    >>> tape, g, x, t, s = (Var(hint) for hint in ("tape", "g", "x", "t", "t"))
    >>> b, body, loc = Builder(), Builder(), Loc(sweep="reverse")
    >>> factor = Eqn((Var(temp=True),), np.cos, (g,), (), loc)
    >>> term = Eqn((Var(temp=True),), operator.mul, (factor, x), (), loc)
    >>> body.stmts.append(Eqn((s,), operator.add, (t, term), (), loc))
    >>> b.stmts.append(For((t.twin(),), x, tape, (Const(0.0),), body.block((x, t), (s,)), loc))
    >>> trace = Trace("f", b.block((tape, g), b.stmts[0].outs))
    >>> print(hoisting(trace, dict.fromkeys((g, factor.out), K.Array("float64", (3,)))), end="")
    def f(tape, g):
        v1 = np.cos(g)
        t = 0.0
        for x in tape:
            t = t + v1 * x
        return t
    """
    block = Hoisting(kinds).block(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def is_arithmetic(e: Eqn) -> bool:
    """Does it make a number or an array that is its own, of numbers and arrays?"""
    return (e.op in ARITHMETIC or isinstance(e.op, np.ufunc)) and not e.kwargs


class Hoisting(Expressions):
    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            s = nested(s, self.block)
            if isinstance(s, (For, While)):
                before, s = Loop(self.kinds, s).hoisted()
                stmts += before
            stmts.append(s)
        return with_statements(block, stmts)


class Loop(Expressions):
    """One loop, and what is computed before it."""

    def __init__(self, kinds: dict[Var, Any], loop: For | While) -> None:
        super().__init__(kinds)
        self.loop = loop
        self.before: dict[Any, Eqn] = {}  # by what they compute
        self.own: set[Var] = set()  # what may differ from one iteration to the next
        self.kept: set[Var] = set()  # values that are not only operands: what is made new in every iteration may be written into
        for b in all_blocks(loop.body):
            self.own.update(b.params, *(s.outs for s in b.stmts))
            self.kept.update(variables(b.outs))
            for s in b.stmts:
                self.look(s)

    def look(self, s: Any) -> None:
        operands = isinstance(s, Eqn) and is_arithmetic(s)
        for a in reads(s):
            if isinstance(a, Eqn):
                self.look(a)
            elif isinstance(a, Var) and not operands:
                self.kept.add(a)

    def hoisted(self) -> tuple[list[Stmt], For | While]:
        """The statements before the loop, and the loop."""
        stmts = self.loop.body.stmts
        if any(s.loc.sweep == "reverse" for s in stmts):
            stmts = tuple(t for s in stmts for t in self.statement(s))
        return list(self.before.values()), replace(self.loop, body=with_statements(self.loop.body, stmts))

    def statement(self, s: Stmt) -> list[Stmt]:
        """What is left of the statement."""
        if not isinstance(s, Eqn):
            return [s]
        if self.may_move(s):
            self.own.remove(s.out)
            self.before[self.key(s)] = replace(s, loc=self.loop.loc)
            return []
        return [self.parts(s)]

    def may_move(self, s: Eqn) -> bool:
        if len(s.outs) != 1 or not self.is_same(s) or self.key(s) in self.before:
            return False
        return self.is_number(s) or s.out not in self.kept

    def parts(self, e: Eqn) -> Eqn:
        computes = is_arithmetic(e) or e.op in WRITES and self.is_real(e.args[0])
        args = tuple(self.part(a, computes) for a in e.args)
        return e if args == e.args else replace(e, args=args)

    def part(self, a: Any, is_operand: bool) -> Any:
        if not isinstance(a, Eqn):
            return a
        return self.name(a) if self.pays(a) and (is_operand or self.is_number(a)) else self.parts(a)

    def name(self, e: Eqn) -> Var:
        """The value of the expression, computed before the loop."""
        key = self.key(e)
        if key not in self.before:
            made = Var(temp=True)
            self.kinds[made] = self.kind(e)
            self.before[key] = replace(e, outs=(made,), loc=self.loop.loc)
        return self.before[key].out

    def key(self, a: Any) -> Any:
        return (a.op, *map(self.key, a.args)) if isinstance(a, Eqn) else a

    def pays(self, e: Eqn) -> bool:
        """Do all iterations compute the same, and, where that is a number, in more than one operation?"""
        return self.is_same(e) and (self.key(e) in self.before or not self.is_number(e) or any(isinstance(a, Eqn) for a in e.args))

    def is_same(self, a: Any) -> bool:
        """Is this a value from before the loop, or arithmetic on such values that cannot raise?"""
        if not isinstance(a, Eqn):
            return isinstance(a, Const) or isinstance(a, Var) and a not in self.own
        if not a.args or a.kwargs or not all(map(self.is_same, a.args)) or not all(map(self.is_real, a.args)):
            return False
        if len(a.args) == 1:
            return is_arithmetic(a)
        kinds = list(map(self.kind, a.args))
        return a.op in ARITHMETIC and (any(map(K.is_number, kinds)) or K.same_shape(*kinds))

    def is_real(self, a: Any) -> bool:
        """Is this a number, or an array of numbers, with a point?"""
        if isinstance(a, Const):
            return type(a.value) in (int, float)
        kind = self.kind(a)
        return isinstance(kind, (K.Number, K.Array)) and (kind.dtype or "").startswith("float")
