"""Copies of objects, as `copy` and `dataclasses` make them."""
from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace

from tests.corpus import Case


class Named:
    def __init__(self, x):
        self.x = x

    def __copy__(self):
        return Named(3.0 * self.x)


class Plain:
    def __init__(self, x):
        self.x, self.parts = x, [x]


@dataclass
class Unit:
    a: float
    b: float = 2.0

    def __post_init__(self):
        self.a = 2.0 * self.a


@dataclass
class Half:
    a: float
    b: float = field(init=False)

    def __post_init__(self):
        self.b = 3.0 * self.a


@dataclass(frozen=True)
class Fixed:
    a: float
    b: float = 1.0


def as_the_class_says(x):
    return copy.copy(Named(x)).x * x


def shares_its_parts(x):
    p = Plain(x)
    q = copy.copy(p)
    q.x = x * x
    q.parts.append(x**3)
    return p.x * q.x + sum(p.parts)


def initialized_again(x):
    return replace(Unit(x)).a + replace(Unit(x), a=x * x).a * replace(Unit(x), b=x).b


def computed_again(x):
    return replace(Half(x), a=x * x).b


def replaced_often(x):
    f = Fixed(x)
    for _ in range(3):
        f = replace(f, a=f.a * x, b=f.b + f.a)
    return f.a * f.b


CASES = [
    Case(f, [(1.3,)], scalar_only=True)
    for f in (as_the_class_says, shares_its_parts, initialized_again, computed_again, replaced_often)
]
