"""Several arrays at once: blocks, grids, broadcasting together, the parts of an array along an axis."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import fixed, known_rank, lifted, rank, static
from tangentlite.rules.joining import parts_of, whole
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.shapes import array
from tangentlite.rules.verbs import alias, constant, custom

array_of, broadcast_shapes, broadcast_to, stack, unstack = lifted(
    np.array, np.broadcast_shapes, np.broadcast_to, np.stack, np.unstack)


def block(arrays: Any) -> Any:
    """Innermost lists are joined along the last axis, those around them along the one before, and so on."""
    depth = depth_of(arrays)
    n = max(depth, *(known_rank(x, "np.block of lists that are not written out, or arrays") for x in leaves(arrays)))

    def joined(tree: Any, axis: int) -> Any:
        if isinstance(tree, (list, tuple)):
            return np.concatenate([joined(t, axis + 1) for t in tree], axis)
        missing = n - known_rank(tree)
        return np.expand_dims(tree, tuple(range(missing))) if missing else tree

    return joined(arrays, -depth) if depth else array_of(arrays)


def depth_of(tree: Any) -> int:
    return 1 + depth_of(tree[0]) if isinstance(tree, (list, tuple)) else 0


def leaves(tree: Any) -> list[Any]:
    return [x for t in tree for x in leaves(t)] if isinstance(tree, (list, tuple)) else [tree]


def broadcast_arrays(*xs: Any) -> tuple[Any, ...]:
    shape = broadcast_shapes(*(np.shape(x) for x in xs))
    return tuple(broadcast_to(x, shape) for x in xs)


def broadcast_kind(*xs: Any) -> K.Kind:
    dims = K.broadcast_dims(*(K.dims_of(K.kind_of(x)) for x in xs))
    return K.Seq("tuple", tuple(array(x, dims) for x in xs))


def meshgrid(*xs: Any, sparse: Any = False, indexing: Any = "xy") -> tuple[Any, ...]:
    if static(sparse) not in (True, False) or static(indexing) not in ("xy", "ij"):
        raise UnknownKeyword("np.meshgrid wants sparse and indexing that are known")
    n = len(xs)
    order = [1, 0, *range(2, n)] if static(indexing) == "xy" and n > 1 else list(range(n))
    columns = [column(x, a, n) for x, a in zip(xs, order)]
    if static(sparse):
        return tuple(columns)
    shape = tuple(np.size(xs[a]) for a in order)
    return tuple(np.broadcast_to(c, shape) for c in columns)


def column(x: Any, axis: int, n: int) -> Any:
    """The elements of `x` along an axis of `n`."""
    others = tuple(k for k in range(n) if k != axis)
    return np.reshape(x, (*(1,) * axis, -1, *(1,) * (n - 1 - axis))) if rank(x) != 1 else np.expand_dims(x, others) if others else x


def meshgrid_kind(*xs: Any, sparse: Any = False, indexing: Any = "xy") -> K.Kind:
    if fixed(sparse) not in (True, False) or fixed(indexing) not in ("xy", "ij"):
        return K.UNKNOWN
    shapes = [K.dims_of(K.kind_of(x)) for x in xs]
    dims = [K.fresh_dim() if s is None or len(s) > 1 else s[0] if s else 1 for s in shapes]
    order = list(range(len(xs)))
    if fixed(indexing) == "xy":
        order[:2] = order[:2][::-1]
    out = [tuple(dims[j] if not fixed(sparse) or j == k else 1 for j in order) for k in range(len(xs))]
    return K.Seq("tuple", tuple(array(x, d) for x, d in zip(xs, out)))


def unstack_kind(x: Any, *, axis: Any = 0) -> K.Kind:
    k, a = K.kind_of(x), fixed(axis)
    dims, dtype = K.dims_of(k), getattr(k, "dtype", None)
    if dims is None or not isinstance(a, int) or not -len(dims) <= a < len(dims):
        return K.Seq("tuple", None, K.Array(dtype, None))
    return K.Seq("tuple", None, K.numeric(dtype, tuple(d for j, d in enumerate(dims) if j != a % len(dims))))


def unstack_adjoint(g: Any, y: Any, x: Any, *, axis: Any = 0) -> Any:
    if not isinstance(static(axis), int):
        raise UnknownKeyword("np.unstack wants an axis that is known")
    return stack(whole(g, y), axis)


defined(np.block, block, lists=True)
defined(np.broadcast_arrays, broadcast_arrays, kind=broadcast_kind, view=lambda kinds, *xs, **options: xs)
defined(np.meshgrid, meshgrid, kind=meshgrid_kind)
custom(np.unstack, lambda y, dots, x, *, axis=0: parts_of(unstack(dots[0], axis=axis), y),
       unstack_adjoint, kind=unstack_kind, view=True)
constant(np.broadcast_shapes, kind=K.Seq("tuple", None, K.INT))
alias(np.vstack, *[getattr(np, name) for name in ("row_stack",) if hasattr(np, name)])  # NumPy will drop it
