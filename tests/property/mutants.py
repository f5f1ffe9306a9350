"""Random functions over the whole of Python's grammar: functions of the corpus, changed step by step."""
from __future__ import annotations

import ast
import copy
import inspect
import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.corpus import Case, Point, all_cases

STATEMENTS = (
    "a = b = E", "a, *b = E, E, E", "(a, b), c = (E, E), E", "a: float = E", "a += E", "a[E] = E", "a[E:E] = E", "a.b = E", "del a",
    "del a[0]", "assert E, 'message'", "raise ValueError(E)", "return E", "return E, E", "pass", "break", "continue", "global a",
    "nonlocal a", "import math as a", "from math import sin as a", "print(E)", "a[0], a[1] = a[1], a[0]", "a @= E", "a //= E", "a **= 2",
    "yield E", "if E:\n    S\nelif E:\n    S\nelse:\n    S", "for a in E:\n    S\nelse:\n    S", "for a, b in zip(E, E):\n    S",
    "while E:\n    S\n    break", "for a, b in enumerate(E):\n    S", "for a[0] in E:\n    S", "for *a, b in E:\n    S",
    "while True:\n    S\n    if E:\n        break", "try:\n    S\nexcept ValueError as a:\n    S\nelse:\n    S\nfinally:\n    S",
    "try:\n    S\nfinally:\n    S", "try:\n    S\nexcept (TypeError, IndexError):\n    S", "with np.errstate(all='ignore'):\n    S",
    "with np.errstate(all='ignore') as a:\n    S", "def a(b, c=E, *d, e=E, **f):\n    S\n    return E\nb = a(E)",
    "def a(b):\n    nonlocal c\n    S\n    return b\nc = a(E)", "class a:\n    b = E\n    def c(self):\n        return E",
    "match E:\n    case [b, c]:\n        S\n    case {'k': b}:\n        S\n"
    "    case 1 | 2:\n        S\n    case float(b) if E:\n        S\n    case _:\n        S",
    "async def a():\n    await E", "for a in range(3):\n    S", "a.append(E)", "a.pop()", "a.sort()", "a.update(b=E)",
    "np.add(a, E, out=a)", "np.add.at(a, [0, 0], E)", "a = [E, E]\na[0] += E",
)
EXPRESSIONS = (
    "E + E", "E - E", "E * E", "E / E", "E ** 2", "E @ E", "-E", "not E", "~E", "E if E else E", "E and E", "E or E", "E < E < E",
    "E == E", "E is None", "E in (E, E)", "lambda a: E", "(lambda a, b=E: a)(E)", "[E for a in E]", "[E for a in E if E for b in E]",
    "{E: E}", "{E, E}", "{'a': E, **E}", "{a: E for a in E}", "sum(E for a in E)", "(E, *E)", "[*E, E]", "f'{E!r:>{E}}'", "a := E",
    "E[0]", "E[-1]", "E[1:]", "E[::-1]", "E[:, None]", "E[..., 0]", "E[E]", "E[E > 0]", "E.T", "E.shape", "E.copy()", "E.sum(axis=0)",
    "np.sin(E)", "np.dot(E, E)", "np.where(E, E, E)", "np.array([E, E])", "np.zeros(3)", "len(E)", "range(E)", "max(E, E)",
    "min(E, default=E)", "abs(E)", "float(E)", "int(E)", "sorted(E)", "list(map(lambda a: E, E))", "zip(E, E)", "isinstance(E, float)",
    "getattr(E, 'T')", "E(E)", "E(*E, **E)", "'text'", "None", "True", "...", "1j", "1e400", "10 ** 30", "b'bytes'", "np", "math",
    "print", "math.exp(E)", "(yield)", "a", "b", "x", "0", "1", "2.5", "dict(a=E)", "E['a']", "list(E)", "tuple(E)", "enumerate(E, 1)",
    "reversed(E)", "any(E)", "np.sum(E, axis=E)", "np.reshape(E, (-1,))",
)


@dataclass(frozen=True)
class Mutant:
    """A function, the module of the corpus whose names it reads, and the arguments to try it on."""

    module: str
    name: str
    text: str
    point: Point

    @property
    def source(self) -> str:
        return f"from {self.module} import *\nimport math\n\nimport numpy as np\n\n\n{self.text}\n"


def seeds() -> Iterator[Mutant]:
    """The functions of the corpus that stand for themselves."""
    for case in all_cases():
        made = mutant_of(case)
        if made is not None:
            yield made


def mutant_of(case: Case) -> Mutant | None:
    f: Any = case.f
    try:
        text = textwrap.dedent(inspect.getsource(f))
        node = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError):
        return None
    plain = isinstance(node, ast.FunctionDef) and not f.__code__.co_freevars and not node.decorator_list
    return Mutant(f.__module__, f.__name__, ast.unparse(node), case.points[0]) if plain else None


