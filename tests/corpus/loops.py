"""for over range: carried values, trip counts 0, 1, 2, 7, nesting, loop variables."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr


def power_loop(x, n):
    r = 1.0
    for _ in range(n):
        r = r * x
    return r


def accumulate_from_int_zero(x, n):
    total = 0
    for i in range(n):
        total += x * i
    return total + x


def sum_of_sines(x, n):
    s = 0.0
    for k in range(1, n + 1):
        s += math.sin(k * x) / k
    return s * s


def iterate_map(x, n):
    for _ in range(n):
        x = math.sin(x) + 0.5 * x
    return x


def range_with_step(x, n):
    s = x
    for i in range(n, 0, -2):
        s = s + x ** i
    return s


def range_with_start_and_stop(x, a, b):
    p = 1.0
    for i in range(a, b, 3):
        p *= x + i
    return p


def loop_variable_after_loop(x, n):
    i = 5
    for i in range(n):
        x = x * 1.1
    return x * i


def overwritten_in_loop_read_after(x, n):
    y = x
    last = x * x
    for i in range(n):
        last = y * x
        y = math.cos(last) + i
    return last * y


def two_carried_values(x, y, n):
    for _ in range(n):
        x, y = x * y, math.sin(x) + y
    return x - y


def swap_in_loop(x, y, n):
    a, b = x, y
    for _ in range(n):
        a, b = b, a
    return a * a + 3.0 * b


def rotation_of_three(x, y, z, n):
    for _ in range(n):
        x, y, z = y, z, x * y
    return x + 2.0 * y - z * z


def fibonacci_like(x, y, n):
    for _ in range(n):
        x, y = y, 0.5 * x + 0.3 * y
    return y * y


def branch_in_loop(x, n):
    s = 0.0
    for i in range(n):
        if i % 2 == 0:
            s = s + x * i
        else:
            s = s * x
    return s + x


def branch_on_carried_value(x, n):
    for _ in range(n):
        if x > 1.0:
            x = 0.4 * x * x
        else:
            x = 1.7 * x + 0.2
    return x


def value_defined_only_inside(x, n):
    out = 1.0
    for i in range(n):
        t = math.exp(-x * i)
        u = t * t
        out = out * (1.0 + u)
    return out


def nested_loops(x, n, m):
    s = 0.0
    for i in range(n):
        for j in range(m):
            s += x ** i * math.cos(j * x)
    return s + x


def triangular_loop(x, n):
    s = x
    for i in range(n):
        for j in range(i):
            s = s + 0.1 * math.sin(s) * (i - j)
    return s


def nested_three_deep(x, n):
    a = x
    for i in range(n):
        b = a * 0.5
        for j in range(2):
            c = b + i
            for k in range(i + 1):
                c = 0.3 * c * c + k * x
            b = b + math.sin(c)
        a = a * b + 0.1
    return a


def carried_at_every_level(x, n):
    a, b, c = x, 1.0, 0.0
    for _ in range(n):
        a = math.sin(a * b)
        for _ in range(n):
            b = b * 0.9 + a
            for _ in range(2):
                c = c * 0.5 + a * b
        a = a + 0.01 * c
    return a + b + c


def loops_in_sequence(x, n):
    s = x
    for i in range(n):
        s = s * 0.9 + x
    for i in range(2):
        s = s * s * 0.1
    p = s
    for j in range(n):
        p = p + s * j
    return p * s


def loop_over_elements_by_index(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i] * i
    return s


def neighbours(x):
    s = 0.0
    for i in range(1, x.shape[0] - 1):
        s = s + (x[i - 1] - 2.0 * x[i] + x[i + 1]) ** 2
    return s


def matrix_by_index(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s = s + a[i, j] * math.sin(a[i, j]) / (1 + i + j)
    return s


def horner(c, x):
    p = 0.0
    for i in range(len(c) - 1, -1, -1):
        p = p * x + c[i]
    return p


def array_carried(x, a, n):
    for _ in range(n):
        x = np.tanh(a @ x)
    return np.sum(x * x)


def trip_count_from_array_shape(x, w):
    h = np.zeros(2)
    for t in range(x.shape[0]):
        h = np.tanh(w * h + x[t])
    return np.sum(h)


def unused_loop_result(x, n):
    waste = 0.0
    for i in range(n):
        waste = waste + math.exp(x) * i
    return x * x


def invariant_in_loop(x, y, n):
    s = 0.0
    for i in range(n):
        k = math.exp(-y)
        s = s + k * x
    return s + y


def integer_counter_in_loop(x, n):
    count = 0
    for i in range(n):
        if i % 3 == 0:
            count += 1
        x = x + 0.1 * count * x
    return x * count


def bound_assigned_in_loop(x, n):
    m = n
    for i in range(m):
        m = 100
        x = x * 1.1 + i
    return x * m


def running_maximum(x):
    best = x[0]
    for i in range(1, len(x)):
        if x[i] > best:
            best = x[i]
    return best * best


N = [(0.7, 0), (0.7, 1), (-0.4, 2), (0.9, 7)]

CASES = [
    Case(power_loop, N, scalar_only=True),
    Case(accumulate_from_int_zero, N, scalar_only=True),
    Case(sum_of_sines, N, scalar_only=True),
    Case(iterate_map, N, scalar_only=True),
    Case(range_with_step, N, scalar_only=True),
    Case(range_with_start_and_stop, [(0.7, 0, 0), (0.7, 1, 2), (0.7, 0, 7), (0.7, -2, 3)], scalar_only=True),
    Case(loop_variable_after_loop, N, scalar_only=True),
    Case(overwritten_in_loop_read_after, N, scalar_only=True),
    Case(two_carried_values, [(0.7, 0.4, 0), (0.7, 0.4, 1), (0.7, -0.4, 7)], scalar_only=True),
    Case(swap_in_loop, [(0.7, 0.4, 0), (0.7, 0.4, 1), (0.7, 0.4, 2)], scalar_only=True),
    Case(rotation_of_three, [(0.7, 0.4, 1.3, 0), (0.7, 0.4, 1.3, 1), (0.7, 0.9, -1.3, 7)], scalar_only=True),
    Case(fibonacci_like, [(0.7, 0.4, 0), (0.7, 0.4, 7)], scalar_only=True),
    Case(branch_in_loop, N, scalar_only=True),
    Case(branch_on_carried_value, N, scalar_only=True),
    Case(value_defined_only_inside, N, scalar_only=True),
    Case(nested_loops, [(0.7, 0, 3), (0.7, 3, 0), (0.7, 2, 7)], scalar_only=True),
    Case(triangular_loop, N, scalar_only=True),
    Case(nested_three_deep, [(0.7, 0), (0.7, 1), (0.3, 2)], scalar_only=True),
    Case(carried_at_every_level, [(0.7, 0), (0.7, 1), (0.3, 3)], scalar_only=True),
    Case(loops_in_sequence, N, scalar_only=True),
    Case(loop_over_elements_by_index, [(arr(5),), (arr(1),)]),
    Case(neighbours, [(arr(6),), (arr(3),)]),
    Case(matrix_by_index, [(arr(2, 3),), (arr(1, 4),)]),
    Case(horner, [(arr(4), 0.7), (arr(1), -1.3)]),
    Case(array_carried, [(arr(3), arr(3, 3), 0), (arr(3), arr(3, 3), 1), (arr(3), arr(3, 3), 7)]),
    Case(trip_count_from_array_shape, [(arr(4, 2), arr(2)), (arr(1, 2), 0.5)]),
    Case(unused_loop_result, N, scalar_only=True),
    Case(invariant_in_loop, [(0.7, 0.4, 0), (0.7, 0.4, 1), (0.7, -0.4, 7)], scalar_only=True),
    Case(integer_counter_in_loop, N, scalar_only=True),
    Case(bound_assigned_in_loop, N, scalar_only=True),
    Case(running_maximum, [(arr(6),), (arr(6, seed=3),), (arr(1),)]),
]
