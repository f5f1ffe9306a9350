"""How long lists are from one version to the next."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Eqn, For, If, Var, While
from tangentlite.ir.trace import Stmt, ends


def as_long(after: Any, before: Any, stmts: Iterable[Stmt]) -> bool:
    """Is a version of a list that the statements lead to surely as long as the one they begin with?"""
    made = {o: (s, k) for s in stmts for k, o in enumerate(s.outs)}
    while after is not before:
        s, k = made.get(after, (None, 0)) if isinstance(after, Var) else (None, 0)
        match s:
            case Eqn() if s.op is runtime.setitem:
                after = s.args[0]
            case For() | While() if as_long(s.body.outs[k], s.carried[k], s.body.stmts):
                after = s.inits[k]
            case If():
                _, a, b = list(ends(s))[k]
                return as_long(a, before, (*stmts, *s.then.stmts)) and as_long(b, before, (*stmts, *s.then.stmts, *s.orelse.stmts))
            case _:
                return False
    return True
