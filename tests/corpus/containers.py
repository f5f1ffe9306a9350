"""Lists, dictionaries and sets as people write them: slices written and deleted, methods, displays, comprehensions."""
from __future__ import annotations

import collections

import numpy as np

from tests.corpus import Case, arr


def rev_list(xs):
    ys = list(reversed(xs))
    return ys[0] * ys[1] ** 2


def list_slice(xs):
    return sum(xs[1:]) * sum(xs[:-1])


def slice_assign(xs):
    ys = list(xs)
    ys[1:3] = [ys[0], ys[0] ** 2]
    return sum(ys) * ys[2]


def slice_assign_param(xs):
    xs[1:3] = [xs[0], xs[0] ** 2]
    return sum(xs) * xs[2]


def slice_grow(xs):
    ys = xs[:]
    ys[1:1] = [xs[0] * 2, xs[1] * 3]
    return ys[1] * ys[2] * len(ys)


def slice_step(xs):
    ys = xs[:]
    ys[::2] = [1.0, xs[1] ** 2]
    return sum(ys) * ys[2]


def del_item(xs):
    ys = list(xs)
    del ys[1]
    return ys[0] * ys[1]


def del_known(x):
    u = [x, x * x, 3.0]
    del u[0]
    return u[0] * u[1]


def del_slice(xs):
    ys = list(xs)
    del ys[1:3]
    return ys[0] * ys[1]


def del_key(x):
    d = {'a': x, 'b': x * x}
    del d['a']
    return sum(d.values()) * x


def del_loop(xs):
    ys = list(xs)
    s = 0.0
    while ys:
        s = s * ys[0] + ys[0]
        del ys[0]
    return s


def list_add(xs):
    ys = xs + [xs[0] ** 2]
    return sum(ys) * ys[-1]


def list_mul(x):
    ys = [x, 2.0] * 3
    return sum(ys) * ys[2]


def list_mul_n(x, n):
    ys = [x] * n
    return sum(ys) ** 2


def n_mul_list(x):
    ys = 3 * [x]
    return sum(ys) ** 2


def list_mul_grown(xs):
    ys = []
    for x in xs:
        ys.append(x * x)
    return sum(ys * 2) * (ys * 2)[len(xs)]


def zeros_list(xs):
    n = len(xs)
    ys = [0.0] * n
    for i in range(n):
        ys[i] = xs[i] ** 2
    return sum(ys)


def list_iadd(xs):
    ys = []
    for v in xs:
        ys += [v * v]
    return sum(ys) * ys[0]


def tuple_iadd(xs):
    ys = ()
    for v in xs:
        ys += (v * v,)
    return sum(ys) * ys[0]


def dict_get(d):
    return d.get('a', 1.0) * d.get('z', 2.0) + d.get('b') ** 2


def dict_items(d):
    return sum(len(k) * v * v for k, v in d.items())


def dict_keys(d):
    return sum(d[k] ** 2 for k in d.keys())


def dict_iter(d):
    s = 0.0
    for k in d:
        s += d[k] ** 3
    return s


def dict_values(d):
    return sum(d.values()) ** 2


def dict_values_list(d):
    a, b = d.values()
    return a * b


def dict_values_np(d):
    return np.sum(np.array(list(d.values())) ** 2)


def dict_update(d):
    e = dict(d)
    e.update({'a': d['b'] ** 2})
    e.update(c=3.0 * d['a'])
    return e['a'] * e['c']


def dict_setdefault(d):
    e = {}
    for k, v in d.items():
        e.setdefault('s', 1.0)
        e['s'] = e['s'] * v
    return e['s']


def dict_pop(d):
    e = dict(d)
    a = e.pop('a')
    return a * sum(e.values())


def dict_pop_default(d):
    e = {**d}
    return e.pop('zz', 3.0) * e.pop('a', 0.0) * e['b']


def dict_or(d):
    e = d | {'c': d['a'] ** 2}
    return e['c'] * e['b']


