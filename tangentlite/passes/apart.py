"""Gradients that a caller gets share no memory: it may update one of them in place.

    v_bar = 2 * y_bar * (a + b)             v_bar = 2 * y_bar * (a + b)
    return v_bar, v_bar             ->      return v_bar, v_bar.copy()
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.analyses.storage import Storage
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, ObjectDisplay, call_method, make_list, make_tuple
from tangentlite.ir.trace import Const, Eqn, Stmt, Trace, Var


def apart(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace with copies of arrays that it returns twice, that are views of each other, or that it was given.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> b, x = Builder(), Var("x")
    >>> y = b.emit(abs, x)
    >>> array = K.Array("float64", (("n", 0),))
    >>> print(apart(Trace("f", b.block((x,), (y, y)), outs=(0, 1)), {x: array, y: array}))
    def f(x):
        v1 = abs(x)
        v2 = v1.copy()
        return v1, v2
    <BLANKLINE>
    """
    made = {o: s for s in trace.block.stmts if isinstance(s, Eqn) for o in s.outs}
    storage = Storage(trace, kinds)
    taken = {storage.root(p) for p in trace.block.params}
    stmts: list[Stmt] = []

    def separate(v: Any) -> Any:
        """The value itself, or one that has none of the memory that is taken."""
        kind, e = kinds.get(v, K.UNKNOWN) if isinstance(v, Var) else K.UNKNOWN, made.get(v)
        if e is not None and (e.op in (make_tuple, make_list) or isinstance(e.op, DictDisplay | ObjectDisplay)):
            args = tuple(map(separate, e.args))
            return v if all(map(operator.is_, args, e.args)) else put(v, e.op, args)
        if not isinstance(kind, K.Array) or not kind.dims:
            return v
        if storage.root(v) in taken:
            return put(v, call_method, (v, Const("copy")))
        taken.add(storage.root(v))
        return v

    def put(v: Var, op: Any, args: tuple[Any, ...]) -> Var:
        out = Var(v.hint, True, v.like, v.suffix)
        stmts.append(Eqn((out,), op, args, (), trace.loc))
        return out

    outs = tuple(map(separate, trace.block.outs))
    return replace(trace, block=replace(trace.block, stmts=(*trace.block.stmts, *stmts), outs=outs)) if stmts else trace
