"""Adjoints of arrays that a loop sums up are summed in place.

    w_bar = np.zeros_like(w)                   w_bar = np.zeros_like(w)
    for x in reversed(tape):           ->      for x in reversed(tape):
        w_bar = w_bar + np.outer(z, x)             w_bar += np.outer(z, x)

The array must be made for the loop, and nothing but the sum may read it there.
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.overwritten import WRITES
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Stmt, Trace, Var, While, reads, variables, walk
from tangentlite.ir.updates import WHOLE

NEW = frozenset((np.zeros_like, operator.add, operator.sub, operator.mul, operator.truediv, operator.neg))


def accumulation(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace with updates of the whole array, which `inplace` makes updates in place."""
    found = Sums(trace, kinds)
    return replace(trace, block=found.visit(trace.block)) if found.sums else trace


class Sums:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds
        self.made = {o: s for s in walk(trace.block) for o in s.outs}
        self.count: Counter[Var] = Counter()
        self.user: dict[Var, Any] = {}  # the statement, or the block that hands the value on
        self.uses(trace.block)
        self.sums: set[Eqn] = set()
        for s in walk(trace.block):
            if isinstance(s, For):
                for k, start in enumerate(s.inits):
                    if s.carried[k].suffix and self.is_own(start):  # the user's own sums stay as they are written
                        self.sums.update(self.chain(s, k) or self.last(s, k) if self.is_zero(start) else self.last(s, k))

    def uses(self, block: Block) -> None:
        for s in walk(block):
            inner = (s.then, s.orelse) if isinstance(s, If) else (s.body,) if isinstance(s, For) else (
                s.test, s.body) if isinstance(s, While) else ()
            for user, atoms in ((s, reads(s)), *((b, b.outs) for b in inner)):
                for v in variables(atoms):
                    self.count[v] += 1
                    self.user[v] = user
        for v in variables(block.outs):
            self.count[v] += 1
            self.user[v] = block

    def is_own(self, start: Any) -> bool:
        """An array of zeros, or one that arithmetic gives, that is made for the loop alone."""
        made = self.made.get(start)
        kind = self.kinds.get(start)
        return (isinstance(made, Eqn) and made.op in NEW and self.count[start] == 1 and isinstance(kind, K.Array)
                and bool(kind.dims) and kind.dtype in ("float32", "float64"))

    def is_zero(self, start: Any) -> bool:
        made = self.made.get(start)
        return isinstance(made, Eqn) and made.op is np.zeros_like

    def last(self, s: For, k: int) -> list[Eqn]:
        """The sum that every iteration ends with, where it goes on with the memory of the carried value."""
        out = s.body.outs[k]
        end = self.made.get(out)
        if end not in s.body.stmts or not (isinstance(end, For) or isinstance(end, Eqn) and end.op is operator.add):
            return []
        summed = end.inits[end.outs.index(out)] if isinstance(end, For) else end.args[0]
        if self.count[summed] != 1 or not self.follows(summed, s.carried[k]):
            return []
        if isinstance(end, For):
            return self.last(end, end.outs.index(out))
        shaped = K.same_shape(self.kinds.get(summed, K.UNKNOWN), self.kinds.get(out, K.UNKNOWN))
        return [end] if shaped and self.adds(end) else []

    def follows(self, v: Any, start: Var) -> bool:
        """Is this what updates of elements have made of an array?"""
        made = self.made.get(v)
        if isinstance(made, For):
            return self.follows(made.inits[made.outs.index(v)], start)
        return v is start or isinstance(made, Eqn) and made.op in WRITES and self.follows(made.args[0], start)

    def chain(self, s: For, k: int) -> list[Eqn] | None:
        """The sums that lead from one carried value to its next; None where something else reads or makes it."""
        found: list[Eqn] = []
        v = s.carried[k]
        while self.count[v] == 1:
            user = self.user[v]
            if user is s.body:
                return found if s.body.outs[k] is v else None
            if user not in s.body.stmts:
                return None
            if isinstance(user, For) and v in user.inits and user.iter is not v:
                inner = self.chain(user, user.inits.index(v))
                if inner is None:
                    return None
                found += inner
                v = user.outs[user.inits.index(v)]
            elif isinstance(user, Eqn) and user.op in (operator.add, operator.sub) and user.args[0] is v and self.adds(user):
                found.append(user)
                v = user.out
            else:
                return None
        return None

    def adds(self, s: Eqn) -> bool:
        """Does the sum have the type of its first operand?"""
        total, term = (K.kind_of(a) if isinstance(a, Const) else self.kinds.get(a) for a in s.args)
        if not isinstance(total, K.Array) or not isinstance(term, (K.Array, K.Number)) or not term.dtype or K.is_complex(term):
            return False
        return term.dtype == total.dtype or total.dtype == "float64" or term.dtype == "float"

    def visit(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn() if s in self.sums:
                    term = s.args[1]
                    if s.op is operator.sub:
                        stmts.append(Eqn((Var(temp=True),), operator.neg, (term,), (), s.loc))
                        term = stmts[-1].outs[0]
                    stmts.append(replace(s, op=runtime.add_at, args=(s.args[0], WHOLE, term)))
                case If():
                    stmts.append(replace(s, then=self.visit(s.then), orelse=self.visit(s.orelse)))
                case For() | While():
                    stmts.append(replace(s, body=self.visit(s.body)))
                case _:
                    stmts.append(s)
        return replace(block, stmts=tuple(stmts))
