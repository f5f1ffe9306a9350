"""Which functions of a program call which, however indirectly."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from tangentlite.ir.trace import Call, Fn, For, Trace, While, walk


def called_again(traces: Mapping[Fn, Trace]) -> set[Fn]:
    """The functions that loops call, or they themselves, or functions that are called so."""
    looped = {s.callee for t in traces.values() for loop in walk(t.block) if isinstance(loop, For | While)
              for s in walk(loop.body) if isinstance(s, Call)}
    return reached(looped | recursive(traces), calls(traces))


def recursive(traces: Mapping[Fn, Trace]) -> set[Fn]:
    """The functions that call themselves, directly or by others."""
    known = calls(traces)
    return {fn for fn in traces if fn in reached(known[fn], known)}


def calls(traces: Mapping[Fn, Trace]) -> dict[Fn, set[Fn]]:
    return {fn: {s.callee for s in walk(t.block) if isinstance(s, Call)} & traces.keys() for fn, t in traces.items()}


def reached(first: Iterable[Fn], known: Mapping[Fn, set[Fn]]) -> set[Fn]:
    """These functions, and all that they call."""
    found = set(first)
    todo = list(found)
    while todo:
        new = known.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found
