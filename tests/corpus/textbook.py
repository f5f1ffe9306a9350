"""Textbook algorithms in plain Python."""
from __future__ import annotations

import math
import operator

import numpy as np

from tests.corpus import Case


def newton_sqrt(a):
    x = a
    for _ in range(20):
        x = 0.5 * (x + a / x)
    return x


def iterated_root(a):
    x = a
    while abs(x * x - a) > 1e-12:
        x = x - (x * x - a) / (2 * x)
    return x


def horner(cs, x):
    r = 0.0
    for c in reversed(cs):
        r = r * x + c
    return r


def polyval_gen(cs, x):
    return sum(c * x ** k for k, c in enumerate(cs))


def mean_std(xs):
    n = len(xs)
    m = sum(xs) / n
    v = sum((x - m) ** 2 for x in xs) / (n - 1)
    return m / math.sqrt(v)


def softmax_list(xs):
    m = max(xs)
    es = [math.exp(x - m) for x in xs]
    s = sum(es)
    ps = [e / s for e in es]
    return -math.log(ps[2])


def median_list(xs):
    s = sorted(xs)
    n = len(s)
    mid = n // 2
    return s[mid] if n % 2 else (s[mid - 1] + s[mid]) / 2


def quicksort(xs):
    if len(xs) <= 1:
        return xs
    p = xs[0]
    return quicksort([v for v in xs[1:] if v < p]) + [p] + quicksort([v for v in xs[1:] if v >= p])


def use_quicksort(xs):
    s = quicksort(xs)
    return s[0] * s[1] + s[3] ** 2


def merge(a, b):
    out = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    out.extend(a[i:])
    out.extend(b[j:])
    return out


def mergesort(xs):
    if len(xs) <= 1:
        return xs
    m = len(xs) // 2
    return merge(mergesort(xs[:m]), mergesort(xs[m:]))


def use_mergesort(xs):
    s = mergesort(xs)
    return s[0] * s[1] + s[3] ** 2


def cumulative(xs):
    total, out = 0.0, []
    for x in xs:
        total += x
        out.append(total)
    return sum(v * v for v in out)


def rk4(x):
    def f(t, y):
        return -y + t
    t, y, h = 0.0, x, 0.1
    ts, ys = [t], [y]
    for _ in range(5):
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h * k1 / 2)
        k3 = f(t + h / 2, y + h * k2 / 2)
        k4 = f(t + h, y + h * k3)
        y += h * (k1 + 2 * k2 + 2 * k3 + k4) / 6
        t += h
        ts.append(t)
        ys.append(y)
    return ys[-1] * ys[2]


def ode_lists(xs):
    state = xs[:2]
    for _ in range(4):
        dx = [state[1], -state[0]]
        state = [s + 0.1 * d for s, d in zip(state, dx)]
    return state[0] * state[1]


def trapz(x):
    n = 10
    h = x / n
    return h * (0.5 * (math.exp(0) + math.exp(x)) + sum(math.exp(i * h) for i in range(1, n)))


def simpson(x):
    f = lambda t: math.sin(t) ** 2
    n = 6
    h = x / n
    s = f(0.0) + f(x) + 4 * sum(f(i * h) for i in range(1, n, 2)) + 2 * sum(f(i * h) for i in range(2, n, 2))
    return s * h / 3


def lagrange(xs, t):
    nodes = [0.0, 1.0, 2.0, 3.0]
    total = 0.0
    for i, (xi, yi) in enumerate(zip(nodes, xs)):
        term = yi
        for j, xj in enumerate(nodes):
            if i != j:
                term *= (t - xj) / (xi - xj)
        total += term
    return total


def det_rec(m):
    if len(m) == 1:
        return m[0][0]
    return sum((-1) ** j * m[0][j] * det_rec([row[:j] + row[j + 1:] for row in m[1:]]) for j in range(len(m)))


def use_det(x):
    return det_rec([[x, 2.0, 1.0], [0.5, x * x, 3.0], [1.0, 2.0, x]])


def gauss(x):
    A = [[x, 1.0], [2.0, 3.0 + x]]
    b = [1.0, x]
    n = 2
    for i in range(n):
        for k in range(i + 1, n):
            f = A[k][i] / A[i][i]
            for j in range(i, n):
                A[k][j] -= f * A[i][j]
            b[k] -= f * b[i]
    y = [0.0] * n
    for i in range(n - 1, -1, -1):
        y[i] = (b[i] - sum(A[i][j] * y[j] for j in range(i + 1, n))) / A[i][i]
    return y[0] * y[1]


def fib_list(x):
    f = [x, 1.0]
    while len(f) < 8:
        f.append(f[-1] + f[-2])
    return f[-1] * f[0]


def fib_tuple(x):
    a, b = x, 1.0
    for _ in range(6):
        a, b = b, a + b * x
    return a * b


