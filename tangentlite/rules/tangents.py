"""The tangents of the arguments of a call, as a rule sees them."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Tangents(tuple[Any, ...]):
    """One per argument, None where it is inactive. It remembers what it was asked for: what a rule ignores would count as constant."""

    def __init__(self, tangents: Iterable[Any]) -> None:
        self.asked = set[int]()

    def __getitem__(self, k: Any) -> Any:
        picked = range(len(self))[k]
        self.asked.update((picked,) if isinstance(picked, int) else picked)
        return super().__getitem__(k)

    def __iter__(self) -> Iterator[Any]:
        self.asked.update(range(len(self)))
        return super().__iter__()

    def ignored(self) -> Iterator[int]:
        """The positions of the active arguments that it was not asked for."""
        return (k for k, t in enumerate(tuple.__iter__(self)) if t is not None and k not in self.asked)
