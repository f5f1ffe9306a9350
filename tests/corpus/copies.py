"""`copy.copy` and `copy.deepcopy`."""
from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np

from tests.corpus import Case

X = np.array([0.7, -0.4, 1.3])


@dataclass
class State:
    u: object
    v: object


class Body:
    def __init__(self, at, speed):
        self.at, self.speed = at, speed

    def move(self, dt):
        self.at += dt * self.speed


def list_of_numbers(x):
    d = copy.copy([x, 2 * x])
    d[0] = d[0] * 3
    e = copy.deepcopy(d)
    e[1] *= d[0]
    return d[0] * d[1] + e[1]


def numbers_and_tuples(x):
    t = copy.deepcopy((x, [x, 1.0]))
    t[1][0] *= 2
    return t[0] * t[1][0] * copy.copy(x)


def arrays(x):
    a = x * 2.0
    b, c = copy.copy(a), copy.deepcopy(a)
    b[0] = 3 * x[1]
    c *= a
    return a @ b + np.sum(c)


def dictionary_of_lists(x):
    d = {"a": [x], "b": x}
    shallow, deep = copy.copy(d), copy.deepcopy(d)
    shallow["a"][0] *= 3
    deep["a"][0] *= 5
    shallow["b"] = 2.0
    return d["a"][0] * d["b"] + deep["a"][0] * shallow["b"]


def one_array_in_two_places(x):
    u = x * 1.0
    s = copy.deepcopy([u, u])
    s[0][1] = 5 * x[0]
    return np.sum(s[1] * x) + np.sum(u)


def object_and_its_array(x):
    p = State(x * 1.0, x[0])
    q, r = copy.copy(p), copy.deepcopy(p)
    q.u[0] = 4 * x[1]
    q.v = 2.0
    r.u *= p.u
    return np.sum(p.u) * p.v + np.sum(q.u * r.u) * q.v


def object_in_a_loop(x):
    b = Body(x * 1.0, x[::-1] * 1.0)
    s = 0.0
    for _ in range(3):
        before = copy.deepcopy(b)
        b.move(0.1)
        s += np.sum(b.at * before.at)
    return s


def objects_in_a_list(x):
    bodies = [Body(x * 1.0, x * 1.0), Body(x * 2.0, x * 1.0)]
    others = copy.deepcopy(bodies)
    others[0].move(2.0)
    return np.sum(bodies[0].at * others[0].at) + np.sum(others[1].speed)


CASES = [
    Case(list_of_numbers, [(1.3,)]),
    Case(numbers_and_tuples, [(1.3,)]),
    Case(dictionary_of_lists, [(1.3,)]),
    *[Case(f, [(X,)]) for f in (arrays, one_array_in_two_places, object_and_its_array, object_in_a_loop, objects_in_a_list)],
]