def stack_rpn(x):
    stack = []
    for tok in "x 2 * x + x *".split():
        if tok == "x":
            stack.append(x)
        elif tok in "+*":
            b, a = stack.pop(), stack.pop()
            stack.append(a + b if tok == "+" else a * b)
        else:
            stack.append(float(tok))
    return stack[0]


def queue_pop(xs):
    q = list(xs)
    s = 0.0
    while q:
        v = q.pop(0)
        s = s * v + v
    return s


def window(xs, n):
    return sum(sum(xs[i:i + n]) ** 2 for i in range(len(xs) - n + 1))


def convolve_lists(xs):
    k = [0.5, 1.0]
    out = [0.0] * (len(xs) + len(k) - 1)
    for i, a in enumerate(xs):
        for j, b in enumerate(k):
            out[i + j] += a * b
    return sum(v * v for v in out)


def logsumexp_list(xs):
    m = max(xs)
    return m + math.log(sum(math.exp(v - m) for v in xs))


def ema(xs):
    s = xs[0]
    for v in xs[1:]:
        s = 0.9 * s + 0.1 * v
    return s * s


def distance_matrix(xs):
    d = [[abs(a - b) for b in xs] for a in xs]
    return sum(map(sum, d))


def argmin_enum(xs):
    i, v = min(enumerate(xs), key=lambda p: p[1])
    return v * i + xs[i] ** 2


def argmax_index(xs):
    i = xs.index(max(xs))
    return xs[i] ** 2


def argmax_range(xs):
    i = max(range(len(xs)), key=lambda k: xs[k])
    return xs[i] ** 2


def argmax_getitem(xs):
    i = max(range(len(xs)), key=xs.__getitem__)
    return xs[i] ** 2


def rotate(xs):
    ys = xs[-1:] + xs[:-1]
    return sum(a * b for a, b in zip(xs, ys))


def flatten_sum(x):
    nested = [[x, 2.0], [x * x], []]
    flat = [v for row in nested for v in row]
    return sum(flat) * flat[2]


def fsum_gen(xs):
    return math.fsum(v * v for v in xs)


def prod_gen(xs):
    return math.prod(1 + v * v for v in xs)


def sumprod(xs):
    return sum(map(lambda a, b: a * b, xs, xs))


def isinstance_dispatch(x):
    return x * x if isinstance(x, float) else x


def assert_stmt(x):
    assert x > 0, f"bad {x}"
    return math.log(x)


def divmod_use(x):
    q, r = divmod(x, 0.5)
    return r * r + q


def round_abs(x):
    return abs(x) ** 2 + round(x)


def pow3(x):
    return pow(x, 3)


def range_step(xs):
    return sum(xs[i] for i in range(0, len(xs), 2)) ** 2


def nested_func_nonlocal(xs):
    total = 0.0
    def add(v):
        nonlocal total
        total += v * v
    for v in xs:
        add(v)
    return total


def counter_closure(x):
    def make():
        c = x
        def inc(k):
            return c * k
        return inc
    f = make()
    return f(2.0) * f(x)


def ternary_chain(x):
    return x if x < 0 else x * x if x < 1 else x ** 3


def multiple_return(x):
    def stats(a, b):
        return a + b, a * b
    s, p = stats(x, 2.0)
    return s * p


def kwargs_call(x):
    def f(a, *, scale=1.0, **kw):
        return a * scale + kw.get('shift', 0.0)
    opts = {'scale': 2.0, 'shift': x}
    return f(x, **opts)


def tuple_swap3(x):
    a, b, c = x, 2.0, x * x
    a, b, c = c, a, b
    return a * b + c


def unpack_nested(x):
    (a, b), [c, *d] = (x, x * x), [1.0, x, 2 * x]
    return a * b + c * sum(d)


def list_mult_assign(x):
    m = [[x, 1.0], [2.0, x]]
    (a, b), (c, d) = m
    return a * d - b * c


def in_place_np_list(xs):
    arr = np.zeros(len(xs))
    for i, v in enumerate(xs):
        arr[i] = v ** 2
    return arr.sum()


def dict_of_arrays(u):
    s = {'x': u[:2], 'v': u[2:]}
    for _ in range(3):
        s = {'x': s['x'] + 0.1 * s['v'], 'v': s['v'] - 0.1 * s['x']}
    return np.sum(s['x'] ** 2) + s['v'][0]


def dict_state_write(u):
    s = {'x': u[:2], 'v': u[2:]}
    for _ in range(3):
        s['x'] = s['x'] + 0.1 * s['v']
        s['v'] = s['v'] - 0.1 * s['x']
    return np.sum(s['x'] ** 2) + s['v'][0]


def complex_keys(x):
    grid = {(i, j): x ** (i + j) for i in range(2) for j in range(2)}
    return grid[0, 1] * grid[(1, 1)]


def list_count_index(x):
    ks = [1, 2, 2, 3]
    return x ** ks.count(2) * ks.index(3)


