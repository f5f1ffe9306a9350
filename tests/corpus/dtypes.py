"""float32, integers that steer, 0-d and empty arrays, NumPy scalars, casts."""
from __future__ import annotations

import numpy as np

from tests.corpus import Case, arr

WEIGHTS = np.array([0.5, -1.0, 2.0], dtype=np.float32)


def elementwise_single(x):
    return np.sum(np.tanh(x) * x + np.exp(-x))


def product_single(a, b):
    return np.sum((a @ b) ** 2)


def number_times_single(k, x):
    return np.sum(k * x * x)


def single_and_double(x, y):
    return np.sum(x * y + y)


def reductions_single(x):
    return np.mean(x) * np.sum(x * x) + np.max(x)


def reads_single(x):
    return x[0] * x[1] + np.sum(x[1:] ** 2) + np.sum(x[[0, 0]])


def loop_single(x, n):
    for _ in range(n):
        x = np.sin(x) + x * 0.5
    return np.sum(x)


def global_weights(x):
    return np.dot(WEIGHTS, x) + np.sum(WEIGHTS * x ** 2)


def cast_up(x):
    return np.sum(x.astype(np.float64) ** 2) + np.sum(x.astype(float))


def cast_to_integer_inside(x):
    return np.sum(x.astype(int) * x) + np.sum((x > 0).astype(float) * x)


def zero_dimensional(x):
    y = np.sin(x)
    return y * y + x


def zero_dimensional_loop(x, n):
    y = x
    for _ in range(n):
        y = y * x + 0.1
    return y


def empty_safe(x):
    return np.sum(x * x) + 1.0 + np.dot(x, x)


def empty_matrix(a):
    return np.sum(a @ a.T) + a.shape[0] * 2.0


def numpy_scalar(x):
    y = np.float64(2.0) * x
    return y * y


def integer_array_steers(x, n):
    s = x
    for k in n:
        if k > 0:
            s = s * x
        for _ in range(k):
            s = s + 0.1 * x
    return s


def boolean_array_steers(x, mask):
    s = 0.0
    for keep, v in zip(mask, x):
        if keep:
            s = s + v * v
    return s


def integer_matrix_product(x, n):
    return np.sum((n @ x) ** 2)


def integer_array_arithmetic(x):
    n = np.arange(1, x.size + 1)
    m = n * n - 1
    return np.sum(x ** n) + np.sum(x * m / n) + np.sum(x[n - 1] * (n % 2))


def real_of_complex(x):
    z = np.exp(1j * x)
    return np.real(z) * 2.0 + np.imag(z) * x


def bool_mask_single(x):
    return np.sum((x > 0.1) * x)


def chosen_single(x):
    return np.sum(np.where(x > 0.1, x, 0.0)) + np.sum(np.abs(x)) * np.float32(2.0)


def single_output(x):
    return x * x, np.sum(x)


def doubled_by_an_integer(u):
    return np.sum(u, axis=(0, 1)) + np.argmax(u) * u[0, 0]


def numbers_in_an_array(x):
    a = np.array([[x, 1.0], [x * x, x]])
    return a.T[0].sum() * np.linalg.norm(a)


def integer_powers(x, n):
    s = x
    for i in range(n):
        s = s + x ** i * (x > i)
    return s


def undefined_on_one_path(x):
    if x > 0:
        if x > 1:
            y = x * x
        else:
            return -x
    else:
        y = 1.0
    return y + x


def single(*shape, seed=0):
    return arr(*shape, seed=seed, dtype=np.float32)


S = single(3)

CASES = [
    Case(elementwise_single, [(S,), (single(2, 3),)]),
    Case(product_single, [(single(2, 3), single(3, 2))]),
    Case(number_times_single, [(0.7, S)]),
    Case(single_and_double, [(S, arr(3)), (arr(3), S)]),
    Case(reductions_single, [(S,), (single(2, 3),)]),
    Case(reads_single, [(S,)]),
    Case(loop_single, [(S, 0), (S, 1), (S, 3)]),
    Case(global_weights, [(S,), (arr(3),)]),
    Case(cast_up, [(S,)]),
    Case(cast_to_integer_inside, [(3.0 * arr(3),)]),
    Case(zero_dimensional, [(np.array(0.7),), (np.array(0.7, np.float32),)]),
    Case(zero_dimensional_loop, [(np.array(0.7), 0), (np.array(0.7), 3)]),
    Case(empty_safe, [(arr(0),), (arr(3),)]),
    Case(empty_matrix, [(arr(0, 2),), (arr(2, 0),), (arr(2, 2),)]),
    Case(numpy_scalar, [(0.7,), (np.float64(0.7),)]),
    Case(integer_array_steers, [(0.7, np.array([0, 2, 1])), (0.7, np.array([], dtype=int))]),
    Case(boolean_array_steers, [(arr(3), np.array([True, False, True]))]),
    Case(integer_matrix_product, [(arr(2), np.array([[1, 2], [3, -4]]))]),
    Case(integer_array_arithmetic, [(arr(3, low=0.2),)]),
    Case(real_of_complex, [(0.7,)]),
    Case(bool_mask_single, [(S,), (single(2, 3),)]),
    Case(chosen_single, [(S,), (single(2, 3),)]),
    Case(single_output, [(S,)], vector_output=True),
    Case(doubled_by_an_integer, [(single(2, 3),), (arr(2, 3),)]),
    Case(numbers_in_an_array, [(0.7,), (np.array(0.7, np.float32),)]),
    Case(integer_powers, [(0.7, 3), (np.array(-0.7, np.float32), 3)]),
    Case(undefined_on_one_path, [(0.7,), (np.array(0.7, np.float32),), (np.array(1.7, np.float32),), (np.array(-0.7, np.float32),)]),
]
