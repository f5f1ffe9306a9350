"""Elements of lists of lists are read and written by a path, not through the lists in between.

    row = setitem(u[i], j, v)
    u = setitem(u, i, row)               ->     u = setitem(u, path(i, j), v)

The adjoint of an element is then added to its place in the adjoint of the table, as with arrays of two axes.
"""
from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var, read_counts, uses
from tangentlite.passes.bodies import nested, with_statements

Change = tuple[Var, tuple[Any, ...], Any]  # the table, the path of an element in it, and the element's new value


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
        return Tables(inside, counts, kinds).block()

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


class Tables:
    """The statements of one block, in which rows of tables are taken and put back."""

    def __init__(self, block: Block, counts: Counter[Var], kinds: dict[Var, Any]) -> None:
        self.old, self.counts, self.kinds = block, counts, kinds
        self.rows: dict[Var, tuple[Var, tuple[Any, ...]]] = {}  # rows of tables that still are as they were: the table, and which row
        self.changed: dict[Var, Change] = {}  # rows with a new element

    def block(self) -> Block:
        stmts: list[Stmt] = []
        for s in self.old.stmts:
            made = self.statement(s)
            stmts += made
        return with_statements(self.old, stmts)

    def statement(self, s: Stmt) -> list[Stmt]:
        if not isinstance(s, Eqn) or len(s.outs) != 1 or s.op not in (operator.getitem, runtime.setitem) or not isinstance(s.args[0], Var):
            self.forget(uses(s))
            return [s]
        base, index, *value = s.args
        known = self.rows.get(base)
        if s.op is operator.getitem:
            if not self.is_place(index):
                return [s]
            if known is not None and K.is_number(self.kind(s.out)):
                return self.by_path(s, known[0], (*known[1], index))
            if known is not None:
                self.rows[s.out] = (known[0], (*known[1], index))
            elif K.is_table(self.kind(base)):
                self.rows[s.out] = (base, (index,))
            return [s]
        change = self.change(s, known)
        self.forget({base, *(a for a in value if isinstance(a, Var))})
        if change is None or change[0] is not base:
            return [s]
        return self.by_path(s, *change)

    def change(self, s: Eqn, known: Any) -> Change | None:
        """The write into the table that the write into a row is, or that putting the row back is; noted for what follows."""
        base, index, value = s.args
        if not self.is_place(index):
            return None
        row = self.changed.get(value) if isinstance(value, Var) and self.counts[value] == 1 else None
        table, at = known if known is not None else (base, ())
        if row is None and known is not None and K.is_number(self.kind(value)):
            row = table, (*at, index), value
        if row is None or row[0] is not table or row[1][:len(at) + 1] != (*at, index):
            return None
        self.changed[s.out] = row
        return row

    def by_path(self, s: Eqn, table: Var, indices: tuple[Any, ...], *value: Any) -> list[Stmt]:
        at = Var(temp=True)
        self.kinds[at] = K.Inert("path", len(indices))
        return [Eqn((at,), runtime.path, indices, (), s.loc), replace(s, args=(table, at, *value))]

    def forget(self, read: set[Var]) -> None:
        """These values may be other ones from here on: a new version of a table takes their place."""
        self.rows = {row: (table, at) for row, (table, at) in self.rows.items() if table not in read and row not in read}

    def is_place(self, index: Any) -> bool:
        kind = K.kind_of(index) if isinstance(index, Const) else self.kind(index)
        return K.is_int(kind)

    def kind(self, v: Any) -> Any:
        return K.kind_of(self.kinds.get(v, K.UNKNOWN) if isinstance(v, Var) else v)
