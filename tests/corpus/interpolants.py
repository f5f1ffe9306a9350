"""Objects of SciPy that are made and then called, and spectra of signals in segments."""
from __future__ import annotations

import numpy as np
from scipy import signal
from scipy.interpolate import CubicSpline, RegularGridInterpolator, interp1d
from scipy.stats import gaussian_kde

from tests.corpus import Case, arr

KNOTS = np.array([0.0, 0.8, 1.7, 2.5, 3.0])
HEIGHTS = np.array([0.3, 0.1, 0.7, 0.4, 0.9])
PLACES = np.array([0.3, 1.2, 2.9])
POINTS = np.array([[0.3, 0.4], [2.2, 1.1]])
SPLINE = CubicSpline(KNOTS, HEIGHTS)
STAIRS = interp1d(KNOTS, HEIGHTS, kind="previous")
DENSITY = gaussian_kde(HEIGHTS)
PAIRS = gaussian_kde(np.stack([HEIGHTS, np.cos(HEIGHTS)]))
TABLE = RegularGridInterpolator((KNOTS, KNOTS[:3]), np.outer(HEIGHTS, HEIGHTS[:3]))


def spline(y, t):
    return np.sum(CubicSpline(KNOTS, y)(t) ** 2 * t)


def spline_and_slope(y, t):
    s = CubicSpline(KNOTS, y * y, bc_type="natural")
    return s(t) * s(t, 1) + s(2.0 * t, nu=2) * s(t, 1, True)


def spline_outside(t):
    return SPLINE(t) * SPLINE(t * t) * 1.0


def spline_in_loop(y):
    s = CubicSpline(KNOTS, y)
    total = 0.0
    for k in range(3):
        total = total + s(0.3 * k) * k
    return total


def lines(y):
    return np.sum(interp1d(KNOTS, y)(PLACES) ** 2) + interp1d(KNOTS, y, kind="linear", axis=-1, fill_value="extrapolate")(1.3)


def lines_in_place(y, t):
    return np.sum(interp1d(KNOTS, y, kind="cubic", fill_value="extrapolate")(t) ** 2)


def lines_of_a_kind(y, t):
    inside = interp1d(KNOTS, y, "quadratic", -1, False, False, "extrapolate")
    return np.sum(interp1d(KNOTS, y, "cubic")(t * t) * t) + np.sum(inside(PLACES)) + np.sum(interp1d(KNOTS, y * y)(t) ** 2)


def stairs(t):
    return np.sum(STAIRS(t) * t)


def grid(v):
    return np.sum(RegularGridInterpolator((KNOTS, KNOTS[:3]), v)(POINTS) ** 2)


def grid_in_place(v, x):
    return np.sum(RegularGridInterpolator((KNOTS,), v)(x) ** 2)


def grid_outside(x):
    return np.sum(TABLE(x) ** 2)


def density(x):
    return np.sum(np.log(gaussian_kde(HEIGHTS, 0.7)(x))) + np.sum(DENSITY.pdf(x))


def density_of_a_pair(x):
    return PAIRS(x)[0] + np.sum(PAIRS(np.outer(x, HEIGHTS)))


def short_time(x):
    f, t, z = signal.stft(x, 2.0, nperseg=6, noverlap=4, nfft=9, detrend="linear", boundary=None, padded=False, scaling="psd")
    return np.sum(np.abs(z) ** 2 * f[:, None])


def short_time_with_padding(x):
    return np.sum(np.abs(signal.stft(x, nperseg=6, noverlap=1)[2]) ** 2)


def short_time_in_floats(x):
    return np.sum(np.abs(signal.stft(x, nperseg=6.0, noverlap=1.0, nfft=8.0)[2]) ** 2)


def power(x):
    f, p = signal.welch(x, 3.0, "hamming", 5, 2, nfft=7, scaling="spectrum", detrend=False)
    return np.sum(np.log(p + 1.0) * f)


def power_of_rows(x):
    return np.sum(signal.welch(x, nperseg=4, axis=-1)[1] ** 2)


CASES = [
    Case(spline, [(arr(5), PLACES)]),
    Case(spline_and_slope, [(arr(5), 0.7)]),
    Case(spline_outside, [(0.7,)]),
    Case(spline_in_loop, [(arr(5),)]),
    Case(lines, [(arr(5),)]),
    Case(lines_in_place, [(arr(5), PLACES)], order=1),
    Case(lines_of_a_kind, [(arr(5), PLACES / 2.0)], order=1),
    Case(stairs, [(PLACES,)], order=1),
    Case(grid, [(arr(5, 3),)]),
    Case(grid_in_place, [(arr(5), PLACES)], order=1),
    Case(grid_outside, [(POINTS,), (np.stack([POINTS, 0.5 * POINTS]),)], order=1),
    Case(density, [(PLACES / 3.0,)], order=1),
    Case(density_of_a_pair, [(arr(2),)], order=1),
    Case(short_time, [(arr(15),)]),
    Case(short_time_with_padding, [(arr(12),)]),
    Case(short_time_in_floats, [(arr(12),)]),
    Case(power, [(arr(13),)]),
    Case(power_of_rows, [(arr(2, 11),)]),
]
