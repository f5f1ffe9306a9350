"""What the reverse sweep needs of the forward sweep: recorded, or redone where that is cheaper.

To be recorded are the free variables of the reverse block that are local to the forward block. Index arithmetic, loop
counters, comparisons and arithmetic on values that are at hand anyway are redone, and so is a read `x[i]`, and the solution of a
system of equations whose matrix the reverse sweep inverts.
"""
from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.settled import Element
from tangentlite.analyses.systems import Systems
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import is_in, make_tuple, not_in
from tangentlite.ir.substitute import rename_defs, substitute
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Var, free, uses
from tangentlite.rules.callees import normalized
from tangentlite.rules.effects import keeps
from tangentlite.rules.registry import rule_of

MOST = 4  # sums and products that are done again: in machine code, where memory is slower, or of counters and what no iteration changes
ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.neg, operator.iadd, operator.isub, operator.imul, abs)
INTEGERS = (*ARITHMETIC, operator.mod, operator.floordiv)
QUOTIENTS = (operator.truediv, operator.itruediv)  # of as many cycles as several products, which counts in machine code alone


@dataclass
class Residuals:
    saves: list[Var]  # in the order of their definition
    redo: list[Eqn]  # equations to run again, in order
    solved: set[Eqn]  # those of them that the reverse sweep solves in its own way


def residuals(reverse: Block, params: Iterable[Var], forward: Iterable[Stmt], b: Builder, at_hand: Iterable[Var] = (),
              counters: Iterable[Var] = (), elements: Mapping[Var, Element] = {}, handed_on: Mapping[Var, Var] | None = None,
              in_arm: bool = False) -> Residuals:
    """Decide for every value of the forward block that the reverse block needs; `at_hand` needs no recording.

    What is computed from `counters` is computed again: to record one of them is as good. What is one of the `elements` of an array
    is read from there. What is `handed_on` to the next iteration of a loop, under the name given there, is known where that is recorded.
    What is known in one arm of a branch alone is recorded where it costs more than a few operations.
    """
    return Choice(reverse, params, list(forward), b, set(at_hand), set(counters), elements, handed_on, in_arm).made()


