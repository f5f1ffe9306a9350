"""What rules say about symbolic values: facts from their kinds, and small expressions that several families share."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Expr, lift
from tangentlite.ir.identities import spread_value
from tangentlite.ir.ops import make_list, make_tuple
from tangentlite.ir.trace import Captured, Const
from tangentlite.rules.broadcasting import fit, spread
from tangentlite.rules.registry import UnknownKeyword


def lifted(*functions: Callable[..., Any]) -> tuple[Any, ...]:
    """Plain functions for use on symbolic values."""
    return tuple(map(lift, functions))


real_like = lift(runtime.cast_like)  # the real part of an adjoint whose argument is real


class _Dynamic:
    """A value that only the running program knows."""


DYNAMIC = _Dynamic()


def static(a: Any) -> Any:
    """The value of an argument such as `axis`, or DYNAMIC."""
    if not isinstance(a, Expr):
        return DYNAMIC if isinstance(a, (tuple, list)) and any(isinstance(e, Expr) for e in a) else a
    if isinstance(a.atom, Const):
        return a.atom.value
    made = a.builder.defs.get(a.atom)
    if made is not None and made.op in (make_tuple, make_list):
        items = [static(Expr(e, a.builder)) for e in made.args]
        return DYNAMIC if any(i is DYNAMIC for i in items) else made.op(*items)
    if made is not None and made.op is operator.neg:
        value = static(Expr(made.args[0], a.builder))
        return -value if isinstance(value, float) else DYNAMIC
    if made is not None and isinstance(made.op, Captured) and made.op.is_infinity():
        return made.op()
    return fixed(kind(a))


def kind(x: Any) -> K.Kind:
    """The kind of a symbolic value or a plain one."""
    return K.kind_of(x.kind) if isinstance(x, Expr) else K.of_value(x)


def rank(x: Any) -> int | None:
    return K.rank(kind(x))


def known_rank(x: Any, what: str = "arrays") -> int:
    """The number of dimensions, which must be known."""
    r = rank(x)
    if r is None:
        raise UnknownKeyword(f"{what} whose number of dimensions is not known")
    return r


def is_real(x: Any) -> bool:
    """Is the value surely real?"""
    k = kind(x)
    return isinstance(k, (K.Number, K.Array)) and bool(k.dtype) and not str(k.dtype).startswith("complex")


def conjugate(x: Any) -> Any:
    return x if is_real(x) else np.conjugate(x)


def unspread(g: Any, like: Any) -> Any:
    """`g` before it was spread, where broadcasting against `like` does the same."""
    if not isinstance(g, Expr) or not isinstance(like, Expr):
        return g
    found = spread_value(g.builder, g.atom)
    same = found is not None and K.same_shape(K.kind_of(g.builder.kind(found[1])), kind(like))
    return Expr(found[0], g.builder) if found is not None and same else g


def or_zero(dot: Any) -> Any:
    """The tangent of an argument that may be inactive."""
    return 0.0 if dot is None else dot


def nonzero(x: Any) -> Any:
    """A denominator: `x`, but 1 where it is 0."""
    return x + (x == 0.0)


def is_one(x: Any) -> bool:
    """Is it the literal 1?"""
    n = static(x)
    return type(n) in (int, float) and n == 1


def quotient(x: Any, y: Any) -> Any:
    """x / y as NumPy divides: by Python's 0.0, which raises, too."""
    python = K.is_number(kind(y)) and kind(y) != K.Number("float64")
    return lift(np.divide)(x, y) if python and isinstance(y, Expr) else x / y


def spread_to(dot: Any, y: Any) -> Any:
    """The tangent `dot` spread to the shape of the result `y`."""
    return Expr(spread(dot.builder, dot.atom, y.atom), dot.builder) if isinstance(dot, Expr) else dot


def fitted(g: Any, x: Any) -> Any:
    """The contribution `g` summed to the shape of the argument `x`, which broadcasting has spread."""
    if not isinstance(x, Expr) or not isinstance(g, Expr):
        return g
    like = lift(np.array)(x) if isinstance(kind(x), K.Seq) else x
    return Expr(fit(g.builder, g.atom, like.atom, True), g.builder)


def arrays(*xs: Any) -> tuple[Any, ...]:
    """Arguments that may be lists, as arrays or numbers; one of them is symbolic."""
    some = next(x for x in xs if isinstance(x, Expr))
    return tuple(x if K.is_numeric(kind(x)) and isinstance(x, Expr) else some.emit(np.asarray, (x,)) for x in xs)


def fixed(a: Any) -> Any:
    """Like `static`, for the arguments of kind functions: constants and kinds."""
    if isinstance(a, Const):
        return a.value
    if isinstance(a, K.Inert):
        return None if a.type == "NoneType" else DYNAMIC if a.value is None else a.value
    return DYNAMIC if isinstance(a, K.Kind) else a


def normal_axes(axis: Any, rank: int) -> tuple[int, ...] | None:
    """The axes as non-negative numbers; None where they are not known."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all(isinstance(a, int) and -rank <= a < rank for a in axes):
        return None
    return tuple(a % rank for a in axes)


def shape_of(x: Any) -> Any:
    """`x.shape` where `x` is surely an array."""
    return x.shape if isinstance(kind(x), K.Array) and rank(x) else np.shape(x)


def reshape_back(g: Any, x: Any) -> Any:
    """`g`, which has the elements of `x`, in the shape of `x`."""
    if K.same_shape(kind(g), kind(x)):
        return g
    if K.is_number(kind(x)):
        return np.sum(g)
    return np.reshape(g, x.shape) if isinstance(kind(x), K.Array) and rank(x) else np.reshape(g, np.shape(x))[()]


def as_number(g: Any) -> Any:
    """The only element of `g`, which may be a number already."""
    return g if K.is_number(kind(g)) else np.sum(g)


def cast_to(g: Any, x: Any) -> Any:
    """The contribution `g`, which has the shape of `x`, in its dtype."""
    if not isinstance(x, Expr) or not isinstance(g, Expr):
        return g
    return Expr(fit(g.builder, g.atom, x.atom, False), g.builder)
