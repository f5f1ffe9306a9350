"""The memory of the values that a loop carries: assumed at the beginning of an iteration, checked at its end.

Each carried value has tokens of its own (for the memory that it is, and for what it holds), over those of its initial
value. Two of them are held apart until an iteration is found that leaves them with memory in common.
"""
from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tangentlite.frontend.memory import Memory
from tangentlite.frontend.references import Token, Writes
from tangentlite.frontend.values import flatten
from tangentlite.ir import Loc, Var

Slot = tuple[int, str]  # a carried value, and "own" or "held"


@dataclass
class Assumed:
    """What is assumed of the carried values, by position; it only grows."""

    near: set[frozenset[Slot]] = field(default_factory=set)  # that may have memory in common
    over: dict[Slot, set[Token]] = field(default_factory=dict)  # memory from before the loop that a later iteration may see
    shared: set[int] = field(default_factory=set)  # containers that are not the only way to what they hold
    moved: set[int] = field(default_factory=set)  # other memory at the end of an iteration than at its beginning
    turned: set[int] = field(default_factory=set)  # in another order in memory at the end of an iteration than at its beginning
    stale: set[int] = field(default_factory=set)  # out of date at the end of an iteration
    written: dict[Token, Loc] = field(default_factory=dict)  # memory from before the loop that an iteration writes
    mark: int = field(default_factory=lambda: Token().serial)  # tokens before it are from before the loop

    def write(self, memory: Memory, values: Iterable[Any], loc: Loc) -> None:
        """An iteration writes what these names stand for."""
        for v in values:
            if isinstance(v, Var) and not memory.immutable(v):
                self.written.update(dict.fromkeys(memory.reference(v).own, loc))

    def learn(self, writes: Writes, since: int) -> bool:
        """Has an iteration written memory from before the loop that it was not known to write?"""
        new = {t: loc for t, (when, loc) in writes.items() if when > since and t.serial < self.mark and t not in self.written}
        self.written.update(new)
        return bool(new)

    def successors(self, memory: Memory, of: Sequence[Any], made: Sequence[Any]) -> dict[Any, Any]:
        """What has become of the carried values that stay where they are in memory."""
        objects = [v for v in of if not memory.immutable(v)]
        return {v: after for i, (v, after) in enumerate(zip(of, made))
                if i not in self.moved and not memory.immutable(v) and objects.count(v) == 1}


