"""Derivatives that a function takes itself, of any order, made before it or while it runs."""
from __future__ import annotations

import math

import numpy as np

import tangentlite as tl
from tests.corpus import Case


def wave(x):
    return math.sin(x) * x**3


curvature = tl.grad(tl.grad(wave))
value_and_curvature = tl.value_and_grad(tl.grad(wave))


def made_before(x):
    return curvature(x) * x


def made_inside(x):
    return tl.grad(tl.grad(wave))(x) * x


def value_and_second(x):
    slope, second = value_and_curvature(x)
    return slope * second


class Field:
    def __init__(self):
        self.curvature = tl.grad(tl.grad(wave))

    def __call__(self, x):
        return self.curvature(x) * x


field = Field()


def in_an_attribute(x):
    return field(x)


def network(p, t):
    return np.tanh(t * p[0] + p[1]) * p[0]


velocity = tl.grad(network, argnums=1)


def residual_of_an_equation(p):
    total = 0.0
    for t in (0.1, 0.5, 0.9):
        total = total + (tl.grad(velocity, argnums=1)(p, t) + network(p, t)) ** 2
    return total


CASES = [
    *(Case(f, [(0.7,)], scalar_only=True) for f in (made_before, made_inside, value_and_second, in_an_attribute)),
    Case(residual_of_an_equation, [(np.array([0.7, 0.2]),)]),
]
