"""Which tests reach which lines of the rules: a mistake on a line is looked for by those alone."""
from __future__ import annotations

import os
import pickle
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.rules.mutants import RULES, forget

Place = tuple[str, int, str, int]  # of a file, the first line of a function, its name, and a line of it or 0 for all of it


@dataclass
class Check:
    """A test, which raises where it fails."""

    name: str
    run: Callable[[], object]
    places: set[Place] = field(default_factory=set)
    seconds: float = 0.0


def place(code: types.CodeType, line: int = 0) -> Place:
    return code.co_filename, code.co_firstlineno, code.co_name, line


def traced(check: Check) -> None:
    """Run a check and note what it reaches, and its time."""
    def at_line(frame: types.FrameType, event: str, arg: object) -> Any:
        if event == "line":
            check.places.add(place(frame.f_code, frame.f_lineno))
        return at_line

    def at_call(frame: types.FrameType, event: str, arg: object) -> Any:
        if not frame.f_code.co_filename.startswith(str(RULES)):
            return None
        check.places.add(place(frame.f_code))
        return at_line

    forget()
    start = time.process_time()
    sys.settrace(at_call)
    try:
        check.run()
    finally:
        sys.settrace(None)
    check.seconds = time.process_time() - start


def reached(checks: list[Check]) -> dict[Place, list[Check]]:
    """The checks that reach each place, the quick ones first.

    They run in a child of this process, which remembers no derivative of theirs; one that fails there is left out.
    """
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            try:
                pickle.dump([told(c) for c in checks], file)
                file.flush()
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        file.seek(0)
        found: dict[Place, list[Check]] = {}
        for check, (places, check.seconds, error) in zip(checks, pickle.load(file), strict=True):
            check.places = places
            if error:
                print(f"left out: {check.name}: {error}", flush=True)
            for p in places if not error else ():
                found.setdefault(p, []).append(check)
    return {p: sorted(of, key=lambda c: c.seconds) for p, of in found.items()}


def told(check: Check) -> tuple[set[Place], float, str]:
    try:
        traced(check)
    except Exception as e:
        return check.places, check.seconds, f"{type(e).__name__}: {e}"
    return check.places, check.seconds, ""


def reaching(found: dict[Place, list[Check]], codes: Iterable[types.CodeType], line: int) -> list[Check]:
    """The checks that reach the line of one of the functions, or else one of the functions; the innermost function comes first."""
    of = [*(place(code, line) for code in codes), *map(place, codes)]
    return next((found[p] for p in of if p in found), [])