class LoopMemory:
    """One lowering of a loop."""

    def __init__(self, memory: Memory, inits: Sequence[Any], assumed: Assumed) -> None:
        self.memory, self.inits, self.assumed = memory, inits, assumed
        self.own: dict[int, frozenset[Token]] = {}
        self.start = memory.clock
        self.outdated = {i: loc for i, a in enumerate(inits) if (loc := memory.stale(a)) is not None}  # before the loop already
        self.before = {(i, part): self.of(a, part) for i, a in enumerate(inits) for part in ("own", "held")}
        for a, b in itertools.combinations(self.before, 2):
            if memory.meet(self.before[a], self.before[b]):
                assumed.near.add(frozenset((a, b)))

    def of(self, v: Any, part: str) -> frozenset[Token]:
        return frozenset() if self.memory.immutable(v) else getattr(self.memory.reference(v), part)

    def enter(self, params: Sequence[Var]) -> None:
        """An iteration begins: what an earlier one may have written is out of date, but for the carried values."""
        self.memory.clock += 1
        for token, loc in self.assumed.written.items():
            self.memory.writes[token] = self.memory.clock, loc
        self.bind(params)
        self.own = {i: self.of(p, "own") for i, p in enumerate(params)}

    def leave(self, outs: Sequence[Var]) -> None:
        """The loop has ended."""
        self.memory.clock += 1
        self.bind(outs)

    def bind(self, made: Sequence[Var]) -> None:
        """What the carried values refer to: those that no iteration has moved, to the memory that they were before the loop."""
        tokens: dict[Slot, frozenset[Token]] = {}
        for i, v in enumerate(made):
            if self.memory.immutable(v):
                continue
            self.memory.origins[v] = self.inits[i]
            exclusive = i not in self.assumed.shared and (
                self.memory.immutable(self.inits[i]) or self.memory.reference(self.inits[i]).exclusive)
            stayed = i not in self.assumed.moved and bool(self.before[i, "own"])
            own = tokens[i, "own"] = self.before[i, "own"] if stayed else frozenset([self.token(i, "own")])
            held: frozenset[Token] = frozenset()
            if self.memory.is_container(v) and not exclusive:
                held = tokens[i, "held"] = frozenset([self.token(i, "held")])
            old = i in self.assumed.stale
            if old or not self.assumed.written.keys().isdisjoint(self.before[i, "own"]):
                where = self.memory.clock, next(iter(self.assumed.written.values()), Loc())
                self.memory.writes.update(dict.fromkeys(own, where))
            elif i in self.outdated:
                self.memory.writes.update({t: (self.memory.clock, self.outdated[i]) for t in own if t not in self.memory.writes})
            self.memory.refer(v, own, held, exclusive, -1 if old or i in self.outdated else self.memory.clock)
            self.memory.hold(() if stayed else (v,))
            if stayed and i not in self.assumed.turned:
                self.memory.stays_solid(v, self.memory.solid_if(self.inits[i]))
        for a, b in itertools.combinations(tokens, 2):
            for s, t in itertools.product(tokens[a], tokens[b]):
                if frozenset((a, b)) in self.assumed.near:
                    self.memory.relate(s, t)
                elif s is not t:
                    self.memory.apart.add(frozenset((s, t)))

    def token(self, i: int, part: str) -> Token:
        return self.memory.fresh(self.before[i, part] | self.assumed.over.get((i, part), set()))

    # -- the end of an iteration -------------------------------------------------------------------------------------------

    def settled(self, nexts: Sequence[Any], others: Iterable[Any]) -> bool:
        """Is what was assumed so at the end of an iteration? If not, assume less. `others` are values that are not carried."""
        after = {(i, part): self.of(a, part) for i, a in enumerate(nexts) for part in ("own", "held")}
        changed = [*self.memory_over(after), *self.meetings(after, nexts), *self.states(nexts)]
        written = {t: w[1] for t, w in self.memory.writes.items() if w[0] > self.start and t.serial < self.assumed.mark}
        new = written.keys() - self.assumed.written.keys()
        self.assumed.written.update(written)
        return not changed and not any(self.memory.touched(v, new) for v in others)

    def memory_over(self, after: Mapping[Slot, frozenset[Token]]) -> Iterator[Slot]:
        for slot, tokens in after.items():
            older = {o for t in tokens for o in ((t,) if t.serial < self.assumed.mark else t.over) if o.serial < self.assumed.mark}
            known = self.assumed.over.setdefault(slot, set())
            more = older - known - {o for t in self.before[slot] for o in (t, *t.over)}
            known |= more
            if more:
                yield slot

    def meetings(self, after: Mapping[Slot, frozenset[Token]], nexts: Sequence[Any]) -> Iterator[frozenset[Slot]]:
        for a, b in itertools.combinations(after, 2):
            pair = frozenset((a, b))
            if pair not in self.assumed.near and self.memory.meet(after[a], after[b]) and not (
                    self.memory.separate(nexts[a[0]], nexts[b[0]])):
                self.assumed.near.add(pair)
                yield pair

    def states(self, nexts: Sequence[Any]) -> Iterator[int]:
        for i, v in enumerate(nexts):
            if self.memory.immutable(v):
                continue
            if i not in self.assumed.moved and self.memory.reference(v).own != self.own.get(i):
                self.assumed.moved.add(i)
                yield i
            if i not in self.assumed.turned and not self.memory.is_solid(v) and self.memory.is_solid(self.inits[i]):
                self.assumed.turned.add(i)
                yield i
            if i not in self.assumed.stale and self.memory.stale(v):
                self.assumed.stale.add(i)
                yield i
            if i not in self.assumed.shared and not self.memory.reference(v).exclusive:
                self.assumed.shared.add(i)
                yield i


def objects(env: Mapping[str, Any], names: Iterable[str]) -> list[Var]:
    """The values that some names stand for."""
    return [leaf for n in names for leaf in flatten(env[n]) if isinstance(leaf, Var)]
