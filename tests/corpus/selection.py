"""where, maximum, minimum, clip, select and friends, away from ties."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def where_three(x, y):
    return np.sum(np.where(x > 0, x * x, y)) + np.sum(np.where(x > y, x, 0.0))


def where_nested(x):
    return np.sum(np.where(x > 0.5, x, np.where(x > 0, x * x, np.sin(x))))


def where_guards_logarithm(x):
    safe = np.where(x > 0, x, 1.0)
    return np.sum(np.where(x > 0, np.log(safe), -x))


def where_indices(x):
    return np.sum(x[np.where(x > 0)] ** 2) + np.sum(x[np.nonzero(x < 0)])


def maximum_minimum(x, y):
    return np.sum(np.maximum(x, y) ** 2) + np.sum(np.minimum(x, y) * x) + np.sum(np.fmax(x, y) - np.fmin(x, 0.2))


def relu_network(w, x):
    h = np.maximum(0.0, w @ x)
    return np.sum(h * h) + np.sum(np.maximum(x, 0))


def leaky(x):
    return np.sum(np.where(x > 0, x, 0.01 * x)) + np.sum(np.minimum(x, 0.0) ** 2)


def clip_forms(x):
    return np.sum(np.clip(x, -0.5, 0.5) ** 2) + np.sum(x.clip(0.0, 2.0)) + np.sum(np.clip(x, None, 0.4) * x)


def absolute_value(x):
    return np.sum(np.abs(x)) + np.sum(abs(x) ** 3)


def heaviside_and_sign(x):
    return np.sum(np.heaviside(x, 0.5) * x ** 2) + np.sum(np.sign(x) * x)


def select_forms(x):
    return np.sum(np.select([x < -0.5, x < 0.5], [x * x, np.sin(x)], default=3.0 * x))


def mask_multiplication(x):
    mask = x > 0
    inverse = np.logical_not(mask)
    return np.sum(mask * x ** 2 - inverse * x) + np.sum(mask.astype(float) * x)


def hinge_loss(w, x, t):
    margin = 1.0 - t * (x @ w)
    return np.mean(np.maximum(0.0, margin)) + 0.01 * np.dot(w, w)


def interval_membership(x):
    inside = (x > -0.5) & (x < 0.5) | (x > 0.8)
    return np.sum(np.where(inside, np.exp(x), x ** 2))


def max_of_several(x, y, z):
    return max(x, y, z) * 2.0 + min(x, y, z) ** 2 + max((x * y, z)) + max([x, 0.5])


def sorted_values(x, y, z):
    a, b, c = sorted([x, y, z])
    return a + 2.0 * b * b + 3.0 * c


def partial_sorts(x):
    order = np.argsort(x)
    return np.dot(x[order], np.arange(x.size)) + np.sort(x)[0] ** 2 + np.sort(x)[-1]


def any_all_in_condition(x):
    if np.all(np.isfinite(x)) and not np.any(x > 100.0):
        return np.sum(x ** 2)
    return 0.0


def median_and_quantile(x):
    return np.median(x) ** 2


def interpolation_by_hand(x, t):
    i = int(np.floor(t))
    w = t - i
    return (1.0 - w) * x[i] + w * x[i + 1]


X, Y = arr(6), arr(6, seed=1)

def smallest_of_equals(x):
    u = x * 1.1
    return min(u, np.maximum(u, -1.1), 0.7) * max(np.float64(-9.0), u, np.minimum(u, 5.0))


CASES = [
    Case(where_three, [(X, Y), (0.7, 1.3)]),
    Case(where_nested, [(X,), (0.3,)]),
    Case(where_guards_logarithm, [(X,)]),
    Case(where_indices, [(X,)]),
    Case(maximum_minimum, [(X, Y), (0.7, 1.3)]),
    Case(relu_network, [(arr(4, 3), arr(3))]),
    Case(leaky, [(X,), (-0.7,)]),
    Case(clip_forms, [(X,)]),
    Case(absolute_value, [(X,), (-0.7,)]),
    Case(heaviside_and_sign, [(X,), (-0.7,)]),
    Case(select_forms, [(X,)]),
    Case(mask_multiplication, [(X,)]),
    Case(hinge_loss, [(arr(3), arr(5, 3), np.array([1, -1, 1, 1, -1]))]),
    Case(interval_membership, [(X,)]),
    Case(max_of_several, [(0.7, 1.3, -0.4), (1.3, -0.4, 0.7)], scalar_only=True),
    Case(sorted_values, [(0.7, 1.3, -0.4), (1.3, -0.4, 0.7)], scalar_only=True),
    Case(partial_sorts, [(X,)]),
    Case(any_all_in_condition, [(X,)]),
    Case(median_and_quantile, [(X,), (arr(5),)]),
    Case(interpolation_by_hand, [(X, 0.3), (X, 3.6)]),
    Case(smallest_of_equals, [(0.3,)]),
]
