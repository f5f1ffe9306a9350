"""Functions of `scipy.special` for Numba, of numbers and arrays of them."""
from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from typing import Any

import numba
from numba.extending import overload

from tangentlite import runtime


@functools.cache
def register() -> None:
    """Make the functions known to Numba, once."""
    special: Any = sys.modules["scipy.special"]
    for name, function in FUNCTIONS.items():
        each = numba.vectorize(function)
        overload(getattr(special, name))(of_two(each) if function.__code__.co_argcount == 2 else of_one(each))


def of_one(each: Any) -> Callable[..., Any]:
    return lambda x: lambda x: each(x)


def of_two(each: Any) -> Callable[..., Any]:
    return lambda x, y: lambda x, y: each(x, y)


def gamma(x):  # type: ignore[no-untyped-def]
    """Not a number at the poles, and infinite at 0."""
    if x == 0.0:
        return math.copysign(math.inf, x)
    return math.nan if x < 0.0 and x == math.floor(x) else math.gamma(x)


def gammaln(x):  # type: ignore[no-untyped-def]
    return math.inf if x <= 0.0 and x == math.floor(x) else math.lgamma(x)


def expit(x):  # type: ignore[no-untyped-def]
    e = math.exp(-abs(x))
    return 1.0 / (1.0 + e) if x >= 0.0 else e / (1.0 + e)


def log_expit(x):  # type: ignore[no-untyped-def]
    return min(x, 0.0) - math.log1p(math.exp(-abs(x)))


def logit(x):  # type: ignore[no-untyped-def]
    if x <= 0.0 or x >= 1.0:
        return -math.inf if x == 0.0 else math.inf if x == 1.0 else math.nan
    return math.log(x / (1.0 - x))


def xlogy(x, y):  # type: ignore[no-untyped-def]
    if x == 0.0 and y == y:
        return 0.0 * x
    return x * (math.log(y) if y > 0.0 else -math.inf if y == 0.0 else math.nan)


def xlog1py(x, y):  # type: ignore[no-untyped-def]
    if x == 0.0 and y == y:
        return 0.0 * x
    return x * (math.log1p(y) if y > -1.0 else -math.inf if y == -1.0 else math.nan)


def entr(x):  # type: ignore[no-untyped-def]
    if x > 0.0:
        return -x * math.log(x)
    return 0.0 * x if x == 0.0 else -math.inf if x < 0.0 else math.nan


FUNCTIONS: dict[str, Any] = {
    "erf": lambda x: math.erf(x), "erfc": lambda x: math.erfc(x), "ndtr": lambda x: 0.5 * math.erfc(-x * math.sqrt(0.5)),
    "gamma": gamma, "gammaln": gammaln, "psi": lambda x: runtime.polygamma(0, x),
    "polygamma": lambda n, x: runtime.polygamma(n, x),
    "expit": expit, "log_expit": log_expit, "logit": logit, "xlogy": xlogy, "xlog1py": xlog1py, "entr": entr,
    "expm1": lambda x: math.expm1(x), "log1p": lambda x: math.log1p(x), "exp2": lambda x: 2.0**x,
}
