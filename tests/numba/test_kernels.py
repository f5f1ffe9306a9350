"""Every kernel has the same derivatives compiled as interpreted."""
import numpy as np
import pytest

import tangentlite as tl
from tests.numba.kernels import ALL

pytest.importorskip("numba")


def leaves(x):
    return [leaf for item in x for leaf in leaves(item)] if isinstance(x, tuple) else [x]


@pytest.mark.parametrize(("f", "args", "argnums"), ALL, ids=[f"{f.__name__}-{k}" for k, (f, *_) in enumerate(ALL)])
def test_gradient(f, args, argnums):
    given = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    expected = leaves(tl.value_and_grad(f, argnums)(*args))
    got = leaves(tl.value_and_grad(f, argnums, backend="numba")(*given))
    for e, g, in zip(expected, got, strict=True):
        assert np.allclose(e, g, rtol=1e-13, atol=1e-13)
    for before, after in zip(args, given):
        assert np.array_equal(before, after)
