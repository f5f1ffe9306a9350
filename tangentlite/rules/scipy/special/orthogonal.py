"""Orthogonal polynomials: the derivative has another parameter and a lower degree (DLMF 18.9(iii)). The degree must be constant."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from tangentlite.rules.expressions import static
from tangentlite.rules.verbs import REFUSED, elementwise

jacobi, gegenbauer, genlaguerre = special.eval_jacobi, special.eval_gegenbauer, special.eval_genlaguerre


def below(n: Any) -> Any:
    """The degree n - 1; for n = 0, where the factor n vanishes, any will do."""
    return max(static(n) - 1, 0) if isinstance(static(n), int) else np.maximum(n - 1, 0)


def by_degree(op: Callable[..., Any], slope: Callable[..., Any]) -> None:
    """A polynomial in its last argument, after the degree and parameters."""
    elementwise(op, lambda y, *args: (*(REFUSED for _ in args[1:]), slope(*args)))


# d/dx P_n(x)                           lambda n, ..., x
by_degree(special.eval_jacobi,          lambda n, a, b, x: 0.5 * (n + a + b + 1.0) * jacobi(n - 1, a + 1.0, b + 1.0, x))
by_degree(special.eval_legendre,        lambda n, x: 0.5 * (n + 1.0) * jacobi(n - 1, 1.0, 1.0, x))
by_degree(special.eval_gegenbauer,      lambda n, a, x: 2.0 * a * gegenbauer(n - 1, a + 1.0, x))
by_degree(special.eval_chebyt,          lambda n, x: n * special.eval_chebyu(n - 1, x))
by_degree(special.eval_chebyu,          lambda n, x: 2.0 * gegenbauer(n - 1, 2.0, x))
by_degree(special.eval_chebyc,          lambda n, x: n * special.eval_chebyu(n - 1, 0.5 * x))
by_degree(special.eval_chebys,          lambda n, x: gegenbauer(n - 1, 2.0, 0.5 * x))
by_degree(special.eval_sh_legendre,     lambda n, x: (n + 1.0) * jacobi(n - 1, 1.0, 1.0, 2.0 * x - 1.0))
by_degree(special.eval_sh_chebyt,       lambda n, x: 2.0 * n * special.eval_chebyu(n - 1, 2.0 * x - 1.0))
by_degree(special.eval_sh_chebyu,       lambda n, x: 4.0 * gegenbauer(n - 1, 2.0, 2.0 * x - 1.0))
by_degree(special.eval_laguerre,        lambda n, x: -genlaguerre(n - 1, 1.0, x))
by_degree(special.eval_genlaguerre,     lambda n, a, x: -genlaguerre(n - 1, a + 1.0, x))
by_degree(special.eval_hermite,         lambda n, x: 2.0 * n * special.eval_hermite(below(n), x))
by_degree(special.eval_hermitenorm,     lambda n, x: n * special.eval_hermitenorm(below(n), x))


def lpmv_partials(y: Any, m: Any, v: Any, x: Any) -> tuple[Any, ...]:
    """DLMF 14.10.4; the polynomial's derivative where m = 0, which is not singular at the ends."""
    if static(m) == 0:
        return REFUSED, REFUSED, 0.5 * (v + 1.0) * jacobi(v - 1, 1.0, 1.0, x)
    return REFUSED, REFUSED, ((m - v - 1.0) * special.lpmv(m, v + 1.0, x) + (v + 1.0) * x * y) / (1.0 - x * x)


elementwise(special.lpmv, lpmv_partials)
