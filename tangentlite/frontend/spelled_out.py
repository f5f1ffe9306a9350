"""Small pieces of Python that library functions stand for, lowered as if they stood in the place of the call."""
from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gast

from tangentlite.frontend.source import Source
from tangentlite.frontend.values import Frame, Local
from tangentlite.ir import Loc

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls


@dataclass(frozen=True)
class Spelled(Source):
    """A text that is written nowhere: all of it is where the call is that it stands for."""

    at: Loc = Loc()

    def loc(self, node: Any, sweep: str = "forward") -> Loc:
        return self.at


@functools.lru_cache(maxsize=256)
def expression(text: str) -> Any:
    return gast.parse(text, mode="eval").body


def spell(low: Calls, text: str, values: dict[str, Any], node: Any) -> Any:
    """The value of an expression whose names stand for these values."""
    source = Spelled(low.source.function, low.source.node, low.source.filename, low.source.lines, low.loc(node))
    low.running("<lambda>", node)
    return low.run(Frame(source, low.home, frozenset(values)), dict(values), gast.Lambda(None, expression(text)))


def each(low: Calls, function: Any, items: Any, rest: tuple[Any, ...], node: Any) -> Any:
    """The list of what a function gives for the items of a value."""
    item = parameter(function)
    given = {f"rest_{k}": value for k, value in enumerate(rest)}
    call = f"function_({', '.join([item, *given])})"
    return spell(low, f"[{call} for {item} in items_]", {"function_": function, "items_": items, **given}, node)


def parameter(function: Any) -> str:
    """What a function calls its first argument."""
    params = function.node.args.args if isinstance(function, Local) else ()
    return str(params[0].id) if params else "item"
