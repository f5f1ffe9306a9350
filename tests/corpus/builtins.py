"""Python's functions of functions and of iterators: sorted, min and max with keys, map, filter, reduce, itertools."""
from __future__ import annotations

import functools
import itertools
import math
import operator
from functools import partial, reduce
from itertools import accumulate, chain, combinations, count, islice, pairwise, permutations, product, repeat, zip_longest

import numpy as np

from tests.corpus import Case


def sorted_key(xs):
    return sum(k * v for k, v in enumerate(sorted(xs, key=lambda v: -v)))


def sorted_plain(xs):
    s = sorted(xs)
    return s[0] * s[1] + s[-1]


def sorted_reverse(xs):
    s = sorted(xs, reverse=True)
    return s[0] * s[1] ** 2


def sorted_pairs(xs):
    pairs = sorted(zip(xs, range(len(xs))), key=lambda p: p[0])
    return sum(v * i for v, i in pairs)


def sorted_abs(xs):
    a, *rest = sorted(xs, key=abs)
    return a * sum(rest)


def max_key(xs):
    m = max(xs, key=lambda v: v * v)
    return m ** 3


def min_key_abs(xs):
    return min(xs, key=abs) ** 2


def max_default(xs):
    return max([x for x in xs if x > 5], default=1.0) * xs[0]


def min_default_gen(xs):
    return min((x for x in xs if x > 0), default=1.0) ** 2


def max_star(xs):
    return max(*xs) * min(*xs)


def map_lambda(xs):
    return sum(map(lambda v: v * v, xs))  # noqa: C417


def map_math(xs):
    return sum(map(math.sin, xs))


def map_list(xs):
    ys = list(map(lambda v: 2 * v ** 2, xs))  # noqa: C417
    return ys[0] * ys[1]


def map_two(xs):
    return sum(map(operator.mul, xs, [1.0, 2.0, 3.0, 4.0]))


def map_loop(xs):
    s = 0.0
    for y in map(math.exp, xs):
        s += y
    return s


def filter_sum(xs):
    return sum(filter(lambda v: v > 0, xs))


def filter_list(xs):
    ys = list(filter(lambda v: v > 0, xs))
    return ys[0] * ys[-1]


def filter_loop(xs):
    s = 1.0
    for v in filter(lambda v: v > 0, xs):
        s *= v
    return s


def zip_star(xs):
    pairs = [(x, x * x) for x in xs]
    a, b = zip(*pairs)
    return sum(a) * sum(b)


def zip_star_lit(x):
    a, b = zip(*[(x, 2 * x), (x * x, 3.0)])
    return a[0] * a[1] + b[0] * b[1]


def zip_star_list(xs):
    cols = list(zip(*[[v, v ** 2] for v in xs]))
    return sum(cols[1]) * cols[0][0]


def enum_start(xs):
    s = 0.0
    for i, v in enumerate(xs, 1):
        s += v ** i
    return s


def reduce_lambda(xs):
    return reduce(lambda a, b: a * b + b, xs)


def reduce_init(xs):
    return functools.reduce(lambda a, b: a + b ** 2, xs, 1.0)


def reduce_mul(xs):
    return reduce(operator.mul, xs)


def reduce_horner(x):
    return reduce(lambda acc, c: acc * x + c, [1.0, 2.0, 3.0])


def reduce_mat(u):
    ms = [np.outer(u, u), np.eye(4) + np.diag(u), np.ones((4, 4))]
    return reduce(np.dot, ms)[0, 1]


def partial_pow(x):
    sq = partial(pow, x)
    return sq(3)


def partial_lambda(x):
    f = partial(lambda a, b: a * b * b, x)
    return f(2.0) + f(b=x)


def partial_map(xs):
    f = partial(lambda c, v: c * v * v, 2.0)
    return sum(map(f, xs))


def compose_funcs(x):
    def compose(*fs):
        return reduce(lambda f, g: lambda v: g(f(v)), fs)
    return compose(math.sin, math.exp)(x)


def chain_sum(xs):
    return sum(chain(xs, [v * v for v in xs]))


def chain_loop(xs):
    p = 1.0
    for v in itertools.chain(xs, [2.0], xs[1:]):
        p *= v
    return p


