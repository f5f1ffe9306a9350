"""`python -m benchmarks.checkpoints [POINTS STEPS]`: time and memory of gradients of Burgers' equation with and without checkpoints."""
from __future__ import annotations

import ctypes
import gc
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import tangentlite as tl
from benchmarks.timing import medians, table

PLANS: dict[str, dict[str, Any]] = {
    "every step recorded": {"checkpoint": "never"}, "by itself": {}, "segments": {"checkpoint": "segments"},
    "revolve, 30 slots": {"checkpoint": "revolve", "slots": 30}}
ROUNDS = 9
WRT = (0, 1)


def by_slices(u, nu, steps):
    u = u.copy()
    dx = 1.0 / len(u)
    dt = 0.2 * dx
    a, b = dt / (2.0 * dx), nu * dt / (dx * dx)
    for _ in range(steps):
        u[1:-1] = u[1:-1] - a * u[1:-1] * (u[2:] - u[:-2]) + b * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def by_elements(u, nu, steps):
    u = u.copy()
    dx = 1.0 / len(u)
    dt = 0.2 * dx
    a, b = dt / (2.0 * dx), nu * dt / (dx * dx)
    for _ in range(steps):
        v = u.copy()
        for i in range(1, len(v) - 1):
            u[i] = v[i] - a * v[i] * (v[i + 1] - v[i - 1]) + b * (v[i + 1] - 2.0 * v[i] + v[i - 1])
    return np.sum(u * u)


def main() -> None:
    points, steps = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (1_000, 20_000)
    args = 0.5 + 0.3 * np.sin(2.0 * np.pi * np.arange(points) / points), 1e-4, steps
    for title, f, backend in (("NumPy, by slices", by_slices, "python"), ("Numba, by slices", by_slices, "numba"),
                              ("Numba, by elements", by_elements, "numba")):
        compiled = backend == "numba"
        tasks: dict[str, Callable[..., Any]] = {"primal": by_numba(f) if compiled else f}
        options = {"error_model": "numpy"} if compiled else {}
        tasks.update((name, tl.grad(f, WRT, backend=backend, **plan, **options)) for name, plan in PLANS.items() if plan or compiled)
        sys.stdout.write(table(f"{title}: {points} points, {steps} steps", ["", "s", "÷ primal", "MB", "states", "% of the tape"],
                               measured(tasks, args)) + "\n")


def by_numba(f: Callable[..., Any]) -> Callable[..., Any]:
    import numba

    compiled: Callable[..., Any] = numba.njit(error_model="numpy")(f)
    return compiled


def measured(tasks: dict[str, Callable[..., Any]], args: tuple[Any, ...]) -> list[list[str]]:
    u, nu, _ = args
    results, peaks = {}, {}
    for name, task in tasks.items():
        task(u, nu, 3)  # compiled now
        peaks[name], results[name] = peak(lambda task=task: task(*args))  # type: ignore[misc]
    for name in results.keys() & PLANS.keys():
        if not all(map(np.array_equal, results[name], results["every step recorded"])):
            raise ValueError(f"another gradient: {name}")
    seconds = medians({name: lambda task=task: task(*args) for name, task in tasks.items()}, ROUNDS)  # type: ignore[misc]
    tape = peaks["every step recorded"]
    return [[name, f"{seconds[name]:.3f}", f"{seconds[name] / seconds['primal']:.1f}", f"{peaks[name] / 1e6:.1f}",
             f"{peaks[name] / u.nbytes:.0f}", f"{100 * peaks[name] / tape:.2f}"] for name in tasks]


# -- memory ------------------------------------------------------------------------------------------------------------

STATUS = Path("/proc/self/status")


def peak(task: Callable[[], Any]) -> tuple[float, Any]:
    """The most memory that the process has in addition while it runs the task, and the result; NaN where Linux does not tell."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)  # what is free is given back, or it would not be counted when it is taken again
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = kilobytes("VmRSS")
        result = task()
        return 1024.0 * (kilobytes("VmHWM") - before), result
    except (OSError, AttributeError):
        return float("nan"), task()


def kilobytes(field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
