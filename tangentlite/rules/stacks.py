"""What rules say about matrices and stacks of matrices."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.expressions import conjugate, is_real, rank
from tangentlite.rules.registry import UnknownKeyword

eye = lift(np.eye)
REAL = {"float32": "float32", "float64": "float64", "complex64": "float32", "complex128": "float64"}


# -- expressions -----------------------------------------------------------------------------------------------------

def transposed(x: Any) -> Any:
    """The matrix, or each matrix of a stack, transposed."""
    return x.T if rank(x) == 2 else np.swapaxes(x, -1, -2)


def adjoint(x: Any) -> Any:
    """The matrix (or matrices) transposed and conjugated."""
    return conjugate(transposed(x))


def symmetrized(x: Any) -> Any:
    """The Hermitian part: what a function of symmetric matrices sees of a direction."""
    return 0.5 * (x + adjoint(x))


def skewed(x: Any) -> Any:
    return x - adjoint(x)


def across(v: Any) -> Any:
    """Factors for the columns of a matrix: `m * across(v)`, for stacks too."""
    return v if rank(v) == 1 else np.expand_dims(v, -2)


def down(v: Any) -> Any:
    """Factors for the rows of a matrix."""
    return np.expand_dims(v, -1)


def diagonal(m: Any) -> Any:
    return np.diagonal(m) if rank(m) == 2 else np.diagonal(m, axis1=-2, axis2=-1)


def identity_of(v: Any) -> Any:
    """The identity matrix whose diagonal is as long as `v`."""
    return eye(v.shape[0] if rank(v) == 1 else v.shape[-1])


def on_diagonal(v: Any) -> Any:
    """Diagonal matrices."""
    return np.diag(v) if rank(v) == 1 else identity_of(v) * down(v)


def scaled(g: Any, m: Any) -> Any:
    """A number for each matrix."""
    return g * m if rank(m) == 2 else np.expand_dims(g, (-2, -1)) * m


def imaginary(x: Any) -> Any:
    """i Im(x), of the dtype of `x`."""
    return 0.5 * (x - conjugate(x))


def real_part(x: Any) -> Any:
    return x if is_real(x) else np.real(x)


def reciprocal_gaps(w: Any) -> Any:
    """1 / (w_j - w_i), with 0 on the diagonal."""
    eye = identity_of(w)
    return (1.0 - eye) / (across(w) - down(w) + eye)


def refuse(condition: bool, what: str) -> None:
    if condition:
        raise UnknownKeyword(what)


# -- kinds -----------------------------------------------------------------------------------------------------------

def inexact(x: Any) -> str | None:
    """numpy.linalg keeps floating types."""
    dtype = getattr(K.kind_of(x), "dtype", None)
    return dtype if dtype in REAL else None


def double(*xs: Any) -> str | None:
    """The dtype where all are of the same double precision: some functions of SciPy give it for single precision too."""
    dtypes = {inexact(x) for x in xs}
    return dtypes.pop() if len(dtypes) == 1 and dtypes <= {"float64", "complex128"} else None


def real_dtype(x: Any) -> str | None:
    return REAL.get(inexact(x) or "")


def like_matrix(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """A result with the shape of the argument."""
    k = K.kind_of(x)
    return K.Array(inexact(k), K.dims_of(k)) if isinstance(k, K.Array) else K.NUMERIC


def square(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """A matrix as large as the argument, which is square."""
    return stack(x, inexact(x), lambda m, n: (n, n))


def per_matrix(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    """A number for each matrix."""
    dims = K.dims_of(K.kind_of(x))
    return K.NUMERIC if dims is None else K.numeric(inexact(x), dims[:-2])


def stack(x: Any, dtype: str | None, dims: Callable[..., tuple[Any, ...]]) -> K.Kind:
    """For each m x n matrix of `x` an array of dimensions dims(m, n)."""
    d = K.dims_of(K.kind_of(x))
    return K.Array(dtype, None if d is None or len(d) < 2 else (*d[:-2], *dims(*d[-2:])))


def tuple_kind(*kinds: K.Kind) -> K.Kind:
    return K.Seq("tuple", kinds)
