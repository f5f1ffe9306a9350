"""Run a trace equation by equation: what a trace means, independently of how it is printed.

>>> import operator
>>> from tangentlite.ir import Block, Const, Eqn, Trace, Var
>>> x, y = Var("x"), Var("y")
>>> double = Trace("double", Block((x,), (Eqn((y,), operator.mul, (Const(2.0), x)),), (y,)))
>>> evaluate(double, (3.0,))
6.0
"""
from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.trace import Block, Const, Eqn, Fn, For, Function, If, Stmt, Trace, Try, Var, While
from tangentlite.ir.updates import add_at_inplace, append_inplace, pop_inplace, setitem_inplace, take_inplace

Env = dict[Var, Any]


def evaluate(trace: Trace, args: Sequence[Any], traces: Mapping[Fn, Trace] | None = None) -> Any:
    """What the function returns for these arguments. `traces` holds the functions it calls."""
    return packed(trace.outs, Interpreter(traces or {}).call(trace, args))


def packed(tree: Any, outs: Sequence[Any]) -> Any:
    """The flat outs of a function as the value it returns."""
    if isinstance(tree, tuple):
        return tuple(packed(t, outs) for t in tree) if tree else None
    return outs[tree]


class Interpreter:
    """Runs blocks on an environment of values.

    A subclass may let something else flow than plain values: it says what a constant becomes (`constant`), what an
    equation makes of its operands (`apply`), how a value is iterated and unpacked, and what decides a branch.
    """

    def __init__(self, traces: Mapping[Fn, Trace]) -> None:
        self.traces = traces

    def call(self, trace: Trace, args: Sequence[Any]) -> list[Any]:
        """The flat outs of a function."""
        params = trace.block.params
        given = [*args, *(self.constant(Const(dict(trace.defaults)[p])) for p in params[len(args):])]
        env: Env = dict(zip(params, given, strict=True))
        return self.block(trace.block, env)

    # -- what flows --------------------------------------------------------------------------------------------------

    def constant(self, c: Const) -> Any:
        if isinstance(c.value, Function):
            traces, called = self.traces, self.traces[c.value.fn]
            return lambda *args: evaluate(called, args, traces)
        return c.value

    def apply(self, s: Eqn, args: list[Any], kwargs: dict[str, Any]) -> Sequence[Any]:
        """One value for each of the equation's outs."""
        result = call_op(s.op, args, kwargs)
        if s.op is take_inplace and len(s.outs) > 2:
            return result[0], *unpacked(result[1], len(s.outs) - 1)
        return unpacked(result, len(s.outs)) if len(s.outs) > 1 else (result,)

    def items(self, iterable: Any) -> Iterable[Any]:
        return iterable  # type: ignore[no-any-return]

    def parts(self, item: Any, count: int) -> Sequence[Any]:
        return unpacked(item, count)

    def whole(self, item: Any) -> Any:
        """An item that is not taken apart."""
        return item

    def plain(self, value: Any) -> Any:
        """What flows, as a value of Python's."""
        return value

    def noticed(self, value: Any) -> Any:
        """A value that no equation gives, as what flows."""
        return value

    def truth(self, value: Any) -> bool:
        return bool(value)

    # -- statements --------------------------------------------------------------------------------------------------

    def read(self, a: Any, env: Env) -> Any:
        return self.constant(a) if isinstance(a, Const) else env[a]

    def operand(self, a: Any, env: Env) -> Any:
        """What a statement computes with. Derivatives hand on, unread, what a path left undefined."""
        return self.read(a, env)

    def reads(self, atoms: Iterable[Any], env: Env) -> list[Any]:
        return [self.read(a, env) for a in atoms]

    def block(self, block: Block, env: Env) -> list[Any]:
        for s in block.stmts:
            self.statement(s, env)
        return self.reads(block.outs, env)

    def statement(self, s: Stmt, env: Env) -> None:
        match s:
            case Eqn():
                args = [self.operand(a, env) for a in s.args]
                outs = self.apply(s, args, {k: self.operand(a, env) for k, a in s.kwargs})
            case Try():
                outs = self.guarded(s, env)
            case If():
                outs = self.block(s.then if self.truth(self.operand(s.test, env)) else s.orelse, env)
            case For() | While():
                outs = self.loop(s, env)
            case _:
                outs = self.call(self.traces[s.callee], self.reads(s.args, env))
        env.update(zip(s.outs, outs))

    def guarded(self, s: Try, env: Env) -> list[Any]:
        test = self.plain(self.operand(s.test, env))
        if s.catches:
            try:
                return self.block(s.then, env)
            except tuple(exception_types(test)) as error:
                env.update((p, self.noticed(error)) for p in s.orelse.params)
                return self.block(s.orelse, env)
        if s.form == "finally":
            try:
                return self.block(s.then, env)
            finally:
                self.block(s.orelse, env)
        with test as given:
            env.update((p, self.noticed(given)) for p in s.then.params)
            return self.block(s.then, env)
        raise RuntimeError("a context manager has swallowed an exception")

    def loop(self, s: For | While, env: Env) -> list[Any]:
        state = self.reads(s.inits, env)
        for item in self.items(self.operand(s.iter, env)) if isinstance(s, For) else itertools.repeat(None):
            if isinstance(s, For):
                self.bind(s.targets, item, env)
            else:
                env.update(zip(s.test.params, state))
                if not self.truth(self.block(s.test, env)[0]):
                    break
            env.update(zip(s.carried, state))
            state = self.block(s.body, env)
            if s.stop is not None and self.truth(state[s.stop]):
                break
        return state

    def bind(self, targets: Any, item: Any, env: Env) -> None:
        if isinstance(targets, Var):
            env[targets] = self.whole(item)
        elif targets:
            for t, part in zip(targets, self.parts(item, len(targets))):
                self.bind(t, part, env)


def unpacked(value: Any, count: int) -> list[Any]:
    items = list(value)
    if len(items) != count:
        raise ValueError(f"{len(items)} values cannot be unpacked into {count} targets")
    return items


def exception_types(test: Any) -> Iterator[Any]:
    """The classes that `except` names; None stands for all of them."""
    if isinstance(test, tuple):
        for t in test:
            yield from exception_types(t)
    else:
        yield BaseException if test is None else test


def call_op(op: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """op(*args, **kwargs), where the in-place forms of updates really write."""
    if op is operator.getitem and isinstance(args[1], runtime.Path):
        return runtime.element(*args)
    in_place = IN_PLACE.get(op) if isinstance(op, FunctionType) else None
    return op(*args, **kwargs) if in_place is None else in_place(*args)


def write(u: Any, index: Any, value: Any) -> Any:
    *before, last = index if isinstance(index, runtime.Path) else (index,)
    runtime.element(u, runtime.Path(before))[last] = value
    return u


def add(u: Any, index: Any, value: Any) -> Any:
    if isinstance(index, runtime.Path):
        *before, last = index
        add(runtime.element(u, runtime.Path(before)), last, value)
    elif not isinstance(u, np.ndarray):
        u[index] = runtime.add_at(u, index, value)[index]
    elif runtime.is_basic(index):
        u[index] += value
    else:
        np.add.at(u, index, value)
    return u


def append(items: Any, value: Any) -> Any:
    items.append(value)
    return items


def pop(items: Any) -> Any:
    items.pop()
    return items


def take(items: Any) -> tuple[Any, Any]:
    item = items.pop()
    return items, item


IN_PLACE: dict[Callable[..., Any], Callable[..., Any]] = {
    setitem_inplace: write,
    add_at_inplace: add,
    append_inplace: append,
    pop_inplace: pop,
    take_inplace: take,
}
