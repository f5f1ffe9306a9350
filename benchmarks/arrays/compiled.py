"""`python -m benchmarks.arrays.compiled [NAME ...]`: gradients of array programs, compiled by Numba, beside those in NumPy and JAX's."""
from __future__ import annotations

import functools
import importlib.metadata
import math
import platform
import sys
import time

import numpy as np

import tangentlite as tl
from benchmarks.arrays import adjoints, peers, programs
from benchmarks.timing import medians, table

FLAGS = {"reassoc", "contract", "nsz", "arcp"}  # sums in any order; NaN and infinity keep their meaning
COLUMNS = ("NumPy µs", "compiled µs", "fast µs", "NumPy / fast", "JAX / compiled", "JAX / fast", "compile s")


def main(names: list[str], sizes=programs.SIZES) -> None:
    by_jax, rows = peers.by_jax(), []
    for size in sizes:
        for f, (args, wrt) in programs.arguments(size).items():
            if not names or f.__name__ in names:
                rows.append([f"{f.__name__} {size}", measured(f, args, wrt, by_jax[f](wrt))])
                print(f"{rows[-1][0]} is done", file=sys.stderr)
    print(text(rows))


@functools.cache
def compiled(f, wrt):
    return tl.grad(f, wrt, backend="numba"), tl.grad(f, wrt, backend="numba", fastmath=FLAGS, math="fast")


def measured(f, args, wrt, jax) -> list[float]:
    plain, fast = compiled(f, wrt)
    tasks = {"numpy": functools.partial(tl.grad(f, wrt), *args), "plain": functools.partial(plain, *args),
             "fast": functools.partial(fast, *args), "jax": functools.partial(jax, *args)}
    start = time.process_time()
    tasks["fast"]()
    seconds = time.process_time() - start
    check(f.__name__, getattr(adjoints, f.__name__)(*args), *(tasks[name]() for name in ("plain", "fast")))
    once = medians({"fast": tasks["fast"]}, 3)["fast"]
    t = medians(tasks, rounds=31 if once < 0.01 else 7, inner=max(1, int(2e-4 / once)))
    fast = t["fast"]
    return [t["numpy"] * 1e6, t["plain"] * 1e6, fast * 1e6, t["numpy"] / fast, t["jax"] / t["plain"], t["jax"] / fast, seconds]


def check(name, expected, *others) -> None:
    """All gradients are the same. Raises ValueError otherwise."""
    for other in others:
        for a, b in zip(expected, other, strict=True):
            if not np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.max(np.abs(a))):
                raise ValueError(f"the gradients of {name} differ")


def text(rows) -> str:
    body = [[name, *(f"{v:.1f}" if k in (0, 1, 2, 6) else f"{v:.2f}" for k, v in enumerate(values))] for name, values in rows]
    means = [math.exp(np.mean(np.log([values[k] for _, values in rows]))) for k in (3, 4, 5)]
    body.append(["geometric mean", "", "", "", *(f"{m:.2f}" for m in means), ""])
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "numba", "jax"))
    versions = f"Python {platform.python_version()}, {versions}, {platform.machine()}"
    return table(f"Compiled gradients of array programs, {versions}", ["", *COLUMNS], body)


if __name__ == "__main__":
    main(sys.argv[1:])
