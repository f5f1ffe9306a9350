"""The methods and attributes of arrays, as the functions whose rules they share."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.ops import call_method
from tangentlite.rules.callees import method
from tangentlite.rules.expressions import fixed, kind, rank, reshape_back
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import array, as_shape, permuted, ravel_kind, reordered, transpose_transpose
from tangentlite.rules.verbs import constant, custom

call, add_at, zeros_like = lift(call_method), lift(runtime.add_at), lift(runtime.zeros_like)

SAME = ("sum", "mean", "prod", "max", "min", "var", "std", "cumsum", "cumprod", "any", "all", "argmax", "argmin",
        "argsort", "dot", "ravel", "swapaxes", "squeeze", "take", "repeat", "clip", "diagonal", "trace", "round",
        "nonzero", "searchsorted", "copy", "astype", "conj", "conjugate", "real", "imag", "shape", "ndim", "size")
for name in SAME:
    method(getattr(np.ndarray, name), getattr(np, name))
method(np.ndarray.T, np.transpose)
method(np.ndarray.mT, np.matrix_transpose)
method(np.ndarray.flat, np.ravel)
custom(np.ndarray.view, lambda y, dots, x: dots[0], lambda g, y, x: g, kind=K.kind_of, view=True)


# -- methods that take a shape as several arguments ------------------------------------------------------------------

def reshape_tangent(y: Any, dots: Any, x: Any, *shape: Any, order: str = "C") -> Any:
    return call(dots[0], "reshape", *shape) if order == "C" else call(dots[0], "reshape", *shape, order=order)


def reshape_adjoint(g: Any, y: Any, x: Any, *shape: Any, order: str = "C") -> Any:
    return reordered(g, x, order)


def reshape_kind(x: Any, *shape: Any, order: Any = "C") -> K.Kind:
    return array(x, as_shape(shape[0] if len(shape) == 1 else shape))


def axes_of(axes: tuple[Any, ...]) -> Any:
    """The permutation in x.transpose(), x.transpose((1, 0)) and x.transpose(1, 0)."""
    return None if not axes else axes[0] if len(axes) == 1 else axes


def transpose_adjoint(g: Any, y: Any, x: Any, *axes: Any) -> Any:
    order = axes_of(axes)
    if isinstance(order, tuple):
        order = tuple(a.value if hasattr(a, "value") else a for a in order)
        if not all(isinstance(a, int) for a in order):
            raise UnknownKeyword("transpose wants axes that are known")
    return transpose_transpose(g, x, order)


def transpose_kind(x: Any, *axes: Any) -> K.Kind:
    order, dims = axes_of(axes), K.dims_of(K.kind_of(x))
    order = tuple(map(fixed, order)) if isinstance(order, tuple) else fixed(order)
    return array(x, None if dims is None else permuted(dims, order))


custom(np.ndarray.reshape, reshape_tangent, reshape_adjoint, kind=reshape_kind, view=True)
custom(np.ndarray.transpose, lambda y, dots, x, *axes: call(dots[0], "transpose", *axes), transpose_adjoint,
       kind=transpose_kind, view=True)
custom(np.ndarray.flatten, lambda y, dots, x, order="C": call(dots[0], "flatten", order),
       lambda g, y, x, order="C": reordered(g, x, order), kind=ravel_kind)


# -- methods that leave arrays ---------------------------------------------------------------------------------------

def item_adjoint(g: Any, y: Any, x: Any, *index: Any) -> Any:
    if K.is_number(kind(x)):
        return g
    if not index:
        return reshape_back(g, x)
    if len(index) == 1 and rank(x) != 1:
        return np.reshape(add_at(np.ravel(zeros_like(x)), index[0], g), np.shape(x))
    return add_at(zeros_like(x), index[0] if len(index) == 1 else index, g)


def item_kind(x: Any, *index: Any) -> K.Kind:
    dtype = getattr(K.kind_of(x), "dtype", None)
    python = {"f": "float", "c": "complex", "i": "int", "u": "int", "b": "bool"}
    return K.Number(python[np.dtype(dtype).kind] if dtype else "")


def listed_kind(x: Any) -> K.Kind:
    """Lists in lists, of Python's numbers."""
    dims = K.dims_of(K.kind_of(x))
    kind = K.UNKNOWN if dims is None else item_kind(x)
    for _ in dims or ():
        kind = K.Seq("list", None, kind)
    return kind


custom(np.ndarray.item, lambda y, dots, x, *index: call(dots[0], "item", *index), item_adjoint, kind=item_kind)
custom(np.ndarray.tolist, lambda y, dots, x: call(dots[0], "tolist"), lambda g, y, x: lift(np.array)(g), kind=listed_kind)


def dtype_kind(x: Any) -> K.Kind:
    """The dtype itself, where it is known; Python's numbers have none."""
    k = K.kind_of(x)
    dtype = getattr(k, "dtype", None)
    return K.of_value(np.dtype(dtype)) if dtype and (isinstance(k, K.Array) or dtype not in K.PYTHON) else K.UNKNOWN


constant(np.ndarray.dtype, kind=dtype_kind)
constant(np.ndarray.strides, np.ndarray.nbytes, np.ndarray.itemsize, np.ndarray.flags)
