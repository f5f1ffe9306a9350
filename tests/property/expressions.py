"""Random expressions over typed names. Every operation is defined everywhere and grows slowly."""
from __future__ import annotations

import random
from dataclasses import dataclass, field

SCALAR, VECTOR, MATRIX, INT = "scalar", "vector", "matrix", "int"
STANDARD = {SCALAR: "0.8", VECTOR: "np.ones(3)", MATRIX: "np.eye(3)"}
SIZE = 3  # of every vector; matrices are SIZE x SIZE

NAMES = (
    "x y z a b c u w s t acc out res tape push pop stack x_bar y_bar t_bar x_dot y_dot v v1 v_1 x_1 x_1_bar t1 z0 "
    "seed grad vjp dx df sum list tuple dict iter type map numpy m g h r p q left right state new old tmp "
    "_x result value values total residual ones zeros_like unbroadcast accumulate"
).split()

SCALAR_FUNCTIONS = (
    "math.sin({0})", "math.cos({0})", "math.tanh({0})", "math.atan({0})", "math.exp(-{0} * {0})", "math.erf({0})",
    "math.sqrt(1.0 + {0} * {0})", "math.log(1.5 + {0} ** 2)", "math.asinh({0})", "math.log1p({0} * {0})",
    "math.atan2({0}, 2.0 + {1} * {1})", "math.hypot({0}, 1.0 + {1} ** 2)", "math.fabs(2.5 + math.sin({0}))",
    "np.sin({0})", "np.tanh({0})", "np.arctan({0})", "np.sqrt(1.5 + np.cos({0}))", "np.square({0})",
    "np.maximum({0}, {1})", "np.logaddexp({0}, {1})", "np.where({0} > {1}, {0}, {1}) + 0.0", "abs({0})",
    "max({0}, {1})", "min({0}, {1}, 0.7)",
)
SCALAR_OPERATORS = (
    "({0} + {1})", "({0} - {1})", "{0} * {1}", "{0} / (1.5 + {1} * {1})", "-{0}", "+{0}", "{0} ** 2", "0.5 * {0}",
    "({0} - 0.3) * ({1} + 0.2)", "(1.5 + {0} * {0}) ** -1", "(2.0 + math.sin({0})) ** {1}", "({0}) ** 3 * 0.1",
    "2.0 ** {0}", "-3.0 ** 2 * 0.1 * {0}", "{0} // 0.7 * 0.1 + {1}", "{0} % 2.0",
)
SCALAR_OF_VECTORS = (
    "np.sum({v})", "{v}.sum()", "np.mean({v})", "{v}.mean()", "np.dot({v}, {w})", "{n} @ {w}", "np.sum({v} * {w})",
    "np.sum({n}[1:] * {m}[:-1])", "{n}[0] * {m}[-1]", "{n}[1]", "np.max({v})", "{n}.min()", "np.prod({v})",
    "np.sum({n}[{n} > 0.1])", "np.linalg.norm({v} + 3.0)", "np.var({v})", "{n}[::2].sum()", "np.sum({v} ** 2)",
    "np.sum(np.outer({n}, {m}))", "np.einsum('i,i->', {n}, {m})", "float({n}[2])",
)
ELEMENTS = (
    "{n}[{i}]", "{n}[1:][{i}]", "{n}[:-1][{i}]", "{n}[::-1][{i}]", "{n}[{i}:][0]", "{n}[-{i} - 1]", "[{n}, {m}][{i}][{i}]",
    "{n}.ravel()[{i}]", "np.asarray({n})[{i}]", "{n}[:, None][{i}][0]", "{n}[{i}:{i} + 2][-1]", "({n}, {m})[1][{i}]",
)
ELEMENTS_OF_MATRICES = (
    "{A}[{i}][{i}]", "{A}[{i}, 2]", "{A}[:, 1][{i}]", "{A}.T[{i}][0]", "{A}[1:][{i}][2]", "{A}.flat[{i} + 3]", "{A}.ravel()[{i}]",
    "{A}[{i}, 1:][-1]", "{A}[{i}].T[{i}]", "{A}[..., {i}][1]", "{A}[-1][-{i}]", "np.sum({A}[{i}] * {A}[:, {i}])",
)
VECTOR_FORMS = (
    "np.sin({v})", "np.tanh({v})", "np.exp(-{n} * {n})", "({v} + {w})", "({v} - {w})", "{n} * {m}", "{s} * {n}",
    "({n} - {s})", "{v} / (1.5 + {m} ** 2)", "-{n}", "{n}[::-1]", "{n}[[2, 0, 2]]", "np.roll({v}, 1)",
    "np.concatenate(({n}[1:], {m}[:1]))", "np.where({n} > {s}, {n}, {m})", "np.maximum({n}, {m})",
    "0.3 * np.cumsum({v})", "np.stack([{s}, {s2}, 0.5])", "np.array([{s}, 0.1, {s2}])",
    "np.clip({n}, -0.9, 0.8)", "np.sqrt(1.0 + {n} ** 2)",
    "({n}[:, None] * {m}).sum(axis=0) * 0.3", "np.append({n}[:2], {s})", "{n}.reshape(3, 1)[:, 0]", "{n} * {m}[0]",
    "np.zeros_like({n}) + {s}", "{n}.copy()", "np.full(3, {s})", "{n} + {m}[1:2]", "({n} + 2.0) ** {s}",
)
VECTOR_OF_MATRICES = ("{A} @ {n}", "{n} @ {A}", "{A}[1]", "{A}[:, 0]", "{A}.sum(axis=0)", "np.mean({A}, axis=1)",
                      "np.dot({A}, {n})", "{A}.T[2]", "np.diag({A})", "{A}[[0, 1, 0], [2, 2, 1]]")
