"""Operations that are Python syntax rather than functions: each can be called, and the printer knows its spelling."""
from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tangentlite.runtime import instance


def make_tuple(*items: Any) -> tuple[Any, ...]:
    """(a, b, ...)"""
    return items


def make_list(*items: Any) -> list[Any]:
    """[a, b, ...]"""
    return list(items)


def make_set(*items: Any) -> set[Any]:
    """{a, b, ...}"""
    return set(items)


def unpack(x: Any) -> Any:
    """The right-hand side of `a, b = x`."""
    return x


def assert_(test: Any, *message: Any) -> None:
    """assert test, message"""
    if not test:
        raise AssertionError(*message)


def raise_(*what: Any) -> None:
    """raise what; raise what from cause; raise"""
    if not what:
        error = sys.exception()
        raise RuntimeError("No active exception to reraise") if error is None else error
    if len(what) > 1:
        raise what[0] from what[1]
    raise what[0]


def is_one_of(error: Any, types: Any) -> bool:
    """except types: after another `except`"""
    return types is None or isinstance(error, types)


def call_method(x: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    """x.name(...)"""
    return getattr(x, name)(*args, **kwargs)


def items_of(array: Any) -> Any:
    """memoryview(array): the same memory, whose items are Python's numbers"""
    return array


def array_of(view: Any) -> Any:
    """view.obj: the array of a memoryview"""
    return view


def attribute(x: Any, name: str) -> Any:
    """x.name of an object, or the item of a named tuple: `getattr` as rules have it"""
    return getattr(x, name)


def not_in(x: Any, items: Any) -> bool:
    """x not in items"""
    return x not in items


def is_in(x: Any, items: Any) -> bool:
    """x in items"""
    return x in items


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt, "GtE": operator.ge, "Eq": operator.eq, "NotEq": operator.ne,
    "Is": operator.is_, "IsNot": operator.is_not, "In": is_in, "NotIn": not_in,
}


CONVERSIONS: dict[int, Callable[[Any], Any]] = {-1: lambda v: v, 115: str, 114: repr, 97: ascii}  # as in the AST


@dataclass(frozen=True)
class Chain:
    """a < b <= c: the comparison operators between simple operands, by the names of their AST nodes."""

    ops: tuple[str, ...]

    @property
    def __name__(self) -> str:
        return "comparison"

    def __call__(self, *operands: Any) -> Any:
        result: Any = True
        for op, a, b in zip(self.ops, operands, operands[1:]):
            result = COMPARISONS[op](a, b)
            if not result:
                break
        return result


@dataclass(frozen=True)
class DictDisplay:
    """{key: a, ...} with literal keys."""

    keys: tuple[Any, ...]

    @property
    def __name__(self) -> str:
        return "dict"

    def __call__(self, *values: Any) -> dict[Any, Any]:
        return dict(zip(self.keys, values))


@dataclass(frozen=True)
class ObjectDisplay:
    """An object of a class, made of its attributes."""

    cls: Any
    keys: tuple[str, ...]

    @property
    def __name__(self) -> str:
        return str(self.cls.__name__)

    def __call__(self, *values: Any) -> Any:
        return instance(self.cls, **dict(zip(self.keys, values)))


@dataclass(frozen=True)
class FormatString:
    """f"text {a!r:spec} text": literal pieces, and (conversion, format spec) for each value."""

    pieces: tuple[str | tuple[int, str], ...]

    @property
    def __name__(self) -> str:
        return "f-string"

    def __call__(self, *values: Any) -> str:
        rest, out = iter(values), []
        for piece in self.pieces:
            if isinstance(piece, str):
                out.append(piece)
            else:
                convert: Callable[[Any], Any] = CONVERSIONS[piece[0]]
                out.append(format(convert(next(rest)), piece[1]))
        return "".join(out)


@dataclass(frozen=True, eq=False)
class Bound:
    """A live object that no expression of the user's source names, such as the default of a parameter."""

    name: str
    value: Any

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self) -> Any:
        return self.value


@dataclass(frozen=True)
class Field:
    """x.name, where x is what a solver returns and `kind` is known of the attribute, which is the solution or tells of the search."""

    name: str
    kind: Any
    solution: bool = True

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, x: Any) -> Any:
        return getattr(x, self.name)


@dataclass(frozen=True)
class Called:
    """f(x, ...), where f is an object of a class that was made for it; `kind` is known of the result."""

    of: type
    kind: Any

    @property
    def __name__(self) -> str:
        return self.of.__name__

    def __call__(self, f: Any, *args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs)


@dataclass(frozen=True)
class Lazy:
    """An expression that evaluates its operands only as needed; made by `fold`, for printing alone."""

    form: str  # "ifexp" (test, a, b), "and", "or"

    @property
    def __name__(self) -> str:
        return self.form

    def __call__(self, test: Any, *rest: Any) -> Any:
        if self.form == "ifexp":
            return rest[0] if test else rest[1]
        return (test and rest[0]) if self.form == "and" else (test or rest[0])
