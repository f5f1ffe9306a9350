"""Elements that are read through rows, columns, views and helpers: each has one place in the adjoint."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def row_by_row(u):
    s = 0.0
    for i in range(len(u)):
        for j in range(u.shape[1]):
            s += u[i][j] ** 2 * (i + 1)
    return s


def row_under_a_name(u):
    s = 0.0
    for i in range(1, len(u)):
        r, q = u[i], u[i - 1]
        s += r[0] * q[1] + math.sqrt(r[0] ** 2 + r[2] ** 2)
    return s


def row_read_whole_too(u):
    s = 0.0
    for i in range(len(u)):
        r = u[i]
        s += r[0] * np.sum(r) + r[-1]
    return s


def row_in_one_arm(u):
    s = 0.0
    for i in range(len(u)):
        r = u[i]
        if i % 2:
            s += r[0] * r[i]
        elif r[1] > 0.9:
            s += r[1]
    return s


def row_that_is_written(u):
    u = u.copy()
    s = 0.0
    for i in range(1, len(u)):
        r = u[i]
        r[0] = r[1] * u[i - 1][0]
        s += r[0] * u[i][0]
    return s + u[-1][0]


def row_of_what_is_replaced(u):
    s = 0.0
    for i in range(2):
        r = u[i]
        u = u * 1.5
        s += r[0] * u[i][1]
    return s


def column_of_rows(u):
    s = 0.0
    for i in range(len(u)):
        s += u[:, 0][i] * u[:, 1][-1 - i] + u.T[2, i] * u.T[1][i]
    return s


def deeper(u):
    t = np.stack((u, u * 2.0))
    s = 0.0
    for i in range(2):
        for j in range(3):
            s += t[i][j][1] * t[i, :, 2][j] + t[..., 0][i][j] + t[i].T[j][0] + np.sum(t[i][j])
    return s


def tails(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += x[1:][i] * x[:-1][i] ** 2
    return s


def windows_of_the_same(x, k):
    s = 0.0
    for i in range(3):
        s += x[k:][i] * x[k - 1:-1][i] * x[::-1][i] * x[-4:][i]
    return s


def no_iterations(x):
    s = np.sum(x)
    for i in range(0):
        s += x[1:][i] * x.ravel()[i]
    return s


def backwards_and_forwards(x):
    s = 0.0
    for i in range(len(x)):
        s += x[::-1][i] * x[i] * (i + 1)
    return s


def flat_and_packed(u):
    s = 0.0
    for i in range(u.size):
        s += u.flat[i] ** 2 * i + u.ravel()[i] * u.reshape(-1)[-1 - i]
    return s


def of_the_same_shape(x):
    s = 0.0
    for i in range(len(x)):
        s += np.asarray(x)[i] ** 2 * i + x[:, None].squeeze()[i]
    return s


def real_and_imaginary(x):
    z = x * (1.0 + 2.0j)
    s = 0.0
    for i in range(len(x)):
        s += z.real[i] * z[i].imag + z.imag[i]
    return s


def view_of_what_is_written(x):
    y = np.zeros(len(x))
    for i in range(len(x) - 1):
        v = y[1:]
        v[i] = x[i] * y[i] + 1.0
    return y.sum()


def view_of_what_the_loop_writes(x):
    y = x.copy()
    s = 0.0
    for i in range(len(x) - 1):
        s += y[1:][i] * y[:-1][i]
        y[i + 1] = y[i] * 0.5
    return s


def slice_in_a_branch(x):
    s = 0.0
    for i in range(len(x) - 1):
        if x[i] > 0.8:
            s += x[1:][i] ** 2
    return s


def inner_loop(u):
    s = 0.0
    for i in range(len(u)):
        for j in range(2):
            s += u[i, 1:][j] * u[1:, j][0] * u[:, 1:][i, j]
    return s


def slope(u, i):
    if i > 1:
        return (u[i] - u[i - 1]) * u[i]
    return u[i]


def one_helper(x):
    s = 0.0
    for i in range(len(x)):
        s += slope(x, i) ** 2
    return s


def around(u, i, width=1):
    s = 0.0
    for k in range(-width, width + 1):
        s += u[(i + k) % len(u)] * (k + 2)
    return s


def with_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s += around(x, i) * around(x, i - 1, width=0)
    return s


def both(u, i):
    return slope(u, i) + around(u, i), u[i]


def helpers_of_helpers(x):
    s = 0.0
    for i in range(len(x)):
        a, b = both(x, i)
        s += a * b
    return s


def from_two(a, b, i):
    if a[i] > b[i - 1]:
        return a[i] * b[i - 1]
    return b[i - 1] - a[i]


def the_same_twice(x):
    s = 0.0
    for i in range(len(x)):
        s += from_two(x, x, i) * 2.0 + from_two(x, x * 1.3, i)
    return s


def helper_of_what_is_written(x):
    y = x.copy()
    for i in range(1, len(x)):
        y[i] = slope(y, i) + slope(x, i)
    return y[-1] * y[0]


def row_of(u, i):
    return u[i]


def rows_by_a_helper(u):
    s = 0.0
    for i in range(len(u)):
        r = row_of(u, i)
        s += np.sum(r * r) * r[0]
    return s


def between(xs, ys, x):
    k = int(np.searchsorted(xs, x))
    t = (x - xs[k - 1]) / (xs[k] - xs[k - 1])
    return (1.0 - t) * ys[k - 1] + t * ys[k]


def interpolated(y, at):
    xs = np.linspace(0.0, 2.0, len(y))
    s = 0.0
    for a in at:
        s += between(xs, y, a) ** 2
    return s


def looked_up(u, k, i):
    if k < 0:
        raise ValueError("below")
    return u[k, i] * u[k][0]


def with_an_exception(u):
    s = 0.0
    for i in range(u.shape[1]):
        try:
            s += looked_up(u, i - 1, i)
        except ValueError:
            s += u[0, 0]
    return s


def divided(u, lo, hi):
    if hi - lo == 1:
        return u[lo] ** 2
    middle = (lo + hi) // 2
    return divided(u, lo, middle) * divided(u, middle, hi) + u[lo]


def divided_in_a_loop(x):
    s = 0.0
    for i in range(3):
        s += divided(x, i, len(x))
    return s


def while_it_grows(x):
    s, i = 0.0, 0
    while s < 3.0 and i < len(x):
        s += slope(x, i) ** 2 + 0.3
        i += 1
    return s


def sparse_row(data, columns, starts, i, x):
    s = 0.0
    for k in range(starts[i], starts[i + 1]):
        s += data[k] * x[columns[k]]
    return s


def sparse(data, x):
    columns, starts = np.array([0, 2, 1, 0, 2]), np.array([0, 2, 3, 5])
    s = 0.0
    for i in range(3):
        s += sparse_row(data, columns, starts, i, x) ** 2
    return s


def squared_distance(p, i, j):
    d = 0.0
    for k in range(p.shape[1]):
        d += (p[i, k] - p[j, k]) ** 2
    return d


def bodies(p):
    s = 0.0
    for i in range(len(p)):
        for j in range(i):
            s += 1.0 / math.sqrt(squared_distance(p, i, j) + 0.1)
    return s


X, U = arr(6, low=0.4, high=1.3), arr(3, 4, low=0.4, high=1.3)
CASES = [Case(f, [(U,)]) for f in (
    row_by_row, row_under_a_name, row_read_whole_too, row_in_one_arm, row_that_is_written, row_of_what_is_replaced, column_of_rows, deeper,
    flat_and_packed, inner_loop, rows_by_a_helper, with_an_exception, bodies)]
CASES += [Case(f, [(X,)]) for f in (
    tails, no_iterations, backwards_and_forwards, of_the_same_shape, real_and_imaginary, view_of_what_is_written,
    view_of_what_the_loop_writes, slice_in_a_branch, with_a_loop, helpers_of_helpers, the_same_twice, helper_of_what_is_written,
    divided_in_a_loop, while_it_grows)]
CASES += [Case(one_helper, [(X,), ([0.3, 0.7, 1.1],)]), Case(windows_of_the_same, [(X, 2), (X, 1)]),
          Case(interpolated, [(X, arr(4, low=0.1, high=1.9))]),
          Case(sparse, [(arr(5), arr(3))])]


def arrays_in_a_list(x):
    ws = [x, x * 2.0, x]
    s = 0.0
    for k in range(3):
        for i in range(len(x)):
            s += ws[k][i] ** 2 * (i + k) + ws[0][i] * ws[-1][i - 1]
    return s


def arrays_in_a_list_replaced(x):
    ws = [x, x * 2.0]
    s = 0.0
    for i in range(1, len(x)):
        s += ws[i % 2][i] * ws[0][i - 1]
        ws[0] = ws[1] * 1.5
        ws.append(x * s)
        s += ws[i][i] ** 2
    return s + ws[-1][0]


def arrays_in_a_list_written(x):
    ws = [x.copy(), x * 2.0]
    for i in range(1, len(x)):
        ws[0][i] = ws[1][i - 1] * ws[0][i - 1]
        ws[1][i] += ws[0][i] * x[i]
    return ws[0][-1] + ws[1].sum()


def layers(ws, x):
    for k in range(len(ws)):
        y = np.zeros(ws[k].shape[0])
        for i in range(ws[k].shape[0]):
            for j in range(ws[k].shape[1]):
                y[i] += ws[k][i, j] * x[j] + ws[k][i][j] ** 2
        x = y
    return x[0] * x[1]


def list_handed_back(x):
    ws = [x * 2.0, x * x]
    s = 0.0
    for i in range(len(x)):
        s += ws[1][i] * ws[0][-i]
    ws[1] = ws[1] * s
    return ws


def rows_of_lists_of_arrays(x):
    ws = [[x, x * 2.0], [x * 3.0]]
    s = 0.0
    for i in range(len(x)):
        s += ws[0][i % 2][i] * ws[1][0][i]
    return s


def slices_that_move(x):
    s = 0.0
    for i in range(len(x) - 2):
        w = x[i:i + 3]
        s += w[0] * w[2] - w[1] ** 2 + x[i:][1]
    return s


def slices_of_what_moves(x):
    y = x * 1.0
    s = 0.0
    for i in range(len(x) - 3):
        w = y[i:i + 3]
        s += w[0] * w[2]
        y = y * w[1]
        s += w[-1] * y[i]
        y[i + 1:][0] = s
    return s + y[2]


def slices_of_slices(x):
    s = 0.0
    for i in range(2):
        v = x[i:]
        w = v[1:]
        s += w[0] * v[1] + w[1] + np.sum(v)
    return s


def in_arms(x):
    s = 0.0
    for i in range(len(x) - 1):
        v = x[i:]
        if x[i] > 0.9:
            s += v[0] * v[1]
        else:
            s -= v[1]
    return s


CASES += [Case(f, [(X,)]) for f in (
    arrays_in_a_list, arrays_in_a_list_replaced, arrays_in_a_list_written, rows_of_lists_of_arrays, slices_that_move, slices_of_what_moves,
    slices_of_slices, in_arms)]
CASES += [Case(layers, [([arr(3, 4), arr(2, 3)], arr(4))]), Case(list_handed_back, [(X,)], vector_output=True)]


def column_of_a_row(u, n):
    return math.tanh(u[n, 1:][1]) * u[n:, 1][0]


CASES += [Case(column_of_a_row, [(U, 1), (U, 0)])]


def arrays_in_a_list_by_element(x):
    ws = [np.zeros(len(x)), x * 2.0]
    for i in range(1, len(x)):
        ws[0][i] = ws[0][i - 1] * x[i] + 1.0
        ws[1][i] += ws[0][i] ** 2
        ws[i % 2][i] *= 1.1
    return ws[1].sum() * ws[0][-1]


def matrices_in_a_list_by_element(x):
    ws = [np.zeros((len(x), 2)) for _ in range(3)]
    for k in range(3):
        for i in range(1, len(x)):
            for j in range(2):
                ws[k][i, 1 - j] = x[i] * ws[k - 1][i - 1, j] + ws[k][i][j] * x[0] + 0.5
    return sum(np.sum(w * w) for w in ws)


def lists_of_lists_of_arrays(x):
    ws = [[x * 1.0, x * 2.0], [x * 3.0]]
    for i in range(1, len(x)):
        ws[0][i % 2][i] = ws[1][0][i - 1] * x[i]
        ws[1][0][i] += ws[0][1][i]
    return np.sum(ws[0][0] * ws[0][1]) + np.sum(ws[1][0])


def one_array_twice(x):
    a = x * 1.0
    ws = [a, a]
    for i in range(1, len(x)):
        ws[0][i] = ws[1][i - 1] * x[i]
    return np.sum(ws[0] * ws[1]) + a[-1]


def named_and_listed(x):
    a, b = x * 1.0, x * 2.0
    ws = [a, b]
    for i in range(1, len(x)):
        ws[1][i] = a[i - 1] * ws[0][i]
        a[i] = b[i] * 0.5 + ws[1][i - 1]
    return np.sum(a) + np.sum(b * ws[0])


def listed_and_exchanged(x):
    ws = [x.copy(), np.zeros(len(x))]
    for _ in range(3):
        for i in range(1, len(x)):
            ws[1][i] = ws[0][i] * 0.5 + ws[0][i - 1] ** 2
        ws[0], ws[1] = ws[1], ws[0]
    return np.sum(ws[0]) + ws[1][2]


def listed_and_appended(x):
    ws = [x * 1.0]
    for k in range(3):
        ws.append(ws[k].copy())
        for i in range(1, len(x)):
            ws[k + 1][i] = ws[k][i - 1] * ws[k][i] + x[k]
        ws[k][0] = 0.3 * x[1]
    return sum(np.sum(w) for w in ws)


def listed_and_appended_itself(x):
    ws = [x * 1.0]
    for k in range(2):
        ws.append(ws[k])
        ws[k + 1][k] = ws[0][k + 1] ** 2
        ws[0][3] *= x[k]
    return sum(np.sum(w) for w in ws)


def arguments_in_a_list(x, y):
    ws = [x, y * 1.0]
    s = 0.0
    for i in range(1, len(x)):
        ws[1][i] = ws[0][i] * ws[1][i - 1]
        s += ws[1][i] * y[i]
    return s


def list_of_arguments(ws, x):
    for k in range(len(ws)):
        for i in range(1, len(x)):
            x[i] += ws[k][i] * x[i - 1]
    return x[-1] * ws[0][0]


def slices_by_element(x):
    y = np.zeros(len(x))
    v = y[1:]
    w = y[:-1][::-1]
    for i in range(len(x) - 1):
        v[i] = x[i] * y[i] + 1.0
        v[-1] += v[i] * 0.5
        w[i] *= x[-1]
    return y.sum() + w[0] * v[1]


def inner_part_by_element(u):
    u = u.copy()
    v = u[1:, 1:-1]
    for i in range(v.shape[0]):
        for j in range(v.shape[1]):
            v[i, j] = 0.5 * v[i, j] + u[i, j] * v[i - 1, j]
            u[i, 1:][j] += v[i][j] ** 2
    return np.sum(u * u) + v[0, 1]


def slices_of_columns_by_element(u):
    u = u * 1.0
    c = u[1:, 2]
    for i in range(2):
        c[i] = u[i, 2] * c[1 - i]
        u[:, 1:][i, 0] = c[i] ** 2
    return np.sum(u[:, 2] * u[:, 1])


CASES += [Case(f, [(X,)]) for f in (
    arrays_in_a_list_by_element, matrices_in_a_list_by_element, lists_of_lists_of_arrays, one_array_twice, named_and_listed,
    listed_and_exchanged, listed_and_appended, listed_and_appended_itself, slices_by_element)]
CASES += [Case(f, [(U,)]) for f in (inner_part_by_element, slices_of_columns_by_element)]
CASES += [Case(arguments_in_a_list, [(X, arr(6, low=0.3, high=1.1))]),
          Case(list_of_arguments, [([arr(6), arr(6, low=0.2, high=0.9)], X)], writes=True)]


def of_parameters_in_a_tuple(p):
    s = 0.0
    for i in range(1, len(p[0])):
        s += p[0][i] * p[1][i - 1] * p[2] + p[-1]
    return s


def of_parameters_in_dictionaries(p):
    s = 0.0
    for i in range(3):
        s += p["layers"][0]["w"][i] * p["layers"][1]["w"][-i] + p["b"]
    return s


CASES += [Case(of_parameters_in_a_tuple, [((X, arr(6, low=0.2, high=0.8), 1.3),)]),
          Case(of_parameters_in_dictionaries, [({"layers": [{"w": X}, {"w": arr(4)}], "b": 0.3},)])]


def bisection(x, v):
    lo, hi = 0, len(x) - 1
    while hi - lo > 1:
        middle = (lo + hi) // 2
        if x[middle] > v:
            hi = middle
        else:
            lo = middle
    return (v - x[lo]) / (x[hi] - x[lo]) + lo


def bisections(x, v):
    y = np.cumsum(x)
    s = 0.0
    for k in range(1, 4):
        s += bisection(y, v * k) ** 2
    return s


CASES += [Case(bisections, [(X, 0.7)])]


def summed_by_halves(x, lo, hi):
    if hi - lo == 1:
        return x[lo] * x[lo]
    middle = (lo + hi) // 2
    return 0.5 * summed_by_halves(x, lo, middle) + summed_by_halves(x, middle, hi)


def halves(x):
    return summed_by_halves(x, 0, len(x)) * x[0]


def crossed(x, y, lo, hi):
    if hi - lo == 1:
        return x[lo] * math.sin(y[lo])
    middle = (lo + hi) // 2
    return crossed(x, y, lo, middle) * crossed(y, x, middle, hi)


def two_arrays_by_halves(x):
    return crossed(x, 2.0 * x, 0, len(x))


def the_same_twice_by_halves(x):
    return crossed(x, x, 0, len(x))


def horner(c, k, t):
    if k == len(c) - 1:
        return c[k]
    return c[k] + t * horner(c, k + 1, t)


def polynomial_of_a_list(x):
    c = [v * v for v in x]
    return horner(c, 0, x[0]) * c[1]


def polynomial_of_a_given_list(c, t):
    s = 0.0
    for k in range(len(c)):
        s += horner(c, k, t) * c[k]
    return s


def root_or_element(u, i):
    try:
        return math.sqrt(u[i]) * u[i + 1]
    except IndexError:
        return u[i]


def exceptions_of_what_is_written(x):
    y = x * 1.0
    for i in range(1, len(x)):
        y[i] = root_or_element(y, i - 1) + x[i] * root_or_element(y, i)
    return np.sum(y * x)


def arrays_that_are_exchanged(x):
    u, v = x * 1.0, np.zeros(len(x))
    for _ in range(3):
        for i in range(len(x)):
            v[i] = root_or_element(u, i)
        u, v = v, u
    return np.sum(u) + u[0] * v[1]


def kept_under_another_name(x):
    y = x * 2.0
    before = y
    s = 0.0
    for i in range(len(x)):
        s += root_or_element(y, i)
    y = y + s
    return s * before[0] + np.sum(before * y) + root_or_element(y, 1)


def chosen_array(x):
    y = x * 3.0
    s = 0.0
    for i in range(len(x)):
        s += root_or_element(x if i % 2 else y, i)
    return s * y[0]


def rows_that_are_replaced(x):
    a = np.zeros((len(x), 2))
    for i in range(len(x)):
        a[i, 0] = x[i]
        a[i] = root_or_element(a[i] + 1.0, 0)
    return np.sum(a * a)


def falling(x, i, k):
    s = root_or_element(x, i)
    return s if k == 0 else s * 0.5 + falling(x, i, k - 1)


def falling_of_what_is_written(x):
    y = x * 1.0
    for i in range(1, len(x)):
        y[i] = falling(y, i - 1, 2) + 0.1
    return np.sum(y * x)


def two_results(x, i):
    s = x[i] * x[i]
    try:
        t = math.sin(s) * x[i]
    except ValueError:
        t = 0.0
    return s, t


def two_results_in_arms(x):
    s = 0.0
    for i in range(len(x)):
        if i % 3 == 0:
            a, b = two_results(x, i)
            s += a * b
        elif i % 3 == 1:
            s += x[i]
        else:
            s += two_results(x, 0)[1] * two_results(x, i)[0]
    return s


CASES += [Case(f, [(X,)]) for f in (
    halves, two_arrays_by_halves, the_same_twice_by_halves, polynomial_of_a_list, exceptions_of_what_is_written,
    arrays_that_are_exchanged, kept_under_another_name, chosen_array, rows_that_are_replaced, falling_of_what_is_written,
    two_results_in_arms)]
CASES += [Case(polynomial_of_a_given_list, [([0.3, 0.7, 1.1], 0.4), ([0.3], 0.2)])]


TABLE = np.linspace(0.2, 1.0, 9)


def weighed(x, w, i):
    if i == 0:
        return w[0] * x[0]
    return w[i] * x[i] + weighed(x, w, i - 1)


def weighed_by_constants(x):
    return weighed(x, TABLE, len(x) - 1) ** 2


def weighed_by_one_or_the_other(x):
    w = np.linspace(1.0, 2.0, len(x))
    return weighed(x, w, len(x) - 1) * weighed(w, x * x, len(x) - 1) + weighed(x, x, 2)


def even_steps(x, i):
    return x[0] if i == 0 else x[i] * odd_steps(x, i - 1)


def odd_steps(x, i):
    return x[0] * 2.0 if i == 0 else x[i] + even_steps(x, i - 1) * x[0]


def one_after_the_other(x):
    return even_steps(x, len(x) - 1) + odd_steps(x, len(x) - 2)


def to_a_corner(u, i, j):
    if i == 0 or j == 0:
        return u[i, j]
    return to_a_corner(u, i - 1, j) * u[i, j] + to_a_corner(u, i, j - 1)


def elements_and_sums(x, w, i):
    if i == 0:
        return np.dot(x, w)
    return x[i] * elements_and_sums(x, w, i - 1) + np.sum(w[:i])


def of_both(x):
    return elements_and_sums(x, x ** 2, len(x) - 1)


CASES += [Case(f, [(X,)]) for f in (weighed_by_constants, weighed_by_one_or_the_other, one_after_the_other, of_both)]
CASES += [Case(to_a_corner, [(U, 2, 3), (U, 0, 1)])]
