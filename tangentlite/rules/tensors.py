"""Products and inverses of several matrices or of tensors: `multi_dot`, `matrix_power`, `tensorinv`, `tensorsolve`, `kron`, `cross`."""
from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import DYNAMIC, cast_to, fitted, fixed, known_rank, normal_axes, rank, reshape_back, shape_of, static
from tangentlite.rules.linalg import product
from tangentlite.rules.stacks import inexact, refuse, square
from tangentlite.rules.verbs import bilinear, custom

tensorsolve = np.linalg.tensorsolve


# -- chains of products ----------------------------------------------------------------------------------------------

def multi_dot(arrays: list[Any]) -> Any:
    """From the side of the vector, if there is one."""
    refuse(not isinstance(arrays, list), "np.linalg.multi_dot of a list that is not written as one")
    if rank(arrays[-1]) == 1:
        return reduce(lambda y, x: np.dot(x, y), reversed(arrays))
    return reduce(np.dot, arrays)


def multi_dot_kind(arrays: Any) -> K.Kind:
    items = getattr(K.kind_of(arrays), "items", None) or ()
    dims = [d for d in map(K.dims_of, items) if d is not None]
    dtypes = set(map(inexact, items))
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    if not dims or len(dims) < len(items):
        return K.Array(dtype, None)
    return K.numeric(dtype, dims[0][:-1] + dims[-1][1:])


def matrix_power(x: Any, n: Any) -> Any:
    """By repeated squaring."""
    power = static(n)
    refuse(not isinstance(power, int), "np.linalg.matrix_power wants an exponent that is known")
    if power < 0:
        return matrix_power(np.linalg.inv(x), -power)
    square, factors = None, []
    for digit in reversed(f"{power:b}"):
        square = x if square is None else square @ square
        factors += [square] if digit == "1" else []
    return reduce(np.matmul, factors) if factors else None


defined(np.linalg.multi_dot, multi_dot, kind=multi_dot_kind, lists=True)
defined(np.linalg.matrix_power, matrix_power, kind=square, view=True)


# -- tensors ---------------------------------------------------------------------------------------------------------

def known(x: Any, n: Any) -> tuple[int, int]:
    k = static(n)
    refuse(not isinstance(k, int), "np.linalg.tensorinv wants ind that is known")
    return known_rank(x), k


def rolled(x: Any, n: int) -> Any:
    """The first `n` axes moved to the end."""
    return np.transpose(x, (*range(n, known_rank(x)), *range(n)))


def tensorinv_tangent(y: Any, dots: Any, x: Any, ind: Any = 2) -> Any:
    r, n = known(x, ind)
    return -np.tensordot(np.tensordot(y, dots[0], n), y, r - n)


def tensorinv_adjoint(g: Any, y: Any, x: Any, ind: Any = 2) -> Any:
    r, n = known(x, ind)
    back = rolled(y, r - n)
    return cast_to(-np.tensordot(np.tensordot(back, g, r - n), back, n), x)


def tensorinv_kind(x: Any, ind: Any = 2) -> K.Kind:
    dims, n = K.dims_of(K.kind_of(x)), fixed(ind)
    return K.Array(inexact(x), dims[n:] + dims[:n] if dims is not None and isinstance(n, int) else None)


def solved_for_last(a: Any, b: Any, axes: Any) -> Any:
    """The matrix with the axes of the solution last."""
    chosen = static(axes)
    refuse(chosen is DYNAMIC, "np.linalg.tensorsolve wants axes that are known")
    return a if chosen is None else np.transpose(a, tuple(axes_order(known_rank(a), chosen)))


def tensorsolve_tangent(y: Any, dots: Any, a: Any, b: Any, axes: Any = None) -> Any:
    matrix = solved_for_last(a, b, axes)
    if dots[0] is None:
        return tensorsolve(matrix, dots[1])
    moved = np.tensordot(solved_for_last(dots[0], b, axes), y, known_rank(a) - known_rank(b))
    return tensorsolve(matrix, -moved if dots[1] is None else dots[1] - moved)


def tensorsolve_adjoint(g: Any, y: Any, a: Any, b: Any, axes: Any = None) -> Any:
    matrix, n = solved_for_last(a, b, axes), known_rank(b)
    b_bar = tensorsolve(rolled(matrix, n), g)
    a_bar = np.tensordot(b_bar, y, 0)
    if static(axes) is not None:
        order = [int(k) for k in np.argsort(axes_order(known_rank(a), static(axes)))]
        a_bar = np.transpose(a_bar, tuple(order))
    return cast_to(-a_bar, a), cast_to(b_bar, b)


