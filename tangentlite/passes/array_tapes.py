"""Tapes for compiled code: one array per recorded value.

Where the lengths of the loops are known when the outermost of them begins, the arrays are indexed like the loops:

    tape = []                          x_tape = np.empty(n)
    for i in range(n):                 for i in range(n):
        tape.append(x)           ->        x_tape[i] = x
        x = x * x                          x = x * x
    for x in reversed(tape):           for i in reversed(range(n)):
        x_bar = ...                        x = x_tape[i]
                                           x_bar = ...

The arrays of other loops grow, outside of the loop that fills them:

                                       x_tape = np.empty(0)
                                       trips = 0
    while x < 9.0:                     while x < 9.0:
        tape.append(x)                     x_tape = with_room(x_tape, trips + 1)
        x = x * x                ->        while x < 9.0 and trips < len(x_tape):
                                               x_tape[trips] = x
                                               trips += 1
                                               x = x * x

Arrays that are recorded are rows of a larger one. Tapes of other things stay lists.
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.bounds import Bounds
from tangentlite.analyses.snapshots import snapshots
from tangentlite.analyses.tapes import MISSING, Item, Level, Tapes
from tangentlite.ir import Const, Eqn, For, If, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.substitute import copy, substitute
from tangentlite.ir.trace import Block, Stmt, walk
from tangentlite.ir.undefined import undefined
from tangentlite.passes.segmented import Segments, can_have_segments


def array_tapes(trace: Trace, kinds: dict[Var, Any], repeatable: Callable[[Block], bool] | None = None) -> Trace:
    """The trace with arrays in place of lists as tapes; `kinds` learns of them.

    Loops whose body is `repeatable` run in segments, where their tape would leave the cache.
    """
    tapes = Tapes(trace.block, kinds)
    found = []
    for s in trace.block.stmts:
        for level, bounds in tapes.of(s):
            snapshots(level, tapes, bounds)
            found.append((s, level, bounds))
    if not found:
        return trace
    parts = {}
    if repeatable is not None:
        missing = undefined(trace.block)
        parts = {level: Segments(level, tapes, kinds) for _, level, _ in found if can_have_segments(level, tapes, missing, repeatable)}
    return replace(trace, block=Arrays(found, kinds, parts).block(trace.block))


class Arrays:
    """Writes arrays in place of lists. `now` maps every array, and every count of what is used of them, to its present version."""

    def __init__(self, found: list[tuple[Stmt, Level, Bounds | None]], kinds: dict[Var, Any], parts: dict[Level, Segments]) -> None:
        self.kinds, self.parts = kinds, parts
        levels = [(level, bounds) for _, root, bounds in found for level in root.all()]
        self.forwards = {level.forward: level for level, _ in levels}
        self.backwards = {level.reverse: level for level, _ in levels}
        self.appends = {level.append: level for level, _ in levels}
        self.early: dict[Stmt, list[tuple[Level, Item]]] = {}  # what is recorded before, or in place of, a statement
        for level, _ in levels:
            for item in level.items:
                if item.at is not None:
                    self.early.setdefault(item.at, []).append((level, item))
        self.passed = {v for level, _ in levels for v in level.passed}
        self.bounds = dict(levels)
        self.positions: dict[Level, Var] = {}  # where the part of this iteration begins
        self.indices: dict[Level, Var] = {}  # of the forward loops
        self.now: dict[Var, Any] = {level.count: Const(0) for level, _ in levels}
        self.before: dict[Stmt, list[Stmt]] = {}
        self.alone = {root for s, root, _ in found if root.forward is s and root.shape is None and isinstance(s, For)}
        for level, _ in levels:
            self.kinds[level.count] = self.kinds[level.index] = K.INT
            for item in level.arrays:
                dtype = np.dtype(item.dtype or float).name
                self.kinds[item.array] = K.Array(dtype, (*(K.fresh_dim() for _ in level.shape or (0,)), *item.dims))
        for s, root, bounds in found:
            made = [t for level in root.all() if level not in self.alone for t in allocations(level, Const(0))]
            opening = parts[root].opening if root in parts else ()
            self.before.setdefault(s, []).extend([*(bounds.stmts if bounds is not None else ()), *opening, *made])

    def block(self, block: Block) -> Block:
        return replace(block, stmts=tuple(self.statements(block)))

    def statements(self, block: Block) -> Iterator[Stmt]:
        for s in block.stmts:
            for made in self.before.get(s, ()):
                yield made
                self.now.update((o, o) for o in made.outs)
            for level, item in self.early.get(s, ()):
                yield from self.write(level, item, s.args[0] if isinstance(s, Eqn) and s.outs == (item.value,) else item.value)
            if isinstance(s, Eqn) and any(s.outs == (item.value,) for _, item in self.early.get(s, ())):
                continue
            if isinstance(s, Eqn) and s in self.appends:
                yield from self.writes(self.appends[s], s)
            elif isinstance(s, For) and s in self.backwards:
                yield from self.read_back(self.backwards[s])
            elif isinstance(s, If):
                yield self.branch(s)
            elif isinstance(s, For | While):
                yield from self.loop(s)
            else:
                yield s

    def touched(self, s: Stmt) -> list[Var]:
        """The arrays and counts that the statement changes."""
        levels = [self.appends[t] for t in walk(Block((), (s,), ())) if isinstance(t, Eqn) and t in self.appends]
        return [v for level in levels for v in (*(item.array for item in level.arrays), *([level.count] if level.shape is None else []))]

    # -- recording ---------------------------------------------------------------------------------------------------

    def branch(self, s: If) -> If:
        if isinstance(s, Try):  # no tape comes out of it
            return replace(s, then=self.block(s.then), orelse=self.block(s.orelse))
        changed, before = self.touched(s), dict(self.now)
        kept = [k for k, o in enumerate(s.outs) if o not in self.passed]
        arms = []
        for arm in (s.then, s.orelse):
            stmts = tuple(self.statements(arm))
            arms.append(replace(arm, stmts=stmts, outs=(*(arm.outs[k] for k in kept), *(self.now[v] for v in changed))))
            self.now = dict(before)
        outs = self.renewed(changed)
        return replace(s, outs=(*(s.outs[k] for k in kept), *outs), then=arms[0], orelse=arms[1])

    def renewed(self, changed: list[Var]) -> list[Var]:
        self.now.update((v, v.twin()) for v in changed)
        self.kinds.update((self.now[v], self.kinds[v]) for v in changed)
        return [self.now[v] for v in changed]

    def loop(self, s: For | While) -> Iterator[Stmt]:
        level, changed = self.forwards.get(s), self.touched(s)
        part = self.parts.get(level) if level is not None else None
        if level is not None and level.shape is None and isinstance(s, For):
            yield from self.room(level, s, level in self.alone)
        inits = [self.now[v] for v in changed]
        params = self.renewed(changed)
        kept = [k for k in range(len(s.inits)) if level is None or k != level.slot]
        targets = s.body.params[:len(s.body.params) - len(s.inits)]
        body = s.body
        if level is not None:
            body = replace(body, stmts=tuple(self.filled(body.stmts, {item.value for item in level.items})))
            self.positions.update((inner, self.now[inner.count]) for inner in level.grown)
            if level.shape is not None:
                self.indices[level] = targets[0]
            if part is not None:
                body, self.indices[level] = part.placed(body, targets[0])
        stmts = tuple(self.statements(body))
        body = Block((*targets, *(s.carried[k] for k in kept), *params), stmts,
                     (*(body.outs[k] for k in kept), *(self.now[v] for v in changed)))
        stop = kept.index(s.stop) if s.stop is not None else None
        outs = self.renewed(changed)
        made: dict[str, Any] = {"outs": (*(s.outs[k] for k in kept), *outs), "inits": (*(s.inits[k] for k in kept), *inits),
                                "body": body, "stop": stop}
        if isinstance(s, While):
            made["test"] = replace(s.test, params=(*(s.test.params[k] for k in kept), *(v.twin() for v in changed)))
        s = replace(s, **made)
        if level is not None and level.shape is None and isinstance(s, While) and level.arrays:
            s = self.in_parts(s, level, {v: kept_at for kept_at, v in enumerate(changed, len(kept))})
        s = self.named(s) if level in self.indices else s
        yield from part.forwards(s, outs) if part is not None and isinstance(s, For) else [s]

    def named(self, s: Any) -> Any:
        """The loop with a name for its index, which has a use now."""
        if s.targets.hint != "_":
            return s
        index = Var("k")
        self.kinds[index] = K.INT
        body = substitute(s.body, {s.targets: index})
        return replace(s, targets=index, body=replace(body, params=(index, *body.params[1:])))

    def writes(self, level: Level, append: Eqn) -> Iterator[Stmt]:
        """What an iteration records."""
        for inner in level.grown:
            yield from self.write(level, inner.begin, self.positions[inner])
            yield from self.write(level, inner.end, self.now[inner.count])
        for item in level.items:
            if item.at is None:
                yield from self.write(level, item, item.value)
        if level.shape is None:
            count = self.now[level.count]
            yield Eqn(tuple(self.renewed([level.count])), operator.iadd, (count, Const(1)), (), append.loc)

    def room(self, level: Level, s: For, alone: bool) -> Iterator[Stmt]:
        """Arrays that are long enough for all iterations of a loop, which may be `alone` in filling them."""
        size = Var(temp=True)
        yield Eqn((size,), len, (s.iter,), (), s.loc)
        if alone:
            yield from allocations(level, size)
            self.now.update((item.array, item.array) for item in level.arrays)
            return
        total: Any = size
        if self.now[level.count] != Const(0):
            total = Var(temp=True)
            yield Eqn((total,), operator.add, (self.now[level.count], size), (), s.loc)
        for item in level.arrays:
            now = self.now[item.array]
            yield Eqn(tuple(self.renewed([item.array])), runtime.with_room, (now, total), (), s.loc)

    def in_parts(self, s: While, level: Level, places: dict[Var, int]) -> While:
        """The loop inside another that makes room in the arrays."""
        arrays = [item.array for item in level.arrays]
        params = [p.twin() for p in s.carried]
        self.kinds.update((p, self.kinds[q]) for p, q in zip(params, s.carried) if q in self.kinds)
        size, length, fits = (Var(temp=True) for _ in range(3))
        stmts: list[Stmt] = [Eqn((size,), operator.add, (params[places[level.count]], Const(1)), (), s.loc)]
        inits: list[Any] = list(params)
        for k in (places[a] for a in arrays):
            inits[k] = params[k].twin()
            self.kinds[inits[k]] = self.kinds[params[k]]
            stmts.append(Eqn((inits[k],), runtime.with_room, (params[k], size), (), s.loc))
        test = copy(s.test)
        room = Block((), (Eqn((length,), len, (s.test.params[places[arrays[0]]],), (), s.loc),
                          Eqn((fits,), operator.lt, (s.test.params[places[level.count]], length), (), s.loc)), (fits,))
        both = If((Var(temp=True),), s.test.outs[0], room, Block((), (), (Const(False),)), s.loc, "and")
        always = isinstance(s.test.outs[0], Const)
        asked = replace(s.test, stmts=(*s.test.stmts, *(room.stmts if always else (both,))), outs=room.outs if always else both.outs)
        outs = tuple(v.twin() for v in s.outs)
        self.kinds.update((p, self.kinds[q]) for p, q in zip(outs, s.outs) if q in self.kinds)
        inner = replace(s, outs=outs, inits=tuple(inits), test=asked)
        return replace(s, test=test, body=Block(tuple(params), (*stmts, inner), inner.outs))

    def write(self, level: Level, item: Item, value: Var) -> Iterator[Stmt]:
        made, index = index_of(self.path(level))
        yield from made
        array = self.now[item.array]
        yield Eqn(tuple(self.renewed([item.array])), runtime.setitem, (array, index, value), (), level.append.loc)

    def path(self, level: Level) -> tuple[Var, ...]:
        """Where an iteration records."""
        if level.shape is None:
            return (self.now[level.count],)
        return (*(self.path(level.parent) if level.parent is not None else ()), self.indices[level])

    def filled(self, stmts: tuple[Stmt, ...], recorded: set[Any]) -> Iterator[Stmt]:
        """An array has a number also where the branch that was taken has none to record."""
        for s in stmts:
            if isinstance(s, If) and recorded.intersection(s.outs):
                arms = []
                for arm in (s.then, s.orelse):
                    wanted = {a for o, a in zip(s.outs, arm.outs) if o in recorded and isinstance(a, Var)}
                    outs = tuple(self.zero(o) if o in recorded and a in MISSING else a for o, a in zip(s.outs, arm.outs))
                    arms.append(replace(arm, stmts=tuple(self.filled(arm.stmts, wanted)), outs=outs))
                s = replace(s, then=arms[0], orelse=arms[1])
            yield s

    def zero(self, v: Var) -> Const:
        kind = self.kinds[v].dtype
        return Const(False if kind == "bool" else 0 if kind.startswith("int") else 0.0)

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_back(self, level: Level) -> Iterator[Stmt]:
        """The loop that reads, and what goes before it."""
        s, part = level.reverse, self.parts.get(level)
        if part is not None:
            part.rerun(*(self.renewed(self.touched(level.forward)) for _ in range(2)))
        else:
            yield from self.backwards_over(level)
        reads: list[Stmt] = [part.placed_again(level.index)] if part is not None else []
        for item in level.arrays:
            made, index = index_of(self.reverse_path(level))
            reads += [*made, Eqn((item.again,), operator.getitem, (self.now[item.array], index), (), s.loc)]
        body = Block((), (*reads, *level.redone, *self.statements(s.body)), s.body.outs)
        known = {**level.outside, **({level.given: level.index} if level.given is not None else {})}
        body = substitute(body, known) if known else body
        s = replace(s, targets=level.index, iter=level.backwards, body=replace(body, params=(level.index, *s.carried)))
        yield from part.backwards(s) if part is not None else [s]

    def backwards_over(self, level: Level) -> Iterator[Stmt]:
        """What the reverse loop runs over."""
        loc, over = level.reverse.loc, Var(temp=True)
        if level.shape is not None:
            bounds = self.bounds[level]
            assert bounds is not None
            assert isinstance(level.forward, For)
            before, over = bounds.again(level.forward.targets, reverse_indices(level.parent))
            yield from before
        elif level.parent is None:
            yield Eqn((over,), range, (self.now[level.count],), (), loc)
        else:
            yield Eqn((over,), range, (level.begin.again, level.end.again), (), loc)
        yield Eqn((level.backwards,), reversed, (over,), (), loc)

    def reverse_path(self, level: Level) -> tuple[Var, ...]:
        here = self.parts[level].row_again if level in self.parts else level.index
        if level.shape is None or level.parent is None:
            return (here,)
        return (*self.reverse_path(level.parent), here)


def reverse_indices(level: Level | None) -> dict[Var, Var]:
    """What the reverse sweep calls the indices of the loops around it."""
    found: dict[Var, Var] = {}
    while level is not None:
        assert isinstance(level.forward, For)
        assert isinstance(level.forward.targets, Var)
        found[level.forward.targets] = level.index
        level = level.parent
    return found


def allocations(level: Level, length: Any) -> Iterator[Stmt]:
    """Arrays of the known shape, or of a length."""
    for item in level.arrays:
        made, size = index_of((*(level.shape if level.shape is not None else (length,)), *item.sizes))
        yield from made
        yield Eqn((item.array,), np.empty, (size,) if item.dtype is None else (size, Const(item.dtype)))


def index_of(path: tuple[Any, ...]) -> tuple[list[Stmt], Any]:
    if len(path) == 1:
        return [], path[0]
    index = Var(temp=True)
    return [Eqn((index,), make_tuple, path)], index
