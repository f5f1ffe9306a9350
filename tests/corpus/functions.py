"""Functions as values: passed, returned, stored, partially applied, wrapped, with keyword dictionaries."""
from __future__ import annotations

import functools
import math

import numpy as np

import tangentlite as tl
from tests.corpus import Case, arr

SCALE = 2.0


def square(x):
    return x * x


def affine(x, a=1.0, b=0.0):
    return a * x + b


steep = functools.partial(affine, a=3.0)


def apply(f, x):
    return f(x) + SCALE * x


def apply_cosine(x):
    return apply(math.cos, x)


def nested_application(x):
    return apply(square, x) + apply(math.sin, x) + apply(apply_cosine, x * x)


def lambda_over_local(x):
    k = x * 3
    return apply(lambda e: e * k + 1.0, x)


def global_partial(x):
    return steep(x) * steep(x, b=x)


def keyword_dictionary(x, **options):
    return x * options["a"] + len(options)


def keywords_through(x):
    options = {"a": x, "b": 2.0}
    return affine(x, **options) + keyword_dictionary(x, a=x * x, c=3.0)


def integrate(f, a, b, depth):
    m = 0.5 * (a + b)
    if depth == 0:
        return f(m) * (b - a)
    return integrate(f, a, m, depth - 1) + integrate(f, m, b, depth - 1)


def recursion_with_a_function(x):
    return integrate(math.exp, 0.0, x, 3)


def compose(f, g):
    return lambda x: f(g(x))


def composition_of_parameters(x):
    return compose(math.sin, square)(x) + compose(lambda z: z * x, square)(x)


def fixed_point(f, x, n):
    for _ in range(n):
        x = f(x)
    return x


def lambda_in_a_loop(x, n):
    return fixed_point(lambda y: math.cos(y * x), 0.5, n)


def newton(f, x, n):
    for _ in range(n):
        x = x - f(x) / tl.grad(f)(x)
    return x


def gradient_of_a_parameter(a):
    return newton(square, a, 2) ** 2


def layers_of_functions(x):
    for f in (np.tanh, np.sin, square):
        x = f(x) + x
    return np.sum(x)


def function_argument(f, x):
    return f(x) * x


def pipeline(x, *steps):
    for step in steps:
        x = step(x)
    return x


def variadic_functions(x):
    return pipeline(x, math.sin, square, lambda z: z * x)


CASES = [
    Case(nested_application, [(0.7,), (-1.3,)], scalar_only=True),
    Case(lambda_over_local, [(0.7,)], scalar_only=True),
    Case(global_partial, [(0.7,)], scalar_only=True),
    Case(keywords_through, [(0.7,)], scalar_only=True),
    Case(recursion_with_a_function, [(0.7,)], scalar_only=True),
    Case(composition_of_parameters, [(0.7,)], scalar_only=True),
    Case(lambda_in_a_loop, [(0.7, 0), (0.7, 4)], scalar_only=True),
    Case(gradient_of_a_parameter, [(0.7,)], scalar_only=True, order=1),
    Case(layers_of_functions, [(arr(3),)]),
    Case(function_argument, [(math.exp, 0.7), (square, 0.7)], argnums=(1,), scalar_only=True),
    Case(variadic_functions, [(0.7,)], scalar_only=True),
]
