"""Elliptic integrals, by Carlson's symmetric integrals, which do not cancel (DLMF 19.18.1 and 19.25(i))."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from tangentlite.rules.expressions import static
from tangentlite.rules.verbs import elementwise

rd = special.elliprd

elementwise(special.ellipk,    lambda y, m: rd(0.0, 1.0, 1.0 - m) / 6.0)
elementwise(special.ellipkm1,  lambda y, p: -rd(0.0, 1.0, p) / 6.0)
elementwise(special.ellipe,    lambda y, m: -rd(0.0, 1.0 - m, 1.0) / 6.0)


def reduced(phi: Any) -> tuple[Any, Any, Any]:
    """(n, sin r, cos r) with phi = n pi + r: every half turn adds a complete integral twice."""
    n = np.round(phi / math.pi)
    r = phi - n * math.pi
    return n, np.sin(r), np.cos(r)


def ellipkinc_partials(y: Any, phi: Any, m: Any) -> tuple[Any, Any]:
    n, s, c = reduced(phi)
    delta = 1.0 - m * (s * s)
    by_m = s * s * s * rd(c * c, 1.0, delta) / 6.0 + n * rd(0.0, 1.0, 1.0 - m) / 3.0
    return 1.0 / np.sqrt(delta), by_m


def ellipeinc_partials(y: Any, phi: Any, m: Any) -> tuple[Any, Any]:
    n, s, c = reduced(phi)
    delta = 1.0 - m * (s * s)
    by_m = -s * s * s * rd(c * c, delta, 1.0) / 6.0 - n * rd(0.0, 1.0 - m, 1.0) / 3.0
    return np.sqrt(delta), by_m


def agm_partials(y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """1 / agm(a, b) = 2 R_F(0, a^2, b^2) / pi, DLMF 19.22.1."""
    scale = y * y * (2.0 / (3.0 * math.pi))
    return scale * a * rd(0.0, b * b, a * a), scale * b * rd(0.0, a * a, b * b)


elementwise(special.ellipkinc, ellipkinc_partials)
elementwise(special.ellipeinc, ellipeinc_partials)
elementwise(special.agm, agm_partials)


def rd_partials(y: Any, x: Any, y_: Any, z: Any) -> tuple[Any, ...]:
    """By the Euler-Poisson-Darboux equation, DLMF 19.18.14, and homogeneity, 19.18.11; singular where z is x or y."""
    by_x = 0.5 * (rd(y_, z, x) - y) / (x - z)
    by_y = 0.5 * (rd(x, z, y_) - y) / (y_ - z)
    flow = y_ * by_y if static(x) == 0.0 else x * by_x + y_ * by_y
    return by_x, by_y, -(1.5 * y + flow) / z


elementwise(special.elliprf, lambda y, a, b, c: (-rd(b, c, a) / 6.0, -rd(a, c, b) / 6.0, -rd(a, b, c) / 6.0))
elementwise(special.elliprd, rd_partials)
