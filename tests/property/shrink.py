"""Make a failing program smaller: drop statements and simplify expressions while it fails in the same way."""
from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Iterator
from functools import partial

Fails = Callable[[str], bool]
Edit = Callable[[], None]


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in the program, outermost first."""
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def statement_edits(tree: ast.AST) -> Iterator[Edit]:
    """Remove a statement, or put the body of a compound statement in its place."""
    for block in blocks(tree):
        for k in reversed(range(len(block))):
            statement = block[k]
            if not isinstance(statement, (ast.Import, ast.Pass)):
                yield partial(operator.setitem, block, slice(k, k + 1), [] if len(block) > 1 else [ast.Pass()])
            if not isinstance(statement, ast.FunctionDef):
                for inner in (getattr(statement, "body", []), getattr(statement, "orelse", [])):
                    if inner:
                        yield partial(operator.setitem, block, slice(k, k + 1), inner)


def expression_edits(tree: ast.AST) -> Iterator[Edit]:
    """Put one of its operands, or 0.5, in the place of an expression."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.arguments)):
            continue
        for name, value in ast.iter_fields(node):
            slots = value if isinstance(value, list) else [value]
            for k, slot in enumerate(slots):
                if not isinstance(slot, ast.expr) or isinstance(slot, ast.Attribute):
                    continue
                if isinstance(getattr(slot, "ctx", None), ast.Store):
                    continue
                operands = [c for c in ast.iter_child_nodes(slot) if isinstance(c, ast.expr)]
                if isinstance(slot, ast.Call):
                    operands.remove(slot.func)
                if not isinstance(slot, (ast.Constant, ast.Name)):
                    operands.append(ast.Constant(0.5))
                for new in operands:
                    if isinstance(value, list):
                        yield partial(operator.setitem, value, k, new)
                    else:
                        yield partial(setattr, node, name, new)


def edits(tree: ast.AST) -> Iterator[Edit]:
    yield from statement_edits(tree)
    yield from expression_edits(tree)


def candidate(source: str, number: int) -> str | None:
    """The program after its edit of that number; None when there is no such edit, "" when it is not a program."""
    tree = ast.parse(source)
    for k, edit in enumerate(edits(tree)):
        if k == number:
            edit()
            try:
                text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", SyntaxWarning)
                    compile(text, "candidate", "exec")
            except (SyntaxError, ValueError):
                return ""
            return text
    return None


def shrink(source: str, fails: Fails, tries: int = 1500) -> str:
    """The smallest program found by greedy edits that still `fails`."""
    source, number, clean = ast.unparse(ast.parse(source)) + "\n", 0, 0
    while tries > 0:
        smaller = candidate(source, number)
        if smaller is None:
            if clean == 0:
                break
            number = clean = 0
            continue
        if smaller and len(smaller) < len(source):
            tries -= 1
            if fails(smaller):
                source, clean = smaller, clean + 1
                continue
        number += 1
    return source
