"""A call with an axis, on arrays of three dimensions of which that axis is not the last."""
from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tests.rules.harness import Sample, is_leaf

AXES = ("axis", "axis1", "axis2", "axisa", "axisb", "axisc")


def deeper(s: Sample) -> Iterator[Sample]:
    """The sample with axes before and behind those of its active arrays; one that cannot be called so is not run."""
    arrays = [s.args[k] for k in s.wrt if is_leaf(s.args[k]) and isinstance(s.args[k], np.ndarray)]
    ranks = {a.ndim for a in arrays}
    fixed = any(isinstance(a, np.ndarray) and a.ndim > 1 for k, a in enumerate(s.args) if k not in s.wrt)
    if len(ranks) != 1 or not ranks <= {1, 2} or fixed:
        return
    before = 1 if ranks == {1} else 0
    args = [deepened(a, before) if k in s.wrt and isinstance(a, np.ndarray) else a for k, a in enumerate(s.args)]
    names = parameters(s)
    given = {n: (args[k] if k < len(args) else s.kwargs.get(n, default)) for k, (n, default) in enumerate(names.items()) if n in AXES}
    moved = {n: a + before if a >= 0 else a - 1 for n, a in given.items() if type(a) is int}
    if moved:
        for k, n in enumerate(names):
            if k < len(args) and n in moved:
                args[k] = moved.pop(n)
        yield s._replace(args=tuple(args), kwargs={**s.kwargs, **moved})


def deepened(x: Any, before: int) -> Any:
    """Another axis of length 2 behind, and before where that is asked for; all elements differ."""
    x = np.stack([x, 0.97 * x], axis=-1).astype(x.dtype)
    return np.stack([x, 0.92 * x]).astype(x.dtype) if before else x


def parameters(s: Sample) -> Mapping[str, Any]:
    try:
        return {p.name: p.default for p in inspect.signature(s.op).parameters.values()}
    except (TypeError, ValueError):  # a function that does not tell its parameters
        return {}
