"""When things are evaluated, and what shares memory: iterators, closures, chosen functions, containers written through other names."""
from __future__ import annotations

import functools
import itertools
import math
from functools import reduce

import numpy as np

from tests.corpus import Case

ACT = {"tanh": math.tanh, "id": lambda v: v}


def late_binding(x):
    k = 2.0
    f = lambda v: v * k
    k = 5.0
    return f(x)


def gen_late(x):
    k = 2.0
    g = (v * k for v in [x, x])
    k = 5.0
    return sum(g)


def gen_first_early(xs):
    ys = xs[:2]
    g = (v * v for v in ys)
    ys = xs[2:]
    return sum(g)


def choice_rebind(x):
    flag = x > 1
    f = math.sin if flag else math.cos
    flag = False
    return f(x)


def choice_list_test(xs):
    stack = list(xs)
    if stack:
        f = math.sin
    else:
        f = math.cos
    stack.clear()
    return f(xs[0])


def choice_in_loop(xs):
    s = 0.0
    for v in xs:
        f = math.sin if v > 0 else math.cos
        s += f(v)
    return s


def choice_return(x):
    def pick(k):
        if k > 1:
            return math.sin
        return lambda v: v * v * x
    return pick(x)(x) + pick(0.0)(x)


def choice_nested(x):
    if x > 1:
        f = lambda v: v * c
        c = 2.0
    else:
        f = lambda v: v + c
        c = 3.0
    return f(x) * c


def filter_state(xs):
    seen = 0.0
    def ok(v):
        nonlocal seen
        seen += v
        return seen > 0
    return sum(v * v for v in filter(ok, xs)) * seen


def loop_filter_state(xs):
    best = -10.0
    s = 0.0
    for v in filter(lambda v: v > best, xs):
        best = v
        s += v * v
    return s


def gen_state(xs):
    best = -10.0
    s = 0.0
    for v in (w * 2 for w in xs if w > best):
        best = v
        s += v * v
    return s


def break_multi(xs):
    s = 0.0
    for a, b in itertools.product(xs, xs):
        if a * b < 0:
            break
        s += a * b
    return s


def continue_multi(xs):
    s = 0.0
    for a, b in itertools.combinations(xs, 2):
        if a * b < 0:
            continue
        s += a * b
    else:
        s *= 2
    return s


def return_multi(xs):
    for a, b in itertools.combinations(xs, 2):
        if a * b > 0.3:
            return a * b
    return 0.0


def return_stream(xs):
    for v in map(math.sin, xs):
        if v < 0:
            return v * v
    return 0.0


def else_stream(xs):
    for v in filter(lambda v: v > 5, xs):
        r = v
        break
    else:
        r = xs[0] ** 2
    return r


def sort_ties(xs):
    ps = sorted([(1, xs[0]), (0, xs[1]), (1, xs[2]), (0, xs[3])], key=lambda p: p[0], reverse=True)
    return sum(k * p[1] for k, p in enumerate(ps))


def max_ties(xs):
    return max([xs[0], xs[2], xs[3]], key=lambda v: 1.0) ** 2 + min([xs[0], xs[1]], key=lambda v: 0) ** 3


def sort_stable_mut(xs):
    ys = list(xs)
    n = ys.sort()
    return ys[0] ** 2 if n is None else 0.0


def extend_self(xs):
    ys = xs[:2]
    ys.extend(ys)
    return sum(ys) * len(ys)


def slice_self(xs):
    ys = list(xs)
    ys[1:3] = ys[:]
    return ys[1] * ys[4] * len(ys)


def slice_of_alias(xs):
    ys = list(xs)
    zs = ys[1:3]
    ys[1] = 10.0
    return zs[0] * ys[1]


def pop_alias(xs):
    ys = list(xs)
    zs = ys
    v = ys.pop(1)
    return v * zs[1] * len(zs)


def dict_alias_update(x):
    d = {'a': x}
    e = d
    e.update(b=x * x)
    return d['b'] * d['a']


def dict_pop_alias(x):
    d = {'a': x, 'b': x * x}
    e = d
    v = d.pop('a')
    return v * len(e) * e['b']


def dict_del_run(xs, k):
    d = dict(enumerate(xs))
    e = d
    del d[k]
    return sum(e.values()) ** 2


