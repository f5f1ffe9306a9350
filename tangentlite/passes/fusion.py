"""Loops of the reverse sweep that touch the same elements, one loop after the other, are one loop, for compiled code.

    for i in range(1, n):                        for i in range(1, n):
        g = u_bar[i]                                 g = u_bar[i]
        u_bar[i] = 0.0                               u_bar[i] = 0.0
        v_bar[i] += g                    ->          v_bar[i] += g
    for i in range(1, n):                            u_bar[i] += v_bar[i] * c
        u_bar[i] += v_bar[i] * c

Memory is passed over once. Every element that one of the two writes and the other one reads or writes has to be the iteration's own.
"""
from __future__ import annotations

import itertools
import operator
from dataclasses import replace
from typing import Any

from tangentlite import runtime
from tangentlite.analyses.independence import Independence, Index
from tangentlite.analyses.storage import reads_shape
from tangentlite.ir import kinds as K
from tangentlite.ir.repetition import Kinds
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Eqn, For, Stmt, Trace, Var, free, walk
from tangentlite.ir.updates import WRITES
from tangentlite.passes.bodies import nested, with_statements
from tangentlite.passes.scatters import CHEAP
from tangentlite.rules.effects import is_pure

PLAIN = (*CHEAP, *WRITES, runtime.add_unordered)  # of which machine code does several at a time
MOST = 8  # pairs of arrays that it compares before, to see that they are apart


def fusion(trace: Trace, kinds: Kinds) -> Trace:
    """The trace, after `scatters`, with fewer loops in its reverse sweep.

    >>> import numpy as np
    >>> from tangentlite import pipeline
    >>> def f(u, c):
    ...     v = np.empty_like(u)
    ...     for i in range(len(u)):
    ...         v[i] = 2.0 * u[i]
    ...     for i in range(len(u)):
    ...         u[i] = v[i] + c[i]
    ...     return np.sum(u * u)
    >>> given = {v: K.Array("float64", (("n", v, 0),)) for v in ("u", "c")}
    >>> program, root = pipeline.lower(f, given)
    >>> made = pipeline.derive(program, root, "grad", (0, 1), compiled=True)
    >>> source = pipeline.printed(made)[1].source
    >>> print(source[source.index("    c_bar = "):], end="")
        c_bar = np.zeros_like(c)
        for i in range(len(u)):
            # u[i] = v[i] + c[i]
            v1_bar = u_bar[i]
            c_bar[i] = v1_bar
            # v[i] = 2.0 * u[i]
            u_bar[i] = 2.0 * v1_bar
        return u_bar, c_bar
    """
    if not any(isinstance(s, For) and s.loc.sweep == "reverse" for s in walk(trace.block)):
        return trace
    return replace(trace, block=Fusion(trace, kinds).block(trace.block))


