"""Closures and globals: captured numbers and arrays, late binding, functions made by functions."""
from __future__ import annotations

import functools
import math

import numpy as np

from tests.corpus import Case, arr

RATE = 0.3
MATRIX = np.array([[0.5, -1.0], [2.0, 0.25]])
OFFSET = np.float64(1.5)


def make_polynomial(*coefficients):
    def polynomial(x):
        p = 0.0
        for c in coefficients:
            p = p * x + c
        return p

    return polynomial


def make_scaler(k):
    def scaler(x):
        return k * x

    return scaler


def make_model(w, b):
    def model(x):
        return np.sum(np.tanh(w @ x + b))

    return model


def make_composition(f, g):
    def composition(x):
        return f(g(x)) + g(x)

    return composition


def make_late():
    def late(x):
        return x * factor

    factor = 2.0
    result = late
    factor = 5.0
    return result


def make_pair():
    functions = tuple(lambda x, i=i: x ** (i + 2) for i in range(2))

    def pair_of_lambdas(x):
        return functions[0](x) + functions[1](x) * x

    return pair_of_lambdas


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


@doubled
def decorated(x):
    return math.sin(x) * x


@doubled
@doubled
def decorated_twice(x, y=3.0):
    return x * x * y


cubic = make_polynomial(1.0, -2.0, 0.5, 3.0)
double, triple = make_scaler(2.0), make_scaler(3.0)
model = make_model(np.array([[0.5, -0.3], [0.2, 0.9]]), np.array([0.1, -0.1]))
composition = make_composition(math.sin, triple)
late = make_late()
pair_of_lambdas = make_pair()


def two_closures_of_one_function(x):
    return double(x) * triple(x)


def closure_over_local(x, y):
    k = math.sin(y)

    def inner(z):
        return z * k

    return inner(x) + inner(k)


def closure_over_argument(x, y):
    def inner(z):
        return z * x + y

    return inner(y) * inner(x)


def closure_sees_later_value(x):
    k = x

    def inner(z):
        return z * k

    first = inner(2.0)
    k = x * x
    return first + inner(3.0)


def closure_over_array(v):
    w = v * v

    def inner(i):
        return w[i] + np.sum(w)

    return inner(0) * inner(-1)


def closure_in_loop(x, n):
    s = 0.0
    for i in range(n):
        def term(z):
            return z ** i + x

        s = s + term(x)
    return s + x


def nested_closures(x):
    a = x * x

    def outer(y):
        b = y + a

        def inner(z):
            return a * b * z

        return inner(y) + b

    return outer(x)


def returned_closure(x):
    def adder(k):
        return lambda z: z * k + x

    return adder(x)(2.0) + adder(3.0)(x * x)


def sum_of_squares_with(callback, v):
    s = 0.0
    for e in v:
        s = s + callback(e) ** 2
    return s


def closure_as_argument(v, k):
    return sum_of_squares_with(lambda e: e * k + 1.0, v)


def global_number(x):
    return x * RATE + OFFSET * x * x


def global_array(v):
    return v @ MATRIX @ v + np.sum(MATRIX[0] * v)


def shadowed_global(x):
    RATE = 2.0 * x
    return RATE * x


def parameter_shadows_closure(x):
    k = 3.0

    def inner(k):
        return k * k

    return inner(x) * k


def global_in_condition(x):
    return x * x if RATE < 0.5 else x


def rectangle_rule(x, n):
    def integrate(f, a, b):
        h = (b - a) / n
        s = 0.0
        for i in range(n):
            s = s + f(a + (i + 0.5) * h)
        return s * h

    return integrate(lambda t: math.exp(-x * t * t), 0.0, x)


def fixed_point(x):
    def step(y):
        return math.cos(y) * 0.5 + x

    y = 0.0
    for _ in range(40):
        y = step(y)
    return y


CASES = [
    Case(cubic, [(0.7,), (-1.3,)], scalar_only=True),
    Case(double, [(0.7,)], scalar_only=True),
    Case(model, [(arr(2),)]),
    Case(composition, [(0.7,)], scalar_only=True),
    Case(late, [(0.7,)], scalar_only=True),
    Case(pair_of_lambdas, [(0.7,)], scalar_only=True),
    Case(decorated, [(0.7,), (-1.3,)], scalar_only=True),
    Case(decorated_twice, [(0.7,), (-1.3, 2.0)], argnums=(0,), scalar_only=True),
    Case(two_closures_of_one_function, [(0.7,), (-1.3,)], scalar_only=True),
    Case(closure_over_local, [(0.7, 1.3)], scalar_only=True),
    Case(closure_over_argument, [(0.7, 1.3)], scalar_only=True),
    Case(closure_sees_later_value, [(0.7,)], scalar_only=True),
    Case(closure_over_array, [(arr(3),)]),
    Case(closure_in_loop, [(0.7, 0), (0.7, 1), (0.7, 4)], scalar_only=True),
    Case(nested_closures, [(0.7,)], scalar_only=True),
    Case(returned_closure, [(0.7,)], scalar_only=True),
    Case(closure_as_argument, [(arr(3), 0.7)]),
    Case(global_number, [(0.7,)]),
    Case(global_array, [(arr(2),)]),
    Case(shadowed_global, [(0.7,)], scalar_only=True),
    Case(parameter_shadows_closure, [(0.7,)], scalar_only=True),
    Case(global_in_condition, [(0.7,)], scalar_only=True),
    Case(rectangle_rule, [(0.7, 1), (0.7, 7)], scalar_only=True),
    Case(fixed_point, [(0.7,)], scalar_only=True),
]
