"""The shape of adjoints and tangents: what broadcasting spread, the adjoint sums; and zeros of the right structure."""
from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Builder
from tangentlite.ir.identities import fresh
from tangentlite.ir.kinds import Array, Kind, Number
from tangentlite.ir.ops import unpack
from tangentlite.ir.trace import Const, Eqn, Var


def fit(b: Builder, g: Any, x: Any, broadcasts: bool) -> Any:
    """The contribution `g`, which has the shape of the result, summed to the shape of the argument `x`."""
    if isinstance(x, Const):
        return g
    of_x, of_g = K.kind_of(b.kind(x)), K.kind_of(b.kind(g))
    if not broadcasts and K.is_numeric(of_x):
        return cast(b, g, x, of_x, of_g)
    plan = reduction(of_x, of_g)
    if plan is None:
        return b.emit(runtime.unbroadcast, g, x)
    leading, ones = plan
    made = fresh(b, g)
    if (leading or ones) and made is not None and made.op is operator.neg:  # the sign goes with the sum
        return b.emit(operator.neg, fit(b, made.args[0], x, broadcasts))
    again = made is None  # has the product a name of its own?
    made = b.fresh.get(g) if isinstance(g, Var) else None
    if (leading or ones) and made is not None and made.op in (operator.mul, operator.truediv):
        summed, factor = made.args  # a factor that is the same for all terms goes with the sum
        of_factor = K.kind_of(b.kind(factor))
        if not (again and K.is_number(of_factor)) and K.same_shape(K.kind_of(b.kind(summed)), of_g) and is_outside(of_factor, of_x, ones):
            return cast(b, b.emit(made.op, fit(b, summed, x, broadcasts), factor), x, of_x, of_g)
    if leading and K.rank(of_x) == 0:
        g = b.emit(np.sum, g)
    elif leading:
        g = b.emit(np.sum, g, axis=Const(leading[0] if len(leading) == 1 else leading))
    if ones:
        g = b.emit(np.sum, g, axis=Const(ones[0] if len(ones) == 1 else ones), keepdims=Const(True))
    return cast(b, g, x, of_x, K.kind_of(b.kind(g)))


def is_outside(of_factor: Kind, of_x: Kind, ones: tuple[int, ...]) -> bool:
    """Is a factor the same along all the axes that are summed away, and along those of `x` with one element?"""
    rank, most = K.rank(of_factor), K.rank(of_x)
    fits = not ones and isinstance(of_factor, Array) and rank is not None and most is not None and rank <= most
    return isinstance(of_factor, Number) or K.same_shape(of_factor, of_x) or fits


