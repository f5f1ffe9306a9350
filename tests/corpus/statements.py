"""Everything around the arithmetic: docstrings, pass, assert, print, f-strings, dead code, constants."""
from __future__ import annotations

import math
import sys

import numpy as np

from tests.corpus import Case, arr


def with_docstring(x):
    """Square `x`.

    A second paragraph with "quotes", a backslash \\ and a percent sign %.
    """
    return x * x


def with_comments(x):
    # a comment before
    y = x * x  # a comment beside

    # a comment between


    return y * x  # the last one


def with_pass(x):
    pass
    if x > 0:
        pass
    for _ in range(3):
        pass
    return x * x


def with_assert(x):
    assert x > -10, "too small"
    y = math.exp(x)
    assert y > 0 and math.isfinite(y)  # noqa: PT018
    return y * x


def with_print(x):
    y = x * x
    print("y =", y, file=sys.stderr)
    print(f"{x:.3f} squared is {y!r:>10}")
    return y * x


def with_f_string(x, name):
    label = f"{name}-{1 + 1}"
    if label == "a-2":
        return x * len(label)
    return x * x


def with_string_methods(x, name):
    if name.upper().startswith("SIN"):
        return math.sin(x)
    return x * len(name.split("-"))


def with_ellipsis_body(x):
    ...
    "a string for its own sake"
    return x * 2.0


def with_raise(x):
    if x < -100.0:
        raise ValueError(f"{x} is far too small")
    return math.log(x + 101.0)


def with_local_import(x):
    import math as m

    return m.sin(x) * x


def with_del(x):
    y = x * x
    z = y * x
    del y
    return z


def semicolons(x):
    y = x * x; z = y + x; return y * z  # noqa: E702


def long_expression(x, y):
    return (
        x * y
        + x ** 2 / (1.0 + y ** 2)
        - math.sin(x)  # with a comment inside
        * math.cos(y)
        + (
            x
            - y
        ) ** 3
    )


def backslash_continuation(x):
    y = x * x \
        + 2.0 * x
    return y


def unused_argument(x, y):
    return x * x


def unused_variable(x):
    y = math.exp(x)
    z = y * 3.0  # noqa: F841
    return x * x


def unused_dangerous_computation(x):
    waste = math.sqrt(abs(x)) / (1.0 + x * x)
    waste = math.acos(0.1 * waste)
    return x * 2.0


def constant_function(x):
    return 3.0


def constant_array_function(x):
    y = np.zeros(3)
    return np.sum(y)


def argument_itself(x):
    return x


def array_itself(x):
    return x


def argument_negated_twice(x):
    y = x
    z = y
    return --z


def no_dependence_after_overwrite(x):
    y = x * x
    y = 2.0
    return y * 3.0


def dependence_cut_by_floor(x):
    return math.floor(x * 3.0) * 2.0


def integer_result_of_float(x):
    n = int(x * 10.0)
    return n * x


def only_through_length(x):
    return float(len(x)) * x[0]


def global_statement_free(x):
    total = 0.0
    total = total + x
    total = total * total
    return total


def empty_containers(x):
    a = ()
    b = []
    c = {}
    return x * (1 + len(a) + len(b) + len(c))


def true_false_arithmetic(x):
    return x * True + x * x * False + (x > 0) + 1.0


def none_compared(x):
    y = None
    if y is None:
        y = x
    if y is not None and x != y + 1.0:
        y = y * y
    return y


def deep_expression(x):
    return ((((((((((x + 1.0) * x) + 2.0) * x) + 3.0) * x) + 4.0) * x) + 5.0) * x) / 7.0


def try_free_division(x, y):
    return x / y if y != 0 else 0.0


def many_lines(x):
    a = x * 1.01
    b = a + x
    c = b * a
    d = c - b
    e = d * 0.5
    f = e + a
    g = f * e
    h = g - c
    i = h * 0.3
    j = i + d
    k = j * 0.1
    m = k + f
    return a + b * c - d * e + f * g - h * i + j * k - m


X = [(0.7,), (-0.4,)]

CASES = [
    Case(with_docstring, X, scalar_only=True),
    Case(with_comments, X, scalar_only=True),
    Case(with_pass, X, scalar_only=True),
    Case(with_assert, X, scalar_only=True),
    Case(with_print, X, scalar_only=True),
    Case(with_f_string, [(0.7, "a"), (0.7, "b")], scalar_only=True),
    Case(with_string_methods, [(0.7, "sine"), (0.7, "a-b")], scalar_only=True),
    Case(with_ellipsis_body, X, scalar_only=True),
    Case(with_raise, X, scalar_only=True),
    Case(with_local_import, X, scalar_only=True),
    Case(with_del, X, scalar_only=True),
    Case(semicolons, X, scalar_only=True),
    Case(long_expression, [(0.7, 1.3)], scalar_only=True),
    Case(backslash_continuation, X, scalar_only=True),
    Case(unused_argument, [(0.7, 1.3), (0.7, arr(3)), (arr(), 1.3)]),
    Case(unused_variable, X, scalar_only=True),
    Case(unused_dangerous_computation, X, scalar_only=True),
    Case(constant_function, X, scalar_only=True),
    Case(constant_array_function, [(0.7,), (arr(3),)]),
    Case(argument_itself, X, scalar_only=True),
    Case(array_itself, [(arr(3),), (arr(2, 2),), (arr(0),)], vector_output=True),
    Case(argument_negated_twice, X, scalar_only=True),
    Case(no_dependence_after_overwrite, X, scalar_only=True),
    Case(dependence_cut_by_floor, X, scalar_only=True),
    Case(integer_result_of_float, [(0.75,), (-0.47,)], scalar_only=True),
    Case(only_through_length, [(arr(3),)]),
    Case(global_statement_free, X, scalar_only=True),
    Case(empty_containers, X, scalar_only=True),
    Case(true_false_arithmetic, X, scalar_only=True),
    Case(none_compared, X, scalar_only=True),
    Case(deep_expression, X, scalar_only=True),
    Case(try_free_division, [(0.7, 1.3), (0.7, -2.0)], scalar_only=True),
    Case(many_lines, X, scalar_only=True),
]
