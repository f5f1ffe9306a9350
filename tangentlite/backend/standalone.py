"""Generated functions as the text of one module that needs NumPy alone: helpers, constants and callees included.

Every name is looked up where the live function would find it, and what is written down is compared with the live
value: a callee's source with its running code, its defaults with the current ones, names with each other.
"""
from __future__ import annotations

import ast
import builtins
import copy
import functools
import inspect
import linecache
import symtable
import sys
import textwrap
import tokenize
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from tangentlite.backend.compile import LINE_MAPS, Unit, cells_of
from tangentlite.backend.source import Text
from tangentlite.backend.text import docstring
from tangentlite.errors import UnsupportedError

MAX_ELEMENTS = 1000  # of an array or container that is written out
MAX_DEPTH = 8  # of containers in it

Attributes = dict[str, "Attributes"]  # those that are read of an object, and those that are read of these

_DTYPES = frozenset({"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                     "float16", "float32", "float64", "complex64", "complex128"})
_MISSING = object()


def standalone(units: Sequence[Unit], text: Text, doc: str) -> str:
    """The source of a module with the functions of `text` that runs without tangentlite.

    Helpers and the user's functions are copied; numbers, strings, lists, dicts and small arrays written out as they
    are now; what belongs to Python, NumPy or an installed package is imported. Of a user's module, class or object the
    attributes that are read are put in a namespace of its name. Raises UnsupportedError if a name stands for nothing
    of these, or for two different things.
    """
    by_name = {unit.tree.name: unit for unit in units}
    module = _Module(frozenset(by_name))
    for node in ast.parse(text.source).body:
        assert isinstance(node, ast.FunctionDef)
        unit = by_name[node.name]
        module.define_all(ast.get_source_segment(text.source, node) or "", {**_scope(unit.home), **unit.bindings},
                          unit.home, frozenset(by_name))
    module.finish()
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
        self._read: dict[str, Attributes] = {}  # of the names that become namespaces

    def define_all(self, source: str, scope: Mapping[str, object], reader: FunctionType | None,
                   known: Collection[str] = ()) -> None:
        """Define what the functions of a text read from outside."""
        read = _attributes(source)
        for name in _outer_names(source):
            if name not in known:
                self.define(name, scope.get(name, _MISSING), reader, read.get(name))

    def define(self, name: str, value: object, reader: FunctionType | None, read: Attributes | None = None) -> None:
        """Make `name` mean `value`, as it does where `reader` is defined; `read`: the attributes it is needed for."""
        if name in self.taken or (name in self._values and not _same(self._values[name], value)):
            raise UnsupportedError(f"the name {name!r} stands for two different things, so they cannot share a file",
                                   advice="Rename one of them")
        if name in self._values:
            if name in self._read:
                self._share(name, read)
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
            self.imports |= {line, *_submodules(value, read or {})}
        else:
            self._share(name, read)

    def _share(self, name: str, read: Attributes | None) -> None:
        """Of what cannot be in the file as a whole, note the attributes that are read."""
        if not read:
            raise UnsupportedError(
                f"{name!r} is a {type(self._values[name]).__name__} that a file of its own can neither contain nor "
                "import", advice="Make it an argument")
        _merge(self._read.setdefault(name, {}), read)

    def finish(self) -> None:
        """Write the namespaces. What they hold may read more of them, so until nothing is added."""
        texts: list[str] = []
        before: dict[str, Attributes] = {}
        while (read := copy.deepcopy(self._read)) != before:
            before = read
            texts = [f"{name} = {self._namespace(name, self._values[name], of)}\n" for name, of in read.items()]
        self.functions += texts

    def _namespace(self, name: str, value: object, read: Attributes) -> str:
        """An expression for an object with the attributes of `value` that are read, and theirs."""
        self.define("SimpleNamespace", SimpleNamespace, None)
        items = [f"{key}={self._member(key, f'{name}.{key}', getattr(value, key, _MISSING), read[key])}"
                 for key in sorted(read)]
        return f"SimpleNamespace({', '.join(items)})"

    def _member(self, name: str, path: str, value: object, read: Attributes) -> str:
        if value is _MISSING:
            raise UnsupportedError(f"the name {path!r} has no value that can be written to a file")
        constant = literal(value)
        if constant is not None:
            if isinstance(value, (np.ndarray, np.generic)):
                self.define("np", np, None)
            return constant
        if isinstance(value, FunctionType) and not _is_library(value) and (node := _definition(value)):
            self.define(node[0].name, value, value)
            return node[0].name
        if _import(name, value, None):
            self.define(name, value, None)
            return name
        if not read:
            raise UnsupportedError(f"{path!r} is a {type(value).__name__} that a file of its own can neither contain "
                                   "nor import", advice="Make it an argument")
        return self._namespace(path, value, read)

    def _copy(self, name: str, function: FunctionType, node: ast.FunctionDef, source: str) -> None:
        """Copy a function and what it needs."""
        if name != node.name:
            self.define(node.name, function, function)
            self.functions.append(f"{name} = {node.name}\n")
            return
        scope = _scope(function)
        _check_defaults(function, node, scope)
        self.define_all(source, scope, function)
        for default in (d for d in [*node.args.defaults, *node.args.kw_defaults] if d):
            if any(isinstance(n, ast.Name) and n.id in self._read for n in ast.walk(default)):
                raise _bad_default(default, function)  # the namespace comes after the functions it holds
        for hint in sorted(_annotation_names(node)):  # never evaluated, so welcome but not needed
            if hint not in self._values and (line := _import(hint, scope.get(hint), function)):
                self._values[hint] = scope[hint]
                self.imports.add(line)
        self.functions.append(source + "\n")


def literal(value: object, depth: int = 0) -> str | None:
    """An expression for a number, string, None, small array, or tuple, list or dict of those; None if it is no such."""
    if value is None or type(value) in (bool, int, str):
        return repr(value)
    if isinstance(value, float) and type(value) is float:
        return repr(value) if np.isfinite(value) else f'float("{value!r}")'
    if isinstance(value, complex) and type(value) is complex:
        return f"complex({literal(value.real)}, {literal(value.imag)})"
    if isinstance(value, (tuple, list, dict)):
        return _literal_of_container(value, depth + 1)
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


def _literal_of_container(value: tuple[Any, ...] | list[Any] | dict[Any, Any], depth: int) -> str | None:
    if type(value) not in (tuple, list, dict) or len(value) > MAX_ELEMENTS or depth > MAX_DEPTH:
        return None
    parts = [literal(v, depth) for v in value]
    if isinstance(value, dict):
        values = [literal(v, depth) for v in value.values()]
        items = ", ".join(f"{k}: {v}" for k, v in zip(parts, values))
        return None if None in [*parts, *values] else f"{{{items}}}"
    inside = ", ".join(map(str, parts))
    if None in parts:
        return None
    return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(parts) == 1 else ''})"


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


