"""Python's functions that take all items of an iterable, as the Python that they stand for.

    sum(xs, y)                      for x in xs: y = y + x
    max(xs, key=f)                  xs[keys.index(max(keys))], where keys = [f(x) for x in xs]
"""
from __future__ import annotations

import copy
import functools
import itertools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.frontend import collection_types, copying, positions
from tangentlite.frontend.comprehensions import EAGER
from tangentlite.frontend.fitting import Misfit, fitting
from tangentlite.frontend.iterators import NONE, REDUCE, ZERO, Iterators
from tangentlite.frontend.values import Instance, Live, Pack, Stream
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.objects import is_named_tuple
from tangentlite.rules import rule_of


class Builtins(Iterators):
    def builtin(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """What a call of one of Python's functions stands for; None where it stands for itself."""
        try:
            lowered = LOWERED.get(op)
        except TypeError:  # unhashable
            return None
        backwards = self.special(args[0], "__reversed__", [], node) if op is reversed and len(args) == 1 else None
        if backwards is not None and collection_types.contents(self, args[0], node) is None:
            return self.iter(node, name, self.iterated(backwards, node))
        opened = [self.opened(op, k, a, len(args), node) for k, a in enumerate(args)]
        if any(a is not b for a, b in zip(args, opened)):
            return self.apply(Live(op), opened, keywords, node, name)
        if lowered is not None:
            try:
                return fitting(lowered, self, node, name, *args, **keywords)
            except Misfit:
                return None
        if op is list and len(args) == 1 and self.is_iterator(args[0]):
            items = self.items(args[0], node, name)
            self.made_ahead.pop(items, None)  # all are there now
            return self.as_list(items.items, node, name) if isinstance(items, Pack) else items
        if any(op is f for f in EAGER) and any(map(self.is_iterator, args)):
            return self.apply(Live(op), [self.items(a, node) for a in args], keywords, node, name)
        return None

    def opened(self, op: Any, k: int, value: Any, count: int, node: Any) -> Any:
        """What a function sees of its k-th argument, an object whose items it asks for, or that it makes an array of."""
        if op in LOWERED or any(op is f for f in EAGER):
            asked = k > 0 if op in FUNCTION_FIRST else k == 0 or op in OF_ALL
            asked = asked and op not in OF_ONE and (count == 1 or op not in (max, min))
            return self.without_names(self.iterated(value, node), node) if asked else value
        if rule_of(op) is not None and (plain := self.without_names(value, node)) is not value:
            return plain
        if rule_of(op) is not None and (given := self.as_number_or_array(op, value, node)) is not None:
            return given
        held = collection_types.contents(self, value, node) if rule_of(op) is not None else None
        return value if held is None or self.is_dict(held) else held

    def as_number_or_array(self, op: Any, value: Any, node: Any) -> Any:
        """What a function of `math` or NumPy's makes of an object of the user's; None of anything else."""
        module = (getattr(op, "__module__", None) or type(op).__module__).partition(".")[0]
        if module not in ("math", "numpy") or not isinstance(value, (Instance, Var)) or not self.is_object(value):
            return None
        cls = self.class_of(value)
        if cls is None or collection_types.stands_in(cls) or cls in (list, dict):
            return None
        if module == "math" and self.has_method(value, own := f"__{op.__name__}__"):
            raise self.unsupported(node, f"`{op.__name__}` of an object that defines it cannot be differentiated yet",
                                   f"Call `{own}` by its name")
        for method in ("__float__", "__index__") if module == "math" else ("__array__",):
            if self.has_method(value, method):
                return self.special(value, method, [], node)
        if module == "numpy" and self.has_method(value, "__getitem__"):
            return self.items(self.items_by_index(value, node), node)
        raise self.unsupported(node, f"an object of class `{cls.__name__}` is neither a number nor an array", "Hand on what it holds")

    def without_names(self, value: Any, node: Any) -> Any:
        """A named tuple as a tuple, which is what a function that does not ask for its attributes sees of it."""
        cls = self.class_of(value) if isinstance(value, (Instance, Var)) else None
        if not isinstance(cls, type) or not is_named_tuple(cls):
            return value
        return Pack(tuple(self.attribute(value, field, node) for field in cls._fields))  # type: ignore[attr-defined]

    # -- functions that take all items ---------------------------------------------------------------------------------------

    def sorted(self, node: Any, name: str, items: Any, *, key: Any = NONE, reverse: Any = Const(False)) -> Any:  # noqa: B008
        items = self.indexable(items, node) if not self.inert_atom(items) else items
        if key == NONE and (reverse == Const(False) and self.numbers(items) or self.inert_atom(items)):
            return self.plain(sorted, [items], {} if reverse == Const(False) else {"reverse": reverse}, node, name)
        if key == NONE:
            keys = items
        else:
            keys = self.stand_in("[key(item) for item in items]", node, "keys", items=items, key=key)
        options = {} if reverse == Const(False) else {"reverse": self.as_atom(reverse, node)}
        order = self.make(runtime.sorting_order, (self.as_atom(keys, node),), node, "order", **options)
        return self.stand_in("[items[k] for k in order]", node, items=items, order=order)

    def inert_atom(self, items: Any) -> bool:
        if isinstance(items, Instance):
            return items.cls is dict
        if not isinstance(items, (Var, Const)) or self.is_iterator(items) or K.is_dict(self.kind(items)):
            return False
        return not K.differentiable(K.elements(self.kind(items)))

    def numbers(self, items: Any) -> bool:
        kind = self.kind(self.as_atom(items, None)) if isinstance(items, (Var, Const)) else None
        return isinstance(kind, (K.Seq, K.Array)) and isinstance(K.elements(kind), K.Number)

    def extreme(self, op: Any, node: Any, name: str, args: tuple[Any, ...], key: Any, default: Any) -> Any:
        objects = self.are_objects(Pack(args) if len(args) > 1 else args[0], node)
        sequences = any(map(self.is_row, args)) if len(args) > 1 else self.holds_sequences(args[0])
        if key == NONE and default is None and not (len(args) == 1 and self.is_iterator(args[0])) and not objects and not sequences:
            return None
        whole = Pack(args) if objects else None
        items = whole or self.as_list(args, node, "") if len(args) > 1 else self.indexable(args[0], node)
        if key == NONE and self.are_objects(items, node):
            return self.stand_in(BEST.format("<" if op is min else ">"), node, items=items)
        best = "op(items)" if key == NONE else "items[keys.index(op(keys))]"
        order = None
        if key == NONE and (sequences or self.holds_sequences(items)):
            order = self.make(runtime.sorting_order, (self.as_atom(items, node), Const(op is max)), node)
            best = "items[order[0]]"
        if default is not None:
            best = f"{best} if len(items) else default"
        if key != NONE:
            keys = self.stand_in("[key(item) for item in items]", node, "keys", items=items, key=key)
            return self.stand_in(best, node, items=items, keys=keys, op=Live(op), default=default)
        return self.stand_in(best, node, items=items, op=Live(op), default=default, order=order)

    def is_row(self, value: Any) -> bool:
        """Is it a tuple or a list, which is compared item by item?"""
        kind = self.kind(value) if isinstance(value, (Var, Const)) else None
        return isinstance(value, Pack) or isinstance(kind, K.Seq) and kind.type in ("list", "tuple") or (
            isinstance(kind, K.Record) and kind.positional)

    def holds_sequences(self, items: Any) -> bool:
        """Are the items tuples or lists, which are compared item by item?"""
        if isinstance(items, Pack):
            return any(map(self.is_row, items.items))
        kind = self.kind(items) if isinstance(items, Var) else None
        elem = K.elements(kind) if isinstance(kind, K.Seq) and kind.type != "dict" else None
        return isinstance(elem, K.Seq) and elem.type in ("list", "tuple") or isinstance(elem, K.Record) and elem.positional

    def max(self, node: Any, name: str, *args: Any, key: Any = NONE, default: Any = None) -> Any:
        return self.extreme(max, node, name, args, key, default)

    def min(self, node: Any, name: str, *args: Any, key: Any = NONE, default: Any = None) -> Any:
        return self.extreme(min, node, name, args, key, default)

    def any(self, node: Any, name: str, items: Any) -> Any:
        return self.stand_in(SEARCH.format("", True, False), node, items=items) if isinstance(items, Stream) else None

    def all(self, node: Any, name: str, items: Any) -> Any:
        return self.stand_in(SEARCH.format("not ", False, True), node, items=items) if isinstance(items, Stream) else None

    def are_objects(self, items: Any, node: Any) -> bool:
        """Are these sequences of objects, which are compared and added as their classes say?"""
        if not isinstance(items, (Pack, Instance)) or isinstance(items, Instance) and items.cls is not list:
            return False
        return any(self.is_object(item) for item in self.each_of(items, node) or ())

    def sum(self, node: Any, name: str, items: Any, start: Any = ZERO) -> Any:
        if self.are_objects(items, node):
            return self.stand_in(TOTAL, node, items=items, total=start)
        if isinstance(self.kind(start) if isinstance(start, (Var, Const)) else K.Seq("tuple"), K.Seq):
            return self.stand_in(REDUCE, node, function=Live(operator.add), items=items, total=start)
        if self.is_iterator(items) or start != ZERO:
            return self.plain(sum, [self.items(items, node), *([] if start == ZERO else [start])], {}, node, name)
        return None

    def dict(self, node: Any, name: str, *args: Any, **more: Any) -> Any:
        if not args or len(args) == 1 and not more and self.is_dict(args[0]):
            return None
        if self.is_dict(args[0]):
            made = self.make(dict, (self.as_atom(args[0], node),), node, name)
        else:
            made = self.stand_in("{key: value for key, value in pairs}", node, name, pairs=args[0])
        if not more:
            return made
        return self.joined_dicts([made, *((Const(k), self.as_atom(v, node)) for k, v in more.items())], node, name)

    def from_keys(self, node: Any, name: str, keys: Any, value: Any = NONE) -> Any:
        return self.stand_in("{key: value for key in keys}", node, name, keys=keys, value=value)

    def from_iter(self, node: Any, name: str, items: Any, dtype: Any = NONE, count: Any = NONE) -> Any:
        return self.apply(Live(np.array), [self.items(items, node), dtype], {}, node, name)


SEARCH = """
def search():
    for item in items:
        if {}item:
            return {}
    return {}
"""
TOTAL = """
def total_of():
    for item in items:
        total = total + item
    return total
"""
BEST = """
def best_of():
    best = items[0]
    for item in items[1:]:
        if item {} best:
            best = item
    return best
"""
OF_ONE = (copy.copy, copy.deepcopy, next, itertools.repeat, itertools.count)  # functions that ask for no items
OF_ALL = (zip, itertools.chain, itertools.product, itertools.zip_longest)  # that ask for those of every argument
FUNCTION_FIRST = (map, filter, functools.reduce, itertools.starmap, itertools.takewhile, itertools.dropwhile, itertools.filterfalse)
LOWERED: dict[Any, Callable[..., Any]] = {
    iter: Builtins.iter, any: Builtins.any, all: Builtins.all,
    map: Builtins.map, filter: Builtins.filter, functools.reduce: Builtins.reduce, zip: Builtins.zip, enumerate: Builtins.enumerate,
    reversed: Builtins.reversed, sorted: Builtins.sorted, max: Builtins.max, min: Builtins.min, sum: Builtins.sum, next: Builtins.next,
    np.fromiter: Builtins.from_iter, dict: Builtins.dict, dict.fromkeys: Builtins.from_keys,
    itertools.starmap: Builtins.starmap, itertools.accumulate: Builtins.accumulate, itertools.takewhile: Builtins.take_while,
    itertools.dropwhile: Builtins.drop_while, itertools.compress: Builtins.compress,
    itertools.tee: Builtins.tee, itertools.filterfalse: Builtins.filter_false, itertools.groupby: Builtins.group_by,
    itertools.chain: Builtins.chain, itertools.chain.from_iterable: Builtins.chained, itertools.product: Builtins.product,
    itertools.combinations: Builtins.combinations, itertools.combinations_with_replacement: Builtins.combinations_with,
    itertools.permutations: Builtins.permutations, itertools.pairwise: Builtins.pairwise, itertools.zip_longest: Builtins.zip_longest,
    copy.copy: copying.shallow, copy.deepcopy: copying.deep, np.ndindex: positions.positions, np.ndenumerate: positions.numbered,
    itertools.islice: Builtins.islice, itertools.repeat: Builtins.repeat, itertools.count: Builtins.count, itertools.cycle: Builtins.cycle,
}
