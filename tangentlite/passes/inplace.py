"""Choose where an update may be done in place: the storage is ours, and no other value that shares it is read later.

    x_bar = add_at(x_bar, i, g)      ->     x_bar[i] += g
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list, make_tuple, unpack
from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Stmt, Trace, Var, While, free, leaves, uses, variables, walk
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.rules.verbs import normal, rule_of


def has_storage(kind: Any) -> bool:
    """May a value of this kind be, or hold, an object that can change?"""
    match kind:
        case K.Number() | K.Inert() | K.Never():
            return False
        case K.Seq("tuple" | "range" | "iter", items, elem):
            return any(map(has_storage, items)) if items is not None else elem is None or has_storage(elem)
    return True


def may_be_container(kind: Any) -> bool:
    """May a value of this kind be a list or dict, or a tuple that holds one?"""
    match kind:
        case K.Array() | K.Number() | K.Inert() | K.Never():
            return False
        case K.Seq("tuple" | "range" | "iter", items, elem):
            return any(map(may_be_container, items)) if items is not None else elem is None or may_be_container(elem)
    return True


class Storage:
    """Which values may share memory (a union-find over values), and whether that memory was allocated here.

    With `containers`, the question is only which values may be the same list or dict: changing which items it holds
    leaves the items themselves as they are.
    """

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any], containers: bool = False) -> None:
        self.parent: dict[Any, Any] = {}
        self.kinds, self.containers = kinds, containers
        self.matters = may_be_container if containers else has_storage
        self.foreign: set[Any] = set(trace.block.params)
        for s in walk(trace.block):
            self.link(s)
        self.foreign = {self.root(v) for v in self.foreign}

    def root(self, v: Any) -> Any:
        path = []
        while v in self.parent:
            path.append(v)
            v = self.parent[v]
        for p in path:
            self.parent[p] = v
        return v

    def join(self, a: Any, b: Any) -> None:
        if isinstance(a, Var) and isinstance(b, Var):
            x, y = self.root(a), self.root(b)
            if x is not y:
                self.parent[x] = y

    def stored(self, v: Any) -> bool:
        return isinstance(v, Var) and self.matters(self.kinds.get(v, K.UNKNOWN))

    def link(self, s: Stmt) -> None:
        match s:
            case Eqn():
                self.link_eqn(s)
            case If():
                for o, a, b in zip(s.outs, s.then.outs, s.orelse.outs):
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
                    for t in leaves(s.targets):
                        if self.stored(t):
                            self.join(t, s.iter)
            case Call():
                self.foreign.update(v for v in (*s.outs, *s.args) if self.stored(v))

    def link_eqn(self, s: Eqn) -> None:
        shared = [o for o in s.outs if self.stored(o)]
        receiver = self.kinds.get(s.args[0], K.UNKNOWN) if s.args and isinstance(s.args[0], Var) else K.UNKNOWN
        op = normal(s.op, s.args, s.kwargs, receiver)[0]
        rule = rule_of(op)
        if op in HOLDERS or isinstance(op, DictDisplay):
            sources: tuple[Any, ...] = s.args
            if self.containers:  # the new list is another object than those it holds
                sources = s.args[:1] if op in (runtime.append, INPLACE[runtime.append], unpack) else tuple(
                    a for a in s.args if may_be_container(self.kinds.get(a, K.UNKNOWN) if isinstance(a, Var) else K.NEVER))
        elif op in INPLACE or op in FUNCTIONAL or rule is not None and rule.view:
            sources = s.args[:1]
        elif rule is None:
            sources = s.inputs
            self.foreign.update(shared)
            self.foreign.update(a for a in s.inputs if self.stored(a))
        else:
            return
        for o in shared:
            for a in sources:
                if self.stored(a):
                    self.join(o, a)


HOLDERS = (make_tuple, make_list, unpack, runtime.append, INPLACE[runtime.append])


def inplace(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Turn functional updates into in-place ones, with a copy before those that would be seen elsewhere."""
    updates = [s for s in walk(trace.block) if isinstance(s, Eqn) and s.op in INPLACE]
    if not updates:
        return trace
    memory, containers = Storage(trace, kinds), Storage(trace, kinds, containers=True)

    def storage_of(u: Any) -> Storage:
        return containers if isinstance(kinds.get(u, K.UNKNOWN), K.Seq) else memory

    updated = {(id(st), st.root(s.args[0])) for s in updates for st in (storage_of(s.args[0]),)}

    def shared(atoms: Iterable[Any]) -> set[Var]:
        return {v for v in atoms if any((id(st), st.root(v)) in updated for st in (memory, containers))}

    def visit(block: Block, after: set[Var]) -> Block:
        live = after | shared(variables(block.outs))
        stmts: list[Stmt] = []
        for s in reversed(block.stmts):
            rest = live - set(s.outs)
            match s:
                case Eqn() if s.op in INPLACE:
                    stmts += reversed(update(s, live))
                case If():
                    stmts.append(replace(s, then=visit(s.then, rest), orelse=visit(s.orelse, rest)))
                case For() | While():
                    stmts.append(replace(s, body=visit(s.body, rest | shared(inner_free(s)))))
                case _:
                    stmts.append(s)
            live = rest | shared(uses(s))
        return Block(block.params, tuple(reversed(stmts)), block.outs)

    def selects_many(index: Any) -> bool:
        """May the index be a slice? (`items[1:] += more` would insert into a list.)"""
        kind = K.kind_of(index) if isinstance(index, Const) else kinds.get(index, K.UNKNOWN)
        return not isinstance(kind, (K.Number, K.Inert)) or kind == K.Inert("slice")

    def update(s: Eqn, live: set[Var]) -> list[Stmt]:
        u, kind = s.args[0], kinds.get(s.args[0], K.UNKNOWN)
        known = isinstance(kind, K.Array) or isinstance(kind, K.Seq) and kind.type in ("list", "dict")
        if not known or isinstance(kind, K.Array) and kind.dims is None and s.op is runtime.add_at:
            return [s]
        if isinstance(kind, K.Seq) and s.op is not runtime.append and selects_many(s.args[1]):
            return [s]
        storage = storage_of(u)
        root = storage.root(u)
        others = {v for v in live if storage.root(v) is root} - set(s.outs)
        if not others and root not in storage.foreign:
            return [replace(s, op=INPLACE[s.op])]
        copied = Var(u.hint, u.temp, u.like, u.suffix) if isinstance(u, Var) else Var()
        copy = np.copy if isinstance(kind, K.Array) else list if isinstance(kind, K.Seq) and kind.type == "list" else dict
        return [Eqn((copied,), copy, (u,), (), s.loc), replace(s, op=INPLACE[s.op], args=(copied, *s.args[1:]))]

    return replace(trace, block=visit(trace.block, set()))


def inner_free(s: For | While) -> set[Var]:
    """What an iteration reads from outside, which the next one reads again."""
    return free(s.body) | (free(s.test) if isinstance(s, While) else set())
