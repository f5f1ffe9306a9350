"""A `try` whose handler reads what its body changes is lowered step by step: the paths show how far the body came.

    try:                                    for v in values:
        for v in values:                        try:
            total += math.sqrt(v)                   total += math.sqrt(v)
    except ValueError:              ->          except ValueError:
        total = -total                              failed = True
                                                if failed:
                                                    break
                                            if failed:
                                                total = -total
"""
from __future__ import annotations

import itertools
from typing import Any

import gast

from tangentlite.frontend.syntax import inside, updated

COMPOUND = (gast.If, gast.For, gast.While)


def stepwise(node: Any, names: set[str], number: int) -> list[Any]:
    """The statements that a `try` stands for, where each of `names` changes last in the bodies that change it."""
    return Steps(node, names, number).statements()


class Steps:
    def __init__(self, node: Any, names: set[str], number: int) -> None:
        self.node, self.names = node, names
        self.failed, self.error = f"failed%{number}", f"error%{number}"
        self.fresh = (f"test%{number}.{k}" for k in itertools.count())
        self.handlers = node.handlers
        if node.finalbody:
            again = [*node.finalbody, gast.Raise(None, None)]
            self.handlers = [gast.ExceptHandler(None, None, again)]

    def statements(self) -> list[Any]:
        node = self.node
        if node.finalbody:
            body = [without_final(node)] if node.handlers else node.body
            made = [self.assign(self.failed, self.constant(0)), *self.steps(body, False), *self.ends([]), *node.finalbody]
        else:
            made = [self.assign(self.failed, self.constant(0)), *self.steps(node.body, False), *self.ends(node.orelse)]
        for statement in made:
            for n in gast.walk(statement):
                if isinstance(n, (gast.stmt, gast.expr, gast.ExceptHandler)) and not hasattr(n, "lineno"):
                    gast.copy_location(n, node)
        return made

    # -- the body --------------------------------------------------------------------------------------------------------

    def steps(self, stmts: list[Any], in_loop: bool) -> list[Any]:
        """Statements that end where one of the names changes, each run in a `try` of its own."""
        group: list[Any] = []
        for k, s in enumerate(stmts):
            rest = stmts[k + 1:]
            if not self.changes(s):
                group.append(s)
            elif isinstance(s, COMPOUND) and not (isinstance(s, gast.While) and s.orelse):
                return self.compound(s, group, rest, in_loop)
            else:
                return [self.tried([*group, s]), *self.then(rest, in_loop)]
        return [self.tried(group), *self.then([], in_loop)] if group else []

    def changes(self, s: Any) -> bool:
        """May the statement change one of the names, or an attribute if that is what `@` stands for?"""
        return not self.names.isdisjoint(updated([s])) or "@" in self.names and any(
            isinstance(n, gast.Attribute) and isinstance(n.ctx, gast.Store) or isinstance(n, gast.Call) for n in inside([s]))

    def then(self, rest: list[Any], in_loop: bool) -> list[Any]:
        """What follows a step that may have failed."""
        return self.unless_failed(self.steps(rest, in_loop), in_loop) if rest or in_loop else []

    def compound(self, s: Any, group: list[Any], rest: list[Any], in_loop: bool) -> list[Any]:
        after = self.then(rest, in_loop)
        if isinstance(s, gast.While):
            test = next(self.fresh)
            leave = gast.If(self.name(test), [gast.Pass()], [gast.Break()])
            body = [self.tried([self.assign(test, self.truth(s.test))]), gast.If(self.name(self.failed), [gast.Break()], []), leave,
                    *self.steps(s.body, True)]
            made = gast.copy_location(gast.While(gast.Constant(True, None), body, []), s)
            return [*self.before(group), *(self.unless_failed([made], in_loop) if group else [made]), *after]
        held = next(self.fresh)
        if isinstance(s, gast.If):
            first = [*group, self.assign(held, self.truth(s.test))]
            inner: Any = gast.If(self.name(held), self.steps(s.body, in_loop) or [gast.Pass()], self.steps(s.orelse, in_loop))
        elif is_range(s.iter):
            first, inner = group, gast.For(s.target, s.iter, self.steps(s.body, True), self.steps(s.orelse, in_loop), None)
        else:
            items = self.assign(held, s.iter)
            items.runs_over = True
            first = [*group, items]
            inner = gast.For(s.target, self.name(held), self.steps(s.body, True), self.steps(s.orelse, in_loop), None)
        gast.copy_location(inner, s)
        return [*self.before(first), *(self.unless_failed([inner], in_loop) if first else [inner]), *after]

    def before(self, group: list[Any]) -> list[Any]:
        return [self.tried(group)] if group else []

    def unless_failed(self, made: list[Any], in_loop: bool) -> list[Any]:
        made = [self.assign(self.failed, self.constant(0)), *made]
        if in_loop:
            return [gast.If(self.name(self.failed), [gast.Break()], []), *made]
        return [gast.If(self.name(self.failed), [gast.Pass()], made)]

    def tried(self, body: list[Any]) -> Any:
        handlers = []
        for k, h in enumerate(self.handlers, 1):
            note = [self.assign(self.failed, self.constant(k))]
            keep = h.name is not None or raises_again(h.body)
            given = gast.Name(f"{self.error}.e", gast.Store(), None, None) if keep else None
            if keep:
                note.insert(0, self.assign(self.error, self.name(f"{self.error}.e")))
            handlers.append(gast.copy_location(gast.ExceptHandler(h.type, given, note), h) if hasattr(h, "lineno") else
                            gast.ExceptHandler(h.type, given, note))
        made = gast.copy_location(gast.Try(body, handlers, [], []), body[0])
        made.origin, made.whole = None, origin(self.node)
        return made

    # -- after the body ----------------------------------------------------------------------------------------------------

    def ends(self, orelse: list[Any]) -> list[Any]:
        """The handler of the exception that has ended the body, or the `else`."""
        if len(self.handlers) == 1:
            return [gast.If(self.name(self.failed), self.handled(self.handlers[0]), orelse)]
        made = orelse
        for k, h in reversed(list(enumerate(self.handlers, 1))):
            same = gast.Compare(self.name(self.failed), [gast.Eq()], [self.constant(k)])
            made = [gast.If(same, self.handled(h), made)]
        return made

    def handled(self, handler: Any) -> list[Any]:
        body = [Again(self.name(self.error)).visit(s) for s in map(copied, handler.body)]
        if handler.name is None:
            return body
        forget = gast.Delete([gast.Name(handler.name.id, gast.Del(), None, None)])
        return [self.assign(handler.name.id, self.name(self.error)), *body, forget]

    # -- nodes -------------------------------------------------------------------------------------------------------------

    def assign(self, name: str, value: Any) -> Any:
        return gast.Assign([gast.Name(name, gast.Store(), None, None)], value)

    def name(self, name: str) -> Any:
        return gast.Name(name, gast.Load(), None, None)

    def constant(self, k: int) -> Any:
        """True and False, where there is one handler."""
        return gast.Constant(bool(k) if len(self.handlers) == 1 else k, None)

    def truth(self, test: Any) -> Any:
        return gast.IfExp(test, gast.Constant(True, None), gast.Constant(False, None))


