"""Generated functions as the text of one module that needs NumPy alone: helpers, constants and callees included.

Every name is looked up where the live function would find it, and what is written down is compared with the live
value: a callee's source with its running code, its defaults with the current ones, names with each other.
"""
from __future__ import annotations

import ast
import builtins
import functools
import inspect
import linecache
import symtable
import sys
import textwrap
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from tangentlite.backend.compile import LINE_MAPS, Unit, cells_of
from tangentlite.backend.text import Text, docstring
from tangentlite.errors import UnsupportedError

MAX_ELEMENTS = 1000  # of an array that is written out

_DTYPES = frozenset({"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                     "float16", "float32", "float64", "complex64", "complex128"})
_MISSING = object()


def standalone(units: Sequence[Unit], text: Text, doc: str) -> str:
    """The source of a module with the functions of `text` that runs without tangentlite.

    Helpers and the user's functions are copied, numbers, strings and small arrays written out as they are now, and
    whatever else can be is imported. Raises UnsupportedError if a name stands for nothing of these, or for two
    different things.
    """
    by_name = {unit.tree.name: unit for unit in units}
    module = _Module(frozenset(by_name))
    for node in ast.parse(text.source).body:
        assert isinstance(node, ast.FunctionDef)
        unit = by_name[node.name]
        scope = {**_scope(unit.home), **unit.bindings}
        for name in _outer_names(ast.get_source_segment(text.source, node) or ""):
            if name not in by_name:
                module.define(name, scope.get(name, _MISSING), unit.home)
    imports = [f"{line}\n" for line in sorted(module.imports, key=lambda line: (line.startswith("from"), line))]
    head = f"{docstring(doc)}\nfrom __future__ import annotations\n"
    top = "\n".join([head, *filter(None, ["".join(imports), "".join(module.constants)])])
    return "\n\n".join([top, *module.functions, text.source])


class _Module:
    """The definitions of the module, each after those it needs."""

    def __init__(self, taken: frozenset[str]) -> None:
        self.taken = taken  # the names of the generated functions
        self.imports: set[str] = set()
        self.constants: list[str] = []
        self.functions: list[str] = []
        self._values: dict[str, object] = {}

    def define(self, name: str, value: object, reader: FunctionType | None) -> None:
        """Make `name` mean `value`, as it does where `reader` is defined."""
        if name in self.taken or (name in self._values and not _same(self._values[name], value)):
            raise UnsupportedError(f"the name {name!r} stands for two different things, so they cannot share a file",
                                   advice="Rename one of them")
        if name in self._values:
            return
        self._values[name] = value
        if value is _MISSING or (name.startswith("__") and name.endswith("__")):
            raise UnsupportedError(f"the name {name!r} has no value that can be written to a file")
        if vars(builtins).get(name, _MISSING) is value:
            return
        constant = literal(value)
        if constant is not None:
            if isinstance(value, (np.ndarray, np.generic)):
                self.define("np", np, None)
            self.constants.append(f"{name} = {constant}\n")
        elif isinstance(value, FunctionType) and not _is_library(value) and (node := _definition(value)):
            self._copy(name, value, *node)
        elif line := _import(name, value, reader):
            self.imports.add(line)
        else:
            raise UnsupportedError(
                f"{name!r} is a {type(value).__name__} that a file of its own can neither contain nor import",
                advice="Make it an argument")

    def _copy(self, name: str, function: FunctionType, node: ast.FunctionDef, source: str) -> None:
        """Copy a function and what it needs."""
        if name != node.name:
            self.define(node.name, function, function)
            self.functions.append(f"{name} = {node.name}\n")
            return
        scope = _scope(function)
        _check_defaults(function, node, scope)
        for needed in _outer_names(source):
            self.define(needed, scope.get(needed, _MISSING), function)
        for hint in sorted(_annotation_names(node)):  # never evaluated, so welcome but not needed
            if hint not in self._values and (line := _import(hint, scope.get(hint), function)):
                self._values[hint] = scope[hint]
                self.imports.add(line)
        self.functions.append(source + "\n")


def literal(value: object) -> str | None:
    """An expression for a number, string, None, small array, or tuple of those; None if it is nothing of these."""
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if isinstance(value, float) and type(value) is float:
        return repr(value) if np.isfinite(value) else f'float("{value!r}")'
    if isinstance(value, complex) and type(value) is complex:
        return f"complex({literal(value.real)}, {literal(value.imag)})"
    if isinstance(value, tuple) and type(value) is tuple:
        parts = [literal(v) for v in value]
        return None if None in parts else f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"
    if type(value) is not np.ndarray and not isinstance(value, np.generic):
        return None
    dtype = str(value.dtype)
    if dtype not in _DTYPES or value.size > MAX_ELEMENTS:
        return None
    if isinstance(value, np.generic):
        return f"np.{'bool_' if dtype == 'bool' else dtype}({literal(value.item())})"
    if not value.size:
        return f'np.zeros({value.shape}, dtype="{dtype}")'
    return f'np.array({_nested(value.tolist())}, dtype="{dtype}")'


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if isinstance(value, list) else str(literal(value))


def _same(a: object, b: object) -> bool:
    return a is b or (type(a) is type(b) and (text := literal(a)) is not None and text == literal(b))


def _scope(function: FunctionType | None) -> Mapping[str, object]:
    """What the names mean that a function reads from outside."""
    scope = dict(vars(builtins))
    if function is not None:
        scope |= function.__globals__
        for name, cell in cells_of(function).items():
            try:
                scope[name] = cell.cell_contents
            except ValueError:  # not assigned yet
                scope[name] = _MISSING
    return scope


def _outer_names(source: str) -> list[str]:
    """The names that the function(s) of a source text read from outside, defaults included, annotations not."""
    try:
        top = symtable.symtable(f"from __future__ import annotations\n{source}", "<standalone>", "exec")
    except SyntaxError as error:  # `nonlocal`
        raise UnsupportedError(f"a function that a file of its own cannot contain: {error.msg}") from None
    names = {s.get_name() for s in top.get_symbols() if s.is_referenced() and not s.is_assigned()}
    for table in _tables(top):
        for symbol in table.get_symbols():
            if symbol.is_global():
                if symbol.is_assigned():
                    raise UnsupportedError(f"the function {table.get_name()!r} assigns the global "
                                           f"{symbol.get_name()!r}, which a file of its own cannot do")
                names.add(symbol.get_name())
    return sorted(names)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _tables(child)


def _annotation_names(node: ast.FunctionDef) -> set[str]:
    found = [getattr(n, "annotation", None) or getattr(n, "returns", None) for n in ast.walk(node)]
    return {n.id for a in found if a for n in ast.walk(a) if isinstance(n, ast.Name)} - set(vars(builtins))


def _is_library(function: FunctionType) -> bool:
    """Is the function part of Python, NumPy or an installed package (and not a helper of ours)?"""
    root = (function.__module__ or "").partition(".")[0]
    installed = any(f"{place}-packages" in function.__code__.co_filename for place in ("site", "dist"))
    return root != "tangentlite" and (root == "numpy" or root in sys.stdlib_module_names or installed)


def _definition(function: FunctionType) -> tuple[ast.FunctionDef, str] | None:
    """The `def` of a function without its decorators; None if there is none. It must be what really runs."""
    code = function.__code__
    try:
        source = textwrap.dedent(inspect.getsource(code))
        node = ast.parse(source).body[0]
    except (OSError, TypeError, ValueError, IndexError, SyntaxError, tokenize.TokenError):
        return None
    if not isinstance(node, ast.FunctionDef):
        return None
    if code.co_filename not in LINE_MAPS and code not in _codes("".join(linecache.getlines(code.co_filename))):
        raise UnsupportedError(f"the source of {function.__qualname__!r} is not what runs",
                               advice="Reload its module if the file was changed")
    return node, "\n".join(source.split("\n")[node.lineno - 1:node.end_lineno])


@functools.lru_cache(maxsize=4)
def _codes(source: str) -> frozenset[CodeType]:
    """The code of everything that a file defines."""
    found: set[CodeType] = set()
    stack: list[object] = [compile(source, "<file>", "exec", dont_inherit=True)]
    while stack:
        code = stack.pop()
        if isinstance(code, CodeType):
            found.add(code)
            stack.extend(code.co_consts)
    return frozenset(found)


def _check_defaults(function: FunctionType, node: ast.FunctionDef, scope: Mapping[str, object]) -> None:
    """Raises UnsupportedError unless the default values are what their expressions would give now."""
    named = {a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d}
    expressions, values = node.args.defaults, function.__defaults__ or ()
    live = function.__kwdefaults__ or {}
    if len(expressions) != len(values) or named.keys() != live.keys():
        raise UnsupportedError(f"the defaults of {function.__qualname__!r} are not those of its source")
    for expression, value in [*zip(expressions, values), *((d, live[a]) for a, d in named.items())]:
        if not _denotes(expression, value, scope):
            raise UnsupportedError(f"the default `{ast.unparse(expression)}` of {function.__qualname__!r} cannot be "
                                   "written to a file", advice="Use a literal")


def _denotes(expression: ast.expr, value: object, scope: Mapping[str, object]) -> bool:
    try:
        meant = ast.literal_eval(expression)
    except ValueError:
        attributes = []
        while isinstance(expression, ast.Attribute):
            attributes.append(expression.attr)
            expression = expression.value
        meant = scope.get(expression.id, _MISSING) if isinstance(expression, ast.Name) else _MISSING
        for attribute in reversed(attributes):
            meant = getattr(meant, attribute, _MISSING)
        return meant is value
    return type(meant) is type(value) and repr(meant) == repr(value)


def _import(name: str, value: object, reader: FunctionType | None) -> str | None:
    """The import statement that gives `name` this value, if there is one."""
    if isinstance(value, ModuleType):
        if not _offers(value.__name__):
            return None
        return f"import {name}" if value.__name__ == name else f"import {value.__name__} as {name}"
    own = getattr(value, "__name__", None)
    places = [(getattr(value, "__module__", None), own), ("numpy", own), ("scipy.special", own)]
    for module, attribute in [*places, (getattr(reader, "__module__", None), name)]:
        if not isinstance(module, str) or not isinstance(attribute, str) or not _offers(module):
            continue
        if getattr(sys.modules[module], attribute, _MISSING) is value:
            return f"from {module} import {attribute}" + (f" as {name}" if attribute != name else "")
    return None


def _offers(module: str) -> bool:
    """Can a file of its own import the module?"""
    return module in sys.modules and module.partition(".")[0] not in ("__main__", "tangentlite")