def dict_or_indep(x):
    d = {'a': x}
    e = d | {'b': 2.0}
    e['a'] = 5.0
    return d['a'] * e['b'] * e['a']


def setdefault_exist(x):
    d = {'a': x}
    y = d.setdefault('a', 100.0)
    z = d.setdefault('b', x * x)
    return y * z * d['b']


def get_none(xs):
    d = dict(zip("ab", xs))
    v = d.get("c")
    return xs[0] ** 2 if v is None else v


def star_eval_order(xs):
    ys = list(xs)
    def take():
        return ys.pop(0)
    def f(a, b, c):
        return a - 2 * b + c * c
    return f(take(), *[take(), take()])


def walrus_scope(xs):
    y = 1.0
    zs = [y := y * v for v in xs]
    return y + zs[1]


def comp_scope(x):
    v = x
    s = sum([v * v for v in [1.0, 2.0]])
    return v * s


def nested_lambda_default(x):
    fs = [lambda a, k=k: a * k for k in (1.0, 2.0, 3.0)]
    return fs[0](x) + fs[2](x * x)


def while_else_nobreak(x):
    n = 0
    while (m := n + 1) < 4:
        n = m
        x = x * 1.5
        if x > 100:
            break
    else:
        x = x + m
    return x * x


def while_else_return(x):
    def g(v):
        n = 0
        while (n := n + 1) < 10:
            v = v * 1.3
            if v > 3:
                return v * v
        else:
            v = 0.0
        return v
    return g(x)


def for_sub_swap(xs):
    ys = [0.0, 0.0]
    for i, ys[i % 2] in enumerate(xs):
        pass
    return ys[0] * ys[1]


def func_loop_else(x):
    for f in (math.sin, math.cos):
        if f(x) > 5:
            break
        x = f(x)
    else:
        return x * x
    return 0.0


def func_loop_nested(xs):
    s = 0.0
    for v in xs:
        for f in (math.sin, lambda w: w * v):
            if v < 0:
                break
            s += f(v)
        else:
            s *= 2
    return s


def func_loop_return_in_loop(xs):
    for v in xs:
        for f in (math.sin, math.exp):
            if f(v) > 2:
                return f(v) * v
    return xs[0]


def match_guard_fall(x):
    match (x, 2.0):
        case (a, b) if a > 5:
            r = a
        case (a, b) if b > 1:
            r = a * b
        case _:
            r = 0.0
    return r * a


def match_alias(xs):
    match xs:
        case [a, *rest]:
            rest[0] = 10.0
            return a * rest[0] * xs[1]


def match_list_write(xs):
    ys = list(xs)
    match ys:
        case [a, b, *_]:
            ys[0] = b
    return ys[0] * ys[1] + a


def match_return_mix(x):
    for k in range(3):
        match k:
            case 0:
                x = x * 2
                continue
            case 1 if x > 100:
                return x
        x = x + 1
    return x * x


def zip_uneven(xs):
    return sum(a * b for a, b in zip(map(math.sin, xs), xs[:2])) + sum(a * b for a, b in zip(xs[:3], (v for v in xs)))


def pairwise_gen(xs):
    return sum(a * b for a, b in itertools.pairwise(v * v for v in xs))


def perms3(xs):
    return sum(a * b - c for a, b, c in itertools.permutations(xs[:3], 3))


def combos3(xs):
    threes = sum(a * b * c for a, b, c in itertools.combinations(xs, 3))
    return threes + sum(a * b for a, b in itertools.combinations_with_replacement(xs, 2))


def groupby_none(xs):
    return sum(k * len(g) for k, g in [(k, list(g)) for k, g in itertools.groupby([xs[0], xs[0], xs[1]])])


def accumulate_lambda_init(xs):
    return sum(itertools.accumulate(xs, lambda a, b: a * 0.5 + b * b, initial=xs[0]))


def reduce_empty_init(xs):
    return reduce(lambda a, b: a * b, [v for v in xs if v > 50], xs[0] ** 2)


def sum_arrays(u):
    return np.sum(sum([u, u * u, 2 * u]) * sum(v for v in u))


def sum_gen_arrays(u):
    return np.sum(sum((np.outer(u, u) * k for k in range(3)), np.zeros((4, 4)))[0])


