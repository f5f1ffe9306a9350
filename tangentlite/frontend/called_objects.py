"""Calls of objects that were made to be called, such as interpolants: here, or outside."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tangentlite.frontend.solvers import names_of
from tangentlite.frontend.values import Live
from tangentlite.ir import Var
from tangentlite.ir.ops import Called
from tangentlite.rules.registry import OBJECTS, UnknownKeyword

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls


def class_of(low: Calls, owner: Var) -> Any:
    """The class of an object that was made here to be called; None for any other value."""
    made = low.b.defs.get(owner)
    return made.op if made is not None and isinstance(made.op, type) and made.op in OBJECTS else None


def called(low: Calls, function: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
    """What the object gives for these arguments."""
    of: Any = type(function.value) if isinstance(function, Live) else class_of(low, function)
    atoms = [low.as_atom(a, node) for a in args]
    if not atoms:
        raise low.unsupported(node, f"a call of a `{of.__name__}` without arguments cannot be differentiated yet")
    made: dict[str, Any] = {}
    if isinstance(function, Var):
        source = low.b.defs[function]
        made = {**dict(zip(names_of(of), map(low.b.kind, source.args))), **{k: low.b.kind(a) for k, a in source.kwargs}}
    try:
        kind = OBJECTS[of].kind(made, low.kind(atoms[0]))
    except UnknownKeyword as problem:
        raise low.unsupported(node, f"a `{of.__name__}` with {problem} cannot be differentiated yet") from None
    options = {k: low.as_atom(v, node) for k, v in keywords.items()}
    return low.make(Called(of, kind), (low.as_atom(function, node), *atoms), node, name, **options)
