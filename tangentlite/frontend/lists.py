"""Writes into lists: each is a new list, for every name of the old one."""
from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from tangentlite import runtime
from tangentlite.frontend.choices import holds_functions
from tangentlite.frontend.values import Instance, flatten
from tangentlite.frontend.writing import Writing
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_list

NONE = Const(None)


class Holding(Exception):
    """Objects are put into a list or dictionary, which must be known part by part from the place on where it is made."""

    def __init__(self, site: Any) -> None:
        super().__init__()
        self.site = site


class Lists(Writing):
    def begun(self, made: Any, site: Any) -> Any:
        """A list or dictionary that is one value, until an object or a function is put into it."""
        if site not in self.program.escaping:
            self.sites[made] = site
        return made

    def check_holds(self, owner: Any, values: Iterable[Any]) -> None:
        """Raise where what is put into a container must be known: it is followed part by part from where it is made."""
        if owner in self.sites and any(isinstance(leaf, Instance) or holds_functions(leaf) for v in values for leaf in flatten(v)):
            raise Holding(self.sites[owner])

    def append(self, node: Any, items: Var, value: Any) -> None:
        self.write_whole(items, self.make(runtime.append, (items, value), node, items.hint), node)

    def extend(self, node: Any, items: Var, more: Any) -> None:
        of_more = self.kind(more)
        more = more if isinstance(of_more, K.Seq) and of_more.type == "list" else self.make(list, (more,), node)
        self.write_whole(items, self.joined(items, more, node), node)

    def insert(self, node: Any, items: Var, index: Any, value: Any) -> None:
        known = self.displayed(items)
        if known is not None and isinstance(index, Const) and type(index.value) is int:
            known.insert(index.value, value)
            self.write_whole(items, self.make(make_list, tuple(known), node, items.hint), node)
            return
        one = self.make(make_list, (value,), node)
        first, rest = self.cut(items, NONE, index, node), self.cut(items, index, NONE, node)
        after = self.memory.reference(items) if self.memory.sole(value) else None
        self.write_whole(items, self.joined(self.joined(first, one, node), rest, node), node, after)

    def pop(self, node: Any, items: Var, index: Any = Const(-1)) -> Any:  # noqa: B008
        known = self.displayed(items)
        if known and isinstance(index, Const) and type(index.value) is int and -len(known) <= index.value < len(known):
            taken = known.pop(index.value)
            self.write_whole(items, self.make(make_list, tuple(known), node, items.hint), node)
            return taken
        taken = self.make(operator.getitem, (items, index), node)
        inert = self.memory.immutable(taken)
        others = [] if inert else [leaf for value in self.env.values() for leaf in flatten(value) if leaf is not items]
        self.write_whole(items, self.without(items, index, node), node, self.memory.reference(items))
        if not inert:
            self.memory.popped(taken, items, others)
        return taken

    def delete(self, node: Any, items: Var, index: Any) -> None:
        """`del items[index]`."""
        if K.kind_of(index if isinstance(index, Const) else self.kind(index)) == K.Inert("slice"):
            self.put_slice(node, items, index, self.make(make_list, (), node))
            return
        known = self.displayed(items)
        if known and isinstance(index, Const) and type(index.value) is int and -len(known) <= index.value < len(known):
            del known[index.value]
            self.write_whole(items, self.make(make_list, tuple(known), node, items.hint), node)
        else:
            self.write_whole(items, self.without(items, index, node), node, self.memory.reference(items))

    def without(self, items: Var, index: Any, node: Any) -> Var:
        """The list without one of its items."""
        if index == Const(-1):
            return self.make(runtime.without_last, (items,), node, items.hint)
        if index == Const(0):
            return self.cut(items, Const(1), NONE, node)
        if isinstance(index, Const) and type(index.value) is int:
            before, after = index, Const(index.value + 1)
        else:
            before = self.stand_in("range(len(items))[index]", node, "k", items=items, index=index)
            after = self.stand_in("k + 1", node, k=before)
        return self.joined(self.cut(items, NONE, before, node), self.cut(items, after, NONE, node), node)

    def remove(self, node: Any, items: Var, value: Any) -> None:
        self.write_whole(items, self.without(items, self.stand_in("items.index(value)", node, "k", items=items, value=value), node), node)

    def sort_list(self, node: Any, items: Var, *, key: Any = NONE, reverse: Any = Const(False)) -> None:  # noqa: B008
        made = self.stand_in("sorted(items, key=key, reverse=reverse)", node, items.hint, items=items, key=key, reverse=reverse)
        self.write_whole(items, made, node)

    def put_slice(self, node: Any, items: Var, index: Any, values: Any) -> None:
        """`items[index] = values`, where the index is a slice."""
        start, stop, step = self.parts_of_slice(index)
        if step not in (NONE, Const(1)):
            if self.displayed(values) == []:
                made = self.stand_in("[item for k, item in enumerate(items) if k not in places]", node, items.hint, items=items,
                                     places=self.stand_in("range(len(items))[index]", node, items=items, index=index))
            else:
                made = self.stand_in(EVERY, node, items.hint, items=items, index=index, values=values)
            self.write_whole(items, made, node)
            return
        if not (in_order(start, stop) or isinstance(start, Const) and start in (NONE, Const(0)) and in_order(Const(0), stop)):
            places = self.stand_in("range(len(items))[index]", node, "places", items=items, index=index)
            start = self.stand_in("places.start", node, "start", places=places)
            stop = self.stand_in("max(places.start, places.stop)", node, "stop", places=places)
        of_values = self.kind(values)
        made = values if isinstance(of_values, K.Seq) and of_values.type == "list" else self.make(list, (values,), node)
        if start not in (NONE, Const(0)):
            made = self.joined(self.cut(items, NONE, start, node), made, node)
        if stop != NONE:
            made = self.joined(made, self.cut(items, stop, NONE, node), node)
        self.write_whole(items, self.make(list, (made,), node, items.hint) if made is values else made, node)

    def parts_of_slice(self, index: Any) -> tuple[Any, Any, Any]:
        if isinstance(index, Const):
            return Const(index.value.start), Const(index.value.stop), Const(index.value.step)
        made = self.b.defs.get(index)
        if made is None or made.op is not slice or len(made.args) != 3:
            return index, index, Const(0)
        return made.args

    def reverse(self, node: Any, items: Var) -> None:
        backwards = self.make(operator.getitem, (items, Const(slice(None, None, -1))), node, items.hint)
        self.write_whole(items, backwards, node, self.memory.reference(items))

    def clear(self, node: Any, items: Var) -> None:
        self.write_whole(items, self.make(make_list, (), node, items.hint), node)

    def joined(self, a: Var, b: Var, node: Any) -> Var:
        return self.make(operator.add, (a, b), node, a.hint)

    def cut(self, items: Var, start: Any, stop: Any, node: Any) -> Var:
        if isinstance(start, Const) and isinstance(stop, Const):
            part: Any = Const(slice(start.value, stop.value))
        else:
            part = self.make(slice, (start, stop, NONE), node)
        return self.make(operator.getitem, (items, part), node, items.hint)

    def displayed(self, items: Var) -> list[Any] | None:
        """The items of a list that is known, for it was just written."""
        made = self.b.defs.get(items)
        return list(made.args) if made is not None and made.op is make_list else None


EVERY = """
def every():
    made = list(items)
    for k, value in zip(range(len(items))[index], values, strict=True):
        made[k] = value
    return made
"""


def in_order(start: Any, stop: Any) -> bool:
    """Do constant bounds surely name a part from left to right?"""
    if not isinstance(start, Const) or not isinstance(stop, Const):
        return False
    first, last = start.value, stop.value
    return (first is None or type(first) is int and first >= 0) and (
        last is None or type(last) is int and last >= (first or 0))


LIST_METHODS: dict[str, Callable[..., Any]] = {
    "sort": Lists.sort_list, **{name: getattr(Lists, name) for name in ("append", "extend", "insert", "pop", "reverse", "clear", "remove")}}
