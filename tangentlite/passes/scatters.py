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
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from tangentlite import runtime
from tangentlite.analyses.independence import SUMS, Independence
from tangentlite.ir import Eqn, For, If, Loc, Trace, Var, While
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.repetition import Kinds, twins
from tangentlite.ir.trace import Block, Stmt, walk
from tangentlite.ir.updates import WRITES
from tangentlite.passes.dce import dce
from tangentlite.passes.sums_in_any_order import with_sums_in_any_order

CHEAP = (*SUMS, operator.mul, operator.truediv, operator.neg, operator.pos, operator.getitem, make_tuple)  # than to keep the result


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
        u_bar = memoryview(np.zeros_like(u))
        v_bar = memoryview(v_bar.copy())
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


class Scatters(Independence):
    def __init__(self, trace: Trace, kinds: Kinds) -> None:
        super().__init__(trace, kinds)
        self.around: list[Loc] = []  # the loops around the present one

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
                loops = self.split(forwards, groups) if len(groups) > 1 else [replace(forwards, body=self.inside(s))]
                yield from (with_sums_in_any_order(t, self.kinds) if isinstance(t, For) else t for t in loops)
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
        """The body of a loop that runs backwards, and takes rows from tapes: machine code that adds up several elements at a time is
        prepared for rows whose addresses grow, unless it cannot know where they are."""
        stmts: list[Stmt] = []
        for s in body.stmts:
            if is_row(s) and K.rank(self.kind(s.outs[0])) == 1 and K.is_int(self.kind(s.args[1])):
                index = Var(temp=True)
                self.kinds[index] = K.INT
                stmts += [Eqn((index,), runtime.opaque, s.args[1:], (), s.loc), replace(s, args=(s.args[0], index))]
            else:
                stmts.append(s)
        return replace(body, stmts=tuple(stmts))

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

    # -- a loop for every neighbour ------------------------------------------------------------------------------------

    def groups(self, s: For) -> list[list[Eqn]]:
        """The updates that each loop makes in place of this one: to one element of every array that is added to.

        The first one sums up the numbers, too, and is for the iteration's own elements, if there are such.
        """
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
        neighbours.sort(key=lambda group: sum(self.place(a) is not a for a in self.index(group[0].args[1])))
        neighbours[0][:0] = sums
        neighbours[-1] += own
        return neighbours

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
