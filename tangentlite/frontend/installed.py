"""Tests of what is installed, which come out the same as long as the process runs: one arm is what the function does.

    area = np.trapezoid(y) if hasattr(np, "trapezoid") else np.trapz(y)      ->      area = np.trapezoid(y)
"""
from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import gast

from tangentlite.frontend.values import Live
from tangentlite.ir.ops import COMPARISONS
from tangentlite.ir.trace import lookup
from tangentlite.libraries import LIBRARIES

if TYPE_CHECKING:
    from tangentlite.frontend.expressions import Expressions

TELLS = frozenset(("__version__", "version_info", "hexversion", "platform", "major", "minor", "micro", "split", "startswith"))
CALLED = (hasattr, tuple, list, map, int)


class NotKnown(Exception):
    """The expression asks for more than what is installed."""


def outcome(low: Expressions, test: Any) -> bool | None:
    """Is the test true? None where it asks for anything else."""
    of = Installed(low)
    try:
        result = bool(of.value(test))
    except (NotKnown, AttributeError, TypeError, ValueError, LookupError):
        return None
    for module in of.modules:
        low.program.pin(module)
    return result if of.modules else None


class Installed:
    def __init__(self, low: Expressions) -> None:
        self.low = low
        self.modules: list[Live] = []

    def value(self, node: Any) -> Any:
        match node:
            case gast.Constant():
                return node.value
            case gast.Name():
                return self.named(node.id)
            case gast.Tuple():
                return tuple(map(self.value, node.elts))
            case gast.Attribute():
                found = getattr(self.value(node.value), node.attr)
                if node.attr in TELLS or isinstance(found, ModuleType):
                    return found
            case gast.Subscript(slice=gast.Constant() | gast.Slice()):
                return self.value(node.value)[self.value(node.slice)]
            case gast.Slice():
                return slice(*(part if part is None else self.value(part) for part in (node.lower, node.upper, node.step)))
            case gast.Call(keywords=[]):
                return self.value(node.func)(*map(self.value, node.args))
            case gast.UnaryOp(op=gast.Not()):
                return not self.value(node.operand)
            case gast.BoolOp():
                return (all if isinstance(node.op, gast.And) else any)([bool(self.value(v)) for v in node.values])
            case gast.Compare(ops=[of]) if (op := COMPARISONS.get(type(of).__name__)) is not None:
                return op(self.value(node.left), self.value(node.comparators[0]))
        raise NotKnown

    def named(self, name: str) -> Any:
        if name in self.low.env or name in self.low.locals or name in self.low.frame.rebinds:
            raise NotKnown
        try:
            found = lookup(self.low.home, name)
        except NameError:
            raise NotKnown from None
        if isinstance(found, ModuleType) and found.__name__.partition(".")[0] in {*LIBRARIES, *sys.stdlib_module_names}:
            self.modules.append(Live(found, (name,), self.low.home))
        elif not any(found is one for one in CALLED):
            raise NotKnown
        return found
