"""Nest temporaries that are used once inside the expression that uses them: three-address form reads like source again.

    v1 = 2 * x
    v2 = np.sin(v1)      ->     return np.sin(2 * x) + x
    y = v2 + x
    return y
"""
from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.raising import may_raise
from tangentlite.analyses.storage import Storage
from tangentlite.ir import kinds as K
from tangentlite.ir.identities import ZEROS
from tangentlite.ir.ops import Bound, Lazy, make_tuple
from tangentlite.ir.trace import (
    UNDEF,
    Block,
    Call,
    Captured,
    Const,
    Eqn,
    For,
    If,
    Stmt,
    Trace,
    Try,
    Var,
    While,
    blocks,
    op_name,
    reads,
    spelled_alike,
    variables,
    walk,
)
from tangentlite.ir.updates import FUNCTIONAL, INPLACE
from tangentlite.passes.dce import has_effect
from tangentlite.rules.effects import is_pure

INDEXED = (operator.getitem, *INPLACE, *FUNCTIONAL)
LITERALS = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg)  # which Python computes as it compiles the text
DEPTH, SIZE = 30, 24  # beyond this an expression is hard to read, and is given a name


class Fold:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any], watched: bool, storage: Storage) -> None:
        self.watched = watched  # does it matter which of two exceptions is raised?
        self.kinds, self.storage = kinds, storage
        self.count: Counter[Var] = Counter()
        self.hints: Counter[str] = Counter()
        self.depth: dict[Var, int] = {}
        self.user: dict[Var, Stmt] = {}
        self.indices: set[Var] = set()  # values that elements are taken or written with, and nothing else
        self.look(trace.block)
        for p in trace.block.params:
            self.hints[p.hint] += 1

    def look(self, block: Block) -> None:
        """Count the uses of every value; a use inside a loop or branch counts as many, as the value is not to move there."""
        others: set[Var] = set(variables(block.outs))
        for s in walk(block):
            others.update(v for inner in blocks(s) for v in variables(inner.outs))
            for o in s.outs:
                if not o.temp:
                    self.hints[o.hint] += 1
            self.user.update((v, s) for v in variables(reads(s)))
            at = s.args[1] if isinstance(s, Eqn) and s.op in INDEXED and len(s.args) > 1 else None
            self.indices.update(variables((at,)))
            others.update(v for v in variables(reads(s)) if v is not at)
        self.indices -= others
        self.count.update(v for v in uses_in(block))

    # -- what may be nested ------------------------------------------------------------------------------------------------

    def always_nested(self, e: Eqn) -> bool:
        """Has the equation no place of its own in the text?"""
        return isinstance(e.op, (Captured, Bound)) or e.op in (slice, runtime.path)

    def may_repeat(self, e: Eqn) -> bool:
        """Clearer written twice than named: a comparison of variables that keep their value, the index `i, j:j + n`, and `0.5 * 0.01`."""
        if e.op is make_tuple:
            return e.outs[0].temp and e.outs[0] in self.indices and all(map(is_short_index, e.args))
        if e.op in LITERALS and all(isinstance(a, Const) and type(a.value) in (int, float) for a in e.args):
            return e.outs[0].temp and e.args[-1].value != 0
        if op_name(e.op) not in ("lt", "le", "gt", "ge", "eq", "ne", "is_", "is_not", "comparison"):
            return False
        if not e.outs[0].temp or not K.is_number(self.kinds.get(e.outs[0], K.UNKNOWN)):
            return False
        return all(isinstance(a, Const) or isinstance(a, Var) and not a.temp and self.hints[a.hint] == 1 for a in e.args)

    def nestable(self, s: Eqn) -> bool:
        if len(s.outs) != 1 or s.op in FUNCTIONAL or self.count[s.outs[0]] != 1 and not self.is_first_operand(s.outs[0]):
            return False
        user = self.user.get(s.outs[0])
        if isinstance(user, Eqn) and user.op in FUNCTIONAL and user.args[0] is s.outs[0]:
            return False  # what is updated in place needs a name
        return s.outs[0].temp or self.is_partial_sum(s) or isinstance(user, Call) and s.op in ZEROS

    def is_first_operand(self, v: Var) -> bool:
        """Is it the `a` of `a and b`, which tests it, and hands it on where it is false?"""
        user = self.user.get(v)
        if not isinstance(user, If) or user.form not in ("and", "or") or user.test is not v or self.count[v] != 3:
            return False
        return (user.orelse if user.form == "and" else user.then).outs == (v,)

    def is_partial_sum(self, s: Eqn) -> bool:
        """x_bar = a; x_bar = x_bar + b, both from one line of the primal, is x_bar = a + b."""
        user = self.user.get(s.outs[0])
        return isinstance(user, Eqn) and len(user.outs) == 1 and op_name(user.op) in ("add", "sub", "mul") and (
            (s.loc.file, s.loc.line, s.loc.sweep) == (user.loc.file, user.loc.line, user.loc.sweep)
            and user.outs[0].like is s.outs[0].like is not None)

    # -- blocks ------------------------------------------------------------------------------------------------------------

    def block(self, block: Block, outer: dict[Var, Eqn], apart: bool = False) -> Block:
        """The block with nested temporaries; `apart`, none of them is in its outs."""
        pending: dict[Var, Eqn] = {}
        always = dict(outer)
        stmts: list[Stmt] = []

        def nest(a: Any) -> Any:
            if isinstance(a, Eqn):
                return self.equation(a, nest)
            if not isinstance(a, Var):
                return a
            return pending.pop(a) if a in pending else always.get(a, a)

        def settle(e: Eqn) -> None:
            """Give a pending expression its own line: what it reads is about to change."""
            del pending[e.outs[0]]
            stmts.append(e)

        for s in block.stmts:
            self.before(s, pending, settle)
            match s:
                case Eqn():
                    s = self.equation(s, nest)
                    if self.always_nested(s) or self.may_repeat(s):
                        always[s.outs[0]] = s
                        continue
                    if self.nestable(s) and self.size(s) <= SIZE:
                        pending[s.outs[0]] = s
                        continue
                case If():
                    s = replace(s, then=self.arm(s, always), orelse=self.block(s.orelse, always))
                    if s.test in pending and self.count[s.test] != 1 and self.as_expression(s) is None:
                        settle(pending[s.test])
                    s = replace(s, test=nest(s.test))
                    e = self.as_expression(s)
                    if e is not None:
                        if self.nestable(e) and self.size(e) <= SIZE:
                            pending[e.outs[0]] = e
                            continue
                        s = e
                case For():
                    body = self.simultaneous(self.block(s.body, always), s.carried)
                    s = replace(s, iter=nest(s.iter), inits=tuple(map(nest, s.inits)), body=body)
                case While():
                    body = self.simultaneous(self.block(s.body, always), s.carried)
                    s = replace(s, inits=tuple(map(nest, s.inits)), test=self.block(s.test, always), body=body)
                case Call():
                    s = replace(s, args=tuple(map(nest, s.args)))
            if self.watched and may_raise(s, self.kinds):
                for e in [e for e in pending.values() if may_raise(e, self.kinds)]:
                    settle(e)  # what raises first still does
            stmts.append(s)
        for e in list(pending.values()) if apart else ():
            settle(e)
        return Block(block.params, tuple(stmts), tuple(map(nest, block.outs)))

    def arm(self, s: If, always: dict[Var, Eqn]) -> Block:
        """The first arm. In the body of a `try`, what may raise comes before anything is handed on."""
        block = s.then
        if not isinstance(s, Try) or not s.catches:
            return self.block(block, always)
        outer, self.watched = self.watched, True
        made = self.block(block, always, apart=sum(isinstance(a, Var) for a in block.outs) > 1)
        self.watched = outer
        return made

    def simultaneous(self, body: Block, carried: tuple[Var, ...]) -> Block:
        """`a, b = b, a + b` at the end of a loop's body: a new value whose name is still in use is computed with the others."""
        stmts, outs = list(body.stmts), list(body.outs)
        read = Counter(variables(outs))
        while stmts:
            s = stmts[-1]
            if not isinstance(s, Eqn) or len(s.outs) != 1 or s.out not in outs or self.count[s.out] != 1 or not is_pure(s):
                break
            k = outs.index(s.out)
            if s.op in FUNCTIONAL or self.size(s) > SIZE or not spelled_alike(carried[k], s.out) or not read[carried[k]]:
                break
            outs[k] = stmts.pop()
            read.update(variables(s.inputs))
        return Block(body.params, tuple(stmts), tuple(outs))

    def equation(self, s: Eqn, nest: Any) -> Eqn:
        return replace(s, args=tuple(map(nest, s.args)), kwargs=tuple((k, nest(v)) for k, v in s.kwargs))

    def before(self, s: Stmt, pending: dict[Var, Eqn], settle: Any) -> None:
        """Expressions do not move past what may change what they read, nor past a statement with an effect."""
        if not pending:
            return
        mine = set(variables(reads(s)))
        written = self.written(s)
        if written:
            for v, e in list(pending.items()):
                if v not in mine and any(self.storage.root(u) in written for u in variables(e.inputs)):
                    settle(e)
        if has_effect(s) or not isinstance(s, Eqn):
            for v, e in list(pending.items()):
                if v not in mine and not is_pure(e):
                    settle(e)

    def written(self, s: Stmt) -> set[Any]:
        """The storage that the statement changes, and what holds it."""
        inner = [s, *(t for b in blocks(s) for t in walk(b))]
        roots = {self.storage.root(t.args[0]) for t in inner if isinstance(t, Eqn) and t.op in FUNCTIONAL}
        roots.update(self.storage.root(a) for t in inner if isinstance(t, Call) for _, a in t.updated)
        return set().union(*map(self.storage.readers, roots))

    def size(self, e: Any) -> int:
        """How long the expression reads; too deep counts as too long."""
        if not isinstance(e, Eqn):
            return 1
        known = self.depth.get(e.outs[0])
        if known is None:
            parts = [a for a in e.inputs if isinstance(a, Eqn)]
            known = 1 + sum(map(self.size, parts))
            self.depth[e.outs[0]] = known
        return known if e.loc.sweep == "reverse" else min(known, SIZE) if known < 300 else known

    def as_expression(self, s: If) -> Eqn | None:
        """A branch that only chooses between two expressions, written as an expression again."""
        if s.form == "if" or isinstance(s, Try) or len(s.outs) != 1 or s.then.stmts or s.orelse.stmts:
            return None
        if UNDEF in (*s.then.outs, *s.orelse.outs):
            return None
        a, b = s.then.outs[0], s.orelse.outs[0]
        if s.form == "ifexp":
            return Eqn(s.outs, Lazy("ifexp"), (s.test, a, b), (), s.loc)
        return Eqn(s.outs, Lazy(s.form), (s.test, a if s.form == "and" else b), (), s.loc)


