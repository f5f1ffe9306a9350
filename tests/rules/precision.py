"""How much the kinds of results tell: a kind that says nothing is right, but it costs helpers in the text."""
from __future__ import annotations

import functools
import operator
from pathlib import Path
from typing import NamedTuple

from tangentlite.ir import kinds as K
from tests.rules.harness import Program, Sample

FILE = Path(__file__).parent / "unknown_kinds.txt"


class Unknown(NamedTuple):
    """Of the leaves of results: how many have an unknown rank, how many lengths are like no other, how many dtypes are not known."""

    ranks: int = 0
    lengths: int = 0
    dtypes: int = 0

    def plus(self, other: Unknown) -> Unknown:
        return Unknown(*map(operator.add, self, other))


def unknown_of(kind: K.Kind) -> Unknown:
    match kind:
        case K.Number(dtype):
            return Unknown(dtypes=not dtype)
        case K.Array(dtype, dims):
            return Unknown(dims is None, sum(d != 1 and d[0] == "?" for d in dims or ()), not dtype)
        case K.Seq(_, items, elem):
            return functools.reduce(Unknown.plus, map(unknown_of, items if items is not None else (elem or K.UNKNOWN,)), Unknown())
        case K.Inert():
            return Unknown()
    return Unknown(1, 0, 1)


def unknown(samples: list[Sample]) -> Unknown:
    programs = [Program(s) for s in samples]
    return functools.reduce(Unknown.plus, (unknown_of(p.b.kinds[p.out]) for p in programs), Unknown())


def recorded() -> dict[str, Unknown]:
    """What `python -m tests.rules --kinds` has written: the rules with results that are not fully known."""
    rows = [line.split() for line in FILE.read_text().splitlines()]
    return {name: Unknown(*map(int, counts)) for *counts, name in rows}


def check_precision(name: str, samples: list[Sample]) -> None:
    """The kinds of results tell at least what they used to."""
    found, known = unknown(samples), recorded().get(name, Unknown())
    assert all(map(operator.le, found, known)) or found.ranks < known.ranks, f"{found}, once {known}"
