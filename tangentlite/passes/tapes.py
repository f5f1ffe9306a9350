"""Tapes that record the same values in the same loop are one tape.

    tape, tape_1 = [], []           tape = []
    for i in range(n):              for i in range(n):
        tape.append(x)        ->        tape.append(x)
        tape_1.append(x)                x = x * x
        x = x * x
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import Eqn, For, If, Trace, Var, While
from tangentlite.ir.ops import make_list
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt


def merge_tapes(trace: Trace) -> Trace:
    """Record what is recorded twice only once; the second tape, left without a reader, is dead code.

    >>> import tangentlite.backend.show
    >>> x, i = Var("x"), Var("i")
    >>> new, before, after, out = ((Var("tape"), Var("tape")) for _ in range(4))
    >>> body = Block((i, *before), tuple(Eqn((n,), runtime.append, (p, i)) for p, n in zip(before, after)), after)
    >>> made = tuple(Eqn((v,), make_list, ()) for v in new)
    >>> trace = Trace("f", Block((x,), (*made, For(out, i, x, new, body)), out), outs=(0, 1))
    >>> print(trace, end="")
    def f(x):
        tape = []
        tape_1 = []
        for i in x:
            tape = append(tape, i)
            tape_1 = append(tape_1, i)
        return tape, tape_1
    >>> print(merge_tapes(trace), end="")
    def f(x):
        tape = []
        tape_1 = []
        for i in x:
            tape = append(tape, i)
            tape_1 = append(tape_1, i)
        return tape, tape
    """
    return replace(trace, block=visit(trace.block))


def visit(block: Block) -> Block:
    made: dict[Var, Eqn] = {}
    same: dict[Var, Var] = {}
    stmts: list[Stmt] = []
    for s in block.stmts:
        match s:
            case Eqn():
                made.update((o, s) for o in s.outs)
            case If():
                s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
            case For() | While():
                s = replace(s, body=visit(s.body))
                same.update(twins(s, made))
        stmts.append(s)
    return substitute(Block(block.params, tuple(stmts), block.outs), same)


def twins(s: For | While, made: dict[Var, Eqn]) -> Iterable[tuple[Var, Var]]:
    """(tape, the earlier tape that holds the same) after the loop; the later one is left without a reader."""
    appends = {e.outs[0]: e for e in s.body.stmts if isinstance(e, Eqn) and e.op is runtime.append}
    first: dict[Any, Var] = {}
    for o, p, init, end in zip(s.outs, s.carried, s.inits, s.body.outs):
        e = appends.get(end)
        if e is None or e.args[0] is not p or not is_empty_list(init, made):
            continue
        earlier = first.setdefault(e.args[1], o)
        if earlier is not o:
            yield o, earlier


def is_empty_list(a: Any, made: dict[Var, Eqn]) -> bool:
    e = made.get(a) if isinstance(a, Var) else None
    return e is not None and e.op is make_list and not e.args
