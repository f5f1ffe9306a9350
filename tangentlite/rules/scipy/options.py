"""What the rules of scipy.linalg share: its keywords, matrices of known rank, arguments that are tuples."""
from __future__ import annotations

from typing import Any

import numpy as np

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import Expr, lift
from tangentlite.ir.ops import make_tuple
from tangentlite.rules.broadcasting import zero
from tangentlite.rules.expressions import DYNAMIC, fixed, rank, static
from tangentlite.rules.stacks import refuse

add_at = lift(runtime.add_at)


def not_overwritten(**flags: Any) -> None:
    """SciPy may use the memory of arguments only where it is not asked to."""
    for name, flag in flags.items():
        refuse(fixed(static(flag)) is not False, f"{name}={fixed(static(flag))}")


def only_defaults(**options: tuple[Any, Any]) -> None:
    """Refuse options, given as (value, default), that a rule does not know."""
    for name, (given, default) in options.items():
        refuse(static(given) is DYNAMIC or static(given) != default, f"{name} other than {default!r}")


def one_matrix(*xs: Any) -> None:
    refuse(any(rank(x) != 2 for x in xs), "stacks of matrices, or of arrays whose number of dimensions is not known")


def outer(u: Any, v: Any) -> Any:
    """u vᵀ, for two vectors or for two matrices of columns."""
    refuse(rank(u) is None and rank(v) is None, "a right-hand side whose number of dimensions is not known")
    return np.outer(u, v) if 1 in (rank(u), rank(v)) else u @ v.T


def part_of(pair: Any, k: int) -> Any:
    """An item of a tuple argument, or of one that was written as a display."""
    made = pair.builder.defs.get(pair.atom) if isinstance(pair, Expr) else None
    if made is not None and made.op is make_tuple:
        return Expr(made.args[k], pair.builder)
    return pair[k]


def only_part(pair: Any, k: int, bar: Any) -> Any:
    """The adjoint of a tuple of which one item has one."""
    return add_at(Expr(zero(pair.builder, pair.atom), pair.builder), k, bar)


def first_of(pair: Any) -> Any:
    """The kind of the first item of a tuple argument."""
    return pair.items[0] if isinstance(pair, K.Seq) and pair.items else K.NUMERIC
