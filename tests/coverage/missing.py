"""The rows that are refused with a located error, by namespace."""
from __future__ import annotations

BY_NAMESPACE: dict[str, tuple[str, ...]] = {}
MISSING = frozenset(f"{namespace}: {name}" for namespace, names in BY_NAMESPACE.items() for name in names)
