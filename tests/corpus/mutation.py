"""Functions and methods that write what they are given."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])
CHOSEN = np.array([True, False, True])


def filled(x):
    u = np.empty(3)
    u.fill(x[1])
    u[0] = x[2]
    return np.sum(u * u)


def sorted_in_place(x):
    u = x * 1.0
    u.sort()
    return np.sum(u * np.array([1.0, 2.0, 3.0]))


def copied_into(x):
    u = np.zeros(3)
    np.copyto(u, x * x)
    np.copyto(u, 2.0 * x, where=CHOSEN)
    return np.sum(u * u)


def added_at_repeated_indices(x):
    u = x * 1.0
    np.add.at(u, [0, 0, 1], x)
    np.subtract.at(u, [2, 2], x[:2])
    return np.sum(u * u)


def result_written_out(x):
    u = np.zeros(3)
    v = u
    w = np.multiply(x, x, out=u)
    return np.sum(v * w)


def logarithm_where_positive(x):
    u = np.zeros(3)
    np.log(x, where=x > 0, out=u)
    return np.sum(u * x)


def filled_diagonal(x):
    A = np.outer(x, x)
    np.fill_diagonal(A, x[0])
    return np.sum(A * A)


def put_masked_and_placed(x):
    A = np.outer(x, x)
    np.put(A, [0, 4], x[:2])
    np.putmask(A, A < 0, x[0])
    np.place(A[0], CHOSEN, x[1:])
    return np.sum(A * A)


def list_methods(x):
    s = [x[0], x[1]]
    s.extend([x[2], x[0] * 2])
    s.insert(1, x[1] * x[2])
    t = s.pop()
    s.reverse()
    return s[0] * t + s[1] * s[2] + len(s)


def stack_until_empty(x):
    st = [x[0]]
    tot = 0.0
    k = 0
    while st:
        v = st.pop()
        tot += v * v
        if k < 4:
            st.append(v * x[1])
            st.append(v * x[2])
        k += 1
    return tot


def written_out_into_rows(x):
    A = np.outer(x, x)
    np.add(A[0], x, out=A[0])
    A[1].sort()
    np.cumsum(x, out=A[2])
    return np.sum(A * A * np.arange(9.0).reshape(3, 3))


def clipped_in_place(x):
    u = x.copy()
    u.clip(0.1, 1.0, out=u)
    return np.sum(u * x)


def lists_in_a_list(x):
    rows = [[] for _ in range(3)]
    for k in range(7):
        rows[k % 3].append(x[k % 3] * k)
    s = 0.0
    for r in rows:
        for v in r:
            s += v * v
    return s


def list_filled_by_a_local_function(x):
    out = []

    def emit(v):
        out.append(v * x[0])
    for k in range(3):
        emit(x[k])
    return sum(out)


CASES = [
    Case(filled, [(X,)]),
    Case(sorted_in_place, [(X,)]),
    Case(copied_into, [(X,)]),
    Case(added_at_repeated_indices, [(X,)]),
    Case(result_written_out, [(X,)]),
    Case(logarithm_where_positive, [(X,)]),
    Case(filled_diagonal, [(X,)]),
    Case(put_masked_and_placed, [(X,)]),
    Case(list_methods, [(X,)]),
    Case(stack_until_empty, [(X,)]),
    Case(written_out_into_rows, [(X,)]),
    Case(clipped_in_place, [(X,)]),
    Case(lists_in_a_list, [(X,)]),
    Case(list_filled_by_a_local_function, [(X,)]),
]
