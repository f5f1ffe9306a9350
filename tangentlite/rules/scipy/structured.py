"""`scipy.linalg`: banded and Toeplitz systems, and matrices that are put together of vectors or blocks."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.linalg as sl

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import plus
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import cast_to, conjugate, kind, rank, reshape_back, shape_of, static
from tangentlite.rules.scipy.options import not_overwritten
from tangentlite.rules.stacks import double, inexact, refuse
from tangentlite.rules.verbs import custom

solve_banded, solve_toeplitz, toeplitz, block_diag = (
    lift(sl.solve_banded), lift(sl.solve_toeplitz), lift(sl.toeplitz), lift(sl.block_diag))
arange, size, part = lift(np.arange), lift(len), lift(slice)


# -- banded systems --------------------------------------------------------------------------------------------------
# ab[u + i - j, j] = A[i, j]

def bands(l_and_u: Any) -> tuple[int, int]:
    pair = static(l_and_u)
    refuse(not isinstance(pair, (tuple, list)), "sp.linalg.solve_banded wants numbers of diagonals that are known")
    return int(pair[0]), int(pair[1])


def turned(ab: Any, lower: int, upper: int) -> Any:
    """The bands of the transposed matrix."""
    return np.stack([ab[upper] if k == 0 else np.roll(ab[upper - k], -k) for k in range(-lower, upper + 1)])


def band_product(ab: Any, x: Any, lower: int, upper: int) -> Any:
    """A x"""
    total = None
    for k in range(-lower, upper + 1):
        row = ab[upper - k] if rank(x) == 1 else ab[upper - k][:, np.newaxis]
        term = row * x
        total = plus(total, term if k == 0 else shifted(term, -k))
    return total


def shifted(v: Any, k: int) -> Any:
    """`v` moved by `k` places, with zeros behind."""
    zeros = np.zeros_like(v[:abs(k)])
    return np.concatenate((zeros, v[:-k]) if k > 0 else (v[-k:], zeros))


def band_outer(b_bar: Any, x: Any, lower: int, upper: int) -> Any:
    """The bands of b_bar xᵀ."""
    rows = [x * (b_bar if k == 0 else shifted(b_bar, k)) for k in range(upper, -lower - 1, -1)]
    return np.stack([r if rank(x) == 1 else np.sum(r, axis=1) for r in rows])


def banded_tangent(x: Any, dots: Any, l_and_u: Any, ab: Any, b: Any, overwrite_ab: Any = False, overwrite_b: Any = False,
                   check_finite: Any = True) -> Any:
    not_overwritten(overwrite_ab=overwrite_ab, overwrite_b=overwrite_b)
    refuse(rank(b) not in (1, 2), "sp.linalg.solve_banded wants a number of dimensions that is known")
    change = dots[2]
    if dots[1] is not None:
        moved = band_product(dots[1], x, *bands(l_and_u))
        change = -moved if change is None else change - moved
    return solve_banded(bands(l_and_u), ab, change)


def banded_adjoint(g: Any, x: Any, l_and_u: Any, ab: Any, b: Any, overwrite_ab: Any = False, overwrite_b: Any = False,
                   check_finite: Any = True) -> Any:
    not_overwritten(overwrite_ab=overwrite_ab, overwrite_b=overwrite_b)
    refuse(rank(b) not in (1, 2), "sp.linalg.solve_banded wants a number of dimensions that is known")
    lower, upper = bands(l_and_u)
    b_bar = solve_banded((upper, lower), turned(ab, lower, upper), g)
    return None, cast_to(-band_outer(b_bar, x, lower, upper), ab), cast_to(b_bar, b)


custom(sl.solve_banded, banded_tangent, banded_adjoint,
       kind=lambda l_and_u, ab, b, *rest, **keywords: K.Array(inexact(b) if inexact(ab) == inexact(b) else None, K.dims_of(K.kind_of(b))))


# -- Toeplitz and circulant matrices ---------------------------------------------------------------------------------

def toeplitz_definition(c: Any, r: Any = None) -> Any:
    """The element i, j is c[i - j] or r[j - i]."""
    row = conjugate(c) if static(r) is None else r
    refuse(rank(c) != 1 or rank(row) != 1, "sp.linalg.toeplitz wants vectors")
    values = np.concatenate((c[::-1], row[1:]))
    return values[arange(size(c) - 1, -1, -1)[:, np.newaxis] + arange(size(row))]


def circulant_definition(c: Any) -> Any:
    refuse(rank(c) != 1, "sp.linalg.circulant wants a vector")
    index = arange(size(c))
    return c[(index[:, np.newaxis] - index) % size(c)]


def hankel_definition(c: Any, r: Any = None) -> Any:
    """The element i, j is c[i + j], or r[i + j - n + 1] beyond the end."""
    row = 0.0 * c if static(r) is None else r
    refuse(rank(c) != 1 or rank(row) != 1, "sp.linalg.hankel wants vectors")
    return np.concatenate((c, row[1:]))[arange(size(c))[:, np.newaxis] + arange(size(row))]


def matrix_of(c: Any, r: Any = None) -> K.Kind:
    rows, columns = K.dims_of(K.kind_of(c)), K.dims_of(K.kind_of(c if r is None or r == K.Inert("NoneType") else r))
    same = columns is rows or inexact(c) == inexact(r)
    return K.Array(inexact(c) if same else None, (*rows, *columns) if rows and columns and len(rows) == len(columns) == 1 else None)


defined(sl.toeplitz, toeplitz_definition, kind=matrix_of)
defined(sl.circulant, circulant_definition, kind=matrix_of)
defined(sl.hankel, hankel_definition, kind=matrix_of)


# -- Toeplitz systems ------------------------------------------------------------------------------------------------

def column_and_row(c_or_cr: Any) -> tuple[Any, Any | None]:
    return (c_or_cr[0], c_or_cr[1]) if isinstance(c_or_cr, tuple) or isinstance(kind(c_or_cr), K.Seq) else (c_or_cr, None)


def toeplitz_system(c_or_cr: Any, b: Any, check_finite: Any = True) -> Any:
    """Solved by elimination in the derivative."""
    c, r = column_and_row(c_or_cr)
    return np.linalg.solve(toeplitz(c) if r is None else toeplitz(c, r), b)


def system_kind(c_or_cr: Any, b: Any, check_finite: Any = True) -> K.Kind:
    return K.Array(double(b), K.dims_of(K.kind_of(b)))


defined(sl.solve_toeplitz, toeplitz_system, kind=system_kind, lists=True)


# -- blocks ----------------------------------------------------------------------------------------------------------

def corners(blocks: tuple[Any, ...]) -> Iterator[tuple[Any, Any, Any]]:
    """Each block, with the rows and columns it has in the matrix."""
    row: Any = 0
    column: Any = 0
    for x in blocks:
        r = rank(x)
        refuse(r is None, "sp.linalg.block_diag wants numbers of dimensions that are known")
        shape = shape_of(x)
        height, width = (shape[0], shape[1]) if r == 2 else (1, shape[0] if r == 1 else 1)
        yield x, part(row, row + height), part(column, column + width)
        row, column = row + height, column + width


def block_diag_tangent(y: Any, dots: Any, *blocks: Any) -> Any:
    return block_diag(*(0.0 * x if d is None else d for x, d in zip(blocks, dots)))


def block_diag_adjoint(g: Any, y: Any, *blocks: Any) -> Any:
    return tuple(cast_to(reshape_back(g[rows, columns], x), x) for x, rows, columns in corners(blocks))


def block_diag_kind(*blocks: Any) -> K.Kind:
    dtypes = {inexact(x) for x in blocks}
    return K.Array(dtypes.pop() if len(dtypes) == 1 else None, (K.fresh_dim(), K.fresh_dim()))


def khatri_rao_definition(a: Any, b: Any) -> Any:
    """Column by column the Kronecker product."""
    refuse(rank(a) != 2 or rank(b) != 2, "sp.linalg.khatri_rao wants matrices")
    return np.reshape(np.expand_dims(a, 1) * b, (a.shape[0] * b.shape[0], a.shape[1]))


def khatri_rao_kind(a: Any, b: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(a))
    return K.Array(inexact(a) if inexact(a) == inexact(b) else None, (K.fresh_dim(), dims[1]) if dims and len(dims) == 2 else None)


custom(sl.block_diag, block_diag_tangent, block_diag_adjoint, kind=block_diag_kind)
defined(sl.khatri_rao, khatri_rao_definition, kind=khatri_rao_kind)
