"""Objects that are made: `Point(x, y)`, by the class's own `__init__`, as a dataclass does it, or as a named tuple."""
from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from types import FunctionType, SimpleNamespace
from typing import Any

from tangentlite.frontend.attributes import Attributes
from tangentlite.frontend.values import Live
from tangentlite.objects import has_attributes, has_generated_init, is_named_tuple


def is_constructed(cls: Any) -> bool:
    """Are objects of this class made here?"""
    return isinstance(cls, type) and has_attributes(cls)


class Construction(Attributes):
    def construct(self, cls: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> Any:
        """`cls(*args, **keywords)`."""
        made = self.instance(cls, (), (cls, node))
        self.program.watch_member(cls, "__init__")
        self.program.unfinished.add(made.key)
        try:
            if is_named_tuple(cls) or has_generated_init(cls):
                self.fill_fields(made, cls, args, keywords, node)
            elif cls is SimpleNamespace and not args:
                for name, value in keywords.items():
                    self.set_part(made, name, value)
            elif cls.__init__ is not object.__init__:
                if not isinstance(cls.__init__, FunctionType):
                    raise self.unsupported(node, f"an object of class `{cls.__name__}` cannot be made here: its `__init__` has no source")
                self.apply(Live(cls.__init__), [made, *args], keywords, node, "")
            elif args or keywords:
                raise self.unsupported(node, f"{cls.__name__}() takes no arguments")
        finally:
            self.program.unfinished.discard(made.key)
        return self.settle_object(made, node)

    def fill_fields(self, made: Any, cls: Any, args: list[Any], keywords: dict[str, Any], node: Any) -> None:
        """What a dataclass or a named tuple does with its arguments."""
        rest, given = dict(keywords), list(args)
        later: list[Any] = []
        for name, default, kind in fields_of(cls):
            if kind == "no argument":
                value = self.default(default, node)
            elif given and kind != "keyword":
                value = given.pop(0)
            elif name in rest:
                value = rest.pop(name)
            else:
                value = self.default(default, node)
            if value is None:
                if kind == "no argument":
                    continue
                raise self.unsupported(node, f"{cls.__name__}() misses a value for the argument `{name}`")
            if kind == "for __post_init__":
                later.append(value)
            else:
                self.set_part(made, name, value)
        if given or rest:
            what = f"the unexpected keyword argument `{next(iter(rest))}`" if rest else "too many arguments"
            raise self.unsupported(node, f"{cls.__name__}() got {what}")
        if hasattr(cls, "__post_init__"):
            self.apply(self.attribute(made, "__post_init__", node), later, {}, node, "")

    def default(self, default: Any, node: Any) -> Any:
        """The value of a field that is not given; None where it has none."""
        if isinstance(default, Factory):
            return self.apply(Live(default.make), [], {}, node, "")
        return None if default is dataclasses.MISSING else self.data(Live(default), node)


@dataclasses.dataclass(frozen=True)
class Factory:
    """What makes the default of a field."""

    make: Any


def fields_of(cls: Any) -> Iterator[tuple[str, Any, str]]:
    """The fields of a class: the name, the default, and how the argument is passed."""
    if is_named_tuple(cls):
        for name in cls._fields:
            yield name, cls._field_defaults.get(name, dataclasses.MISSING), "argument"
        return
    fields = {f.name: f for f in dataclasses.fields(cls)}
    for p in list(inspect.signature(cls.__init__).parameters.values())[1:]:
        if p.name in fields:
            yield p.name, default_of(fields[p.name]), "keyword" if p.kind is p.KEYWORD_ONLY else "argument"
        else:
            yield p.name, dataclasses.MISSING if p.default is p.empty else p.default, "for __post_init__"
    for f in fields.values():
        if not f.init:
            yield f.name, default_of(f), "no argument"


def default_of(f: Any) -> Any:
    return Factory(f.default_factory) if f.default_factory is not dataclasses.MISSING else f.default
