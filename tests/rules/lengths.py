"""How long derivatives are: a rule that writes more than it did is right, but its text is not what one would write."""
from __future__ import annotations

from pathlib import Path

from tests.rules.checks import check_first_order
from tests.rules.harness import Sample

SLACK = 1.02  # other versions of NumPy and SciPy tell other kinds
FILE = Path(__file__).parent / "lengths.txt"


def length(samples: list[Sample]) -> int:
    """The number of operations and operands that a rule writes for its samples, in forward and in reverse mode."""
    return sum(map(check_first_order, samples))


def recorded() -> dict[str, int]:
    """What `python -m tests.rules --lengths` has written."""
    rows = [line.split() for line in FILE.read_text().splitlines()]
    return {name: int(n) for n, name in rows}


def check_length(name: str, found: int) -> None:
    known = recorded().get(name, found)
    assert found <= SLACK * known, f"{found} operations and operands, once {known}; `python -m tests.rules --lengths` records them"
