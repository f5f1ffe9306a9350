"""What is counted in generated text: code lines, helper calls, sub-expressions computed twice."""
from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections import Counter

from tangentlite import runtime

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
COMPUTED = ast.BinOp, ast.Call, ast.Compare, ast.Subscript
HELPERS = {name for name, _ in inspect.getmembers(runtime, inspect.isfunction)}


def code_lines(text: str) -> int:
    """Lines that hold code: no blank lines, comments, docstrings or imports.

    >>> code_lines('import numpy as np\\n\\ndef f(x):\\n    "Doc."\\n    # Why.\\n    return x\\n')
    2
    """
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = {token.start[0] for token in tokens if token.type not in LAYOUT}
    for node in ast.walk(ast.parse(text)):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or isinstance(node, (ast.Import, ast.ImportFrom)):
            lines.difference_update(range(node.lineno, node.end_lineno + 1))
    return len(lines)


def helper_calls(text: str) -> set[str]:
    """The functions of `tangentlite.runtime` that the text mentions.

    >>> helper_calls("def f(g, x):\\n    return unbroadcast(g, x) + np.sum(x)\\n")
    {'unbroadcast'}
    """
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)} & HELPERS


def repeated(text: str) -> list[str]:
    """The sub-expressions that straight-line code computes more than once on the same values.

    >>> repeated("def f(x):\\n    y = np.sin(2 * x)\\n    z = 2 * x\\n    x = y\\n    return np.sin(2 * x)\\n")
    ['2 * x']
    """
    version: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    function = next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    for statement in function.body:
        reads = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        spelling = [node.id for node in reads]
        for node in reads:
            node.id += "′" * version[node.id]
        seen.update(ast.unparse(node) for node in ast.walk(statement) if isinstance(node, COMPUTED))
        for node, name in zip(reads, spelling, strict=True):
            node.id = name
        version.update(node.id for node in ast.walk(statement)
                       if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return [expression for expression, count in seen.items() if count > 1]
