"""Texts of derivatives kept from one process to the next.

A text is filed under what its making begins with: the code and lines of the function, the kinds of its arguments, what was
asked for, and the versions of everything involved. With it stands what was come across on the way: the other functions
that were read, and what every name stood for. It is used where all of that is found again. Whatever has no exact
description here (an object that is no module, no library's function, no number or array) keeps a text from being stored.
"""
from __future__ import annotations

import ast
import functools
import json
import linecache
import marshal
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite.backend.cache import Entries, Entry, digest, directory
from tangentlite.backend.compile import Unit
from tangentlite.backend.source import Text
from tangentlite.guards import Guard
from tangentlite.ir import Loc
from tangentlite.ir import kinds as K
from tangentlite.ir.compiled import interpreted
from tangentlite.ir.trace import Captured, Watched
from tangentlite.ir.transformation import transformation_of
from tangentlite.libraries import LIBRARIES

if TYPE_CHECKING:
    from tangentlite import pipeline

IMPORTED = time.time()


class NotStorable(Exception):
    """Something has no description that another process could compare."""


@dataclass(frozen=True)
class Request:
    """What the making of a derivative begins with; `form` is whatever else decides the text, as JSON values."""

    function: FunctionType
    kinds: Mapping[str, Any]
    form: Sequence[Any]

    def key(self) -> str | None:
        """What the text is filed under; None where it cannot be stored."""
        if directory() is None or has_own_rules() or transformation_of(self.function) is not None:
            return None
        try:
            kinds = [[name, kind_words(kind, ())] for name, kind in self.kinds.items()]
            begin = [package_digest(), sys.version, np.__version__, function_words(self.function), kinds, list(self.form)]
        except NotStorable:
            return None
        return digest(json.dumps(begin))


@dataclass(frozen=True)
class Printed:
    """A text with what makes functions of it, and what calling them needs to know (see `dispatch.Version`)."""

    units: list[Unit]
    text: Text
    roots: list[str]
    outs: Any
    seeded: list[int]
    guard: Guard


# -- storing ---------------------------------------------------------------------------------------------------------

def save(key: str, request: Request, made: pipeline.Derivative, printed: Printed, functions: Mapping[str, FunctionType]) -> None:
    """File a derivative that was just made, if everything it relies on can be described."""
    program = made.program
    if program.errors or any(transformation_of(fn.target) is not None for fn in program.traces):
        return
    homes = [request.function]
    try:
        reached = list(reachable(homes, program.watched, program.sources))
        if len(homes) != len({request.function, *program.sources}):
            return  # a function that was reached in another way than by a name
        if any(is_object(c()) for c in program.watched):
            return  # its attributes decided the text, and they have no description
        names = dict.fromkeys((c, pinned) for c, pinned in program.watched.items())
        names.update(dict.fromkeys((c, False) for c in free_names(printed.units, functions) if c not in program.watched))
        locs = {loc: k for k, loc in enumerate(dict.fromkeys(printed.text.lines.values()))}
        meta = {
            "functions": reached,
            "names": [[homes.index(c.home), list(c.path), pinned, words(c(), homes, pinned)] for c, pinned in names],
            "units": [[u.tree.name, None if u.home is None else homes.index(u.home),
                       {name: words(value, homes, exact=True) for name, value in u.bindings.items()}] for u in printed.units],
            "roots": printed.roots, "outs": printed.outs, "seeded": printed.seeded,
            "locs": list(locs), "lines": [[line, locs[loc]] for line, loc in printed.text.lines.items()],
        }
    except (NotStorable, NameError, AttributeError, ValueError):
        return
    Entries().save(key, Entry(printed.text.source, meta))


def reachable(homes: list[FunctionType], watched: Mapping[Watched, bool], sources: Mapping[FunctionType, Any]) -> Iterator[list[Any]]:
    """[which function, by which name, its description] for each function that was read; they are appended to `homes`."""
    grown = -1
    while grown != len(homes):
        grown = len(homes)
        for c in watched:
            value = c() if c.home in homes else None
            if isinstance(value, FunctionType) and value in sources and value not in homes:
                yield [homes.index(c.home), list(c.path), function_words(value)]
                homes.append(value)


