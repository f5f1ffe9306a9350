"""The adjoints found so far, by primal value; a missing one is zero."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tangentlite.ir.trace import Var


class Bars:
    """Adjoints within a block. What an enclosing block holds is read through, and changed only here.

    `on_read(x)` supplies the adjoint of an outer value that is first read here (a loop carries it).
    """

    def __init__(self, outer: Bars | None = None, on_read: Callable[[Var], Any] | None = None) -> None:
        self.own: dict[Var, Any] = {}
        self.outer, self.on_read = outer, on_read

    def get(self, x: Var) -> Any:
        if x in self.own:
            return self.own[x]
        if self.on_read is not None:
            found = self.on_read(x)
            if found is not None:
                self.own[x] = found
            return found
        return self.outer.get(x) if self.outer is not None else None

    def set(self, x: Var, bar: Any) -> None:
        self.own[x] = bar

    def pop(self, x: Var) -> Any:
        """Take the adjoint of a value at its definition, where it is complete."""
        return self.own.pop(x, None)

    def __iter__(self) -> Iterator[Var]:
        return iter(self.own)


def bar_of(x: Any) -> Var:
    """A new variable for the adjoint of `x`, spelled after it."""
    return Var(temp=x.temp, like=x, suffix="_bar") if isinstance(x, Var) else Var("y_bar")


def dot_of(x: Any) -> Var:
    """A new variable for the tangent of `x`, spelled after it."""
    return Var(temp=x.temp, like=x, suffix="_dot") if isinstance(x, Var) else Var("y_dot")
