"""Products of arrays that are sums over an axis: dot, matmul, outer, inner, vdot, tensordot."""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import (
    DYNAMIC,
    cast_to,
    conjugate,
    fitted,
    fixed,
    kind,
    known_rank,
    normal_axes,
    rank,
    reshape_back,
    static,
)
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import STRONG
from tangentlite.rules.verbs import alias, bilinear, custom

matmul = lift(operator.matmul)


def product_dtype(op: Any, x: Any, y: Any) -> str | None:
    a, b = K.kind_of(x), K.kind_of(y)
    if not isinstance(a, (K.Number, K.Array)) or not isinstance(b, (K.Number, K.Array)) or not a.dtype or not b.dtype:
        return None
    return K.result_dtype(np.multiply, (STRONG.get(a.dtype, a.dtype), STRONG.get(b.dtype, b.dtype))) or None


def product(op: Any, dims: Callable[..., Any]) -> Callable[..., K.Kind]:
    """The kind of a product of arrays of known rank."""
    def of(x: Any, y: Any, *args: Any, **keywords: Any) -> K.Kind:
        a, b, dtype = K.dims_of(K.kind_of(x)), K.dims_of(K.kind_of(y)), product_dtype(op, x, y)
        foreign = [k for k in (K.kind_of(x), K.kind_of(y)) if isinstance(k, K.Foreign)]
        if foreign:
            return of_matrix(x, y) if len(foreign) == 1 and K.is_matrix_of_scipy(foreign[0]) else foreign[0]
        if not K.is_numeric(K.kind_of(x)) or not K.is_numeric(K.kind_of(y)):
            return K.NUMERIC if isinstance(op, np.ufunc) or op is not operator.matmul else K.UNKNOWN
        out = None if a is None or b is None else dims(a, b, *args, **keywords)
        return K.Array(dtype, None) if out is None else K.numeric(dtype, out)
    return of


def of_matrix(x: Any, y: Any) -> K.Kind:
    """The kind of the product of a sparse matrix and an array."""
    dims = next((K.dims_of(k) for k in (K.kind_of(x), K.kind_of(y)) if isinstance(k, K.Array)), None)
    return K.Array(None, tuple(K.fresh_dim() for _ in dims) if dims else None)


def dot_dims(a: Any, b: Any) -> Any:
    if not a or not b:
        return a or b
    return (*a[:-1], *b[:-2], *b[-1:]) if len(b) > 1 else a[:-1]


def matmul_dims(a: Any, b: Any) -> Any:
    if not a or not b:
        return None
    batch = K.broadcast_dims(a[:-2], b[:-2]) or ()
    return (*batch, *(a[-2:-1] if len(a) > 1 else ()), *(b[-1:] if len(b) > 1 else ()))


# -- dot and matmul --------------------------------------------------------------------------------------------------

def left_of(op: Any, helper: Any) -> Callable[..., Any]:
    """The adjoint of the left factor."""
    def left(g: Any, x: Any, y: Any) -> Any:
        if K.is_matrix_of_scipy(kind(y)):
            return matmul(g, y.T)
        match rank(x), rank(y):
            case (1, 1):
                return cast_to(g * y, x)
            case (2, 1):
                return cast_to(np.outer(g, y), x)
            case (1, 2):
                return cast_to(op(y, g), x)
            case (2, 2):
                return cast_to(op(g, y.T), x)
            case (0, _) | (_, 0):
                return fitted(g * y, x)
        return helper(g, x, y)
    return left


def right_of(op: Any, helper: Any) -> Callable[..., Any]:
    """The adjoint of the right factor."""
    def right(g: Any, x: Any, y: Any) -> Any:
        if K.is_matrix_of_scipy(kind(x)):
            return matmul(x.T, g)
        match rank(x), rank(y):
            case (1, 1):
                return cast_to(g * x, y)
            case (2, 1):
                return cast_to(op(x.T, g), y)
            case (1, 2):
                return cast_to(np.outer(x, g), y)
            case (2, 2):
                return cast_to(op(x.T, g), y)
            case (0, _) | (_, 0):
                return fitted(g * x, y)
        return helper(g, x, y)
    return right