class Fusion(Independence):
    def block(self, block: Block) -> Block:
        made: list[Stmt] = []
        for k, s in enumerate(block.stmts):
            s = nested(s, self.block)
            at = max((n for n, t in enumerate(made) if isinstance(t, For)), default=None)
            if isinstance(s, For) and at is not None:
                first, between = made[at], made[at + 1:]
                assert isinstance(first, For)
                later = Block((), (*between, *block.stmts[k + 1:]), block.outs)
                if all(map(self.may_go_ahead, between)) and self.may_be_one(first, s, later):
                    made[at:] = [*between, self.one(first, s)]
                    continue
            made.append(s)
        return with_statements(block, made)

    def may_go_ahead(self, s: Stmt) -> bool:
        """Is this a range, or a number that depends on no element?"""
        if not isinstance(s, Eqn) or not is_pure(s):
            return False
        return s.op is range or reads_shape(s) or not any(isinstance(a, Var) and self.storage.stored(a) for a in (*s.outs, *s.inputs))

    def may_be_one(self, first: For, second: For, later: Block) -> bool:
        """Do both run over the same range in any order, without elements of one depending on other ones of the other? What the
        second one goes on with is not to be read `later`."""
        if not (self.is_plain(first) and self.is_plain(second) and self.same(first.iter, second.iter)):
            return False
        handed_on = set(first.outs).intersection(second.inits)
        inside = free(second.body)
        numbers = {o for o in first.outs if not isinstance(self.kind(o), K.Array)}
        return not handed_on & (free(later) | inside) and not numbers & inside and self.are_apart(first, second)

    def is_plain(self, s: For) -> bool:
        """Does machine code run several iterations at a time?"""
        flat = all(isinstance(t, Eqn) and t.op in PLAIN for t in s.body.stmts)
        return flat and s.loc.sweep == "reverse" and self.in_any_order(s)

    def are_apart(self, first: For, second: For) -> bool:
        """Has every iteration elements of its own of what one of the loops writes and the other one touches?"""
        found: dict[Any, dict[For, list[Index]]] = {}  # indices by arrays, and where they are used
        eqns = [(loop, t) for loop in (first, second) for t in loop.body.stmts if isinstance(t, Eqn)]
        used = [(loop, t) for loop, t in eqns if t.op in (*WRITES, operator.getitem)]
        written = {self.storage.root(t.args[0]) for _, t in used if t.op in WRITES}
        if any(map(self.storage.stored, (a for _, t in used for a in t.args[1:]))):
            return False
        for loop, t in used:
            root, index = self.storage.root(t.args[0]), self.index(t.args[1])
            array = self.before(t.args[0], loop, first) if root in written else root
            if array is None or root in written and len(index) != K.rank(self.kind(t.args[0])):
                return False
            found.setdefault(array, {}).setdefault(loop, []).append(index)
        changed = [a for a in found if self.storage.root(a) in written]
        if len(changed) * (len(found) - 1) > MOST or not all(self.aliases.apart(a, b) for a, b in itertools.combinations(changed, 2)):
            return False
        return all(len(found[a]) < 2 or self.are_own(found[a]) for a in changed)

    def before(self, v: Any, loop: For, first: For) -> Any:
        """The array that an iteration reads or writes, as it is before the first loop."""
        start: Any = self.at_start(v, loop)
        start = loop.inits[loop.carried.index(start)] if start in loop.carried else start
        if start not in first.outs:
            return start
        k = first.outs.index(start)
        return first.inits[k] if self.at_start(first.body.outs[k], first) is first.carried[k] else None

    def are_own(self, indices: dict[For, list[Index]]) -> bool:
        """Are all of them one place, of which every iteration has another one?"""
        places = {tuple(self.from_target(a, loop.targets) for a in index) for loop, found in indices.items() for index in found}
        loop, (one, *_) = next(iter(indices.items()))
        return len(places) == 1 and any(self.positions.is_one(a, loop.targets) for a in one)

    def from_target(self, a: Any, target: Any) -> Any:
        """A position that moves with the index of the loop as a distance from that, another one as what tells it from others."""
        offset = self.positions.offset(a, target)
        return self.place(a) if offset is None else ("from the index", offset)

    def one(self, first: For, second: For) -> For:
        """Both loops in one: the second one goes on with what an iteration of the first one has left."""
        left = dict(zip(first.outs, first.body.outs))
        new = {second.targets: first.targets, **{p: left[i] for p, i in zip(second.carried, second.inits) if i in left}, **left}
        body = substitute(Block((), second.body.stmts, second.body.outs), new)
        carried = list(zip(second.inits, second.outs, second.carried, body.outs))
        ends = {i: (o, end) for i, o, _, end in carried if i in left}
        ends = {o: ends.get(o, (o, end)) for o, end in left.items()}
        more = [(i, o, p, end) for i, o, p, end in carried if i not in left]
        body = Block((*first.body.params, *(p for _, _, p, _ in more)), (*first.body.stmts, *body.stmts),
                     (*(end for _, end in ends.values()), *(end for *_, end in more)))
        return replace(first, outs=(*(o for o, _ in ends.values()), *(o for _, o, _, _ in more)),
                       inits=(*first.inits, *(i for i, *_ in more)), body=body)