def dict_ior(d):
    e = dict(d)
    e |= {'c': d['a'] ** 2}
    return e['c'] * e['b']


def dict_in(d):
    return d['a'] ** 2 if 'a' in d and 'q' not in d else 0.0


def dict_computed(x):
    key = 'k' + str(1)
    d = {key: x, 'b': x * x}
    return d['k1'] * d['b']


def dict_computed_for(xs):
    names = ['a', 'b', 'c', 'd']
    d = {}
    for n, v in zip(names, xs):
        d[n] = v * v
    return d['a'] * d['c']


def dict_star(d):
    e = {**d, 'c': d['a'] * 2}
    return e['a'] * e['c'] * e['b']


def dict_star_last(d):
    e = {'a': 3.0, **d}
    return e['a'] * e['b']


def dict_comp(d):
    e = {k: v * v for k, v in d.items()}
    return e['a'] * e['b']


def dict_comp_cond(d):
    e = {k: v * v for k, v in d.items() if v > 0.5}
    return sum(e.values())


def dict_zip(xs):
    d = dict(zip('abcd', xs))
    return d['a'] * d['d']


def dict_pairs(x):
    d = dict([('a', x), ('b', x * x)])  # noqa: C406
    return d['a'] * d['b']


def dict_gen(xs):
    d = dict((i, v * v) for i, v in enumerate(xs))  # noqa: C402
    return d[0] * d[2]


def dict_of_lists(xs):
    d = {'pos': [], 'neg': []}
    for v in xs:
        d['pos' if v > 0 else 'neg'].append(v)
    return sum(d['pos']) * sum(d['neg'])


def dict_count(xs):
    d = {}
    for v in xs:
        k = v > 0
        d[k] = d.get(k, 0.0) + v
    return d[True] * d[False]


def dict_copy(d):
    e = d.copy()
    e['a'] *= 2
    return e['a'] * d['a']


def dict_nested(x):
    d = {'p': {'w': x, 'b': 2.0}, 'q': [x, x * x]}
    return d['p']['w'] * d['q'][1] + d['p']['b']


def dict_nested_write(x):
    d = {'p': {'w': x, 'b': 2.0}}
    d['p']['w'] = x * x
    d['p']['b'] += x
    return d['p']['w'] * d['p']['b']


def dict_len(d):
    return len(d) * d['a'] ** 2


def dict_sorted(d):
    return sum(i * d[k] for i, k in enumerate(sorted(d)))


def dict_sorted_items(d):
    return sum(i * v * v for i, (k, v) in enumerate(sorted(d.items())))


def dict_max_key(d):
    k = max(d, key=d.get)
    return d[k] ** 2


def dict_fromkeys(x):
    d = dict.fromkeys(['a', 'b'], x)
    return d['a'] * d['b']


def counter_inert(x):
    c = collections.Counter('hello')
    return x ** c['l']


def set_inert(x):
    s = {1, 2, 3}
    return sum(x ** k for k in s)


def set_in(x):
    allowed = {'a', 'b'}
    return x * x if 'a' in allowed else x


def set_comp(x):
    s = {k % 3 for k in range(10)}
    return x ** len(s)


def set_of_list(x):
    s = set([1, 1, 2])  # noqa: C405
    return x ** len(s)


def set_asked_again(x):
    seen = set()
    a = x if 1 in seen else 2 * x
    seen.add(1)
    b = x if 1 in seen else 3 * x
    return a + b * b


def visited_set(x):
    seen = set()
    s = 0.0
    for k in [1, 2, 1, 3]:
        if k in seen:
            continue
        seen.add(k)
        s += x ** k
    return s


def frozen(x):
    return x ** len(frozenset([1, 2]))


def nested_comp(x):
    m = [[x * i + j for j in range(3)] for i in range(3) if i != 1]
    return sum(v for row in m for v in row if v > 0) * m[1][2]


