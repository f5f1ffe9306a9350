"""Names that generated code might want for itself, and names that hide others."""
from __future__ import annotations

import math

import numpy as np

from tests.corpus import Case, arr

tape = 3.0
push = 0.5
y_bar_global = 2.0


def adjoint_names(x, y_bar):
    x_bar = x * y_bar
    y_dot = x_bar * x
    x_dot = math.sin(y_dot)
    return x_bar + y_dot * x_dot


def tape_names(x, n):
    tape = x
    stack = 1.0
    res = 0.0
    for push in range(n):
        pop = tape * push
        tape = math.sin(tape) + pop
        stack = stack * tape
        res = res + stack
    return res * tape


def uses_globals_called_tape(x):
    return x * tape + push * x * x * y_bar_global


def temporaries(x):
    t = x * x
    t1 = t * x
    t_1 = t1 + t
    v = t_1 * t
    v1 = v * v
    v_1 = v1 + v
    z0 = v_1 * t_1
    return z0 + v1


def versions_of_a_name(x):
    x_1 = x * 2.0
    x = x * x_1
    x_2 = x + x_1
    x = x * x_2
    x_1_bar = x * x_1
    x = x + x_1_bar
    return x * x_1 * x_2


def hides_builtins(x, y):
    len = x * y
    sum = len + x
    max = math.sin(sum)
    range = max * len
    reversed = range + sum
    zip, list, tuple = reversed * x, max, y
    return zip * list + tuple


def hides_zeros_like(x):
    zeros_like = np.sum(x)
    unbroadcast = zeros_like * x
    accumulate = unbroadcast + x
    return np.sum(accumulate * x)


def hides_modules(x, y):
    numpy = x * y
    runtime = numpy + x
    tangentlite = runtime * numpy
    tl = tangentlite + 1.0
    return tl * runtime


def local_called_np(x):
    np = x * x
    return np * x


def local_called_math(x, y):
    sin = math.sin
    m = math
    return sin(x) * m.cos(y)


def function_name_as_local(x):
    function_name_as_local = x * x
    return function_name_as_local * x


def parameter_called_self(self, f, args):
    kwargs = self * f
    g = kwargs * args
    h = g + self
    return h * g


def underscores(x, _):
    _x = x * _
    __x = _x * x
    _ = __x + 1.0
    return _ * _x


def unicode_names(α, β):
    γ = α * β
    ᾱ = γ + α
    return ᾱ * γ


def long_and_similar_names(residual, residuals):
    residual_1 = residual * residuals
    residuals_1 = residual_1 + residuals
    residual_bar = residuals_1 * residual
    residual_1_bar = residual_bar * residual_1
    return residual_1_bar + residuals_1


def loop_variable_hides_argument(x, i):
    s = x * i
    for i in range(3):
        s = s + x * i
    return s * i


def inner_function_hides_names(x, y):
    def x_bar(y):
        x = y * y
        return x * 2.0

    def pullback(x):
        return x_bar(x) + y

    return pullback(x) * x_bar(y)


def called_like_its_derivative(x):
    def f_grad(z):
        return z * z

    def f_forward(z):
        return f_grad(z) * z

    def f_backward(z):
        return f_forward(z) + z

    return f_backward(x)


def called_grad(x):
    grad = x * x
    vjp = grad * x
    dx = vjp + grad
    df = dx * x
    seed = df + 1.0
    return seed * seed


def index_names(x):
    i = 1
    index = x[i] * x[0]
    key = 2
    value = x[key] * index
    item = value * x[i]
    return item + value


def name_changes_kind(x, n):
    v = n
    v = v + 1
    v = x * v
    v = np.array([v, v * v])
    v = np.sum(v)
    return v * x


def lambda_as_x_bar(x):
    y_bar = lambda res: res * res
    return y_bar(x) * y_bar(2.0)


def y_bar(y_bar):
    y = y_bar * y_bar
    return y * y_bar


P = [(0.7, 1.3), (-0.4, 2.0)]
X = [(0.7,), (-0.4,)]

CASES = [
    Case(adjoint_names, P, scalar_only=True),
    Case(tape_names, [(0.7, 0), (0.7, 1), (0.7, 4)], scalar_only=True),
    Case(uses_globals_called_tape, X, scalar_only=True),
    Case(temporaries, X, scalar_only=True),
    Case(versions_of_a_name, X, scalar_only=True),
    Case(hides_builtins, P, scalar_only=True),
    Case(hides_zeros_like, [(arr(3),)]),
    Case(hides_modules, P, scalar_only=True),
    Case(local_called_np, X, scalar_only=True),
    Case(local_called_math, P, scalar_only=True),
    Case(function_name_as_local, X, scalar_only=True),
    Case(parameter_called_self, [(0.7, 1.3, 0.4)], scalar_only=True),
    Case(underscores, P, scalar_only=True),
    Case(unicode_names, P, scalar_only=True),
    Case(long_and_similar_names, P, scalar_only=True),
    Case(loop_variable_hides_argument, [(0.7, 2)], scalar_only=True),
    Case(inner_function_hides_names, P, scalar_only=True),
    Case(called_like_its_derivative, X, scalar_only=True),
    Case(called_grad, X, scalar_only=True),
    Case(index_names, [(arr(3),)]),
    Case(name_changes_kind, [(0.7, 2)]),
    Case(lambda_as_x_bar, X, scalar_only=True),
    Case(y_bar, X, scalar_only=True),
]
