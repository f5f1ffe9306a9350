"""Objects of the user's classes: which have attributes that a derivative can follow, and how one is made of them."""
from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from functools import _lru_cache_wrapper, cached_property, lru_cache
from types import FunctionType, MemberDescriptorType, SimpleNamespace
from typing import Any

from tangentlite.libraries import LIBRARIES
from tangentlite.runtime.structures import is_made_in_python

CACHES = (cached_property, _lru_cache_wrapper)


def follows_attributes(cls: Any) -> bool:
    """Is an object of the class no more than its attributes: no part of it is elsewhere, and reading one runs no code?"""
    if cls is SimpleNamespace or is_named_tuple(cls):
        return True
    module = str(cls.__module__).partition(".")[0]
    if (module in LIBRARIES or module in sys.stdlib_module_names and module != "__main__") and not dataclasses.is_dataclass(cls):
        return False
    if cls.__name__ == "cython_function_or_method":
        return False
    plain = cls.__getattribute__ is object.__getattribute__ and (cls.__setattr__ is object.__setattr__ or is_frozen(cls))
    return plain and cls.__new__ is object.__new__ and is_made_in_python(cls)


has_attributes: Callable[[Any], bool] = lru_cache(maxsize=4096)(follows_attributes)


def is_frozen(cls: Any) -> bool:
    """Is it a dataclass whose objects do not change?"""
    params = getattr(cls, "__dataclass_params__", None)
    return params is not None and params.frozen


def is_named_tuple(cls: Any) -> bool:
    return issubclass(cls, tuple) and cls is not tuple and isinstance(getattr(cls, "_fields", None), tuple) and hasattr(cls, "_make")


def attributes(x: Any) -> dict[str, Any]:
    """The attributes of an object by name."""
    cls: Any = type(x)
    if is_named_tuple(cls):
        return dict(zip(cls._fields, x))
    found = {name: getattr(x, name) for name in slots(cls) if hasattr(x, name)}
    return {**found, **getattr(x, "__dict__", {})}


@lru_cache(maxsize=4096)
def slots(cls: Any) -> tuple[str, ...]:
    members = (item for base in reversed(cls.__mro__) for item in vars(base).items())
    return tuple(name for name, d in members if isinstance(d, MemberDescriptorType) and not name.startswith("__"))


@lru_cache(maxsize=4096)
def cache_of(cls: Any) -> str | None:
    """A method or property of the class that remembers what it has returned; None if there is none."""
    members = (item for base in cls.__mro__ for item in vars(base).items())
    return next((name for name, d in members if isinstance(d, CACHES)), None)


def is_made_by_call(cls: Any, keys: tuple[str, ...]) -> bool:
    """Does a call of the class with keywords set exactly these attributes, and do no more?"""
    if is_named_tuple(cls):
        return bool(keys == cls._fields)
    if not has_generated_init(cls) or hasattr(cls, "__post_init__"):
        return False
    fields = dataclasses.fields(cls)
    return all(f.init for f in fields) and {f.name for f in fields} == set(keys)


def has_generated_init(cls: Any) -> bool:
    """Did `dataclass` write the class's `__init__`?"""
    init = cls.__init__
    return isinstance(init, FunctionType) and init.__code__.co_filename == "<string>" and dataclasses.is_dataclass(cls)
