"""Transformation and compilation of functions of about 30 lines, and how both grow with the length of the program."""
from __future__ import annotations

import inspect
import os
import tempfile
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

from benchmarks import functions
from benchmarks.timing import medians, table
from tangentlite.dispatch import Specializer, programs

MODES = {"grad": ("reverse", "_grad"), "vjp": ("split", "_vjp"), "jvp": ("forward", "_jvp")}


def found(function: FunctionType, mode: str, args: tuple[Any, ...]) -> None:
    """One derivative that no call has asked for in this process; from disk where it is there."""
    programs.clear()
    internal, suffix = MODES[mode]
    Specializer(function, internal, None, suffix).version(args)


def made(function: FunctionType, mode: str, args: tuple[Any, ...]) -> None:
    """One derivative made from nothing, and stored."""
    for entry in Path(os.environ["TANGENTLITE_CACHE_DIR"]).iterdir():
        entry.unlink()
    found(function, mode, args)


def thirty_lines(rounds: int = 21) -> str:
    cases: dict[FunctionType, tuple[Any, ...]] = {
        functions.straight: (0.5, 1.5), functions.control: (0.5, 1.5, 4), functions.network: functions.network_arguments()}
    rows = []
    for function, args in cases.items():
        seconds = [t for what in (made, found)
                   for t in medians({m: partial(what, function, m, args) for m in MODES}, rounds).values()]
        lines = str(len(inspect.getsourcelines(function)[0]))
        rows.append([function.__name__, lines, *(f"{t * 1e3:.1f}" for t in seconds)])
    header = ["function", "lines", *(f"{what} {m}" for what in ("made", "found") for m in MODES)]
    return table("transform + compile, or find on disk + compile, ms", header, rows)


def chain(statements: int, folder: Path) -> FunctionType:
    """A straight line of so many scalar statements, in a file of its own."""
    lines = ["import math", "", "", f"def chain_{statements}(x, y):", "    a = x"]
    for k in range(statements):
        lines.append(f"    a = math.sin(a) * y + {k % 7}.0" if k % 3 else f"    y = math.sin(y - a * 0.{k % 9 + 1})")
    path = folder / f"chain_{statements}.py"
    path.write_text("\n".join([*lines, "    return a", ""]))
    scope: dict[str, Any] = {"__name__": f"chain_{statements}"}
    exec(compile(path.read_text(), path, "exec"), scope)
    function: FunctionType = scope[f"chain_{statements}"]
    return function


def growth(sizes: tuple[int, ...] = (250, 1000, 4000)) -> str:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        chains = {n: chain(n, Path(name)) for n in sizes}
        for mode in ("grad", "jvp"):
            seconds = medians({str(n): partial(made, f, mode, (0.5, 1.5)) for n, f in chains.items()}, rounds=3)
            times = list(seconds.values())
            rows.append([mode, *(f"{t * 1e3:.0f}" for t in times), f"{times[-1] / times[-2]:.1f}"])
    return table("straight line, ms", ["statements", *map(str, sizes), "last / one before"], rows)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TANGENTLITE_CACHE_DIR"] = folder
        print(thirty_lines())
        print(growth())


if __name__ == "__main__":
    main()
