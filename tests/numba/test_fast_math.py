"""math="fast": compiled derivatives call `tangentlite.fastmath`."""
import math

import numpy as np
import pytest

import tangentlite as tl
from tangentlite import fastmath
from tangentlite.errors import ArgnumsError
from tests.corpus import harness

numba = pytest.importorskip("numba")
from tangentlite.backend import vector_math  # noqa: E402 (needs Numba)

X, W = np.linspace(-2.0, 2.0, 12), np.linspace(0.3, 1.5, 12)


def scalars(x, w):
    s = 0.0
    for i in range(len(x)):
        s += math.log(1.0 + math.exp(-x[i] * w[i])) * np.tanh(x[i]) * math.erf(w[i])
    return s


def arrays(x, w):
    return np.sum(np.log(1.0 + np.exp(x * w)) * np.tanh(w))


def code_of(derivative):
    return "\n".join(line for line in derivative.source.splitlines() if not line.strip().startswith("#"))


@pytest.mark.parametrize("f", [scalars, arrays])
@pytest.mark.parametrize("derivative", [tl.grad, tl.value_and_grad])
def test_the_same_gradient(f, derivative):
    usual, fast = derivative(f, argnums=(0, 1)), derivative(f, argnums=(0, 1), backend="numba", math="fast")
    harness.assert_close("gradient", fast(X, W), usual(X, W), 1e-13)
    code = code_of(fast)
    assert " exp(" in code or "(exp(" in code
    assert "np.exp" not in code
    assert "math.exp" not in code


def test_other_types():
    f = tl.grad(arrays, backend="numba", math="fast")
    single = f(X.astype(np.float32), W.astype(np.float32))
    assert single.dtype == tl.grad(arrays, backend="numba")(X.astype(np.float32), W.astype(np.float32)).dtype
    assert np.allclose(single, f(X, W), rtol=1e-5)
    assert np.array_equal(f(X[::2], W[::2]), f(X[::2].copy(), W[::2].copy()))
    table = f(X.reshape(3, 4).T, W.reshape(3, 4).T)
    assert np.allclose(table, f(X, W).reshape(3, 4).T, rtol=1e-14)
    vector_math.register()
    assert numba.njit(lambda z: fastmath.exp(z))(0.7j) == np.exp(0.7j)
    assert numba.njit(lambda k: fastmath.log(k))(1) == 0.0


def test_the_option_is_its_own_derivative():
    exact, fast = tl.grad(arrays, backend="numba"), tl.grad(arrays, backend="numba", math="fast")
    exact(X, W), fast(X, W)
    assert exact is not fast
    assert "np.tanh" in code_of(exact)
    assert "np.tanh" not in code_of(fast)


def test_numbers_out_of_range_do_not_raise():
    fast = tl.value_and_grad(lambda x: math.exp(x), backend="numba", math="fast")
    assert fast(800.0) == (math.inf, math.inf)
    with pytest.raises(OverflowError):
        tl.grad(lambda x: math.exp(x))(800.0)


def test_vjp_and_jvp():
    y, pullback = tl.vjp(arrays, X, W, backend="numba", math="fast")
    assert y == pytest.approx(arrays(X, W), rel=1e-14)
    assert np.allclose(pullback(2.0)[0], 2.0 * tl.grad(arrays)(X, W), rtol=1e-13)
    assert tl.jvp(scalars, (X, W), (X, W), backend="numba", math="fast")[1] == pytest.approx(tl.jvp(scalars, (X, W), (X, W))[1], rel=1e-12)


def test_errors():
    with pytest.raises(ArgnumsError, match="math must be 'exact' or 'fast', got 'fastest'"):
        tl.grad(scalars, backend="numba", math="fastest")
    with pytest.raises(ArgnumsError, match="`math` is an option of Numba"):
        tl.grad(scalars, math="fast")
