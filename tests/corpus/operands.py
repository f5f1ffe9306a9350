"""Operands that the evaluation of later ones writes: Python reads them before, and they are what memory is afterwards."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.3, 0.7, 1.1])


def turned(a):
    a[::-1] -= a[2]
    return a[0] * 2


def doubled(a):
    a[:] = a * 2
    return a[1]


def total(a, b):
    return np.sum(a) * b


def receiver_written_by_its_argument(x):
    u = x * 1.0
    u.fill(turned(u))
    return np.sum(u * x)


def argument_written_by_the_next(x):
    u = x * 1.0
    return total(u, turned(u))


def keyword_written_by_the_next(x):
    u = x * 1.0
    return total(a=u, b=turned(u))


def slice_updated_by_what_writes_it(x):
    u = x * 1.0
    u[1:3] += doubled(u[::-1])
    return np.sum(u * x)


def element_updated_by_what_writes_it(x):
    u = x * 1.0
    u[0] += doubled(u)
    return np.sum(u * x)


def chosen_elements_updated_by_what_writes_them(x):
    u = x * 1.0
    u[[0, 1]] *= doubled(u)
    return np.sum(u * x)


def name_updated_by_what_writes_it(x):
    u = x * 1.0
    u += doubled(u)
    return np.sum(u * x)


def left_operand_written_by_the_right(x):
    u = x * 1.0
    v = u * doubled(u) + u
    return np.sum(v * x)


def compared_with_what_writes_it(x):
    u = x * 1.0
    return np.sum(u < doubled(u)) * x[0] + u[1]


def item_of_a_tuple_written_by_the_next(x):
    u = x * 1.0
    t = (u, doubled(u), u[0])
    return np.sum(t[0]) * t[1] * t[2]


def indexed_by_what_writes_it(x):
    u = x * 1.0
    return u[int(doubled(u) * 0)] * x[1]


def rows_of_flattened_memory_written(x):
    f = np.outer(x, x).flatten()
    for w in f.reshape(3, 3):
        f[3:6] *= w
    return np.sum(f)


def dictionaries_made_in_nested_loops(x):
    s = 0.0
    for i in range(3):
        for j in range(2):
            d = {"a": x * i, "b": x[j]}
            s += np.sum(d["a"]) * d["b"]
    return s


CASES = [
    Case(receiver_written_by_its_argument, [(X,)]),
    Case(argument_written_by_the_next, [(X,)]),
    Case(keyword_written_by_the_next, [(X,)]),
    Case(slice_updated_by_what_writes_it, [(X,)]),
    Case(element_updated_by_what_writes_it, [(X,)]),
    Case(chosen_elements_updated_by_what_writes_them, [(X,)]),
    Case(name_updated_by_what_writes_it, [(X,)]),
    Case(left_operand_written_by_the_right, [(X,)]),
    Case(compared_with_what_writes_it, [(X,)]),
    Case(item_of_a_tuple_written_by_the_next, [(X,)]),
    Case(indexed_by_what_writes_it, [(X,)]),
    Case(rows_of_flattened_memory_written, [(X,)]),
    Case(dictionaries_made_in_nested_loops, [(X,)]),
]
