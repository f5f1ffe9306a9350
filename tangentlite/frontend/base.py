"""What lowering every construct needs: the environment, located equations, and paths that part and meet again."""
from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tangentlite.analyses.raising import may_raise
from tangentlite.errors import HalfDoneError, OutdatedError, RaisesError, UnsupportedError
from tangentlite.frontend.attempts import Attempt
from tangentlite.frontend.choices import chosen
from tangentlite.frontend.meeting import Meeting
from tangentlite.frontend.memory import Memory
from tangentlite.frontend.pools import Key, pooled, unpooled
from tangentlite.frontend.references import Choice, Paths, Reference, Token, Writes
from tangentlite.frontend.source import Source
from tangentlite.frontend.syntax import may_write
from tangentlite.frontend.values import CHANGE_LAST, Conflict, Frame, Interrupted, Live, Pack, Pooled, common, flatten, unflatten
from tangentlite.ir import UNDEF, Block, Const, If, Loc, Try, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import Bound, make_tuple
from tangentlite.ir.trace import Function
from tangentlite.rules.registry import built_in, rule_of

if TYPE_CHECKING:
    from tangentlite.frontend.program import Program

T = TypeVar("T")


FOLDED = (operator.add, operator.sub, operator.mul, operator.neg)  # of integers that unrolled loops count with


class Ahead(NamedTuple):
    """A name that the making of items reads, and what it stood for; without a frame, the items change something themselves."""

    frame: Frame | None
    name: str = ""
    value: Any = None


class Arm(NamedTuple):
    """One of two paths: its block, what the names stand for at its end, the value it gives, and what it has written."""

    builder: Builder
    env: dict[str, Any]
    value: Any
    writes: Writes
    params: tuple[Var, ...] = ()

    @property
    def raised(self) -> bool:
        """Does the path end in an exception?"""
        return bool(self.env.get("%raised") == Const(True))


# pseudo-variables: where control goes, what is returned, and whether the body of a `try` came to its end
CONTROL = ("%jump", "%stop", "%returned", "%value", "%raised", "%completed")


