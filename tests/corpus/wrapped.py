"""Functions in displays, and functions that are wrapped: decorators, caches, single dispatch."""
from __future__ import annotations

import functools
import math
from functools import cache, lru_cache, wraps

import numpy as np

from tests.corpus import Case


def for_early_func(x):
    for f in [math.sin, math.cos, math.exp]:
        x = f(x)
        if x < 0.6:
            break
    return x


def for_early_func_return(x):
    for f in (math.sin, math.cos, math.exp):
        if f(x) < 0.5:
            return f(x)
    return x


def for_func_continue(x):
    for f in (math.sin, math.cos, math.exp):
        if f(x) < 0.5:
            continue
        x = f(x)
    return x


def for_func_else(x):
    for f in (math.sin, math.cos):
        x = f(x)
    else:
        x = x * x
    return x


def for_named_funcs(x):
    for name, f in [('s', math.sin), ('c', math.cos)]:
        x = f(x) + len(name)
    return x


def dict_of_funcs(x, name):
    table = {'sin': math.sin, 'cos': math.cos}
    return table[name](x)


def dict_of_lambdas(x, name):
    ops = {'sq': lambda v: v * v, 'cube': lambda v: v ** 3}
    return ops[name](x)


def list_of_lambdas(x):
    fs = [lambda v: v * v, math.sin, lambda v: v + 1]
    return fs[0](x) * fs[1](x) + fs[-1](x)


def list_lambdas_loop(x):
    layers = [lambda v: v * v, math.sin, lambda v: v + 1]
    for layer in layers:
        x = layer(x)
    return x


def comp_lambdas(x):
    fs = [lambda v, k=k: v ** k for k in range(1, 4)]
    return sum(f(x) for f in fs)


def lambda_default(x):
    f = lambda v, c=x: v * c
    return f(x) + f(2.0, 3.0)


def deco_nested(x):
    def twice(f):
        @wraps(f)
        def inner(*args, **kwargs):
            return 2.0 * f(*args, **kwargs)
        return inner
    @twice
    def g(v):
        return v * v
    return g(x)


def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * 1.5
    return wrapper


@timed
def helper_sq(v):
    return v * v


def deco_global(x):
    return helper_sq(x) + helper_sq(2 * x)


def scaled(c):
    def deco(f):
        @wraps(f)
        def wrapper(*args):
            return c * f(*args)
        return wrapper
    return deco


@scaled(3.0)
def helper_cube(v):
    return v ** 3


def deco_args(x):
    return helper_cube(x)


@cache
def fibx(n):
    return n if n < 2 else fibx(n - 1) + fibx(n - 2)


def cached_int(x):
    return x ** fibx(5)


@lru_cache
def cached_sq(v):
    return v * v


def cached_active(x):
    return cached_sq(x) * x


@cache
def legendre(n, x):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(n - 1, x) - (n - 1) * legendre(n - 2, x)) / n


def cached_rec(x):
    return legendre(4, x)


def local_cache(x):
    @cache
    def T(n):
        if n == 0:
            return 1.0
        if n == 1:
            return x
        return 2 * x * T(n - 1) - T(n - 2)
    return T(5)


@functools.singledispatch
def area(s):
    return s * s


@area.register
def _(s: list):
    return sum(v * v for v in s)


def single(x):
    return area(x)


def single_list(xs):
    return area(xs)


X = 1.3
L = [0.3, -0.7, 1.2, 0.5]
D = {"a": 0.4, "b": 1.1}
A = np.array(L)

CASES = [
    *[Case(f, [(X,)]) for f in (
        for_early_func, for_early_func_return, for_func_continue, for_func_else, for_named_funcs, list_of_lambdas,
        list_lambdas_loop, comp_lambdas, lambda_default, deco_nested, deco_global, deco_args, cached_int, cached_active,
        cached_rec, local_cache, single,)],
    Case(dict_of_funcs, [(X, 'sin')]),
    Case(dict_of_lambdas, [(X, 'sq')]),
    Case(single_list, [(L,)]),
]