def bool_sum(xs):
    n = sum(v > 0 for v in xs)
    return n * sum(xs)


def min_two(x):
    return min(x, 2.0) * max(x * x, 1.0, 0.5)


def sum_lists_np(xs):
    return np.dot(np.asarray(xs), np.ones(4)) ** 2


def list_remove(x):
    ks = [3, 1, 2]
    ks.remove(1)
    return x ** sum(ks)


def list_sort(xs):
    ys = list(xs)
    ys.sort()
    return ys[0] * ys[1] + ys[3] ** 2


def list_sort_key(xs):
    ys = list(xs)
    ys.sort(key=abs, reverse=True)
    return ys[0] * ys[1] + ys[3] ** 2


def list_copy(xs):
    ys = xs.copy()
    ys.reverse()
    return ys[0] * xs[1]


def list_pop_mid(xs):
    ys = list(xs)
    v = ys.pop(1)
    return v * sum(ys) ** 2


def array_iter_zip_enumerate(u):
    return sum(i * a * b for i, (a, b) in enumerate(zip(u, u[1:]), start=1))  # noqa: RUF007


def slice_obj(xs):
    s = slice(1, 3)
    return sum(xs[s]) ** 2


def neg_index_loop(xs):
    return sum(xs[-k] * k for k in range(1, 4))


def string_switch(x, mode):
    if mode == 'sin':
        return math.sin(x)
    elif mode in ('exp', 'e'):
        return math.exp(x)
    raise ValueError(f"unknown mode {mode!r}")


def float_of_str(x):
    c = float("2.5") + int("3")
    return x * c


def type_check(x):
    if type(x) is float:
        return x ** 2
    return x


def callable_arg(x):
    def apply(f, *args, **kw):
        return f(*args, **kw)
    return apply(lambda a, b=1.0: a * b, x, b=x)


def itemgetter_key(xs):
    ps = [(v, v * v) for v in xs]
    b = max(ps, key=operator.itemgetter(1))
    return b[0] * b[1]


def sum_of_tuple_gen(xs):
    t = tuple(v * v for v in xs)
    return t[0] * t[-1]


def nested_any(xs):
    return sum(v for v in xs if not any(abs(v - w) < 0.3 and v != w for w in xs)) ** 2


def zip_strict(xs):
    return sum(a * b for a, b in zip(xs, [1, 2, 3, 4], strict=True))


def reversed_enum(xs):
    return sum(i * v for i, v in reversed(list(enumerate(xs))))


def reversed_range_idx(xs):
    r = 0.0
    for i in reversed(range(len(xs))):
        r = r * 0.5 + xs[i]
    return r


def next_gen_default(xs):
    first = next((v for v in xs if v > 1), 0.0)
    return first ** 2


def gen_var(xs):
    g = (v * v for v in xs)
    return sum(g)


def list_eq(x):
    return x * x if [1, 2] == [1, 2] else x


def del_name(x):
    t = x * x
    y = t * 2
    del t
    return y


def ellipsis_stmt(x):
    ...
    return x * x


def docstring_fn(x):
    """Doc."""
    return x * x


def annotated(x: float) -> float:
    y: float = x * x
    z: list[float] = [y, x]
    return z[0] * z[1]


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)

CASES = [
    *[Case(f, [(X,)]) for f in (
        newton_sqrt, iterated_root, rk4, trapz, simpson, use_det, gauss, fib_list, fib_tuple, stack_rpn, flatten_sum,
        isinstance_dispatch, assert_stmt, divmod_use, round_abs, pow3, counter_closure, ternary_chain, multiple_return,
        kwargs_call, tuple_swap3, unpack_nested, list_mult_assign, complex_keys, list_count_index, min_two, list_remove,
        float_of_str, type_check, callable_arg, list_eq, del_name, ellipsis_stmt, docstring_fn, annotated,)],
    *[Case(f, [(L, 0.7)]) for f in (
        horner, polyval_gen,)],
    *[Case(f, [(L,)]) for f in (
        mean_std, softmax_list, median_list, use_quicksort, use_mergesort, cumulative, ode_lists, queue_pop, convolve_lists,
        logsumexp_list, ema, distance_matrix, argmin_enum, argmax_index, argmax_range, argmax_getitem, rotate, fsum_gen, prod_gen,
        sumprod, range_step, nested_func_nonlocal, in_place_np_list, bool_sum, sum_lists_np, list_sort, list_sort_key, list_copy,
        list_pop_mid, slice_obj, neg_index_loop, itemgetter_key, sum_of_tuple_gen, nested_any, zip_strict, reversed_enum,
        reversed_range_idx, next_gen_default, gen_var,)],
    Case(lagrange, [(L, 0.9)]),
    Case(window, [(L, 2)]),
    *[Case(f, [(A,)]) for f in (
        dict_of_arrays, dict_state_write, array_iter_zip_enumerate,)],
    Case(string_switch, [(X, 'exp')]),
]
