"""Loops over elements read and write arrays through memoryviews, whose items are Python's numbers: half the time, and the same numbers.

    x_bar = np.zeros(len(x))                   x = memoryview(x)
    for i in range(len(x)):                    x_bar = memoryview(np.zeros(len(x)))
        x_bar[i] = 2.0 * x[i]         ->       for i in range(len(x)):
    return x_bar                                   x_bar[i] = 2.0 * x[i]
                                               return x_bar.obj
"""
from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from enum import IntEnum
from functools import partial
from typing import Any

import numpy as np

from tangentlite.analyses.item_types import UPDATES, ItemTypes, all_handed_on
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import array_of, items_of
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Eqn, For, Loc, Stmt, Trace, Try, Var, While, blocks, reads, uses, variables, walk
from tangentlite.passes.bodies import nested, with_statements

NOTE = "memoryviews: their items are Python's floats"


class Use(IntEnum):
    """What a statement needs an array for."""

    SHAPE = 0
    ELEMENTS = 1
    WHOLE = 2


def memoryviews(trace: Trace, kinds: dict[Var, Any], entry: bool) -> Trace:
    """The trace, after `inplace` and of a text that Python runs; those who call an `entry` give it what its kinds say.

    >>> from tangentlite import pipeline
    >>> def f(x, h):
    ...     s = 0.0
    ...     for i in range(len(x)):
    ...         s += x[i] * x[i]
    ...     return s / h
    >>> program, root = pipeline.lower(f, {"x": K.Array("float64", (("n", "x", 0),)), "h": K.FLOAT})
    >>> text = pipeline.printed(pipeline.derive(program, root, "value", (0,), compiled=False))[1].source
    >>> print(text[text.index("    #"):], end="")
        # memoryviews: their items are Python's floats
        x = memoryview(x)
        s = 0.0
        for i in range(len(x)):
            s_1 = x[i]
            s += s_1 * s_1
        s = np.float64(s)
    <BLANKLINE>
        # return s / h
        s_bar = y_bar / h
        x_bar = memoryview(np.zeros_like(x))
        for i in range(len(x)):
            # s += x[i] * x[i]
            x_bar[i] = 2.0 * s_bar * x[i]
        return s / h, x_bar.obj
    """
    if not any(isinstance(s, (For, While)) for s in trace.block.stmts) or any(isinstance(s, Try) for s in walk(trace.block)):
        return trace
    types = ItemTypes(trace, kinds, entry)
    return Views(types, kinds).function(renewed(trace, types.renewed, kinds)) if types.arrays else trace


