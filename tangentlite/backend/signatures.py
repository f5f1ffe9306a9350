"""A derivative is called like its primal: the kinds of its parameters, and their defaults."""
from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import FunctionType
from typing import Any

from tangentlite.backend.expressions import Expressions
from tangentlite.backend.standalone import literal
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import Bound
from tangentlite.ir.trace import Captured, Trace, Var

Parameter = inspect.Parameter


def called_like(trace: Trace, primal: FunctionType, node: Any, kinds: Sequence[Any], static: Collection[int] = ()) -> Trace:
    """A derivative, whose first parameters are those of the primal, with the primal's signature.

    `node` is the primal's definition. Kept are the defaults that the text is right for: of the same kinds as the arguments it was
    made for (`kinds`; nothing is known of other values for `static` ones). What a derivative needs besides is given by keyword
    where it comes after a default.
    """
    parameters = leaves(primal, len(kinds))
    nodes = default_nodes(node) if node is not None else {}
    defaults: dict[Var, Any] = {}
    for k in reversed(range(len(parameters))):
        p, v = parameters[k], trace.block.params[k]
        found = None
        if p.default is not p.empty and k not in static and K.join(kinds[k], K.of_argument(p.default, p.name), p.name) == kinds[k]:
            found = spelled(p.default, nodes.get(p.name), primal)
        if found is not None:
            defaults[v] = found[0]
        elif p.kind is not p.KEYWORD_ONLY:
            break  # nor can those before it have one
    given = dict(trace.defaults)
    more = trace.block.params[len(parameters):]
    keyword_only = sum(p.kind is p.KEYWORD_ONLY for p in parameters)
    if keyword_only or any(v in defaults for v in trace.block.params[:len(parameters)]) and any(v not in given for v in more):
        keyword_only += len(more)
    return replace(trace, defaults=(*reversed(defaults.items()), *trace.defaults), keyword_only=keyword_only,
                   positional_only=sum(p.kind is p.POSITIONAL_ONLY for p in parameters))


def leaves(primal: FunctionType, count: int) -> list[Parameter]:
    """The parameter that each of `count` arguments belongs to."""
    found = [p for p in inspect.signature(primal, follow_wrapped=False).parameters.values() if p.kind is not p.VAR_KEYWORD]
    return [p for p in found for _ in range(count - len(found) + 1 if p.kind is p.VAR_POSITIONAL else 1)]


def default_nodes(node: Any) -> dict[str, Any]:
    """The expressions of the defaults in a definition, by parameter."""
    args = node.args
    ordinary = [*args.posonlyargs, *args.args]
    pairs = [*zip(reversed(ordinary), reversed(args.defaults)), *zip(args.kwonlyargs, args.kw_defaults)]
    return {a.id: d for a, d in pairs if d is not None}


def spelled(value: Any, node: Any, primal: FunctionType) -> tuple[Any] | None:
    """A default as it is printed: by its name where it has one, or as a value; None for what a file cannot hold."""
    if literal(value) is None and not isinstance(value, K.FUNCTIONS):
        return None
    path: list[str] = []
    while hasattr(node, "attr"):
        path.insert(0, node.attr)
        node = node.value
    if hasattr(node, "id"):
        named = Captured((node.id, *path), primal)
        try:
            if named() is value:
                return (named,)
        except (NameError, AttributeError):
            pass
    return (value,) if literal(value) is not None else None


def parameters(trace: Trace, names: Mapping[Var, str], x: Expressions) -> ast.arguments:
    """The parameters of a function with their defaults."""
    defaults = {p: default(p, value, x) for p, value in trace.defaults}
    params = [ast.arg(names[p]) for p in trace.block.params]
    ordinary = len(params) - trace.keyword_only
    given = [p in defaults for p in trace.block.params[:ordinary]]
    last_without = max((k for k, g in enumerate(given) if not g), default=-1)
    values = [defaults[p] for p in trace.block.params[last_without + 1:ordinary]]
    keyword_values = [defaults.get(p) for p in trace.block.params[ordinary:]]
    return ast.arguments(params[:trace.positional_only], params[trace.positional_only:ordinary], None, params[ordinary:],
                         keyword_values, None, values)


def default(p: Var, value: Any, x: Expressions) -> ast.expr:
    if isinstance(value, Captured):
        return x.spelling.name(value)
    return x.literal(value) if is_literal(value) else x.spelling.name(Bound(f"{p.hint}_default", value))


def is_literal(value: Any) -> bool:
    """Does Python have a literal for the value?"""
    if type(value) in (tuple, list):
        return all(map(is_literal, value))
    return value is None or type(value) in (bool, int, str, bytes) or type(value) is float and math.isfinite(value)
