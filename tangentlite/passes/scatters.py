"""Loops of the reverse sweep that add to neighbours, for compiled code: forwards, and one loop for every neighbour.

    for i in reversed(range(1, n)):              for i in range(1, n):
        g = v_bar[i]                                 u_bar[i + 1] += c * v_bar[i]
        v_bar[i] = 0.0                   ->      for i in range(1, n):
        u_bar[i + 1] += c * g                        g = v_bar[i]
        u_bar[i - 1] += d * g                        v_bar[i] = 0.0
                                                     u_bar[i - 1] += d * g

Where an iteration reads no more than its own elements of what others write, and only adds to theirs, any order will do. Machine code
adds up several elements at a time if no iteration adds where the next one does, and if addresses grow.
"""
from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from tangentlite.analyses.aliases import Aliases
from tangentlite.analyses.positions import Positions
from tangentlite.analyses.storage import Storage, reads_shape
from tangentlite.ir import Const, Eqn, For, If, Loc, Trace, Try, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method, make_tuple
from tangentlite.ir.repetition import Kinds, twins
from tangentlite.ir.trace import Block, Call, Stmt, uses, walk
from tangentlite.ir.updates import add_at_inplace, setitem_inplace
from tangentlite.passes.dce import dce
from tangentlite.rules.effects import is_pure

SUMS = (operator.add, operator.sub, operator.iadd, operator.isub)
CHEAP = (*SUMS, operator.mul, operator.truediv, operator.neg, operator.pos, operator.getitem, make_tuple)  # than to keep the result
WRITES = (add_at_inplace, setitem_inplace)
Index = tuple[Any, ...]


def scatters(trace: Trace, kinds: Kinds) -> Trace:
    """The trace, after `inplace`, with other loops in its reverse sweep; `kinds` learns of the new values.

    >>> from tangentlite import pipeline
    >>> def f(u):
    ...     v = u.copy()
    ...     for i in range(1, len(u) - 1):
    ...         v[i] = u[i - 1] + u[i + 1]
    ...     return v
    >>> def backwards(compiled):
    ...     program, root = pipeline.lower(f, {"u": K.Array("float64", (("n", "u", 0),))})
    ...     made = pipeline.derive(program, root, "split", (0,), compiled=compiled)
    ...     source = pipeline.printed(made)[1].source
    ...     print(source[source.index("    u_bar = "):source.index("    # v = u")], end="")
    >>> backwards(compiled=False)
        u_bar = np.zeros_like(u)
        v_bar = v_bar.copy()
        for i in reversed(range(1, len(u) - 1)):
            # v[i] = u[i - 1] + u[i + 1]
            v1_bar = v_bar[i]
            v_bar[i] = 0.0
            u_bar[i + 1] += v1_bar
            u_bar[i - 1] += v1_bar
    >>> backwards(compiled=True)
        u_bar = np.zeros_like(u)
        v_bar = v_bar.copy()
        for i in range(1, v1):
            # v[i] = u[i - 1] + u[i + 1]
            u_bar[i + 1] = v_bar[i]
        for i in range(1, v1):
            v2_bar = v_bar[i]
            v_bar[i] = 0.0
            u_bar[i - 1] += v2_bar
    """
    if not any(isinstance(s, For) and s.loc.sweep == "reverse" for s in walk(trace.block)):
        return trace
    return dce(replace(trace, block=Scatters(trace, kinds).block(trace.block)), kinds=kinds)


@dataclass
class Accesses:
    """Which elements of an array that it writes a loop reads, sets, and adds to."""

    others: list[Index] = field(default_factory=list)
    added: list[Index] = field(default_factory=list)


