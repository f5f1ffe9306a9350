"""Caches: what is remembered has to be what would be computed.

Functions with a cache and cached properties are computed wherever they are asked for, so that nothing they are computed from
may change after the first time: neither until they are asked for again, nor until the next iteration of a loop that asks.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tangentlite.frontend.values import CODE, Instance, Live, flatten
from tangentlite.frontend.writing import Writing
from tangentlite.ir import Const


@dataclass(frozen=True)
class Remembered:
    """What a result was computed from when it was asked for first, and what that is `now`; `owners` hold the cache."""

    what: str
    node: Any
    owners: tuple[Any, ...]
    state: tuple[Any, ...]
    now: Callable[[], Iterator[Any]]

    @property
    def changed(self) -> bool:
        now = tuple(self.now())
        return len(now) != len(self.state) or not all(map(same, now, self.state))


class Remembering(Writing):
    def check_cache(self, of: Hashable, owners: Iterable[Any], what: str, node: Any, sources: Callable[[], Iterable[Any]]) -> None:
        """Note what a result that is remembered is computed from. Raises UnsupportedError where that is not what it was before."""
        def now() -> Iterator[Any]:
            return self.state_of(sources())

        key = (of, *(o.key if isinstance(o, Instance) else o for o in owners))
        known = self.remembered.get(key)
        if known is None:
            self.remembered[key] = Remembered(what, node, tuple(owners), tuple(now()), now)
        elif known.changed:
            raise self.forgotten(known, node)

    def check_remembered(self, before: Collection[Hashable], entry: dict[str, Any]) -> None:
        """At the end of an iteration, which began with the names at its `entry`: what it has asked for, the next one asks for again."""
        end = self.env
        for key, known in self.remembered.items():
            if key not in before and all(is_in(entry, o) for o in known.owners):
                try:
                    for self.env in (entry, end):
                        if known.changed:
                            raise self.forgotten(known, known.node)
                finally:
                    self.env = end

    def forgotten(self, known: Remembered, node: Any) -> Exception:
        what = f"{known.what} is remembered, and what it is computed from changes after that"
        return self.unsupported(node, what, "Do without the cache")

    def state_of(self, values: Iterable[Any]) -> Iterator[Any]:
        """The values that make up others: all attributes of objects among them."""
        todo, seen = list(values), set()
        while todo:
            for leaf in flatten(todo.pop()):
                if isinstance(leaf, Instance):
                    parts = [n for n in self.env if n.startswith(leaf.key + ".")] if leaf.key not in seen else []
                    seen.add(leaf.key)
                    todo += (self.env[n] for n in sorted(parts))
                if isinstance(leaf, Instance) or not isinstance(leaf, CODE):
                    yield leaf


def is_in(env: dict[str, Any], owner: Any) -> bool:
    if isinstance(owner, Instance):
        return owner.key + ".#" in env
    return any(leaf is owner for value in env.values() for leaf in flatten(value))


def same(a: Any, b: Any) -> bool:
    return a is b or isinstance(a, Const) and a == b or isinstance(a, Live) and isinstance(b, Live) and a.value is b.value
