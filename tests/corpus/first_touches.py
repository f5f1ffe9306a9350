"""Elements that are read once, or more often than it seems: the first sum into an adjoint's element may be the only one."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr


def squares(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s


def last_one_first(x):
    s = 0.0
    for i in range(-1, len(x)):
        s += x[i] ** 2 * (i + 2)
    return s


def counted_from_the_end_at_first(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i - 2] ** 2 * (i + 1)
    return s


def downwards_through_zero(x):
    s = 0.0
    for i in range(2, -3, -1):
        s += x[i] ** 2 * (i + 7)
    return s


def neighbours(x):
    s = 0.0
    for i in range(1, len(x)):
        s += x[i] * x[i - 1]
    return s


def over_and_over(x):
    s = 0.0
    for k in range(3):
        for i in range(len(x)):
            s += (k + x[i]) ** 2
    return s


def every_third(x):
    s = 0.0
    for i in range(0, len(x), 3):
        s = s * x[i] + x[i]
    return s + x[0] + x[-1] * x[1]


def first_and_last(x):
    return x[0] * x[-1] + x[1] * x[0] + x[-1] ** 2


def ends_of_one_element(x):
    y = x[:1] * 1.0
    return y[0] ** 2 + y[-1] * 3.0 + y[0]


def parameters_as_indices(x, i, j):
    return x[i] ** 2 + x[j] * x[i + 1] + x[j + 1]


def left_out_sometimes(x):
    s = 0.0
    for i in range(len(x)):
        if x[i] > 0.0:
            s += np.sin(x[i])
        elif i % 2:
            continue
        else:
            s -= x[i] * x[i]
    return s


def left_early(x):
    s = 0.0
    for i in range(len(x)):
        s = s * 0.5 + x[i] ** 2
        if s > 0.7:
            break
    return s * x[0]


def twice_in_one_iteration(x):
    s = 0.0
    for i in range(len(x)):
        a = np.cos(x[i])
        s += a * s
        s -= x[i] ** 3
    return s


def rows_and_columns(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s = s * 0.9 + a[i, j] ** 2
    return s


def columns_alone(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s = s * 0.9 + a[0, j] ** 2 + i
    return s


def upper_triangle(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(i, a.shape[1]):
            s = s * 0.9 + a[i, j] * a[j % a.shape[0], i]
    return s


def diagonal(a):
    s = 0.0
    for i in range(min(a.shape)):
        s = s * 0.9 + a[i, i] ** 2
    return s


def antidiagonals(a):
    s = 0.0
    for i in range(2):
        for j in range(2):
            s = s * 0.9 + a[0, i + j] ** 2
    return s


def rows(a):
    s = 0.0
    for i in range(len(a)):
        s += np.prod(a[i]) + a[i] @ a[i]
    return s


def overlapping_pieces(x):
    s = 0.0
    for i in range(len(x) - 2):
        s += np.prod(x[i:i + 3]) * (i + 1)
    return s


def listed(x):
    c = [x[0]]
    for i in range(1, len(x)):
        c.append(c[i - 1] * x[i] + 1.0)
    s = 0.0
    for i in range(len(x) - 1, -1, -1):
        s = s * c[i] + x[i]
    return s * c[-1]


def listed_from_the_second_on(x):
    c = [x[0], x[1]]
    for i in range(1, len(x)):  # c[i] is not what this iteration appends
        c.append(c[i] * c[i - 1] + x[i])
    return c[-1] + sum(c)


def listed_and_written(x):
    c = [1.0]
    for i in range(1, len(x)):
        c.append(x[i] * c[i - 1])
    c[2] = x[0] * c[2]
    c.pop()
    c[1] *= x[2]
    return sum(c)


def listed_twice_in_one_iteration(x):
    c = [1.0]
    for i in range(1, len(x)):
        c.append(np.sin(x[i]))
        c.append(c[i] * x[i])
    return sum(c)


def in_place(x):
    u = x.copy()
    for _ in range(2):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * u[i] + u[i - 1] * u[i + 1]
    return np.sum(u * u)


def in_place_from_the_end(x):
    u = x[:2].copy()
    for i in range(len(u)):  # with one element, the one before is the same
        u[i] = 0.5 * u[i] * u[i - 1]
    return np.sum(u * u)


def one_element_in_place(x):
    u = x[:1].copy()
    for i in range(len(u)):
        u[i] = 0.5 * u[i] + u[i - 1] ** 2
    return u[0]


def in_place_with_another(x, k):
    u = x.copy()
    for i in range(len(u)):
        u[i] = u[i] * u[k] + u[i]
    return np.sum(u)


def parts(x):
    return np.sum(x[2:5]) * np.mean(x[::2]) + x[1:][0] * x[-1]


def masked(x):
    return np.sum(x[x > 0.7]) * np.sum(x[x < 0.9] ** 2)


def chosen_by_rows(z, labels):
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(labels)), labels])


def chosen_twice(z, labels):
    return np.sum(z[np.arange(z.shape[0]), labels]) + np.sum(z[np.arange(len(labels)), labels] ** 2)


def chosen_from_one_row(z, labels):  # np.arange(1) stands for as many rows as there are labels
    return np.sum(z[np.arange(len(labels) - 2), labels] ** 2)


def with_new_axes(a):  # the second part of one index belongs to the axis of the first part of the other
    return a[0, 1] * np.sum(a[None, 0] ** 2) + a[0, 2] * np.sum(a[0, None, 1:] ** 2)


def with_ellipses(a):
    return a[0, 1] * np.sum(a[..., 0] ** 2) + a[1, 0] * np.sum(a[..., 0, :])


def masked_rows(a):
    return a[0, 1] * np.sum(a[a > 0.9] ** 2) + a[1, 1] * np.sum(a[a[:, 0] > 0.5, 0:2])


def numbered(x):
    return np.sum(x[np.arange(-2, 4)] ** 2) + np.sum(x[np.arange(3)] ** 3)


def downwards(x):
    return np.sum(x[np.arange(2, -4, -1)] ** 2)


CASES = [Case(f, [(arr(5, low=0.4, high=1.3),)]) for f in (
    squares, last_one_first, counted_from_the_end_at_first, downwards_through_zero, neighbours, over_and_over, every_third, first_and_last,
    ends_of_one_element, left_out_sometimes, left_early, twice_in_one_iteration, overlapping_pieces, listed, listed_from_the_second_on,
    listed_and_written, listed_twice_in_one_iteration, in_place, in_place_from_the_end, one_element_in_place,
    parts, masked, numbered, downwards)]
CASES += [Case(f, [(arr(3, 4, low=0.4, high=1.3),)]) for f in (
    rows_and_columns, columns_alone, upper_triangle, diagonal, antidiagonals, rows, with_new_axes, with_ellipses,
    masked_rows)]
CASES += [Case(parameters_as_indices, [(arr(4, low=0.4, high=1.3), 1, 1), (arr(4, low=0.4, high=1.3), -2, 1)]),
          Case(in_place_with_another, [(arr(4, low=0.4, high=1.3), 2), (arr(4, low=0.4, high=1.3), -1)])]
LABELS = np.array([1, 2, 1])
CASES += [Case(f, [(arr(3, 4), LABELS)]) for f in (chosen_by_rows, chosen_twice, chosen_from_one_row)]
