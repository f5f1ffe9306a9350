"""Which statements may raise: these stay where they are in the body of a `try`, and what its handler reads is kept for them.

Where nothing is known of an operation it may raise. What a function raises that is called in a body counts as well.
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Call, Const, Eqn, Fn, If, Stmt, Trace, Try, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound, DictDisplay, FormatString, Lazy, make_list, make_tuple
from tangentlite.ir.trace import Block, Captured, blocks, walk
from tangentlite.ir.updates import append_inplace

SAFE = frozenset((make_tuple, make_list, slice, operator.is_, operator.is_not, runtime.append, append_inplace))
SAFE_ON_NUMBERS = frozenset((operator.add, operator.sub, operator.mul, operator.neg, operator.pos, operator.iadd, operator.isub,
                             operator.imul, operator.not_, operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne))
EXACT = (K.INT, K.BOOL)  # a float and a large integer overflow together


def may_raise(s: Stmt, kinds: Mapping[Var, Any]) -> bool:
    """May running the statement raise an exception?"""
    if isinstance(s, Eqn):
        return eqn_may_raise(s, kinds)
    if isinstance(s, If):
        tested = isinstance(s, Try) or not K.is_number(kind_of(s.test, kinds)) or operand_may_raise(s.test, kinds)
        return tested or any(block_may_raise(b, kinds) for b in blocks(s))
    return True


def block_may_raise(block: Block, kinds: Mapping[Var, Any]) -> bool:
    return any(may_raise(s, kinds) for s in block.stmts) or any(operand_may_raise(a, kinds) for a in block.outs)


def operand_may_raise(a: Any, kinds: Mapping[Var, Any]) -> bool:
    return isinstance(a, Eqn) and eqn_may_raise(a, kinds)


def eqn_may_raise(e: Eqn, kinds: Mapping[Var, Any]) -> bool:
    if any(operand_may_raise(a, kinds) for a in e.inputs):
        return True
    if isinstance(e.op, (Captured, Bound, DictDisplay)) or e.op in SAFE:
        return len(e.outs) > 1
    if isinstance(e.op, (Lazy, FormatString)) or e.op not in SAFE_ON_NUMBERS:
        return True
    of = [kind_of(a, kinds) for a in e.args if not is_small(a)]
    return not (all(k == K.FLOAT for k in of) or all(k in EXACT for k in of))


def is_small(a: Any) -> bool:
    """Is this an integer that every number can be computed with?"""
    return isinstance(a, Const) and type(a.value) is int and abs(a.value) < 2 ** 53


def kind_of(a: Any, kinds: Mapping[Var, Any]) -> Any:
    if isinstance(a, Eqn):
        return kinds.get(a.outs[0], K.UNKNOWN) if a.outs else K.UNKNOWN
    return K.kind_of(a) if isinstance(a, Const) else kinds.get(a, K.UNKNOWN)


def watched(traces: Mapping[Fn, Trace]) -> set[Fn]:
    """The functions that run inside the body of a `try`: what they raise decides what follows."""
    calls = {fn: {s.callee for s in walk(t.block) if isinstance(s, Call)} for fn, t in traces.items()}
    bodies = [s.then for t in traces.values() for s in walk(t.block) if isinstance(s, Try)]
    found: set[Fn] = set()
    todo = [s.callee for b in bodies for s in walk(b) if isinstance(s, Call)]
    while todo:
        fn = todo.pop()
        if fn not in found:
            found.add(fn)
            todo += calls.get(fn, ())
    return found
