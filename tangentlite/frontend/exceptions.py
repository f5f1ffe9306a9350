"""`try`, `raise` and `with`: what is run on which path, and what a handler may read."""
from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from tangentlite.errors import RaisesError, UnsupportedError
from tangentlite.frontend.attempts import Attempt
from tangentlite.frontend.base import Arm, variable_for
from tangentlite.frontend.held import exchanged, held_in
from tangentlite.frontend.managers import Manager, is_suppress, manager_of
from tangentlite.frontend.matching import Matching
from tangentlite.frontend.stepwise import origin, stepwise, without_final
from tangentlite.frontend.syntax import SCOPES, inside, updated
from tangentlite.frontend.values import FALSE, NONE, TRUE, Interrupted, Live, Pack
from tangentlite.ir import UNDEF, Const, Try, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.ops import is_one_of, make_tuple, raise_


def is_own(kind: Any) -> bool:
    """Is this a class of exceptions that only the user's functions raise?"""
    if not isinstance(kind, K.Inert) or not isinstance(kind.value, type):
        return False
    package = kind.value.__module__.partition(".")[0]
    return package == "__main__" or package not in (*sys.stdlib_module_names, "numpy", "scipy", "numba")


class Exceptions(Matching):
    def unless(self, flag: str, rest: list[Any]) -> None:
        raise NotImplementedError

    def stmt_Raise(self, node: Any) -> None:
        what = [] if node.exc is None else [node.exc] if node.cause is None else [node.exc, node.cause]
        self.leave_by(tuple(map(self.atom, what)), node)

    def unless_known(self, node: Any, lower: Callable[[], None]) -> None:
        """Lower a statement; in a `try`, or on one of two paths, one that is known to raise is its exception."""
        try:
            lower()
        except RaisesError as e:
            if not self.attempts and self.path_of != len(self.frames):
                raise
            error = self.make(e.kind, tuple(map(Const, e.given)), node)
            self.leave_by((error,), node)

    def leave_by(self, what: tuple[Any, ...], node: Any) -> None:
        self.effect(raise_, what, node)
        self.env["%raised"] = self.env["%returned"] = self.env["%jump"] = TRUE
        if self.in_loop:
            self.env["%stop"] = TRUE

    # -- try -----------------------------------------------------------------------------------------------------------

    def stmt_Try(self, node: Any) -> None:
        undecided = self.program.undecided.get(origin(node))
        if undecided is not None:
            self.body(stepwise(node, undecided, list(self.program.undecided).index(origin(node)) + 1))
        elif node.finalbody:
            self.finally_(node)
        else:
            self.handled(node)

    def handled(self, node: Any) -> None:
        """`try`, its handlers and its `else`."""
        types = [self.caught(h) for h in node.handlers]

        def body() -> None:
            self.body(node.body)
            self.env["%completed"] = TRUE

        error = Var(next((h.name.id for h in node.handlers if h.name is not None), "error").partition("%")[0])
        self.b.kinds[error] = K.UNKNOWN
        caught = [t for ts in types for t in ts]
        test = self.one_of(caught, node)
        own = all(is_own(self.kind(t)) for t in caught)
        self.guarded(node, test, body, lambda: self.choose_handler(node.handlers, types, error), (error,), own)
        completed = self.env.pop("%completed", FALSE)
        if not node.orelse:
            return
        if completed == TRUE:
            self.unless("%jump", node.orelse)
        elif completed != FALSE:
            self.fork(node.orelse[0], completed, lambda: self.unless("%jump", node.orelse), lambda: None)

    def guarded(self, node: Any, test: Any, body: Callable[[], None], handler: Callable[[], None], params: tuple[Var, ...],
                own: bool = False) -> None:
        """Append a `Try`; afterwards every name stands for what the path taken gave it."""
        then, attempt = self.attempted(node, body, own)
        if attempt.left is None:  # nothing can be caught
            body()
            return
        interrupted = dict(attempt.interrupted(self.b.defs, self.env))

        def caught() -> None:
            self.env.update({**interrupted, "%completed": FALSE})
            self.memory.writes = {**self.memory.writes, **attempt.writes}
            handler()

        orelse = self.arm(caught)
        if orelse.env.get("%returned") == TRUE:  # nothing goes on from here with what the body has written
            orelse = orelse._replace(writes=dict(self.memory.writes))
        arms = (then, orelse._replace(params=params))
        self.env = {**self.env, **self.join(node, test, arms, "try", self.changed(arms), variable_for)}
        if then.raised and orelse.raised:
            self.env["%raised"] = TRUE

    def attempted(self, node: Any, body: Callable[[], None], own: bool = False) -> tuple[Arm, Attempt]:
        """Lower what may be left by an exception."""
        attempt = Attempt(node, self.env, len(self.frames), self.memory, own)
        self.attempts.append(attempt)
        try:
            return self.arm(body), attempt
        finally:
            self.attempts.pop()

    def choose_handler(self, handlers: list[Any], types: list[list[Any]], error: Var) -> None:
        """The handler of the first type that fits; the last one, where no other does."""
        first, *others = handlers

        def handle() -> None:
            if first.name is not None:
                self.env[first.name.id] = error
            self.body(first.body)
            if first.name is not None:
                self.env[first.name.id] = UNDEF

        if others:
            test = self.make(is_one_of, (error, self.one_of(types[0], first)), first)
            self.fork(first, test, handle, lambda: self.choose_handler(others, types[1:], error))
        else:
            handle()

    def caught(self, handler: Any) -> list[Any]:
        """The classes that a handler names."""
        if handler.type is None:
            return [NONE]
        found = self.expr(handler.type)
        items = list(found.items) if isinstance(found, Pack) else [found]
        return [self.exception_class(t, handler) for t in items]

    def exception_class(self, found: Any, node: Any) -> Any:
        if isinstance(found, Live) and isinstance(found.value, type) and issubclass(found.value, BaseException):
            return self.as_atom(found, node)
        raise self.unsupported(node, "what is caught here is not known when the derivative is made",
                               "Name the classes of the exceptions")

    def one_of(self, types: list[Any], node: Any) -> Any:
        if NONE in types:
            types = [self.bound(BaseException, node) if t == NONE else t for t in types] if len(types) > 1 else types
        return types[0] if len(types) == 1 else self.make(make_tuple, tuple(types), node)

    # -- finally ---------------------------------------------------------------------------------------------------------

    def finally_(self, node: Any) -> None:
        """What is run finally is run once for both ways to get there, or, where it reads what the body changes, once for each."""
        own = set(inside(node.finalbody, (*SCOPES, gast.For, gast.While)))
        for n in inside(node.finalbody):
            if isinstance(n, gast.Return) or isinstance(n, (gast.Break, gast.Continue)) and n in own:
                raise self.unsupported(n, "leaving a function or a loop in `finally` cannot be differentiated yet",
                                       "Leave after the `try`")
        inner = without_final(node)

        def body() -> None:
            self.body([inner] if node.handlers else node.body)

        def again() -> None:
            self.body(node.finalbody)
            self.leave_by((), node)

        before = self.env, dict(self.memory.writes), len(self.b.stmts)
        then, attempt = self.attempted(node, body)
        final = None if updated(node.finalbody) else self.once(node, then, attempt)
        if final is None:
            del self.b.stmts[before[2]:]
            self.env, self.memory.writes = before[:2]
            self.guarded(node, NONE, body, again, ())
            self.body(node.finalbody)
            return
        self.enclosing(node, "finally", NONE, then, final)

    def once(self, node: Any, then: Arm, attempt: Attempt) -> Arm | None:
        """What is run finally, where it reads nothing that the body changes."""
        changed = {n: Interrupted(n, self.loc(node), attempt.left or self.loc(node), node) for n, value in then.env.items()
                   if not n.startswith("%") and value is not self.env.get(n, UNDEF)}
        env, writes = self.env, dict(self.memory.writes)
        self.env = {**env, **dict(attempt.interrupted(self.b.defs, env)), **changed}
        self.memory.writes = {**writes, **then.writes}
        entry = dict(self.env)
        try:
            final = self.arm(lambda: self.body(node.finalbody))
        except UnsupportedError:
            return None
        finally:
            self.env, self.memory.writes = env, writes
        same = all(final.env.get(n) is value for n, value in entry.items()) and len(final.env) == len(entry)
        return final if same and final.writes == {**writes, **then.writes} else None

    # -- with ------------------------------------------------------------------------------------------------------------

    def stmt_With(self, node: Any) -> None:
        self.within(node, node.items)

    def within(self, node: Any, items: list[Any]) -> None:
        """Enter the first manager, then the others."""
        if not items:
            self.body(node.body)
            return
        first, *others = items

        def body() -> None:
            self.within(node, others)

        if is_suppress(self, first.context_expr):
            self.suppressed(node, first, others)
            return
        manager = manager_of(self, first.context_expr, node)
        if manager.form == "object":
            self.around(node, manager.atom, first.optional_vars, others)
            return
        if manager.form is None:  # `nullcontext` does nothing
            if first.optional_vars is not None:
                self.assign(first.optional_vars, manager.atom, node)
            body()
            return
        self.entered(node, manager, first.optional_vars, body)

    def suppressed(self, node: Any, item: Any, others: list[Any]) -> None:
        """`with suppress(ValueError):` is a `try` whose handler does nothing."""
        if item.optional_vars is not None:
            self.assign(item.optional_vars, NONE, node)
        types = gast.Tuple(item.context_expr.args, gast.Load())
        body = [gast.copy_location(gast.With(others, node.body, None), node)] if others else node.body
        handler = gast.ExceptHandler(types, None, [gast.copy_location(gast.Pass(), node)])
        made = gast.copy_location(gast.Try(body, [gast.copy_location(handler, node)], [], []), node)
        gast.copy_location(types, item.context_expr)
        made.origin = origin(node)
        self.stmt_Try(made)

    def around(self, node: Any, entered: Any, target: Any, others: list[Any]) -> None:
        """What an object does when it is entered, and in `finally` what it does when it is left."""
        hidden = f"manager%{node.lineno}.{len(others)}"
        self.env[hidden] = entered
        given = self.apply(self.special_method(entered, "__enter__", node), [], {}, node, "")
        if target is not None:
            self.assign(target, given, node)
        self.stmt_Try(left_at_last(node, others, hidden))
        del self.env[hidden]

    def entered(self, node: Any, manager: Manager, target: Any, body: Callable[[], None]) -> None:
        given = Var(target.id if isinstance(target, gast.Name) else "given", temp=not isinstance(target, gast.Name))
        self.b.kinds[given] = K.UNKNOWN
        self.memory.refer(given, [self.memory.fresh()], (), False, self.memory.clock)

        def bound() -> None:
            if target is not None:
                self.assign(target, given, node)
            body()
            if manager.form == "with":  # leaving it may raise
                self.interruptible(node)

        then = self.arm(bound)._replace(params=(given,))
        assert manager.form is not None
        self.enclosing(node, manager.form, manager.atom, then, None)

    def enclosing(self, node: Any, form: str, test: Any, then: Arm, final: Arm | None) -> None:
        """Append a `Try` that has one way through: what its body has made goes on under new variables."""
        inside = {*then.params, *(o for s in then.builder.stmts for o in s.outs)}
        outs: dict[Var, Var] = {}
        for name, value in then.env.items():
            if value is not self.env.get(name, UNDEF):
                for leaf in held_in(value):
                    if leaf in inside and leaf not in outs:
                        outs[leaf] = made = variable_for(name)
                        self.b.kinds[made] = self.b.kinds.get(leaf, K.UNKNOWN)
        orelse = final.builder if final is not None else Builder(self.b)
        self.b.stmts.append(Try(tuple(outs.values()), test, then.builder.block(then.params, list(outs)), orelse.block((), ()),
                                self.loc(node), form))
        self.memory.writes = dict(then.writes)
        for leaf, made in outs.items():
            self.remember(leaf, made, outs, inside)
        self.env = {n: exchanged(v, outs) for n, v in then.env.items()}

    def remember(self, leaf: Var, made: Var, outs: dict[Var, Var], inside: set[Var]) -> None:
        """`made` is what `leaf` is inside: the same memory, and the same view."""
        if self.memory.immutable(leaf):
            return
        self.memory.references[made] = self.memory.reference(leaf)
        if leaf in self.memory.wholes:
            self.memory.wholes.add(made)
        if self.memory.view(leaf) is not None:
            args = tuple(outs.get(a, a) if isinstance(a, Var) else a for a in self.b.defs[leaf].args)
            if inside.isdisjoint(a for a in args if isinstance(a, Var)):
                self.b.defs[made] = replace(self.b.defs[leaf], outs=(made,), args=args)


def left_at_last(node: Any, others: list[Any], manager: str) -> Any:
    """The `try` that `with` stands for; one and the same whenever the statement is lowered."""
    if not hasattr(node, "around"):
        node.around = {}
    if len(others) not in node.around:
        leave = gast.Attribute(gast.Name(manager, gast.Load(), None, None), "__exit__", gast.Load())
        last = gast.Expr(gast.Call(leave, [gast.Constant(None, None)] * 3, []))
        made = gast.Try([gast.With(others, node.body, None)] if others else node.body, [], [], [last])
        for n in gast.walk(made):
            if isinstance(n, (gast.stmt, gast.expr)) and not hasattr(n, "lineno"):
                gast.copy_location(n, node)
        node.around[len(others)] = made
    return node.around[len(others)]
