"""Lists and tuples of numbers, handed to NumPy's functions and put together again."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case


def reduced(xs):
    return np.sum(xs) + np.mean(xs) * np.max(xs) + np.prod(xs) - np.var(xs)


def elementwise(xs):
    return np.sum(np.tanh(xs) * np.clip(xs, -0.5, 0.5) + np.maximum(xs, 0.1)) + np.where(True, xs, 0.0)[0]


def elements_too(xs):
    return np.sum(np.sin(xs)) * xs[0] + xs[1] ** 2


def beside_an_array(xs):
    return np.sum(np.arange(1.0, 4.0) * xs + np.ones(3)) + np.sum(np.eye(3) @ xs)


def products(xs):
    return np.dot(xs, xs) + np.outer(xs, [1.0, 2.0]).sum() + np.einsum("i,i->", xs, xs) + np.inner(xs, xs)


def norms(xs):
    return np.linalg.norm(xs) * np.cumsum(xs)[1]


def shaped(xs):
    return np.reshape(xs, (3, 1))[1, 0] * np.flip(xs)[0] + np.concatenate([xs, xs])[4] + np.sort(xs)[0] * np.diff(xs).sum()


def nested(rows):
    return np.sum(np.array(rows) ** 2) + np.linalg.det(rows) + rows[0][1] * np.trace(rows)


def display(x):
    return np.linalg.norm([x, 2.0 * x, 1.0]) + np.sum([x, x * x]) * np.dot([x, 1.0], [2.0, x])


def weighted(u):
    return np.average(u, weights=[1.0, 2.0, 0.5]) * np.dot(u, [1.0, 2.0, 3.0])


def listed(u):
    values = u.tolist()
    return np.clip(values, -0.5, 0.5).sum() + values[0] * values[2] + np.sum(values)


def solved(b):
    return np.sum(np.linalg.solve(np.array([[2.0, 1.0], [0.5, 3.0]]), b))


def array_of_a_number(x):
    return np.array(x) * 2.0 + np.asarray(x) * x + np.transpose(x) * 3.0


L = [0.3, -0.7, 1.2]

CASES = [
    Case(reduced, [(L,), ((0.3, -0.7, 1.2),)]),
    Case(elementwise, [(L,), (tuple(L),)]),
    Case(elements_too, [(L,)]),
    Case(beside_an_array, [(L,), (tuple(L),)]),
    Case(products, [(L,)]),
    Case(norms, [(L,)]),
    Case(shaped, [(L,)], order=1),
    Case(nested, [([[0.3, -0.7], [1.2, 0.4]],), (((0.3, -0.7), (1.2, 0.4)),)]),
    Case(display, [(0.7,)]),
    Case(weighted, [(np.array(L),)]),
    Case(listed, [(np.array(L),)]),
    Case(solved, [([0.3, -0.7],)], order=1),
    Case(array_of_a_number, [(0.7,), (np.array(0.7),)]),
]
