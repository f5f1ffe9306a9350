"""Objects that are sequences or arrays by their methods alone."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


class Doubled:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, k):
        return 2.0 * self.items[k]


class Measured:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values * 3.0

    def __float__(self):
        return float(np.sum(self.values)) * 0.5


class Pieces:
    def __init__(self, v):
        self.v = v

    def __divmod__(self, other):
        return 1.0, self.v * other

    def __rdivmod__(self, other):
        return 2.0, self.v * other * 3.0


def run_over(x):
    total = 0.0
    for k, v in enumerate(Doubled([x, x * x])):
        total += k * v
    return total


def taken_by_functions(x):
    d = Doubled([x, x * x, 3.0])
    return sum(d) + max(d) * min(d) + sum(a * b for a, b in zip(d, [1.0, x, 2.0]))


def unpacked(x):
    a, b = Doubled([x, x * x])
    return a * b


def made_an_array(x):
    return np.sum(np.array(Doubled([x, x * x])) ** 2)


def array_by_method(x):
    return np.sum(np.asarray(Measured(x)) ** 2) + np.dot(Measured(x), x)


def number_by_method(x):
    return math.sin(Measured(x)) * x[0]


def division_by_method(x):
    a, b = divmod(Pieces(x), 2.0)
    c, d = divmod(5.0, Pieces(x))
    return a * b + c * d


CASES = [
    *(Case(f, [(1.3,)], scalar_only=True) for f in (run_over, taken_by_functions, unpacked, made_an_array, division_by_method)),
    *(Case(f, [(arr(3),)]) for f in (array_by_method, number_by_method)),
]
