"""Starred values, parameters in lists, lists of lists, assignments of every form."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case


def gen_np_array(xs):
    return np.sum(np.array([v * v for v in xs]) * np.arange(4))


def np_array_list(xs):
    return np.array(xs) @ np.array(xs)


def np_sum_list(xs):
    return np.sum([v ** 2 for v in xs])


def np_mean_gen(xs):
    return np.mean(list(v ** 2 for v in xs))  # noqa: C400


def np_fromiter(xs):
    return np.sum(np.fromiter((v * v for v in xs), dtype=float))


def np_fromiter2(xs):
    return np.fromiter((v * v for v in xs), float).sum()


def join_str(x):
    s = ", ".join(str(k) for k in range(3))
    return x * len(s)


def star_call(xs):
    def f(a, b, c, d):
        return a * b + c * d
    return f(*xs)


def star_call_global(xs):
    return four(*xs)


def four(a, b, c, d):
    return a * b + c * d


def star_partial(xs):
    return four(1.0, *xs[1:])


def star_display(xs):
    ys = [*xs, xs[0] ** 2]
    return ys[-1] * ys[0]


def star_display_tuple(xs):
    ys = (1.0, *xs, xs[0] ** 2)
    return ys[-1] * ys[1]


def star_display_two(xs):
    ys = [*xs, *xs[1:], 2.0]
    return sum(ys) * ys[4]


def star_vararg(xs):
    def mean(*vs):
        return sum(vs) / len(vs)
    return mean(*xs) ** 2


def star_hypot(u):
    return np.hypot(*u[:2])


def star_mathhypot(xs):
    return math.hypot(*xs)


def star_zip_args(u):
    return four(*(u ** 2))


def params_loop(params, x):
    for W, b in params:
        x = np.tanh(W @ x + b)
    return np.sum(x)


def params_last(params, x):
    *hidden, (Wl, bl) = params
    for W, b in hidden:
        x = np.tanh(np.dot(W, x) + b)
    return np.sum(Wl @ x + bl)


def params_slice(params, x):
    for W, b in params[:-1]:
        x = np.tanh(W @ x + b)
    W, b = params[-1]
    return np.sum(W @ x + b)


def params_zip(params, x):
    Ws, bs = zip(*params)
    for W, b in zip(Ws, bs):
        x = np.tanh(W @ x + b)
    return np.sum(x)


def params_reg(params, x):
    return sum(np.sum(W ** 2) + np.sum(b ** 2) for W, b in params) * x[0]


def run_key(d, k):
    return d[k] ** 2


def run_key_list(xs, i):
    return xs[i] ** 2 * xs[i - 1]


def list_of_lists_write(x):
    g = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            g[i][j] = x ** (i + j)
    return g[1][2] * g[2][2] + sum(g[0])


def list_of_lists_aug(x):
    g = [[1.0, 2.0], [3.0, 4.0]]
    g[0][1] += x
    g[1][0] *= x
    return g[0][1] * g[1][0]


def dp_table(xs):
    n = len(xs)
    t = [[0.0] * n for _ in range(n)]
    for i in range(n):
        t[i][i] = xs[i]
    for k in range(1, n):
        for i in range(n - k):
            t[i][i + k] = t[i][i + k - 1] * 0.5 + t[i + 1][i + k] * xs[i]
    return t[0][n - 1]


def chained(x):
    a = b = x * x
    return a * b


def chained_list(x):
    a = b = [x, 2.0]
    a[0] = 3.0 * x
    return b[0] * x


def chained_elem(xs):
    ys = [0.0, 0.0]
    ys[0] = ys[1] = xs[0] ** 2
    return ys[0] * ys[1]


def swap_elems(xs):
    ys = list(xs)
    ys[0], ys[1] = ys[1], ys[0]
    return ys[0] ** 2 * ys[1]


def swap_ij(xs, i, j):
    xs[i], xs[j] = xs[j], xs[i]
    return xs[0] ** 2 * xs[2]


def bubble(xs):
    xs = xs[:]
    n = len(xs)
    for i in range(n):
        for j in range(n - 1 - i):
            if xs[j] > xs[j + 1]:
                xs[j], xs[j + 1] = xs[j + 1], xs[j]
    return xs[0] * xs[1] + xs[2] ** 2


def str_methods(x):
    s = "a,b,c".split(",")
    t = "Abc".lower().replace("a", "b").strip()
    return x ** len(s) if t.startswith("b") else x


def walrus_comp(xs):
    ys = [y for v in xs if (y := v * v) > 0.2]
    return sum(ys) * ys[0]


def walrus_comp_last(xs):
    ys = [(last := v * v) for v in xs]
    return last * ys[0]


def walrus_any(xs):
    if any((hit := v) > 0.5 for v in xs):
        return hit ** 2
    return 0.0


def while_else(x):
    k = 0
    while k < 3:
        x = x * 1.1
        k += 1
    else:
        x = x * x
    return x


def while_walrus_else(x):
    while (y := x * 2) < 20:
        x = y
    else:
        x = x * x
    return x * y


def while_walrus_else_break(x):
    n = 0
    while (y := x * 2) < 100:
        x = y
        n += 1
        if n > 2:
            break
    else:
        x = x * x
    return x * y


def for_star(x):
    s = 0.0
    for a, *rest in [(x, x * x, 2.0), (2.0, x, x ** 3)]:
        s += a * sum(rest)
    return s


def for_star_rows(u):
    s = 0.0
    for a, *rest in np.outer(u, u):
        s += a * rest[0] + len(rest)
    return s


def for_subscript(xs):
    y = [0.0]
    s = 0.0
    for y[0] in xs:
        s += y[0] ** 2
    return s * y[0]


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)
P = [(np.linspace(-1.0, 1.0, 16).reshape(4, 4), np.array([0.1, 0.2, 0.3, 0.4])),
     (np.linspace(-0.5, 0.8, 12).reshape(3, 4), np.array([0.1, 0.2, 0.3]))]

CASES = [
    *[Case(f, [(L,)]) for f in (
        gen_np_array, np_array_list, np_sum_list, np_mean_gen, np_fromiter, np_fromiter2, star_call, star_call_global,
        star_partial, star_display, star_display_tuple, star_display_two, star_vararg, star_mathhypot, dp_table, chained_elem,
        swap_elems, bubble, walrus_comp, walrus_comp_last, walrus_any, for_subscript,)],
    *[Case(f, [(X,)]) for f in (
        join_str, list_of_lists_write, list_of_lists_aug, chained, chained_list, str_methods, while_else, while_walrus_else,
        while_walrus_else_break, for_star,)],
    *[Case(f, [(A,)]) for f in (
        star_hypot, star_zip_args, for_star_rows,)],
    *[Case(f, [(P, A)]) for f in (
        params_loop, params_last, params_slice, params_zip, params_reg,)],
    Case(run_key, [(D, 'b')]),
    Case(run_key_list, [(L, 2)]),
    Case(swap_ij, [(L, 0, 2)], writes=True),
]
