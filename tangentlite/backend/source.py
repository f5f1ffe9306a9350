"""What is printed."""
from __future__ import annotations

from dataclasses import dataclass

from tangentlite.ir.trace import Loc


@dataclass(frozen=True)
class Text:
    """Generated source, and which expression of the primal each of its lines came from."""

    source: str
    lines: dict[int, Loc]
