"""What the families of special functions share."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tangentlite import runtime
from tangentlite.ir import kinds as K
from tangentlite.ir.build import lift
from tangentlite.ir.ops import make_tuple
from tangentlite.ir.trace import Const
from tangentlite.rules.expressions import kind
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import custom

pair = lift(make_tuple)


def arrays_kind(op: Callable[..., Any]) -> Callable[..., K.Kind]:
    """Of a function that gives arrays for numbers too."""
    def of(*args: Any) -> K.Kind:
        k = K.elementwise(op, *args)
        return K.Array(k.dtype or None, ()) if isinstance(k, K.Number) else k
    return of


def require_real(*xs: Any) -> None:
    """Refuse complex arguments, of which the function is not analytic or has another derivative."""
    for x in xs:
        k = kind(x)
        if isinstance(k, (K.Number, K.Array)) and str(k.dtype).startswith("complex"):
            raise UnknownKeyword("a complex argument")


def may_reach(g: Any, k: int) -> bool:
    """May the adjoint of a tuple differ from 0 at `k`? What is not used may be singular where the others are not."""
    made = g.builder.fresh.get(g.atom)
    while made is not None and made.op is runtime.add_at and isinstance(made.args[1], Const):
        if made.args[1].value == k:
            return True
        made = g.builder.fresh.get(made.args[0])
    return made is None or made.op is not runtime.zeros_like


def several(op: Callable[..., Any], partials: Callable[..., tuple[Any, ...]], count: int) -> None:
    """y1, y2, ... = op(x), element by element; `partials(ys, x)` gives every dyi/dx."""
    def slopes(y: Any, x: Any) -> tuple[Any, ...]:
        require_real(x)
        return partials(y, x)

    def forward(y: Any, dots: Any, x: Any) -> Any:
        tangents = [dots[0] * p for p in slopes(y, x)]
        return tuple(tangents) if isinstance(y, tuple) else pair(*tangents)

    def reverse(g: Any, y: Any, x: Any) -> Any:
        parts = g if isinstance(g, tuple) else tuple(g[k] if may_reach(g, k) else None for k in range(count))
        terms = [part * p for part, p in zip(parts, slopes(y, x)) if part is not None]
        if not terms:
            return None
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    def of(x: Any) -> K.Kind:
        return K.Seq("tuple", tuple(K.elementwise(lambda v, k=k: op(v)[k], x) for k in range(count)))

    custom(op, forward, reverse, kind=of)
