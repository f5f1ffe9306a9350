"""Named tuples where a function asks for a sequence."""
from __future__ import annotations

import math
from collections import namedtuple
from typing import NamedTuple

import numpy as np

from tests.corpus import Case, arr

Point = namedtuple("Point", "x y z")


class Pair(NamedTuple):
    left: object
    right: object


def sum_of_fields(x):
    return sum(Point(x, 2 * x, x * x))


def sum_of_an_argument(p):
    return sum(p) * p.x


def extremes(x):
    p = Point(x, 2.5 * x, x * x)
    return max(p) * min(p)


def array_of(x):
    return np.sum(np.array(Pair(x, x * x)) ** 2)


def dot_with_itself(x):
    p = Pair(x, x * x)
    return np.dot(p, p)


def norm_of_an_argument(p):
    return np.linalg.norm(p) + math.dist(p, (1.0, 2.0, 3.0))


def stacked(x):
    return np.sum(np.stack(Pair(x, x * x)) * np.concatenate(Pair(x, 2.0 * x)).reshape(2, -1))


def sorted_fields(x):
    a, b, c = sorted(Point(x, 0.5 * x, x * x))
    return a + 2.0 * b + 3.0 * c * c


def mapped(x):
    return sum(map(math.sin, Point(x, 2.0 * x, 3.0))) + sum(v * k for k, v in enumerate(Pair(x, x * x)))


def zipped(p):
    return sum(a * b for a, b in zip(p, Point(1.0, 2.0, 3.0), strict=False))


CASES = [
    *(Case(f, [(1.3,)], scalar_only=True) for f in (
        sum_of_fields, extremes, array_of, dot_with_itself, sorted_fields, mapped)),
    Case(stacked, [(arr(3),)]),
    *(Case(f, [(Point(0.7, 1.3, 2.1),)], scalar_only=True) for f in (sum_of_an_argument, norm_of_an_argument, zipped)),
]
