"""Sequence simultaneous assignments: where single assignment ends, `a, b = b, a` must not lose a value.

>>> [[c.target for c in group] for group in in_order([Copy("a", None, frozenset("b")), Copy("b", None, frozenset("c"))])]
[['a'], ['b']]
>>> [[c.target for c in group] for group in in_order([Copy("a", None, frozenset("b")), Copy("b", None, frozenset("a"))])]
[['a', 'b']]
>>> swaps = [Copy(a, None, frozenset(b)) for a, b in ("ab", "ba", "cd", "dc")]
>>> [[c.target for c in group] for group in in_order(swaps)]
[['a', 'b'], ['c', 'd']]
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
        group = min((readers(c, rest) for c in rest), key=len)
        rest = [c for c in rest if c not in group]
        yield group


def readers(first: Copy, copies: list[Copy]) -> list[Copy]:
    """The copy, with those that read what it overwrites, and those that read what these overwrite."""
    found = [first]
    for c in found:
        found += [d for d in copies if c.target in d.reads and d not in found]
    return [c for c in copies if c in found]
