"""Functions that write into memory they are given. The values of a trace never change, so such a call is refused."""
from __future__ import annotations

import bisect
import heapq
import inspect
import operator
import random
from collections.abc import Callable, Collection, Hashable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Call, Const, Eqn, Stmt, Var
from tangentlite.rules.callees import METHODS, owner_class
from tangentlite.rules.registry import rule_of

MUTATING = frozenset((
    "sort", "fill", "resize", "put", "partition", "itemset", "setflags", "byteswap", "setfield", "extend", "insert",
    "pop", "remove", "clear", "reverse", "update", "setdefault", "popitem", "append", "shuffle",
    *(f"__{name}__" for name in (
        "setitem", "delitem", "setattr", "delattr", "setstate", "iadd", "isub", "imul", "imatmul", "itruediv", "ifloordiv",
        "imod", "ipow", "iand", "ior", "ixor", "ilshift", "irshift"))))
OWNERS = (np.ndarray, list, dict, set, bytearray)
WRITERS: frozenset[Any] = frozenset((
    np.put, np.place, np.copyto, np.putmask, np.put_along_axis, np.fill_diagonal, np.random.shuffle, random.shuffle,
    heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.heappushpop, bisect.insort, bisect.insort_left,
    operator.setitem, operator.delitem, operator.iadd, operator.isub, operator.imul, operator.imatmul, operator.itruediv,
    operator.ifloordiv, operator.imod, operator.ipow, operator.iand, operator.ior, operator.ixor, operator.ilshift,
    operator.irshift, operator.iconcat, *(getattr(owner, name) for owner in OWNERS for name in MUTATING if name in vars(owner))))
STATELESS = ("str", "bytes", "NoneType", "slice", "ellipsis", "module", "dtype", "Logger", "RootLogger")
HARMLESS = (print, str, repr, format, id, type, isinstance)


def write_of(op: Any, count: int, keywords: Collection[str]) -> str:
    """What a call of `op` with `count` positional arguments writes, in words; "" where it writes nothing that is known."""
    owner, name = getattr(op, "__self__", None), getattr(op, "__name__", "")
    if isinstance(op, Hashable) and op in WRITERS:
        return f"`{name}()` changes its argument in place"
    if isinstance(getattr(op, "__func__", op), FunctionType) and rule_of(op) is None:
        return ""  # its text tells
    if name in MUTATING and owner is not None and not inspect.ismodule(owner) or name == "at" and isinstance(owner, np.ufunc):
        return f"`.{name}()` changes an object in place"
    if op is np.nan_to_num and ("copy" in keywords or count > 1):
        return "`copy=` may change its array in place"
    if "overwrite_input" in keywords:
        return "`overwrite_input=` lets it reorder its array in place"
    if "out" in keywords or count > out_position(op):
        return "`out=` writes its array in place"
    return ""


def out_position(op: Any) -> float:
    """The position of the argument `out`; infinity where there is none."""
    return op.nin if isinstance(op, np.ufunc) else parameter_of(op, "out") if rule_of(op) is not None else float("inf")


@cache
def parameter_of(op: Callable[..., Any], name: str) -> float:
    try:
        parameters = list(inspect.signature(op).parameters.values())
    except (TypeError, ValueError):  # a built-in function that does not tell its parameters
        return float("inf")
    fixed = (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) if (p := next(iter(parameters), None)) else ()
    found = [k for k, p in enumerate(parameters) if p.name == name and p.kind in fixed]
    return found[0] if found else float("inf")


def has_state(op: Any) -> bool:
    """Is this a method of an object, which may remember what it is given?"""
    owner = getattr(op, "__self__", None)
    return owner is not None and not isinstance(owner, (ModuleType, type, np.ufunc))


def keeps(kind: K.Kind) -> bool:
    """May a value of this kind remember what a function is given with it? (Arrays and containers count as written themselves.)"""
    return isinstance(kind, K.Unknown) or isinstance(kind, K.Inert) and kind.value is None and kind.type not in STATELESS


def is_opaque(op: Any) -> bool:
    """May the function write into what it is given, as far as is known?"""
    return rule_of(op) is None and op not in HARMLESS and getattr(op, "__module__", "") != "logging"


def is_pure(eqn: Eqn) -> bool:
    """Has the equation no effect but its result? (Attributes and methods: by the name, of whatever built-in class.)"""
    if eqn.op is getattr:
        return True
    if eqn.op is call_method and isinstance(eqn.args[1], Const):
        for kind in (K.NUMERIC, K.Seq("list"), K.Seq("tuple"), K.Seq("dict"), K.Inert("str")):
            descriptor = getattr(owner_class(kind), eqn.args[1].value, None)
            if descriptor is not None:
                rule = rule_of(descriptor)
                return descriptor in METHODS or (rule is not None and rule.pure)
        return False
    rule = rule_of(eqn.op)
    return rule is not None and rule.pure


def may_write(s: Stmt) -> bool:
    """May what was read before the statement have changed after it? An unknown function may write into what it is given."""
    if isinstance(s, Call):
        return not s.outs
    if isinstance(s, Eqn) and s.op is call_method and not is_pure(s):
        return True
    if not isinstance(s, Eqn) or is_pure(s) or not is_opaque(s.op) or not any(isinstance(a, Var) for a in s.inputs):
        return False
    return (getattr(s.op, "__module__", None) or "").partition(".")[0] not in ("numpy", "scipy", "math", "tangentlite")
