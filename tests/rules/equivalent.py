"""Mistakes in rules that are none: the changed rule has the same derivatives. Each with the reason."""
from __future__ import annotations

from tests.rules.mutants import Mutant

REASONS: dict[tuple[str, str], str] = {}


def reason_for(m: Mutant) -> str | None:
    """Why a mutant is equivalent, or None."""
    return REASONS.get((m.file.name, m.what))
