"""Elements of lists of lists, or of arrays in lists, are read and written by a path, not through what is in between.

    row = setitem(u[i], j, v)
    u = setitem(u, i, row)               ->     u = setitem(u, path(i, j), v)

The adjoint of an element is then added to its place in the adjoint of the table, as with arrays of two axes.
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.overwritten import WRITES
from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries, tuples_in
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var, read_counts, uses
from tangentlite.passes.bodies import nested, with_statements

Change = tuple[Var, tuple[Any, ...], Any, Any]  # the table, the path of an element in it, what is written or added there, and which


def paths(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, before it is differentiated, with paths for elements of tables; `kinds` learns of them.

    >>> import tangentlite.backend.show
    >>> from tangentlite.analyses.kinds import kinds
    >>> from tangentlite.passes.dce import dce
    >>> from tangentlite.pipeline import lower
    >>> def f(x, n):
    ...     u = [[1.0] * n, [2.0] * n]
    ...     u[0][1] = x
    ...     return u[1][0]
    >>> program, root = lower(f, {"x": K.FLOAT, "n": K.INT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x, n):
        u_1 = [1.0]
        u_1 = u_1 * n
        u_2 = [2.0]
        u_2 = u_2 * n
        u = [u_1, u_2]
        u_2 = u[0]
        u_2 = setitem(u_2, 1, x)
        u = setitem(u, 0, u_2)
        v1 = u[1]
        v1 = v1[0]
        return v1
    >>> print(dce(paths(trace, dict(kinds(trace, {})))), end="")
    def f(x, n):
        u_1 = [1.0]
        u_1 = u_1 * n
        u_2 = [2.0]
        u_2 = u_2 * n
        u = [u_1, u_2]
        v1 = path(0, 1)
        u = setitem(u, v1, x)
        v1 = path(1, 0)
        v1 = u[1][0]
        return v1
    """
    counts = read_counts(trace.block)

    def visit(block: Block) -> Block:
        inside = with_statements(block, [nested(s, visit) for s in block.stmts])
        return Tables(inside, counts, kinds, tuples).block()

    tuples = tuples_in(trace.block)
    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class Tables:
    """The statements of one block, in which rows of tables are taken and put back."""

    def __init__(self, block: Block, counts: Counter[Var], kinds: dict[Var, Any], tuples: Mapping[Var, Eqn]) -> None:
        self.old, self.counts, self.kinds, self.tuples = block, counts, kinds, tuples
        self.rows: dict[Var, tuple[Var, tuple[Any, ...]]] = {}  # rows of tables that still are as they were: the table, and which row
        self.changed: dict[Var, Change] = {}  # rows with a new element

    def block(self) -> Block:
        stmts: list[Stmt] = []
        for s in self.old.stmts:
            made = self.statement(s)
            stmts += made
        return with_statements(self.old, stmts)

    def statement(self, s: Stmt) -> list[Stmt]:
        if not isinstance(s, Eqn) or len(s.outs) != 1 or s.op not in (operator.getitem, *WRITES) or not isinstance(s.args[0], Var):
            self.forget(uses(s))
            return [s]
        base, index, *value = s.args
        known = self.rows.get(base)
        if s.op is operator.getitem:
            places = self.places(base, index)
            if not places:
                return [s]
            if known is not None and K.is_number(self.kind(s.out)):
                return self.by_path(s, known[0], (*known[1], *places))
            if known is not None:
                self.rows[s.out] = (known[0], (*known[1], *places))
            elif K.is_table(self.kind(base)):
                self.rows[s.out] = (base, places)
            return [s]
        change = self.change(s, known)
        self.forget({base, *(a for a in value if isinstance(a, Var))})
        if change is None or change[0] is not base:
            return [s]
        return self.by_path(replace(s, op=change[3]), *change[:3])

    def change(self, s: Eqn, known: Any) -> Change | None:
        """The write into the table that the write into a row is, or that putting the row back is; noted for what follows."""
        base, index, value = s.args
        places = self.places(base, index)
        if not places:
            return None
        put_back = s.op is runtime.setitem and isinstance(value, Var) and self.counts[value] == 1
        row = self.changed.get(value) if put_back else None
        table, at = known if known is not None else (base, ())
        whole = isinstance(self.kind(base), K.Array) and len(K.dims_of(self.kind(base)) or ()) != len(places)  # a row of it
        if row is None and known is not None and K.is_number(self.kind(value)) and not whole:
            row = table, (*at, *places), value, s.op
        if row is None or row[0] is not table or row[1][:len(at) + len(places)] != (*at, *places):
            return None
        self.changed[s.out] = row
        return row

    def by_path(self, s: Eqn, table: Var, indices: tuple[Any, ...], *value: Any) -> list[Stmt]:
        at, made = Var(temp=True), []
        of_lists = self.lists(table)
        if len(indices) > of_lists + 1:  # along several axes of an array
            places = Var(temp=True)
            self.kinds[places] = K.Seq("tuple", tuple(map(self.kind, indices[of_lists:])))
            made.append(Eqn((places,), make_tuple, indices[of_lists:], (), s.loc))
            indices = (*indices[:of_lists], places)
        self.kinds[at] = K.Inert("path", len(indices))
        return [*made, Eqn((at,), runtime.path, indices, (), s.loc), replace(s, args=(table, at, *value))]

    def lists(self, table: Var) -> int:
        """How many lists are around an element, or around the array that holds it."""
        kind, depth = self.kind(table), 0
        while isinstance(kind, K.Seq):
            kind, depth = K.elements(kind), depth + 1
        return depth if isinstance(kind, K.Array) else depth - 1

    def forget(self, read: set[Var]) -> None:
        """These values may be other ones from here on: a new version of a table takes their place."""
        self.rows = {row: (table, at) for row, (table, at) in self.rows.items() if table not in read and row not in read}

    def places(self, base: Any, index: Any) -> tuple[Any, ...]:
        """The integers of an index: one of a list, several of an array; () for any other index."""
        parts = entries(index, self.tuples) if isinstance(self.kind(base), K.Array) else (index,)
        return parts if all(map(self.is_place, parts)) else ()

    def is_place(self, index: Any) -> bool:
        kind = K.kind_of(index) if isinstance(index, Const) else self.kind(index)
        return K.is_int(kind)

    def kind(self, v: Any) -> Any:
        return K.kind_of(self.kinds.get(v, K.UNKNOWN) if isinstance(v, Var) else v)
