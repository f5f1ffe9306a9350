"""Products of stacks of vectors and matrices, by the products of matrices."""
from __future__ import annotations

import numpy as np

from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import conjugate

defined(np.vecdot, lambda x, y, *, axis=-1: np.sum(conjugate(x) * y, axis=axis))
defined(np.matvec, lambda a, x: np.matmul(a, np.expand_dims(x, -1))[..., 0])
defined(np.vecmat, lambda x, a: np.matmul(np.expand_dims(conjugate(x), -2), a)[..., 0, :])
