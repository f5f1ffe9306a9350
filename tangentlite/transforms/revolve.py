"""Loops of which at most so many states are kept: the binomial schedule of Griewank and Walther.

    for start, there in milestones(0, n, 10):
        states.append((start, x))
        for i in range(start, there):
            x = np.sin(x)

    stop = n
    while stop > 0:
        start, x = states[-1]
        states.pop()
        for start, there in milestones(start, stop - 1, 10 - len(states)):
            states.append((start, x))
            for i in range(start, there):
                x = np.sin(x)
        x_bar = x_bar * np.cos(x)
        stop -= 1

Where the number of steps is not known, the forward sweep keeps up to half as many states, at regular distances, which double when
there are too many; the reverse sweep is the same.
"""
from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Const, Eqn, For, If, Stmt, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import make_list, unpack
from tangentlite.ir.repetition import twins
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, free
from tangentlite.passes.dce import dce_block
from tangentlite.schedules import milestones
from tangentlite.transforms.segments import Segments
from tangentlite.transforms.steps import Steps, boolean, equation, integer


class Revolve(Segments):
    def revolve(self, steps: Steps, step: Block, inits: list[Any], outs: tuple[Var, ...], b: Builder) -> tuple[list[Stmt], Stmt]:
        """The loop that keeps states on its way, and, appended to `b`, the loop over all steps backwards.

        `step` runs one step and reverses it.
        """
        assert self.context.checkpointing is not None
        slots = self.context.checkpointing.slots
        assert slots is not None
        keep = needed_state(steps, step)
        kept = Kept(steps, keep, self.states_kind(steps, keep, b))
        new = kept.states()
        sweep = forward_known if steps.test is None else forward_unknown
        before, forward, total, states = sweep(steps, kept, new, slots)
        b.stmts.append(backward(steps, kept, step, (total, states, *inits), outs, slots, b.loc))
        self.recorded.update(steps.undefined)
        note = f"in binomial steps: at most {slots} state{'s are' if slots > 1 else ' is'} kept, and the steps between them run again"
        return [*steps.before, Eqn((new,), make_list, (), (), steps.loop.loc._replace(note=note)), *before], forward

    def states_kind(self, steps: Steps, keep: Sequence[int], b: Builder) -> Any:
        return K.Seq("list", None, K.Seq("tuple", (K.INT, *(self.kind(steps.loop.carried[k]) for k in keep))))


class Kept:
    """The list of states: the carried values at positions `keep`, and the number of the step that begins with them."""

    def __init__(self, steps: Steps, keep: Sequence[int], kind: Any) -> None:
        self.steps, self.keep, self.kind, self.b = steps, keep, kind, steps.b

    def states(self) -> Var:
        made = Var("states")
        self.b.kinds[made] = self.kind
        return made

    def append(self, states: Var, start: Var, state: Sequence[Var]) -> tuple[list[Stmt], Var]:
        """states.append((start, *state))"""
        stmts, entry = self.steps.kept([start, *state])
        after = self.states()
        return [*stmts, Eqn((after,), runtime.append, (states, entry), (), self.steps.loop.loc)], after

    def pop(self, states: Var) -> tuple[list[Stmt], Var, list[Var], Var]:
        """start, *state = states.pop()"""
        s, top, after, start = self.steps.loop, Var(temp=True), self.states(), integer("start", self.b)
        taken = self.steps.state(self.keep)
        stmts: list[Stmt] = [equation(top, operator.getitem, (states, Const(-1)), s, self.b),
                             Eqn((start, *taken), unpack, (top,), (), s.loc),
                             Eqn((after,), runtime.without_last, (states,), (), s.loc)]
        state = [self.steps.copied(v, stmts) for v in taken]
        return stmts, start, state, after


def needed_state(steps: Steps, step: Block) -> list[int]:
    """The positions of the carried values that running a step again needs, and the steps before it for that."""
    carried, found = steps.loop.carried, free(Block((), step.stmts, step.outs))
    size = -1
    while size != len(found):
        size = len(found)
        keep = [k for k, p in enumerate(carried) if p in found]
        body = dce_block(steps.body(steps.loop.body.stmts))
        body = dce_block(Block((), body.stmts, tuple(body.outs[k] for k in keep)))
        found |= free(body)
    return keep


def forward_known(steps: Steps, kept: Kept, new: Var, slots: int) -> tuple[list[Stmt], Stmt, Any, Var]:
    s, b, over, state = steps.loop, steps.b, Var(temp=True), steps.state()
    start, there, states, after = integer("start", b), integer("there", b), kept.states(), kept.states()
    made = equation(over, milestones, (steps.first, steps.last, Const(slots)), s, b)
    keeping, longer = kept.append(states, start, [state[k] for k in kept.keep])
    running = steps.run(start, there, state, steps.plain())
    body = Block((start, there, *state, states), (*keeping, *running), (*running[1].outs, longer))
    return [made], For((*s.outs, after), (start, there), over, (*s.inits, new), body, s.loc), steps.last, after


