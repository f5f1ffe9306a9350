"""Elements of rows and columns are elements of the array that these are taken from, so that their adjoints are, too.

    for j in range(m):                      for j in range(m):
        row = u[i]                  ->          s = s + u[i, j]
        s = s + row[j]

The adjoint of `row` would be an array of its own, which every iteration makes and adds to that of `u`.
"""
from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries, tuples_in
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, If, Stmt, Trace, Var, blocks, read_counts
from tangentlite.passes.bodies import nested, with_statements

FULL = Const(slice(None))


@dataclass(frozen=True)
class Part:
    """A part of an array: which integers are taken along which axes, and in which order the other axes follow."""

    base: Var
    taken: tuple[tuple[int, Any], ...]
    axes: tuple[int, ...]

    def at(self, places: tuple[Any, ...]) -> Part:
        """The part of this part at a place along each of its first axes: an integer, or all of them."""
        fixed = tuple((a, p) for a, p in zip(self.axes, places) if p != FULL)
        return Part(self.base, (*self.taken, *fixed), tuple(a for k, a in enumerate(self.axes) if k >= len(places) or places[k] == FULL))

    @property
    def index(self) -> tuple[Any, ...] | None:
        """What it is of the array itself; None where its axes are in another order."""
        if list(self.axes) != sorted(self.axes):
            return None
        places = dict(self.taken)
        return tuple(places.get(a, FULL) for a in range(max(places) + 1)) if places else None


def elements(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before it is differentiated, with elements of arrays taken at once; `kinds` learns of the indices.

    >>> import tangentlite.backend.show
    >>> from tangentlite.analyses.kinds import kinds
    >>> from tangentlite.passes.dce import dce
    >>> from tangentlite.pipeline import lower
    >>> def f(u, i, j):
    ...     row = u[i]
    ...     return row[j] * u[:, 0][i]
    >>> matrix = K.Array("float64", (("n", "u", 0), ("n", "u", 1)))
    >>> program, root = lower(f, {"u": matrix, "i": K.INT, "j": K.INT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(u, i, j):
        row = u[i]
        v1 = row[j]
        v2 = u[:, 0]
        v2 = v2[i]
        v2 = v1 * v2
        return v2
    >>> print(dce(elements(trace, dict(kinds(trace, {})))), end="")
    def f(u, i, j):
        v1 = i, j
        v1 = u[v1]
        v2 = i, 0
        v2 = u[v2]
        v2 = v1 * v2
        return v2
    """
    found = Elements(trace, kinds)
    found.look(trace.block, {})
    chosen = found.chosen()
    if not chosen:
        return trace

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            if isinstance(s, Eqn) and len(s.outs) == 1 and s.out in chosen:
                stmts += taken_at_once(s, chosen[s.out], kinds)
            else:
                stmts.append(nested(s, visit))
        return with_statements(block, stmts)

    return replace(trace, block=visit(trace.block))


def taken_at_once(s: Eqn, part: Part, kinds: dict[Var, Any]) -> Iterator[Eqn]:
    assert part.index is not None
    index: Any = part.index[0] if len(part.index) == 1 else Const(part.index)
    if len(part.index) > 1 and all(isinstance(p, Const) for p in part.index):
        index = Const(tuple(p.value for p in part.index))
    elif len(part.index) > 1:
        index = Var(temp=True)
        kinds[index] = K.Seq("tuple", tuple(K.kind_of(kinds.get(p, K.UNKNOWN) if isinstance(p, Var) else p) for p in part.index))
        yield Eqn((index,), make_tuple, part.index, (), s.loc)
    yield replace(s, op=operator.getitem, args=(part.base, index), kwargs=())


class Elements:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.kinds = kinds
        self.tuples = tuples_in(trace.block)
        self.counts = read_counts(trace.block)
        self.parts: dict[Var, Part] = {}  # parts of other arrays
        self.read: dict[Var, list[Var]] = {}  # what is taken of them, where they are

    def look(self, block: Block, outer: Mapping[Var, Part]) -> None:
        """Note the parts of arrays; those of a loop's body are not those of what is around it, whose rows are made once."""
        known = dict(outer)
        for s in block.stmts:
            if isinstance(s, Eqn):
                part = self.part(s, known)
                if part is not None:
                    known[s.out] = self.parts[s.out] = part
                    self.read.setdefault(s.args[0], []).append(s.out)
            elif isinstance(s, If):
                self.look(s.then, known)
                self.look(s.orelse, known)
            else:
                for b in blocks(s):
                    self.look(b, {})

    def part(self, s: Eqn, known: Mapping[Var, Part]) -> Part | None:
        if len(s.outs) != 1 or s.op not in (operator.getitem, getattr) or len(s.args) != 2 or not isinstance(s.args[0], Var):
            return None
        dims = K.dims_of(self.kinds.get(s.args[0], K.UNKNOWN))
        if not isinstance(self.kinds.get(s.args[0]), K.Array) or not dims:
            return None
        base = known.get(s.args[0]) or Part(s.args[0], (), tuple(range(len(dims))))
        if s.op is getattr:
            return replace(base, axes=base.axes[::-1]) if s.args[1] == Const("T") else None
        places = self.places(s.args[1], len(dims))
        return None if places is None else base.at(places)

    def places(self, index: Any, axes: int) -> tuple[Any, ...] | None:
        """An integer for each axis, or all of it; None for any other index."""
        parts = entries(index, self.tuples)
        dots = [k for k, p in enumerate(parts) if isinstance(p, Const) and p.value is Ellipsis]
        if len(dots) == 1 and len(parts) - 1 < axes:
            parts = (*parts[:dots[0]], *[FULL] * (axes - len(parts) + 1), *parts[dots[0] + 1:])
        return parts if len(parts) <= axes and all(p == FULL or self.is_place(p) for p in parts) else None

    def is_place(self, p: Any) -> bool:
        return type(p.value) is int if isinstance(p, Const) else K.is_integer(self.kinds.get(p, K.UNKNOWN))

    def chosen(self) -> dict[Var, Part]:
        """The parts to take at once: of those of which nothing but parts is asked, and these are in the order of the axes."""
        through: set[Var] = set()
        for v in reversed(self.parts):  # parts of parts come first
            read = self.read.get(v, [])
            if read and len(read) == self.counts[v] and all(r in through or self.parts[r].index is not None for r in read):
                through.add(v)
        return {r: self.parts[r] for v in self.parts if v in through for r in self.read[v] if r not in through}
