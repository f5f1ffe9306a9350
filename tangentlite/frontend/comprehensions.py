"""Comprehensions, as the loops they stand for. Their variables are their own.

    ys = [x * k for k in ks if k > 0]       ->      ys = []
                                                    for k in ks:
                                                        if k > 0:
                                                            ys.append(x * k)
"""
from __future__ import annotations

import itertools
import math
from typing import Any

import gast

from tangentlite.frontend.lifting import free_names
from tangentlite.frontend.loops import Loops
from tangentlite.frontend.syntax import assigned, may_tell
from tangentlite.frontend.values import Live
from tangentlite.ir import UNDEF, Const
from tangentlite.ir.ops import DictDisplay, make_list

EAGER = (sum, min, max, any, all, list, tuple, sorted, set, frozenset, dict, len, math.fsum, math.prod)  # take all items at once
serial = itertools.count()


class Comprehensions(Loops):
    def expr_ListComp(self, node: Any, name: str) -> Any:
        if (functions := self.functions_made(node)) is not None:
            return functions
        return self.collected(node, name, make_list, lambda items: gast.Expr(gast.Call(
            gast.Attribute(load(items), "append", gast.Load()), [node.elt], [])))

    def functions_made(self, node: Any) -> Any:
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
        return self.listed(made, node, "")

    def expr_SetComp(self, node: Any, name: str) -> Any:
        return self.make(set, (self.expr_ListComp(node, ""),), node, name)

    def expr_DictComp(self, node: Any, name: str) -> Any:
        return self.collected(node, name, DictDisplay(()), lambda items: gast.Assign(
            [gast.Subscript(load(items), node.key, gast.Store())], node.value, None))

    def generated(self, function: Any, node: Any) -> Any:
        """The items of a generator expression that is the only argument of a function that takes them all."""
        parts = [node.elt, *node.generators[0].ifs]
        if isinstance(function, Live) and function.value in (any, all) and any(map(may_tell, parts)) and len(node.generators) == 1:
            return self.make(make_list, (self.searched(node, function.value is any),), node)
        if isinstance(function, Live) and any(function.value is f for f in EAGER):
            return self.expr_ListComp(node, "")
        return self.expr(node)

    def searched(self, node: Any, stop: bool) -> Any:
        """Does an item have this truth? None is made after the first one that has."""
        def put(found: str) -> Any:
            test = node.elt if stop else gast.UnaryOp(gast.Not(), node.elt)
            mark = gast.Assign([gast.Name(found, gast.Store(), None, None)], gast.Constant(stop, None), None)
            return gast.If(test, [mark, gast.Break()], [])

        return self.collected(node, "found", None, put, Const(not stop))

    def collected(self, node: Any, name: str, empty: Any, put: Any, first: Any = None) -> Any:
        """The container that a comprehension fills, starting from the empty one, or what it makes of the first value."""
        hidden = f"{name or self.target or 'items'}%{next(serial)}"
        self.env[hidden] = self.make(empty, (), node, hidden) if first is None else first
        own = assigned([g.target for g in node.generators])
        outer = {n: self.env.get(n, UNDEF) for n in own}
        inner: Any = put(hidden)
        for g in reversed(node.generators):
            if g.is_async:
                raise self.unsupported(node, "an asynchronous comprehension cannot be differentiated yet")
            for test in reversed(g.ifs):
                inner = gast.If(test, [inner], [])
            inner = gast.For(g.target, g.iter, [inner], [], None)
        for made in gast.walk(inner):
            if not hasattr(made, "lineno"):
                gast.copy_location(made, node)
        target, self.locals = self.target, self.locals | frozenset(own)
        self.statement(inner)
        self.target = target
        result = self.env.pop(hidden)
        for n, value in outer.items():
            if value is UNDEF:
                self.env.pop(n, None)
            else:
                self.env[n] = value
        return result

    def statement(self, node: Any) -> None:
        raise NotImplementedError


def load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)
