"""Containers, indexing, lengths, loops' iterators, conversions: how values are put together and taken apart."""
from __future__ import annotations

import logging
import operator
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.kinds import Array, Inert, Number, Seq
from tangentlite.ir.ops import (
    array_of,
    assert_,
    attribute,
    is_in,
    is_one_of,
    items_of,
    make_list,
    make_set,
    make_tuple,
    not_in,
    raise_,
    unpack,
)
from tangentlite.ir.trace import Const
from tangentlite.rules.broadcasting import zero
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.verbs import constant, custom, linear

add_at, accumulate, without_last = lift(runtime.add_at), lift(runtime.accumulate), lift(runtime.without_last)


# -- indexing --------------------------------------------------------------------------------------------------------

def getitem_kind(x: Any, index: Any) -> Any:
    """The kind of x[index]."""
    x = K.kind_of(x)
    if depth := path_length(index):
        return K.element_at(x, depth)
    match x:
        case Seq("list" | "tuple" | "range", items, elem):
            k = index.value if isinstance(index, Const) else None
            if items is not None and isinstance(k, int) and -len(items) <= k < len(items):
                return items[k]
            if isinstance(k, slice):
                return Seq(x.type, items[k]) if items is not None else x
            if isinstance(K.kind_of(index), Inert):
                return Seq(x.type, None, K.elements(x))
            return K.elements(x) if isinstance(K.kind_of(index), Number) else K.UNKNOWN
        case Seq("dict", items, elem):
            return elem if elem is not None else K.UNKNOWN
        case K.Record(type, _, items):
            k = index.value if isinstance(index, Const) else None
            if x.positional and isinstance(k, (int, slice)):
                return getitem_kind(Seq("tuple", items), index)
            found = x.item(k) if k is not None else K.elements(x) if type is not dict else None
            return found or type is dict and K.as_dict(x).elem or K.UNKNOWN  # a key that a dictionary lacks raises
        case Inert("str" | "bytes"):
            return x
        case Array(dtype, dims):
            return indexed_array(dtype, dims, index) if dims is not None else Array(dtype, None)
    return K.UNKNOWN


def path_length(index: Any) -> int:
    """How many indices the index of an element of a list of lists has; 0 for any other index, a kind or a constant."""
    kind = K.kind_of(index)
    return int(kind.value) if isinstance(kind, Inert) and kind.type == "path" else 0


def indexed_array(dtype: str | None, dims: tuple[Any, ...], index: Any) -> Any:
    parts = index_parts(index)
    mask = parts[0] if len(parts) == 1 and isinstance(parts[0], Array) and parts[0].dtype == "bool" else None
    if mask is not None and mask.dims is not None and len(mask.dims) <= len(dims):
        return Array(dtype, (K.fresh_dim(), *dims[len(mask.dims):]))
    lists = [chosen(p) for p in parts if isinstance(p, (Array, Seq, K.Unknown))]
    used = sum(1 for p in parts if consumes(p))
    if None in lists or used > len(dims) or any(isinstance(p, Number) and p.dtype == "bool" for p in parts):
        return Array(dtype, None)
    together = K.broadcast_dims(*lists) or ()
    picks = [k for k, p in enumerate(parts) if isinstance(p, (Array, Seq, Number))]
    side_by_side = not picks or len(picks) == picks[-1] + 1 - picks[0]
    result = [] if side_by_side else list(together)  # chosen elements come first, where a slice is between two choices
    rest = list(dims)
    ellipsis_length = len(dims) - used
    seen_ellipsis = False
    for k, p in enumerate(parts):
        if p == Inert("NoneType"):
            result.append(1)
        elif p == Inert("ellipsis"):
            result += [rest.pop(0) for _ in range(ellipsis_length)]
            seen_ellipsis = True
        elif k in picks:
            rest.pop(0)
            result += together if side_by_side and k == picks[0] else ()
        elif p == Inert("full slice"):
            result.append(rest.pop(0))
        elif isinstance(p, Inert) and p.type == "slice":
            result.append(sliced(rest.pop(0), p.value))
        else:
            return Array(dtype, None)
    if seen_ellipsis:
        return Array(dtype, tuple(result))  # without axes as well: `u[0, ...]` is a view, `u[0]` a number
    return K.numeric(dtype, tuple(result + rest))


def chosen(part: Any) -> tuple[Any, ...] | None:
    """The dimensions of an index that is an array or a list of integers; None for any other index, and one that may be a mask."""
    if isinstance(part, Array):
        return part.dims if (part.dtype or "").startswith(("int", "uint")) else None
    items = part.items if isinstance(part, Seq) and part.type == "list" else None
    if items and all(isinstance(i, Number) and i.dtype == "int" for i in items):
        return (1 if len(items) == 1 else ("n", "listed", len(items)),)
    return None


