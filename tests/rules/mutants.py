"""Small mistakes in the source of derivative rules: where they can be made, and making one in the running program."""
from __future__ import annotations

import ast
import copy
import gc
import math
import random
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special, stats

import tangentlite.rules
from tangentlite.ir import kinds as K
from tangentlite.rules.registry import RULES as DECLARED
from tangentlite.rules.registry import Rule

RULES = Path(tangentlite.rules.__file__).parent
MACHINERY = {"__init__.py", "verbs.py", "registry.py", "tangents.py", "inference.py", "definitions.py", "effects.py", "writes.py",
             "methods.py", "callees.py"}
ADAPTING = {"unbroadcast": 0, "fitted": 0, "fit": 1, "spread_to": 0, "spread": 1, "reshape_back": 0, "real_like": 0, "conjugate": 0,
            "symmetrized": 0, "transposed": 0, "adjoint": 0, "restored": 0, "nonzero": 0}  # and which argument they adapt
ORDERED = {"matmul", "dot", "outer", "subtract", "divide", "tensordot", "correlate", "solve", "kron", "greater", "less"}
SWAPPED = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.Mod, ast.FloorDiv)


@dataclass(frozen=True)
class Mutant:
    """The k-th mistake that can be made in a file, in words, and where."""

    file: Path
    k: int
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(RULES)}:{self.line}: {self.what}"


Change = Callable[[], ast.expr]


def choices(node: ast.expr) -> Iterator[tuple[str, Change]]:
    """What may be put in the place of an expression."""
    text = ast.unparse(node)
    match node:
        case ast.BinOp(left, op, right):
            if isinstance(op, (ast.Add, ast.Sub)) and not (is_zero(left) or is_zero(right)):
                other = ast.Sub() if isinstance(op, ast.Add) else ast.Add()
                yield f"{text}  ->  the other sign", lambda: ast.BinOp(left, other, right)
            if isinstance(op, (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult)):
                yield f"{text}  ->  {ast.unparse(left)}", lambda: left
            if isinstance(op, (ast.Add, ast.Mult)):
                yield f"{text}  ->  {ast.unparse(right)}", lambda: right
            if isinstance(op, SWAPPED) and ast.unparse(left) != ast.unparse(right):
                yield f"{text}  ->  operands swapped", lambda: ast.BinOp(right, op, left)
        case ast.UnaryOp(ast.USub(), operand):
            yield f"{text}  ->  {ast.unparse(operand)}", lambda: operand
        case ast.Constant(value) if type(value) in (int, float) and value + 1 != value:
            yield f"{value}  ->  {value + 1}", lambda: ast.Constant(value + 1)
        case ast.Call(func, args, keywords):
            name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
            if name in ADAPTING and len(args) > ADAPTING[name]:
                yield f"{text}  ->  without {name}", lambda: args[ADAPTING[name]]
            ordered = name in ORDERED or text.startswith("signal.convolve") and "valid" not in text  # other convolutions are symmetric
            if ordered and len(args) >= 2 and ast.unparse(args[0]) != ast.unparse(args[1]):
                yield f"{text}  ->  arguments swapped", lambda: ast.Call(func, [args[1], args[0], *args[2:]], keywords)


def is_zero(node: ast.expr) -> bool:
    """A term 0.0 * x, which is there for the shape and for NaN: its sign is none."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and ast.unparse(node.left) == "0.0"


class Places(ast.NodeTransformer):
    """Counts the mistakes that can be made in functions, and makes the chosen one."""

    def __init__(self, chosen: int | None = None) -> None:
        self.chosen, self.depth = chosen, 0
        self.found: list[tuple[int, str]] = []
        self.rest = set[int]()  # the 1 of a length -1, which means what remains, as every negative length does

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, (ast.Raise, ast.arguments, ast.JoinedStr, ast.Assert)) or is_refusal(node) or is_missing(node):
            return node
        if isinstance(node, ast.AnnAssign):
            node.value = self.visit(node.value) if node.value else None
            return node
        inside = isinstance(node, (ast.FunctionDef, ast.Lambda))
        self.depth += inside
        if inside and isinstance(node, ast.FunctionDef):
            node.body = [self.visit(s) for s in node.body]
        else:
            self.rest |= {id(n.operand) for n in lengths(node) if isinstance(n, ast.UnaryOp) and ast.unparse(n) == "-1"}
            node = self.generic_visit(node)
        self.depth -= inside
        if self.depth and isinstance(node, ast.expr) and id(node) not in self.rest:
            for what, change in choices(node):
                self.found.append((node.lineno, what))
                if self.chosen == len(self.found) - 1:
                    return ast.fix_missing_locations(ast.copy_location(still_naming(node, change()), node))
        return node


def still_naming(old: ast.expr, new: ast.expr) -> ast.expr:
    """`new`, in code that still mentions what `old` does: a function of another keeps the other's values it is made with."""
    names, kept = ({n.id for n in ast.walk(e) if isinstance(n, ast.Name)} for e in (old, new))
    lost = [ast.Name(n, ast.Load()) for n in sorted(names - kept)]
    return ast.IfExp(ast.Constant(True), new, ast.Tuple(lost, ast.Load())) if lost else new


