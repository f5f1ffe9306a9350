"""Statements -> equations; `break`, `continue` and early `return` become branches around what they skip."""
from __future__ import annotations

import importlib
from functools import partial
from typing import Any

import gast

from tangentlite.errors import note_primal
from tangentlite.frontend.assignments import Assignments, part
from tangentlite.frontend.expressions import describe
from tangentlite.frontend.pools import pooled
from tangentlite.frontend.syntax import always_jumps, may_jump
from tangentlite.frontend.syntax import owner as name_of
from tangentlite.frontend.values import FALSE, NONE, TRUE, Live
from tangentlite.ir import UNDEF, Const
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import assert_

TESTING = (gast.If, gast.For, gast.While, gast.With)  # statements that ask for a truth value, or for items


class Statements(Assignments):
    def body(self, nodes: list[Any]) -> None:
        """Lower statements in order; what follows a possible jump is lowered under the condition that it was not taken."""
        for k, node in enumerate(nodes):
            if isinstance(node, gast.If) and may_jump([node]):
                self.unless_known(node, partial(self.jumping_if, node, nodes[k + 1:]))
                return
            self.statement(node)
            if always_jumps([node]) or self.env.get("%raised") == TRUE:
                return
            if may_jump([node]) and nodes[k + 1:]:  # a loop that may return
                self.unless("%jump", nodes[k + 1:])
                return

    def statement(self, node: Any) -> None:
        self.target = ""
        method = getattr(self, "stmt_" + type(node).__name__, None)
        if method is None:
            raise self.unsupported(node, f"{describe(node)} cannot be differentiated yet")
        if isinstance(node, TESTING):
            self.interruptible(node)
        self.unless_known(node, partial(method, node))

    # -- branches and jumps --------------------------------------------------------------------------------------------

    def stmt_If(self, node: Any) -> None:
        test = self.truth(node.test)
        if isinstance(test, Const):
            self.body(node.body if test.value else node.orelse)
            return
        self.fork(node, test, lambda: self.body(node.body), lambda: self.body(node.orelse))

    def jumping_if(self, node: Any, rest: list[Any]) -> None:
        """An `if` that may jump: the rest of the block moves into the arm that does not."""
        self.target = ""
        test = self.truth(node.test)
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
        self.env["%value"] = NONE if node.value is None else pooled(self, self.expr(node.value))
        self.env["%returned"] = self.env["%jump"] = TRUE
        if self.in_loop:
            self.env["%stop"] = TRUE

    def stmt_Break(self, node: Any) -> None:
        self.env["%stop"] = self.env["%jump"] = TRUE

    def stmt_Continue(self, node: Any) -> None:
        self.env["%jump"] = TRUE

    # -- other statements ------------------------------------------------------------------------------------------------------

    def stmt_Expr(self, node: Any) -> None:
        if isinstance(node.value, gast.Constant):
            return
        self.expr(node.value)

    def stmt_Pass(self, node: Any) -> None:
        pass

    def stmt_Global(self, node: Any) -> None:
        if not self.locals.isdisjoint(node.names):
            raise self.unsupported(node, "`global` of a name that is assigned here cannot be differentiated yet",
                                   "Return the value instead")

    stmt_Nonlocal = stmt_Pass  # looked up where the function is called

    def stmt_Delete(self, node: Any) -> None:
        for target in node.targets:
            if isinstance(target, gast.Subscript):
                self.delete_element(target, node)
                continue
            if isinstance(target, gast.Attribute):
                self.delete_attribute(self.expr(target.value), target.attr, node)
                continue
            if not isinstance(target, gast.Name):
                raise self.unsupported(node, f"`del` of {part(target)} cannot be differentiated yet")
            self.expr(self.loaded(target))
            self.env[target.id] = UNDEF

    def delete_element(self, target: Any, node: Any) -> None:
        """`del u[index]`."""
        self.target = name_of(target) or ""
        owner = self.expr(self.loading(target.value))
        if self.class_of(owner) is not None:
            if self.special(owner, "__delitem__", [self.index(target.slice)], node) is None:
                raise self.unsupported(node, f"an object of class `{self.class_of(owner).__name__}` has no items that can be deleted")
            return
        u, index = self.element(target, node, owner)
        if isinstance(self.kind(u), K.Array):
            raise self.unsupported(node, "an element of an array cannot be deleted")
        (self.delete_key if self.is_dict(u) else self.delete)(node, u, index)

    def stmt_Assert(self, node: Any) -> None:
        message = () if node.msg is None else (self.atom(node.msg),)
        self.effect(assert_, (self.truth(node.test), *message), node)

    def stmt_FunctionDef(self, node: Any) -> None:
        decorators = [(self.expr(d), d) for d in node.decorator_list]
        made: Any = self.local_function(node.name, node)
        for decorator, where in reversed(decorators):
            made = self.apply(decorator, [made], {}, where, node.name)
        self.env[node.name] = made

    def stmt_Import(self, node: Any) -> None:
        for alias in node.names:
            top, _, rest = alias.name.partition(".")
            module = self.imported(alias.name, node)
            self.env[alias.asname or top] = Live(module if alias.asname or not rest else self.imported(top, node))

    def stmt_ImportFrom(self, node: Any) -> None:
        if node.level or any(alias.name == "*" for alias in node.names):
            raise self.unsupported(node, "this import cannot be differentiated yet", "Move it to the top of the module")
        for alias in node.names:
            self.env[alias.asname or alias.name] = Live(self.imported(node.module, node, alias.name))

    def imported(self, module: str, node: Any, name: str = "") -> Any:
        """A module, or what is called `name` in it; what the import raises is the primal's own exception."""
        try:
            if not name:
                return importlib.import_module(module)
            found = importlib.__import__(module, fromlist=[name])
            if not hasattr(found, name):
                raise ImportError(f"cannot import name {name!r} from {module!r}", name=module)
            return getattr(found, name)
        except Exception as error:
            note_primal(error, self.loc(node))
            raise
