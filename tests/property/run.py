"""The long form: `python -m tests.property.run --seeds 5000`. Prints the counts and the first failure, made small."""
from __future__ import annotations

import argparse
import dataclasses
import importlib
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.property.checking import REFUSED, WRONG, Verdict, check_point, check_program, load, quiet
from tests.property.programs import Program, generate
from tests.property.shrink import shrink


def smallest(program: Program, verdict: Verdict, folder: Path, tl: Any, second: bool) -> str:
    """A smaller program that fails in the same way at the same point."""
    def fails(source: str) -> bool:
        try:
            with quiet():
                f = getattr(load(dataclasses.replace(program, source=source), folder), program.name)
                found = check_point(f, verdict.point, tl, second)
        except Exception:
            return False
        return found.outcome == WRONG and found.kind == verdict.kind

    return shrink(program.source, fails)


def report(program: Program, verdict: Verdict, folder: Path, tl: Any, second: bool) -> None:
    print(f"\n--- seed {program.seed} is wrong at {verdict.point!r}\n{verdict.detail}\n")
    print(smallest(program, verdict, folder, tl, second))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many programs")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--second", type=int, default=4, help="second derivatives for every so many seeds; 0: never")
    parser.add_argument("--reports", type=int, default=1, help="how many failures to shrink and print")
    parser.add_argument("--refusals", action="store_true", help="count the reasons of refusals")
    parser.add_argument("--package", default="tangentlite")
    options = parser.parse_args()
    tl = importlib.import_module(options.package)
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(options.start, options.start + options.seeds):
            program = generate(seed)
            second = bool(options.second) and seed % options.second < 2
            verdicts = check_program(program, folder, tl, second)
            counts.update(v.outcome for v in verdicts)
            reasons.update(v.kind for v in verdicts if v.outcome == REFUSED)
            wrong = [v for v in verdicts if v.outcome == WRONG]
            kinds.update(v.kind for v in wrong)
            if wrong and sum(kinds.values()) - len(wrong) < options.reports:
                report(program, wrong[0], folder, tl, second)
    print(f"{options.seeds} programs in {time.monotonic() - began:.0f} s; points: {dict(sorted(counts.items()))}")
    for what, count in [*kinds.most_common(20), *(reasons.most_common(20) if options.refusals else [])]:
        print(f"{count:6d}  {what}")
    return 1 if counts[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
