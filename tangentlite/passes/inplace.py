"""Choose where an update may be done in place: the storage is ours, and no other value that shares it is read later.

    x_bar = add_at(x_bar, i, g)      ->     x_bar[i] += g
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list, make_tuple, unpack
from tangentlite.ir.trace import Block, Call, Eqn, For, If, Stmt, Trace, Var, While, free, leaves, uses, variables, walk
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.rules.verbs import normal, rule_of


class Storage:
    """Which values may share memory (a union-find over values), and whether that memory was allocated here."""

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        self.parent: dict[Any, Any] = {}
        self.foreign: set[Any] = set()
        self.kinds = kinds
        for p in trace.block.params:
            self.foreign.add(p)
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
                        if not K.is_number(self.kind(t)):
                            self.join(t, s.iter)
            case Call():
                for v in (*s.outs, *s.args):
                    if isinstance(v, Var) and not K.is_number(self.kind(v)):
                        self.foreign.add(v)

    def kind(self, v: Any) -> Any:
        return self.kinds.get(v, K.UNKNOWN)

    def link_eqn(self, s: Eqn) -> None:
        shared = [o for o in s.outs if not K.is_number(self.kind(o))]
        if not shared:
            return
        receiver = self.kind(s.args[0]) if s.args and isinstance(s.args[0], Var) else K.UNKNOWN
        op = normal(s.op, s.args, s.kwargs, receiver)[0]
        rule = rule_of(op)
        if op in (make_tuple, make_list, unpack, runtime.append, INPLACE[runtime.append]) or isinstance(op, DictDisplay):
            sources: tuple[Any, ...] = s.args
        elif op in INPLACE or op in FUNCTIONAL or (rule is not None and rule.view):
            sources = s.args[:1]
        elif rule is None:
            sources = s.inputs
            self.foreign.update(shared)
        else:
            return
        for o in shared:
            for a in sources:
                if isinstance(a, Var) and not K.is_number(self.kind(a)):
                    self.join(o, a)


def inplace(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Turn functional updates into in-place ones, with a copy before those that would be seen elsewhere."""
    if not any(isinstance(s, Eqn) and s.op in INPLACE for s in walk(trace.block)):
        return trace
    storage = Storage(trace, kinds)
    updated = {storage.root(s.args[0]) for s in walk(trace.block) if isinstance(s, Eqn) and s.op in INPLACE}

    def shared(atoms: Any) -> set[Var]:
        return {v for v in variables(atoms) if storage.root(v) in updated}

    def visit(block: Block, after: set[Var]) -> Block:
        live = after | shared(block.outs)
        stmts: list[Stmt] = []
        for s in reversed(block.stmts):
            rest = live - set(s.outs)
            match s:
                case Eqn() if s.op in INPLACE:
                    stmts += reversed(update(s, live))
                case If():
                    stmts.append(replace(s, then=visit(s.then, rest), orelse=visit(s.orelse, rest)))
                case For() | While():
                    around = rest | {v for v in inner_free(s) if storage.root(v) in updated}
                    s = replace(s, body=visit(s.body, around))
                    stmts.append(s)
                case _:
                    stmts.append(s)
            live = rest | {v for v in uses(s) if storage.root(v) in updated}
        return Block(block.params, tuple(reversed(stmts)), block.outs)

    def update(s: Eqn, live: set[Var]) -> list[Stmt]:
        u, root = s.args[0], storage.root(s.args[0])
        kind = kinds.get(u, K.UNKNOWN)
        known = isinstance(kind, K.Array) or isinstance(kind, K.Seq) and kind.type in ("list", "dict")
        if not known or isinstance(kind, K.Array) and kind.dims is None and s.op is runtime.add_at:
            return [s]
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
