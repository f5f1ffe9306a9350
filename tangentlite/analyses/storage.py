"""Which values may share memory, and which memory is allocated here."""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import Updating
from tangentlite.ir.groups import root_of
from tangentlite.ir.ops import Bound, DictDisplay, ObjectDisplay, attribute, make_list, make_tuple, unpack
from tangentlite.ir.trace import Call, Captured, ClassMember, Const, Eqn, For, If, Stmt, Trace, Var, While, ends, leaves, read_counts, walk
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.rules.callees import normal
from tangentlite.rules.registry import rule_of

DEEP = (runtime.zeros_like, runtime.copied_table)  # what makes tables whose rows are new


def has_storage(kind: Any) -> bool:
    """May a value of this kind be, or hold, an object that can change?"""
    match kind:
        case K.Number() | K.Inert() | K.Never():
            return False
        case K.Seq("tuple" | "range" | "iter", items, elem):
            return any(map(has_storage, items)) if items is not None else elem is None or has_storage(elem)
        case K.Record(items=items) if kind.positional:
            return any(map(has_storage, items))
    return True


class Storage:
    """Which values may share memory (a union-find over values), and whether that memory was allocated here.

    A list, tuple or dict *holds* its items: changing an item changes what is read through the holder, but changing
    which items a list holds leaves the items as they are.
    """

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.parent: dict[Any, Any] = {}
        self.kinds = kinds
        foreign: set[Any] = set(trace.foreign)
        self.held: list[tuple[Var, Var, Stmt]] = []  # (holder, item, where it is put in)
        self.new_rows: set[Var] = set()  # items that stand for the rows of tables whose rows are made with them
        self.taken: list[tuple[Var, Var]] = []  # (holder, what was taken out of it)
        self.reversals: list[tuple[Any, Var]] = []  # (holder, the iterator over it)
        self.popped = popped(trace)
        for s in walk(trace.block):
            self.link(s, foreign)
        self.resolve(foreign)
        self.foreign = {self.root(v) for v in foreign}
        self.holders: dict[Any, set[Any]] = {}
        for holder, item, _ in self.held:
            self.holders.setdefault(self.root(item), set()).add(self.root(holder))

    def root(self, v: Any) -> Any:
        return root_of(v, self.parent)

    def join(self, a: Any, b: Any) -> bool:
        if not (isinstance(a, Var) and isinstance(b, Var)):
            return False
        x, y = self.root(a), self.root(b)
        if x is not y:
            self.parent[x] = y
        return x is not y

    def resolve(self, foreign: set[Any]) -> None:
        """What is taken out of a holder may be any of the items put into it, or, of a foreign one, anything in it."""
        changed = True
        while changed:
            changed = False
            items: dict[Any, list[Var]] = {}
            for holder, item, _ in self.held:
                items.setdefault(self.root(holder), []).append(item)
            strangers = {self.root(v) for v in foreign}
            for holder, iterator in self.reversals:
                if self.root(holder) in strangers:
                    changed |= self.join(iterator, holder)
            shared = {self.root(holder) for holder, out in self.taken if out not in self.popped}
            for holder, out in self.taken:
                root = self.root(holder)
                if out in self.popped and root not in shared and self.new_rows.issuperset(items.get(root, (None,))):
                    continue  # a row that was the table's alone
                if root in strangers or root not in items:
                    changed |= self.join(out, holder)
                for item in items.get(root, ()):
                    changed |= self.join(out, item)

    def readers(self, root: Any) -> set[Any]:
        """The storage through which a change of this storage can be seen: itself and what holds it."""
        found, todo = {root}, [root]
        while todo:
            for holder in self.holders.get(todo.pop(), ()):
                if holder not in found:
                    found.add(holder)
                    todo.append(holder)
        return found

    def values(self) -> set[Any]:
        """All that have been put together."""
        return {*self.parent, *self.parent.values(), *(v for holder, item, _ in self.held for v in (holder, item))}

    def members(self, root: Any) -> set[Any]:
        return {root, *(v for v in list(self.parent) if self.root(v) is root)}

    def stored(self, v: Any) -> bool:
        return isinstance(v, Var) and has_storage(self.kinds.get(v, K.UNKNOWN))

    def link(self, s: Stmt, foreign: set[Any]) -> None:
        match s:
            case Eqn():
                self.link_eqn(s, foreign)
            case If():
                for o, a, b in ends(s):
                    self.join(o, a)
                    self.join(o, b)
            case For() | While():
                for o, p, i, n in zip(s.outs, s.carried, s.inits, s.body.outs):
                    for v in (p, i, n):
                        self.join(o, v)
                if isinstance(s, While):
                    for q, p in zip(s.test.params, s.carried):
                        self.join(q, p)
                else:
                    self.taken += [(s.iter, t) for t in leaves(s.targets) if self.stored(t) and isinstance(s.iter, Var)]
            case Call() if not gives_new(s, self.kinds):
                for o, a in s.updated:
                    self.join(o, a)
                given_up, last = dict(s.updated), s.outs[-1:] if s.kept is not None else ()
                outs = [o for o in s.outs if self.stored(o) and o not in given_up and o not in last]
                foreign.update(outs)
                self.held += [(o, a, s) for o in outs for a in s.args if self.stored(a) and a not in given_up.values()]  # or are
                self.held += [(o, s.args[k], s) for o in last for k in s.kept or () if self.stored(s.args[k])]

    def is_copy(self, kind: Any, index: Any) -> bool:
        """Is this a slice of a list of numbers? It is a list of its own."""
        part = self.kinds.get(index, K.UNKNOWN) if isinstance(index, Var) else K.kind_of(index)
        return isinstance(kind, K.Seq) and kind.type == "list" and part == K.Inert("slice") and not has_storage(K.elements(kind))

    def link_eqn(self, s: Eqn, foreign: set[Any]) -> None:
        outs = [o for o in s.outs if self.stored(o)]
        inputs = [a for a in s.inputs if self.stored(a)]
        receiver = self.kinds.get(s.args[0], K.UNKNOWN) if s.args and isinstance(s.args[0], Var) else K.UNKNOWN
        op, args, keywords = normal(s.op, s.args, s.kwargs, receiver)
        rule = rule_of(op)
        if isinstance(op, (Captured, ClassMember, Bound)):
            foreign.update(outs)
        elif op in (make_tuple, make_list) or isinstance(op, DictDisplay | ObjectDisplay):
            self.held += [(o, a, s) for o in outs for a in inputs]
        elif op in (runtime.append, INPLACE[runtime.append]):
            self.join(s.outs[0], s.args[0])
            self.held += [(s.outs[0], a, s) for a in s.args[1:] if self.stored(a)]
        elif op in (runtime.add_outer, runtime.add_pairs):
            self.join(s.outs[0], s.args[0])
        elif op is reversed:
            self.reversals += [(s.args[0], o) for o in s.outs]
        elif op is operator.getitem and self.is_copy(receiver, args[1]):
            pass
        elif op in DEEP and outs and holds_memory(self.kinds.get(s.out, K.UNKNOWN)):
            rows = Var()
            self.new_rows.add(rows)
            self.held.append((s.out, rows, s))
        elif op is unpack or op is attribute or op is operator.getitem and not isinstance(receiver, K.Array):
            self.taken += [(a, o) for o in outs for a in s.args[:1] if isinstance(a, Var)]
            if isinstance(receiver, K.Unknown):
                for o in outs:
                    self.join(o, s.args[0])
        elif op in INPLACE or op in FUNCTIONAL or rule is not None and rule.view:
            for o in outs:
                for a in s.args[:1] if op in INPLACE or rule is None else rule.lenders(self.kinds, args, keywords):
                    self.join(o, a)
            if op not in (runtime.add_at, INPLACE[runtime.add_at]):  # a sum is new
                self.held += [(o, a, s) for o in outs for a in s.args[2:] if self.stored(a) and not isinstance(receiver, K.Array)]
        elif rule is None:
            foreign.update((*outs, *inputs))
            for o in outs:
                for a in inputs:
                    self.join(o, a)


