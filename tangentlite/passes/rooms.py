"""For machine code: the arrays of tapes that begin and end in one iteration of a loop are made once, before the loop.

    for p in range(n):                       s_tape = np.empty(m)
        s_tape = np.empty(m)                 for p in range(n):
        for t in range(m):          ->           for t in range(m):
            s_tape[t] = s                            s_tape[t] = s

That is where elements alone are read of them: no view of an array may be left from the iteration before.
"""
from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import Eqn, For, If, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.repetition import Kinds, carry, twins
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Stmt, blocks, free, reads, uses, variables, walk
from tangentlite.passes.bodies import nested, with_statements

SIZES = (len, max, min, operator.add, operator.sub, operator.mul, operator.getitem, getattr, make_tuple)


def rooms(trace: Trace, kinds: dict[Var, Any]) -> Trace:
    """The trace, after `array_tapes`; `kinds` learns of the arrays as loops carry them.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import Const
    >>> xs, i, t, new, before, after, last, item = (Var(h) for h in ("xs", "i", "t", "tape", "tape", "tape", "tape", "x"))
    >>> fill = For((last,), t, xs, (new,), Block((t, before), (Eqn((after,), runtime.setitem, (before, t, t)),), (after,)))
    >>> read = Eqn((item,), operator.getitem, (last, i))
    >>> body = Block((i,), (Eqn((new,), np.empty, (Const(9),)), fill, read, Eqn((), print, (item,))), ())
    >>> trace = Trace("f", Block((xs,), (For((), i, xs, (), body),), (xs,)))
    >>> print(trace, end="")
    def f(xs):
        for i in xs:
            tape = np.empty(9)
            for t in xs:
                tape = setitem(tape, t, t)
            x = tape[i]
            print(x)
        return xs
    >>> print(rooms(trace, {new: K.Array("float64", ("n",)), item: K.FLOAT}), end="")
    def f(xs):
        tape = np.empty(9)
        for i in xs:
            for t in xs:
                tape = setitem(tape, t, t)
            x = tape[i]
            print(x)
        return xs
    """
    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            s = nested(s, visit)
            if isinstance(s, For | While):
                s, before = emptied(s, kinds)
                stmts += before
            stmts.append(s)
        return with_statements(block, stmts)

    block = visit(trace.block)
    return trace if block is trace.block else replace(trace, block=block)


def emptied(loop: For | While, kinds: dict[Var, Any]) -> tuple[For | While, list[Stmt]]:
    """The loop, and what it need not do in every iteration."""
    outside: list[Stmt] = []
    for e in [s for s in loop.body.stmts if isinstance(s, Eqn) and s.op is np.empty]:
        sizes = what_it_takes(e, loop)
        last = last_version(e.out, loop.body, kinds) if sizes is not None else None
        if sizes is not None and last is not None and last not in loop.body.outs:
            loop = carrying(loop, e, last, sizes, kinds)
            outside += [*sizes, e]
    return loop, outside


def what_it_takes(e: Eqn, loop: For | While) -> list[Stmt] | None:
    """The statements that compute the size of an array, if it is the same in all iterations."""
    made = {o: s for s in loop.body.stmts for o in s.outs}
    local = {*loop.body.params, *(o for s in walk(loop.body) for o in s.outs)}
    wanted, found = list(variables(e.inputs)), []
    for v in wanted:
        s = made.get(v)
        if isinstance(s, Eqn) and s.op in SIZES:
            found.append(s)
            wanted += variables(s.inputs)
        elif v in local:
            return None
    return [s for s in loop.body.stmts if s in found]


def last_version(array: Var, block: Block, kinds: Kinds) -> Var | None:
    """What the array has become at the end of the block; None if something may see it otherwise than by its elements."""
    for s in block.stmts:
        if array not in uses(s):
            continue
        match s:
            case Eqn(op=runtime.setitem) if s.args[0] is array and array not in s.args[1:]:
                array = s.out
            case Eqn(op=operator.getitem) if K.is_number(kinds.get(s.out, K.UNKNOWN)):
                pass
            case For() | While() if array in s.inits and array not in free(s.body):
                k = s.inits.index(array)
                last = last_version(s.carried[k], s.body, kinds)
                if last is None or s.inits.count(array) > 1 or s.body.outs.count(last) != 1 or s.body.outs[k] is not last:
                    return None
                array = s.outs[k]
            case If() | For() | While() if array not in reads(s):
                if any(last_version(array, b, kinds) is not array or array in b.outs for b in blocks(s)):
                    return None
            case _:
                return None
    return array


def carrying(loop: For | While, e: Eqn, last: Var, sizes: Sequence[Stmt], kinds: dict[Var, Any]) -> For | While:
    """The loop with an array that every iteration takes over from the one before."""
    param, out = twins((e.out,), kinds) + twins((e.out,), kinds)
    stmts = tuple(s for s in loop.body.stmts if s is not e and s not in sizes)
    body = substitute(Block((), stmts, ()), {e.out: param})
    return carry(loop, param, e.out, last, out, body.stmts)
