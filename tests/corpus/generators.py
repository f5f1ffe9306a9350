"""Generator functions, run over in loops and by functions that take all items."""
from __future__ import annotations

import itertools
import math

import numpy as np

from tests.corpus import Case, arr


def powers(x, n):
    for k in range(n):
        yield x ** k


def loop_over(x, n):
    s = 0.0
    for v in powers(x, n):
        s += v * v
    return s


def taken_by_functions(x):
    return sum(powers(x, 4)) + max(powers(x, 3)) + math.prod(list(powers(x, 3)))


def local(x):
    def values():
        yield x
        if x > 1.0:
            yield x * x
            return
        yield 3.0

    return sum(v * k for k, v in enumerate(values(), 1))


def walk(tree):
    if isinstance(tree, tuple):
        for branch in tree:
            yield from walk(branch)
    else:
        yield tree * tree


def sum_over_a_tree(tree):
    return sum(walk(tree))


def scaled(items, factor):
    for v in items:
        yield factor * v


def pipeline(x):
    return math.fsum(scaled(scaled(powers(x, 4), 2.0), x))


class Tank:
    def __init__(self, level, count):
        self.level, self.count = level, count

    def __iter__(self):
        for k in range(self.count):
            yield self.level * k

    def draining(self, rate):
        level = self.level
        while level > 0.1:
            yield level
            level = level - rate * level


def run_over_an_object(x):
    s = 0.0
    for v in Tank(x, 4):
        s += v * v
    return s + sum(Tank(x, 2))


def method(x):
    return sum(v * v for v in Tank(x, 4).draining(0.3))


def item_by_item(x):
    p = powers(x, 5)
    a, b, c = next(p), next(p), next(p)
    return a + b * c + sum(p)


def side_by_side(x):
    return sum(a * b for a, b in zip(powers(x, 4), powers(2.0 * x, 3)))


def ends_early(x):
    def sums(limit):
        total = 0.0
        while total < limit:
            total = total + x
            yield total

    for v in sums(5.0):
        if v > 3.0:
            break
    return v * v


def pairs(items):
    items = iter(items)
    before = next(items)
    for v in items:
        yield before, v
        before = v


def squared_steps(x):
    return sum((b - a) ** 2 for a, b in pairs(x))


def batches(x, size):
    for k in range(0, len(x), size):
        yield x[k:k + size]


def descent_by_batches(x):
    w = 0.5
    for batch in batches(x, 2):
        w = w - 0.1 * np.mean(batch * w)
    return w


def spread(x):
    first, *rest = powers(x, 4)
    return first + rest[0] * rest[1] + np.sum(np.array(list(powers(x, 3))))


def asked(x):
    return any(v > 2.0 for v in powers(x, 5)) * x + {2 * k: v for k, v in enumerate(powers(x, 3))}[4]


def chained(x):
    return sum(itertools.chain(powers(x, 3), scaled(powers(x, 2), 3.0))) + sum(itertools.islice(powers(x, 9), 3))


def simpson(f, a, b, n):
    def nodes():
        for k in range(n + 1):
            yield a + k * (b - a) / n, 1.0 if k in (0, n) else 4.0 if k % 2 else 2.0

    return sum(w * f(t) for t, w in nodes()) * (b - a) / n / 3.0


def quadrature(x):
    return simpson(lambda t: math.exp(-x * t), 0.0, x, 6)


def euler(u, rate, step, count):
    t = 0.0
    for _ in range(count):
        u = u - step * rate * u * u
        t += step
        yield t, u


def integrated(x):
    return sum(t * np.sum(u ** 2) for t, u in euler(x, 0.7, 0.1, 4))


def windows(items, n):
    held = []
    for v in items:
        held.append(v)
        if len(held) == n:
            yield list(held)
            held.pop(0)


def products_of_neighbours(x):
    return sum(a * b for a, b in windows([x, 2.0 * x, x * x, 3.0], 2))


CASES = [
    Case(integrated, [(arr(3),)]),
    Case(products_of_neighbours, [(1.3,)], scalar_only=True),
    Case(loop_over, [(1.3, 0), (1.3, 1), (0.7, 4)], scalar_only=True),
    *(Case(f, [(1.3,), (0.7,)], scalar_only=True) for f in (
        taken_by_functions, local, pipeline, run_over_an_object, method, item_by_item, side_by_side, ends_early, spread, asked, chained,
        quadrature)),
    Case(sum_over_a_tree, [((1.0, (2.0, 3.0), ((0.5,),)),)], scalar_only=True),
    *(Case(f, [(arr(4),)]) for f in (squared_steps, descent_by_batches)),
]
