"""Write a container that is filled part by part as one display.

    p_bar = zeros_like(p)
    p_bar = add_at(p_bar, 0, g)     ->      p_bar = (g, h)
    p_bar = add_at(p_bar, 1, h)

What is then read where it is made is read from no container.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, make_list, make_tuple, unpack
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Trace, Var, read_counts, walk
from tangentlite.passes.bodies import nested

DOUBLE = ("float", "float64", "int", "bool")  # numbers whose adjoints are doubles, as constants are
ADDS = (runtime.add_at, runtime.add_attribute)


def displays(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Make displays of the zeros to which nothing but parts is added.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> p, g, h = Var("p"), Var("g"), Var("h")
    >>> kind = K.Seq("tuple", (K.FLOAT, K.FLOAT))
    >>> b = Builder()
    >>> first = b.emit(runtime.add_at, b.emit(runtime.zeros_like, p), Const(0), g)
    >>> trace = Trace("f", b.block((p, g, h), [b.emit(runtime.add_at, first, Const(1), h)]))
    >>> print(trace, end="")
    def f(p, g, h):
        v1 = zeros_like(p)
        v1 = add_at(v1, 0, g)
        v1 = add_at(v1, 1, h)
        return v1
    >>> print(displays(trace, {p: kind}), end="")
    def f(p, g, h):
        v1 = g, h
        return v1
    """
    made = [s for s in walk(trace.block) if isinstance(s, Eqn)]
    if not any(s.op in ADDS for s in made) or not any(s.op is runtime.zeros_like or holds_parts(s) for s in made):
        return forwarded(trace, kinds)
    used = read_counts(trace.block)

    def visit(block: Block) -> Block:
        stmts = [nested(s, visit) for s in block.stmts]
        made = {s.out: s for s in stmts if isinstance(s, Eqn) and len(s.outs) == 1}
        inner = {s.args[0] for s in made.values() if s.op in ADDS and used[s.args[0]] == 1}
        result: list[Stmt] = []
        for s in stmts:
            if isinstance(s, Eqn) and s.op in ADDS and s.out not in inner:
                found = chain(s, made, inner)
                if found is not None and (display := displayed(s, *found, kinds)) is not None:
                    gone = {id(e) for e in found[1]} | {id(found[0])}
                    result = [t for t in result if id(t) not in gone]
                    result += display
                    continue
            result.append(s)
        return Block(block.params, tuple(result), block.outs)

    return forwarded(replace(trace, block=visit(trace.block)), kinds)


