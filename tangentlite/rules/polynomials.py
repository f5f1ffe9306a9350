"""The polynomials of `numpy` itself, their coefficients from the highest power down: `np.polyval`, `np.roots`, ..."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.eigenvalues import eigvals_adjoint, eigvals_tangent
from tangentlite.rules.expressions import DYNAMIC, cast_to, fixed, is_real, kind, rank, reshape_back, static
from tangentlite.rules.stacks import double, down, inexact, refuse, transposed
from tangentlite.rules.verbs import custom, linear

size, part, zeros, arange = lift(len), lift(slice), lift(np.zeros), lift(np.arange)


def vector_kind(*xs: Any, **keywords: Any) -> K.Kind:
    """A vector of a length that is not known."""
    dtypes = {inexact(x) for x in xs}
    return K.Array(dtypes.pop() if len(dtypes) == 1 else None, (K.fresh_dim(),))


def double_vector(p: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """Factors that are integers make single precision double."""
    return vector_kind(p) if inexact(p) == "float64" else K.Array(None, (K.fresh_dim(),))


def vector(x: Any) -> Any:
    return x if rank(x) == 1 else np.atleast_1d(x)


# -- values ----------------------------------------------------------------------------------------------------------

def polyval_tangent(y: Any, dots: Any, p: Any, x: Any) -> Any:
    refuse(not K.is_numeric(kind(x)), "np.polyval of a polynomial")
    along = None if dots[1] is None else np.polyval(np.polyder(p), x) * dots[1]
    return cast_to(plus(None if dots[0] is None else np.polyval(dots[0], x), along), y)


def polyval_adjoint(g: Any, y: Any, p: Any, x: Any) -> Any:
    """y = vander(x) p"""
    refuse(not K.is_numeric(kind(x)), "np.polyval of a polynomial")
    slope = g * np.polyval(np.polyder(p), x)
    if K.is_number(kind(x)):
        slope.builder.kinds[slope.atom] = K.Number(value_dtype(kind(p), kind(x)) or "")
    return cast_to(flat(g, x) @ np.vander(flat(x, x), size(p)), p), cast_to(slope, x)


def flat(v: Any, x: Any) -> Any:
    return v if rank(x) == 1 else np.ravel(v)


def polyval_kind(p: Any, x: Any) -> K.Kind:
    if not K.is_numeric(K.kind_of(x)):
        return K.UNKNOWN
    dtype, dims, length = value_dtype(p, x), K.dims_of(K.kind_of(x)), K.dims_of(K.kind_of(p))
    if dims == () and not (length and (length[0] == 1 or not K.maybe_one(length[0]))):
        return K.Array(None, ())  # without coefficients it is an array, also of a number
    return K.numeric(dtype, dims)


def value_dtype(p: Any, x: Any) -> str | None:
    """The dtype of the values; Python's numbers are of double precision."""
    dtypes = {"float64" if getattr(K.kind_of(v), "dtype", None) == "float" else inexact(v) for v in (p, x)}
    return dtypes.pop() if len(dtypes) == 1 else None


def vander_slopes(x: Any, columns: Any, increasing: Any) -> Any:
    """The derivative of each element."""
    refuse(static(increasing) is DYNAMIC, "np.vander wants `increasing` that is known")
    n = size(x) if static(columns) is None else columns
    powers = x.emit(np.arange, (n,)) if static(increasing) else x.emit(np.arange, (n - 1, -1, -1))
    return powers * down(x) ** np.maximum(powers - 1, 0)


def vander_kind(x: Any, N: Any = None, increasing: Any = False) -> K.Kind:
    rows, dtype = K.dims_of(K.kind_of(x)), inexact(x)
    dtype = dtype if dtype in ("float64", "complex128") else None  # single precision becomes double
    return K.Array(dtype, None if rows is None else (*rows, *rows) if fixed(N) is None else (*rows, K.fresh_dim()))


custom(np.polyval, polyval_tangent, polyval_adjoint, kind=polyval_kind)
custom(np.vander, lambda y, dots, x, N=None, increasing=False: cast_to(down(dots[0]) * vander_slopes(x, N, increasing), y),
       lambda g, y, x, N=None, increasing=False: cast_to(np.sum(g * vander_slopes(x, N, increasing), axis=1), x), kind=vander_kind)


# -- derivatives, integrals, sums ------------------------------------------------------------------------------------

def polyder_transpose(g: Any, p: Any, m: Any = 1) -> Any:
    """Once: y[k] = (n - 1 - k) p[k], where p has n coefficients."""
    for _ in range(known(m)):
        g = np.append(g * arange(size(g), 0, -1), 0.0)
    return cast_to(g, p)


