"""Memory that several names see: aliases, views, containers, memory written by callees and across iterations."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])
WEIGHTS = np.array([1.0, 2.0, 3.0])


def alias(x):
    u = x * 2.0
    v = u
    v[0] = x[1] * x[2]
    return np.sum(u * u)


def view_write(x):
    A = np.outer(x, x)
    r = A[1]
    r[0] = x[2] ** 3
    r += x
    return np.sum(A * A)


def base_write(x):
    A = np.outer(x, x)
    r = A[1]
    A[1, 2] = x[0]
    return np.sum(r * r)


def column(x):
    A = np.outer(x, x)
    c = A[:, 1]
    c[2] = x[0] * 3.0
    c[1:] = x[:2]
    return np.sum(A * A) + c[0]


def transposed(x):
    A = np.outer(x, x + 1.0)
    B = A.T
    B[0, 2] = x[0] * 5.0
    return np.sum(A * A) + np.sum(B[1])


def swapping(x):
    u, v = x * 1.0, x * 2.0
    for k in range(3):
        v[0] = u[1] * u[2]
        u, v = v, u
    return np.sum(u) + np.sum(v * v)


def in_loop_view(x):
    A = np.outer(x, x)
    for i in range(3):
        row = A[i]
        for j in range(3):
            row[j] = row[j] * x[j]
    return np.sum(A * A) + np.sum(row)


def kept_view(x):
    A = np.outer(x, x)
    row = A[0]
    for i in range(2):
        A[0, i] = A[0, i] * x[i] + row[2]
    return np.sum(row * row)


def written_through_view_in_loop(x):
    A = np.outer(x, x)
    row = A[0]
    for i in range(2):
        row[i] = row[i + 1] * x[i]
    return np.sum(A * A)


def callee_write(a, k):
    a[k] = a[k] * a[k]
    a += 1.0


def mutating_callee(x):
    u = x * 2.0
    callee_write(u, 0)
    for k in range(2):
        callee_write(u, k)
    return np.sum(u * u)


def argument(x):
    x[0] = x[1] * x[2]
    y = x
    y[1] = 3.0 * y[0]
    return np.sum(x * x)


def branch_alias(x):
    u = x * 1.0
    v = u
    if x[0] > 0:
        v[1] = x[0] ** 2
    else:
        u[2] = x[1]
    return np.sum(u * v)


def dp(x):
    g = [[0.0] * 3 for _ in range(3)]
    g[0][0] = x[0]
    for i in range(1, 3):
        for j in range(1, 3):
            g[i][j] = g[i - 1][j - 1] * x[i] + g[i][j - 1] + x[j]
    return g[2][2] + g[1][1]


def rows_of_arrays(x):
    rows = []
    for i in range(3):
        u = np.zeros(3)
        for j in range(3):
            u[j] = x[i] * x[j] ** 2
        rows.append(u)
    return np.sum(np.stack(rows) ** 2)


def counter(x):
    total = 0.0
    def add(v):
        nonlocal total
        total = total + v * x
    for k in range(3):
        add(k * x)
    return total


def nonlocal_array(x):
    u = x * 1.0
    def scale(k):
        u[k] = u[k] * x[0]
    for k in range(3):
        scale(k)
    return np.sum(u)


def same_twice(x):
    u = x * 1.0
    def both(a, b):
        a[0] = b[1] * b[0]
        return b[0] * a[0]
    return both(u, u)


def raveled(x):
    A = np.zeros((2, 3))
    f = A.ravel()
    f[1:4] = x
    A[1] *= x
    return np.sum(f * f) + A[0, 2]


def reshaped_and_raveled(x):
    u = x * x
    v = u.reshape(1, -1)
    v[0, 1] = x[0]
    w = v.ravel()
    w[2] *= x[1]
    return np.sum(u**2 * np.arange(u.size)) + w[1] * v[0, 2]


def reslice(x):
    u = x * 1.0
    w = u[1:]
    w *= u[:-1]
    return np.sum(u * u) + w[0]


def thomas(x):
    n = 3
    b = x + 3.0
    d = x * x
    c = np.ones(3) * 0.5
    for i in range(1, n):
        w = c[i - 1] / b[i - 1]
        b[i] -= w * c[i - 1]
        d[i] -= w * d[i - 1]
    d[n - 1] /= b[n - 1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]
    return np.sum(d)


def cholesky(x):
    A = np.outer(x, x) + 3.0 * np.eye(3)
    n = 3
    for j in range(n):
        for k in range(j):
            A[j, j] -= A[j, k] ** 2
        A[j, j] = np.sqrt(A[j, j])
        for i in range(j + 1, n):
            for k in range(j):
                A[i, j] -= A[i, k] * A[j, k]
            A[i, j] /= A[j, j]
    return np.sum(np.tril(A))


def add_products(a, n):
    for k in range(n):
        a[k] += a[k] * a[0]
    return a[0]


def rebound_alias(x):
    u = x * 1.0
    v = u
    u = u + 1.0
    u[0] = x[1]
    return np.sum(u * v)


def alias_carried_through_a_loop(x):
    u = x * 1.0
    for k in range(3):
        v = u
        v[k] = v[k] * x[0]
        u = v
    return np.sum(u)


def name_of_the_first_value(x):
    u = x * 1.0
    old = u
    for k in range(2):
        u = u * x
        u[0] = 2.0
    return np.sum(u) + np.sum(old * x)


def previous_value_written(x):
    u = x * 1.0
    prev = u
    for k in range(3):
        prev = u
        u = u * x
        prev[0] = 3.0
    return np.sum(u) + np.sum(prev)


def items_of_a_list_written(x):
    us = [x * 1.0, x * 2.0]
    us[0][1] = x[2] ** 2
    us[1] += us[0]
    return np.sum(us[0] * us[1])


def named_item_of_a_list(x):
    a = x * 1.0
    us = [a, x * 2.0]
    us[0][1] = x[2] ** 2
    return np.sum(a * us[1])


def item_of_a_tuple(x):
    a = x * 1.0
    t = (a, x)
    a[0] = x[1] * 2
    return np.sum(t[0] * t[1])


def value_of_a_dictionary(x):
    d = {'w': x * 1.0}
    w = d['w']
    w[0] = x[2] * x[1]
    return np.sum(d['w'] ** 2)


def masks(x):
    u = x * 1.0
    u[u > 0] = u[u > 0] ** 2
    m = u < 0
    u[m] *= x[m]
    return np.sum(u)


def repeated_indices(x):
    u = np.zeros(4)
    u[[0, 0, 2]] = x
    u[[1, 1, 3]] += x
    return np.sum(u * u)


def reversed_view_added(x):
    u = x * 1.0
    v = u[::-1]
    v[0] = x[0] * 2
    u += v
    return np.sum(u * u)


def view_of_a_reversed_view(x):
    u = x * 1.0
    v = u[::-1]
    w = v[1:]
    w *= x[1:]
    return np.sum(u * u)


def element_of_an_element(x):
    A = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            A[i][j] = x[i] * x[j] ** 2
    A[1:, 1:] += A[:-1, :-1]
    return np.sum(A * A)


def rows_chosen_by_a_loop(x):
    A = np.outer(x, x)
    for row in [0, 1]:
        r = A[row]
        r[:] = r * x
        if row == 1:
            break
    return np.sum(A)


def view_written_in_branches(x):
    A = np.outer(x, x)
    i = 0
    while i < 3:
        r = A[i]
        if r[0] > 0.2:
            r[1] = x[1] * r[0]
        else:
            r[2] = x[0]
        i += 1
    return np.sum(A * A)


def local_function_returns_its_argument(x):
    u = x * 1.0

    def f(v):
        v[0] = v[1] * v[2]
        return v
    w = f(u)
    w[1] = 3 * w[0]
    return np.sum(u * w)


def callee_writes_parts(x):
    u = x * 1.0
    s = add_products(u, 2) + add_products(u[1:], 2)
    return np.sum(u) * s


def alias_on_one_path_only_read(x):
    s = x * 1.0
    if x[0] > 0:
        t = s
    else:
        t = x * 2.0
    return np.sum(t * s)


def alias_broken_on_one_path(x):
    u = x * 1.0
    v = u
    t = v[1]
    if x[0] > 0:
        v = x * 3.0
        t = v[0]
    u[0] = x[1]
    return np.sum(u) * t


def product_with_a_global(x):
    g = WEIGHTS
    u = x * g
    u[0] = 1.0
    return np.sum(u * g)


def history_of_new_arrays(x):
    hist = []
    u = x * 1.0
    for k in range(3):
        u = u * x
        hist.append(u)
    return sum([np.sum(h * h) for h in hist])


def history_of_copies(x):
    hist = []
    u = x * 1.0
    for k in range(3):
        u *= x
        hist.append(u.copy())
    return np.sum(hist[0] * hist[1] * hist[2])


def list_with_two_names(x):
    z = [0.0] * 4
    z[1] = x[0]
    z[2] = z[1] * x[1]
    y = z
    y[3] = z[2] * 2
    return z[3] * y[2]


def one_row_three_times(x):
    rows = [[0.0] * 3] * 3
    rows[0][1] = x[0]
    return rows[2][1] * x[1]


def named_row_of_a_table(x):
    rows = [[0.0] * 3 for _ in range(3)]
    r = rows[1]
    r[1] = x[0]
    rows[1][2] = r[1] * x[1]
    return rows[1][1] + r[2]


def row_of_a_transpose(x):
    A = np.outer(x, x)
    d = A.T[1]
    d[0] = x[0]
    return np.sum(A ** 2)


def swapped_and_written(x):
    a, b = (x * 1.0, x * 2.0)
    for k in range(3):
        a[0], b[0] = (b[1], a[2] * b[0])
        a, b = (b, a)
    return np.sum(a * b)


def three_buffers(x):
    a, b, c = (x * 1.0, x * 2.0, x * 3.0)
    for k in range(4):
        c[:] = a * b
        a, b, c = (b, c, a)
    return np.sum(a * b + c)


def rows_by_parity(x):
    u = np.zeros((2, 3))
    u[0] = x
    for k in range(3):
        u[(k + 1) % 2] = u[k % 2] * x
    return np.sum(u)


def nonlocal_array_and_counter(x):
    u = x * 1.0
    n = 0

    def step():
        nonlocal n, u
        n += 1
        u = u * x[0]
        u[n % 3] = x[1]
    for _ in range(4):
        step()
    return np.sum(u) * n


def last_item_of_a_loop(x):
    u = x * 1.0
    for v in u:
        pass
    u[0] = v
    return np.sum(u * u)


def same_view_on_both_paths(x):
    u = x * 1.0
    if x[0] > 5:
        w = u[1:]
    else:
        w = u[1:]
    u[1] = x[0]
    return np.sum(w)


def view_and_base_updated(x):
    u = x * 1.0
    t = u[0:1]
    u[0] = x[2]
    t += 1
    u *= 2
    return np.sum(u * u) + np.sum(t)


def unused_alias_of_a_conversion(x):
    u = x * 1.0
    y = np.asarray(u).sum()
    u[0] = x[2] * 2
    return np.sum(u) * y


def nested_while_updates(x):
    u = x * 1.0
    i = 0
    while i < 3:
        j = i
        while j < 3:
            u[j] -= u[i] * x[j]
            j += 1
        v = u
        i += 1
    return np.sum(v * u)


def gaussian_elimination(x):
    A = np.outer(x, x) + np.eye(3)
    b = x * 1.0
    for k in range(2):
        for i in range(k + 1, 3):
            f = A[i, k] / A[k, k]
            A[i, k:] -= f * A[k, k:]
            b[i] -= f * b[k]
    y = np.zeros(3)
    for i in range(2, -1, -1):
        y[i] = (b[i] - np.dot(A[i, i + 1:], y[i + 1:])) / A[i, i]
    return np.sum(y ** 2)


def lambda_sees_the_write(x):
    u = x * 1.0
    f = lambda: u[0]
    u[0] = x[1] * 3
    return f() * u[1]


def view_of_a_column(x):
    u = x[:, None]
    v = u * 1.0
    w = v[:, 0]
    w[1] = 2 * x[0]
    return np.sum(v * u)


def parallel_elements(x):
    u = x * 1.0
    u[0], u[1] = (u[1] * 2, u[0] * 3)
    return np.sum(u * x)


def chained_elements(x):
    u = x * 1.0
    u[0] = u[1] = x[2] ** 2
    return np.sum(u * x)


def alias_filled_by_a_loop(x):
    u = np.zeros(3)
    p = u
    for i, xi in enumerate(x):
        p[i] = xi * p[i - 1] + xi
    return np.sum(u)


def stack_with_two_names(x):
    stack = [x[0]]
    stack.append(stack[-1] * x[1])
    other = stack
    other.append(stack[-1] * x[2])
    return stack[2] * len(stack)


def same_argument_twice(x):
    u = x * 1.0

    def g(a, b):
        a[0] = 2 * b[0]
        b[1] = a[0] * a[1]
        return a[1]
    return g(u, u) + np.sum(u)


def items_from_both_ends(x):
    items = [x, 2.0 * x]
    last = items[1]
    return np.sum(last) + np.sum(items[0] * items[-1])


def written_argument_in_a_list(x):
    items = [x[::-1], np.sin(x)]
    x[0] = 2.0 * x[1]
    return np.sum(items[0] * items[-1]) + np.sum(x)


def parameter_of_a_local_function_in_a_list(x):
    def first(a):
        items = [a]
        a[0] = x[1] * x[2]
        return items[0]

    return np.sum(first(x * 2.0) * x)


def last_of_a_loop_in_a_list(x):
    for k in range(2):
        u = x * float(k + 1)
    items = [u]
    u[0] = x[1] * 3.0
    return np.sum(items[0] * x)


def outer_product_scaled_by_what_is_written(x):
    u = x
    table = np.outer(x, u)
    x[1] = 0.5
    table *= np.sum(x)
    s = weighted(u, x)
    x[x > 0.3] = s
    return np.sum(x * [1.0, 0.6, 1.7]) + np.sum(table)


def weighted(a, b):
    return np.sum(b) * 1.45


CASES = [
    Case(alias, [(X,)]),
    Case(view_write, [(X,)]),
    Case(base_write, [(X,)]),
    Case(column, [(X,)]),
    Case(transposed, [(X,)]),
    Case(swapping, [(X,)]),
    Case(in_loop_view, [(X,)]),
    Case(kept_view, [(X,)]),
    Case(written_through_view_in_loop, [(X,)]),
    Case(mutating_callee, [(X,)]),
    Case(argument, [(X,)], writes=True),
    Case(branch_alias, [(X,)]),
    Case(dp, [(X,)]),
    Case(rows_of_arrays, [(X,)]),
    Case(counter, [(0.7,)], scalar_only=True),
    Case(nonlocal_array, [(X,)]),
    Case(same_twice, [(X,)]),
    Case(raveled, [(X,)]),
    Case(reshaped_and_raveled, [(X,)]),
    Case(reslice, [(X,)]),
    Case(thomas, [(X,)]),
    Case(cholesky, [(X,)]),
    Case(rebound_alias, [(X,)]),
    Case(alias_carried_through_a_loop, [(X,)]),
    Case(name_of_the_first_value, [(X,)]),
    Case(previous_value_written, [(X,)]),
    Case(items_of_a_list_written, [(X,)]),
    Case(named_item_of_a_list, [(X,)]),
    Case(item_of_a_tuple, [(X,)]),
    Case(value_of_a_dictionary, [(X,)]),
    Case(masks, [(X,)]),
    Case(repeated_indices, [(X,)]),
    Case(reversed_view_added, [(X,)]),
    Case(view_of_a_reversed_view, [(X,)]),
    Case(element_of_an_element, [(X,)]),
    Case(rows_chosen_by_a_loop, [(X,)]),
    Case(view_written_in_branches, [(X,)]),
    Case(local_function_returns_its_argument, [(X,)]),
    Case(callee_writes_parts, [(X,)]),
    Case(alias_on_one_path_only_read, [(X,)]),
    Case(alias_broken_on_one_path, [(X,)]),
    Case(product_with_a_global, [(X,)]),
    Case(history_of_new_arrays, [(X,)]),
    Case(history_of_copies, [(X,)]),
    Case(list_with_two_names, [(X,)]),
    Case(one_row_three_times, [(X,)]),
    Case(named_row_of_a_table, [(X,)]),
    Case(row_of_a_transpose, [(X,)]),
    Case(swapped_and_written, [(X,)]),
    Case(three_buffers, [(X,)]),
    Case(rows_by_parity, [(X,)]),
    Case(nonlocal_array_and_counter, [(X,)]),
    Case(last_item_of_a_loop, [(X,)]),
    Case(same_view_on_both_paths, [(X,)]),
    Case(view_and_base_updated, [(X,)]),
    Case(unused_alias_of_a_conversion, [(X,)]),
    Case(nested_while_updates, [(X,)]),
    Case(gaussian_elimination, [(X,)]),
    Case(lambda_sees_the_write, [(X,)]),
    Case(view_of_a_column, [(X,)]),
    Case(parallel_elements, [(X,)]),
    Case(chained_elements, [(X,)]),
    Case(alias_filled_by_a_loop, [(X,)]),
    Case(stack_with_two_names, [(X,)]),
    Case(same_argument_twice, [(X,)]),
    Case(items_from_both_ends, [(X,)]),
    Case(written_argument_in_a_list, [(X,)], writes=True),
    Case(parameter_of_a_local_function_in_a_list, [(X,)]),
    Case(last_of_a_loop_in_a_list, [(X,)]),
    Case(outer_product_scaled_by_what_is_written, [(np.array([0.4, -0.5, 1.0]),)], writes=True),
]
