"""An adjoint whose elements are all given a value, used and set to zero again needs neither the zeros nor a sum.

    v_bar = np.zeros_like(v)                     v_bar = np.zeros_like(v)
    for _ in reversed(range(n)):                 for _ in reversed(range(n)):
        for i in range(1, m):                        for i in range(1, m):
            v_bar[i] += u_bar[i]                         v_bar[i] = u_bar[i]
        for i in range(1, m):            ->          for i in range(1, m):
            u_bar[i - 1] += v_bar[i]                     u_bar[i - 1] += v_bar[i]
            v_bar[i] = 0.0
    u0_bar = v_bar + u_bar                       u0_bar = u_bar

So it is where every step of the function writes all elements of an array before it reads them.
"""
from __future__ import annotations

import operator
from dataclasses import replace
from typing import Any, NamedTuple

from tangentlite.analyses.independence import Independence
from tangentlite.analyses.storage import reads_shape
from tangentlite.ir import kinds as K
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.substitute import resolved, substitute
from tangentlite.ir.trace import Block, Eqn, For, Stmt, Trace, Var, all_blocks, read_counts, reads, uses, walk
from tangentlite.ir.updates import WRITES, add_at_inplace, setitem_inplace
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.first_writes import ZERO, ZEROS

REAL = ("float", "float64")


def spent(trace: Trace, kinds: Kinds) -> Trace:
    """The trace, after `inplace`, with fewer reads and writes of such adjoints.

    >>> import numpy as np
    >>> from tangentlite import pipeline
    >>> def f(u):
    ...     v = u.copy()
    ...     for i in range(1, len(u)):
    ...         v[i] = 2.0 * u[i - 1]
    ...     for i in range(1, len(u)):
    ...         u[i] = v[i]
    ...     return np.sum(u)
    >>> program, root = pipeline.lower(f, {"u": K.Array("float64", (("n", "u", 0),))})
    >>> made = pipeline.derive(program, root, "grad", (0,), compiled=False)
    >>> source = pipeline.printed(made)[1].source
    >>> print(source[source.index("    v_bar = "):], end="")
        v_bar = memoryview(np.zeros_like(v))
        for i in reversed(range(1, len(u))):
            # u[i] = v[i]
            v1_bar = u_bar[i]
            u_bar[i] = 0.0
            v_bar[i] = v1_bar
        for i in reversed(range(1, len(u))):
            # v[i] = 2.0 * u[i - 1]
            u_bar[i - 1] += 2.0 * v_bar[i]
        return u_bar.obj
    """
    zeros = [s for s in walk(trace.block) if isinstance(s, Eqn) and s.op in ZEROS and s.loc.sweep == "reverse"]
    if not zeros:
        return trace
    finder = Spent(trace, kinds)
    first: set[Stmt] = set()
    gone: dict[Stmt, Any] = {}  # what is not computed any more, and what stands for it
    for z in zeros:
        found = finder.of(z)
        if found is not None:
            first.add(found.first)
            if gone.keys().isdisjoint(found.gone):  # of a sum of two of them one keeps its zeros
                gone.update(found.gone)

    def visit(block: Block) -> Block:
        stmts = [nested(s, visit) for s in block.stmts if s not in gone]
        return with_statements(block, [replace(s, op=setitem_inplace) if s in first and isinstance(s, Eqn) else s for s in stmts])

    return replace(trace, block=substitute(visit(trace.block), resolved({s.outs[0]: a for s, a in gone.items()}))) if first else trace


class Site(NamedTuple):
    """Where an element is read or written: the equation, and for every part of its position the loop whose index that is."""

    eqn: Eqn
    loops: tuple[For, ...]


class Uses(NamedTuple):
    """Of an array in a block: its elements, all that it is called, what it is called in the end, and whether that is handed on to the
    next iteration of a loop."""

    sites: list[Site]
    versions: set[Any]
    end: Var
    handed_on: bool = False


class Found(NamedTuple):
    first: Eqn  # what gives every element its value
    gone: dict[Stmt, Any]  # what sets it to zero, if nobody reads the zeros, and the sum that they are added to: with what stands for it


