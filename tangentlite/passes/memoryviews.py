"""Loops over elements read and write arrays through memoryviews, whose items are Python's numbers: half the time, and the same numbers.

    x_bar = np.zeros(len(x))                   x = memoryview(x)
    for i in range(len(x)):                    x_bar = memoryview(np.zeros(len(x)))
        x_bar[i] = 2.0 * x[i]         ->       for i in range(len(x)):
    return x_bar                                   x_bar[i] = 2.0 * x[i]
                                               return x_bar.obj
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

import numpy as np

from tangentlite.analyses.item_types import UPDATES, ItemTypes, all_handed_on
from tangentlite.ir import kinds as K
from tangentlite.ir.groups import root_of
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
    """What is to be a memoryview, and where.

    Arrays that loops exchange (`u, v = v, u`) are memoryviews together: they form a group.
    """

    def __init__(self, types: ItemTypes, kinds: dict[Var, Any]) -> None:
        self.types, self.kinds = types, kinds
        self.known: dict[Stmt, dict[Any, Use]] = {}
        self.groups: dict[Any, Any] = {}
        self.noted = False  # has the text said what a memoryview is for?
        for s in types.stmts:
            for target, a in all_handed_on(s) if isinstance(s, (For, While)) else ():
                one, other = types.array(target), types.array(a)
                if one is not None and other is not None and self.group(one) is not self.group(other):
                    self.groups[self.group(one)] = self.group(other)

    def group(self, array: Any) -> Any:
        return root_of(array, self.groups)

    def function(self, trace: Trace) -> Trace:
        block = InBlock(self, trace.block, frozenset(), outside=True).made()
        if block is trace.block:
            return trace
        results = {v: Var(temp=True) for v in block.outs if self.shows_type(v)}
        self.kinds.update(dict.fromkeys(results.values(), K.Number("float64")))
        again = [Eqn((new,), np.float64, (v,)) for v, new in results.items()]
        return replace(trace, block=Block(block.params, (*block.stmts, *again), tuple(results.get(v, v) for v in block.outs)))

    def shows_type(self, v: Any) -> bool:
        """Is it a result that has to be a number of NumPy's? The adjoint of a Python number is one, too."""
        return bool(self.types.items_in((v,))) and (not v.suffix or self.kinds.get(v.like) != K.FLOAT)

    def uses(self, s: Stmt) -> dict[Any, Use]:
        """What the statement, with its blocks, needs of every array."""
        found = self.known.get(s)
        if found is None:
            found = self.known[s] = {}
            inner = [t for block in blocks(s) for t in block.stmts]
            own = self.of_equation(s) if type(s) is Eqn else self.handed_on(s)
            for array, what in (*own, *(use for t in inner for use in self.uses(t).items())):
                found[array] = max(what, found.get(array, what))
            found.update((array, Use.WHOLE) for t in inner for array in self.made(t))
        return found

    def of_equation(self, e: Eqn) -> Iterator[tuple[Var, Use]]:
        for v in variables(e.inputs):
            if (array := self.types.array(v)) is not None:
                yield array, Use.ELEMENTS if self.types.by_element(e, v) else Use.SHAPE if self.types.by_shape(e, v) else Use.WHOLE

    def handed_on(self, s: Stmt) -> Iterator[tuple[Var, Use]]:
        """What a loop or a branch does with arrays: the names of a group may be exchanged by a loop, but not chosen by a branch."""
        for target, a in all_handed_on(s):
            one, other = self.types.array(target), self.types.array(a)
            if one is not None and other is not None and isinstance(s, (For, While)):
                alike = self.group(one) is self.group(other)
            else:
                alike = one is other
            yield from ((array, Use.SHAPE if alike else Use.WHOLE) for array in (one, other) if array is not None)
        given = (s.iter,) if isinstance(s, For) else () if isinstance(s, While) else reads(s)
        yield from ((array, Use.WHOLE) for v in variables(given) if (array := self.types.array(v)) is not None)

    def in_group(self, s: Stmt) -> dict[Any, Use]:
        """The same, of the group of every array."""
        found: dict[Any, Use] = {}
        for array, what in self.uses(s).items():
            found[self.group(array)] = max(what, found.get(self.group(array), what))
        return found

    def made(self, s: Stmt) -> list[Var]:
        """The arrays that the statement makes."""
        return [o for o in s.outs if self.types.array(o) is o]

    def plan(self, block: Block) -> list[tuple[dict[Any, bool], dict[Any, bool]]]:
        """Two tables for every statement: whether the groups it uses or makes are memoryviews then, and whether those used later are.

        They are from their first use before a loop over elements.
        """
        ahead = {self.group(array): False for v in variables(block.outs) if (array := self.types.array(v)) is not None}
        found = []
        for s in reversed(block.stmts):
            later, used = dict(ahead), self.in_group(s)
            for group, what in used.items():
                if what is Use.WHOLE or what is Use.ELEMENTS and isinstance(s, (For, While)):
                    ahead[group] = what is not Use.WHOLE
            found.append(({g: ahead.get(g, False) for g in (*used, *map(self.group, self.made(s)))}, later))
        return found[::-1]

    def versions(self, s: Stmt) -> dict[Any, list[Var]]:
        """The values that the statement, or a block of it, takes from its surroundings, by the array that they are."""
        outside, inside = uses(s), [t for block in blocks(s) for t in walk(block)]
        atoms = [a for t in (s, *inside) for a in (*reads(t), *(a for block in blocks(t) for a in block.outs))]
        found: dict[Any, list[Var]] = {}
        for v in dict.fromkeys(variables(atoms)):
            if v in outside and (array := self.types.array(v)) is not None:
                found.setdefault(array, []).append(v)
        return found


