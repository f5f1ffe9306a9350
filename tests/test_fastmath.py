"""`tangentlite.fastmath` against mpmath: within 4 units in the last place everywhere, also where results are subnormal."""
from __future__ import annotations

import math

import numpy as np
import pytest

from tangentlite import fastmath

mp = pytest.importorskip("mpmath")
from benchmarks import coefficients  # noqa: E402 (needs mpmath)

INF, NAN = math.inf, math.nan
ULPS = 4.0
EXACT = {
    "exp": mp.exp, "log": mp.log, "tanh": mp.tanh, "erf": mp.erf, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
}
SPECIAL = {  # at 0.0, -0.0, inf, -inf, nan
    "exp": (1.0, 1.0, INF, 0.0, NAN), "log": (-INF, -INF, INF, NAN, NAN), "tanh": (0.0, -0.0, 1.0, -1.0, NAN),
    "erf": (0.0, -0.0, 1.0, -1.0, NAN), "sigmoid": (0.5, 0.5, 1.0, 0.0, NAN),
}


def points(name: str) -> list[float]:
    """Numbers of every magnitude and sign, the neighbourhoods of where the formula changes, and of the ends of the range."""
    rng = np.random.default_rng(1)
    found = [s * math.ldexp(rng.uniform(1.0, 2.0), int(e)) for e in range(-1074, 1024, 5) for s in (-1.0, 1.0)]
    found += [*rng.uniform(-750.0, 715.0, 400), *rng.uniform(-3.0, 3.0, 400), *rng.uniform(-45.0, 45.0, 200), *rng.uniform(0.5, 2.0, 200)]
    for at in (0.0, 0.5 * math.log(2), 1.0, math.sqrt(0.5), math.sqrt(2), 6.0, 22.0, 36.7, 709.782712893384, -708.396418532264,
               -745.133219101941, 2.0**-1022, 5e-324, 1.7976931348623157e308):
        near = [at]
        for _ in range(3):
            near = [math.nextafter(near[0], -INF), *near, math.nextafter(near[-1], INF)]
        found += [*near, *(-x for x in near)]
    return [x for x in found if math.isfinite(x) and (x > 0.0 or name != "log")]


def ulps(got: float, exact: object) -> float:
    """The error in units in the last place of the exact value; an overflow has to be one."""
    nearest = float(exact)  # type: ignore[arg-type]
    if math.isinf(nearest) or math.isinf(got):
        return 0.0 if got == nearest or abs(exact) > 1.7976931348623155e308 else INF  # type: ignore[operator, arg-type]
    return float(abs(mp.mpf(got) - exact) / mp.mpf(math.ulp(nearest)))


def check(name: str, function: object) -> None:
    with mp.workdps(50):
        for x in points(name):
            got = function(x)  # type: ignore[operator]
            assert ulps(got, EXACT[name](mp.mpf(x))) <= ULPS, (name, x, got)
    for x, expected in zip((0.0, -0.0, INF, -INF, NAN), SPECIAL[name]):
        got = function(x)  # type: ignore[operator]
        assert np.array_equal(got, expected, equal_nan=True), (name, x, got)
        assert math.copysign(1.0, got) == math.copysign(1.0, expected) or math.isnan(got), (name, x, got)


@pytest.mark.parametrize("name", EXACT)
def test_in_python(name):
    check(name, getattr(fastmath, name))


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("flags", [False, True], ids=["", "fastmath"])
def test_compiled(name, flags):
    numba = pytest.importorskip("numba")
    from tangentlite.backend import vector_math

    vector_math.register()
    function = getattr(fastmath, name)
    given = np.array([*points(name), *(() if flags else (0.0, -0.0, INF, -INF, NAN))])

    @numba.njit(fastmath={"reassoc", "contract", "nsz", "arcp"} if flags else False)
    def loop(xs):
        out = np.empty(len(xs))
        for k in range(len(xs)):
            out[k] = function(xs[k])
        return out

    results = dict(zip(given.view(np.int64).tolist(), loop(given)))
    if flags:
        with mp.workdps(50):
            assert all(ulps(results[np.float64(x).view(np.int64)], EXACT[name](mp.mpf(x))) <= ULPS for x in points(name))
    else:
        check(name, lambda x: float(results[np.float64(x).view(np.int64).item()]))


@pytest.mark.parametrize("name", coefficients.FITS)
def test_coefficients_are_those_of_the_script(name):
    fit = coefficients.FITS[name]
    assert getattr(fastmath, name) == tuple(coefficients.coefficients(fit))
    assert coefficients.worst(fit, coefficients.coefficients(fit), 50) < 3e-17


def test_constants():
    with mp.workdps(50):
        assert fastmath.LOG2_E == float(1 / mp.log(2))
        assert fastmath.LN2_LOW == float(mp.log(2) - mp.mpf(fastmath.LN2_HIGH))
    assert fastmath.bits(fastmath.LN2_HIGH) % 2**20 == 0  # exact multiples up to 2^20
    assert fastmath.from_bits(fastmath.bits(-1.5)) == -1.5
    assert fastmath.bits(fastmath.ROUNDER) == fastmath.ROUNDER_BITS
