"""`np.pad` in every mode. Padding along several axes is padding along one after the other, corners included."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite.ir.build import Builder
from tangentlite.ir.trace import Const, Eqn
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import DYNAMIC, known_rank, rank, static
from tangentlite.rules.numerical import along
from tangentlite.rules.registry import RULES, Rule, UnknownKeyword
from tangentlite.rules.selection import gathered, places
from tangentlite.rules.shapes import resized, shaped
from tangentlite.rules.verbs import custom

Pairs = list[tuple[Any, Any]]
STATISTICS = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def for_each_end(value: Any, r: int | None, what: str) -> Pairs:
    """A width, or a length, for both ends of each axis."""
    w = static(value)
    if w is DYNAMIC or r is None or isinstance(w, dict):
        raise UnknownKeyword(f"np.pad wants {what} and a number of dimensions that are known")
    return [(a, b) for a, b in np.broadcast_to(np.asarray(w), (r, 2)).tolist()]


# -- with constants --------------------------------------------------------------------------------------------------

def pad_adjoint(g: Any, y: Any, x: Any, width: Any, mode: Any = "constant", *, constant_values: Any = 0) -> Any:
    index = tuple(slice(a or None, -b if b else None) for a, b in for_each_end(width, rank(x), "a width"))
    return g[index[0] if len(index) == 1 else index]


custom(np.pad, lambda y, dots, x, width, mode="constant", *, constant_values=0: np.pad(dots[0], width), pad_adjoint)
WITH_CONSTANTS = RULES[np.pad]


# -- with what is in the array ---------------------------------------------------------------------------------------

def pad(x: Any, width: Any, mode: Any, *, stat_length: Any = None, end_values: Any = 0, reflect_type: Any = "even") -> Any:
    m = static(mode)
    if m in ("edge", "reflect", "symmetric", "wrap") and static(reflect_type) == "even":
        return gathered(x, np.pad(places(x), width, mode=m))
    widths = for_each_end(width, rank(x), "a width")
    if m in STATISTICS:
        whole = static(stat_length) is None
        lengths = [None] * len(widths) if whole else for_each_end(stat_length, len(widths), "a stat_length")
        for axis, (ends, n) in enumerate(zip(widths, lengths)):
            x = with_statistics(x, STATISTICS[m], axis, ends, n)
    elif m == "linear_ramp":
        for axis, ends in enumerate(widths):
            x = with_ramps(x, axis, ends)
    else:
        raise UnknownKeyword(f"np.pad with mode={m!r}, or reflect_type")
    return x


def with_statistics(x: Any, op: Any, axis: int, ends: tuple[Any, Any], lengths: tuple[Any, Any] | None) -> Any:
    def repeated(part: Any, n: int) -> list[Any]:
        return [np.repeat(op(part, axis=axis, keepdims=True), n, axis=axis)] if n else []

    first, last = (x, x) if lengths is None else (along(x, axis, None, lengths[0]), along(x, axis, -lengths[1], None))
    return np.concatenate([*repeated(first, ends[0]), x, *repeated(last, ends[1])], axis)


def with_ramps(x: Any, axis: int, ends: tuple[Any, Any]) -> Any:
    """From constants, which have no part in the derivative, to the edges of the array."""
    others = tuple(range(1, known_rank(x) - axis))

    def ramp(edge: Any, n: int, order: int) -> list[Any]:
        rise = x.emit(np.arange, (n,))[::order] / n
        return [edge * (np.expand_dims(rise, others) if others else rise)] if n else []

    before = ramp(along(x, axis, 0, 1), ends[0], 1)
    after = ramp(along(x, axis, -1, None), ends[1], -1)
    return np.concatenate([*before, x, *after], axis)


def rule_for(eqn: Eqn) -> Rule:
    mode = eqn.args[2] if len(eqn.args) > 2 else dict(eqn.kwargs).get("mode")
    return WITH_CONSTANTS if mode in (None, Const("constant")) else OTHERWISE


def forward(b: Builder, eqn: Eqn, dots: Any) -> Any:
    return rule_for(eqn).forward(b, eqn, dots)  # type: ignore[misc]


def reverse(b: Builder, eqn: Eqn, g: Any) -> Any:
    return rule_for(eqn).reverse(b, eqn, g)  # type: ignore[misc]


defined(np.pad, pad)
OTHERWISE = RULES[np.pad]
RULES[np.pad] = Rule(forward, reverse, lambda x, width, *mode, **options: shaped(resized)(x))
