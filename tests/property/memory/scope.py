"""The names of a program with memory, and what each stands for."""
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

VECTOR, MATRIX, FLAT, COLUMN, SCALAR = "vector", "matrix", "flat", "column", "scalar"  # of 3, 3 x 3, 9, 3 x 1 numbers
VECTORS, NUMBERS, TABLE, NAMED, PAIR = "vectors", "numbers", "table", "named", "pair"
# lists of vectors, of numbers, and of lists of 3 numbers; dictionaries {"a": vector, "b": vector}; tuples of two vectors

SPELLED = {VECTOR: "uvwpqrgh", MATRIX: "ABCM", FLAT: "f", COLUMN: "c", SCALAR: "st", VECTORS: "L", NUMBERS: "z", TABLE: "T",
           NAMED: "d", PAIR: "k"}


@dataclass
class Scope:
    """What the names stand for that surely have a value; `counters` are integers below 3."""

    kinds: dict[str, str] = field(default_factory=dict)
    counters: list[str] = field(default_factory=list)

    def copy(self) -> Scope:
        return Scope(dict(self.kinds), list(self.counters))

    def of(self, kind: str) -> list[str]:
        return [name for name, k in self.kinds.items() if k == kind]


@dataclass(frozen=True)
class Helper:
    """A function to call: the kinds of its parameters, and of its result (None: it is called for what it writes)."""

    name: str
    params: tuple[str, ...]
    result: str | None


class Chooser:
    """Choices from one random generator."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.made = rng, 0

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def one(self, items: Sequence[str]) -> str:
        return self.rng.choice(items)

    def fresh(self, kind: str) -> str:
        self.made += 1
        return f"{self.one(SPELLED[kind])}{self.made}"
