"""Whether the rows of a list of lists are its own: then its elements can be written in place.

    rows = []
    for _ in range(n):
        row = [0.0] * m       # a new list in every iteration,
        rows.append(row)      # which is put into one list, once
    rows[i][j] = x
"""
from __future__ import annotations

import operator
from collections import defaultdict
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.order import Order
from tangentlite.analyses.overwritten import WRITES
from tangentlite.analyses.storage import DEEP, Storage
from tangentlite.ir import kinds as K
from tangentlite.ir.identities import ZEROS
from tangentlite.ir.ops import make_list
from tangentlite.ir.trace import Eqn, Stmt, Trace, Var, read_counts, walk
from tangentlite.ir.updates import INPLACE

NEW = (make_list, operator.mul, operator.add, operator.getitem, list)  # what makes the lists that are rows
CHANGES = (runtime.append, runtime.setitem, runtime.add_at, runtime.without_last)
KEEPING = (make_list, operator.getitem, *CHANGES, *(INPLACE[op] for op in CHANGES))  # what makes tables of rows, and takes rows out


class Rows:
    def __init__(self, trace: Trace, storage: Storage) -> None:
        self.storage, self.order = storage, Order(trace)
        self.counts = read_counts(trace.block)
        self.defs = {s.out: s for s in walk(trace.block) if isinstance(s, Eqn) and len(s.outs) == 1}
        self.known: dict[Any, bool] = {}
        self.seen: dict[Any, set[Any]] = {}
        self.items: defaultdict[Any, list[tuple[Var, Stmt]]] = defaultdict(list)  # what is put into a container, and where
        for holder, item, s in storage.held:
            self.items[storage.root(holder)].append((item, s))
        self.made: defaultdict[Any, list[Eqn]] = defaultdict(list)  # what makes memory, or gives it another name
        for t in walk(trace.block):
            if isinstance(t, Eqn):
                for root in {storage.root(o) for o in t.outs}:
                    self.made[root].append(t)

    def seen_by(self, table: Any) -> set[Any]:
        """The storage through which a change of a row can be seen, besides that of the table."""
        root = self.storage.root(table)
        if root not in self.seen:
            found = (self.storage.readers(self.storage.root(item)) for item, _ in self.items[root])
            self.seen[root] = set().union(*found) - self.storage.readers(root)
        return self.seen[root]

    def are_own(self, table: Any) -> bool:
        root = self.storage.root(table)
        if root not in self.known:
            items = [(item, s) for item, s in self.items[root] if not self.is_for_this(item, s)]
            is_made = all(s.op in DEEP or s.op in KEEPING for s in self.made[root])
            self.known[root] = root not in self.storage.foreign and is_made and all(
                self.is_new(item, s) for item, s in items) and len({self.storage.root(item) for item, _ in items}) == len(items)
        return self.known[root]

    def is_for_this(self, item: Var, s: Stmt) -> bool:
        """Is it made for the list into which it is put, and nothing else?"""
        made = self.defs.get(item)
        while made is not None and self.counts[item] == 1 and self.order.around[made] is self.order.around[s]:
            if made.op not in WRITES:
                return made.op in ZEROS or self.is_new_array(made)
            item = made.args[0]
            made = self.defs.get(item)
        return False

    def is_new_array(self, e: Eqn) -> bool:
        """Does it make an array that is no other's memory?"""
        if len(e.outs) != 1 or not isinstance(self.storage.kinds.get(e.out), K.Array):
            return False
        return all(self.storage.root(a) is not self.storage.root(e.out) for a in e.inputs if isinstance(a, Var))

    def is_new(self, item: Var, s: Stmt) -> bool:
        """Is it a list that is made in the run of the block in which it is put into the table?"""
        if item in self.storage.new_rows:
            return True
        order, root = self.order, self.storage.root(item)
        if root in self.storage.foreign or not self.made[root]:
            return False
        origin = self.made[root][0]
        return (origin.op in NEW or self.is_new_array(origin)) and order.around[origin] is order.around[s] and all(
            order.defined.get(v, -1) >= order.first[origin] for v in self.storage.members(root))