MATRIX_FORMS = ("{A} * 0.5", "{A}.T", "0.4 * {A} @ {B}", "np.tanh({A} + {n})", "np.outer({n}, {m})",
                "{A} * {n}[:, None]", "({A} - {s})", "np.sin({A})", "{A} / (2.0 + {B} * {B})",
                "np.stack([{n}, {m}, {n}])")


@dataclass
class Scope:
    """The names that surely have a value here, with their kinds; `locked` ones may be read but not assigned."""

    kinds: dict[str, str] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)

    def copy(self) -> Scope:
        return Scope(dict(self.kinds), set(self.locked))

    def of(self, kind: str) -> list[str]:
        return [name for name, k in self.kinds.items() if k == kind]


@dataclass(frozen=True)
class Function:
    """A function to call: the kinds of its parameters and of its result (for a tuple, of the items)."""

    name: str
    params: tuple[str, ...]
    result: str | tuple[str, ...]
    counter: bool = False  # takes a recursion depth last


class Expressions:
    """Writes expressions over a scope; prefers names that were written but not read yet."""

    def __init__(self, rng: random.Random, arrays: bool, functions: list[Function]) -> None:
        self.rng, self.arrays, self.functions = rng, arrays, functions
        self.unread: set[str] = set()
        self.constants: set[str] = set()
        self.walrus_allowed = True

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def name(self, scope: Scope, kind: str) -> str:
        known = scope.of(kind)
        if not known:
            return STANDARD[kind]
        if self.chance(0.85):
            known = [n for n in known if n not in self.constants] or known
        fresh = [n for n in known if n in self.unread]
        chosen = self.rng.choice(fresh if fresh and self.chance(0.65) else known)
        self.unread.discard(chosen)
        return chosen

    def constant(self) -> str:
        return self.rng.choice(("0.5", "-0.7", "1.3", "-1.1", "0.25", "0.9", "2", "-1", "1e-1"))

    def expression(self, scope: Scope, kind: str, depth: int) -> str:
        return {SCALAR: self.scalar, VECTOR: self.vector, MATRIX: self.matrix, INT: self.index}[kind](scope, depth)

    def index(self, scope: Scope, depth: int = 0) -> str:
        """An integer that is 0 or 1."""
        return f"({self.name(scope, INT)} % 2)" if scope.of(INT) and self.chance(0.8) else self.rng.choice("01")

    def atom(self, scope: Scope) -> str:
        if scope.of(SCALAR) and self.chance(0.85):
            return self.name(scope, SCALAR)
        if scope.of(INT) and self.chance(0.3):
            return f"(0.3 * {self.name(scope, INT)})"
        return self.constant() if self.chance(0.7) or not scope.of(SCALAR) else self.name(scope, SCALAR)

    def scalar(self, scope: Scope, depth: int) -> str:
        if depth <= 0:
            return self.atom(scope)
        roll = self.rng.random()
        if self.arrays and roll < 0.13 and scope.of(VECTOR):
            forms = ELEMENTS_OF_MATRICES if scope.of(MATRIX) and self.chance(0.5) else ELEMENTS
            return self.fill(self.rng.choice(forms), scope, depth)
        if self.arrays and roll < 0.35 and scope.of(VECTOR):
            return self.fill(self.rng.choice(SCALAR_OF_VECTORS), scope, depth)
        if roll < 0.45 and self.functions:
            call = self.call(scope, SCALAR, depth)
            if call:
                return call
        if roll < 0.52:
            return f"({self.scalar(scope, depth - 1)} if {self.condition(scope)} else {self.scalar(scope, depth - 1)})"
        if roll < 0.56 and self.walrus_allowed:
            return self.walrus(scope, depth)
        forms = SCALAR_FUNCTIONS if roll < 0.78 else SCALAR_OPERATORS
        form = self.rng.choice(forms)
        args = [self.parenthesised(self.scalar(scope, depth - 1)) for _ in range(2)]
        return form.format(*args)

    def parenthesised(self, text: str) -> str:
        word = text.replace("_", "a").replace(".", "0").isalnum()
        return text if word or text[0] == "(" and text.find(")") == len(text) - 1 else f"({text})"

    def fill(self, form: str, scope: Scope, depth: int) -> str:
        slots = {}
        if "{v}" in form or "{w}" in form:
            slots = {k: self.parenthesised(self.vector(scope, depth - 1)) for k in ("v", "w") if "{" + k + "}" in form}
        for key, kind in (("n", VECTOR), ("m", VECTOR), ("A", MATRIX), ("B", MATRIX)):
            if "{" + key + "}" in form:
                slots[key] = self.name(scope, kind)
        if "{i}" in form:
            slots["i"] = self.index(scope)
        for key in ("s", "s2"):
            if "{" + key + "}" in form:
                slots[key] = self.parenthesised(self.scalar(scope, depth - 2))
        return form.format(**slots)

    def vector(self, scope: Scope, depth: int) -> str:
        if depth <= 0:
            return self.name(scope, VECTOR)
        if self.functions and self.chance(0.1):
            call = self.call(scope, VECTOR, depth)
            if call:
                return call
        forms = VECTOR_OF_MATRICES if scope.of(MATRIX) and self.chance(0.25) else VECTOR_FORMS
        return self.fill(self.rng.choice(forms), scope, depth)

    def matrix(self, scope: Scope, depth: int) -> str:
        return self.fill(self.rng.choice(MATRIX_FORMS), scope, depth)

    def walrus(self, scope: Scope, depth: int) -> str:
        names = [n for n in scope.of(SCALAR) if n not in scope.locked | self.unread]
        if not names:
            return self.atom(scope)
        target = self.rng.choice(names)
        value = self.scalar(scope, depth - 1)
        self.unread.add(target)
        return f"({target} := math.sin({value}))"

    def call(self, scope: Scope, kind: str, depth: int) -> str:
        usable = [f for f in self.functions if f.result == kind or f.result == (kind, kind)]
        if not usable:
            return ""
        function = self.rng.choice(usable)
        text = self.call_of(function, scope, depth)
        return text if function.result == kind else f"{text}[{self.rng.randrange(2)}]"

    def call_of(self, function: Function, scope: Scope, depth: int) -> str:
        args = [self.expression(scope, kind, depth - 1) for kind in function.params]
        if function.counter:
            args.append(str(self.rng.randrange(4)))
        return f"{function.name}({', '.join(args)})"

    def condition(self, scope: Scope, depth: int = 1) -> str:
        """A condition, true about half of the time. What it reads still counts as unread: it carries no derivative."""
        unread = set(self.unread)
        text = self.comparison(scope, depth)
        self.unread |= unread
        return text

    def comparison(self, scope: Scope, depth: int) -> str:
        roll = self.rng.random()
        if roll < 0.25 and scope.of(INT):
            name = self.name(scope, INT)
            return self.rng.choice(("{} % 2 == 0", "{} > 1", "{} < 2", "not {}", "{} in (0, 2)")).format(name)
        if roll < 0.4 and depth:
            joined = self.rng.choice(("{} and {}", "{} or {}", "not {} or {}"))
            return joined.format(self.condition(scope, 0), self.condition(scope, 0))
        value = self.parenthesised(self.scalar(scope, 1 if self.chance(0.4) else 0))
        if roll < 0.5:
            return f"-0.6 < {value} < 0.8"
        other = self.atom(scope) if self.chance(0.5) else self.constant()
        return f"{value} {self.rng.choice(('>', '<', '>=', '<='))} {other if other != value else '0.1'}"
