"""What is said of an operation that has no derivative rule, or that its rule does not cover."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tangentlite.errors import NoRuleError, TransformError, UnsupportedError
from tangentlite.ir import Const, Eqn
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import op_name
from tangentlite.rules.callers import NotAgain
from tangentlite.rules.real_numbers import Drops
from tangentlite.rules.registry import BUILT_IN, NoPartial, Rule, UnknownKeyword


def no_rule(s: Eqn, normal: Eqn, b: Builder, spelled: Mapping[Any, str]) -> NoRuleError:
    """`normal` is the equation as its rule would take it."""
    if any(K.kind_of(b.kind(o)) in K.TEXT for o in s.outs):
        return NoRuleError("a number that is read from text has no derivative here, where the text is made", s.loc,
                           "Hand on the number itself")
    declared = declaration(normal, b, spelled)
    advice = f"Declare one with {declared}, or write it in Python and NumPy" if declared else "Write it in Python and NumPy"
    return NoRuleError(f"`{name_of(s, spelled)}` has no derivative rule", s.loc, advice)


def declaration(e: Eqn, b: Builder, spelled: Mapping[Any, str]) -> str:
    """The line that declares a rule, and what it needs; empty for the method of an object whose class is not known."""
    if e.op in (getattr, call_method):
        return ""
    op = reachable(e.op, spelled)
    names = ["x"] if len(e.args) == 1 else [f"x{k}" for k in range(1, len(e.args) + 1)]
    xs = ", ".join(names)
    if isinstance(e.op, np.ufunc) or all(isinstance(K.kind_of(b.kind(a)), K.Number) for a in e.args):
        slopes = ", ".join(f"dy/d{x}" for x in names)
        gives = slopes if len(names) == 1 else f"({slopes})"
        return f"`tangentlite.rules.elementwise({op}, partials)`, where `partials(y, {xs})` gives {gives}"
    return (f"`tangentlite.rules.custom({op}, forward, reverse)`, where `forward(y, dots, {xs})` gives the tangent of y and "
            f"`reverse(y_bar, y, {xs})` the adjoint{'s' if len(names) > 1 else ''} of {xs}")


def not_covered(s: Eqn, what: str, spelled: Mapping[Any, str], advice: str) -> NoRuleError:
    return NoRuleError(f"the derivative rule of `{name_of(s, spelled)}` does not cover {what}", s.loc,
                       f"{advice}, or declare a rule of your own")


def uncovered(s: Eqn, problem: UnknownKeyword, spelled: Mapping[Any, str]) -> TransformError:
    if isinstance(problem, Drops):
        return UnsupportedError(str(problem), s.loc, problem.advice)
    if isinstance(problem, NotAgain):
        return NoRuleError(str(problem), s.loc, problem.advice)
    what = str(problem) if isinstance(problem, NoPartial) else f"this call ({problem})"
    return not_covered(s, what, spelled, problem.advice)


MISFITS = (IndexError, KeyError, TypeError, AttributeError, ValueError)  # of a rule that is given what its function refuses


def misfit(s: Eqn, rule: Rule, problem: Exception, spelled: Mapping[Any, str]) -> Exception:
    """What is said when a rule breaks on its arguments; one that the user has declared speaks for itself."""
    return problem if rule not in BUILT_IN.values() else not_covered(s, "these arguments", spelled, "Check the call")


def changed_later(s: Eqn, spelled: Mapping[Any, str]) -> NoRuleError:
    return NoRuleError(f"a function that is called later may change what `{name_of(s, spelled)}` is given here, which its derivative needs",
                       s.loc, "Hand a copy to that function")


def foreign_operand(s: Eqn, kind: K.Inert) -> NoRuleError:
    sparse = "Write the product as `@`, or make it an array with `.toarray()`"
    return NoRuleError(f"what an operator or a subscript means for an object of class `{kind.type}` has no derivative rule", s.loc,
                       sparse if K.is_matrix_of_scipy(kind) else "Use plain arrays of numbers")


def may_keep(s: Eqn, spelled: Mapping[Any, str]) -> NoRuleError:
    return NoRuleError(f"`{name_of(s, spelled)}` may keep or change what it is given, which no derivative could follow", s.loc,
                       "Leave the call out, or hand on the value itself")


def name_of(s: Eqn, spelled: Mapping[Any, str]) -> str:
    """What the operation of an equation is called in the function that uses it."""
    if len(s.args) > 1 and isinstance(s.args[1], Const) and op_name(s.op) in ("call_method", "getattr"):
        return f".{s.args[1].value}"
    return reachable(s.op, spelled)


def reachable(op: Any, spelled: Mapping[Any, str]) -> str:
    """The name through which the user's code reaches a function, or its own."""
    try:
        if op in spelled:
            return spelled[op]
    except TypeError:  # an unhashable callable
        pass
    prefix = {"numpy": "np.", "math": "math."}.get((getattr(op, "__module__", "") or "").partition(".")[0], "")
    owner = getattr(op, "__objclass__", None)
    if owner is not None:
        return f"{'np.' if owner.__module__ == 'numpy' else ''}{owner.__name__}.{op.__name__}"
    return prefix + str(getattr(op, "__name__", op))
