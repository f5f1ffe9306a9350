"""Python's `cmath` module: functions of a complex number, which return one also where they are given a real one."""
from __future__ import annotations

import cmath
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.definitions import defined
from tangentlite.rules.expressions import lifted, nonzero
from tangentlite.rules.ufuncs import LN10, angle_adjoint
from tangentlite.rules.verbs import constant, custom, elementwise

COMPLEX = K.Number("complex")
sin, cos, sinh, cosh, sqrt, exp, log, phase = lifted(
    cmath.sin, cmath.cos, cmath.sinh, cmath.cosh, cmath.sqrt, cmath.exp, cmath.log, cmath.phase)


def complex_number(op: Any, partials: Any) -> None:
    elementwise(op, partials, kind=lambda *args: COMPLEX)


def log_partials(y: Any, z: Any, base: Any = None) -> Any:
    return 1.0 / z if base is None else (1.0 / (z * log(base)), -(y / (base * log(base))))


# w = f(z)                   lambda w, z: dw/dz
complex_number(cmath.exp,    lambda w, z: w)
complex_number(cmath.log,    log_partials)
complex_number(cmath.log10,  lambda w, z: 1.0 / (LN10 * z))
complex_number(cmath.sqrt,   lambda w, z: 0.5 / w)
complex_number(cmath.sin,    lambda w, z: cos(z))
complex_number(cmath.cos,    lambda w, z: -sin(z))
complex_number(cmath.tan,    lambda w, z: 1.0 + w * w)
complex_number(cmath.asin,   lambda w, z: 1.0 / sqrt(1.0 - z * z))
complex_number(cmath.acos,   lambda w, z: -1.0 / sqrt(1.0 - z * z))
complex_number(cmath.atan,   lambda w, z: 1.0 / (1.0 + z * z))
complex_number(cmath.sinh,   lambda w, z: cosh(z))
complex_number(cmath.cosh,   lambda w, z: sinh(z))
complex_number(cmath.tanh,   lambda w, z: 1.0 - w * w)
complex_number(cmath.asinh,  lambda w, z: 1.0 / sqrt(1.0 + z * z))
complex_number(cmath.acosh,  lambda w, z: 1.0 / (sqrt(z - 1.0) * sqrt(z + 1.0)))
complex_number(cmath.atanh,  lambda w, z: 1.0 / (1.0 - z * z))

custom(cmath.phase, lambda y, dots, z: np.imag(dots[0] * (z != 0.0) / nonzero(z)), angle_adjoint, kind=lambda z: K.FLOAT)
defined(cmath.rect, lambda r, phi: r * exp(1j * phi), kind=lambda r, phi: COMPLEX)
defined(cmath.polar, lambda z: (abs(z), phase(z)), kind=lambda z: K.Seq("tuple", (K.FLOAT, K.FLOAT)))
constant(cmath.isfinite, cmath.isinf, cmath.isnan, cmath.isclose, kind=K.BOOL)
