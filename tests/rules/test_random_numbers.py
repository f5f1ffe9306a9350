"""Draws: derivatives by location and scale with the state of the generator as it is, kinds, and what is refused."""
from __future__ import annotations

import linecache
import math
import random

import numpy as np
import pytest

import tangentlite as tl

TWO = ["normal", "laplace", "logistic", "gumbel", "uniform", "lognormal"]
ONE = ["exponential", "rayleigh"]


def difference(f, x):
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6


@pytest.mark.parametrize("size", [None, 3, (2, 2)])
@pytest.mark.parametrize("name", TWO + ONE)
@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_generators(make, name, size):
    space = {"np": np, "make": make, "size": size}
    args = "0.2, b" if name in TWO else "b"
    source = f"def f(b):\n    rng = make(3)\n    z = rng.{name}({args}, size=size)\n    return np.sum(np.sin(z) * z)\n"
    f = written(source, space)
    assert math.isclose(tl.grad(f)(0.7), difference(f, 0.7), rel_tol=1e-6)
    assert math.isclose(tl.jvp(f, (0.7,), (1.0,))[1], difference(f, 0.7), rel_tol=1e-6)
    if name in TWO:
        g = written(source.replace("0.2, b", "b - 0.5, 0.8"), space)
        assert math.isclose(tl.grad(g)(0.7), difference(g, 0.7), rel_tol=1e-6)


def written(source, space):
    """The function of a text that `inspect` finds."""
    name = f"<draws {len(linecache.cache)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), space)
    return space["f"]


@pytest.mark.parametrize("name", ["gauss", "normalvariate", "uniform", "lognormvariate"])
def test_of_python(name):
    f = written(f"def f(b):\n    r = random.Random(3)\n    return r.{name}(b - 0.5, b) ** 2\n", {"random": random})
    assert math.isclose(tl.grad(f)(0.7), difference(f, 0.7), rel_tol=1e-6)
    g = written(f"def f(b):\n    random.seed(4)\n    return random.{name}(0.1, b) ** 2\n", {"random": random})
    assert math.isclose(tl.grad(g)(0.7), difference(g, 0.7), rel_tol=1e-6)


def rate(b):
    random.seed(5)
    return random.expovariate(b) ** 2


def gamma(b):
    return np.random.default_rng(6).gamma(2.0, b)


def keywords(b):
    rng = np.random.default_rng(7)
    return rng.normal(scale=b, loc=b * b)


def arrays(b):
    rng = np.random.default_rng(8)
    return np.sum(rng.normal(b * np.ones(3), np.array([[b], [2.0]])) ** 2)


def legacy(b):
    np.random.seed(9)
    z = np.random.normal(b, 2.0, 4)
    w = np.random.normal(scale=b, size=(2, 3))
    return np.sum(z * z) + np.sum(w) + np.random.uniform(0.0, b)


@pytest.mark.parametrize("f", [rate, gamma, keywords, arrays, legacy])
def test_the_same_state(f):
    assert math.isclose(tl.grad(f)(0.7), difference(f, 0.7), rel_tol=1e-6)


def paths(a, n):
    rng = np.random.default_rng(0)
    total = 0.0
    for _ in range(n):
        s = 1.0
        for _ in range(3):
            s = s * math.exp(a * rng.normal())
        total += s
    return total / n


def test_a_simulation():
    gradient = tl.grad(paths)
    assert math.isclose(gradient(0.3, 20), difference(lambda a: paths(a, 20), 0.3), rel_tol=1e-6)
    assert "unbroadcast" not in gradient.source
    value, slope = tl.value_and_grad(paths)(0.3, 20)
    assert value == paths(0.3, 20)
    assert slope == gradient(0.3, 20)


def two_draws(a):
    rng = np.random.default_rng(0)
    first = rng.normal()
    second = rng.normal()
    return second * a - first * a * a


def drawn_and_dropped(a):
    rng = np.random.default_rng(0)
    rng.normal()
    return rng.normal() * a


def test_draws_keep_their_order():
    rng = np.random.default_rng(0)
    first, second = rng.normal(), rng.normal()
    assert tl.grad(two_draws)(0.5) == second - 2.0 * first * 0.5
    assert tl.grad(drawn_and_dropped)(0.5) == second


def counts(a):
    return np.random.default_rng(0).poisson(a) * a


def shape(a):
    return np.random.default_rng(0).gamma(a, 2.0)


def standard(a):
    return np.random.default_rng(0).standard_t(a)


def test_counts_do_not_move():
    assert tl.grad(counts)(3.0) == np.random.default_rng(0).poisson(3.0)


@pytest.mark.parametrize("f", [shape, standard])
def test_what_has_no_derivative_is_refused(f):
    with pytest.raises(tl.errors.NoRuleError):
        tl.grad(f)(3.0)


def steps(a, n):
    s = 1.0
    for _ in range(n):
        s = s * math.sin(a + np.random.normal())
    return s


def test_draws_are_not_run_again():
    with pytest.raises(tl.errors.UnsupportedError, match="would have its effect again"):
        tl.grad(steps, checkpoint="segments")(0.3, 5)
