"""What a derivative function was made of, so that it can be differentiated in its turn."""
from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import Any

MARK = "__tangentlite__"
FACTORY = "__tangentlite_factory__"  # on what makes such functions: their mode


@dataclass(frozen=True, eq=False)
class Transformation:
    """`mode` is "reverse" (gradient), "value" (value and gradient) or "forward" (tangent) of `function`.

    `argnums` are the differentiated positional arguments: one number, or several. `holomorphic`: the arguments and the
    result are complex.
    """

    function: FunctionType
    mode: str
    argnums: int | tuple[int, ...]
    holomorphic: bool = False

    @property
    def positions(self) -> tuple[int, ...]:
        return (self.argnums,) if isinstance(self.argnums, int) else self.argnums


def transformation_of(function: Any) -> Transformation | None:
    """The transformation that made a function; None for an ordinary one."""
    found = getattr(function, MARK, None)
    return found if isinstance(found, Transformation) else None


def behind(function: FunctionType) -> FunctionType:
    """The function that a derivative was made of, or the function itself."""
    while (made_of := transformation_of(function)) is not None:
        function = made_of.function
    return function