def without_final(node: Any) -> Any:
    """`try` without its `finally`: the same whenever it is asked for."""
    if not hasattr(node, "inner"):
        node.inner = gast.copy_location(gast.Try(node.body, node.handlers, node.orelse, []), node)
        if origin(node) is not None and origin(node) is not node:
            node.inner.origin = without_final(origin(node))
    return node.inner


class Again(gast.NodeTransformer):  # type: ignore[misc]
    """`raise` outside its handler names the exception."""

    def __init__(self, error: Any) -> None:
        self.error = error

    def visit_Raise(self, node: Any) -> Any:
        return node if node.exc is not None else gast.copy_location(gast.Raise(self.error, None), node)

    def visit_ExceptHandler(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_ExceptHandler


def copied(node: Any) -> Any:
    """A copy of a statement down to its expressions, which stay as they are."""
    if isinstance(node, list):
        return list(map(copied, node))
    if not isinstance(node, (gast.stmt, gast.ExceptHandler)):
        return node
    made = type(node)(**{field: copied(value) for field, value in gast.iter_fields(node)})
    made.origin = origin(node)
    return gast.copy_location(made, node)


def origin(node: Any) -> Any:
    """The statement as the user wrote it; None for a step."""
    return getattr(node, "origin", node)


def whole(node: Any) -> Any:
    """The statement of the user's that a step is a part of."""
    return getattr(node, "whole", origin(node))


def raises_again(body: list[Any]) -> bool:
    return any(isinstance(n, gast.Raise) and n.exc is None for n in inside(body))


def is_range(node: Any) -> bool:
    """Is this `range` of names and literals? Making it fails only where the function is wrong."""
    return isinstance(node, gast.Name) or isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "range" and (
        all(isinstance(a, (gast.Name, gast.Constant)) for a in node.args))
