"""The function as the user wrote it."""
from __future__ import annotations

import os
from types import FunctionType
from typing import NamedTuple

from tangentlite.frontend.source import read
from tangentlite.ir.transformation import behind


class Primal(NamedTuple):
    """Whole lines of a file, moved to the left margin; the first has the number `first`, the `def` has `header`."""

    text: str
    file: str
    first: int
    header: int

    @property
    def place(self) -> str:
        return f"{short(self.file)}:{self.header}"

    @property
    def lines(self) -> list[str]:
        return self.text.removesuffix("\n").split("\n")


def of(function: FunctionType) -> Primal:
    """The source of a function, verbatim, decorators included. Raises as `frontend.source.read` does."""
    source = read(behind(function))
    node = source.node
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return Primal(at_margin(list(source.lines[first - 1:node.end_lineno])), source.filename, first, node.lineno)


def at_margin(lines: list[str]) -> str:
    """Lines without the indentation of the first, if they all have it."""
    margin = lines[0][:len(lines[0]) - len(lines[0].lstrip())]
    if all(line.startswith(margin) or not line.strip() for line in lines):
        lines = [line[len(margin):] for line in lines]
    return "\n".join(lines) + "\n"


def short(file: str) -> str:
    """A path relative to the current directory, if it lies below."""
    relative = os.path.relpath(file) if os.path.isabs(file) and os.path.exists(file) else file
    return file if relative.startswith(os.pardir) else relative
