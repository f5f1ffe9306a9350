"""Names that are one object on some paths only, rows written while they are run over, views written in loops."""

from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])
WEIGHTS = np.arange(9.0)


def alias_written_in_a_while_loop(x):
    u0 = x
    j = 0
    while j < 2:
        u0[2] = 0.7
        j += 1
    return np.sum(x)


def full_slice_and_alias_in_a_loop(x):
    u0 = x
    c4 = u0[:]
    for i in range(3):
        u0[1] *= 0.5
        c4[i] = 0.5
    return 0.5 * x[0]


def list_of_one_array_twice_after_a_branch(x):
    u0 = x * 1.0
    L2 = [u0, u0]
    if x[2] > 0:
        u0[-3] += 0.5
    L2[1][1] = 1
    return np.sum(u0)


def one_of_two_written_through_its_name(x):
    u = x * 1.0
    v = x * 2.0
    w = v if x[0] > 0 else u
    v[0] = 3.0 * x[1]
    return np.sum(w * x) + np.sum(u * v)


def one_of_two_written_through_either(x):
    u = x * 1.0
    v = x * 2.0
    w = v if x[0] > 0 else u
    w[0] = 3.0 * x[1]
    return np.sum(w * x) + np.sum(u * v * v)


def row_or_array(x):
    A = np.outer(x, x)
    u = x * 2.0
    w = A[1] if x[0] > 0 else u
    w[0] = 3.0 * x[1]
    A[1, 1] = x[0]
    return np.sum(w * x) + np.sum(A * A) + np.sum(u)


def row_or_array_on_the_other_path(x):
    A = np.outer(x, x)
    u = x * 2.0
    w = A[1] if x[0] < 0 else u
    w[0] = 3.0 * x[1]
    A[1, 1] = x[0]
    u *= x
    return np.sum(w * x) + np.sum(A * A) + np.sum(u)


def array_or_new_one_written_on_a_path(x):
    u = x * 2.0
    if x[0] > 0:
        w = u
        w[1] = x[2]
    else:
        w = x * x
    w[0] = 2.0 * x[1]
    u[2] = x[1] * x[0]
    return np.sum(w * x) + np.sum(u)


def swapped_on_a_condition(x):
    u = x * 2.0
    v = x * 3.0
    for k in range(4):
        if x[k % 3] > 0:
            u, v = v, u
        u[0] = v[1] * x[2]
    return np.sum(u * x) + np.sum(v)


def aliases_and_lists_made_in_branches(x):
    if x[0] > 0:
        a = x * 2.0
        b = a
        L = [a]
    else:
        a = x * 3.0
        b = x * 4.0
        L = [b]
    a[0] = x[1]
    b[1] *= x[0]
    return np.sum(a * x) + np.sum(b * b) + np.sum(L[0])


def rows_and_their_matrix_written(x):
    A = np.outer(x, x)
    for r in A:
        r[0] = x[1] * r[1]
        A[1, 2] += r[0]
    return np.sum(A * A)


def counted_rows_written(x):
    A = np.outer(x, x)
    for i, r in enumerate(A):
        r *= x[i]
        A[2, i] += r[0]
    return np.sum(A * A)


def rows_of_two_matrices_written(x):
    A = np.outer(x, x)
    B = np.outer(x, x * x)
    for a, b in zip(A, B[1:]):
        a += b
        b[0] = a[1]
    return np.sum(A * A) + np.sum(B * B * x)


def items_of_a_list_written_while_it_is_run_over(x):
    L = [x * 2.0, x * x]
    for v in L:
        v[0] = x[2]
        v *= x
    return np.sum(L[0] * L[1])


def rows_of_a_table_written_while_it_is_run_over(x):
    L = [[x[0], x[1]], [x[2], x[0]]]
    for row in L:
        for k in range(2):
            row[k] *= x[k]
    return L[0][0] * L[1][1] + L[1][0]


