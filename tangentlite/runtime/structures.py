"""Values with parts: lists, tuples, dictionaries and objects; their zeros, sums and copies."""
from __future__ import annotations

import sys
from enum import Enum
from inspect import isfunction
from types import SimpleNamespace
from typing import Any

import numpy as np

HEAP = 1 << 9  # the flag of classes that are made by a `class` statement


def zeros_like(x: Any) -> Any:
    """A zero of the same structure: 0.0 for a number, zeros for an array, element by element in containers and objects.

    What is no number in them stays what it is. What a solver returns stands for the solution in it.
    """
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape, x.dtype if x.dtype.kind in "fc" else np.float64)
    if isinstance(x, np.generic):
        return x.dtype.type(0) if x.dtype.kind in "fc" else 0.0
    if isinstance(x, (list, tuple)):
        return [0.0] * len(x) if type(x) is list and set(map(type, x)) == {float} else rebuilt(x, [zeros_like(e) for e in x])
    if isinstance(x, dict) and type(x).__module__.startswith("scipy."):
        return zeros_like(next((x[name] for name in ("y", "x", "root") if name in x), 0.0))
    if isinstance(x, dict):
        return {k: zeros_like(v) for k, v in x.items()}
    if isinstance(x, (int, float)):
        return 0.0
    return 0j if isinstance(x, complex) else zero_object(x)


def zero_object(x: Any) -> Any:
    """The zero of what is no number: an object of the same class with the zeros of its attributes, or `x` itself."""
    found = attributes_of(x)
    if found:
        return instance(type(x), **{k: zeros_like(v) for k, v in found.items()})
    return x if is_text_or_code(x) else 0.0


def is_text_or_code(x: Any) -> bool:
    """Is `x` something that has no zero: None, text, a slice, a function?"""
    return x is None or isinstance(x, (str, bytes, slice)) or callable(x)


def attributes_of(x: Any) -> dict[str, Any]:
    """The attributes of an object of the user's class or a namespace; none of anything else."""
    module = type(x).__module__.partition(".")[0]
    if not isinstance(x, SimpleNamespace) and module != "__main__" and module in sys.stdlib_module_names:
        return {}
    if isinstance(x, Enum) or not isinstance(x, SimpleNamespace) and not is_made_in_python(type(x)):
        return {}
    names = [name for cls in type(x).__mro__ for name in getattr(cls, "__slots__", ()) if hasattr(x, name)]
    return {**{name: getattr(x, name) for name in names}, **getattr(x, "__dict__", {})}


def is_made_in_python(cls: Any) -> bool:
    """Is an object of the class safe to use with no more than its attributes, as C code may keep others beside them?"""
    return all(base is object or base.__flags__ & HEAP for base in cls.__mro__) and (
        cls.__new__ is object.__new__ or isfunction(cls.__new__))


def instance(cls: Any, **attributes: Any) -> Any:
    """An object of the class with these attributes; its `__init__` does not run."""
    if hasattr(cls, "_fields"):
        return cls(**attributes)
    made = cls.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    return made


def set_attribute(x: Any, name: str, value: Any) -> Any:
    """An object like `x` with another value of an attribute."""
    return x._replace(**{name: value}) if hasattr(x, "_fields") else instance(type(x), **{**attributes_of(x), name: value})


def add_attribute(x: Any, name: str, value: Any) -> Any:
    """An object like `x` with `value` added to an attribute. The transpose of `x.name`."""
    return set_attribute(x, name, accumulate(getattr(x, name), value))


def rebuilt(x: Any, items: list[Any]) -> Any:
    """A list, tuple or named tuple like `x` with other items."""
    return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)


def accumulate(a: Any, b: Any) -> Any:
    """a + b for adjoints of any structure; containers are added element by element."""
    if type(a) in (float, int, np.float64, np.ndarray):  # most are
        return a if b is None else a + b
    if isinstance(a, (list, tuple)):
        return rebuilt(a, [accumulate(x, y) for x, y in zip(a, b, strict=True)])
    if isinstance(a, dict):
        return {k: accumulate(v, b[k]) if k in b else v for k, v in a.items()}  # what is not in both is 0
    if found := attributes_of(a):
        return instance(type(a), **{k: accumulate(v, getattr(b, k)) for k, v in found.items()})
    return a if is_text_or_code(a) or b is None else a + b  # None is the adjoint of None, which a path gave instead of a number


def restructured(g: Any, x: Any) -> Any:
    """The adjoint `g` in the lists and tuples of `x`: NumPy's functions make an array of them."""
    if isinstance(x, (list, tuple)):
        return rebuilt(x, [restructured(a, b) for a, b in zip(g, x, strict=True)])
    return np.real(g) if np.iscomplexobj(g) and not np.iscomplexobj(x) else g
