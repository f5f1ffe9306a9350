"""Loops whose iterations are independent run forward and in reverse one iteration at a time, without a tape.

    tape = []                               x_bar = np.zeros_like(x)
    for i in range(n):                      for i in range(n):
        e = math.exp(x[i])           ->         e = math.exp(x[i])
        tape.append((i, e))                     total += e
        total += e                              x_bar[i] += total_bar * e
    x_bar = np.zeros_like(x)
    for i, e in reversed(tape):
        x_bar[i] += total_bar * e

That is right where the reversed loop only adds up, so that it may take the iterations in the order of the first loop, and where
nothing it needs waits for the first loop to end: `total_bar` is known before. (What a sum of numbers begins with may be added later.)
The terms of an adjoint are added in another order then; those of the primal are not.
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeGuard

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.summing import depend_on, only_adds
from tangentlite.ir import Const, Eqn, For, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.substitute import rename_defs, substitute
from tangentlite.ir.trace import Block, Stmt, Watched, free, read_counts, uses, walk
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.dce import has_effect
from tangentlite.rules.effects import may_write


class Pair(NamedTuple):
    """A loop, what turns its tape round, the loop over that; where among the results of the first one the tape is, what appends to it, and
    what the targets of the second one are in the first."""

    first: For | While
    back: Eqn
    second: For
    tape: int
    record: Eqn
    items: dict[Var, Any]


def independent_iterations(trace: Trace, kinds: Kinds | None = None, compiled: bool = False) -> Trace:
    """The trace without tapes of loops that may run forward and in reverse one iteration at a time.

    >>> import operator
    >>> import tangentlite.backend.show
    >>> from tangentlite.passes.dce import dce
    >>> x, e, total, item = (Var(hint) for hint in ("x", "e", "total", "e"))
    >>> tape, before, after, whole = (Var("tape") for _ in range(4))
    >>> back, bar, last = Var(), Var("y_bar"), Var("y_bar")
    >>> record = Block((x, before), (Eqn((e,), abs, (x,)), Eqn((after,), runtime.append, (before, e))), (after,))
    >>> add = Block((item, bar), (Eqn((last,), operator.add, (bar, item)),), (last,))
    >>> xs, first, result = Var("xs"), Var("y_bar"), Var("y_bar")
    >>> trace = Trace("f", Block((xs, first), (Eqn((tape,), make_list, ()), For((whole,), x, xs, (tape,), record),
    ...               Eqn((back,), reversed, (whole,)), For((result,), item, back, (first,), add)), (result,)))
    >>> print(trace, end="")
    def f(xs, y_bar):
        tape = []
        for x in xs:
            e = abs(x)
            tape = append(tape, e)
        v1 = reversed(tape)
        for e in v1:
            y_bar = y_bar + e
        return y_bar
    >>> print(dce(independent_iterations(trace)), end="")
    def f(xs, y_bar):
        for x in xs:
            e = abs(x)
            y_bar = y_bar + e
        return y_bar
    """
    known = {} if kinds is None else kinds

    def visit(block: Block) -> Block:
        stmts = block.stmts
        while (made := joined(replace(block, stmts=stmts), known, compiled)) is not None:
            stmts = made
        return with_statements(block, [s if isinstance(s, Try) else nested(s, visit) for s in stmts])  # adjoints stay out of a `try`

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def joined(block: Block, kinds: Kinds, compiled: bool) -> tuple[Stmt, ...] | None:
    """The statements of a block after two of its loops have become one; None where no two can."""
    for pair in pairs(block):
        if only_adds(pair.second) and not (compiled and records_little(pair, kinds)):
            stmts = list(block.stmts)
            at, end = stmts.index(pair.first), stmts.index(pair.second)
            pair, totals = from_zero(pair, stmts[at + 1:end], kinds)
            earlier = needed(uses(pair.second), stmts[at + 1:end], pair)
            if earlier is not None and may_move(earlier, stmts[at:end], kinds):
                gone = {id(s) for s in (*earlier, pair.back)}
                between = Block((), tuple(s for s in stmts[at + 1:end] if id(s) not in gone), ())
                between = with_parts(between, totals, read_counts(block), kinds)
                return (*stmts[:at], *earlier, one_loop(pair), *between.stmts, *stmts[end + 1:])
    return None


def from_zero(pair: Pair, between: Sequence[Stmt], kinds: Kinds) -> tuple[Pair, list[Eqn]]:
    """The second loop with sums of numbers that begin at zero, where what they began with waits for the first loop; and what adds that."""
    late = depend_on(pair.first.outs, between)
    second = pair.second
    totals: list[Eqn] = []
    inits, outs = list(second.inits), list(second.outs)
    for k, (init, out) in enumerate(zip(second.inits, second.outs)):
        if init in late and K.is_double(kinds.get(init)) and K.is_double(kinds.get(out)):
            inits[k], outs[k] = Const(0.0), out.twin()
            kinds[outs[k]] = kinds[out]
            totals.append(Eqn((out,), operator.add, (outs[k], init), (), second.loc))
    return pair._replace(second=replace(second, inits=tuple(inits), outs=tuple(outs))), totals


def with_parts(block: Block, totals: Sequence[Eqn], counts: Counter[Var], kinds: Kinds) -> Block:
    """The block with the totals after it. What is used for one of them alone is a part of its expression."""
    parts = {t.args[1]: Var(temp=True) for t in totals if counts[t.args[1]] == 1}
    kinds.update((v, kinds[a]) for a, v in parts.items())
    whole = Block((), (*block.stmts, *totals), ())
    return substitute(rename_defs(whole, parts), parts)


def pairs(block: Block) -> Iterator[Pair]:
    made = {o: s for s in block.stmts for o in s.outs}
    counts = None
    for second in block.stmts:
        back = made.get(second.iter) if isinstance(second, For) and second.stop is None else None
        if not isinstance(second, For) or not isinstance(back, Eqn) or back.op is not reversed or not isinstance(back.args[0], Var):
            continue
        tape = back.args[0]
        first = made.get(tape)
        counts = counts or read_counts(block)
        if isinstance(first, For | While) and first.stop is None and counts[tape] == counts[back.out] == 1:
            k = first.outs.index(tape)
            begin, record = made.get(first.inits[k]), recording(first, k)
            empty = isinstance(begin, Eqn) and begin.op is make_list and not begin.args
            found = items(first, second, record) if empty and record is not None else None
            if record is not None and found is not None:
                yield Pair(first, back, second, k, record, found)


def recording(loop: For | While, tape: int) -> Eqn | None:
    """What appends to the tape, if every iteration does that once."""
    body, before = loop.body, loop.carried[tape]
    found = [s for s in body.stmts if body.outs[tape] in s.outs]
    counts = read_counts(body)
    if found and isinstance(found[0], Eqn) and found[0].op is runtime.append and found[0].args[0] is before:
        return found[0] if counts[before] == counts[found[0].out] == 1 else None
    return None


def items(first: For | While, second: For, record: Eqn) -> dict[Var, Any] | None:
    """What the targets of the second loop are in the first one."""
    targets, item = second.targets, record.args[1]
    if isinstance(targets, Var):
        return {targets: item}
    made = next((s for s in first.body.stmts if item in s.outs), None)
    if made is None or not is_tuple(made) or len(made.args) != len(targets):
        return None
    return dict(zip(targets, made.args)) if all(isinstance(t, Var) for t in targets) else None


def is_tuple(s: Stmt) -> TypeGuard[Eqn]:
    return isinstance(s, Eqn) and s.op is make_tuple


def records_little(pair: Pair, kinds: Kinds) -> bool:
    """Are numbers alone recorded, where iterations have loops of their own? A machine runs the loops of several iterations at a time."""
    return any(isinstance(s, For | While) for s in pair.first.body.stmts) and all(is_number(a, kinds) for a in pair.items.values())


def needed(wanted: set[Var], between: Sequence[Stmt], pair: Pair) -> list[Stmt] | None:
    """The statements that the second loop waits for; None if one of them waits for the first loop."""
    found: list[Stmt] = []
    for s in reversed(between):
        if not wanted.isdisjoint(s.outs) and s is not pair.back:
            if has_effect(s):
                return None
            found.append(s)
            wanted |= uses(s)
    return found[::-1] if wanted.isdisjoint(pair.first.outs) else None


def may_move(earlier: Sequence[Stmt], past: Sequence[Stmt], kinds: Kinds) -> bool:
    """Do the statements compute the same before the others? An unknown function that these call may write what they read."""
    if not any(may_write(t) for t in walk(Block((), tuple(past), ()))):
        return True
    return all(isinstance(s, Eqn) and not isinstance(s.op, Watched) and all(is_number(a, kinds) for a in s.inputs) or
               isinstance(s, Eqn) and s.op is np.zeros_like for s in earlier)


def is_number(a: Any, kinds: Kinds) -> bool:
    return isinstance(a, Const) or isinstance(a, Var) and K.is_number(kinds.get(a, K.UNKNOWN))


def one_loop(pair: Pair) -> For | While:
    """The first loop, each iteration of which ends with what the second one does with its items."""
    first, _, second, k, record, items = pair
    alone = read_counts(first.body)[record.args[1]] == 1 and isinstance(second.targets, tuple)  # the tuple is made for the tape
    kept = [s for s in first.body.stmts if s is not record and not (alone and record.args[1] in s.outs and is_tuple(s))]
    body = substitute(second.body, items)
    kept, last = split_off(kept, first, body)
    known = len(first.body.params) - len(first.inits)
    params = (*first.body.params[:known], *without(first.carried, k), *second.carried)
    made = replace(first, outs=(*without(first.outs, k), *second.outs), inits=(*without(first.inits, k), *second.inits),
                   body=Block(params, (*kept, *body.stmts, *last), (*without(first.body.outs, k), *body.outs)))
    if isinstance(made, While):
        tested = (*without(made.test.params, k), *(p.twin() for p in second.carried))
        return replace(made, test=replace(made.test, params=tested))
    return made


def split_off(stmts: list[Stmt], loop: For | While, after: Block) -> tuple[list[Stmt], list[Stmt]]:
    """The statements of an iteration, and those among them that give a carried value its next one while `after` still reads the old one."""
    read = free(replace(after, params=()))
    ahead = {v for s in stmts for v in uses(s)} | read
    late = {n for p, n in zip(loop.carried, loop.body.outs) if p in read and n not in ahead}
    moved: list[Stmt] = [s for s in stmts if isinstance(s, Eqn) and len(s.outs) == 1 and s.out in late and not has_effect(s)]
    return [s for s in stmts if s not in moved], moved


def without(items: tuple[Any, ...], k: int) -> tuple[Any, ...]:
    return (*items[:k], *items[k + 1:])
