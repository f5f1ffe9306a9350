"""Expressions over memory: each gives text for a value of one kind."""
from __future__ import annotations

import random

from tests.property.memory.scope import COLUMN, FLAT, MATRIX, NAMED, NUMBERS, PAIR, SCALAR, TABLE, VECTOR, VECTORS, Chooser, Helper, Scope

SLICES = ("1:", ":2", "::-1", "1:3", ":", "-2:")
COMBINED = ("{0} * {1}", "0.5 * {0} + {1}", "np.sin({0})", "0.7 * {0}", "np.cos({0}) * {1}", "{0} - 0.3 * {1}")


class Reads(Chooser):
    def __init__(self, rng: random.Random, helpers: list[Helper]) -> None:
        super().__init__(rng)
        self.helpers = helpers

    def index(self, scope: Scope) -> str:
        """An integer from -3 to 2."""
        if scope.counters and self.chance(0.6):
            i = self.one(scope.counters)
            return self.one((i, i, i, f"({i} + 1) % 3", f"2 - {i}", f"{i} - 1"))
        return str(self.rng.randrange(-3, 3))

    def place(self) -> str:
        """Where a list of two items or more surely has one."""
        return self.one(("0", "1", "-1", "-1"))

    def key(self) -> str:
        return self.one(("'a'", "'b'"))

    # -- arrays that are there already: names, and views of them ---------------------------------------------------------

    def vector(self, scope: Scope) -> str:
        """A vector in memory: a name or a view."""
        forms = scope.of(VECTOR) * 4
        forms += [f"{v}[::-1]" for v in scope.of(VECTOR)]
        for m in scope.of(MATRIX):
            i = self.index(scope)
            forms += [f"{m}[{i}]", f"{m}[:, {i}]", f"{m}.T[{i}]", f"{m}[{i}, ::-1]"]
        forms += [f"{items}[{self.place()}]" for items in scope.of(VECTORS) * 2]
        forms += [f"{d}[{self.key()}]" for d in scope.of(NAMED) * 2]
        forms += [f"{t}[{self.one('01')}]" for t in scope.of(PAIR)]
        forms += [f"{f}[{self.one(('3:6', '::3', '1:4'))}]" for f in scope.of(FLAT)]
        forms += [f"{c}[:, 0]" for c in scope.of(COLUMN)]
        return self.one(forms)

    def matrix(self, scope: Scope) -> str:
        forms = [*scope.of(MATRIX) * 3, *(f"{m}.T" for m in scope.of(MATRIX)), *(f"{m}[::-1]" for m in scope.of(MATRIX))]
        forms += [f"{f}.reshape(3, 3)" for f in scope.of(FLAT)]
        return self.one(forms) if forms else self.new_matrix(scope)

    # -- values ------------------------------------------------------------------------------------------------------------

    def number(self, scope: Scope) -> str:
        forms = [f"{self.vector(scope)}[{self.index(scope)}]"] * 2 + [f"np.sum({self.vector(scope)})", f"{self.rng.uniform(0.3, 1.5):.2f}"]
        forms += scope.of(SCALAR)
        forms += [f"{m}[{self.index(scope)}, {self.index(scope)}]" for m in scope.of(MATRIX)]
        forms += [f"{z}[{self.place()}]" for z in scope.of(NUMBERS)]
        forms += [f"{t}[{self.index(scope)}][{self.index(scope)}]" for t in scope.of(TABLE)]
        forms += [f"{c}[{self.index(scope)}, 0]" for c in scope.of(COLUMN)]
        return self.result_of_call(SCALAR, scope) or self.one(forms)

    def scalar(self, scope: Scope) -> str:
        return self.one(COMBINED).format(self.number(scope), self.number(scope))

    def values(self, scope: Scope) -> str:
        """A new vector."""
        a, b = self.vector(scope), self.vector(scope)
        forms = [*(f.format(a, b) for f in COMBINED), f"{a} * {self.number(scope)}", f"{a}.copy()", f"np.array({a})",
                 f"np.where({a} > 0.2, {a}, {b})", f"{a}[[2, 0, 0]]", f"np.cumsum({a}) * 0.5", f"{self.matrix(scope)} @ {b}"]
        forms += [f"sum({items}) * 0.3" for items in scope.of(VECTORS)]
        forms += [f"np.array([{self.number(scope)}, {self.number(scope)}, 0.4])", "np.zeros(3)"]
        return self.result_of_call(VECTOR, scope) or self.one(forms)

    def new_matrix(self, scope: Scope) -> str:
        a, b = self.vector(scope), self.vector(scope)
        return self.one((f"np.outer({a}, {b})", "np.zeros((3, 3))", f"{a}[:, None] * {b}", f"np.stack([{a}, {b}, {a}])",
                         *(f"np.sin({m})" for m in scope.of(MATRIX)), *(f"{m}.copy()" for m in scope.of(MATRIX))))

    def condition(self, scope: Scope) -> str:
        return f"{self.number(scope)} {self.one('<>')} {self.rng.uniform(-0.5, 1.0):.2f}"

    def result_of_call(self, kind: str, scope: Scope) -> str:
        """A call inside an expression, once in a while."""
        helpers = [h for h in self.helpers if h.result == kind]
        return self.called(self.rng.choice(helpers), scope) if helpers and self.chance(0.06) else ""

    def called(self, helper: Helper, scope: Scope) -> str:
        """A call; nothing where the scope has no arguments for it."""
        args = []
        for kind in helper.params:
            if kind in (VECTORS, NUMBERS) and not scope.of(kind):
                return ""
            args.append(self.vector(scope) if kind == VECTOR else self.matrix(scope) if kind == MATRIX else
                        self.scalar(scope) if kind == SCALAR else self.one(scope.of(kind)))
        return f"{helper.name}({', '.join(args)})"

    def weighed(self, name: str, kind: str) -> str:
        """A number that depends on every element of the value and on its place."""
        w = f"{self.rng.uniform(0.5, 1.5):.2f}"
        return {VECTOR: f"np.sum({name} * W) * {w}", MATRIX: f"np.sum({name} * W9.reshape(3, 3)) * {w}", FLAT: f"np.sum({name} * W9)",
                COLUMN: f"np.sum({name}[:, 0] * W)", SCALAR: f"{w} * {name}", VECTORS: f"np.sum({name}[0] * {name}[-1] * W) * {w}",
                NUMBERS: f"{name}[0] * {w} + {name}[-1]", TABLE: f"{name}[0][1] * {w} + {name}[-1][2] * {name}[1][0]",
                NAMED: f"np.sum({name}['a'] * {name}['b'] * W)", PAIR: f"np.sum({name}[0] * W) * {w} + np.sum({name}[1])"}[kind]
