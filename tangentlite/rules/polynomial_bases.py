"""`numpy.polynomial`: sums of powers and of Chebyshev, Legendre, Laguerre and Hermite polynomials, from the lowest degree up.

The derivative of a basis is a matrix in that basis: the columns of D = der(identity). So the values V(x) c have the slope
der(c) in x, and the Vandermonde matrix V(x) has V(x) D.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.rules.components import plus
from tangentlite.rules.expressions import cast_to, fixed, kind, rank, static
from tangentlite.rules.polynomials import flat, value_dtype, vector_kind
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.stacks import double, down, refuse
from tangentlite.rules.verbs import custom, linear

size, eye = lift(len), lift(np.eye)


def declare(module: Any, prefix: str) -> None:
    """The rules of one basis: its values, derivatives, and Vandermonde matrices."""
    val, der, vander = (getattr(module, prefix + name) for name in ("val", "der", "vander"))

    def one_vector(c: Any, tensor: Any) -> None:
        refuse(rank(c) != 1 or static(tensor) is not True, f"{prefix}val with several series")

    def val_tangent(y: Any, dots: Any, x: Any, c: Any, tensor: Any = True) -> Any:
        one_vector(c, tensor)
        along = None if dots[0] is None else dots[0] * lift(val)(x, lift(der)(c))
        return plus(along, None if dots[1] is None else lift(val)(x, dots[1]))

    def val_adjoint(g: Any, y: Any, x: Any, c: Any, tensor: Any = True) -> Any:
        one_vector(c, tensor)
        return (cast_to(g * lift(val)(x, lift(der)(c)), x),
                cast_to(flat(g, x) @ lift(vander)(flat(x, x), size(c) - 1), c))

    def der_transpose(g: Any, c: Any, m: Any = 1, scl: Any = 1) -> Any:
        options = {} if static(scl) == 1 else {"scl": scl}
        matrix = lift(der)(eye(size(c)), *([] if static(m) == 1 else [m]), **options)
        return cast_to(matrix.T @ g if rank(c) in (1, 2) else np.tensordot(matrix.T, g, 1), c)

    def slopes(x: Any, deg: Any) -> Any:
        refuse(not isinstance(static(deg), int) and not K.is_number(kind(deg)), f"{prefix}vander wants one degree")
        matrix = lift(der)(eye(deg + 1))
        return lift(vander)(x, size(matrix) - 1) @ matrix

    linear(der, der_transpose, kind=lambda c, *rest, **keywords: vector_kind(c) if K.rank(K.kind_of(c)) == 1 else K.NUMERIC)
    custom(val, val_tangent, val_adjoint, kind=val_kind)
    custom(vander, lambda y, dots, x, deg: cast_to(down(dots[0]) * slopes(x, deg), y),
           lambda g, y, x, deg: cast_to(np.sum(g * slopes(x, deg), axis=-1), x), kind=vander_kind)


def val_kind(x: Any, c: Any, tensor: Any = True) -> K.Kind:
    dtype = value_dtype(c, x)
    one = K.is_numeric(K.kind_of(x)) and K.rank(K.kind_of(c)) == 1
    return K.numeric(dtype, K.dims_of(K.kind_of(x))) if one and fixed(tensor) is True else K.NUMERIC


def vander_kind(x: Any, deg: Any) -> K.Kind:
    dims = K.dims_of(K.kind_of(x))
    return K.Array(double(x), (*dims, K.fresh_dim()) if dims else None)


class Evaluated(NamedTuple):
    """The function that gives the value of a polynomial at x, and its arguments in order."""

    function: Callable[..., Any]
    order: Callable[[Any, Any], tuple[Any, Any]]


def coefficients_alone(*args: Any, **keywords: Any) -> Any:
    raise UnknownKeyword("a polynomial that is more than called")


EVALUATED: dict[Any, Evaluated] = {
    **{kind: Evaluated(val, lambda x, c: (x, c)) for kind, val in (
        (np.polynomial.Polynomial, polynomial.polyval), (np.polynomial.Chebyshev, chebyshev.chebval),
        (np.polynomial.Legendre, legendre.legval), (np.polynomial.Laguerre, laguerre.lagval),
        (np.polynomial.Hermite, hermite.hermval), (np.polynomial.HermiteE, hermite_e.hermeval))},
    np.poly1d: Evaluated(np.polyval, lambda x, c: (c, x)),
}
for made in EVALUATED:
    custom(made, coefficients_alone, coefficients_alone, kind=lambda *args, **keywords: K.UNKNOWN)

for module, prefix in ((polynomial, "poly"), (chebyshev, "cheb"), (legendre, "leg"), (laguerre, "lag"), (hermite, "herm"),
                       (hermite_e, "herme")):
    declare(module, prefix)
