"""Operators on numbers: arithmetic, comparison, boolean, and the ways to assign."""
from __future__ import annotations

import math
import operator

import numpy as np

from tests.corpus import Case

HALF = 0.5
TABLE = {"low": -1.5, "high": 2.5}


def polynomial(x):
    return 3 * x ** 3 - 2.0 * x ** 2 + x / 4 - 1


def quotient(x, y):
    return (x - y) / (x + y) - 1.0 / (x * y)


def unary_signs(x):
    return -x * +x - (-(-x)) + -2.0 * -x


def square_by_product(x):
    return x * x * x + x * x


def powers_with_constant_exponents(x):
    return x ** 0 + x ** 1 + x ** 2 + x ** -1 + x ** 0.5 + x ** 2.0 + x ** -1.5


def power_with_active_exponent(x, y):
    return x ** y + y ** x


def constant_to_a_power(x):
    return 2.0 ** x + 10 ** -x


def negative_constant_power(x):
    return -3.0 ** 2 * x + (-3.0) ** 2 * x * x - x ** 2


def power_with_integer_argument(x, n):
    return x ** n + n * x


def power_of_negative_base(x, n):
    return (x - 5.0) ** n


def floor_division(x, y):
    q = x // y
    return q * x + y


def modulo(x, y):
    return (x % y) ** 2 + x % 0.7


def wrap_angle(theta):
    return (theta + math.pi) % (2 * math.pi) - math.pi


def divmod_parts(x, y):
    q, r = divmod(x, y)
    return q * y * y + r * r


def absolute_and_pow(x, y):
    return abs(x) * pow(y, 3) + pow(abs(x), y)


def min_max_builtin(x, y):
    return max(x, y) * 2.0 + min(x, y, 0.3) * x


def builtin_sum(x, y):
    return sum([x, x * y, 1.0]) + sum((x, y), 2.0)


def float_and_round(x, n):
    return float(n) * x + float(x) ** 2 + round(x) * x + int(x) * x


def chained_comparison(x):
    if -1.0 < x < 1.0:
        return x * x
    return 2.0 * abs(x) - 1.0


def long_chained_comparison(x, y):
    if 0 <= x < y <= 3.0 != x:
        return x * y
    return x - y


def boolean_condition(x, y):
    if x > 0 and y > 0 or not x > -2.0:
        return x * y
    return x + y * y


def boolean_value(x, y):
    z = x and y
    w = 0.0 or x * y
    return z * w + (None or x)


def comparison_as_number(x, y):
    return (x > y) * x + (x <= y) * y * y


def membership(x, key):
    if key in TABLE:
        return x * TABLE[key]
    if key not in ("zero", "none"):
        return x * x
    return 0.0 * x


def is_none(x, scale):
    if scale is None:
        scale = HALF
    return x * scale if scale is not HALF else x * x * scale


def conditional_expression(x, y):
    return (x if x > y else y) * (1.0 if y > 0 else x)


def nested_conditional_expression(x):
    return x * x if x > 1 else -x if x > 0 else math.sin(x) if x > -1 else 3.0 * x


def chained_assignment(x):
    a = b = x * x
    b = b * a
    return a + b


def augmented(x, y):
    z = x
    z += y
    z -= 2.0 * x * y
    z *= z
    z /= 1.0 + y * y
    z **= 2
    z %= 100.0
    return z


def augmented_floor(x):
    z = x * 3.0
    z //= 1.0
    z += x
    return z * x


def annotated(x: float) -> float:
    y: float
    y = x * x
    z: "float" = y * x  # noqa: UP037
    return y + z


def walrus(x):
    if (y := x * x) > 1.0:
        return y * x
    return (z := y + x) * z


def walrus_in_call(x):
    return math.sin(t := 2.0 * x) * t + (u := t * t) * u


def reuse_of_a_name(x):
    x = x * x
    x = math.sin(x) + x
    x = x * x
    return x


def overwritten_after_nonlinear_read(x, y):
    s = math.sin(x)
    x = x * y
    t = math.exp(-x)
    x = x + s * t
    return x * t


def subexpression_shared(x):
    r = math.sqrt(1.0 + x * x)
    return r + 1.0 / r + r * math.log(r)


def bitwise_on_integers(x, n):
    return x * (n & 3) + x * x * (n | 4) + x * (n ^ 1) + x / (1 << n) + x * (n >> 1) + ~n * x


def operator_module(x, y):
    return operator.add(operator.mul(x, y), operator.truediv(x, operator.neg(y)))