def _attributes(source: str) -> dict[str, Attributes]:
    """The names of which nothing but attributes are read, with these."""
    found: dict[str, Attributes] = {}
    bare: set[str] = set()
    chained: set[int] = set()
    for node in ast.walk(ast.parse(source)):  # outer nodes first
        if isinstance(node, ast.Attribute) and id(node) not in chained:
            names: list[str] = []
            base: ast.expr = node
            while isinstance(base, ast.Attribute):
                chained.add(id(base))
                names.append(base.attr)
                base = base.value
            if isinstance(base, ast.Name):
                chained.add(id(base))
                if isinstance(node.ctx, ast.Load):
                    path: Attributes = {}
                    for name in names:
                        path = {name: path}
                    _merge(found.setdefault(base.id, {}), path)
                else:
                    bare.add(base.id)
        elif isinstance(node, ast.Name) and id(node) not in chained:
            bare.add(node.id)
    return {name: read for name, read in found.items() if name not in bare}


def _merge(into: Attributes, more: Attributes) -> None:
    for name, read in more.items():
        _merge(into.setdefault(name, {}), read)


def _annotation_names(node: ast.FunctionDef) -> set[str]:
    found = [getattr(n, "annotation", None) or getattr(n, "returns", None) for n in ast.walk(node)]
    return {n.id for a in found if a for n in ast.walk(a) if isinstance(n, ast.Name)} - set(vars(builtins))


def _is_library(function: FunctionType) -> bool:
    """Is the function part of Python, NumPy or an installed package (and not a helper of ours)?"""
    root = (function.__module__ or "").partition(".")[0]
    library = root == "numpy" or root in sys.stdlib_module_names or _is_installed(function.__code__.co_filename)
    return root != "tangentlite" and library


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
            raise _bad_default(expression, function)


def _bad_default(expression: ast.expr, function: FunctionType) -> UnsupportedError:
    return UnsupportedError(f"the default `{ast.unparse(expression)}` of {function.__qualname__!r} cannot be written "
                            "to a file", advice="Use a literal")


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


def _submodules(package: object, read: Attributes) -> set[str]:
    """The imports of the modules in a package that are read as its attributes."""
    found: set[str] = set()
    for name, further in read.items():
        inner = getattr(package, name, None)
        own = f"{getattr(package, '__name__', '')}.{name}"
        if isinstance(inner, ModuleType) and inner.__name__ == own and not own.startswith("numpy."):
            found |= {f"import {own}", *_submodules(inner, further)}
    return found


def _offers(module: str) -> bool:
    """Can a file of its own import the module, wherever it is?"""
    root = module.partition(".")[0]
    if module not in sys.modules or root in ("__main__", "tangentlite"):
        return False
    if root == "numpy" or root in sys.stdlib_module_names:
        return True
    places = [getattr(sys.modules[module], "__file__", None) or "", *getattr(sys.modules[module], "__path__", ())]
    return any(map(_is_installed, places))


def _is_installed(path: str) -> bool:
    return "site-packages" in path or "dist-packages" in path
