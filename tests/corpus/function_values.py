"""Functions as values: in containers, chosen by branches, and given to functions of NumPy that call them back."""
from __future__ import annotations

import functools
import math

import numpy as np

from tests.corpus import Case, arr, pos


def double(t):
    return 2.0 * t


TABLE = {"sin": math.sin, "double": double}
LIST = [math.sin, math.cos, double]
PAIR = (double, math.exp)


def indexed_list(x, i):
    return [lambda t: t * x, math.sin, double][i](x)


def indexed_tuple_in_loop(x, n):
    functions = (lambda t: t * t, math.sin)
    for i in range(n):
        x = functions[i % 2](x)
    return x


def keyed_table(x, name):
    table = {"square": lambda t: t * t * x, "sin": math.sin}
    return table[name](x) + x


def global_table(x, name):
    return TABLE[name](x) * x


def global_list(x, i):
    return LIST[i](x) + LIST[-1](x * x) + PAIR[1](x)


def loop_over_global_list(x):
    for f in LIST:
        x = f(x) + x
    return x


def chosen_by_branch(x, flag):
    f = math.sin if flag else double
    return f(x) * f(x * x)


def chosen_by_statement(x, name):
    if name == "sin":
        f = math.sin
    elif name == "scaled":
        k = x * 3.0

        def f(t):
            return t * k
    else:
        f = functools.partial(math.pow, 2.0)
    return f(x) + x


def chosen_then_passed(x, flag):
    def apply(g, u):
        return g(g(u)) * x

    return apply(math.cos if flag else lambda t: t * x, x)


def made_in_every_iteration(x, n):
    s = 0.0
    for i in range(n):
        functions = [lambda t, k=i: t * k, math.sin]
        s = s + functions[i % 2](x)
    return s


def pick(flag):
    return math.sin if flag else double


def chosen_by_a_callee(x, flag):
    return pick(flag)(x * x)


def piecewise(x):
    return np.sum(np.piecewise(x, [x < -0.2, x > 0.4], [lambda t: t * t, np.exp, lambda t: 3.0 * t]) * x)


def piecewise_of_another(x):
    squares = np.piecewise(x, [x > 9.0, x > 0.4], [lambda t: x * x, lambda t: t * x[0], lambda t: 3.0 * t])
    return np.sum(squares * x)


def piecewise_with_constant(x, p):
    y = np.piecewise(x, [x < -0.2, (x >= -0.2) & (x < 0.4)], [p, lambda t, q: t * q * p, 0.5], x[0])
    return np.sum(y * y)


def piecewise_of_a_reduction(x):
    return np.sum(np.piecewise(x, [x < 0.0, x > 5.0], [lambda t: t / np.sum(t), lambda t: t / np.max(t)]) * x)


def vectorized_lambda(x, k):
    return np.sum(np.vectorize(lambda t: t ** 3 * k if t > 0.0 else k * t)(x))


def vectorized_of_two(x, y):
    return np.sum(np.vectorize(lambda t, u: math.sin(t * u))(x, y) * x)


@np.vectorize
def clipped(t):
    return min(t, 0.5) * t if t > 0.0 else 0.25 * t


def vectorized_by_decorator(x):
    return np.sum(clipped(x) * x)


def vectorized_with_type(x):
    relu = np.vectorize(lambda t: t if t > 0 else 0, otypes=[float])
    return np.sum(relu(x) ** 2)


def vectorized_user_function(x):
    return np.sum(np.vectorize(double)(x) * x)


def vectorized_integers(x):
    return np.sum(np.vectorize(lambda t: 1 if t > 0 else -1)(x) * x)


def along_last_axis(x):
    return np.sum(np.apply_along_axis(lambda t: np.sum(t ** 2) * t[0], 1, x) ** 2)


def along_first_axis(x, k):
    return np.sum(np.apply_along_axis(lambda t: t * np.sum(t) * k, 0, x) * x)


def along_middle_axis(x):
    return np.sum(np.apply_along_axis(lambda t, c: np.outer(t, t[:2]) * c, 1, x, 2.0) ** 2)


def along_only_axis(x):
    return np.apply_along_axis(np.prod, 0, x) * x[0]


def over_axes(x):
    return np.sum(np.apply_over_axes(np.sum, x * x, (0, 2)) ** 2)


def from_function(x):
    return np.sum(np.fromfunction(lambda i, j: np.exp(-x * i) * j, (3, 4)))


def first_that_grows(x, limit):
    for f in [math.sin, lambda t: t * x, double, math.exp]:
        y = f(x)
        if y > limit:
            break
        x = x + 0.1
    else:
        y = x * x
    return y * x


def returned_from_loop(x, limit):
    for f in LIST:
        if f(x) > limit:
            return f(x) * x
        if x > 5.0:
            continue
        x = x * 1.1
    return x


def loops_in_loops(x, n):
    s = 0.0
    for i in range(n):
        for f in (math.sin, double):
            if i == 1:
                continue
            if f(x) * i > 3.0:
                return s * x
            s = s + f(x) * (i + 1)
    return s


