"""Displays of functions, which are known while lowering: lists and tuples of them, and dictionaries.

    layers = [f, np.tanh]               a loop over them calls one after the other
    table = {"sin": math.sin, "f": f}   table[key](x): branches on the key
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from tangentlite.frontend.lifting import free_names
from tangentlite.frontend.syntax import assigned
from tangentlite.frontend.values import Instance, Keywords, Live, Local, Pack, Partial, Selection, flatten
from tangentlite.frontend.writing import Writing
from tangentlite.ir import UNDEF, Const
from tangentlite.ir.ops import COMPARISONS, raise_


def is_function(leaf: Any) -> bool:
    return isinstance(leaf, (Local, Partial, Selection)) or isinstance(leaf, Live) and callable(leaf.value)


def has_functions(value: Any) -> bool:
    return any(map(is_function, flatten(value)))


class FunctionTables(Writing):
    def chosen_from(self, table: Pack | Keywords, index: Any, node: Any, *default: Any) -> Selection:
        """`table[index]`, where the index is known at run time only."""
        if isinstance(table, Keywords):
            return Selection(index, table.keys, (*table.items, *default), False)
        place = self.stand_in("range(count)[index]", node, "k", count=Const(len(table.items)), index=index)
        return Selection(place, tuple(range(len(table.items))), table.items, True)

    def function_table(self, value: Any) -> Pack | Keywords | None:
        """A display of functions; None for anything else."""
        if isinstance(value, Instance) and (keys := self.keys_of(value)) and value.cls in (list, dict):
            parts = tuple(self.part(value, k) for k in keys)
            value = Keywords(keys, parts) if value.cls is dict else Pack(parts, True)
        return value if isinstance(value, (Pack, Keywords)) and value.items and all(map(is_function, value.items)) else None

    def call_choice(self, choice: Selection, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """Call the function that the index selects."""
        first = choice.functions[0]
        if not choice.keys and len(choice.functions) == 2:
            return self.choose(node, choice.index, lambda: self.apply(first, args, keywords, node, name),
                               lambda: self.apply(choice.functions[1], args, keywords, node, name), "ifexp", name)
        if len(choice.keys) == 1 and choice.total or not choice.keys:
            return self.apply(first, args, keywords, node, name)
        rest = replace(choice, keys=choice.keys[1:], functions=choice.functions[1:])
        test = self.make(COMPARISONS["Eq"], (choice.index, Const(choice.keys[0])), node)
        return self.choose(node, test, lambda: self.apply(first, args, keywords, node, name),
                           lambda: self.call_choice(rest, args, keywords, node, name) if rest.functions else self.no_such_key(choice, node),
                           "ifexp", name)

    def no_such_key(self, choice: Selection, node: Any) -> Any:
        self.effect(raise_, (self.make(KeyError, (choice.index,), node),), node)
        return UNDEF

    def functions_made(self, node: Any) -> Pack | None:
        """The functions that a list comprehension makes, one for each of the items that are known; None where it makes none."""
        first = node.generators[0]
        if not isinstance(node.elt, gast.Lambda) or len(node.generators) > 1:
            return None
        own = assigned([first.target])
        if first.ifs or not free_names(node.elt).isdisjoint(own):
            raise self.unsupported(node.elt, "these functions read a variable of their comprehension, which ends with its last value",
                                   "Make it the default of a parameter")
        outer = {n: self.env.get(n, UNDEF) for n in own}
        made = []
        for item in self.spread(self.expr(first.iter), first.iter):
            self.assign(first.target, item, node)
            made.append(self.expr(node.elt))
        for n, value in outer.items():
            self.env[n] = value
            if value is UNDEF:
                del self.env[n]
        return Pack(tuple(made), True)

    def apply(self, function: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        raise NotImplementedError

    def keys_of(self, owner: Instance) -> tuple[Any, ...] | None:
        raise NotImplementedError

    def part(self, owner: Instance, key: Any) -> Any:
        raise NotImplementedError

    def expr(self, node: Any, name: str = "") -> Any:
        raise NotImplementedError

    def spread(self, value: Any, node: Any) -> list[Any]:
        raise NotImplementedError

    def assign(self, target: Any, value: Any, node: Any) -> None:
        raise NotImplementedError
