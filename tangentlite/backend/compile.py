"""Text to live functions that read the primal's own globals and closure cells, and whose text every tool can show."""
from __future__ import annotations

import ast
import builtins
import linecache
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType
from typing import Any

from tangentlite.backend import cache
from tangentlite.backend.source import Text
from tangentlite.errors import note_primal
from tangentlite.ir.trace import Loc, lookup

LINE_MAPS: dict[str, dict[int, Loc]] = {}  # by file name, while a function of that file lives
PRIMAL_NAMES: weakref.WeakKeyDictionary[FunctionType, str] = weakref.WeakKeyDictionary()  # what generated functions were derived of

_lock = threading.RLock()  # reentrant: a garbage collection may release a file while another is being registered
_alive: Counter[str] = Counter()


@dataclass(frozen=True)
class Unit:
    """A function of a text. Only its name is taken from `tree`; the body is what the text says.

    `home` is the live function whose globals and closure cells it reads; `bindings` are its other names, such as
    `np` and the helpers. What is `compiled` goes through the compiler, which takes its globals for constants.
    """

    tree: ast.FunctionDef
    home: FunctionType | None
    bindings: Mapping[str, object]
    compiled: bool = False


@dataclass(frozen=True)
class Compiler:
    """What makes machine code of functions, and a digest of what decides that code beside the text."""

    compiled: Callable[[FunctionType], Any]
    key: Callable[[Mapping[str, tuple[CodeType, Mapping[str, Any]]]], str]


def load(units: Sequence[Unit], text: Text, name: str, compiler: Compiler | None = None) -> dict[str, Any]:
    """The functions of a text. They see each other by name, and nothing of it is executed.

    Default values must be literals or names (ValueError otherwise). A binding wins over a global of the same name.
    """
    parsed = {node.name: node for node in ast.parse(text.source).body if isinstance(node, ast.FunctionDef)}
    frozen = {u.tree.name: frozen_names(u) for u in units if u.compiled}
    extra = compiler.key({n: (_code_with_cells(parsed[n], (), ""), space) for n, space in frozen.items()}) if compiler else ""
    filename = cache.store(name, text.source, extra) or f"<tangentlite {cache.plain(name)} {cache.digest(text.source)[:16]}>"
    siblings = {unit.tree.name: CellType() for unit in units}
    functions: dict[str, FunctionType] = {}
    for unit in units:
        node, home = parsed[unit.tree.name], unit.home
        cells = cells_of(home) if home else {}
        cells |= {key: CellType(value) for key, value in unit.bindings.items()}
        cells |= siblings
        code = _code_with_cells(node, () if unit.compiled else cells, filename)
        function = FunctionType(code, frozen[node.name] if unit.compiled else home.__globals__ if home else HOMELESS, node.name,
                                tuple(_default(d, unit) for d in node.args.defaults),
                                tuple(cells[free] for free in code.co_freevars))
        function.__kwdefaults__ = {a.arg: _default(d, unit) for a, d in
                                   zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d} or None
        if home:
            function.__module__ = home.__module__
            PRIMAL_NAMES[function] = home.__name__
        functions[node.name] = function
    _register(filename, text, functions.values())
    made = {unit.tree.name: compiler.compiled(functions[unit.tree.name]) if compiler and unit.compiled else functions[unit.tree.name]
            for unit in units}
    for key, function in made.items():
        siblings[key].cell_contents = function
    for space in frozen.values():
        space.update(made)
    return made


HOMELESS = {"__builtins__": builtins, "__name__": "tangentlite.generated"}


def frozen_names(unit: Unit) -> dict[str, Any]:
    """What the free names of a unit stand for now."""
    cells = {name: cell for name, cell in (cells_of(unit.home) if unit.home else {}).items() if cell != CellType()}
    return {**(unit.home.__globals__ if unit.home else HOMELESS), **{name: c.cell_contents for name, c in cells.items()}, **unit.bindings}


def _default(node: ast.expr, unit: Unit) -> object:
    """The value of a literal or a dotted name. Raises ValueError for anything else."""
    path: list[str] = []
    base = node
    while isinstance(base, ast.Attribute):
        path.insert(0, base.attr)
        base = base.value
    if not isinstance(base, ast.Name):
        return ast.literal_eval(node)
    value = unit.bindings[base.id] if base.id in unit.bindings else lookup(unit.home, base.id)
    for name in path:
        value = getattr(value, name)
    return value


def cells_of(function: FunctionType) -> dict[str, CellType]:
    """The closure cells of a function by name."""
    return dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))


def _code_with_cells(node: ast.FunctionDef, names: Collection[str], filename: str) -> CodeType:
    """The code of a function compiled inside another one that has `names` as locals: those it uses are its cells."""
    module = ast.parse(f"def factory({', '.join(names)}): pass")
    (factory,) = module.body
    assert isinstance(factory, ast.FunctionDef)
    factory.body = [node]
    outer = _code_in(compile(module, filename, "exec", dont_inherit=True), "factory")
    return _code_in(outer, node.name).replace(co_qualname=node.name)


def _code_in(code: CodeType, name: str) -> CodeType:
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)


def _register(filename: str, text: Text, functions: Collection[FunctionType]) -> None:
    """Show the text under `filename` as long as one of the functions lives."""
    with _lock:
        for function in functions:
            _alive[filename] += 1
            weakref.finalize(function, _release, filename).atexit = False
        # without a modification time the entry is never checked against the file
        lines = [f"{line}\n" for line in text.source.removesuffix("\n").split("\n")]
        linecache.cache[filename] = (len(text.source), None, lines, filename)
        LINE_MAPS[filename] = text.lines


def _release(filename: str) -> None:
    with _lock:
        _alive[filename] -= 1
        if not _alive[filename]:
            del _alive[filename]
            LINE_MAPS.pop(filename, None)
            linecache.cache.pop(filename, None)


def annotate(exc: BaseException) -> Loc | None:
    """Note on an exception which line of the primal the innermost generated line it came through stands for; give the line."""
    found: Loc | None = None
    traceback = exc.__traceback__
    while traceback is not None:
        lines: Mapping[int, Loc] = LINE_MAPS.get(traceback.tb_frame.f_code.co_filename, {})
        found = lines.get(traceback.tb_lineno, found)
        traceback = traceback.tb_next
    if found is not None:
        note_primal(exc, found, " (reverse sweep)" if found.sweep == "reverse" else "")
    return found
