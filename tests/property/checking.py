"""Run one program in every mode and compare: right, refused, wrong, or skipped where the function is not smooth."""
from __future__ import annotations

import contextlib
import itertools
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from tests.corpus import Case, Point, harness
from tests.property.limits import TooLong, limited
from tests.property.programs import Program
from tests.written import imported

RIGHT, REFUSED, WRONG, SKIPPED = "right", "refused", "wrong", "skipped"
MAX_STEPS = 100_000
MAX_SECONDS = 20
_serial = itertools.count()


class NotSmooth(Exception):
    """The point is too close to a kink or a change of branch, or the values are too large, for differences."""


@dataclass(frozen=True)
class Verdict:
    """The outcome at one point; `detail` says what went wrong, `kind` says it without names, numbers and places."""

    outcome: str
    detail: str = ""
    point: Point = ()

    @property
    def kind(self) -> str:
        first = re.sub(r" \((/|made in)[^()]*\)", "", self.detail.partition("\n")[0])
        return re.sub(r"`[^`]*`|'[^']*'|[-+]?\d[\w.+-]*", "_", first)


def load(program: Program, folder: Path) -> ModuleType:
    """Write the program to a file of its own and import it."""
    name = f"generated_{program.seed}_{next(_serial)}"
    path = folder / f"{name}.py"
    path.write_text(program.source)
    return imported(path)


class Recorder:
    """Calls a function while recording the instructions it executes in its own file."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f, self.file = f, f.__code__.co_filename
        self.steps: list[tuple[Any, int]] = []
        self.expected: list[tuple[Any, int]] | None = None

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != self.file:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            self.steps.append((frame.f_code, frame.f_lasti))
            if len(self.steps) > MAX_STEPS:
                raise NotSmooth("too long")
        return self.trace

    def __call__(self, *args: Any) -> Any:
        if sys.version_info >= (3, 13):  # which reports instructions from the second of several calls on
            self.run(harness.fresh(args))
        y = self.run(args)
        if self.expected is None:
            self.expected = self.steps
        if self.steps != self.expected:
            raise NotSmooth("the branches taken change within the stencil")
        return y

    def run(self, args: Sequence[Any]) -> Any:
        self.steps = []
        before = sys.gettrace()
        sys.settrace(self.trace)
        try:
            return self.f(*args)
        except NotSmooth:
            raise
        except Exception as error:
            raise NotSmooth(f"the program itself raises {type(error).__name__}") from error
        finally:
            sys.settrace(before)


def require_smooth(case: Case, point: Point) -> None:
    """Raise NotSmooth unless differences along all directions the harness uses can be trusted."""
    recorded = Recorder(case.f)
    try:
        with np.errstate(over="raise", invalid="raise"):  # infinities that the result does not show
            recorded(*harness.fresh(point))
        y = recorded(*harness.fresh(point))
    except ArithmeticError as error:
        raise NotSmooth("overflow") from error
    if not np.all(np.isfinite(y)) or np.max(np.abs(y)) > 1e3:
        raise NotSmooth("large")
    directions = [d for *_, d in harness.unit_directions(point, case.argnums)]
    for seed in (1, 2, 4):
        directions.append({i: harness.random_like(point[i], seed + 10 * i) for i in case.argnums})
    for direction in directions:
        for step in (harness.STEP, -harness.STEP):
            recorded(*harness.shifted(harness.fresh(point), direction, step))
        coarse = harness.difference(case.f, point, direction)
        fine = harness.difference(case.f, point, direction, harness.STEP / 3)
        if not abs(coarse) < 1e4 or not abs(coarse - fine) <= 1e-8 * max(1.0, abs(fine)):
            raise NotSmooth("differences disagree")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def raised_by_the_program(error: BaseException) -> bool:
    """Did the function that is differenced raise, away from the point, and not its derivative?"""
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return "generated_" in files[-1] and not any("tangentlite" in Path(file).parts or "<tangentlite" in file for file in files)


def check_point(f: Callable[..., Any], point: Point, tl: Any, second: bool) -> Verdict:
    """The verdict on one function at one point."""
    case = Case(f, [point], tol=2e-7)
    with quiet():
        try:
            require_smooth(case, point)
        except NotSmooth as reason:
            return Verdict(SKIPPED, str(reason), point)
        except (ArithmeticError, ValueError) as error:
            return Verdict(SKIPPED, f"the program itself raises {type(error).__name__}", point)
        if tl is None:
            return Verdict(RIGHT, "", point)
        try:
            with limited(MAX_SECONDS):
                harness.check_first_order(case, point, tl)
                if second:
                    harness.check_second_order(case, point, tl)
        except tl.errors.TangentliteError as error:
            return Verdict(REFUSED, f"{type(error).__name__}: {error}", point)
        except AssertionError as error:
            return Verdict(WRONG, str(error), point)
        except TooLong as error:
            return Verdict(WRONG, str(error), point)
        except Exception as error:
            if raised_by_the_program(error):
                return Verdict(SKIPPED, f"the program itself raises {type(error).__name__}", point)
            where = "".join(traceback.format_exception(error, limit=-4))
            return Verdict(WRONG, f"{type(error).__name__}: {error}\n{where}", point)
    return Verdict(RIGHT, "", point)


def check_program(program: Program, folder: Path, tl: Any, second: bool = False) -> list[Verdict]:
    """The verdicts at all points of the program. `tl` None: only whether the points are smooth."""
    f = getattr(load(program, folder), program.name)
    return [check_point(f, point, tl, second) for point in program.points]
