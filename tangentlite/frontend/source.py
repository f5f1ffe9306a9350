"""From a live function to the text that it really runs.

`inspect.getsource` returns what a file says today, while Python runs what the file said when it was imported. Here the
text is compiled again, and it is taken only if that gives the code object of the live function.
"""
from __future__ import annotations
import __future__

import ast
import contextlib
import functools
import inspect
import itertools
import linecache
import os
import sys
import threading
import types
import warnings
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gast
from gast.ast3 import Ast3ToGAst

from tangentlite.errors import UnsupportedError
from tangentlite.frontend.unreadable import label, no_text, not_a_function, stale
from tangentlite.ir import Loc

Key = tuple[int, str]  # first line and name of a function, which its node and its code object have in common
Candidate = tuple[ast.AST, types.CodeType]  # a function, and what it compiles to


@dataclass(frozen=True)
class Source:
    """The text of a function.

    `node` lies in the tree of the whole file, so its positions are the file's own. Its body is what runs. Its default
    values, annotations and decorators are not part of the code of a function, so they are not verified.
    """

    function: types.FunctionType
    node: Any  # gast.FunctionDef | gast.Lambda
    filename: str
    lines: tuple[str, ...] = field(repr=False)

    def loc(self, node: Any, sweep: str = "forward") -> Loc:
        """Where `node` is written; a node without a position of its own is where its children are."""
        line, col, end_line, end_col = self._span(node)
        return Loc(self.filename, line, col, end_line, end_col, self.lines[line - 1], sweep)

    def segment(self, node: Any) -> str:
        """The text of `node`, verbatim (without the decorators of a function)."""
        line, col, end_line, end_col = self._span(node)
        lines = list(self.lines[line - 1:end_line])
        lines[-1] = lines[-1][:end_col]
        lines[0] = lines[0][col:]
        return "\n".join(lines)

    def _span(self, node: Any) -> tuple[int, int, int, int]:
        placed = [n for n in ([node] if _placed(node) else gast.walk(node)) if _placed(n)] or [self.node]
        start = min((n.lineno, n.col_offset) for n in placed)
        end = max((n.end_lineno, n.end_col_offset) for n in placed)
        return *self._characters(*start), *self._characters(*end)

    def _characters(self, line: int, offset: int) -> tuple[int, int]:
        """A position that counts characters, from one that counts bytes of UTF-8."""
        text = self.lines[line - 1]
        return line, offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))


@dataclass(frozen=True)
class Elsewhere(Source):
    """A text that stands for something in the user's text: all of it is at one place there."""

    place: Loc = Loc()

    def loc(self, node: Any, sweep: str = "forward") -> Loc:
        return self.place


def _placed(node: Any) -> bool:
    return getattr(node, "end_lineno", None) is not None


def read(function: Any) -> Source:
    """The text of `function`, or of the function of a bound method. Does not follow `__wrapped__`.

    Raises `NoSourceError` if `function` is not a Python function or its text was not kept, `StaleSourceError` if the
    text is not what runs, `UnsupportedError` for an `async def` and for text that is nested too deeply to be compiled.
    """
    live = _python_function(function)
    code = live.__code__
    with _lock:
        file = _file(code.co_filename, live.__globals__)
        if file is None:
            raise no_text(code)
        try:
            node = _find(file, code)
        except SyntaxError as error:
            where = f", line {error.lineno}" if error.lineno else ""
            raise stale(code, file.loc(code.co_firstlineno), f"the source no longer compiles ({error.msg}{where})") from None
        except (RecursionError, MemoryError):
            message = f"{label(code)} is nested too deeply to be compiled again"
            advice = "Split its longest expression, or call tangentlite from a shallower stack"
            raise UnsupportedError(message, file.loc(code.co_firstlineno), advice) from None
    if node is None and code.co_filename == "<string>":
        raise no_text(code)  # every `exec` calls its text so; the one that Python keeps is that of `-c`
    if node is None:
        raise stale(code, file.loc(code.co_firstlineno), "the source has changed since, or the code was generated or rewritten")
    if isinstance(node, gast.AsyncFunctionDef):
        raise UnsupportedError(f"{label(code)} is asynchronous", file.loc(node.lineno), "Use a plain `def`")
    return Source(live, node, file.name, file.lines)


def _python_function(function: Any) -> types.FunctionType:
    while isinstance(function, types.MethodType):
        function = function.__func__
    if isinstance(function, types.FunctionType):
        return function
    raise not_a_function(function)


# Files

