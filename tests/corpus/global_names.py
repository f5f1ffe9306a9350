"""Globals of the user's module that bear the names of builtins, and names that derivatives like to use."""
from __future__ import annotations

import math

from tests.corpus import Case

tuple, list, zip, len, range = 0.4, 0.5, 1.5, 0.7, 0.2
res, tape, x_bar, y_bar, residuals = 0.4, 0.6, 1.1, 1.2, 0.3


def helper(x, u):
    y = math.sin(x)
    while u < 3.0:
        u = u * 2.0
        y = y * math.cos(u * y)
        if y > res:
            return y * tape
    return y + 0.3 * tuple


def builtins_in_results(x):
    return helper(x, 0.25) + helper(x * list, len) * zip + range


def adjoint_names_in_branches(x):
    while True:
        if res > 1.0:
            break
        x = x * x * x_bar
        if tape > 0.1:
            x = math.sin(x) + y_bar
            break
    return x * residuals


CASES = [
    Case(builtins_in_results, [(0.7,), (-1.3,)], scalar_only=True),
    Case(adjoint_names_in_branches, [(0.7,)], scalar_only=True),
]