def reduction(of_x: Kind, of_g: Kind) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The leading axes of `g` to sum away and the axes of `x` to sum to 1; None where that is not known."""
    x, g = K.dims_of(of_x), K.dims_of(of_g)
    if x is None or g is None or len(g) < len(x):
        return None
    extra = len(g) - len(x)
    ones = []
    for k, (d, e) in enumerate(zip(x, g[extra:])):
        if d == e or d != 1 and not K.maybe_one(d):
            continue
        if d != 1:
            return None
        ones.append(k)
    return tuple(range(extra)), tuple(ones)


def cast(b: Builder, g: Any, x: Any, of_x: Kind, of_g: Kind) -> Any:
    """`g` in the floating dtype of `x`: a float32 argument has a float32 gradient, a real one a real gradient."""
    want = of_x.dtype if isinstance(of_x, (Number, Array)) else None
    have = of_g.dtype if isinstance(of_g, (Number, Array)) else None
    if not want and (not have or have.startswith("complex")) and isinstance(of_x, Array) and of_x.dims is not None:
        return b.emit(runtime.cast_like, g, x)
    if not want or want in K.PYTHON and want != "float" or have == want or not K.differentiable(of_x):
        return g
    if (want, have) in (("float64", "complex128"), ("float32", "complex64")):
        return b.emit(np.real, g)
    if not have or have.startswith("complex"):
        return g if want.startswith("complex") and (want, have) != ("complex64", "complex128") else b.emit(runtime.cast_like, g, x)
    if want in ("float64", "complex128", "float") or have in K.PYTHON:
        return g
    return b.emit(runtime.cast_like, g, x)


def lower(b: Builder, g: Any, x: Any) -> Any:
    """`g` in single precision where `x` is known to be."""
    of_x, of_g = K.kind_of(b.kind(x)), K.kind_of(b.kind(g))
    if not isinstance(of_x, (Number, Array)) or of_x.dtype not in ("float32", "complex64") or not K.is_numeric(of_g):
        return g
    fits = isinstance(of_g, (Number, Array)) and of_g.dtype == of_x.dtype or isinstance(of_g, Number) and of_g.dtype in K.PYTHON
    return g if fits else b.emit(runtime.cast_like, g, x)


def spread(b: Builder, dot: Any, y: Any) -> Any:
    """The tangent `dot` spread to the shape of the result `y`, where broadcasting made `y` larger."""
    of_y, of_dot = K.kind_of(b.kind(y)), K.kind_of(b.kind(dot))
    if K.same_shape(of_y, of_dot) or K.is_number(of_y):
        return dot
    x, d = K.dims_of(of_y), K.dims_of(of_dot)
    if x is not None and d is not None and len(x) == len(d) and all(e == f or not K.maybe_one(f) for e, f in zip(x, d)):
        return dot
    return b.emit(runtime.broadcast_like, dot, y)


def as_number(b: Builder, g: Any, x: Any) -> Any:
    """The adjoint or tangent of a number is a number, too: an array without axes could be written through another name."""
    of_g = K.kind_of(b.kind(g))
    bare = isinstance(of_g, Array) and of_g.dims == () and isinstance(K.kind_of(b.kind(x)), Number)
    return b.emit(operator.getitem, g, Const(())) if bare else g


def real_or_complex(b: Builder, g: Any, x: Any) -> Any:
    """The adjoint or tangent `g` in a program with complex numbers: real where `x` is, complex where `x` is an array of those."""
    of_x, of_g = K.kind_of(b.kind(x)), K.kind_of(b.kind(g))
    if not isinstance(of_x, (Number, Array, K.Unknown)) or isinstance(of_g, (K.Seq, K.Inert)):
        return g
    have = of_g.dtype if isinstance(of_g, (Number, Array)) else None
    made = b.fresh.get(g) if isinstance(g, Var) else None
    if made is not None and made.op in (runtime.cast_like, runtime.unbroadcast) and made.args[1] is x:
        return g
    if K.is_complex(of_x):
        return g if isinstance(of_x, Number) or K.is_complex(of_g) else b.emit(runtime.cast_like, g, x)
    if have and not K.is_complex(of_g) and not of_container(b, g):
        return g
    surely_real = isinstance(of_x, (Number, Array)) and of_x.dtype
    return b.emit(np.real, g) if surely_real and have and K.is_complex(of_g) else b.emit(runtime.cast_like, g, x)


def of_container(b: Builder, g: Any) -> bool:
    """Is it an item of a container? The adjoints of real and complex items may have been added at one run-time index."""
    made = b.fresh.get(g) or b.defs.get(g) if isinstance(g, Var) else None
    return made is not None and made.op in (operator.getitem, unpack) and not K.is_numeric(K.kind_of(b.kind(made.args[0])))


def as_complex(b: Builder, g: Any, x: Any, out: Any = None) -> Any:
    """The number `g` as one of the complex type of `x`."""
    of_x, of_g = K.kind_of(b.kind(x)), K.kind_of(b.kind(g))
    python = of_x == Number("complex")
    if of_x == of_g or python and of_g == Number("complex128"):
        return g
    return b.emit(complex, g, out=out) if python else b.emit(runtime.cast_like, g, x, out=out)


def in_kind_of(b: Builder, g: Any, x: Any, out: Any, sure: bool) -> Any:
    """A gradient or tangent that is returned: of NumPy's type where `x` is, an array where `x` is one without axes.

    Unless `sure`, the kind of `g` may be that of a number that is Python's at run time: where paths meet, kinds are those of `x`.
    """
    of_x, of_g = K.kind_of(b.kind(x)), K.kind_of(b.kind(g))
    if isinstance(of_x, Array) and of_x.dims == ():
        g = b.emit(np.asarray, g)
        return g if of_x.dtype == "float64" == getattr(of_g, "dtype", None) else b.emit(runtime.cast_like, g, x, out=out)
    if isinstance(of_x, Number) and K.is_complex(of_x) and not sure:
        return b.emit(complex, g, out=out) if of_x.dtype == "complex" else b.emit(runtime.cast_like, g, x, out=out)
    if not isinstance(of_x, Number) or sure and of_x == of_g or not of_x.dtype or of_x.dtype in K.PYTHON or not K.differentiable(of_x):
        return g
    return b.emit(np.float64, g, out=out) if of_x.dtype == "float64" else b.emit(runtime.cast_like, g, x, out=out)


ZEROS: dict[Any, Callable[[Builder, Eqn], Any]] = {}  # of objects that stand for a number or an array in derivatives, by what makes them


def zero(b: Builder, x: Any) -> Any:
    """A zero adjoint or tangent for `x`."""
    kind = K.kind_of(b.kind(x))
    if isinstance(kind, Number) and (not kind.dtype or kind.dtype in ("float", "float64", "int", "bool")):
        return Const(0.0)
    if isinstance(kind, Array) and kind.dims is not None and kind.dtype and np.dtype(kind.dtype).kind in "fc":
        return b.emit(np.zeros_like, x)
    made = b.defs.get(x)
    if made is not None and isinstance(made.op, Hashable) and made.op in ZEROS:
        return ZEROS[made.op](b, made)
    return b.emit(runtime.zeros_like, x)
