"""Names that share arrays in a way that only the running program knows."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case

X = np.array([0.3, 0.7, 1.1])
Y = np.array([-0.3, 0.8, 0.4])


class Box:
    def __init__(self, v):
        self.v = v

    def scale(self, s):
        self.v *= s


def copied_from(a, b):
    a[0] = b[1] * a[2]
    return b


def swapped_on_a_condition(a, b, c):
    if c > 0.5:
        a, b = b, a
    a[0] *= b[1]
    return a


def swapped_and_run_over(x):
    u = x * 1.0
    if np.sum(x) > 0.46:
        x[1] -= 0.5
        u, x = x, u
    u /= 2.0 + x
    z = [a * a for a in x]
    return np.sum(u) + sum(z)


def argument_or_new_array(x):
    u = x * 1.0
    w = x if np.sum(x) < 0.91 else 0.7 * u
    w /= 2.0 + w[::-1]
    x[1] *= u[::-1][-3]
    return np.sum(x) * np.sum(w * u)


def view_of_what_a_loop_replaces(x):
    u = x * 1.0
    column = u[:, None]
    for i in range(3):
        column *= 1 + u[i]
        u = np.array([x[::-1][i], 0.75, 0.4])
    return np.sum(column[:, 0]) * np.sum(u)


def named_in_a_loop(x):
    for _ in range(3):
        u = x
    np.add.at(u, [0, 0, 2], x[::-1] * 1.0)
    return np.sum(x * u)


def swapped_or_left(x):
    u = x * 1.0
    for i in range(3):
        if u[i] < 0.5:
            if u[::-1][-1] < -0.31:
                return u[0]
            u, x = x, u
        else:
            u[0] *= x[1]
    return np.sum(u * x * x)


def swapped_or_updated(x):
    u = x * 2.0
    for i in range(4):
        if x[i % 3] < 0.67:
            u -= x
        else:
            x, u = u, x
    return np.sum(u) * x[0]


def swapped_and_replaced(x):
    u = x * 1.0
    v = x * 2.0
    for i in range(4):
        if x[i % 3] > 0.5:
            u, v = v, u
        u = u + v * 0.1
        v[0] += u[1]
    return np.sum(u * v)


def in_a_dictionary(x):
    u = x * 1.0
    d = {"a": u, "b": x[::-1]}
    for q in np.stack([x, x, x]):
        d["a"] = u * q[0]
    u[1] = d["a"][2]
    return np.sum(d["a"]) + np.sum(u)


def in_a_tuple(x):
    pair = (x, x * 2)
    u = x
    for _ in range(3):
        np.multiply(u, u, out=x)
    return np.sum(pair[0]) + np.sum(pair[1] * x)


def in_one_of_two_tuples(x):
    u, v = x * 1.0, x * 2.0
    t = (u, v) if x[0] > 0 else (v, u)
    t[0][1] = x[0]
    return np.sum(u * v * t[1])


def through_a_function(x):
    y = x * 2
    z = swapped_on_a_condition(x, y, x[1])
    z[1] = 3 * x[2]
    return np.sum(x) + np.sum(y * z)


def written_by_a_function(x):
    u = x * 1.0
    w = u if x[1] > 0 else x
    w = copied_from(w, u)
    w[2] = 7 * x[0]
    return np.sum(w * u) + np.sum(x)


def written_by_a_local_function(x):
    u = x * 1.0
    w = u if x[0] > 0 else x

    def doubled(k):
        w[k] *= 2
        return w[0]

    return doubled(0) + doubled(1) + np.sum(u) * np.sum(x)


def attribute_of_one_of_two(x):
    p, q = Box(x * 1.0), Box(x * 2.0)
    r = p.v if x[0] > 0.2 else q.v
    r[1] = x[2] ** 2
    p.scale(2.0)
    return np.sum(p.v) + np.sum(q.v * r)


def row_of_one_of_two(x):
    a = np.outer(x, x)
    b = a * 2
    c = a if x[0] < 1 else b
    r = c[1]
    r *= 3
    c[0] = r
    return np.sum(a) + np.sum(b * c)


def swapped_while(x):
    u = x * 1.0
    v = u
    while np.sum(u) < 20:
        u, v = v, u * 2
        v += 1
    u[0] = 5 * x[1]
    return np.sum(u) * np.sum(v)


def every_other_iteration(x):
    u = x * 1.0
    v = np.zeros(3)
    for i in range(5):
        v = u if i % 2 else x * i
        v[i % 3] += 1.0 * x[0]
    return np.sum(u) + np.sum(v)


def empty_and_never_swapped(x):
    u, v = x * 1.0, np.zeros((0,))
    for _ in range(0):
        u, v = v, u
    u[0] = x[1]
    return np.sum(u) + np.sum(v)


def one_of_three(x):
    u, v = x * 1.0, x * 2.0
    if x[0] > 0:
        w = u
    elif x[1] > 0:
        w = v
    else:
        w = x
    w += u
    v[1] = w[0]
    return np.sum(u * v) * w[2]


def asked_whether_it_is_the_same(x):
    u = x * 1.0
    w = u
    for i in range(3):
        if i == 1:
            w = w * 2
        w[i] = x[0] * i
        if w is u:
            u[2] += x[1]
    return np.sum(u) + np.sum(w)


def three_buffers_in_turn(x):
    before, now, after = x * 1.0, x * 2.0, np.zeros(3)
    for t in range(4):
        for i in range(3):
            after[i] = 2 * now[i] - before[i] + 0.1 * now[i - 1]
        before, now, after = now, after, before
        if t == 2:
            now = now * 0.5
    return np.sum(before * now)


def copy_on_a_condition(x):
    u = x * 1.0
    v = u
    if x[0] > 0:
        v = u.copy()
    u[:] = v[::-1] * 2
    v[0] = 1
    return np.sum(u) + np.sum(v * x)


def chosen_function(x):
    a, b = x * 1.0, x * 2.0
    f = (lambda t: t) if x[0] > 0 else (lambda t: t * 2)
    c = f(a)
    c[0] = b[1]
    return np.sum(a * b * c)


def run_over_while_written(x):
    u = x * 1.0
    w = u if x[0] > 0 else x * 3
    for i, e in enumerate(w):
        u[i] += e * x[0]
    return np.sum(u * w)


def out_of_a_function(x):
    u = x * 1.0
    w = u if x[0] > 0 else x
    y = np.sin(w, out=w)
    y[0] = x[1]
    return np.sum(u) + np.sum(w) + np.sum(x)


def halved_after_swaps(a, b, n):
    for _ in range(n):
        b, a = a, b
    a /= 2.0


def the_same_array_swapped(x):
    halved_after_swaps(x, x, 2)
    halved_after_swaps(x, x, 1)
    return np.sum(x * x)


def two_names_of_one_in_a_try(x):
    u = x * 1.0
    a = b = u
    for _ in range(2):
        b, a = (a, b)
    a /= 2.0
    c = d = u
    for _ in range(2):
        c, d = (d, c)
    try:
        b **= 2
        c /= 2.0
    except (TypeError, IndexError):
        c = 0.5
    return np.sum(u * x)


def two_names_of_one_swapped_twice(x):
    u = x * 1.0
    a = b = u
    for _ in range(2):
        b, a = a, b
    a /= 2.0
    c = d = u
    for _ in range(2):
        c, d = d, c
    c /= 2.0
    return np.sum(u * x)


def view_or_the_array(x):
    u = x
    row = x[None]
    u = row if 0.5 < x[0] else x
    row[:] -= 0.5 * x[1]
    return np.sum(row * u)


CASES = [
    Case(swapped_and_run_over, [(X,), (Y,)], writes=True),
    Case(argument_or_new_array, [(X,), (Y,)], writes=True),
    Case(view_of_what_a_loop_replaces, [(X,), (Y,)]),
    Case(named_in_a_loop, [(X,), (Y,)], writes=True),
    Case(swapped_or_left, [(X,), (Y,)], writes=True),
    Case(swapped_or_updated, [(X,), (Y,)], writes=True),
    Case(swapped_and_replaced, [(X,), (Y,)]),
    Case(in_a_dictionary, [(X,), (Y,)]),
    Case(in_a_tuple, [(X,), (Y,)], writes=True),
    Case(in_one_of_two_tuples, [(X,), (Y,)]),
    Case(through_a_function, [(X,), (Y,)], writes=True),
    Case(written_by_a_function, [(X,), (Y,)], writes=True),
    Case(written_by_a_local_function, [(X,), (Y,)], writes=True),
    Case(attribute_of_one_of_two, [(X,), (Y,)]),
    Case(row_of_one_of_two, [(X,), (Y,)]),
    Case(swapped_while, [(X,), (Y,)]),
    Case(every_other_iteration, [(X,), (Y,)]),
    Case(empty_and_never_swapped, [(X,), (Y,)]),
    Case(one_of_three, [(X,), (Y,)], writes=True),
    Case(asked_whether_it_is_the_same, [(X,), (Y,)]),
    Case(three_buffers_in_turn, [(X,), (Y,)]),
    Case(copy_on_a_condition, [(X,), (Y,)]),
    Case(chosen_function, [(X,), (Y,)]),
    Case(run_over_while_written, [(X,), (Y,)]),
    Case(out_of_a_function, [(X,), (Y,)], writes=True),
    Case(the_same_array_swapped, [(X,), (Y,)], writes=True),
    Case(two_names_of_one_swapped_twice, [(X,), (Y,)]),
    Case(two_names_of_one_in_a_try, [(X,), (Y,)]),
    Case(view_or_the_array, [(X,), (Y,)], writes=True),
]
