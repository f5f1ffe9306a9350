"""Count operations: run a program on arguments, as it is printed, and add up the work of what it executes, line by line."""
from __future__ import annotations

import copy
import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tangentlite.analyses.work import ACCESS, Work, entries, is_number, work_of
from tangentlite.errors import note_primal
from tangentlite.ir.evaluate import Env, Interpreter, packed
from tangentlite.ir.ops import Lazy
from tangentlite.ir.trace import Block, Const, Eqn, Fn, For, Function, Loc, Stmt, Trace, Var, While, op_name


class Place(NamedTuple):
    """A line of the primal."""

    file: str
    line: int


class Counter(Interpreter):
    """Runs traces after `fold`, whose equations are nested. `uncounted` are the operations the model says nothing of."""

    def __init__(self, traces: Mapping[Fn, Trace]) -> None:
        super().__init__(traces)
        self.lines: defaultdict[Place, Work] = defaultdict(Work)
        self.texts: dict[Place, str] = {}
        self.uncounted: dict[tuple[str, Place], None] = {}
        self.loop_place = self.here = Place("", 0)
        self.reverse = False  # is this a statement of the reverse sweep?

    def run(self, trace: Trace, args: Sequence[Any]) -> None:
        """Count what a function does with these arguments, which stay as they are."""
        self.here = self.place(trace.loc)
        self.call(trace, copy.deepcopy(args))

    def place(self, loc: Loc) -> Place:
        """The line to count for; what has none belongs to the line before it."""
        if not loc.line:
            return self.here
        found = Place(loc.file, loc.line)
        self.texts.setdefault(found, loc.text.strip().partition("\n")[0])
        return found

    # -- what flows --------------------------------------------------------------------------------------------------

    def constant(self, c: Const) -> Any:
        if isinstance(c.value, Function):
            called = self.traces[c.value.fn]
            return lambda *args: packed(called.outs, self.call(called, args))
        return c.value

    def read(self, a: Any, env: Env) -> Any:
        return self.nested(a, env) if isinstance(a, Eqn) else super().read(a, env)

    def nested(self, e: Eqn, env: Env) -> Any:
        if isinstance(e.op, Lazy):
            test = self.read(e.args[0], env)
            if e.op.form == "ifexp":
                return self.read(e.args[1] if test else e.args[2], env)
            return self.read(e.args[1], env) if bool(test) == (e.op.form == "and") else test
        args, kwargs = [self.operand(a, env) for a in e.args], {k: self.operand(a, env) for k, a in e.kwargs}
        return self.counted(e, args, kwargs, not self.in_reverse(e))[0]

    def apply(self, s: Eqn, args: list[Any], kwargs: dict[str, Any]) -> Sequence[Any]:
        return self.counted(s, args, kwargs, True)

    def counted(self, s: Eqn, args: list[Any], kwargs: dict[str, Any], kept: bool) -> Sequence[Any]:
        """The values of an equation; `kept` says whether they are stored, or used on the spot."""
        result = super().apply(s, args, kwargs)
        place = self.place(s.loc)
        work = work_of(s.op, args, kwargs, result[0] if len(s.outs) == 1 else result)
        if work is None:
            self.uncounted[op_name(s.op), place] = None
        else:
            self.lines[place] += work + ACCESS * self.moves(s, work, args, result, kept)
        return result

    def in_reverse(self, e: Eqn) -> bool:
        return self.reverse or e.loc.sweep == "reverse"

    def moves(self, s: Eqn, work: Work, args: Iterable[Any], result: Sequence[Any], kept: bool) -> int:
        """The numbers in variables that an operation fetches and stores.

        A step of the evaluation trace fetches its operands and stores its result, also where the user has nested it. A
        statement of the reverse sweep fetches the variables it names, and stores one.
        """
        if work.time == work.accesses:
            return 0
        nested = not self.in_reverse(s)
        fetched = sum(is_number(value) and (isinstance(a, Var) or isinstance(a, Eqn) and nested and a.op is not operator.getitem)
                      for a, value in zip(s.args, args))
        return fetched + (kept and len(s.outs) == 1 and is_number(result[0]))

    def items(self, iterable: Any) -> Iterator[Any]:
        place = self.loop_place
        for item in iterable:
            self.lines[place] += ACCESS * entries(item)
            yield item

    # -- statements --------------------------------------------------------------------------------------------------

    def statement(self, s: Stmt, env: Env) -> None:
        self.here, self.reverse = self.place(s.loc), s.loc.sweep == "reverse"
        if isinstance(s, Eqn) and isinstance(s.op, Lazy):
            env[s.out] = self.nested(s, env)
            return
        try:
            super().statement(s, env)
        except Exception as error:
            note_primal(error, s.loc)
            raise

    def block(self, block: Block, env: Env) -> list[Any]:
        for s in block.stmts:
            self.statement(s, env)
        self.reverse = False
        return self.reads(block.outs, env)

    def loop(self, s: For | While, env: Env) -> list[Any]:
        self.loop_place = self.here
        return super().loop(s, env)

