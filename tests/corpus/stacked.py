"""Lists of arrays that become one array, arrays like others in a dtype of their own, differences and sums with options."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def rows(x):
    made = []
    for k in range(3):
        made.append(np.sin(x * (k + 1.5)))
    return made


def in_rows(x):
    return np.sum(np.vstack(rows(x)) ** 2)


def side_by_side(x):
    return np.sum(np.hstack([x * k for k in range(3)]) ** 2)


def in_columns(x):
    return np.sum(np.column_stack([x * k for k in range(1, 4)])[1] ** 2)


def in_depth(x):
    return np.sum(np.dstack(rows(x)) ** 3)


def like_in_a_dtype(x):
    y = np.empty_like(x, dtype=float)
    y[:] = x ** 2
    z = np.zeros_like(x, dtype=np.float64)
    z[1:] += y[1:] * x[:-1]
    return np.sum(y * z)


def summed_in_a_dtype(x):
    return np.sum(x * x, dtype=np.float64) + np.mean(x ** 3, dtype=float) + np.sum(np.cumsum(x, dtype=float) ** 2)


def periodic_differences(x):
    return np.sum(np.diff(x, append=x[:1]) ** 2)


def differences_from_zero(x):
    return np.sum(np.diff(x, prepend=0.0) ** 3) + np.sum(np.diff(x, n=2, prepend=x[-2:], append=[1.0]) ** 2)


def differences_of_rows(x):
    return np.sum(np.diff(x, axis=0, prepend=x[:1] * 2.0) ** 2)


class Optimizer:
    def __init__(self, rate, betas=(0.9, 0.99)):
        self.rate = rate
        self.first, self.second = betas


def tuple_as_default(x):
    o = Optimizer(x)
    return o.rate * o.first * x + o.second


def floats_as_keys(x):
    table = {0.5: x}
    table[1.0] = x * x
    table[2.5] = table[1] * x
    return sum(k * v for k, v in table.items())


CASES = [
    *(Case(f, [(arr(3),), (arr(1),)]) for f in (in_rows, side_by_side, in_depth, differences_from_zero)),
    *(Case(f, [(arr(2, 3),)]) for f in (in_rows, side_by_side, in_depth, differences_of_rows)),
    *(Case(f, [(arr(3),)]) for f in (in_columns, like_in_a_dtype, summed_in_a_dtype, periodic_differences)),
    *(Case(f, [(1.3,)], scalar_only=True) for f in (tuple_as_default, floats_as_keys)),
]
