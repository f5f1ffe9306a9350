"""Record an execution: the straight line of equations that a program ran through, with their values.

Calls are entered, loops unrolled and branches taken as the arguments decide: one equation after another is left.
"""
from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import BuiltinFunctionType
from typing import Any

import numpy as np

from tangentlite.analyses.kinds import infer
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.evaluate import Env, Interpreter, call_op, unpacked
from tangentlite.ir.ops import Bound, call_method, make_list, make_tuple, unpack
from tangentlite.ir.trace import Captured, Const, Eqn, Fn, Stmt, Trace, Var

PLAIN = {
    operator.iadd: operator.add, operator.isub: operator.sub, operator.imul: operator.mul, operator.ipow: operator.pow,
    operator.itruediv: operator.truediv, operator.imod: operator.mod, operator.ifloordiv: operator.floordiv,
}
STRUCTURE = (slice, make_tuple, make_list, range, enumerate, zip, reversed)  # no values in the sense of the theory


@dataclass(frozen=True)
class Recording:
    """A straight-line trace: what it computed, and of which kinds."""

    trace: Trace
    values: dict[Var, Any]
    kinds: dict[Var, Any]


def record(traces: Mapping[Fn, Trace], root: Fn, args: Sequence[Any]) -> Recording:
    """Run a function of the program on arguments. What the function raises is raised, with a note where."""
    recorder, trace = Recorder(traces), traces[root]
    params = tuple(Var(p.hint) for p in trace.block.params)
    for v, p, value in zip(params, trace.block.params, args, strict=True):
        recorder.values[v] = snapshot(value)
        recorder.b.kinds[v] = trace.kinds.get(p, K.UNKNOWN)
        recorder.know(v)
    outs = recorder.call(trace, params)
    kinds = {v: recorder.b.kinds[v] for v in params}
    straight = Trace(trace.name, recorder.b.block(params, outs), "", (), trace.outs, trace.home, trace.loc, kinds)
    return Recording(straight, recorder.values, recorder.b.kinds)


class Recorder(Interpreter):
    """What flows are the atoms of the trace under construction. An item that is a Python tuple is not built yet."""

    def __init__(self, traces: Mapping[Fn, Trace]) -> None:
        super().__init__(traces)
        self.b = Builder(infer=infer)
        self.values: dict[Var, Any] = {}

    def constant(self, c: Const) -> Const:
        return c

    def value(self, a: Any) -> Any:
        return a.value if isinstance(a, Const) else self.values[a]

    def truth(self, value: Any) -> bool:
        return bool(self.value(value))

    def statement(self, s: Stmt, env: Env) -> None:
        self.b.loc = s.loc
        super().statement(s, env)

    # -- equations ---------------------------------------------------------------------------------------------------

    def apply(self, s: Eqn, args: list[Any], kwargs: dict[str, Any]) -> Sequence[Any]:
        try:
            if s.op is unpack:
                return self.parts(args[0], len(s.outs))
            if isinstance(s.op, BuiltinFunctionType) and s.op in PLAIN:
                return (self.updated(s, args),)
            if not s.outs:
                call_op(s.op, [self.value(a) for a in args], {k: self.value(a) for k, a in kwargs.items()})
                self.b.eqn((), s.op, tuple(args), kwargs)
                return ()
            out = self.note(s.op, args, kwargs, s.outs[0].hint)
            return (out,) if len(s.outs) == 1 else self.parts(out, len(s.outs))
        except Exception as error:
            where = f"primal: {s.loc.file}:{s.loc.line}: {s.loc.text.strip()}"
            if where not in getattr(error, "__notes__", ()):
                error.add_note(where)
            raise

    def note(self, op: Any, args: Sequence[Any], kwargs: dict[str, Any] | None = None, hint: str = "") -> Var:
        """Run one equation and append it."""
        kwargs = kwargs or {}
        value = call_op(op, [self.value(a) for a in args], {k: self.value(a) for k, a in kwargs.items()})
        inline = isinstance(op, (Captured, Bound)) or op in STRUCTURE or isinstance(value, (bool, np.bool_))
        out = Var(hint, temp=inline)
        self.b.eqn((out,), op, tuple(args), kwargs)
        self.values[out] = snapshot(value) if isinstance(op, Captured) else value
        self.know(out)
        return out

    def know(self, v: Var) -> None:
        """Where inference does not know the kind of a value, the value does."""
        if self.b.kinds[v] == K.UNKNOWN:
            self.b.kinds[v] = K.of_value(self.values[v], v)

    def updated(self, s: Eqn, args: list[Any]) -> Var:
        """`u += v` as `u + v`, which leaves the recorded `u` alone; an array keeps its dtype."""
        u, v = map(self.value, args)
        value = s.op(u.copy() if isinstance(u, np.ndarray) else u, v)
        out = self.note(PLAIN[s.op], args, hint=s.out.hint)
        if isinstance(value, np.ndarray) and self.values[out].dtype != value.dtype:
            out = self.note(call_method, (out, Const("astype"), Const(value.dtype.type)), hint=s.out.hint)
        self.values[out] = value
        return out

    # -- iteration ---------------------------------------------------------------------------------------------------

    def items(self, iterable: Any) -> Iterator[Any]:
        made = self.b.defs.get(iterable) if isinstance(iterable, Var) else None
        value = self.value(iterable)
        if made is not None and made.op in (make_list, make_tuple):
            yield from made.args
        elif made is not None and made.op is zip and not made.kwargs:
            yield from zip(*map(self.items, made.args))
        elif made is not None and made.op is enumerate and not made.kwargs:
            first = self.value(made.args[1]) if len(made.args) > 1 else 0
            yield from ((Const(k), item) for k, item in enumerate(self.items(made.args[0]), first))
        elif isinstance(iterable, Var) and isinstance(value, (list, tuple, np.ndarray)):
            yield from (self.note(operator.getitem, (iterable, Const(k))) for k, _ in enumerate(value))
        else:
            yield from map(self.quote, value)

    def parts(self, item: Any, count: int) -> Sequence[Any]:
        if isinstance(item, tuple):
            return unpacked(item, count)
        made = self.b.defs.get(item) if isinstance(item, Var) else None
        if made is not None and made.op in (make_list, make_tuple):
            return unpacked(made.args, count)
        value = self.value(item)
        items = unpacked(value, count)
        if isinstance(item, Var) and isinstance(value, (list, tuple, np.ndarray)):
            return [self.note(operator.getitem, (item, Const(k))) for k in range(count)]
        return [self.quote(v) for v in items]

    def whole(self, item: Any) -> Any:
        return self.note(make_tuple, [self.whole(i) for i in item]) if isinstance(item, tuple) else item

    def quote(self, value: Any) -> Any:
        """A value that comes from no equation."""
        return Const(value) if is_literal(value) else self.note(Bound("item", value), ())


def is_literal(value: Any) -> bool:
    if type(value) is tuple:
        return all(map(is_literal, value))
    return value is None or type(value) in (bool, int, float, complex, str)


def snapshot(value: Any) -> Any:
    """The recorded value of an argument or global does not change with the caller's array."""
    return value.copy() if isinstance(value, np.ndarray) else value
