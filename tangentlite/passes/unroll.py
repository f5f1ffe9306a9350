"""Flatten loops whose bounds are known, and take the branches that known values decide.

    s = 0.0                        s = 0.0 + x * 1
    for i in range(2):      ->     s = s + x * 2
        s = s + x * (i + 1)        return s
    return s
"""
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from tangentlite.analyses.constants import MISSING, is_plain, is_scalar, known_result
from tangentlite.errors import UnsupportedError
from tangentlite.ir import UNDEF, Block, Call, Const, Eqn, Fn, For, If, Loc, Trace, Try, Var, While
from tangentlite.ir.ops import Bound, make_list, make_tuple, unpack
from tangentlite.ir.trace import Captured, Stmt, reads_alike, walk

LIMIT = 10_000  # equations that flattening may give
DEPTH = 50  # of calls within calls that are taken in
ITERATORS = (zip, enumerate, reversed)
NOTHING: tuple[Any, tuple[Any, ...]] = (None, ())


@dataclass(frozen=True)
class Unrolling:
    """What is known before the function runs: arguments by position, and, if `loops`, the literals of the source."""

    static: Mapping[int, Any] = field(default_factory=dict)
    loops: bool = False


KEEP = Unrolling()


@dataclass(frozen=True, eq=False)
class Known:
    """A value that follows from what is static; `atom` holds it when the function runs."""

    value: Any
    atom: Any


def unroll(trace: Trace, static: Mapping[Var, Any], loops: bool = True,
           traces: Mapping[Fn, Trace] | None = None, limit: int = LIMIT) -> Trace:
    """Flatten what the values of the parameters in `static` decide; with `loops`, what literals decide, too.

    Calls that pass on a known value to a function of `traces` with control flow are taken in. Raises UnsupportedError,
    located, where that would give more than `limit` equations.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     for i in range(2):
    ...         x = x * i
    ...     return x
    >>> program, root = lower(f, {"x": K.FLOAT})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x):
        v1 = range(2)
        for i in v1:
            x = x * i
        return x
    >>> print(unroll(trace, {}), end="")
    def f(x):
        range(2)
        x = x * 0
        x = x * 1
        return x
    """
    unroller = Unroller(trace, static, loops, traces or {}, limit)
    return replace(trace, block=Block(trace.block.params, *unroller.whole(trace.block)))


