"""What is done with lists, as one would write it.

    c_bar = zeros_like(c)     ->     c_bar = [0.0] * len(c)

    v_bar = c_bar[-1]         ->     v_bar = c_bar.pop()
    c_bar.pop()
"""
from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list
from tangentlite.ir.trace import Block, Call, Const, Eqn, For, If, Stmt, Trace, Var, While, walk
from tangentlite.ir.undefined import handed_on
from tangentlite.ir.updates import add_at_inplace, append_inplace, pop_inplace, setitem_inplace, take_inplace

MAKERS = frozenset((make_list, list, sorted, operator.add, operator.mul, runtime.append, runtime.setitem, runtime.add_at,
                    append_inplace, setitem_inplace, add_at_inplace, pop_inplace))  # what they give is not None


def lists(trace: Trace, kinds: Mapping[Var, Any], entry: bool) -> Trace:
    """The trace after `inplace`, with the operations of Python's lists. Those who call an `entry` give it what its kinds say.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir.build import Builder
    >>> from tangentlite.ir.kinds import FLOAT, Seq
    >>> b, c = Builder(), Var("c")
    >>> c_bar = b.emit(runtime.zeros_like, c)
    >>> trace = Trace("f", b.block((c,), (c_bar,)))
    >>> print(lists(trace, {c: Seq("list", None, FLOAT)}, entry=True))
    def f(c):
        v1 = [0.0]
        v2 = len(c)
        v2 = v1 * v2
        return v2
    <BLANKLINE>
    """
    return replace(trace, block=Lists(trace, kinds, entry).block(trace.block))


class Lists:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any], entry: bool) -> None:
        self.kinds = kinds
        self.sure: dict[Any, bool] = dict.fromkeys(trace.block.params, entry)  # that it is a list, and not None as on some other path
        self.made: dict[Var, Any] = {}
        self.flows: dict[Var, list[Any]] = {}
        for s in walk(trace.block):
            for target, a in handed_on(s):
                self.flows.setdefault(target, []).append(a)
            if isinstance(s, Eqn):
                self.made.update(dict.fromkeys(s.outs[:1], s.op))
            elif isinstance(s, Call) and s.callee.mode in ("", "forward"):
                self.sure.update(dict.fromkeys(s.outs, True))

    def block(self, b: Block) -> Block:
        stmts: list[Stmt] = []
        for s in b.stmts:
            last = stmts[-1] if stmts else None
            if isinstance(s, Eqn) and isinstance(last, Eqn) and takes_last(last, s):
                stmts[-1] = replace(s, op=take_inplace, outs=(*s.outs, *last.outs))
            else:
                stmts += self.statement(s)
        return replace(b, stmts=tuple(stmts))

    def statement(self, s: Stmt) -> Iterator[Stmt]:
        match s:
            case Eqn() if s.op is runtime.zeros_like and self.is_list_of_floats(s.args[0]):
                one, length = Var(temp=True), Var(temp=True)
                yield Eqn((one,), make_list, (Const(0.0),), (), s.loc)
                yield Eqn((length,), len, s.args, (), s.loc)
                yield replace(s, op=operator.mul, args=(one, length))
            case If():
                yield replace(s, then=self.block(s.then), orelse=self.block(s.orelse))
            case For():
                yield replace(s, body=self.block(s.body))
            case While():
                yield replace(s, test=self.block(s.test), body=self.block(s.body))
            case _:
                yield s

    def is_list_of_floats(self, v: Any) -> bool:
        return is_list_of_floats(self.kinds.get(v, K.UNKNOWN)) and self.is_sure(v)

    def is_sure(self, v: Any) -> bool:
        if v not in self.sure:
            self.sure[v] = v in self.flows  # by induction over the iterations
            self.sure[v] = all(map(self.is_sure, self.flows[v])) if v in self.flows else self.made.get(v) in MAKERS
        return self.sure[v]


def is_list_of_floats(kind: Any) -> bool:
    return isinstance(kind, K.Seq) and kind.type == "list" and (
        kind.elem == K.FLOAT if kind.items is None else len(kind.items) > 0 and set(kind.items) == {K.FLOAT})


def takes_last(read: Eqn, write: Eqn) -> bool:
    """Does one equation read the last item of a list, which the next one removes?"""
    return write.op is pop_inplace and read.op is operator.getitem and read.args == (write.args[0], Const(-1))
