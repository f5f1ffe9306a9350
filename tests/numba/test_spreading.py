"""Compiled, sums to a shape and their transposes are what they are in Python: for all layouts and dtypes, and without elements."""
import numpy as np
import pytest

numba = pytest.importorskip("numba")

from tangentlite import runtime  # noqa: E402
from tangentlite.backend.overloads import register  # noqa: E402

register()


@numba.njit
def summed(g, x):
    return runtime.unbroadcast(g, x)


@numba.njit
def spread(g, x, axis):
    return runtime.unreduce(g, x, axis)


def numbers(shape, dtype, layout):
    a = np.random.default_rng(len(shape)).normal(size=(2, *shape)).astype(dtype)
    return {"C": a[0], "F": np.asfortranarray(a[0]), "A": np.moveaxis(np.stack(tuple(a), -1), -1, 0)[0]}[layout]


@pytest.mark.parametrize("layout", ["C", "F", "A"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
@pytest.mark.parametrize(("given", "wanted"), [
    ((3,), (3,)), ((3,), (1,)), ((2, 3), (3,)), ((2, 3), (1,)), ((2, 3), (2, 1)), ((2, 3), (1, 3)), ((2, 3), (1, 1)), ((2, 3), (2, 3)),
    ((4, 2, 3), (3,)), ((4, 2, 3), (2, 1)), ((4, 2, 3), (2, 3)), ((), ()), ((3,), ()), ((2, 3), ()), ((0, 3), (3,)), ((3, 0), (3, 1))])
def test_sums_to_a_shape(given, wanted, dtype, layout):
    g, x = numbers(given, dtype, layout), np.ones(wanted, dtype)
    expected, found = runtime.unbroadcast(g, x), summed(g, x)
    assert np.shape(found) == wanted
    assert np.asarray(found).dtype == dtype
    assert np.allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4), (0, 3)])
def test_sums_spread_along_an_axis(shape):
    for axis in range(-len(shape), len(shape)):
        g = numbers(np.sum(np.ones(shape), axis).shape, float, "C")
        assert np.array_equal(spread(g, np.ones(shape), axis), runtime.unreduce(g, np.ones(shape), axis))
