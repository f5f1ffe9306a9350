"""`python -m benchmarks.kernels [NAME ...]`: gradients of loop kernels beside those written by hand and those of JAX."""
from __future__ import annotations

import functools
import gc
import importlib.metadata
import math
import platform
import sys
import time

import numba
import numpy as np

import tangentlite as tl
from benchmarks.kernels import adjoints, jaxed, programs
from benchmarks.timing import medians, table

FLAGS = {"reassoc", "contract", "nsz", "arcp"}  # sums in any order; NaN and infinity keep their meaning


SIZES = (0.1, 1.0, 3.0)  # small, medium and large
AT_LEAST = 5e-5  # seconds of the function itself for one measurement
AT_MOST = 0.03  # seconds of a gradient of JAX's with the same loops, if it is to be measured on larger arrays, too


def main() -> None:
    others, unchanged, rows = jaxed.gradients(), jaxed.gradients(same_loops=True), {}
    sizes = [programs.arguments(scale) for scale in SIZES]
    for f in sizes[0]:
        if not sys.argv[1:] or f.__name__ in sys.argv[1:]:
            measured = [measure(f, *given[f], others) for given in sizes]
            loops = same_loops(f, [given[f] for given in sizes], unchanged)
            rows[f.__name__] = [[*m, seconds] for m, seconds in zip(measured, loops)]
            print(f.__name__, rows[f.__name__], file=sys.stderr)
    show(list(rows), np.array(list(rows.values())))


@functools.cache
def functions(f, wrt):
    """The primal, and gradients by hand and by tangentlite."""
    argnums = wrt if len(wrt) > 1 else wrt[0]
    primal = numba.njit(error_model="numpy")(f)
    hand = numba.njit(error_model="numpy")(getattr(adjoints, f.__name__))
    return {"primal": primal, "by hand": hand, "ours": tl.grad(primal, argnums), "reordered": tl.grad(primal, argnums, fastmath=FLAGS)}


def measure(f, args, wrt, others):
    """Seconds of every function, and those in which the primal and the gradient are compiled."""
    made = dict(functions(f, wrt))
    if f.__name__ in others:
        made["jax"] = others[f.__name__](wrt if len(wrt) > 1 else wrt[0])
    tasks = {key: functools.partial(function, *args) for key, function in made.items()}
    seconds = [compile_seconds(tasks[key]) for key in ("primal", "ours")]
    check(f.__name__, tasks["by hand"](), *(tasks[key]() for key in ("ours", "jax") if key in tasks))
    t = medians(tasks, inner=max(1, int(AT_LEAST / seconds_of(tasks["primal"]))))
    return [t["primal"], t["by hand"], t["ours"], t["reordered"], t.get("jax", math.nan), *seconds]


def same_loops(f, arguments, made):
    """Seconds of JAX's gradients of the loops as they are, for each size; NaN where that takes too long."""
    seconds: list[float] = []
    for args, wrt in arguments:
        if f.__name__ not in made or any(not t < AT_MOST for t in seconds[1:]):
            seconds.append(math.nan)
            continue
        tasks = [functools.partial(g, *args) for g in (functions(f, wrt)["ours"], made[f.__name__](wrt if len(wrt) > 1 else wrt[0]))]
        check(f.__name__, *(task() for task in tasks))
        seconds.append(medians({"jax": tasks[1]}, rounds=3)["jax"])
    return seconds


def compile_seconds(task) -> float:
    """Of the processor, for the first call; a full garbage collection (a tenth of a second) would fall to one of them by chance."""
    gc.collect()
    gc.disable()
    try:
        return seconds_of(task, time.process_time)
    finally:
        gc.enable()


def seconds_of(task, clock=time.perf_counter) -> float:
    start = clock()
    task()
    return clock() - start


def check(name, *gradients) -> None:
    """All gradients are the same. Raises ValueError otherwise."""
    first, *rest = (g if isinstance(g, tuple) else (g,) for g in gradients)
    for other in rest:
        for a, b in zip(first, other, strict=True):
            if not np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.max(np.abs(a))):
                raise ValueError(f"the gradients of {name} differ")


def show(names, t) -> None:
    """Cells with a number for each size."""
    def mean(columns):
        return f"{math.exp(np.nanmean(np.log(columns))):.2f}"

    def cell(numbers, form):
        return " ".join("" if math.isnan(x) else form.format(x) for x in numbers)

    primal, hand, ours, reordered, rewritten, compiled, compiled_ours, same = np.moveaxis(t, 2, 0)
    ratios = [ours / hand, reordered / hand, ours / primal, rewritten / ours, same / ours, (compiled_ours / compiled)[:, :1]]
    body = [[name, cell(rows[:, 0] * 1e6, "{:.0f}"), cell(rows[:, 2] * 1e6, "{:.0f}"),
             *(cell(r[k], "{:.2f}" if np.nanmax(r[k], initial=0) < 100 else "{:.0f}") for r in ratios)]
            for k, (name, rows) in enumerate(zip(names, t))]
    body.append(["geometric mean", "", "", *map(mean, ratios)])
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("numba", "numpy"))
    print(table(f"Gradients of loop kernels, Python {platform.python_version()}, {versions}, {platform.machine()}",
                ["", "primal µs", "gradient µs", "/ by hand", "reordered / by hand", "/ primal", "JAX, rewritten / ours",
                 "JAX, same loops / ours", "compile / primal's"], body))


if __name__ == "__main__":
    main()
