"""What the families of special functions share."""
from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from tangentlite.ir import kinds as K
from tangentlite.rules.components import components, plus, tuple_of
from tangentlite.rules.expressions import kind
from tangentlite.rules.registry import UnknownKeyword
from tangentlite.rules.verbs import custom


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


def several(op: Callable[..., Any], partials: Callable[..., tuple[Any, ...]], count: int) -> None:
    """y1, y2, ... = op(x), element by element; `partials(ys, x)` gives every dyi/dx."""
    def slopes(y: Any, x: Any) -> tuple[Any, ...]:
        require_real(x)
        return partials(y, x)

    def forward(y: Any, dots: Any, x: Any) -> Any:
        return tuple_of(*(dots[0] * p for p in slopes(y, x)))

    def reverse(g: Any, y: Any, x: Any) -> Any:
        return reduce(plus, (part if part is None else part * p for part, p in zip(components(g, count), slopes(y, x))))

    def of(x: Any) -> K.Kind:
        return K.Seq("tuple", tuple(K.elementwise(lambda v, k=k: op(v)[k], x) for k in range(count)))

    custom(op, forward, reverse, kind=of)