def trilinear(op: Any, left: Any, right: Any) -> None:
    """The run-time adjoints of a product, which have rules too: <g, op(x, y)> is linear in g, x and y.

    left(g, x, y) only asks `x` for its shape, and right(g, x, y) only asks `y`.
    """
    left_, right_ = lift(left), lift(right)
    bilinear_in(left, (0, 2), lambda t, g, x, y: op(t, y), lambda t, g, x, y: right_(g, t, y), 1)
    bilinear_in(right, (0, 1), lambda t, g, x, y: op(x, t), lambda t, g, x, y: left_(g, x, t), 2)


def float_like(x: Any) -> K.Kind:
    """The shape and the dtype of `x`."""
    k = K.kind_of(x)
    numpy = isinstance(k, (K.Number, K.Array)) and k.dtype not in K.PYTHON and K.differentiable(k)
    return K.Array(getattr(k, "dtype", None) or None if numpy else None, K.dims_of(k))


def bilinear_in(helper: Any, places: tuple[int, int], first: Any, second: Any, like: int) -> None:
    call = lift(helper)

    def tangent(y: Any, dots: Any, *args: Any) -> Any:
        terms = [call(*args[:k], dots[k], *args[k + 1:]) for k in places if dots[k] is not None]
        return terms[0] + terms[1] if len(terms) > 1 else terms[0] if terms else 0.0 * y

    def adjoint(t: Any, y: Any, *args: Any) -> Any:
        out: list[Any] = [None, None, None]
        out[places[0]], out[places[1]] = first(t, *args), second(t, *args)
        return tuple(out)

    custom(helper, tangent, adjoint, kind=lambda *args: float_like(args[like]))


bilinear(np.dot, left_of(np.dot, lift(runtime.dot_left)), right_of(np.dot, lift(runtime.dot_right)),
         kind=product(np.dot, dot_dims))
op: Any
for op, spelled in ((np.matmul, np.matmul), (operator.matmul, matmul)):
    bilinear(op, left_of(spelled, lift(runtime.matmul_left)), right_of(spelled, lift(runtime.matmul_right)),
             kind=product(op, matmul_dims))
alias(operator.matmul, operator.imatmul)
trilinear(np.dot, runtime.dot_left, runtime.dot_right)
trilinear(np.matmul, runtime.matmul_left, runtime.matmul_right)


# -- other products --------------------------------------------------------------------------------------------------

def outer_dims(a: Any, b: Any) -> Any:
    return tuple(d[0] if len(d) == 1 else K.fresh_dim() if d else 1 for d in (a, b))


def inner_left(g: Any, x: Any, y: Any) -> Any:
    match rank(x), rank(y):
        case (1, 1):
            return cast_to(g * y, x)
        case (2, 1):
            return cast_to(np.outer(g, y), x)
        case (1, 2) | (2, 2):
            return cast_to(np.dot(g, y), x)
        case (0, _) | (_, 0):
            return fitted(g * y, x)
    p, q = known_rank(x), known_rank(y)
    return cast_to(np.tensordot(g, y, (tuple(range(p - 1, p + q - 2)), tuple(range(q - 1)))), x)


def inner_right(g: Any, x: Any, y: Any) -> Any:
    p, q = known_rank(x), known_rank(y)
    if p == 0 or q == 0:
        return fitted(g * x, y)
    return inner_left(rolled(g, p - 1, p + q - 2), y, x)


def rolled(g: Any, n: int, r: int) -> Any:
    """The first `n` of `r` axes moved to the end."""
    return g if n in (0, r) else g.T if r == 2 else np.transpose(g, (*range(n, r), *range(n)))


def inner_dims(a: Any, b: Any) -> Any:
    return a or b if not a or not b else (*a[:-1], *b[:-1])


