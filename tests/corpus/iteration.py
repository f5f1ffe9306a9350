"""for over things: arrays, rows, lists, tuples, enumerate, zip, reversed, dict items, strings."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr

COEFFICIENTS = {"a": 0.5, "b": -1.5, "c": 2.0}
NODES = (-0.77, 0.0, 0.77)


def over_vector(x):
    s = 1.0
    for v in x:
        s = s * (1.0 + 0.5 * v)
    return s


def over_rows(a):
    s = 0.0
    for row in a:
        s = s + np.sum(row) ** 2
    return s


def over_rows_and_columns(a):
    s = 0.0
    for row in a:
        p = 1.0
        for v in row:
            p = p * v
        s = s + math.sin(p)
    return s


def over_columns(a):
    s = 0.0
    for col in a.T:
        s += np.prod(col)
    return s


def over_list(x, y):
    s = 0.0
    for v in [x, y, x * y, 2.0]:
        s = s + v * v
    return s


def over_tuple(x):
    s = x
    for w in (0.5, -1, 2.0):
        s = s * w + x
    return s


def over_global_tuple(x):
    s = 0.0
    for t in NODES:
        s += math.exp(t * x)
    return s


def with_enumerate(x):
    s = 0.0
    for i, v in enumerate(x):
        s = s + v ** (i + 1)
    return s


def enumerate_with_start(x):
    s = 0.0
    for k, v in enumerate(x, start=2):
        s += math.sin(v) / k
    return s


def enumerate_rows(a):
    s = 0.0
    for i, row in enumerate(a):
        s = s + (i + 1) * np.dot(row, row)
    return s


def with_zip(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s = s * 0.5 + a * b
    return s


def zip_of_three(x, y, w):
    s = 0.0
    for a, b, c in zip(x, y, w):
        s += c * (a - b) ** 2
    return s


def zip_with_range(x):
    s = 0.0
    for i, v in zip(range(2, 100), x):
        s += v * i
    return s * s


def enumerate_zip(x, y):
    s = 1.0
    for i, (a, b) in enumerate(zip(x, y)):
        s = s + i * a * b + a
    return s


def zip_neighbours(x):
    s = 0.0
    for left, right in zip(x[:-1], x[1:]):  # noqa: RUF007
        s = s + (right - left) ** 2
    return s


def over_reversed_range(x, n):
    for i in reversed(range(n)):
        x = x * 0.5 + i
    return x * x


def over_reversed_array(x):
    s = 0.0
    for v in reversed(x):
        s = s * 0.5 + v
    return s * s


def over_reversed_list(x, y):
    s = 1.0
    for v in reversed([x, y, 0.5]):
        s = s * s * v + x
    return s


def over_dict_items(x):
    s = 0.0
    for name, c in COEFFICIENTS.items():
        if name != "b":
            s = s + c * x
        else:
            s = s + c * x * x
    return s


def over_dict_values(x):
    p = 1.0
    for c in COEFFICIENTS.values():
        p = p * (x - c)
    return p


def over_dict_keys(x):
    s = 0.0
    for k in COEFFICIENTS:
        s = s * x + COEFFICIENTS[k]
    return s


def over_string(x, word):
    for letter in word:
        if letter == "s":
            x = math.sin(x)
        elif letter == "q":
            x = x * x
        else:
            x = x + 0.5
    return x


def over_list_of_tuples(x, y):
    s = 0.0
    for w, (u, v) in [(1.0, (x, y)), (2.0, (y, x * x))]:
        s = s + w * u * v
    return s


def over_linspace(x):
    s = 0.0
    for t in np.linspace(0.0, 1.0, 5):
        s += np.exp(-x * t)
    return s / 5


def over_arange(x):
    s = 1.0
    for k in np.arange(1, 6):
        s = s * (x + k) / k
    return s


def over_slice(x):
    s = x[0]
    for v in x[1::2]:
        s = s * v + 1.0
    return s


def over_expression(x, y):
    s = 0.0
    for v in np.sin(x) * y:
        s += v * v
    return s


def element_after_loop(x):
    s = 0.0
    for v in x:
        s += v * v
    return s * v


def sequence_name_rebound(x):
    s = 0.0
    for v in x:
        x = v
        s = s + x * x
    return s * x


def over_layers(x, weights):
    for w in weights:
        x = np.tanh(w @ x)
    return np.sum(x)


V0, V1, V2, V7 = arr(0), arr(1), arr(2), arr(7)

CASES = [
    Case(over_vector, [(V0,), (V1,), (V2,), (V7,)]),
    Case(over_rows, [(arr(3, 2),), (arr(1, 4),), (arr(0, 2),)]),
    Case(over_rows_and_columns, [(arr(3, 2),), (arr(1, 4),)]),
    Case(over_columns, [(arr(3, 2),), (arr(2, 3),)]),
    Case(over_list, [(0.7, 1.3)], scalar_only=True),
    Case(over_tuple, [(0.7,)], scalar_only=True),
    Case(over_global_tuple, [(0.7,)], scalar_only=True),
    Case(with_enumerate, [(V1,), (arr(4),)]),
    Case(enumerate_with_start, [(V1,), (V7,)]),
    Case(enumerate_rows, [(arr(3, 2),), (arr(1, 4),)]),
    Case(with_zip, [(V7, arr(7, seed=1)), (V1, arr(3)), (V0, V0), (V7, V7)]),
    Case(zip_of_three, [(arr(3), arr(3, seed=1), arr(3, seed=2))]),
    Case(zip_with_range, [(V1,), (arr(4),)]),
    Case(enumerate_zip, [(arr(4), arr(4, seed=1)), (V1, V1)]),
    Case(zip_neighbours, [(arr(4),), (V2,)]),
    Case(over_reversed_range, [(0.7, 0), (0.7, 1), (0.7, 7)], scalar_only=True),
    Case(over_reversed_array, [(V1,), (V7,)]),
    Case(over_reversed_list, [(0.7, 0.4)], scalar_only=True),
    Case(over_dict_items, [(0.7,)], scalar_only=True),
    Case(over_dict_values, [(0.7,)], scalar_only=True),
    Case(over_dict_keys, [(0.7,)], scalar_only=True),
    Case(over_string, [(0.7, ""), (0.7, "sq"), (0.7, "qsxs")], scalar_only=True),
    Case(over_list_of_tuples, [(0.7, 0.4)], scalar_only=True),
    Case(over_linspace, [(0.7,)]),
    Case(over_arange, [(0.7,)]),
    Case(over_slice, [(arr(6),), (V1,)]),
    Case(over_expression, [(arr(3), arr(3, seed=1)), (arr(3), 0.5)]),
    Case(element_after_loop, [(V1,), (arr(4),)]),
    Case(sequence_name_rebound, [(V1,), (arr(4),)]),
    Case(over_layers, [(arr(2), arr(3, 2, 2)), (arr(2), (arr(3, 2), arr(1, 3)))]),
]
