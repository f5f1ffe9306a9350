"""Values whose memory is written later on: reading an element of them again then may give something else."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tangentlite import runtime
from tangentlite.ir.groups import root_of
from tangentlite.ir.trace import Eqn, For, If, Stmt, Trace, Var, While, reads, walk
from tangentlite.rules.effects import may_write
from tangentlite.rules.registry import rule_of

WRITES = (runtime.setitem, runtime.add_at)


class Overwritten:
    """The versions of what has been written, and the views of them. Statements are given to it as they are met, last ones first.

    Of a list that gets shorter, only its own versions: what follows may be put in the place of the last item.
    """

    def __init__(self, trace: Trace) -> None:
        self.parent: dict[Var, Var] = {}
        self.versions: dict[Var, Var] = {}
        self.written: set[Var] = set()
        self.shortened: set[Var] = set()
        for s in walk(trace.block):
            unite(self.parent, same_memory(s))
            unite(self.versions, same_list(s))

    def root(self, v: Var) -> Var:
        return root_of(v, self.parent)

    def __contains__(self, v: Any) -> bool:
        return isinstance(v, Var) and (self.root(v) in self.written or root_of(v, self.versions) in self.shortened)

    def meet(self, statements: Iterable[Stmt]) -> None:
        for s in statements:
            if isinstance(s, Eqn) and s.op in WRITES:
                self.written.add(self.root(s.out))
            elif isinstance(s, Eqn) and s.op is runtime.without_last:
                self.shortened.add(root_of(s.out, self.versions))
            elif may_write(s):
                self.written.update(self.root(a) for a in reads(s) if isinstance(a, Var))

    def sharing(self, values: Iterable[Var]) -> set[Var]:
        """The values that have memory in common with these."""
        roots = {self.root(v) for v in values}
        return roots | {v for v in self.parent if self.root(v) in roots}


def unite(parent: dict[Var, Var], pairs: Iterable[tuple[Any, Any]]) -> None:
    for a, b in pairs:
        if isinstance(a, Var) and isinstance(b, Var) and root_of(a, parent) is not root_of(b, parent):
            parent[root_of(a, parent)] = root_of(b, parent)


def same_memory(s: Stmt) -> Iterator[tuple[Any, Any]]:
    """What may be, or show, the same memory, of what the statement reads and defines."""
    if isinstance(s, Eqn):
        rule = rule_of(s.op)
        if len(s.outs) == 1 and (s.op in WRITES or rule is not None):
            yield from ((s.out, a) for a in (s.args[:1] if s.op in WRITES or rule is None else rule.lenders({}, s.args, s.kwargs)))
    else:
        yield from handed_on(s)


def same_list(s: Stmt) -> Iterator[tuple[Any, Any]]:
    """Versions of one list."""
    if isinstance(s, Eqn):
        if s.op in (*WRITES, runtime.append, runtime.without_last):
            yield s.out, s.args[0]
    else:
        yield from handed_on(s)


def handed_on(s: Stmt) -> Iterator[tuple[Any, Any]]:
    match s:
        case If():
            for outs in (s.then.outs, s.orelse.outs):
                yield from zip(s.outs, outs)
        case For() | While():
            for outs in (s.inits, s.body.outs, s.outs):
                yield from zip(s.carried, outs)