def max_arrays(u):
    return np.sum(max([u, 2 * u, u * u], key=lambda v: np.sum(v * v)))


def sorted_arrays(u):
    s = sorted([2 * u, u, u * u], key=np.linalg.norm)
    return s[0] @ s[2]


def star_set(x):
    return x * len({*[1, 2], *(2, 3)})


def tuple_star_mid(xs):
    first, *mid, last = sorted(xs)
    return first * sum(mid) * last


def global_table_const(x):
    return ACT['tanh'](x) * 2


def in_group(xs):
    groups = {}
    for v in xs:
        k = int(v > 0)
        if k not in groups:
            groups[k] = []
        groups[k].append(v)
    return sum(groups[1]) * sum(groups[0])


def groupby_key(xs):
    out = 0.0
    for k, g in itertools.groupby(sorted(xs), key=lambda v: v > 0):
        out += sum(g) ** 2
    return out


def slices_swap(xs):
    ys = list(xs)
    ys[:2], ys[2:] = ys[2:], ys[:2]
    return ys[0] * ys[3] ** 2


def slice_run(xs, i, j):
    ys = list(xs)
    ys[i:j] = [ys[i] * ys[j]]
    return sum(ys) * len(ys)


def slice_clear(xs):
    ys = list(xs)
    ys[:] = []
    ys.append(xs[0])
    return sum(ys) ** 2


def slice_alias(xs):
    ys = list(xs)
    zs = ys
    zs[1:3] = [xs[3]]
    return ys[1] * len(ys)


def del_step(xs):
    ys = list(xs)
    del ys[::2]
    return ys[0] * ys[1]


def del_multi(xs):
    ys = list(xs)
    del ys[0], ys[0]
    return ys[0] * ys[1]


def insertion_sort(xs):
    ys = list(xs)
    for i in range(1, len(ys)):
        key = ys[i]
        j = i - 1
        while j >= 0 and ys[j] > key:
            ys[j + 1] = ys[j]
            j -= 1
        ys[j + 1] = key
    return ys[0] * ys[1] + ys[3] ** 2


def argsort_list(xs):
    order = sorted(range(len(xs)), key=lambda i: xs[i])
    return sum(k * xs[i] for k, i in enumerate(order))


def enum_map(xs):
    s = 0.0
    for i, y in enumerate(map(math.sin, xs)):
        if i == 2:
            break
        s += y * i
    return s + i


def zip_map_loop(xs):
    s = 0.0
    for a, b, k in zip(map(math.sin, xs), xs, itertools.count()):
        if k > 2:
            break
        s += a * b * k
    return s


def nested_gen(xs):
    return sum(sum(a * b for b in xs if b > a) for a in xs)


def max_pairs(xs):
    a, b = max(itertools.combinations(xs, 2), key=lambda p: p[0] * p[1])
    return a * b * b


def islice_count(x):
    return sum(x ** k for k in itertools.islice(itertools.count(), 4))


def dropwhile_sum(xs):
    return sum(itertools.dropwhile(lambda v: v < 1, xs))


def compress(xs):
    return sum(itertools.compress(xs, [1, 0, 1, 1])) ** 2


def deco_stack(x):
    def add1(f):
        @functools.wraps(f)
        def g(*a, **k):
            return f(*a, **k) + 1
        return g
    def dbl(f):
        def g(*a, **k):
            return 2 * f(*a, **k)
        return g
    @add1
    @dbl
    def h(v, p=2):
        return v ** p
    return h(x) * h(x, p=3)


def deco_param(x):
    def scale(c):
        def deco(f):
            return lambda *a: c * f(*a)
        return deco
    @scale(x)
    def h(v):
        return v * v
    return h(2.0)


def compose_list(x):
    fs = [math.sin, lambda v: v * v, math.exp]
    return functools.reduce(lambda acc, f: f(acc), fs, x)


def table_items(x):
    fs = {'s': math.sin, 'q': lambda v: v * v}
    return sum(f(x) * len(n) for n, f in fs.items())


def table_zip(x):
    fs = [math.sin, math.cos]
    ws = [0.5, 2.0]
    return sum(w * f(x) for w, f in zip(ws, fs))


def run_index(x, i):
    fs = [math.sin, lambda v: v * v, math.exp]
    return fs[i](x) + fs[-1](x)


