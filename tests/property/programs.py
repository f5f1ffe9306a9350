"""A seeded generator of random programs: `generate(seed)`.

Programs are bounded in time and in size of their values: trip counts are small, and whatever is carried by a loop goes
through a bounded function. They reuse and shadow names, and read nearly everything they write.
"""
from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.property.expressions import INT, MATRIX, NAMES, SCALAR, SIZE, VECTOR, Expressions, Function, Scope

BOUNDED = {SCALAR: ("math.sin({})", "math.tanh({})", "math.cos({})"), VECTOR: ("np.sin({})", "np.tanh({})"),
           MATRIX: ("np.sin({})", "np.tanh({})")}
COUNTERS = ("i", "j", "k", "n_", "it", "idx", "trip", "count")


@dataclass(frozen=True)
class Program:
    """The text of a module, the function to differentiate, and the arguments to do it at."""

    seed: int
    source: str
    name: str
    points: list[tuple[Any, ...]]


class Body:
    """Writes the statements of one function."""

    def __init__(self, expressions: Expressions, budget: int, result: str | tuple[str, ...]) -> None:
        self.e, self.rng, self.budget, self.result = expressions, expressions.rng, budget, result
        self.reserved: set[str] = set()
        self.inner = 0

    def block(self, scope: Scope, loops: int, depth: int, size: int) -> Iterator[str]:
        """At least one statement, and no more than the budget allows."""
        for k in range(size):
            if k and self.budget <= 0:
                break
            lines: list[str] = []
            while not lines:
                lines = list(self.statement(scope, loops, depth))
            yield from lines

    def statement(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        compound = [self.branch, self.branch, self.range_loop, self.range_loop, self.sequence_loop, self.while_loop]
        if loops:
            compound += [self.leave_loop] * 5
        simple = [self.assign, self.assign, self.assign, self.augment, self.swap, self.tuple_assign, self.chained,
                  self.call_with_results, self.early_return, self.inner_function]
        self.budget -= 1
        options = simple + compound if depth < 4 and self.budget > 0 else simple
        writer = self.rng.choice(options)
        yield from writer(scope, loops, depth)

    # Simple statements

    def target(self, scope: Scope, kind: str, loops: int) -> str:
        """A name to assign: a new one, or an old one; in a loop and after a closure, one of the same kind."""
        same = loops or self.inner
        old = [n for n, k in scope.kinds.items() if n not in scope.locked and k != INT and (k == kind or not same)]
        if self.e.chance(0.9):
            old = [n for n in old if n not in self.e.unread]
        new = [n for n in NAMES if n not in scope.kinds and n not in self.reserved and n not in scope.locked]
        return self.rng.choice(old) if old and self.e.chance(0.5) or not new else self.rng.choice(new)

    def written(self, scope: Scope, name: str, kind: str) -> None:
        scope.kinds[name] = kind
        self.e.unread.add(name)

    def kind(self, scope: Scope) -> str:
        if not self.e.arrays or not scope.of(VECTOR):
            return SCALAR
        kinds = [SCALAR, VECTOR, VECTOR] + ([MATRIX] if scope.of(MATRIX) else [])
        return self.rng.choice(kinds)

    def bounded(self, scope: Scope, kind: str, loops: int) -> str:
        value = self.e.expression(scope, kind, 2)
        if kind == INT or loops == 0 and self.e.chance(0.4):
            return value
        wrapped = self.rng.choice(BOUNDED[kind]).format(value)
        if scope.of(kind) and self.e.chance(0.3):
            return f"0.6 * {self.e.name(scope, kind)} + 0.4 * {wrapped}"
        return wrapped

    def assign(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        kind = self.kind(scope)
        value = self.bounded(scope, kind, loops)
        name = self.target(scope, kind, loops)
        self.written(scope, name, kind)
        yield f"{name}: float = {value}" if kind == SCALAR and self.e.chance(0.05) else f"{name} = {value}"

    def augment(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        names = [n for n in scope.of(SCALAR) if n not in scope.locked]
        if not names:
            return
        value = self.e.scalar(scope, 2)
        name = self.rng.choice(names)
        self.written(scope, name, SCALAR)
        form = self.rng.choice(("{} += 0.3 * math.sin({})", "{} -= 0.2 * math.tanh({})", "{} *= math.cos({})",
                                "{} /= 2.5 + math.sin({})", "{} *= 0.5 + 0.4 * math.sin({})"))
        yield form.format(name, value)

    def swap(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        names = [n for n in scope.of(SCALAR) if n not in scope.locked]
        if len(names) < 2:
            return
        picked = self.rng.sample(names, min(len(names), self.rng.choice((2, 2, 3))))
        yield f"{', '.join(picked)} = {', '.join(picked[1:] + picked[:1])}"

    def tuple_assign(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        values = [self.bounded(scope, SCALAR, loops) for _ in range(3)]
        names: list[str] = []
        while len(names) < 3:
            name = self.target(scope, SCALAR, loops)
            if name not in names:
                names.append(name)
        for name in names:
            self.written(scope, name, SCALAR)
        a, b, c = names
        yield self.rng.choice((f"{a}, {b}, {c} = {', '.join(values)}",
                               f"{a}, ({b}, {c}) = {values[0]}, ({values[1]}, {values[2]})",
                               f"({a}, {b}), {c} = [{values[0]}, {values[1]}], {values[2]}"))

    def chained(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        value = self.bounded(scope, SCALAR, loops)
        a, b = self.target(scope, SCALAR, loops), self.target(scope, SCALAR, loops)
        self.written(scope, a, SCALAR)
        self.written(scope, b, SCALAR)
        yield f"{a} = {b} = {value}"

    def call_with_results(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        pairs = [f for f in self.e.functions if isinstance(f.result, tuple)]
        if not pairs or loops > 1:
            return
        call = self.e.call_of(self.rng.choice(pairs), scope, 1)
        if not call.endswith(")") or call.startswith("("):
            return
        a = self.target(scope, SCALAR, loops)
        b = self.target(scope, SCALAR, loops)
        if a != b:
            self.written(scope, a, SCALAR)
            self.written(scope, b, SCALAR)
            yield f"{a}, {b} = {call}"

    def early_return(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        if depth < 2 and self.e.chance(0.8):
            return
        yield f"if {self.e.condition(scope)}:"
        yield f"    return {self.returned(scope, rest=False)}"

    def inner_function(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        if loops or depth or not scope.of(SCALAR):
            return
        name, self.inner = f"inner{self.inner}", self.inner + 1
        parameter = self.rng.choice(NAMES[:12])
        inside = scope.copy()
        inside.kinds[parameter] = SCALAR
        inside.locked |= set(inside.kinds)
        yield f"def {name}({parameter}):"
        yield f"    return math.sin({self.e.scalar(inside, 2)})"
        self.e.functions.append(Function(name, (SCALAR,), SCALAR))

    # Compound statements

    def branch(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        arms = self.rng.choice((("if",), ("if", "else"), ("if", "else"), ("if", "elif", "else")))
        ends = [scope.copy()] if arms[-1] != "else" else []
        for arm in arms:
            inside = scope.copy()
            yield "else:" if arm == "else" else f"{arm} {self.e.condition(inside)}:"
            yield from self.indented(inside, loops, depth + 1)
            ends.append(inside)
        self.join(scope, ends)

    def join(self, scope: Scope, ends: list[Scope]) -> None:
        kinds = {n: k for n, k in ends[0].kinds.items() if all(end.kinds.get(n) == k for end in ends[1:])}
        scope.kinds.clear()
        scope.kinds.update(kinds)
        for end in ends:
            scope.locked |= end.locked

    def indented(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        lines = ["pass"] if self.e.chance(0.02) else self.block(scope, loops, depth, self.rng.randint(1, 3))
        yield from (f"    {line}" for line in lines)

    def loop(self, scope: Scope, header: str, loops: int, depth: int, targets: dict[str, str], first: str = "",
             runs: bool = False) -> Iterator[str]:
        """A loop whose body may assign outer names only in their kinds; `runs`: at least once, for certain."""
        inside = scope.copy()
        inside.kinds.update(targets)
        inside.locked |= set(targets)
        yield header
        if first:
            yield f"    {first}"
        yield from self.indented(inside, loops + 1, depth + 1)
        if self.e.chance(0.2):
            otherwise = scope.copy()
            yield "else:"
            yield from self.indented(otherwise, loops, depth + 1)
            scope.kinds = {n: k for n, k in scope.kinds.items() if otherwise.kinds.get(n) == k}
            scope.locked |= otherwise.locked
        scope.locked |= inside.locked - set(targets)
        if runs:
            scope.kinds.update(targets)

    def counter(self, scope: Scope) -> str:
        free = [c for c in COUNTERS if c not in scope.kinds and c not in scope.locked and c not in self.reserved]
        if not free:
            free = [f"c{len(self.reserved)}"]
        self.reserved.add(free[0])
        return free[0]

    def trips(self, scope: Scope) -> tuple[str, bool]:
        ints = scope.of(INT)
        if ints and self.e.chance(0.4):
            return self.rng.choice(ints), False
        count = self.rng.choice((0, 1, 2, 2, 3, 4))
        return str(count), count > 0

    def range_loop(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        if loops > 2:
            return
        i = self.counter(scope)
        stop, runs = self.trips(scope)
        iterable = self.rng.choice(("range({})", "range({})", "reversed(range({}))", "range({}, -1, -1)"))
        runs = runs or iterable.endswith("-1)")
        yield from self.loop(scope, f"for {i} in {iterable.format(stop)}:", loops, depth, {i: INT}, runs=runs)

    def sequence_loop(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        if loops > 1:
            return
        fresh = [n for n in NAMES if n not in scope.kinds and n not in self.reserved and n not in scope.locked]
        if len(fresh) < 2:
            return
        a, b = self.rng.sample(fresh, 2)
        i = self.counter(scope)
        values = [self.e.scalar(scope, 1) for _ in range(4)]
        forms = [(f"{a} in ({values[0]}, {values[1]})", {a: SCALAR}),
                 (f"{a} in [{values[0]}, {values[1]}, 0.4]", {a: SCALAR}),
                 (f"{i}, {a} in enumerate(({values[0]}, {values[1]}))", {i: INT, a: SCALAR}),
                 (f"{a}, {b} in zip(({values[0]}, {values[1]}), ({values[2]}, {values[3]}))", {a: SCALAR, b: SCALAR}),
                 (f"{a}, ({b}, {i}) in [({values[0]}, ({values[1]}, 2)), (0.5, ({values[2]}, 1))]",
                  {a: SCALAR, b: SCALAR, i: INT})]
        if scope.of(VECTOR):
            v, w = self.e.name(scope, VECTOR), self.e.name(scope, VECTOR)
            forms += [(f"{a} in {v}", {a: SCALAR}), (f"{i}, {a} in enumerate({v})", {i: INT, a: SCALAR}),
                      (f"{a}, {b} in zip({v}, {w}[::-1])", {a: SCALAR, b: SCALAR}),
                      (f"{i} in range(len({v}))", {i: INT})]
        if scope.of(MATRIX):
            forms += [(f"{a} in {self.e.name(scope, MATRIX)}", {a: VECTOR})] * 2
        header, targets = self.rng.choice(forms)
        self.e.unread |= {n for n, k in targets.items() if k != INT}
        yield from self.loop(scope, f"for {header}:", loops, depth, targets, runs=True)

    def while_loop(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        if loops > 2:
            return
        k = self.counter(scope)
        stop, _ = self.trips(scope)
        yield f"{k} = 0"
        scope.kinds[k] = INT
        scope.locked.add(k)
        test, first = f"{k} < {stop}", f"{k} += 1"
        self.e.walrus_allowed = False
        condition = self.e.condition(scope)
        self.e.walrus_allowed = True
        if self.e.chance(0.4):
            test = f"{test} and ({condition})"
        yield from self.loop(scope, f"while {test}:", loops, depth, {}, first)

    def leave_loop(self, scope: Scope, loops: int, depth: int) -> Iterator[str]:
        inside = scope.copy()
        yield f"if {self.e.condition(scope)}:"
        yield from (f"    {line}" for line in self.assign(inside, loops, depth))
        if self.e.chance(0.25):
            yield f"    return {self.returned(inside, rest=False)}"
        else:
            yield f"    {self.rng.choice(('break', 'continue'))}"

    # The result

    def returned(self, scope: Scope, rest: bool = True) -> str:
        """The returned expression; with `rest`, of nearly every value at hand."""
        kinds = self.result if isinstance(self.result, tuple) else (self.result,)
        values = [self.e.expression(scope, kind, 1) for kind in kinds]
        if rest:
            values[0] = " + ".join([values[0], *self.leftovers(scope)])
        if isinstance(self.result, str):
            return values[0] if rest else self.rng.choice(BOUNDED[kinds[0]]).format(values[0])
        return ", ".join(values)

    def leftovers(self, scope: Scope) -> Iterator[str]:
        reduced = {SCALAR: "{}", VECTOR: "np.sum({})", MATRIX: "np.sum(0.1 * {})", INT: "{}"}
        for k, name in enumerate(sorted(scope.kinds)):
            if self.e.chance(0.2 if name in self.e.constants else 0.95):
                yield f"{0.3 + 0.1 * (k % 5):.1f} * {reduced[scope.kinds[name]].format(name)}"


def helper(rng: random.Random, arrays: bool, functions: list[Function], index: int, constants: list[str]) -> list[str]:
    """The lines of a helper function; `functions` gains it."""
    name = rng.choice(("helper", "step", "f", "push_", "res_", "inner_", "g_")) + str(index)
    kinds = [SCALAR] + [rng.choice((SCALAR, VECTOR, VECTOR, INT) if arrays else (SCALAR, INT)) for _ in range(rng.randrange(4))]
    result: str | tuple[str, ...] = rng.choice((SCALAR, SCALAR, (SCALAR, SCALAR)))
    if VECTOR in kinds and rng.random() < 0.4:
        result = VECTOR
    params = rng.sample(NAMES[:24], len(kinds))
    expressions = Expressions(rng, arrays, list(functions))
    scope = Scope(dict(zip(params, kinds)), set(constants))
    scope.kinds.update({c: SCALAR for c in constants if c not in params})
    scope.locked -= set(params)
    expressions.constants = set(constants) - set(params)
    expressions.unread = {p for p, k in zip(params, kinds) if k != INT}
    scope.locked |= {p for p, k in zip(params, kinds) if k == INT}
    recursive = isinstance(result, str) and rng.random() < 0.35
    body = Body(expressions, rng.randint(1, 5), result)
    lines = []
    if recursive:
        scope.kinds["level"] = INT
        scope.locked.add("level")
        lines += ["if level <= 0:", f"    return {body.returned(scope, rest=False)}"]
        body.reserved.add("again")
    lines += body.block(scope, 0, 1, 4)
    if recursive:
        args = ", ".join(body.bounded(scope, kind, 1) for kind in kinds)
        lines.append(f"again = {name}({args}, level - 1)")
        scope.kinds["again"] = result  # type: ignore[assignment]
        expressions.unread.add("again")
    lines.append(f"return {body.returned(scope)}")
    functions.append(Function(name, tuple(kinds), result, counter=recursive))
    signature = [*params, "level"] if recursive else params
    return [f"def {name}({', '.join(signature)}):", *(f"    {line}" for line in lines), "", ""]


def generate(seed: int) -> Program:
    """The program of a seed: odd seeds use arrays, even ones only numbers."""
    rng = random.Random(seed)
    arrays = seed % 2 == 1
    constants = rng.sample(NAMES, 2)
    lines = ["import math", "", "import numpy as np", "", *(f"{c} = {0.4 + 0.5 * k}" for k, c in enumerate(constants))]
    lines += ["", ""]
    functions: list[Function] = []
    for index in range(rng.randrange(4)):
        lines += helper(rng, arrays, functions, index, constants)

    params = rng.sample(NAMES, rng.randint(1, 3))
    kinds = dict.fromkeys(params, SCALAR)
    if arrays:
        extra = rng.sample([n for n in NAMES if n not in params], 2)
        kinds[params[0]] = VECTOR
        kinds[extra[0]] = VECTOR
        if rng.random() < 0.7:
            kinds[extra[1]] = MATRIX
    kinds["n"] = INT
    expressions = Expressions(rng, arrays, functions)
    expressions.constants = set(constants) - set(kinds)
    expressions.unread = {p for p, k in kinds.items() if k != INT}
    scope = Scope(dict(kinds), {"n", *(c for c in constants if c not in kinds)})
    scope.kinds.update(dict.fromkeys((c for c in constants if c not in kinds), SCALAR))
    body = Body(expressions, rng.randint(4, 14), SCALAR)
    lines.append(f"def program({', '.join(kinds)}):")
    lines += [f"    {line}" for line in body.block(scope, 0, 0, body.budget)]
    lines.append(f"    return {body.returned(scope)}")
    return Program(seed, "\n".join(lines) + "\n", "program", [point(seed, k, kinds) for k in range(3)])


def point(seed: int, index: int, kinds: dict[str, str]) -> tuple[Any, ...]:
    """Arguments for the kinds, with different integers at every index."""
    rng = np.random.default_rng([seed, index])
    shapes = {VECTOR: (SIZE,), MATRIX: (SIZE, SIZE)}

    def argument(kind: str) -> Any:
        if kind == INT:
            return (2, 0, 3)[index]
        return rng.uniform(-1.5, 1.5, shapes[kind]) if kind in shapes else float(rng.uniform(-1.5, 1.5))

    return tuple(argument(kind) for kind in kinds.values())
