"""`match` statements: values, captures, sequences, mappings, alternatives, classes, guards."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case


def literals(x, k):
    match k:
        case 0:
            return x
        case 1 | 2:
            return x * x
        case -3:
            return x ** 3
        case "sin":
            return math.sin(x)
        case None:
            return 5.0 * x
        case True:
            return 3 * x
    return math.exp(x)


def capture(x):
    match x * x:
        case y if y > 2:
            z = y * 3
        case y:
            z = y * 4
    return z + y


def sequence(p):
    match p:
        case []:
            return 0.0
        case [a]:
            return a
        case [a, b]:
            return a * b
        case [a, *rest]:
            return a * sum(rest)


def seq_mid(p):
    match p:
        case [a, *mid, b] if a > 0:
            y = a * sum(mid) * b
        case [_, *_, b]:
            y = b * b
        case _:
            y = 0.0
    return y


def tuple_subject(x, y):
    match (x, y):
        case (0, 0):
            return x
        case (a, 0):
            return a * a
        case (0, b):
            return b ** 3
        case (a, b):
            return a * b


def nested(x):
    match ("op", (x, x * x)):
        case ("other", _):
            return x
        case (name, (a, b) as pair):
            return a * b + pair[0] + len(name)


def mapping(d):
    match d:
        case {"kind": _}:
            return d["a"]
        case {"a": a, "b": b}:
            return a * b
        case {"a": a}:
            return a ** 3
        case _:
            return 0.0


def mapping_rest(d):
    match d:
        case {"a": a, **rest}:
            return a * sum(rest.values())
    return 0.0


def classes(x):
    match x:
        case int():
            return x * 2
        case float(v):
            return v * v
        case str() | None:
            return 0.0
        case list():
            return sum(x)
        case _:
            return 1.0


def or_bind(p):
    match p:
        case [0.0, a] | [a, 0.0]:
            return a * a
        case [a, b]:
            return a * b


def in_loop(xs):
    s = 0.0
    for op in [("add", 1.0), ("mul", 2.0), ("stop", 0.0), ("add", 5.0)]:
        match op:
            case ("add", v):
                s += v * xs[0]
            case ("mul", v):
                s *= v * xs[1]
            case ("stop", _):
                break
    return s


class Color:
    RED = 1
    BLUE = 2


def value_pattern(x, c):
    match c:
        case Color.RED:
            return x * x
        case Color.BLUE:
            x = 3 * x
        case _:
            pass
    return x ** 3


def runtime_kind(x, kind):
    match kind:
        case "relu":
            y = x if x > 0 else 0.0
        case "tanh":
            y = math.tanh(x)
        case "lin" | "linear":
            y = x
        case other:
            raise ValueError(f"unknown {other}")
    return y * y


def guard_order(x):
    match x:
        case y if (y := y + 1.0) > 5.0:
            return y
        case z:
            return y * z


def sub_once(xs):
    n = 0
    def pop():
        nonlocal n
        n += 1
        return xs[n]
    match pop():
        case 0.0:
            return 1.0
        case 1.0:
            return 2.0
        case v:
            return v * n


def array_subject(u):
    match u.shape:
        case (n,):
            return np.sum(u) * n
        case (n, m):
            return np.sum(u ** 2) * n / m


def matched_while(x):
    k = 0
    while True:
        match k:
            case 0:
                x = x * 2
            case 1:
                k += 1
                continue
            case 3:
                break
        k += 1
    return x * x


L = [0.3, -0.7, 1.2, 0.5]
A, B = {"a": 1.2, "b": 0.4}, {"a": 1.2}

CASES = [
    Case(literals, [(1.3, k) for k in (0, 1, 2, -3, "sin", None, 7)]),
    Case(capture, [(1.3,), (1.7,)]),
    Case(sequence, [(L[:k],) for k in (1, 2, 3, 4)]),
    Case(seq_mid, [(L,), (L[1:],)]),
    Case(tuple_subject, [(1.3, 0.5)]),
    *[Case(f, [(1.3,)]) for f in (nested, classes, matched_while)],
    Case(mapping, [(A,), (B,)]),
    Case(mapping_rest, [(A,)]),
    Case(or_bind, [([1.5, 0.5],)]),
    Case(in_loop, [(L,)]),
    Case(value_pattern, [(1.3, k) for k in (1, 2, 3)]),
    Case(runtime_kind, [(1.3, k) for k in ("relu", "tanh", "linear")]),
    Case(guard_order, [(1.3,), (4.7,)]),
    Case(sub_once, [(L,)]),
    Case(array_subject, [(np.array(L),), (np.array([L, L]),)]),
]
