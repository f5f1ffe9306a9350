"""Loops whose iterations depend on one another but for sums, or not at all, and ones that only look like it."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case


def log_loss(w, xs, ys):
    loss = 0.0
    for x, y in zip(xs, ys):
        p = 1.0 / (1.0 + math.exp(-w * x))
        loss -= y * math.log(p) + (1.0 - y) * math.log(1.0 - p)
    return loss / len(xs)


def every_pair(x):
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e += math.exp(-d * d) * math.cos(x[i])
    return e


def paths(a, x):
    total = 0.0
    for k in range(len(x)):
        s = a
        for _ in range(3):
            s = s * math.sin(s + x[k])
        total += s * s
    return total / len(x)


def root_of_sum(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        total += s * s
    return math.sqrt(total)


def sum_read_by_the_next(a, x):
    total = 1.0
    for k in range(len(x)):
        s = math.sin(a * x[k])
        total += s * s
    other = 0.0
    for k in range(len(x)):
        s = math.cos(a * x[k]) / total
        other += s * s
    return other


def two_sums(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.sin(a * x[k])
        total += s * s
    other = 0.0
    for k in range(len(x)):
        s = math.cos(a * x[k])
        other += s * s * s
    return total - 2.0 * other


def sum_in_its_own_terms(a, x):
    total = 0.5
    for k in range(len(x)):
        s = math.sin(a * x[k])
        total += s * s * total
    return total


def filled(a, x):
    out = np.zeros(len(x))
    for k in range(len(x)):
        s = math.sin(a * x[k])
        out[k] = s * s
    return np.sum(out * x)


def filled_and_squared(a, x):
    out = np.zeros(len(x))
    for k in range(len(x)):
        s = math.sin(a * x[k])
        out[k] = s * s
    return np.sum(out * out)


def one_buffer(a, x):
    total = 0.0
    work = np.zeros(3)
    for k in range(len(x)):
        for j in range(3):
            work[j] = math.sin(a * x[k] + j)
        for j in range(3):
            total += work[j] * work[j] * work[0]
    return total


def one_buffer_of_slices(a, x):
    total = 0.0
    work = np.zeros(3)
    for k in range(len(x)):
        work[:] = np.sin(a * x[k] + np.arange(3))
        total += np.sum(work * work)
    return total


def left_in_the_buffer(a, x):
    total = 0.0
    work = np.ones(3)
    for k in range(len(x)):
        work[k % 3] = math.sin(a * x[k]) * work[0]
        total += work[0] * work[1] * work[2]
    return total


def until(a, n):
    total, k = 0.0, 0
    while k < n:
        s = math.sin(a * k)
        total += s * s
        k += 1
    return total


def signs(a, x):
    total, sign = 0.0, 1.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        total += sign * s * s
        sign = -sign
    return total


def left_early(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        if s > 3.0:
            break
        total += s * s
    return total


def left_out(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        if s > 3.0:
            continue
        total += s * s
    return total


def chosen_term(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        if s > 1.5:
            total += s * s
        else:
            total -= math.sin(s)
    return total


def largest(a, x):
    best = 0.0
    for k in range(len(x)):
        s = math.exp(a * x[k])
        if s * s > best:
            best = s * s
    return best


def arrays_added_up(w, xs):
    out = np.zeros(len(w))
    for x in xs:
        h = np.tanh(w * x)
        out = out + h * h
    return np.sum(out * w[0])


def weights_changed_afterwards(w, xs):
    total = 0.0
    for x in xs:
        h = np.tanh(w * x)
        total += np.sum(h * h)
    w = w * w
    return total + np.sum(w * xs[0])


def times_its_weight(w, xs):
    total = 0.0
    for x in xs:
        h = np.tanh(w * x)
        total += np.sum(h * h)
    return total * w[0]


def on_a_condition(a, x):
    total = 0.0
    if a > 0.0:
        for k in range(len(x)):
            s = math.sin(a * x[k])
            total += s * s
        total = total * 2.0
    return total + a


def each_step(a, x, n):
    for _ in range(n):
        total = 0.0
        for k in range(len(x)):
            s = math.sin(a * x[k])
            total += s * s
        a = a - 0.1 * total
    return a


def list_of_numbers(items):
    total = 0.0
    for item in items:
        s = math.sin(item)
        total += s * s
    return total


def nested_of_lists(rows):
    total = 0.0
    for row in rows:
        largest = 0.0
        for item in row:
            s = math.sin(item)
            largest += s * s
        total += math.exp(largest)
    return total


def kept_too(a, x):
    total, seen = 0.0, []
    for k in range(len(x)):
        s = math.sin(a * x[k])
        seen.append(s)
        total += s * s
    return total + seen[-1] * seen[0]


def from_the_end(a, x):
    total = 0.0
    for k in reversed(range(len(x))):
        s = math.sin(a * x[k])
        total += s * s
    return total


def minus_the_total(a, x):
    total = 0.0
    for k in range(len(x)):
        s = math.sin(a * x[k])
        total = s * s - total
    return total


def integral(a, b, n):
    h = (b - a) / n
    s = math.exp(a * b)
    for k in range(1, n):
        s += math.exp(math.sin(a + k * h))
    return s * h


def mean_of_squares(x, w):
    total = 0.0
    for k in range(len(x)):
        s = math.exp(x[k] * w)
        total += s * s
    return total * w * x[0]


def branch_in_a_branch(x, w, n):
    if n:
        x -= math.tanh(math.tanh(w) if n else x)
    return x


def branches_of_one_test(a, x):
    total = 0.0
    for k in range(len(x)):
        large = x[k] > 0.5
        s = math.exp(a * x[k]) if large else math.sin(a * x[k])
        t = s * s
        u = math.exp(t) if large else math.cos(t) * s
        total += s * u
    return total


X = np.array([0.3, 1.1, 0.7, 0.2])
CASES = [
    Case(log_loss, [(0.7, X, np.array([0.9, 0.2, 0.6, 0.5]))]),
    Case(every_pair, [(X,), (np.array([0.4]),)]),
    Case(paths, [(0.7, X)]),
    Case(root_of_sum, [(0.7, X)]),
    Case(sum_read_by_the_next, [(0.7, X)]),
    Case(two_sums, [(0.7, X), (0.7, np.array([0.3]))]),
    Case(sum_in_its_own_terms, [(0.7, X)]),
    Case(filled, [(0.7, X)]),
    Case(filled_and_squared, [(0.7, X)]),
    Case(one_buffer, [(0.7, X)]),
    Case(one_buffer_of_slices, [(0.7, X)]),
    Case(left_in_the_buffer, [(0.7, X)]),
    Case(until, [(0.7, 4), (0.7, 0)]),
    Case(signs, [(0.7, X)]),
    Case(left_early, [(0.7, X), (2.0, X)]),
    Case(left_out, [(0.7, X), (2.0, X)]),
    Case(chosen_term, [(0.7, X)]),
    Case(largest, [(0.7, X)]),
    Case(arrays_added_up, [(np.array([0.3, 0.9]), np.array([[0.5, 1.0], [0.2, 0.4], [1.2, 0.1]]))]),
    Case(weights_changed_afterwards, [(np.array([0.3, 0.9]), np.array([[0.5, 1.0], [0.2, 0.4], [1.2, 0.1]]))]),
    Case(times_its_weight, [(np.array([0.3, 0.9]), np.array([[0.5, 1.0], [0.2, 0.4], [1.2, 0.1]]))]),
    Case(on_a_condition, [(0.7, X), (-0.7, X)]),
    Case(each_step, [(0.7, X, 3), (0.7, X, 0)]),
    Case(list_of_numbers, [([0.3, 0.5, 0.9],)]),
    Case(nested_of_lists, [([[0.3, 0.5], [0.9, 0.1]],)]),
    Case(kept_too, [(0.7, X)]),
    Case(from_the_end, [(0.7, X)]),
    Case(integral, [(0.2, 1.1, 5), (0.2, 1.1, 1)]),
    Case(mean_of_squares, [(X, 0.7)]),
    Case(branch_in_a_branch, [(0.3, 0.2, 1), (0.3, 0.2, 0)]),
    Case(branches_of_one_test, [(0.7, X)]),
    Case(minus_the_total, [(0.7, X)]),
]
