"""What one arm of a branch adds to an element of an adjoint is added there.

    if x[i] > t:                              if not x[i] > t:
        v_bar = 0.0                               x_bar[i] += 2.0 * x[i]
    else:                             ->
        v_bar = 2.0 * x[i]
    x_bar[i] += v_bar
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir.identities import ZEROS
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.repetition import Kinds, twins
from tangentlite.ir.trace import Block, Eqn, If, Stmt, Trace, Try, Var, read_counts
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.first_writes import ZERO


def sinking(trace: Trace, kinds: Kinds) -> Trace:
    """The trace, before `inplace`; `kinds` learns of the new values.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> from tangentlite.ir.trace import Const, Loc
    >>> x, x_bar, i, g, b = Var("x"), Var("x_bar"), Var("i"), Var("g"), Builder()
    >>> b.loc = Loc(sweep="reverse")
    >>> v, test = Var("v_bar"), b.emit(abs, x)
    >>> b.stmts.append(If((v,), test, Block((), (), (Const(0.0),)), Block((), (), (g,))))
    >>> end = b.emit(runtime.add_at, x_bar, i, v)
    >>> print(sinking(Trace("f", b.block((x, x_bar, i, g), (end,))), {}), end="")
    def f(x, x_bar, i, g):
        v1 = abs(x)
        if v1:
            v1 = x_bar
        else:
            v1 = add_at(x_bar, i, g)
        return v1
    """
    counts = read_counts(trace.block)

    def visit(block: Block) -> Block:
        block = in_arms(block, counts, kinds)
        return with_statements(block, [nested(s, visit) for s in block.stmts])

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def in_arms(block: Block, counts: dict[Var, int], kinds: Kinds) -> Block:
    """The block, with what it adds to elements added in the arms of its own branches."""
    stmts: list[Stmt | None] = list(block.stmts)
    place: dict[Any, int] = {o: k for k, s in enumerate(block.stmts) for o in s.outs}
    for k, e in enumerate(block.stmts):
        if not isinstance(e, Eqn) or e.op is not runtime.add_at or e.loc.sweep != "reverse":
            continue  # in the function itself, -0.0 + 0.0 is not what it was
        if counts[e.args[2]] != 1 or e.args[2] not in place:
            continue
        array, index, value = e.args
        at = place[value]
        branch, moved = stmts[at], []
        made = stmts[place[index]] if place.get(index, -1) > at else None
        if isinstance(made, Eqn) and made.op is make_tuple and all(place.get(a, -1) < at for a in made.args):
            moved = [made]
        elif made is not None:
            continue
        if isinstance(branch, If) and not isinstance(branch, Try) and counts[array] == 1 and place.get(array, -1) <= at:
            sunk = with_sum(branch, e, moved, kinds)
            if sunk is not branch:
                stmts[at], stmts[k], place[e.out] = sunk, None, at
    return with_statements(block, [s for s in stmts if s is not None])


def with_sum(s: If, e: Eqn, moved: list[Eqn], kinds: Kinds) -> If:
    """The branch whose arms add to the element, where one of them adds nothing; itself, if neither does."""
    array, index, value = e.args
    k = s.outs.index(value)
    empty = [is_zero(arm, arm.outs[k]) for arm in (s.then, s.orelse)]
    if empty.count(True) != 1:
        return s
    arms = []
    for arm, adds_nothing in zip((s.then, s.orelse), empty):
        outs, stmts = list(arm.outs), list(arm.stmts)
        before = outs[s.outs.index(array)] if array in s.outs else array
        if adds_nothing:
            outs[k] = before
        else:
            (outs[k],) = twins(e.outs, kinds)
            names = {t.out: twins(t.outs, kinds)[0] for t in moved}
            stmts += [replace(t, outs=(names[t.out],)) for t in moved]
            stmts.append(replace(e, outs=(outs[k],), args=(before, names.get(index, index), arm.outs[k])))
        arms.append(replace(arm, stmts=tuple(stmts), outs=tuple(outs)))
    sunk = replace(s, outs=(*s.outs[:k], e.out, *s.outs[k + 1:]), then=arms[0], orelse=arms[1])
    return without(sunk, s.outs.index(array)) if array in s.outs else sunk


def without(s: If, k: int) -> If:
    """The branch without one of its results, which nobody reads."""
    then, orelse = (replace(arm, outs=(*arm.outs[:k], *arm.outs[k + 1:])) for arm in (s.then, s.orelse))
    return replace(s, outs=(*s.outs[:k], *s.outs[k + 1:]), then=then, orelse=orelse)


def is_zero(arm: Block, a: Any) -> bool:
    return a in ZERO or any(isinstance(s, Eqn) and s.op in ZEROS and s.out is a for s in arm.stmts)
