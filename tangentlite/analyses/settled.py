"""Elements that a loop reads or writes, and that are not written after that: they can be read from the finished array or list.

    for i in range(1, n):                             q = [1.0]
        p[i] = c[i] / (b[i] - a[i] * p[i - 1])        for i in range(1, n):
                                                          q.append(a[i] * q[i - 1])

    p[i - 1], and p[i] once it is written             q[i - 1], and q[i]
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tangentlite import runtime
from tangentlite.analyses.bounds import range_args
from tangentlite.analyses.overwritten import WRITES, Overwritten
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list
from tangentlite.ir.trace import Const, Eqn, For, Var, walk


class Element(NamedTuple):
    """An element of the array as it is after the loop."""

    array: Var
    index: Any


@dataclass(frozen=True)
class Write:
    """The array after a write into the element `index + offset` of it, with the position of the write in the body."""

    offset: int
    index: Any
    value: Any
    position: int


def settled(loop: For, defs: Mapping[Var, Eqn], kinds: Mapping[Var, Any], later: Overwritten) -> dict[Var, Element]:
    """Numbers of an iteration that are in the arrays after the loop; `later` is what is written after it.

    The loop runs over a range with a step that is known. An array is written in the body alone, not in a loop or branch inside,
    at the loop's index and a number; that is never negative, so that it names one element.
    """
    over = defs.get(loop.iter) if isinstance(loop.iter, Var) else None
    if over is None or over.op is not range or not isinstance(loop.targets, Var) or loop.stop is not None:
        return {}
    indices = Indices(loop.targets, over, loop)
    found: dict[Var, Element] = {}
    if indices.step:
        for p, init, end in zip(loop.carried, loop.inits, loop.outs):
            kind = kinds.get(p, K.UNKNOWN)
            if isinstance(kind, K.Seq) and kind.elem == K.FLOAT and end not in later:
                found.update(appended(p, defs.get(init), end, loop, indices))
            if isinstance(kind, K.Array) and kind.dtype == "float64" and K.rank(kind) == 1 and end not in later:
                found.update(Chain(p, end, loop, indices, later).elements(kinds))
    return found


def appended(p: Var, init: Any, end: Var, loop: For, indices: Indices) -> dict[Var, Element]:
    """The items of a list to which every iteration appends one, in the place of its index."""
    last = indices.made.get(loop.body.outs[loop.carried.index(p)])
    new = isinstance(init, Eqn) and init.op is make_list and len(init.args) == indices.least
    if not new or indices.step != 1 or last is None or last.op is not runtime.append or last.args[0] is not p:
        return {}
    found = {last.args[1]: Element(end, indices.index)} if isinstance(last.args[1], Var) else {}
    for s in loop.body.stmts:
        if isinstance(s, Eqn) and s.op is operator.getitem and s.args[0] is p:
            offset = indices.offset(s.args[1])
            if offset is not None and offset < 0:
                found[s.out] = Element(end, s.args[1])
    return found


class Indices:
    """The loop's index, plus numbers."""

    def __init__(self, index: Var, over: Eqn, loop: For) -> None:
        low, high, step = range_args(over)
        self.index = index
        self.step = step.value if isinstance(step, Const) and type(step.value) is int else 0
        first = low if self.step > 0 else high
        least = first.value if isinstance(first, Const) and type(first.value) is int else None
        self.least = None if least is None else least if self.step > 0 else least + 1  # of the index
        self.made = {s.out: s for s in loop.body.stmts if isinstance(s, Eqn) and len(s.outs) == 1}

    def offset(self, a: Any) -> int | None:
        """c, if `a` is index + c and never negative."""
        c = self.plus(a)
        return c if c is not None and self.least is not None and self.least + c >= 0 else None

    def plus(self, a: Any) -> int | None:
        if a is self.index:
            return 0
        e = self.made.get(a) if isinstance(a, Var) else None
        if e is None or e.op not in (operator.add, operator.sub) or len(e.args) != 2:
            return None
        first, second = e.args
        if e.op is operator.add and isinstance(first, Const):
            first, second = second, first
        c = self.plus(first) if isinstance(second, Const) and type(second.value) is int else None
        return None if c is None else c + second.value if e.op is operator.add else c - second.value


class Chain:
    """The versions of one array in the body of a loop, which writes it at known places."""

    def __init__(self, first: Var, end: Var, loop: For, indices: Indices, later: Overwritten) -> None:
        self.end, self.loop, self.indices = end, loop, indices
        self.versions, self.writes = {first}, []
        last = loop.body.outs[loop.carried.index(first)]
        root = later.root(first)
        inside = {s for s in walk(loop.body) if isinstance(s, Eqn) and s.op in WRITES and later.root(s.out) is root}
        v, known = first, True
        for position, s in enumerate(loop.body.stmts):
            if isinstance(s, Eqn) and s in inside:
                offset = indices.offset(s.args[1])
                known = known and s.op is runtime.setitem and s.args[0] is v and offset is not None
                v = s.out
                self.versions.add(v)
                self.writes.append(Write(offset or 0, s.args[1], s.args[2], position))
        self.known = known and v is last and len(inside) == len(self.writes) > 0

    def elements(self, kinds: Mapping[Var, Any]) -> dict[Var, Element]:
        found: dict[Var, Element] = {}
        if not self.known:
            return found
        for position, s in enumerate(self.loop.body.stmts):
            if isinstance(s, Eqn) and s.op is operator.getitem and s.args[0] in self.versions:
                offset = self.indices.offset(s.args[1])
                if offset is not None and self.stays(offset, position):
                    found[s.out] = Element(self.end, s.args[1])
        for w in self.writes:
            kind = kinds.get(w.value, K.UNKNOWN) if isinstance(w.value, Var) else K.UNKNOWN
            if isinstance(kind, K.Number) and kind.dtype == "float64" and self.stays(w.offset, w.position):
                found.setdefault(w.value, Element(self.end, w.index))
        return found

    def stays(self, offset: int, position: int) -> bool:
        """Is the element at index + offset not written after this position of the body, in this iteration or a later one?"""
        for w in self.writes:
            iterations, rest = divmod(offset - w.offset, self.indices.step)
            if not rest and (iterations > 0 or iterations == 0 and w.position > position):
                return False
        return True
