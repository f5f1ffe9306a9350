"""Updates of which items a container holds, not of the items: names of these stand for what they stood for.

    last = L[-1];   L.append(w)         `last` is still the item of the old list
    first = L[0];   L.append(w)         `first` is taken from the new list as well, so that a write into either reaches both
    first = L[0];   L[0] = w            `first` is an item of the old list only
"""
from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

from tangentlite import runtime
from tangentlite.frontend.memory import Memory
from tangentlite.frontend.references import Writes
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import attribute


@dataclass(frozen=True, eq=False)
class Rearrangement:
    """A container that is written, by an update at a key (None: all of it may be others), and what was written before."""

    place: Var
    op: Any
    key: Any
    before: Writes


def rearrangement(memory: Memory, u: Var, op: Any, key: Any) -> Rearrangement | None:
    """The change of a container; None for an array, whose elements are written."""
    return Rearrangement(u, op, key, dict(memory.writes)) if isinstance(memory.kind(u), K.Seq | K.Record) else None


KEPT = object()


def key_after(memory: Memory, change: Rearrangement, v: Var) -> Any:
    """Under which key `v`, an item of a container, is found in it afterwards.

    KEPT: it stays the item of what the container was before. None: the container of `v` is not the one that is written.
    """
    made = memory.defs.get(v)
    base = made.args[0] if made is not None and made.op in (operator.getitem, getattr, attribute) else None
    if made is None or not isinstance(base, Var) or not isinstance(memory.kind(base), K.Seq | K.Record):
        return None
    same = coincide(memory, base, change.place)
    itself = not same and isinstance(memory.kind(v), K.Seq | K.Record | K.Unknown) and coincide(memory, v, change.place) is not False
    if same is False or itself:
        return None
    found = moved(change, made.args[1]) if same and memory.view(v) is not None else None
    return KEPT if found is None else found


def moved(change: Rearrangement, key: Any) -> Any:
    """The key after the change; None where it is not known."""
    if not isinstance(key, Const) or type(key.value) not in (str, int):
        return None
    if change.op is runtime.append:
        return key if is_plain(key) else Const(key.value - 1)
    return key if change.op in (runtime.setitem, runtime.set_attribute) and differ(key, change.key) else None


def differ(a: Any, b: Any) -> bool:
    """Do two keys surely name two items?"""
    if not isinstance(a, Const) or not isinstance(b, Const) or type(a.value) is not type(b.value):
        return False
    return bool(a.value != b.value) and (type(a.value) is str or type(a.value) is int and (a.value < 0) == (b.value < 0))


def is_plain(key: Any) -> bool:
    """A key that names one item whatever the length."""
    return isinstance(key, Const) and (type(key.value) is str or type(key.value) is int and key.value >= 0)


def coincide(memory: Memory, a: Var, b: Var) -> bool | None:
    """Are two values the same container? None where that cannot be told."""
    if a is b:
        return True
    first, second = memory.view(a), memory.view(b)
    if first is not None and second is not None:
        same = coincide(memory, first.base, second.base)
        if same and first.index != second.index:
            return False if differ(first.index, second.index) else None
        return same
    ra, rb = memory.reference(a), memory.reference(b)
    if not memory.meet(ra.own | ra.held, rb.own | rb.held):
        return False
    return False if root(memory, a) is root(memory, b) else None


def root(memory: Memory, v: Var) -> Var:
    """The container that `v` is an item of an item of."""
    while (view := memory.view(v)) is not None:
        v = view.base
    return v