def sliced(dim: Any, part: slice | None) -> Any:
    """The size of a slice: that of `u[2:]`, `u[1:-1]` and `u[:-2]` is the same."""
    if part is None or part.step not in (None, 1) or dim == 1:
        return K.fresh_dim()
    first, last = part.start or 0, part.stop or 0
    if part.stop == 0 or type(first) is not int or type(last) is not int or first < 0 or last > 0:
        return K.fresh_dim()
    return ("?", "less", dim, first - last)


def consumes(part: Any) -> bool:
    return part not in (Inert("NoneType"), Inert("ellipsis"))


def index_parts(index: Any) -> list[Any]:
    """The kinds of the entries of an index; `full slice` marks `:`."""
    if isinstance(index, Const):
        entries = index.value if isinstance(index.value, tuple) else (index.value,)
        return [Inert("full slice") if e == slice(None) else Inert("slice", e) if isinstance(e, slice) else K.of_value(e)
                for e in entries]
    if isinstance(index, Seq) and index.type == "tuple" and index.items is not None:
        return list(index.items)
    return [index]


def names_once(index: Any) -> bool:
    """Does an index (a kind, or a constant) surely name every element of an array at most once, as part of its memory?"""
    return all(isinstance(p, (Number, Inert)) and getattr(p, "dtype", "int") != "bool" for p in index_parts(index))


linear(operator.getitem, lambda g, x, index: add_at(zero_like(x), index, g), kind=getitem_kind, view=True)


def attribute_kind(x: Any, name: Any) -> Any:
    of_x = K.kind_of(x)
    return (of_x.item(name.value) or K.UNKNOWN) if isinstance(of_x, K.Record) and isinstance(name, Const) else K.UNKNOWN


def updated_kind(x: Any, name: Any, value: Any) -> Any:
    of_x = K.kind_of(x)
    return of_x.updated(name.value, K.kind_of(value)) if isinstance(of_x, K.Record) else K.UNKNOWN


def added_kind(x: Any, key: Any, value: Any) -> Any:
    """A part of a record to which something is added: 0.0 may become an array."""
    of_x: Any = K.kind_of(x)
    part = of_x.item(key.value) if isinstance(of_x, K.Record) and isinstance(key, Const) else None
    if part is None:
        return of_x
    total = K.elementwise(operator.add, part, value) if K.is_numeric(part) else K.join(part, K.kind_of(value), "added")
    return of_x.updated(key.value, total)


set_attribute, add_attribute, read = lift(runtime.set_attribute), lift(runtime.add_attribute), lift(getattr)


def zero_like(x: Any) -> Any:
    b = x.builder
    return type(x)(zero(b, x.atom), b)


# -- attributes ------------------------------------------------------------------------------------------------------------

linear(attribute, lambda g, x, name: add_attribute(zero_like(x), name, g), kind=attribute_kind, view=True)


def dot_of(dots: Any, k: int, x: Any) -> Any:
    return dots[k] if dots[k] is not None else zero_like(x) if hasattr(x, "kind") else 0.0


custom(runtime.set_attribute,
       lambda y, dots, x, name, value: set_attribute(dot_of(dots, 0, x), name, dot_of(dots, 2, value)),
       lambda g, y, x, name, value: (set_attribute(g, name, zero_like(read(x, name)) if x.kind.item(name) else 0.0), None, read(g, name)),
       kind=updated_kind, view=True)
custom(runtime.add_attribute,
       lambda y, dots, x, name, value: add_attribute(dot_of(dots, 0, x), name, dot_of(dots, 2, value)),
       lambda g, y, x, name, value: (g, None, read(g, name)),
       kind=added_kind, view=True)


# -- displays --------------------------------------------------------------------------------------------------------

def display_kind(name: str) -> Any:
    return lambda *items: Seq(name, tuple(map(K.kind_of, items)))


for op, name in ((make_tuple, "tuple"), (make_list, "list")):
    RULES[op] = Rule(
        lambda b, eqn, dots: b.emit(eqn.op, *(dots[a] if a in dots else zero(b, a) for a in eqn.args)),
        lambda b, eqn, g: ((a, b.emit(operator.getitem, g, Const(k))) for k, a in enumerate(eqn.args)),
        display_kind(name), cheap=op is make_tuple, view=True)

