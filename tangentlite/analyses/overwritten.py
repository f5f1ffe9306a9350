"""Values whose memory is written while they exist: reading an element of them again later may give something else."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tangentlite import runtime
from tangentlite.ir.trace import Eqn, For, If, Stmt, Trace, Var, While, reads, walk
from tangentlite.rules.effects import may_write
from tangentlite.rules.registry import rule_of

WRITES = (runtime.setitem, runtime.add_at)


def overwritten(trace: Trace) -> set[Var]:
    """The versions of what is written, and the views of them."""
    written: list[Var] = []
    for s in walk(trace.block):
        if isinstance(s, Eqn) and s.op in WRITES:
            written.append(s.out)
        elif may_write(s):
            written += [a for a in reads(s) if isinstance(a, Var)]
    return sharing(trace, written)


def sharing(trace: Trace, written: list[Var]) -> set[Var]:
    """The values that have memory in common with those that are written."""
    if not written:
        return set()
    group: dict[Var, Var] = {}

    def root(v: Var) -> Var:
        while v in group:
            v = group[v]
        return v

    members: set[Var] = set(written)
    for s in walk(trace.block):
        for a, b in same_memory(s):
            if isinstance(a, Var) and isinstance(b, Var):
                members.update((a, b))
                if root(a) is not root(b):
                    group[root(a)] = root(b)
    roots = {root(v) for v in written}
    return {v for v in members if root(v) in roots}


def same_memory(s: Stmt) -> Iterator[tuple[Any, Any]]:
    match s:
        case Eqn():
            rule = rule_of(s.op)
            if len(s.outs) == 1 and (s.op in WRITES or rule is not None):
                yield from ((s.out, a) for a in (s.args[:1] if s.op in WRITES or rule is None else rule.lenders({}, s.args, s.kwargs)))
        case If():
            for outs in (s.then.outs, s.orelse.outs):
                yield from zip(s.outs, outs)
        case For() | While():
            for outs in (s.inits, s.body.outs, s.outs):
                yield from zip(s.carried, outs)
