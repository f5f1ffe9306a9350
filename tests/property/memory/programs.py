"""Whole programs: `generate(seed)`. Branches, loops, jumps and helper functions around statements that write memory."""
from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from tests.property.memory.scope import MATRIX, NUMBERS, SCALAR, VECTOR, VECTORS, Helper, Scope
from tests.property.memory.writes import Writes
from tests.property.programs import Program

HEADER = """import numpy as np

W = np.array([1.0, 0.6, 1.7])
W9 = 0.4 + 0.1 * np.arange(9.0)
"""
KNOWN = [
    (Helper("write", (VECTOR, SCALAR), None), "def write(a, s):\n    a[1] = s * a[0]"),
    (Helper("mix", (VECTOR, VECTOR), None), "def mix(a, b):\n    a[0] = b[1] * b[0]\n    b[2] = a[0] + a[1]"),
    (Helper("row", (MATRIX,), VECTOR), "def row(m):\n    return m[1]"),
    (Helper("same", (VECTOR,), VECTOR), "def same(a):\n    return a"),
    (Helper("rest", (VECTOR,), VECTOR), "def rest(a):\n    a[1:] *= 0.5\n    return a[::-1]"),
    (Helper("push", (VECTORS, VECTOR), None), "def push(items, a):\n    items.append(a * 0.5)"),
    (Helper("count", (NUMBERS, SCALAR), SCALAR), "def count(items, s):\n    items.append(s)\n    return items[0] * items[-1]"),
    (Helper("norm", (VECTOR,), SCALAR), "def norm(a):\n    return np.sqrt(1.0 + np.sum(a * a))"),
    (Helper("first", (VECTORS,), VECTOR), "def first(items):\n    return items[0]"),
]


class Body(Writes):
    """Writes the statements of one function."""

    returned: tuple[str, ...] = ()  # the kinds of what it may return; none where it may not return early

    def block(self, scope: Scope, depth: int, size: int) -> Iterator[str]:
        """At least one statement."""
        done = 0
        while done < size:
            lines = list(self.statement(scope, depth))
            done += bool(lines)
            yield from lines

    def statement(self, scope: Scope, depth: int) -> Iterator[str]:
        if depth < 2 and self.chance(0.18):
            yield from self.rng.choice((self.branch, self.counting, self.counting, self.over, self.repeating))(scope, depth)
        elif depth and scope.counters and self.chance(0.06):
            yield f"if {self.condition(scope)}:"
            yield f"    {self.one(('break', 'continue'))}"
        elif depth and self.returned and self.chance(0.04):
            yield f"if {self.condition(scope)}:"
            yield f"    return {self.result(scope)}"
        else:
            yield from self.simple(scope)

    def inside(self, scope: Scope, depth: int) -> Iterator[str]:
        yield from (f"    {line}" for line in self.block(scope, depth + 1, self.rng.randint(1, 3)))

    def branch(self, scope: Scope, depth: int) -> Iterator[str]:
        yield f"if {self.condition(scope)}:"
        first, second = scope.copy(), scope.copy()
        yield from self.inside(first, depth)
        if self.chance(0.5):
            yield "else:"
            yield from self.inside(second, depth)
        scope.kinds.update({n: k for n, k in first.kinds.items() if second.kinds.get(n) == k})

    def counting(self, scope: Scope, depth: int) -> Iterator[str]:
        i = f"i{self.rng.randrange(100)}"
        yield f"for {i} in range({self.one(('0', '1', '2', '3', '3'))}):"
        inside = scope.copy()
        inside.counters.append(i)
        yield from self.inside(inside, depth)

    def over(self, scope: Scope, depth: int) -> Iterator[str]:
        """A loop over rows or items, or over numbers."""
        inside = scope.copy()
        v, s = self.fresh(VECTOR), self.fresh(SCALAR)
        forms = [(f"for {s} in {self.values(scope)}:", s, SCALAR), (f"for {v} in {self.matrix(scope)}:", v, VECTOR)]
        forms += [(f"for {v} in {items}:", v, VECTOR) for items in scope.of(VECTORS)]
        header, name, kind = self.rng.choice(forms)
        yield header
        inside.kinds[name] = kind
        yield from self.inside(inside, depth)

    def repeating(self, scope: Scope, depth: int) -> Iterator[str]:
        i = f"j{self.rng.randrange(100)}"
        yield f"{i} = 0"
        yield f"while {i} < {self.one('123')}:"
        inside = scope.copy()
        yield f"    {i} += 1"
        inside.counters.append(f"({i} - 1)")
        yield from self.inside(inside, depth)

    def result(self, scope: Scope) -> str:
        """What is returned: nearly everything that there is, or one thing in memory."""
        if self.returned == (VECTOR,):
            return self.one((self.vector(scope), self.values(scope)))
        parts = [self.weighed(n, k) for n, k in scope.kinds.items() if self.chance(0.9)]
        return " + ".join(parts) if parts else self.scalar(scope)


def helper(rng: random.Random, number: int, helpers: list[Helper]) -> tuple[Helper, str]:
    """A function of one or two vectors, which may write them."""
    params = tuple(rng.choice((VECTOR, VECTOR, SCALAR)) for _ in range(rng.randint(0, 1)))
    made = Helper(f"step{number}", (VECTOR, *params), rng.choice((None, SCALAR, VECTOR)))
    body = Body(rng, helpers)
    names = "abc"[:len(made.params)]
    scope = Scope(dict(zip(names, made.params)))
    if made.result is not None:
        body.returned = (made.result,)
    lines = [f"    {line}" for line in body.block(scope, 1, rng.randint(1, 3))]
    if made.result is not None:
        lines.append(f"    return {body.result(scope)}")
    return made, "\n".join([f"def {made.name}({', '.join(names)}):", *lines])


def generate(seed: int) -> Program:
    """The program of a seed. Its arguments are a vector, for some seeds a matrix as well."""
    rng = random.Random(f"memory {seed}")
    known = rng.sample(KNOWN, rng.randrange(4))
    helpers, texts = [h for h, _ in known], [text for _, text in known]
    for number in range(rng.choice((0, 0, 0, 1, 1, 2))):
        made, text = helper(rng, number, list(helpers))
        helpers.append(made)
        texts.append(text)
    body = Body(rng, helpers)
    body.returned = (SCALAR,)
    scope = Scope({"x": VECTOR, **({"A": MATRIX} if rng.random() < 0.3 else {})})
    params = ", ".join(scope.kinds)
    lines = ["u0 = x * 1.0"] if rng.random() < 0.8 else []
    scope.kinds.update({"u0": VECTOR} if lines else {})
    lines += body.block(scope, 0, rng.randint(3, 11))
    text = "\n".join([f"def program({params}):", *(f"    {line}" for line in lines), f"    return {body.result(scope)}"])
    return Program(seed, "\n\n\n".join([HEADER, *texts, text]) + "\n", "program", [point(seed, "A" in params)])


def point(seed: int, matrix: bool) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.3, 1.2, 3) * np.array([1.0, -1.0, 1.0])
    return (x, rng.uniform(-1.0, 1.0, (3, 3))) if matrix else (x,)