def forwarded(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Read the parts of objects and dictionaries where these are made, and those of sequences of adjoints and of rows."""
    eqns = [s for s in walk(trace.block) if isinstance(s, Eqn)]
    made = {s.out: s for s in eqns if s.op in (make_tuple, make_list) or isinstance(s.op, DictDisplay | ObjectDisplay)}
    if not made:
        return trace
    used = read_counts(trace.block)
    gone = {v for v in made if rows_only(v, made, used[v], eqns)}
    zeros = {s.out for s in eqns if s.op is np.zeros_like}
    parts: dict[Var, Any] = {}

    def origin(a: Any) -> Any:
        while isinstance(a, Var) and a in parts:
            a = parts[a]
        return a

    def is_nothing(a: Any) -> bool:
        """Is this the zero in a display?"""
        return a in parts and (origin(a) == Const(0.0) or origin(a) in zeros)

    for s in eqns:
        first: Any = origin(s.args[0]) if s.args else None
        display = made.get(first) if isinstance(first, Var) else None
        if s.op is operator.add and s.out.suffix and any(map(is_nothing, s.args)):
            rest = origin(s.args[is_nothing(s.args[0])])
            if isinstance(rest, Var) and kinds.get(rest) == kinds.get(s.out, K.UNKNOWN):
                parts[s.out] = rest
        elif display is None or not (holds_parts(display) or first in gone or used[first] == used[s.args[0]] == 1):
            continue
        elif s.op in (getattr, operator.getitem) and isinstance(s.args[1], Const) and s.args[1].value in (keys := keys_in(display)):
            parts[s.out] = display.args[keys.index(s.args[1].value) % len(display.args)]
        elif s.op is unpack and len(s.outs) == len(display.args):
            parts |= dict(zip(s.outs, display.args))
    return replace(trace, block=substitute(trace.block, {v: origin(v) for v in parts})) if parts else trace


def keys_in(display: Eqn) -> tuple[Any, ...]:
    """What names the parts of a display: of a sequence, from its beginning and from its end."""
    if isinstance(display.op, DictDisplay | ObjectDisplay):
        return display.op.keys
    count = len(display.args)
    return (*range(count), *range(-count, 0))


def rows_only(v: Var, made: Mapping[Var, Eqn], count: int, eqns: list[Eqn]) -> bool:
    """Is this a display of displays that is read row by row, and not otherwise?"""
    if not all(isinstance(a, Var) and a in made for a in made[v].args):
        return False
    return count == sum(e.op is operator.getitem and e.args[0] is v and e.args[1] in map(Const, keys_in(made[v])) for e in eqns)


def holds_parts(s: Eqn) -> bool:
    """Is this an object, a dictionary, or a sequence of adjoints that is made of its parts?"""
    return isinstance(s.op, DictDisplay | ObjectDisplay) or s.op in (make_tuple, make_list) and bool(s.out.suffix)


def chain(last: Eqn, made: Mapping[Any, Eqn], inner: set[Any]) -> tuple[Eqn, list[Eqn]] | None:
    """The zeros that a chain of additions begins with, and the additions before the last one."""
    adds: list[Eqn] = []
    e = last
    while True:
        before = made.get(e.args[0])
        if before is None or before.out not in inner or not isinstance(e.args[1], Const) or type(e.args[1].value) not in (int, str):
            return None
        if before.op is runtime.zeros_like:
            return before, adds
        if before.op not in ADDS:
            return None
        adds.insert(0, before)
        e = before


def displayed(last: Eqn, zeros: Eqn, adds: list[Eqn], kinds: Mapping[Var, Any]) -> list[Stmt] | None:
    """The equations that make the container at once."""
    x = zeros.args[0]
    kind: Any = kinds.get(x, K.UNKNOWN) if isinstance(x, Var) else K.UNKNOWN
    keys = keys_of(kind)
    if keys is None:
        return None
    terms: dict[Any, list[Any]] = {k: [] for k in keys}
    for e in (*adds, last):
        key = e.args[1].value
        if type(key) is int and not (isinstance(kind, K.Record) and kind.type is dict):
            if not -len(keys) <= key < len(keys):  # which raises when it runs
                return None
            key = keys[key]
        if key not in terms:
            return None
        terms[key].append(e.args[2])
    stmts: list[Stmt] = []

    def put(op: Any, *args: Any) -> Var:
        v = Var(temp=True)
        stmts.append(Eqn((v,), op, args, (), last.loc))
        return v

    values = []
    for n, k in enumerate(keys):
        part = kind.items[n]
        first, *rest = terms[k] or [nothing(kind, part, x, k, put)]
        for t in rest:
            first = put(operator.add if K.is_numeric(part) else runtime.accumulate, first, t)
        if terms[k] and isinstance(part, K.Number) and part.dtype not in DOUBLE and kinds.get(first) != part:
            first = put(runtime.cast_like, first, put(read_of(kind), x, Const(k)))
        values.append(first)
    return [*stmts, Eqn(last.outs, display_of(kind, keys), tuple(values), (), last.loc)]


def refers_to_owner(kind: Any) -> bool:
    """Is there a way from the value back to what it is part of? Its zeros cannot be made by walking through it."""
    return kind == K.OWNER or isinstance(kind, K.Seq | K.Record) and any(map(refers_to_owner, kind.items or ()))


def keys_of(kind: Any) -> tuple[Any, ...] | None:
    """What names the parts of a container of this kind."""
    if isinstance(kind, K.Record):
        return kind.keys
    if isinstance(kind, K.Seq) and kind.type in ("tuple", "list") and kind.items:
        return tuple(range(len(kind.items)))
    return None


def display_of(kind: Any, keys: tuple[Any, ...]) -> Any:
    if isinstance(kind, K.Record):
        return DictDisplay(keys) if kind.type is dict else ObjectDisplay(kind.type, keys)
    return make_tuple if kind.type == "tuple" else make_list


def read_of(kind: Any) -> Any:
    """What reads a part of a container of this kind."""
    return getattr if isinstance(kind, K.Record) and kind.type is not dict else operator.getitem


def nothing(kind: Any, part: Any, x: Any, key: Any, put: Any) -> Any:
    """The zero of a part of `x`; what is no number stays what it is."""
    if isinstance(part, K.Number) and part.dtype in DOUBLE:
        return Const(0.0)
    same = put(read_of(kind), x, Const(key))
    if isinstance(part, K.Inert):
        return same
    keys = keys_of(part)
    if keys is not None and refers_to_owner(part):
        return put(display_of(part, keys), *(nothing(part, k, same, name, put) for name, k in zip(keys, part.items)))
    floats = isinstance(part, K.Array) and part.dims is not None and part.dtype and np.dtype(part.dtype).kind in "fc"
    return put(np.zeros_like if floats else runtime.zeros_like, same)
