"""Lists and dictionaries whose items are known one by one, as they are when objects or functions are among them."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from tangentlite.frontend.choices import holds_functions, is_function
from tangentlite.frontend.fitting import Misfit, fitting
from tangentlite.frontend.objects import Escape, Objects, is_object
from tangentlite.frontend.pools import is_pooled
from tangentlite.frontend.values import CODE, Choice, Instance, Live, Pack, Seen, flatten
from tangentlite.ir import UNDEF, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list
from tangentlite.objects import is_named_tuple


class Parts(Objects):
    def listed(self, items: list[Any], node: Any, name: str) -> Any:
        """A list display."""
        leaves = [leaf for item in items for leaf in flatten(item)]
        if any(isinstance(leaf, Instance) or is_object(leaf) or holds_functions(leaf) or is_pooled(self, leaf) for leaf in leaves) or (
                (list, node) in self.program.holding):
            return self.settle_object(self.instance(list, enumerate(items), (list, node)), node)
        return self.begun(self.make(make_list, tuple(self.as_atom(v, node) for v in items), node, name), (list, node))

    def seen(self, items: Callable[[], list[Any]], sized: bool = False, reads: list[Any] | None = None) -> Seen:
        """What there is now, and whenever it is looked at."""
        return Seen(tuple(items()), lambda: self.seen(items, sized, reads), sized, reads)

    def each_of(self, value: Any, node: Any) -> list[Any] | None:
        """The items of a sequence, where they are known one by one."""
        if isinstance(value, Pack):
            return list((value.again() if isinstance(value, Seen) else value).items)
        if isinstance(value, Instance) and value.cls is list:
            return self.parts_of(value, node)
        if isinstance(value, Instance) and value.cls is dict and (keys := self.keys_of(value)) is not None:
            return [Const(k) for k in keys]
        if isinstance(value, Instance) and is_named_tuple(value.cls):
            return self.parts_of(value, node)
        kind = self.kind(value) if isinstance(value, Var) else None
        if isinstance(kind, K.Seq) and kind.type in ("list", "tuple") and kind.items is not None:
            return [self.read(value, Const(k), node, "") for k in range(len(kind.items))]
        return None

    def has_objects(self, value: Any) -> bool:
        """Are there objects or functions among the items of a sequence?"""
        if isinstance(value, Pack):
            return any(isinstance(leaf, CODE) or is_object(leaf) or isinstance(leaf, Live) and callable(leaf.value) or (
                isinstance(leaf, Var) and is_special(self.kind(leaf))) for leaf in flatten(value)) or self.differ(value) or labelled(value)
        if isinstance(value, Instance):
            return value.cls is list or value.cls is dict
        kind = self.kind(value) if isinstance(value, Var) else None
        return isinstance(kind, K.Seq) and kind.items is not None and any(map(is_special, kind.items))

    def differ(self, rows: Pack) -> bool:
        """Are there numbers and arrays, or arrays of different ranks, in one column of a table?"""
        if not all(isinstance(row, Pack) and len(row.items) == len(rows.items[0].items) for row in rows.items):
            return False
        columns = zip(*([K.rank(self.kind(a)) if isinstance(a, Var) else None for a in row.items] for row in rows.items))
        return any(None not in ranks and len(set(ranks)) > 1 for ranks in columns)

    def refill(self, owner: Instance, items: list[Any], node: Any) -> None:
        """A list has these items now."""
        self.check_alone(owner, node)
        self.rebindings += 1
        for k in self.keys_of(owner) or ():
            self.env[self.entry(owner, k)] = UNDEF
        self.env[owner.key + ".#"] = Const(tuple(range(len(items))))
        for k, value in enumerate(items):
            self.assign_name(self.entry(owner, k), value)

    def call_container(self, owner: Instance, method: str, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """A method of a list or dictionary."""
        if self.keys_of(owner) is None:
            raise Escape(owner.site)
        table = LIST_METHODS if owner.cls is list else DICT_METHODS
        call = table.get(method)
        if call is None or keywords:
            raise Escape(owner.site)
        try:
            done = fitting(call, self, owner, node, *args)
        except Misfit:
            raise Escape(owner.site) from None
        return Const(None) if done is None else done

    # -- lists -----------------------------------------------------------------------------------------------------------------

    def list_append(self, owner: Instance, node: Any, value: Any) -> None:
        self.refill(owner, [*self.parts_of(owner, node), value], node)

    def list_extend(self, owner: Instance, node: Any, more: Any) -> None:
        items = self.each_of(more, node)
        if items is None:
            raise Escape(owner.site)
        self.refill(owner, [*self.parts_of(owner, node), *items], node)

    def list_insert(self, owner: Instance, node: Any, index: Any, value: Any) -> None:
        items = self.parts_of(owner, node)
        items.insert(self.known_index(owner, index), value)
        self.refill(owner, items, node)

    def list_pop(self, owner: Instance, node: Any, index: Any = Const(-1)) -> Any:  # noqa: B008
        items, k = self.parts_of(owner, node), self.known_index(owner, index)
        if not -len(items) <= k < len(items):
            raise self.unsupported(node, "there is no such item in the list")
        taken = items.pop(k)
        self.refill(owner, items, node)
        return taken

    def list_reverse(self, owner: Instance, node: Any) -> None:
        self.refill(owner, self.parts_of(owner, node)[::-1], node)

    def list_clear(self, owner: Instance, node: Any) -> None:
        self.refill(owner, [], node)

    def list_copy(self, owner: Instance, node: Any) -> Any:
        return self.settle_object(self.instance(list, enumerate(self.parts_of(owner, node)), (list, node)), node)

    def known_index(self, owner: Instance, index: Any) -> int:
        if not isinstance(index, Const) or type(index.value) is not int:
            raise Escape(owner.site)
        return index.value

    # -- dictionaries ------------------------------------------------------------------------------------------------------------

    def dict_keys(self, owner: Instance, node: Any) -> Any:
        return self.seen(lambda: [Const(k) for k in self.keys_of(owner) or ()], True)

    def dict_values(self, owner: Instance, node: Any) -> Any:
        return self.seen(lambda: self.parts_of(owner, node), True)

    def dict_items(self, owner: Instance, node: Any) -> Any:
        return self.seen(lambda: [Pack((Const(k), self.part(owner, k))) for k in self.keys_of(owner) or ()], True)

    def dict_get(self, owner: Instance, node: Any, key: Any, default: Any = Const(None)) -> Any:  # noqa: B008
        parts = [self.part(owner, k) for k in self.keys_of(owner) or ()]
        if isinstance(key, Const) or not all(map(is_function, (*parts, default))):
            return self.dict_find(owner, node, key, default)
        chosen = default
        for k, part in zip(reversed(self.keys_of(owner) or ()), reversed(parts)):
            chosen = Choice(self.make(operator.eq, (self.as_atom(key, node), Const(k)), node), part, chosen)
        return chosen

    def dict_setdefault(self, owner: Instance, node: Any, key: Any, default: Any = Const(None)) -> Any:  # noqa: B008
        found = self.dict_find(owner, node, key, default)
        if self.part(owner, key.value) is None:
            self.check_alone(owner, node)
            self.set_part(owner, key.value, found)
        return found

    def dict_find(self, owner: Instance, node: Any, key: Any, default: Any) -> Any:
        if not isinstance(key, Const):
            raise Escape(owner.site)
        found = self.part(owner, key.value)
        if found is UNDEF:
            raise Escape(owner.site)
        return default if found is None else found

    def dict_pop(self, owner: Instance, node: Any, key: Any, default: Any = None) -> Any:
        keys = self.keys_of(owner) or ()
        if not isinstance(key, Const) or self.part(owner, key.value) is UNDEF or key.value not in keys and default is None:
            raise Escape(owner.site)
        self.check_alone(owner, node)
        taken = self.part(owner, key.value)
        if taken is None:
            return default
        self.remove_part(owner, key.value)
        return taken

    def dict_popitem(self, owner: Instance, node: Any) -> Any:
        keys = self.keys_of(owner)
        if not keys:
            raise Escape(owner.site)
        return Pack((Const(keys[-1]), self.dict_pop(owner, node, Const(keys[-1]))))

    def dict_update(self, owner: Instance, node: Any, more: Any) -> None:
        if not isinstance(more, Instance) or more.cls is not dict or self.keys_of(more) is None:
            raise Escape(owner.site)
        self.check_alone(owner, node)
        for key in self.keys_of(more) or ():
            self.set_part(owner, key, self.part(more, key))

    def dict_copy(self, owner: Instance, node: Any) -> Any:
        parts = [(k, self.part(owner, k)) for k in self.keys_of(owner) or ()]
        return self.settle_object(self.instance(dict, parts, (dict, node)), node)


def labelled(rows: Pack) -> bool:
    """Are there texts beside values, as in the items of a dictionary?"""
    return any(isinstance(row, Pack) and any(isinstance(a, Const) and type(a.value) is str for a in row.items) and not all(
        isinstance(a, Const) for a in flatten(row)) for row in rows.items)


def is_special(kind: Any) -> bool:
    """Is a value of this kind an object, or a function?"""
    return isinstance(kind, K.Record) and kind.type is not dict or K.is_function(kind)


LIST_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(Parts, f"list_{name}") for name in ("append", "extend", "insert", "pop", "reverse", "clear", "copy")}
DICT_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(Parts, f"dict_{name}") for name in ("keys", "values", "items", "get", "setdefault", "pop", "popitem", "update", "copy")}