def polyint_tangent(y: Any, dots: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    refuse(any(d is not None for d in dots[1:]), "an active argument of np.polyint besides the first")
    return np.polyint(dots[0], known(m))


def polyint_adjoint(g: Any, y: Any, p: Any, m: Any = 1, k: Any = None) -> Any:
    refuse(static(k) is DYNAMIC and K.differentiable(kind(k)), "an active argument of np.polyint besides the first")
    for _ in range(known(m)):
        g = g[:-1] / arange(size(g) - 1, 0, -1)
    return cast_to(g, p)


def known(m: Any) -> int:
    refuse(not isinstance(static(m), int), "np.polyder and np.polyint want an order that is known")
    return int(static(m))


def last(g: Any, x: Any) -> Any:
    """The part of a sum's adjoint that belongs to the coefficients of `x`."""
    refuse(rank(x) is None, "np.polyadd and np.polysub want numbers of dimensions that are known")
    if rank(x) == 0:
        return cast_to(g[-1], x)
    return cast_to(g[part(size(g) - size(x), None)], x)


def polyadd_tangent(y: Any, dots: Any, a: Any, b: Any) -> Any:
    return np.polyadd(*(0.0 * x if d is None else d for d, x in zip(dots, (a, b))))


def polysub_tangent(y: Any, dots: Any, a: Any, b: Any) -> Any:
    return np.polysub(*(0.0 * x if d is None else d for d, x in zip(dots, (a, b))))


linear(np.polyder, polyder_transpose, kind=double_vector)
custom(np.polyint, polyint_tangent, polyint_adjoint, kind=double_vector)
custom(np.polyadd, polyadd_tangent, lambda g, y, a, b: (last(g, a), last(g, b)), kind=vector_kind)
custom(np.polysub, polysub_tangent, lambda g, y, a, b: (last(g, a), last(-g, b)), kind=vector_kind)


# -- products and quotients ------------------------------------------------------------------------------------------

def polymul_tangent(y: Any, dots: Any, a: Any, b: Any) -> Any:
    """Leading zeros of a factor do not count."""
    change = plus(None if dots[0] is None else np.convolve(dots[0], b), None if dots[1] is None else np.convolve(a, dots[1]))
    return change[part(size(change) - size(y), None)]


def polymul_adjoint(g: Any, y: Any, a: Any, b: Any) -> Any:
    whole = np.append(zeros(size(vector(a)) + size(vector(b)) - 1 - size(g)), g)
    return correlated(whole, b, a), correlated(whole, a, b)


def correlated(g: Any, other: Any, x: Any) -> Any:
    """The transpose of the convolution with `other`."""
    return cast_to(reshape_back(np.convolve(g, vector(other)[::-1], "valid"), x), x)


def polydiv_tangent(y: Any, dots: Any, u: Any, v: Any) -> Any:
    """u = q v + r, so that dq and dr are quotient and remainder of du - q dv."""
    q, r = y[0], y[1]
    change = dots[0]
    if dots[1] is not None:
        change = -np.convolve(q, dots[1]) if change is None else np.polysub(change, np.convolve(q, dots[1]))
    parts: Any = np.polydiv(change, v)
    r_dot = np.polyadd(parts[1], np.zeros_like(r))  # the remainder has no leading zeros
    return tuple_of(parts[0], r_dot[part(size(r_dot) - size(r), None)])


def polydiv_adjoint(g: Any, y: Any, u: Any, v: Any) -> Any:
    """Read backwards, the adjoint of u is a quotient of power series: its product with v is the adjoint of q."""
    q_bar, r_bar = components(g, 2)
    if q_bar is None and r_bar is None:
        return None, None
    n = size(v) - 1
    known = zeros(n)
    if r_bar is not None:
        known = np.convolve(v, r_bar[::-1])[part(None, n)]
    given = np.zeros_like(y[0]) if q_bar is None else q_bar[::-1]
    series = np.concatenate((known, given, zeros(n)))
    whole = np.polydiv(series, v)[0][::-1]
    return last(whole, u), cast_to(-np.convolve(whole, y[0][::-1], "valid"), v)


custom(np.polymul, polymul_tangent, polymul_adjoint, kind=vector_kind)
custom(np.polydiv, polydiv_tangent, polydiv_adjoint, kind=lambda u, v: K.Seq("tuple", (vector_kind(u, v), vector_kind(u, v))))


# -- roots and coefficients ------------------------------------------------------------------------------------------

def roots_tangent(y: Any, dots: Any, p: Any) -> Any:
    """p(r) = 0, so that p'(r) dr = -dp(r): of simple roots."""
    return cast_to(-np.polyval(dots[0], y) / np.polyval(np.polyder(p), y), y)


def roots_adjoint(g: Any, y: Any, p: Any) -> Any:
    return cast_to(-(g / np.polyval(np.polyder(p), y)) @ np.vander(y, size(p)), p)


def poly_tangent(y: Any, dots: Any, x: Any) -> Any:
    """The product without one zero is a polynomial division, by that zero's powers."""
    zeros = x if is_vector(x) else np.linalg.eigvals(x)
    dot = dots[0] if is_vector(x) else eigvals_tangent(zeros, dots, x)
    n = size(zeros)
    return cast_to(-np.append(0.0, np.convolve(dot @ np.vander(zeros, n, increasing=True), y[:-1])[part(None, n)]), y)


def poly_adjoint(g: Any, y: Any, x: Any) -> Any:
    zeros = x if is_vector(x) else np.linalg.eigvals(x)
    rest = np.convolve(g[1:], y[:-1][::-1])[part(size(zeros) - 1, None)]
    bar = -np.polyval(rest[::-1], zeros)
    return cast_to(bar, x) if is_vector(x) else eigvals_adjoint(bar, zeros, x)


def is_vector(x: Any) -> bool:
    """Zeros, and not a matrix with a characteristic polynomial."""
    refuse(rank(x) not in (1, 2), "np.poly wants a number of dimensions that is known")
    return rank(x) == 1


def real_vector(x: Any) -> K.Kind:
    return K.Array(inexact(x) if is_real_kind(x) else None, (K.fresh_dim(),))


def is_real_kind(x: Any) -> bool:
    return not (inexact(x) or "complex").startswith("complex")


custom(np.roots, roots_tangent, roots_adjoint, kind=lambda p: K.Array(None, (K.fresh_dim(),)))
custom(np.poly, poly_tangent, poly_adjoint, kind=real_vector)


# -- fits ------------------------------------------------------------------------------------------------------------

def weighted(x: Any, y: Any, deg: Any, w: Any) -> tuple[Any, Any, Any, Any]:
    """The Vandermonde matrix, the values, and the pseudo-inverse of the matrix, its columns scaled as polyfit scales them."""
    refuse(not isinstance(static(deg), int) or rank(y) is None, "np.polyfit wants a degree and a number of dimensions that are known")
    matrix, values = np.vander(x, static(deg) + 1), y
    if static(w) is not None:
        matrix, values = down(w) * matrix, down(w) * y if rank(y) == 2 else w * y
    scale = np.sqrt(np.sum(matrix * matrix, axis=0))
    return matrix, values, np.linalg.pinv(matrix / scale) / down(scale), scale


def polyfit_tangent(c: Any, dots: Any, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None,
                    cov: Any = False) -> Any:
    plain(dots, rcond, full, cov, x, y)
    matrix, values, inverse, _ = weighted(x, y, deg, w)
    change = None if dots[1] is None else dots[1]
    if dots[0] is not None:
        shift = outer_rows(vander_slopes(x, static(deg) + 1, False), dots[0])
        change = plus(change, -(shift @ c))
        shift = shift if static(w) is None else down(w) * shift
    if static(w) is not None and change is not None:
        change = down(w) * change if rank(y) == 2 else w * change
    result = inverse @ change
    return result if dots[0] is None else result + inverse @ (transposed(inverse) @ (transposed(shift) @ (values - matrix @ c)))


def outer_rows(m: Any, v: Any) -> Any:
    return down(v) * m


def polyfit_adjoint(g: Any, c: Any, x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None,
                    cov: Any = False) -> Any:
    """c = V⁺ y: the adjoint of V is r (V⁺ y_bar)ᵀ - y_bar cᵀ, where r are the residuals."""
    plain((), rcond, full, cov, x, y)
    matrix, values, inverse, _ = weighted(x, y, deg, w)
    bar = transposed(inverse) @ g
    residuals = values - matrix @ c
    if rank(y) == 1:
        matrix_bar = np.outer(residuals, inverse @ bar) - np.outer(bar, c)
    else:
        matrix_bar = residuals @ transposed(inverse @ bar) - bar @ transposed(c)
    if static(w) is not None:
        matrix_bar, bar = down(w) * matrix_bar, down(w) * bar if rank(y) == 2 else w * bar
    return cast_to(np.sum(matrix_bar * vander_slopes(x, static(deg) + 1, False), axis=1), x), cast_to(bar, y)


def plain(dots: Any, rcond: Any, full: Any, cov: Any, *data: Any) -> None:
    refuse(not all(map(is_real, data)), "np.polyfit of complex numbers, or of numbers of an unknown type")
    refuse(any(static(o) is not v for o, v in ((rcond, None), (full, False), (cov, False))), "np.polyfit with rcond, full or cov")
    refuse(any(d is not None for d in dots[2:]), "active weights of np.polyfit")


def polyfit_kind(x: Any, y: Any, deg: Any, *rest: Any, **keywords: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(y))
    return K.Array(double(x, y), None if not dims else (K.fresh_dim(), *dims[1:]))


custom(np.polyfit, polyfit_tangent, polyfit_adjoint, kind=polyfit_kind)
