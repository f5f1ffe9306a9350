"""Medians of interleaved rounds: what is compared is measured in turns, so that a busy machine slows both alike."""
from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def medians(tasks: Mapping[str, Callable[[], object]], rounds: int = 21, inner: int = 1) -> dict[str, float]:
    """Seconds per call of each task: the median over `rounds`, each the mean of `inner` calls."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    gc.collect()
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.perf_counter()
            for _ in range(inner):
                task()
            found[name].append((time.perf_counter() - start) / inner)
    return {name: statistics.median(times) for name, times in found.items()}


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned, the first to the left."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [title]
    for row in (header, *rows):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  " + "  ".join(cells))
    return "\n".join(lines) + "\n"
