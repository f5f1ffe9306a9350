"""What a handler sees: the names and the memory that the body of a `try` may have changed before it raised."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tangentlite.frontend.memory import Memory
from tangentlite.frontend.references import Writes
from tangentlite.frontend.values import Interrupted, flatten
from tangentlite.ir import UNDEF, Loc, Var


class Attempt:
    """The body of a `try`, while it is lowered.

    Wherever it may raise, its handler would see the names as they are there. Those that stand for the same at all these
    places as before the body are as they were; the others depend on how far the body came.
    """

    def __init__(self, statement: Any, env: dict[str, Any], depth: int, memory: Memory, own: bool = False) -> None:
        self.own = own  # does it catch the user's exceptions alone?
        self.statement, self.env, self.depth, self.memory = statement, dict(env), depth, memory
        self.clock = memory.clock
        self.changed: dict[str, tuple[Any, Loc]] = {}  # by name: what it stands for at a place that may raise, and that place
        self.writes: Writes = {}
        self.left: Loc | None = None  # the last place that may raise

    def note(self, env: dict[str, Any], depth: int, memory: Memory, loc: Loc) -> None:
        """At `loc` something may raise; `depth` counts the functions that are lowered in place there."""
        for name, value in env.items():
            own = self.own_name(name, depth)
            if own is not None and value is not self.env.get(own, UNDEF):
                self.changed.setdefault(own, (value, loc))
        self.left = loc
        self.writes.update((t, w) for t, w in memory.writes.items() if w[0] > self.clock)

    def own_name(self, name: str, depth: int) -> str | None:
        """What the environment at the beginning calls a name; None for one of a function that is lowered in place."""
        base, _, level = name.partition("%%")
        if name.startswith("%"):
            return None
        if depth == self.depth or name.startswith("@") or level and not level.isdigit():  # what all functions call alike
            return name
        if not level or int(level) > self.depth:
            return None
        return base if int(level) == self.depth else name

    def interrupted(self, defs: Any, kept: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """The names that the handler cannot tell the values of."""
        for name, (value, loc) in self.changed.items():
            yield name, Interrupted(name, where(value, defs) or loc, loc, self.statement)
        for name, value in kept.items():
            if name not in self.changed and not name.startswith("%"):
                written = next((w for leaf in flatten(value) if (w := self.memory.stale(leaf, self.writes)) is not None), None)
                if written is not None:
                    yield name, Interrupted(name, written, self.left, self.statement)


def where(value: Any, defs: Any) -> Loc | None:
    """Where a value is made."""
    return next((defs[leaf].loc for leaf in flatten(value) if isinstance(leaf, Var) and leaf in defs), None)
