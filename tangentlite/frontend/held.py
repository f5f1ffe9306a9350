"""The values that functions known only while lowering hold: defaults, arguments, tests, variables of a maker that has ended."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tangentlite.frontend.values import Choice, Keywords, Local, Pack, Partial
from tangentlite.ir import Var


def held_in(value: Any) -> list[Var]:
    """All of them, in a fixed order; a value of the trace holds itself."""
    found: dict[Var, None] = {}
    seen: set[int] = set()
    todo = [value]
    while todo:
        v = todo.pop()
        if isinstance(v, Var):
            found[v] = None
        elif id(v) not in seen:
            seen.add(id(v))
            todo += reversed(parts(v))
    return list(found)


def parts(value: Any) -> list[Any]:
    match value:
        case Local():
            return [*value.defaults, *value.kw_defaults, *value.frame.env.values()]
        case Partial():
            return [value.function, *value.args, *value.keywords.values()]
        case Choice():
            return [value.test, value.then, value.orelse]
        case Pack() | Keywords():
            return list(value.items)
    return []


def exchanged(value: Any, others: Mapping[Any, Any]) -> Any:
    """The value with others in the place of what it holds; the variables of makers that have ended are exchanged where they are."""
    def both(values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(exchanged(v, others) for v in values)

    if others.keys().isdisjoint(held_in(value)):
        return value
    match value:
        case Var():
            return others[value]
        case Local():
            env = value.frame.env
            inner = {name: v for name, v in env.items() if v is not value and not others.keys().isdisjoint(held_in(v))}
            env.update({name: others[v] if isinstance(v, Var) else v for name, v in inner.items()})
            env.update({name: exchanged(v, others) for name, v in inner.items() if not isinstance(v, Var)})
            return replace(value, defaults=both(value.defaults), kw_defaults=both(value.kw_defaults))
        case Partial():
            return replace(value, function=exchanged(value.function, others), args=both(value.args),
                           keywords=dict(zip(value.keywords, both(value.keywords.values()))))
        case Choice():
            return Choice(*both((value.test, value.then, value.orelse)))
        case Pack() | Keywords():
            return replace(value, items=both(value.items))
    return value
