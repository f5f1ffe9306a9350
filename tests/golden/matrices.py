"""Functions of matrices whose derivatives a numerical analyst should recognize."""
from __future__ import annotations

import numpy as np
import scipy as sp
import scipy.linalg


def energy(a, b):
    x = np.linalg.solve(a, b)
    return 0.5 * np.sum(x * x)


def log_likelihood(mu, cov, x):
    """Of a Gaussian distribution, but for a constant."""
    factor = sp.linalg.cholesky(cov, lower=True)
    z = sp.linalg.solve_triangular(factor, x - mu, lower=True)
    return -0.5 * np.dot(z, z) - np.sum(np.log(np.diag(factor)))


def evidence(k, y):
    """Of a Gaussian process, but for a constant."""
    return -0.5 * (np.dot(y, np.linalg.solve(k, y)) + np.linalg.slogdet(k)[1])


def distance(x, y):
    return np.linalg.norm(x - y)


def spectral_loss(a):
    w, v = np.linalg.eigh(a)
    return np.sum(np.exp(w))


def smallest(x):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return s[-1]


def fit(a, b):
    return np.sum(np.linalg.lstsq(a, b, rcond=None)[0] ** 2)


def power(x):
    return np.sum(np.abs(np.fft.rfft(x)) ** 2)


def trace_of_exponential(a):
    return np.trace(sp.linalg.expm(a))
