"""Two loops that add to neighbours of an element become one that gathers from them, for compiled code.

    for i in range(1, n):                        for i in range(2, n - 1):
        u_bar[i + 1] += c * v_bar[i]                 u_bar[i] += c * v_bar[i - 1] + d * v_bar[i + 1]
    for i in range(1, n):                ->      for i in range(max(n - 2, 1), n):
        u_bar[i - 1] += d * v_bar[i]                 u_bar[i + 1] += c * v_bar[i]
                                                 for i in range(1, min(3, n)):
                                                     u_bar[i - 1] += d * v_bar[i]

Memory is passed over once. The ends, to which one of the loops alone adds, are loops of their own; for every row of a table they would cost
more than that saves.
"""
from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from tangentlite.analyses.bounds import range_args
from tangentlite.ir import Const, Eqn, For, Loc, Trace, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.repetition import Kinds, twins
from tangentlite.ir.trace import Block, Stmt, uses, walk
from tangentlite.ir.updates import add_at_inplace
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.dce import dce
from tangentlite.passes.fusion import Fusion

FARTHEST = 4  # elements from one neighbour to the other: so long are the loops over the ends


class Scatter(NamedTuple):
    """A loop that adds to one element of a vector, and how far that is from the index of the loop."""

    loop: For
    add: Eqn
    offset: int


def gathers(trace: Trace, kinds: Kinds) -> Trace:
    """The trace, after `fusion`, with fewer long loops in its reverse sweep; `kinds` learns of the new values.

    >>> import numpy as np
    >>> from tangentlite import pipeline
    >>> def f(u):
    ...     s = 0.0
    ...     for i in range(1, len(u) - 1):
    ...         s += u[i - 1] * u[i + 1]
    ...     return s
    >>> program, root = pipeline.lower(f, {"u": K.Array("float64", (("n", "u", 0),))})
    >>> made = pipeline.derive(program, root, "grad", (0,), compiled=True)
    >>> source = pipeline.printed(made)[1].source
    >>> print(source[source.index("    u_bar = "):], end="")
        u_bar = np.zeros_like(u)
        for i in range(2, v1 - 1):
            # s += u[i - 1] * u[i + 1]
            u_bar[i] = u[i - 2] + u[i + 2]
        for i in range(max(v1 - 2, 1), v1):
            u_bar[i + 1] += u[i - 1]
        for i in range(1, min(3, v1)):
            u_bar[i - 1] += u[i + 1]
        return u_bar
    """
    if not any(isinstance(s, For) and s.loc.sweep == "reverse" for s in walk(trace.block)):
        return trace
    made = replace(trace, block=Gathers(trace, kinds).block(trace.block))
    return trace if made.block is trace.block else dce(made, kinds=kinds)


