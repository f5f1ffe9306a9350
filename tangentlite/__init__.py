"""Readable derivatives of ordinary Python and NumPy functions, by source transformation."""
from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from tangentlite import errors

if _TYPE_CHECKING:
    from tangentlite.api import cost, grad, jvp, register_node, source, trace, value_and_grad, vjp
    from tangentlite.jacobians import hessian, hvp, jacobian

__all__ = [
    "cost", "errors", "grad", "hessian", "hvp", "jacobian", "jvp", "register_node", "source", "trace", "value_and_grad", "vjp",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> _Any:
    """The public functions and the rules, imported when one of them is asked for: the command line's help needs none."""
    if name == "rules":
        return _import_module("tangentlite.rules")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _import_module("tangentlite.jacobians" if name in ("hessian", "hvp", "jacobian") else "tangentlite.api")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