def holds_memory(kind: Any) -> bool:
    """Is it a list of what can be written?"""
    return isinstance(kind, K.Seq) and kind.type == "list" and isinstance(K.elements(kind), K.Array | K.Seq | K.Record)


def popped(trace: Trace) -> set[Var]:
    """The last items of lists that go on without them: `item = items.pop()`."""
    counts = read_counts(trace.block)
    eqns = [s for s in walk(trace.block) if isinstance(s, Eqn)]
    shortened = {s.args[0] for s in eqns if s.op in (runtime.without_last, INPLACE[runtime.without_last])}
    lasts = [s for s in eqns if s.op is operator.getitem and s.args[1] == Const(-1)]
    return {s.out for s in lasts if s.args[0] in shortened and counts[s.args[0]] == 2}


def gives_new(s: Call, kinds: Mapping[Var, Any]) -> bool:
    """Does a call return nothing but copies of what it is given?"""
    plain = all(isinstance(K.kind_of(kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a), K.Array | K.Number) for a in s.args)
    return isinstance(s.callee.target, Updating) and s.callee.mode in ("", "forward") and plain


SHAPED = frozenset((len, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like))


def reads_shape(s: Stmt) -> bool:
    """Does the equation read no element?"""
    return isinstance(s, Eqn) and (s.op in SHAPED or s.op is getattr and s.args[1] == Const("shape"))
