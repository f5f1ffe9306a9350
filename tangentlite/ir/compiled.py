"""Functions that Numba has taken over: the Python function behind each, and what to call in its place."""
from __future__ import annotations

import sys
import weakref
from types import FunctionType
from typing import Any

_compiled: weakref.WeakKeyDictionary[FunctionType, weakref.ref[Any]] = weakref.WeakKeyDictionary()


def is_compiled(value: Any) -> bool:
    """Is this a function made by `numba.njit`?"""
    module = sys.modules.get("numba.core.dispatcher")
    return module is not None and isinstance(value, module.Dispatcher)


def interpreted(value: Any) -> Any:
    """What Python would run in place of a Numba function (`range` for `prange`); any other object as it is."""
    if is_compiled(value):
        function: FunctionType = value.py_func
        _compiled[function] = weakref.ref(value)
        return function
    numba = sys.modules.get("numba")
    return range if numba is not None and value is getattr(numba, "prange", None) else value


def compiled_form(function: Any) -> Any:
    """The Numba function of which `interpreted` has given this Python function; None if there is none."""
    found = _compiled.get(function) if isinstance(function, FunctionType) else None
    return found() if found is not None else None
