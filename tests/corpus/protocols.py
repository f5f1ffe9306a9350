"""What classes say of their objects: iteration, comparison, sums, `with`; `**kwargs`, named tuples, iterators begun and gone on with."""
from __future__ import annotations

import dataclasses
import enum
import functools
import itertools
import math
import operator
from typing import NamedTuple

from tests.corpus import Case


class Line(NamedTuple):
    w: float
    b: float = 0.5


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __iter__(self):
        return iter((self.x, self.y))

    def __bool__(self):
        return self.x != 0

    def __lt__(self, other):
        return abs(self) < abs(other)

    def at(self, t, scale):
        return (self.x * t + self.y) * scale

    doubled = functools.partialmethod(at, scale=2.0)


@dataclasses.dataclass(order=True)
class Ranked:
    value: float
    weight: float = 0.0
    notes: list = dataclasses.field(default_factory=list)


class Doubled:
    def __init__(self, value):
        self.value = value

    def __enter__(self):
        self.value = self.value * 2.0
        return self

    def __exit__(self, *error):
        self.value = 1.5


class Kind(enum.Enum):
    LINEAR = 1
    SQUARE = 2


def keywords_popped(x, y):
    def f(**kw):
        a = kw.pop("a")
        return a * sum(kw.values())
    return f(a=x, b=y)


def keywords_written(x, y):
    def f(**kw):
        kw["a"] = kw["a"] * x
        kw.setdefault("c", y)
        return kw["a"] * kw["c"] + kw["b"] * len(kw)
    return f(a=x, b=y)


def keywords_forwarded(x, y):
    def g(a, b=2.0, **rest):
        return a * b + sum(rest.values())

    def f(*args, **kw):
        kw["c"] = x * x
        return g(*args, **kw)
    return f(x, b=y) + f(x)


def named_tuple_added(x, y):
    t = Line(x, y) + (x * y,)
    return t[2] * t[0] + sum(Line(x, y) * 2)


def named_tuple_made(x, y):
    line = Line._make([x, y])
    return line.w * line.b


def named_tuple_fields(x, y):
    line = Line(x, y)
    return sum(getattr(line, name) ** 2 for name in line._fields)


def attributes_by_name(x, y):
    v = Vector(x, y)
    return sum(getattr(v, name) ** 2 for name in ("x", "y"))


def dataclass_as_dict(x, y):
    found = dataclasses.asdict(Ranked(x, y))
    return found["value"] * found["weight"] + len(found["notes"])


def dataclasses_ordered(x, y):
    a, b = Ranked(x, 1.0), Ranked(y, 2.0)
    best = max(a, b)
    return best.value * best.weight if a > b else best.value


def objects_compared(x, y):
    return min(Vector(x, y), Vector(x, x)).y * x if Vector(x, y) < Vector(x, x) else y


def objects_added(x, y):
    total = sum([Vector(x, y), Vector(y, x)], Vector(0.0, 1.0))
    again = functools.reduce(operator.add, [Vector(x, y), total, Vector(x, x)])
    return total.x ** 2 * again.y


def objects_unpacked(x, y):
    a, b = Vector(x, y)
    return a * b ** 2 + sum(Vector(x, y)) * max(Vector(y, x)) + list(Vector(x, y))[1]


def objects_iterated(x, y):
    total = 0.0
    for c in Vector(x, y):
        total += c * c
    return total + sum(a * b for a, b in zip(Vector(x, y), Vector(y, y)))


def objects_tested(x, y):
    first = x * y if Vector(x, y) and x > 0.1 else x
    return first * (x if not Vector(0.0, y) else y)


def partial_method(x, y):
    return Vector(x, y).doubled(y)


def getter(x, y):
    return operator.attrgetter("x")(Vector(x, y)) * operator.itemgetter(1)([x, y])


def teed(xs):
    a, b = itertools.tee(xs)
    return sum(a) * max(b)


def filtered_out(xs):
    return sum(itertools.filterfalse(lambda v: v > 1.0, xs)) * xs[0]


def first_and_others(xs):
    items = iter(xs)
    total = next(items)
    for v in items:
        total = total * v
    return total


def header_and_rows(xs):
    rows = (v * v for v in xs)
    scale = next(rows)
    return scale * sum(rows)


def keywords_by_another_name(x, y):
    def f(**kw):
        other = kw
        other["a"] = x * y
        return kw["a"] * kw["b"]
    return f(a=x, b=y)


def keywords_apart_from_source(x, y):
    source = {"a": x, "b": y}

    def f(**kw):
        kw["a"] = kw["a"] * 10.0
        return kw["a"]
    return f(**source) * source["a"]


def two_taken(xs):
    items = iter(xs)
    a = next(items)
    b = next(items)
    return a * b + sum(items)


def entered(x):
    with Doubled(x) as d:
        y = d.value * x
    return y + d.value


def entered_and_returned(x):
    with Doubled(x) as d:
        return d.value * x


def entered_twice(x, y):
    with Doubled(x) as a, Doubled(y) as b:
        t = a.value * b.value
    return t + a.value


def entered_in_loop(x):
    t = 0.0
    for k in range(3):
        with Doubled(x * k) as d:
            if k == 1:
                continue
            t += d.value
    return t * x


def of_kind(kind, x):
    match kind:
        case Kind.LINEAR:
            return x
        case Kind.SQUARE:
            return x * x


def member_handed_on(x):
    return of_kind(Kind.SQUARE, x)


def argument_copied(d, x):
    p = d.copy()
    q = dict(d)
    p["a"] = p["a"] * x
    q["b"] -= p["a"]
    return p["a"] * q["a"] * q["b"]


XS = [1.2, 0.7, 2.0]
CASES = [
    *(Case(f, [(1.3, 0.7)]) for f in (
        keywords_popped, keywords_written, keywords_forwarded, named_tuple_added, named_tuple_made, named_tuple_fields, attributes_by_name,
        dataclass_as_dict, dataclasses_ordered, objects_compared, objects_added, objects_unpacked, objects_iterated, objects_tested,
        partial_method, getter, keywords_by_another_name, keywords_apart_from_source, entered_twice,
    )),
    *(Case(f, [(1.3,)]) for f in (entered, entered_and_returned, entered_in_loop, member_handed_on)),
    *(Case(f, [(XS,)]) for f in (teed, filtered_out, two_taken, first_and_others, header_and_rows)),
    Case(argument_copied, [({"a": 1.2, "b": 0.7}, 1.3)]),
]
