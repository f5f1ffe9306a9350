"""Replace values by others throughout a block."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite.ir.trace import Block, Call, Eqn, For, If, Stmt, Var, While, blocks


def substitute(block: Block, new: Mapping[Var, Any]) -> Block:
    """Every read of a value in `new` reads its replacement instead; definitions stay as they are."""
    if not new:
        return block

    def atom(a: Any) -> Any:
        if isinstance(a, Var):
            return new.get(a, a)
        if isinstance(a, Eqn):
            return replace(a, args=tuple(map(atom, a.args)), kwargs=tuple((k, atom(v)) for k, v in a.kwargs))
        return a

    def inside(b: Block) -> Block:
        return Block(b.params, tuple(map(stmt, b.stmts)), tuple(map(atom, b.outs)))

    def stmt(s: Stmt) -> Stmt:
        match s:
            case Eqn():
                return Eqn(s.outs, s.op, tuple(map(atom, s.args)), tuple((k, atom(v)) for k, v in s.kwargs), s.loc)
            case If():
                return replace(s, test=atom(s.test), then=inside(s.then), orelse=inside(s.orelse))
            case For():
                return replace(s, iter=atom(s.iter), inits=tuple(map(atom, s.inits)), body=inside(s.body))
            case While():
                return replace(s, inits=tuple(map(atom, s.inits)), test=inside(s.test), body=inside(s.body))
            case Call():
                return replace(s, args=tuple(map(atom, s.args)))

    return inside(block)


def resolved(new: Mapping[Var, Any]) -> dict[Var, Any]:
    """The replacements, none of which is replaced itself.

    >>> a, b = Var("a"), Var("b")
    >>> resolved({a: b, b: 1}) == {a: 1, b: 1}
    True
    """
    found = {}
    for v, a in new.items():
        while isinstance(a, Var) and a in new:
            a = new[a]
        found[v] = a
    return found


def rename_defs(block: Block, new: Mapping[Var, Var]) -> Block:
    """Definitions of the values in `new` define the new ones instead; reads stay as they are."""
    def v(x: Var) -> Var:
        return new.get(x, x)

    def tree(t: Any) -> Any:
        return tuple(map(tree, t)) if isinstance(t, tuple) else v(t)

    def stmt(s: Stmt) -> Stmt:
        outs = tuple(map(v, s.outs))
        match s:
            case If():
                return replace(s, outs=outs, then=rename_defs(s.then, new), orelse=rename_defs(s.orelse, new))
            case For():
                return replace(s, outs=outs, targets=tree(s.targets), body=rename_defs(s.body, new))
            case While():
                return replace(s, outs=outs, test=rename_defs(s.test, new), body=rename_defs(s.body, new))
        return replace(s, outs=outs)

    return Block(tuple(map(v, block.params)), tuple(map(stmt, block.stmts)), block.outs)


def copy(block: Block, new: Mapping[Var, Any] | None = None) -> Block:
    """The block with every definition renewed, so that it can stand beside the original; `new` is substituted too."""
    fresh: dict[Var, Var] = {}

    def collect(b: Block) -> None:
        for p in b.params:
            fresh[p] = twin(p)
        for s in b.stmts:
            for o in s.outs:
                fresh[o] = twin(o)
            for inner in blocks(s):
                collect(inner)

    def twin(x: Var) -> Var:
        return Var(x.hint, x.temp, fresh.get(x.like, x.like) if x.like else None, x.suffix)

    collect(block)
    return rename_defs(substitute(block, {**fresh, **(new or {})}), fresh)


