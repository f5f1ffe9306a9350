"""What a loop runs over, item by item, where loops over what is short are written out.

    for p, g in zip([W, b], gradients):         W -= rate * gradients[0]
        p -= rate * g                           b -= rate * gradients[1]

Arrays of different shapes have kinds of their own there, which an item of the list has not.
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tangentlite.frontend.values import Pack
from tangentlite.ir import Const
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method

if TYPE_CHECKING:
    from tangentlite.frontend.loops import Loops

VIEWS = (Const("values"), Const("items"))  # of dictionaries


def item_by_item(low: Loops, iterable: Any, held: list[str], node: Any) -> Callable[[], list[Any]] | None:
    """Gives the items as they are when it is called, by way of the names `held`; None where their number is not known."""
    made, kind = low.b.defs.get(iterable), low.kind(iterable)
    if made is not None and made.op is zip and not made.kwargs or made is not None and made.op is enumerate and len(made.args) == 1:
        columns = [now for a in made.args if (now := item_by_item(low, a, held, node)) is not None]
        if len(columns) < len(made.args):
            return None
        if made.op is enumerate:
            return lambda: [Pack((Const(k), item)) for k, item in enumerate(columns[0]())]
        return lambda: [Pack(row) for row in zip(*(now() for now in columns))]
    if made is not None and made.op is call_method and made.args[1] in VIEWS:
        return of_dictionary(low, made.args[0], made.args[1] == Const("items"), held, node)
    listed = made is not None and made.op is range or isinstance(kind, K.Seq) and kind.type in ("list", "tuple")
    if not listed or low.length(iterable) is None:
        return None
    name = hold(low, iterable, held)
    return lambda: low.spread(low.env[name], node)


def of_dictionary(low: Loops, owner: Any, with_keys: bool, held: list[str], node: Any) -> Callable[[], list[Any]] | None:
    kind = low.kind(owner)
    if not isinstance(kind, K.Record) or kind.type is not dict:
        return None
    keys, name = kind.keys, hold(low, owner, held)

    def now() -> list[Any]:
        items = [low.make(operator.getitem, (low.env[name], Const(k)), node) for k in keys]
        return [Pack((Const(k), item)) for k, item in zip(keys, items)] if with_keys else items

    return now


def hold(low: Loops, value: Any, held: list[str]) -> str:
    """A name for a container, by which it is found as it is then."""
    name = f"run over%{len(low.env)}"
    low.env[name] = value
    held.append(name)
    return name
