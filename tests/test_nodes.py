"""Objects of registered classes as arguments."""
import copy

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import InputTypeError, TangentliteError


class Layer:
    def __init__(self, w, b, activation):
        self.w, self.b, self.activation = w, b, activation

    def __call__(self, x):
        return np.tanh(x @ self.w + self.b) if self.activation == "tanh" else x @ self.w + self.b


class Power:
    __slots__ = ("base", "exponent")

    def __init__(self, base, exponent):
        self.base, self.exponent = base, exponent


class Unhashable:
    def __init__(self, x):
        self.x = x


class Special(Power):
    pass


tl.register_node(Layer, lambda p: ((p.w, p.b), p.activation), lambda activation, parts: Layer(*parts, activation))
tl.register_node(Power, lambda p: ((p.base, p.exponent), None), lambda _, parts: Power(*parts))
tl.register_node(Unhashable, lambda p: ((p.x,), [1]), lambda _, parts: Unhashable(*parts))


def loss(network, x):
    for layer in network:
        x = layer(x)
    return np.sum(x ** 2)


def network():
    rng = np.random.default_rng(0)
    return [Layer(rng.normal(size=(3, 4)), rng.normal(size=4), "tanh"), Layer(rng.normal(size=(4, 2)), rng.normal(size=2), "none")]


X = np.array([0.3, -0.7, 1.1])


def squared(layers):
    return sum(np.sum(layer.w ** 2) + np.sum(layer.b ** 2) for layer in layers)


def moved(layers, along, step):
    made = copy.deepcopy(layers)
    for layer, d in zip(made, along):
        layer.w = layer.w + step * d.w
        layer.b = layer.b + step * d.b
    return made


def test_gradient_has_the_classes_and_the_static_rest():
    layers = network()
    value, (bars, x_bar) = tl.value_and_grad(loss, argnums=(0, 1))(layers, X)
    assert value == loss(layers, X)
    assert [type(b) for b in bars] == [Layer, Layer]
    assert [b.activation for b in bars] == ["tanh", "none"]
    difference = (loss(moved(layers, bars, 1e-6), X + 1e-6 * x_bar) - loss(moved(layers, bars, -1e-6), X - 1e-6 * x_bar)) / 2e-6
    assert squared(bars) + x_bar @ x_bar == pytest.approx(difference, rel=1e-8)


def test_pullback_and_tangent_are_dual():
    layers = network()
    y, pullback = tl.vjp(loss, layers, X)
    bars, x_bar = pullback(1.0)
    assert y == loss(layers, X)
    _, dot = tl.jvp(loss, (layers, X), (bars, x_bar))
    assert dot == pytest.approx(squared(bars) + x_bar @ x_bar, rel=1e-13)


def test_second_derivative():
    layers = network()
    bars = tl.grad(loss)(layers, X)
    second, _ = tl.hvp(loss, (layers, X), (bars, 0.0 * X))
    after, before = (tl.grad(loss)(moved(layers, bars, h), X) for h in (1e-6, -1e-6))
    np.testing.assert_allclose(second[0].w, (after[0].w - before[0].w) / 2e-6, rtol=1e-6, atol=1e-6)
    assert type(second[1]) is Layer


def test_parts_that_cannot_be_differentiated_have_the_gradient_zero():
    def power(p):
        return p.base ** p.exponent

    bar = tl.grad(power)(Power(2.0, 3))
    assert (bar.base, bar.exponent) == (12.0, 0.0)
    assert tl.hvp(power, (Power(2.0, 3),), (Power(1.0, 0),)).base == 12.0
    assert tl.vjp(power, Power(2.0, 3))[1](1.0)[0].base == 12.0
    with pytest.raises(InputTypeError):
        tl.grad(power)(Power(2, 3))


def test_containers_keep_their_structure():
    def f(d):
        return d["p"].base ** 2 * d["k"] + d["more"][0].base

    bar = tl.grad(f)({"p": Power(2.0, 1), "k": 3.0, "more": (Power(1.0, 1),)})
    assert list(bar) == ["p", "k", "more"]
    assert (bar["p"].base, bar["k"], bar["more"][0].base) == (12.0, 4.0, 1.0)


def test_names_of_parts_give_way_to_those_of_arguments():
    def f(p_0, p):
        return p.base * p_0

    x_bar, bar = tl.grad(f, argnums=(0, 1))(3.0, Power(2.0, 1))
    assert (x_bar, bar.base) == (2.0, 3.0)


def test_keyword_and_variadic_arguments():
    def keyword(x, *, p):
        return x * p.base

    def several(p, *others):
        return p.base * others[0].base

    assert tl.grad(keyword, argnames="p")(2.0, p=Power(3.0, 1)).base == 2.0
    assert [b.base for b in tl.grad(several, argnums=(0, 1))(Power(2.0, 1), Power(3.0, 1))] == [3.0, 2.0]


def test_written_objects_stay_as_they_are():
    def f(p):
        p.base[0] *= 2
        p.exponent = 3
        return np.sum(p.base ** p.exponent)

    p = Power(np.array([1.0, 2.0]), 1)
    np.testing.assert_array_equal(tl.grad(f)(p).base, [24.0, 12.0])
    np.testing.assert_array_equal(p.base, [1.0, 2.0])
    assert p.exponent == 1


def test_one_object_in_two_places():
    p = Power(2.0, 1)
    with pytest.raises(InputTypeError, match="one object of class `Power` stands in two places"):
        tl.grad(lambda a, b: a.base * b.base)(p, p)


def test_subclasses_are_followed_attribute_by_attribute():
    bar = tl.grad(lambda p: p.base ** 2)(Special(2.0, 1))
    assert type(bar) is Special
    assert bar.base == 4.0


def test_text_of_the_parts():
    assert "np.tanh(x @ layer_0 + layer_1)" in tl.source(lambda layer, x: np.sum(layer(x)), network()[0], X)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: tl.register_node(Power, None, None), "the class `Power` is registered already"),
    (lambda: tl.register_node(3, None, None), "register_node needs a class, got 3"),
    (lambda: tl.grad(lambda p: p.x ** 2)(Unhashable(2.0)),
     "what `flatten` of `Unhashable` keeps beside the parts must be hashable, got a list"),
    (lambda: tl.jvp(lambda p: p.base, (Power(2.0, 1),), (3.0,)), "this must be a `Power`, got a `float`"),
])
def test_errors(call, message):
    with pytest.raises(TangentliteError, match=message):
        call()