def free_names(units: Sequence[Unit], functions: Mapping[str, FunctionType]) -> Iterator[Captured]:
    """The names that generated functions look up where the primal lives."""
    import dis

    own = {u.tree.name for u in units}
    for u in units:
        if u.home is not None:
            code = interpreted(functions[u.tree.name]).__code__
            names = {*code.co_freevars}
            names |= {i.argval for c in nested(code) for i in dis.get_instructions(c) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
            yield from (Captured((n,), u.home) for n in sorted(names - own - u.bindings.keys()))


# -- finding ---------------------------------------------------------------------------------------------------------

def find(key: str, request: Request) -> Printed | None:
    """The derivative filed under the key, if everything it relies on is as it was."""
    entry = Entries().load(key)
    if entry is None:
        return None
    meta, homes = entry.meta, [request.function]
    watched: dict[Watched, bool] = {}
    try:
        for home, path, description in meta["functions"]:
            function = Captured(tuple(path), homes[home])()
            if not isinstance(function, FunctionType) or function_words(function) != description:
                return None
            homes.append(function)
        for home, path, pinned, description in meta["names"]:
            c = Captured(tuple(path), homes[home])
            if words(c(), homes, pinned) != description:
                return None
            watched[c] = pinned
        trees = {node.name: node for node in ast.parse(entry.text).body if isinstance(node, ast.FunctionDef)}
        units = [Unit(trees[name], None if home is None else homes[home], {n: object_of(w, homes) for n, w in bindings.items()},
                      bool(request.form[-1]))
                 for name, home, bindings in meta["units"]]
        locs = [Loc(*loc) for loc in meta["locs"]]
        text = Text(entry.text, {line: locs[k] for line, k in meta["lines"]})
        return Printed(units, text, meta["roots"], tree_of(meta["outs"]), meta["seeded"], Guard(watched, homes))
    except (NotStorable, NameError, AttributeError, LookupError, TypeError, ValueError):
        return None


def tree_of(outs: Any) -> Any:
    return tuple(map(tree_of, outs)) if isinstance(outs, list) else outs


# -- words for what a text relies on ---------------------------------------------------------------------------------

def words(value: Any, homes: Sequence[FunctionType], exact: bool) -> list[Any]:
    """A description of an object, or, unless it must be `exact`, of the kind of a value."""
    if isinstance(value, ModuleType):
        if sys.modules.get(value.__name__) is value:
            return ["module", value.__name__]
        raise NotStorable
    if isinstance(value, FunctionType) and value in homes:
        return ["function", homes.index(value)]
    if type(value) is float and exact and not math.isfinite(value):
        return ["float", repr(value)]
    if isinstance(value, K.KNOWN) or callable(value):
        return ["object", *library_path(value)]
    if exact:
        raise NotStorable
    return ["kind", type(value).__name__ if is_object(value) else kind_words(K.of_value(value), homes)]


def is_object(value: Any) -> bool:
    """Is it an object whose attributes are followed one by one?"""
    return type(value) is not dict and isinstance(K.of_value(value), K.Record)


def object_of(description: Sequence[Any], homes: Sequence[FunctionType]) -> Any:
    """The object of an exact description."""
    match description:
        case ["module", name]:
            return sys.modules[name] if name in sys.modules else __import__(name, fromlist=["*"])
        case ["function", k]:
            return homes[k]
        case ["float", text]:
            return float(text)
        case ["object", module, path]:
            return attribute(module, path)
    raise NotStorable


def library_path(value: Any) -> tuple[str, str]:
    """The module and the dotted name under which a library has the object."""
    name = str(getattr(value, "__qualname__", None) or getattr(value, "__name__", ""))
    own = getattr(value, "__module__", None)
    for module in (own,) if isinstance(own, str) else ("numpy", "scipy.special"):
        if module.partition(".")[0] in LIBRARIES and module in sys.modules and attribute(module, name) is value:
            return module, name
    raise NotStorable


def attribute(module: str, path: str) -> Any:
    found: Any = __import__(module, fromlist=["*"])
    for name in path.split("."):
        found = getattr(found, name, None)
    return found


def kind_words(kind: Any, homes: Sequence[FunctionType]) -> Any:
    """A kind as JSON values."""
    match kind:
        case K.Number() | K.Array() | K.Unknown() | K.Never():
            return repr(kind)
        case K.Seq(name, items, elem):
            inside = [kind_words(k, homes) for k in items] if items is not None else None
            return ["seq", name, inside, None if elem is None else kind_words(elem, homes)]
        case K.Record(type, keys, items) if type is dict:
            return ["dict", list(keys), [kind_words(k, homes) for k in items]]
        case K.Inert(name, value):
            return ["inert", name, None if value is None else words(value, homes, exact=True)]
    raise NotStorable


def function_words(function: FunctionType) -> list[str]:
    """A description of a function with readable source: its code, lines, names and defaults."""
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    last = max((line for c in nested(code) for _, _, line in c.co_lines() if line is not None), default=0)
    defaults = [function.__defaults__, sorted((function.__kwdefaults__ or {}).items())]
    if not all(map(is_literal, [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()])):
        raise NotStorable
    text = "".join(lines[code.co_firstlineno - 1:last])
    return [str(function.__module__), function.__name__, function.__qualname__, repr(defaults),
            digest(marshal.dumps(code, 2).hex()), digest(text)]


def is_literal(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float, str)


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and those inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def has_own_rules() -> bool:
    """Has the user declared derivative rules? (Where no rule is loaded yet, there is none of the user's.)"""
    rules = sys.modules.get("tangentlite.rules")
    return rules is not None and rules.RULES != rules.BUILT_IN


@functools.cache
def package_digest() -> str:
    """What this package's own code is. Raises NotStorable where that cannot be read, or is no longer what runs."""
    root = Path(__file__).parent
    try:
        files = sorted(root.rglob("*.py"))
        texts = [f"{path.relative_to(root)}\n{path.read_text(encoding='utf-8')}" for path in files]
        changed = max((path.stat().st_mtime for path in files), default=math.inf)
    except OSError:
        raise NotStorable from None
    if changed > IMPORTED:
        raise NotStorable
    return digest("\n".join(texts))


