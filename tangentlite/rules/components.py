"""Results that are tuples, component by component."""
from __future__ import annotations

from typing import Any

from tangentlite import runtime
from tangentlite.ir.build import Expr, lift
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const

tuple_of = lift(make_tuple)


def components(g: Any, n: int) -> tuple[Any, ...]:
    """The adjoints of the `n` components of a tuple; None for those that nothing depends on."""
    b, found, made = g.builder, dict[int, Any](), g.builder.fresh.get(g.atom)
    while made is not None and made.op is runtime.add_at and isinstance(made.args[1], Const) and type(made.args[1].value) is int:
        k, part = made.args[1].value % n, Expr(made.args[2], b)
        found[k] = part + found[k] if k in found else part
        made = b.fresh.get(made.args[0])
    if made is not None and made.op is make_tuple and not found:
        return tuple(Expr(a, b) for a in made.args)
    if made is None or made.op is not runtime.zeros_like:
        return tuple(g[k] for k in range(n))
    return tuple(found.get(k) for k in range(n))


def plus(a: Any, b: Any) -> Any:
    """The sum of two contributions, of which one may be missing."""
    return b if a is None else a if b is None else a + b