constant(slice, kind=Inert("slice"), cheap=True)
linear(runtime.copied_table, lambda g, rows: g, kind=lambda rows: K.kind_of(rows))
constant(runtime.path, kind=lambda *indices: Inert("path", len(indices)), cheap=True)


def unpack_adjoint(gs: Any, ys: Any, x: Any) -> Any:
    total: Any = None
    for k, g in enumerate(gs):
        if g is not None:
            total = add_at(zero_like(x) if total is None else total, k, g)
    return total


custom(unpack, lambda ys, dots, x: tuple(dots[0][k] for k in range(len(ys))), unpack_adjoint, kind=K.kind_of, view=True)


def listed(op: Any) -> None:
    """list(x), tuple(x): the items of a sequence or the rows of an array."""
    def adjoint(g: Any, y: Any, x: Any) -> Any:
        of_x = K.kind_of(x.kind)
        if K.rank(of_x) == 1:
            return lift(np.array)(g)
        if isinstance(of_x, (Array, Number)):
            return np.reshape(g, np.shape(x))
        if not isinstance(of_x, Seq) or of_x.type not in ("list", "tuple"):
            raise UnknownKeyword("of a value that is not known to be a list, tuple or array")
        return lift(list if of_x.type == "list" else tuple)(g)

    custom(op, lambda y, dots, x: lift(op)(dots[0]), adjoint, kind=lambda x: items_kind(op.__name__, K.kind_of(x)))


def items_kind(name: str, of_x: Any) -> Any:
    if isinstance(of_x, Seq) and of_x.type in ("list", "tuple"):
        return Seq(name, of_x.items, of_x.elem)
    return Seq(name, None, K.elements(of_x))


for op in (list, tuple):
    listed(op)


def copied_adjoint(g: Any, y: Any, x: Any) -> Any:
    if not K.is_dict(K.kind_of(x.kind)):
        raise UnknownKeyword("of a value that is not known to be a dictionary")
    return lift(runtime.restricted)(g, x)


linear(runtime.restricted, lambda t, g, items: lift(dict)(t), kind=lambda g, items: zero_kind(K.kind_of(items)))
custom(dict, lambda y, dots, x: lift(dict)(dots[0]), copied_adjoint,
       kind=lambda x: K.kind_of(x) if K.is_dict(K.kind_of(x)) else K.UNKNOWN)


def set_kind(*items: Any) -> Any:
    return K.UNKNOWN if any(K.differentiable(K.kind_of(i)) for i in items) else Inert("set")


class Unordered(UnknownKeyword):
    """The items of a set have no place for a derivative."""

    advice = "Use a list"


def unordered(*args: Any) -> Any:
    raise Unordered("a set of active values")


custom(make_set, unordered, unordered, kind=set_kind)
for of_all in (set, frozenset):
    custom(of_all, unordered, unordered, kind=lambda *xs: set_kind(*(K.elements(K.kind_of(x)) for x in xs)))
constant(is_in, not_in, runtime.is_sequence, runtime.is_mapping, kind=K.BOOL, cheap=True)
constant(assert_, raise_, runtime.require_same_length, runtime.require_one, kind=Inert("NoneType"), pure=False)
constant(is_one_of, kind=K.BOOL, pure=False)
constant(items_of, array_of, kind=K.kind_of, view=True)
constant(np.errstate, kind=Inert("errstate"))


def without_kind(items: Any, key: Any) -> Any:
    k = K.kind_of(items)
    return K.as_dict(k) if isinstance(k, K.Record) else k


custom(runtime.without, lambda y, dots, items, key: lift(runtime.without)(dots[0], key),
       lambda g, y, items, key: lift(runtime.with_key)(g, key, items), kind=without_kind, view=True)
custom(runtime.with_key, lambda y, dots, g, key, items: lift(runtime.with_key)(dots[0], key, items),
       lambda t, y, g, key, items: (lift(runtime.without)(t, key), None, None),
       kind=lambda g, key, items: zero_kind(K.kind_of(items)))


# -- lists that grow: tapes ------------------------------------------------------------------------------------------

def append_kind(items: Any, value: Any) -> Any:
    before = K.kind_of(items)
    if isinstance(before, Seq) and before.items is not None and len(before.items) < K.LONGEST:
        return Seq("list", (*before.items, K.kind_of(value)))
    elem = K.elements(before) if isinstance(before, Seq) and (before.items or before.elem is not None) else K.NEVER
    return Seq("list", None, K.join(elem, K.kind_of(value), "append"))


custom(runtime.append,
       lambda y, dots, items, value: lift(runtime.append)(
           dots[0] if dots[0] is not None else zero_like(items), dots[1] if dots[1] is not None else zero_like(value)),
       lambda g, y, items, value: (without_last(g), g[-1]),
       kind=append_kind, view=True)


