"""What compiled code is told about its loops. Interpreted, these are an addition and nothing at all."""
from __future__ import annotations


def add_unordered(total: float, term: float) -> float:
    """total + term, where the terms of a loop may be added in any order: machine code adds several at a time."""
    return total + term


def opaque(index: int) -> int:
    """The index itself; the compiler does not know how it changes from one iteration to the next."""
    return index

