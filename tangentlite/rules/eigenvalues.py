"""Eigenvalues and eigenvectors of matrices and stacks of matrices. Giles (2008), "Collected matrix derivative results".

Eigenvalues alone have a derivative also where some are equal; the eigenvectors of equal eigenvalues have none, and it is not
finite here. Gradients with respect to symmetric (Hermitian) matrices are symmetric.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import components, tuple_of
from tangentlite.rules.expressions import cast_to, conjugate, nonzero, static
from tangentlite.rules.stacks import (
    across,
    adjoint,
    diagonal,
    down,
    imaginary,
    inexact,
    on_diagonal,
    real_dtype,
    real_part,
    reciprocal_gaps,
    square,
    stack,
    symmetrized,
    transposed,
    tuple_kind,
)
from tangentlite.rules.verbs import constant, custom

eig, eigh, matching = np.linalg.eig, np.linalg.eigh, lift(runtime.matching)


# -- symmetric matrices ----------------------------------------------------------------------------------------------

def eigh_tangent(y: Any, dots: Any, x: Any, UPLO: Any = "L") -> Any:
    w, v = y[0], y[1]
    inner = adjoint(v) @ symmetrized(dots[0]) @ v
    return tuple_of(real_part(diagonal(inner)), v @ (inner * reciprocal_gaps(w)))


def eigh_adjoint(g: Any, y: Any, x: Any, UPLO: Any = "L") -> Any:
    w_bar, v_bar = components(g, 2)
    w, v = y[0], y[1]
    if v_bar is None:
        return None if w_bar is None else cast_to(conjugate(v) * across(w_bar) @ transposed(v), x)
    inner = transposed(v) @ v_bar * reciprocal_gaps(w)
    inner = inner if w_bar is None else inner + on_diagonal(w_bar)
    return cast_to(symmetrized(conjugate(v) @ inner @ transposed(v)), x)


def eigvalsh_tangent(y: Any, dots: Any, x: Any, UPLO: Any = "L") -> Any:
    v = eigh(x, **half(UPLO))[1]
    return real_part(np.sum(conjugate(v) * (dots[0] @ v), axis=-2))


def eigvalsh_adjoint(g: Any, y: Any, x: Any, UPLO: Any = "L") -> Any:
    v = eigh(x, **half(UPLO))[1]
    return cast_to(conjugate(v) * across(g) @ transposed(v), x)


def half(uplo: Any) -> dict[str, Any]:
    return {} if static(uplo) == "L" else {"UPLO": uplo}


def values_kind(x: Any, *rest: Any, **keywords: Any) -> K.Kind:
    return stack(x, real_dtype(x), lambda m, n: (n,))


custom(eigh, eigh_tangent, eigh_adjoint, kind=lambda x, *rest, **keywords: tuple_kind(values_kind(x), square(x)))
custom(np.linalg.eigvalsh, eigvalsh_tangent, eigvalsh_adjoint, kind=values_kind)


# -- general matrices ------------------------------------------------------------------------------------------------

def eig_tangent(y: Any, dots: Any, x: Any) -> Any:
    w, v = y[0], y[1]
    inner = np.linalg.solve(v, dots[0] @ v)
    dot = v @ (inner * reciprocal_gaps(w))
    return tuple_of(diagonal(inner), dot - v * across(normalization(v, dot)))


def normalization(v: Any, dot: Any) -> Any:
    """What keeps the columns of unit length, and their largest elements real, as LAPACK normalizes them."""
    largest = normalized(v)
    turn = np.take_along_axis(dot, largest, axis=-2) / np.take_along_axis(v, largest, axis=-2)
    return np.real(np.sum(np.conjugate(v) * dot, axis=-2)) + imaginary(np.squeeze(turn, -2))


def eig_adjoint(g: Any, y: Any, x: Any) -> Any:
    w_bar, v_bar = components(g, 2)
    w, v = y[0], y[1]
    if v_bar is None:
        return None if w_bar is None else cast_to(values_contribution(w_bar, v), x)
    inner = transposed(v) @ normalization_adjoint(v_bar, v) * reciprocal_gaps(w)
    inner = inner if w_bar is None else inner + on_diagonal(w_bar)
    return cast_to(np.linalg.solve(transposed(v), inner @ transposed(v)), x)


def normalized(v: Any) -> Any:
    """In which row the largest element of each column is, which is real."""
    return np.expand_dims(np.argmax(np.abs(v) * (np.imag(v) == 0.0), axis=-2), -2)


def normalization_adjoint(g: Any, v: Any) -> Any:
    """The transpose of dot -> dot - v * normalization(v, dot)."""
    along = np.expand_dims(np.sum(g * v, axis=-2), -2)
    largest = normalized(v)
    rows = lift(np.arange)(v.shape[-2])[:, np.newaxis]
    turn = (rows == largest) * imaginary(along) / nonzero(v)
    return g - np.real(along) * np.conjugate(v) - turn


def reordered(v: Any, w: Any, like: Any) -> Any:
    """What belongs to the eigenvalues `w` in the order of `like`: LAPACK may find another one when it is to find vectors too."""
    return np.take_along_axis(v, matching(w, like), axis=-1)


def eigvals_tangent(y: Any, dots: Any, x: Any) -> Any:
    return values_change(eig(x), y, dots[0])


def eigvals_adjoint(g: Any, y: Any, x: Any) -> Any:
    return cast_to(values_contribution(reordered(g, y, eig(x)[0]), eig(x)[1]), x)


def values_change(pair: Any, w: Any, dot: Any) -> Any:
    """The diagonal of V⁻¹ dX V."""
    v = pair[1]
    return reordered(diagonal(np.linalg.solve(v, dot @ v)), pair[0], w)


def values_contribution(g: Any, v: Any) -> Any:
    v = transposed(v)
    return np.linalg.solve(v, down(g) * v)


def complex_kind(x: Any) -> str | None:
    """Eigenvalues of real matrices are real or complex."""
    dtype = inexact(x)
    return dtype if dtype and dtype.startswith("complex") else None


constant(runtime.matching, kind=lambda found, wanted: K.Array("int64", K.dims_of(K.kind_of(wanted))))
custom(eig, eig_tangent, eig_adjoint,
       kind=lambda x: tuple_kind(stack(x, complex_kind(x), lambda m, n: (n,)), stack(x, complex_kind(x), lambda m, n: (n, n))))
custom(np.linalg.eigvals, eigvals_tangent, eigvals_adjoint, kind=lambda x: stack(x, complex_kind(x), lambda m, n: (n,)))
