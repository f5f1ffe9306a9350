"""What a loop carries from one iteration to the next."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tangentlite.frontend.base import variable_for
from tangentlite.frontend.loop_memory import Assumed
from tangentlite.frontend.values import (
    Place,
    unflatten,
)
from tangentlite.ir import Var


class Carried:
    """The names a loop carries: the structure of each, their leaves at entry, and the kinds found so far."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.key = object()  # names the dimensions that differ from one iteration to the next
        self.forms: dict[str, Any] = {}
        self.whole: set[str] = set()  # names whose structure changes: carried as one value
        self.inits: list[Any] = []
        self.kinds: list[Any] = []
        self.fixed: dict[str, Any] = {}  # names that stand for the same object all along
        self.lost: dict[str, Any] = {}  # names of functions that live for one iteration
        self.objects: dict[str, Any] = {}  # names of objects that differ from one iteration to the next, and what stands for them
        self.grown: dict[str, Any] = {}  # objects that get more attributes, and the names of all
        self.more: list[str] = []  # names that turn out to be changed
        self.same: dict[str, str] = {}  # names that stand for the same object as an earlier one all along
        self.apart: set[str] = set()  # names that do not
        self.memory = Assumed()
        self.entries: dict[str, Any] = {}  # the bindings before the loop
        self.unrolls = False  # can it be unrolled?

    def variables(self) -> list[Var]:
        """A fresh variable for every leaf."""
        made: list[Var] = []
        for n in self.names:
            size = count(self.forms[n])
            made += [variable_for(n if size == 1 else f"{n}_{k}") for k in range(size)]
        return made

    def bind(self, atoms: list[Any]) -> dict[str, Any]:
        rest = iter(atoms)
        found = {**{n: unflatten(self.forms[n], rest) for n in self.names}, **self.fixed, **self.objects}
        return {**found, **{n: found[first] for n, first in self.same.items()}}


def count(form: Any) -> int:
    return 1 if form is None or isinstance(form, Place) else sum(map(count, form))


@dataclass(frozen=True)
class Rows:
    """How a loop over indices takes its items, and tells that there are as many of them at the end of an iteration."""

    items: Callable[[Var], Any]
    unchanged: Callable[[dict[str, Any]], bool]
