"""Operations on values that are known before the function runs: integer arithmetic, comparisons, lengths and ranges.

Arithmetic on floats is left to the generated code, so that the user's floats stay as they are written.

>>> known_result(operator.add, (2, 3)), known_result(operator.lt, (0.5, 1)), known_result(operator.add, (0.5, 1))
(5, True, MISSING)
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from tangentlite.ir.ops import COMPARISONS, Chain, make_tuple


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
BITS = 64  # of the largest integers worth knowing

ARITHMETIC: set[Callable[..., Any]] = {
    operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.neg, operator.pos,
    operator.and_, operator.or_, operator.xor, operator.invert, operator.rshift, operator.iadd, operator.isub,
    operator.imul, operator.ifloordiv, operator.imod, abs, min, max, int,
}
EVALUATED: set[Callable[..., Any]] = {
    *ARITHMETIC, *COMPARISONS.values(), operator.pow, operator.not_, operator.getitem, bool, len,
    range, slice, make_tuple,
}
IDENTITY = {operator.is_, operator.is_not}
SINGLETONS = (None, True, False)


def is_scalar(value: Any) -> bool:
    """Can the value be written in the text as a literal?"""
    return value is None or type(value) in (bool, int, float, str)


def is_plain(value: Any) -> bool:
    """Scalars, and tuples and ranges of them: what Python compares, measures and takes apart in the ordinary way."""
    if type(value) is tuple:
        return all(map(is_plain, value))
    return is_scalar(value) or type(value) in (range, slice)


def known_result(op: Callable[..., Any], values: Sequence[Any]) -> Any:
    """op(*values) where that is no arithmetic on floats; MISSING otherwise, also where it raises."""
    if not all(map(is_plain, values)):
        return MISSING
    if not isinstance(op, Chain) and not (isinstance(op, Hashable) and op in EVALUATED):
        return MISSING
    if op in ARITHMETIC and not all(type(v) in (int, bool) and v.bit_length() <= BITS for v in values):
        return MISSING
    if op in IDENTITY and not any(v is s for v in values for s in SINGLETONS):
        return MISSING
    if op is operator.pow and not (all(type(v) is int for v in values) and 0 <= values[1] <= BITS and (
            values[0].bit_length() <= BITS)):
        return MISSING
    try:
        return op(*values)
    except Exception:  # as it will when the function runs
        return MISSING
