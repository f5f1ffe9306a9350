"""Every kernel has the same derivatives compiled as interpreted."""
import math

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


def swapped_outside(u, v, n):
    w = np.ones(n)
    for k in range(n):
        w[1], w[k] = w[k] * v[0], w[1]
    for i in range(1, n - 1, 2):
        q = 0.5 * np.sum(v * w)
        for k in range(n - 2, 0, -1):
            v[k + 1] += 0.3 * w[i]
            u[i - 1] = math.sin(math.sin(q - w[-2]))
    return np.sum(u * w) + np.sum(v)


def test_what_is_recorded_may_be_older_than_the_loop():
    u, v = np.array([0.3, 0.7, 0.1]), np.array([0.9, -0.4, 0.5])
    for a, b in zip(tl.grad(swapped_outside, (0, 1), backend="numba")(u, v, 3), tl.grad(swapped_outside, (0, 1))(u, v, 3), strict=True):
        assert np.allclose(a, b, rtol=1e-12)