class Unroller:
    """A partial evaluator. `env` maps the values of the old trace to atoms of the new one, or to `Known`s."""

    def __init__(self, trace: Trace, static: Mapping[Var, Any], loops: bool, traces: Mapping[Fn, Trace],
                 limit: int) -> None:
        self.home, self.loops, self.traces, self.limit = trace.home, loops, traces, limit
        self.env: dict[Var, Any] = {p: Known(static[p], p) if p in static else p for p in trace.block.params}
        self.stmts: list[Stmt] = []
        self.made: dict[Var, tuple[Callable[..., Any], tuple[Any, ...]]] = {}  # how the new values are made
        self.given: set[Var] = set()  # iterators that something else advances when the function runs
        self.spent: frozenset[Var] = frozenset()  # iterators that have been taken apart
        self.loc = Loc()
        self.open: list[Loc] = []  # what is being flattened
        self.count = 0
        self.running: list[Fn] = []  # calls being taken in
        self.undecided: frozenset[Fn] = frozenset()  # those of them that may or may not call themselves here

    def whole(self, block: Block) -> tuple[tuple[Stmt, ...], tuple[Any, ...]]:
        for s in block.stmts:
            self.statement(s)
        return tuple(self.stmts), tuple(self.atom(self.look(a)) for a in block.outs)

    # -- values ------------------------------------------------------------------------------------------------------

    def look(self, a: Any) -> Any:
        return self.env[a] if isinstance(a, Var) else a

    def value(self, a: Any) -> Any:
        """The value of an atom, where it is known now."""
        return a.value if isinstance(a, Known) or isinstance(a, Const) and a is not UNDEF else MISSING

    def atom(self, a: Any) -> Any:
        """The atom that stands for a value in the new trace. An iterator given away there is not taken apart here."""
        if isinstance(a, Var) and self.made.get(a, NOTHING)[0] in ITERATORS:
            self.refuse_spent(a)
            self.given.add(a)
        return self.inner_atom(a)

    def refuse_spent(self, a: Var) -> None:
        if a in self.spent:
            raise UnsupportedError("an iterator is used again here after the loop over it was flattened", self.loc)

    def inner_atom(self, a: Any) -> Any:
        if not isinstance(a, Known):
            return a
        return Const(a.value) if a.atom is None or is_scalar(a.value) else a.atom

    def operand(self, a: Any, loc: Loc) -> Any:
        found = self.look(a)
        if found is UNDEF:
            raise UnsupportedError("a variable is read here that no path through the flattened loop assigns", loc)
        return found

    def new(self, v: Var) -> Var:
        like = self.env.get(v.like, v.like) if v.like is not None else None
        self.env[v] = made = Var(v.hint, v.temp, like if isinstance(like, Var) else v.like, v.suffix)
        return made

    def decides(self, args: Sequence[Any]) -> bool:
        """Are the operands static enough to compute with?"""
        return self.loops or any(isinstance(a, Known) for a in args)

    # -- statements --------------------------------------------------------------------------------------------------

    def statement(self, s: Stmt) -> None:
        self.spend()
        self.loc = s.loc
        match s:
            case Eqn():
                self.equation(s)
            case If():
                self.branch(s)
            case For() | While():
                outs = self.flattened(s)
                if outs is None:
                    self.kept(s)
                else:
                    self.env.update(zip(s.outs, outs))
            case Call():
                self.call(s)

    def spend(self) -> None:
        self.count += bool(self.open)
        if self.count > self.limit:
            raise UnsupportedError(f"flattened, this gives more than {self.limit:,} equations", self.open[0],
                                   "Keep the loop: leave out `unroll`, or the bound out of `static_argnums`")

    def equation(self, s: Eqn) -> None:
        args = [self.operand(a, s.loc) for a in s.args]
        kwargs = tuple((k, self.atom(self.operand(a, s.loc))) for k, a in s.kwargs)
        result = self.result(s, args) if len(s.outs) == 1 and not kwargs else MISSING
        if result is not MISSING and is_scalar(result):
            self.env[s.out] = Known(result, None)
            return
        outs = tuple(map(self.new, s.outs))
        atoms = tuple(map(self.inner_atom if s.op in ITERATORS and not kwargs else self.atom, args))
        self.stmts.append(Eqn(outs, self.operation(s.op), atoms, kwargs, s.loc))
        if len(outs) == 1 and not kwargs:
            self.made[outs[0]] = s.op, tuple(args)
        if result is not MISSING:
            self.env[s.out] = Known(result, outs[0])

    def result(self, s: Eqn, args: Sequence[Any]) -> Any:
        if not self.decides(args):
            return MISSING
        if s.op is len and args and self.display(args[0]) is not None:
            return len(self.display(args[0]) or ())
        values = list(map(self.value, args))
        return MISSING if MISSING in values else known_result(s.op, values)

    def operation(self, op: Any) -> Any:
        """A global that a function taken in reads is read by the function that takes it in."""
        return Captured(op.path, self.home) if isinstance(op, Captured) and op.home is not self.home else op

    def branch(self, s: If) -> None:
        test = self.operand(s.test, s.loc)
        value = MISSING if isinstance(s, Try) else self.value(test)
        if value is not MISSING:
            arm = s.then if value else s.orelse
            for t in arm.stmts:
                self.statement(t)
            self.env.update({o: self.look(a) for o, a in zip(s.outs, arm.outs)})
            return
        with self.undecided_here():
            then, orelse = self.inner(s.then), self.inner(s.orelse)
        self.stmts.append(replace(s, outs=tuple(map(self.new, s.outs)), test=self.atom(test), then=then, orelse=orelse))

    def inner(self, block: Block) -> Block:
        """A block that stays a block."""
        params = tuple(map(self.new, block.params))
        outer, self.stmts = self.stmts, []
        try:
            stmts, outs = self.whole(block)
        finally:
            self.stmts = outer
        return Block(params, stmts, outs)

    @contextmanager
    def undecided_here(self) -> Iterator[None]:
        outer, self.undecided = self.undecided, self.undecided.union(self.running)
        try:
            yield
        finally:
            self.undecided = outer

    # -- loops -------------------------------------------------------------------------------------------------------

    def kept(self, s: For | While) -> None:
        inits = tuple(self.atom(self.look(a)) for a in s.inits)
        with self.undecided_here():
            changed: dict[str, Any] = {"inits": inits, "body": self.inner(s.body)}
            if isinstance(s, While):
                changed["test"] = self.inner(s.test)
            else:
                changed["iter"] = self.atom(self.look(s.iter))
                changed["targets"] = renamed(s.targets, self.env)
        self.stmts.append(replace(s, outs=tuple(map(self.new, s.outs)), **changed))

    def flattened(self, s: For | While) -> list[Any] | None:
        """The carried values after the loop, one iteration after the other; None if their number is not known."""
        start, count, spent = len(self.stmts), self.count, self.spent
        self.open.append(s.loc)
        try:
            state = self.run(s)
        finally:
            self.open.pop()
        if state is None:
            del self.stmts[start:]
            self.count, self.spent = count, spent
        return state

    def run(self, s: For | While) -> list[Any] | None:
        state = [self.look(a) for a in s.inits]
        items = self.items(self.look(s.iter)) if isinstance(s, For) else itertools.repeat(None)
        if items is None or isinstance(s, For) and not self.is_static(self.look(s.iter)):
            return None
        for trip, item in enumerate(items):
            self.spend()
            if isinstance(s, For):
                self.bind(s.targets, item, s.loc)
            else:
                test = self.tested(s, state)
                value = self.value(test) if trip or self.decides((test,)) else MISSING
                if value is MISSING:
                    return None
                if not value:
                    break
            self.env.update(zip(s.carried, state))
            for t in s.body.stmts:
                self.statement(t)
            state = [self.look(a) for a in s.body.outs]
            stop = self.value(state[s.stop]) if s.stop is not None else False
            if stop is MISSING:
                return None
            if stop:
                break
        return state

    def tested(self, s: While, state: list[Any]) -> Any:
        self.env.update(zip(s.test.params, state))
        for t in s.test.stmts:
            self.statement(t)
        return self.look(s.test.outs[0])

    def is_static(self, a: Any) -> bool:
        """Does the iterable follow from what is static?"""
        if self.loops or isinstance(a, Known):
            return True
        op, args = self.made.get(a, NOTHING) if isinstance(a, Var) else NOTHING
        return op in ITERATORS and any(map(self.is_static, args))

    def items(self, iterable: Any) -> Iterable[Any] | None:
        """The items of an iterable of known length; a Python tuple is one that is not built yet."""
        value, parts = self.value(iterable), self.display(iterable)
        if parts is not None:
            return parts
        if type(value) in (range, tuple, str):
            return list(map(self.quoted, value[:self.limit + 1]))
        op, args = self.made.get(iterable, NOTHING) if isinstance(iterable, Var) else NOTHING
        if op not in ITERATORS or iterable in self.given:
            return None
        self.refuse_spent(iterable)
        self.spent |= {iterable}
        inner = [self.items(a) for a in (args if op is zip else args[:1])]
        if any(i is None for i in inner):
            return None
        columns = [list(i) for i in inner if i is not None]
        if op is zip:
            return list(zip(*columns))
        if op is reversed:
            return columns[0][::-1]
        first = self.value(args[1]) if len(args) > 1 else 0
        return [(Known(k, None), item) for k, item in enumerate(columns[0], first)] if type(first) is int else None

    def display(self, a: Any) -> tuple[Any, ...] | None:
        """The items of a list or tuple display."""
        op, args = self.made.get(a, NOTHING) if isinstance(a, Var) else NOTHING
        return args if op in (make_list, make_tuple) else None

    def quoted(self, value: Any) -> Known:
        """A part of a known value."""
        if is_plain(value):
            return Known(value, None)
        v = Var(temp=True)
        self.stmts.append(Eqn((v,), Bound("item", value), (), (), self.open[-1]))
        return Known(value, v)

    def bind(self, targets: Any, item: Any, loc: Loc) -> None:
        """Assign an item to the targets of a loop."""
        if isinstance(targets, Var):
            self.env[targets] = self.built(item, loc)
        elif targets:
            for t, part in zip(targets, self.parts(item, targets, loc)):
                self.bind(t, part, loc)

    def parts(self, item: Any, targets: tuple[Any, ...], loc: Loc) -> Sequence[Any]:
        value = self.value(item) if not isinstance(item, tuple) else MISSING
        items = item if isinstance(item, tuple) else self.display(item)
        if items is None and type(value) is tuple:
            items = tuple(map(self.quoted, value))
        if items is None:
            outs = tuple(Var(t.hint if isinstance(t, Var) else "", not isinstance(t, Var)) for t in targets)
            self.stmts.append(Eqn(outs, unpack, (self.atom(item),), (), loc))
            return outs
        if len(items) != len(targets):
            raise UnsupportedError(f"{len(items)} values cannot be unpacked into {len(targets)} targets", loc)
        return items

    def built(self, item: Any, loc: Loc) -> Any:
        if not isinstance(item, tuple):
            return item
        v, args = Var(temp=True), tuple(self.built(i, loc) for i in item)
        self.stmts.append(Eqn((v,), make_tuple, tuple(map(self.atom, args)), (), loc))
        self.made[v] = make_tuple, args
        return v

    # -- calls -------------------------------------------------------------------------------------------------------

    def call(self, s: Call) -> None:
        args = [self.operand(a, s.loc) for a in s.args]
        if not self.takes_in(s, args):
            self.stmts.append(replace(s, outs=tuple(map(self.new, s.outs)), args=tuple(map(self.atom, args))))
            return
        callee = self.traces[s.callee].block
        outer, self.env = self.env, dict(zip(callee.params, args))
        self.running.append(s.callee)
        self.open.append(s.loc)
        try:
            for t in callee.stmts:
                self.statement(t)
            results = [self.look(a) for a in callee.outs]
        finally:
            self.open.pop()
            self.running.pop()
            self.env = outer
        self.env.update(zip(s.outs, results))

    def takes_in(self, s: Call, args: Sequence[Any]) -> bool:
        """Does a known argument decide anything in the callee, and can the caller read what the callee reads?"""
        callee = self.traces.get(s.callee)
        if callee is None or s.callee in self.undecided or len(self.running) >= DEPTH:
            return False
        if not any(isinstance(a, Known) or self.loops and isinstance(a, Const) for a in args):
            return False
        stmts = list(walk(callee.block))
        equations = [t for t in stmts if isinstance(t, Eqn)]
        return len(equations) < len(stmts) and all(self.can_read(e.op) for e in equations)

    def can_read(self, op: Any) -> bool:
        if not isinstance(op, Captured) or op.home is self.home:
            return True
        return reads_alike(op.path[0], op.home, self.home)


def renamed(tree: Any, env: Mapping[Var, Any]) -> Any:
    return tuple(renamed(t, env) for t in tree) if isinstance(tree, tuple) else env[tree]
