"""Fuzzing of the front end: `python -m tests.property.fuzz --seconds 120`.

Functions of the corpus are changed at random; those that reach lines of the front end that none has reached before are
changed further. Every one must end in the value of the function and its derivatives, in an error that shows a place, or
in the exception that the function itself raises. Exits with 1 if one did not.
"""
from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import tangentlite as tl
from tests.corpus import harness
from tests.property.checking import load, quiet
from tests.property.limits import TooLong, limited
from tests.property.mutants import Mutant, Mutator, seeds
from tests.property.programs import Program

FRONTEND = str(Path(tl.__file__).parent / "frontend")
RESULT, REFUSED, RAISED, SKIPPED, FAILED = "result", "refused", "raised", "skipped", "failed"
CASE_SECONDS = 10


class Coverage:
    """The lines of the front end that were reached, with the line before each."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int, int]] = set()
        self.last = 0

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(FRONTEND):
            return None
        if event == "line":
            self.seen.add((frame.f_code.co_filename, self.last, frame.f_lineno))
            self.last = frame.f_lineno
        return self.trace

    @contextmanager
    def watching(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self.trace)
        try:
            yield
        finally:
            sys.settrace(before)


@dataclass
class Fuzzer:
    """One run; `failures` are what went wrong, by kind."""

    rng: random.Random
    folder: Path
    coverage: Coverage = field(default_factory=Coverage)
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, tuple[str, Mutant]] = field(default_factory=dict)

    def run(self, seconds: float, cases: int | None = None) -> None:
        """Until the time is over; or a number of cases that are the same on every machine, not guided by what they cover."""
        pool = list(seeds())
        mutator = Mutator(self.rng, pool)
        end = time.monotonic() + seconds
        while time.monotonic() < end if cases is None else sum(self.outcomes.values()) < cases:
            parent = self.rng.choice(pool[-200:] if self.rng.random() < 0.5 else pool)
            made = mutator.mutated(parent)
            if made is None:
                continue
            known = len(self.coverage.seen)
            outcome, detail = self.outcome(made)
            self.outcomes[outcome] += 1
            if outcome == FAILED:
                self.failures.setdefault(detail.partition("\n")[0][:60], (detail, made))
            elif len(self.coverage.seen) > known and outcome in (RESULT, REFUSED) and cases is None:
                pool.append(made)

    def outcome(self, mutant: Mutant) -> tuple[str, str]:
        with quiet():
            try:
                f = getattr(load(Program(0, mutant.source, mutant.name, []), self.folder), mutant.name)
            except Exception as error:
                return SKIPPED, str(error)
            primal = self.attempt(lambda: f(*harness.fresh(mutant.point)))
            if primal[0] == "too long":
                return SKIPPED, ""
            for derivative in (reverse, forward):
                with self.coverage.watching():
                    found = self.attempt(lambda: derivative(f, harness.fresh(mutant.point)))
                outcome, detail = judged(primal, found, "np.empty" not in mutant.source)
                if outcome != RESULT:
                    return outcome, detail
        return RESULT, ""

    def attempt(self, call: Callable[[], Any]) -> tuple[str, Any]:
        try:
            with limited(CASE_SECONDS, signal.ITIMER_REAL):
                return "value", call()
        except TooLong:
            return "too long", None
        except BaseException as error:
            return "error", error


def reverse(f: Callable[..., Any], point: Any) -> Any:
    y, pullback = tl.vjp(f, *point)
    value = harness.map_leaves(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, y)
    pullback(harness.map_leaves(lambda leaf: np.ones_like(leaf) if isinstance(leaf, np.ndarray) else 1.0, y))
    return value


def forward(f: Callable[..., Any], point: Any) -> Any:
    dots = harness.full_tangents(point, {})
    return tl.jvp(f, point, dots)[0]


def judged(primal: tuple[str, Any], found: tuple[str, Any], repeatable: bool = True) -> tuple[str, str]:
    """What to make of a derivative's end, beside that of the function itself, which may read memory that nobody has written."""
    how, what = found
    if how == "too long":
        return FAILED, f"more than {CASE_SECONDS} seconds"
    if how == "error":
        if isinstance(what, tl.errors.ArgumentError):
            return REFUSED, ""
        if isinstance(what, tl.errors.TangentliteError):
            return (REFUSED, "") if what.lineno else (FAILED, f"no place: {what}")
        if in_generated(what) and (primal[0] == "error" or isinstance(what, ArithmeticError)):
            return RAISED, ""  # arithmetic that Python has no infinity for
        if primal[0] == "error" and type(primal[1]) is type(what):
            return RAISED, ""
        return FAILED, "".join([f"{type(what).__name__}: {what}\n", *traceback.format_tb(what.__traceback__)[-3:]])
    if primal[0] == "error":
        return RESULT, ""  # what nobody reads is not evaluated
    return (RESULT, "") if not repeatable or same(primal[1], what) else (FAILED, f"another value: {what!r}, not {primal[1]!r}")


def in_generated(error: BaseException) -> bool:
    """Was it raised by what the generated code does, and not while it was generated?"""
    return any(frame.filename.startswith("<tangentlite") for frame in traceback.extract_tb(error.__traceback__))


def same(a: Any, b: Any) -> bool:
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    try:
        return bool(np.allclose(a, b, rtol=1e-12, equal_nan=True))
    except (TypeError, ValueError):
        return type(a) is type(b)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    os.environ.setdefault("TANGENTLITE_CACHE_DIR", "")
    with tempfile.TemporaryDirectory() as name:
        fuzzer = Fuzzer(random.Random(options.seed), Path(name))
        fuzzer.run(options.seconds)
    print(f"{dict(sorted(fuzzer.outcomes.items()))}; {len(fuzzer.coverage.seen)} steps of the front end reached")
    for detail, mutant in fuzzer.failures.values():
        print(f"\n--- {detail}\n{mutant.source}{mutant.point!r}")
    return 1 if fuzzer.failures else 0


if __name__ == "__main__":
    sys.exit(main())
