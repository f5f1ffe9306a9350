"""What a trace's text needs to know of all its statements at once: their equations, their blocks, and which copies matter."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tangentlite.ir import UNDEF, Eqn, For, If, Stmt, Trace, Var, While
from tangentlite.ir.trace import blocks, reads, walk


def needed(trace: Trace, names: Mapping[Var, str]) -> set[Var]:
    """Values without a definition on some path that are copied there all the same: they have to be something."""
    flows: list[tuple[Var, Any]] = []
    for s in walk(trace.block):
        match s:
            case If():
                flows += [(o, a) for arm in (s.then, s.orelse) for o, a in zip(s.outs, arm.outs)]
            case For() | While():
                for ends in (s.inits, s.body.outs):
                    flows += [(p, a) for p, a in zip(s.carried, ends)]
                flows += zip(s.outs, s.carried)
    undefined: set[Any] = {UNDEF}
    grow(undefined, flows)
    found = {a for t, a in flows if isinstance(a, Var) and a in undefined and names[a] != names[t]}
    grow(found, [(a, t) for t, a in flows if isinstance(a, Var)])
    return found


def grow(found: set[Any], flows: list[tuple[Any, Any]]) -> None:
    """Add every target of a flow from what is found, until nothing changes."""
    size = -1
    while size != len(found):
        size = len(found)
        found.update(t for t, a in flows if not isinstance(a, Eqn) and a in found)


def equations(s: Stmt) -> Iterator[Eqn]:
    """The equations of a statement, those nested in its operands included."""
    todo: list[Any] = [s] if isinstance(s, Eqn) else list(reads(s))
    for inner in blocks(s):
        todo += inner.outs
    while todo:
        a = todo.pop()
        if isinstance(a, Eqn):
            yield a
            todo += a.inputs
