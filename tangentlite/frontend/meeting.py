"""Where two paths meet: which pairs of values become one, and what memory they are then."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tangentlite.frontend.memory import Memory, Reference, Writes, immutable
from tangentlite.ir import Var
from tangentlite.ir.trace import Eqn

Pair = tuple[Any, ...]


class Meeting:
    """Pairs of values of two paths, and the value each pair is afterwards. Names that stood for one object still do."""

    def __init__(self, memory: Memory, defs: Mapping[Var, Eqn], writes: tuple[Writes, Writes], pairs: Iterable[Pair]) -> None:
        self.memory, self.defs, self.writes = memory, defs, writes
        self.keys = {self.key(pair) for pair in pairs} - {None}
        self.merged: dict[Any, Any] = {}
        self.references: dict[Var, Reference] = {}

    def key(self, pair: Pair) -> Any:
        """Two objects; None for a pair of which one is none."""
        return tuple(map(id, pair)) if all(isinstance(a, Var) and not self.memory.immutable(a) for a in pair) else None

    def __contains__(self, pair: Pair) -> bool:
        return self.key(pair) is not None and self.key(pair) in self.merged or self.unchanged(pair)

    def __getitem__(self, pair: Pair) -> Any:
        return self.merged.get(self.key(pair), pair[0])

    def unchanged(self, pair: Pair) -> bool:
        return pair[0] is pair[1] and isinstance(pair[0], Var)

    def taken_again(self, pair: Pair) -> bool:
        """Are these the same view of bases that meet as well?"""
        first, second = map(self.memory.view, pair)
        if first is None or second is None or not first.alike(second):
            return False
        bases = first.base, second.base
        return self.unchanged(bases) or self.key(bases) in self.keys or self.taken_again(bases)

    def put(self, pair: Pair, v: Var, kind: Any) -> None:
        """`v` is what the pair becomes."""
        if self.key(pair) is not None:
            self.merged[self.key(pair)] = v
        if not immutable(kind):
            self.references[v] = self.reference(pair)

    def reference(self, pair: Pair) -> Reference:
        """The memory of either; as old as the older one if that is out of date."""
        found = [(self.memory.reference(a), a, w) for a, w in zip(pair, self.writes) if not self.memory.immutable(a)]
        born = [r.born for r, a, writes in found if self.memory.stale(a, writes)]
        return Reference(frozenset().union(*(r.own for r, _, _ in found)), frozenset().union(*(r.held for r, _, _ in found)),
                         min(born, default=self.memory.clock), all(r.exclusive for r, _, _ in found))

    def all_writes(self) -> Writes:
        """What either path has written."""
        first, second = self.writes
        return {t: max(first.get(t, NEVER), second.get(t, NEVER), key=lambda w: w[0]) for t in {**first, **second}}


NEVER: Any = (-1, None)
