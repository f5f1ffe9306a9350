"""Extremes that are subtracted for the size of the numbers alone, as in a softmax: nothing that is returned depends on them.

    m = np.max(x)
    e = np.exp(x - m)               changes by a factor exp(-m)
    return e / np.sum(e)            the factors cancel: no adjoint need flow to `m`

A value is followed as a function of `m`: it is shifted by `q * m`, or scaled by `exp(q * m)`, along some axes.
"""
from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Block, Const, Eqn, Stmt, Var, blocks, free, reads, variables
from tangentlite.rules.callees import normal_of

EXTREMES = frozenset((np.max, np.min, np.amax, np.amin))
METHODS = (Const("max"), Const("min"))
FULL = slice(None)


class Change(NamedTuple):
    """Shifted by q * m, or scaled by exp(q * m); `axes` are those along which `m` varies, counted from the last one, -1."""

    scales: bool
    q: float
    axes: frozenset[int] = frozenset()


class Lost(Exception):
    """A value depends on `m` in another way."""


def cancelling(block: Block, kinds: Mapping[Var, Any]) -> set[Var]:
    """The extremes in a block, and in those inside it, that nothing outside depends on.

    >>> from tangentlite.ir.build import Builder
    >>> b, x = Builder(), Var("x")
    >>> m = b.emit(np.max, x)
    >>> e = b.emit(np.exp, b.emit(operator.sub, x, m))
    >>> y = b.emit(operator.truediv, e, b.emit(np.sum, e))
    >>> cancelling(b.block((x,), (y,)), {}) == {m}, cancelling(b.block((x,), (y, e)), {})
    (True, set())
    """
    found: set[Var] = set()
    readers: dict[Any, list[int]] | None = None
    for s in block.stmts:
        for inner in blocks(s):
            found |= cancelling(inner, kinds)
        if isinstance(s, Eqn) and len(s.outs) == 1 and (change := extreme(s, kinds)) is not None:
            readers = readers_in(block) if readers is None else readers
            if cancels(s.out, change, block.stmts, readers, kinds):
                found.add(s.out)
    return found


def readers_in(block: Block) -> dict[Any, list[int]]:
    """The places in the block where each value is read; the last of all is its end."""
    found: dict[Any, list[int]] = defaultdict(list)
    for place, s in enumerate(block.stmts):
        for a in {*variables(reads(s)), *(v for inner in blocks(s) for v in free(inner))}:
            found[a].append(place)
    for a in variables(block.outs):
        found[a].append(len(block.stmts))
    return found


def cancels(m: Var, change: Change, stmts: Sequence[Stmt], readers: Mapping[Any, list[int]], kinds: Mapping[Var, Any]) -> bool:
    changes: dict[Any, Change] = {m: change}
    todo = list(readers.get(m, ()))
    while todo:
        place = heappop(todo)
        while todo and todo[0] == place:
            heappop(todo)
        s = stmts[place] if place < len(stmts) else None
        try:
            after = follow(s, changes, kinds) if isinstance(s, Eqn) and len(s.outs) == 1 else None
        except (Lost, TypeError, ValueError):
            return False
        if after is None:
            return False
        if after.q:
            changes[s.outs[0]] = after  # type: ignore[union-attr]
            for reader in readers.get(s.outs[0], ()):  # type: ignore[union-attr]
                heappush(todo, reader)
    return len(changes) > 1


# -- what operations do to a change ---------------------------------------------------------------------------------------

def all_axes(v: Any, kinds: Mapping[Var, Any]) -> frozenset[int] | None:
    """The axes of an array, counted from the last one; None where it is not known how many they are."""
    rank = K.rank(kinds.get(v, K.UNKNOWN))
    return None if rank is None else frozenset(range(-rank, 0))


def extreme(s: Eqn, kinds: Mapping[Var, Any]) -> Change | None:
    """How an extreme depends on itself; None for other operations, and where its axes are not known."""
    if s.op not in EXTREMES and not (s.op is call_method and s.args[1] in METHODS):
        return None
    op, args, keywords = normal_of(s, kinds)
    if op not in EXTREMES or not args:
        return None
    every = all_axes(args[0], kinds)
    try:
        axes, keep = reduction(args[1:], dict(keywords), every)
    except Lost:
        return None
    if every is None or axes == every:
        return Change(False, 1.0)
    return Change(False, 1.0, every - axes if keep else without(every - axes, axes))