class Scatters:
    def __init__(self, trace: Trace, kinds: Kinds) -> None:
        self.kinds, self.storage, self.aliases = kinds, Storage(trace, kinds), Aliases(trace, kinds)
        self.made = {o: s for s in walk(trace.block) if isinstance(s, Eqn) for o in s.outs}
        self.positions = Positions(trace)
        self.around: list[Loc] = []  # the loops around the present one
        self.free: dict[For, bool] = {}  # loops that have been looked at: may their iterations be run in any order?
        self.known: dict[For, dict[Any, Accesses] | None] = {}

    def block(self, block: Block) -> Block:
        return replace(block, stmts=tuple(made for s in block.stmts for made in self.statements(s)))

    def statements(self, s: Stmt) -> Iterator[Stmt]:
        match s:
            case If():
                yield replace(s, then=self.block(s.then), orelse=self.block(s.orelse))
            case While():
                yield replace(s, body=self.inside(s))
            case For() if s.loc.sweep == "reverse" and self.in_any_order(s) and not self.may_have_segments(s):
                forwards = replace(s, iter=self.positions.forwards(s.iter))
                groups = self.groups(s)
                yield from self.split(forwards, groups) if len(groups) > 1 else [replace(forwards, body=self.inside(s))]
            case For():
                body = self.inside(s)
                yield replace(s, body=self.with_rows(body) if len(body.stmts) > len(s.body.stmts) else body)
            case _:
                yield s

    def inside(self, s: For | While) -> Block:
        self.around.append(s.loc)
        body = self.block(s.body)
        self.around.pop()
        return body

    def with_rows(self, body: Block) -> Block:
        """The body of a loop that runs backwards, with copies of the rows it takes from tapes: machine code that adds up several elements
        at a time is prepared for rows whose addresses grow."""
        stmts: list[Stmt] = []
        for s in body.stmts:
            if is_row(s) and K.rank(self.kind(s.outs[0])) == 1:
                row = Var(temp=True)
                self.kinds[row] = self.kind(s.outs[0])
                stmts += [replace(s, outs=(row,)), Eqn(s.outs, call_method, (row, Const("copy")), (), s.loc)]
            else:
                stmts.append(s)
        return replace(body, stmts=tuple(stmts))

    # -- may the iterations be run in any order? -----------------------------------------------------------------------

    def in_any_order(self, s: For) -> bool:
        """Does no iteration depend on another one, but for sums, and the same hold for every loop inside?"""
        if s not in self.free:
            self.free[s] = self.is_independent(s) and all(self.in_any_order(t) for t in walk(s.body) if isinstance(t, For))
        return self.free[s]

    def is_independent(self, s: For) -> bool:
        """Does no iteration depend on another one, but for sums?"""
        e = self.made.get(self.positions.forwards(s.iter))
        if s.stop is not None or not isinstance(s.targets, Var) or e is None or e.op is not range or not self.is_simple(s.body):
            return False
        found = self.accesses(s)
        if found is None or not all(self.is_apart(a, s.targets) for a in found.values()):
            return False
        for p, a in zip(s.carried, s.body.outs):
            stays = p in found and self.at_start(a, s) is p
            if not stays and not (self.is_float(p) and self.is_sum(s.body, p, a)):
                return False
        return True

    def is_simple(self, block: Block) -> bool:
        """Does the block consist of loops, branches and equations without effects, but for writes to elements?"""
        for s in walk(block):
            if isinstance(s, Call | While | Try) or isinstance(s, Eqn) and not (s.op in WRITES or is_pure(s)):
                return False
        return True

    def accesses(self, s: For) -> dict[Any, Accesses] | None:
        """What the loop does with the arrays it writes, by what they are when an iteration begins; None where that is not known."""
        if s not in self.known:
            self.known[s] = self.accesses_in(s)
        return self.known[s]

    def accesses_in(self, s: For) -> dict[Any, Accesses] | None:
        eqns = [t for t in walk(s.body) if isinstance(t, Eqn)]
        found = {self.at_start(t.args[0], s): Accesses() for t in eqns if t.op in WRITES}
        roots = {self.storage.root(t.args[0]) for t in eqns if t.op in WRITES}
        if None in found or not self.storage.foreign.isdisjoint(roots):
            return None
        for t in eqns:
            arrays = [a for a in t.inputs if isinstance(a, Var) and self.storage.root(a) in roots and not self.is_apart_from(a, found, s)]
            if not arrays or reads_shape(t):
                continue
            index = self.index(t.args[1]) if t.op in (*WRITES, operator.getitem) and arrays == [t.args[0]] else ()
            start = self.at_start(t.args[0], s)
            of = found.get(start)
            if of is None or len(index) != K.rank(self.kind(start)) or t.op in WRITES and not K.is_number(self.kind(t.args[2])):
                return None
            (of.added if t.op is add_at_inplace else of.others).append(index)
        return found

    def at_start(self, v: Any, s: For | While) -> Var | None:
        """The array that a value of an iteration is, through all writes into it, when the iteration begins."""
        sources = self.aliases.sources(v)
        while sources is not None and len(sources) == 1:
            (source,) = sources
            loop, k = self.aliases.loops.get(source, (None, 0))
            if loop is None or loop is s or not self.aliases.is_inside(source, s):
                return source
            stays = self.at_start(loop.body.outs[k], loop) is loop.carried[k]
            sources = self.aliases.sources(loop.inits[k]) if stays else None
        return None

    def is_apart_from(self, v: Var, written: Collection[Any], s: For) -> bool:
        """Is this surely none of the arrays that are written?"""
        start = self.at_start(v, s)
        return start is not None and all(self.aliases.apart(start, w) for w in written)

    def index(self, index: Any) -> Index:
        """The parts of an index of one element; none where it may select more."""
        e = self.made.get(index) if isinstance(index, Var) else None
        parts = e.args if e is not None and e.op is make_tuple else (index,)
        return parts if all(isinstance(self.kind(a), K.Number) for a in parts) else ()

    def is_apart(self, found: Accesses, loop: Var) -> bool:
        """Has every iteration elements of its own, or are they only added to?"""
        if not found.others:
            return True
        every = [*found.others, *found.added]
        for k, first in enumerate(every[0]):
            offsets = {self.positions.offset(index[k], loop) for index in every}
            if len(offsets) == 1 and self.positions.is_one(first, loop):
                return True
        return False

    def may_have_segments(self, s: For) -> bool:
        """Is this an outermost loop with a tape? With and without checkpoints its gradient is the same to the last bit."""
        outermost = all(loc[:5] == s.loc[:5] for loc in self.around)
        return outermost and any(self.step_of(t) is s.targets for t in walk(s.body) if is_row(t))

    def step_of(self, row: Eqn) -> Any:
        """The index of the loop whose step is taken from a tape."""
        e = self.made.get(row.args[1]) if isinstance(row.args[1], Var) else None
        first = e.args[0] if e is not None and e.op is make_tuple else row.args[1]
        moved = self.made.get(first) if isinstance(first, Var) else None
        return moved.args[0] if moved is not None and moved.op is operator.sub else first

    def is_sum(self, block: Block, v: Any, end: Any) -> bool:
        """Is `end` what `v` was before the block, and what the block adds to it, without being read in between?"""
        while v is not end:
            users = [s for s in block.stmts if v in uses(s)]
            if len(users) != 1 or v in block.outs:
                return False
            match s := users[0]:
                case Eqn() if s.op in SUMS and s.args[0] is v and s.args[1] is not v:
                    v = s.out
                case For() if s.inits.count(v) == 1 and s.iter is not v and v not in uses(replace(s, inits=())):
                    k = s.inits.index(v)
                    if not self.is_sum(s.body, s.carried[k], s.body.outs[k]):
                        return False
                    v = s.outs[k]
                case If() if s.test is not v:
                    ends = [k for k in range(len(s.outs)) if self.is_sum(s.then, v, s.then.outs[k]) and self.is_sum(
                        s.orelse, v, s.orelse.outs[k])]
                    if len(ends) != 1:
                        return False
                    v = s.outs[ends[0]]
                case _:
                    return False
        return block.outs.count(end) == 1 and not any(end in uses(s) for s in block.stmts)

    def kind(self, a: Any) -> Any:
        return K.kind_of(a if isinstance(a, Const) else self.kinds.get(a, K.UNKNOWN))

    def is_float(self, a: Any) -> bool:
        return self.kind(a) in (K.FLOAT, K.Number("float64"))

    # -- a loop for every neighbour ------------------------------------------------------------------------------------

    def groups(self, s: For) -> list[list[Eqn]]:
        """The updates that each loop makes in place of this one: sums of numbers, and one element of every array that is added to."""
        found, updates = self.accesses(s), self.updates(s)
        if found is None or updates is None or not all(isinstance(t, Eqn) for t in s.body.stmts):
            return []
        sums: list[Eqn] = []
        own: list[Eqn] = []
        neighbours: list[list[Eqn]] = []
        for chain in updates:
            seen: list[Any] = []
            for t in chain:
                of = found.get(self.at_start(t.args[0], s)) if t.op in WRITES else None
                index = self.index(t.args[1]) if of is not None else ()
                if of is None or all(self.positions.offset(a, s.targets) is None for a in index):
                    sums.append(t)
                elif of.others:
                    own.append(t)
                elif self.positions.offset(index[-1], s.targets) is None:
                    return []
                else:
                    key = [self.place(a) for a in index]
                    seen += [] if key in seen else [key]
                    neighbours += [[]] if len(neighbours) < len(seen) else []
                    neighbours[seen.index(key)].append(t)
        if len(neighbours) < 2 or not self.may_run_again(s, [t for chain in updates for t in chain], own):
            return []
        neighbours[-1] += own
        return [sums, *neighbours] if sums else neighbours

    def updates(self, s: For) -> list[list[Eqn]] | None:
        """For every carried value the equations that change it, one after the other."""
        found = []
        for p, end in zip(s.carried, s.body.outs):
            chain: list[Eqn] = []
            while p is not end:
                e: Any = next((t for t in s.body.stmts if isinstance(t, Eqn) and t.op in (*WRITES, *SUMS) and t.args[0] is p), None)
                if e is None:
                    return None
                chain.append(e)
                p = e.out
            found.append(chain)
        return found if all(found) else None

    def place(self, a: Any) -> Any:
        """What tells positions apart."""
        e = self.made.get(a) if isinstance(a, Var) else None
        return (e.op, *map(self.place, e.args)) if e is not None and e.op in (operator.add, operator.sub) else a

    def may_run_again(self, s: For, updates: Sequence[Eqn], own: Sequence[Eqn]) -> bool:
        """Is all else cheap, and are the elements of its own that the loop writes read before?"""
        written = {self.at_start(t.args[0], s) for t in own}
        late = False
        for t in s.body.stmts:
            if not isinstance(t, Eqn) or t not in updates and t.op not in CHEAP:
                return False
            late = late or t in own
            if late and t not in own and t.op is operator.getitem and self.at_start(t.args[0], s) in written:
                return False
        return True

    def split(self, s: For, groups: Sequence[Sequence[Eqn]]) -> Iterator[Stmt]:
        """The loops of the groups, one after the other."""
        slots: dict[Var, int] = {}
        for k, (p, chain) in enumerate(zip(s.carried, self.updates(s) or ())):
            slots.update(dict.fromkeys((p, *(t.out for t in chain)), k))
        now: list[Any] = list(s.inits)
        last = {slots[t.out]: group for group in groups for t in group}
        over: Any = self.made[s.iter]
        for group in groups:
            again = replace(over, outs=(Var(temp=True),))
            yield again
            mine = sorted({slots[t.out] for t in group})
            outs = [s.outs[k] if last[k] is group else twins((s.outs[k],), self.kinds)[0] for k in mine]
            yield replace(s, iter=again.out, outs=tuple(outs), inits=tuple(now[k] for k in mine),
                          **self.body(s, group, mine, now, slots, group is groups[0]))
            for k, v in zip(mine, outs):
                now[k] = v

    def body(self, s: For, group: Sequence[Eqn], mine: Sequence[int], now: Sequence[Any], slots: dict[Var, int],
             first: bool) -> dict[str, Any]:
        """The index and the body of the loop of a group, all of whose values are new; what it does not need is dead."""
        target, *params = twins((s.targets, *(s.carried[k] for k in mine)), self.kinds)
        current = {**dict(enumerate(now)), **dict(zip(mine, params))}
        new: dict[Any, Any] = {s.targets: target}

        def read(a: Any) -> Any:
            return current[slots[a]] if a in slots else new.get(a, a)

        stmts: list[Stmt] = []
        for t in s.body.stmts:
            assert isinstance(t, Eqn)
            if t.out in slots and t not in group:
                continue
            outs = twins(t.outs, self.kinds)
            loc = t.loc if first else t.loc._replace(text="")  # the line is quoted once
            stmts.append(replace(t, outs=outs, args=tuple(map(read, t.args)), kwargs=tuple((k, read(v)) for k, v in t.kwargs), loc=loc))
            if t in group:
                current[slots[t.out]] = outs[0]
            else:
                new.update(zip(t.outs, outs))
        return {"targets": target, "body": Block((target, *params), tuple(stmts), tuple(current[k] for k in mine))}


def is_row(s: Stmt) -> TypeGuard[Eqn]:
    """Does the equation take something from a tape?"""
    return isinstance(s, Eqn) and s.op is operator.getitem and isinstance(s.args[0], Var) and s.args[0].suffix.endswith("_tape")
