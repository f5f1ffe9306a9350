"""Calls of user functions: arguments of every kind, own globals, nesting, several results."""
from __future__ import annotations

import functools
import math

import numpy as np

from tests.corpus import Case, arr, helpers
from tests.corpus.helpers import helper as other_helper
from tests.corpus.helpers import shift

SCALE = 3.0
OFFSETS = np.array([0.5, -0.5, 1.0])


def square(x):
    return x * x


def affine(x, a=2.0, b=1.0):
    return a * x + b


def helper(x):
    return math.sin(x) * SCALE


def pair(x, y):
    return x + y, x * y


def weighted(*values, power=1):
    s = 0.0
    for i, v in enumerate(values):
        s = s + (i + 1) * v ** power
    return s


def options(x, **kw):
    return x * kw["scale"] + kw["offset"]


def no_return(x):
    x * x


def identity(x):
    return x


def apply(f, x):
    return f(x)


def one_call(x):
    return square(x) + 1.0


def repeated_calls(x):
    return square(x) + square(square(x)) * square(x + 1.0)


def keyword_arguments(x, y):
    return affine(x, b=y) + affine(b=x, x=y, a=x * y)


def default_arguments(x):
    return affine(x) * affine(x, 3.0)


def own_default_argument(x, y=2.0, *, z=0.5):
    return x * y * z


def starred_call(x, y):
    args = (x, y, 0.5)
    return affine(*args) + weighted(*args)


def starred_parameters(x, y):
    return weighted(x, y, x * y) + weighted(x) + weighted()


def keyword_only(x, y):
    return weighted(x, y, power=2)


def double_starred_call(x):
    return options(x, scale=2.0, offset=x) + affine(x, **{"a": x, "b": 0.5})


def callee_with_own_globals(x):
    return helpers.scaled(x) * SCALE + helpers.softplus(x)


def imported_names(x):
    return shift(x) * shift(x, 2.0) + helpers.twice(x)


def same_name_twice(x):
    return helper(x) * other_helper(x)


def callee_on_arrays(v):
    return helpers.rms(v) + helpers.rms(v * v)


def two_results(x, y):
    s, p = pair(x, y)
    s, p = pair(s, p)
    return s * p


def result_indexed(x, y):
    return pair(x, y)[1] * pair(x, y)[0]


def result_unused(x, y):
    s, _ = pair(x, y)
    pair(s, s)
    return s * s


def unused_callee_argument(x, y):
    def first(a, b):
        return a * a

    return first(x, y) + first(2.0, y)


def callee_returns_none(x):
    no_return(x)
    return x * 2.0


def nothing_of_a_loop(x):
    while True:
        b = no_return(x)
        break
    return x * 2.0 if b is None else x


def callee_returns_argument(x):
    return identity(x) * identity(identity(x))


def callee_rebinds_parameter(x):
    def grow(x):
        x = x * x
        x = x + 1.0
        return x

    y = grow(x)
    return y * x


def callee_with_branch(x):
    def relu(z):
        if z > 0:
            return z
        return 0.1 * z

    return relu(x) * relu(x - 1.0) + relu(-x)


def callee_with_loop(x, n):
    def power(b, k):
        r = 1.0
        for _ in range(k):
            r = r * b
        return r

    return power(x, n) + power(math.sin(x), 2)


def call_in_loop(x, n):
    for i in range(n):
        x = affine(square(x), 0.3, b=0.1 * i)
    return x


def call_in_condition(x):
    if square(x) > 1.0:
        return helper(x)
    return affine(x)


def call_in_while_condition(x):
    while affine(x, 1.5) < 6.0:
        x = affine(x, 1.2, 0.3)
    return x


def four_levels_deep(x):
    def a(z):
        return math.sin(z) * z

    def b(z):
        return a(z) + a(2.0 * z)

    def c(z):
        return b(b(z)) * 0.5

    return c(x) + a(x)


def function_as_argument(x):
    return apply(square, x) + apply(math.sin, x) + apply(helper, x * x)


def function_bound_to_name(x, use_sine):
    f = math.sin if use_sine else square
    g = f
    return g(x) * f(x)


def function_from_tuple(x):
    s = x
    for f in (square, math.cos, helper):
        s = s + f(x)
    return s


def lambda_callee(x, y):
    mix = lambda a, b=0.5: a * b + a
    return mix(x, y) + mix(y) + (lambda z: z * z)(x)


def partial_callee(x):
    steep = functools.partial(affine, a=4.0)
    return steep(x) * steep(x, b=x)


def same_argument_twice(x):
    return weighted(x, x) + affine(x, x, x)


