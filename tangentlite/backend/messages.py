"""Exceptions whose messages Numba compiles in every process, for one or two seconds: wherever a slice is assigned, or a sum has an axis.

Functions that are compiled once on a machine, and read from a file afterwards, raise them here, with the same words.
"""
from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.core.typing.templates import builtin_registry
from numba.np import arraymath, arrayobj

from tangentlite.backend.lowerings import stored


def register() -> None:
    raising, rejecting = stored(raise_mismatch), stored(reject_axis)

    def of_axes(a: Any, axis: Any) -> Any:
        return (lambda a, axis: rejecting(axis, a.ndim)) if isinstance(axis, types.Integer) else arraymath.check_axis_bounds

    replace(arrayobj.raise_with_shape_context, "cpu", lambda given, wanted: lambda given, wanted: raising(given, wanted))
    replace(arraymath.check_axis_bounds, "generic", of_axes)


def replace(function: Any, target: str, chosen: Callable[..., Any]) -> None:
    """Exchange a version of a function of Numba's, which comes before any that is registered later."""
    every = (kind.templates for known, kind in builtin_registry.globals if known is function)
    for version in itertools.chain.from_iterable(every):
        if version.metadata.get("target", "generic").lower() == target:
            version._overload_func = staticmethod(chosen)


def raise_mismatch(given, wanted):  # type: ignore[no-untyped-def]
    message = "cannot assign slice of shape ("
    for k in range(len(wanted)):
        message += (", " if k else "") + str(wanted[k])
    message += (",)" if len(wanted) == 1 else ")") + " from input of shape ("
    for k in range(len(given)):
        message += (", " if k else "") + str(given[k])
    raise ValueError(message + (",)" if len(given) == 1 else ")"))


def reject_axis(axis, rank):  # type: ignore[no-untyped-def]
    if axis < -rank or axis >= rank:
        raise np.exceptions.AxisError("axis " + str(axis) + " is out of bounds for array of dimension " + str(rank))
