"""Calls of objects that were made to be called, such as interpolants: here, or outside."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite.frontend.solvers import names_of
from tangentlite.frontend.values import Live, Pack
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
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
    if not args:
        raise low.unsupported(node, f"a call of a `{of.__name__}` without arguments cannot be differentiated yet")
    if OBJECTS[of].grid and isinstance(args[0], Pack):
        return at_coordinates(low, function, args, keywords, node, name)
    atoms = [as_array(low, args[0], node), *(low.as_atom(a, node) for a in args[1:])]
    if isinstance(function, Live):
        made = OBJECTS[of].parts(function.value)
    else:
        source = low.b.defs[function]
        made = {**dict(zip(names_of(of), map(low.b.kind, source.args))), **{k: low.b.kind(a) for k, a in source.kwargs}}
    try:
        kind = OBJECTS[of].kind(made, low.kind(atoms[0]))
    except UnknownKeyword as problem:
        raise low.unsupported(node, f"a `{of.__name__}` with {problem} cannot be differentiated yet") from None
    options = {k: low.as_atom(v, node) for k, v in keywords.items()}
    return low.make(Called(of, kind), (low.as_atom(function, node), *atoms), node, name, **options)


def as_array(low: Calls, given: Any, node: Any) -> Any:
    """Numbers in lists as an array of them."""
    atom = low.as_atom(given, node)
    return low.make(np.array, (atom,), node) if isinstance(low.kind(atom), K.Seq) else atom


def arrays(low: Calls, of: Any, args: list[Any], node: Any) -> list[Any]:
    """What an object is made of, where its values may be a list."""
    names = names_of(of)
    return [as_array(low, a, node) if name in ("y", "values") else a for name, a in zip(names, args)] + args[len(names):]


def at_coordinates(low: Calls, function: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
    """What a function on a grid gives for a tuple of coordinates, of one place or of arrays of them."""
    coordinates = [as_array(low, c, node) for c in args[0].items]
    if all(K.is_number(low.kind(c)) for c in coordinates):
        place = low.make(np.array, (low.as_list(tuple(coordinates), node, ""),), node)
        return low.make(np.reshape, (called(low, function, [place, *args[1:]], keywords, node, ""), Const(())), node, name)
    spread = low.make(np.broadcast_arrays, tuple(coordinates), node)
    return called(low, function, [low.make(np.stack, (spread,), node, axis=Const(-1)), *args[1:]], keywords, node, name)
