"""The tapes of a reverse sweep: which loop records what, which loop reads it back, and what is recorded by loops inside it."""
from __future__ import annotations

import contextlib
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.bounds import Bounds, Unbounded
from tangentlite.ir import UNDEF, Const, Eqn, For, If, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_list, make_tuple
from tangentlite.ir.trace import Block, Stmt, blocks, leaves, reads, variables, walk
from tangentlite.rules.effects import is_pure

DTYPES = {"float": None, "float64": None, "float32": np.float32, "int": np.int64, "int64": np.int64, "bool": np.bool_,
          "complex": np.complex128, "complex128": np.complex128}
ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos)
MISSING = (UNDEF, Const(None))  # what the other arm of a branch has of a value that is made in one of them


class Keep(Exception):
    """This tape stays a list."""


@dataclass(eq=False)
class Item:
    """A recorded number or array, and what it is called in the reverse loop.

    An array may be recorded before a statement, `at`, or in place of it, if that makes a copy of it for no other use. `dims` are
    those of an array, `sizes` their lengths.
    """

    value: Var
    again: Var
    array: Var
    dtype: Any = None
    at: Stmt | None = None
    dims: tuple[Any, ...] = ()
    sizes: tuple[Any, ...] = ()


@dataclass(eq=False)
class Level:
    """A loop that records, with the loop that reads it back, and the levels inside it.

    `shape` is that of its arrays, which are indexed like the loops. Where it is None they grow, `count` is how much of them is
    used, and each iteration of the loop around it records where its part begins and ends.
    """

    forward: For | While
    reverse: For
    slot: int  # the tape's place among the carried values
    append: Eqn  # in `forward`
    parent: Level | None
    index: Var  # of the reverse loop
    passed: tuple[Var, ...]  # the results of branches that hand the tape on, from the outermost
    items: list[Item] = field(default_factory=list)
    inner: list[Level] = field(default_factory=list)
    outside: dict[Var, Var] = field(default_factory=dict)  # what the reverse loop calls values from before all loops
    redone: list[Eqn] = field(default_factory=list)  # what is computed again, as the reverse loop calls it
    given: Var | None = None  # what the reverse loop calls the index of the forward loop
    backwards: Var = field(default_factory=lambda: Var(temp=True))  # what it runs over
    shape: tuple[Any, ...] | None = None
    count: Var = field(default_factory=lambda: Var("trips"))
    begin: Item = field(default_factory=lambda: position("begin"))
    end: Item = field(default_factory=lambda: position("end"))

    @property
    def grown(self) -> list[Level]:
        return [level for level in self.inner if level.shape is None]

    @property
    def arrays(self) -> list[Item]:
        """Everything that an iteration records."""
        return [*self.items, *(item for level in self.grown for item in (level.begin, level.end))]

    def all(self) -> Iterator[Level]:
        yield self
        for level in self.inner:
            yield from level.all()


def position(name: str) -> Item:
    return Item(Var(), Var(temp=True), Var(f"{name}_tape"), np.int64)


