"""Functions of the corpus that are refused with a located error: the list shrinks as more of Python is covered."""

REFUSED: frozenset[str] = frozenset()
