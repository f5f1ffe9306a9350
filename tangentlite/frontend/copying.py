"""`copy.copy` and `copy.deepcopy` of numbers, arrays, containers and objects."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tangentlite.frontend.values import Instance, Pack
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method

if TYPE_CHECKING:
    from tangentlite.frontend.builtins import Builtins

OWN_WAYS = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__")


def shallow(low: Builtins, node: Any, name: str, value: Any) -> Any:
    """`copy.copy(value)`"""
    if isinstance(value, Instance):
        found = low.special(value, "__copy__", [], node)
        return of_object(low, value, lambda part: part, node) if found is None else found
    kind: Any = low.kind(value) if isinstance(value, Var) else None
    if isinstance(kind, K.Array):
        return low.make(call_method, (value, Const("copy")), node, name)
    if K.is_dict(kind) or isinstance(kind, K.Seq) and kind.type == "list":
        return low.make(dict if K.is_dict(kind) else list, (value,), node, name)
    return unchanged(low, value, node)


def deep(low: Builtins, node: Any, name: str, value: Any) -> Any:
    """`copy.deepcopy(value)`: what is one object in two places is one in the copy as well."""
    made: dict[Any, Any] = {}
    if low.pools is not None:
        raise low.unsupported(node, "a deep copy of what may be one array in two places cannot be differentiated")

    def of_part(part: Any) -> Any:
        key = part.key if isinstance(part, Instance) else part if isinstance(part, Var) else id(part)
        if key not in made:
            made[key] = copied(part, "")
        return made[key]

    def copied(part: Any, name: str) -> Any:
        if isinstance(part, Pack):
            return Pack(tuple(map(of_part, part.items)))
        if isinstance(part, Instance):
            return of_object(low, part, of_part, node)
        if isinstance(part, Var) and (known := low.displayed(part)) is not None:
            return low.listed(list(map(of_part, known)), node, name)
        kind: Any = low.kind(part) if isinstance(part, Var) else None
        if K.is_dict(kind) or isinstance(kind, K.Seq) and kind.type == "list":
            elem = K.as_dict(kind).elem if K.is_dict(kind) else K.elements(kind)
            if not K.is_number(elem) and not isinstance(elem, K.Never):
                raise low.unsupported(node, "a deep copy of what this holds cannot be differentiated yet", "Copy the items one by one")
        return shallow(low, node, name, part)

    return copied(value, name)


def of_object(low: Builtins, value: Instance, copied: Any, node: Any) -> Any:
    """A new object with copies of the parts of another one."""
    own = [m for m in OWN_WAYS if getattr(value.cls, m, None) is not getattr(object, m, None)]
    keys = low.keys_of(value)
    if keys is None or value.cls not in (list, dict) and own:
        why = f"of a class with `{own[0]}`" if keys is not None else "whose attributes depend on the path"
        raise low.unsupported(node, f"a copy of an object {why} cannot be differentiated")
    return low.settle_object(low.instance(value.cls, [(k, copied(low.part(value, k))) for k in keys], (value.cls, node)), node)


def unchanged(low: Builtins, value: Any, node: Any) -> Any:
    """What cannot change is its own copy."""
    atom = low.as_atom(value, node)
    if not low.memory.immutable(atom):
        raise low.unsupported(node, "a copy of this cannot be differentiated yet", "Give example arguments so that its kind is known")
    return value
