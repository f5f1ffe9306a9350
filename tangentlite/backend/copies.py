"""Sequence simultaneous assignments: where single assignment ends, `a, b = b, a` must not lose a value.

>>> [[c.target for c in group] for group in in_order([Copy("a", None, frozenset("b")), Copy("b", None, frozenset("c"))])]
[['a'], ['b']]
>>> [[c.target for c in group] for group in in_order([Copy("a", None, frozenset("b")), Copy("b", None, frozenset("a"))])]
[['a', 'b']]
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tangentlite.ir.trace import Loc


class Copy(NamedTuple):
    """target = value, which reads the names in `reads`; where the value comes from, if that is known."""

    target: str
    value: Any
    reads: frozenset[str]
    loc: Loc | None = None


def in_order(copies: Iterable[Copy]) -> Iterator[list[Copy]]:
    """Groups of copies in an order that overwrites nothing still needed; a group of several is one tuple assignment."""
    rest = list(copies)
    while rest:
        ready = next((c for c in rest if not any(c.target in d.reads for d in rest if d is not c)), None)
        if ready is None:
            yield rest
            return
        rest.remove(ready)
        yield [ready]
