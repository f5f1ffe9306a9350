"""Interpolants that were made outside of the function, and what they are given: lists, tuples of coordinates, places outside."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import interpolate as ip

import tangentlite as tl
from tangentlite.errors import NoRuleError, UnsupportedError

T = np.array([0.0, 1.0, 2.0, 3.0])
Y = T**3 - T
SPLINE, LINE = ip.CubicSpline(T, Y), ip.interp1d(T, Y)
SLOPE, AREA = SPLINE.derivative(), SPLINE.antiderivative()
MONOTONE, AKIMA, HERMITE = ip.PchipInterpolator(T, Y), ip.Akima1DInterpolator(T, Y), ip.CubicHermiteSpline(T, Y, 3 * T * T - 1)
BASIS, SMOOTHED, ZERO_OUTSIDE = ip.make_interp_spline(T, Y), ip.UnivariateSpline(T, Y, s=0), ip.UnivariateSpline(T, Y, s=0, ext=1)
FILLED, FILLED_TWICE = (ip.interp1d(T, Y, bounds_error=False, fill_value=v) for v in (0.0, (1.0, 2.0)))
GRID, GRID_FILLED, GRID_CONTINUED = (
    ip.RegularGridInterpolator((T, T), np.outer(Y, Y), **options)
    for options in ({}, {"bounds_error": False, "fill_value": 0.0}, {"bounds_error": False, "fill_value": None}))


def derivative_and_integral(x):
    return AREA(x[0]) * SLOPE(x[1]) + SLOPE(x).sum()


def other_splines(x):
    return MONOTONE(x).sum() + AKIMA(x[0]) + HERMITE(x) @ x + MONOTONE(x[1], 1)


def basis(x):
    return BASIS(x).sum() + BASIS(x[0], 1)


def of_fitpack(x):
    return SMOOTHED(x).sum() + SMOOTHED(x[0], nu=1) + ZERO_OUTSIDE(3.0 * x).sum()


def made_of_constants(x):
    return ip.PchipInterpolator(T, Y)(x).sum()


def filled(x):
    return FILLED(3.0 * x).sum() + FILLED_TWICE(3.0 * x) @ x


def filled_grid(x):
    return GRID_FILLED(3.0 * x.reshape(2, 2)).sum() + GRID_CONTINUED(3.0 * x.reshape(2, 2)).sum()


def at_lists(x):
    return SPLINE([x[0], x[1]]).sum() + LINE([0.5, x[2]]).sum() + GRID([[x[0], x[1]]])[0] + ip.CubicSpline(T, x)([0.5, 1.5]).sum()


def of_lists(x):
    return ip.CubicSpline([0, 1, 2], [x[0], x[1], 1.0])(0.5) + ip.interp1d([0, 1, 2], [x[0], x[1] * x[2], 1.0])(x[0])


def at_coordinates(x):
    return GRID((x[0], x[1])) + GRID((x[:2], x[2:])).sum() + GRID((x[0], x))[2]


FUNCTIONS = [derivative_and_integral, other_splines, basis, of_fitpack, made_of_constants, filled, filled_grid, at_lists, of_lists,
             at_coordinates]


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_gradients(f):
    x, dot, h = np.array([0.3, 0.8, 1.4, 2.2]), np.array([0.3, -0.7, 0.5, 0.9]), 1e-6
    value, gradient = tl.value_and_grad(f)(x)
    difference = (f(x + h * dot) - f(x - h * dot)) / (2 * h)
    assert value == f(x)
    assert np.isclose(gradient @ dot, difference, rtol=1e-7)
    assert np.isclose(tl.jvp(f, (x,), (dot,))[1], difference, rtol=1e-7)


SPLINES, LINES = ip.CubicSpline(T, np.outer(Y, T)), ip.interp1d(T, np.outer(T, Y))
GRIDS = ip.RegularGridInterpolator((T, T), np.multiply.outer(np.outer(Y, Y), T))
CONSTANT_OUTSIDE = ip.UnivariateSpline(T, Y, s=0, ext=3)
SMOOTH_GRID = ip.RegularGridInterpolator((T, T), np.outer(Y, Y), method="cubic")


def vectors(x):
    return SPLINES(x[0]).sum()


def rows_of_lines(x):
    return (LINES(x) * np.arange(16.0).reshape(4, 4)).sum()


def vectors_on_a_grid(x):
    return GRIDS(x.reshape(2, 2)).sum()


def constant_outside(x):
    return CONSTANT_OUTSIDE(x).sum()


def smooth_grid(x):
    return SMOOTH_GRID(x.reshape(2, 2)).sum()


@pytest.mark.parametrize(("f", "what"), [
    (vectors, "not known to be a vector"), (rows_of_lines, "not known to be a vector"), (vectors_on_a_grid, "more than one value"),
    (constant_outside, "`ext=`"), (smooth_grid, "`method=`")])
def test_others_are_refused(f, what):
    with pytest.raises(UnsupportedError, match=what):
        tl.grad(f)(np.array([0.3, 0.8, 1.4, 2.2]))


def monotone_of_values(x):
    return ip.PchipInterpolator(T, x)(0.5)


def test_values_of_given_splines_do_not_vary():
    with pytest.raises(NoRuleError, match="values that vary"):
        tl.grad(monotone_of_values)(T)


def test_the_first_call_of_a_process(tmp_path: Path):
    """The rules of SciPy are loaded when they are needed."""
    program = tmp_path / "first.py"
    program.write_text("import numpy as np\nfrom scipy.interpolate import CubicSpline\nimport tangentlite as tl\n\n"
                       "t = np.arange(4.0)\ns = CubicSpline(t, t**2)\n\n\ndef f(x):\n    return s(x)\n\n\nprint(tl.grad(f)(1.5))\n")
    result = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True)
    assert np.isclose(float(result.stdout), 3.0)
