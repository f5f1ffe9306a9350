"""Choose where an update may be done in place: the storage is ours, and no other value that shares it is read later.

    x_bar = add_at(x_bar, i, g)      ->     x_bar[i] += g
"""
from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.analyses.order import Order
from tangentlite.analyses.raising import may_raise
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import Updating
from tangentlite.ir.ops import Bound, DictDisplay, ObjectDisplay, attribute, call_method, make_list, make_tuple, unpack
from tangentlite.ir.trace import (
    Block,
    Call,
    Captured,
    ClassMember,
    Const,
    Eqn,
    For,
    If,
    Stmt,
    Trace,
    Try,
    Var,
    While,
    ends,
    free,
    leaves,
    uses,
    variables,
    walk,
)
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.rules.callees import normal
from tangentlite.rules.registry import rule_of


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
        foreign: set[Any] = set(trace.block.params)
        self.held: list[tuple[Var, Var, Stmt]] = []  # (holder, item, where it is put in)
        self.taken: list[tuple[Var, Var]] = []  # (holder, what was taken out of it)
        self.reversals: list[tuple[Any, Var]] = []  # (holder, the iterator over it)
        for s in walk(trace.block):
            self.link(s, foreign)
        self.resolve(foreign)
        self.foreign = {self.root(v) for v in foreign}
        self.holders: dict[Any, set[Any]] = {}
        for holder, item, _ in self.held:
            self.holders.setdefault(self.root(item), set()).add(self.root(holder))

    def root(self, v: Any) -> Any:
        path = []
        while v in self.parent:
            path.append(v)
            v = self.parent[v]
        for p in path:
            self.parent[p] = v
        return v

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
            for holder, out in self.taken:
                root = self.root(holder)
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
                foreign.update(v for v in (*s.outs, *s.args) if self.stored(v))

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
        elif op is reversed:
            self.reversals += [(s.args[0], o) for o in s.outs]
        elif op is unpack or op is attribute or op is operator.getitem and not isinstance(receiver, K.Array):
            self.taken += [(a, o) for o in outs for a in s.args[:1] if isinstance(a, Var)]
            if isinstance(receiver, K.Unknown):
                for o in outs:
                    self.join(o, s.args[0])
        elif op in INPLACE or op in FUNCTIONAL or rule is not None and rule.view:
            for o in outs:
                for a in s.args[:1] if op in INPLACE or rule is None else rule.lenders(self.kinds, args, keywords):
                    self.join(o, a)
            self.held += [(o, a, s) for o in outs for a in s.args[2:] if self.stored(a) and not isinstance(receiver, K.Array)]
        elif rule is None:
            foreign.update((*outs, *inputs))
            for o in outs:
                for a in inputs:
                    self.join(o, a)


def gives_new(s: Call, kinds: Mapping[Var, Any]) -> bool:
    """Does a call return nothing but copies of what it is given?"""
    plain = all(isinstance(K.kind_of(kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else a), K.Array | K.Number) for a in s.args)
    return isinstance(s.callee.target, Updating) and s.callee.mode in ("", "forward") and plain


def made_lists(trace: Trace, storage: Storage, updates: list[Eqn]) -> set[Any]:
    """The storage that is surely a list which was made here: the adjoint of a list may be an array."""
    made = {o: s for s in walk(trace.block) for o in s.outs if isinstance(s, Eqn)}
    given = {*trace.block.params, *(t for s in walk(trace.block) if isinstance(s, For) for t in leaves(s.targets))}

    def is_made(v: Any) -> bool:
        e = made.get(v)
        if e is None or e.op in (make_list, runtime.append, runtime.without_last, runtime.setitem, runtime.add_at):
            return v not in given
        return e.op is runtime.zeros_like and isinstance(e.args[0], Var) and not e.args[0].suffix and is_list(e.args[0])

    def is_list(v: Var) -> bool:
        kind = storage.kinds.get(v, K.UNKNOWN)
        return isinstance(kind, K.Seq) and kind.type == "list"

    roots = {storage.root(s.args[0]) for s in updates if s.op is runtime.without_last}
    return {root for root in roots if all(map(is_made, storage.members(root)))}


