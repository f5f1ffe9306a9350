"""Tapes for compiled code: one array per recorded value, allocated when the loop begins, indexed like the loop.

    tape = []                          x_tape = np.empty(n)
    for i in range(n):                 for i in range(n):
        tape.append(x)           ->        x_tape[i] = x
        x = x * x                          x = x * x
    for x in reversed(tape):           for i in reversed(range(n)):
        x_bar = ...                        x = x_tape[i]
                                           x_bar = ...

So are the tapes of loops within loops, with one index for each. Of loops whose length is not known when the outermost of
them begins, and of what is no number, the tapes stay lists.
"""
from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.bounds import Bounds, Unbounded
from tangentlite.ir import UNDEF, Const, Eqn, For, If, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt, leaves, reads, variables, walk

DTYPES = {"float": None, "float64": None, "float32": np.float32, "int": np.int64, "int64": np.int64, "bool": np.bool_,
          "complex": np.complex128, "complex128": np.complex128}


class Keep(Exception):
    """This tape stays a list."""


@dataclass(eq=False)
class Item:
    """A recorded number, and what it is called in the reverse loop."""

    value: Var
    again: Var
    array: Var


@dataclass(eq=False)
class Level:
    """A loop that records, with the loop that reads it back, and the levels inside it."""

    forward: For
    reverse: For
    slot: int  # the tape's place among the carried values
    append: Eqn
    items: list[Item]
    inner: dict[For, Level]  # by forward loop
    index: Var  # of the reverse loop

    def all_items(self) -> Iterator[Item]:
        yield from self.items
        for level in self.inner.values():
            yield from level.all_items()


