"""How generated text refers to live objects: as the user's source does, or through a name bound for the purpose."""
from __future__ import annotations

import ast
import builtins
import importlib
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from types import MethodType, ModuleType
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.compiled import compiled_form
from tangentlite.ir.ops import Bound
from tangentlite.ir.trace import Captured, ClassMember, Fn, lookup

MODULES = {"numpy": "np", "math": "math", "scipy.special": "special", "scipy.linalg": "linalg"}


class Spelling:
    """The free names of one generated function: `reserved` must not be used for values, `bindings` must be supplied."""

    def __init__(self, home: Any, spelled: Mapping[Any, str], local_names: Iterable[str], units: Mapping[Fn, str] = {}) -> None:
        self.home, self.spelled, self.units = home, spelled, units
        self.local_names = set(local_names)
        self.bindings: dict[str, Any] = {}
        self.reserved: set[str] = set()
        self.memo: dict[Any, str] = {}

    def function(self, fn: Fn) -> ast.expr:
        """A function of the program: one of this text, or the user's own."""
        return ast.Name(self.units[fn], ast.Load()) if fn in self.units else self.name(fn.target)

    def name(self, op: Callable[..., Any]) -> ast.expr:
        """An expression for the object."""
        try:
            dotted = self.memo.get(op)
        except TypeError:
            return self.load(self.bind(getattr(op, "__name__", "function"), op))
        if dotted is None:
            dotted = self.memo[op] = self.find(op)
        return self.load(dotted)

    def load(self, dotted: str) -> ast.expr:
        root, *rest = dotted.split(".")
        self.reserved.add(root)
        node: ast.expr = ast.Name(root, ast.Load())
        for attribute in rest:
            node = ast.Attribute(node, attribute, ast.Load())
        return node

    def find(self, op: Any) -> str:
        if isinstance(op, ClassMember):
            return f"{self.find(op.home)}.{op.path[0]}"
        if isinstance(op, Captured):
            if op.home is self.home:
                return ".".join(op.path)
            return self.bind(op.path[-1], op())
        if isinstance(op, Bound):
            return self.bind(op.name, op.value)
        if op in self.spelled:
            return self.spelled[op]
        name = getattr(op, "__name__", "function")
        if getattr(builtins, name, None) is op and self.is_visible(name, op):
            return str(name)
        if getattr(runtime, name, None) is op or str(getattr(op, "__module__", "")).startswith("tangentlite."):
            return self.bind(name, op)
        if isinstance(op, MethodType) and (owner := self.owner(op.__self__)):
            return f"{owner}.{name}"
        module = home_module(op)
        return f"{self.module(module)}.{name}" if module is not None else self.bind(name, compiled_form(op) or op)

    def owner(self, value: Any) -> str:
        """A library's object, as the user's source reaches another method of it; empty if it does not."""
        others = (spelled for op, spelled in self.spelled.items() if getattr(op, "__self__", None) is value)
        return next((spelled.rpartition(".")[0] for spelled in others), "")

    def is_visible(self, name: str, value: Any) -> bool:
        """Does the name stand for the value where the primal lives?"""
        if name in self.local_names:
            return False
        if self.home is None:
            return getattr(builtins, name, None) is value
        try:
            return lookup(self.home, name) is value
        except NameError:
            return False

    def module(self, module: ModuleType) -> str:
        """The user's own name for a module, or one that is bound to it."""
        if self.home is not None:
            usual = MODULES.get(module.__name__, module.__name__)
            for name in (usual, *(n for n, v in self.home.__globals__.items() if v is module)):
                if self.is_visible(name, module):
                    return str(name)
            package, _, rest = module.__name__.partition(".")
            for name in (n for n, v in self.home.__globals__.items() if rest and v is sys.modules.get(package)):
                if self.is_visible(name, sys.modules[package]):
                    return f"{name}.{rest}"
        if module.__name__.startswith("numpy."):
            return f"{self.module(np)}.{module.__name__.removeprefix('numpy.')}"
        return self.bind(MODULES.get(module.__name__, module.__name__.rpartition(".")[2]), module)

    def bind(self, wish: str, value: Any) -> str:
        """A free name for the value."""
        wish = wish if wish.isidentifier() else "constant"
        name, k = wish, 1
        while name in self.local_names or name in self.bindings and self.bindings[name] is not value or (
                name not in self.bindings and name in self.reserved):
            k += 1
            name = f"{wish}_{k}"
        self.bindings[name] = value
        self.reserved.add(name)
        return name


def home_module(op: Any) -> ModuleType | None:
    """The public module through which a library's function is reached."""
    name = getattr(op, "__name__", "")
    candidates: list[Any] = [np, math]
    own = getattr(op, "__module__", None) or ""
    if isinstance(op, np.ufunc) and own not in ("", "numpy"):
        own = ""
    if own.startswith("numpy"):
        candidates += [np.linalg, np.fft, np.random]
    for module in candidates:
        if getattr(module, name, None) is op:
            return module  # type: ignore[no-any-return]
    parts = own.split(".")
    for special in ("scipy.special", "scipy.linalg", "scipy.stats", *(".".join(parts[:k]) for k in range(1, len(parts) + 1))):
        module = sys.modules.get(special)
        if module is not None and getattr(module, name, None) is op and special not in ("builtins", "__main__"):
            return importlib.import_module(special)
    return None

