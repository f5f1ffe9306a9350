"""What is added to a zero is written there.

    x_bar = np.zeros_like(x)                 x_bar = np.zeros_like(x)
    for i in reversed(range(n)):      ->     for i in reversed(range(n)):
        x_bar[i] += 2.0 * x[i]                   x_bar[i] = 2.0 * x[i]

    g = u_bar[i]                             g = u_bar[i]
    u_bar[i] = 0.0                    ->
    u_bar[i - 1] += a * g                    u_bar[i - 1] += a * g
    u_bar[i] += b * g                        u_bar[i] = b * g
"""
from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.analyses.positions import Positions
from tangentlite.analyses.tapes import readings
from tangentlite.ir import kinds as K
from tangentlite.ir.substitute import resolved, substitute
from tangentlite.ir.trace import Block, Const, Eqn, For, If, Trace, Try, Var, blocks, leaves, variables
from tangentlite.ir.updates import WRITES, add_at_inplace, setitem_inplace
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.lists import is_list_of_floats

ZEROS = (runtime.zeros_like, np.zeros_like, np.zeros)
INTEGERS = frozenset(("int", "int64"))
FLOATS = frozenset(("float", "float32", "float64"))
ZERO = (Const(0.0), Const(0))
REAL = FLOATS | INTEGERS | {"bool"}


def first_writes(trace: Trace, kinds: Mapping[Var, Any], lists: bool = True) -> Trace:
    """The trace, after `inplace`, with sums whose first term is surely zero replaced by the second.

    Where the elements are those in several `lists` of indices, Numba cannot set them.

    >>> from tangentlite import pipeline
    >>> def f(x):
    ...     s = 0.0
    ...     for i in range(len(x)):
    ...         s = s + x[i] * x[i]
    ...     return s
    >>> program, root = pipeline.lower(f, {"x": K.Array("float64", (("n", "x", 0),))})
    >>> text = pipeline.printed(pipeline.derive(program, root, "grad", (0,), compiled=False))[1].source
    >>> print(text[text.index("    x_bar = "):], end="")
        x_bar = memoryview(np.zeros_like(x))
        for i in range(len(x)):
            # s = s + x[i] * x[i]
            x_bar[i] = 2.0 * x[i]
        return x_bar.obj
    """
    finder = Finder(trace, kinds, lists)
    resets = {s: found for s in finder.home if (found := finder.replacing(s)) is not None}
    first = {*finder.all(), *resets.values()}
    gone = {*resets, *(found for s, found in resets.items() if finder.is_what_was_there(found.args[2], s))}
    new = resolved({s.out: s.args[0] for s in gone})

    def visit(block: Block) -> Block:
        stmts = [nested(s, visit) for s in block.stmts if s not in gone]
        return with_statements(block, [replace(s, op=setitem_inplace) if s in first else s for s in stmts])

    return replace(trace, block=substitute(visit(trace.block), new)) if first else trace


Found = tuple[Any, list[Eqn]]  # what an array is after some of its updates, and those of them that add to zeros


