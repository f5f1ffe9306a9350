"""Writing an element: `u` with `u[index] = value`, as a value of its own."""
from __future__ import annotations

import operator
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.ops import call_method
from tangentlite.ir.trace import Const
from tangentlite.rules.broadcasting import fit
from tangentlite.rules.real_numbers import Drops
from tangentlite.rules.structures import added_kind, getitem_kind, index_parts, path_length, zero_like
from tangentlite.rules.verbs import constant, custom, linear

call = lift(call_method)
positive = lift(operator.pos)
add_at, setitem = lift(runtime.add_at), lift(runtime.setitem)
last_written, zeros_like, zeros_at = lift(runtime.last_written), lift(runtime.zeros_like), lift(runtime.zeros_at)


def written_tangent(y: Any, dots: Any, u: Any, index: Any, value: Any) -> Any:
    refuse_complex(u, value)
    u_dot = dots[0] if dots[0] is not None else zero_like(u)
    return setitem(u_dot, index, dots[2] if dots[2] is not None else nothing(u, value))


def written_adjoint(g: Any, y: Any, u: Any, index: Any, value: Any) -> Any:
    """What was overwritten has no influence; what was written takes the adjoint of its place."""
    refuse_complex(u, value)
    place = last_written(g, index) if may_repeat(u, index) else g[index]
    if isinstance(K.kind_of(place.kind), K.Array):  # not a view: its place is set to zero next
        place = call(place, "copy") if K.dims_of(K.kind_of(place.kind)) is not None else positive(place)  # which a number has as well
    return setitem(g, index, before(u, index, value)), None, fitted(place, value)


def refuse_complex(u: Any, value: Any) -> None:
    kind = K.kind_of(u.kind) if hasattr(u, "kind") else None
    real = isinstance(kind, K.Array) and kind.dtype and not K.is_complex(kind)
    if real and hasattr(value, "kind") and K.is_complex(K.kind_of(value.kind)):
        raise Drops("this writes complex numbers into an array of real ones, which drops their imaginary parts")


PLAIN = (K.Number, K.Array, K.Never)


def before(u: Any, index: Any, value: Any) -> Any:
    """A zero adjoint for what was overwritten, which may have had another length than what was written."""
    kind = K.kind_of(u.kind)
    key = index.value if hasattr(index, "kind") else index
    part = kind.item(key) if isinstance(kind, K.Record) and isinstance(key, (str, int)) else None
    if isinstance(kind, K.Record) and kind.type is dict and key is None:  # any of them
        part = next((item for item in kind.items if not isinstance(item, PLAIN)), None)
    if part is not None and not isinstance(part, PLAIN) or isinstance(kind, K.Seq) and kind.type == "dict" and not isinstance(
            kind.elem, PLAIN):
        return zeros_at(u, index)
    by_path = hasattr(index, "kind") and path_length(index.kind)
    held = isinstance(kind, K.Seq) and kind.type == "list" and not by_path and not isinstance(K.elements(kind), K.Number)
    return zeros_like(u[index]) if held else nothing(u, value)


def nothing(u: Any, value: Any) -> Any:
    """Zero in the place of a value: a number where `u` spreads it over the place."""
    kind = K.kind_of(value.kind) if hasattr(value, "kind") else K.FLOAT
    spread = K.is_numeric(kind) and isinstance(K.kind_of(u.kind), K.Array)
    return 0.0 if spread or isinstance(kind, K.Number) else zeros_like(value)


def fitted(place: Any, value: Any) -> Any:
    if not hasattr(value, "kind") or isinstance(K.kind_of(value.kind), K.Seq | K.Record):
        return place
    b = value.builder
    return type(value)(fit(b, place.atom, value.atom, True), b)


def may_repeat(u: Any, index: Any) -> bool:
    """May the index name an element of an array twice?"""
    if isinstance(K.kind_of(u.kind), K.Seq | K.Record):
        return False
    kind = index.kind if hasattr(index, "kind") else Const(index)
    return not all(isinstance(p, (K.Number, K.Inert)) or isinstance(p, K.Array) and p.dtype == "bool"
                   for p in index_parts(kind if isinstance(kind, Const) else K.kind_of(kind)))


custom(runtime.setitem, written_tangent, written_adjoint, kind=lambda u, index, value: stored_kind(K.kind_of(u), K.kind_of(value), index))
custom(runtime.add_at,
       lambda y, dots, u, index, value: dots[0] if dots[2] is None else (
           add_at(dots[0] if dots[0] is not None else zero_like(u), index, dots[2])),
       lambda g, y, u, index, value: (g, None, fitted(g[index], value)),
       kind=added_kind)
linear(runtime.last_written, lambda t, g, index: setitem(zero_like(g), index, t), kind=getitem_kind)
constant(runtime.zeros_at, kind=getitem_kind)
constant(runtime.along_axis, kind=K.Seq("tuple", None, K.Array("int64", None)), cheap=True)
constant(runtime.require_distinct, runtime.require_in_order, kind=K.Inert("NoneType"), pure=False)


def stored_kind(of_u: Any, of_value: Any, index: Any) -> Any:
    """An array keeps its kind; a container may now hold something else."""
    if depth := path_length(index):
        return K.with_element(of_u, depth, of_value)
    if isinstance(of_u, K.Record):
        if of_u.type is dict and isinstance(index, Const) and type(index.value) in (str, int) and len(of_u.keys) < K.LONGEST:
            return of_u.updated(index.value, of_value)
        of_u = K.as_dict(of_u) if of_u.type is dict else K.UNKNOWN
    if not isinstance(of_u, K.Seq):
        return of_u
    if of_u.type == "dict":
        return K.Seq("dict", None, K.join(K.UNKNOWN if of_u.elem is None else of_u.elem, of_value, "setitem"))
    if of_u.items is not None and isinstance(index, Const) and type(k := index.value) is int and -len(of_u.items) <= k < len(of_u.items):
        items = list(of_u.items)
        items[k] = of_value
        return K.Seq(of_u.type, tuple(items))
    elem = K.elements(of_u) if of_u.items is None or of_u.items else K.NEVER
    return K.Seq(of_u.type, None, K.join(elem, of_value, "setitem"))
