"""Where two paths meet: which pairs of values become one, and what memory they are then."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from tangentlite.frontend.memory import Memory, immutable, is_display
from tangentlite.frontend.references import Choice, Paths, Reference, Writes
from tangentlite.ir import Const, Var
from tangentlite.ir.trace import Eqn

Pair = tuple[Any, ...]


class Meeting:
    """Pairs of values of two paths, and the value each pair is afterwards. Names that stood for one object still do."""

    def __init__(self, memory: Memory, defs: Mapping[Var, Eqn], writes: tuple[Writes, Writes], pairs: Iterable[Pair]) -> None:
        self.memory, self.defs, self.writes = memory, defs, writes
        self.keys = {self.key(pair) for pair in pairs} - {None}
        self.merged: dict[Any, Any] = {}
        self.chosen: dict[Var, Pair] = {}
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
        """Are these made in the same way of values that meet as well: the same view, a display, the same choice?"""
        parts = self.parts(pair)
        return parts is not None and all(self.meets(part) for part in parts) and not all(a is b for a, b in parts)

    def meets(self, pair: Pair) -> bool:
        return pair[0] is pair[1] or pair[0] == pair[1] and isinstance(pair[0], Const) or self.key(pair) in self.keys - {None} or (
            self.taken_again(pair))

    def parts(self, pair: Pair) -> list[Pair] | None:
        """What two values are made of, in pairs; None where they are not made alike."""
        if not all(isinstance(a, Var) for a in pair):
            return None
        views = [self.memory.view(a) for a in pair]
        if views[0] is not None and views[1] is not None:
            return [(views[0].base, views[1].base)] if views[0].alike(views[1]) else None
        choices = [self.memory.choices.get(a) for a in pair]
        if choices[0] is not None and choices[1] is not None:
            arms = [c.visible(a) for c, a in zip(choices, pair) if c is not None]
            same = choices[0].paths.test is choices[1].paths.test
            return list(zip(*arms)) if same and None not in arms[0] + arms[1] else None
        first, second = (self.defs.get(a) for a in pair)
        if first is None or second is None or not is_display(first.op):
            return None
        return list(zip(first.args, second.args)) if first.op == second.op and len(first.args) == len(second.args) else None

    def put(self, pair: Pair, v: Var, kind: Any) -> None:
        """`v` is what the pair becomes."""
        if self.key(pair) is not None:
            self.merged[self.key(pair)] = v
            self.chosen[v] = pair
            self.memory.origins[v] = next((a for a in pair if self.memory.maker(a) is not None), pair[0])
            first, second = map(self.memory.solid_if, pair)
            self.memory.stays_solid(v, None if first is None or second is None else first | second)
        if not immutable(kind):
            self.references[v] = self.reference(pair)

    def reference(self, pair: Pair) -> Reference:
        """The memory of either; as old as the older one if that is out of date."""
        found = [(self.memory.reference(a), a, w) for a, w in zip(pair, self.writes) if not self.memory.immutable(a)]
        born = [r.born for r, a, writes in found if self.memory.stale(a, writes)]
        return Reference(frozenset().union(*(r.own for r, _, _ in found)), frozenset().union(*(r.held for r, _, _ in found)),
                         min(born, default=self.memory.clock), all(r.exclusive for r, _, _ in found))

    def choices(self, test: Var, inner: Sequence[Collection[Var]]) -> dict[Var, Choice]:
        """What has become of the pairs of objects; `inner` are the values that the paths define."""
        homes: tuple[dict[Var, Var], dict[Var, Var]] = {}, {}
        for v, pair in self.chosen.items():
            for k in (0, 1):
                if pair[k] in inner[k]:
                    homes[k].setdefault(pair[k], v)
        paths = Paths(test, frozenset().union(*inner), homes)
        return {v: Choice(paths, (pair[0], pair[1])) for v, pair in self.chosen.items() if self.differs(v, pair)}

    def differs(self, v: Var, pair: Pair) -> bool:
        """Is this other memory, or another part of it, on one path than on the other?"""
        return v in self.references and (len(self.references[v].own) > 1 or any(self.memory.view(a) is not None for a in pair))

    def all_writes(self) -> Writes:
        """What either path has written."""
        first, second = self.writes
        return {t: max(first.get(t, NEVER), second.get(t, NEVER), key=lambda w: w[0]) for t in {**first, **second}}


NEVER: Any = (-1, None)
