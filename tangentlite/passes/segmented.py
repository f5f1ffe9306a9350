"""Loops of compiled code that run in segments, where their tape would leave the cache.

    length = segment_length(8 * len(u), n, u.nbytes)
    u_tape = np.empty((min(length, n), len(u)))
    states = []
    for start in range(0, n, length):
        states.append((start, u))
        stop = min(start + length, n)
        last = stop == n
        for k in range(start, stop):
            if last:
                u_tape[k - start] = u
            u = np.sin(u)

    stop = n
    for start, u in reversed(states):
        if stop < n:
            for k in range(start, stop):
                u_tape[k - start] = u
                u = np.sin(u)
        for k in reversed(range(start, stop)):
            u_bar = u_bar * np.cos(u_tape[k - start])
        stop = start

The reverse sweep finds the tape of the last segment as the forward sweep has left it. So nothing is run again where one segment
is enough, which is the case if the tape stays in the cache.
"""
from __future__ import annotations

import functools
import math
import operator
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.bounds import range_args
from tangentlite.analyses.overwritten import WRITES
from tangentlite.analyses.tapes import MISSING, Item, Level, Tapes
from tangentlite.analyses.work import ELEMENTWISE, NOTHING
from tangentlite.ir import Const, Eqn, For, If, Stmt, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import call_method, make_list, make_tuple
from tangentlite.ir.repetition import Kinds, again, renewed, twins
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, walk
from tangentlite.passes.dce import dce_block
from tangentlite.schedules import segment_length

PRODUCTS = (operator.matmul, np.matmul, np.dot, np.inner, np.tensordot, np.einsum)
AGAIN = "the state at the beginning of each is kept, and all but the last run again"
NOTE = f"in segments, whose tape stays in the cache: {AGAIN}"
NOTE_OF_COSTLY = f"in segments of many steps, which cost more than memory: {AGAIN}"
CALLED = 4  # numbers can be recorded in the time of one call of `exp`
LONGER = 32  # times the cache, for the tapes of steps that cost more than their tape


def can_have_segments(level: Level, tapes: Tapes, undefined: Collection[Var], repeatable: Callable[[Block], bool]) -> bool:
    """Is this a loop over a range, forwards, that records more than numbers, and can be run again from numbers and arrays?

    To run it again must not cost more than to record it does.
    """
    s = level.forward
    if not isinstance(s, For):
        return False
    over = tapes.made.get(s.iter)
    if not isinstance(over, Eqn) or range_args(over)[2] != Const(1) or any(x.shape is None for x in level.all()):
        return False
    recorded = max((len(sizes(x, item)) for x in level.all() for item in x.items), default=0)
    if recorded == 0 or work(s.body, tapes.kinds) > recorded or not repeatable(s.body):
        return False
    return all(p is s.carried[level.slot] or is_state(tapes.kinds.get(p)) and i not in MISSING and i not in undefined
               for p, i in carried_for(s, [s.outs[level.slot]]))


def carried_for(s: For | While, outs: Sequence[Var]) -> list[tuple[Var, Any]]:
    """The carried values that a loop needs for some of its results, with those before the first iteration."""
    needed: Any = dce_block(Block((), (s,), tuple(outs))).stmts[-1]
    return list(zip(needed.carried, needed.inits))


def is_state(kind: Any) -> bool:
    """Can values of this kind be kept in a list?"""
    return isinstance(kind, K.Number) and bool(kind.dtype) or isinstance(kind, K.Array) and bool(kind.dims) and bool(kind.dtype)


def sizes(level: Level, item: Item) -> tuple[Any, ...]:
    """The lengths of what one step of the outermost loop records."""
    assert level.shape is not None
    return (*level.shape[1:], *item.sizes)


def work(block: Block, kinds: Mapping[Var, Any]) -> float:
    """How many loops there are inside one another, with those of array operations."""
    def rank(a: Any) -> int:
        return len(K.dims_of(kinds.get(a, K.UNKNOWN)) or ()) if isinstance(a, Var) else 0

    def depth(s: Stmt) -> float:
        match s:
            case For():
                return 1 + work(s.body, kinds)
            case If():
                return max(work(s.then, kinds), work(s.orelse, kinds))
            case Eqn(op=op) if op is operator.getitem or op is getattr or op is len:
                return rank(s.out)
            case Eqn(op=op) if op in WRITES:
                return rank(s.args[2])
            case Eqn():
                return max(map(rank, (*s.inputs, *s.outs)), default=0) + is_product(s.op)
        return math.inf

    return max(map(depth, block.stmts), default=0)


def is_costly(level: Level, kinds: Mapping[Var, Any]) -> bool:
    """Do the loops that record most call functions such as `exp` for numbers, and record few of these?"""
    most = max(len(sizes(x, item)) for x in level.all() for item in x.items)
    recorded = {x: sum(len(sizes(x, item)) == most for item in x.items) for x in level.all()}
    return any(CALLED * calls_in(x.forward.body, kinds) > count for x, count in recorded.items()
               if count and not any(item.sizes for item in x.items))