def constant_arithmetic(x):
    scale = 2 ** 3 / 4 - -1.0
    return x * scale + (7 // 2) * x * x + 7 % 4


def large_and_small(x):
    return 1e-6 * x + 1e3 * x * x / 1e3 + 6.02e23 * x / 6.02e23


def dot_operator(a, b):
    return a @ b + (a * 2.0) @ (b - 1.0)


A = np.array([0.3, -0.7, 1.1])
B = np.array([1.2, 0.4, -0.9])

CASES = [
    Case(polynomial, [(1.3,), (-0.4,), (0.0,)], scalar_only=True),
    Case(quotient, [(1.3, 0.4), (-0.5, 2.0)], scalar_only=True),
    Case(unary_signs, [(0.7,), (-2.0,)], scalar_only=True),
    Case(square_by_product, [(0.7,), (0.0,)], scalar_only=True),
    Case(powers_with_constant_exponents, [(1.7,), (0.6,)], scalar_only=True),
    Case(power_with_active_exponent, [(1.7, 0.6), (0.4, 2.3)], scalar_only=True),
    Case(constant_to_a_power, [(0.7,), (-1.2,)], scalar_only=True),
    Case(negative_constant_power, [(0.7,), (-1.2,)], scalar_only=True),
    Case(power_with_integer_argument, [(0.7, 0), (0.7, 1), (0.7, 2), (-1.3, 7), (1.3, -2)], scalar_only=True),
    Case(power_of_negative_base, [(0.7, 2), (1.0, 3), (0.5, -1)], scalar_only=True),
    Case(floor_division, [(2.3, 0.7), (-1.1, 0.4)], scalar_only=True),
    Case(modulo, [(2.3, 0.9), (-1.0, 0.4), (1.2, -0.5)], scalar_only=True),
    Case(wrap_angle, [(0.5,), (4.0,), (-9.0,)], scalar_only=True),
    Case(divmod_parts, [(2.3, 0.9), (-1.1, 0.4)], scalar_only=True),
    Case(absolute_and_pow, [(0.8, 1.4), (-0.8, 0.6)], scalar_only=True),
    Case(min_max_builtin, [(0.8, 1.4), (-0.8, -2.0), (2.0, 0.1)], scalar_only=True),
    Case(builtin_sum, [(0.8, 1.4), (-0.8, -2.0)], scalar_only=True),
    Case(float_and_round, [(0.8, 3), (-1.3, 0)], scalar_only=True),
    Case(chained_comparison, [(0.5,), (2.0,), (-1.5,)], scalar_only=True),
    Case(long_chained_comparison, [(0.5, 2.0), (2.0, 0.5), (-1.0, 1.0)], scalar_only=True),
    Case(boolean_condition, [(0.5, 2.0), (-3.0, 0.5), (-1.0, 1.0), (1.0, -1.0)], scalar_only=True),
    Case(boolean_value, [(0.5, 2.0), (-1.5, 0.7)], scalar_only=True),
    Case(comparison_as_number, [(0.5, 2.0), (2.0, 0.7)], scalar_only=True),
    Case(membership, [(0.5, "low"), (0.5, "other"), (0.5, "zero")], scalar_only=True),
    Case(is_none, [(0.5, None), (0.5, 3)], argnums=(0,), scalar_only=True),
    Case(conditional_expression, [(0.5, 2.0), (2.0, 0.7), (0.2, -1.0)], scalar_only=True),
    Case(nested_conditional_expression, [(2.0,), (0.5,), (-0.5,), (-3.0,)], scalar_only=True),
    Case(chained_assignment, [(1.1,)], scalar_only=True),
    Case(augmented, [(1.1, 0.3), (0.4, -2.0)], scalar_only=True),
    Case(augmented_floor, [(1.1,), (-0.5,)], scalar_only=True),
    Case(annotated, [(1.1,)], scalar_only=True),
    Case(walrus, [(1.1,), (0.4,)], scalar_only=True),
    Case(walrus_in_call, [(1.1,), (-0.4,)], scalar_only=True),
    Case(reuse_of_a_name, [(1.1,), (-0.4,)], scalar_only=True),
    Case(overwritten_after_nonlinear_read, [(1.1, 0.3), (-0.4, 1.7)], scalar_only=True),
    Case(subexpression_shared, [(1.1,), (-0.4,)], scalar_only=True),
    Case(bitwise_on_integers, [(1.1, 2), (-0.4, 5)], scalar_only=True),
    Case(operator_module, [(1.1, 2.0), (-0.4, 0.5)], scalar_only=True),
    Case(constant_arithmetic, [(1.1,)], scalar_only=True),
    Case(large_and_small, [(1.1,)], scalar_only=True),
    Case(dot_operator, [(A, B), (B, B)]),
]