def array_tapes(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace with arrays in place of those tapes whose lengths are known when they begin."""
    return replace(trace, block=Arrays(trace, kinds).visit(trace.block))


class Arrays:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds
        self.made = {o: s for s in walk(trace.block) for o in s.outs}
        self.readers: dict[Var, list[Any]] = {}
        for reader, atoms in readings(trace.block):
            for v in variables(atoms):
                self.readers.setdefault(v, []).append(reader)

    def visit(self, block: Block) -> Block:
        stmts: list[Stmt] = list(block.stmts)
        for s in block.stmts:
            if isinstance(s, For):
                for o in s.outs:
                    if s in stmts and self.is_tape(s, o):
                        stmts = self.converted(s, o, stmts)
                        break
        return Block(block.params, tuple(stmts), block.outs)

    def is_tape(self, s: For, out: Var) -> bool:
        made = self.made.get(s.body.outs[s.outs.index(out)])
        return isinstance(made, Eqn) and made.op is runtime.append

    def converted(self, s: For, out: Var, stmts: list[Stmt]) -> list[Stmt]:
        """The statements of a block with the tape of this loop in arrays."""
        try:
            level = self.level(s, s.outs.index(out), self.read_back(out, stmts))
            bounds = Bounds(s, self.made, self.kinds)
            sizes = self.sizes(level, (), bounds)
        except (Keep, Unbounded):
            return stmts
        arrays = {item.array: item for item in level.all_items()}
        before = [*bounds.stmts, *(t for a, item in arrays.items() for t in allocation(a, sizes[a], self.dtype(item.value)))]
        now = {a: a for a in arrays}
        loop = Recording(self.kinds).loop(level, now, ())
        prefix, back = Reading(now, bounds).loop(level, (), {})
        result: list[Stmt] = []
        for t in stmts:
            result += [*before, loop] if t is s else [*prefix, back] if t is level.reverse else [t]
        return result

    # -- finding -----------------------------------------------------------------------------------------------------

    def read_back(self, tape: Var, stmts: Any) -> For:
        """The loop over `reversed(tape)`, if nothing else reads the tape."""
        backwards = self.only_reader(tape)
        if not isinstance(backwards, Eqn) or backwards.op is not reversed:
            raise Keep
        loop = self.only_reader(backwards.out)
        if not isinstance(loop, For) or loop not in stmts:
            raise Keep
        return loop

    def only_reader(self, v: Var) -> Any:
        found = self.readers.get(v, [])
        if len(found) != 1:
            raise Keep
        return found[0]

    def level(self, s: For, slot: int, reverse: For) -> Level:
        over, init, param, end = self.made.get(s.iter), s.inits[slot], s.carried[slot], s.body.outs[slot]
        new, append = self.made.get(init), self.made.get(end)
        if not isinstance(over, Eqn) or over.op is not range or s.stop is not None or not isinstance(s.targets, Var):
            raise Keep
        if not isinstance(new, Eqn) or new.op is not make_list or new.args or self.only_reader(init) is not s:
            raise Keep
        if not isinstance(append, Eqn) or append not in s.body.stmts or append.args[0] is not param or (
                self.only_reader(param) is not append or len(self.readers[end]) != 1):
            raise Keep
        entry = self.made.get(append.args[1])
        packed = isinstance(entry, Eqn) and entry.op is make_tuple
        values = entry.args if isinstance(entry, Eqn) and packed else append.args[1:]
        names = tuple(leaves(reverse.targets))
        if len(names) != len(values) or packed != isinstance(reverse.targets, tuple):
            raise Keep
        level = Level(s, reverse, slot, append, [], {}, Var(s.targets.hint.strip("_") or "k"))
        for value, again in zip(values, names):
            if value is s.targets:
                level.index = again if again.hint != "_" else level.index
            elif isinstance(value, Var) and isinstance(self.kinds.get(value), K.Number):
                self.dtype(value)
                level.items.append(Item(value, again, Var(like=value, suffix="_tape")))
            else:
                self.inside(level, value, again, entry if packed else append)
        return level

    def inside(self, level: Level, value: Any, again: Var, reader: Any) -> None:
        """The tape of a loop inside the loop."""
        s = self.made.get(value)
        if not isinstance(s, For) or s not in level.forward.body.stmts or s in level.inner or self.only_reader(value) is not reader:
            raise Keep
        level.inner[s] = self.level(s, s.outs.index(value), self.read_back(again, level.reverse.body.stmts))

    def dtype(self, v: Var) -> Any:
        kind = self.kinds[v]
        if not isinstance(kind, K.Number) or kind.dtype not in DTYPES:
            raise Keep
        return DTYPES[kind.dtype]

    def sizes(self, level: Level, around: tuple[Any, ...], bounds: Bounds) -> dict[Var, tuple[Any, ...]]:
        """The shape of every array."""
        over = self.made[level.forward.iter]
        assert isinstance(over, Eqn)
        assert isinstance(level.forward.targets, Var)
        shape = (*around, bounds.enter(level.forward.targets, over))
        found = {item.array: shape for item in level.items}
        for inner in level.inner.values():
            found.update(self.sizes(inner, shape, bounds))
        return found


def readings(block: Block) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """(who reads, what) for every statement and for the results of every block."""
    yield block, block.outs
    for s in block.stmts:
        yield s, reads(s)
        match s:
            case If():
                yield from readings(s.then)
                yield from readings(s.orelse)
            case For():
                yield from readings(s.body)
            case While():
                yield from readings(s.test)
                yield from readings(s.body)


def allocation(array: Var, shape: tuple[Any, ...], dtype: Any) -> list[Stmt]:
    made, size = index_of(shape)
    return [*made, Eqn((array,), np.empty, (size,) if dtype is None else (size, Const(dtype)))]


def index_of(path: tuple[Any, ...]) -> tuple[list[Stmt], Any]:
    if len(path) == 1:
        return [], path[0]
    index = Var(temp=True)
    return [Eqn((index,), make_tuple, path)], index


class Recording:
    """The forward loops, writing into arrays. `now` maps every array to its present version."""

    def __init__(self, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds

    def loop(self, level: Level, now: dict[Var, Var], around: tuple[Var, ...]) -> For:
        s, arrays = level.forward, [item.array for item in level.all_items()]
        inits = [now[a] for a in arrays]
        params = [again(a) for a in arrays]
        now.update(zip(arrays, params))
        path = (*around, s.targets)
        stmts: list[Stmt] = []
        for t in s.body.stmts:
            if t is level.append:
                stmts += self.writes(level, now, path)
            elif isinstance(t, For) and t in level.inner:
                stmts.append(self.loop(level.inner[t], now, path))
            else:
                stmts.append(self.defined(t, level) if isinstance(t, If) else t)
        ends, outs = [now[a] for a in arrays], [again(a) for a in arrays]
        now.update(zip(arrays, outs))
        rest = [k for k in range(len(s.inits)) if k != level.slot]
        index = s.targets if s.targets.hint != "_" else Var("k")  # it has a use now
        body = substitute(Block((), tuple(stmts), (*(s.body.outs[k] for k in rest), *ends)), {s.targets: index})
        body = replace(body, params=(index, *(s.carried[k] for k in rest), *params))
        return replace(s, targets=index, outs=(*(s.outs[k] for k in rest), *outs), inits=(*(s.inits[k] for k in rest), *inits), body=body)

    def writes(self, level: Level, now: dict[Var, Var], path: tuple[Var, ...]) -> Iterator[Stmt]:
        for item in level.items:
            made, index = index_of(path)
            new = again(item.array)
            yield from made
            yield Eqn((new,), runtime.setitem, (now[item.array], index, item.value), (), level.append.loc)
            now[item.array] = new

    def defined(self, s: If, level: Level) -> If:
        """An array has a number also where the branch that was taken has none to record."""
        recorded = {item.value for item in level.items}
        missing = (UNDEF, Const(None))
        arms = [replace(arm, outs=tuple(self.zero(o) if o in recorded and a in missing else a for o, a in zip(s.outs, arm.outs)))
                for arm in (s.then, s.orelse)]
        return replace(s, then=arms[0], orelse=arms[1])

    def zero(self, v: Var) -> Const:
        kind = self.kinds[v].dtype
        return Const(False if kind == "bool" else 0 if kind.startswith("int") else 0.0)


class Reading:
    """The reverse loops, reading from arrays."""

    def __init__(self, arrays: Mapping[Var, Var], bounds: Bounds) -> None:
        self.arrays, self.bounds = arrays, bounds

    def loop(self, level: Level, around: tuple[Var, ...], indices: Mapping[Var, Var]) -> tuple[list[Stmt], For]:
        """What goes before the loop, and the loop."""
        s, path = level.reverse, (*around, level.index)
        assert isinstance(level.forward.targets, Var)
        stmts: list[Stmt] = []
        for item in level.items:
            made, index = index_of(path)
            stmts += [*made, Eqn((item.again,), operator.getitem, (self.arrays[item.array], index), (), s.loc)]
        inside = {inner.reverse: inner for inner in level.inner.values()}
        known = {**indices, level.forward.targets: level.index}
        for t in s.body.stmts:
            if isinstance(t, For) and t in inside:
                prefix, t = self.loop(inside[t], path, known)
                stmts += prefix
            stmts.append(t)
        before, over = self.bounds.again(level.forward.targets, indices)
        back = Var(temp=True)
        before.append(Eqn((back,), reversed, (over,), (), s.loc))
        body = Block((level.index, *s.carried), tuple(stmts), s.body.outs)
        return before, replace(s, targets=level.index, iter=back, body=body)


def again(array: Var) -> Var:
    return Var(array.hint, array.temp, array.like, array.suffix)