def with_last(g: Any, y: Any, items: Any) -> Any:
    """The adjoint of a list goes on with that of its last item; NumPy's rules make an array of the adjoints of numbers."""
    of_items, of_g = K.kind_of(items.kind), K.kind_of(g.kind)
    if items.atom.suffix or not isinstance(of_items, Seq) or not isinstance(of_g, Seq | Array):
        return add_at(zero_like(items), slice(None, -1), g)
    return lift(runtime.append)(g if isinstance(of_g, Seq) else lift(list)(g), zero_like(items[-1]))


custom(runtime.without_last,
       lambda y, dots, items: without_last(dots[0]),
       with_last,
       kind=lambda items: getitem_kind(items, Const(slice(None, -1))), view=True)


def regrouped(kind: Any) -> Any:
    """The structure alone: the numbers in it are those of an array."""
    if isinstance(kind, K.Record):
        return K.Record(kind.type, kind.keys, tuple(map(regrouped, kind.items)))
    if isinstance(kind, Seq):
        items = None if kind.items is None else tuple(map(regrouped, kind.items))
        return Seq(kind.type, items, None if kind.elem is None else regrouped(kind.elem))
    return Number("") if isinstance(kind, Number) else K.UNKNOWN


linear(runtime.restructured, lambda t, g, x: lift(np.array)(t), kind=lambda g, x: regrouped(K.kind_of(x)))
custom(runtime.accumulate,
       lambda y, dots, a, b: accumulate(dots[0] if dots[0] is not None else zero_like(a),
                                        dots[1] if dots[1] is not None else zero_like(b)),
       lambda g, y, a, b: (g, g),
       kind=lambda a, b: K.join(K.kind_of(a), K.kind_of(b), "accumulate"))


def like_kind(x: Any, **options: Any) -> Any:
    return zero_kind(K.kind_of(x)) if not options and K.differentiable(K.kind_of(x)) else K.UNKNOWN


def longer(tape: Any, size: Any) -> Any:
    k = K.kind_of(tape)
    return Array(k.dtype, (K.fresh_dim(), *k.dims[1:])) if isinstance(k, Array) and k.dims else k


def zero_kind(k: Any) -> Any:
    """The zero of an integer is a float."""
    match k:
        case Seq(type, items, elem):
            return Seq(type, None if items is None else tuple(map(zero_kind, items)), None if elem is None else zero_kind(elem))
        case K.Record(type, keys, items):
            return K.Record(type, keys, tuple(map(zero_kind, items)))
        case Number() | Array() if not K.differentiable(k):
            return Number("float") if isinstance(k, Number) else Array("float64", k.dims)
    return k


constant(runtime.zeros_like, kind=like_kind)
constant(runtime.with_room, kind=longer, view=True)


# -- what loops run over ---------------------------------------------------------------------------------------------

def dict_elem(d: Any) -> Any:
    k = K.kind_of(d)
    return K.as_dict(k).elem if K.is_dict(k) else K.UNKNOWN


def length_kind(x: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.size_of(dims[0]) if dims else K.INT


def iterator(*items: Any) -> Seq:
    return Seq("iter", None, Seq("tuple", items))


constant(range, kind=lambda *a: Seq("range", None, K.INT), cheap=True)
constant(len, kind=length_kind, cheap=True)
constant(enumerate, kind=lambda x, start=0: iterator(K.INT, K.elements(K.kind_of(x))), cheap=True)
constant(zip, kind=lambda *xs, strict=False: iterator(*(K.elements(K.kind_of(x)) for x in xs)), cheap=True)
constant(reversed, kind=lambda x: Seq("iter", None, K.elements(K.kind_of(x))), cheap=True)
constant(dict.items, kind=lambda d: iterator(K.UNKNOWN, dict_elem(d)))
constant(dict.keys, kind=K.UNKNOWN)
constant(dict.values, kind=lambda d: Seq("iter", None, dict_elem(d)))
constant(runtime.sorting_order, kind=lambda keys, reverse=False: Seq("list", None, K.INT))
constant(list.index, list.count, tuple.index, tuple.count, kind=K.INT)
constant(isinstance, callable, hasattr, type, id, kind=K.UNKNOWN)
constant(str, repr, format, kind=Inert("str"))
constant(int, kind=K.INT)
constant(bool, kind=K.BOOL)
constant(logging.getLogger, kind=Inert("Logger"), pure=False)
constant(print, kind=Inert("NoneType"), pure=False)
