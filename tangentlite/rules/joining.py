"""Joining arrays into one, and splitting one into several."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Expr, lift
from tangentlite.ir.ops import make_list
from tangentlite.rules.expressions import fixed, kind, rank, reshape_back, shape_of, static
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import STRONG, at_least
from tangentlite.rules.verbs import alias, custom, linear, sequence

split_like, part, concatenate = lift(runtime.split_like), lift(slice), lift(np.concatenate)


# -- kinds -----------------------------------------------------------------------------------------------------------

def joined(xs: Any, prepare: Callable[[Any], Any], axis: int | None, new_axis: bool = False) -> K.Kind:
    """The kind of joining `xs`, each with its dimensions prepared."""
    k = K.kind_of(xs)
    counted = isinstance(k, K.Seq) and k.items is not None
    every = (k.items or () if counted else (k.elem,) * 2) if isinstance(k, K.Seq) else ()
    items = [e for e in every if isinstance(e, (K.Number, K.Array))]
    if not items or len(items) != len(every):
        return K.NUMERIC
    names = {STRONG.get(e.dtype or "", e.dtype) for e in items}
    dtype = names.pop() if len(names) == 1 else None
    shapes = [K.dims_of(e) for e in items]
    if any(s is None for s in shapes) or axis is None:
        return K.Array(dtype or None, None)
    dims = [list(prepare(s)) for s in shapes]
    if len({len(d) for d in dims}) != 1 or not -len(dims[0]) - new_axis <= axis < len(dims[0]) + new_axis:
        return K.Array(dtype or None, None)
    out = [agreed([d[j] for d in dims]) for j in range(len(dims[0]))]
    if new_axis:
        at = axis % (len(out) + 1)
        count = K.fresh_dim() if not counted else 1 if len(items) == 1 else ("n", "size", len(items))
        return K.Array(dtype or None, (*out[:at], count, *out[at:]))
    out[axis] = out[axis] if len(items) == 1 else K.fresh_dim()
    return K.Array(dtype or None, tuple(out))


def agreed(column: list[Any]) -> Any:
    """A dimension that is the same in all arrays: the most that is known of it."""
    sure = [d for d in column if d == 1 or not K.maybe_one(d)]
    return (sure or column)[0]


# -- joining ---------------------------------------------------------------------------------------------------------

def pieces(g: Any, xs: Any, axis: Any, least: int = 1) -> Any:
    """`g` cut along `axis` into the parts that came from `xs`; arrays of less than `least` dimensions had length 1."""
    if isinstance(xs, Expr):
        return split_like(g, xs, axis)
    parts, lo = [], None
    for k, x in enumerate(xs):
        r = rank(x)
        small = r is not None and r < least
        n = 1 if small else shape_of(x)[axis]
        hi = None if k == len(xs) - 1 else n if lo is None else lo + n
        piece = cut(g, axis, lo, hi)
        parts.append(reshape_back(piece, x) if small else piece)
        lo = hi
    return parts


def cut(g: Any, axis: int, lo: Any, hi: Any) -> Any:
    """g[..., lo:hi, ...] at `axis`."""
    here = part(lo, hi, None) if lo is not None or hi is not None else slice(None)
    if axis == 0:
        return g[here]
    return g[(slice(None),) * axis + (here,)] if axis > 0 else g[(Ellipsis, here) + (slice(None),) * (-1 - axis)]


def concatenate_transpose(g: Any, xs: Any, axis: Any = 0) -> Any:
    a = static(axis)
    if a is None:
        if isinstance(xs, Expr):
            raise UnknownKeyword("np.concatenate with axis=None of a list of unknown length")
        return [reshape_back(p, x) for p, x in zip(pieces(g, [np.ravel(x) for x in xs], 0), xs)]
    if not isinstance(a, int):
        raise UnknownKeyword("np.concatenate wants an axis that is known")
    return pieces(g, xs, a)


def stack_transpose(g: Any, xs: Any, axis: Any = 0) -> Any:
    a = static(axis)
    if not isinstance(a, int):
        raise UnknownKeyword("np.stack wants an axis that is known")
    if isinstance(xs, Expr):
        return g if a == 0 else np.moveaxis(g, a, 0)
    return [item(g, a, k) for k in range(len(xs))]


def item(g: Any, axis: int, k: int) -> Any:
    """g[..., k, ...] at `axis`."""
    if axis == 0:
        return g[k]
    return g[(slice(None),) * axis + (k,)] if axis > 0 else g[(Ellipsis, k) + (slice(None),) * (-1 - axis)]


def ranks(xs: Any, what: str) -> list[int]:
    """The numbers of dimensions; of a list of unknown length, that of all its arrays."""
    known = [K.rank(K.elements(K.kind_of(kind(xs))))] if isinstance(xs, Expr) else [K.rank(kind(x)) for x in xs]
    if any(r is None for r in known):
        raise UnknownKeyword(f"{what} wants arrays whose number of dimensions is known; use np.stack or np.concatenate")
    return [r for r in known if r is not None]


def vstack_transpose(g: Any, xs: Any) -> Any:
    low = ranks(xs, "np.vstack")
    if isinstance(xs, Expr):
        return pieces(g, xs, 0) if low[0] > 1 else g if low[0] == 1 else g[:, 0]
    if all(r < 2 for r in low):
        return [reshape_back(g[k], x) for k, x in enumerate(xs)]
    return pieces(g, xs, 0, 2)


def hstack_transpose(g: Any, xs: Any) -> Any:
    low = ranks(xs, "np.hstack")
    if isinstance(xs, Expr) and low[0] == 0:
        return g
    return pieces(g, xs, 0 if all(r < 2 for r in low) else 1)


def column_stack_transpose(g: Any, xs: Any) -> Any:
    low = ranks(xs, "np.column_stack")
    if isinstance(xs, Expr):
        return pieces(g, xs, 1) if low[0] > 1 else g.T if low[0] == 1 else g[0]
    if all(r == 1 for r in low):
        return [g[:, k] for k in range(len(xs))]
    return pieces(g, xs, 1, 2)


def dstack_transpose(g: Any, xs: Any) -> Any:
    low = ranks(xs, "np.dstack")
    if isinstance(xs, Expr) and low[0] < 3:
        return np.moveaxis(g, 2, 0) if low[0] == 2 else g[0].T if low[0] == 1 else g[0, 0]
    return pieces(g, xs, 2, 3)


def kept(dims: Any) -> Any:
    return dims


def hstack_kind(xs: Any) -> K.Kind:
    k = K.kind_of(xs)
    first = k.items[0] if isinstance(k, K.Seq) and k.items else k.elem if isinstance(k, K.Seq) and k.items is None else K.UNKNOWN
    rank = None if first is None else K.rank(first)
    return joined(xs, at_least(1), None if rank is None else 0 if rank < 2 else 1)


def append_adjoint(g: Any, y: Any, x: Any, v: Any, axis: Any = None) -> Any:
    return tuple(concatenate_transpose(g, [x, v], axis))


def append_tangent(y: Any, dots: Any, x: Any, v: Any, axis: Any = None) -> Any:
    zeros = lift(runtime.zeros_like)
    return np.append(zeros(x) if dots[0] is None else dots[0], zeros(v) if dots[1] is None else dots[1], axis=axis)


def concatenate_kind(xs: Any, axis: Any = 0) -> K.Kind:
    a = fixed(axis)
    if a is None:
        return joined(xs, lambda dims: (dims[0] if len(dims) == 1 else K.fresh_dim(),), 0)
    return joined(xs, kept, a if isinstance(a, int) else None)


def stack_kind(xs: Any, axis: Any = 0) -> K.Kind:
    a = fixed(axis)
    return joined(xs, kept, a if isinstance(a, int) else None, new_axis=True)


sequence(np.concatenate, concatenate_transpose, kind=concatenate_kind)
linear(runtime.split_like, lambda t, g, xs, axis=0: concatenate(t, axis),
       kind=lambda g, xs, axis=0: K.Seq("list", None, K.Array(getattr(K.kind_of(g), "dtype", None), None)), view=True)
sequence(np.stack, stack_transpose, kind=stack_kind)
sequence(np.vstack, vstack_transpose, kind=lambda xs: joined(xs, at_least(2), 0))
sequence(np.hstack, hstack_transpose, kind=hstack_kind)
sequence(np.column_stack, column_stack_transpose, kind=lambda xs: joined(xs, lambda d: (*d, 1)[:2], 1))
sequence(np.dstack, dstack_transpose, kind=lambda xs: joined(xs, at_least(3), 2))
custom(np.append, append_tangent, append_adjoint,
       kind=lambda x, v, axis=None: concatenate_kind(K.Seq("tuple", (K.kind_of(x), K.kind_of(v))), axis))
alias(np.concatenate, np.concat)


# -- splitting -------------------------------------------------------------------------------------------------------

def parts_of(value: Any, y: Any) -> Any:
    """The list itself, or its parts where the primal unpacks it."""
    return tuple(value[k] for k in range(len(y))) if isinstance(y, tuple) else value


def whole(g: Any, y: Any) -> Any:
    """The adjoints of all parts as one list."""
    if not isinstance(y, tuple):
        return g
    return lift(make_list)(*[lift(runtime.zeros_like)(p) if d is None else d for d, p in zip(g, y)])


def splitter(op: Any, axis_of: Callable[[Any], int] | None = None) -> None:
    if axis_of is None:
        custom(op, lambda y, dots, x, sections, axis=0: parts_of(op(dots[0], sections, axis), y),
               lambda g, y, x, sections, axis=0: concatenate(whole(g, y), axis),
               kind=split_kind, view=True)
    else:
        custom(op, lambda y, dots, x, sections: parts_of(op(dots[0], sections), y),
               lambda g, y, x, sections: concatenate(whole(g, y), axis_of(x)),
               kind=lambda x, sections: split_kind(x, sections), view=True)


def split_kind(x: Any, sections: Any, axis: Any = 0) -> K.Kind:
    k, n = K.kind_of(x), fixed(sections)
    if not isinstance(k, K.Array):
        return K.UNKNOWN
    count = n if isinstance(n, int) else len(n) + 1 if isinstance(n, (list, tuple)) else None
    if count is None:
        return K.Seq("list", None, K.Array(k.dtype, None))
    return K.Seq("list", tuple(K.Array(k.dtype, k.dims and tuple(K.fresh_dim() for _ in k.dims)) for _ in range(count)))


splitter(np.split)
splitter(np.array_split)
def horizontal(x: Any) -> int:
    if rank(x) is None:
        raise UnknownKeyword("np.hsplit wants a number of dimensions that is known")
    return 0 if rank(x) == 1 else 1


splitter(np.hsplit, horizontal)
splitter(np.vsplit, lambda x: 0)
splitter(np.dsplit, lambda x: 2)
