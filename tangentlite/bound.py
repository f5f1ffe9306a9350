"""Functions of one object: its bound methods, what `functools.partial` makes, objects that can be called.

Each is given a function of its remaining arguments, with a text of its own, which every derivative of it shares:

    model.loss                      def loss(x, t):
                                        return self.loss(x, t)
    functools.partial(f, 2.0)       def f(y):
                                        return partial(y)
"""
from __future__ import annotations

import functools
import inspect
import itertools
import linecache
from types import FunctionType, MethodType
from typing import Any

from tangentlite.objects import has_attributes

KEPT = 512
made: dict[tuple[int, ...], tuple[Any, FunctionType]] = {}  # by the identity of the object and of its function


def function_of(fun: Any) -> FunctionType | None:
    """The function for a callable object; None for what is none of those."""
    if isinstance(fun, functools._lru_cache_wrapper) and isinstance(fun.__wrapped__, FunctionType):
        return fun.__wrapped__
    if isinstance(fun, MethodType) and isinstance(fun.__func__, FunctionType):
        return kept((id(fun.__self__), id(fun.__func__)), fun, f"self.{fun.__name__}", {"self": fun.__self__}, fun.__func__)
    if isinstance(fun, functools.partial):
        inner = fun.func.__func__ if isinstance(fun.func, MethodType) else fun.func
        return kept((id(fun),), fun, "partial", {"partial": fun}, inner) if isinstance(inner, FunctionType) else None
    call = inspect.getattr_static(type(fun), "__call__", None)
    if isinstance(call, FunctionType) and has_attributes(type(fun)):
        return function_of(MethodType(call, fun))
    return None


def kept(key: tuple[int, ...], fun: Any, call: str, scope: dict[str, Any], behind: FunctionType) -> FunctionType:
    """The function made for an object, the same one as long as it is in use."""
    if key not in made:
        made[key] = fun, written(fun, call, scope, behind)  # which keeps the object alive, and so its identity
        for oldest in list(made)[:-KEPT]:
            del made[oldest]
    return made[key][1]


def written(fun: Any, call: str, scope: dict[str, Any], behind: FunctionType) -> FunctionType:
    """A function with the signature of the callable that calls it by the name it has in `scope`."""
    parameters = list(inspect.signature(fun).parameters.values())
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None) for p in parameters]
    name = type(scope["self"]).__name__ if behind.__name__ == "__call__" else behind.__name__
    name = name if name.isidentifier() else "function"
    passed = [f"*{p.name}" if p.kind is p.VAR_POSITIONAL else f"**{p.name}" if p.kind is p.VAR_KEYWORD
              else f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else p.name for p in parameters]
    text = f"def {name}{inspect.Signature(bare)}:\n    return {call}({', '.join(passed)})\n"
    file = file_of(text, behind.__qualname__)
    space = {**scope, "__name__": behind.__module__}
    exec(compile(text, file, "exec"), space)
    function: FunctionType = space[name]
    function.__defaults__ = tuple(p.default for p in parameters if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY) or None
    function.__kwdefaults__ = {p.name: p.default for p in parameters if p.default is not p.empty and p.kind is p.KEYWORD_ONLY} or None
    function.__qualname__, function.__doc__ = behind.__qualname__, behind.__doc__
    return function


def file_of(text: str, name: str) -> str:
    """The name under which debuggers and tracebacks find the text."""
    lines = text.splitlines(keepends=True)
    for k in itertools.count(1):
        file = f"<{name}>" if k == 1 else f"<{name} {k}>"
        entry = linecache.cache.setdefault(file, (len(text), None, lines, file))
        if len(entry) == 4 and entry[2] == lines:
            return file
    raise AssertionError
