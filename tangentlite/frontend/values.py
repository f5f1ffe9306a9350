"""What a Python name can stand for while a function is lowered."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tangentlite.ir import UNDEF, Var
from tangentlite.ir.trace import Const


@dataclass(frozen=True, eq=False)
class Pack:
    """A tuple whose length is known: its parts are values of their own."""

    items: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Seen(Pack):
    """What is in containers now; asked again, what is in them then.

    `sized`: a loop over it must not change how many there are. `reads`: an iterator, and where a name of it has been read.
    """

    again: Callable[[], Pack]
    sized: bool = False
    reads: list[Any] | None = None


@dataclass(frozen=True, eq=False)
class Pooled(Pack):
    """An array of a pool; the only item is its place there."""

    pool: str = ""


@dataclass(frozen=True)
class Place:
    """The structure of `Pooled`."""

    pool: str


@dataclass(frozen=True, eq=False)
class Keywords:
    """A dictionary whose keys are known: what `**kwargs` stands for."""

    keys: tuple[Any, ...]
    items: tuple[Any, ...]


@dataclass(frozen=True)
class Keyed:
    """The structure of `Keywords`."""

    keys: tuple[str, ...]
    forms: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Live:
    """An object known now: a function, a class, a module; `path` is how the source names it, if it does."""

    value: Any
    path: tuple[str, ...] = ()
    home: Any = None
    atom: Any = None  # the value of the trace that is this object, where it came as an argument


@dataclass(frozen=True, eq=False)
class Local:
    """A function defined inside the function: called, it is lowered in place, reading the variables of its maker.

    One that `generates` was written as a generator, and returns the list of what it would yield. One that is `cached`
    remembers what it has returned.
    """

    name: str
    node: Any
    defaults: tuple[Any, ...]
    kw_defaults: tuple[Any, ...]
    frame: Frame
    generates: bool = False
    cached: bool = False


@dataclass(eq=False)
class Frame:
    """One run of a function that is lowered in place: where its names are looked up by the functions it defines.

    `env` is set when it has ended. While another function runs on top of it, its names are in the environment of that
    one, each followed by `%%` and the depth of this frame.
    """

    source: Any
    home: Any
    locals: frozenset[str] = frozenset()
    env: dict[str, Any] = field(default_factory=dict)
    rebinds: dict[str, str] = field(default_factory=dict)  # `nonlocal` names, and where the environment has them


@dataclass(frozen=True, eq=False)
class Partial:
    """A function with some of its arguments: `functools.partial`."""

    function: Any
    args: tuple[Any, ...]
    keywords: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Frozen(Partial):
    """A distribution with its parameters: `stats.norm(loc, scale)`."""


@dataclass(frozen=True, eq=False)
class Instance:
    """An object, list or dictionary whose parts are bindings of the environment; `key` begins their names.

    `site` is where it is made.
    """

    cls: Any
    key: str
    site: Any


@dataclass(frozen=True, eq=False)
class Super:
    """`super()`: the attributes of an object as the classes after `cls` define them."""

    cls: Any
    owner: Any


@dataclass(frozen=True, eq=False)
class Functions(Pack):
    """A global list that holds functions, as it is now."""

    live: Any = None


@dataclass(frozen=True, eq=False)
class FunctionTable(Keywords):
    """A global dictionary that holds functions, as it is now."""

    live: Any = None


@dataclass(frozen=True, eq=False)
class Rest:
    """A starred argument or item of a display that stands for an unknown number of them."""

    items: Any


@dataclass(frozen=True, eq=False)
class Choice:
    """One of two functions or objects, as a test in the running program tells; each may be a choice again."""

    test: Any
    then: Any
    orelse: Any


@dataclass(frozen=True, eq=False)
class Clause:
    """`for target in items if tests`; after the first clause of an iterator, `items` is a function of the names before it."""

    target: Any
    items: Any
    tests: tuple[Local, ...]


@dataclass(eq=False)
class Stream:
    """An iterator whose items are made while something runs through it: a generator expression, `map`, `filter`, ...

    `names` are the variables of its clauses, and the parameters of `element`. It can be run through once, which is
    followed in the block that it was made in. `sources` must not be written before that. `whole` is the list of its items,
    where that was made at once.
    """

    clauses: tuple[Clause, ...]
    names: tuple[str, ...]
    element: Local
    block: Any
    spent: bool = False
    sources: tuple[Any, ...] = ()
    whole: Any = None


@dataclass(frozen=True, eq=False)
class Endless:
    """An iterator without end, from `itertools`: `at` gives its k-th item."""

    function: Any
    args: tuple[Any, ...]
    at: Local


@dataclass(frozen=True, eq=False)
class Conflict:
    """Two objects that no single value can stand for; an error where it is read."""

    name: str

    def message(self) -> str:
        return f"{f'`{self.name}`' if self.name else 'this'} stands for different objects on the paths that lead here"


@dataclass(frozen=True, eq=False)
class Interrupted(Conflict):
    """What a `try` may or may not have changed before it raised."""

    changed: Any  # where
    raised: Any  # where
    statement: Any  # the `try`

    def message(self) -> str:
        owner, _, part = self.name.rpartition(".")
        name = owner.partition(":")[2] or part  # of an attribute
        return f"`{name}` may or may not have been changed by line {self.changed.line} when line {self.raised.line} raises"


Value = Var | Const | Pack | Keywords | Live | Local | Partial | Choice | Instance | Super | Stream | Endless | Conflict
TRUE, FALSE, NONE = Const(True), Const(False), Const(None)
CHANGE_LAST = "Change it last in the `try`, or in `else`"
CODE = (Local, Partial, Choice, Instance, Super, Stream, Endless, Conflict)  # known only here: no value of the trace can stand for them
CONTAINERS = (Functions, FunctionTable)  # nor for these


def flatten(value: Any) -> list[Any]:
    """The atoms of a value, left to right."""
    if isinstance(value, (Pack, Keywords)):
        return [leaf for item in value.items for leaf in flatten(item)]
    return [value]


def structure(value: Any) -> Any:
    """How a value is packed: None for an atom, a tuple of structures for a pack."""
    if isinstance(value, Keywords):
        return Keyed(value.keys, tuple(map(structure, value.items)))
    if isinstance(value, Pooled):
        return Place(value.pool)
    return tuple(map(structure, value.items)) if isinstance(value, Pack) else None


def unflatten(form: Any, atoms: Iterator[Any]) -> Any:
    """The inverse of `flatten`."""
    if isinstance(form, Keyed):
        return Keywords(form.keys, tuple(unflatten(f, atoms) for f in form.forms))
    if isinstance(form, Place):
        return Pooled((next(atoms),), form.pool)
    return next(atoms) if form is None else Pack(tuple(unflatten(f, atoms) for f in form))


def positions(form: Any, counter: Iterator[int]) -> Any:
    """The tree of positions that a structure's leaves have in the flat list."""
    if isinstance(form, Keyed):
        return positions(form.forms, counter)
    return next(counter) if form is None else tuple(positions(f, counter) for f in form)


