"""Could a handler take an exception of a tangent for one of the primal? A division by zero, for instance, at a kink."""
from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from tangentlite.analyses.raising import eqn_may_raise
from tangentlite.ir import Call, Const, Eqn, Stmt, Try
from tangentlite.ir.build import Builder
from tangentlite.ir.evaluate import exception_types
from tangentlite.ir.ops import Bound, make_tuple
from tangentlite.ir.trace import Captured, walk

ARITHMETIC = (ZeroDivisionError, OverflowError, FloatingPointError)
LINEAR = frozenset((operator.add, operator.sub, operator.mul, operator.neg))
MATHEMATICAL = (ValueError, np.linalg.LinAlgError)  # out of the domain of a function


def may_be_caught(primal: Try, made: Try, b: Builder) -> bool:
    """`made` is the statement with its tangents."""
    own = {o for t in walk(primal.then) for o in t.outs}
    caught = set(exception_types(classes(primal.test, b)))
    raised = {e for t in walk(made.then) if t.outs and not own.issuperset(t.outs) for e in raises(t, b)}
    return any(issubclass(r, c) or issubclass(c, r) for r in raised for c in caught)


def raises(s: Stmt, b: Builder) -> Iterator[type[BaseException]]:
    """What a statement that computes tangents might raise."""
    if isinstance(s, Call):
        yield from (*ARITHMETIC, *MATHEMATICAL)
    if not isinstance(s, Eqn) or not eqn_may_raise(s, b.kinds):
        return
    yield from ARITHMETIC
    if s.op not in LINEAR and s.op is not operator.truediv and not isinstance(s.op, np.ufunc):
        yield from MATHEMATICAL


def classes(test: Any, b: Builder) -> Any:
    """What `except` names, as objects."""
    if isinstance(test, Const):
        return test.value
    made = b.defs.get(test)
    if made is None:
        return None
    if made.op is make_tuple:
        return tuple(classes(a, b) for a in made.args)
    return made.op() if isinstance(made.op, (Captured, Bound)) else None

