"""`python -m benchmarks.arrays [NAME ...]`: gradients of array programs in NumPy beside those written by hand, autograd's and JAX's."""
from __future__ import annotations

import functools
import importlib.metadata
import math
import platform
import sys

import numpy as np

import tangentlite as tl
from benchmarks.arrays import adjoints, peers, programs
from benchmarks.timing import medians, table

COLUMNS = ("primal µs", "gradient µs", "/ by hand", "/ primal", "autograd / ours", "JAX / ours")


def main(names: list[str], sizes=programs.SIZES) -> None:
    by_autograd, by_jax = peers.by_autograd(), peers.by_jax()
    rows = []
    for size in sizes:
        for f, (args, wrt) in programs.arguments(size).items():
            if names and f.__name__ not in names:
                continue
            functions = {"primal": f, "hand": getattr(adjoints, f.__name__), "ours": tl.grad(f, wrt)}
            functions |= {name: peer[f](wrt) for name, peer in (("autograd", by_autograd), ("jax", by_jax)) if f in peer}
            tasks = {name: functools.partial(function, *args) for name, function in functions.items()}
            check(f.__name__, tasks)
            rows.append([f"{f.__name__} {size}", measured(tasks)])
            print(f"{rows[-1][0]} is done", file=sys.stderr)
    print(text(rows))


def measured(tasks) -> list[float]:
    once = medians({"ours": tasks["ours"]}, 3)["ours"]
    t = medians(tasks, rounds=31 if once < 0.01 else 7, inner=max(1, int(2e-4 / once)))
    ours = t["ours"]
    return [t["primal"] * 1e6, ours * 1e6, ours / t["hand"], ours / t["primal"], t.get("autograd", math.nan) / ours,
            t.get("jax", math.nan) / ours]


def check(name, tasks) -> None:
    """All gradients are the same. Raises ValueError otherwise."""
    expected = tasks["hand"]()
    for other in [other for other in tasks if other not in ("hand", "primal")]:
        for a, b in zip(expected, tasks[other](), strict=True):
            if not np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.max(np.abs(a))):
                raise ValueError(f"the gradients of {name} differ: {other} and the one by hand")


def text(rows) -> str:
    def cell(value, k) -> str:
        return "" if math.isnan(value) else f"{value:.1f}" if k < 2 else f"{value:.2f}"

    body = [[name, *(cell(v, k) for k, v in enumerate(values))] for name, values in rows]
    means = np.exp(np.nanmean(np.log(np.array([values for _, values in rows])), axis=0))
    body.append(["geometric mean", "", "", *(f"{m:.2f}" for m in means[2:])])
    versions = f"Python {platform.python_version()}, numpy {importlib.metadata.version('numpy')}, {platform.machine()}"
    return table(f"Gradients of array programs, {versions}", ["", *COLUMNS], body)


if __name__ == "__main__":
    main(sys.argv[1:])
