"""Choose where an update may be done in place: the storage is ours, and no other value that shares it is read later.

    x_bar = add_at(x_bar, i, g)      ->     x_bar[i] += g
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.aliases import Aliases
from tangentlite.analyses.kinds import kinds as infer_kinds
from tangentlite.analyses.order import Order
from tangentlite.analyses.raising import may_raise
from tangentlite.analyses.rows import Rows
from tangentlite.analyses.storage import Storage, reads_shape
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_list
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import (
    Block,
    Call,
    Const,
    Eqn,
    For,
    If,
    Stmt,
    Trace,
    Try,
    Var,
    While,
    free,
    leaves,
    reads,
    uses,
    variables,
    walk,
)
from tangentlite.ir.updates import INPLACE
from tangentlite.rules.structures import path_length


def made_lists(trace: Trace, storage: Storage, updates: list[Eqn]) -> set[Any]:
    """The storage that is surely a list which was made here: the adjoint of a list may be an array."""
    made = {o: s for s in walk(trace.block) for o in s.outs if isinstance(s, Eqn)}
    given = {*trace.block.params, *(t for s in walk(trace.block) if isinstance(s, For) for t in leaves(s.targets))}
    asked: dict[Any, bool] = {}

    def is_made(v: Any) -> bool:
        e = made.get(v)
        if e is None or e.op in (list, make_list, runtime.append, runtime.without_last, runtime.setitem, runtime.add_at):
            return v not in given
        if e.op is operator.getitem and isinstance(e.args[0], Var) and K.is_table(storage.kinds.get(e.args[0])) and is_list(v):
            return are_made(e.args[0])
        if e.op is runtime.unsum:
            return isinstance(e.args[1], Var) and is_list(e.args[1])
        if e.op is runtime.accumulate:  # the sum is like its first term
            return isinstance(e.args[0], Var) and are_made(e.args[0])
        return e.op is runtime.zeros_like and isinstance(e.args[0], Var) and not e.args[0].suffix and is_list(e.args[0])

    def are_made(v: Var) -> bool:
        """Is that so of all that may be the same memory?"""
        root = storage.root(v)
        if root not in asked:
            asked[root] = True  # until another one says otherwise
            asked[root] = all(map(is_made, storage.members(root)))
        return asked[root]

    def is_list(v: Var) -> bool:
        kind = storage.kinds.get(v, K.UNKNOWN)
        return isinstance(kind, K.Seq) and kind.type == "list"

    roots = {storage.root(s.args[0]) for s in updates if s.op is runtime.without_last}
    return {root for root in roots if all(map(is_made, storage.members(root)))}


def is_list_of_numbers(kind: Any) -> bool:
    return isinstance(kind, K.Seq) and kind.type == "list" and isinstance(K.elements(kind), K.Number)


BROADCASTS = frozenset((runtime.unreduce, runtime.broadcast_like, np.broadcast_to))  # what they return cannot be written


def writable(trace: Trace, storage: Storage, updated: set[Any]) -> Trace:
    """Copy once what is written later and is not to be: what was broadcast, and arguments and lists from calls that a loop updates."""
    def is_written_array(v: Any) -> bool:
        return isinstance(v, Var) and storage.root(v) in updated and bool(K.dims_of(storage.kinds.get(v, K.UNKNOWN)))

    def is_written_list(v: Any) -> bool:
        return isinstance(v, Var) and storage.root(v) in updated and is_list_of_numbers(storage.kinds.get(v, K.UNKNOWN))

    def is_diagonal(s: Eqn) -> bool:
        """Is it an adjoint or a tangent on the diagonal of a matrix, which NumPy lets nobody write?"""
        return s.op in (np.diagonal, np.diag) and K.rank(storage.kinds.get(s.out, K.UNKNOWN)) == 1

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case Eqn() if (s.op in BROADCASTS or is_diagonal(s)) and is_written_array(s.out):
                    view = Var(s.out.hint, True, s.out.like, s.out.suffix)
                    stmts += [replace(s, outs=(view,)), Eqn((s.out,), call_method, (view, Const("copy")), (), s.loc)]
                    continue
                case If():
                    s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
                case For() | While():
                    s = replace(s, body=visit(s.body))
            stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    trace = with_own_tables(trace, storage)
    params = set(trace.foreign)
    given = params.union(*({*s.outs}.difference(dict(s.updated)) for s in walk(trace.block) if isinstance(s, Call)))
    entries: dict[Stmt, set[int]] = {
        s: {k for k, a in enumerate(s.inits) if a in params and is_written_array(a) or a in given and is_written_list(a)}
        for s in walk(trace.block) if isinstance(s, For | While)}
    trace = with_copies(trace, entries, storage.kinds)
    return replace(trace, block=visit(trace.block))


def with_own_tables(trace: Trace, storage: Storage) -> Trace:
    """Tables that are arguments and whose elements are written are copied when the function begins."""
    written = {storage.root(s.args[0]) for s in walk(trace.block) if isinstance(s, Eqn) and s.op in INPLACE and has_path(s, storage.kinds)}
    copies = {p: p.twin() for p in trace.block.params if storage.root(p) in written and K.is_table(storage.kinds.get(p))}
    if not copies:
        return trace
    made = [Eqn((v,), runtime.copied_table, (p,), (), trace.loc) for p, v in copies.items()]
    body = substitute(Block((), trace.block.stmts, trace.block.outs), copies)
    return replace(trace, block=Block(trace.block.params, (*made, *body.stmts), body.outs))


def has_path(s: Eqn, kinds: Mapping[Var, Any]) -> bool:
    return len(s.args) > 1 and isinstance(s.args[1], Var) and path_length(kinds.get(s.args[1])) > 0


def inplace(trace: Trace, kinds: Mapping[Var, Any]) -> Trace:
    """Turn functional updates into in-place ones, with a copy before those that would be seen elsewhere.

    >>> import tangentlite.backend.show
    >>> from tangentlite.ir import kinds as K
    >>> from tangentlite.pipeline import lower
    >>> def f(x):
    ...     y = x + 1.0
    ...     y[0] = 2.0
    ...     return y
    >>> program, root = lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> trace = program.traces[root]
    >>> print(trace, end="")
    def f(x):
        y = x + 1.0
        y = setitem(y, 0, 2.0)
        return y
    >>> print(inplace(trace, infer_kinds(trace, {})), end="")
    def f(x):
        y = x + 1.0
        y[0] = 2.0
        return y
    """
    changed = {a for s in walk(trace.block) for a in changed_by(s)}
    if not changed:
        return trace
    storage = Storage(trace, kinds)
    trace = writable(trace, storage, set(map(storage.root, changed)))
    made = Updates(trace, kinds)
    while made.entries:  # a copy in every iteration is made once instead, before the loop, where that will do
        trace = with_copies(trace, made.entries, made.kinds)
        again = Updates(trace, kinds)
        if again.copies >= made.copies:
            break
        made = again
    return made.trace


def changed_by(s: Stmt) -> list[Any]:
    """What the statement may update in place, or a function that it calls."""
    if isinstance(s, Call):
        return [a for _, a in s.updated]
    return [s.args[0]] if isinstance(s, Eqn) and s.op in INPLACE else []


class Updates:
    """One attempt: the `trace` with updates in place, the number of `copies` inside of loops, and the loops (with the positions of
    what they carry) that could enter with a copy instead.
    """

    def __init__(self, trace: Trace, kinds: Mapping[Var, Any]) -> None:
        updates = [s for s in walk(trace.block) if isinstance(s, Eqn) and s.op in INPLACE]
        self.given = trace
        self.kinds = kinds = {**infer_kinds(trace, kinds), **kinds}
        self.storage = storage = Storage(trace, kinds)
        self.aliases = Aliases(trace, kinds)
        self.readers = {root: storage.readers(root) for root in {storage.root(a) for s in walk(trace.block) for a in changed_by(s)}}
        self.concerned = set().union(*self.readers.values())
        for s in updates:
            if has_path(s, kinds):
                self.concerned |= self.rows.seen_by(s.args[0])
        self.broadcast = {storage.root(o) for s in walk(trace.block) if isinstance(s, Eqn) and s.op in BROADCASTS for o in s.outs
                          if K.dims_of(kinds.get(o, K.UNKNOWN)) is None}  # numbers, or what cannot be written: not copied above
        self.private = unheld(trace, storage, updates)
        self.lists = made_lists(trace, storage, updates)
        self.copies = 0
        self.entries: dict[Stmt, set[int]] = {}
        self.trace = replace(trace, block=self.visit(trace.block, set(), set()))

    @functools.cached_property
    def rows(self) -> Rows:
        """Asked for where elements of tables are written."""
        return Rows(self.given, self.storage)

    def shared(self, atoms: Iterable[Any]) -> set[Var]:
        return {v for v in atoms if self.storage.root(v) in self.concerned}

    def visit(self, block: Block, after: set[Var], handlers: set[Var]) -> Block:
        """`handlers` are the values that the handlers around the block read: they go on from wherever something raises."""
        live = after | self.shared(variables(block.outs))
        stmts: list[Stmt] = []
        for s in reversed(block.stmts):
            rest = live - set(s.outs)
            match s:
                case Eqn() if s.op in INPLACE:
                    stmts += reversed(self.update(s, live))
                case Call() if s.given_up:
                    stmts += reversed(self.handed_over(s, live))
                case If():
                    reached = self.shared(free(s.orelse, self.elements_read)) if isinstance(s, Try) else set()
                    then = self.visit(s.then, rest if not reached or s.form == "try" else rest | reached, handlers | reached)
                    stmts.append(replace(s, then=then, orelse=self.visit(s.orelse, rest, handlers)))
                case For() | While():
                    stmts.append(replace(s, body=self.visit(s.body, rest | self.shared(self.read_again(s)), handlers)))
                case _:
                    stmts.append(s)
            raised = handlers if handlers and may_raise(s, self.kinds) else set()
            live = rest | self.shared(uses(s, self.elements_read)) | raised
        return Block(block.params, tuple(reversed(stmts)), block.outs)

    def elements_read(self, s: Stmt) -> Iterable[Any]:
        """What the statement reads the elements of: what only asks an array for its shape may do so after an update."""
        asks = reads_shape(s) and isinstance(s, Eqn) and all(isinstance(self.kinds.get(a), K.Array) for a in s.args[:1])
        return () if asks else reads(s)

    def read_again(self, s: For | While) -> set[Var]:
        """What an iteration reads from outside, which the next one reads again."""
        inside = free(s.body, self.elements_read)
        return inside | free(s.test, self.elements_read) if isinstance(s, While) else inside

    def selects_many(self, index: Any) -> bool:
        """May the index be a slice? (`items[1:] += more` would insert into a list.)"""
        kind = K.kind_of(index) if isinstance(index, Const) else self.kinds.get(index, K.UNKNOWN)
        return not isinstance(kind, (K.Number, K.Inert)) or kind == K.Inert("slice")

    def update(self, s: Eqn, live: set[Var]) -> list[Stmt]:
        u, kind, storage = s.args[0], self.kinds.get(s.args[0], K.UNKNOWN), self.storage
        if s.op is runtime.without_last and storage.root(u) not in self.lists:
            return [without_last(s)]  # it may be an array of the items' adjoints
        known = isinstance(kind, K.Array) or isinstance(kind, K.Seq) and kind.type == "list" or K.is_dict(kind)
        if not known or storage.root(u) in self.broadcast or isinstance(kind, K.Array) and kind.dims is None and s.op is runtime.add_at:
            return [s]
        if has_path(s, self.kinds) and not isinstance(kind, K.Array):
            others = self.others(s, live) | {v for v in live if self.storage.root(v) in self.rows.seen_by(u)}
            return [s if others or not self.rows.are_own(u) else replace(s, op=INPLACE[s.op])]
        if isinstance(kind, K.Seq) and kind.type == "list" and s.op not in (runtime.append, runtime.without_last) and (
                self.selects_many(s.args[1])):
            return [s]
        others = self.others(s, live)
        if not others and storage.root(u) not in storage.foreign:
            return [replace(s, op=INPLACE[s.op])]
        if s.op is runtime.without_last:
            return [without_last(s)]
        copied = self.copy(u, others, s.loc)
        return [copied, replace(s, op=INPLACE[s.op], args=(copied.out, *s.args[1:]))]

    def copy(self, u: Any, others: set[Var], loc: Any) -> Eqn:
        """A copy of what is updated, as it is seen in `others`, too."""
        kind, copied = self.kinds.get(u, K.UNKNOWN), u.twin() if isinstance(u, Var) else Var()
        if isinstance(kind, K.Array) and kind.dims:
            self.note(u, others)
            return Eqn((copied,), call_method, (u, Const("copy")), (), loc)
        copy = np.copy if isinstance(kind, K.Array) else list if isinstance(kind, K.Seq) and kind.type == "list" else dict
        return Eqn((copied,), copy, (u,), (), loc)

    def handed_over(self, s: Call, live: set[Var]) -> list[Stmt]:
        """The call, after copies of what it is given to update and may not."""
        copies: list[Stmt] = []
        args = list(s.args)
        for _, n in s.given_up:
            u, root = s.args[n], self.storage.root(s.args[n])
            beside = {a for k, a in enumerate(s.args) if k != n and isinstance(a, Var) and self.storage.root(a) in self.readers[root]}
            others = beside | {v for v in live if self.storage.root(v) in self.readers[root] and not self.are_apart(u, v)} - set(s.outs)
            if others or root in self.storage.foreign or root in self.broadcast:
                copies.append(made := self.copy(u, others, s.loc))
                args[n] = made.out
        return [*copies, replace(s, args=tuple(args))]

    def others(self, s: Eqn, live: set[Var]) -> set[Var]:
        """The values read later in which the update of `s` would be seen."""
        u, root = s.args[0], self.storage.root(s.args[0])
        seen_by = {root} if s in self.private else self.readers[root]
        found = {v for v in live if self.storage.root(v) in seen_by} - set(s.outs)
        if not isinstance(self.kinds.get(u), K.Array):  # it may be put into itself as it was
            return found | {a for a in s.args[1:] if isinstance(a, Var) and self.storage.root(a) in self.readers[root]}
        if seen_by == {root}:
            return {v for v in found if not self.are_apart(u, v)}
        new = self.aliases.allocated(u)
        if new is None:
            return found
        return {v for v in found if not self.aliases.is_before(v, new) and self.shows(v, u, set())}

    def are_apart(self, u: Any, v: Any) -> bool:
        """Are these surely different arrays? (A tape may hold one of them.)"""
        return isinstance(self.kinds.get(v), K.Array) and self.aliases.apart(u, v)

    def shows(self, v: Any, u: Var, seen: set[Any]) -> bool:
        """May `v` be, or hold, the memory of an array that is allocated in this iteration?"""
        root = self.storage.root(v)
        if root is self.storage.root(u):
            return not self.are_apart(u, v)
        if root in seen or root not in self.readers[self.storage.root(u)]:
            return False
        seen.add(root)
        return root in self.storage.foreign or any(
            self.shows(item, u, seen) for holder, item, _ in self.storage.held if self.storage.root(holder) is root)

    def note(self, u: Var, others: set[Var]) -> None:
        """Count a copy that is made in every iteration, and remember the outermost loop before which it could be made."""
        sources, found = self.aliases.sources(u) or frozenset(), None
        self.copies += bool(others) and len(sources) == 1 and not sources.isdisjoint(self.aliases.loops)
        while len(sources) == 1 and (carried := next(iter(sources))) in self.aliases.loops:
            loop, k = self.aliases.loops[carried]
            late = not isinstance(loop.inits[k], Var)  # it is made in the loop
            if late or carried in self.aliases.made or any(self.aliases.is_inside(v, loop) for v in others):
                break
            found = loop, k
            sources = self.aliases.sources(loop.inits[k]) or frozenset()
        if found is not None and others:
            self.entries.setdefault(found[0], set()).add(found[1])


def without_last(s: Eqn) -> Eqn:
    """`items[:-1]`"""
    return replace(s, op=operator.getitem, args=(s.args[0], Const(slice(None, -1))))


def with_copies(trace: Trace, entries: Mapping[Stmt, set[int]], kinds: Mapping[Var, Any]) -> Trace:
    """The trace with copies of what these loops carry at these positions, made before they begin."""
    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            match s:
                case If():
                    s = replace(s, then=visit(s.then), orelse=visit(s.orelse))
                case For() | While():
                    inits = list(s.inits)
                    for k in sorted(entries.get(s, ())):
                        copied = inits[k].twin()
                        is_list = is_list_of_numbers(kinds.get(inits[k], K.UNKNOWN))
                        op, args = (list, inits[k:k + 1]) if is_list else (call_method, [inits[k], Const("copy")])
                        stmts.append(Eqn((copied,), op, tuple(args), (), s.loc))
                        inits[k] = copied
                    s = replace(s, inits=tuple(inits), body=visit(s.body))
            stmts.append(s)
        return Block(block.params, tuple(stmts), block.outs)

    return replace(trace, block=visit(trace.block))


def unheld(trace: Trace, storage: Storage, updates: list[Eqn]) -> set[Eqn]:
    """The updates of memory that was allocated in the same run of a block, before anything there comes to hold it.

    A tape made in every iteration is complete before it is put on the tape of the loop around it.
    """
    order = Order(trace)
    made = {o: s for s in walk(trace.block) if isinstance(s, Eqn) for o in s.outs}
    found: set[Eqn] = set()
    for root in {storage.root(s.args[0]) for s in updates}:
        members = storage.members(root)
        origin = min((made[v] for v in members if v in made), key=order.first.__getitem__, default=None)
        if origin is None or origin.op is not make_list or any(order.defined.get(v, -1) < order.first[origin] for v in members):
            continue
        home = order.around[origin]
        holds = [order.first[s] for _, item, s in storage.held if storage.root(item) is root]
        for s in updates:
            if storage.root(s.args[0]) is root and (whole := order.step(s, home)) is not None:
                found.update([s] if all(h > order.last[whole] for h in holds) else [])
    return found

