"""Loops that run in segments: kept is the state at the beginning of each, and its tape is made when it is reversed.

    for start in range(0, n, length):
        states.append((start, x))
        for i in range(start, min(start + length, n)):
            x = np.sin(x)

    stop = n
    for start, x in reversed(states):
        tape = []
        for i in range(start, stop):
            tape.append(x)
            x = np.sin(x)
        for x in reversed(tape):
            x_bar = x_bar * np.cos(x)
        stop = start
"""
from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Const, Eqn, For, Stmt, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import make_list
from tangentlite.ir.repetition import carry, twins
from tangentlite.ir.trace import Block, free
from tangentlite.passes.dce import dce_block
from tangentlite.schedules import segment_length
from tangentlite.transforms.guarded import Guarded
from tangentlite.transforms.steps import Steps, equation, integer

NOTE = "in segments: the state at the beginning of each is kept, and its tape is made when it is reversed"


class Segments(Guarded):
    reusable = False  # may the reverse sweep run again from the same states?
    keeping: tuple[For | While, Steps, str] | None = None  # the loop whose states are recorded, and the name of its tape

    def segments(self, steps: Steps, taped: Block, reverse: Block, inits: list[Any], outs: tuple[Var, ...],
                 b: Builder, saves: Sequence[Var]) -> tuple[list[Stmt], Stmt]:
        """The loop over the segments, forwards, and, appended to `b`, backwards; `taped` is a step that is recorded."""
        start, state = integer("start", b), steps.state()
        length, before = self.length(steps, saves, b)
        segments = known if steps.test is None else unknown
        over, forward, total = segments(steps, start, state, length)
        stop, ending, bars, ends = integer("stop", b), integer("stop", b), twins(reverse.params, b.kinds), twins(outs, b.kinds)
        inner = Builder(b)
        copies: list[Stmt] = []
        own: Sequence[Var] = [steps.copied(v, copies) for v in state]
        if not self.reusable and len(copies) < 2:  # of several, taken from one list, it is not seen that they share no memory
            own, copies = state, []
        range_made, segment = steps.run(start, stop, own, taped)
        self.keeping = segment, steps, "tape"
        opening, again = self.record(segment, list(segment.body.stmts), reverse, list(bars), ends, inner)
        stmts = (*copies, range_made, *opening, again, *inner.stmts)
        body = dce_block(Block((stop, *bars), stmts, (start, *ends)), self.context.pure_call)
        self.keeping = forward, steps, "states"
        first, keeping = self.record(forward, list(forward.body.stmts), body, [total, *inits], (ending, *outs), b)
        return [*steps.before, *before, *over, *first], keeping

    def tape(self, s: For | While, forward: For | While, saves: list[Var], b: Builder) -> tuple[list[Stmt], For | While, Var]:
        """States are recorded before the steps change them."""
        if self.keeping is None or s is not self.keeping[0] or not set(saves) <= set(s.body.params):
            return super().tape(s, forward, saves, b)
        _, steps, name = self.keeping
        new, p, n, o = (Var(name) for _ in range(4))
        stmts, entry = steps.kept(saves)
        kind = K.Seq("list", None, b.kinds[entry])
        b.kinds.update(dict.fromkeys((new, p, n, o), kind))
        self.recorded.update((*saves, *(o for t in stmts for o in t.outs)))
        stmts.append(Eqn((n,), runtime.append, (p, entry), (), s.loc))
        return [Eqn((new,), make_list, (), (), s.loc)], carry(forward, p, new, n, o, [*stmts, *forward.body.stmts]), o

    def length(self, steps: Steps, saves: Sequence[Var], b: Builder) -> tuple[Any, list[Stmt]]:
        """How many steps make a segment."""
        assert self.context.checkpointing is not None
        s, slots = steps.loop, self.context.checkpointing.slots
        length, made = integer("length", b), Builder(b)
        made.loc = s.loc._replace(note=NOTE)
        count = Const(0) if steps.test is not None else made.emit(operator.sub, steps.last, steps.first)
        if slots is not None and steps.test is None:
            parts = made.emit(operator.neg, made.emit(operator.floordiv, made.emit(operator.neg, count), Const(slots)))
            made.eqn((length,), max, (parts, Const(1)))
        else:
            made.eqn((length,), segment_length, (self.step_bytes(s, saves, made), count))
        return length, made.stmts

    def step_bytes(self, s: For | While, saves: Sequence[Var], made: Builder) -> Any:
        """About how many bytes a step records: as many arrays like the one at hand, and numbers."""
        kinds = [k for v in saves for k in recorded(self.kind(v))]
        outside = [a for a in (*s.inits, *sorted(free(s.body), key=lambda v: v.hint)) if isinstance(a, Var) and K.dims_of(self.kind(a))]
        numbers = [k for k in kinds if isinstance(k, K.Number)]
        if not outside or len(numbers) == len(kinds):
            return Const(8 * len(kinds))
        arrays = made.emit(operator.mul, Const(len(kinds) - len(numbers)), made.emit(getattr, outside[0], Const("nbytes")))
        return made.emit(operator.add, arrays, Const(8 * len(numbers)))


def known(steps: Steps, start: Var, state: Sequence[Var], length: Any) -> tuple[list[Stmt], For | While, Any]:
    """The loop over the beginnings of all segments, and the number of steps."""
    s, b, over = steps.loop, steps.b, Var(temp=True)
    made = equation(over, range, (steps.first, steps.last, length), s, b)
    end, stop = integer("", b, True), integer("", b, True)
    stops = [equation(end, operator.add, (start, length), s, b), equation(stop, min, (end, steps.last), s, b)]
    inside = steps.run(start, stop, state, steps.plain())
    return [made], For(s.outs, start, over, s.inits, Block((start, *state), (*stops, *inside), inside[1].outs), s.loc), steps.last


def unknown(steps: Steps, start: Var, state: Sequence[Var], length: Any) -> tuple[list[Stmt], For | While, Any]:
    """The loop that begins a segment for as long as there is a further step; its first result is how many there were."""
    s, b = steps.loop, steps.b
    stop, end, total = integer("stop", b), integer("step", b), integer("steps", b)
    limit = equation(stop, operator.add, (start, length), s, b)
    segment = steps.run_while(start, stop, state, end)
    body = Block((start, *state), (limit, segment), segment.outs)
    return [], While((total, *s.outs), (steps.first, *s.inits), steps.further(), body, s.loc), total


def recorded(kind: Any) -> list[Any]:
    """What of an entry of a tape takes memory: of a tape inside it, what one of its own entries holds, as arrays."""
    if isinstance(kind, K.Seq) and kind.type == "list" and kind.elem is not None:
        items = kind.elem.items if isinstance(kind.elem, K.Seq) and kind.elem.items is not None else (kind.elem,)
        return [K.NUMERIC for _ in items]
    return [kind] if isinstance(kind, (K.Number, K.Array)) else [K.NUMERIC]
