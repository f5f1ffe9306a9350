"""How much the kinds of results tell: a kind that says nothing is right, but it costs helpers in the text."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tangentlite.ir import kinds as K
from tests.rules.harness import Program, Sample

FILE = Path(__file__).parent / "unknown_kinds.txt"


def ranks(kind: K.Kind) -> Iterator[int | None]:
    """Of every leaf of a result, how many of its lengths are like no other; None where its rank is not known."""
    match kind:
        case K.Number(dtype):
            yield 0 if dtype else None
        case K.Array(_, dims):
            yield None if dims is None else sum(d != 1 and d[0] == "?" for d in dims)
        case K.Seq(_, items, elem):
            for k in items if items is not None else (elem or K.UNKNOWN,):
                yield from ranks(k)
        case K.Inert():
            yield 0
        case _:
            yield None


def unknown(samples: list[Sample]) -> tuple[int, int]:
    """Of the results of samples, how many ranks are not known, and how many lengths are like no other."""
    programs = [Program(s) for s in samples]
    found = [r for p in programs for r in ranks(p.b.kinds[p.out])]
    return sum(r is None for r in found), sum(r or 0 for r in found)


def recorded() -> dict[str, tuple[int, int]]:
    """What `python -m tests.rules --kinds` has written: the rules with results that are not fully known."""
    rows = [line.split() for line in FILE.read_text().splitlines()]
    return {name: (int(a), int(b)) for a, b, name in rows}


def check_precision(name: str, samples: list[Sample]) -> None:
    """The kinds of results tell at least what they used to."""
    found, known = unknown(samples), recorded().get(name, (0, 0))
    assert found <= known, f"unknown ranks and lengths: {found}, once {known}"
