"""Loops over elements read and write arrays through memoryviews, whose items are Python's numbers: half the time, and the same numbers.

    x_bar = np.zeros(len(x))                   x = memoryview(x)
    for i in range(len(x)):                    x_bar = memoryview(np.zeros(len(x)))
        x_bar[i] = 2.0 * x[i]         ->       for i in range(len(x)):
    return x_bar                                   x_bar[i] = 2.0 * x[i]
                                               return x_bar.obj
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.analyses.array_uses import ArrayUses, Plan, Use
from tangentlite.analyses.item_types import ItemTypes
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import array_of, items_of
from tangentlite.ir.substitute import substitute
from tangentlite.ir.trace import Block, Eqn, For, Loc, Stmt, Trace, Try, Var, While, variables, walk
from tangentlite.passes.bodies import nested, with_statements

NOTE = "memoryviews: their items are Python's floats"


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
    if not types.arrays:
        return trace
    again = with_numpys(trace, types.renewed, kinds)
    made = Text(types, kinds).function(again)
    return trace if made is again else made


class Text:
    """What is known of the whole function."""

    def __init__(self, types: ItemTypes, kinds: dict[Var, Any]) -> None:
        self.types, self.kinds, self.uses = types, kinds, ArrayUses(types)
        self.noted = False  # has it said what a memoryview is for?

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


class InBlock:
    """A block on its way to one with memoryviews for its loops; those `given` are memoryviews all through it.

    In a loop, that is not done again and again with an array from `outside`. Results are memoryviews where their groups are `wanted`.
    """

    def __init__(self, text: Text, block: Block, given: frozenset[Any], outside: bool, wanted: Collection[Any] = ()) -> None:
        self.text, self.uses, self.types = text, text.uses, text.types
        self.block, self.given, self.outside, self.wanted = block, given, outside, wanted
        self.on = set(given)
        self.now: dict[Any, Var] = {}  # what stands for all versions of an array
        self.stmts: list[Stmt] = []
        self.own = {*block.params, *(array for s in block.stmts for array in self.uses.made(s))}

    def made(self) -> Block:
        for s, plan in zip(self.block.stmts, self.uses.plans(self.block)):
            self.statement(s, plan)
        outs = list(self.block.outs)
        for k, v in enumerate(outs):
            if (array := self.types.array(v)) is not None and array not in self.given:
                outs[k] = self.now.get(array, v)
                if (array in self.on) is not (self.uses.group(array) in self.wanted):
                    outs[k] = self.turned(outs[k], array_of if array in self.on else items_of, once=True)
        if not self.now and all(map(operator.is_, outs, self.block.outs)):
            return with_statements(self.block, self.stmts)
        return Block(self.block.params, tuple(self.stmts), tuple(outs))

    def statement(self, s: Stmt, plan: Plan) -> None:
        in_group, group = plan.needs, self.uses.group
        versions = self.uses.versions(s)
        fixed = {a for a in versions if a not in self.given and not self.outside and a not in self.own}
        split = {group(a) for a in fixed} if type(s) is not Eqn else set()
        together = {group(a) for a in versions if a in self.on} if type(s) is not Eqn else set()
        once: dict[Any, Var] = {}
        for array in [a for a in versions if a not in self.given and a not in fixed]:
            before, g = self.now.get(array, versions[array][-1]), group(array)
            if array not in self.on:
                if in_group[g] is not Use.WHOLE and g not in split and (g in plan.groups or g in together):
                    self.on.add(array)
                    self.now[array] = self.turned(before, items_of)
            elif array in plan.stay:
                once[array] = self.turned(before, array_of, once=True)
            elif self.uses.of(s)[array] is Use.WHOLE or type(s) is not Eqn and (in_group[g] is Use.WHOLE or g in split):
                self.on.remove(array)
                self.now[array] = self.turned(before, array_of)
        new = {v: (self.now | once)[array] for array, found in versions.items() if array in {*self.now, *once} for v in found}
        handed = self.carried(s)
        made = [o for o in plan.made if group(o) not in handed]
        self.append(substitute(Block((), (nested(s, self.visitor(s, handed)),), ()), new).stmts[0], made, handed)

    def carried(self, s: Stmt) -> set[Any]:
        """The groups that a loop carries as memoryviews."""
        inits = s.inits if isinstance(s, (For, While)) else ()
        return {self.uses.group(array) for v in variables(inits) if (array := self.types.array(v)) in self.on}

    def visitor(self, s: Stmt, handed: set[Any]) -> Callable[[Block], Block]:
        """What makes the blocks of a statement."""
        is_loop = isinstance(s, (For, While))
        params = [array for p in s.carried if (array := self.types.array(p)) is not None] if isinstance(s, (For, While)) else []
        given = frozenset((*self.on, *(array for array in params if self.uses.group(array) in handed)))
        return lambda block: InBlock(self.text, block, given, self.outside and not is_loop, handed).made()

    def append(self, s: Stmt, made: list[Var], handed: set[Any]) -> None:
        """A statement, and memoryviews of the arrays that it has `made`; those that are `handed` to a loop come out of it as such."""
        temps = {o: Var(o.hint, True, o.like, o.suffix) for o in made}
        self.text.kinds.update((temps[o], self.text.kinds[o]) for o in made)
        arrays = {o: array for o in s.outs if (array := self.types.array(o)) is not None and array not in self.given}
        self.stmts.append(replace(s, outs=tuple(temps.get(o, o) for o in s.outs)) if made else s)
        for o, array in arrays.items():
            if o in temps:
                self.now[array] = self.turned(temps[o], items_of)
                self.on.add(array)
            elif self.uses.group(array) in handed:
                self.now[array] = o
                self.on.add(array)
            elif array in self.now:
                self.now[array] = o

    def turned(self, v: Var, op: Any, once: bool = False) -> Var:
        """The value as a memoryview, or as an array, under the same name or `once`, in the expression that uses it."""
        w = Var(temp=True) if once else Var(v.hint, like=v.like, suffix=v.suffix)
        self.text.kinds[w] = self.text.kinds[v]
        before = self.stmts[-1:] or self.block.stmts[:1]
        loc = before[0].loc if self.stmts else Loc(sweep=before[0].loc.sweep) if before else Loc()  # it belongs to the line before
        first, self.text.noted = op is items_of and not self.text.noted, self.text.noted or op is items_of
        self.stmts.append(Eqn((w,), op, (v,), (), loc._replace(note=NOTE if first else "")))
        return w


def with_numpys(trace: Trace, numbers: Collection[Var], kinds: dict[Var, Any]) -> Trace:
    """The trace, in which these numbers are NumPy's from where they are defined."""
    if not numbers:
        return trace

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
    return replace(trace, block=replace(block, stmts=(*again, *block.stmts)))


def renamed(targets: Any, new: Mapping[Var, Var]) -> Any:
    return tuple(renamed(t, new) for t in targets) if isinstance(targets, tuple) else new.get(targets, targets)
