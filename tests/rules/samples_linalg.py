"""Sample calls of `numpy.linalg`, of products of tensors and of `np.einsum`."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tests.rules.harness import Sample
from tests.rules.samples import arr, sample, spd


def symmetric(op: Any, *args: Any, **kwargs: Any) -> Sample:
    """A function of symmetric matrices, of which it may read one half."""
    return Sample(op, args, kwargs, (0,), symmetric=True)


def with_transpose(a: Any) -> Any:
    return a + a.T


def hermitian(*shape: int) -> Any:
    a = arr(*shape, dtype=complex)
    return a @ np.conj(np.swapaxes(a, -1, -2)) + 2.0 * np.eye(shape[-1])


def apart(*shape: int, dtype: Any = float) -> Any:
    """Matrices with singular values and real eigenvalues that lie well apart."""
    n = min(shape[-2:])
    spread = np.zeros(shape[-2:])
    spread[range(n), range(n)] = 1.5 * np.arange(1, n + 1)
    return (spread + 0.3 * arr(*shape, dtype=dtype)).astype(dtype)


SINGULAR = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.5], [0.5, 1.0, 1.5]])
ROTATION = np.array([[0.2, -1.1, 0.3], [0.9, 0.4, 0.1], [0.2, 0.5, 1.7]])  # two complex eigenvalues, one real

SOLVES = [
    sample(np.linalg.inv, apart(3, 3, dtype=complex)), sample(np.linalg.inv, apart(3, 3, dtype=np.float32)),
    sample(np.linalg.inv, spd(2, 2, 3, 3)),
    *[sample(np.linalg.det, x) for x in (SINGULAR, np.stack([SINGULAR, np.eye(3)]), np.outer([1.0, 2.0, 3.0], [0.3, 0.5, -1.0]),
                                         np.zeros((2, 2)), np.zeros((3, 3)), arr(1, 1), arr(5, 5), apart(3, 3, dtype=complex),
                                         apart(3, 3, dtype=np.float32))],
    *[sample(runtime.cofactors, x, second=False) for x in (SINGULAR, arr(4, 4), arr(2, 3, 3), apart(3, 3, dtype=complex))],
    sample(np.linalg.slogdet, apart(3, 3, dtype=complex)), sample(np.linalg.slogdet, apart(2, 3, 3, dtype=complex)),
    sample(np.linalg.slogdet, -spd(3, 3)), sample(np.linalg.slogdet, apart(3, 3, dtype=np.float32)),
    sample(np.linalg.solve, spd(2, 3, 3), arr(3)), sample(np.linalg.solve, spd(2, 3, 3), arr(3), wrt=[1]),
    sample(np.linalg.solve, spd(3, 3), arr(2, 3, 2)), sample(np.linalg.solve, spd(2, 1, 3, 3), arr(4, 3, 2)),
    sample(np.linalg.solve, spd(3, 3), arr(3, 2), wrt=[0]), sample(np.linalg.solve, arr(1, 1, lo=0.5), arr(1)),
    sample(np.linalg.solve, apart(3, 3, dtype=complex), arr(3, dtype=complex)), sample(np.linalg.solve, spd(3, 3), arr(3, dtype=complex)),
    sample(np.linalg.solve, apart(3, 3, dtype=np.float32), arr(3, dtype=np.float32)),
    symmetric(np.linalg.cholesky, spd(2, 3, 3)), symmetric(np.linalg.cholesky, hermitian(3, 3)),
    symmetric(np.linalg.cholesky, spd(3, 3), upper=True), symmetric(np.linalg.cholesky, hermitian(2, 3, 3), upper=True),
    symmetric(np.linalg.cholesky, (spd(3, 3)).astype(np.float32)),
]

NORMS = [
    *[sample(np.linalg.norm, arr(2, 3), o, wrt=[0]) for o in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)],
    *[sample(np.linalg.norm, arr(3, 2), ord=o, wrt=[0], keepdims=True) for o in ("nuc", 1, -2, np.inf)],
    *[sample(np.linalg.norm, arr(2, 3, 4), o, wrt=[0], axis=axis) for o in (None, "nuc", 1, 2, -2, np.inf)
      for axis in ((1, 2), (2, 0), (-2, -1))],
    *[sample(np.linalg.norm, arr(2, 3, 4), o, (0, 2), True, wrt=[0]) for o in ("fro", "nuc", -1, 2)],
    *[sample(np.linalg.norm, arr(2, 3, dtype=complex), o, wrt=[0]) for o in (None, "nuc", 1, -1, 2, np.inf)],
    *[sample(np.linalg.norm, arr(3, dtype=complex), o, wrt=[0]) for o in (1, 2, 3, np.inf, -np.inf)],
    *[sample(np.linalg.norm, arr(4, lo=0.2), o, wrt=[0]) for o in (0.5, -1, -2.5, 1.5, 0)],
    *[sample(np.linalg.norm, arr(2, 3), o, axis, wrt=[0]) for o in (1, np.inf, 4) for axis in (0, -1)],
    *[sample(np.linalg.norm, arr(3, 3, dtype=np.float32), o, wrt=[0]) for o in (None, "nuc", 1, 2)],
    sample(np.linalg.norm, arr(2, 3, 4)), sample(np.linalg.norm, arr(0)), sample(np.linalg.norm, arr(1)),
    *[sample(np.linalg.vector_norm, arr(2, 3), **kw) for kw in (
        {}, {"ord": 1}, {"ord": np.inf}, {"ord": 3, "axis": 0}, {"ord": 3}, {"axis": (0, 1), "ord": 2.5}, {"keepdims": True},
        {"axis": 1, "keepdims": True, "ord": -np.inf}, {"axis": (1,)}, {"ord": 0})],
    *[sample(np.linalg.vector_norm, x) for x in (arr(3), arr(3, dtype=complex), arr(2, 3, 4), arr(3, dtype=np.float32))],
    *[sample(np.linalg.matrix_norm, arr(3, 2), **kw) for kw in ({}, {"ord": "nuc"}, {"ord": 1}, {"ord": 2, "keepdims": True})],
    *[sample(np.linalg.matrix_norm, arr(2, 3, 2), **kw) for kw in ({}, {"ord": "nuc"}, {"ord": -np.inf}, {"ord": -2})],
    *[sample(np.linalg.cond, apart(3, 3), p, wrt=[0]) for p in (None, 2, -2, 1, -1, np.inf, "fro", "nuc")],
    sample(np.linalg.cond, apart(3, 2)), sample(np.linalg.cond, apart(2, 3, 3)), sample(np.linalg.cond, apart(2, 3, 3), 1, wrt=[0]),
    sample(np.linalg.cond, apart(3, 3, dtype=complex)),
]

DECOMPOSITIONS = [
    *[symmetric(op, x) for op in (np.linalg.eigh, np.linalg.eigvalsh)
      for x in (spd(3, 3), with_transpose(apart(3, 3) + apart(3, 3)), spd(2, 3, 3), spd(1, 1), spd(3, 3).astype(np.float32))],
    symmetric(np.linalg.eigh, spd(3, 3), "U"), symmetric(np.linalg.eigvalsh, spd(3, 3), UPLO="U"),
    symmetric(np.linalg.eigvalsh, hermitian(3, 3)), symmetric(np.linalg.eigvalsh, hermitian(2, 3, 3), "U"),
    *[sample(op, x) for op in (np.linalg.eig, np.linalg.eigvals)
      for x in (apart(3, 3), ROTATION, apart(2, 3, 3), apart(3, 3, dtype=complex), apart(3, 3, dtype=np.float32))],
    *[sample(np.linalg.svd, apart(*shape), full_matrices=False) for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3))],
    *[sample(np.linalg.svd, apart(*shape), full, False, wrt=[0]) for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2))
      for full in (True, False)],
    sample(np.linalg.svd, apart(3, 3), second=False), sample(np.linalg.svd, apart(3, 3, dtype=np.float32), full_matrices=False),
    sample(np.linalg.svd, apart(3, 2, dtype=complex), compute_uv=False),
    symmetric(np.linalg.svd, spd(3, 3), hermitian=True, full_matrices=False),
    symmetric(np.linalg.svd, hermitian(3, 3), hermitian=True, compute_uv=False),
    *[sample(np.linalg.svdvals, apart(*shape)) for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 3))],
    *[sample(np.linalg.qr, apart(*shape)) for shape in ((3, 3), (4, 2), (2, 4), (2, 4, 3), (2, 2, 3), (1, 1))],
    *[sample(np.linalg.qr, apart(*shape), "r", wrt=[0]) for shape in ((3, 3), (4, 2), (2, 4), (2, 4, 3))],
    *[sample(np.linalg.qr, apart(*shape), mode="complete", second=False) for shape in ((3, 3), (2, 4), (2, 3, 3))],
    *[sample(np.linalg.qr, apart(*shape, dtype=complex)) for shape in ((3, 3), (4, 2), (2, 3))],
    sample(np.linalg.qr, apart(3, 2, dtype=np.float32)),
    sample(runtime.leading, arr(2, 2), arr(2, 2), wrt=[0]), sample(runtime.enlarged, arr(2, 2), arr(2, 2), 0.0, wrt=[0]),
]

INVERSES = [
    *[sample(np.linalg.pinv, apart(*shape)) for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2))],
    sample(np.linalg.pinv, apart(3, 2, dtype=complex)), sample(np.linalg.pinv, apart(3, 2), 1e-12, wrt=[0]),
    sample(np.linalg.pinv, apart(3, 2), rtol=1e-12), symmetric(np.linalg.pinv, spd(3, 3), hermitian=True),
    sample(np.linalg.pinv, apart(3, 2, dtype=np.float32)),
    *[sample(np.linalg.lstsq, apart(*a), arr(*b), second=len(b) == 1) for a, b in (((4, 2), (4,)), ((3, 3), (3,)), ((2, 4), (2,)))],
    *[sample(np.linalg.lstsq, apart(4, 2, dtype=d), arr(4, dtype=d), 1e-12, wrt=[0, 1]) for d in (float, complex, np.float32)],
    *[sample(np.linalg.tensorinv, spd(6, 6).reshape(shape), n, wrt=[0])
      for shape, n in (((6, 3, 2), 1), ((2, 3, 6), 2), ((2, 3, 3, 2), 2))],
    sample(np.linalg.tensorinv, spd(4, 4).reshape(2, 2, 2, 2)), sample(np.linalg.tensorinv, spd(4, 4).reshape(4, 2, 2), ind=1),
    sample(np.linalg.tensorsolve, spd(6, 6).reshape(2, 3, 6), arr(2, 3)),
    sample(np.linalg.tensorsolve, spd(6, 6).reshape(2, 3, 3, 2), arr(2, 3)), sample(np.linalg.tensorsolve, spd(3, 3), arr(3)),
    sample(np.linalg.tensorsolve, np.moveaxis(spd(6, 6).reshape(2, 3, 3, 2), 2, 0), arr(2, 3), axes=(0,)),
    sample(np.linalg.tensorsolve, np.moveaxis(spd(6, 6).reshape(2, 3, 3, 2), (2, 3), (1, 0)), arr(2, 3), axes=(1, 0)),
    *[sample(np.linalg.matrix_power, apart(3, 3), n, wrt=[0]) for n in (1, 2, 3, 5, -1, -2, 10)],
    sample(np.linalg.matrix_power, apart(2, 3, 3), 3, wrt=[0]), sample(np.linalg.matrix_power, apart(3, 3, dtype=complex), -3, wrt=[0]),
    sample(np.linalg.matrix_power, arr(3, 3), 0, wrt=[0]),
    *[sample(np.linalg.multi_dot, [arr(*s) for s in shapes]) for shapes in (
        ((2, 3), (3, 4)), ((2, 3), (3, 4), (4, 2)), ((3,), (3, 4), (4, 2)), ((2, 3), (3, 4), (4,)), ((3,), (3, 4), (4,)),
        ((2, 3), (3, 4), (4, 1), (1, 2)))],
]

PRODUCTS = [
    *[sample(np.kron, arr(*a), arr(*b)) for a, b in (((2,), (3,)), ((2, 3), (3, 2)), ((2, 3), (2,)), ((3,), (2, 2)), ((2, 1, 2), (3, 2)),
                                                     ((1, 3), (2, 1)), ((), (2, 2)), ((2,), ()), ((), ()))],
    sample(np.kron, arr(2, 2, dtype=np.float32), arr(2, 2, dtype=np.float32)), sample(np.kron, arr(2, 2, dtype=complex), arr(2, 2)),
    sample(np.kron, arr(2, 3), arr(2, 2), wrt=[0]),
    *[sample(np.cross, arr(*a), arr(*b)) for a, b in (((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1, 3), (4, 3)))],
    sample(np.cross, arr(3, 2), arr(3, 2), axis=0), sample(np.cross, arr(3, 2), arr(2, 3), 0, 1, 0, wrt=[0, 1]),
    sample(np.cross, arr(3, 2), arr(2, 3), axisa=0), sample(np.cross, arr(3, dtype=complex), arr(3)),
    sample(np.linalg.cross, arr(3), arr(3)), sample(np.linalg.cross, arr(2, 3), arr(2, 3)),
    sample(np.linalg.cross, arr(3, 2), arr(3, 2), axis=0),
    sample(np.linalg.trace, arr(3, 3)), sample(np.linalg.trace, arr(2, 3, 4), offset=1), sample(np.linalg.diagonal, arr(2, 3, 4)),
    sample(np.linalg.diagonal, arr(3, 3), offset=-1), sample(np.linalg.matmul, arr(2, 3), arr(3)), sample(np.linalg.outer, arr(2), arr(3)),
    sample(np.linalg.tensordot, arr(2, 3), arr(3, 2), axes=1), sample(np.linalg.matrix_transpose, arr(2, 3, 4)),
    sample(np.linalg.vecdot, arr(2, 3), arr(3)), sample(np.linalg.vecdot, arr(3, 2), arr(3, 2), axis=0),
    sample(np.linalg.vecdot, arr(3, dtype=complex), arr(3)),
    sample(np.tensordot, arr(2, 3), arr(3, 2), axes=([1], [0])), sample(np.tensordot, arr(2, 3, 4), arr(4, 3), axes=([1, 2], [1, 0])),
]

EINSUMS = [
    sample(np.einsum, text, *xs, wrt=range(1, len(xs) + 1)) for text, *xs in (
        ("ii->i", arr(3, 3)), ("ii", arr(3, 3)), ("ii->", arr(3, 3)), ("iij->j", arr(2, 2, 3)), ("iij->ij", arr(2, 2, 3)),
        ("iii->i", arr(2, 2, 2)), ("ii,ij->j", arr(3, 3), arr(3, 2)), ("ii,i->", arr(3, 3), arr(3)),
        ("iij,jkk->ik", arr(2, 2, 3), arr(3, 2, 2)),
        ("ii,jj->ij", arr(2, 2), arr(3, 3)), ("...ij,jk->...ik", arr(2, 2, 3), arr(3, 2)), ("...ij,...jk->...ik", arr(2, 2, 3), arr(3, 2)),
        ("...ij,...jk", arr(2, 4, 2, 3), arr(4, 3, 2)), ("...i->...", arr(2, 3)), ("i...->i...", arr(2, 3)),
        ("...,...->...", arr(2, 3), arr(3)),
        ("i...,i...->...", arr(2, 3), arr(2, 3, 1)[..., 0]), ("...ii->...i", arr(2, 3, 3)), ("...ii", arr(2, 3, 3)),
        ("...j,j->...", arr(3), arr(3)),
        (" i j , j k -> k i ", arr(2, 3), arr(3, 2)), ("ij,ij,ij->", arr(2, 3), arr(2, 3), arr(2, 3)), ("i,->i", arr(3), 2.0),
        ("...,->...", arr(3), 2.0), ("i,i->i", arr(3), arr(1)), ("...i,...i->...", arr(4, 1, 3), arr(2, 3)),
        ("ij,jk,kl->il", arr(2, 3), arr(3, 2), arr(2, 2)), ("ab,cb->", arr(2, 3), arr(2, 3)), ("ji", arr(2, 3)),
    )
] + [
    sample(np.einsum, arr(2, 3), [0, 1], arr(3, 2), [1, 2], [0, 2], wrt=[0, 2]), sample(np.einsum, arr(3, 3), [0, 0], wrt=[0]),
    sample(np.einsum, arr(2, 3), [0, 1], wrt=[0]), sample(np.einsum, arr(2, 3), [1, 0], wrt=[0]),
    sample(np.einsum, arr(2, 2, 3), [Ellipsis, 1, 2], arr(3, 2), [2, 3], [Ellipsis, 1, 3], wrt=[0, 2]),
    sample(np.einsum, "ij,jk,kl->il", arr(2, 3), arr(3, 2), arr(2, 2), wrt=[1, 2, 3], optimize=True),
    sample(np.einsum, "ij,jk->ik", arr(2, 3, dtype=complex), arr(3, 2, dtype=complex), wrt=[1, 2]),
    sample(np.einsum, "ij,jk->ik", arr(2, 3), arr(3, 2, dtype=complex), wrt=[1, 2]),
    sample(np.einsum, "ii,ij->j", arr(3, 3, dtype=np.float32), arr(3, 2, dtype=np.float32), wrt=[1, 2]),
    sample(np.einsum, "ij,jk->ik", arr(2, 3), arr(3, 2), wrt=[2]),
]

LINALG: list[Sample] = [*SOLVES, *NORMS, *DECOMPOSITIONS, *INVERSES, *PRODUCTS, *EINSUMS]