def reduction(args: Sequence[Any], keywords: Mapping[str, Any], every: frozenset[int] | None) -> tuple[frozenset[int], bool]:
    """The axes that a reduction removes, counted from the last one, and whether it keeps them with size 1."""
    given = {**dict(zip(("axis",), args)), **keywords}
    if len(args) > 1 or not given.keys() <= {"axis", "keepdims"} or not all(isinstance(v, Const) for v in given.values()):
        raise Lost
    axis, keep = (given[name].value if name in given else None for name in ("axis", "keepdims"))
    if axis is None:
        return every if every is not None else frozenset(), bool(keep)
    if every is None:
        raise Lost
    axes = frozenset(a if a < 0 else a - len(every) for a in (axis if isinstance(axis, tuple) else (axis,)))
    if not axes <= every:
        raise Lost
    return axes, bool(keep)


def without(axes: frozenset[int], removed: frozenset[int]) -> frozenset[int]:
    """The same axes after some others have been removed."""
    return frozenset(a + sum(r > a for r in removed) for a in axes)


def follow(s: Eqn, changes: Mapping[Any, Change], kinds: Mapping[Var, Any]) -> Change:
    """How the result of an equation depends on `m`; raises Lost where that is not known."""
    op, args, options = normal_of(s, kinds)
    keywords = dict(options)
    own = [changes.get(a) if isinstance(a, Var) else None for a in args]
    if op in ARITHMETIC and len(args) == 2 and not keywords:
        return ARITHMETIC[op](*own, *args)
    first = own[0] if own else None
    if first is None or any(own[1:]) or any(a in changes for a in variables(keywords.values())):
        raise Lost
    if op in (np.exp, np.log) and len(args) == 1 and not keywords and first.scales == (op is np.log):
        return first._replace(scales=not first.scales)
    if op in (operator.neg, np.negative) and len(args) == 1:
        return first if first.scales else first._replace(q=-first.q)
    rank = K.rank(kinds.get(args[0], K.UNKNOWN))
    if op is np.sum and first.scales:
        return summed(first, args[1:], keywords, all_axes(args[0], kinds))
    if op is operator.getitem and rank is not None and isinstance(args[1], Const):
        return first._replace(axes=indexed(first.axes, args[1].value, rank))
    if op is np.expand_dims and rank is not None and not keywords and isinstance(args[1], Const) and isinstance(args[1].value, int):
        entries: list[Any] = [FULL] * rank
        entries.insert(args[1].value % (rank + 1), None)
        return first._replace(axes=indexed(first.axes, tuple(entries), rank))
    raise Lost


def summed(change: Change, args: Sequence[Any], keywords: Mapping[str, Any], every: frozenset[int] | None) -> Change:
    axes, keep = reduction(args, keywords, every)
    if not change.axes:
        return change
    if every is None or change.axes & axes:
        raise Lost
    return change if keep else change._replace(axes=without(change.axes, axes))


def indexed(axes: frozenset[int], index: Any, rank: int) -> frozenset[int]:
    """Where axes are after an index of nothing but `:` and `None`."""
    entries = index if isinstance(index, tuple) else (index,)
    if not all(e is None or isinstance(e, slice) and e == FULL for e in entries):
        raise Lost
    entries = (*entries, *[FULL] * (rank - sum(e is not None for e in entries)))
    places = [k - len(entries) for k, e in enumerate(entries) if e is not None]
    return frozenset(places[a] for a in axes)


def sum_of(sign: float) -> Callable[..., Change]:
    def add(a: Change | None, b: Change | None, *_: Any) -> Change:
        b = b if b is None or b.scales else b._replace(q=sign * b.q)
        both = [c for c in (a, b) if c is not None]
        if len(both) == 2 and both[0].axes != both[1].axes or len({(c.scales, c.scales and c.q) for c in both}) > 1:
            raise Lost
        if both[0].scales:
            if len(both) == 1:
                raise Lost
            return both[0]
        return both[0]._replace(q=sum(c.q for c in both))
    return add


def product_of(sign: float) -> Callable[..., Change]:
    def multiply(a: Change | None, b: Change | None, x: Any, y: Any) -> Change:
        both = [c for c in (a, b and b._replace(q=sign * b.q)) if c is not None]
        if all(c.scales for c in both) and len({c.axes for c in both}) == 1:
            return both[0]._replace(q=sum(c.q for c in both))
        factor = next((v.value for v in ((y,) if sign < 0 else (x, y)) if isinstance(v, Const)), None)
        if not isinstance(factor, (int, float)) or not factor or len(both) != 1:
            raise Lost
        return both[0]._replace(q=both[0].q * factor**sign)
    return multiply


ARITHMETIC: dict[Any, Callable[..., Change]] = {
    operator.add: sum_of(1.0), np.add: sum_of(1.0), operator.sub: sum_of(-1.0), np.subtract: sum_of(-1.0),
    operator.mul: product_of(1.0), np.multiply: product_of(1.0), operator.truediv: product_of(-1.0), np.divide: product_of(-1.0),
}