def common(values: list[Any], name: str, materialize: Callable[[int, Any], Any]) -> tuple[Any, list[list[Any]]] | Any:
    """One structure for the values a name has on different paths, and their leaves; or the value that serves them all.

    `materialize(k, pack)` turns the k-th value into a single atom.
    """
    defined = [v for v in values if v is not UNDEF]
    if not defined:
        return UNDEF
    if all(v is defined[0] for v in defined):
        first = defined[0]
        if len(defined) == len(values) or isinstance(first, (Live, Instance)):
            return first
    if any(isinstance(v, (*CODE, *CONTAINERS)) for v in defined):
        return next((v for v in defined if isinstance(v, Interrupted)), Conflict(name))
    if any(isinstance(v, Live) for v in defined):
        if all(isinstance(v, Live) and v.value is defined[0].value for v in defined):
            return defined[0]
        return Conflict(name)
    forms = {structure(v) for v in defined}
    if len(forms) > 1 or any(isinstance(leaf, (Live, *CODE)) for v in defined for leaf in flatten(v)):
        if any(isinstance(leaf, CODE) for v in defined for leaf in flatten(v)):
            return Conflict(name)
        return None, [[v if v is UNDEF else materialize(k, v)] for k, v in enumerate(values)]
    form = structure(defined[0])
    size = len(flatten(defined[0]))
    return form, [[UNDEF] * size if v is UNDEF else flatten(v) for v in values]
