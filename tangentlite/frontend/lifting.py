"""Local functions that call themselves become functions of the program; what they read around them are parameters.

    def f(x, n):                                    def go(k, x):
        def go(k):                                      return x if k == 0 else x * go(k - 1, x)
            return x if k == 0 else x * go(k - 1)
        return go(n)                                def f(x, n):
                                                        return go(n, x)
"""
from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gast

from tangentlite.frontend.source import Source
from tangentlite.frontend.syntax import assigned, inside
from tangentlite.frontend.values import Frame, Local
from tangentlite.ir import UNDEF


@dataclass(frozen=True, eq=False)
class LocalFunction:
    """A function of a program that no live object stands for.

    `captured` are the variables of its maker that it reads, passed after its own arguments; `group` are the names
    of the local functions that it calls, itself included, and what they stand for.
    """

    name: str
    source: Source
    home: Any
    captured: tuple[str, ...]
    group: tuple[tuple[str, Local], ...]

    @property
    def __name__(self) -> str:
        return self.name

    def surroundings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the functions of the group see around them, when the captured variables have these values."""
        frame = Frame(self.source, self.home, frozenset([*self.captured, *(name for name, _ in self.group)]))
        frame.env = {**values, **{name: replace(g, frame=frame) for name, g in self.group}}
        return frame.env


@functools.lru_cache(maxsize=1024)
def free_names(node: Any) -> frozenset[str]:
    """The names that a function reads and does not bind itself; those of the functions inside it included."""
    body = [node.body] if isinstance(node, gast.Lambda) else node.body
    a = node.args
    own = {p.id for p in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if p is not None}
    own.update(() if isinstance(node, gast.Lambda) else assigned(body))
    found: set[str] = set()
    for n in inside(body):
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load):
            found.add(n.id)
        elif isinstance(n, (gast.FunctionDef, gast.Lambda)):
            found |= free_names(n)
    return frozenset(found - own)


def reached(function: Local, visible: Mapping[str, Any]) -> dict[str, Local]:
    """The local functions of the same maker that a function may call, by name."""
    found: dict[str, Local] = {}
    todo = [function]
    while todo:
        for name in sorted(free_names(todo.pop().node)):
            value = visible.get(name)
            if isinstance(value, Local) and value.frame is function.frame and name not in found:
                found[name] = value
                todo.append(value)
    return found


def captured(group: Mapping[str, Local], visible: Mapping[str, Any]) -> tuple[str, ...]:
    """The variables around a group of functions that they read."""
    names = set().union(*(free_names(g.node) for g in group.values()))
    return tuple(sorted(n for n in names if n in visible and n not in group and visible[n] is not UNDEF))
