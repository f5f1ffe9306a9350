"""Methods of dictionaries, and displays of them, as reads and writes of items."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from tangentlite import runtime
from tangentlite.frontend.lists import Lists
from tangentlite.frontend.values import Instance, Keywords
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list

NONE = Const(None)


class Dicts(Lists):
    def is_dict(self, value: Any) -> bool:
        return isinstance(value, Keywords) or isinstance(value, Instance) and value.cls is dict or (
            isinstance(value, (Var, Const)) and K.is_dict(self.kind(value)))

    def entries(self, items: Var) -> dict[Any, Any] | None:
        """The items of a dictionary that is known, for it was just written."""
        made = self.b.defs.get(items)
        return dict(zip(made.op.keys, made.args)) if made is not None and isinstance(made.op, DictDisplay) else None

    # -- reading -----------------------------------------------------------------------------------------------------------

    def get(self, node: Any, items: Var, key: Any, default: Any = NONE) -> Any:
        known = self.entries(items)
        if known is not None and isinstance(key, Const):
            return known.get(key.value, default)
        return self.stand_in("items[key] if key in items else default", node, items=items, key=key, default=default)

    def copied(self, node: Any, items: Var) -> Any:
        return self.make(dict, (items,), node)

    # -- writing -----------------------------------------------------------------------------------------------------------

    def update(self, node: Any, items: Var, *others: Any, **more: Any) -> None:
        for other in others:
            self.stand_in(UPDATE if self.is_dict(other) else UPDATE_PAIRS, node, items=items, others=other)
        if more:
            made = self.make(DictDisplay(tuple(more)), tuple(more.values()), node)
            self.stand_in(UPDATE, node, items=items, others=made)

    def set_default(self, node: Any, items: Var, key: Any, default: Any = NONE) -> Any:
        if (empty := self.empty_display(default, node)) is not None:
            return self.stand_in(SET_EMPTY.format(empty), node, items=items, key=key)
        return self.stand_in(SET_DEFAULT, node, items=items, key=key, default=default)

    def empty_display(self, value: Any, call: Any) -> str | None:
        """`[]` or `{}`, if the last argument of a call is one: nothing else holds it, so that it may as well be made where it is needed."""
        made = self.b.defs.get(value)
        display = isinstance(call, gast.Call) and len(call.args) > 0 and isinstance(call.args[-1], (gast.List, gast.Dict))
        if made is None or made.inputs or not display:
            return None
        return "[]" if made.op is make_list else "{}"

    def take(self, node: Any, items: Var, key: Any, *default: Any) -> Any:
        if default:
            return self.stand_in(TAKE_OR, node, items=items, key=key, default=default[0])
        return self.stand_in(TAKE, node, items=items, key=key)

    def take_item(self, node: Any, items: Var) -> Any:
        return self.stand_in(TAKE_ITEM, node, items=items)

    def drop_all(self, node: Any, items: Var) -> None:
        self.write_whole(items, self.make(DictDisplay(()), (), node, items.hint), node)

    def delete_key(self, node: Any, items: Var, key: Any) -> None:
        """`del items[key]`."""
        self.write_whole(items, self.make(runtime.without, (items, key), node, items.hint), node)

    # -- displays ----------------------------------------------------------------------------------------------------------

    def joined_dicts(self, parts: list[Any], node: Any, name: str) -> Any:
        """A dictionary of entries (key, value), and of all that dictionaries hold."""
        parts = [part if isinstance(part, tuple) else self.iterated(part, node) for part in parts]
        self.env["%made"] = self.make(DictDisplay(()), (), node, name)
        if parts and self.is_dict(parts[0]):
            self.env["%made"] = self.make(dict, (self.as_atom(parts[0], node),), node, name)
            parts = parts[1:]
        for part in parts:
            if isinstance(part, tuple):
                self.write(self.env["%made"], part[0], part[1], node)
            elif self.is_dict(part):
                self.stand_in(UPDATE, node, items=self.env["%made"], others=part)
            else:
                raise self.unsupported(node, "`**` of what is not known to be a dictionary cannot be differentiated yet")
        return self.env.pop("%made")


UPDATE = """
def update():
    for key in others:
        items[key] = others[key]
"""
UPDATE_PAIRS = """
def update():
    for key, value in others:
        items[key] = value
"""
SET_DEFAULT = """
def set_default():
    if key not in items:
        items[key] = default
    return items[key]
"""
SET_EMPTY = """
def set_default():
    if key not in items:
        items[key] = {}
    return items[key]
"""
TAKE = """
def take():
    taken = items[key]
    del items[key]
    return taken
"""
TAKE_ITEM = """
def take_item():
    key = list(items)[-1]
    return key, items.pop(key)
"""
TAKE_OR = """
def take_or():
    taken = default
    if key in items:
        taken = items[key]
        del items[key]
    return taken
"""
DICT_METHODS: dict[str, Callable[..., Any]] = {
    "get": Dicts.get, "copy": Dicts.copied, "update": Dicts.update, "setdefault": Dicts.set_default, "pop": Dicts.take,
    "popitem": Dicts.take_item, "clear": Dicts.drop_all}
