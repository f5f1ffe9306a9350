"""Containers of `collections`: deque, defaultdict, OrderedDict and Counter, with their usual updates."""
from __future__ import annotations

import collections
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np

from tests.corpus import Case


def deque_append(x):
    q = deque()
    q.append(x)
    q.append(x * x)
    q.append(3.0)
    return q[0] * q[1] + q[-1]


def deque_appendleft(x):
    q = deque([x])
    q.appendleft(x * x)
    return q[0] + 2 * q[1]


def deque_pop(xs):
    q = deque(xs)
    return q.pop() * q.popleft() ** 2 + q[0]


def deque_loop(xs):
    q = deque()
    for v in xs:
        q.append(v * v)
        if len(q) > 2:
            q.popleft()
    return q[0] * q[1]


def deque_maxlen(xs):
    q = deque(maxlen=2)
    for v in xs:
        q.append(v * v)
    return sum(q) * len(q)


def deque_maxlen_init(xs):
    q = deque(xs, 2)
    return q[0] * q[1]


def deque_maxlen_left(xs):
    q = deque(maxlen=2)
    for v in xs:
        q.appendleft(v * v)
    return q[0] * q[1] ** 2


def deque_moving_average(xs, n):
    q = collections.deque(maxlen=n)
    t = 0.0
    for v in xs:
        q.append(v)
        t += (sum(q) / len(q)) ** 2
    return t


def deque_bfs(x):
    q = deque([(x, 0)])
    t = 0.0
    while q:
        v, depth = q.popleft()
        t += v * v
        if depth < 2:
            q.append((v * 0.5, depth + 1))
            q.append((v * v, depth + 1))
    return t


def deque_rotate(xs):
    q = deque(xs)
    q.rotate(1)
    return q[0] ** 2 + q[1] * q[2]


def deque_extend(xs):
    q = deque()
    q.extend(xs)
    q.extendleft(xs)
    return q[0] * q[3] + q[2] * q[-1] ** 2


def deque_iter(xs):
    q = deque(xs)
    t = 0.0
    for k, v in enumerate(q):
        t += k * v * v
    return t


def deque_comp(xs):
    q = deque(v * v for v in xs)
    return sum(w * w for w in q) + max(q) + min(q)


def deque_set(xs):
    q = deque(xs)
    q[0] = q[1] * q[2]
    return sum(v * v for v in q)


def deque_reversed(xs):
    q = deque(xs)
    t = 0.0
    for k, v in enumerate(reversed(q)):
        t += k * v * v
    return t


def deque_list(xs):
    q = deque(xs, maxlen=2)
    q.append(xs[0])
    return list(q)[0] * np.sum(np.array(q))


def deque_clear(xs):
    q = deque(xs)
    q.clear()
    q.append(xs[1] ** 2)
    return q[0] * len(q)


def deque_insert(xs):
    q = deque(xs)
    q.insert(1, xs[0] * xs[1])
    del q[0]
    return q[0] * q[1]


def deque_copy(xs):
    q = deque(xs)
    r = q.copy()
    r.append(xs[0] ** 2)
    r2 = deque(r)
    q.append(1.0)
    return r2[-1] * q[-1] * r[0]


def deque_add(xs):
    q = deque(xs) + deque([xs[0] ** 2])
    q += [3.0 * xs[1]]
    return q[-1] * q[-2]


def deque_unpack(xs):
    a, b, *c = deque(xs)
    return a * b + c[0] ** 2


def deque_grad_state(x):
    hist = deque([x, x * x, x ** 3], maxlen=3)
    for _ in range(4):
        hist.append(0.5 * hist[0] + 0.1 * hist[-1] * hist[-2])
    return hist[-1]


def deque_bool(xs):
    q = deque()
    if not q:
        q.append(xs[0] ** 2)
    return q[0]


def dd_sum(xs):
    d = defaultdict(float)
    for k, v in enumerate(xs):
        d[k % 2] += v * v
    return d[0] * d[1]


def dd_list(xs):
    d = defaultdict(list)
    for k, v in enumerate(xs):
        d[k % 2].append(v * v)
    return sum(d[0]) * d[1][0]


