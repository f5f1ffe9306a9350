"""Functions with arguments, defaults and captured values of their own that leave a `with`, a `try` or a branch."""
from __future__ import annotations

import functools
import math

import numpy as np

from tests.corpus import Case


def times(p, q):
    return p * q


def maker(v):
    return lambda q: q * v


def partial_in_with(x):
    with np.errstate(all="ignore"):
        g = functools.partial(times, x * 2)
    return g(3.0) * x


def default_in_with(x):
    with np.errstate(all="ignore"):
        def g(v, k=x * 2):
            return v * k
    return g(3.0) * x


def choice_in_with(x):
    with np.errstate(all="ignore"):
        f = math.sin if x > 1 else math.cos
    return f(x) * x


def choice_in_with_in_loop(x):
    for k in range(2):
        with np.errstate(all="ignore"):
            f = math.sin if x > k else math.cos
        x = f(x) * x
    return x


def maker_in_with(x):
    with np.errstate(all="ignore"):
        g = maker(x * x)
        h = maker(g(2.0))
    return g(3.0) * h(x)


def partials_by_branch(x):
    if x > 1:
        g = functools.partial(times, x * 2)
    else:
        g = functools.partial(times, x * 3)
    return g(3.0)


def closures_by_branch(x):
    if x > 1:
        g = maker(x * 2)
    else:
        g = maker(x * x)
    return g(3.0) * x


def different_ones_in_a_loop(x):
    s = 0.0
    for k in range(3):
        if x > k:
            g = functools.partial(times, x * 2 * k)
        else:
            def g(q, w=x * k):
                return q * w + x
        s = s + g(2.0)
    return s


def variables_of_the_branches(x):
    if x > 1:
        z = x * 2

        def g(q):
            return q * z
    else:
        z = x * 5

        def g(q):
            return q * z * z
    z = z + 1
    return g(3.0) * x


def item_that_is_not_there(p):
    y = p[0] * p[1]
    if p[0] > 100.0:
        y = y * p[3]
    return y


CASES = [
    *(Case(f, [(1.3,), (0.7,)], scalar_only=True) for f in (
        partial_in_with, default_in_with, choice_in_with, choice_in_with_in_loop, maker_in_with, partials_by_branch,
        closures_by_branch, different_ones_in_a_loop, variables_of_the_branches,
    )),
    Case(item_that_is_not_there, [((1.3, 0.7),), ([1.3, 0.7],)]),
]
