"""`python -m benchmarks.kernels [NAME ...]`: gradients of loop kernels beside those written by hand and those of JAX."""
from __future__ import annotations

import functools
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


def main() -> None:
    others, rows = jaxed.gradients(), []
    chosen = {f: given for f, given in programs.arguments().items() if not sys.argv[1:] or f.__name__ in sys.argv[1:]}
    for f, (args, wrt) in chosen.items():
        name, argnums = f.__name__, wrt if len(wrt) > 1 else wrt[0]
        primal = numba.njit(error_model="numpy")(f)
        hand = numba.njit(error_model="numpy")(getattr(adjoints, name))
        ours, reordered = tl.grad(primal, argnums), tl.grad(primal, argnums, fastmath=FLAGS)
        functions = {"primal": primal, "by hand": hand, "ours": ours, "reordered": reordered}
        if name in others:
            functions["jax"] = others[name](argnums)
        tasks = {key: functools.partial(function, *args) for key, function in functions.items()}
        seconds = [compile_time(tasks[key]) for key in ("primal", "ours")]
        check(name, tasks["by hand"](), *(tasks[key]() for key in ("ours", "jax") if key in tasks))
        t = medians(tasks)
        rows.append([t["primal"], t["by hand"], t["ours"], t["reordered"], t.get("jax", math.nan), *seconds])
        print(f"{name} is done", file=sys.stderr)
    show([f.__name__ for f in chosen], np.array(rows))


def compile_time(task) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def check(name, *gradients) -> None:
    """All gradients are the same. Raises ValueError otherwise."""
    first, *rest = (g if isinstance(g, tuple) else (g,) for g in gradients)
    for other in rest:
        for a, b in zip(first, other, strict=True):
            if not np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.max(np.abs(a))):
                raise ValueError(f"the gradients of {name} differ")


def show(names, t) -> None:
    def mean(column):
        return f"{math.exp(np.nanmean(np.log(column))):.2f}"

    ratios = [t[:, 2] / t[:, 1], t[:, 3] / t[:, 1], t[:, 2] / t[:, 0], t[:, 4] / t[:, 2], t[:, 6] / t[:, 5]]
    body = [[name, f"{row[0] * 1e6:.1f}", f"{row[2] * 1e6:.1f}", *("" if math.isnan(r[k]) else f"{r[k]:.2f}" for r in ratios)]
            for k, (name, row) in enumerate(zip(names, t))]
    body.append(["geometric mean", "", "", *map(mean, ratios)])
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("numba", "numpy"))
    print(table(f"Gradients of loop kernels, Python {platform.python_version()}, {versions}, {platform.machine()}",
                ["", "primal µs", "gradient µs", "/ by hand", "reordered / by hand", "/ primal", "JAX / ours", "compile / primal's"], body))


if __name__ == "__main__":
    main()
