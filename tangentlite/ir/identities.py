"""Local identities, applied only to equations that a derivative rule has just made, never to the user's code.

Each takes the builder and the arguments, and returns the simpler value, or None where nothing is simpler.
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir.kinds import Array, Kind, Number, Seq, broadcast_dims, dims_of, is_numeric, kind_of, maybe_one, rank, same_shape
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const, Eqn, Var

if TYPE_CHECKING:
    from tangentlite.ir.build import Builder


def is_number(a: Any, n: float) -> bool:
    return isinstance(a, Const) and type(a.value) in (int, float) and a.value == n


def fresh(b: Builder, a: Any) -> Eqn | None:
    """The equation of a temporary that a rule has made, unless it has become an adjoint or tangent of its own."""
    return b.fresh.get(a) if isinstance(a, Var) and not a.suffix else None


def spread_value(b: Builder, a: Any) -> tuple[Any, Any] | None:
    """(g, x) where the value is `g` spread over the shape of `x`."""
    e = b.fresh.get(a) if isinstance(a, Var) else None
    if e is None:
        return None
    if e.op is runtime.unreduce:
        return e.args[0], e.args[1]
    if e.op is np.expand_dims:
        inner = spread_value(b, e.args[0])
        return (inner[0], a) if inner is not None and isinstance(kind_of(b.kind(inner[0])), Number) else None
    if e.op is np.full_like:
        return e.args[1], e.args[0]
    if e.op is np.broadcast_to:
        shape = b.fresh.get(e.args[1])
        if shape is not None and shape.op is getattr and shape.args[1] == Const("shape"):
            return e.args[0], shape.args[0]
    return None


def covers(wide: Kind, narrow: Kind) -> bool:
    """Does broadcasting a value of kind `wide` against one of kind `narrow` keep its shape?"""
    w, n = dims_of(wide), dims_of(narrow)
    return same_shape(wide, narrow) or w is not None and n is not None and len(w) >= len(n) and all(
        d != 1 and not maybe_one(d) for d in w)


def cover_together(b: Builder, spread: tuple[Any, Any], other: Any) -> bool:
    """Does broadcasting what is spread against another value give the shape over which it is spread?"""
    g, x, y = (dims_of(kind_of(b.kind(a))) for a in (*spread, other))
    return None not in (g, x, y) and bool(g) and bool(y) and broadcast_dims(g, y) == x


def plus_spread(b: Builder, x: Any, y: Any) -> Any:
    """x + y where `y` is spread over the shape that `x` has: adding does the spreading, if it keeps the dtype."""
    spread = spread_value(b, y)
    if spread is None or not covers(kind_of(b.kind(x)), kind_of(b.kind(spread[1]))):
        return None
    of_x, of_g = kind_of(b.kind(x)), kind_of(b.kind(spread[0]))
    known = isinstance(of_x, Array) and isinstance(of_g, (Number, Array)) and of_x.dtype
    return b.emit(operator.add, x, spread[0]) if known and of_g.dtype in (of_x.dtype, "float") else None  # type: ignore[union-attr]


def without_leading_axes(b: Builder, op: Callable[..., Any], x: Any, y: Any) -> Any:
    """op(x, y) where one of them has got axes in front, as many as broadcasting gives it."""
    for p, q in ((x, y), (y, x)):
        e = fresh(b, p)
        if e is None or e.op is not np.expand_dims or not isinstance(e.args[1], Const):
            continue
        wide = dims_of(kind_of(b.kind(q))) or ()
        narrow, axes = rank(kind_of(b.kind(e.args[0]))), e.args[1].value
        axes = (axes,) if isinstance(axes, int) else axes
        if narrow and sorted(axes) == list(range(len(axes))) and narrow + len(axes) <= len(wide) and 1 not in wide[:len(axes)]:
            return b.emit(op, *((e.args[0], q) if p is x else (q, e.args[0])))
    return None


def broadcasting(op: Callable[..., Any], identity: Callable[..., Any]) -> Callable[..., Any]:
    def simplified(b: Builder, x: Any, y: Any) -> Any:
        simpler = without_leading_axes(b, op, x, y)
        return identity(b, x, y) if simpler is None else simpler

    return simplified


def multiply(b: Builder, x: Any, y: Any) -> Any:
    for p, q in ((x, y), (y, x)):
        if (is_number(q, 1) or is_number(q, -1)) and keeps_type(kind_of(b.kind(p)), q):
            return p if is_number(q, 1) else b.emit(operator.neg, p)
        spread = spread_value(b, p)
        if spread is not None and (covers(kind_of(b.kind(q)), kind_of(b.kind(spread[1]))) or cover_together(b, spread, q)):
            return b.emit(operator.mul, *((spread[0], q) if p is x else (q, spread[0])))  # broadcasting does the spreading
        e = fresh(b, p)
        if e is None:
            continue
        if e.op is operator.neg:  # (-a) * q = -(a * q)
            return b.emit(operator.neg, b.emit(operator.mul, *((e.args[0], q) if p is x else (q, e.args[0]))))
    e = fresh(b, y)
    if e is not None and e.op in (operator.truediv, np.divide):  # x * (1 / a) = x / a,  x * (n / a) = x * n / a
        top, bottom = e.args
        return b.emit(e.op, b.emit(operator.mul, x, top), bottom)
    if e is not None and e.op is operator.mul and isinstance(e.args[0], Const) and not isinstance(x, Const):
        return b.emit(operator.mul, e.args[0], b.emit(operator.mul, x, e.args[1]))  # x * (n * a) = n * (x * a)
    if isinstance(y, Const) and not isinstance(x, Const):
        return b.emit(operator.mul, y, x)
    return None


def keeps_type(kind: Any, one: Const) -> bool:
    """Has a product with 1 the type of its other factor? A bool has no sign, and an array of integers becomes one of floats."""
    dtype = str(getattr(kind, "dtype", None))
    return dtype != "bool" and (type(one.value) is int or not isinstance(kind, Array) or not dtype.startswith(("int", "uint")))


def add(b: Builder, x: Any, y: Any) -> Any:
    if is_number(x, 0):
        return y
    if is_number(y, 0):
        return x
    plain = plus_spread(b, x, y) or plus_spread(b, y, x)
    if plain is not None:
        return plain
    e = fresh(b, y)
    if e is not None and e.op is operator.neg:
        return b.emit(operator.sub, x, e.args[0])
    e = fresh(b, x)
    if e is not None and e.op is operator.neg:
        return b.emit(operator.sub, y, e.args[0])
    if x is y and is_numeric(kind_of(b.kind(x))) and x in b.fresh:
        return b.emit(operator.mul, two(b, x), x)
    before = b.fresh.get(x) if isinstance(x, Var) else None
    if before is not None and before.op is operator.add and before.args[1] is y and is_numeric(kind_of(b.kind(y))):
        return b.emit(operator.add, before.args[0], b.emit(operator.mul, two(b, y), y))  # (x + y) + y = x + 2 * y
    return None


def two(b: Builder, x: Any) -> Const:
    """A factor that keeps integers integers."""
    return Const(2 if str(getattr(kind_of(b.kind(x)), "dtype", None)).startswith(("int", "uint", "bool")) else 2.0)


def subtract(b: Builder, x: Any, y: Any) -> Any:
    if is_number(y, 0):
        return x
    if is_number(x, 0) and not isinstance(y, Const):
        return b.emit(operator.neg, y)
    e = fresh(b, y)
    if e is not None and e.op is operator.neg:
        return b.emit(operator.add, x, e.args[0])
    before = b.fresh.get(x) if isinstance(x, Var) else None
    if before is not None and before.op is operator.neg and isinstance(kind_of(b.kind(x)), Number):
        return b.emit(operator.neg, b.emit(operator.add, before.args[0], y))  # the sum may be there already
    return None


def divide(b: Builder, x: Any, y: Any) -> Any:
    if is_number(y, 1) and keeps_type(kind_of(b.kind(x)), Const(1.0)):
        return x
    e = fresh(b, x)
    if e is not None and e.op is operator.neg:
        return b.emit(operator.neg, b.emit(operator.truediv, e.args[0], y))
    return None


def negate(b: Builder, x: Any) -> Any:
    spread = b.fresh.get(x) if isinstance(x, Var) else None
    if spread is not None and spread.op is np.full_like:
        return b.emit(np.full_like, spread.args[0], b.emit(operator.neg, spread.args[1]))
    e = fresh(b, x)
    return e.args[0] if e is not None and e.op is operator.neg else None


def expand(b: Builder, x: Any, axis: Any) -> Any:
    """Signs and literal factors go in front, where others are."""
    e = b.fresh.get(x) if isinstance(x, Var) else None
    if e is not None and e.op is operator.neg:
        return b.emit(operator.neg, b.emit(np.expand_dims, e.args[0], axis))
    if e is not None and e.op is operator.mul and isinstance(e.args[0], Const):
        return b.emit(operator.mul, e.args[0], b.emit(np.expand_dims, e.args[1], axis))
    return None


def power(b: Builder, x: Any, y: Any) -> Any:
    return x if is_number(y, 1) else None


def component(b: Builder, x: Any, index: Any) -> Any:
    """One component of an adjoint that was put together component by component, or of a tuple."""
    if not isinstance(kind_of(b.kind(x)), Seq) or not isinstance(index, Const) or type(index.value) is not int:
        return None
    whole = b.defs.get(x)
    if whole is not None and whole.op is make_tuple and index.value < len(whole.args):
        return whole.args[index.value]
    found, made = None, b.fresh.get(x)
    while made is not None and made.op is runtime.add_at and type(getattr(made.args[1], "value", None)) is int:
        if (made.args[1].value < 0) != (index.value < 0):
            return None  # may be the same component, counted from the other end
        if made.args[1] == index:
            if found is not None:
                return None
            found = made.args[2]
        made = b.fresh.get(made.args[0])
    return found if made is not None and made.op is runtime.zeros_like else None


def add_to_last(b: Builder, x: Any, index: Any, g: Any) -> Any:
    """What is added to the zero that has just been appended is appended: the adjoint of `v = items.pop()`."""
    last = b.stmts[-1] if b.stmts else None
    if index != Const(-1) or not isinstance(last, Eqn) or last.op is not runtime.append or last.out is not x:
        return None
    items, nothing = last.args
    if not isinstance(nothing, Const):
        made = b.stmts[-2:-1]
        if g is nothing or not (made and isinstance(made[0], Eqn) and made[0].outs == (nothing,) and made[0].op in ZEROS):
            return None
        b.stmts.pop()
    elif not is_number(nothing, 0):
        return None
    b.stmts.pop()
    return b.emit(runtime.append, items, g)


def transpose(b: Builder, x: Any, name: Any) -> Any:
    """x.T.T = x, and the transpose of an adjoint that is read once: (a.T @ b).T = b.T @ a, (-np.outer(a, b)).T = -np.outer(b, a)."""
    if name != Const("T") or not isinstance(x, Var):
        return None
    plain = transposed(b, x)
    return plain if plain is not None or not x.suffix else turned(b, b.fresh.get(x))


def turned(b: Builder, e: Eqn | None) -> Any:
    """The transpose of what an equation makes, where that is as short."""
    if e is None or e.kwargs:
        return None
    if e.op is operator.neg:
        inner = turned(b, b.fresh.get(e.args[0]))
        return None if inner is None else b.emit(operator.neg, inner)
    if e.op is np.outer and len(e.args) == 2:
        return b.emit(np.outer, *reversed(e.args))
    if e.op not in (operator.matmul, np.dot, np.matmul) or not all(rank(kind_of(b.kind(a))) == 2 for a in e.args):
        return None
    if all(transposed(b, a) is None for a in e.args):
        return None
    left, right = (b.emit(getattr, a, Const("T")) for a in e.args)
    return b.emit(e.op, right, left)


def transposed(b: Builder, x: Any) -> Any:
    """The array of which `x` is the transpose."""
    e = b.defs.get(x)
    if e is None or e.op is not getattr or e.args[1] != Const("T"):
        return None
    return None if e.args[0] in b.overwritten else e.args[0]


def cast_again(b: Builder, g: Any, x: Any) -> Any:
    """What has been cast to the type of `x` has that type."""
    made = b.fresh.get(g) if isinstance(g, Var) else None
    return g if made is not None and made.op is runtime.cast_like and made.args[1] is x else None


ZEROS = (np.zeros_like, runtime.zeros_like)
IDENTITIES: dict[Callable[..., Any], Callable[..., Any]] = {
    operator.mul: broadcasting(operator.mul, multiply),
    operator.add: broadcasting(operator.add, add),
    operator.sub: broadcasting(operator.sub, subtract),
    operator.truediv: broadcasting(operator.truediv, divide),
    operator.neg: negate,
    operator.pow: power,
    operator.getitem: component,
    np.expand_dims: expand,
    runtime.cast_like: cast_again,
    getattr: transpose,
    runtime.add_at: add_to_last,
}
