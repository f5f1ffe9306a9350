"""Elementary functions of NumPy and `math` as those of `tangentlite.fastmath`, in code that Numba compiles."""
from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import fastmath
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Eqn, For, If, Stmt, Trace, Var, While

FAST: dict[Any, Any] = {
    np.exp: fastmath.exp, math.exp: fastmath.exp, np.log: fastmath.log, math.log: fastmath.log,
    np.tanh: fastmath.tanh, math.tanh: fastmath.tanh, math.erf: fastmath.erf,
}
SPECIAL = {"erf": fastmath.erf, "expit": fastmath.sigmoid}  # of SciPy


def fast_math(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """The trace, after `fold`, with faster functions of real numbers."""
    return replace(trace, block=of_block(trace.block, kinds))


def of_block(block: Block, kinds: Mapping[Var, Any]) -> Block:
    return Block(block.params, tuple(of_statement(s, kinds) for s in block.stmts), tuple(of_atom(a, kinds) for a in block.outs))


def of_statement(s: Stmt, kinds: Mapping[Var, Any]) -> Stmt:
    def atoms(given: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(of_atom(a, kinds) for a in given)

    match s:
        case Eqn():
            made = replace(s, args=atoms(s.args), kwargs=tuple((k, of_atom(a, kinds)) for k, a in s.kwargs))
            return replace(made, op=faster(s, kinds))
        case If():
            return replace(s, test=of_atom(s.test, kinds), then=of_block(s.then, kinds), orelse=of_block(s.orelse, kinds))
        case For():
            return replace(s, iter=of_atom(s.iter, kinds), inits=atoms(s.inits), body=of_block(s.body, kinds))
        case While():
            return replace(s, inits=atoms(s.inits), test=of_block(s.test, kinds), body=of_block(s.body, kinds))
        case _:
            return replace(s, args=atoms(s.args))


def of_atom(a: Any, kinds: Mapping[Var, Any]) -> Any:
    return of_statement(a, kinds) if isinstance(a, Eqn) else a


def faster(s: Eqn, kinds: Mapping[Var, Any]) -> Any:
    if len(s.args) != 1 or s.kwargs or K.is_complex(kinds.get(s.outs[0], K.UNKNOWN)):
        return s.op
    special = sys.modules.get("scipy.special")
    for name, function in SPECIAL.items():
        if s.op is getattr(special, name, None):
            return function
    try:
        return FAST.get(s.op, s.op)
    except TypeError:  # an operation need not be hashable
        return s.op