class Gathers(Fusion):
    def block(self, block: Block) -> Block:
        made: list[Stmt] = []
        for s in block.stmts:
            s = nested(s, self.block)
            at = max((n for n, t in enumerate(made) if isinstance(t, For)), default=None)
            pair = self.pair(made[at], s) if at is not None and all(map(self.may_go_ahead, made[at + 1:])) else None
            made[at if pair else len(made):] = [*made[at + 1:], *self.gathered(*pair, s.outs)] if at is not None and pair else [s]
        return with_statements(block, made)

    def pair(self, first: Stmt, second: Stmt) -> tuple[Scatter, Scatter] | None:
        """Both loops, if they add to different neighbours in one array, first the one that adds farther on."""
        a, b = self.scatter(first), self.scatter(second)
        if a is None or b is None or not 0 < abs(a.offset - b.offset) <= FARTHEST:
            return None
        if not self.same(a.loop.iter, b.loop.iter) or a.loop.outs != b.loop.inits or a.loop.outs[0] in uses(replace(b.loop, inits=())):
            return None
        return (a, b) if a.offset > b.offset else (b, a)

    def scatter(self, s: Stmt) -> Scatter | None:
        """What the loop adds to, if it does nothing else, in any order."""
        if not isinstance(s, For) or len(s.outs) != 1 or not self.is_plain(s) or range_args(self.made[s.iter])[2] != Const(1):
            return None
        adds = [t for t in s.body.stmts if isinstance(t, Eqn) and t.op is add_at_inplace]
        if len(adds) != 1 or adds[0].args[0] is not s.carried[0] or adds[0].out is not s.body.outs[0]:
            return None
        offset, accesses = self.positions.offset(adds[0].args[1], s.targets), self.accesses(s)
        if offset is None or accesses is None or any(a.others for a in accesses.values()):
            return None
        return Scatter(s, adds[0], offset)

    def gathered(self, far: Scatter, near: Scatter, outs: tuple[Var, ...]) -> Iterator[Stmt]:
        """The loop over the elements that both add to, and those over the ends. `far` is the one that adds farther on."""
        start, stop, _ = range_args(self.made[far.loop.iter])
        first = far if far.loop.outs != outs else near
        b = self.builder(far.loop.loc)
        apart = far.offset - near.offset
        middle = b.emit(range, self.moved(b, start, far.offset), self.moved(b, stop, near.offset))
        upper = b.emit(range, b.emit(max, self.moved(b, stop, -apart), start), stop)
        lower = b.emit(range, start, b.emit(min, self.moved(b, start, apart), stop))
        yield from b.stmts
        now = first.loop.inits
        for over, loop in ((middle, self.middle(far, near)), (upper, far.loop), (lower, near.loop)):
            ends = outs if over is lower else twins(outs, self.kinds)
            loop = loop if over is middle else replace(loop, body=unquoted(loop.body))
            yield replace(loop, iter=over, inits=now, outs=ends)
            now = ends

    def middle(self, far: Scatter, near: Scatter) -> For:
        """The loop whose index is the position of the element that both add to."""
        target, param = twins((far.loop.targets, far.loop.carried[0]), self.kinds)
        b = self.builder(far.add.loc)
        terms = [self.term(b, scatter, target) for scatter in (far, near)]
        b.emit(add_at_inplace, param, target, b.emit(operator.add, *terms), out=(end := param.twin()))
        self.kinds.update({end: self.kind(param), **{o: self.kind(far.add.args[2]) for o in (b.stmts[-2].outs)}})
        return replace(far.loop, targets=target, body=Block((target, param), tuple(b.stmts), (end,)))

    def term(self, b: Builder, scatter: Scatter, target: Var) -> Any:
        """What is added to the element at `target`."""
        new: dict[Any, Any] = {}

        def read(a: Any) -> Any:
            offset = self.positions.offset(a, scatter.loop.targets)
            return new.get(a, a) if offset is None else self.moved(b, target, offset - scatter.offset)

        for t in scatter.loop.body.stmts:
            assert isinstance(t, Eqn)
            if t is not scatter.add and self.positions.offset(t.out, scatter.loop.targets) is None:
                outs = twins(t.outs, self.kinds)
                b.stmts.append(replace(t, outs=outs, args=tuple(map(read, t.args)), kwargs=tuple((k, read(a)) for k, a in t.kwargs)))
                new.update(zip(t.outs, outs))
        return read(scatter.add.args[2])

    def moved(self, b: Builder, a: Any, by: int) -> Any:
        """The position that is so far from `a`, each time it is needed: indices print where they are used."""
        if by == 0 or isinstance(a, Const):
            return Const(a.value + by) if by else a
        made = Var(temp=True)
        self.kinds[made] = K.INT
        return b.eqn((made,), operator.add if by > 0 else operator.sub, (a, Const(abs(by)))).out

    def builder(self, loc: Loc) -> Builder:
        b = Builder(infer=lambda *_: (K.INT,))
        b.kinds, b.loc = self.kinds, loc
        return b


def unquoted(block: Block) -> Block:
    """The block without the lines that it comes from: they are quoted once, before."""
    return replace(block, stmts=tuple(replace(s, loc=s.loc._replace(text="")) for s in block.stmts))
