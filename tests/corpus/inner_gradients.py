"""tl.grad and tl.value_and_grad of functions that are made inside of the differentiated one."""
from __future__ import annotations

import functools
import math

import numpy as np

import tangentlite as tl
from tests.corpus import Case, arr


def penalty(x):
    return np.sum(tl.grad(lambda z: np.sum(z**3 * x))(x))


def descent(x):
    w = np.ones(3)
    g = tl.grad(lambda w: np.sum((w * x - 1.0) ** 2))
    for _ in range(3):
        w = w - 0.1 * g(w)
    return np.sum(w * w)


def leapfrog(x):
    def energy(q, k):
        return 0.5 * k * np.sum(q**2) + np.sum(np.cos(q * x))

    q, p = x * 1.0, np.zeros(3)
    for _ in range(4):
        p = p - 0.1 * tl.grad(energy)(q, 2.0)
        q = q + 0.1 * p
    return np.sum(q)


def with_value(x):
    value, gradient = tl.value_and_grad(lambda z: np.sum(np.sin(z) * x))(x)
    return value * np.sum(gradient)


def of_two(x):
    a, b = tl.grad(lambda u, v: np.sum(u * v**2) * x[0], argnums=(0, 1))(x, x * 2.0)
    return np.sum(a * b)


def of_the_second(x):
    return tl.grad(lambda a, b: a * b * x[0], argnums=1)(x[1], 2.0)


def twice(x):
    return tl.grad(tl.grad(lambda t: math.sin(t * x[0])))(0.3)


def along(x):
    def f(z):
        return np.sum(z**3)

    return np.sum(tl.grad(lambda z: np.dot(tl.grad(f)(z), x))(x))


def decorated(x):
    @tl.grad
    def g(z):
        return np.sum(z**2 * x)

    return np.sum(g(x) ** 2)


def partial(x):
    return np.sum(tl.grad(functools.partial(lambda k, z: np.sum(k * z**2), 3.0))(x))


class Net:
    def __init__(self):
        self.w = np.array([0.1, 0.2, 0.3])

    def loss(self, w, x):
        return np.sum((np.tanh(w * x) - 1.0) ** 2)

    def train(self, x):
        w = self.w
        for _ in range(2):
            w = w - 0.1 * tl.grad(self.loss)(w, x)
        return np.sum(w)


def of_a_method(x):
    return Net().train(x)


def on_a_condition(x):
    g = tl.grad(lambda z: np.sum(z**2 * x)) if x[0] > 0.0 else tl.grad(lambda z: np.sum(z**3 * x))
    return np.sum(g(x))


def of_every_item(x):
    return sum(tl.grad(lambda t, k=k: t ** (k + 1) * x[k])(x[0]) for k in range(3))


def alike(x):
    a, b = tl.grad(lambda u, v: np.sum(u + v), argnums=(0, 1))(x, x)
    return np.sum(a * x + b)


CASES = [Case(f, [(arr(3, low=0.2, high=1.2),)]) for f in (
    penalty, descent, leapfrog, with_value, of_two, of_the_second, twice, along, decorated, partial, of_a_method, on_a_condition,
    of_every_item, alike)]