class Choice:
    def __init__(self, reverse: Block, params: Iterable[Var], forward: list[Stmt], b: Builder, at_hand: set[Var], counters: set[Var],
                 elements: Mapping[Var, Element], handed_on: Mapping[Var, Var] | None, in_arm: bool) -> None:
        self.b, self.given, self.counted, self.elements, self.in_arm = b, at_hand, counters, elements, in_arm
        self.in_loop, self.handed_on = handed_on is not None, handed_on or {}
        self.defs = {v: s for s in forward for v in s.outs}
        self.order = {v: k for k, v in enumerate([*params, *self.defs])}
        self.compiled = b.program is not None and b.program.compiled
        self.cheap = ARITHMETIC if self.compiled else (*ARITHMETIC, *QUOTIENTS)
        self.saves: list[Var] = []
        self.redo: list[Eqn] = []
        self.solved: set[Eqn] = set()
        self.done: set[Var] = set()
        self.known: dict[Any, bool] = {}  # which values are available
        self.fixed: dict[Any, bool] = {}  # which follow from counters and what no iteration changes
        self.counts: dict[tuple[Any, int], int] = {}
        self.systems = Systems([*forward, *reverse.stmts], b.kind, set(reverse.stmts).__contains__)
        self.needed = {v for v in free(reverse) if v in self.order}
        if not self.compiled:
            self.needed.update(*[parts for v in list(self.needed) if v.temp and len(parts := self.lacking(v)) == 1])

    def made(self) -> Residuals:
        for v in sorted(self.needed, key=self.order.__getitem__):
            self.need(v)
        return Residuals(sorted((v for v in self.saves if v not in self.given), key=self.order.__getitem__), self.redo, self.solved)

    def need(self, v: Var) -> None:
        if v in self.done or v not in self.order:
            return
        self.done.add(v)
        e = self.redone(v)
        if e is None:
            self.saves.append(v)
            return
        for a in e.inputs:
            if isinstance(a, Var):
                self.need(a)
        self.redo.append(e)

    def redone(self, v: Var) -> Eqn | None:
        """The equation that computes the value again; None if it is recorded."""
        e = self.defs.get(v)
        if v in self.elements and self.available(self.elements[v].index):
            return Eqn((v,), operator.getitem, self.elements[v], (), e.loc if isinstance(e, Eqn) else self.b.loc)
        if not isinstance(e, Eqn) or v in self.given:
            return None
        missing = [a for a in e.inputs if not self.available(a)]
        if is_free_to_redo(e, self.b) and (not missing or len(missing) == 1 and self.is_test(v)):
            return e
        if self.is_index(e):
            return e  # its parts are recorded
        if e.op in ARITHMETIC and self.is_scalar(v) and not missing or (
                self.in_loop and self.is_fixed(v) and self.operations(v) <= MOST):
            return e
        if self.systems.is_system(e) and self.systems.is_vector(e) and self.systems.share_inverse(self.systems.matrix(e)[0]):
            e = replace(e, loc=e.loc._replace(sweep="reverse"))
            self.solved.add(e)
            return e  # by the inverse that the reverse sweep computes
        return e if (self.compiled or self.in_arm) and self.operations(v) <= MOST else None

    def is_index(self, e: Any) -> bool:
        """Is this an index, of numbers, slices between them, and tuples of these?"""
        return isinstance(e, Eqn) and e.op in (make_tuple, slice, runtime.path) and all(
            isinstance(a, Const) or self.is_scalar(a) or self.is_index(self.defs.get(a)) for a in e.inputs)

    def is_fixed(self, a: Any) -> bool:
        """Is this arithmetic on counters, and on numbers that no iteration changes?"""
        if not isinstance(a, Var) or a not in self.order or a in self.counted:
            return True
        if a not in self.fixed:
            e = self.defs.get(a)
            self.fixed[a] = isinstance(e, Eqn) and e.op in (*ARITHMETIC, *QUOTIENTS) and self.is_scalar(a) and (
                all(map(self.is_fixed, e.inputs)))
        return self.fixed[a]

    def is_test(self, v: Var) -> bool:
        """Is this a comparison of numbers? To record one of them is as good, and says more."""
        e = self.defs[v]
        return not self.compiled and v.temp and isinstance(e, Eqn) and is_free_to_redo(e, self.b) and all(map(self.is_scalar, e.inputs))

    def lacking(self, v: Var) -> set[Var]:
        """The numbers that have to be recorded for a comparison, which may be of arithmetic on them."""
        found: set[Var] = set()
        seen: set[Any] = set()
        todo: list[Any] = [v] if isinstance(self.defs.get(v), Eqn) and self.is_test(v) else []
        while todo:
            a = todo.pop()
            e = self.defs.get(a)
            if a in seen or a is not v and self.is_at_hand(a):
                continue
            seen.add(a)
            again = isinstance(e, Eqn) and (is_free_to_redo(e, self.b) or a.temp and e.op in ARITHMETIC and self.is_scalar(a))
            if again and isinstance(e, Eqn) and all(self.is_scalar(x) or self.is_at_hand(x) for x in e.inputs):
                todo += e.inputs
            else:
                found.add(a)
        return found

    def is_at_hand(self, a: Any) -> bool:
        if not isinstance(a, Var) or a not in self.order or a in self.given or a in self.counted:
            return True
        return a in self.needed or self.handed_on.get(a) in self.needed

    def available(self, a: Any) -> bool:
        """Can the value be had without recording anything more?"""
        if a not in self.known:
            self.known[a] = self.is_available(a)
        return self.known[a]

    def is_available(self, a: Any) -> bool:
        if self.is_at_hand(a):
            return True
        if a in self.elements:
            return self.available(self.elements[a].index)
        e = self.defs.get(a)
        return isinstance(e, Eqn) and is_free_to_redo(e, self.b) and all(map(self.available, e.inputs))

    def is_scalar(self, v: Any) -> bool:
        return K.is_number(K.kind_of(self.b.kind(v)))

    def operations(self, a: Any, most: int = MOST) -> int:
        """How many operations it takes to have a number again, of elements of arrays and what does not change in the loop.

        More than `most` are not counted.
        """
        if (a, most) not in self.counts:
            self.counts[a, most] = self.counted_operations(a, most)
        return self.counts[a, most]

    def counted_operations(self, a: Any, most: int) -> int:
        if not isinstance(a, Var) or a not in self.order or a in self.counted:
            return 0
        if a in self.elements:
            return self.operations(self.elements[a].index, most)
        e = self.defs.get(a)
        if most < 0 or not isinstance(e, Eqn) or not is_free_to_redo(e, self.b) and (e.op not in self.cheap or not self.is_scalar(a)):
            return MOST + 1
        own = int(e.op in self.cheap)
        return own + sum(self.operations(x, most - own) for x in e.inputs)


def is_free_to_redo(e: Eqn, b: Builder) -> bool:
    """Comparisons, index arithmetic, reads of an element: cheaper to do again than to record."""
    if len(e.outs) != 1:
        return False
    if e.op is operator.getitem:
        if e.args[0] in b.overwritten:
            return False
        return K.is_number(K.kind_of(b.kind(e.out))) or isinstance(K.kind_of(b.kind(e.args[0])), K.Array)
    if e.op in (is_in, not_in, len) and keeps(K.kind_of(b.kind(e.args[-1]))):
        return False  # a set that has grown since
    rule = rule_of(normalized(e, b).op)
    if rule is not None and rule.cheap and rule.pure:
        return True
    kind = K.kind_of(b.kind(e.out))
    return e.op in INTEGERS and isinstance(kind, K.Number) and kind.dtype in ("int", "bool")


def with_redone(block: Block, kept: Residuals, renamed: dict[Var, Any], b: Builder) -> Block:
    """The reverse block with the redone equations, reading `renamed` values under their new names.

    It begins with them, but for what is computed in another way than in the forward sweep: that goes where it is used.
    """
    fresh = {e.out: Var(e.out.hint, e.out.temp, e.out.like, e.out.suffix) for e in kept.redo}
    b.kinds.update((w, b.kinds.get(v, K.UNKNOWN)) for v, w in fresh.items())
    late = [e for e in kept.redo if e in kept.solved]
    stmts: list[Stmt] = []
    for s in (*(e for e in kept.redo if e not in kept.solved), *block.stmts):
        used = uses(s) if late else set()
        for e in reversed(late):
            used |= uses(e) if e.out in used else set()
        stmts += [e for e in late if e.out in used]
        late = [e for e in late if e.out not in used]
        stmts.append(s)
    block = substitute(Block(block.params, (*stmts, *late), block.outs), {**renamed, **fresh})
    return rename_defs(block, fresh)
