"""Can a part of a program be run again with nothing to show for it?"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tangentlite.ir import Call, Eqn, Fn, Stmt, Trace, Try
from tangentlite.ir.ops import assert_, is_one_of, raise_
from tangentlite.ir.trace import Block, walk
from tangentlite.rules.effects import is_pure

CHECKS = (raise_, assert_, is_one_of)


def repeatable(block: Block, traces: Mapping[Fn, Trace]) -> bool:
    """Can the block be run again, once it has come to its end?"""
    return next(effects(block, traces), None) is None


def effects(block: Block, traces: Mapping[Fn, Trace]) -> Iterator[Stmt]:
    """The statements, those of the functions it calls included, that have an effect besides their results and exceptions."""
    todo, seen = [block], set()
    while todo:
        for s in walk(todo.pop()):
            if isinstance(s, Try) and s.form == "with" or isinstance(s, Eqn) and not is_pure(s) and not is_check(s.op):
                yield s
            if isinstance(s, Call) and s.callee not in seen:
                if s.callee not in traces:
                    yield s
                    continue
                seen.add(s.callee)
                todo.append(traces[s.callee].block)


def is_check(op: Any) -> bool:
    """Has the operation no effect but an exception?"""
    return op in CHECKS or isinstance(op, type) and issubclass(op, BaseException)
