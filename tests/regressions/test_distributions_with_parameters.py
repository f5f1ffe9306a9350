"""Methods of distributions that were given their parameters, inside of the function or outside."""
from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import tangentlite as tl
from tangentlite.errors import UnsupportedError

PRIOR = stats.norm(0.2, 2.0)
PLACES = stats.gamma(np.array([1.5, 2.5]), scale=0.7)


def at_once(u):
    return stats.norm(u[0], u[1]).logpdf(0.3)


def under_a_name(u):
    d = stats.norm(loc=u[0], scale=u[1])
    return d.logpdf(u[1]) + d.cdf(0.3) * d.ppf(0.4)


def with_shapes(u):
    d = stats.gamma(u[0] + 1.0, 0.1, scale=u[1])
    return np.sum(d.logpdf(np.array([0.5, 1.5]))) + stats.beta(u[0], 2.0).pdf(0.3)


def discrete(u):
    return stats.poisson(u[1]).logpmf(3) + stats.binom(5, 0.3 * u[0]).logpmf(2)


def of_the_user(u):
    return PRIOR.logpdf(u[0]) + np.sum(PLACES.logpdf(u))


def handed_on(u):
    def likelihood(d, xs):
        return np.sum(d.logpdf(xs))

    return likelihood(stats.norm(u[0], u[1]), u) + sum(d.logpdf(0.3) for d in (stats.norm(u[0]), stats.cauchy(u[1], 2.0)))


def chosen(u):
    d = stats.norm(u[0], u[1]) if u[0] < 1.0 else stats.cauchy(u[1])
    return d.logpdf(0.3)


class Model:
    def __init__(self, s):
        self.noise = stats.norm(scale=s)

    def loss(self, xs):
        return -np.sum(self.noise.logpdf(xs))


def in_an_object(u):
    return Model(u[1]).loss(u * u)


ALL = [at_once, under_a_name, with_shapes, discrete, of_the_user, handed_on, chosen, in_an_object]


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_gradients(f):
    u, dot, h = np.array([0.4, 1.3]), np.array([0.3, -0.7]), 1e-6
    value, gradient = tl.value_and_grad(f)(u)
    difference = (f(u + h * dot) - f(u - h * dot)) / (2 * h)
    assert np.isclose(value, f(u), rtol=1e-15)
    assert np.isclose(gradient @ dot, difference, rtol=1e-7)
    assert np.isclose(tl.jvp(f, (u,), (dot,))[1], difference, rtol=1e-7)


def test_the_text_names_the_distribution():
    assert "stats.norm.logpdf(0.3, loc=u[0], scale=u[1])" in tl.source(at_once, np.ones(2), mode="primal")
    assert "PRIOR.dist.logpdf(u[0], loc=0.2, scale=2.0)" in tl.source(of_the_user, np.ones(2), mode="primal")


def test_other_parameters_outside_are_noticed(monkeypatch):
    gradient = tl.grad(of_the_user)
    u = np.array([0.4, 1.3])
    before = gradient(u)
    monkeypatch.setitem(globals(), "PRIOR", stats.norm(0.2, 0.5))
    assert np.isclose(before[0] - gradient(u)[0], -0.2 / 4.0 + 0.2 / 0.25)


def means(u):
    return stats.norm(u[0], u[1]).mean()


def test_methods_without_rules_are_refused():
    with pytest.raises(UnsupportedError, match=r"`\.mean` of a distribution with its parameters"):
        tl.grad(means)(np.ones(2))
