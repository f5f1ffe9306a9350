"""How the reverse sweep comes by what a loop has computed, where not every step of it is recorded."""
from __future__ import annotations

from typing import NamedTuple


class Checkpointing(NamedTuple):
    """`schedule` is "segments", "revolve" or "never"; `slots` is how many states of a loop are kept at most, if that is given."""

    schedule: str
    slots: int | None = None