class _File:
    """A text that compiles to code objects whose file name is `name`."""

    def __init__(self, name: str, text: str) -> None:
        self.name = os.path.abspath(name) if os.path.isfile(name) else name
        self.text = text
        self.lines = tuple(text.removesuffix("\n").split("\n"))
        self.alone = functools.cache(lambda position: _Unit([self.whole.statements[position]]))
        self.translation = functools.cache(lambda position: _Translation(self.whole.statements[position]).made)

    @functools.cached_property
    def whole(self) -> _Unit:
        return _Unit(_parse(self.text).body, self.text)

    @functools.cached_property
    def rewritten(self) -> _Unit:
        """After pytest's rewriting of `assert`, which test modules undergo when they are imported."""
        pytest_rewrite: Any = sys.modules["_pytest.assertion.rewrite"]
        hooks = (hook.config for hook in sys.meta_path if isinstance(hook, pytest_rewrite.AssertionRewritingHook))
        tree = _parse(self.text)
        with warnings.catch_warnings(action="ignore"):
            pytest_rewrite.rewrite_asserts(tree, self.text.encode(), self.name, next(hooks, None))
        return _Unit(tree.body)

    def positions(self, line: int) -> range:
        """Which statements at the top level have something on a line."""
        statements = self.whole.statements
        first = bisect_left(statements, line, key=lambda s: s.end_lineno or s.lineno)
        return range(first, bisect_right(statements, line, key=_first_line))

    def loc(self, line: int) -> Loc:
        """The text on a line, of which there may be none left."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return Loc(self.name, line, len(text) - len(text.lstrip()), line, len(text.rstrip()), text)


_lock = threading.RLock()
_files: dict[str, tuple[list[str], _File]] = {}
_KEPT_FILES = 64


def _file(filename: str, module_globals: dict[str, Any]) -> _File | None:
    """The text that `filename` stands for now; the same object as long as the text is the same."""
    linecache.checkcache(filename)
    physical = linecache.getlines(filename, module_globals)  # looked up late: doctest replaces it
    known, file = _files.pop(filename, (None, None))
    if file is None or known is not physical:
        text = "".join(physical).replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            return None
        if file is None or file.text != text:
            file = _File(filename, text)
    _files[filename] = physical, file
    if len(_files) > _KEPT_FILES:
        del _files[next(iter(_files))]
    return file


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings(action="ignore"):  # the import of the file has reported them
            return ast.parse(text)
    except ValueError as error:  # null bytes, lone surrogates
        raise SyntaxError(str(error)) from None


# Compilation

class _Unit:
    """Statements at the top level that are compiled together."""

    def __init__(self, statements: list[ast.stmt], text: str | None = None) -> None:
        self.statements, self.text = statements, text  # the text of statements that are a whole file
        self.codes = functools.cache(self._codes)
        self._crowded = functools.cache(self._crowded_lambdas)

    @functools.cached_property
    def functions(self) -> dict[Key, list[ast.AST]]:
        """Every function, outer ones first."""
        index: dict[Key, list[ast.AST]] = {}
        for statement in self.statements:
            for node in ast.walk(statement):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                    index.setdefault((_first_line(node), getattr(node, "name", "<lambda>")), []).append(node)
        return index

    def candidates(self, key: Key, flags: int) -> list[Candidate]:
        """What the key may mean. Only lambdas share a line and a name."""
        nodes = self.functions.get(key, [])
        if len(nodes) > 1:
            return [(node, code) for node in nodes for code in self._crowded(flags).get(node, [])]
        return [(node, code) for node in nodes for code in self.codes(flags).get(key, [])]

    def _codes(self, flags: int, moved: bool = False) -> dict[Key, list[types.CodeType]]:
        """All code objects, outer ones first."""
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # notebooks have it; it changes nothing inside functions
        with warnings.catch_warnings(action="ignore"):
            todo = deque([self._compiled(flags, None if moved else self.text)])
        found: dict[Key, list[types.CodeType]] = {}
        while todo:
            code = todo.popleft()
            found.setdefault((code.co_firstlineno, code.co_name), []).append(code)
            todo.extend(_nested(code))
        return found

    def _compiled(self, flags: int, text: str | None) -> types.CodeType:
        try:
            made: types.CodeType = compile(ast.Module(self.statements, []), "<tangentlite>", "exec", flags, dont_inherit=True)
        except RecursionError:  # Python compiles text that is nested more deeply than the trees it takes
            if text is None:
                raise
            made = compile(text, "<tangentlite>", "exec", flags, dont_inherit=True)
        return made

    def _crowded_lambdas(self, flags: int) -> dict[ast.AST, list[types.CodeType]]:
        """The code of the lambdas that share a line with others.

        They are compiled once more, each moved, as a whole, to lines of its own: then its first line tells which one it
        is. A lambda inside another has to wait for the next round, because moving it changes the code around it.
        """
        nodes = [n for group in self.functions.values() if len(group) > 1 for n in group if isinstance(n, ast.Lambda)]
        depth = dict.fromkeys(nodes, 0)
        for outer in nodes:
            for inner in ast.walk(outer.body):
                if isinstance(inner, ast.Lambda) and inner in depth:
                    depth[inner] += 1
        found: dict[ast.AST, list[types.CodeType]] = {}
        for level in range(max(depth.values()) + 1):
            free = max(s.end_lineno or s.lineno for s in self.statements) + 1
            shifts = {}
            for node in (n for n in nodes if depth[n] == level):
                shifts[node] = free - node.lineno
                free += (node.end_lineno or node.lineno) - node.lineno + 1
            with _moved(shifts):
                codes = self._codes(flags, moved=True)
                # The first is the lambda, others lie inside it; in dead code there is none.
                found.update((node, codes.get((node.lineno, "<lambda>"), [])[:1]) for node in shifts)
        return found


@contextlib.contextmanager
def _moved(shifts: dict[ast.Lambda, int]) -> Iterator[None]:
    """Move lambdas down by some lines, but not their default values, which belong to the code around them."""
    for node, shift in shifts.items():
        _move(node, shift)
    try:
        yield
    finally:
        for node, shift in shifts.items():
            _move(node, -shift)


def _move(node: ast.Lambda, lines: int) -> None:
    node.lineno += lines
    node.end_lineno = node.end_lineno and node.end_lineno + lines
    ast.increment_lineno(node.body, lines)


def _first_line(node: Any) -> int:
    lines: list[int] = [n.lineno for n in [node, *getattr(node, "decorator_list", [])]]
    return min(lines)


class _Translation(Ast3ToGAst):  # type: ignore[misc]
    """gast's translation of one node at a time, children first, so that depth costs no recursion."""

    def __init__(self, root: ast.AST) -> None:
        self.made: dict[ast.AST, Any] = {}
        for node in reversed(list(ast.walk(root))):
            self.made[node] = self.visit(node)

    def _visit(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._visit(n) for n in node]
        return self.made[node] if isinstance(node, ast.AST) else node


