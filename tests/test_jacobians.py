"""Jacobians and Hessians of functions of structures, by rows and by columns."""
from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import tangentlite as tl

Pair = namedtuple("Pair", "a b")
MODES = ("reverse", "forward")


@dataclass
class Layer:
    w: Any
    b: Any
    name: str = "dense"


def products(d):
    return np.array([d["a"] * d["b"], d["a"] ** 2])


def scaled(q):
    return q.a * q.b


def dense(layer, x):
    return np.tanh(layer.w @ x + layer.b)


def loss(d):
    return np.sum(d["w"] ** 2 * d["w"]) * d["b"] + d["b"] ** 3


def both(x):
    return {"sum": np.sum(x), "parts": (x[0] * x[1], [x ** 2, 3.0])}


def counted(d):
    return d["n"] * d["x"] ** 2


@pytest.mark.parametrize("mode", MODES)
def test_of_dictionaries(mode: str) -> None:
    found = tl.jacobian(products, mode=mode)({"a": 2.0, "b": 3.0})
    assert list(found) == ["a", "b"]
    np.testing.assert_allclose(found["a"], [3.0, 4.0])
    np.testing.assert_allclose(found["b"], [2.0, 0.0])


@pytest.mark.parametrize("mode", MODES)
def test_of_named_tuples(mode: str) -> None:
    found = tl.jacobian(scaled, mode=mode)(Pair(np.array([1.0, 2.0]), 3.0))
    assert type(found) is Pair
    np.testing.assert_allclose(found.a, 3.0 * np.eye(2))
    np.testing.assert_allclose(found.b, [1.0, 2.0])


@pytest.mark.parametrize("mode", MODES)
def test_of_objects_beside_arrays(mode: str) -> None:
    rng = np.random.default_rng(0)
    layer, x = Layer(rng.normal(size=(2, 3)), rng.normal(size=2)), rng.normal(size=3)
    of_layer, of_x = tl.jacobian(dense, (0, 1), mode=mode)(layer, x)
    slope = 1.0 - dense(layer, x) ** 2
    assert type(of_layer) is Layer
    assert of_layer.name == "dense"
    np.testing.assert_allclose(of_layer.w, slope[:, None, None] * np.einsum("ij,k->ijk", np.eye(2), x))
    np.testing.assert_allclose(of_layer.b, np.diag(slope))
    np.testing.assert_allclose(of_x, slope[:, None] * layer.w)


@pytest.mark.parametrize("mode", MODES)
def test_of_structured_outputs(mode: str) -> None:
    x = np.array([2.0, 5.0])
    found = tl.jacobian(both, mode=mode)(x)
    np.testing.assert_allclose(found["sum"], [1.0, 1.0])
    product, (squares, constant) = found["parts"]
    np.testing.assert_allclose(product, [5.0, 2.0])
    np.testing.assert_allclose(squares, np.diag(2.0 * x))
    np.testing.assert_allclose(constant, [0.0, 0.0])


@pytest.mark.parametrize("mode", MODES)
def test_counts_have_the_derivative_zero(mode: str) -> None:
    found = tl.jacobian(counted, mode=mode)({"n": 3, "x": np.array([1.0, 2.0])})
    np.testing.assert_allclose(found["x"], np.diag([6.0, 12.0]))
    np.testing.assert_allclose(found["n"], [0.0, 0.0])


@pytest.mark.parametrize("mode", MODES)
def test_of_lists_of_arrays(mode: str) -> None:
    def f(ws):
        return ws[1] @ ws[0]

    ws = [np.array([1.0, 2.0]), np.arange(6.0).reshape(3, 2)]
    vector, matrix = tl.jacobian(f, mode=mode)(ws)
    np.testing.assert_allclose(vector, ws[1])
    np.testing.assert_allclose(matrix, np.einsum("ij,k->ijk", np.eye(3), ws[0]))


@pytest.mark.parametrize("mode", MODES)
def test_a_list_of_numbers_is_an_array(mode: str) -> None:
    def f(xs):
        return np.array([xs[0] * xs[1], xs[0] ** 2])

    np.testing.assert_allclose(tl.jacobian(f, mode=mode)([2.0, 3.0]), [[3.0, 2.0], [4.0, 0.0]])


def test_hessian_of_a_dictionary() -> None:
    d = {"w": np.array([1.0, -2.0]), "b": 0.5}
    found = tl.hessian(loss)(d)
    np.testing.assert_allclose(found["w"]["w"], np.diag(6.0 * d["w"] * d["b"]))
    np.testing.assert_allclose(found["w"]["b"], 3.0 * d["w"] ** 2)
    np.testing.assert_allclose(found["b"]["w"], 3.0 * d["w"] ** 2)
    np.testing.assert_allclose(found["b"]["b"], 6.0 * d["b"])


@pytest.mark.parametrize("mode", MODES)
def test_without_elements(mode: str) -> None:
    found = tl.jacobian(scaled, mode=mode)(Pair(np.zeros(0), 3.0))
    assert found.a.shape == (0, 0)
    assert found.b.shape == (0,)


def test_a_pullback_keeps_the_arrays_of_a_named_tuple() -> None:
    q = Pair(np.ones(2), 2.0)
    _, pullback = tl.vjp(scaled, q)
    q.a[:] = 7.0
    np.testing.assert_allclose(pullback(np.ones(2))[0].b, 2.0)


class Cyclic:
    def __init__(self, a, b):
        self.a, self.b, self.itself = a, b, self


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


@dataclass(frozen=True)
class Frozen:
    a: np.ndarray
    b: float


@pytest.mark.parametrize("cls", [Cyclic, Slotted, Frozen])
def test_a_pullback_keeps_objects(cls: type) -> None:
    q = cls(np.array([1.0, 2.0]), 3.0)
    _, pullback = tl.vjp(lambda q, x: q.b * np.sum(q.a * x * x), q, np.ones(2))
    q.a[:] = 7.0
    if cls is not Frozen:
        q.b = 9.0
    np.testing.assert_allclose(pullback(1.0)[1], [6.0, 12.0])
    assert pullback(1.0)[0].b == 3.0
