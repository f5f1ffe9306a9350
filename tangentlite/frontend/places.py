"""Where the parts of a function's signature are written, for errors about them; None where there is no text to point at."""
from __future__ import annotations

from types import FunctionType

import gast

from tangentlite.errors import TransformError
from tangentlite.frontend.source import Source, read
from tangentlite.frontend.syntax import inside
from tangentlite.ir import Loc
from tangentlite.ir.transformation import behind


def header(function: FunctionType) -> Loc | None:
    """The line of the `def`, or the lambda."""
    source = readable(function)
    return None if source is None else first_line(source)


def parameter(function: FunctionType, name: str) -> Loc | None:
    """A parameter, with its annotation."""
    source = readable(function)
    if source is None:
        return None
    a = source.node.args
    rest = [p for p in (a.vararg, a.kwarg) if p is not None]
    return next((source.loc(p) for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, *rest) if p.id == name), first_line(source))


def result(function: FunctionType) -> Loc | None:
    """What gives the value: the `return` if there is one alone, else the line of the `def`."""
    source = readable(function)
    if source is None:
        return None
    if isinstance(source.node, gast.Lambda):
        return source.loc(source.node.body)
    returns = [n for n in inside(source.node.body) if isinstance(n, gast.Return)]
    return source.loc(returns[0]) if len(returns) == 1 else first_line(source)


def readable(function: FunctionType) -> Source | None:
    try:
        return read(behind(function))
    except TransformError:
        return None


def first_line(source: Source) -> Loc:
    loc = source.loc(source.node)
    text = source.lines[loc.line - 1].rstrip()
    return loc if loc.end_line == loc.line else loc._replace(end_line=loc.line, end_col=len(text))