class Finder:
    def __init__(self, trace: Trace, kinds: Mapping[Var, Any], lists: bool) -> None:
        self.kinds, self.positions, self.lists = kinds, Positions(trace), lists
        self.readers: dict[Var, list[Any]] = {}
        self.home: dict[Any, Block] = {}  # the block of every statement
        self.around: dict[Block, Any] = {}  # the statement of every block inside another one
        for reader, atoms in readings(trace.block):
            for v in variables(atoms):
                self.readers.setdefault(v, []).append(reader)
            if isinstance(reader, Block):
                self.home.update(dict.fromkeys(reader.stmts, reader))
                self.around.update((inner, s) for s in reader.stmts for inner in blocks(s))

    def replacing(self, s: Any) -> Eqn | None:
        """What adds to an element that the statement sets to zero, if that is not read in between: it may be set there."""
        if not (isinstance(s, Eqn) and s.op is setitem_inplace and s.args[2] in ZERO):
            return None
        v = s.out
        while True:
            users = [u for u in self.readers.get(v, []) if not self.reads_other(u, v, s.args[1])]
            user = users[0] if len(users) == 1 else None
            written = isinstance(user, Eqn) and user.op in WRITES and user.args[0] is v and v not in user.args[1:]
            if not written or self.home[user] is not self.home[s]:
                return None
            assert isinstance(user, Eqn)
            if not self.positions.differ(user.args[1], s.args[1]):
                break
            v = user.out
        return user if user.op is add_at_inplace and user.args[1] is s.args[1] and self.can_be_written(user) else None

    def is_what_was_there(self, value: Any, reset: Eqn) -> bool:
        """Is the value the element that has been set to zero? It goes back where it was."""
        e = self.positions.equation(value)
        return e is not None and e.op is operator.getitem and e.args[0] is reset.args[0] and e.args[1] is reset.args[1]

    def reads_other(self, s: Any, v: Var, index: Any) -> bool:
        """Does a statement read an element that is surely not the one with this index?"""
        return isinstance(s, Eqn) and s.op is operator.getitem and s.args[0] is v and self.positions.differ(s.args[1], index)

    def all(self) -> set[Eqn]:
        """The updates that add to zeros."""
        found: set[Eqn] = set()
        for s, block in self.home.items():
            if isinstance(s, Eqn) and s.op in ZEROS:
                found |= self.of(s.out, block)
        return found

    def of(self, zeros: Var, block: Block) -> set[Eqn]:
        """Those of one array: the first one, and the next ones in which nothing has been added to their elements yet."""
        found: set[Eqn] = set()
        after = self.next(zeros, block, ())
        while after is not None and all(self.positions.differ(e.args[1], f.args[1]) for e in after[1] for f in found):
            found.update(after[1])
            after = self.next(after[0], block, ())
        return found

    def next(self, v: Var, block: Block, loops: tuple[For, ...]) -> Found | None:
        """The next statement of the block that updates zeros; `loops` are those that run around it since the zeros are there.

        None where others in the block read the array, and where an iteration may add to an element to which another one has added.
        """
        users = {self.statement(u, block) for u in self.readers.get(v, [])} - {None}
        match user := users.pop() if len(users) == 1 else None:
            case Eqn() if user.op is add_at_inplace and user.args[0] is v and v not in user.args[1:]:
                return (user.out, [user]) if self.is_apart(user.args[1], loops) and self.can_be_written(user) else None
            case For() if user.inits.count(v) == 1 and user.iter is not v:
                k = user.inits.index(v)
                found = self.all_of(user.carried[k], user.body, (*loops, user))
                return (user.outs[k], found[1]) if found is not None and found[0] is user.body.outs[k] else None
            case If() if not isinstance(user, Try) and user.test is not v:
                return self.arms(v, user, loops)
        return None

    def statement(self, reader: Any, block: Block) -> Any:
        """The statement of the block that reads, or inside which there is what reads; the block itself if it hands on its result."""
        inside = reader if isinstance(reader, Block) else self.home[reader]
        while inside is not block:
            reader = self.around.get(inside)
            if reader is None:
                return None
            inside = self.home[reader]
        return reader

    def arms(self, v: Var, s: If, loops: tuple[For, ...]) -> Found | None:
        """The same in both arms of a branch, of which one may leave the zeros as they are."""
        found: list[Found | None] = [(v, []) if v in arm.outs else self.all_of(v, arm, loops) for arm in (s.then, s.orelse)]
        for k, out in enumerate(s.outs):
            if [arm.outs[k] for arm in (s.then, s.orelse)] == [f and f[0] for f in found]:
                return out, [e for f in found if f is not None for e in f[1]]
        return None

    def all_of(self, v: Var, block: Block, loops: tuple[For, ...]) -> Found | None:
        """All that a block, in which nothing else happens to the array, does with the zeros; the rest updates the same element."""
        found = self.next(v, block, loops)
        if found is None:
            return None
        end, first = found
        while end not in block.outs:
            (user, *others) = self.readers.get(end, [None])
            same = isinstance(user, Eqn) and user.op is add_at_inplace and user.args[0] is end and len(first) == 1
            if others or not same or user.args[1] is not first[0].args[1]:
                return None
            end = user.out
        return end, first

    def is_apart(self, index: Any, loops: tuple[For, ...]) -> bool:
        """Does the index select every element once, and has every iteration of the loops elements of its own?"""
        parts = self.positions.parts(index)
        if not loops and self.lists and (self.is_numbered(parts) or len(parts) == 1 and self.is_mask(parts[0])):
            return True
        return all(map(self.is_basic, parts)) and all(
            any(self.positions.is_one(a, i) for a in parts for i in leaves(s.targets) if i in self.positions.over) for s in loops)

    def is_numbered(self, parts: tuple[Any, ...]) -> bool:
        """Is one part np.arange(n), from 0 or later, and are the others numbers, slices or arrays of the same length?"""
        kinds = [self.kinds.get(a, K.UNKNOWN) for a in parts]
        for a, kind in zip(parts, kinds):
            e = self.positions.equation(a)
            if e is not None and e.op is np.arange and not e.kwargs and self.counts_up(e) and K.rank(kind) == 1:
                return all(self.is_basic(p) or is_integers(k) and K.same_shape(k, kind) for p, k in zip(parts, kinds))
        return False

    def is_mask(self, a: Any) -> bool:
        kind = self.kinds.get(a)
        return isinstance(kind, K.Array) and kind.dtype == "bool"

    def counts_up(self, e: Eqn) -> bool:
        """Are the numbers of np.arange never negative? Those would count from the end, where others may be."""
        least = self.positions.least(e.args[0]) if len(e.args) == 2 else None
        return len(e.args) == 1 or least is not None and least >= 0

    def is_basic(self, a: Any) -> bool:
        if isinstance(a, Const):
            return a.value is None or isinstance(a.value, slice) or type(a.value) is int
        e, kind = self.positions.equation(a), K.kind_of(self.kinds.get(a, K.UNKNOWN))
        return e is not None and e.op is slice or isinstance(kind, K.Number) and kind.dtype in INTEGERS

    def can_be_written(self, update: Eqn) -> bool:
        """Is the value what the zero plus the value is, and has the place room for it?

        In the function itself it is not: 0.0 + -0.0 is 0.0.
        """
        if update.loc.sweep != "reverse":
            return False
        into, kind = (K.kind_of(a if isinstance(a, Const) else self.kinds.get(a, K.UNKNOWN)) for a in (update.args[0], update.args[2]))
        if isinstance(into, K.Seq):
            return is_list_of_floats(into) and isinstance(kind, K.Number) and kind.dtype in FLOATS
        return isinstance(into, K.Array) and into.dtype in FLOATS and isinstance(kind, (K.Number, K.Array)) and kind.dtype in REAL


def is_integers(kind: Any) -> bool:
    return isinstance(kind, K.Array) and (kind.dtype or "").startswith(("int", "uint"))