def callee_with_constant_result(x):
    def seven(_):
        return 7.0

    return seven(x) * x


def nested_calls_in_arguments(x, y):
    return affine(square(x), square(y), affine(x, y)) + max(square(x), square(y))


def array_callee(w, x):
    def layer(w, x, activation=np.tanh):
        return activation(np.dot(w, x) + OFFSETS[: w.shape[0]])

    return np.sum(layer(w, layer(w, x, np.sin)))


def assertion_in_callee(x):
    def positive(z):
        assert z > 0, f"{z} is not positive"
        return math.sqrt(z)

    return positive(x) * positive(x + 1.0)


def starred_signature(*values):
    a, *rest = values
    return a * sum(rest) + values[-1] ** 2


def mixed_signature(x, /, y, *more, scale=2.0):
    s = x * y * scale
    for v in more:
        s = s * v + x
    return s


def double_starred_signature(x, **extra):
    return x * x * (1.0 + len(extra))


first_lambda, second_lambda = lambda x: x * x, lambda x: x * x * x


POINTS = [(0.7, 1.3), (-0.4, 2.0)]
X = [(0.7,), (-1.3,)]

def twice_or_mixed(a, v):
    return (v if v else a) + 0.6 * v


def cosine_of_mixed(t, res):
    return math.cos(twice_or_mixed(res, res)) + res / (t * t)


def selected_through_calls(r):
    return cosine_of_mixed(r, np.where(r > 0.0, r, 1.0) + 0.0)


CASES = [
    Case(selected_through_calls, [(0.7,), (-0.4,)], scalar_only=True),
    Case(one_call, X, scalar_only=True),
    Case(repeated_calls, X, scalar_only=True),
    Case(keyword_arguments, POINTS, scalar_only=True),
    Case(default_arguments, X, scalar_only=True),
    Case(own_default_argument, [(0.7,), (0.7, 3.0)], argnums=(0,), scalar_only=True),
    Case(starred_call, POINTS, scalar_only=True),
    Case(starred_parameters, POINTS, scalar_only=True),
    Case(keyword_only, POINTS, scalar_only=True),
    Case(double_starred_call, X, scalar_only=True),
    Case(callee_with_own_globals, X, scalar_only=True),
    Case(imported_names, X, scalar_only=True),
    Case(same_name_twice, X, scalar_only=True),
    Case(callee_on_arrays, [(arr(4),)]),
    Case(two_results, POINTS, scalar_only=True),
    Case(result_indexed, POINTS, scalar_only=True),
    Case(result_unused, POINTS, scalar_only=True),
    Case(unused_callee_argument, POINTS, scalar_only=True),
    Case(callee_returns_none, X, scalar_only=True),
    Case(nothing_of_a_loop, X, scalar_only=True),
    Case(callee_returns_argument, X, scalar_only=True),
    Case(callee_rebinds_parameter, X, scalar_only=True),
    Case(callee_with_branch, [(0.7,), (1.3,), (-0.4,)], scalar_only=True),
    Case(callee_with_loop, [(0.7, 0), (0.7, 1), (0.7, 7)], scalar_only=True),
    Case(call_in_loop, [(0.7, 0), (0.7, 1), (0.7, 7)], scalar_only=True),
    Case(call_in_condition, X, scalar_only=True),
    Case(call_in_while_condition, [(0.7,), (5.0,)], scalar_only=True),
    Case(four_levels_deep, X, scalar_only=True),
    Case(function_as_argument, X, scalar_only=True),
    Case(function_bound_to_name, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(function_from_tuple, X, scalar_only=True),
    Case(lambda_callee, POINTS, scalar_only=True),
    Case(partial_callee, X, scalar_only=True),
    Case(same_argument_twice, X, scalar_only=True),
    Case(callee_with_constant_result, X, scalar_only=True),
    Case(nested_calls_in_arguments, POINTS, scalar_only=True),
    Case(array_callee, [(arr(3, 3), arr(3)), (arr(1, 1), arr(1))]),
    Case(starred_signature, [(0.7,), (0.7, 1.3), (0.7, 1.3, -0.4)], argnums=(0,), scalar_only=True),
    Case(mixed_signature, [(0.7, 1.3), (0.7, 1.3, -0.4), (0.7, 1.3, -0.4, 2.0)], scalar_only=True),
    Case(double_starred_signature, X, scalar_only=True),
    Case(first_lambda, X, scalar_only=True),
    Case(second_lambda, X, scalar_only=True),
    Case(assertion_in_callee, [(0.7,), (1.3,)], scalar_only=True),
]
