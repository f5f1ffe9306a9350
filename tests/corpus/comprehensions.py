"""List and dictionary comprehensions, generator expressions in functions that take all items."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def sum_of_a_list(x):
    return sum([x * k for k in range(4)])


def filtered_generator(x):
    return sum(x ** k for k in range(4) if k % 2 == 0)


def one_from_another(x):
    ys = [math.sin(x * i) for i in range(5)]
    zs = [y * y for y in ys if y > 0]
    return sum(zs) + max(y for y in ys) + len(zs)


def nested_lists(x):
    rows = [[x * i * j for j in range(3)] for i in range(3)]
    return sum(sum(r) for r in rows) + rows[1][2]


def dictionary(x):
    d = {k: x ** k for k in range(3)}
    return d[1] * d[2] + sum(v for v in d.values())


def own_variable(x):
    x2 = [x for x in (1.0, 2.0)]  # noqa: C416
    return x * x2[1]


def into_arrays(x):
    return np.array([x * i for i in range(3)]).sum() + np.dot([x, 2 * x], [v for v in (x, 1.0)])  # noqa: C416


def unpacked(x):
    points = [(x * i, x + i) for i in range(3)]
    return sum(a * b for a, b in points)


def two_generators(x):
    return sum(a * b for a in (x, 2.0) for b in (x * x, 3.0) if a != b)


def grid(x):
    g = [[0.0 for _ in range(3)] for _ in range(2)]
    row = [x * j for j in range(3)]
    row[1] = x * x
    return sum(row) + g[0][1]


def over_an_array(x):
    return sum([v * v for v in x]) + math.fsum(v for v in x if v > 0)


CASES = [
    *[Case(f, [(0.7,)], scalar_only=True) for f in (
        sum_of_a_list, filtered_generator, one_from_another, nested_lists, dictionary, own_variable, unpacked, two_generators, grid)],
    Case(into_arrays, [(0.7,)]),
    Case(over_an_array, [(arr(3),)]),
]
