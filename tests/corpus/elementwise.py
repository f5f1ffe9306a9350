"""NumPy functions applied element by element, on numbers and on arrays."""
from __future__ import annotations

import numpy as np
from numpy import exp, tanh

from tests.corpus import Case, arr, pos


def trigonometric(x):
    return np.sum(np.sin(x) * np.cos(x) + np.tan(0.5 * x))


def inverse_trigonometric(x):
    return np.sum(np.arcsin(x) + np.arccos(x) * np.arctan(x))


def hyperbolic(x):
    return np.sum(np.sinh(x) + np.cosh(x) * np.tanh(x))


def inverse_hyperbolic(x):
    return np.sum(np.arcsinh(x) + np.arccosh(1.5 + x * x) + np.arctanh(0.3 * x))


def exponentials(x):
    return np.sum(np.exp(x) + np.expm1(x) * np.exp2(-x))


def logarithms(x):
    return np.sum(np.log(x) + np.log2(x) * np.log10(x) + np.log1p(x))


def roots_and_squares(x):
    return np.sum(np.sqrt(x) + np.cbrt(x) * np.square(x) + np.reciprocal(x))


def signs(x):
    return np.sum(np.abs(x) * np.sign(x) + np.absolute(x) + np.fabs(x) ** 3 + np.negative(x) + np.positive(x))


def named_arithmetic(x, y):
    return np.sum(np.add(x, y) * np.subtract(x, y) + np.multiply(x, y) / np.divide(x, y) + np.true_divide(y, x))


def named_powers(x, y):
    return np.sum(np.power(x, y) + np.float_power(y, 2.5) + np.power(2.0, x))


def two_argument(x, y):
    return np.sum(np.arctan2(x, y) * np.hypot(x, y) + np.logaddexp(x, y) + np.logaddexp2(x, y))


def remainders(x, y):
    return np.sum(np.mod(x, y) * x + np.remainder(x, 0.7) + np.fmod(x, y) + np.floor_divide(x, y) * y)


def rounding(x):
    return np.sum(np.floor(x) * x + np.ceil(x) * x * x + np.rint(x) + np.trunc(x) * x + np.round(x, 1))


def angles(x):
    return np.sum(np.deg2rad(x) + np.rad2deg(x) * 0.01 + np.radians(x) * np.degrees(x))


def sinc_and_copysign(x, y):
    return np.sum(np.sinc(x) + np.copysign(x, y) * y)


def comparisons_as_masks(x, y):
    return np.sum((x > y) * x + (x <= 0.3) * y + np.logical_and(x > 0, y > 0) * x * y)


def operators_on_arrays(x, y):
    z = -x ** 2 + y / (1.5 + x * x) - 2.0 * x + +y
    z = z % 10.0 + (z // 10.0) * x
    return np.sum(z * z)


def reflected_operators(x):
    return np.sum(2.0 - x) + np.sum(1.0 / x) + np.sum(3 * x) + np.sum(2.0 ** x) + np.sum(7.5 % x)


def array_powers(x):
    return np.sum(x ** 0) + np.sum(x ** 1) + np.sum(x ** 2 + x ** 3) + np.sum(x ** -1.5) + np.sum(x ** np.array(2))


def mixed_with_integer_array(x, n):
    return np.sum(x * n + x ** n) + np.sum(n) * x[0]


def imported_directly(x):
    return np.mean(tanh(x) + exp(-x))


def unary_chain(x):
    y = np.sin(x)
    y = np.exp(y)
    y = np.tanh(y)
    return np.sum(np.sqrt(y))


def logistic(x):
    return np.sum(1.0 / (1.0 + np.exp(-x)))


def gelu(x):
    return np.mean(0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x ** 3))))


def nan_handling(x):
    y = np.where(np.isfinite(x), x, 0.0)
    return np.sum(np.nan_to_num(y) ** 2) + np.sum(~np.isnan(x) * x)


def elementwise_map(x):
    return np.sin(x) * np.exp(-x) + x ** 2


def augmented_rebinding(x, y):
    z = x * 1.0
    z = z + y
    z = z * z
    return z - x


X, Y, P, Q = arr(3), arr(3, seed=1), pos(3), pos(3, seed=1)
M, S = arr(2, 3, low=0.2), pos(2, 3)
BOTH = [(X,), (M,), (0.4,)]

CASES = [
    Case(trigonometric, BOTH),
    Case(inverse_trigonometric, BOTH),
    Case(hyperbolic, BOTH),
    Case(inverse_hyperbolic, BOTH),
    Case(exponentials, BOTH),
    Case(logarithms, [(P,), (S,), (0.7,)]),
    Case(roots_and_squares, [(P,), (S,), (0.7,)]),
    Case(signs, BOTH),
    Case(named_arithmetic, [(P, Q), (P, 0.7), (0.7, 1.3)]),
    Case(named_powers, [(P, Q), (P, 0.7), (0.7, 1.3)]),
    Case(two_argument, [(P, Q), (P, 0.7), (0.7, 1.3)]),
    Case(remainders, [(X, Q), (X, 0.37), (2.3, 0.9)]),
    Case(rounding, [(X,), (0.33,)]),
    Case(angles, BOTH),
    Case(sinc_and_copysign, [(X, Y), (0.7, -1.3)]),
    Case(comparisons_as_masks, [(X, Y), (0.7, 1.3)]),
    Case(operators_on_arrays, [(X, Y), (M, S), (0.7, 1.3)]),
    Case(reflected_operators, [(P,), (0.7,)]),
    Case(array_powers, [(P,), (0.7,)]),
    Case(mixed_with_integer_array, [(P, np.array([0, 1, 2]))]),
    Case(imported_directly, BOTH),
    Case(unary_chain, [(P,), (S,)]),
    Case(logistic, BOTH),
    Case(gelu, BOTH),
    Case(nan_handling, [(X,)]),
    Case(elementwise_map, [(X,), (M,)], vector_output=True),
    Case(augmented_rebinding, [(X, Y), (X, 0.7)], vector_output=True),
]