BROADCASTS = frozenset((runtime.unreduce, runtime.broadcast_like, np.broadcast_to))  # what they return cannot be written


def writable(trace: Trace, storage: Storage, updated: set[Any]) -> Trace:
    """Copy once what is written later and cannot be, or is not ours: what was broadcast, and arguments that a loop updates."""
    def copied(v: Var) -> tuple[Var, Eqn]:
        made = v.twin()
        return made, Eqn((made,), call_method, (v, Const("copy")))

    def is_written_array(v: Any) -> bool:
        return isinstance(v, Var) and storage.root(v) in updated and bool(K.dims_of(storage.kinds.get(v, K.UNKNOWN)))

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn() if s.op in BROADCASTS and is_written_array(s.out):
                    view = Var(s.out.hint, True, s.out.like, s.out.suffix)
                    stmts += [replace(s, outs=(view,)), Eqn((s.out,), call_method, (view, Const("copy")), (), s.loc)]
                    continue
                case If():
                    s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
                case For() | While():
                    inits = list(s.inits)
                    for k, a in enumerate(inits):
                        if a in params and is_written_array(a):
                            inits[k], copy = copied(a)
                            stmts.append(replace(copy, loc=s.loc))
                    s = replace(s, inits=tuple(inits), body=visit(s.body))
            stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    params = set(trace.block.params)
    return replace(trace, block=visit(trace.block))


SHAPED = frozenset((len, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like))


def reads_shape(s: Stmt) -> bool:
    """Does the equation read no element?"""
    return isinstance(s, Eqn) and (s.op in SHAPED or s.op is getattr and s.args[1] == Const("shape"))


