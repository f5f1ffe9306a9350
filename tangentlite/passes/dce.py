"""Dead code elimination: drop statements whose results nobody reads, and carried values that serve only themselves.

    a = np.sin(x)          b = np.cos(x)
    b = np.cos(x)     ->   return b
    return b
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tangentlite.analyses.raising import may_raise
from tangentlite.ir.trace import Block, Call, Eqn, For, If, Stmt, Trace, Try, Var, While, reads, variables
from tangentlite.rules.effects import is_pure

PureCall = Callable[[Call], bool]
Kinds = Mapping[Var, Any]


def never(call: Call) -> bool:
    return False


def dce(trace: Trace, pure_call: PureCall = never, watched: bool = False, kinds: Mapping[Var, Any] = {}) -> Trace:
    """Leave out what nobody reads. What may raise stays in the body of a `try`, and everywhere if the function is `watched`.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     y = x * x
    ...     z = y + 1.0
    ...     return y
    >>> program, root = lower(f, {"x": K.FLOAT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x):
        y = x * x
        y + 1.0
        return y
    >>> print(dce(trace), end="")
    def f(x):
        y = x * x
        return y
    """
    return replace(trace, block=dce_block(trace.block, pure_call, watched, kinds))


def dce_block(block: Block, pure_call: PureCall = never, watched: bool = False, kinds: Mapping[Var, Any] = {}) -> Block:
    """The block without what neither its outs nor its effects need."""
    return prune(block, pure_call, watched, kinds)[0]


def prune(block: Block, pure_call: PureCall, watched: bool, kinds: Kinds) -> tuple[Block, set[Var]]:
    """The block without what is dead, and the values it reads: its parameters and those of its surroundings."""
    live = set(variables(block.outs))
    kept: list[Stmt] = []
    for s in reversed(block.stmts):
        if not live.isdisjoint(s.outs) or has_effect(s, pure_call) or watched and may_raise(s, kinds):
            trimmed, inner = trim(s, live, pure_call, watched, kinds)
            live.difference_update(s.outs)
            live.update(variables(reads(trimmed)))
            live |= inner
            kept.append(trimmed)
    return Block(block.params, tuple(reversed(kept)), block.outs), live


def trim(s: Stmt, live: set[Var], pure_call: PureCall, watched: bool, kinds: Kinds) -> tuple[Stmt, set[Var]]:
    """The statement without its own dead parts, and what its blocks read from outside."""
    match s:
        case If():
            keep = [k for k, o in enumerate(s.outs) if o in live]
            one_sided = isinstance(s, Try) and not s.catches
            orelse, second = prune(s.orelse if one_sided else replace(s.orelse, outs=pick(s.orelse.outs, keep)), pure_call, watched, kinds)
            watched = watched or isinstance(s, Try) and s.catches
            then, first = prune(replace(s.then, outs=pick(s.then.outs, keep)), pure_call, watched, kinds)
            first.difference_update(s.then.params)
            second.difference_update(s.orelse.params)
            return replace(s, outs=pick(s.outs, keep), then=then, orelse=orelse), first | second
        case For() | While():
            return trim_loop(s, live, pure_call, watched, kinds)
    return s, set()


def trim_loop(s: For | While, live: set[Var], pure_call: PureCall, watched: bool, kinds: Kinds) -> tuple[Stmt, set[Var]]:
    alive = {k for k, o in enumerate(s.outs) if o in live} | ({s.stop} if s.stop is not None else set())
    test, tested = prune(s.test, pure_call, watched, kinds) if isinstance(s, While) else (None, set())
    if test is not None:
        alive |= {k for k, q in enumerate(test.params) if q in tested}
    while True:
        keep = sorted(alive)
        body, read = prune(replace(s.body, outs=pick(s.body.outs, keep)), pure_call, watched, kinds)
        grown = alive | {k for k, p in enumerate(s.carried) if p in read}
        if grown == alive:
            break
        alive = grown
    read.difference_update(s.body.params)
    targets = len(s.body.params) - len(s.inits)
    body = replace(body, params=(*s.body.params[:targets], *pick(s.carried, keep)))
    stop = keep.index(s.stop) if s.stop is not None else None
    changed: dict[str, Any] = {"outs": pick(s.outs, keep), "inits": pick(s.inits, keep), "body": body, "stop": stop}
    if test is not None:
        changed["test"] = replace(test, params=pick(test.params, keep))
        read |= tested.difference(test.params)
    return replace(s, **changed), read


def pick(items: tuple[Any, ...], keep: Iterable[int]) -> tuple[Any, ...]:
    return tuple(items[k] for k in keep)


def has_effect(s: Stmt, pure_call: PureCall = never) -> bool:
    match s:
        case Eqn():
            return not is_pure(s)
        case Call():
            return not pure_call(s)
        case Try(form="with"):
            return True
        case If():
            return any(has_effect(t, pure_call) for b in (s.then, s.orelse) for t in b.stmts)
        case For():
            return any(has_effect(t, pure_call) for t in s.body.stmts)
        case While():
            return any(has_effect(t, pure_call) for b in (s.test, s.body) for t in b.stmts)