def dd_str(x, s):
    d = defaultdict(float)
    d[s] += x * x
    d["b"] += x
    d["b"] *= 2.0
    return d["a"] * d["b"]


def dd_lambda(x):
    d = defaultdict(lambda: 1.0)
    d["a"] *= x * x
    return d["a"] + d["q"]


def dd_lambda_active(x):
    d = defaultdict(lambda: x)
    d["a"] *= x * x
    return d["a"] + d["q"]


def dd_init(x):
    d = defaultdict(float, {"a": x})
    d["a"] += x * x
    d["b"] += x
    return sum(d.values())


def dd_items(xs):
    d = collections.defaultdict(float)
    for k, v in zip("aba", xs):
        d[k] += v * v
    t = 0.0
    for k, v in sorted(d.items()):
        t += v * v
    return t


def dd_get(x):
    d = defaultdict(float)
    d["a"] += x * x
    return d["a"] + d.get("c", x)


def dd_in(x):
    d = defaultdict(float)
    d["a"] += x * x
    return d["a"] * (2.0 if "b" in d else 3.0) * len(d)


def dd_nested(x):
    d = defaultdict(lambda: defaultdict(float))
    d["a"]["b"] += x * x
    d["a"]["c"] += x
    return sum(d["a"].values())


def dd_dict(xs):
    d = defaultdict(dict)
    d["a"]["b"] = xs[0] ** 2
    d["a"]["c"] = xs[1]
    return sum(d["a"].values())


def dd_int(xs):
    d = defaultdict(int)
    t = 0.0
    for k, v in zip("aba", xs):
        d[k] += 1
        t += d[k] * v * v
    return t


def dd_read(xs):
    d = defaultdict(float)
    t = 0.0
    for k in "abc":
        t += d[k] + xs[0] ** 2
    return t * len(d)


def counter_inert(xs):
    c = Counter("abca")
    t = 0.0
    for k, v in zip("abc", xs):
        t += c[k] * v * v
    return t


def counter_active(xs):
    c = Counter()
    for k, v in zip("aba", xs):
        c[k] += v * v
    return c["a"] * c["b"] + c["zz"]


def counter_common(xs):
    c = Counter([1, 1, 2, 3])
    return sum(xs[k - 1] * m for k, m in c.most_common(2)) + xs[0] ** 2


def counter_update(xs):
    c = Counter(a=xs[0])
    c.update({"a": xs[1] ** 2, "b": xs[2]})
    return c["a"] * c["b"]


def counter_total(xs):
    c = Counter({"a": xs[0], "b": xs[1] ** 2})
    return c.total()


def counter_values(xs):
    c = Counter(k % 2 for k in range(5))
    return c[0] * xs[0] ** 2 + c[1] * xs[1]


def od(x):
    d = OrderedDict()
    d["a"] = x * x
    d["b"] = x
    return sum(v for v in d.values()) + d["a"]


def od_pairs(x):
    d = OrderedDict([("w", x), ("b", x * x)])
    t = 0.0
    for k, (n, v) in enumerate(d.items()):
        t += (k + 1) * v * v
    return t


def od_kw(x):
    d = OrderedDict(a=x, b=x * x)
    d.update(c=3.0 * x)
    return d["a"] * d["b"] * d["c"]


def od_move(x):
    d = OrderedDict(a=x, b=x * x)
    d.move_to_end("a")
    return list(d.values())[0] ** 2 + x


def dict_popitem(x):
    d = {"a": x, "b": x * x}
    k, v = d.popitem()
    return v * d["a"]


class Buffer:
    def __init__(self, n):
        self.q = deque(maxlen=n)

    def push(self, v):
        self.q.append(v)
        return sum(self.q)


def deque_attr(xs):
    b = Buffer(2)
    t = 0.0
    for v in xs:
        t += b.push(v) ** 2
    return t


class Graph:
    def __init__(self):
        self.adj = defaultdict(list)

    def add(self, i, j, w):
        self.adj[i].append((j, w))


def dd_attr(xs):
    g = Graph()
    g.add(0, 1, xs[0])
    g.add(0, 2, xs[1])
    g.add(1, 2, xs[2])
    t = 0.0
    for i in (0, 1):
        for j, w in g.adj[i]:
            t += j * w * w
    return t


