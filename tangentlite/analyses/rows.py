"""Whether the rows of a list of lists are its own: then its elements can be written in place.

    rows = []
    for _ in range(n):
        row = [0.0] * m       # a new list in every iteration,
        rows.append(row)      # which is put into one list, once
    rows[i][j] = x
"""
from __future__ import annotations

import operator
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.order import Order
from tangentlite.analyses.storage import DEEP, Storage
from tangentlite.ir.ops import make_list
from tangentlite.ir.trace import Eqn, Stmt, Trace, Var, walk
from tangentlite.ir.updates import INPLACE

NEW = (make_list, operator.mul, operator.add, operator.getitem, list)  # what makes the lists that are rows
CHANGES = (runtime.append, runtime.setitem, runtime.add_at, runtime.without_last)
KEEPING = (make_list, operator.getitem, *CHANGES, *(INPLACE[op] for op in CHANGES))  # what makes tables of rows, and takes rows out


class Rows:
    def __init__(self, trace: Trace, storage: Storage) -> None:
        self.storage, self.trace = storage, trace
        self.known: dict[Any, bool] = {}

    def items(self, table: Any) -> list[tuple[Var, Stmt]]:
        """What is put into a table, and where."""
        root = self.storage.root(table)
        return [(item, s) for holder, item, s in self.storage.held if self.storage.root(holder) is root]

    def seen_by(self, table: Any) -> set[Any]:
        """The storage through which a change of a row can be seen, besides that of the table."""
        found: set[Any] = set()
        for item, _ in self.items(table):
            found |= self.storage.readers(self.storage.root(item))
        return found - self.storage.readers(self.storage.root(table))

    def are_own(self, table: Any) -> bool:
        root = self.storage.root(table)
        if root not in self.known:
            items = self.items(root)
            self.known[root] = root not in self.storage.foreign and self.is_made(root) and all(
                self.is_new(item, s) for item, s in items) and len({self.storage.root(item) for item, _ in items}) == len(items)
        return self.known[root]

    def is_made(self, root: Any) -> bool:
        members = self.storage.members(root)
        made = [s for s in walk(self.trace.block) if isinstance(s, Eqn) and not members.isdisjoint(s.outs)]
        return all(s.op in DEEP or s.op in KEEPING for s in made)

    def is_new(self, item: Var, s: Stmt) -> bool:
        """Is it a list that is made in the run of the block in which it is put into the table?"""
        if item in self.storage.new_rows:
            return True
        order = Order(self.trace)
        root = self.storage.root(item)
        members = self.storage.members(root)
        made = [t for t in walk(self.trace.block) if isinstance(t, Eqn) and not members.isdisjoint(t.outs)]
        if root in self.storage.foreign or not made:
            return False
        origin = min(made, key=order.first.__getitem__)
        return origin.op in NEW and order.around[origin] is order.around[s] and all(
            order.defined.get(v, -1) >= order.first[origin] for v in members)
