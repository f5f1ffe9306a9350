"""Adjoints of arrays that a loop sums up are summed in place.

    w_bar = np.zeros_like(w)                   w_bar = np.zeros_like(w)
    for x in reversed(tape):           ->      for x in reversed(tape):
        w_bar = w_bar + np.outer(z, x)             w_bar += np.outer(z, x)

The array must be made for the loop, and nothing but the sum may read it there. Outer products are collected, then,
and many of them are added up at a time, as one product of matrices:

    pairs = []
    for x in reversed(tape):
        w_bar = add_outer(w_bar, z, x, pairs)
    w_bar = add_pairs(w_bar, pairs)
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
from tangentlite.ir.ops import make_list
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Stmt, Trace, Var, While, reads, variables, walk
from tangentlite.ir.updates import WHOLE

NEW = frozenset((np.zeros_like, operator.add, operator.sub, operator.mul, operator.truediv, operator.neg,
                 operator.matmul, np.matmul, np.dot, np.outer))


def accumulation(trace: Trace, kinds: dict[Var, Any], collect: bool = True) -> Trace:
    """The trace with updates of the whole array, which `inplace` makes updates in place; `collect` outer products where there are any."""
    found = Sums(trace, kinds, collect)
    return replace(trace, block=found.visit(trace.block)) if found.sums else trace


class Sums:
    def __init__(self, trace: Trace, kinds: dict[Var, Any], collect: bool = True) -> None:
        self.kinds = kinds
        self.made = {o: s for s in walk(trace.block) for o in s.outs}
        self.count: Counter[Var] = Counter()
        self.user: dict[Var, Any] = {}  # the statement, or the block that hands the value on
        self.uses(trace.block)
        self.sums: set[Eqn] = set()
        self.pairs: dict[Eqn, Var] = {}  # by the sums whose terms are collected
        self.collected: dict[For | While, dict[int, Var]] = {}  # by the loop around them, and the position of the carried sum
        for s in walk(trace.block):
            if isinstance(s, For | While):
                for k, start in enumerate(s.inits):
                    if s.carried[k].suffix and self.is_own(start):  # the user's own sums stay as they are written
                        chain = self.chain(s, k) if self.is_zero(start) else None
                        self.sums.update(chain or self.last(s, k))
                        outer = [e for e in chain or () if self.is_outer(e)] if collect else []
                        if outer:
                            pairs = self.collected.setdefault(s, {})[k] = Var("pairs")
                            kinds[pairs] = K.Seq("list")
                            self.pairs.update(dict.fromkeys(outer, pairs))

    def is_outer(self, e: Eqn) -> bool:
        """Is an outer product of vectors added?"""
        term = self.made.get(e.args[1])
        return e.op is operator.add and isinstance(term, Eqn) and term.op is np.outer and self.count[term.out] == 1 and (
            len(term.inputs) == 2 and all(K.rank(self.kinds.get(a, K.UNKNOWN)) == 1 for a in term.args))

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

    def last(self, s: For | While, k: int) -> list[Eqn]:
        """The sum that every iteration ends with, where it goes on with the memory of the carried value."""
        out = s.body.outs[k]
        end = self.made.get(out)
        if end not in s.body.stmts or not (isinstance(end, For | While) or isinstance(end, Eqn) and end.op is operator.add):
            return []
        summed = end.inits[end.outs.index(out)] if isinstance(end, For | While) else end.args[0]
        if self.count[summed] != 1 or not self.follows(summed, s.carried[k]) or self.is_tested(s, k):
            return []
        if isinstance(end, For | While):
            return self.last(end, end.outs.index(out))
        shaped = K.same_shape(self.kinds.get(summed, K.UNKNOWN), self.kinds.get(out, K.UNKNOWN))
        return [end] if shaped and self.adds(end) else []

    def follows(self, v: Any, start: Var) -> bool:
        """Is this what updates of elements have made of an array?"""
        made = self.made.get(v)
        if isinstance(made, For | While):
            return self.follows(made.inits[made.outs.index(v)], start)
        return v is start or isinstance(made, Eqn) and made.op in WRITES and self.follows(made.args[0], start)

    def is_tested(self, s: For | While, k: int) -> bool:
        """Does the test of the loop read this carried value?"""
        return isinstance(s, While) and self.count[s.test.params[k]] > 0

    def chain(self, s: For | While, k: int) -> list[Eqn] | None:
        """The sums that lead from one carried value to its next; None where something else reads or makes it."""
        found: list[Eqn] = []
        v = s.carried[k]
        if self.is_tested(s, k):
            return None
        while self.count[v] == 1:
            user = self.user[v]
            if user is s.body:
                return found if s.body.outs[k] is v else None
            if user not in s.body.stmts:
                return None
            if isinstance(user, For | While) and v in user.inits and getattr(user, "iter", None) is not v:
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
                case Eqn() if s in self.pairs:
                    u, v = reads(self.made[s.args[1]])
                    stmts.append(replace(s, op=runtime.add_outer, args=(s.args[0], u, v, self.pairs[s])))
                case Eqn() if s in self.sums:
                    term = s.args[1]
                    if s.op is operator.sub:
                        stmts.append(Eqn((Var(temp=True),), operator.neg, (term,), (), s.loc))
                        term = stmts[-1].outs[0]
                    stmts.append(replace(s, op=runtime.add_at, args=(s.args[0], WHOLE, term)))
                case If():
                    stmts.append(replace(s, then=self.visit(s.then), orelse=self.visit(s.orelse)))
                case For() | While():
                    stmts += self.collecting(replace(s, body=self.visit(s.body)), self.collected.get(s, {}))
                case _:
                    stmts.append(s)
        return replace(block, stmts=tuple(stmts))

    def collecting(self, s: For | While, pairs: Mapping[int, Var]) -> list[Stmt]:
        """The loop with lists of what is collected before it, and their sums after it."""
        outs = list(s.outs)
        for k in pairs:
            outs[k] = s.outs[k].twin()
            self.kinds[outs[k]] = self.kinds.get(s.outs[k], K.UNKNOWN)
        return [*(Eqn((v,), make_list, (), (), s.loc) for v in pairs.values()), replace(s, outs=tuple(outs)),
                *(Eqn((s.outs[k],), runtime.add_pairs, (outs[k], v), (), s.loc) for k, v in pairs.items())]
