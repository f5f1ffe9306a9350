"""Products of stacks of vectors and matrices, by the products of matrices; what `np.linalg` calls as the array API does."""
from __future__ import annotations

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import conjugate
from tangentlite.rules.verbs import alias, constant

defined(np.vecdot, lambda x, y, *, axis=-1: np.sum(conjugate(x) * y, axis=axis))
defined(np.matvec, lambda a, x: np.matmul(a, np.expand_dims(x, -1))[..., 0])
defined(np.vecmat, lambda x, a: np.matmul(np.expand_dims(conjugate(x), -2), a)[..., 0, :])

defined(np.linalg.trace, lambda x, *, offset=0: np.trace(x, offset, -2, -1))
defined(np.linalg.diagonal, lambda x, *, offset=0: np.diagonal(x, offset, -2, -1), view=True)
for op in (np.matmul, np.outer, np.tensordot, np.matrix_transpose, np.vecdot):
    alias(op, getattr(np.linalg, op.__name__))
constant(np.linalg.matrix_rank, kind=lambda x, *rest, **options: K.INT if K.rank(K.kind_of(x)) == 2 else K.UNKNOWN)