class Base:
    def __init__(self, program: Program, source: Source, builder: Builder) -> None:
        self.program, self.source, self.b = program, source, builder
        self.root = self.home = source.function
        self.frame = Frame(source, self.home)
        self.frames = [self.frame]  # of the functions that are lowered in place at the moment, outer ones first
        self.env: dict[str, Any] = {}
        self.locals: frozenset[str] = frozenset()
        self.target = ""  # the variable the current statement assigns: its temporaries are spelled after it
        self.in_loop = False
        self.memory = Memory(builder.kinds, builder.defs, not program.object_keys)
        self.instances: dict[str, Any] = {}  # the objects that are known part by part, by their keys
        self.sites: dict[Any, Any] = {}  # where lists and dictionaries are made that are values of the trace
        self.taken: dict[str, Var] = {}  # arguments that are objects, and objects in them
        self.returning = False  # are the results being packed?
        self.path_of = 0  # how many functions are lowered in place where what is lowered is one of two paths; 0 elsewhere
        self.attempts: list[Attempt] = []  # the bodies of `try` that are lowered at the moment, outer ones first
        self.known: dict[Var, int] = {}  # the tests that decided for the path that is lowered at the moment
        self.remembered: dict[Hashable, Any] = {}  # what caches hold
        self.made_ahead: dict[Any, list[Ahead]] = {}  # lists of items that Python makes one by one, and what that depends on
        self.pools: list[Key] | None = None  # the kinds of the arrays that are kept in pools; None: names stand for arrays
        self.pool_tokens: dict[Token, str] = {}  # the memory of each pool, and what the environment calls it
        self.pool_lengths: dict[Var, int] = {}  # how many arrays are in it, where that is known
        self.unrolled = 0  # iterations of loops over few integers
        self.rebindings = 0  # how often an item or an attribute has been given another value
        self.placed: dict[Var, tuple[Builder, Pooled]] = {}  # what has been put into a pool, the block where that was, and its place
        self.counters: dict[Var, Any] = {}  # the targets of loops, and what these run over
        self.held = 0  # operands that have been read before others were evaluated
        self.packed: set[Var] = set()  # parts of tuples that are made for paths that may leave them undefined

    # -- equations -----------------------------------------------------------------------------------------------------

    def loc(self, node: Any) -> Loc:
        return self.source.loc(node)

    def unsupported(self, node: Any, message: str, advice: str = "") -> UnsupportedError:
        return UnsupportedError(message, self.loc(node), advice)

    def raises(self, node: Any, message: str, kind: type[Exception], *args: Any) -> RaisesError:
        return RaisesError(message, self.loc(node), "", kind, args)

    def half_done(self, node: Any, value: Interrupted) -> HalfDoneError:
        return HalfDoneError(value.message(), self.loc(node), CHANGE_LAST, value.statement, value.name)

    def new(self, name: str = "") -> Var:
        return Var(hint_of(name)) if name else Var(hint_of(self.target), temp=True)

    def make(self, op: Callable[..., Any], args: tuple[Any, ...], node: Any, name: str = "", **kwargs: Any) -> Var:
        """The result of a new equation; `name` is the variable it is assigned to."""
        if self.program.unrolls and op in FOLDED and all(isinstance(a, Const) and type(a.value) is int for a in args):
            return Const(op(*(a.value for a in args)))  # type: ignore[return-value]
        self.b.loc = self.loc(node)
        self.check_fresh((*args, *kwargs.values()), node)
        made = self.b.eqn((self.new(name),), op, args, kwargs)
        if self.attempts and may_raise(made, self.b.kinds):
            rule = rule_of(op)
            calls_back = any(isinstance(a, Const) and isinstance(a.value, Function) for a in made.inputs)
            self.interruptible(node, rule is not None and built_in(op, rule) and not calls_back)
        self.memory.note(made)
        return made.out

    def interruptible(self, node: Any, library: bool = False) -> None:
        """What runs next may raise, if it is a library, none of the user's exceptions: the handlers would see the names as they are now."""
        for attempt in self.attempts:
            if library and attempt.own:
                continue
            attempt.note(self.env, len(self.frames), self.memory, self.loc(node))

    def effect(self, op: Callable[..., Any], args: tuple[Any, ...], node: Any) -> None:
        self.b.loc = self.loc(node)
        self.check_fresh(args, node)
        self.interruptible(node)
        self.b.eqn((), op, args)

    def check_fresh(self, values: Iterable[Any], node: Any) -> None:
        """Raise where one of the values shows what its memory held before it was written through another name."""
        for v in values:
            if self.memory.stale(v) is not None:
                raise self.outdated(v, self.loc(node))

    def outdated(self, v: Any, loc: Loc) -> OutdatedError:
        made, where = self.memory.maker(v), self.memory.stale(v) or loc
        since = f" (made in {made.loc.place(loc.file)})" if made is not None else ""
        what = f"`{v.hint}`{since}" if v.hint and not v.temp else f"what is read here{since}"
        return OutdatedError(f"{what} may share memory with what {where.place(loc.file)} has written since", loc,
                             "Copy it where it is made: `.copy()`")

    def make_tuple(self, items: tuple[Any, ...], node: Any) -> Any:
        if all(isinstance(i, Const) for i in items):
            return Const(tuple(i.value for i in items))
        return self.make(make_tuple, items, node)

    def bound(self, value: Any, node: Any, name: str = "constant") -> Any:
        """A live object that the source has no expression for."""
        if value is None or type(value) in (int, float, bool, str):
            return Const(value)
        return self.make(Bound(getattr(value, "__name__", name), value), (), node)

    def watch(self, value: Live) -> None:
        """The text depends on what this name stands for: the derivative is made anew when that changes."""
        if value.path:
            self.program.watch(value)

    def kind(self, a: Any) -> Any:
        return K.kind_of(self.b.kind(a))

    def assign_name(self, name: str, value: Any) -> None:
        value = pooled(self, value)
        self.env[self.frame.rebinds.get(name, name)] = value
        for leaf in flatten(value):
            if isinstance(leaf, Var) and not self.memory.immutable(leaf):
                self.memory.hold((leaf,))
                self.keep_base(name, leaf)

    def beside(self, value: Any, later: Iterable[Any], evaluate: Callable[[], T]) -> tuple[Any, T]:
        """A value that was read before the expressions `later` are evaluated, which may write what it refers to; and what they give."""
        if not any(map(may_write, later)) or all(map(self.memory.immutable, flatten(value))):
            return value, evaluate()
        self.held += 1
        held = value.items if type(value) is Pack else (value,)
        names = [f"%%operand {self.held}.{k}" for k in range(len(held))]
        self.env.update(zip(names, held))
        made = evaluate()
        after = tuple(self.env.pop(n) for n in names)
        return Pack(after) if type(value) is Pack else after[0], made

    def keep_base(self, name: str, leaf: Var) -> None:
        """A view keeps alive what it is a view of, which has no name of its own sometimes."""
        base, view = leaf, self.memory.view(leaf)
        while view is not None:
            base, view = view.base, self.memory.view(view.base)
        if base is not leaf and not any(base is other for value in self.env.values() for other in flatten(value)):
            self.env[f"{name}%base"] = base

    def keep_choices(self, merged: dict[str, Any]) -> None:
        """A value that is one object or another keeps both alive, which may have no names of their own any more."""
        named = {id(leaf) for value in self.env.values() for leaf in flatten(value)}
        for name, value in merged.items():
            choice = self.memory.choices.get(value) if isinstance(value, Var) else None
            for k, arm in enumerate(choice.visible(value) if choice is not None and isinstance(value, Var) else ()):
                if isinstance(arm, Var) and id(arm) not in named:
                    self.env[f"{name}%{k}"] = arm

    def as_atom(self, value: Any, node: Any) -> Any:
        raise NotImplementedError

    def commit(self, u: Var, new: Var, loc: Loc, after: Reference | None = None) -> None:
        raise NotImplementedError

    def stand_in(self, text: str, node: Any, name: str = "", **values: Any) -> Any:
        raise NotImplementedError

    def items(self, value: Any, node: Any, name: str = "") -> Any:
        raise NotImplementedError

    def iterated(self, value: Any, node: Any) -> Any:
        raise NotImplementedError

    def only(self, value: Any, node: Any, name: str = "") -> Any:
        raise NotImplementedError

    def as_list(self, items: tuple[Any, ...], node: Any, name: str) -> Any:
        raise NotImplementedError

    def packing(self, value: Any, node: Any) -> Any:
        """What a name stands for, as one value, whether this path has given it one or not."""
        self.packed.update(leaf for leaf in flatten(value) if isinstance(leaf, Var) and leaf is not value)
        return self.as_atom(value, node)

    # -- paths -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def nested(self, env: dict[str, Any]) -> Iterator[Builder]:
        """Lower into a block of its own, with its own bindings. What is known to raise in it does so if it runs."""
        outer = self.b, self.env, self.path_of
        self.b, self.env, self.path_of = Builder(self.b), dict(env), 0
        try:
            yield self.b
        except RaisesError as e:
            raise UnsupportedError(e.message, e.loc, e.advice) from None
        finally:
            self.b, self.env, self.path_of = outer

    def arm(self, body: Callable[[], Any]) -> Arm:
        """Lower one of two paths. What it writes is as it was on the other one."""
        writes = dict(self.memory.writes)
        with self.nested(self.env) as inner:
            self.path_of = len(self.frames)
            value = pooled(self, body())
            made = Arm(inner, self.env, value, self.memory.writes)
        self.memory.writes = writes
        return made._replace(writes=dict(writes)) if made.raised else made  # nothing goes on with what it has written

    def choose(self, node: Any, test: Any, then: Callable[[], Any], orelse: Callable[[], Any], form: str, name: str = "") -> Any:
        """The value of the arm that `test` selects; both may assign."""
        arms = self.arm(then), self.arm(orelse)
        hint = hint_of(name or self.target)
        changed = self.changed(arms)
        merged = self.join(node, test, arms, "if" if changed else form, {"": (arms[0].value, arms[1].value), **changed},
                           lambda n: variable_for(n) if n else Var(hint, temp=not name))
        value = merged.pop("")
        self.env = {**self.env, **merged}
        value = unpooled(self, value)
        self.keep_choices({**merged, self.target: value})
        return value

    def fork(self, node: Any, test: Any, then: Callable[[], Any], orelse: Callable[[], Any]) -> None:
        """Lower the two arms of a statement; afterwards every name stands for what the arm taken gave it."""
        arms = self.arm(then), self.arm(orelse)
        merged = self.join(node, test, arms, "if", self.changed(arms), variable_for)
        self.env = {**self.env, **merged}
        self.keep_choices(merged)

    def changed(self, arms: Any) -> dict[str, Any]:
        """The names that stand for something else after an arm than before, with what they stand for after each."""
        ends = {n: at_ends(arms, n, self.env) for n in {**arms[0].env, **arms[1].env}}
        return {n: pair for n, pair in ends.items() if pair[0] is not pair[1] or pair[0] is not self.env.get(n, UNDEF)}

    def join(self, node: Any, test: Any, arms: tuple[Arm, Arm], form: str, pairs: dict[str, Any],
             make_var: Callable[[str], Var]) -> dict[str, Any]:
        """Append the If, and give what each name stands for after it."""
        if form != "try" and not K.is_number(self.kind(test)):  # its truth value may not exist
            self.interruptible(node)
        columns: list[list[Any]] = [[], []]
        outs: list[Var] = []
        merged, pairs = self.meeting_objects(pairs, (arms[0].env, arms[1].env))
        form = "if" if merged and form != "try" else form
        found: dict[str, tuple[Any, list[list[Any]]]] = {}

        def export(k: int, v: Var) -> Var:
            """What stands for a value of an arm after the branch."""
            out = Var(v.hint, temp=True)
            self.b.kinds[out] = self.kind(v)
            self.memory.references[out] = self.memory.reference(v)
            outs.append(out)
            columns[k].append(v)
            columns[1 - k].append(UNDEF)
            return out

        for n, pair in pairs.items():
            met = common(list(pair), n, lambda k, value: self.packed_in(arms[k], value, node))
            if isinstance(met, Conflict):
                merged[n] = chosen(test, pair, arms, form, export) or met
            elif not isinstance(met, tuple) or isinstance(met, Pack):
                merged[n] = met
            else:
                found[n] = met
        meeting = Meeting(self.memory, self.b.defs, (arms[0].writes, arms[1].writes),
                          [pair for _, leaves in found.values() for pair in zip(*leaves)])
        after: dict[str, list[Any]] = {n: [] for n in found}
        for n, (_, leaves) in found.items():
            for k, pair in enumerate(zip(*leaves)):
                if pair in meeting or meeting.taken_again(pair):
                    after[n].append(pair)
                    continue
                v = make_var(n if n != "%value" else spelling(leaves, k))
                kinds = [K.NEVER if a is UNDEF else self.kind(a) for a in pair]
                self.b.kinds[v] = K.join(kinds[0], kinds[1], v)
                meeting.put(pair, v, self.b.kinds[v])
                outs.append(v)
                after[n].append(v)
                for column, a in zip(columns, pair):
                    column.append(a)
        then, orelse = (arm.builder.block(arm.params, column) for arm, column in zip(arms, columns))
        self.b.stmts.append((Try if form == "try" else If)(tuple(outs), test, then, orelse, self.loc(node), form))
        self.memory.writes = meeting.all_writes()
        self.memory.references.update(meeting.references)
        if isinstance(test, Var) and form != "try":
            self.memory.choices.update(meeting.choices(test, [{o for s in arm.builder.stmts for o in s.outs} for arm in arms]))
        for n, (form_of_value, _) in found.items():
            merged[n] = unflatten(form_of_value, iter([self.met(v, meeting) if isinstance(v, tuple) else v for v in after[n]]))
        return merged

    def meeting_objects(self, pairs: dict[str, Any], envs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        raise NotImplementedError

    def packed_in(self, arm: Arm, value: Any, node: Any) -> Any:
        outer = self.b, self.env
        self.b, self.env = arm.builder, arm.env
        try:
            return self.packing(value, node)
        finally:
            self.b, self.env = outer

    def met(self, pair: tuple[Any, Any], meeting: Meeting) -> Any:
        """What a pair of values is after the paths have met: made again, where both were made alike, of what the parts have become."""
        if pair[0] is pair[1] or isinstance(pair[0], Const):
            return pair[0]
        if pair not in meeting:
            parts = [self.met(part, meeting) for part in meeting.parts(pair) or ()]
            again = Var(pair[0].hint, pair[0].temp)
            if pair[0] in self.memory.choices:
                self.select(again, self.memory.choices[pair[0]].paths.test, parts, self.b.kinds[pair[0]])
            else:
                made = self.b.defs[pair[0]]
                self.b.loc = made.loc
                rest = made.args[1:] if self.memory.view(pair[0]) is not None else ()
                self.memory.note(self.b.eqn((again,), made.op, (*parts, *rest), dict(made.kwargs)))
            is_view = self.memory.view(again) is not None
            meeting.put(pair, again, K.FLOAT if is_view else self.b.kinds[again])
            self.memory.references.update({} if is_view else {again: meeting.references[again]})
        return meeting[pair]

    def select(self, out: Var, test: Var, arms: list[Any], kind: Any) -> None:
        """`out` is the one or the other of two objects."""
        self.b.stmts.append(If((out,), test, Block((), (), (arms[0],)), Block((), (), (arms[1],)), self.b.loc, "ifexp"))
        self.b.kinds[out] = kind
        self.memory.choices[out] = Choice(Paths(test, frozenset(), ({}, {})), (arms[0], arms[1]))


def at_ends(arms: Any, name: str, before: dict[str, Any]) -> tuple[Any, Any]:
    """What a name stands for at the ends of two paths; control is what it is on the other one, where a path raises."""
    first, second = (at_end(arm.env, name, before) for arm in arms)
    if name in CONTROL and arms[0].raised != arms[1].raised:
        other = second if arms[0].raised else first
        mine = other if isinstance(other, Const) or other is before.get(name) else UNDEF
        return (mine, other) if arms[0].raised else (other, mine)
    return first, second


def at_end(env: dict[str, Any], name: str, before: dict[str, Any]) -> Any:
    """What a name stands for at the end of a path; nothing reads a variable after `return`, so it may keep its value."""
    returned = env.get("%returned") == Const(True)
    return (before if returned and name not in CONTROL and "%%" not in name and name[0] != "@" else env).get(name, UNDEF)


def spelling(leaves: list[list[Any]], k: int) -> str:
    """What to call the returned value: the variable's own name where all paths agree on it, else `y`."""
    hints = {c[k].hint if isinstance(c[k], Var) and not c[k].temp else "y" for c in leaves if c[k] is not UNDEF}
    return hints.pop() if len(hints) == 1 else "y"


def hint_of(name: str) -> str:
    """How to spell a value that is bound to a name of the environment."""
    if name.startswith("@"):
        owner, _, part = name.partition(".")
        name = owner.partition(":")[2] or part
    return name.partition("%")[0] if not name.startswith("[") else ""


def variable_for(name: str) -> Var:
    spelled = {"%jump": "skip", "%stop": "stop", "%returned": "returned", "%value": "y", "%completed": "completed"}
    hint = spelled.get(name) or hint_of(name)
    return Var(hint, temp=not hint)

