"""The long form: `python -m tests.property.run --seeds 5000`, or `--memory --seeds 20000` for the programs with memory.

Prints how many points came out right, refused, wrong or skipped, the share refused, and the first failures, made small.
Exits with 1 if anything was wrong.
"""
from __future__ import annotations

import argparse
import dataclasses
import importlib
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.property import memory, programs
from tests.property.checking import REFUSED, SKIPPED, WRONG, Verdict, check_point, check_program, load, quiet
from tests.property.programs import Program
from tests.property.shrink import shrink


def smallest(program: Program, verdict: Verdict, folder: Path, tl: Any, second: bool) -> str:
    """A smaller program with the same outcome, for the same reason, at the same point."""
    def fails(source: str) -> bool:
        try:
            with quiet():
                f = getattr(load(dataclasses.replace(program, source=source), folder), program.name)
                found = check_point(f, verdict.point, tl, second)
        except Exception:
            return False
        return found.outcome == verdict.outcome and found.kind == verdict.kind

    return shrink(program.source, fails)


def report(program: Program, verdict: Verdict, folder: Path, tl: Any, second: bool) -> None:
    print(f"\n--- seed {program.seed} is {verdict.outcome} at {verdict.point!r}\n{verdict.detail}\n")
    print(smallest(program, verdict, folder, tl, second))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many programs")
    parser.add_argument("--memory", action="store_true", help="programs that write memory")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--second", type=int, default=4, help="second derivatives for every so many seeds; 0: never")
    parser.add_argument("--reports", type=int, default=1, help="how many kinds of failures to shrink and print")
    parser.add_argument("--refusals", action="store_true", help="report refusals as well")
    parser.add_argument("--package", default="tangentlite")
    options = parser.parse_args()
    os.environ.setdefault("TANGENTLITE_CACHE_DIR", "")  # thousands of texts that nobody asks for again
    tl = importlib.import_module(options.package)
    counts: Counter[str] = Counter()
    shown = 0
    kinds: Counter[tuple[str, str]] = Counter()
    generate = memory.generate if options.memory else programs.generate
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(options.start, options.start + options.seeds):
            program = generate(seed)
            second = bool(options.second) and seed % options.second < 2
            for verdict in check_program(program, folder, tl, second):
                counts[verdict.outcome] += 1
                if verdict.outcome in (WRONG, REFUSED):
                    wanted = verdict.outcome == WRONG or options.refusals
                    if wanted and (verdict.outcome, verdict.kind) not in kinds and shown < options.reports:
                        report(program, verdict, folder, tl, second)
                        shown += 1
                    kinds[verdict.outcome, verdict.kind] += 1
    print(f"{options.seeds} programs in {time.monotonic() - began:.0f} s; points: {dict(sorted(counts.items()))}; "
          f"refused: {counts[REFUSED] / max(1, counts.total() - counts[SKIPPED]):.2%}")
    for (outcome, kind), count in kinds.most_common(40):
        print(f"{count:6d}  {outcome}: {kind}")
    return 1 if counts[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
