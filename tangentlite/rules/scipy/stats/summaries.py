"""Standardised samples and their moments."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from tangentlite.ir import kinds as K
from tangentlite.rules.expressions import cast_to, static
from tangentlite.rules.reductions import degrees_of_freedom, length, reduced, restored
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import custom


def along(axis: Any) -> dict[str, Any]:
    return {"keepdims": True} if static(axis) is None else {"axis": axis, "keepdims": True}


def plain(bias: Any, nan_policy: Any) -> None:
    if static(bias) is not True:
        raise UnknownKeyword("bias=False")
    if static(nan_policy) != "propagate":
        raise UnknownKeyword("nan_policy")


# -- (x - mean) / std ----------------------------------------------------------------------------------------------------

def zscore_product(y: Any, d: Any, x: Any, axis: Any = 0, ddof: Any = 0, nan_policy: Any = "propagate") -> Any:
    """The Jacobian is symmetric."""
    plain(True, nan_policy)
    options = along(axis)
    share = y * np.sum(y * d, **options) / degrees_of_freedom(x, axis, ddof, True)
    return cast_to((d - np.mean(d, **options) - share) / np.std(x, ddof=ddof, **options), x)


custom(stats.zscore, lambda y, dots, x, *rest, **keywords: zscore_product(y, dots[0], x, *rest, **keywords),
       lambda g, y, x, *rest, **keywords: zscore_product(y, g, x, *rest, **keywords),
       kind=lambda x, *rest, **keywords: K.elementwise(np.true_divide, x, x))


# -- third and fourth moments ------------------------------------------------------------------------------------------

def standardised(x: Any, axis: Any) -> tuple[Any, Any]:
    options = along(axis)
    scale = np.std(x, **options)
    return (x - np.mean(x, **options)) / scale, scale


def skew_weights(y: Any, x: Any, axis: Any) -> Any:
    u, scale = standardised(x, axis)
    return 3.0 * (u * u - 1.0 - y * u) / (length(x, axis) * scale)


def kurtosis_weights(y: Any, x: Any, axis: Any) -> Any:
    u, scale = standardised(x, axis)
    cube = u * u * u
    return 4.0 * (cube - np.mean(cube, **along(axis)) - y * u) / (length(x, axis) * scale)


def skew_tangent(y: Any, dots: Any, x: Any, axis: Any = 0, bias: Any = True, nan_policy: Any = "propagate", *,
                 keepdims: Any = False) -> Any:
    plain(bias, nan_policy)
    return np.sum(dots[0] * skew_weights(restored(y, x, axis, keepdims), x, axis), axis=axis, keepdims=keepdims)


def skew_adjoint(g: Any, y: Any, x: Any, axis: Any = 0, bias: Any = True, nan_policy: Any = "propagate", *,
                 keepdims: Any = False) -> Any:
    plain(bias, nan_policy)
    return cast_to(restored(g, x, axis, keepdims) * skew_weights(restored(y, x, axis, keepdims), x, axis), x)


def fourth(y: Any, fisher: Any) -> Any:
    """The fourth standardised moment; Fisher's kurtosis is 3 less."""
    if not isinstance(static(fisher), bool):
        raise UnknownKeyword("fisher=, known only at run time")
    return y + 3.0 if static(fisher) else y


def kurtosis_tangent(y: Any, dots: Any, x: Any, axis: Any = 0, fisher: Any = True, bias: Any = True, nan_policy: Any = "propagate", *,
                     keepdims: Any = False) -> Any:
    plain(bias, nan_policy)
    w = kurtosis_weights(fourth(restored(y, x, axis, keepdims), fisher), x, axis)
    return np.sum(dots[0] * w, axis=axis, keepdims=keepdims)


def kurtosis_adjoint(g: Any, y: Any, x: Any, axis: Any = 0, fisher: Any = True, bias: Any = True, nan_policy: Any = "propagate", *,
                     keepdims: Any = False) -> Any:
    plain(bias, nan_policy)
    return cast_to(restored(g, x, axis, keepdims) * kurtosis_weights(fourth(restored(y, x, axis, keepdims), fisher), x, axis), x)


def moment_kind(x: Any, axis: Any = 0, *rest: Any, keepdims: Any = False, **others: Any) -> K.Kind:
    return reduced(np.mean)(x, axis, keepdims=keepdims)


custom(stats.skew, skew_tangent, skew_adjoint, kind=moment_kind)
custom(stats.kurtosis, kurtosis_tangent, kurtosis_adjoint, kind=moment_kind)