def fold(trace: Trace, kinds: Mapping[Var, Any], watched: bool = False, storage: Storage | None = None) -> Trace:
    """Nest temporaries in the expressions that use them; where the function is `watched`, what raises first still does.

    `storage` is that of the trace before anything was nested, where this is not the first time.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     return (x + 1.0) * x
    >>> program, root = lower(f, {"x": K.FLOAT})
    >>> trace = program.traces[root]
    >>> from tangentlite.analyses.kinds import kinds
    >>> print(trace, end="")
    def f(x):
        v1 = x + 1.0
        v1 = v1 * x
        return v1
    >>> print(fold(trace, kinds(trace, {})), end="")
    def f(x):
        return (x + 1.0) * x
    """
    return replace(trace, block=Fold(trace, kinds, watched, storage or Storage(trace, kinds)).block(trace.block, {}))


def is_short_index(a: Any) -> bool:
    """An index, or a slice between two that may be moved: `i`, `i:j`, `i - 1:i + n`."""
    if not isinstance(a, Eqn):
        return isinstance(a, (Var, Const))
    return a.op is slice and all(isinstance(b, (Var, Const)) or b.op in (operator.add, operator.sub) and (
        all(isinstance(c, (Var, Const)) for c in b.inputs)) for b in a.inputs)


def uses_in(block: Block) -> list[Var]:
    """Every use, twice where it is in a block other than the one that holds the definition."""
    found: list[Var] = []

    def visit(b: Block, inherited: set[Var]) -> None:
        own = set(b.params)

        def use(atoms: Any) -> None:
            for v in variables(atoms):
                found.append(v)
                if v not in own:
                    found.append(v)

        for s in b.stmts:
            use(reads(s))
            for inner in blocks(s):
                visit(inner, own)
            own.update(s.outs)
        use(b.outs)

    visit(block, set())
    return found

