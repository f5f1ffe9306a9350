"""`python -m benchmarks.elements`: gradients of loops over elements of arrays in plain Python, through memoryviews and without them."""
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any
from unittest.mock import patch

import numpy as np

import tangentlite as tl
from benchmarks.kernels.programs import thomas
from benchmarks.timing import medians, table


def softened(x, m):
    """The energy of bodies on a line."""
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e -= m[i] * m[j] / math.sqrt(d * d + 0.01)
    return e


def filtered(x, a):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = a * y[i - 1] + (1.0 - a) * x[i]
    s = 0.0
    for i in range(len(x)):
        s += y[i] * y[i] * x[i]
    return s


def seidel(u, n):
    """Sweeps over a square, each value at once the mean of its neighbours."""
    u = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
    return np.sum(u * u)


def diffusion(u, k, n):
    """The diffusivity of the steps grows with the temperature."""
    for _ in range(n):
        v = u.copy()
        for i in range(1, len(u) - 1):
            v[i] = u[i] + k * u[i] * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u = v
    return np.sum(u * u)


Case = tuple[FunctionType, tuple[Any, ...], tuple[int, ...]]
LINE = np.linspace(0.5, 1.5, 300)
CASES: list[Case] = [
    (thomas, (LINE, LINE + 4.0, LINE, LINE), (0, 1, 2, 3)),
    (softened, (LINE[:40].copy(), LINE[:40] + 1.0), (0, 1)),
    (filtered, (LINE, 0.3), (0, 1)),
    (seidel, (np.outer(LINE[:20], LINE[:20]), 3), (0,)),
    (diffusion, (LINE, 0.1, 5), (0, 1)),
]


def without_memoryviews(f: FunctionType, wrt: tuple[int, ...], args: tuple[Any, ...]) -> Callable[..., Any]:
    """The gradient by items of the arrays themselves: of another function with the same code, as derivatives are shared."""
    same = FunctionType(f.__code__, f.__globals__, f.__name__)
    with patch("tangentlite.finishing.memoryviews", lambda trace, kinds, entry: trace), patch.dict("os.environ", TANGENTLITE_CACHE_DIR=""):
        gradient: Callable[..., Any] = tl.grad(same, wrt)
        gradient(*args)
    return gradient


def gradients(rounds: int = 31) -> str:
    rows = []
    for f, args, wrt in CASES:
        tasks = {"function": partial(f, *args), "arrays": partial(without_memoryviews(f, wrt, args), *args),
                 "memoryviews": partial(tl.grad(f, wrt), *args)}
        if not all(map(np.array_equal, tasks["arrays"](), tasks["memoryviews"]())):
            raise ValueError(f"the gradients of {f.__name__} differ")
        t = medians(tasks, rounds)
        rows.append([f.__name__, *(f"{seconds * 1e6:.0f}" for seconds in t.values()), f"{t['arrays'] / t['memoryviews']:.2f}",
                     f"{t['memoryviews'] / t['function']:.2f}"])
    return table("Gradients of loops over elements of arrays, Python alone, µs",
                 ["", "function", "by items of arrays", "through memoryviews", "ratio", "/ function"], rows)


def main() -> None:
    print(gradients())


if __name__ == "__main__":
    main()