def helper(q, v):
    q.append(v * v)
    return q[0]


def deque_callee(x):
    q = deque()
    helper(q, x)
    return helper(q, 3.0) * q[1]


def dd_nested2(x):
    d = defaultdict(lambda: defaultdict(list))
    d["a"]["b"].append(x * x)
    d["a"]["c"].append(x)
    return sum(d["a"]["b"])


def deques_in_list(xs):
    qs = [deque(maxlen=2) for _ in range(2)]
    for k, v in enumerate(xs):
        qs[k % 2].append(v * v)
    return sum(qs[0]) * qs[1][0]


def dd_deque(xs):
    d = defaultdict(deque)
    for k, v in enumerate(xs):
        d[k % 2].append(v * v)
    return sum(d[0]) * d[1].popleft()


def deques_in_dict(xs):
    d = {"a": deque(), "b": deque()}
    for k in ("a", "b", "a"):
        d[k].append(xs[0] * xs[1])
    return sum(d["a"]) * d["b"][0]


def deque_alias(xs):
    a = deque()
    b = a
    b.append(xs[0] ** 2)
    return a[0] * len(a)


def deque_in_tuple(xs):
    pair = (deque(), 1.0)
    pair[0].append(xs[0] ** 2)
    return pair[0][0]


def deque_equal(xs):
    q = deque([1, 2])
    return xs[0] ** 2 if q == deque([1, 2]) and q != deque([1]) else xs[1]


def dd_equal(xs):
    d = defaultdict(int)
    d["a"] += 1
    return xs[0] ** 2 if d == {"a": 1} else xs[1]


def types_asked(xs):
    d = defaultdict(int)
    q = deque()
    return xs[0] ** 2 if isinstance(d, dict) and isinstance(q, deque) and type(q) is deque and not isinstance(q, list) else xs[1]


def new_deque():
    q = deque(maxlen=3)
    q.append(1.0)
    return q


def deque_returned(xs):
    q = new_deque()
    q.append(xs[0] ** 2)
    return q[0] * q[1]


def deque_printed(xs):
    q = deque(xs)
    s = f"{q}" + str(q)
    return q[0] ** 2 * len(s[:3])


def deque_star_call(xs):
    def f(a, b, c):
        return a * b + c ** 2

    q = deque(xs)
    return f(*q)


def od_keywords(x):
    def f(a, b):
        return a * b

    d = OrderedDict(a=x, b=x * x)
    return f(**d)


def od_in_display(x):
    d = OrderedDict(a=x, b=x * x)
    e = {**d, "c": x}
    return e["a"] * e["c"] + e["b"]


def dd_copied(x):
    d = defaultdict(float, a=x)
    e = dict(d)
    e["a"] = e["a"] * x
    d["a"] += 1.0
    return e["a"] * d["a"]


def two_loop_recursion(a):
    s = deque(maxlen=2)
    x = a
    g = a * a
    for _ in range(4):
        step = 0.1 * g
        s.append((step, g, 1.0 / (step @ g)))
        q = g
        for st, yy, rho in reversed(s):
            q = q - 0.05 * rho * (st @ q) * yy
        x = x - 0.01 * q
        g = x * x
    return x @ x


def deque_while(xs):
    q = deque(xs)
    t = 0.0
    while len(q) > 1:
        a, b = q.popleft(), q.popleft()
        q.append(a * b + t)
        t = t + a
    return q.pop() + t


def depth_first(x):
    stack = deque([(0, x)])
    total = 0.0
    while stack:
        depth, v = stack.pop()
        if depth == 2:
            total += v ** 2
            continue
        for f in (0.5, 2.0):
            stack.append((depth + 1, v * f))
    return total


def deque_of_arrays(a):
    q = deque(maxlen=2)
    for k in range(3):
        q.append(a * k)
    return (q[0] * q[1]).sum()


def deque_arrays_in_place(a):
    q = deque([a * 2.0, a * 3.0])
    q[0][0] = a[1] ** 2
    r = q.popleft()
    r += a
    return (r * q[0]).sum()