class InBlock:
    """A block on its way to one with memoryviews for its loops; those `given` are memoryviews all through it.

    In a loop, that is not done again and again with an array from `outside`.
    """

    def __init__(self, views: Views, block: Block, given: frozenset[Any], outside: bool) -> None:
        self.views, self.types, self.block, self.given, self.outside = views, views.types, block, given, outside
        self.on = set(given)
        self.now: dict[Any, Var] = {}  # what stands for all versions of an array
        self.stmts: list[Stmt] = []
        self.own = {*block.params, *(array for s in block.stmts for array in views.made(s))}

    def made(self) -> Block:
        for s, (wanted, later) in zip(self.block.stmts, self.views.plan(self.block)):
            self.statement(s, wanted, later)
        whole = {self.views.group(array) for array in self.given}
        outs = list(self.block.outs)
        for k, v in enumerate(outs):
            if (array := self.types.array(v)) is not None and array not in self.given:
                outs[k] = self.now.get(array, v)
                if (array in self.on) is not (self.views.group(array) in whole):
                    outs[k] = self.turned(outs[k], array_of if array in self.on else items_of, self.stmts[-1], once=True)
        if not self.now and all(map(operator.is_, outs, self.block.outs)):
            return with_statements(self.block, self.stmts)
        return Block(self.block.params, tuple(self.stmts), tuple(outs))

    def statement(self, s: Stmt, wanted: Mapping[Any, bool], later: Mapping[Any, bool]) -> None:
        in_group, group = self.views.in_group(s), self.views.group
        versions = self.views.versions(s)
        fixed = {a for a in versions if a not in self.given and not self.outside and a not in self.own}
        split = {group(a) for a in fixed} if type(s) is not Eqn else set()
        together = {group(a) for a in versions if a in self.on} if type(s) is not Eqn else set()
        once: dict[Any, Var] = {}
        for array in [a for a in versions if a not in self.given and a not in fixed]:
            before, g = self.now.get(array, versions[array][-1]), group(array)
            if array not in self.on:
                if in_group[g] is not Use.WHOLE and g not in split and (wanted[g] or g in together):
                    self.on.add(array)
                    self.now[array] = self.turned(before, items_of, s)
            elif type(s) is Eqn and self.views.uses(s)[array] is Use.WHOLE and s.op not in UPDATES and later.get(g, True):
                once[array] = self.turned(before, array_of, s, once=True)
            elif self.views.uses(s)[array] is Use.WHOLE or type(s) is not Eqn and (in_group[g] is Use.WHOLE or g in split):
                self.on.remove(array)
                self.now[array] = self.turned(before, array_of, s)
        new = {v: (self.now | once)[array] for array, found in versions.items() if array in {*self.now, *once} for v in found}
        handed = self.carried(s)
        made = [o for o in self.views.made(s) if wanted[group(o)] and group(o) not in handed]
        self.append(substitute(Block((), (nested(s, self.visitor(s, handed)),), ()), new).stmts[0], made, handed)

    def carried(self, s: Stmt) -> set[Any]:
        """The groups that a loop carries as memoryviews."""
        inits = s.inits if isinstance(s, (For, While)) else ()
        return {self.views.group(array) for v in variables(inits) if (array := self.types.array(v)) in self.on}

    def visitor(self, s: Stmt, handed: set[Any]) -> Callable[[Block], Block]:
        """What makes the blocks of a statement."""
        is_loop = isinstance(s, (For, While))
        params = [array for p in s.carried if (array := self.types.array(p)) is not None] if isinstance(s, (For, While)) else []
        given = frozenset((*self.on, *(array for array in params if self.views.group(array) in handed)))
        return lambda block: InBlock(self.views, block, given, self.outside and not is_loop).made()

    def append(self, s: Stmt, made: list[Var], handed: set[Any]) -> None:
        """A statement, and memoryviews of the arrays that it has `made`; those that are `handed` to a loop come out of it as such."""
        temps = {o: Var(o.hint, True, o.like, o.suffix) for o in made}
        self.views.kinds.update((temps[o], self.views.kinds[o]) for o in made)
        arrays = {o: array for o in s.outs if (array := self.types.array(o)) is not None and array not in self.given}
        self.stmts.append(replace(s, outs=tuple(temps.get(o, o) for o in s.outs)) if made else s)
        for o, array in arrays.items():
            if o in temps:
                self.now[array] = self.turned(temps[o], items_of, s)
                self.on.add(array)
            elif self.views.group(array) in handed:
                self.now[array] = o
                self.on.add(array)
            elif array in self.now:
                self.now[array] = o

    def turned(self, v: Var, op: Any, s: Stmt, once: bool = False) -> Var:
        """The value as a memoryview, or as an array, under the same name or `once`, in the expression that uses it."""
        w = Var(temp=True) if once else Var(v.hint, like=v.like, suffix=v.suffix)
        self.views.kinds[w] = self.views.kinds[v]
        loc = self.stmts[-1].loc if self.stmts else Loc(sweep=s.loc.sweep)  # it belongs to the line before
        first, self.views.noted = op is items_of and not self.views.noted, self.views.noted or op is items_of
        self.stmts.append(Eqn((w,), op, (v,), (), loc._replace(note=NOTE if first else "")))
        return w


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