class Tapes:
    def __init__(self, block: Block, kinds: dict[Var, Any]) -> None:
        self.kinds = kinds
        self.made = {o: s for s in walk(block) for o in s.outs}
        self.readers: dict[Var, list[Any]] = {}
        self.local: set[Var] = set()  # what the statement at hand defines
        self.known: dict[Any, tuple[Var, int]] = {}  # where the length of a dimension can be asked for
        self.note(block.params)
        for reader, atoms in readings(block):
            for v in variables(atoms):
                self.readers.setdefault(v, []).append(reader)

    def note(self, values: Iterable[Var]) -> None:
        for v in values:
            for k, d in enumerate(K.dims_of(self.kinds.get(v, K.UNKNOWN)) or ()):
                self.known.setdefault(d, (v, k))

    def of(self, s: Stmt) -> Iterator[tuple[Level, Bounds | None]]:
        """The outermost levels in a statement of the function; with the bounds of the loops, where the statement is one."""
        for o in s.outs if isinstance(s, For | While | If) else ():
            self.local = {v for t in walk(Block((), (s,), ())) for v in (*t.outs, *(p for b in blocks(t) for p in b.params))}
            bounds = Bounds(s, self.made, self.kinds) if isinstance(s, For) else None
            try:
                level = self.level(o, o, None)
                self.measure(level, () if bounds is not None else None, bounds)
            except Keep:
                continue
            yield level, bounds
        self.note(s.outs)

    def level(self, tape: Var, again: Var, parent: Level | None) -> Level:
        """The level with this tape, which is read back under the name of `again`. Raises Keep where it is no such tape."""
        s, out, passed = self.source(tape)
        slot = s.outs.index(out)
        init, param, end = s.inits[slot], s.carried[slot], s.body.outs[slot]
        new, append = self.made.get(init), self.made.get(end)
        if not isinstance(append, Eqn) or append.op is not runtime.append or append not in s.body.stmts or append.args[0] is not param or (
                self.only_reader(param) is not append or len(self.readers[end]) != 1):
            raise Keep
        if not isinstance(new, Eqn) or new.op is not make_list or new.args or self.only_reader(init) is not s:
            raise Keep
        hint = s.targets.hint.strip("_") if isinstance(s, For) and isinstance(s.targets, Var) else ""
        level = Level(s, self.read_back(again, parent), slot, append, parent, Var(hint or "k"), passed)
        self.fill(level)
        return level

    def source(self, tape: Var) -> tuple[For | While, Var, tuple[Var, ...]]:
        """The loop that a tape comes from, what it is called there, and the results of branches that hand it on."""
        s = self.made.get(tape)
        if isinstance(s, For | While):
            return s, tape, ()
        if not isinstance(s, If) or isinstance(s, Try):
            raise Keep
        k = s.outs.index(tape)
        given = [(arm, arm.outs[k]) for arm in (s.then, s.orelse) if arm.outs[k] not in MISSING]
        if len(given) != 1 or self.made.get(given[0][1]) not in given[0][0].stmts or self.only_reader(given[0][1]) is not given[0][0]:
            raise Keep
        loop, out, passed = self.source(given[0][1])
        return loop, out, (tape, *passed)

    def read_back(self, tape: Var, parent: Level | None) -> For:
        """The loop over `reversed(tape)`, if nothing else reads the tape."""
        backwards = self.only_reader(tape)
        if not isinstance(backwards, Eqn) or backwards.op is not reversed:
            raise Keep
        loop = self.only_reader(backwards.out)
        if not isinstance(loop, For) or parent is not None and loop not in list(walk(parent.reverse.body)):
            raise Keep
        return loop

    def fill(self, level: Level) -> None:
        """What an iteration records, one by one."""
        append, names = level.append, tuple(leaves(level.reverse.targets))
        entry: Any = self.made.get(append.args[1])
        packed = isinstance(entry, Eqn) and entry.op is make_tuple
        values = entry.args if isinstance(entry, Eqn) and packed else append.args[1:]
        reader = entry if packed else append
        if len(names) != len(values) or packed != isinstance(level.reverse.targets, tuple):
            raise Keep
        for value, again in zip(values, names):
            if isinstance(level.forward, For) and value is level.forward.targets:
                level.given = again
                level.index = again if again.hint != "_" else level.index
            elif isinstance(value, Var) and value not in self.local:
                level.outside[again] = value
            elif isinstance(value, Var) and self.is_invariant(value):
                self.redo(value, again, level)
            elif isinstance(value, Var) and isinstance(self.kinds.get(value), K.Number):
                level.items.append(Item(value, again, Var(like=value, suffix="_tape"), self.dtype(value)))
            elif isinstance(value, Var) and K.dims_of(self.kinds.get(value, K.UNKNOWN)):
                level.items.append(self.array(value, again, level, reader))
            elif isinstance(value, Var) and self.made.get(value) in level.forward.body.stmts and self.only_reader(value) is reader:
                level.inner.append(self.level(value, again, level))
            else:
                raise Keep

    def array(self, value: Var, again: Var, level: Level, reader: Eqn) -> Item:
        made, dims = self.made.get(value), K.dims_of(self.kinds[value])
        if isinstance(made, If) or not dims:
            raise Keep  # there may be none
        copied = isinstance(made, Eqn) and made.op is call_method and made.args[1:] == (Const("copy"),) and made in level.forward.body.stmts
        copy = made if isinstance(made, Eqn) and copied and self.readers[value] == [reader] else None
        return Item(value, again, Var(like=value, suffix="_tape"), self.dtype(value), copy, dims)

    def only_reader(self, v: Any) -> Any:
        found = self.readers.get(v, [])
        if len(found) != 1:
            raise Keep
        return found[0]

    def dtype(self, v: Var) -> Any:
        kind = self.kinds[v]
        if not isinstance(kind, K.Number | K.Array) or kind.dtype not in DTYPES:
            raise Keep
        return DTYPES[kind.dtype]

    # -- what is computed again --------------------------------------------------------------------------------------

    def is_invariant(self, v: Any) -> bool:
        """Is this arithmetic on numbers from before the outermost loop? That costs less than memory."""
        if not isinstance(v, Var) or v not in self.local:
            return True
        e = self.made.get(v)
        arithmetic = isinstance(e, Eqn) and e.op in ARITHMETIC and isinstance(self.kinds.get(v), K.Number)
        return isinstance(e, Eqn) and arithmetic and all(map(self.is_invariant, e.inputs))

    def redo(self, v: Var, again: Var, level: Level) -> None:
        e = self.made[v]
        assert isinstance(e, Eqn)
        args = []
        for a in e.args:
            if isinstance(a, Var) and a in self.local:
                part = Var(a.hint, True)
                self.redo(a, part, level)
                a = part
            args.append(a)
        level.redone.append(replace(e, outs=(again,), args=tuple(args), loc=e.loc._replace(sweep="again")))

    # -- shapes ------------------------------------------------------------------------------------------------------

    def measure(self, level: Level, around: tuple[Any, ...] | None, bounds: Bounds | None) -> None:
        """Give the arrays a shape where the loops around them and this one have bounds."""
        s = level.forward
        over = self.made.get(s.iter) if isinstance(s, For) else None
        counted = isinstance(over, Eqn) and over.op is range and s.stop is None and not level.passed
        if counted and around is not None and bounds is not None and isinstance(s, For) and isinstance(s.targets, Var):
            assert isinstance(over, Eqn)
            with contextlib.suppress(Unbounded):
                level.shape = (*around, bounds.enter(s.targets, over))
        for item in level.items:
            item.sizes = tuple(self.size(d, bounds) for d in item.dims)
        if level.shape is None and (isinstance(s, For) and not (isinstance(over, Eqn) and over.op is range and s.stop is None)
                                    or any(item.dims for item in level.items)):
            raise Keep  # how long it runs is not known, and it cannot be stopped and gone on with
        if isinstance(s, While) and not all(isinstance(t, If) or isinstance(t, Eqn) and is_pure(t) for t in walk(s.test)):
            raise Keep  # it would be tested more often
        if level.shape is None and level.given is not None:
            self.record_index(level, isinstance(over, Eqn) and over.op is range and len(over.args) == 1)
        for inner in level.inner:
            self.measure(inner, level.shape, bounds)

    def size(self, dim: Any, bounds: Bounds | None) -> Any:
        """The length of a dimension, before the loop. Raises Keep where it is not known there."""
        if dim == 1 or bounds is None:
            return Const(1)
        if dim in self.known:
            v, axis = self.known[dim]
            shape = bounds.compute(getattr, v, Const("shape"), "")
            return bounds.compute(operator.getitem, shape, Const(axis), "")
        if dim[1:2] != ("less",):
            raise Keep
        return bounds.compute(max, bounds.compute(operator.sub, self.size(dim[2], bounds), Const(dim[3]), ""), Const(0), "")

    def record_index(self, level: Level, from_zero: bool) -> None:
        """The index of a loop is a position in arrays that grow only where it counts from 0 and the loop runs once."""
        assert isinstance(level.forward, For)
        target, again = level.forward.targets, level.given
        if not from_zero or level.parent is not None or level.passed:
            level.items.append(Item(target, again, Var(like=target, suffix="_tape"), self.dtype(target)))  # type: ignore[arg-type]
            level.given, level.index = None, Var("k")


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
