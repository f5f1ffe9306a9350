"""What the statements of a function need its arrays for: their shapes, single elements, or all of them at a time.

    n = len(x)                     its shape
    for i in range(n):
        s += x[i]                  elements
    y = np.cumsum(x)               all of it
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from tangentlite.analyses.item_types import ItemTypes, all_handed_on
from tangentlite.ir.groups import root_of
from tangentlite.ir.trace import Block, Eqn, For, Stmt, Var, While, blocks, reads, uses, variables, walk
from tangentlite.ir.updates import WRITES

FEW = 2  # uses of a whole array that are written `x.obj`


class Use(IntEnum):
    """What a statement needs an array for."""

    SHAPE = 0
    ELEMENTS = 1
    WHOLE = 2


class Plan(NamedTuple):
    """What a statement needs of every group, which groups are memoryviews for it, which arrays stay so though all of them is used, and
    which it makes become so."""

    needs: dict[Any, Use]
    groups: list[Any]
    stay: list[Any]
    made: list[Var]


class ArrayUses:
    """Of the arrays that may be memoryviews. Those that loops exchange (`u, v = v, u`) are so together: they form a group."""

    def __init__(self, types: ItemTypes) -> None:
        self.types = types
        self.known: dict[Stmt, dict[Any, Use]] = {}
        self.groups: dict[Any, Any] = {}
        for s in types.stmts:
            for target, a in all_handed_on(s) if isinstance(s, (For, While)) else ():
                one, other = types.array(target), types.array(a)
                if one is not None and other is not None and self.group(one) is not self.group(other):
                    self.groups[self.group(one)] = self.group(other)

    def group(self, array: Any) -> Any:
        return root_of(array, self.groups)

    def of(self, s: Stmt) -> dict[Any, Use]:
        """What the statement, with its blocks, needs of every array."""
        found = self.known.get(s)
        if found is None:
            found = self.known[s] = {}
            inner = [t for block in blocks(s) for t in block.stmts]
            own = self.of_equation(s) if type(s) is Eqn else self.handed_on(s)
            for array, what in (*own, *(use for t in inner for use in self.of(t).items())):
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
        for array, what in self.of(s).items():
            found[self.group(array)] = max(what, found.get(self.group(array), what))
        return found

    def made(self, s: Stmt) -> list[Var]:
        """The arrays that the statement makes."""
        return [o for o in s.outs if self.types.array(o) is o]

    def plans(self, block: Block) -> list[Plan]:
        """For every statement. Arrays are memoryviews from their first use before a loop over elements.

        They stay so until the next such loop, and where all of them is used twice at most.
        """
        ahead = {self.group(array): False for v in variables(block.outs) if (array := self.types.array(v)) is not None}
        left: Counter[Any] = Counter()  # of uses of all of an array, until the next loop
        found = []
        for s in reversed(block.stmts):
            used, in_group = self.of(s), self.in_group(s)
            updated = self.types.array(s.args[0]) if isinstance(s, Eqn) and s.op in WRITES else None
            simple = [array for array in used if type(s) is Eqn and array is not updated]
            made = [array for array in self.made(s) if ahead.get(self.group(array))]
            stay = [a for a in simple if used[a] is Use.WHOLE and (ahead.get(self.group(a), True) or left[a] < FEW)]
            for array, what in used.items():
                if what is Use.WHOLE:
                    left[array] += 1 if array in simple else FEW
                elif in_group[self.group(array)] is Use.ELEMENTS and isinstance(s, (For, While)):
                    left[array] = 0
            for group, what in in_group.items():
                if what is Use.WHOLE or what is Use.ELEMENTS and isinstance(s, (For, While)):
                    ahead[group] = what is not Use.WHOLE
            found.append(Plan(in_group, [group for group in in_group if ahead.get(group)], stay, made))
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
