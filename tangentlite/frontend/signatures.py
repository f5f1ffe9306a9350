"""Whether a call fits a function of Python or NumPy: where it does not, Python raises before anything happens."""
from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any

import numpy as np

MODULES = ("builtins", "math", "cmath", "operator", "_operator", "functools", "_functools", "itertools", "copy")
DISPATCHED = type(np.sum)  # the functions of NumPy that are written in Python

UNSTATED: dict[Any, tuple[int, int | None]] = {  # how many arguments the functions take that do not tell
    getattr: (2, 3), iter: (1, 2), next: (1, 2), min: (1, None), max: (1, None), zip: (0, None), map: (2, None), filter: (2, 2),
    range: (1, 3), slice: (1, 3), type: (1, 3), dict: (0, 1), int: (0, 2), super: (0, 2), bool: (0, 1), str: (0, 3), set: (0, 1),
    vars: (0, 1), dir: (0, 1), frozenset: (0, 1), reversed: (1, 1), functools.reduce: (2, 3), itertools.chain: (0, None),
    itertools.islice: (2, 4), itertools.product: (0, None), itertools.zip_longest: (0, None), itertools.repeat: (1, 2),
    itertools.pairwise: (1, 1), itertools.tee: (1, 2),
}


def complaint(function: Any, count: int, keywords: tuple[str, ...]) -> str:
    """What is wrong with so many positional arguments and these keywords; empty where nothing is known to be."""
    own = isinstance(function, (type, BuiltinFunctionType)) and getattr(function, "__module__", "") in MODULES
    return misfit(function, count, keywords) if own or isinstance(function, DISPATCHED) else ""


@functools.lru_cache(maxsize=1024)
def misfit(function: Callable[..., Any], count: int, keywords: tuple[str, ...]) -> str:
    if function in UNSTATED:
        least, most = UNSTATED[function]
        fits = least <= count + len(keywords) and (most is None or count <= most)
        return "" if fits else f"`{function.__name__}()` does not take {count} argument{'s' * (count != 1)}"
    try:
        inspect.signature(function).bind(*[None] * count, **dict.fromkeys(keywords))
    except TypeError as e:
        return f"`{function.__name__}()`: {e}"
    except ValueError:
        return ""  # it tells no signature
    return ""
