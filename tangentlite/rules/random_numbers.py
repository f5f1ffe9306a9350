"""Random numbers: the kinds of draws, and how a draw moves with the location and scale of its distribution.

A draw from a normal distribution is `loc + scale * e`, with an `e` that the state of the generator decides; the derivatives with the
state as it is (pathwise derivatives: P. Glasserman, "Monte Carlo Methods in Financial Engineering", 7.2) are 1 and `e`. Drawing has an
effect, so draws are neither merged nor repeated. Parameters of shape, as of a gamma distribution, have no derivative here.
"""
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tangentlite.ir import kinds as K
from tangentlite.rules.registry import RULES
from tangentlite.rules.shapes import as_shape
from tangentlite.rules.verbs import REFUSED, constant, elementwise


def draws(parameters: int, dtype: str = "float64", number: str = "float") -> Callable[..., K.Kind]:
    """The kind of a draw: a number where the parameters are numbers and no size is given."""
    def kind(*args: Any, size: Any = None, **others: Any) -> K.Kind:
        given = [K.kind_of(a) for a in args[:parameters]] + [K.kind_of(a) for a in others.values()]
        size = args[parameters] if len(args) > parameters else size
        if size is not None and K.kind_of(size) != K.Inert("NoneType"):
            return K.Array(dtype, as_shape(size))
        if all(isinstance(k, K.Number) for k in given):
            return K.Number(number)
        if all(isinstance(k, (K.Number, K.Array)) for k in given):
            return K.Array(dtype, K.broadcast_dims(*(K.dims_of(k) or () for k in given)))
        return K.UNKNOWN

    return kind


def of_location(y: Any, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
    return 1.0, (y - loc) / scale, None


def of_limits(y: Any, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    return (high - y) / (high - low), (y - low) / (high - low), None


def of_scale(y: Any, scale: Any = 1.0, size: Any = None) -> Any:
    return y / scale, None


def of_rate(y: Any, rate: Any = 1.0) -> Any:
    return -y / rate


def of_logarithm(y: Any, mean: Any = 0.0, sigma: Any = 1.0, size: Any = None) -> Any:
    return y, y * (np.log(y) - mean) / sigma, None


def of_shape(y: Any, *parameters: Any, size: Any = None) -> Any:
    return (REFUSED,) * len(parameters)


def of_shape_and_scale(y: Any, shape: Any, scale: Any = 1.0, size: Any = None) -> Any:
    return REFUSED, y / scale, None


# what NumPy's generators have in common: the number of parameters before `size`, and the derivatives by them
FAMILIES: dict[str, tuple[int, Callable[..., Any]]] = {
    "normal": (2, of_location), "laplace": (2, of_location), "logistic": (2, of_location), "gumbel": (2, of_location),
    "uniform": (2, of_limits), "lognormal": (2, of_logarithm), "exponential": (1, of_scale), "rayleigh": (1, of_scale),
    "gamma": (2, of_shape_and_scale), "beta": (2, of_shape), "chisquare": (1, of_shape), "standard_gamma": (1, of_shape),
    "standard_t": (1, of_shape), "weibull": (1, of_shape), "pareto": (1, of_shape), "triangular": (3, of_shape), "vonmises": (2, of_shape)}
STANDARD = ("random", "standard_normal", "standard_exponential", "standard_cauchy")
COUNTS = {"poisson": 1, "binomial": 2, "geometric": 1, "negative_binomial": 2}
PYTHONS: dict[str, Callable[..., Any]] = {
    "gauss": of_location, "normalvariate": of_location, "uniform": of_limits, "expovariate": of_rate, "lognormvariate": of_logarithm,
    "betavariate": of_shape, "gammavariate": of_shape_and_scale, "weibullvariate": of_shape, "paretovariate": of_shape,
    "triangular": of_shape, "vonmisesvariate": of_shape}


def drawn(op: Any, parameters: int, partials: Callable[..., Any], dtype: str = "float64", number: str = "float") -> None:
    """A function that draws; as a method of a generator it is given that first."""
    method = getattr(op, "__self__", None) is None
    kind = draws(parameters, dtype, number)
    elementwise(op, (lambda y, generator, *args, **options: (None, *partials(y, *args, **options))) if method else partials,
                (lambda generator, *args, **options: kind(*args, **options)) if method else kind)
    RULES[op] = replace(RULES[op], pure=False)


for owner in (np.random.Generator, np.random.RandomState, np.random):
    for name, (parameters, partials) in FAMILIES.items():
        drawn(getattr(owner, name), parameters, partials)
    for name in STANDARD:
        if hasattr(owner, name):
            drawn(getattr(owner, name), 0, of_shape)
    for name, parameters in COUNTS.items():
        drawn(getattr(owner, name), parameters, of_shape, "int64", "int")
for op in (np.random.RandomState.random_sample, np.random.random_sample, random.Random.random, random.random):
    drawn(op, 0, of_shape)
for name, partials in PYTHONS.items():
    drawn(getattr(random.Random, name), 3, partials)
    drawn(getattr(random, name), 3, partials)


def of_dimensions(*sizes: Any) -> K.Kind:
    """np.random.randn(2, 3)"""
    return K.Array("float64", tuple(d for n in sizes for d in as_shape(n) or (K.fresh_dim(),))) if sizes else K.FLOAT


constant(np.random.rand, np.random.randn, kind=of_dimensions, pure=False)
constant(np.random.RandomState.rand, np.random.RandomState.randn, kind=lambda generator, *sizes: of_dimensions(*sizes), pure=False)
constant(np.random.default_rng, kind=K.Inert("Generator"), pure=False)
constant(np.random.RandomState, kind=K.Inert("RandomState"), pure=False)
constant(random.Random, kind=K.Inert("Random"), pure=False)
constant(np.random.seed, random.seed, kind=K.Inert("NoneType"), pure=False)
