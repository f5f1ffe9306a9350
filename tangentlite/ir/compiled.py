"""Functions that Numba has taken over: the Python function behind each, and what to call in its place."""
from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from tangentlite.ir.trace import Call, Var

_compiled: weakref.WeakKeyDictionary[FunctionType, weakref.ref[Any]] = weakref.WeakKeyDictionary()


def is_compiled(value: Any) -> bool:
    """Is this a function made by `numba.njit`?"""
    module = sys.modules.get("numba.core.dispatcher")
    return module is not None and isinstance(value, module.Dispatcher)


def is_vectorized(value: Any) -> bool:
    """Is this a function made by `numba.vectorize`?"""
    module = sys.modules.get("numba.np.ufunc.dufunc")
    return module is not None and isinstance(value, module.DUFunc)


def interpreted(value: Any) -> Any:
    """What Python would run in place of a Numba function (`range` for `prange`, `list` for its `List`); any other object as it is."""
    if is_compiled(value):
        function: FunctionType = value.py_func
        _compiled[function] = weakref.ref(value)
        return function
    return next((plain for module, name, plain in STAND_INS if value is getattr(sys.modules.get(module), name, NOTHING)), value)


NOTHING = object()
STAND_INS = (("numba", "prange", range), ("numba.typed", "List", list))


def compiled_form(function: Any) -> Any:
    """The Numba function of which `interpreted` has given this Python function; None if there is none."""
    found = _compiled.get(function) if isinstance(function, FunctionType) else None
    return found() if found is not None else None


@dataclass(frozen=True)
class Updating:
    """A compiled function that copies the parameters that it writes, and returns the copies behind its result.

    What its forward sweep keeps are copies too.
    """

    function: FunctionType
    written: tuple[str, ...]

    @property
    def __name__(self) -> str:
        return f"{self.function.__name__}_of_copy"


def updates(s: Call) -> Iterator[tuple[Var, Any]]:
    """The results of a call that are what its arguments have become, and these."""
    if isinstance(s.callee.target, Updating) and not s.callee.mode:
        parameters = [name for name, form in s.callee.variant[0] for _ in range(leaves_of(form))]
        for name, out in zip(reversed(s.callee.target.written), reversed(s.outs)):
            yield out, s.args[parameters.index(name)]


def leaves_of(form: Any) -> int:
    """How many values a structure has; None is that of one."""
    return 1 if form is None else sum(map(leaves_of, form))
