"""Calls of a derivative that exists already: what finding it costs, and how it compares with one written by hand."""
from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import tangentlite as tl
from benchmarks.timing import medians, table

WEIGHT = 2.0


def product(x, y):
    return x * y + x


def with_module(x, y):
    return math.sin(x) * y


def with_globals(x, y):
    return np.sin(x) * helper(y) * WEIGHT


def helper(y):
    if y > 0.0:
        return y * y
    return -y


def arrays(x, y):
    return np.sum(x * y)


def overhead(rounds: int = 41) -> str:
    """The time of a call beyond that of the generated function itself."""
    rows = []
    a = np.ones(3)
    cases: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (product, (1.0, 2.0)), (with_module, (1.0, 2.0)), (with_globals, (1.0, 2.0)), (arrays, (a, a))]
    for f, args in cases:
        gradient = tl.grad(f, argnums=(0, 1))
        generated = gradient.specialize(*args)
        seconds = medians({"call": partial(gradient, *args), "generated": partial(generated, *args)}, rounds, inner=5000)
        call, alone = (seconds[n] * 1e9 for n in ("call", "generated"))
        rows.append([f.__name__, f"{alone:.0f}", f"{call:.0f}", f"{call - alone:.0f}"])
    return table("warm grad, ns", ["function", "generated", "call", "overhead"], rows)


def power(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


def power_by_hand(x, n):
    tape = []
    r = 1.0
    while n > 0:
        tape.append(r)
        r = r * x
        n -= 1
    x_bar, r_bar = 0.0, 1.0
    for r in reversed(tape):
        x_bar += r_bar * r
        r_bar = r_bar * x
    return x_bar


def loop(rounds: int = 41) -> str:
    """The scalar `while` power beside the adjoint that one would write in plain Python."""
    tasks = {"function": partial(power, 1.001, 1000), "by hand": partial(power_by_hand, 1.001, 1000),
             "grad": partial(tl.grad(power), 1.001, 1000)}
    assert tasks["grad"]() == tasks["by hand"]()
    seconds = medians(tasks, rounds, inner=20)
    rows = [[name, f"{t * 1e6:.1f}", f"{t / seconds['by hand']:.2f}"] for name, t in seconds.items()]
    return table("while power, n = 1000, µs", ["", "µs", "to by hand"], rows)


def main() -> None:
    print(overhead())
    print(loop())


if __name__ == "__main__":
    main()
