"""Generator functions as functions that list what they yield; their callers run over the list.

    def powers(x):                          def powers(x):
        yield x                                 items = []
        for k in range(3):                      items.append(x)
            yield x ** k                        for k in range(3):
                                                    items.append(x ** k)
                                                return items
"""
from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from tangentlite.errors import UnsupportedError
from tangentlite.frontend.source import Source
from tangentlite.frontend.syntax import inside, is_generator, is_true, may_break, may_return, place, remembered
from tangentlite.rules.effects import MUTATING

ITEMS = "items%y"  # no name of the user's


def without_yield(source: Source) -> Source:
    """The source of a function that lists what it yields; of one that is no generator, the source itself."""
    if not isinstance(source.node, gast.FunctionDef) or not is_generator(source.node):
        return source
    if (loop := endless(source.node.body)) is not None:
        raise UnsupportedError(f"`{source.node.name}` yields items without end, which cannot be listed", source.loc(loop),
                               "Give it a number of items")
    return replace(source, node=listing(source.node))


@remembered
def endless(body: Any) -> Any:
    """A loop that yields and has no end."""
    for n in inside(body):
        if isinstance(n, gast.While) and is_true(n.test) and is_generator(n) and not may_break(n.body) and not may_return(n.body):
            return n
    return None


@functools.lru_cache(maxsize=256)
def listing(node: Any) -> Any:
    made = copy.deepcopy(node)
    begin = gast.Assign([gast.Name(ITEMS, gast.Store(), None, None)], gast.List([], gast.Load()), None)
    made.body = [begin, *(s for t in made.body for s in Listing().statements(t)), gast.Return(load())]
    place(begin, node)
    place(made.body[-1], made.body[-2])
    return made


class Listing(gast.NodeTransformer):  # type: ignore[misc]
    """Statements that yield put what they yield into the list."""

    def statements(self, node: Any) -> list[Any]:
        made = self.visit(node)
        return made if isinstance(made, list) else [made]

    def visit_Expr(self, node: Any) -> Any:
        if isinstance(node.value, gast.Yield):
            return put("append", node.value.value or gast.Constant(None, None), node)
        if isinstance(node.value, gast.YieldFrom):
            return put("extend", node.value.value, node)
        return node

    def visit_Return(self, node: Any) -> Any:
        end = gast.copy_location(gast.Return(load()), node)
        place(end, node)
        if node.value is None or isinstance(node.value, gast.Constant):
            return end
        return [gast.copy_location(gast.Expr(node.value), node), end]

    def visit_FunctionDef(self, node: Any) -> Any:
        return node

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef


def put(method: str, value: Any, node: Any) -> Any:
    made = gast.Expr(gast.Call(gast.Attribute(load(), method, gast.Load()), [value], []))
    place(made, node)
    return made


def load() -> Any:
    return gast.Name(ITEMS, gast.Load(), None, None)


# -- what is changed after it has been yielded ---------------------------------------------------------------------------------

NEW = ("list", "tuple", "dict", "set", "sorted", "copy", "array", "deepcopy", "zeros", "ones", "full")  # functions that give new memory
CHANGING = MUTATING | {"appendleft", "extendleft", "popleft", "rotate"}  # methods


def changes_what_it_yields(node: Any, is_mutable: Callable[[int | None], bool]) -> Any:
    """A statement of a function that lists what it yields that may change what is listed; None where there is none.

    `is_mutable(k)` tells whether the k-th part of every item may be changed, or the item, for None.
    """
    yielded = [(k, e) for call in inside(node.body) if is_put(call) for k, e in parts_of(call.args[0])]
    shown = [e for k, e in yielded if is_mutable(k) and not is_new(e)]
    names = {n.id for e in shown for n in gast.walk(e) if isinstance(n, gast.Name)}
    for s in inside(node.body) if shown else ():
        if isinstance(s, (gast.Subscript, gast.Attribute)) and isinstance(s.ctx, (gast.Store, gast.Del)):
            return s
        if isinstance(s, gast.AugAssign) and isinstance(s.target, gast.Name) and s.target.id in names:
            return s
        if isinstance(s, gast.Call) and not is_put(s) and isinstance(s.func, gast.Attribute) and s.func.attr in CHANGING:
            return s
        if isinstance(s, gast.Call) and any(k.arg == "out" for k in s.keywords):
            return s
    return None


def is_put(n: Any) -> bool:
    owner = n.func.value if isinstance(n, gast.Call) and isinstance(n.func, gast.Attribute) else None
    return isinstance(owner, gast.Name) and owner.id == ITEMS


def parts_of(e: Any) -> list[tuple[int | None, Any]]:
    return list(enumerate(e.elts)) if isinstance(e, gast.Tuple) else [(None, e)]


def is_new(e: Any) -> bool:
    """Is the value of an expression surely new memory?"""
    if isinstance(e, gast.Call):
        return (e.func.attr if isinstance(e.func, gast.Attribute) else getattr(e.func, "id", "")) in NEW
    if isinstance(e, (gast.List, gast.Tuple)):
        return all(map(is_new, e.elts))
    return isinstance(e, (gast.BinOp, gast.UnaryOp, gast.Compare, gast.Constant, gast.ListComp, gast.DictComp, gast.SetComp))
