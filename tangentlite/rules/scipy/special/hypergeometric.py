"""Hypergeometric functions (DLMF 13.3.15, 13.3.22, 15.5.1, 16.3.1). Their parameters must be constant, but for that of 0F1."""
from __future__ import annotations

from scipy import special

from tangentlite.ir.build import lift
from tangentlite.rules.scipy import slopes
from tangentlite.rules.verbs import REFUSED, elementwise

hyp0f1, hyp1f1, hyp2f1, hyperu = special.hyp0f1, special.hyp1f1, special.hyp2f1, special.hyperu
hyp0f1_slope = lift(slopes.hyp0f1_slope)

elementwise(hyp0f1, lambda y, v, x: (hyp0f1_slope(v, x), hyp0f1(v + 1.0, x) / v))
elementwise(hyp1f1, lambda y, a, b, x: (REFUSED, REFUSED, a / b * hyp1f1(a + 1.0, b + 1.0, x)))
elementwise(hyp2f1, lambda y, a, b, c, x: (REFUSED, REFUSED, REFUSED, a * b / c * hyp2f1(a + 1.0, b + 1.0, c + 1.0, x)))
elementwise(hyperu, lambda y, a, b, x: (REFUSED, REFUSED, -a * hyperu(a + 1.0, b + 1.0, x)))
elementwise(slopes.hyp0f1_slope, lambda y, v, x: (REFUSED, (hyp0f1_slope(v + 1.0, x) - hyp0f1(v + 1.0, x) / v) / v))
