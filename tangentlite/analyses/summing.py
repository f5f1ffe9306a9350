"""Loops that do nothing but add up: their iterations may be taken in any order, but for how the sums round.

    for k, s in reversed(tape):
        s_bar = total_bar * math.cos(s)      what one iteration keeps to itself
        x_bar[k] += s_bar                    sums
        a_bar += s_bar * s
"""
from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Eqn, For, If, Try, Var, While
from tangentlite.ir.trace import Block, Stmt, free, uses

# what adds to a value, and at which positions of its arguments that may be
SUMS = {operator.add: (0, 1), operator.iadd: (0,), operator.sub: (0,), operator.isub: (0,), runtime.add_at: (0,),
        runtime.add_unordered: (0,)}


def only_adds(loop: For) -> bool:
    """Is all that the loop hands on from one iteration to the next sums?"""
    return are_sums(loop.body, loop.carried)


def are_sums(block: Block, totals: Iterable[Var]) -> bool:
    """Are the results of a block `totals` with something added to each, or those as they are?"""
    reading = list(map(uses, block.stmts))
    return all(after is before or is_sum(block, before, after, reading) for before, after in zip(totals, block.outs))


def is_sum(block: Block, total: Var, end: Any, reading: Sequence[set[Var]] | None = None) -> bool:
    """Is the result `end` of a block `total` with something added to it, and is `total` used for nothing else?

    `reading` is what each statement reads, if that is known.
    """
    spent: set[Var] = set()
    for s, read in zip(block.stmts, reading or map(uses, block.stmts)):
        if not read.isdisjoint(spent):
            return False
        if total in read:
            spent.add(total)
            after = added(s, total)
            if after is None:
                return False
            total = after
    return end is total and sum(o is total or o in spent for o in block.outs) == 1


def added(s: Stmt, total: Var) -> Var | None:
    """What `total` is after a statement that only adds to it."""
    match s:
        case Eqn():
            places = [k for k, a in enumerate(s.inputs) if a is total]
            return s.out if len(places) == 1 and places[0] in SUMS.get(s.op, ()) else None
        case For() | While():
            places = [k for k, a in enumerate(s.inits) if a is total]
            inner = s.carried[places[0]] if len(places) == 1 else None
            if inner is None or total in free(s.body) or reads_total(s, total, places[0]):
                return None
            return s.outs[places[0]] if is_sum(s.body, inner, s.body.outs[places[0]]) else None
        case If() if not isinstance(s, Try) and s.test is not total:
            arms = s.then, s.orelse
            found = [o for o, *ends in zip(s.outs, s.then.outs, s.orelse.outs) if all(map(is_sum, arms, (total, total), ends))]
            return found[0] if len(found) == 1 else None
    return None


def depend_on(values: Iterable[Var], stmts: Iterable[Stmt]) -> set[Var]:
    """What the statements compute with any of the values, and the values themselves."""
    found = set(values)
    for s in stmts:
        if not found.isdisjoint(uses(s)):
            found.update(s.outs)
    return found


def reads_total(s: For | While, total: Var, place: int) -> bool:
    """Does it depend on the total how long the loop runs?"""
    if isinstance(s, For):
        return s.iter is total
    return not free(replace(s.test, params=())).isdisjoint((total, s.test.params[place]))
