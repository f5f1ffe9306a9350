"""Which numbers are surely floating-point numbers, on every path: the kind of a value that is an integer on one path does not tell."""
from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.ir import kinds as K
from tangentlite.ir.trace import Block, Call, Const, Eqn, Fn, For, If, Stmt, Trace, Var, While, ends, leaves, walk
from tangentlite.rules.callees import normal_of

ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.neg, operator.pos, abs,
              operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow)
FLOATING = frozenset(f for name, f in vars(math).items() if callable(f) and name not in (
    "ceil", "comb", "factorial", "floor", "gcd", "isclose", "isfinite", "isinf", "isnan", "isqrt", "lcm", "perm", "prod", "trunc",
    "frexp", "modf", "sumprod"))
KEEPING = (np.sum, np.mean, np.prod, np.max, np.min, np.dot, np.vdot, np.inner, np.trace, np.median, np.std, np.var, np.linalg.norm,
           np.reshape, np.ravel, np.copy, np.cumsum, np.sort, np.real, np.imag)


def surely_float(value: Any, block: Block, kinds: Mapping[Var, Any], traces: Mapping[Fn, Trace], running: tuple[Fn, ...] = ()) -> bool:
    """Is the value a floating-point number however the block runs? Its parameters and what it reads are what their kinds say."""
    made: dict[Var, Stmt] = {v: s for s in walk(block) for v in s.outs}
    entering = {p: i for s in walk(block) if isinstance(s, (For, While)) for p, i in zip(s.carried, s.inits)}
    targets = {t for s in walk(block) if isinstance(s, For) for t in leaves(s.targets)}
    sure: dict[Var, bool] = {}

    def certain(a: Any) -> bool:
        if isinstance(a, Const):
            return type(a.value) is float
        if not isinstance(a, Var):
            return False
        if a not in sure:
            sure[a] = a in entering  # by induction over the iterations
            sure[a] = defined(a)
        return sure[a]

    def defined(v: Var) -> bool:
        kind = kinds.get(v, K.UNKNOWN)
        if v in targets or not isinstance(kind, (K.Number, K.Array)) or not (kind.dtype or "").startswith("float"):
            return False
        if v in entering:
            return certain(entering[v])
        match made.get(v):
            case None:
                return True
            case If() as s:
                return all(certain(a) and certain(b) for out, a, b in ends(s) if out is v)
            case For() | While() as s:
                k = s.outs.index(v)
                return certain(s.inits[k]) and certain(s.body.outs[k])
            case Call() as s if s.callee in traces and s.callee not in running and all(map(certain, s.args)):
                callee = traces[s.callee]
                result = callee.block.outs[s.outs.index(v)]
                return surely_float(result, callee.block, infer_kinds(callee, {}), traces, (*running, s.callee))
            case Eqn() as s:
                return calculated(s)
        return False

    def calculated(s: Eqn) -> bool:
        if s.op in FLOATING or s.op is float:
            return True
        if s.op in ARITHMETIC or isinstance(s.op, np.ufunc):
            return any(map(certain, s.args))
        op, args, _ = normal_of(s, kinds)
        return (op is operator.getitem or op in KEEPING) and certain(args[0])

    return certain(value)
