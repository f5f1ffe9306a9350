"""Tokens, which stand for memory, and what is known of a value by them."""
from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tangentlite.ir import Loc, Var


class Token:
    """Some memory. `over` are the tokens it may be another sight of; `foreign` memory is the caller's, or a global's."""

    __slots__ = ("serial", "over", "foreign")
    count = itertools.count()

    def __init__(self, over: Iterable[Token] = (), foreign: Any = None) -> None:
        self.serial = next(self.count)
        self.over: frozenset[Token] = frozenset(itertools.chain(over, *(t.over for t in over)))
        self.foreign = foreign


Writes = dict[Token, tuple[int, Loc]]  # when and where memory was last written
NOTHING: frozenset[Token] = frozenset()
GLOBAL = Token(foreign="a global")


@dataclass(frozen=True, eq=False)
class Reference:
    """The memory that a value is (one of), the memory that it holds as a container, and when it was last seen."""

    own: frozenset[Token]
    held: frozenset[Token]
    born: int
    exclusive: bool = False  # a container that is the only way to what it holds, each item being memory of its own


@dataclass(frozen=True)
class Provenance:
    """Is a result new memory, the only way to what it holds, and which results share memory (those of one group)?"""

    new: bool = True
    exclusive: bool = True
    group: int = 0


@dataclass(frozen=True, eq=False)
class Paths:
    """The two paths that `test` decides between.

    `inner` are values that only the paths themselves can read; `homes` say what they are called where the paths have met.
    """

    test: Var
    inner: frozenset[Var]
    homes: tuple[dict[Var, Var], dict[Var, Var]]


@dataclass(frozen=True, eq=False)
class Choice:
    """A value that is one object on one path and another one on the other."""

    paths: Paths
    arms: tuple[Any, Any]

    def visible(self, v: Var) -> tuple[Any, Any]:
        """What either is called where the paths have met; None for one that is called `v` alone."""
        homes = [a if a not in self.paths.inner else home.get(a) for a, home in zip(self.arms, self.paths.homes)]
        return tuple(None if a is v else a for a in homes)  # type: ignore[return-value]
