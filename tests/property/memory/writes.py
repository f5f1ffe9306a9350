"""Statements that make names, and statements that write memory."""
from __future__ import annotations

from collections.abc import Iterator

from tests.property.memory.reads import SLICES, Reads
from tests.property.memory.scope import COLUMN, FLAT, MATRIX, NAMED, NUMBERS, PAIR, SCALAR, TABLE, VECTOR, VECTORS, Scope

SIGNS = ("=", "=", "+=", "*=", "-=")


class Writes(Reads):
    def simple(self, scope: Scope) -> Iterator[str]:
        """One statement (two where it takes two)."""
        made = [self.bind] * 10 + [self.element, self.element, self.part, self.whole, self.chosen, self.by_function] * 2 + [self.swap]
        for kind, statement in ((MATRIX, self.of_matrix), (VECTORS, self.of_vectors), (NUMBERS, self.of_numbers), (TABLE, self.of_table),
                                (NAMED, self.of_named), (PAIR, self.of_pair), (FLAT, self.of_flat), (COLUMN, self.of_column)):
            if scope.of(kind):
                made += [statement] * (6 if kind in (MATRIX, VECTORS) else 3)
        if self.helpers:
            made += [self.call] * 3
        yield from self.rng.choice(made)(scope)

    # -- names -------------------------------------------------------------------------------------------------------------

    def bind(self, scope: Scope) -> Iterator[str]:
        kind = self.one([VECTOR] * 6 + [MATRIX] * 2 + [VECTORS, FLAT, COLUMN, SCALAR, NUMBERS, TABLE, NAMED, PAIR])
        again = [n for n in scope.of(kind) if n not in ("x", "A")]
        name = self.one(again) if again and self.chance(0.25) else self.fresh(kind)
        yield f"{name} = {self.value(kind, scope)}"
        scope.kinds[name] = kind

    def value(self, kind: str, scope: Scope) -> str:
        others = scope.of(kind)
        if others and kind not in (VECTOR, SCALAR) and self.chance(0.25):
            return self.one(others)  # an alias
        match kind:
            case "vector":
                either = f"{self.vector(scope)} if {self.condition(scope)} else {self.one((self.vector(scope), self.values(scope)))}"
                return self.one([self.values(scope)] * 12 + [self.vector(scope)] * 6 + [either])
            case "matrix":
                return self.one([self.new_matrix(scope)] * 3 + [self.matrix(scope)])
            case "vectors":
                forms = [f"[{self.values(scope)}, {self.values(scope)}]"] * 2 + [f"[{self.vector(scope)}, {self.values(scope)}]",
                         f"[{self.number(scope)} * a for a in {self.matrix(scope)}]"]
                return self.one(forms + [f"[0.5 * a for a in {items}]" for items in scope.of(VECTORS)])
            case "flat":
                return self.one(scope.of(MATRIX) or [self.new_matrix(scope)]) + self.one((".ravel()", ".reshape(9)", ".flatten()"))
            case "column":
                return f"{self.vector(scope)}[:, None]"
            case "scalar":
                return self.scalar(scope)
            case "numbers":
                return self.one((f"[{self.scalar(scope)}, {self.number(scope)}]", f"[0.5 * a for a in {self.vector(scope)}]", "[0.0] * 3"))
            case "table":
                return self.one(("[[0.0] * 3 for _ in range(3)]", f"[[{self.number(scope)}, 0.2, 0.4], [0.1, {self.number(scope)}, 0.3]]"
                                 " + [[0.5, 0.6, 0.7]]", f"[[{self.number(scope)} * b for b in W] for _ in range(3)]"))
            case "named":
                return f"{{'a': {self.one((self.vector(scope), *[self.values(scope)] * 3))}, 'b': {self.values(scope)}}}"
        return f"({self.one((self.vector(scope), self.values(scope)))}, {self.one((self.vector(scope), *[self.values(scope)] * 2))})"

    def swap(self, scope: Scope) -> Iterator[str]:
        names = scope.of(VECTOR)
        if len(names) > 1:
            a, b = self.rng.sample(names, 2)
            yield f"{a}, {b} = {b}, {a}"

    # -- vectors -------------------------------------------------------------------------------------------------------------

    def element(self, scope: Scope) -> Iterator[str]:
        yield f"{self.one(scope.of(VECTOR))}[{self.index(scope)}] {self.one(SIGNS)} {self.scalar(scope)}"

    def part(self, scope: Scope) -> Iterator[str]:
        part = self.one(SLICES)
        yield f"{self.vector(scope)}[{part}] {self.one(SIGNS)} {self.one((self.number(scope), f'{self.vector(scope)}[{part}]'))}"

    def whole(self, scope: Scope) -> Iterator[str]:
        v = self.one(scope.of(VECTOR))
        yield self.one((f"{v} += {self.vector(scope)}", f"{v} *= {self.number(scope)}", f"{v} -= {self.values(scope)}",
                        f"{v} /= 2.0 + np.cos({self.vector(scope)})", f"{v}[:] = {self.values(scope)}", f"{v}[...] = {self.vector(scope)}"))

    def chosen(self, scope: Scope) -> Iterator[str]:
        v = self.vector(scope)
        yield self.one((f"{v}[{v} > 0.3] {self.one(SIGNS)} {self.number(scope)}", f"{v}[[0, 2]] {self.one(SIGNS)} {self.vector(scope)}[1:]",
                        f"{v}[[1, 1, 0]] {self.one(('=', '+='))} {self.vector(scope)}", f"np.add.at({v}, [0, 0, 2], {self.vector(scope)})"))

    def by_function(self, scope: Scope) -> Iterator[str]:
        v, a, b = self.one(scope.of(VECTOR)), self.vector(scope), self.vector(scope)
        yield self.one((f"np.multiply({a}, {b}, out={v})", f"np.copyto({v}, {a})", f"{v}.fill({self.number(scope)})", f"{v}.sort()",
                        f"np.sin({a}, out={v})", f"np.put({v}, [0, 2], {a}[:2])", f"np.add({v}, {b}, out={v})"))

    # -- other memory ----------------------------------------------------------------------------------------------------------

    def of_matrix(self, scope: Scope) -> Iterator[str]:
        m, i, j = self.one(scope.of(MATRIX)), self.index(scope), self.index(scope)
        yield self.one((f"{m}[{i}, {j}] {self.one(SIGNS)} {self.scalar(scope)}", f"{m}[{i}][{j}] = {self.scalar(scope)}",
                        f"{m}[{i}] {self.one(SIGNS)} {self.vector(scope)}", f"{m}[:, {j}] {self.one(SIGNS)} {self.vector(scope)}",
                        f"{m}[1:, :2] += {self.matrix(scope)}[:2, 1:]", f"{m} *= {self.number(scope)}", f"{m} += {self.matrix(scope)}",
                        f"np.fill_diagonal({m}, {self.number(scope)})", f"{m}[[{i}, {j}]] = {m}[[{j}, {i}]]",
                        f"{m}.T[{i}] *= {self.number(scope)}"))

    def of_vectors(self, scope: Scope) -> Iterator[str]:
        items = self.one(scope.of(VECTORS))
        at, v = self.place(), self.vector(scope)
        form = self.rng.randrange(12)
        if form == 0 and self.chance(0.5):
            name = self.fresh(VECTOR)
            yield f"{items}.append({self.one((v, self.values(scope)))})"
            yield f"{name} = {items}.pop()"
            scope.kinds[name] = VECTOR
        elif form > 8:
            name = self.fresh(VECTOR)
            yield f"{name} = {items}[{at}]"
            yield from self.rearranged(items, scope)
            scope.kinds[name] = VECTOR
        elif form == 1:
            yield f"{items}.insert({self.one('01')}, {self.values(scope)})"
        elif form == 2:
            yield f"{items}[{at}] = {self.one((v, *[self.values(scope)] * 3))}"
        elif form < 5:
            yield f"{items}[{at}][{self.index(scope)}] {self.one(SIGNS)} {self.scalar(scope)}"
        elif form == 5:
            yield f"{items}[{at}] {self.one(('+=', '*='))} {v}"
        else:
            yield f"{items}.append({self.one((v, *[self.values(scope)] * 3))})"

    def rearranged(self, items: str, scope: Scope) -> Iterator[str]:
        """The list holds other items, or the same ones in another order; it has two or more."""
        value = self.values(scope)
        yield self.one((f"{items}.append({value})", f"{items}.append({value})", f"{items}.reverse()", f"{items} += [{value}]",
                        f"{items}.insert({self.one(('0', '1', '-1'))}, {value})", f"{items}[{self.place()}] = {value}"))
        if self.chance(0.3):
            yield f"{items}.append({self.values(scope)})"
            yield self.one((f"{items}.pop()", f"{items}.pop(0)", f"del {items}[1]"))

    def of_numbers(self, scope: Scope) -> Iterator[str]:
        z, v = self.one(scope.of(NUMBERS)), self.scalar(scope)
        yield self.one((f"{z}[{self.place()}] {self.one(SIGNS)} {v}", f"{z}.append({v})", f"{z}.insert(0, {v})", f"{z} += [{v}]",
                        f"{z}.extend([{v}, 0.5])", f"{z}.reverse()"))

    def of_table(self, scope: Scope) -> Iterator[str]:
        t = self.one(scope.of(TABLE))
        yield self.one((f"{t}[{self.index(scope)}][{self.index(scope)}] {self.one(SIGNS)} {self.scalar(scope)}",
                        f"{t}[{self.index(scope)}] = [{self.number(scope)}, 0.3, {self.number(scope)}]",
                        f"{t}[{self.index(scope)}].append({self.number(scope)})"))

    def of_named(self, scope: Scope) -> Iterator[str]:
        d, k = self.one(scope.of(NAMED)), self.key()
        yield self.one((f"{d}[{k}][{self.index(scope)}] {self.one(SIGNS)} {self.scalar(scope)}", f"{d}[{k}] = {self.values(scope)}",
                        f"{d}[{k}] *= {self.vector(scope)}"))

    def of_pair(self, scope: Scope) -> Iterator[str]:
        t = self.one(scope.of(PAIR))
        if self.chance(0.3):
            a, b = self.fresh(VECTOR), self.fresh(VECTOR)
            yield f"{a}, {b} = {t}"
            scope.kinds.update({a: VECTOR, b: VECTOR})
        else:
            yield f"{t}[{self.one('01')}][{self.index(scope)}] {self.one(SIGNS)} {self.scalar(scope)}"

    def of_flat(self, scope: Scope) -> Iterator[str]:
        f = self.one(scope.of(FLAT))
        yield self.one((f"{f}[{self.rng.randrange(9)}] {self.one(SIGNS)} {self.scalar(scope)}", f"{f}[3:6] *= {self.vector(scope)}"))

    def of_column(self, scope: Scope) -> Iterator[str]:
        c = self.one(scope.of(COLUMN))
        yield self.one((f"{c}[{self.index(scope)}, 0] = {self.scalar(scope)}", f"{c} *= {self.number(scope)}",
                        f"{c}[:, 0] += {self.vector(scope)}"))

    def call(self, scope: Scope) -> Iterator[str]:
        helper = self.rng.choice(self.helpers)
        text = self.called(helper, scope)
        if text and helper.result is None:
            yield text
        elif text and helper.result:
            name = self.fresh(helper.result)
            yield f"{name} = {text}"
            scope.kinds[name] = helper.result
