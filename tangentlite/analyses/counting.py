"""Count operations: run a program on arguments, as it is printed, and add up the work of what it executes, line by line."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tangentlite.analyses.work import ACCESS, Work, entries, work_of
from tangentlite.ir.evaluate import Env, Interpreter
from tangentlite.ir.ops import Lazy
from tangentlite.ir.trace import Const, Eqn, Fn, For, Function, If, Loc, Stmt, Trace, Var, op_name


class Place(NamedTuple):
    """A line of the primal."""

    file: str
    line: int


class Counter(Interpreter):
    """Runs traces after `fold`, whose equations are nested. `uncounted` are the operations the model says nothing of."""

    def __init__(self, traces: Mapping[Fn, Trace]) -> None:
        super().__init__(traces)
        self.lines: defaultdict[Place, Work] = defaultdict(Work)
        self.uncounted: dict[tuple[str, Place], None] = {}
        self.here = Loc()

    def constant(self, c: Const) -> Any:
        if isinstance(c.value, Function):
            called = self.traces[c.value.fn]
            return lambda *args: self.returned(called, args)
        return c.value

    def returned(self, trace: Trace, args: Sequence[Any]) -> Any:
        """What a function of the program gives the library that calls it back."""
        from tangentlite.ir.evaluate import packed

        return packed(trace.outs, self.call(trace, args))

    def read(self, a: Any, env: Env) -> Any:
        return self.nested(a, env) if isinstance(a, Eqn) else super().read(a, env)

    def nested(self, e: Eqn, env: Env) -> Any:
        if isinstance(e.op, Lazy):
            test = self.read(e.args[0], env)
            if e.op.form == "ifexp":
                return self.read(e.args[1] if test else e.args[2], env)
            return self.read(e.args[1], env) if bool(test) == (e.op.form == "and") else test
        return self.apply(e, [self.operand(a, env) for a in e.args], {k: self.operand(a, env) for k, a in e.kwargs})[0]

    def statement(self, s: Stmt, env: Env) -> None:
        if isinstance(s, Eqn) and isinstance(s.op, Lazy):
            env[s.out] = self.nested(s, env)
            return
        self.here = s.loc
        super().statement(s, env)

    def apply(self, s: Eqn, args: list[Any], kwargs: dict[str, Any]) -> Sequence[Any]:
        result = super().apply(s, args, kwargs)
        loc = s.loc if s.loc.line else self.here
        place = Place(loc.file, loc.line)
        work = work_of(s.op, args, kwargs, result[0] if len(s.outs) == 1 else result)
        if work is None:
            self.uncounted[op_name(s.op), place] = None
        else:
            self.lines[place] += work
        return result

    def loop(self, s: Any, env: Env) -> list[Any]:
        place = Place(s.loc.file, s.loc.line)
        if isinstance(s, For):
            self.reading = place
        return super().loop(s, env)

    def items(self, iterable: Any) -> Iterator[Any]:
        place = self.reading
        for item in iterable:
            self.lines[place] += ACCESS * entries(item)
            yield item