# Code objects

_FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names) & ~inspect.CO_NESTED
_ATTRIBUTES = (
    "co_name", "co_qualname", "co_flags", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_names",
    "co_varnames", "co_freevars", "co_cellvars", "co_code", "co_exceptiontable",
)


def _find(file: _File, code: types.CodeType) -> Any:
    """The gast node that `code` was made from, or None."""
    line, key = code.co_firstlineno, (code.co_firstlineno, code.co_name)
    flags = code.co_flags & _FUTURE
    columns, asserts_are_rewritten = _columns(code), _asserts_are_rewritten(code)
    # Notebooks compile each statement alone, and what a module imports decides how its functions call methods.
    for unit in itertools.chain([file.whole], map(file.alone, file.positions(line))):
        candidates = unit.candidates(key, flags)
        if asserts_are_rewritten:
            candidates = [(node, c) for node, _ in candidates for c in file.rewritten.codes(flags).get(key, [])]
        same = [(_columns(c) != columns, node) for node, c in candidates if _same(c, code)]
        if same:
            _, node = min(same, key=lambda pair: pair[0])  # of twins on one line, the right one
            translations = map(file.translation, file.positions(line))
            return next(made[node] for made in translations if node in made)
    return None


def _nested(code: types.CodeType) -> Iterable[types.CodeType]:
    return (const for const in code.co_consts if isinstance(const, types.CodeType))


def _columns(code: types.CodeType) -> list[tuple[int | None, int | None]]:
    return [(start, end) for _, _, start, end in code.co_positions()]


def _asserts_are_rewritten(code: types.CodeType) -> bool:
    todo = [code]
    while todo:
        code = todo.pop()
        if "@pytest_ar" in code.co_names:
            return "_pytest.assertion.rewrite" in sys.modules
        todo.extend(_nested(code))
    return False


def _same(a: Any, b: Any) -> bool:
    """Whether two code objects, or two constants of them, are the same to the last bit."""
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        if type(a) is not type(b):
            return False
        elif isinstance(a, types.CodeType):
            if any(getattr(a, name) != getattr(b, name) for name in _ATTRIBUTES):
                return False
            todo.append((a.co_consts, b.co_consts))
        elif isinstance(a, tuple):
            if len(a) != len(b):
                return False
            todo.extend(zip(a, b))
        elif isinstance(a, frozenset):
            if a != b:
                return False
            twins = {element: element for element in b}
            todo.extend((element, twins[element]) for element in a)
        elif isinstance(a, float | complex):
            if repr(a) != repr(b):  # tells 0.0 from -0.0, and nan equals nan
                return False
        elif a != b:
            return False
    return True
