"""Lists that grow and shrink at their end: stacks of numbers, of pairs, of arrays."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def reverse_polish(x, tokens):
    stack = []
    k = 0
    for t in tokens:
        if t == "x":
            stack.append(x[k])
            k += 1
        elif t == "*":
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b)
        else:
            stack.append(math.sin(stack.pop()))
    return stack[-1]


def visits(x):
    s = 0.0
    todo = [(0, 1.0)]
    while todo:
        k, w = todo.pop()
        s += w * x[k] ** 2
        if 2 * k + 2 < len(x):
            todo.append((2 * k + 1, w * x[k]))
            todo.append((2 * k + 2, w * 0.5))
    return s


def visits_of_numbers(x):
    s = 0.1
    todo = [0]
    while todo:
        k = todo.pop()
        s += s * x[k] + x[k] ** 2
        if 2 * k + 2 < len(x):
            todo += [2 * k + 1, 2 * k + 2]
    return s


def products_or_sums(x):
    stack = [x[0]]
    for i in range(1, len(x)):
        if x[i] > 0.8:
            stack.append(x[i] * stack[-1])
        else:
            v = stack.pop()
            stack.append(v + math.sin(x[i]))
            stack.append(x[i])
    s = 0.0
    for v in stack:
        s += v * v
    return s


def last_items(x):
    items = [x[0]]
    for i in range(1, len(x)):
        items.append(items[-1] * x[i] + items[-1])
    return items[-1] + items[1]


def read_and_dropped(x):
    items = [v * v for v in x]
    s = 0.0
    for i in range(len(x) - 2):
        s = s * 0.5 + items[-1] * items[-2] + items[0]
        del items[-1]
        items[-1] = items[-1] * x[i]
    return s + sum(items)


def hull(x):
    path = [x[0], x[1]]
    s = 0.0
    for i in range(2, len(x)):
        while len(path) >= 2 and path[-1] - path[-2] < (x[i] - path[-1]) * 0.3 + 0.05:
            path.pop()
        path.append(x[i])
        s += sum(path) * path[-1]
    return s + path[0]


def until_it_is_empty(x):
    stack = [v * v for v in x]
    s = 0.0
    for i in range(2 * len(x)):
        if stack:
            s = s * 0.5 + stack.pop() * x[i // 2]
        else:
            s = s * 1.01
    return s


def every_other(x):
    stack = [v * v for v in x]
    s = 0.0
    for i in range(len(x)):
        if stack and i % 2 == 0:
            s = s * 0.5 + stack.pop() * x[i]
    return s + sum(stack)


def either(x):
    large = [v for v in x if v > 5.0]
    chosen = large or [x[1], 2.0]
    return (chosen[0] if chosen else 3.0) * x[0]


def of_arrays(x):
    stack = [x]
    for _ in range(3):
        stack.append(stack[-1] * x)
    s = 0.0
    while len(stack) > 1:
        v = stack.pop()
        s = s + np.sum(v * v)
    return s + np.sum(stack.pop())


def undone(x):
    done = []
    v = x[0]
    for i in range(len(x)):
        done.append(v)
        v = v * x[i]
        if x[i] < 0.7:
            v = done.pop()
    return v + sum(done)


def two_names(x):
    a = [v * v for v in x]
    b = a
    s = 0.0
    while len(b) > 1:
        s = s * x[0] + b.pop() * a[-1]
    return s + a[0]


def kept(x):
    a = [v * v for v in x]
    kept = list(a)
    s = 0.0
    while a:
        s = s * 0.3 + a.pop() * kept[len(a)]
    return s + kept[-1]


def popped_in_a_function(x):
    def shorter(items):
        return items.pop() * items[-1]

    a = [v * v for v in x]
    s = 0.0
    while len(a) > 1:
        s = s * 0.3 + shorter(a)
    return s


def nested(x):
    rows = [[x[0]], [x[1], x[2]]]
    s = 0.0
    for i in range(4):
        rows[i % 2].append(x[i] * rows[i % 2][-1])
        if i > 1:
            s += rows[1].pop() * x[i]
    return s + sum(rows[0]) + sum(rows[1])


POINT = (arr(7, low=0.4, high=1.3),)
CASES = [Case(f, [POINT]) for f in (
    visits, visits_of_numbers, products_or_sums, last_items, read_and_dropped, hull, until_it_is_empty, every_other, either, of_arrays,
    undone, two_names, kept, popped_in_a_function, nested)]
CASES += [Case(reverse_polish, [(*POINT, list("xxs*xsx*x*s"))])]


def product_of_the_rest(x):
    stack = [v * v for v in x]
    last = stack.pop()
    return math.prod(stack) * last + stack[0]


def array_of_the_rest(x):
    stack = [v * v for v in x]
    last = stack.pop()
    return np.sum(np.array(stack) ** 2) * last + np.dot(stack, x[1:])


def products_on_the_way(x):
    stack = list(x)
    s = 0.0
    while len(stack) > 1:
        s += math.prod(stack)
        stack.pop()
    return s + np.sum(stack)


CASES += [Case(f, [POINT], order=1) for f in (product_of_the_rest, array_of_the_rest, products_on_the_way)]
