"""Calls of library functions that call a function back: it becomes a function of the program, which has derivatives of its own."""
from __future__ import annotations

import inspect
from collections.abc import Hashable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite.frontend.choices import is_function
from tangentlite.frontend.closures import lift
from tangentlite.frontend.values import Pack
from tangentlite.ir import Call, Const, Eqn, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Field, make_tuple
from tangentlite.ir.trace import Function, functions_of
from tangentlite.rules.callers import CALLERS, TELLING, Caller
from tangentlite.rules.registry import UnknownKeyword, rule_of

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls
    from tangentlite.frontend.expressions import Expressions


STARTS = ("x0", "y0")  # lists of numbers that a solver makes arrays of
DIFFERENCES = ("2-point", "3-point", "cs")  # ways for a solver to find a derivative itself


def caller_of(op: Any) -> Caller | None:
    """How a function of a library calls the one it is given, where that is known."""
    return CALLERS.get(op) if rule_of(op) is not None else None


@cache
def names_of(op: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(op).parameters)


def solved(low: Calls, op: Any, caller: Caller, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
    """The result of the call."""
    names = names_of(op)
    if len(args) > len(names):
        raise low.unsupported(node, f"`{op.__name__}()` is given more arguments than it takes")
    given = {**dict(zip(names, args)), **keywords}
    check_options(low, op, caller, given, node)
    rest = trailing(low, given.pop("args", Pack(())), node)
    atoms = {n: v if n in caller.functions and is_callable(low, v) else low.as_atom(v, node) for n, v in given.items()}
    for n in STARTS:
        if isinstance(low.kind(atoms[n]) if n in atoms else None, K.Seq):
            atoms[n] = low.make(np.array, (atoms[n],), node)
    called = [n for n in caller.functions if n in given and is_callable(low, given[n])]
    if not called or called[0] != caller.functions[0]:
        raise low.unsupported(node, f"`{op.__name__}()` wants a function that is known")
    for n in caller.functions:
        if n in given and n not in called and not (isinstance(given[n], Const) and given[n].value in (None, False, *DIFFERENCES)):
            raise low.unsupported(node, f"`{n}=` of `{op.__name__}()` wants a function that is known")
    try:
        known = {n: low.b.kind(a) for n, a in atoms.items() if n not in called}
        own, active, wanted = caller.own(known), caller.active(known), caller.names(known)
    except UnknownKeyword as problem:
        raise low.unsupported(node, f"`{op.__name__}()` with {problem} cannot be differentiated yet") from None
    lifted, captured = lift(low, [given[n] for n in called], rest, [own] * len(called), [wanted] * len(called), node)
    for n, (fn, kind) in zip(called, lifted):
        if any(map(K.is_complex, (kind, *(low.kind(atoms[s]) for s in STARTS if s in atoms)))):
            raise low.unsupported(node, f"`{op.__name__}()` with complex numbers cannot be differentiated yet")
        if caller.gradient and n == called[0] and K.rank(kind):
            raise low.unsupported(node, f"`{op.__name__}()` wants a function that returns a number")
        if not K.is_numeric(kind) and not isinstance(kind, K.Unknown):
            raise low.unsupported(node, f"`{op.__name__}()` wants a function that returns numbers")
        gradient = low.program.gradient(fn, len(own)) if caller.gradient and n == called[0] else None
        atoms[n] = Const(Function(fn, len(own), active, gradient))
    if captured:
        atoms["args"] = low.make(make_tuple, captured, node)
    count = min(len(args), next((k for k, n in enumerate(names) if n == "args"), len(args)))
    positional = tuple(atoms[n] for n in names[:count])
    options = {n: a for n, a in atoms.items() if n not in names[:count]}
    low.b.loc = low.loc(node)
    low.check_fresh((*positional, *options.values()), node)
    made = low.b.eqn((low.new(name),), op, positional, options)
    low.memory.note(made)
    return made.out


def is_callable(low: Calls, value: Any) -> bool:
    kind = low.kind(value) if isinstance(value, Var) else None
    return is_function(value) or kind is not None and K.is_function(kind)


def trailing(low: Calls, given: Any, node: Any) -> tuple[Any, ...]:
    """The further arguments of the function that is called back."""
    if given in (Const(None), Const(())):
        return ()
    if isinstance(given, Pack) or isinstance(given, Var) and isinstance(low.kind(given), K.Seq):
        return tuple(low.spread(given, node))
    if isinstance(given, Const) and isinstance(given.value, tuple):
        return tuple(map(Const, given.value))
    return (given,)


def check_options(low: Calls, op: Any, caller: Caller, given: dict[str, Any], node: Any) -> None:
    """Raise for an argument that may matter for the derivative."""
    parameters = inspect.signature(op).parameters
    for n, value in given.items():
        if n == "args" or n in caller.functions or n in caller.options:
            continue
        usual = parameters[n].default if n in parameters else inspect.Parameter.empty
        if usual is inspect.Parameter.empty or not isinstance(value, Const) or value.value != usual:
            raise low.unsupported(node, f"`{n}=` of `{op.__name__}()` cannot be differentiated yet")


def field(low: Expressions, owner: Any, name: str, node: Any) -> Any:
    """The attribute of what a solver returned; None where that is not known."""
    made = low.b.defs.get(owner) if isinstance(owner, Var) else None
    caller = CALLERS.get(made.op) if made is not None and isinstance(made.op, Hashable) else None
    if made is None or caller is None or caller.fields is None:
        return None
    given = {**dict(zip(names_of(made.op), map(low.b.kind, made.args))), **{k: low.b.kind(a) for k, a in made.kwargs}}
    found = caller.fields(given)
    if name in found:
        return low.make(Field(name, found[name]), (owner,), node)
    if name == "fun" and caller.gradient:
        return least(low, made, low.make(Field("x", found["x"]), (owner,), node), node)
    if name in caller.given_by:
        read, names = caller.given_by[name]
        passed = {**dict(zip(names_of(made.op), made.args)), **dict(made.kwargs)}
        vary = [passed[n] for n in names if n in passed and not is_written_out(low, passed[n])]
        if vary:
            return low.make(read, (owner, *vary), node)
    return low.make(Field(name, TELLING[name], False), (owner,), node) if name in TELLING else None


def is_written_out(low: Expressions, a: Any) -> bool:
    """Is a value made of constants and of what is around the function?"""
    made = low.b.defs.get(a) if isinstance(a, Var) else None
    return isinstance(a, Const) or made is not None and all(is_written_out(low, x) for x in made.inputs)


def least(low: Expressions, made: Eqn, place: Var, node: Any) -> Var:
    """The value of the function at the place where it is least."""
    packed = next((low.b.defs[a] for n, a in made.kwargs if n == "args"), None)
    function = next(f for f in functions_of(made))
    out = low.new()
    low.b.kinds[out] = K.FLOAT
    low.b.stmts.append(Call((out,), function.fn, (place, *(packed.args if packed is not None else ())), low.loc(node)))
    return out
