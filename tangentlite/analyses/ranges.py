"""Live ranges: at which points of the printed program each value must be kept.

Statements are numbered in program order; statement t reads at 2t and writes at 2t + 1. A value has a list of ranges, with
holes: the result of a branch is written at the end of each arm, and a carried value is dead between its last use in the
body and its renewal at the body's end.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tangentlite.ir.trace import Block, For, If, Trace, Var, While, leaves, reads, variables

Range = tuple[int, int]


class Ranges:
    """`of[v]`: the (start, end) ranges of a value, both ends included, in ascending order of their starts."""

    def __init__(self, trace: Trace) -> None:
        self.of: dict[Var, list[Range]] = {}
        self.clock = 0
        self.depth_of: dict[Var, int] = {}
        self.loops: list[dict[Var, None]] = []  # values of outer blocks read inside each open loop
        for p in trace.block.params:
            self.write(p, -1)
        self.block(trace.block)
        self.read(trace.block.outs, self.tick())

    def write(self, v: Var, at: int) -> None:
        self.of.setdefault(v, []).append((at, at))
        self.depth_of.setdefault(v, len(self.loops))

    def read(self, atoms: Iterable[Any], at: int) -> None:
        for v in variables(atoms):
            spans = self.of.setdefault(v, [])
            if not spans:
                continue
            start, end = spans[-1]
            spans[-1] = (start, max(end, at))
            for loop in self.loops[self.depth_of[v]:]:
                loop[v] = None

    def tick(self) -> int:
        self.clock += 1
        return 2 * self.clock

    def block(self, block: Block) -> None:
        for s in block.stmts:
            at = self.tick()
            self.read(reads(s), at)
            match s:
                case If():
                    for arm in (s.then, s.orelse):
                        self.block(arm)
                        end = self.tick()
                        self.read(arm.outs, end)
                        for o in s.outs:
                            self.write(o, end + 1)
                case For() | While():
                    self.loop(s, at)
                case _:
                    for o in s.outs:
                        self.write(o, at + 1)

    def loop(self, s: For | While, at: int) -> None:
        self.loops.append({})
        for p in s.carried:
            self.write(p, at + 1)
        if isinstance(s, While):
            for q in s.test.params:
                self.write(q, at + 1)
            self.block(s.test)
            tested = self.tick()
            self.read(s.test.outs, tested)
            for v in (*s.carried, *s.test.params):
                self.extend(v, tested)
        else:
            start = self.tick()
            for t in leaves(s.targets):
                self.write(t, start + 1)
        self.block(s.body)
        end = self.tick()
        self.read(s.body.outs, end)
        for p in s.carried:
            self.write(p, end + 1)
        leave = self.tick()
        for p in s.carried:
            self.extend(p, leave)
        inside = self.loops.pop()
        for v in inside:  # what an iteration reads from outside must survive to the next one
            self.extend(v, leave)
            for loop in self.loops[self.depth_of[v]:]:
                loop[v] = None
        for o in s.outs:
            self.write(o, leave + 1)

    def extend(self, v: Var, at: int) -> None:
        start, end = self.of[v][-1]
        self.of[v][-1] = (start, max(end, at))


