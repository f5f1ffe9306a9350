"""What a `with` statement enters: NumPy's error state, managers that let exceptions pass, and those that stand for a `try`."""
from __future__ import annotations

import contextlib
import decimal
import inspect
import io
import threading
import warnings
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from tangentlite.errors import TransformError
from tangentlite.frontend.construction import is_constructed
from tangentlite.frontend.source import read
from tangentlite.frontend.syntax import inside, is_true
from tangentlite.frontend.values import NONE, Instance, Live
from tangentlite.ir import Var
from tangentlite.ir import kinds as K

if TYPE_CHECKING:
    from tangentlite.frontend.exceptions import Exceptions

LOCKS = tuple(type(make()) for make in (threading.Lock, threading.RLock, threading.Condition, threading.Semaphore))
HARMLESS = (*LOCKS, threading.BoundedSemaphore, io.IOBase, warnings.catch_warnings, contextlib.closing, contextlib.redirect_stdout,
            contextlib.redirect_stderr, type(decimal.localcontext()), type(np.printoptions()))
FACTORIES = {open: io.IOBase, threading.Lock: LOCKS[0], threading.RLock: LOCKS[1], np.printoptions: type(np.printoptions()),
             decimal.localcontext: type(decimal.localcontext())}
REFUSED = "this context manager may swallow exceptions, as far as can be told"


@dataclass(frozen=True)
class Manager:
    """`form` is that of the `Try`, None where there is nothing to enter, "object" where `atom` is an object that is followed."""

    atom: Any
    form: str | None = "with"


def manager_of(low: Exceptions, node: Any, statement: Any) -> Manager:
    """The manager of `with <node>`. Raises UnsupportedError where it may swallow exceptions."""
    call = node if isinstance(node, gast.Call) else None
    function = low.expr(call.func) if call is not None and is_name(call.func) else None
    known = function.value if isinstance(function, Live) else None
    if call is None:
        value = low.expr(node)
        if isinstance(value, Instance) and is_followed(low, value.cls):
            return Manager(value, "object")
        if isinstance(value, Live) and passes(low, type(value.value)):
            return Manager(low.as_atom(value, node))
        raise low.unsupported(statement, REFUSED, "Make it in the `with` statement, of a class whose `__exit__` returns nothing")
    args, keywords = low.arguments(call)
    if is_constructed(known) and is_followed(low, known) and any(K.differentiable(low.kind(v)) if isinstance(v, Var) else isinstance(
            v, Instance) for v in (*args, *keywords.values())):
        return Manager(low.apply(function, args, keywords, node, ""), "object")
    if known is contextlib.nullcontext:
        return Manager(low.as_atom(args[0], node) if args else NONE, None)
    allowed = known is np.errstate or passes(low, FACTORIES.get(known, known)) or is_generator_manager(low, known)
    if known is None or not isinstance(function, Live) or not allowed:
        raise low.unsupported(statement, REFUSED, "Use one whose `__exit__` returns nothing")
    low.watch(function)
    low.program.spell(low.root, known, function.path)
    atoms = tuple(low.as_atom(a, node) for a in args)
    made = low.make(known, atoms, node, **{k: low.as_atom(v, node) for k, v in keywords.items()})
    return Manager(made, "errstate" if known is np.errstate else "with")


def is_suppress(low: Exceptions, node: Any) -> bool:
    """Is this a call of `contextlib.suppress`?"""
    if not isinstance(node, gast.Call) or node.keywords or not is_name(node.func):
        return False
    function = low.expr(node.func)
    return isinstance(function, Live) and function.value is contextlib.suppress


def is_name(node: Any) -> bool:
    while isinstance(node, gast.Attribute):
        node = node.value
    return isinstance(node, gast.Name)


def passes(low: Exceptions, kind: Any) -> bool:
    """Do the managers of this class let every exception pass?"""
    if not isinstance(kind, type):
        return False
    if issubclass(kind, HARMLESS):
        return True
    leave = inspect.getattr_static(kind, "__exit__", None)
    if not isinstance(leave, FunctionType):
        return False
    try:
        body = low.program.source(leave).node.body
    except TransformError:
        return False
    returned = [n.value for n in inside(body) if isinstance(n, gast.Return)]
    return all(v is None or isinstance(v, gast.Constant) and not is_true(v) for v in returned)


def is_followed(low: Exceptions, cls: Any) -> bool:
    """Does the class enter and leave in Python, and in the same way whatever is raised?"""
    enter, leave = (inspect.getattr_static(cls, name, None) for name in ("__enter__", "__exit__"))
    if not isinstance(enter, FunctionType) or not isinstance(leave, FunctionType) or not passes(low, cls):
        return False
    source = low.program.source(leave).node
    a = source.args
    told = {p.id for p in (*a.posonlyargs, *a.args[1:], *([] if a.vararg is None else [a.vararg]))}
    return not any(isinstance(n, gast.Name) and n.id in told for s in source.body for n in gast.walk(s))


def is_generator_manager(low: Exceptions, function: Any) -> bool:
    """Is this a function under `contextlib.contextmanager`, whose `yield` stands in no `try` that would catch anything?"""
    made = getattr(function, "__wrapped__", None)
    if not isinstance(made, FunctionType) or not inspect.isgeneratorfunction(made):
        return False
    if getattr(function, "__code__", None) is not MANAGER_CODE:
        return False
    try:
        body = read(made).node.body
    except TransformError:
        return False
    tries = [n for n in inside(body) if isinstance(n, gast.Try) and n.handlers]
    return not any(isinstance(n, (gast.Yield, gast.YieldFrom)) for t in tries for n in inside([*t.body, *t.orelse]))


@contextlib.contextmanager
def _example() -> Any:
    yield


MANAGER_CODE = _example.__code__
