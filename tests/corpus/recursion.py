"""Recursion: direct, mutual, branching, on arrays, with accumulators."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def fast_power(x, n):
    if n == 0:
        return 1.0
    half = fast_power(x, n // 2)
    if n % 2 == 0:
        return half * half
    return half * half * x


def fibonacci(x, n):
    if n < 2:
        return x if n else 1.0
    return 0.5 * fibonacci(x, n - 1) + fibonacci(x, n - 2) * x


def even_step(x, n):
    return x if n == 0 else math.sin(odd_step(x, n - 1))


def odd_step(x, n):
    if n == 0:
        return x * x
    return even_step(x, n - 1) * x


def mutual(x, n):
    return even_step(x, n) + odd_step(x, n)


def with_accumulator(x, n, acc=1.0):
    if n == 0:
        return acc
    return with_accumulator(x, n - 1, acc * x + 0.1)


def until_value(x):
    if x > 2.0:
        return x * x
    return until_value(1.5 * x + 0.1)


def two_results(x, n):
    if n == 0:
        return x, 1.0
    a, b = two_results(x, n - 1)
    return a * b * 0.9, math.cos(a) + b


def sum_of_two_results(x, n):
    a, b = two_results(x, n)
    return a * b


def recursion_in_loop(x, n):
    s = x
    for i in range(n):
        s = s + 0.1 * recursion_in_loop(x, i)
    return math.sin(s)


def pairwise_sum(v):
    n = len(v)
    if n == 1:
        return v[0] * v[0]
    return pairwise_sum(v[: n // 2]) + 0.5 * pairwise_sum(v[n // 2 :])


def determinant(a):
    if a.shape[0] == 1:
        return a[0, 0]
    total = 0.0
    for j in range(a.shape[0]):
        minor = np.concatenate((a[1:, :j], a[1:, j + 1 :]), axis=1)
        total = total + (-1) ** j * a[0, j] * determinant(minor)
    return total


def continued_fraction(x, depth):
    return x if depth == 0 else x + 1.0 / (1.0 + continued_fraction(x, depth - 1))


def ackermann_like(x, m, n):
    if m == 0:
        return x + 0.1 * n
    if n == 0:
        return ackermann_like(x * 0.9, m - 1, 1)
    return math.sin(ackermann_like(x, m - 1, n - 1)) + ackermann_like(x, m, n - 1)


def local_recursion(x, n):
    def go(y, k):
        if k == 0:
            return y
        return go(y * x, k - 1) + 0.1

    return go(1.0, n)


def tree_fold(tree):
    if isinstance(tree, tuple):
        left, right = tree
        return tree_fold(left) * 0.5 + math.sin(tree_fold(right))
    return tree * tree


def fold_of_a_tree(x, y):
    return tree_fold(((x, y), (x * y, (y, x))))


N = [(0.7, 0), (0.7, 1), (1.2, 2), (0.9, 7)]

def captured_variable(x):
    def power(n):
        return x if n == 0 else x * power(n - 1)

    return power(3)


def two_local_functions(x):
    s = 2.0

    def even(n, a):
        return a * s if n == 0 else odd(n - 1, a * x)

    def odd(n, x):
        return x if n == 0 else even(n - 1, math.sin(x))

    s = x * 3
    return even(5, x) + odd(2, x)


def walk_over_a_tree(x):
    def walk(tree):
        if isinstance(tree, tuple):
            left, right = tree
            return walk(left) * 0.5 + walk(right)
        return tree * x

    return walk(((x, 2.0), (x * x, (1.0, x))))


def recursion_inside_a_local_function(x):
    def outer(a):
        def inner(k):
            return a if k == 0 else inner(k - 1) * x

        return inner(2)

    return outer(x) + outer(2.0)


def recursive_lambda(x):
    product = lambda n: 1.0 if n == 0 else x * n * product(n - 1)
    return product(4)


def shrinking(s, pop, w, level):
    if s:
        return w
    s, pop = (pop, s)
    return shrinking(0.5, 0.5, pop, level)


def kinds_that_settle_late(t, c, count, level):
    if level <= 0:
        return 0.5
    again = kinds_that_settle_late(0.5, 0.5, count, level - 1)
    return shrinking(again, t, t, 1) + again + np.sum(count)


class Series:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def value(self, n):
        if n == 0:
            return self.b
        return self.a * self.value(n - 1) + self.b

    def fibonacci(self, n):
        return self.a if n < 2 else self.fibonacci(n - 1) * self.b + self.fibonacci(n - 2)

    def even(self, n):
        return self.a if n == 0 else self.odd(n - 1) * self.b

    def odd(self, n):
        return self.b if n == 0 else self.even(n - 1) * self.a

    def __call__(self, n):
        return self.a if n == 0 else self.b * self(n - 1)

    def root(self, x, tol):
        r = x * x - self.a
        if abs(r) < tol:
            return x
        return self.root(x - r / (2.0 * x), tol)


SERIES = Series(0.9, 1.1)


def method(series, n):
    return series.value(n)


def method_of_new(x, y, n):
    return Series(x, y).value(n)


def method_twice(series, n):
    return series.fibonacci(n)


def methods_of_each_other(series, n):
    return series.even(n) * series.value(2)


def call_method(series, n):
    return series(n)


def method_until(series, x):
    return series.root(x, 1e-9)


def method_of_global(x, n):
    return SERIES.value(n) * x


def method_before_write(x, y, n):
    series = Series(x, y)
    first = series.value(n)
    series.a = series.a * 2.0
    return first * series.value(n)


def down(series, n):
    return series[0].a if n == 0 else series[1].b * down(series, n - 1)


def objects_handed_on(x, y, n):
    return down([Series(x, y), Series(y, x)], n)


def local_with_object(x, n):
    series = Series(x, 1.1)

    def go(k):
        return series.a if k == 0 else series.b * go(k - 1)

    return go(n)


def area(f, a, b, n):
    m = 0.5 * (a + b)
    if n == 0:
        return {"area": (b - a) / 6.0 * (f(a) + 4.0 * f(m) + f(b)), "calls": 3}
    left = area(f, a, m, n - 1)
    right = area(f, m, b, n - 1)
    return {"area": left["area"] + right["area"], "calls": left["calls"] + right["calls"]}


def dictionaries_returned(x):
    return area(lambda t: t ** 3 * x, 0.0, x, 3)["area"]


def rule(f, a, b):
    return (b - a) / 6.0 * (f(a) + 4.0 * f(0.5 * (a + b)) + f(b))


def adaptive(f, a, b, *, tol=1e-4, whole=None):
    m = 0.5 * (a + b)
    left, right = rule(f, a, m), rule(f, m, b)
    whole = rule(f, a, b) if whole is None else whole
    if abs(left + right - whole) < 15.0 * tol:
        return left + right + (left + right - whole) / 15.0
    return adaptive(f, a, m, tol=0.5 * tol, whole=left) + adaptive(f, m, b, tol=0.5 * tol, whole=right)


def function_handed_on(x):
    return adaptive(lambda t: math.sin(x * t), 0.0, 2.0)


def functions_handed_on(x):
    def f(t):
        return math.sin(x * t) + g(t)

    def g(t):
        return x * t * t

    return adaptive(f, 0.0, x, tol=1e-3) * adaptive(g, 0.0, 1.0)


def iterate(f, x, n):
    return x if n == 0 else iterate(f, f(x), n - 1)


def function_over_a_name_of_the_recursion(n):
    return iterate(lambda t: math.cos(t * n), 0.5, 5)


def two_functions(f, g, x, n):
    return f(x) if n == 0 else two_functions(f, g, g(x), n - 1) * f(x)


def functions_of_one_maker(x):
    return two_functions(lambda t: t * x, lambda t: math.cos(t + x), 0.5, 3)


CASES = [
    *(Case(f, [(1.3,)], scalar_only=True) for f in (
        dictionaries_returned, function_handed_on, functions_handed_on, functions_of_one_maker, function_over_a_name_of_the_recursion)),
    *(Case(f, [(SERIES, 4)]) for f in (method, method_twice, methods_of_each_other, call_method)),
    *(Case(f, [(1.3, 0.7, 4)]) for f in (method_of_new, method_before_write, objects_handed_on)),
    Case(method_of_new, [(0.9, 0.7, 40)]),
    Case(method_until, [(Series(2.0, 1.0), 1.3)]),
    Case(method_of_global, [(1.3, 4)]),
    Case(local_with_object, [(1.3, 4)]),
    Case(power, N, scalar_only=True),
    Case(fast_power, N, scalar_only=True),
    Case(fibonacci, N, scalar_only=True),
    Case(mutual, N, scalar_only=True),
    Case(with_accumulator, N, argnums=(0,), scalar_only=True),
    Case(until_value, [(3.0,), (1.2,), (0.1,)], scalar_only=True),
    Case(sum_of_two_results, N, scalar_only=True),
    Case(recursion_in_loop, [(0.7, 0), (0.7, 1), (1.2, 4)], scalar_only=True),
    Case(pairwise_sum, [(arr(1),), (arr(2),), (arr(7),)]),
    Case(determinant, [(arr(1, 1),), (arr(2, 2),), (arr(3, 3),)]),
    Case(continued_fraction, N, scalar_only=True),
    Case(ackermann_like, [(0.7, 0, 1), (0.7, 1, 2), (0.7, 2, 2)], scalar_only=True),
    Case(local_recursion, N, scalar_only=True),
    Case(fold_of_a_tree, [(0.7, 1.3)], scalar_only=True),
    Case(captured_variable, [(0.7,)], scalar_only=True),
    Case(two_local_functions, [(0.7,)], scalar_only=True),
    Case(walk_over_a_tree, [(0.7,)], scalar_only=True),
    Case(recursion_inside_a_local_function, [(0.7,)], scalar_only=True),
    Case(recursive_lambda, [(0.7,)], scalar_only=True),
    Case(kinds_that_settle_late, [(0.7, 0.7, 3, 3)], argnums=(0,), order=1),
]
