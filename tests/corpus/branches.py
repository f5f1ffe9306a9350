"""if/elif/else: values that differ by branch, names defined in one branch, nesting."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def if_else(x):
    if x > 0:
        y = x * x
    else:
        y = -3.0 * x
    return y + x


def if_without_else(x):
    y = x
    if x > 1.0:
        y = y * x
    return y * 2.0


def elif_chain(x):
    if x < -1.0:
        y = math.exp(x)
    elif x < 0.0:
        y = x * x
    elif x < 1.0:
        y = math.sin(x)
    else:
        y = math.log(x)
    return y * x


def nested_branches(x, y):
    if x > 0:
        if y > 0:
            z = x * y
        else:
            z = x - y
        z = z * z
    else:
        z = math.cos(y)
        if y > 1:
            z += x
    return z


def name_defined_in_one_branch(x, use):
    y = x * x
    if use:
        extra = math.sin(x)
        y = y * extra
    return y


def name_used_in_a_later_branch(x):
    positive = x > 0
    if positive:
        root = math.sqrt(x)
    y = 2.0 * x
    if positive:
        y = y * root
    return y


def overwritten_in_a_branch(x, y):
    z = x * y
    w = z * z
    if x > y:
        z = math.sin(z)
        x = x * z
    return w + z * x


def only_else_matters(x):
    if x > 0:
        pass
    else:
        x = x * x * x
    return x + 1.0


def integer_steers(x, mode):
    if mode == 0:
        return x
    elif mode == 1:
        return x * x
    elif mode == 2:
        return math.sin(x)
    return 0.0


def string_steers(x, kind):
    if kind == "linear":
        y = 2.0 * x
    elif kind in ("square", "quadratic"):
        y = x ** 2
    else:
        y = math.exp(-x)
    return y * y


def flag_from_comparison(x, y):
    bigger = x > y
    both = bigger and x > 0
    out = x * y
    if bigger:
        out = out * x
    if not both:
        out = out + y ** 3
    return out


def condition_on_computed_value(x):
    y = math.sin(3.0 * x)
    if y > 0.5:
        y = y * y
    if y > 0.1:
        y = y - 0.1
    return y * x


def swap_in_branch(x, y):
    a, b = x, y
    if a > b:
        a, b = b, a
    return a * a + 3.0 * b


def different_types_by_branch(x, n):
    if n > 2:
        r = 0
    else:
        r = x
    r = r + 1
    return r * x


def constant_in_a_branch(x):
    if x > 0:
        y = 4.0
    else:
        y = x
    return y * y


def branch_on_array_sum(x):
    if x.sum() > 0:
        return np.sum(x * x)
    return np.sum(np.sin(x))


def branch_on_element(x):
    if x[0] > x[-1]:
        y = x[0] * x[1]
    else:
        y = x[-1] ** 2
    return y + np.sum(x)


def branch_on_any_all(x):
    if np.any(x > 0.9):
        y = np.sum(x ** 3)
    elif np.all(x > 0.0):
        y = np.prod(x)
    else:
        y = np.dot(x, x)
    return y


def branch_on_shape(x):
    if x.ndim == 2 and x.shape[0] == 2:
        return np.sum(x[0] * x[1])
    elif len(x) > 3:
        return np.sum(x) ** 2
    return np.sum(np.exp(x))


def truth_of_a_number(x, n):
    if n:
        x = x * n
    if not n:
        x = x * x
    return x * (2 if n else 3)


def huber(r, delta=1.0):
    if abs(r) <= delta:
        return 0.5 * r * r
    return delta * (abs(r) - 0.5 * delta)


def piecewise_with_common_tail(x):
    if x < 1.0:
        left = x
        right = 1.0
    else:
        left = 1.0
        right = x
    scale = left / right
    return scale * left + right


def branch_inside_expression_chain(x, y):
    z = (x if x > 0 else -x) + (y * y if x > y else math.exp(y))
    return z * (z if z > 2 else 1.0)


def number_or_pair(x):
    if x <= 0.25:
        if x:
            return x
    elif x < 0.1:
        return (1.5, 3.0)
    return (x, 0.5)


def pair_where_some_paths_return_a_number(x):
    return number_or_pair(number_or_pair(x)[0])[0] * x


CASES = [
    Case(pair_where_some_paths_return_a_number, [(0.7,)], scalar_only=True),
    Case(if_else, [(1.2,), (-0.7,)], scalar_only=True),
    Case(if_without_else, [(1.2,), (-0.7,)], scalar_only=True),
    Case(elif_chain, [(-1.5,), (-0.5,), (0.5,), (2.0,)], scalar_only=True),
    Case(nested_branches, [(1.0, 0.5), (1.0, -0.5), (-1.0, 2.0), (-1.0, 0.5)], scalar_only=True),
    Case(name_defined_in_one_branch, [(1.2, True), (1.2, False)], scalar_only=True),
    Case(name_used_in_a_later_branch, [(1.2,), (-1.2,)], scalar_only=True),
    Case(overwritten_in_a_branch, [(1.2, 0.4), (0.4, 1.2)], scalar_only=True),
    Case(only_else_matters, [(1.2,), (-1.2,)], scalar_only=True),
    Case(integer_steers, [(1.2, 0), (1.2, 1), (1.2, 2), (1.2, 3)], scalar_only=True),
    Case(string_steers, [(0.6, "linear"), (0.6, "quadratic"), (0.6, "other")], scalar_only=True),
    Case(flag_from_comparison, [(1.2, 0.4), (0.4, 1.2), (-0.4, -1.2)], scalar_only=True),
    Case(condition_on_computed_value, [(0.3,), (0.15,), (1.3,)], scalar_only=True),
    Case(swap_in_branch, [(1.2, 0.4), (0.4, 1.2)], scalar_only=True),
    Case(different_types_by_branch, [(1.2, 3), (1.2, 1)], scalar_only=True),
    Case(constant_in_a_branch, [(1.2,), (-1.2,)], scalar_only=True),
    Case(branch_on_array_sum, [(arr(4, low=0.1),), (arr(4, high=-0.1),)]),
    Case(branch_on_element, [(np.array([1.0, 2.0, 0.5]),), (np.array([0.2, 2.0, 0.5]),)]),
    Case(branch_on_any_all, [(np.array([1.0, 0.3]),), (np.array([0.2, 0.5]),), (np.array([-0.2, 0.5]),)]),
    Case(branch_on_shape, [(arr(2, 3),), (arr(5),), (arr(2),)]),
    Case(truth_of_a_number, [(0.6, 0), (0.6, 2)], scalar_only=True),
    Case(huber, [(0.6,), (2.5,), (-2.5, 0.5)], argnums=(0,), scalar_only=True),
    Case(piecewise_with_common_tail, [(0.6,), (1.7,)], scalar_only=True),
    Case(branch_inside_expression_chain, [(0.6, 1.1), (-0.6, -2.0), (2.5, 0.3)], scalar_only=True),
]
