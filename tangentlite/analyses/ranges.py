"""Live ranges: at which points of the printed program each value must be kept.

Statements are numbered in program order; a statement reads at an even point and writes at the odd point after it. A value
has a list of ranges, with holes: it is dead in the arm of a branch that does not need it any more, the result of a branch
is written at the end of each arm, and a carried value is dead between its last use in the body and its renewal at the
body's end.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.raising import block_may_raise, may_raise
from tangentlite.ir.trace import Block, Eqn, For, If, Trace, Try, Var, While, blocks, free, leaves, reads, variables, walk

Range = tuple[int, int]


class Ranges:
    """`of[v]`: the (start, end) ranges of a value, both ends included, in ascending order; values in program order.

    The program is walked backwards: `live` holds the last use of every value that is needed from here on.
    """

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any] = {}) -> None:
        self.kinds = kinds
        self.paths = {s.out: s.args for s in walk(trace.block) if isinstance(s, Eqn) and s.op is runtime.path}
        self.handled: set[Var] = set()  # what the handlers read that run where something raises
        self.of: dict[Var, list[Range]] = {v: [] for v in defined(trace.block)}
        self.counted: dict[Var, Range] = {}  # the whole body of the loop that counts with this value
        self.clock = 0  # counts down
        self.live: dict[Var, int] = {}
        self.begun: list[Var] = []  # values in the order in which they became live
        self.read(trace.block.outs, self.tick())
        self.block(trace.block)
        start = self.tick()
        for p in trace.block.params:
            self.write(p, start)
        for spans in self.of.values():
            spans.reverse()
        self.of = dict(sorted(self.of.items(), key=lambda item: item[1][0][0]))

    def tick(self) -> int:
        self.clock -= 2
        return self.clock

    def read(self, atoms: Iterable[Any], at: int) -> None:
        for v in variables(atoms):
            if v not in self.live:
                self.live[v] = at
                self.begun.append(v)
            if v in self.paths:  # it prints as its parts
                self.read(self.paths[v], at)

    def write(self, v: Var, at: int) -> None:
        self.of[v].append((at, self.live.pop(v, at)))

    def block(self, block: Block) -> None:
        for s in reversed(block.stmts):
            match s:
                case Try():
                    self.guarded(s)
                case If():
                    self.branch(s)
                case For() | While():
                    self.loop(s)
                case _:
                    at = self.tick()
                    for o in s.outs:
                        self.write(o, at + 1)
                    self.read(reads(s), at)
                    if self.handled and may_raise(s, self.kinds):
                        self.read(self.handled, at)

    def branch(self, s: If) -> None:
        needed: list[Var] = []
        outer = self.begun
        for arm in (s.orelse, s.then):
            self.begun = []
            end = self.tick()
            for o in s.outs:
                self.write(o, end + 1)
            self.read(arm.outs, end)
            self.block(arm)
            start = self.tick()
            for v in self.begun:
                if v in self.live:  # needed in this arm, not after the branch
                    self.write(v, start)
                    needed.append(v)
        self.begun = outer
        at = self.tick()
        self.read(needed, at)
        self.read(reads(s), at)
        self.read(self.handled, at)

    def guarded(self, s: Try) -> None:
        """What a handler reads is kept up to the last place in the body that may raise."""
        outer, before = self.handled, self.begun
        needed: list[Var] = []
        if s.catches:
            self.begun = []
            end = self.tick()
            for o in s.outs:
                self.write(o, end + 1)
            self.read(s.orelse.params, end + 1)  # Python deletes the name of the exception here
            self.read(s.orelse.outs, end)
            self.block(s.orelse)
            start = self.tick()
            for p in s.orelse.params:
                self.write(p, start + 1)
            for v in self.begun:
                if v in self.live:
                    self.write(v, start)
                    needed.append(v)
            self.begun = before
            self.handled = outer | set(needed) | set(variables(reads(s)))
        else:
            self.block(s.orelse)
        end = self.tick()
        for o in s.outs:
            self.write(o, end + 1)
        self.read(s.then.outs, end)
        if block_may_raise(Block((), (), s.then.outs), self.kinds):
            self.read(self.handled, end)
        self.block(s.then)
        start = self.tick()
        for p in s.then.params:
            self.write(p, start + 1)
        self.handled = outer
        at = self.tick()
        self.read((*needed, *reads(s), *outer), at)

    def loop(self, s: For | While) -> None:
        leave = self.tick()
        for o in s.outs:
            self.write(o, leave + 1)
        inside = free(s.body) if isinstance(s, For) else free(s.body) | free(s.test)
        self.read((*inside, *self.handled), leave)  # what an iteration reads from outside must survive to the next one
        self.read([a for a in iterated(s) if a not in s.inits], leave)  # nothing inside is called like what it runs over
        end = self.tick()
        self.read(s.carried, leave)
        for p in s.carried:
            self.write(p, end + 1)
        self.read(s.body.outs, end)
        self.block(s.body)
        start = self.tick()
        if isinstance(s, While):
            self.read(s.carried, start)
            self.read((*s.test.params, *s.test.outs), start)
            self.block(s.test)
        else:
            for t in leaves(s.targets):
                self.write(t, start + 1)
                if counts(s):
                    self.counted[t] = (start + 1, leave)
            self.read([a for a in variables((s.iter,)) if a not in s.inits], start)  # it is made after the carried values have begun
        over = set(variables((s.iter,))) if isinstance(s, For) else set()
        begun = [p for p, i in zip(s.carried, s.inits) if i in over]
        if begun:  # they may have the names of what the loop runs over, which is read after the others have begun
            late = self.tick()
            for p in begun:
                self.write(p, late + 1)
            self.read(over, late)
        at = self.tick()
        for p in (*s.carried, *(s.test.params if isinstance(s, While) else ())):
            if p not in begun:
                self.write(p, at + 1)
        self.read(reads(s), at)


def iterated(s: For | While) -> list[Var]:
    """What a loop runs over, if need be backwards, where that is a value with a name."""
    if isinstance(s, While):
        return []
    over = s.iter.args[0] if isinstance(s.iter, Eqn) and s.iter.op is reversed else s.iter
    return [over] if isinstance(over, Var) else []


def counts(s: For) -> bool:
    """Does a loop run over numbers or with numbers, `range(n)` or `enumerate(items)`?"""
    over = s.iter.args[0] if isinstance(s.iter, Eqn) and s.iter.op is reversed else s.iter
    return isinstance(over, Eqn) and over.op in (range, enumerate)


def defined(block: Block) -> Iterator[Var]:
    yield from block.params
    for s in walk(block):
        yield from s.outs
        for inner in blocks(s):
            yield from inner.params
