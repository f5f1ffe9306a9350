"""Functions in containers, and functions or objects of which the running program chooses one: using the chosen one is a branch."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tangentlite.frontend import pools
from tangentlite.frontend.held import exchanged, held_in
from tangentlite.frontend.values import Choice, Functions, FunctionTable, Instance, Live, Local, Pack, Partial, flatten
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay
from tangentlite.objects import has_attributes

if TYPE_CHECKING:
    from tangentlite.frontend.base import Arm
    from tangentlite.frontend.expressions import Expressions


MANY = 256  # items of a container of functions, each of which may be a branch of a call


def is_function(value: Any) -> bool:
    return isinstance(value, (Local, Partial, Choice)) or isinstance(value, Live) and callable(value.value)


def is_choosable(value: Any) -> bool:
    """Can this be one of two that a test decides between: a function, or an object whose attributes are known one by one?"""
    if isinstance(value, Live):
        return callable(value.value) or has_attributes(type(value.value))
    return is_function(value) or isinstance(value, Instance) and value.cls not in (list, dict)


def holds_functions(value: Any) -> bool:
    """Are there functions among the leaves? (Classes name a type more often than they are called.)"""
    return any(is_function(leaf) and not (isinstance(leaf, Live) and isinstance(leaf.value, type)) for leaf in flatten(value))


# -- containers ------------------------------------------------------------------------------------------------------------

def table_of(low: Expressions, live: Live, node: Any) -> Any:
    """A container that a name stands for, where it holds functions: they are what they are as long as it does not change."""
    held = live.value
    values = list(held.values()) if isinstance(held, dict) else list(held)
    if not any(isinstance(v, K.FUNCTIONS) for v in values) or len(values) > MANY or type(held) not in (tuple, list, dict):
        return None
    low.watch(live)
    items = tuple(Live(v) if isinstance(v, K.FUNCTIONS) else low.make(operator.getitem, (low.as_atom(live, node), Const(k)), node)
                  for k, v in (held.items() if isinstance(held, dict) else enumerate(held)))
    if isinstance(held, dict):
        return FunctionTable(tuple(held), items, live)
    return Functions(items, live) if isinstance(held, list) else Pack(items)


def item_at(low: Expressions, owner: Any, index: Var, node: Any) -> Any:
    """The item of a container at an index that the running program knows: of functions, objects of different classes, arrays in a pool.

    None for other values.
    """
    keys: tuple[Any, ...] | None = None
    if isinstance(owner, Instance) and owner.cls in (list, dict):
        keys = low.keys_of(owner)
        items = [low.part(owner, k) for k in keys or ()]
    elif isinstance(owner, (Pack, FunctionTable)):
        keys = owner.keys if isinstance(owner, FunctionTable) else tuple(range(len(owner.items)))
        items = list(owner.items)
    elif isinstance(owner, Var) and isinstance(of := low.kind(owner), K.Seq) and of.type in ("list", "tuple") and of.items:
        keys = tuple(range(len(of.items)))
        items = [Live(k.value) if K.is_function(k) else None for k in of.items]
    items = [as_function(low, v) for v in items] if keys is not None else []
    if keys is None or not any(map(holds_functions, items)) and not are_different(low, items):
        of_dict = isinstance(owner, Instance) and owner.cls is dict
        return pools.item_at(low, items, keys if of_dict else None, index, node)
    kind = low.kind(index)
    if isinstance(owner, FunctionTable) or isinstance(owner, Instance) and owner.cls is dict:
        place = low.make(operator.getitem, (low.make(DictDisplay(keys), tuple(map(Const, range(len(keys)))), node), index), node)
    elif isinstance(kind, K.Number) and kind.dtype.startswith(("int", "bool", "uint")):
        place = low.make(operator.getitem, (low.make(range, (Const(len(keys)),), node), index), node)
    else:
        raise low.unsupported(node, "functions are indexed by a value that is not known to be an integer", "Give example arguments")
    if not all(map(is_choosable, items)):
        raise low.unsupported(node, "this index may give a function or something else")
    chosen = items[-1]
    for k in range(len(items) - 2, -1, -1):
        chosen = Choice(low.make(operator.eq, (place, Const(k)), node), items[k], chosen)
    return chosen


def are_different(low: Expressions, items: list[Any]) -> bool:
    """Are these objects of different classes?"""
    classes = [low.class_of(v) for v in items]
    return None not in classes and len(set(classes)) > 1


def as_function(low: Expressions, value: Any) -> Any:
    """A value whose kind says which function it is, as that function."""
    kind: Any = low.kind(value) if isinstance(value, Var) else K.UNKNOWN
    return Live(kind.value, atom=value) if K.is_function(kind) else value


# -- where paths meet --------------------------------------------------------------------------------------------------------

def chosen(test: Any, pair: tuple[Any, Any], arms: tuple[Arm, Arm], form: str, export: Callable[[int, Var], Var]) -> Choice | None:
    """The function or object that a name stands for after a branch; None where that is not known.

    `export(k, v)` gives what stands for a value of the k-th arm after the branch.
    """
    if not isinstance(test, Var) or not all(map(is_choosable, pair)):
        return None
    after = []
    for k, (value, arm) in enumerate(zip(pair, arms)):
        own = {o for s in arm.builder.stmts for o in s.outs}
        inner = [v for v in held_in(value) if v in own]
        if inner and form == "try":  # which may be left before they are made
            return None
        after.append(exchanged(value, {v: export(k, v) for v in inner}))
    return Choice(test, *after)
