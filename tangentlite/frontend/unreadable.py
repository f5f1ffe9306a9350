"""What is said of functions whose text cannot be had: not a function, no text, or not the text that runs."""
from __future__ import annotations

import functools
import inspect
import os
import types
from typing import Any

from tangentlite.errors import NoSourceError, StaleSourceError
from tangentlite.ir import Loc


def not_a_function(thing: Any) -> NoSourceError:
    """The error for what is not a Python function."""
    return NoSourceError(f"{_describe(thing)} has no Python source", None, _way_out(thing))


def _describe(thing: Any) -> str:
    kind, name = type(thing).__name__, getattr(thing, "__name__", None)
    if isinstance(thing, type):
        return f"the class `{name}`"
    if isinstance(thing, types.BuiltinFunctionType):
        return f"the built-in function `{name}`"
    if _is_numpys(thing):
        return f"the NumPy function `{name}`"
    if callable(thing) and isinstance(name, str):
        return f"the {kind} `{name}`"
    return f"an object of type `{kind}`"


def _way_out(thing: Any) -> str:
    if isinstance(thing, functools.partial):
        return "Pass its `func`, or a function that calls it"
    if isinstance(thing, staticmethod | classmethod):
        return "Pass its `__func__`"
    if isinstance(inspect.getattr_static(thing, "__wrapped__", None), types.FunctionType) and not _is_numpys(thing):
        return "Pass the function in its `__wrapped__`, or a function that calls it"
    if isinstance(inspect.getattr_static(type(thing), "__call__", None), types.FunctionType):
        return "Pass its method `__call__`, or a function that calls it"
    return "Pass a function that calls it" if callable(thing) else "Pass a function"


def _is_numpys(thing: Any) -> bool:
    """Is it one of NumPy's functions that are objects of its own types?"""
    return type(thing).__module__.partition(".")[0] == "numpy" and isinstance(getattr(thing, "__name__", None), str)


def no_text(code: types.CodeType) -> NoSourceError:
    name = code.co_filename
    if os.path.isfile(name):
        return NoSourceError(f"the file of {label(code)} is empty or cannot be decoded: {name}", None, "Restore it")
    if name.startswith("<"):
        advice = "Define it in a file or a notebook, or enter its text in `linecache.cache`"
        return NoSourceError(f"the text of {label(code)}, made in `{name}`, was not kept", None, advice)
    return NoSourceError(f"the file of {label(code)} does not exist: {name}", None, "Restore it")


def stale(code: types.CodeType, loc: Loc, why: str) -> StaleSourceError:
    advice = "Reload the module or restart Python" if os.path.isfile(loc.file) else "Run its definition again"
    message = f"{label(code)} does not run what its source says: {why}"
    return StaleSourceError(message, loc, advice)


def label(code: types.CodeType) -> str:
    return "this lambda" if code.co_name == "<lambda>" else f"`{code.co_name}`"