class Mutator:
    """Changes functions; parts of others are put into them."""

    def __init__(self, rng: random.Random, pool: list[Mutant]) -> None:
        self.rng, self.pool = rng, pool

    def mutated(self, mutant: Mutant) -> Mutant | None:
        """A change or a few; None where the result is no function that Python takes."""
        tree = ast.parse(mutant.text)
        self.names = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {"a", "b", "c"})
        for _ in range(self.rng.choice((1, 1, 2, 3, 5))):
            self.rng.choice((self.insert, self.insert, self.replace, self.replace, self.drop, self.wrap, self.swap))(tree)
        try:
            text = ast.unparse(ast.fix_missing_locations(tree))
            compile(text, "mutant", "exec")
        except (SyntaxError, ValueError, RecursionError, AttributeError, TypeError):
            return None
        return replace(mutant, text=text) if len(text) < 4000 else None

    # -- changes -----------------------------------------------------------------------------------------------------------

    def blocks(self, tree: ast.AST) -> list[list[ast.stmt]]:
        found = [getattr(n, name, None) for n in ast.walk(tree) for name in ("body", "orelse", "finalbody")]
        return [b for b in found if isinstance(b, list) and b and isinstance(b[0], ast.stmt) and b is not tree.body]  # type: ignore[attr-defined]

    def insert(self, tree: ast.AST) -> None:
        block = self.rng.choice(self.blocks(tree))
        at = self.rng.randrange(len(block) + 1)
        block[at:at] = self.statements(tree)

    def replace(self, tree: ast.AST) -> None:
        """Another expression in the place of one."""
        slots = [(n, name, k) for n in ast.walk(tree) for name, value in ast.iter_fields(n)
                 for k, item in enumerate(value if isinstance(value, list) else [value])
                 if isinstance(item, ast.expr) and not isinstance(getattr(item, "ctx", None), (ast.Store, ast.Del))
                 and not isinstance(n, (ast.FunctionDef, ast.arguments, ast.match_case))]
        if not slots:
            return
        node, name, k = self.rng.choice(slots)
        value = getattr(node, name)
        new = self.expression(value[k] if isinstance(value, list) else value)
        if isinstance(value, list):
            value[k] = new
        else:
            setattr(node, name, new)

    def drop(self, tree: ast.AST) -> None:
        block = self.rng.choice(self.blocks(tree))
        if len(block) > 1:
            del block[self.rng.randrange(len(block))]

    def swap(self, tree: ast.AST) -> None:
        block = self.rng.choice(self.blocks(tree))
        i, j = self.rng.randrange(len(block)), self.rng.randrange(len(block))
        block[i], block[j] = block[j], block[i]

    def wrap(self, tree: ast.AST) -> None:
        """Put a statement into a compound one."""
        block = self.rng.choice(self.blocks(tree))
        at = self.rng.randrange(len(block))
        shell = self.filled(self.rng.choice([s for s in STATEMENTS if "S" in s]), [block[at]])
        block[at:at + 1] = shell

    # -- parts -------------------------------------------------------------------------------------------------------------

    def statements(self, tree: ast.AST) -> list[ast.stmt]:
        if self.rng.random() < 0.5:
            return self.filled(self.rng.choice(STATEMENTS), [])
        other = ast.parse(self.rng.choice(self.pool).text)
        return [self.renamed(copy.deepcopy(self.rng.choice(self.rng.choice(self.blocks(other)))))]

    def expression(self, old: ast.expr | None = None) -> ast.expr:
        choice = self.rng.random()
        if choice < 0.3:
            other = [n for n in ast.walk(ast.parse(self.rng.choice(self.pool).text)) if isinstance(n, ast.expr)
                     and not isinstance(getattr(n, "ctx", None), (ast.Store, ast.Del)) and not isinstance(n, (ast.Slice, ast.Starred))]
            if other:
                return self.renamed(self.rng.choice(other))
        template = ast.parse(f"({self.rng.choice(EXPRESSIONS)})", mode="eval").body
        return Filling(self, [], [old] if old is not None else []).visit(template)

    def filled(self, template: str, statements: list[ast.stmt]) -> list[ast.stmt]:
        body = ast.parse(template).body if "yield" not in template else ast.parse(f"def f():\n    {template}").body[0].body  # type: ignore[attr-defined]
        filling = Filling(self, statements, [])
        return [filling.visit(s) for s in body]

    def leaf(self) -> ast.expr:
        if self.rng.random() < 0.75:
            return ast.Name(self.rng.choice(self.names), ast.Load())
        return ast.Constant(self.rng.choice((0, 1, 2, -1, 0.5, 3.0, True, None, "a")))

    def renamed(self, node: Any) -> Any:
        """The same with names that the function has."""
        new: dict[str, str] = {}
        for n in ast.walk(node):
            if isinstance(n, ast.Name) and n.id not in ("np", "math") and self.rng.random() < 0.8:
                n.id = new.setdefault(n.id, self.rng.choice(self.names))
        return node


class Filling(ast.NodeTransformer):
    """Fills the holes of a template: `E` with expressions, `S` with statements, names with names of the function."""

    def __init__(self, mutator: Mutator, statements: list[ast.stmt], expressions: list[ast.expr]) -> None:
        self.mutator, self.rest, self.expressions = mutator, statements, expressions
        self.new: dict[str, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == "E":
            return self.expressions.pop() if self.expressions else self.mutator.leaf()
        if len(node.id) == 1:
            node.id = self.new.setdefault(node.id, self.mutator.rng.choice(self.mutator.names))
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        if isinstance(node.value, ast.Name) and node.value.id == "S":
            if self.rest:
                return self.rest.pop()
            name = ast.Name(self.mutator.rng.choice(self.mutator.names), ast.Store())
            return ast.Assign([name], self.mutator.leaf(), lineno=0)
        return self.generic_visit(node)