def weighted_functions(x, n):
    s = 0.0
    for w, f in zip([1.0, x, 2.0], [math.sin, double, math.exp]):
        s = s + w * f(x)
    for k, f in enumerate(LIST):
        if k == n:
            break
        s = s + k * f(x)
    return s


def grown_list(x, n):
    functions = [math.sin]
    functions.append(lambda t: t * x)
    functions.insert(0, double)
    table = {"first": functions[0]}
    table["second"] = functions[-1]
    return functions[n](x) + sum(f(x) for f in functions) + table["second"](x)


def comprehension_of_functions(x):
    return sum([f(x) * 2.0 for f in LIST if f is not double])


def decorated_inside(x):
    def doubled(f):
        @functools.wraps(f)
        def wrapper(*args):
            return 2.0 * f(*args)
        return wrapper

    @doubled
    def inner(t):
        return t * t * x

    @np.vectorize
    def each(t):
        return t * x + 1.0

    return inner(x) + np.sum(each(np.array([x, 2.0])))


@functools.cache
def remembered(t):
    return t ** 3


def cached_function(x):
    return remembered(x) * x + remembered(2.0 * x)


def optional_function(x, f=None):
    g = f
    if g is None:
        g = math.cos
    return g(x) * x


def optional_callback(x):
    def integrate(f, weight=None):
        s = 0.0
        for k in range(3):
            s = s + (f(k * x) if weight is None else f(k * x) * weight(x))
        return s

    return integrate(math.sin) + integrate(math.cos, weight=lambda t: t * x)


def table_as_argument(x, table, name):
    return table[name](x) * x


CASES = [
    Case(decorated_inside, [(0.7,)]),
    Case(cached_function, [(0.7,)], scalar_only=True),
    Case(optional_function, [(0.7,), (0.7, math.sin)], argnums=(0,), scalar_only=True),
    Case(optional_callback, [(0.7,)], scalar_only=True),
    Case(table_as_argument, [(0.7, {"a": math.sin, "b": double}, "b")], argnums=(0,), scalar_only=True),
    Case(first_that_grows, [(0.7, 0.6), (0.7, 0.7), (0.7, 1.7), (0.7, 100.0)], scalar_only=True),
    Case(returned_from_loop, [(0.7, 0.6), (0.7, 0.7), (0.7, 100.0)], scalar_only=True),
    Case(loops_in_loops, [(0.7, 0), (0.7, 2), (0.7, 4)], scalar_only=True),
    Case(weighted_functions, [(0.7, 0), (0.7, 2), (0.7, 9)], scalar_only=True),
    Case(grown_list, [(0.7, 0), (0.7, 1), (0.7, -1)], scalar_only=True),
    Case(comprehension_of_functions, [(0.7,)], scalar_only=True),
    Case(indexed_list, [(0.7, 0), (0.7, 1), (0.7, 2), (0.7, -1), (0.7, -3)], scalar_only=True),
    Case(indexed_tuple_in_loop, [(0.7, 0), (0.7, 3)], scalar_only=True),
    Case(keyed_table, [(0.7, "square"), (0.7, "sin")], scalar_only=True),
    Case(global_table, [(0.7, "double"), (0.7, "sin")], scalar_only=True),
    Case(global_list, [(0.7, 0), (0.7, 1), (0.7, -1)], scalar_only=True),
    Case(loop_over_global_list, [(0.7,)], scalar_only=True),
    Case(chosen_by_branch, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(chosen_by_statement, [(0.7, "sin"), (0.7, "scaled"), (0.7, "")], scalar_only=True),
    Case(chosen_then_passed, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(made_in_every_iteration, [(0.7, 0), (0.7, 3)], scalar_only=True),
    Case(chosen_by_a_callee, [(0.7, True), (0.7, False)], scalar_only=True),
    Case(piecewise, [(arr(6),)]),
    Case(piecewise_of_another, [(arr(6),)]),
    Case(piecewise_with_constant, [(arr(6), 0.7)]),
    Case(piecewise_of_a_reduction, [(arr(6),), (arr(2, 3),)]),
    Case(vectorized_lambda, [(arr(4), 0.7), (arr(2, 3), -1.3)]),
    Case(vectorized_of_two, [(arr(3), arr(3, seed=1)), (arr(2, 1), arr(3)), (arr(3), 0.7)]),
    Case(vectorized_by_decorator, [(pos(3),), (arr(5),)]),
    Case(vectorized_with_type, [(arr(5),)]),
    Case(vectorized_user_function, [(arr(4),)]),
    Case(vectorized_integers, [(arr(4),)]),
    Case(along_last_axis, [(arr(3, 4),), (arr(2, 3, 4),)]),
    Case(along_first_axis, [(arr(3, 4), 0.7), (arr(2, 3, 4), 0.7)]),
    Case(along_middle_axis, [(arr(2, 3, 2),), (arr(2, 3, 1, 2),)]),
    Case(along_only_axis, [(arr(3),)]),
    Case(over_axes, [(arr(2, 3, 2),)]),
    Case(from_function, [(0.7,)]),
]
