"""What a call of a derivative goes through first, written out for its number of arguments: on a warm call each step counts."""
from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tangentlite.guards import signature_of

Slow = Callable[[tuple[Any, ...], dict[str, Any]], Any]
Fast = dict[Any, tuple[Callable[..., Any], Callable[[], bool]]]

TEMPLATE = """
def made(fast, slow, explain, signature_of, ndarray):
    find = fast.get

    def derivative(*args, **kwargs):
        if not kwargs and len(args) == {count}:
            {names} = args
            found = find(({types})) or find(({signatures}))
            if found is not None:
                run, holds = found
                try:
                    fits = holds()
                except Exception:  # a name that it asks for is gone
                    fits = False
                if fits:
                    try:
                        return run({values})
                    except BaseException as error:
                        explain(error)
                        raise
        return slow(args, kwargs)

    return derivative
"""
SIGNATURE = (  # of most arrays
    "(({x}.dtype, {x}.ndim, None) if type({x}) is ndarray and 1 not in {x}.shape and {x}.flags.aligned else signature_of({x})), ")


@functools.cache
def factory(count: int) -> Any:
    """What makes the function for `count` arguments."""
    names = [f"x{k}" for k in range(count)]
    listed = ", ".join(names)
    types, signatures = "".join(f"type({x}), " for x in names), "".join(SIGNATURE.format(x=x) for x in names)
    text = TEMPLATE.format(count=count, names=f"[{listed}]", types=types, signatures=signatures, values=listed)
    space: dict[str, Any] = {}
    exec(compile(text, f"<tangentlite call with {count} arguments>", "exec"), space)
    return space["made"]


def entry(count: int, fast: Fast, slow: Slow, explain: Callable[[BaseException], None]) -> Any:
    """A function that runs what `fast` holds for the signature of its arguments, if that still holds, and else is `slow`.

    The signature of numbers is their types; `slow` also takes keywords, and other numbers of arguments than `count`.
    """
    return factory(count)(fast, slow, explain, signature_of, np.ndarray)
