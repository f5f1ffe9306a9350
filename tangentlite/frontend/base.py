"""What lowering every construct needs: the environment, located equations, and paths that part and meet again."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tangentlite.errors import UnsupportedError
from tangentlite.frontend.ownership import Ownership, references
from tangentlite.frontend.source import Source
from tangentlite.frontend.values import Frame, Live, Pack, common, flatten, unflatten
from tangentlite.ir import UNDEF, Const, If, Loc, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import Bound, make_tuple

if TYPE_CHECKING:
    from tangentlite.frontend.program import Program

CONTROL = ("%jump", "%stop", "%returned", "%value")  # pseudo-variables: where control goes, and what is returned


class Base:
    def __init__(self, program: Program, source: Source, builder: Builder) -> None:
        self.program, self.source, self.b = program, source, builder
        self.root = self.home = source.function
        self.frame = Frame(source, self.home)
        self.env: dict[str, Any] = {}
        self.locals: frozenset[str] = frozenset()
        self.target = ""  # the variable the current statement assigns: its temporaries are spelled after it
        self.in_loop = False
        self.memory = Ownership(builder.kinds, builder.defs)
        self.packed: set[Var] = set()  # parts of tuples that are made for paths that may leave them undefined

    # -- equations -----------------------------------------------------------------------------------------------------

    def loc(self, node: Any) -> Loc:
        return self.source.loc(node)

    def unsupported(self, node: Any, message: str, advice: str = "") -> UnsupportedError:
        return UnsupportedError(message, self.loc(node), advice)

    def new(self, name: str = "") -> Var:
        return Var(name.partition("%")[0]) if name else Var(self.target.partition("%")[0], temp=True)

    def make(self, op: Callable[..., Any], args: tuple[Any, ...], node: Any, name: str = "", **kwargs: Any) -> Var:
        """The result of a new equation; `name` is the variable it is assigned to."""
        self.b.loc = self.loc(node)
        if self.memory.outdated((*args, *kwargs.values())):
            raise self.unsupported(node, "this reads a view of memory that the same statement has written before",
                                   "Copy the view first: `.copy()`")
        self.memory.pass_to(op, args, kwargs, bool(name))
        return self.b.eqn((self.new(name),), op, args, kwargs).out

    def effect(self, op: Callable[..., Any], args: tuple[Any, ...], node: Any) -> None:
        self.b.loc = self.loc(node)
        self.memory.pass_to(op, args, {}, False)
        self.b.eqn((), op, args)

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
        self.memory.share(base for leaf in flatten(value) if isinstance(leaf, Var) and (base := self.memory.lender(leaf)) is not None)
        self.env[name] = value

    def as_atom(self, value: Any, node: Any) -> Any:
        raise NotImplementedError

    def packing(self, value: Any, node: Any) -> Any:
        """What a name stands for, as one value, whether this path has given it one or not."""
        self.packed.update(leaf for leaf in flatten(value) if isinstance(leaf, Var) and leaf is not value)
        return self.as_atom(value, node)

    # -- paths -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def nested(self, env: dict[str, Any]) -> Iterator[Builder]:
        """Lower into a block of its own, with its own bindings."""
        outer, outer_env = self.b, self.env
        self.b, self.env = Builder(outer), dict(env)
        try:
            yield self.b
        finally:
            self.b, self.env = outer, outer_env

    def arm(self, body: Callable[[], Any]) -> tuple[Builder, dict[str, Any], Any]:
        with self.nested(self.env) as inner:
            value = body()
            return inner, self.env, value

    def choose(self, node: Any, test: Any, then: Callable[[], Any], orelse: Callable[[], Any], form: str, name: str = "") -> Any:
        """The value of the arm that `test` selects; both may assign."""
        arms = self.arm(then), self.arm(orelse)
        hint = (name or self.target).partition("%")[0]
        changed = self.changed(arms)
        merged = self.join(node, test, arms, "if" if changed else form, {"": (arms[0][2], arms[1][2]), **changed},
                           lambda n: variable_for(n) if n else Var(hint, temp=not name))
        value = merged.pop("")
        self.env = {**self.env, **merged}
        return value

    def fork(self, node: Any, test: Any, then: Callable[[], Any], orelse: Callable[[], Any]) -> None:
        """Lower the two arms of a statement; afterwards every name stands for what the arm taken gave it."""
        arms = self.arm(then), self.arm(orelse)
        self.env = {**self.env, **self.join(node, test, arms, "if", self.changed(arms), variable_for)}

    def changed(self, arms: Any) -> dict[str, Any]:
        """The names that stand for something else after an arm than before, with what they stand for after each."""
        ends = {n: tuple(at_end(arm[1], n, self.env) for arm in arms) for n in {**arms[0][1], **arms[1][1]}}
        return {n: pair for n, pair in ends.items() if pair[0] is not pair[1] or pair[0] is not self.env.get(n, UNDEF)}

    def join(self, node: Any, test: Any, arms: Any, form: str, pairs: dict[str, Any], make_var: Callable[[str], Var]) -> dict[str, Any]:
        """Append the If, and give what each name stands for after it."""
        builders = [arm[0] for arm in arms]
        kept = {n: v for n, v in self.env.items() if n not in pairs}
        outs: list[Var] = []
        columns: list[list[Any]] = [[], []]
        merged: dict[str, Any] = {}
        for n, pair in pairs.items():
            def materialize(k: int, value: Any) -> Any:
                outer, self.b = self.b, builders[k]
                try:
                    return self.packing(value, node)
                finally:
                    self.b = outer

            met = common(list(pair), n, materialize)
            if not isinstance(met, tuple) or isinstance(met, Pack):
                merged[n] = met
                continue
            form_of_value, leaves = met
            fresh = [make_var(n if n != "%value" else spelling(leaves, k)) for k in range(len(leaves[0]))]
            for k, v in enumerate(fresh):
                kinds = [K.NEVER if column[k] is UNDEF else self.kind(column[k]) for column in leaves]
                self.b.kinds[v] = K.join(kinds[0], kinds[1], v)
                self.memory.share(base for c in leaves if isinstance(c[k], Var) and (base := self.memory.lender(c[k])) is not None)
                elsewhere = {c[k] for c in leaves if isinstance(c[k], Var) and references(c[k], kept)}
                self.memory.shared |= elsewhere
                if not elsewhere and all(self.memory.owns(c[k], arm[1]) for c, arm in zip(leaves, arms)):
                    self.memory.owned.add(v)
            outs += fresh
            for column, values in zip(columns, leaves):
                column += values
            merged[n] = unflatten(form_of_value, iter(fresh))
        self.b.stmts.append(If(tuple(outs), test, builders[0].block((), columns[0]), builders[1].block((), columns[1]),
                               self.loc(node), form))
        return merged


def at_end(env: dict[str, Any], name: str, before: dict[str, Any]) -> Any:
    """What a name stands for at the end of a path; nothing reads a variable after `return`, so it may keep its value."""
    returned = env.get("%returned") == Const(True)
    return (before if returned and name not in CONTROL else env).get(name, UNDEF)


def spelling(leaves: list[list[Any]], k: int) -> str:
    """What to call the returned value: the variable's own name where all paths agree on it, else `y`."""
    hints = {c[k].hint if isinstance(c[k], Var) and not c[k].temp else "y" for c in leaves if c[k] is not UNDEF}
    return hints.pop() if len(hints) == 1 else "y"


def variable_for(name: str) -> Var:
    return Var({"%jump": "skip", "%stop": "stop", "%returned": "returned", "%value": "y"}.get(name, name.partition("%")[0]))