def rows_of_a_table_written_under_a_manager(x):
    rows = [[x[0], x[1]], [x[2], x[0]]]
    k = 0
    for row in rows:
        for k in range(2):
            with np.errstate(all="ignore"):
                row[k] *= x[k]
        row = k
    return rows[0][0] * rows[1][1] + rows[1][0] * row


def rows_of_a_table_by_index(x):
    L = [[x[0], x[1]], [x[2], x[0]]]
    for i in range(2):
        row = L[i]
        for k in range(2):
            row[k] *= x[k]
    return L[0][0] * L[1][1] + L[1][0]


def one_row_of_a_table(x):
    L = [[x[0], x[1]], [x[2], x[0]]]
    row = L[0]
    for k in range(2):
        row[k] *= x[k]
    return L[0][0] * L[1][1] + L[1][0]


def reversed_or_not(x):
    h = x
    h = h[::-1] if x[0] > 0.4 else x
    h[0] = x[1] * x[2]
    x[1] *= x[0]
    return np.sum(h * x * np.arange(3.0))


def same_view_on_both_paths_in_a_tuple(x):
    if x[2] > -0.4:
        w = x[::-1]
    else:
        w = x[::-1]
    k = (w, x * 2.0)
    x[2] -= x[1]
    r, p = k
    p.sort()
    return np.sum(k[0] * x) + np.sum(r * x) + np.sum(p * x)


def swapped_until_left(x):
    u = x * 2.0
    for i in range(2):
        u, x = x, u
        if np.sum(x) > 50:
            break
        u[i] = np.cos(u[1]) * x[i]
    return np.sum(u * x * x)


def column_of_an_array_in_a_loop(x):
    u = x * 2.0
    c = u[:, None]
    for i in range(2):
        u[1] = x[1]
        c[i, 0] = np.cos(c[i, 0]) * c[i - 1, 0]
    return np.sum(u * x * x) + np.sum(c[:, 0] * x)


def value_of_a_dictionary_or_view(x):
    d = {"a": x * 2.0, "b": x * 3.0}
    w = d["a"] if x[0] < 0 else x[::-1]
    x[0] = 3.0 * x[1]
    x[2] = 3.0 * x[1]
    d["a"][1] = w[0]
    w *= x
    return np.sum(w * x) + np.sum(d["a"])


def item_of_a_list_in_a_loop(x):
    L = [x * 2.0, x * 3.0]
    for i in range(2):
        np.add.at(L[1], [0, 0, 2], x)
        x[...] = x * 2.0
    return np.sum(L[1] * x)


def sum_with_its_own_view(x):
    h = x[::-1]
    np.add(x, h[::-1], out=x)
    h[1] = x[0]
    return np.sum(x * np.arange(3.0))


def view_multiplied_in_a_while_loop(x):
    u = x * 1.0
    a = u[::-1]
    j = 0
    while j < 3:
        j += 1
        a *= a[(j + 1) % 3]
    return np.sum(u * x)


def view_multiplied_in_a_loop(x):
    u = x * 1.0
    a = u[::-1]
    for j in range(3):
        a *= 2.0
    return np.sum(u * x)


def global_weights_at_second_order(x):
    f1 = np.outer(x, x).flatten()
    f1[3:6] *= x
    return np.sum(f1 * WEIGHTS)


def mixed_list_written(x):
    L1 = [np.stack([x, x, x]) @ x, 0.5]
    L1[0] = x
    return np.sum(L1[0])


def list_of_arrays_written(x):
    L1 = [np.stack([x, x, x]) @ x, np.stack([x, x, x]) @ x]
    L1[0] = x
    return np.sum(L1[0] * L1[1])


def table_with_one_element(x):
    T2 = [[0.0] * 3 for _ in range(3)]
    T2[0][-3] = x[0]
    return T2[0][1] + T2[-1][2] * T2[1][0] + T2[0][0] ** 2 * x[0]


def column_of_a_reversed_view(x):
    c1 = x[::-1][:, None]
    x -= x[[2, 0, 0]]
    c1[:, 0] += x
    x[-1] -= 0.5 * c1[-1, 0] + x[1]
    return np.sum(x * x)