def inplace(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Turn functional updates into in-place ones, with a copy before those that would be seen elsewhere.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     y = x + 1.0
    ...     y[0] = 2.0
    ...     return y
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x):
        y = x + 1.0
        y = setitem(y, 0, 2.0)
        return y
    >>> print(inplace(trace, infer_kinds(trace, {})), end="")
    def f(x):
        y = x + 1.0
        y[0] = 2.0
        return y
    """
    updates = [s for s in walk(trace.block) if isinstance(s, Eqn) and s.op in INPLACE]
    if not updates:
        return trace
    storage = Storage(trace, kinds)
    trace = writable(trace, storage, {storage.root(s.args[0]) for s in updates})
    kinds = {**infer_kinds(trace, kinds), **kinds}
    storage = Storage(trace, kinds)
    readers = {root: storage.readers(root) for root in {storage.root(s.args[0]) for s in updates}}
    concerned = set().union(*readers.values())
    broadcast = {storage.root(o) for s in walk(trace.block) if isinstance(s, Eqn) and s.op in BROADCASTS for o in s.outs
                 if K.dims_of(kinds.get(o, K.UNKNOWN)) is None}  # numbers, or what cannot be written: not copied above
    private = unheld(trace, storage, updates)
    lists = made_lists(trace, storage, updates)

    def shared(atoms: Iterable[Any]) -> set[Var]:
        return {v for v in atoms if storage.root(v) in concerned}

    def visit(block: Block, after: set[Var], handlers: set[Var]) -> Block:
        """`handlers` are the values that the handlers around the block read: they go on from wherever something raises."""
        live = after | shared(variables(block.outs))
        stmts: list[Stmt] = []
        for s in reversed(block.stmts):
            rest = live - set(s.outs)
            match s:
                case Eqn() if s.op in INPLACE:
                    stmts += reversed(update(s, live))
                case If():
                    reached = shared(free(s.orelse)) if isinstance(s, Try) else set()
                    then = visit(s.then, rest if not reached or s.form == "try" else rest | reached, handlers | reached)
                    stmts.append(replace(s, then=then, orelse=visit(s.orelse, rest, handlers)))
                case For() | While():
                    stmts.append(replace(s, body=visit(s.body, rest | shared(inner_free(s)), handlers)))
                case _:
                    stmts.append(s)
            live = rest | shared(() if reads_shape(s) else uses(s)) | (handlers if handlers and may_raise(s, kinds) else set())
        return Block(block.params, tuple(reversed(stmts)), block.outs)

    def selects_many(index: Any) -> bool:
        """May the index be a slice? (`items[1:] += more` would insert into a list.)"""
        kind = K.kind_of(index) if isinstance(index, Const) else kinds.get(index, K.UNKNOWN)
        return not isinstance(kind, (K.Number, K.Inert)) or kind == K.Inert("slice")

    def update(s: Eqn, live: set[Var]) -> list[Stmt]:
        u, kind = s.args[0], kinds.get(s.args[0], K.UNKNOWN)
        if s.op is runtime.without_last and storage.root(u) not in lists:
            return [replace(s, op=operator.getitem, args=(u, Const(slice(None, -1))))]  # it may be an array of the items' adjoints
        known = isinstance(kind, K.Array) or isinstance(kind, K.Seq) and kind.type == "list" or K.is_dict(kind)
        if not known or storage.root(u) in broadcast or isinstance(kind, K.Array) and kind.dims is None and s.op is runtime.add_at:
            return [s]
        if isinstance(kind, K.Seq) and s.op not in (runtime.append, runtime.without_last) and selects_many(s.args[1]):
            return [s]
        root = storage.root(u)
        seen_by = {root} if s in private else readers[root]
        others = {v for v in live if storage.root(v) in seen_by} - set(s.outs)
        if not isinstance(kind, K.Array):  # it may be put into itself as it was
            others |= {a for a in s.args[1:] if isinstance(a, Var) and storage.root(a) in readers[root]}
        if not others and root not in storage.foreign:
            return [replace(s, op=INPLACE[s.op])]
        copied = u.twin() if isinstance(u, Var) else Var()
        if isinstance(kind, K.Array) and kind.dims:
            return [Eqn((copied,), call_method, (u, Const("copy")), (), s.loc), replace(s, op=INPLACE[s.op], args=(copied, *s.args[1:]))]
        copy = np.copy if isinstance(kind, K.Array) else list if isinstance(kind, K.Seq) and kind.type == "list" else dict
        return [Eqn((copied,), copy, (u,), (), s.loc), replace(s, op=INPLACE[s.op], args=(copied, *s.args[1:]))]

    return replace(trace, block=visit(trace.block, set(), set()))


def unheld(trace: Trace, storage: Storage, updates: list[Eqn]) -> set[Eqn]:
    """The updates of memory that was allocated in the same run of a block, before anything there comes to hold it.

    A tape made in every iteration is complete before it is put on the tape of the loop around it.
    """
    order = Order(trace)
    made = {o: s for s in walk(trace.block) if isinstance(s, Eqn) for o in s.outs}
    found: set[Eqn] = set()
    for root in {storage.root(s.args[0]) for s in updates}:
        members = storage.members(root)
        origin = min((made[v] for v in members if v in made), key=order.first.__getitem__, default=None)
        if origin is None or origin.op is not make_list or any(order.defined.get(v, -1) < order.first[origin] for v in members):
            continue
        home = order.around[origin]
        holds = [order.first[s] for _, item, s in storage.held if storage.root(item) is root]
        for s in updates:
            if storage.root(s.args[0]) is root and (whole := order.step(s, home)) is not None:
                found.update([s] if all(h > order.last[whole] for h in holds) else [])
    return found


def inner_free(s: For | While) -> set[Var]:
    """What an iteration reads from outside, which the next one reads again."""
    return free(s.body) | (free(s.test) if isinstance(s, While) else set())