def pick_func(x):
    f = math.sin if x > 1 else math.cos
    return f(x) * x


def pick_lambda(x):
    if x > 1:
        f = lambda v: v * v
    else:
        f = lambda v: v
    return f(x) * x


def star_arr(u):
    a, b, *c = u
    return a * b * sum(c)


def star_mat(u):
    f = lambda a, b, c, d: a * d - b * c
    return f(*np.sin(u))


def star_kwargs_d(d):
    def f(a, b):
        return a * b * b
    return f(**d)


def while_pop(xs):
    stack = list(xs)
    acc = 1.0
    while stack:
        v = stack.pop()
        if v < 0:
            continue
        acc = acc * v + v
    return acc


def tuple_concat(x, n):
    t = ()
    for k in range(n):
        t = t + (x ** k,)
    return sum(t) * t[-1]


def dict_get_func(x, name):
    return {'sin': math.sin, 'cos': math.cos}.get(name, math.exp)(x)


def transp_list(xs):
    M = [[a * b for b in range(3)] for a in xs]
    T = [list(c) for c in zip(*M)]
    T[0][0] = 5.0
    return sum(T[1]) * T[2][0]


def map_list_zip(xs):
    M = [[a, a * a] for a in xs]
    T = list(map(list, zip(*M)))
    return sum(T[0]) * T[1][1]


def unzip(xs):
    ps = list(zip(xs, [v * v for v in xs]))
    a, b = zip(*ps)
    return sum(x * y for x, y in zip(a, b))


def neville(xs):
    t = [0.0, 1.0, 2.0, 3.0]
    p = list(xs)
    n = len(p)
    for k in range(1, n):
        p = [((0.5 - t[i + k]) * p[i] + (t[i] - 0.5) * p[i + 1]) / (t[i] - t[i + k]) for i in range(n - k)]
    return p[0] ** 2


def romberg(x):
    R = [[0.5 * x * (1 + math.exp(x))]]
    n = 1
    for i in range(1, 4):
        n *= 2
        h = x / n
        row = [0.5 * R[i - 1][0] + h * sum(math.exp((2 * k - 1) * h) for k in range(1, n // 2 + 1))]
        for j in range(1, i + 1):
            row.append(row[j - 1] + (row[j - 1] - R[i - 1][j - 1]) / (4 ** j - 1))
        R.append(row)
    return R[-1][-1]


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)

CASES = [
    *[Case(f, [(X,)]) for f in (
        late_binding, gen_late, choice_rebind, choice_return, choice_nested, dict_alias_update, dict_pop_alias, dict_or_indep,
        setdefault_exist, comp_scope, nested_lambda_default, while_else_nobreak, while_else_return, func_loop_else,
        match_guard_fall, match_return_mix, star_set, global_table_const, islice_count, deco_stack, deco_param, compose_list,
        table_items, table_zip, pick_func, pick_lambda, romberg)],
    *[Case(f, [(L,)]) for f in (
        gen_first_early, choice_list_test, choice_in_loop, filter_state, loop_filter_state, gen_state, break_multi,
        continue_multi, return_multi, return_stream, else_stream, sort_ties, max_ties, sort_stable_mut, extend_self, slice_self,
        slice_of_alias, pop_alias, get_none, star_eval_order, walrus_scope, for_sub_swap, func_loop_nested,
        func_loop_return_in_loop, match_list_write, zip_uneven, pairwise_gen, perms3, combos3, groupby_none,
        accumulate_lambda_init, reduce_empty_init, tuple_star_mid, in_group, groupby_key, slices_swap, slice_clear, slice_alias,
        del_step, del_multi, insertion_sort, argsort_list, enum_map, zip_map_loop, nested_gen, max_pairs, dropwhile_sum, compress,
        while_pop, transp_list, map_list_zip, unzip, neville)],
    Case(dict_del_run, [(L, 1)]),
    *[Case(f, [(A,)]) for f in (
        sum_arrays, sum_gen_arrays, max_arrays, sorted_arrays, star_arr, star_mat)],
    Case(slice_run, [(L, 1, 3)]),
    Case(run_index, [(X, 1)]),
    Case(star_kwargs_d, [(D,)]),
    Case(tuple_concat, [(X, 3)]),
    Case(dict_get_func, [(X, 'sin')]),
]