def forward_unknown(steps: Steps, kept: Kept, new: Var, slots: int) -> tuple[list[Stmt], Stmt, Any, Var]:
    s, b, state = steps.loop, steps.b, steps.state()
    start, total, end = integer("start", b), integer("steps", b), integer("step", b)
    stride, states, after, stop = integer("stride", b), kept.states(), kept.states(), integer("stop", b)
    keeping, longer = kept.append(states, start, [state[k] for k in kept.keep])
    limit = equation(stop, operator.add, (start, stride), s, b)
    segment = steps.run_while(start, stop if slots > 1 else None, state, end)
    thinning, fewer, wider = thinned(kept, longer, stride, max(slots // 4, 1)) if slots > 1 else ([], longer, stride)
    body = Block((start, *state, states, stride), (*keeping, limit, segment, *thinning), (*segment.outs, fewer, wider))
    test = steps.further()
    test = Block((*test.params, kept.states(), integer("stride", b)), test.stmts, test.outs)
    outs = (total, *s.outs, after, integer("stride", b))
    return [], While(outs, (steps.first, *s.inits, new, Const(1)), test, body, s.loc), total, after


def thinned(kept: Kept, states: Var, stride: Var, half: int) -> tuple[list[Stmt], Var, Var]:
    """Where there are twice as many states as `half`, every second of them goes, and the distance between two doubles."""
    s, b = kept.steps.loop, kept.b
    count, full, doubled, wider = integer("", b, True), boolean(b), integer("stride", b), integer("stride", b)
    moving, halved = every_second(kept, states, half)
    arm = (*moving, equation(doubled, operator.mul, (Const(2), stride), s, b))
    fewer = kept.states()
    choice = If((fewer, wider), full, Block((), arm, (halved, doubled)), Block((), (), (states, stride)), s.loc)
    return [equation(count, len, (states,), s, b), equation(full, operator.eq, (count, Const(2 * half)), s, b), choice], fewer, wider


def every_second(kept: Kept, states: Var, half: int) -> tuple[list[Stmt], Var]:
    """for k in range(half): states[k] = states[2 * k]; and as many are dropped. In place, so that Numba knows the list."""
    s, b = kept.steps.loop, kept.b
    k, twice, item = integer("k", b), integer("", b, True), Var(temp=True)
    before, after, moved, all_, shorter, left = (kept.states() for _ in range(6))
    over, again = Var(temp=True), Var(temp=True)
    move = (equation(twice, operator.mul, (Const(2), k), s, b), equation(item, operator.getitem, (before, twice), s, b),
            Eqn((after,), runtime.setitem, (before, k, item), (), s.loc))
    drop = Eqn((shorter,), runtime.without_last, (all_,), (), s.loc)
    moving = For((moved,), k, over, (states,), Block((k, before), move, (after,)), s.loc)
    dropping = For((left,), (), again, (moved,), Block((all_,), (drop,), (shorter,)), s.loc)
    return [equation(over, range, (Const(half),), s, b), moving, equation(again, range, (Const(half),), s, b), dropping], left


def backward(steps: Steps, kept: Kept, step: Block, inits: Sequence[Any], outs: Sequence[Var], slots: int, loc: Any) -> While:
    """Take the last state, run on from it to the last step, keeping states on the way, and reverse that step."""
    s, b = steps.loop, steps.b
    stop, states, bars = integer("stop", b), kept.states(), twins(outs, b.kinds)
    opening, start, taken, rest = kept.pop(states)
    count, free_slots, last, over = integer("", b, True), integer("", b, True), integer("stop", b), Var(temp=True)
    opening += [equation(count, len, (rest,), s, b), equation(free_slots, operator.sub, (Const(slots), count), s, b),
                equation(last, operator.sub, (stop, Const(1)), s, b), equation(over, milestones, (start, last, free_slots), s, b)]
    here, there, state, more = integer("start", b), integer("there", b), steps.state(kept.keep), kept.states()
    keeping, longer = kept.append(more, here, state)
    running = steps.run(here, there, state, steps.plain(kept.keep))
    at_last, remaining = twins(state, b.kinds), kept.states()
    advance = For((*at_last, remaining), (here, there), over, (*taken, rest),
                  Block((here, there, *state, more), (*keeping, *running), (*running[1].outs, longer)), s.loc)
    known = {steps.position: last, **dict(zip(step.params, bars)), **{s.carried[k]: v for k, v in zip(kept.keep, at_last)}}
    again = substitute(Block((), (*steps.opening, *step.stmts), step.outs), known)
    body = Block((stop, states, *bars), (*opening, advance, *again.stmts), (last, remaining, *again.outs))
    further, at = boolean(b), integer("stop", b)
    test = Block((at, kept.states(), *twins(outs, b.kinds)), (equation(further, operator.gt, (at, steps.first), s, b),), (further,))
    return While((integer("stop", b), kept.states(), *outs), tuple(inits), test, body, loc)
