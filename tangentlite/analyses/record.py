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

from tangentlite.analyses.activity import TEXT
from tangentlite.errors import CARRIED, UnsupportedError, note_primal
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.evaluate import Env, Interpreter, call_op, unpacked
from tangentlite.ir.ops import Bound, Called, call_method, make_list, make_tuple, unpack
from tangentlite.ir.trace import UNDEF, Captured, Const, Eqn, Fn, Stmt, Trace, Var, functions_of, op_name
from tangentlite.rules.inference import infer
from tangentlite.rules.registry import rule_of

PLAIN = {
    operator.iadd: operator.add, operator.isub: operator.sub, operator.imul: operator.mul, operator.ipow: operator.pow,
    operator.itruediv: operator.truediv, operator.imod: operator.mod, operator.ifloordiv: operator.floordiv,
}
ITERATORS = (zip, enumerate, reversed)
DICT_ITEMS: Any = type({}.items())
DICT_VALUES: Any = type({}.values())
STRUCTURE = (slice, make_tuple, make_list, range, *ITERATORS)  # no values in the sense of the theory


@dataclass(frozen=True)
class Recording:
    """A straight-line trace: what it computed, and of which kinds."""

    trace: Trace
    values: dict[Var, Any]
    kinds: dict[Var, Any]


