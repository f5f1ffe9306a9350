"""Rare calls within functions: a spacing, a tolerance or a fill value that varies, and results of which one component is read.

Their derivative is right, or refused.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import fft, integrate, ndimage, signal, special, stats
from scipy import linalg as sl
from scipy.optimize import root

import tangentlite as tl
from tangentlite.errors import NoRuleError

X = np.array([0.1, 0.25, 0.9, 0.5, 0.37])
KNOTS = np.linspace(0.0, 3.0, 5)
M = np.arange(12.0).reshape(3, 4) ** 1.3
TALL = np.cos(np.arange(12.0)).reshape(4, 3)
DEFINITE = 0.1 * TALL.T @ TALL + np.eye(3)
HERMITIAN = np.array([[1.0, 0.3 + 0.4j, 0.1j], [0.3 - 0.4j, 2.0, 0.5], [-0.1j, 0.5, 3.5]])

DIFFERENTIATED: list[Callable[[Any], Any]] = [
    lambda a: np.fft.fftfreq(5, a)[1:3],
    lambda a: np.fft.rfftfreq(5, d=a),
    lambda a: fft.fftfreq(4, a),
    lambda a: fft.rfftfreq(5, d=a),
    lambda a: np.histogram(X, np.array([0.0, 0.5, 1.0]) * a)[1],
    lambda a: np.histogram(a * X, 2)[1],
    lambda a: np.trapezoid(X, dx=a),
    lambda a: np.trapezoid(X, KNOTS * a),
    lambda a: np.gradient(X, a),
    lambda a: np.interp(np.array([-1.0, 0.5, 4.0]), KNOTS, X, left=a, right=a * a),
    lambda a: np.clip(X, a * 0.2, 0.6 + a * 0.1),
    lambda a: np.quantile(X, a * 0.4),
    lambda a: np.linspace(1.0, a, 4, endpoint=False),
    lambda a: np.geomspace(a, 3.0, 4),
    lambda a: np.arange(a, 3.0),
    lambda a: np.arange(0.0, 3.0, a),
    lambda a: np.arange(0.0, a * 3.3, 0.5),
    lambda a: np.full_like(X, a),
    lambda a: np.insert(X, 1, a),
    lambda a: np.average(X, weights=X + a),
    lambda a: special.logsumexp(X, b=a * X),
    lambda a: stats.norm.logpdf(X, a, 2.0),
    lambda a: stats.multivariate_normal.entropy(a * X, np.eye(5)) * a,
    lambda a: np.histogram(X, 3, weights=X * a)[0],
    lambda a: np.add.reduce(X * a, out=None),
    lambda a: np.nanprod(X * a, out=None),
    lambda a: np.multiply(X, a, out=None) + np.add(X, a * a, None),
    lambda a: (X * a).sum(out=None),
    lambda a: signal.stft(X * a, nperseg=4)[1],
    lambda a: signal.stft(X * a, nperseg=4)[2],
    lambda a: signal.stft(X * a, nperseg=4, noverlap=3, nfft=6, padded=False)[2],
    lambda a: signal.welch(X * a, nperseg=4)[0],
    lambda a: integrate.quad(lambda t: np.exp(-a * t), 0.0, a)[1],
    lambda a: np.linalg.lstsq(TALL * a + a * a, M.T)[0],
    lambda a: np.linalg.qr(TALL + a * a * M.T, mode="complete")[1],
    lambda a: np.linalg.eigh(HERMITIAN + a * np.conj(HERMITIAN) ** 2)[0],
    lambda a: sl.cho_solve(sl.cho_factor(DEFINITE * a, True), X[:3]),
    lambda a: sl.cho_solve(sl.cho_factor(DEFINITE * a, lower=True), X[:3]),
    lambda a: sl.cho_solve(sl.cho_factor(DEFINITE * a), X[:3]),
    lambda a: stats.dirichlet.logpdf(np.array([0.2 * a, 0.5 - 0.2 * a, 0.5]), np.array([1.5, 2.0, 0.7])),
    lambda a: stats.dirichlet.pdf(np.array([0.2 * a, 0.5 - 0.2 * a, 0.5]), np.array([1.5, 2.0, 0.7])),
    lambda a: root(lambda u: np.sinh(u) - a * X[:2], np.zeros((2, 1)), tol=1e-14).x,
]

REFUSED: list[Callable[[Any], Any]] = [
    lambda a: np.histogram(X, 2, (0.0, a))[1],
    lambda a: np.histogram(X, 2, range=(0.0, a))[1],
    lambda a: np.linalg.lstsq(M, M[:, 0], a * 1e-9)[0],
    lambda a: np.linalg.pinv(M, a * 1e-9),
    lambda a: signal.welch(X * a, a * 2.0, nperseg=4)[1],
    lambda a: signal.welch(X, a, nperseg=4)[0],
    lambda a: signal.stft(X, fs=a, nperseg=4)[1],
    lambda a: signal.lfilter([1.0, a], [1.0, 0.3], X),
    lambda a: signal.lfilter([1.0, 0.2], [1.0, a], X),
    lambda a: signal.savgol_filter(X, 5, 2, deriv=1, delta=a),
    lambda a: ndimage.correlate1d(X, KNOTS * a),
    lambda a: ndimage.gaussian_filter(M, a),
    lambda a: integrate.simpson(X, dx=a),
    lambda a: integrate.cumulative_trapezoid(X, dx=a),
    lambda a: np.polyfit(KNOTS, X, 2, w=X + a),
    lambda a: np.gradient(X, KNOTS * a),
    lambda a: np.pad(X, 2, constant_values=a),
]


def named(cases: list[Callable[[Any], Any]]) -> Any:
    return pytest.mark.parametrize("f", cases, ids=[f"line {f.__code__.co_firstlineno}" for f in cases])


@named(DIFFERENTIATED)
def test_derivatives(f: Callable[[Any], Any]) -> None:
    a, h = 0.83, 1e-3
    expected = (8.0 * (f(a + h) - f(a - h)) - (f(a + 2 * h) - f(a - 2 * h))) / (12.0 * h)
    tangent = tl.jvp(f, (a,), (1.0,))[1]
    assert np.shape(tangent) == np.shape(expected)
    np.testing.assert_allclose(tangent, expected, rtol=1e-7, atol=1e-9)
    y, pullback = tl.vjp(f, a)
    weights = np.cos(np.arange(np.size(y))).reshape(np.shape(y))[()] * (1.0 - 0.5j if np.iscomplexobj(y) else 1.0)
    np.testing.assert_allclose(pullback(weights)[0], np.real(np.sum(weights * expected)), rtol=1e-7, atol=1e-9)


@named(REFUSED)
def test_refused(f: Callable[[Any], Any]) -> None:
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.jvp(f, (0.83,), (1.0,))
    with pytest.raises(NoRuleError, match="does not cover"):
        tl.vjp(f, 0.83)[1](f(0.83))
