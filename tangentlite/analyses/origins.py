"""Which array another one is, before its elements were updated.

    u = u0.copy()               the origin of every `u` below
    for i in range(n):
        u[i] = u[i] * c
"""
from __future__ import annotations

from collections.abc import Container
from typing import Any

from tangentlite.ir.trace import Eqn, For, Trace, Var, While, walk


class Origins:
    """Through the equations of the `updates`, whose first operand is what they update, and the loops that hand it on."""

    def __init__(self, trace: Trace, updates: Container[Any]) -> None:
        self.made = {o: s for s in walk(trace.block) for o in s.outs
                     if isinstance(s, For | While) or isinstance(s, Eqn) and s.op in updates}
        self.loops = {p: (s, k) for s in walk(trace.block) if isinstance(s, For | While) for k, p in enumerate(s.carried)}

    def of(self, v: Any) -> Any:
        v = self.in_iteration(v)
        while v in self.loops:
            loop, k = self.loops[v]
            if not isinstance(loop.inits[k], Var) or self.in_iteration(loop.body.outs[k]) is not v:
                break
            v = self.in_iteration(loop.inits[k])
        return v

    def in_iteration(self, v: Any) -> Any:
        """As of the beginning of the innermost iteration around it."""
        while v in self.made:
            s = self.made[v]
            if isinstance(s, Eqn):
                v = s.args[0]
            else:
                k = s.outs.index(v)
                if not isinstance(s.inits[k], Var) or self.in_iteration(s.body.outs[k]) is not s.carried[k]:
                    return v
                v = s.inits[k]
        return v