def like_factor(g: Any, x: Any) -> Any:
    """The adjoint of a factor of an outer product, which had one axis there."""
    return cast_to(g if rank(x) == 1 else reshape_back(g, x), x)


bilinear(np.outer,
         lambda g, x, y: like_factor(np.dot(g, flat(y)), x),
         lambda g, x, y: like_factor(np.dot(flat(x), g), y),
         kind=lambda x, y: product(np.outer, outer_dims)(x, y))
bilinear(np.inner, inner_left, inner_right, kind=product(np.inner, inner_dims))


def flat(x: Any) -> Any:
    return x if rank(x) == 1 else np.ravel(x)


def vdot_tangent(z: Any, dots: Any, x: Any, y: Any) -> Any:
    terms = [np.vdot(*pair) for pair in ((dots[0], y), (x, dots[1])) if pair[0] is not None and pair[1] is not None]
    return terms[0] + terms[1] if len(terms) > 1 else terms[0]


def vdot_adjoint(g: Any, z: Any, x: Any, y: Any) -> Any:
    """z = sum(conj(x) y)."""
    return (cast_to(reshape_back(conjugate(g) * conjugate(flat(y)), x), x),
            cast_to(reshape_back(g * conjugate(flat(x)), y), y))


custom(np.vdot, vdot_tangent, vdot_adjoint, kind=lambda x, y: K.Number(product_dtype(np.vdot, x, y) or ""))


# -- tensordot -------------------------------------------------------------------------------------------------------

def contraction(x: Any, y: Any, axes: Any) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The contracted axes of both factors, and their free ones."""
    p, q, pair = rank(x), rank(y), static(axes)
    if p is None or q is None or pair is DYNAMIC:
        raise UnknownKeyword("np.tensordot wants axes and numbers of dimensions that are known")
    if isinstance(pair, int):
        pair = tuple(range(p - pair, p)), tuple(range(pair))
    a, b = (normal_axes(tuple(k) if isinstance(k, (tuple, list)) else k, r) for k, r in zip(pair, (p, q)))
    if a is None or b is None:
        raise UnknownKeyword("np.tensordot with axes that do not exist")
    return a, b, tuple(k for k in range(p) if k not in a), tuple(k for k in range(q) if k not in b)


def arranged(t: Any, order: tuple[int, ...]) -> Any:
    """`t`, whose axes are those of the result at `order`, in their natural order."""
    return t if order == tuple(sorted(order)) else np.transpose(t, tuple(int(k) for k in np.argsort(order)))


def tensordot_left(g: Any, x: Any, y: Any, axes: Any = 2) -> Any:
    a, b, free_x, free_y = contraction(x, y, axes)
    t = np.tensordot(g, y, (tuple(range(len(free_x), len(free_x) + len(free_y))), free_y))
    return cast_to(arranged(t, free_x + tuple(a[b.index(k)] for k in sorted(b))), x)


def tensordot_right(g: Any, x: Any, y: Any, axes: Any = 2) -> Any:
    a, b, free_x, free_y = contraction(x, y, axes)
    t = np.tensordot(x, g, (free_x, tuple(range(len(free_x)))))
    return cast_to(arranged(t, tuple(b[a.index(k)] for k in sorted(a)) + free_y), y)


def tensordot_dims(p: Any, q: Any, axes: Any = 2) -> Any:
    pair = fixed(axes)
    if pair is DYNAMIC:
        return None
    if isinstance(pair, int):
        return p[:len(p) - pair] + q[pair:]
    a, b = (normal_axes(tuple(k) if isinstance(k, (tuple, list)) else k, len(d)) for k, d in zip(pair, (p, q)))
    return None if a is None or b is None else tuple(d for k, d in enumerate(p) if k not in a) + tuple(
        d for k, d in enumerate(q) if k not in b)


bilinear(np.tensordot, tensordot_left, tensordot_right, kind=product(np.tensordot, tensordot_dims))
