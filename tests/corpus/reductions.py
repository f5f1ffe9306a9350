"""Sums, products, extrema, moments, cumulative sums: axis, keepdims, methods."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr, pos


def sum_all(x):
    return np.sum(x) ** 2 + x.sum()


def sum_axis(x):
    return np.sum(np.sum(x, axis=0) ** 2) + np.sum(x.sum(axis=1) ** 3) + np.sum(np.sum(x, 1) * 2.0)


def sum_negative_axis(x):
    return np.sum(np.exp(x.sum(-1)))


def sum_keepdims(x):
    return np.sum(x / np.sum(np.exp(x), axis=1, keepdims=True)) + np.sum(x * x.sum(axis=0, keepdims=True))


def sum_axis_tuple(x):
    return np.sum(np.sum(x, axis=(0, 2)) ** 2) + np.sum(np.sum(x, axis=(0, 1), keepdims=True) * x)


def mean_forms(x):
    return np.mean(x) ** 2 + np.sum(x.mean(axis=0) ** 2) + np.sum(np.mean(x, axis=1, keepdims=True) * x)


def product_all(x):
    return np.prod(x) + x.prod() ** 2


def product_axis(x):
    return np.sum(np.prod(x, axis=0) ** 2) + np.sum(np.prod(x, axis=1, keepdims=True) * x)


def product_with_zero(x):
    return np.prod(x) + np.prod(x * np.array([1.0, 0.0, 2.0]))


def variance(x):
    return np.var(x) + x.var() ** 2 + np.sum(np.var(x, axis=0)) * 0.5 + np.var(x, ddof=1)


def standard_deviation(x):
    return np.std(x) + x.std(ddof=1) ** 2 + np.sum(np.std(x, axis=1) ** 2)


def extrema(x):
    return np.max(x) * 2.0 + np.min(x) ** 2 + x.max() * x.min()


def extrema_axis(x):
    return np.sum(np.max(x, axis=0) ** 2) + np.sum(x.min(axis=1)) + np.sum(np.amax(x, axis=1, keepdims=True) * x)


def position_of_extrema(x):
    return x[np.argmax(x)] * 3.0 + x[x.argmin()] ** 2


def cumulative(x):
    return np.sum(np.cumsum(x) ** 2) + np.dot(x, x.cumsum())


def cumulative_axis(x):
    return np.sum(np.cumsum(x, axis=0) ** 2) + np.sum(np.cumsum(x, axis=1) * x) + np.sum(np.cumsum(x) ** 3)


def cumulative_product(x):
    return np.sum(np.cumprod(x) ** 2)


def differences(x):
    return np.sum(np.diff(x) ** 2) + np.sum(np.diff(x, n=2) ** 3)


def differences_axis(x):
    return np.sum(np.diff(x, axis=0) ** 2) + np.sum(np.diff(x) ** 2)


def norms(x):
    return np.linalg.norm(x) + np.sqrt(np.sum(x ** 2)) + np.sum(np.abs(x))


def norm_axis(x):
    return np.sum(np.linalg.norm(x, axis=1)) + np.linalg.norm(x, "fro") ** 2


def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def log_sum_exp_rows(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.sum(np.exp(x - m), axis=1)))


def softmax_entropy(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    return -np.sum(p * np.log(p))


def standardise(x):
    z = (x - np.mean(x, axis=0)) / np.std(x, axis=0)
    return np.sum(z ** 3)


def weighted_average(x, w):
    return np.sum(w * x) / np.sum(w) + np.average(x, weights=w)


def covariance(x, y):
    return np.mean((x - np.mean(x)) * (y - np.mean(y))) / (np.std(x) * np.std(y))


def counting(x):
    return np.sum(x) * np.count_nonzero(x > 0) + np.sum(x > 0) * x[0] + x.size * x[1]


def trapezoid_by_hand(y, t):
    return np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(t))


def sum_where(x):
    return np.sum(x * x, where=x > 0) + np.sum(x[x > 0]) ** 2


def sum_initial(x):
    return np.sum(x, initial=2.0) ** 2 + np.max(x, initial=-5.0)


def running_start(x, a):
    total = np.sum(x, initial=a)
    return total * x.prod(initial=a * a) + np.max(x, initial=0.1 * a) * np.sum(x[:0], initial=total)


def starts_along_axes(x, a):
    return np.sum(np.min(x, axis=0, initial=a) * np.add.reduce(x, initial=a)) + np.nansum(x, axis=1, initial=a * a, keepdims=True)[0, 0]


def kept_start(x, a):
    return np.sum(x, initial=a) + np.multiply.reduce(x, initial=1.0 + a) * np.max(x, initial=a)


def sorting(x):
    return np.dot(np.sort(x), np.array([3.0, -2.0, 1.0, 0.5])) + np.median(x[:3]) ** 2


def any_axis_result(x):
    return np.sum(x, axis=0), np.mean(x, axis=1, keepdims=True), np.max(x)


V, M, T = arr(4), arr(3, 4), arr(2, 3, 2)

CASES = [
    Case(sum_all, [(V,), (M,), (arr(0),)]),
    Case(sum_axis, [(M,), (arr(1, 3),)]),
    Case(sum_negative_axis, [(M,), (T,), (V,)]),
    Case(sum_keepdims, [(M,), (arr(3, 1),)]),
    Case(sum_axis_tuple, [(T,)]),
    Case(mean_forms, [(M,), (arr(1, 3),)]),
    Case(product_all, [(V,), (M,), (arr(0),)]),
    Case(product_axis, [(M,), (arr(1, 3),)]),
    Case(product_with_zero, [(arr(3),)]),
    Case(variance, [(M,), (arr(2, 2),)]),
    Case(standard_deviation, [(M,), (arr(2, 2),)]),
    Case(extrema, [(V,), (M,)]),
    Case(extrema_axis, [(M,), (arr(2, 2),)]),
    Case(position_of_extrema, [(V,)]),
    Case(cumulative, [(V,), (arr(1),)]),
    Case(cumulative_axis, [(M,)]),
    Case(cumulative_product, [(V,)]),
    Case(differences, [(V,), (arr(7),)]),
    Case(differences_axis, [(M,)]),
    Case(norms, [(V,), (arr(1),)]),
    Case(norm_axis, [(M,)]),
    Case(log_sum_exp, [(V,)]),
    Case(log_sum_exp_rows, [(M,)]),
    Case(softmax_entropy, [(V,)]),
    Case(standardise, [(M,)]),
    Case(weighted_average, [(V, pos(4))]),
    Case(covariance, [(V, arr(4, seed=1))]),
    Case(counting, [(V,)]),
    Case(trapezoid_by_hand, [(V, np.array([0.0, 0.3, 0.7, 1.5]))]),
    Case(sum_where, [(V,), (M,)]),
    Case(sum_initial, [(V,)]),
    Case(running_start, [(V, 0.7), (V, -3.0), (V, np.float64(30.0))]),
    Case(starts_along_axes, [(M, 0.3), (M, -2.0)]),
    Case(kept_start, [(V, 0.7)], argnums=(0,)),
    Case(sorting, [(V,)]),
    Case(any_axis_result, [(M,), (arr(2, 2),)], vector_output=True),
]
