"""What a derivative relies on outside its arguments, and whether that still holds; and what of an argument it relies on."""
from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from inspect import getattr_static
from operator import countOf
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from numpy import memmap, ndarray

from tangentlite.errors import ArgnumsError
from tangentlite.ir.kinds import KNOWN, LONGEST, told_apart
from tangentlite.ir.trace import ClassMember, Watched, lookup
from tangentlite.ir.transformation import transformation_of
from tangentlite.objects import attributes, has_attributes

DATA = (int, float, complex, str, tuple, list, dict, np.ndarray, np.generic, type(None))
SCALARS = frozenset((float, int, bool, complex, str, type(None), np.float64, np.float32, np.int64, np.bool_, np.complex128))

ALL_FLOATS = frozenset((float,))


def signature_of(a: Any, above: tuple[int, ...] = ()) -> Any:
    """What of an argument decides the text: its type; an array's dtype, rank, and which dimensions are 1.

    `above` are the containers and objects that it is part of.
    """
    t: Any = type(a)
    if t is ndarray or t is memmap:
        shape = a.shape
        ones = tuple([n == 1 for n in shape]) if 1 in shape else None
        return (a.dtype, len(shape), ones) if a.flags.aligned else (a.dtype, len(shape), ones, "misaligned")
    if t in SCALARS:
        return t
    if t is tuple or t is list or t is dict or has_attributes(t):
        return t if id(a) in above else signature_of_parts(a, t, (*above, id(a)))
    return (t, a) if isinstance(a, KNOWN) else (t, a.dtype) if isinstance(a, np.ndarray) else t


def signature_of_parts(a: Any, t: type, above: tuple[int, ...]) -> Any:
    if t is list and len(a) > LONGEST:
        if countOf(map(type, a), float) == len(a):  # faster than a set
            return (t, ALL_FLOATS)
        if SCALARS.issuperset(found := frozenset(map(type, a))):
            return (t, found)
    if t is tuple or t is list and told_apart(a):
        return (t, tuple([signature_of(v, above) for v in a]))
    if t is list:
        return (t, frozenset([signature_of(v, above) for v in a]))
    items = a if t is dict else attributes(a)
    return (t, tuple([(k, signature_of(v, above)) for k, v in items.items()]))


def value_key(a: Any) -> Hashable:
    """What of a static argument decides the text: its value and type, also of the items of tuples."""
    if type(a) is tuple:
        return ("static", tuple, tuple(map(value_key, a)))
    if isinstance(a, (float, complex, np.inexact)):  # 0.0 is not -0.0 here, and nan is nan
        return ("static", type(a), repr(a))
    try:
        hash(a)
    except TypeError:
        raise ArgnumsError(f"a static argument must be hashable, and {type(a).__name__} is not") from None
    return ("static", type(a), a)


def identity(function: FunctionType) -> Hashable:
    """Equal for the same function, and for the same transformation of it made twice, as long as its code is the same."""
    made_of = transformation_of(function)
    if made_of is not None:
        return made_of.mode, made_of.argnums, made_of.holomorphic, identity(made_of.function)
    return function, function.__code__


class Guard:
    """The names whose meaning decided a text, and the functions whose code did.

    A function, class or module must be the same object, and so must what is `pinned`; any other value must be of the same kind.
    """

    def __init__(self, names: Mapping[Watched, bool], functions: Iterable[FunctionType]) -> None:
        self.tests: list[str] = []
        self.scope: dict[str, Any] = {"type": type, "getattr": getattr, "signature_of": signature_of}
        for f in dict.fromkeys(functions):
            name = self.let("f", f)
            self.tests.append(f"{name}.__code__ is {self.let('c', f.__code__)}")
            self.tests.append(f"{name}.__defaults__ is {self.let('d', f.__defaults__)}")
        for c, pinned in names.items():
            self.tests.append(self.unchanged(c, pinned))
        self.check: Callable[[], bool] | None = None

    def holds(self) -> bool:
        """Is everything as it was?"""
        try:
            return self.test()()
        except Exception:  # a name is gone
            return False

    def test(self) -> Callable[[], bool]:
        """What `holds` asks; it raises where a name is gone."""
        if self.check is None:
            self.check = eval(f"lambda: {' and '.join(self.tests) or 'True'}", self.scope)
        assert self.check is not None
        return self.check

    def let(self, prefix: str, value: Any) -> str:
        """A name for a value in the test."""
        name = f"{prefix}{len(self.scope)}"
        self.scope[name] = value
        return name

    def unchanged(self, c: Watched, pinned: bool) -> str:
        """The test that a name stands for what it stands for now."""
        try:
            value = c()
        except (NameError, AttributeError):
            return f"{self.let('missing', missing)}({self.let('name', c)})"
        if isinstance(c, ClassMember):
            cls, static = self.let("cls", c.home), getattr_static(c.home, c.path[0])
            if isinstance(value, DATA):
                return f"signature_of({cls}.{c.path[0]}) == {self.let('s', signature_of(value))}"
            return f"{self.let('static', getattr_static)}({cls}, {c.path[0]!r}) is {self.let('v', static)}"
        *path, last = self.read(c.home, c.path[0]), *c.path[1:]
        if isinstance(value, MethodType) and path and not isinstance(value.__self__, type):
            return f"{last!r} not in getattr({'.'.join(path)}, '__dict__', ())"  # what its class has is watched beside it
        expression = ".".join([*path, last])
        if pinned or callable(value) or isinstance(value, ModuleType):
            return f"{expression} is {self.let('v', value)}"
        if type(value) in SCALARS:
            return f"type({expression}) is {self.let('t', type(value))}"
        return f"signature_of({expression}) == {self.let('s', signature_of(value))}"

    def read(self, home: FunctionType, name: str) -> str:
        """An expression for what a free name of a function stands for."""
        code, closure = home.__code__, home.__closure__
        if name in code.co_freevars and closure is not None:
            return f"{self.let('cell', closure[code.co_freevars.index(name)])}.cell_contents"
        if name in home.__globals__:
            return f"{self.let('g', home.__globals__)}[{name!r}]"
        return f"{self.let('lookup', lookup)}({self.let('home', home)}, {name!r})"


def missing(c: Watched) -> bool:
    try:
        c()
    except (NameError, AttributeError):
        return True
    return False
