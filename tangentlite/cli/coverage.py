"""Which functions have a derivative rule, namespace by namespace, from the registry."""
from __future__ import annotations

import importlib
import sys
import textwrap
import warnings
from collections.abc import Hashable, Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from tangentlite.rules import rule_of, scipy
from tangentlite.rules.callees import METHODS

MODULES = ("operator", "builtins", "math", "numpy", "numpy.emath", "numpy.fft", "numpy.lib.stride_tricks", "numpy.linalg",
           "numpy.polynomial", "numpy.polynomial.chebyshev", "numpy.polynomial.legendre", "numpy.polynomial.polynomial")
HEAD = """\
# Coverage

The functions that have a derivative rule, by namespace, as `python -m tangentlite coverage --markdown` prints them. A function
that has none is differentiated like any other code where its source can be read; else it is a located error.
"""


class Coverage(NamedTuple):
    """The functions of a namespace that have a rule."""

    namespace: str
    differentiated: list[str]
    constant: list[str]


def coverage() -> list[Coverage]:
    """Every namespace with rules; those of SciPy where it is installed."""
    modules = [(name, imported(name)) for name in (*MODULES, *sorted(scipy.FAMILIES))]
    found = [of_members(name, members(module)) for name, module in modules if module is not None]
    found.insert(4, of_members("numpy.ndarray", [(n, getattr(np.ndarray, n)) for n in dir(np.ndarray) if not n.startswith("_")]))
    return [c for c in found if c.differentiated or c.constant]


def imported(name: str) -> Any:
    """A module, or what NumPy shows as one; None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        parent, _, last = name.rpartition(".")
        return getattr(sys.modules.get(parent), last, None)


def members(module: Any) -> Iterator[tuple[str, Any]]:
    """The public objects of a module, and the methods of those that have some, as `add.reduce`."""
    for name in dir(module):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that will go
            value = getattr(module, name)
        if name.startswith("_") or isinstance(value, ModuleType):
            continue
        yield name, value
        if callable(value) and not isinstance(value, (type, FunctionType, BuiltinFunctionType)):
            methods = [m for m in dir(type(value)) if not m.startswith("_") and callable(getattr(type(value), m))]
            yield from ((f"{name}.{m}", getattr(value, m)) for m in methods)


def of_members(namespace: str, named: Iterable[tuple[str, Any]]) -> Coverage:
    found = Coverage(namespace, [], [])
    for name, value in named:
        op = METHODS[value][0] if isinstance(value, Hashable) and value in METHODS else value
        rule = rule_of(op)
        if rule is not None and op not in (set, frozenset):  # their rules refuse
            (found.constant if rule.constant else found.differentiated).append(name)
    return found


# -- printing --------------------------------------------------------------------------------------------------------

def text() -> str:
    """For the terminal."""
    blocks = []
    for c in coverage():
        head = f"{c.namespace}: {len(c.differentiated)} with a derivative, {len(c.constant)} with derivative zero"
        parts = [wrapped(", ".join(names), title) for title, names in (("", c.differentiated), ("zero: ", c.constant)) if names]
        blocks.append("\n".join([head, *parts]) + "\n")
    return "\n".join(blocks)


def wrapped(words: str, title: str) -> str:
    return textwrap.fill(title + words, 120, initial_indent="  ", subsequent_indent="  ")


def markdown() -> str:
    """The page `docs/coverage.md`."""
    blocks = [HEAD, "| namespace | with a derivative | derivative zero |\n|---|---|---|\n" + "".join(
        f"| {c.namespace} | {len(c.differentiated)} | {len(c.constant)} |\n" for c in coverage())]
    for c in coverage():
        blocks.append(f"## {c.namespace}\n")
        blocks += [f"{title}{marked(names)}\n" for title, names in (("", c.differentiated), ("Derivative zero: ", c.constant)) if names]
    return "\n".join(blocks)


def marked(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in names)
