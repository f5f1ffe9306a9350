"""Functions of scipy.special in code that is compiled."""
import numpy as np
import pytest

import tangentlite as tl

pytest.importorskip("numba")
special = pytest.importorskip("scipy.special")

X = np.array([0.3, 0.5, 0.9])


def errors(x):
    return np.sum(special.erf(x) * special.erfc(x) + special.ndtr(x) ** 2)


def gammas(x):
    return np.sum(special.gamma(x) + special.gammaln(x) ** 2 + special.psi(x) * x)


def logistics(x):
    return np.sum(special.expit(x) ** 2 + special.log_expit(x) + special.logit(x))


def entropies(x):
    return np.sum(special.entr(x) + special.xlogy(x, 2.0 * x) + special.xlog1py(x, 2.0))


def powers(x):
    return np.sum(special.expm1(x) * special.log1p(x) + special.exp2(x))


def spread(x):
    return np.sum(special.erf(x.reshape(3, 1) * x))


@pytest.mark.parametrize("f", [errors, gammas, logistics, entropies, powers, spread])
def test_gradients_of_arrays(f):
    value, gradient = tl.value_and_grad(f, backend="numba")(X)
    assert value == pytest.approx(f(X), rel=1e-12)
    np.testing.assert_allclose(gradient, tl.grad(f)(X), rtol=1e-10)


def density(x):
    return special.erf(x) * special.gamma(x + 1.0)


def test_gradients_of_numbers():
    assert tl.grad(density, backend="numba")(0.4) == pytest.approx(tl.grad(density)(0.4), rel=1e-12)


CORNERS = {
    "gamma": [0.0, -0.0, -1.0, -0.5, 1e300], "gammaln": [0.0, -1.0, -0.5], "expit": [-800.0, 800.0], "log_expit": [-800.0, 800.0],
    "logit": [0.0, 1.0, -1.0, 2.0], "entr": [0.0, -1.0], "erf": [np.inf, -np.inf], "ndtr": [-40.0, 40.0], "psi": [-0.5],
}


@pytest.mark.parametrize("name", CORNERS)
@pytest.mark.filterwarnings("ignore")
def test_values_at_the_corners_are_those_of_scipy(name):
    from tangentlite.backend import special_functions

    x = np.array([*CORNERS[name], np.nan])
    function = special_functions.FUNCTIONS[name]
    with np.errstate(all="ignore"):
        expected = getattr(special, name)(x)
        numba = pytest.importorskip("numba")
        found = numba.vectorize(["float64(float64)"])(function)(x)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "pairs"), [("xlogy", [(0.0, 0.0), (0.0, -1.0), (0.0, np.nan), (1.0, 0.0), (1.0, -1.0)]),
                                             ("xlog1py", [(0.0, -1.0), (0.0, np.nan), (1.0, -1.0), (1.0, -2.0)])])
def test_values_of_products_with_logarithms(name, pairs):
    from tangentlite.backend import special_functions

    numba = pytest.importorskip("numba")
    x, y = np.array(pairs).T
    found = numba.vectorize(["float64(float64, float64)"])(special_functions.FUNCTIONS[name])(x, y)
    np.testing.assert_array_equal(found, getattr(special, name)(x, y))