def chain_from(xs):
    return sum(chain.from_iterable([[v, v * v] for v in xs]))


def product_sum(xs):
    return sum(a * b for a, b in product(xs, xs))


def product_range(x):
    s = 0.0
    for i, j in itertools.product(range(3), range(2)):
        s += x ** i * (j + 1)
    return s


def product_repeat(x):
    return sum(x ** (i + j) for i, j in product(range(3), repeat=2))


def accumulate_sum(xs):
    return sum(v * v for v in accumulate(xs))


def accumulate_list(xs):
    c = list(accumulate(xs))
    return c[-1] * c[1]


def accumulate_func(xs):
    return list(accumulate(xs, lambda a, b: a * b))[-1]


def accumulate_mul(xs):
    return sum(accumulate(xs, operator.mul))


def accumulate_init(xs):
    return sum(accumulate(xs, initial=2.0)) ** 2


def islice_sum(xs):
    return sum(islice(xs, 2)) ** 2


def islice_loop(xs):
    s = 0.0
    for v in islice(xs, 1, 3):
        s += v * v
    return s


def repeat_zip(xs):
    return sum(a * b for a, b in zip(xs, repeat(2.0)))


def repeat_count(x):
    s = 1.0
    for v in repeat(x, 3):
        s *= v
    return s


def combos(xs):
    return sum(a * b for a, b in combinations(xs, 2))


def combos_range(xs):
    s = 0.0
    for i, j in itertools.combinations(range(len(xs)), 2):
        s += (xs[i] - xs[j]) ** 2
    return s


def perms(xs):
    return sum(a * b * b for a, b in permutations(xs, 2))


def pairwise_sum(xs):
    return sum((b - a) ** 2 for a, b in pairwise(xs))


def pairwise_arr(u):
    return sum((b - a) ** 2 for a, b in itertools.pairwise(u))


def ziplong(xs):
    return sum(a * b for a, b in zip_longest(xs, xs[:2], fillvalue=1.0))


def starmap_sum(xs):
    return sum(map(lambda a, b: a * b, xs, xs[1:]))


def starmap_pow(x):
    return sum(itertools.starmap(pow, [(x, 2), (x, 3)]))


def count_zip(xs):
    return sum(k * v for k, v in zip(count(1), xs))


def count_break(x):
    s = 0.0
    for k in itertools.count():
        s += x ** k
        if k >= 3:
            break
    return s


def cycle_zip(xs):
    return sum(s * v for s, v in zip(itertools.cycle([1, -1]), xs))


def takewhile_sum(xs):
    return sum(itertools.takewhile(lambda v: v < 1, xs))


def sum_start(xs):
    return sum((v * v for v in xs), 1.0)


def sum_start_kw(xs):
    return sum((v * v for v in xs), start=xs[0])


def sum_start_list(xs):
    return sum([[v, v * v] for v in xs], [])[1]  # noqa: RUF017


def any_all(xs):
    if any(v > 1 for v in xs) and all(v < 10 for v in xs):
        return sum(xs) ** 2
    return 0.0


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)

CASES = [
    *[Case(f, [(L,)]) for f in (
        sorted_key, sorted_plain, sorted_reverse, sorted_pairs, sorted_abs, max_key, min_key_abs, max_default, min_default_gen,
        max_star, map_lambda, map_math, map_list, map_two, map_loop, filter_sum, filter_list, filter_loop, zip_star,
        zip_star_list, enum_start, reduce_lambda, reduce_init, reduce_mul, partial_map, chain_sum, chain_loop, chain_from,
        product_sum, accumulate_sum, accumulate_list, accumulate_func, accumulate_mul, accumulate_init, islice_sum, islice_loop,
        repeat_zip, combos, combos_range, perms, pairwise_sum, ziplong, starmap_sum, count_zip, cycle_zip, takewhile_sum,
        sum_start, sum_start_kw, sum_start_list, any_all,)],
    *[Case(f, [(X,)]) for f in (
        zip_star_lit, reduce_horner, partial_pow, partial_lambda, compose_funcs, product_range, product_repeat, repeat_count,
        starmap_pow, count_break,)],
    *[Case(f, [(A,)]) for f in (
        reduce_mat, pairwise_arr,)],
]
