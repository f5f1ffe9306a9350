"""Functions that wrap functions: what a call of the result does, as far as its value goes."""
from __future__ import annotations

import dis
import functools
from dataclasses import replace
from types import FunctionType
from typing import Any

import gast
import numpy as np

from tangentlite.frontend.remembered import Remembering
from tangentlite.frontend.values import Instance, Live, Local, Pack, Partial, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K

CLASSES: dict[str, type] = {
    "float": float, "int": int, "bool": bool, "complex": complex, "str": str, "NoneType": type(None),
    "list": list, "tuple": tuple, "dict": dict}
KEPT = (functools.lru_cache, functools.cache, functools.wraps, functools.update_wrapper)
CACHES = (functools.lru_cache, functools.cache)
REMEMBERED = "a function with a cache changes variables outside of it, which happens for the first of equal arguments alone"


def changes_names(function: Any) -> bool:
    """Does a function assign to names outside of it?"""
    code = getattr(function, "__code__", None)
    return code is not None and any(
        i.opname == "STORE_GLOBAL" or i.opname == "STORE_DEREF" and i.argval in code.co_freevars for i in dis.get_instructions(code))


class Decorators(Remembering):
    def decorated(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """What the decorators of `functools` give: the function itself; None where this is no such call."""
        if not any(op is kept for kept in KEPT):
            return None
        if op is functools.lru_cache and (not args or isinstance(args[0], Const)):
            return Partial(Live(functools.cache), (), {})
        if op is functools.wraps or not args or isinstance(args[0], Const):
            return self.stand_in("lambda function: function", node)
        if op in CACHES and isinstance(args[0], Local) and any(isinstance(n, gast.Nonlocal | gast.Global) for n in gast.walk(args[0].node)):
            raise self.unsupported(node, REMEMBERED, "Do without the cache")
        return replace(args[0], cached=True) if op in CACHES and isinstance(args[0], Local) else args[0]

    def unwrapped(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any) -> Live | None:
        """The function that is called in the end; None where that is the function itself."""
        op = function.value
        if isinstance(op, functools._lru_cache_wrapper):
            given = [*args, *keywords.values()]
            objects = [leaf for a in given for leaf in flatten(a) if isinstance(leaf, Instance)]
            if objects or any(isinstance(a, (Var, Pack)) and self.varies(a) for a in given):
                if changes_names(op.__wrapped__):
                    raise self.unsupported(node, REMEMBERED, "Do without the cache")
                if objects:
                    self.check_cache(op, objects, f"the result of `{op.__wrapped__.__name__}`", node, lambda: objects)
                return self.inner(function, op.__wrapped__, "__wrapped__")
            return None
        if isinstance(op, FunctionType) and hasattr(op, "registry") and callable(getattr(op, "dispatch", None)):
            cls = self.python_class(args[0]) if args else None
            if cls is None:
                raise self.unsupported(node, f"which function `{op.__name__}` stands for here is not known", "Give example arguments")
            return Live(getattr(op, "dispatch")(cls))  # noqa: B009
        return None

    def inner(self, function: Live, value: Any, attribute: str) -> Live:
        return Live(value, (*function.path, attribute) if function.path else (), function.home)

    def varies(self, value: Any) -> bool:
        """May a derivative flow through the value?"""
        return isinstance(value, Pack) or K.differentiable(self.kind(value))

    def python_class(self, value: Any) -> type | None:
        """The class of a value, as far as its kind tells."""
        if isinstance(value, Pack):
            return tuple
        match self.kind(value) if isinstance(value, (Var, Const)) else None:
            case K.Number(dtype) if dtype in CLASSES:
                return CLASSES[dtype]
            case K.Number(dtype) if dtype:
                return np.dtype(dtype).type
            case K.Array(dims=dims) if dims:
                return np.ndarray
            case kind:
                return CLASSES.get(getattr(kind, "type", ""))