def calls_in(block: Block, kinds: Mapping[Var, Any]) -> int:
    """How often an iteration calls functions of numbers, without its loops."""
    found = 0
    for s in block.stmts:
        if isinstance(s, If):
            found += max(calls_in(s.then, kinds), calls_in(s.orelse, kinds))
        elif isinstance(s, Eqn) and len(s.outs) == 1 and K.is_number(kinds.get(s.out, K.UNKNOWN)):
            found += ELEMENTWISE.get(s.op, NOTHING).calls if isinstance(s.op, Hashable) else 0
    return found


def is_product(op: Any) -> bool:
    """Is this an operation of linear algebra, which costs more than it has elements?"""
    return op in PRODUCTS or (getattr(op, "__module__", None) or "").endswith("linalg")


class Segments:
    """The segments of one loop, that of a `level` of tapes.

    `row` is where the tapes have a step, forwards, and `row_again` backwards.
    """

    def __init__(self, level: Level, tapes: Tapes, kinds: Kinds) -> None:
        assert isinstance(level.forward, For)
        assert level.shape is not None
        self.s, self.kinds = level.forward, kinds
        over: Any = tapes.made[level.forward.iter]
        self.first, self.last, _ = range_args(over)
        self.writes = any(isinstance(t, Eqn) and t.op in WRITES for t in walk(self.s.body))
        self.length, self.rows, self.row, self.row_again = Var("length"), Var(temp=True), Var("row"), Var("row")
        self.start, self.start_again, self.stop = Var("start"), Var("start"), Var("stop")
        self.opening = [*self.lengths(level), Eqn((self.rows,), min, (self.length, level.shape[0]))]
        for x in level.all():
            assert x.shape is not None
            x.shape = (self.rows, *x.shape[1:])

    def lengths(self, level: Level) -> list[Stmt]:
        """How many steps make a segment, by how many bytes a step records and a state has."""
        b, recorded = Builder(), Counter[tuple[Any, ...]]()
        for x in level.all():
            for item in x.items:
                recorded[sizes(x, item)] += np.dtype(item.dtype or float).itemsize
        nbytes = total(b, (product(b, (Const(n), *shape)) for shape, n in recorded.items()))
        arrays = [i for p, i in carried_for(self.s, [self.s.outs[level.slot]]) if isinstance(self.kinds.get(p), K.Array)]
        state = total(b, (b.emit(getattr, i, Const("nbytes")) for i in arrays))
        steps = b.emit(operator.sub, self.last, self.first)
        note, times = (NOTE_OF_COSTLY, (("times", Const(LONGER)),)) if is_costly(level, self.kinds) else (NOTE, ())
        b.loc = self.s.loc._replace(note=note)
        b.stmts.append(Eqn((self.length,), segment_length, (nbytes, steps, *([state] if arrays else [])), times, b.loc))
        return b.stmts

    def over(self, b: Builder, start: Var, stop: Any, s: For, inits: Sequence[Any], body: Block | None = None) -> tuple[Var, ...]:
        """The steps from one to another, forwards or backwards, as `s` takes them all."""
        outs, over = twins(s.outs, self.kinds), b.emit(range, start, stop)
        b.stmts.append(replace(s, outs=outs, iter=over if s is self.s else b.emit(reversed, over), inits=tuple(inits), body=body or s.body))
        return outs

    # -- forwards ------------------------------------------------------------------------------------------------------

    def placed(self, body: Block, index: Var) -> tuple[Block, Var]:
        """The body of the forward loop, with the place of a step in the tapes."""
        return replace(body, stmts=(Eqn((self.row,), operator.sub, (index, self.start)), *body.stmts)), self.row

    def forwards(self, s: For, tapes: Sequence[Var]) -> Iterator[Stmt]:
        """The loop over the segments, where `s` is that over all steps; `tapes` are the arrays after it."""
        needed = {p for p, _ in carried_for(s, tapes)}
        self.s, self.tapes = s, [s.outs.index(v) for v in tapes]
        self.state = [k for k, p in enumerate(s.carried) if p in needed and k not in self.tapes]
        b, carried = Builder(), twins(s.carried, self.kinds)
        b.loc = s.loc
        states = [Var("states") for _ in range(4)] if self.state else []
        if states:
            kind = K.Seq("list", None, K.Seq("tuple", (K.INT, *(self.kinds[carried[k]] for k in self.state))))
            self.kinds.update(dict.fromkeys(states, kind))
            yield Eqn((states[0],), make_list, (), (), s.loc)
            entry = b.emit(make_tuple, self.start, *(self.kept(b, carried[k]) for k in self.state))
            b.eqn((states[2],), runtime.append, (states[1], entry))
        last, stop = Var("last"), Var("stop")
        body = self.recorded_if(last, s.body)
        if body is s.body:
            stop = b.emit(min, b.emit(operator.add, self.start, self.length), self.last)
        else:
            b.eqn((stop,), min, (b.emit(operator.add, self.start, self.length), self.last))
            b.eqn((last,), operator.eq, (stop, self.last))
        outs = self.over(b, self.start, stop, s, carried, body)
        over = Var(temp=True)
        yield Eqn((over,), range, (self.first, self.last, self.length), (), s.loc)
        body = Block((self.start, *carried, *states[1:2]), tuple(b.stmts), (*outs, *states[2:3]))
        self.outs = s.outs
        yield For((*s.outs, *states[3:]), self.start, over, (*s.inits, *states[:1]), body, s.loc)
        self.states = states[3:]

    def recorded_if(self, test: Var, body: Block) -> Block:
        """The body of the forward loop, which records arrays only if the test holds: earlier segments run again."""
        tapes, stmts = {self.s.carried[k] for k in self.tapes}, list[Stmt]()
        records: dict[Var, Eqn] = {}  # into different tapes, one right after the other
        for s in body.stmts:
            e = s if isinstance(s, Eqn) and s.op is runtime.setitem and s.args[0] in tapes else None
            if e is not None and not isinstance(self.kinds.get(e.args[2]), K.Array):
                e = None
            if records and (e is None or e.args[0] in records):
                stmts.append(self.one_branch(test, records))
                records = {}
            if e is None:
                stmts.append(s)
            else:
                records[e.out] = e
                tapes.add(e.out)
        if records:
            stmts.append(self.one_branch(test, records))
        return replace(body, stmts=tuple(stmts)) if stmts != list(body.stmts) else body

    def one_branch(self, test: Var, records: Mapping[Var, Eqn]) -> If:
        """Records that are made only if the test holds."""
        written = twins(tuple(records), self.kinds)
        then = Block((), tuple(replace(e, outs=(w,)) for e, w in zip(records.values(), written)), tuple(written))
        orelse = Block((), (), tuple(e.args[0] for e in records.values()))
        return If(tuple(records), test, then, orelse, next(iter(records.values())).loc)

    def kept(self, b: Builder, v: Var) -> Var:
        """A carried value, copied if the steps write into it."""
        if not self.writes or not isinstance(self.kinds[v], K.Array):
            return v
        made: Var = b.emit(call_method, v, Const("copy"))
        return made

    # -- backwards -----------------------------------------------------------------------------------------------------

    def placed_again(self, index: Var) -> Eqn:
        return Eqn((self.row_again,), operator.sub, (index, self.start_again))

    def rerun(self, before: Sequence[Var], after: Sequence[Var]) -> None:
        """Make the tapes of a segment anew, where the forward sweep has written over them: `after` from `before`."""
        self.taken = twins((self.s.carried[k] for k in self.state), self.kinds)
        self.before, self.after = before, after
        self.b = Builder()
        self.b.loc = self.s.loc._replace(sweep="again")
        inner = Builder(self.b)
        written = self.writes and sum(isinstance(self.kinds[v], K.Array) for v in self.taken) > 1
        state = [self.kept(inner, v) for v in self.taken] if written else self.taken  # it is not seen that they share no memory
        inits = list(self.s.inits)
        for k, v in zip([*self.state, *self.tapes], [*state, *before]):
            inits[k] = v
        outs = self.over(inner, self.start_again, self.stop, self.s, inits)
        block = dce_block(Block((), tuple(inner.stmts), tuple(outs[k] for k in self.tapes)))
        block = again(renewed(substitute(block, {self.start: self.start_again}), self.kinds))
        earlier = self.b.emit(operator.lt, self.stop, self.last)
        self.b.stmts.append(If(tuple(after), earlier, block, Block((), (), tuple(before)), self.b.loc))

    def backwards(self, s: For) -> Iterator[Stmt]:
        """The loop over the segments, where `s` is that over all steps."""
        carried, following, back = twins(s.carried, self.kinds), Var("stop"), Var(temp=True)
        outs = self.over(self.b, self.start_again, self.stop, s, carried)
        over = self.states
        if not over:
            over = [Var(temp=True)]
            yield Eqn(tuple(over), range, (self.first, self.last, self.length), (), s.loc)
        yield Eqn((back,), reversed, tuple(over), (), s.loc)
        targets: Any = (self.start_again, *self.taken) if self.states else self.start_again
        body = Block((self.start_again, *self.taken, self.stop, *self.before, *carried), tuple(self.b.stmts),
                     (self.start_again, *self.after, *outs))
        inits = (self.last, *(self.outs[k] for k in self.tapes), *s.inits)
        yield For((following, *twins(self.after, self.kinds), *s.outs), targets, back, inits, body, s.loc)


def total(b: Builder, terms: Iterable[Any]) -> Any:
    return functools.reduce(lambda x, y: b.emit(operator.add, x, y), terms, Const(0))


def product(b: Builder, factors: Iterable[Any]) -> Any:
    return functools.reduce(lambda x, y: b.emit(operator.mul, x, y), factors, Const(1))
