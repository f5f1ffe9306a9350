"""Containers of `collections` that are made here, as the objects that stand for them."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gast

from tangentlite.containers import ORIGINALS, STAND_INS, Counter, DefaultDict, Deque
from tangentlite.frontend.fitting import Misfit, fitting
from tangentlite.frontend.values import Instance, Live
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list

if TYPE_CHECKING:
    from tangentlite.frontend.calls import Calls

NONE = Const(None)


def stands_in(cls: Any) -> bool:
    """Is this one of the classes that stand for those of `collections`?"""
    return isinstance(cls, type) and cls in ORIGINALS


def is_container(op: Any) -> bool:
    return isinstance(op, type) and op in STAND_INS


def made(low: Calls, op: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
    """`deque(...)`, `defaultdict(...)`, `OrderedDict(...)` or `Counter(...)`."""
    cls = STAND_INS[op]
    parts = PARTS.get(cls, of_pairs)
    try:
        found = fitting(parts, low, node, name, *args, **keywords)
    except Misfit:
        raise low.unsupported(node, f"this call of `{op.__name__}()` cannot be differentiated yet") from None
    return low.settle_object(low.instance(cls, found.items(), (cls, node), name), node)


def of_deque(low: Calls, node: Any, name: str, iterable: Any = None, maxlen: Any = NONE) -> dict[str, Any]:
    if iterable is None:
        return {"held": low.make(make_list, (), node, name), "maxlen": maxlen}
    new = isinstance(node, gast.Call) and len(node.args) > 0 and isinstance(node.args[0], (gast.List, gast.ListComp))
    held = iterable if new else low.stand_in("list(iterable)", node, name, iterable=iterable)  # nothing else refers to a display
    if maxlen != NONE:
        held = low.stand_in("items[max(len(items) - maxlen, 0):]", node, name, items=held, maxlen=maxlen)
    return {"held": held, "maxlen": maxlen}


def of_default_dict(low: Calls, node: Any, name: str, factory: Any = NONE, *pairs: Any, **more: Any) -> dict[str, Any]:
    if factory == NONE:
        raise low.unsupported(node, "a `defaultdict` without a function for its defaults cannot be differentiated yet", "Use a dictionary")
    return {"default_factory": factory, **of_pairs(low, node, name, *pairs, **more)}


def of_pairs(low: Calls, node: Any, name: str, *pairs: Any, **more: Any) -> dict[str, Any]:
    if not pairs and not more:
        return {"held": low.make(DictDisplay(()), (), node, name)}
    return {"held": low.as_atom(low.apply(Live(dict), list(pairs), more, node, name), node)}


def of_counter(low: Calls, node: Any, name: str, *counted: Any, **more: Any) -> dict[str, Any]:
    if not counted or low.is_dict(counted[0]):
        return of_pairs(low, node, name, *counted, **more)
    held = low.make(DictDisplay(()), (), node, name)
    return {"held": low.stand_in(COUNT, node, name, held=held, counted=counted[0])}


def contents(low: Calls, value: Any, node: Any) -> Any:
    """The list or dictionary that a container holds; None of any other value."""
    if not isinstance(value, (Instance, Var)) or not stands_in(low.class_of(value)):
        return None
    return low.attribute(value, "held", node)


def held_in(kind: Any) -> str:
    """What a value is called in `collections`, or one of those it holds; empty if it holds none."""
    if isinstance(kind, K.Record) and stands_in(kind.type):
        return str(ORIGINALS[kind.type].__name__)
    parts = (*(kind.items or ()), getattr(kind, "elem", None)) if isinstance(kind, (K.Seq, K.Record)) else ()
    return next(filter(None, map(held_in, parts)), "")


COUNT = """
def count():
    for item in counted:
        held[item] = held.get(item, 0) + 1
    return held
"""
PARTS: dict[Any, Any] = {Deque: of_deque, DefaultDict: of_default_dict, Counter: of_counter}
