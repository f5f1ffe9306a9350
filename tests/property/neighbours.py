"""Random loops over arrays that read and write elements and their neighbours, one loop after the other, in steps."""
from __future__ import annotations

import random

ARRAYS = ("u", "v", "w")
INNER = (("1", "len(u) - 1"), ("1", "len(u) - 1"), ("1", "n - 1"), ("2", "len(u) - 1"))
WHOLE = (("0", "len(u)"), ("0", "len(v)"), ("1", "len(u)"), ("0", "n"))
RESULTS = ("np.sum(u * u) + s", "np.sum(u) + np.sum(v * w) + s", "s", "np.sum(u * u)", "np.sum(w * u) + v[1]")


def generate(seed: int) -> str:
    """The text of `f(u0, c, d, k)`, for arrays of four elements or more."""
    return Writer(random.Random(seed)).text()


class Writer:
    def __init__(self, rng: random.Random) -> None:
        self.rng, self.lines = rng, ["import numpy as np", "", ""]

    def text(self) -> str:
        pick = self.rng.choice
        self.lines += [
            "def f(u0, c, d, k):", "    u = u0.copy()",
            "    v = " + pick(("u0 * u0", "u0.copy()", "np.zeros(len(u0))", "np.ones(len(u0))")),
            "    w = " + pick(("u0.copy()", "np.zeros(len(u0))", "u0 * 0.5")), "    n = len(u)", "    s = 0.1"]
        in_steps = self.rng.random() < 0.8
        if in_steps:
            self.lines.append("    for _ in range(k):")
        indent = "        " if in_steps else "    "
        for _ in range(self.rng.randint(1, 4)):
            self.loop(indent)
            if self.rng.random() < 0.1:
                self.lines.append(indent + "s = s * 0.5 + u[0] * v[1]")
            if self.rng.random() < 0.1:
                self.lines.append(indent + "u, v = v, u")
        if not in_steps or self.rng.random() < 0.3:
            for _ in range(self.rng.randint(0, 2)):
                self.loop("    ")
        self.lines.append("    return " + pick(RESULTS))
        return "\n".join(self.lines) + "\n"

    def loop(self, indent: str) -> None:
        inner = self.rng.random() < 0.7
        low, high = self.rng.choice(INNER if inner else WHOLE)
        over = f"range({low}, {high})"
        if self.rng.random() < 0.15:
            over = self.rng.choice((f"reversed({over})", f"range({high} - 1, {low} - 1, -1)"))
        self.lines.append(f"{indent}for i in {over}:")
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3))):
            self.lines += [f"{indent}    {line}" for line in self.statement(inner)]

    def statement(self, inner: bool) -> list[str]:
        kind, array = self.rng.random(), self.rng.choice(ARRAYS)
        if kind < 0.6:
            return [f"{array}[{self.rng.choice(('i', 'i', 'i', self.index(inner)))}] = {self.expression(inner)}"]
        if kind < 0.75:
            return [f"{array}[{self.index(inner)}] += 0.3 * {self.expression(inner)}"]
        if kind < 0.9:
            return [f"s += 0.1 * {self.expression(inner)}"]
        return [f"if {array}[i] > 0.2:", f"    {self.rng.choice(ARRAYS)}[i] = 0.5 * {self.expression(inner)}"]

    def expression(self, inner: bool, depth: int = 0) -> str:
        kind = self.rng.random()
        if kind < 0.5 or depth > 2:
            return f"{self.rng.choice(ARRAYS)}[{self.index(inner)}]"
        if kind < 0.6:
            return self.rng.choice(("c", "d", "0.5", "s * 0.1"))
        if kind < 0.7:
            return f"0.7 * {self.expression(inner, depth + 1)}"
        return f"({self.expression(inner, depth + 1)} {self.rng.choice('+-**')} {self.expression(inner, depth + 1)})"

    def index(self, inner: bool) -> str:
        shift = self.rng.choice((0, 0, 0, 0, 1, -1, 1, -1)) if inner else 0
        return "i" + (f" {'+-'[shift < 0]} 1" if shift else "")
