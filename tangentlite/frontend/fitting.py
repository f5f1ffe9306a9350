"""Calls of functions that lower a call: one that does not take the arguments is told from one that fails."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Misfit(Exception):
    """The function does not take these arguments."""


def fitting(function: Callable[..., Any], /, *args: Any, **keywords: Any) -> Any:
    """The result of the call. Raises Misfit where the function does not take the arguments.

    >>> fitting(lambda a, b: a + b, 1, b=2)
    3
    >>> fitting(lambda a: a, 1, 2)
    Traceback (most recent call last):
    tangentlite.frontend.fitting.Misfit
    >>> fitting(lambda a: a + None, 1)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'
    """
    try:
        return function(*args, **keywords)
    except TypeError as problem:
        if problem.__traceback__ is None or problem.__traceback__.tb_next is not None:  # raised inside of the function
            raise
        raise Misfit from None
