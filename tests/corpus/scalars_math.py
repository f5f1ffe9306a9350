"""The math module."""
from __future__ import annotations

import math
from math import cos, exp, pi, sqrt

from tests.corpus import Case


def trigonometric(x):
    return math.sin(x) * math.cos(x) + math.tan(0.5 * x)


def inverse_trigonometric(x):
    return math.asin(x) + math.acos(x) * math.atan(x)


def two_argument_arctangent(y, x):
    return math.atan2(y, x) * math.hypot(x, y)


def hyperbolic(x):
    return math.sinh(x) + math.cosh(x) * math.tanh(x)


def inverse_hyperbolic(x):
    return math.asinh(x) + math.acosh(1.5 + x * x) + math.atanh(0.3 * x)


def exponentials(x):
    return math.exp(x) + math.expm1(x) * math.exp2(-x)


def logarithms(x):
    return math.log(x) + math.log2(x) * math.log10(x) + math.log1p(x)


def logarithm_with_base(x, b):
    return math.log(x, b) + math.log(x, 3)


def roots(x):
    return math.sqrt(x) + math.cbrt(x) * x


def math_power(x, y):
    return math.pow(x, y) + math.pow(x, 2) + math.pow(3.0, y)


def absolute_and_sign(x, y):
    return math.fabs(x) * math.copysign(y, x) + math.copysign(1.0, y)


def error_functions(x):
    return math.erf(x) + math.erfc(2.0 * x) * x


def gamma_functions(x):
    return math.gamma(x) + math.lgamma(x + 0.5)


def remainders(x, y):
    return math.fmod(x, y) * x + math.remainder(x, y)


def rounding(x):
    return math.floor(x) * x + math.ceil(x) * x * x + math.trunc(x) + x


def angles(x):
    return math.degrees(x) * 0.01 + math.radians(x) * 100.0 + math.tau * x


def sums_and_products(x, y):
    return math.fsum([x, y, x * y]) + math.prod([x, y, 2.0]) * x


def distances(x, y):
    return math.dist((x, y), (0.5, -2.0)) + math.hypot(x, y, 1.0)


def imported_directly(x):
    return cos(pi * x) * exp(-x) + sqrt(1.0 + x)


def constants_only(x):
    return x * math.exp(1.0) + math.sin(math.pi / 6.0) + math.comb(5, 2) * x + math.factorial(3) / x


def finite_test(x):
    if math.isfinite(x) and not math.isnan(x) and math.isclose(1.0, 1.0):
        return x * x
    return 0.0 * x


CASES = [
    Case(trigonometric, [(0.7,), (-1.1,)], scalar_only=True),
    Case(inverse_trigonometric, [(0.4,), (-0.6,)], scalar_only=True),
    Case(two_argument_arctangent, [(0.7, 1.3), (0.7, -1.3), (-0.7, -1.3)], scalar_only=True),
    Case(hyperbolic, [(0.7,), (-1.1,)], scalar_only=True),
    Case(inverse_hyperbolic, [(0.7,), (-1.1,)], scalar_only=True),
    Case(exponentials, [(0.7,), (-1.1,), (0.0,)], scalar_only=True),
    Case(logarithms, [(0.7,), (2.5,)], scalar_only=True),
    Case(logarithm_with_base, [(0.7, 2.5), (2.5, 0.4)], scalar_only=True),
    Case(roots, [(0.7,), (2.5,)], scalar_only=True),
    Case(math_power, [(0.7, 1.3), (2.5, -0.4)], scalar_only=True),
    Case(absolute_and_sign, [(0.7, 1.3), (-0.7, 1.3), (-0.7, -1.3)], scalar_only=True),
    Case(error_functions, [(0.7,), (-0.3,)], scalar_only=True),
    Case(gamma_functions, [(0.7,), (3.2,)], scalar_only=True),
    Case(remainders, [(2.3, 0.9), (-1.1, 0.4)], scalar_only=True),
    Case(rounding, [(2.3,), (-1.1,)], scalar_only=True),
    Case(angles, [(0.7,)], scalar_only=True),
    Case(sums_and_products, [(0.7, 1.3)], scalar_only=True),
    Case(distances, [(0.7, 1.3)], scalar_only=True),
    Case(imported_directly, [(0.7,)], scalar_only=True),
    Case(constants_only, [(0.7,)], scalar_only=True),
    Case(finite_test, [(0.7,)], scalar_only=True),
]
