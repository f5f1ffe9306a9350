"""What the reverse sweep needs of the forward sweep: recorded, or redone where that is cheaper.

To be recorded are the free variables of the reverse block that are local to the forward block. Index arithmetic, loop
counters, comparisons and arithmetic on values that are at hand anyway are redone, and so is a read `x[i]`, and the solution of a
system of equations whose matrix the reverse sweep inverts.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

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

MOST = 4  # sums and products that are done again in machine code, where memory is slower
ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.neg, operator.iadd, operator.isub, operator.imul, abs)
INTEGERS = (*ARITHMETIC, operator.mod, operator.floordiv)
QUOTIENTS = (operator.truediv, operator.itruediv)  # of as many cycles as several products, which counts in machine code alone


@dataclass
class Residuals:
    saves: list[Var]  # in the order of their definition
    redo: list[Eqn]  # equations to run again, in order
    solved: set[Eqn]  # those of them that the reverse sweep solves in its own way


def residuals(reverse: Block, params: Iterable[Var], forward: Iterable[Stmt], b: Builder, at_hand: Iterable[Var] = (),
              counters: Iterable[Var] = (), elements: Mapping[Var, Element] = {}, in_arm: bool = False) -> Residuals:
    """Decide for every value of the forward block that the reverse block needs; `at_hand` needs no recording.

    What is computed from `counters` is computed again: to record one of them is as good. What is one of the `elements` of an array
    is read from there. What is known in one arm of a branch alone is recorded where it costs more than a few operations.
    """
    stmts, given, counted = list(forward), set(at_hand), set(counters)
    made = {v: s for s in stmts for v in s.outs}
    order = {v: k for k, v in enumerate([*params, *made])}
    wanted = [v for v in free(reverse) if v in order]
    needed = set(wanted)
    compiled = b.program is not None and b.program.compiled
    cheap = ARITHMETIC if compiled else (*ARITHMETIC, *QUOTIENTS)
    saves: list[Var] = []
    redo: list[Eqn] = []
    solved: set[Eqn] = set()
    done: set[Var] = set()
    own = set(reverse.stmts)
    systems = Systems([*stmts, *reverse.stmts], b.kind, own.__contains__)

    @functools.cache
    def available(a: Any) -> bool:
        """Can the value be had without recording anything more?"""
        if not isinstance(a, Var) or a not in order or a in needed or a in given or a in counted:
            return True
        if a in elements:
            return available(elements[a].index)
        e = made.get(a)
        return isinstance(e, Eqn) and is_free_to_redo(e, b) and all(map(available, e.inputs))

    def redone(v: Var) -> Eqn | None:
        e = made.get(v)
        if v in elements and available(elements[v].index):
            return Eqn((v,), operator.getitem, elements[v], (), e.loc if isinstance(e, Eqn) else b.loc)
        if not isinstance(e, Eqn) or v in given:
            return None
        missing = [a for a in e.inputs if not available(a)]
        if is_free_to_redo(e, b) and (not missing or len(missing) == 1 and v.temp and not compiled and all(map(is_scalar, e.inputs))):
            return e  # to record what is compared is as good as the result, and says more
        if e.op in (make_tuple, slice) and all(isinstance(a, Const) or K.is_number(K.kind_of(b.kind(a))) for a in e.inputs):
            return e  # an index: its parts are recorded
        if e.op in ARITHMETIC and is_scalar(v) and not missing:
            return e
        if systems.is_system(e) and systems.is_vector(e) and systems.share_inverse(systems.matrix(e)[0]):
            e = replace(e, loc=e.loc._replace(sweep="reverse"))
            solved.add(e)
            return e  # by the inverse that the reverse sweep computes
        return e if (compiled or in_arm) and operations(v) <= MOST else None

    def is_scalar(v: Var) -> bool:
        return K.is_number(K.kind_of(b.kind(v)))

    @functools.cache
    def operations(a: Any, most: int = MOST) -> int:
        """How many operations it takes to have a number again, of elements of arrays and what does not change in the loop.

        More than `most` are not counted.
        """
        if not isinstance(a, Var) or a not in order or a in counted:
            return 0
        if a in elements:
            return operations(elements[a].index, most)
        e = made.get(a)
        if most < 0 or not isinstance(e, Eqn) or not is_free_to_redo(e, b) and (e.op not in cheap or not is_scalar(a)):
            return MOST + 1
        own = int(e.op in cheap)
        return own + sum(operations(x, most - own) for x in e.inputs)

    def need(v: Var) -> None:
        if v in done or v not in order:
            return
        done.add(v)
        e = redone(v)
        if e is None:
            saves.append(v)
            return
        for a in e.inputs:
            if isinstance(a, Var):
                need(a)
        redo.append(e)

    for v in sorted(wanted, key=order.__getitem__):
        need(v)
    return Residuals(sorted((v for v in saves if v not in given), key=order.__getitem__), redo, solved)


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
