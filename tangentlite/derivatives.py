"""Where pickled derivatives are found again: the name of an attribute here says what it is the derivative of.

A derivative is a plain function, and plain functions are pickled as a module and a name in it. Looking up
`reverse(0, False, (), False) of geometry:area` imports `geometry` and makes that derivative of `geometry.area`.
"""
from __future__ import annotations

import ast
import functools
import importlib
import re
from typing import Any

from tangentlite.dispatch import LIVE, SUFFIXES, dispatcher, specializer
from tangentlite.ir.checkpointing import Checkpointing
from tangentlite.ir.transformation import transformation_of

NAME = re.compile(r"(\w+)(\(.*?\)) of ([^:]*):(.*)", re.DOTALL)


def __getattr__(name: str) -> Any:
    parts = NAME.fullmatch(name)
    if parts is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    mode, options, module, path = parts.groups()
    function = resolve(module.replace("/", "."), path)
    if getattr(function, "__qualname__", None) == name:  # the decorated function itself
        return function
    made_of = transformation_of(function)
    primal = made_of.function if made_of is not None and module.replace("/", ".") != __name__ else function
    found = LIVE.get(name)
    if found is not None and found.primal is primal:
        return found
    argnums, unroll, static, holomorphic, *plan = ast.literal_eval(options)
    return dispatcher(specializer(primal, mode, argnums, SUFFIXES[mode], unroll, static, holomorphic,
                                  checkpointing=Checkpointing(*plan[0]) if plan else None))


def resolve(module: str, path: str) -> Any:
    """The function of this name, as pickle finds it."""
    if module == __name__:
        return __getattr__(path)
    return functools.reduce(getattr, path.replace("/", ".").split("."), importlib.import_module(module))