def is_refusal(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Constant) and isinstance(call.value, str) or (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("refuse", "UnknownKeyword"))


def is_missing(node: ast.AST) -> bool:
    """The rules of a function that this Python does not have."""
    test = ast.unparse(node.test) if isinstance(node, ast.If) else ""
    return test.startswith("hasattr(") and not eval(test, {"math": math, "np": np, "special": special, "stats": stats})


def lengths(node: ast.AST) -> Iterator[ast.expr]:
    """The lengths of the new shape that a call asks for."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "reshape":
        for a in node.args:
            yield from [e for part in ast.walk(a) if isinstance(part, ast.Tuple) for e in part.elts] or [a]


def all_mutants() -> list[Mutant]:
    """Every mistake that can be made in the files of the rules."""
    found = []
    for file in sorted(RULES.rglob("*.py")):
        if file.name not in MACHINERY:
            places = Places()
            places.visit(ast.parse(file.read_text()))
            found += [Mutant(file, k, line, what) for k, (line, what) in enumerate(places.found)]
    return found


def sampled(count: int, seed: int) -> list[Mutant]:
    every = all_mutants()
    return random.Random(seed).sample(every, min(count, len(every)))


# -- making one in the running program -------------------------------------------------------------------------------

def differing(m: Mutant) -> list[tuple[types.CodeType, types.CodeType]]:
    """The code that changes, and what it becomes: of the function, and of those it is in."""
    tree = ast.parse(m.file.read_text())
    old = compile(copy.deepcopy(tree), str(m.file), "exec")
    new = compile(Places(m.k).visit(tree), str(m.file), "exec")
    return [(a, b) for a, b in pairs(old, new) if a != b and a.co_name != "<module>"]


def pairs(a: types.CodeType, b: types.CodeType) -> Iterator[tuple[types.CodeType, types.CodeType]]:
    yield a, b
    inner = [[c for c in code.co_consts if isinstance(c, types.CodeType)] for code in (a, b)]
    for x, y in zip(*inner):
        yield from pairs(x, y)


def functions_by_code() -> dict[types.CodeType, list[types.FunctionType]]:
    """The functions of the rules that exist."""
    found: dict[types.CodeType, list[types.FunctionType]] = {}
    for f in gc.get_objects():
        if isinstance(f, types.FunctionType) and f.__code__.co_filename.startswith(str(RULES)):
            found.setdefault(f.__code__, []).append(f)
    return found


def make(changes: list[tuple[types.CodeType, types.CodeType]], functions: dict[types.CodeType, list[types.FunctionType]]) -> None:
    forget()
    for old, new in changes:
        for f in functions.get(old, ()):
            f.__code__ = new


def run_again(m: Mutant) -> list[Rule] | None:
    """Run a file with the mistake in it, and those that import from it, for what has run when they were loaded.

    The rules that they declare; None where they cannot be loaded.
    """
    modules = {v.__name__: v for v in sys.modules.values() if is_family(str(getattr(v, "__file__", "")))}
    trees = {name: ast.parse(Path(str(v.__file__)).read_text()) for name, v in modules.items()}
    needs = {name: imports(tree) & modules.keys() for name, tree in trees.items()}
    before, again = dict(DECLARED), set[str]()
    for name in TopologicalSorter(needs).static_order():
        mistaken = modules[name].__file__ == str(m.file)
        if mistaken or needs[name] & again:
            again.add(name)
            tree = Places(m.k).visit(trees[name]) if mistaken else trees[name]
            try:
                exec(compile(tree, str(modules[name].__file__), "exec"), vars(modules[name]))
            except Exception:
                return None
    return [rule for op, rule in before.items() if DECLARED[op] is not rule]


def is_family(file: str) -> bool:
    return file.startswith(str(RULES)) and Path(file).name not in MACHINERY


def imports(tree: ast.AST) -> set[str]:
    """The modules that a file imports, or may import, from."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {str(n.module) for n in found} | {f"{n.module}.{alias.name}" for n in found for alias in n.names}


def forget() -> None:
    """Kinds that were inferred before are inferred again."""
    for f in vars(K).values():
        if hasattr(f, "cache_clear"):
            f.cache_clear()
