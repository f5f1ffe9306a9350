"""Which array another one is, before its elements were updated.

    u = u0.copy()               the origin of every `u` below
    for i in range(n):
        u[i] = u[i] * c
"""
from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from tangentlite.ir.groups import root_of
from tangentlite.ir.trace import Block, Eqn, For, If, Trace, Var, While, blocks


class Origins:
    """Through the equations of the `updates`, whose first operand is what they update, and the branches and loops that hand it on.

    >>> from tangentlite.ir.build import Builder
    >>> u, i, v, b = Var("u"), Var("i"), Var("v"), Builder()
    >>> updated = b.emit(setattr, u, i, v)
    >>> origins = Origins(Trace("f", b.block((u, i, v), (updated,))), (setattr,))
    >>> origins.of(updated) is u, origins.of(v) is v
    (True, True)
    """

    def __init__(self, trace: Trace, updates: Container[Any]) -> None:
        self.parent: dict[Any, Any] = {}
        self.updates = updates
        self.inside(trace.block)

    def of(self, v: Any) -> Any:
        return root_of(v, self.parent)

    def add(self, v: Var, of: Var) -> None:
        """Another value is the same array."""
        self.parent[v] = of

    def inside(self, block: Block) -> None:
        """Bodies first: what they do to what a loop carries is known before it is known what that is."""
        for s in block.stmts:
            for inner in blocks(s):
                self.inside(inner)
            match s:
                case Eqn() if s.op in self.updates:
                    self.same(s.outs[0], s.args[:1])
                case If():
                    for out, a, b in zip(s.outs, s.then.outs, s.orelse.outs):
                        self.same(out, (a, b))
                case For() | While():
                    for out, carried, before, after in zip(s.outs, s.carried, s.inits, s.body.outs):
                        if isinstance(before, Var) and self.of(after) is carried:
                            self.parent.update({carried: before, out: before})
                    if isinstance(s, While):
                        self.parent.update(zip(s.test.params, s.carried))

    def same(self, out: Var, values: Iterable[Any]) -> None:
        """The origin of all of these is that of the value, if they have one."""
        found = [self.of(a) for a in values]
        if isinstance(found[0], Var) and all(v is found[0] for v in found):
            self.add(out, found[0])
