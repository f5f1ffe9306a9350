"""Views: values that surely are part of another value's memory, and how a write into the part is a write into the whole.

    r = A[i];   r[j] = v        A[i, j] = v
    B = A.T;    B[i, j] = v     B with v at [i, j], transposed back, is the new A
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import Const, Var
from tangentlite.ir import kinds as K
from tangentlite.ir.indices import entries
from tangentlite.ir.ops import attribute, call_method
from tangentlite.ir.trace import Eqn
from tangentlite.rules.callees import Arguments
from tangentlite.rules.structures import index_parts, names_once

Make = Callable[..., Any]  # (op, args, **kwargs) -> the result of a new equation


@dataclass(frozen=True, eq=False)
class View:
    """`eqn` takes the view from `base`."""

    base: Var
    eqn: Eqn
    op: Any  # the function that a method or an attribute stands for, and its other arguments
    rest: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    @property
    def index(self) -> Any:
        """What `base` is indexed with, where it is."""
        return self.rest[0] if self.op in (operator.getitem, attribute) else None

    @property
    def store(self) -> Any:
        """The update that puts something else in its place."""
        return runtime.set_attribute if self.op is attribute else runtime.setitem

    @property
    def read_only(self) -> bool:
        return self.op in READ_ONLY

    def alike(self, other: View) -> bool:
        """Is the other view taken in the same way, of whatever base?"""
        return self.op is other.op and self.rest == other.rest and self.keywords == other.keywords


def exact_view(e: Eqn, normal: Arguments, kinds: Mapping[Var, Any], solid: Callable[[Any], bool]) -> View | None:
    """The result of an equation as a view; None where it may be a copy, or is no part of an array.

    `normal` is its operation, with the arguments, as rules have them; `solid` tells whether an array is contiguous.
    """
    op, args, kwargs = normal
    base = e.args[0] if e.args else None
    if len(e.outs) != 1 or not isinstance(base, Var):
        return None
    kind, of_out = kinds.get(base, K.UNKNOWN), kinds.get(e.out, K.UNKNOWN)
    if not isinstance(kind, K.Array) or kind.dims is None or not isinstance(of_out, K.Array):
        return None
    if op is operator.getitem:
        return View(base, e, op, args[1:], dict(kwargs)) if names_once(index_kind(e.args[1], kinds)) and of_out.dims is not None else None
    sure = SURE.get(op)
    if sure is not None and not sure(e, kind, of_out, partial(solid, base)):
        return None
    return View(base, e, op, args[1:], dict(kwargs)) if op in INVERSES or op in READ_ONLY else None


def index_kind(index: Any, kinds: Mapping[Var, Any]) -> Any:
    """What is known of an index: a constant as it is."""
    return index if isinstance(index, Const) else kinds.get(index, K.UNKNOWN)


def reshaped(e: Eqn) -> Any:
    """The array whose elements are the result, in the same order, if they are those of an array in C order."""
    same = e.op in (runtime.setitem, runtime.add_at, np.reshape, np.ravel) or (
        e.op is call_method and e.args[1] in (Const("ravel"), Const("reshape")))
    return e.args[0] if same and not e.kwargs else None


def in_order(e: Eqn) -> bool:
    """Is the result surely an array in C order, so that it is reshaped without a copy?"""
    return "order" not in dict(e.kwargs) and (
        e.op in (np.zeros, np.ones, np.empty, np.full, np.arange, np.linspace, np.eye, np.outer)
        or e.op is call_method and e.args[1:] in ((Const("copy"),), (Const("flatten"),)))


def composed(view: View, index: Any, b: Any) -> list[Any] | None:
    """The entries of the index of the base that `view[index]` stands for; None where that is no single index."""
    if view.op is np.transpose and not view.rest and not view.keywords:
        return transposed(index, len(b.kinds[view.base].dims), b)
    if view.op is not operator.getitem:
        return None
    outer, rank = list(entries(view.index, b.defs)), len(b.kinds[view.base].dims)
    if any(e == Const(None) for e in outer) or Const(...) in outer:
        return None
    outer += [FULL] * (rank - len(outer))
    inner = spelled_out(entries(index, b.defs), sum(1 for e in outer if not is_number(e, b)))
    if inner is None or any(not (is_number(e, b) or e == FULL) for e in outer):
        return None
    rest = iter(inner)
    result = [e if is_number(e, b) else next(rest, FULL) for e in outer]
    while result and result[-1] == FULL:
        result.pop()
    return result or [FULL]


def names_element(view: View, u: Var, index: Any, b: Any) -> bool:
    """Is `u[index]` one element of `u`, which is a slice of an array: `base[2:][i]`?"""
    if view.op is not operator.getitem or not isinstance(b.kinds.get(view.base), K.Array):
        return False
    outer, inner = entries(view.index, b.defs), entries(index, b.defs)
    if len(inner) != len(K.dims_of(b.kinds.get(u)) or ()):
        return False
    return all(is_number(e, b) for e in inner) and all(is_number(e, b) or is_slice(e, b) for e in outer)


def transposed(index: Any, rank: int, b: Any) -> list[Any] | None:
    """The entries of the index of an array that the index of its transpose stands for; None where one axis is not all that is left."""
    found = spelled_out(entries(index, b.defs), rank)
    if found is None or len(found) > rank:
        return None
    back = [*found, *[FULL] * (rank - len(found))][::-1]
    kept = [e for e in back if not is_number(e, b)]
    if len(kept) > 1 or not all(is_slice(e, b) for e in kept):
        return None
    while back and back[-1] == FULL:
        back.pop()
    return back or [FULL]


FULL = Const(slice(None))


def spelled_out(inner: Sequence[Any], count: int) -> list[Any] | None:
    """An index of `count` axes without its ellipsis; None where it makes new axes."""
    if Const(None) in inner:
        return None
    if Const(...) in inner:
        k = inner.index(Const(...))
        inner = [*inner[:k], *[FULL] * (count - len(inner) + 1), *inner[k + 1:]]
    return list(inner) if len(inner) <= count else None


def is_number(entry: Any, b: Any) -> bool:
    kind = index_parts(entry)[0] if isinstance(entry, Const) else b.kinds.get(entry, K.UNKNOWN)
    return isinstance(kind, K.Number) and kind.dtype != "bool"


def is_slice(entry: Any, b: Any) -> bool:
    return isinstance(entry.value, slice) if isinstance(entry, Const) else b.kinds.get(entry) == K.Inert("slice")


IDENTITIES = (np.asarray, np.asanyarray, np.ascontiguousarray, np.float64, np.float32, np.complex128, np.complex64, np.ndarray.view,
              np.real_if_close, np.conjugate)  # conversions that may return the array itself


# -- from a part back to the whole -------------------------------------------------------------------------------------------

def permuted_back(make: Make, new: Any, base: Any, axes: Any = None) -> Any:
    if axes is None or axes == Const(None):
        return make(np.transpose, (new,))
    if not isinstance(axes, Const):
        return None
    return make(np.transpose, (new, Const(tuple(int(k) for k in np.argsort(axes.value)))))


def reshaped_back(make: Make, new: Any, base: Any, *rest: Any, **keywords: Any) -> Any:
    return make(np.reshape, (new, make(getattr, (base, Const("shape")))))


def turned_back(make: Make, new: Any, base: Any, k: Any = Const(1), axes: Any = Const((0, 1))) -> Any:  # noqa: B008
    return make(np.rot90, (new, Const(-k.value), axes)) if isinstance(k, Const) else None


def transposed_back(make: Make, new: Any, base: Any, *axes: Any) -> Any:
    return permuted_back(make, new, base, *axes) if len(axes) < 2 else permuted_back(
        make, new, base, Const(tuple(a.value for a in axes)) if all(isinstance(a, Const) for a in axes) else object())


INVERSES: dict[Any, Callable[..., Any]] = {  # (make, the new view, the old base, the other arguments) -> the new base
    np.transpose: permuted_back,
    np.ndarray.transpose: transposed_back,
    np.matrix_transpose: lambda make, new, base: make(np.matrix_transpose, (new,)),
    np.swapaxes: lambda make, new, base, a, b: make(np.swapaxes, (new, a, b)),
    np.moveaxis: lambda make, new, base, source, target: make(np.moveaxis, (new, target, source)),
    np.expand_dims: reshaped_back,
    np.squeeze: reshaped_back,
    np.reshape: reshaped_back,
    np.ravel: reshaped_back,
    np.ndarray.reshape: reshaped_back,
    np.atleast_1d: reshaped_back,
    np.atleast_2d: reshaped_back,
    np.atleast_3d: reshaped_back,
    np.flip: lambda make, new, base, *axis: make(np.flip, (new, *axis)),
    np.flipud: lambda make, new, base: make(np.flipud, (new,)),
    np.fliplr: lambda make, new, base: make(np.fliplr, (new,)),
    np.rot90: turned_back,
    np.real: lambda make, new, base: make(runtime.with_real, (base, new)),
    np.imag: lambda make, new, base: make(runtime.with_imag, (base, new)),
    **dict.fromkeys(IDENTITIES, lambda make, new, base, *options, **keywords: new),
}
READ_ONLY = (np.diagonal, np.diag, np.broadcast_to)


Condition = Callable[[Eqn, K.Array, K.Array, Callable[[], bool]], bool]  # equation, kinds of base and result, is the base solid?


def unchanged(e: Eqn, base: K.Array, result: K.Array, solid: Callable[[], bool]) -> bool:
    """Is the result of a conversion the array itself?"""
    return base.dtype is not None and base == result and bool(base.dims)


SURE: dict[Any, Condition] = {  # functions that return a view under a condition, and a copy otherwise
    **dict.fromkeys((np.reshape, np.ravel, np.ndarray.reshape), lambda e, base, result, solid: not e.kwargs and solid()),
    **dict.fromkeys(IDENTITIES, unchanged),
    np.ascontiguousarray: lambda e, base, result, solid: unchanged(e, base, result, solid) and solid(),
    np.conjugate: lambda e, base, result, solid: e.op is call_method and is_real(base) and unchanged(e, base, result, solid),
    np.real: lambda e, base, result, solid: is_real(base) or is_complex(base),
    np.imag: lambda e, base, result, solid: is_complex(base),
    np.diag: lambda e, base, result, solid: base.dims is not None and len(base.dims) == 2,
}


def is_real(kind: K.Array) -> bool:
    return kind.dtype in ("float64", "float32")


def is_complex(kind: K.Array) -> bool:
    return kind.dtype in ("complex128", "complex64")


def whole(view: View, new: Any, make: Make) -> Any:
    """The new value of the base when the view has become `new`; None where it cannot be told."""
    inverse = INVERSES.get(view.op)
    return None if inverse is None else inverse(make, new, view.base, *view.rest, **view.keywords)
