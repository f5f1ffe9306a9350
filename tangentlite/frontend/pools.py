"""Arrays that names share in a way that only the running program knows, in one list; names are places in it.

    u, v = (v, u) if c else (u, v)      u, v = (1, 0) if c else (0, 1)
    u[0] = 1.0                          arrays[u][0] = 1.0

A function is lowered so when it reads what may be out of date otherwise. There is a pool for each dtype and rank, all made
at the beginning of the function; its own arrays are put there when they get their first names.
"""
from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from tangentlite import runtime
from tangentlite.errors import HalfDoneError
from tangentlite.frontend.values import Interrupted, Pack, Pooled, Seen
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.ops import DictDisplay, make_list
from tangentlite.ir.trace import Eqn

if TYPE_CHECKING:
    from tangentlite.frontend.base import Base

Key = tuple[str | None, int]  # dtype and rank of the arrays in a pool


class PoolMissingError(Exception):
    """There is no pool for arrays of this kind yet."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


def name_of(keys: list[Key], key: Key) -> str:
    """What the environment calls a pool."""
    return f"arrays%%{keys.index(key)} in a pool"


def start(low: Base, keys: list[Key]) -> None:
    """Make the pools, and put the arrays among the arguments into them: they are copies."""
    low.pools = keys
    given = {n: v for n, v in low.env.items() if isinstance(v, Var) and low.memory.foreign(v) is None and array_key(low, v) is not None}
    for key in keys:
        name = name_of(keys, key)
        first = {n: v for n, v in given.items() if array_key(low, v) == key}
        for v in first.values():
            low.memory.named -= low.memory.reference(v).own  # nothing but the pool refers to the copy
        made = noted(low, low.b.eqn((Var("arrays"),), make_list, tuple(first.values())))
        low.memory.hold((made,))
        low.pool_tokens.update(dict.fromkeys(low.memory.reference(made).own, name))
        low.env.update({n: Pooled((Const(k),), name) for k, n in enumerate(first)})
        low.env[name] = made
    for v in given.values():
        if (missing := array_key(low, v)) is not None and missing not in keys:
            raise PoolMissingError(missing)


def array_key(low: Base, value: Any) -> Key | None:
    kind = low.kind(value) if isinstance(value, Var) else None
    return (kind.dtype, len(kind.dims)) if isinstance(kind, K.Array) and kind.dims else None


def is_pooled(low: Base, value: Any) -> bool:
    """Is it an array that is kept in a pool?"""
    return low.pools is not None and array_key(low, value) is not None


def pooled(low: Base, value: Any) -> Any:
    """What a name stands for that is bound to a value: the place of an array, where the function has pools."""
    if low.pools is None:
        return value
    if type(value) is Pack:
        return Pack(tuple(pooled(low, item) for item in value.items))
    if array_key(low, value) is None:
        return value
    made = low.b.defs.get(value)
    if made is not None and made.op is operator.getitem and (name := pool_of(low, made.args[0])) is not None:
        return Pooled((made.args[1],), name)
    if value in low.placed and low.placed[value][0] in low.b.lineage():
        return low.placed[value][1]
    return added(low, value) if low.memory.view(value) is None and low.memory.sole(value) else value


def unpooled(low: Base, value: Any) -> Any:
    """The value that a name stands for, as it is now."""
    if isinstance(value, Seen):
        return value.again()
    if isinstance(value, Pooled):
        return noted(low, low.b.eqn((Var("", temp=True),), operator.getitem, (current(low, value.pool), value.items[0])))
    return Pack(tuple(unpooled(low, item) for item in value.items)) if type(value) is Pack and low.pools is not None else value


def item_at(low: Base, items: list[Any], keys: tuple[Any, ...] | None, index: Var, node: Any) -> Any:
    """`container[index]` of arrays that are in one pool, as the place that the running program finds; None for other items.

    `keys` are those of a dictionary.
    """
    made = [low.b.defs.get(i) if isinstance(i, Var) else None for i in items]
    taken = [e.args for e in made if low.pools is not None and e is not None and e.op is operator.getitem]
    names = {pool_of(low, holder) for holder, _ in taken}
    if not items or len(taken) < len(items) or len(names) > 1 or (name := names.pop()) is None:
        return None
    places = tuple(place for _, place in taken)
    table = low.make_tuple(places, node) if keys is None else low.make(DictDisplay(keys), places, node)
    return unpooled(low, Pooled((low.make(operator.getitem, (table, index), node, "place"),), name))


def current(low: Base, pool: str) -> Var:
    """The list of the arrays as it is now. Raises an error where some were written in a way that it could not follow."""
    arrays = low.env[pool]
    if isinstance(arrays, Interrupted):
        raise HalfDoneError(arrays.message(), low.b.loc, "", arrays.statement, arrays.name)
    if low.memory.stale(arrays) is not None:
        raise low.outdated(arrays, low.b.loc)
    found: Var = arrays
    return found


def pool_of(low: Base, holder: Any) -> str | None:
    """The pool that an item was taken out of, whenever that was. (A new list of views has memory of its own besides.)"""
    own = low.memory.reference(holder).own if isinstance(holder, Var) and isinstance(low.kind(holder), K.Seq) else ()
    names = {low.pool_tokens.get(t) for t in own}
    return names.pop() if len(names) == 1 else None


def added(low: Base, v: Var) -> Pooled:
    """Put an array into its pool."""
    key = array_key(low, v)
    assert key is not None
    assert low.pools is not None
    if key not in low.pools:
        raise PoolMissingError(key)
    name = name_of(low.pools, key)
    before = current(low, name)
    known = length(low, before)
    place = Const(known) if known is not None else noted(low, low.b.eqn((Var("place", temp=True),), len, (before,)))
    for token in low.memory.reference(v).own:
        for other in low.memory.reference(before).own:
            low.memory.relate(token, other)
    after = noted(low, low.b.eqn((Var("arrays"),), runtime.append, (before, v)))
    writes = dict(low.memory.writes)
    low.commit(before, after, low.b.loc)
    low.memory.writes = writes  # what the pool held, it holds
    low.placed[v] = low.b, Pooled((place,), name)
    return low.placed[v][1]


def length(low: Base, arrays: Var) -> int | None:
    """How many arrays there are in a pool; None where that depends on the path."""
    path, more = arrays, 0
    while path not in low.pool_lengths:
        made = low.b.defs.get(path)
        if made is None or made.op not in (make_list, runtime.append, runtime.setitem):
            return None
        if made.op is make_list:
            low.pool_lengths[path] = len(made.args)
            break
        more += made.op is runtime.append
        path = made.args[0]
    low.pool_lengths[arrays] = low.pool_lengths[path] + more
    return low.pool_lengths[arrays]


def noted(low: Base, made: Eqn) -> Var:
    low.memory.note(made)
    return made.out