class Views:
    def __init__(self, types: ItemTypes, kinds: dict[Var, Any]) -> None:
        self.types, self.kinds = types, kinds
        self.known: dict[Stmt, dict[Any, Use]] = {}
        self.noted = False  # has the text said what a memoryview is for?

    def function(self, trace: Trace) -> Trace:
        block = self.block(trace.block, frozenset(), outside=True)
        if block is trace.block:
            return trace
        results = {v: Var(temp=True) for v in block.outs if self.shows_type(v)}
        self.kinds.update(dict.fromkeys(results.values(), K.Number("float64")))
        again = [Eqn((new,), np.float64, (v,)) for v, new in results.items()]
        return replace(trace, block=Block(block.params, (*block.stmts, *again), tuple(results.get(v, v) for v in block.outs)))

    def shows_type(self, v: Any) -> bool:
        """Is it a result that has to be a number of NumPy's? The adjoint of a Python number is one, too."""
        return bool(self.types.items_in((v,))) and (not v.suffix or self.kinds.get(v.like) != K.FLOAT)

    # -- uses ----------------------------------------------------------------------------------------------------------------

    def uses(self, s: Stmt) -> dict[Any, Use]:
        """What the statement, with its blocks, needs of every array."""
        found = self.known.get(s)
        if found is None:
            found = self.known[s] = {}
            inner = [t for block in blocks(s) for t in block.stmts]
            for array, what in (*self.own_uses(s), *(use for t in inner for use in self.uses(t).items())):
                found[array] = max(what, found.get(array, what))
            found.update((array, Use.WHOLE) for t in inner for array in self.made(t))
        return found

    def own_uses(self, s: Stmt) -> Iterator[tuple[Var, Use]]:
        handed_on = [(a, target) for target, a in all_handed_on(s)]
        versions = {a for a, target in handed_on if self.types.array(a) is self.types.array(target)}
        others = {a for a, target in handed_on if self.types.array(a) is not self.types.array(target)}
        given = (*s.inits, s.iter) if isinstance(s, For) else reads(s)
        for v in variables((*given, *(a for a, _ in handed_on))):
            if (array := self.types.array(v)) is None:
                continue
            if type(s) is Eqn:
                yield array, Use.ELEMENTS if self.types.by_element(s, v) else Use.SHAPE if self.types.by_shape(s, v) else Use.WHOLE
            else:
                yield array, Use.SHAPE if v in versions and v not in others and v is not getattr(s, "iter", None) else Use.WHOLE

    def made(self, s: Stmt) -> list[Var]:
        """The arrays that the statement makes."""
        return [o for o in s.outs if self.types.array(o) is o]

    def plan(self, block: Block, given: frozenset[Any]) -> list[tuple[dict[Any, bool], dict[Any, bool]]]:
        """Two tables for every statement: whether the arrays it uses or makes are memoryviews then, and whether those used later are.

        They are from their first use before a loop over elements.
        """
        ahead = {self.types.array(v): False for v in variables(block.outs)}
        found = []
        for s in reversed(block.stmts):
            later = {array: ahead[array] for array in (*self.uses(s), *self.made(s)) if array in ahead}
            for array, what in self.uses(s).items():
                if what is Use.WHOLE or what is Use.ELEMENTS and isinstance(s, (For, While)):
                    ahead[array] = what is not Use.WHOLE
            now = {array: ahead.get(array, False) for array in (*self.uses(s), *self.made(s)) if array not in given}
            found.append((now, later))
        return found[::-1]

    # -- blocks --------------------------------------------------------------------------------------------------------------

    def block(self, block: Block, given: frozenset[Any], outside: bool) -> Block:
        """The block, with memoryviews for the loops in it; those `given` are memoryviews all through it.

        In a loop, that is not done again and again with an array from `outside`.
        """
        on = set(given)
        own = {*block.params, *(array for s in block.stmts for array in self.made(s))}
        now: dict[Any, Var] = {}  # what stands for all versions of an array
        stmts: list[Stmt] = []

        def turned(v: Var, op: Any, once: bool = False) -> Var:
            w = Var(temp=True) if once else Var(v.hint, like=v.like, suffix=v.suffix)
            self.kinds[w] = self.kinds[v]
            stmts.append(Eqn((w,), op, (v,), (), self.loc(stmts, s, op)))
            return w

        for s, (wanted, later) in zip(block.stmts, self.plan(block, given)):
            versions = {a: self.versions_in(a, s) for a in self.uses(s) if a not in given and (outside or a in own)}
            once: dict[Any, Var] = {}
            for array, found in versions.items():
                if not found:  # it is made inside
                    continue
                before = now.get(array, found[-1])
                if self.uses(s)[array] is Use.WHOLE and array in on:
                    if type(s) is Eqn and s.op not in UPDATES and later.get(array, True):
                        once[array] = turned(before, array_of, once=True)
                    else:
                        on.remove(array)
                        now[array] = turned(before, array_of)
                elif wanted[array] and array not in on:
                    on.add(array)
                    now[array] = turned(before, items_of)
            visit = partial(self.block, given=frozenset(on), outside=outside and not isinstance(s, (For, While)))
            new = {v: (now | once)[array] for array, found in versions.items() if array in now for v in found}
            s = substitute(Block((), (nested(s, visit),), ()), new).stmts[0]
            now.update((array, o) for o in s.outs if (array := self.types.array(o)) in now)
            made = [array for array in self.made(s) if wanted[array]]
            temps = {array: Var(array.hint, True, array.like, array.suffix) for array in made}
            self.kinds.update((temps[array], self.kinds[array]) for array in made)
            stmts.append(replace(s, outs=tuple(temps.get(o, o) for o in s.outs)) if made else s)
            on.update(made)
            now.update((array, turned(temps[array], items_of)) for array in made)
        results = {v: now[array] for v in variables(block.outs) if (array := self.types.array(v)) in now}
        for v in results:
            if self.types.array(v) in on - given:
                results[v] = turned(results[v], array_of, once=True)
        if not now:
            return with_statements(block, stmts)
        return Block(block.params, tuple(stmts), tuple(results.get(v, v) for v in block.outs))

    def versions_in(self, array: Any, s: Stmt) -> list[Var]:
        """The values that the statement, or a block of it, takes from its surroundings and that are the array."""
        outside, inside = uses(s), [t for block in blocks(s) for t in walk(block)]
        atoms = [a for t in (s, *inside) for a in (*reads(t), *(a for block in blocks(t) for a in block.outs))]
        return [v for v in dict.fromkeys(variables(atoms)) if v in outside and self.types.array(v) is array]

    def loc(self, before: list[Stmt], s: Stmt, op: Any) -> Loc:
        """What is done in between belongs to the line before; the first memoryview is explained."""
        loc = before[-1].loc if before else Loc(sweep=s.loc.sweep)
        note, self.noted = NOTE if op is items_of and not self.noted else "", self.noted or op is items_of
        return loc._replace(note=note)


def renewed(trace: Trace, numbers: Collection[Var], kinds: dict[Var, Any]) -> Trace:
    """The trace, in which these numbers are NumPy's from where they are defined."""
    def twin(v: Var, temp: bool = False) -> Var:
        w = Var(temp=True) if temp else v.twin()
        kinds[w] = kinds[v]
        return w

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for s in block.stmts:
            s = nested(s, visit)
            new = {v: twin(v, type(s) is Eqn) for v in (*s.outs, *(s.body.params if isinstance(s, For) else ())) if v in numbers}
            again = {v: Eqn((v,), np.float64, (w,), (), s.loc._replace(note="")) for v, w in new.items()}
            if isinstance(s, For) and new:
                first = tuple(again[v] for v in s.body.params if v in again)
                body = Block(tuple(new.get(p, p) for p in s.body.params), (*first, *s.body.stmts), s.body.outs)
                s = replace(s, targets=renamed(s.targets, new), body=body)
            stmts.append(replace(s, outs=tuple(new.get(o, o) for o in s.outs)) if new else s)
            stmts += [again[o] for o in s.outs if o in again]
        return with_statements(block, stmts)

    given = {p: twin(p) for p in trace.block.params if p in numbers}
    block = substitute(visit(trace.block), given)
    again = tuple(Eqn((w,), np.float64, (p,)) for p, w in given.items())
    return replace(trace, block=replace(block, stmts=(*again, *block.stmts))) if numbers else trace


def renamed(targets: Any, new: Mapping[Var, Var]) -> Any:
    return tuple(renamed(t, new) for t in targets) if isinstance(targets, tuple) else new.get(targets, targets)