def transpose_comp(x):
    m = [[x, 2 * x], [x * x, 3.0]]
    t = [[row[i] for row in m] for i in range(2)]
    return t[0][1] * t[1][0]


def transpose_zip(x):
    m = [[x, 2 * x], [x * x, 3.0]]
    t = [list(r) for r in zip(*m)]
    return t[0][1] * t[1][0]


def matmul_lists(x):
    A = [[x, 2.0], [1.0, x * x]]
    B = [[1.0, x], [x, 3.0]]
    C = [[sum(a * b for a, b in zip(row, col)) for col in zip(*B)] for row in A]
    return C[0][0] * C[1][1] + C[0][1]


def dot_lists(xs):
    return sum(a * b for a, b in zip(xs, xs[::-1]))


def dict_written_while_read(x):
    p = {}
    for k in ("a", "b", "c"):
        p[k] = x * len(k)
    for k in p:
        p[k] = p[k] * x + p["a"]
    return p["a"] * p["b"] + p["c"]


def dict_keys_written(x):
    p = {}
    for k in range(3):
        p[k] = x + k
    for _ in range(2):
        for k in p.keys():
            p[k] *= p[0]
        p[8] = x
    del p[0]
    return sum(p.values())


def descent_of_dict(d):
    p = {k: 1.0 * v for k, v in d.items()}
    m = dict.fromkeys(p, 0.0)
    for _ in range(3):
        g = {k: 2.0 * v * p["a"] for k, v in p.items()}
        for k in p:
            m[k] = 0.9 * m[k] + g[k]
            p[k] -= 0.1 * m[k]
    return p["a"] * p["b"]


class Momentum:
    def __init__(self, rate):
        self.rate = rate
        self.m = {}

    def step(self, params, grads):
        for k in params:
            self.m[k] = 0.9 * self.m.get(k, 0.0) + grads[k]
            params[k] -= self.rate * self.m[k]


def descent_by_object(d):
    optimizer = Momentum(0.1)
    p = dict(d)
    for _ in range(3):
        optimizer.step(p, {k: v * v for k, v in p.items()})
    return p["a"] * p["b"]


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)

def grouped(x):
    groups, tables = {}, {}
    for k in range(len(x)):
        groups.setdefault(k % 2, []).append(x[k] * k)
        tables.setdefault(k % 3, {})[k] = x[k]
    return sum(groups[1]) * sum(tables[0].values())


CASES = [
    Case(grouped, [(arr(4),)]),
    *[Case(f, [(L,)]) for f in (
        rev_list, list_slice, slice_assign, slice_grow, slice_step, del_item, del_slice, del_loop, list_add, zeros_list, list_mul_grown,
        list_iadd, tuple_iadd, dict_computed_for, dict_zip, dict_gen, dict_of_lists, dict_count, dot_lists,)],
    Case(slice_assign_param, [(L,)], writes=True),
    *[Case(f, [(X,)]) for f in (
        del_known, del_key, list_mul, n_mul_list, dict_computed, dict_pairs, dict_nested, dict_nested_write, dict_fromkeys,
        counter_inert, set_inert, set_in, set_comp, set_of_list, visited_set, frozen, nested_comp, transpose_comp, transpose_zip,
        matmul_lists,)],
    Case(list_mul_n, [(X, 3)]),
    *[Case(f, [(X,)]) for f in (dict_written_while_read, dict_keys_written)],
    *[Case(f, [(D,)]) for f in (descent_of_dict, descent_by_object)],
    *[Case(f, [(D,)]) for f in (
        dict_get, dict_items, dict_keys, dict_iter, dict_values, dict_values_list, dict_values_np, dict_update, dict_setdefault,
        dict_pop, dict_pop_default, dict_or, dict_ior, dict_in, dict_star, dict_star_last, dict_comp, dict_comp_cond, dict_copy,
        dict_len, dict_sorted, dict_sorted_items, dict_max_key,)],
]
