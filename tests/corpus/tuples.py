"""Tuples, lists and dicts of values: packing, unpacking, nesting, stars, swaps; tuples in and out."""
from __future__ import annotations

import math
from functools import reduce

import numpy as np

from tests.corpus import Case, arr


def simple_unpacking(x, y):
    a, b = x * y, x + y
    return a * b


def swap(x, y):
    x, y = y, x
    return x * x + 3.0 * y


def swap_with_computation(x, y):
    x, y = x * y, x + y
    x, y = y * y, x
    return x - y * x


def nested_unpacking(x, y):
    (a, b), c = (x, x * y), y
    a, (b, (c, d)) = b, (c, (a, b))
    return a * b + c * d


def starred_unpacking(x, y):
    first, *rest = x, y, x * y, 2.0
    *init, last = rest
    a, *middle, b = (x, *init, y)
    return first * last + init[0] * init[1] + a * middle[-1] * b


def unpack_array(x):
    a, b, c = x
    return a * b + c * c


def unpack_rows(m):
    r, s = m
    (a, b), (c, d) = m
    return np.dot(r, s) + a * d - b * c


def starred_from_array(x):
    head, *tail = x
    return head * tail[0] + tail[-1] ** 2


def tuple_kept_whole(x, y):
    t = (x, y, x * y)
    u = t
    return u[0] * t[2] + t[1]


def list_kept_whole(x, y):
    values = [x, y]
    more = [*values, x * y]
    return sum(more) * values[1]


def tuple_concatenation(x, y):
    t = (x, y) + (x * y,)
    t = t * 2
    return t[0] * t[3] + t[2] * t[5] + len(t) * x


def tuple_carried_in_loop(x, y, n):
    state = (x, y)
    for _ in range(n):
        a, b = state
        state = (a * 0.9 + 0.1 * b, math.sin(a))
    return state[0] * state[1]


def tuple_chosen_by_branch(x, y):
    if x > y:
        pair = (x, y)
    else:
        pair = (y * y, x)
    big, small = pair
    return big * 2.0 + small * small


def dict_of_values(x, y):
    d = {"u": x, "v": y * x}
    return d["u"] * d["v"] + d.get("v") + len(d) * x


def dict_from_constructor(x):
    d = dict(a=x, b=x * x)  # noqa: C408
    return d["a"] * d["b"]


def unpacking_in_for(x, y):
    s = 0.0
    for a, (b, c) in ((x, (y, 1.0)), (y, (x, 2.0))):
        s = s + a * b * c
    return s


def chained_tuple_assignment(x, y):
    a, b = c = (x * y, x)
    return a * c[1] + b * c[0]


def reduce_over_tuple(x, y):
    return reduce(lambda a, b: a * 0.5 + b, (x, y, x * y))


def comparison_of_tuples(x, y):
    if (x, y) > (y, x):
        return x * x * y
    return x * y * y


def slices_of_tuples(x, y):
    t = (x, y, x * x, y * y)
    a, b = t[1:3]
    return a * b + sum(t[::2]) + t[-1]


def returns_pair(x, y):
    return x * y, math.sin(x)


def returns_nested(x, y):
    return (x, (y * y, x * y)), [x - y]


def returns_dict(x, y):
    return {"sum": x + y, "product": x * y}


def returns_same_argument_twice(x):
    return x, x


def returns_argument_and_constant(x, y):
    return x, 3.0, y * y


def returns_arrays(v, k):
    return v * k, np.sum(v), np.outer(v, v)


def returns_tuple_from_branch(x):
    if x > 0:
        return x, x * x
    return x * x, 1.0


def takes_pair(p):
    a, b = p
    return a * a * b


def takes_network(params, x):
    for w, b in params:
        x = np.tanh(w @ x + b)
    return np.sum(x * x)


def takes_dict(params, x):
    return params["scale"] * np.sum(x) + params["bias"] ** 2


def takes_nested(tree):
    (a, b), c = tree
    return a * np.sum(b) + c


def takes_list(values):
    s = 0.0
    for v in values:
        s = s * 0.5 + v * v
    return s + values[0]


P = [(0.7, 1.3), (1.3, 0.7)]

CASES = [
    Case(simple_unpacking, P, scalar_only=True),
    Case(swap, P, scalar_only=True),
    Case(swap_with_computation, P, scalar_only=True),
    Case(nested_unpacking, P, scalar_only=True),
    Case(starred_unpacking, P, scalar_only=True),
    Case(unpack_array, [(arr(3),)]),
    Case(unpack_rows, [(arr(2, 2),)]),
    Case(starred_from_array, [(arr(4),)]),
    Case(tuple_kept_whole, P, scalar_only=True),
    Case(list_kept_whole, P, scalar_only=True),
    Case(tuple_concatenation, P, scalar_only=True),
    Case(tuple_carried_in_loop, [(0.7, 1.3, 0), (0.7, 1.3, 1), (0.7, 1.3, 7)], scalar_only=True),
    Case(tuple_chosen_by_branch, P, scalar_only=True),
    Case(dict_of_values, P, scalar_only=True),
    Case(dict_from_constructor, [(0.7,)], scalar_only=True),
    Case(unpacking_in_for, P, scalar_only=True),
    Case(chained_tuple_assignment, P, scalar_only=True),
    Case(reduce_over_tuple, P, scalar_only=True),
    Case(comparison_of_tuples, P, scalar_only=True),
    Case(slices_of_tuples, P, scalar_only=True),
    Case(returns_pair, P, vector_output=True, scalar_only=True),
    Case(returns_nested, P, vector_output=True, scalar_only=True),
    Case(returns_dict, P, vector_output=True, scalar_only=True),
    Case(returns_same_argument_twice, [(0.7,), (arr(3),)], vector_output=True),
    Case(returns_argument_and_constant, P, vector_output=True, scalar_only=True),
    Case(returns_arrays, [(arr(3), 0.7)], vector_output=True),
    Case(returns_tuple_from_branch, [(0.7,), (-0.7,)], vector_output=True, scalar_only=True),
    Case(takes_pair, [((0.7, 1.3),)], scalar_only=True),
    Case(takes_network, [([(arr(3, 2), arr(3)), (arr(2, 3), arr(2))], arr(2))]),
    Case(takes_dict, [({"scale": 0.7, "bias": 1.3}, arr(3))]),
    Case(takes_nested, [(((0.7, arr(3)), 1.3),)]),
    Case(takes_list, [([0.7, 1.3, -0.4],), ([0.7],)], scalar_only=True),
]