def reshaped_matrix_and_its_column(x):
    A = np.outer(x, x).copy()
    u = A.T[1]
    f = A.reshape(9)
    u.sort()
    f[3] += 3.0
    return np.sum(A * A) + np.sum(u * x)


def view_in_a_dictionary_under_two_loops(x):
    u = x * 1.0
    d1 = {"a": u[::-1], "b": u * x}
    for i in range(2):
        for j in range(2):
            u[:] = np.sin(u) * x
            x = x * d1["a"][1]
    return np.sum(d1["a"] * x) + np.sum(u)


def swapped_then_written(x):
    w = x * x
    for i in range(2):
        for j in range(3):
            x, w = w, x
            w[0] = x[1] * x[0]
    k = 0
    while k < 1:
        k += 1
        x[1] *= np.sin(np.sum(x))
        w[0] *= x[1]
    return np.sum(w * x)


def rows_of_a_transpose_written(x):
    A = np.outer(x, x + 1.0)
    A.T[1][:] = A.T[0] * 2
    A.T[2] += A[0]
    A.T[0, 1] = A.T[1, 2] ** 2
    A.T[1:, 0] *= 3
    A.T[:2, 1:] *= 2
    A.T[...] *= A
    return np.sum(A * A) + A.T[1] @ A[:, 0]


def elements_of_a_transposed_box_written(x):
    A = np.zeros((2, 3, 2))
    A.T[1, :, 0] = x
    A.T[..., 1] += 1.0
    A.T[0] += x[2]
    A.T[1, 2, 1] = np.sum(A.T[0, 1])
    return np.sum(A ** 3)


CASES = [
    Case(alias_written_in_a_while_loop, [(X,)], writes=True),
    Case(full_slice_and_alias_in_a_loop, [(X,)], writes=True),
    Case(list_of_one_array_twice_after_a_branch, [(X,)]),
    Case(one_of_two_written_through_its_name, [(X,)]),
    Case(one_of_two_written_through_either, [(X,)]),
    Case(row_or_array, [(X,)]),
    Case(row_or_array_on_the_other_path, [(X,)]),
    Case(array_or_new_one_written_on_a_path, [(X,)]),
    Case(swapped_on_a_condition, [(X,)]),
    Case(aliases_and_lists_made_in_branches, [(X,)]),
    Case(rows_and_their_matrix_written, [(X,)]),
    Case(counted_rows_written, [(X,)]),
    Case(rows_of_two_matrices_written, [(X,)]),
    Case(items_of_a_list_written_while_it_is_run_over, [(X,)]),
    Case(rows_of_a_table_written_while_it_is_run_over, [(X,)]),
    Case(rows_of_a_table_written_under_a_manager, [(X,)]),
    Case(rows_of_a_table_by_index, [(X,)]),
    Case(one_row_of_a_table, [(X,)]),
    Case(reversed_or_not, [(X,)], writes=True),
    Case(same_view_on_both_paths_in_a_tuple, [(X,)], writes=True),
    Case(swapped_until_left, [(X,)], writes=True),
    Case(column_of_an_array_in_a_loop, [(X,)]),
    Case(value_of_a_dictionary_or_view, [(X,)], writes=True),
    Case(item_of_a_list_in_a_loop, [(X,)], writes=True),
    Case(sum_with_its_own_view, [(X,)], writes=True),
    Case(view_multiplied_in_a_while_loop, [(X,)]),
    Case(view_multiplied_in_a_loop, [(X,)]),
    Case(global_weights_at_second_order, [(X,)]),
    Case(mixed_list_written, [(X,)]),
    Case(list_of_arrays_written, [(X,)]),
    Case(table_with_one_element, [(X,)]),
    Case(column_of_a_reversed_view, [(X,)], writes=True),
    Case(reshaped_matrix_and_its_column, [(X,)]),
    Case(view_in_a_dictionary_under_two_loops, [(X,)]),
    Case(swapped_then_written, [(X,)], writes=True),
    Case(rows_of_a_transpose_written, [(X,)]),
    Case(elements_of_a_transposed_box_written, [(X,)]),
]
