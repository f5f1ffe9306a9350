"""Common subexpression elimination: compute each pure expression once per scope.

    a = np.exp(x) * 2          v = np.exp(x)
    b = np.exp(x) * 3    ->    a = v * 2
                               b = v * 3
"""
from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, call_method, make_list, unpack
from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Stmt, Trace, Var, While, blocks
from tangentlite.rules.effects import is_pure, may_write

# what makes a new object each time, which an in-place update may then change
FRESH = frozenset((make_list, runtime.append, runtime.without_last, runtime.add_at, runtime.setitem, runtime.zeros_like, np.zeros_like,
         np.ones_like, np.empty_like, np.zeros, np.ones, np.empty, np.full, np.full_like, np.array, np.copy, np.errstate))
COPIES = (Const("copy"), Const("astype"))
SHAPE = Const("shape")
ITERATORS = frozenset((reversed, enumerate, zip, iter, map, filter))  # can be run over once
CLEARER_REPEATED = frozenset((range, len, slice))  # a loop's header stays as it was written, and an index
EACH_ITS_OWN = FRESH | ITERATORS | CLEARER_REPEATED


def cse(trace: Trace, shapes: bool = False) -> Trace:
    """Compute equal things once; shapes of arrays, too, if asked to. (In Python `u.shape[0]` is clearer than a name for it.)

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     return (x + 1.0) * (x + 1.0)
    >>> program, root = lower(f, {"x": K.FLOAT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x):
        v1 = x + 1.0
        v2 = x + 1.0
        v2 = v1 * v2
        return v2
    >>> print(cse(trace), end="")
    def f(x):
        v1 = x + 1.0
        v1 = v1 * v1
        return v1
    """
    same: dict[Var, Any] = {}
    written = blocks_that_write(trace.block)

    def atom(a: Any) -> Any:
        return same.get(a, a) if isinstance(a, Var) else a

    def visit(block: Block, outer: Scope | None) -> Block:
        scope, stmts = Scope(outer), []
        for s in block.stmts:
            match s:
                case Eqn():
                    s = Eqn(s.outs, s.op, tuple(map(atom, s.args)), tuple((k, atom(v)) for k, v in s.kwargs), s.loc)
                    key = key_of(s) if shapes or not (s.op is getattr and s.args[1] == SHAPE) else None
                    seen = scope.get(key) if key is not None else None
                    if seen is not None:
                        same.update(zip(s.outs, seen))
                        continue
                    if key is not None:
                        scope.own[key] = s.outs
                    if s.op is unpack:
                        again = s.loc.sweep == "again"
                        scope.own.update(((operator.getitem, (s.args[0], Const(k)), (), 1, again), (o,)) for k, o in enumerate(s.outs))
                    if may_write(s):
                        scope = Scope(None)
                case _:
                    barrier = may_write(s) or any(id(b) in written for b in blocks(s))
                    s = nested(s, Scope(None) if barrier else scope)
                    scope = Scope(None) if barrier else scope
            stmts.append(s)
        return Block(block.params, tuple(stmts), tuple(map(atom, block.outs)))

    def nested(s: Stmt, scope: Scope) -> Stmt:
        match s:
            case If():
                return replace(s, test=atom(s.test), then=visit(s.then, scope), orelse=visit(s.orelse, scope))
            case For():
                return replace(s, iter=atom(s.iter), inits=tuple(map(atom, s.inits)), body=visit(s.body, scope))
            case While():
                return replace(s, inits=tuple(map(atom, s.inits)), test=visit(s.test, scope), body=visit(s.body, scope))
            case Call():
                return replace(s, args=tuple(map(atom, s.args)))
        return s

    return replace(trace, block=visit(trace.block, None))


def blocks_that_write(block: Block) -> set[int]:
    """The nested blocks, by identity, in which something may be written."""
    found: set[int] = set()

    def writes(b: Block) -> bool:
        inner = [writes(c) for s in b.stmts for c in blocks(s)]
        if any(inner) or any(map(may_write, b.stmts)):
            found.add(id(b))
        return id(b) in found

    writes(block)
    return found


class Scope:
    def __init__(self, outer: Scope | None) -> None:
        self.own: dict[Any, tuple[Var, ...]] = {}
        self.outer = outer

    def get(self, key: Any) -> tuple[Var, ...] | None:
        scope: Scope | None = self
        while scope is not None:
            if key in scope.own:
                return scope.own[key]
            scope = scope.outer
        return None


def key_of(s: Eqn) -> Any:
    each_its_own = s.op in EACH_ITS_OWN or isinstance(s.op, ObjectDisplay | DictDisplay)
    if not s.outs or not is_pure(s) or each_its_own or s.op is call_method and s.args[1] in COPIES:
        return None
    return s.op, s.args, s.kwargs, len(s.outs), s.loc.sweep == "again"