def record(traces: Mapping[Fn, Trace], root: Fn, args: Sequence[Any], wrt: Sequence[int] = ()) -> Recording:
    """Run a function of the program on arguments, to be differentiated with respect to those at the positions `wrt`.

    What the function raises is raised, with a note where. Raises UnsupportedError, located, where the straight line would
    not show how a value came about.
    """
    recorder, trace = Recorder(traces), traces[root]
    params = tuple(Var(p.hint) for p in trace.block.params)
    for v, p, value in zip(params, trace.block.params, args, strict=True):
        recorder.values[v] = snapshot(value)
        recorder.b.kinds[v] = trace.kinds.get(p, K.UNKNOWN)
        recorder.know(v)
    recorder.varied.update(params[k] for k in wrt)
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
        self.varied: set[Var] = set()
        self.noticed_here: set[Var] = set()  # objects that no equation gives
        self.started: dict[Var, Iterator[Any]] = {}  # iterators that are taken apart item by item
        self.opaque: set[Var] = set()  # iterators that have been handed to a function

    def constant(self, c: Const) -> Const:
        return c

    def value(self, a: Any) -> Any:
        return super().constant(a) if isinstance(a, Const) else self.values[a]

    def operand(self, a: Any, env: Env) -> Any:
        found = self.read(a, env)
        if found is UNDEF:
            raise UnboundLocalError("a variable is read before it is assigned")
        return found

    def plain(self, value: Any) -> Any:
        return self.value(value)

    def noticed(self, value: Any) -> Var:
        """An exception, or what a manager gives: where anything varies it may hold what does."""
        made = self.note(Bound("error" if isinstance(value, BaseException) else "given", value), ())
        if self.varied:
            self.noticed_here.add(made)
        return made

    def truth(self, value: Any) -> bool:
        return bool(self.value(value))

    def statement(self, s: Stmt, env: Env) -> None:
        self.b.loc = s.loc
        super().statement(s, env)

    # -- equations ---------------------------------------------------------------------------------------------------

    def apply(self, s: Eqn, args: list[Any], kwargs: dict[str, Any]) -> Sequence[Any]:
        self.hand_over(s.op, (*args, *kwargs.values()))
        if (any(functions_of(s)) or isinstance(s.op, Called)) and any(a in self.varied for a in (*args, *kwargs.values())):
            what = "an object that is called" if isinstance(s.op, Called) else f"a function that `{op_name(s.op)}` calls"
            raise UnsupportedError(f"the evaluation trace does not go into {what}", s.loc)
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
            note_primal(error, s.loc)
            raise

    def note(self, op: Any, args: Sequence[Any], kwargs: dict[str, Any] | None = None, hint: str = "") -> Var:
        """Run one equation and append it."""
        kwargs = kwargs or {}
        value = call_op(op, [self.value(a) for a in args], {k: self.value(a) for k, a in kwargs.items()})
        inline = isinstance(op, (Captured, Bound)) or op in STRUCTURE or isinstance(value, (bool, np.bool_))
        out = Var(hint, temp=inline)
        self.b.eqn((out,), op, tuple(args), kwargs)
        self.values[out] = snapshot(value) if isinstance(op, Captured) else value
        rule = rule_of(op)
        if (rule is None or not rule.constant or op in TEXT) and not self.noticed_here.isdisjoint(a for a in args if isinstance(a, Var)):
            if K.differentiable(K.of_value(value)) and not isinstance(value, int):
                raise UnsupportedError(CARRIED, self.b.loc)
            self.noticed_here.add(out)
        if any(a in self.varied for a in (*args, *kwargs.values())):
            self.varied.add(out)
        self.know(out)
        return out

    def hand_over(self, op: Any, args: Sequence[Any]) -> None:
        """An iterator is either taken apart here or advanced by a function: not first one, then the other."""
        for a in args:
            made = self.b.defs.get(a) if isinstance(a, Var) and op not in ITERATORS else None
            if made is not None and made.op in ITERATORS:
                if a in self.started:
                    raise UnsupportedError("an iterator that a loop has begun is used again here", self.b.loc)
                self.opaque.add(a)

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
        if made is None or made.op not in ITERATORS or iterable in self.opaque:
            return self.elements(iterable, made)
        if iterable not in self.started:
            self.started[iterable] = self.advance(made)
        return self.started[iterable]

    def advance(self, made: Eqn) -> Iterator[Any]:
        """What `zip`, `enumerate` or `reversed` yields."""
        kwargs = dict(made.kwargs)
        if made.op is zip:
            inner = map(self.items, made.args)
            yield from zip(*inner, strict="strict" in kwargs and self.truth(kwargs["strict"]))
        elif made.op is reversed:
            yield from reversed(list(self.items(made.args[0])))
        else:
            first = made.args[1] if len(made.args) > 1 else kwargs.get("start", Const(0))
            yield from ((Const(k), item) for k, item in enumerate(self.items(made.args[0]), self.value(first)))

    def elements(self, iterable: Any, made: Eqn | None) -> Iterator[Any]:
        value = self.value(iterable)
        if made is not None and made.op in (make_list, make_tuple):
            yield from made.args
        elif made is not None and isinstance(value, DICT_ITEMS) and made.op is call_method:
            yield from ((Const(k), self.note(operator.getitem, (made.args[0], Const(k)))) for k, _ in value)
        elif made is not None and isinstance(value, DICT_VALUES) and made.op is call_method:
            yield from (self.note(operator.getitem, (made.args[0], Const(k))) for k in self.value(made.args[0]))
        elif isinstance(iterable, Var) and isinstance(value, (list, tuple, np.ndarray)):
            yield from (self.note(operator.getitem, (iterable, Const(k))) for k, _ in enumerate(value))
        else:
            yield from (self.quote(v, iterable) for v in value)

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
        return [self.quote(v, item) for v in items]

    def whole(self, item: Any) -> Any:
        return self.note(make_tuple, [self.whole(i) for i in item]) if isinstance(item, tuple) else item

    def quote(self, value: Any, source: Any) -> Any:
        """A part of `source` that no equation gives."""
        if source in self.varied and K.differentiable(K.of_value(value)):
            raise UnsupportedError("the derivative cannot follow the items of this iterable", self.b.loc)
        return Const(value) if is_literal(value) else self.note(Bound("item", value), ())


def is_literal(value: Any) -> bool:
    if type(value) is tuple:
        return all(map(is_literal, value))
    return value is None or type(value) in (bool, int, float, complex, str)


def snapshot(value: Any) -> Any:
    """The recorded value of an argument or global does not change with the caller's array."""
    return value.copy() if isinstance(value, np.ndarray) else value
