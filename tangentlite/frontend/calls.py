"""Calls: of functions with a rule, of functions of the user's (lowered in their turn), of local functions (in place)."""
from __future__ import annotations

import itertools
from types import FunctionType, MethodType
from typing import Any

import gast
import numpy as np

from tangentlite.frontend.expressions import Expressions
from tangentlite.frontend.ownership import leaves_of
from tangentlite.frontend.syntax import assigned
from tangentlite.frontend.values import Live, Local, Pack, flatten, positions, structure, unflatten
from tangentlite.ir import UNDEF, Call, Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_list
from tangentlite.rules import rule_of

MUTATING = {"sort", "fill", "resize", "put", "partition", "itemset", "setflags", "byteswap", "setfield", "extend", "insert",
            "pop", "remove", "clear", "reverse", "update", "setdefault", "popitem", "append"}
INLINE_DEPTH = 30


class Calls(Expressions):
    def expr_Call(self, node: Any, name: str) -> Any:
        if isinstance(node.func, gast.Attribute):
            owner = self.expr(node.func.value)
            if not isinstance(owner, Live):
                return self.method_call(node, owner, name)
            function = self.live_attribute(owner, node.func)
        else:
            function = self.expr(node.func)
        args, keywords = self.arguments(node)
        if isinstance(function, Local):
            return self.call_local(function, args, keywords, node)
        if not isinstance(function, Live):
            raise self.unsupported(node, "a function known only at run time cannot be called here yet")
        return self.call_live(function, args, keywords, node, name)

    def arguments(self, node: Any) -> tuple[list[Any], dict[str, Any]]:
        args = self.display(node.args)
        keywords: dict[str, Any] = {}
        for k in node.keywords:
            if k.arg is None:
                raise self.unsupported(node, "`**` in a call cannot be differentiated yet")
            keywords[k.arg] = self.expr(k.value)
        return args, keywords

    def method_call(self, node: Any, owner: Any, name: str) -> Any:
        method, receiver = node.func.attr, self.as_atom(owner, node)
        args, keywords = self.arguments(node)
        if method in MUTATING and isinstance(self.kind(receiver), (K.Array, K.Seq, K.Unknown)):
            raise self.unsupported(node, f"`.{method}()` changes its object in place, which cannot be differentiated yet")
        atoms = tuple(self.as_atom(a, node) for a in args)
        keyword_atoms = {k: self.as_atom(v, node) for k, v in keywords.items()}
        return self.make(call_method, (receiver, Const(method), *atoms), node, name, **keyword_atoms)

    # -- functions known now -------------------------------------------------------------------------------------------

    def call_live(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        op = function.value
        if not callable(op):
            raise self.unsupported(node, f"`{'.'.join(function.path)}` is not callable")
        if inert := self.known_at_transform_time(op, args, keywords, node):
            return inert
        self.watch(function)
        self.program.spell(self.home, op, function.path)
        if rule_of(op) is None and isinstance(op, (FunctionType, MethodType)):
            called = self.call_user(function, args, keywords, node, name)
            if called is not None:
                return called
        atoms = tuple(self.as_atom(a, node) for a in args)
        return self.make(op, atoms, node, name, **{k: self.as_atom(v, node) for k, v in keywords.items()})

    def known_at_transform_time(self, op: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """len() of a tuple of known length; what would have to change its caller's scope is refused."""
        if op is len and len(args) == 1 and isinstance(args[0], Pack):
            return Const(len(args[0].items))
        if op in (tuple, list) and len(args) == 1 and isinstance(args[0], Pack):
            return args[0] if op is tuple else self.make(make_list, tuple(self.as_atom(i, node) for i in args[0].items), node)
        if op in (locals, globals, vars, eval, exec, super, setattr, delattr, compile, __import__, breakpoint):
            raise self.unsupported(node, f"`{op.__name__}()` cannot be differentiated")
        if "out" in keywords and isinstance(op, np.ufunc):
            raise self.unsupported(node, "`out=` writes its array in place, which cannot be differentiated yet")
        return None

    def call_user(self, function: Live, args: list[Any], keywords: dict[str, Any], node: Any, name: str) -> Any:
        """A call of a function with readable source; None where there is none to read."""
        target = function.value
        if isinstance(target, MethodType):
            owner = Live(target.__self__, function.path[:-1], function.home)
            args, target = [owner, *args], target.__func__
        if not isinstance(target, FunctionType) or self.program.opaque(target):
            return None
        self.b.loc = self.loc(node)
        bound = self.program.bind(target, args, keywords, self, node)
        if bound is None:
            return None
        atoms = [self.as_atom(leaf, node) for value in bound.values() for leaf in flatten(value)]
        forms = {p: structure(v) for p, v in bound.items()}
        made = self.program.callee(target, forms, [self.kind(a) for a in atoms])
        if made is None:
            return None
        fn, form, kinds, owned = made
        if not all(owned):
            self.memory.shared.update(a for a in atoms if isinstance(a, Var) and not self.memory.immutable(a))
        target_names = [name] if form is None and name else [""] * len(kinds)
        outs = tuple(Var(n) if n else Var(self.target, temp=True) for n in target_names)
        self.b.kinds.update(zip(outs, kinds))
        self.memory.owned.update(o for o, own in zip(outs, owned) if own)
        tree = positions(form, itertools.count()) if outs else ()
        self.b.stmts.append(Call(outs, fn, tuple(atoms), self.loc(node), self.written(forms, bound), tree))
        if not outs and form is None:
            return Const(None)
        return unflatten(form, iter(outs))

    def written(self, forms: dict[str, Any], bound: dict[str, Any]) -> tuple[tuple[str | None, Any], ...]:
        counter = itertools.count()
        return tuple((p, positions(forms[p], counter)) for p in bound)

    # -- functions made here -----------------------------------------------------------------------------------------------

    def expr_Lambda(self, node: Any, name: str) -> Any:
        return self.local_function("<lambda>", node)

    def local_function(self, name: str, node: Any) -> Local:
        a = node.args
        return Local(name, node, tuple(self.expr(d) for d in a.defaults),
                     tuple(None if d is None else self.expr(d) for d in a.kw_defaults), self.env)

    def call_local(self, function: Local, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """Lower the body in place. Variables of the maker are read as they stand now, as Python reads them."""
        if self.program.depth >= INLINE_DEPTH:
            raise self.unsupported(node, f"the local function `{function.name}` calls itself",
                                   "Define recursive functions at module level")
        callee = function.node
        if any(isinstance(n, (gast.Nonlocal, gast.Global)) for n in gast.walk(callee)):
            raise self.unsupported(node, f"`{function.name}` rebinds variables of its surroundings (`nonlocal`, `global`)")
        params = self.program.match(callee, function.defaults, function.kw_defaults, args, keywords, self, node, function.name)
        outer, outer_locals, outer_loop, target = self.env, self.locals, self.in_loop, self.target
        own = frozenset([*params, *(assigned(callee.body) if isinstance(callee, gast.FunctionDef) else ())])
        visible = {n: v for n, v in outer.items() if n not in own and not n.startswith("%")}
        self.env, self.in_loop = {**visible, **params}, False
        self.locals = (outer_locals | own)
        self.program.depth += 1
        theirs = set(leaves_of(outer)) - self.memory.shared
        self.memory.shared |= theirs
        try:
            return self.result_of(callee)
        finally:
            self.memory.shared -= theirs
            self.program.depth -= 1
            self.env, self.locals, self.in_loop, self.target = outer, outer_locals, outer_loop, target

    def result_of(self, node: Any) -> Any:
        """Lower the body of a function and give what it returns."""
        if isinstance(node, gast.Lambda):
            return self.expr(node.body)
        self.start()
        self.body(with_return(node))
        return self.env["%value"] if self.env["%value"] is not UNDEF else Const(None)

    def start(self) -> None:
        """Nothing has been returned yet."""
        self.env.update({"%value": UNDEF, "%returned": Const(False), "%jump": Const(False)})

    def body(self, nodes: list[Any]) -> None:
        raise NotImplementedError


def with_return(node: Any) -> list[Any]:
    """The body of a function, with the `return` at its end that Python implies."""
    end = gast.copy_location(gast.Return(None), node.body[-1])
    return [*node.body, end]
