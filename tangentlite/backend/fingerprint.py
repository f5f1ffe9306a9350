"""What compiled code depends on beside its own text, as a digest: Numba takes globals for constants and does not track them."""
from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from tangentlite.backend.cache import digest
from tangentlite.ir.compiled import is_compiled
from tangentlite.libraries import LIBRARIES

PLAIN = (int, float, complex, bool, str, bytes, type(None), np.generic)


class NotDescribable(Exception):
    """An object whose meaning another process could not compare."""


def fingerprint(units: Mapping[str, tuple[CodeType, Mapping[str, Any]]]) -> str:
    """A digest of everything that the globals of these functions stand for. Raises NotDescribable."""
    seen: set[int] = set()
    words = [line for name, (code, space) in sorted(units.items()) for line in names(code, space, frozenset(units), seen)]
    return digest("\n".join(words))


def names(code: CodeType, space: Mapping[str, Any], own: frozenset[str], seen: set[int]) -> Iterator[str]:
    """A line for each global that the code may read, attributes of modules included."""
    read = sorted({name for c in nested(code) for name in c.co_names})
    for name in read:
        if name in space and name not in own:
            yield f"{name} {' '.join(described(space[name], read, seen))}"


def nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def described(value: Any, attributes: list[str], seen: set[int]) -> Iterator[str]:
    if is_compiled(value):
        yield repr(sorted(value.targetoptions.items(), key=str))
        value = value.py_func
    module = str(getattr(value, "__module__", None) or "").partition(".")[0]
    if isinstance(value, PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        yield f"{value.dtype} {value.shape} {digest(value.tobytes().hex())}"
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from described(item, attributes, seen)
    elif isinstance(value, ModuleType):
        yield value.__name__
        if value.__name__.partition(".")[0] not in LIBRARIES:
            for name in attributes:
                if name in vars(value):
                    yield from described(vars(value)[name], attributes, seen)
    elif isinstance(value, FunctionType) and module not in LIBRARIES:
        yield from function(value, seen)
    elif isinstance(value, (type, np.ufunc, np.dtype, BuiltinFunctionType, FunctionType)) or module in LIBRARIES:
        yield f"{module}.{getattr(value, '__qualname__', getattr(value, '__name__', value))}"
    else:
        raise NotDescribable


def function(value: FunctionType, seen: set[int]) -> Iterator[str]:
    """A user's function is its code and what that reads."""
    if id(value) in seen:
        return
    seen.add(id(value))
    yield digest(marshal.dumps(value.__code__, 2).hex())
    yield from described(value.__defaults__ or (), [], seen)
    try:
        cells = {n: c.cell_contents for n, c in zip(value.__code__.co_freevars, value.__closure__ or ())}
    except ValueError:
        raise NotDescribable from None
    for name in sorted(cells):
        yield from described(cells[name], [], seen)
    yield from names(value.__code__, value.__globals__, frozenset(), seen)