def deque_extended_by_itself(xs):
    q = deque(xs)
    q.extend(q)
    return q[3] * q[0] + len(q)


def counter_subtract(xs):
    c = Counter({"a": xs[0] ** 2, "b": xs[1]})
    c.subtract({"a": xs[2]})
    return c["a"] * c["b"]


def dd_values(xs):
    d = defaultdict(list)
    for k, v in zip("aba", xs):
        d[k] += [v * v]
    return sum(sum(v) * len(v) for v in d.values())


def dd_extreme(xs):
    d = defaultdict(float)
    for k, v in zip("bab", xs):
        d[k] += v * v
    return max(d.values()) * max(d.items(), key=lambda kv: kv[1])[1]


def least_recently_used(xs):
    cache = OrderedDict()
    t = 0.0
    for k in (0, 1, 0, 2, 1):
        if k in cache:
            cache.move_to_end(k)
            t += cache[k]
        else:
            cache[k] = xs[k] ** 2
            if len(cache) > 2:
                cache.popitem(last=False)
    return t + sum(cache.values())


def first_key(x):
    d = {}
    d["a"] = x * x
    d["b"] = x
    key = list(d)[0]
    return d[key] * d["b"]


class Node:
    def __init__(self):
        self.v = 0.0
        self.d = {}


def objects_in_dict(x):
    d = {}
    for k in "ab":
        if k not in d:
            d[k] = Node()
        d[k].v += x * x
    return d["a"].v * d["b"].v


def empty():
    return {}


def dict_in_new_dict(x):
    d = {}
    if "a" not in d:
        d["a"] = empty()
    d["a"]["b"] = x * x
    return d["a"]["b"] * x


def object_in_new_dict(x):
    d = {}
    if "a" not in d:
        d["a"] = Node()
    d["a"].d["b"] = x * x
    return d["a"].d["b"] * x


def dict_in_dict_read_first(x):
    d = {}
    if "a" not in d:
        d["a"] = {}
    e = d["a"]
    e["b"] = x * x
    return d["a"]["b"] * x


def dict_in_object_in_dict(x):
    d = {}
    d["a"] = Node()
    e = d["a"].d
    e["b"] = x * x
    return d["a"].d["b"] * x


def first_of_iter(xs):
    it = iter(xs)
    a = next(it)
    return a * a


CASES = [
    *(Case(f, [(1.3,)]) for f in (
        deque_append, deque_appendleft, deque_bfs, deque_grad_state, dd_lambda, dd_lambda_active, dd_init, dd_get, dd_in, dd_nested, od,
        od_pairs, od_kw, od_move, dict_popitem, deque_callee, dd_nested2, od_keywords, od_in_display, dd_copied, depth_first, first_key,
        objects_in_dict, dict_in_new_dict, object_in_new_dict, dict_in_dict_read_first, dict_in_object_in_dict,
    )),
    *(Case(f, [([1.2, 0.7, 2.0],)]) for f in (
        deque_pop, deque_loop, deque_maxlen, deque_maxlen_init, deque_maxlen_left, deque_rotate, deque_extend, deque_iter, deque_comp,
        deque_set, deque_reversed, deque_list, deque_clear, deque_insert, deque_copy, deque_add, deque_unpack, deque_bool, dd_sum,
        dd_list, dd_items, dd_dict, dd_int, dd_read, counter_inert, counter_active, counter_common, counter_update, counter_total,
        counter_values, deque_attr, dd_attr, deques_in_list, dd_deque, deques_in_dict, deque_alias, deque_in_tuple, deque_equal, dd_equal,
        types_asked, deque_returned, deque_printed, deque_star_call, deque_while, deque_extended_by_itself, counter_subtract, dd_values,
        dd_extreme, least_recently_used, first_of_iter,
    )),
    *(Case(f, [([1.2, 0.7, 2.0], 2)]) for f in (
        deque_moving_average,
    )),
    *(Case(f, [(1.3, 'a')]) for f in (
        dd_str,
    )),
    *(Case(f, [(np.array([1.2, 0.7, 2.0]),)]) for f in (
        two_loop_recursion, deque_of_arrays, deque_arrays_in_place,
    )),
]