class Spent(Independence):
    def __init__(self, trace: Trace, kinds: Kinds) -> None:
        super().__init__(trace, kinds)
        self.counts = read_counts(trace.block)
        self.home = {s: b for b in all_blocks(trace.block) for s in b.stmts}

    def of(self, zeros: Eqn) -> Found | None:
        """What changes for the array that begins with these zeros."""
        if not isinstance(kind := self.kind(zeros.out), K.Array) or kind.dtype not in REAL:
            return None
        found = self.used(zeros.out, self.home[zeros])
        if found is None or not self.storage.members(self.storage.root(zeros.out)) <= found.versions:
            return None
        first, last = found.sites[0].eqn, found.sites[-1].eqn
        unread = not self.counts[found.end] and not found.handed_on  # then nothing is set to zero
        if first.op is not add_at_inplace or first.loc.sweep != "reverse" or not (is_reset(last) or unread):
            return None
        if not isinstance(value := self.kind(first.args[2]), K.Number) or value.dtype not in REAL:
            return None
        total = self.total(found.end)
        if total is None:
            return Found(first, {})
        between = [site.eqn for site in found.sites[1:] if not (site.eqn is last and is_reset(last))]
        if all(e.op is operator.getitem for e in between) and len({self.home[site.eqn] for site in found.sites}) == 1:
            total.update(dict.fromkeys(between, first.args[2]))  # the element is a number of the iteration
            total[first] = first.args[0]
        return Found(first, {last: last.args[0], **total} if is_reset(last) else total)

    def total(self, end: Var) -> dict[Stmt, Any] | None:
        """The sum that the zeros are added to in the end, if there is one; None where something else is done with them."""
        if not self.counts[end]:
            return {}
        user = next((s for s in self.home if end in reads(s)), None)
        if self.counts[end] > 1 or not isinstance(user, Eqn) or user.op is not operator.add or user.loc.sweep != "reverse":
            return None
        (other,) = [a for a in user.args if a is not end] or [None]
        own = isinstance(other, Var) and self.counts[other] == 1 and self.storage.root(other) not in self.storage.foreign
        mine, whole = self.kind(other), self.kind(user.out)
        return {user: other} if own and K.same_shape(mine, whole) and mine.dtype == whole.dtype else None

    def used(self, v: Var, block: Block) -> Uses | None:
        """What the block does with an array, if that is done by loops that run over all elements of the same part, all of them
        its own; or a loop of the block does that in every iteration."""
        found = Uses([], {v}, v)
        end = self.visit(block, v, (), found)
        if end is not None and found.sites:
            return found._replace(end=end) if self.is_one_part(found.sites) else None
        users = [s for s in block.stmts if v in uses(s) and not reads_shape(s)]
        loop = users[0] if len(users) == 1 else None
        if not isinstance(loop, For) or loop.inits.count(v) != 1 or v in block.outs:
            return None
        k = loop.inits.index(v)
        inside = self.used(loop.carried[k], loop.body)
        ends = inside is not None and inside.end is loop.body.outs[k] and self.counts[inside.end] == 1
        if inside is None or not ends or v in uses(replace(loop, inits=())):
            return None
        return Uses(inside.sites, inside.versions | {v, loop.outs[k]}, loop.outs[k], True)

    def visit(self, block: Block, v: Var, loops: tuple[For, ...], found: Uses) -> Var | None:
        """Note the elements of the array `v` that a block, inside of loops, reads and writes. What the array is in the end; None
        where more happens to it."""
        for s in block.stmts:
            if found.versions.isdisjoint(uses(s)) or reads_shape(s):
                continue
            if isinstance(s, For) and v in s.inits and self.is_range(s):
                k = s.inits.index(v)
                found.versions.add(s.carried[k])
                end = self.visit(s.body, s.carried[k], (*loops, s), found)
                if end is not s.body.outs[k] or s.inits.count(v) > 1:
                    return None
                v = s.outs[k]
            elif isinstance(s, For) and self.is_range(s) and found.versions.isdisjoint(s.inits):
                if self.visit(s.body, v, (*loops, s), found) is not v:
                    return None
            elif isinstance(s, Eqn) and s.op in (*WRITES, operator.getitem) and s.args[0] is v and v not in s.args[1:]:
                parts = tuple(t for a in self.index(s.args[1]) for t in loops if t.targets is a)
                if set(parts) != set(loops) or not len(parts) == len(loops) == len(self.index(s.args[1])) == K.rank(self.kind(v)):
                    return None
                found.sites.append(Site(s, parts))
                v = s.out if s.op in WRITES else v
            elif not loops and found.sites:
                break  # what is read from here on is the array in the end
            else:
                return None
            found.versions.add(v)
        return v

    def is_range(self, s: For) -> bool:
        e = self.made.get(self.positions.forwards(s.iter))
        return s.stop is None and isinstance(s.targets, Var) and e is not None and e.op is range

    def is_one_part(self, sites: list[Site]) -> bool:
        """Do all run over the same positions, of which none is counted from the end, where others may be?"""
        first, *others = [[self.positions.forwards(t.iter) for t in site.loops] for site in sites]
        return all(self.positions.is_one(t.targets, t.targets) for t in sites[0].loops) and all(
            all(map(self.same, first, ranges)) for ranges in others)


def is_reset(e: Eqn) -> bool:
    return e.op is setitem_inplace and e.args[2] in ZERO
