"""Statements -> equations; `break`, `continue` and early `return` become branches around what they skip."""
from __future__ import annotations

import importlib
import operator
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from tangentlite import runtime
from tangentlite.frontend.expressions import BINARY, describe
from tangentlite.frontend.loops import Loops
from tangentlite.frontend.syntax import always_jumps, may_jump
from tangentlite.frontend.values import Live, Pack
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import assert_, make_list, raise_, unpack

TRUE, FALSE, NONE = Const(True), Const(False), Const(None)
AUGMENTED: dict[Any, Callable[..., Any]] = {
    operator.add: operator.iadd, operator.sub: operator.isub, operator.mul: operator.imul,
    operator.truediv: operator.itruediv, operator.pow: operator.ipow, operator.mod: operator.imod,
    operator.floordiv: operator.ifloordiv,
}


class Statements(Loops):
    def body(self, nodes: list[Any]) -> None:
        """Lower statements in order; what follows a possible jump is lowered under the condition that it was not taken."""
        for k, node in enumerate(nodes):
            rest = nodes[k + 1:]
            if isinstance(node, gast.If) and may_jump([node]):
                self.jumping_if(node, rest)
                return
            self.statement(node)
            if always_jumps([node]):
                return
            if may_jump([node]) and rest:  # a loop that may return
                self.unless("%jump", rest)
                return

    def statement(self, node: Any) -> None:
        self.target = ""
        method = getattr(self, "stmt_" + type(node).__name__, None)
        if method is None:
            raise self.unsupported(node, f"{describe(node)} cannot be differentiated yet")
        method(node)

    # -- branches and jumps --------------------------------------------------------------------------------------------

    def stmt_If(self, node: Any) -> None:
        test = self.atom(node.test)
        if isinstance(test, Const):
            self.body(node.body if test.value else node.orelse)
            return
        self.fork(node, test, lambda: self.body(node.body), lambda: self.body(node.orelse))

    def jumping_if(self, node: Any, rest: list[Any]) -> None:
        """An `if` that may jump: the rest of the block moves into the arm that does not."""
        self.target = ""
        test = self.atom(node.test)
        then, orelse = node.body, node.orelse
        if isinstance(test, Const):
            self.body([*(then if test.value else orelse), *rest])
            return
        if always_jumps(then) or always_jumps(orelse):
            if not always_jumps(then):
                then = [*then, *rest]
            elif not always_jumps(orelse):
                orelse = [*orelse, *rest]
            self.fork(node, test, lambda: self.body(then), lambda: self.body(orelse))
        else:
            self.fork(node, test, lambda: self.body(then), lambda: self.body(orelse))
            self.unless("%jump", rest)

    def unless(self, flag: str, rest: list[Any]) -> None:
        """Lower `rest` for the paths on which the flag is not set."""
        test = self.env.get(flag, FALSE)
        if not rest or test == TRUE:
            return
        if test == FALSE:
            self.body(rest)
        else:
            self.fork(rest[0], test, lambda: None, lambda: self.body(rest))

    def stmt_Return(self, node: Any) -> None:
        self.env["%value"] = NONE if node.value is None else self.expr(node.value)
        self.env["%returned"] = self.env["%jump"] = TRUE
        if self.in_loop:
            self.env["%stop"] = TRUE

    def stmt_Break(self, node: Any) -> None:
        self.env["%stop"] = self.env["%jump"] = TRUE

    def stmt_Continue(self, node: Any) -> None:
        self.env["%jump"] = TRUE

    def stmt_Raise(self, node: Any) -> None:
        if node.exc is None or node.cause is not None:
            raise self.unsupported(node, "this form of `raise` cannot be differentiated yet")
        self.effect(raise_, (self.atom(node.exc),), node)
        self.env["%returned"] = self.env["%jump"] = TRUE
        if self.in_loop:
            self.env["%stop"] = TRUE

    # -- assignment --------------------------------------------------------------------------------------------------------

    def stmt_Assign(self, node: Any) -> None:
        targets = node.targets
        if len(targets) == 1 and isinstance(targets[0], gast.Tuple) and isinstance(node.value, gast.Tuple):
            self.assign(targets[0], Pack(tuple(self.parallel(targets[0], node.value))), node)
            return
        first = next((t.id for t in targets if isinstance(t, gast.Name)), "")
        self.target = first
        value = self.expr(node.value, first)
        for target in targets:
            self.assign(target, value, node)

    def parallel(self, target: Any, value: Any) -> list[Any]:
        """The items of `a, b = e, f`, each named after the variable it goes to."""
        plain = len(target.elts) == len(value.elts) and not any(isinstance(e, gast.Starred) for e in (*target.elts, *value.elts))
        names = [t.id if isinstance(t, gast.Name) else "" for t in target.elts] if plain else None
        return self.display(value.elts, names)

    def stmt_AnnAssign(self, node: Any) -> None:
        if node.value is not None:
            self.target = node.target.id if isinstance(node.target, gast.Name) else ""
            self.assign(node.target, self.expr(node.value, self.target), node)

    def stmt_AugAssign(self, node: Any) -> None:
        if not isinstance(node.target, gast.Name):
            raise self.unsupported(node, "an in-place update of an element or attribute cannot be differentiated yet")
        name = node.target.id
        self.target = name
        old, value = self.expr(self.loaded(node.target)), self.expr(node.value)
        if isinstance(old, Pack) and isinstance(value, Pack) and isinstance(node.op, gast.Add):
            self.assign_name(name, Pack(old.items + value.items))
            return
        u, v = self.as_atom(old, node), self.as_atom(value, node)
        op = BINARY[type(node.op)]
        if not isinstance(self.kind(u), (K.Number, K.Never)):
            self.refuse_alias(u, name, node)
            self.assign_name(name, self.make(op, (u, v), node, name))
            return
        self.assign_name(name, self.make(AUGMENTED.get(op, op), (u, v), node, name))

    def loaded(self, node: Any) -> Any:
        return gast.copy_location(gast.Name(node.id, gast.Load(), None, None), node)

    def refuse_alias(self, u: Any, name: str, node: Any) -> None:
        """`u += v` on an array writes its memory. A new array is the same only while no other value shares it."""
        kind = self.kind(u)
        if not isinstance(kind, K.Array):
            raise self.unsupported(node, f"`{name}` may be a container here; its in-place update cannot be differentiated yet",
                                   f"Write `{name} = {name} + ...`, or give example arguments so that its kind is known")
        if not self.is_fresh(u) or sum(1 for v in self.env.values() if v is u) > 1:
            raise self.unsupported(node, f"the in-place update of `{name}` writes memory that another name may share",
                                   f"Write `{name} = {name} + ...` if a new array is meant")

    def is_fresh(self, u: Any) -> bool:
        """Was the array just computed, so that nothing else refers to its memory?"""
        made = self.b.defs.get(u)
        if made is None:
            return False
        if made.op in BINARY.values():
            return True
        return isinstance(made.op, np.ufunc)

    def assign(self, target: Any, value: Any, node: Any) -> None:
        match target:
            case gast.Name():
                self.assign_name(target.id, value)
            case gast.Tuple() | gast.List():
                self.unpack(target.elts, value, node)
            case gast.Starred():
                self.assign(target.value, value, node)
            case _:
                raise self.unsupported(target, "assignment to an element or attribute cannot be differentiated yet",
                                       "Build a new value instead")

    def unpack(self, targets: list[Any], value: Any, node: Any) -> None:
        star = next((k for k, t in enumerate(targets) if isinstance(t, gast.Starred)), None)
        if star is None and isinstance(value, Var) and not self.known_items(value):
            self.b.loc = self.loc(node)
            outs = tuple(Var(t.id) if isinstance(t, gast.Name) else Var("", temp=True) for t in targets)
            self.b.eqn(outs, unpack, (value,))
            for t, v in zip(targets, outs):
                self.assign(t, v, node)
            return
        items = self.spread(value, node)
        if star is None and len(items) != len(targets) or star is not None and len(items) < len(targets) - 1:
            raise self.unsupported(node, f"{len(items)} values cannot be unpacked into {len(targets)} targets")
        if star is not None:
            after = len(targets) - star - 1
            middle = self.make(make_list, tuple(self.as_atom(v, node) for v in items[star:len(items) - after]), node)
            items = [*items[:star], middle, *items[len(items) - after:]]
        for t, v in zip(targets, items):
            self.assign(t, v, node)

    def known_items(self, value: Any) -> bool:
        made = self.b.defs.get(value)
        return made is not None and made.op is make_list

    # -- other statements ------------------------------------------------------------------------------------------------------

    def stmt_Expr(self, node: Any) -> None:
        if isinstance(node.value, gast.Constant):
            return
        if self.list_append(node.value):
            return
        self.expr(node.value)

    def list_append(self, node: Any) -> bool:
        """`items.append(v)` on a local list gives its name a longer list."""
        if not (isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == "append"
                and isinstance(node.func.value, gast.Name) and len(node.args) == 1 and not node.keywords):
            return False
        name = node.func.value.id
        items = self.env.get(name)
        if not isinstance(items, Var) or not isinstance(self.kind(items), K.Seq) or self.kind(items).type != "list":
            return False
        if sum(1 for v in self.env.values() if v is items) > 1 or not self.is_own_list(items):
            raise self.unsupported(node, f"`{name}.append` changes a list that another name may share")
        self.target = name
        self.assign_name(name, self.make(runtime.append, (items, self.atom(node.args[0])), node, name))
        return True

    def is_own_list(self, items: Var) -> bool:
        made = self.b.defs.get(items)
        return made is not None and made.op in (make_list, runtime.append) or items in self.own_lists

    def stmt_Pass(self, node: Any) -> None:
        pass

    def stmt_Assert(self, node: Any) -> None:
        message = () if node.msg is None else (self.atom(node.msg),)
        self.effect(assert_, (self.atom(node.test), *message), node)

    def stmt_FunctionDef(self, node: Any) -> None:
        if node.decorator_list:
            raise self.unsupported(node, "a decorated function inside a function cannot be differentiated yet")
        self.env[node.name] = self.local_function(node.name, node)

    def stmt_Import(self, node: Any) -> None:
        for alias in node.names:
            module = importlib.import_module(alias.name)
            top = importlib.import_module(alias.name.split(".")[0])
            self.env[alias.asname or alias.name.split(".")[0]] = Live(module if alias.asname else top)

    def stmt_ImportFrom(self, node: Any) -> None:
        if node.level or any(alias.name == "*" for alias in node.names):
            raise self.unsupported(node, "this import cannot be differentiated yet", "Move it to the top of the module")
        module = importlib.import_module(node.module)
        for alias in node.names:
            self.env[alias.asname or alias.name] = Live(getattr(module, alias.name))