def axes_order(r: int, axes: Any) -> list[int]:
    last = normal_axes(tuple(axes) if isinstance(axes, (tuple, list)) else axes, r) or ()
    return [*(k for k in range(r) if k not in last), *last]


def tensorsolve_kind(a: Any, b: Any, axes: Any = None) -> K.Kind:
    p, q = K.dims_of(K.kind_of(a)), K.dims_of(K.kind_of(b))
    chosen, dims = fixed(axes), None
    if p is not None and q is not None and chosen is not DYNAMIC:
        order = range(len(p)) if chosen is None else axes_order(len(p), chosen)
        dims = tuple(p[k] for k in order)[len(q):]
    return K.Array(inexact(a) if inexact(a) == inexact(b) else None, dims)


custom(np.linalg.tensorinv, tensorinv_tangent, tensorinv_adjoint, kind=tensorinv_kind)
custom(tensorsolve, tensorsolve_tangent, tensorsolve_adjoint, kind=tensorsolve_kind)


# -- Kronecker products ----------------------------------------------------------------------------------------------

def blocks(g: Any, x: Any, y: Any) -> tuple[Any, int]:
    """The product with an axis of `x` and one of `y` in the place of each of its axes; and their number."""
    p, q = known_rank(x), known_rank(y)
    r = max(p, q)
    sizes = [[1] * (r - k) + [shape_of(v)[j] for j in range(k)] for v, k in ((x, p), (y, q))]
    return np.reshape(g, tuple(n for pair in zip(*sizes) for n in pair)), r


def kron_adjoint(g: Any, x: Any, y: Any, of_left: bool) -> Any:
    mine, other = (x, y) if of_left else (y, x)
    if rank(x) == 0 or rank(y) == 0:
        return fitted(g * other, mine)
    parts, r = blocks(g, x, y)
    places = tuple(range(1 if of_left else 0, 2 * r, 2))
    n = known_rank(other)
    bar = np.tensordot(parts, other, (places[r - n:], tuple(range(n))))
    return cast_to(reshape_back(bar, mine), mine)


def kron_dims(p: Any, q: Any) -> Any:
    r = max(len(p), len(q))
    return tuple(d if e == 1 else e if d == 1 else K.fresh_dim()
                 for d, e in zip((1,) * (r - len(p)) + p, (1,) * (r - len(q)) + q))


bilinear(np.kron, lambda g, x, y: kron_adjoint(g, x, y, True), lambda g, x, y: kron_adjoint(g, x, y, False),
         kind=product(np.kron, kron_dims))


# -- cross products --------------------------------------------------------------------------------------------------

def cross_term(x: Any, y: Any, axes: tuple[Any, Any, Any]) -> Any:
    """x × y, for vectors of three components alone; the axes are those of `x`, of `y` and of the result."""
    refuse(any(static(a) is DYNAMIC for a in axes), "np.cross wants axes that are known")
    a, b, c = map(static, axes)
    if a == b == c:
        return np.linalg.cross(x, y) if a == -1 else np.linalg.cross(x, y, axis=a)
    result = np.linalg.cross(last(x, a), last(y, b))
    return result if c == -1 else np.moveaxis(result, -1, c)


def last(x: Any, axis: int) -> Any:
    return x if axis == -1 else np.moveaxis(x, axis, -1)


def cross_adjoints(g: Any, x: Any, y: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None) -> tuple[Any, Any]:
    """g . (x × y) = x . (y × g) = y . (g × x)"""
    a, b, c = (axisa, axisb, axisc) if static(axis) is None else (axis, axis, axis)
    return cross_term(y, g, (b, c, a)), cross_term(g, x, (c, a, b))


bilinear(np.cross, lambda g, x, y, *axes, **options: fitted(cross_adjoints(g, x, y, *axes, **options)[0], x),
         lambda g, x, y, *axes, **options: fitted(cross_adjoints(g, x, y, *axes, **options)[1], y),
         kind=product(np.cross, lambda p, q, *axes, **options: None))
bilinear(np.linalg.cross, lambda g, x, y, *, axis=-1: fitted(cross_adjoints(g, x, y, axis=axis)[0], x),
         lambda g, x, y, *, axis=-1: fitted(cross_adjoints(g, x, y, axis=axis)[1], y),
         kind=product(np.linalg.cross, lambda p, q, *, axis=-1: K.broadcast_dims(p, q) if fixed(axis) in (-1, DYNAMIC) else None))
