"""Functions that are made here, and those that are lowered in place of a call."""
from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import FunctionType
from typing import Any

import gast

from tangentlite.containers import __name__ as STAND_INS
from tangentlite.frontend.expressions import Expressions
from tangentlite.frontend.generators import without_yield
from tangentlite.frontend.lifting import captured, reached
from tangentlite.frontend.pools import pooled, unpooled
from tangentlite.frontend.source import Elsewhere
from tangentlite.frontend.syntax import assigned, inside, is_generator
from tangentlite.frontend.values import (
    CODE,
    Choice,
    Frame,
    Instance,
    Keywords,
    Local,
    Partial,
    flatten,
    structure,
)
from tangentlite.ir import UNDEF, Const

INLINE_DEPTH = 30


class Recursion(Exception):
    """A function that is given objects calls itself: it is called with these as values."""

    def __init__(self, function: FunctionType) -> None:
        super().__init__()
        self.function = function


class InPlaceCalls(Expressions):
    def expr_Lambda(self, node: Any, name: str) -> Any:
        return self.local_function("<lambda>", node)

    def local_function(self, name: str, node: Any) -> Local:
        a, generates = node.args, isinstance(node, gast.FunctionDef) and is_generator(node)
        if generates:
            node = without_yield(replace(self.source, node=node)).node
        return Local(name, node, tuple(self.expr(d) for d in a.defaults),
                     tuple(None if d is None else self.expr(d) for d in a.kw_defaults), self.frame, generates)

    def call_local(self, function: Local, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """Lower the body in place. Variables of the maker are read as they stand now, as Python reads them."""
        callee = function.node
        if isinstance(callee, gast.Lambda) and is_generator(callee):
            raise self.unsupported(node, f"`{function.name}` is a generator, which cannot be differentiated")
        rebound = self.rebound(function, node)
        params = self.program.match(callee, function.defaults, function.kw_defaults, args, keywords, self, node, function.name)
        own = frozenset([*params, *(assigned(callee.body) if isinstance(callee, gast.FunctionDef) else ())]) - rebound
        maker = function.frame
        around = {n: v for n, v in self.names_in(maker).items() if not n.startswith("%")}
        group = reached(function, around)
        if function.cached:
            self.remember_call(function, [*args, *keywords.values()], node)
        if any(g.node is callee for g in group.values()) and not rebound:
            return self.call_lifted(function, params, group, around, node)
        visible = {n: v for n, v in around.items() if n not in own and n not in rebound}
        depth = self.frames.index(maker) + 1 if maker in self.frames else 0
        frame = Frame(maker.source, maker.home, maker.locals | own, {}, {n: maker.rebinds.get(n, f"{n}%%{depth}") for n in rebound})
        if rebound and not depth:
            raise self.unsupported(node, f"`{function.name}` rebinds variables of a function that has ended (`nonlocal`)")
        self.running(function.name, node)
        return self.run(frame, {**visible, **params}, callee)

    def remember_call(self, function: Local, args: list[Any], node: Any) -> None:
        """A local function with a cache reads the variables of its maker, and the objects it is given, as they were at first."""
        objects = [leaf for a in args for leaf in flatten(a) if isinstance(leaf, Instance)]

        def sources() -> list[Any]:
            around = self.names_in(function.frame)
            return [*(around[n] for n in captured({**reached(function, around), function.name: function}, around)), *objects]

        self.check_cache(function.node, [function, *objects], f"the result of `{function.name}`", node, sources)

    def rebound(self, function: Local, node: Any) -> frozenset[str]:
        """The variables of its maker that a local function assigns."""
        body = function.node.body if isinstance(function.node, gast.FunctionDef) else ()
        if any(isinstance(n, gast.Global) and not set(assigned(body)).isdisjoint(n.names) for n in inside(body)):
            raise self.unsupported(node, f"`{function.name}` rebinds variables of its module (`global`)")
        if not isinstance(function.node, gast.FunctionDef):
            return frozenset()
        return frozenset(name for n in inside(function.node.body) if isinstance(n, gast.Nonlocal) for name in n.names)

    def call_lifted(self, function: Local, params: dict[str, Any], group: dict[str, Local], around: dict[str, Any], node: Any) -> Any:
        """Call a local function that calls itself."""
        self.b.loc = self.loc(node)
        names = captured(group, around)
        values = [*params.values(), *(around[n] for n in names)]
        defaults = [d for g in group.values() for d in (*g.defaults, *g.kw_defaults)]
        code = [leaf for v in values for leaf in flatten(v) if isinstance(leaf, CODE) and not isinstance(leaf, Instance)]
        if code or not all(isinstance(d, Const | None) for d in defaults):
            raise self.unsupported(node, f"the local function `{function.name}` calls itself and is given functions or computed defaults",
                                   "Define it at module level")
        target = self.program.local_function(function, names, tuple(group.items()))
        atoms = [self.as_atom(leaf, node) for value in values for leaf in flatten(value)]
        forms = {f"{k}:{n}": structure(v) for k, (n, v) in enumerate(zip((*params, *names), values))}
        made = self.program.callee(target, forms, [self.kind(a) for a in atoms])
        if made is None and target not in self.program.errors:  # tuples of ever new structures
            atoms = [self.as_atom(value, node) for value in values]
            made = self.program.callee(target, dict.fromkeys(forms), [self.kind(a) for a in atoms])
        if made is None:
            raise self.program.errors.get(target) or self.unsupported(
                node, f"the local function `{function.name}` calls itself with arguments of another structure whenever it does",
                "Define it at module level")
        return self.result_of_call(made, atoms, None, "", node)

    def call_inline(self, target: FunctionType, params: dict[str, Any], node: Any) -> Any:
        """Lower a function that is given functions made here in place."""
        source = self.program.source(target)
        if target.__module__ == STAND_INS:
            source = Elsewhere(target, source.node, source.filename, source.lines, self.loc(node))
        body = source.node.body if isinstance(source.node, gast.FunctionDef) else ()
        self.running(target.__name__, node, target)
        return self.run(Frame(source, target, frozenset([*params, *assigned(body)])), params, source.node)

    def running(self, name: str, node: Any, target: FunctionType | None = None) -> None:
        """Note that a function is lowered in place; one that calls itself would be for ever."""
        self.program.inlined.append((name, target))
        if len(self.program.inlined) > INLINE_DEPTH:
            again, function = Counter(reversed(self.program.inlined)).most_common(1)[0][0]
            if function is not None and function not in self.program.recursive and not self.given_functions(function):
                raise Recursion(function)
            if function is not None:
                raise self.unsupported(node, f"`{again}` calls itself, and is given functions made here, or objects that it writes",
                                       "Hand on numbers and arrays")
            raise self.unsupported(node, f"the local function `{again}` calls itself, or is handed on by a function that does",
                                   "Define functions for recursion at module level")

    def given_functions(self, function: FunctionType) -> bool:
        """Is a function that is lowered in place given functions that are made here?"""
        params = function.__code__.co_varnames[:function.__code__.co_argcount]
        given = [self.names_in(frame).get(p) for frame in self.frames if frame.home is function for p in params]
        return any(isinstance(leaf, (Local, Partial, Choice)) for value in given for leaf in flatten(value))

    def run(self, frame: Frame, env: dict[str, Any], callee: Any) -> Any:
        """The result of a function body lowered here, which sees the names of its callers follow what it writes."""
        outer, target, in_loop, depth = self.frame, self.target, self.in_loop, len(self.frames)
        suffix = f"%%{depth}"
        env = {n: pooled(self, value) for n, value in env.items()}
        below = {n if "%%" in n or n[0] == "@" else n + suffix: value for n, value in self.env.items()}
        self.frame, self.env, self.in_loop = frame, {**below, **env}, False
        self.memory.hold(leaf for value in env.values() for leaf in flatten(value))
        self.frames.append(frame)
        self.source, self.home, self.locals = frame.source, frame.home, frame.locals
        self.open_keywords(callee)
        try:
            return self.result_of(callee)
        finally:
            self.program.inlined.pop()
            self.frames.pop()
            frame.env = own_names(self.env)
            self.env = {n.removesuffix(suffix): value for n, value in self.env.items() if "%%" in n or n[0] == "@"}
            self.frame, self.target, self.in_loop = outer, target, in_loop
            self.source, self.home, self.locals = outer.source, outer.home, outer.locals

    def open_keywords(self, callee: Any) -> None:
        """`**kwargs` is a dictionary of the function's own, which it may write."""
        for name, value in list(self.env.items()):
            if type(value) is Keywords:
                made = self.instance(dict, zip(value.keys, value.items), (dict, callee, name))
                self.env[name] = self.settle_object(made, callee)

    def names_in(self, frame: Frame) -> dict[str, Any]:
        """What the names of a function that is lowered in place stand for now."""
        if frame is self.frame:
            return own_names(self.env)
        if frame not in self.frames:
            return frame.env
        suffix = f"%%{self.frames.index(frame) + 1}"
        return {n.removesuffix(suffix): value for n, value in self.env.items() if n.endswith(suffix)}

    def result_of(self, node: Any) -> Any:
        """Lower the body of a function and give what it returns."""
        if isinstance(node, gast.Lambda):
            return self.expr(node.body)
        self.start()
        self.body(with_return(node))
        return unpooled(self, self.env["%value"]) if self.env["%value"] is not UNDEF else Const(None)

    def start(self) -> None:
        """Nothing has been returned yet."""
        self.env.update({"%value": UNDEF, "%returned": Const(False), "%jump": Const(False)})

    def generated(self, function: Any, node: Any) -> Any:
        raise NotImplementedError

    def generate(self, call: Any, given: list[Any], generator: Any, node: Any) -> Any:
        raise NotImplementedError

    def builtin(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        raise NotImplementedError

    def result_of_call(self, made: Any, atoms: list[Any], written: Any, name: str, node: Any) -> Any:
        raise NotImplementedError

    def body(self, nodes: list[Any]) -> None:
        raise NotImplementedError


def own_names(env: dict[str, Any]) -> dict[str, Any]:
    """The names of the function that is lowered at the moment, without those of its callers."""
    return {n: value for n, value in env.items() if "%%" not in n and n[0] != "@"}


def with_return(node: Any) -> list[Any]:
    """The body of a function, with the `return` at its end that Python implies."""
    end = gast.copy_location(gast.Return(None), node.body[-1])
    return [*node.body, end]
