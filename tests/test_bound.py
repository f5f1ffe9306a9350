"""Derivatives of bound methods, callable objects and partial functions; of functions of objects."""
from __future__ import annotations

import copy
import functools
from types import SimpleNamespace

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus.classes import Body, Frozen, Node, Particle, Slotted, State

X = np.array([0.7, -0.4, 1.3])


class Model:
    scale = 2.0

    def __init__(self, w):
        self.w = w

    def loss(self, x, target=0.5, *, weight=1.0):
        e = self.w * x - target
        return weight * self.scale * np.sum(e * e)

    def __call__(self, x):
        return np.sum(self.w * x * x)

    def trained(self, x, rate):
        self.w = self.w - rate * x
        return np.sum(self.w * self.w)


def by_hand(model, x, target=0.5, weight=1.0):
    return 2.0 * weight * model.scale * model.w * (model.w * x - target)


def test_bound_method():
    model = Model(X + 1.0)
    assert np.allclose(tl.grad(model.loss)(X), by_hand(model, X))
    assert np.allclose(tl.grad(model.loss)(X, 0.1, weight=3.0), by_hand(model, X, 0.1, 3.0))
    value, gradient = tl.value_and_grad(model.loss)(X, weight=2.0)
    assert value == model.loss(X, weight=2.0)
    assert np.allclose(gradient, by_hand(model, X, weight=2.0))
    assert np.allclose(tl.jvp(model.loss, (X,), (X,))[1], by_hand(model, X) @ X)
    assert np.allclose(tl.hessian(model.loss)(X), np.diag(2.0 * model.scale * model.w ** 2))


def test_attributes_are_read_when_the_derivative_runs(monkeypatch):
    model = Model(X.copy())
    gradient = tl.grad(model.loss)
    gradient(X)
    model.w *= 3.0
    assert np.allclose(gradient(X), by_hand(model, X))
    model.w = np.ones(3)
    assert np.allclose(gradient(X), by_hand(model, X))
    model.w = 2.0
    assert np.allclose(gradient(X), by_hand(model, X))
    monkeypatch.setattr(Model, "scale", 5.0)
    assert np.allclose(gradient(X), by_hand(model, X))
    monkeypatch.setattr(Model, "loss", lambda self, x, target, weight: np.sum(x))
    assert np.allclose(gradient(X), 1.0)


def test_methods_of_two_objects_are_told_apart():
    one, two = Model(X), Model(X * 2.0)
    assert tl.grad(one.loss) is tl.grad(one.loss)
    assert np.allclose(tl.grad(one.loss)(X), by_hand(one, X))
    assert np.allclose(tl.grad(two.loss)(X), by_hand(two, X))


def test_callable_object():
    assert np.allclose(tl.grad(Model(X))(X), 2.0 * X * X)
    assert tl.grad(Model(X)).__name__ == "Model_grad"


def test_partial_function():
    def f(a, b, c=3.0):
        return a * b * b * c

    assert tl.grad(functools.partial(f, 2.0, c=4.0))(3.0) == 48.0
    assert np.allclose(tl.grad(functools.partial(Model(X).loss, weight=2.0))(X), by_hand(Model(X), X, weight=2.0))


def test_cached_function():
    @functools.lru_cache
    def f(a):
        return a * a

    assert tl.grad(f)(3.0) == 6.0


def test_a_method_that_writes_its_object_is_refused():
    model = Model(X)
    with pytest.raises(tl.errors.UnsupportedError, match="`self` is, or may be, a global"):
        tl.grad(model.trained)(X, 0.1)
    assert model.w is X


# -- objects as arguments ----------------------------------------------------------------------------------------------------

def momentum(body, factor):
    return body.mass * body.velocity * factor


def test_the_gradient_has_the_class_of_the_argument():
    body = Body(2.0, 3.0, ["tag"])
    found = tl.grad(momentum)(body, 2.0)
    assert found == Body(6.0, 4.0, ["tag"])
    assert body == Body(2.0, 3.0, ["tag"])
    assert tl.grad(momentum, argnums=(0, 1))(body, 2.0)[1] == 6.0


@pytest.mark.parametrize(("f", "given", "names"), [
    (lambda o: o.x * o.x * o.y, Frozen(0.7, 1.3), ("x", "y")), (lambda o: o.x * o.x * o.v, State(0.7, 1.3), ("x", "v")),
    (lambda o: o.a * o.a * o.b, Slotted(0.7, 1.3), ("a", "b")), (lambda o: o.p * o.p * o.q, SimpleNamespace(p=0.7, q=1.3), ("p", "q"))],
    ids=["frozen", "named tuple", "slots", "namespace"])
def test_every_sort_of_object(f, given, names):
    found = tl.grad(f)(given)
    assert type(found) is type(given)
    assert [getattr(found, name) for name in names] == pytest.approx([2 * 0.7 * 1.3, 0.7 * 0.7])


def step(p, dt):
    p.vel -= dt * p.pos
    p.pos += dt * p.vel
    p.steps += 1
    return np.sum(p.pos ** 2)


def test_an_object_that_is_written_is_left_as_it_was():
    p = Particle(X.copy(), X * 2.0)
    before = copy.deepcopy(vars(p))
    found = tl.grad(step)(p, 0.1)
    assert all(np.array_equal(before[k], v) for k, v in vars(p).items())
    end = X + 0.1 * (2.0 * X - 0.1 * X)
    assert np.allclose(found.pos, 2.0 * end * (1.0 - 0.01))
    assert np.allclose(found.vel, 2.0 * end * 0.1)
    assert found.steps == 0.0


def test_one_array_in_two_attributes_that_are_written_is_refused():
    u = X.copy()
    with pytest.raises(tl.errors.SharedMemoryError, match="shares memory with another argument"):
        tl.grad(step)(Particle(u, u), 0.1)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_an_object_that_is_written_and_passed_twice_is_refused(mode):
    def scaled(o, p):
        o.velocity = o.velocity * 3.0
        return o.velocity * p.velocity

    body = Body(1.0, 2.0)
    with pytest.raises(tl.errors.SharedMemoryError, match="shares memory with another argument"):
        tl.grad(scaled)(body, body) if mode == "reverse" else tl.jvp(scaled, (body, body), (body, body))
    assert tl.grad(scaled)(body, Body(1.0, 2.0)).velocity == 6.0

    def of_list(bodies):
        bodies[0].velocity = 3.0 * bodies[0].velocity
        return bodies[1].velocity

    with pytest.raises(tl.errors.SharedMemoryError, match="shares memory with another argument"):
        tl.grad(of_list)([body, body])
    assert tl.grad(of_list)([body, Body(1.0, 2.0)])[1].velocity == 1.0


def test_objects_in_containers():
    def total(bodies):
        return sum(b.mass * b.velocity for b in bodies)

    assert tl.grad(total)([Body(1.0, 2.0), Body(3.0, 4.0)]) == [Body(2.0, 1.0), Body(4.0, 3.0)]
    many = [Body(float(k), 2.0) for k in range(40)]
    assert tl.grad(total)(many) == [Body(2.0, float(k)) for k in range(40)]

    def of_table(table):
        return table["a"].mass * table["b"].velocity

    assert tl.grad(of_table)({"a": Body(2.0), "b": Body(3.0, 5.0)}) == {"a": Body(5.0, 0.0), "b": Body(0.0, 2.0)}


def test_a_tree_of_objects():
    found = tl.grad(Node.total)(Node(1.0, (Node(2.0), Node(3.0, (Node(4.0),)))))
    assert (found.value, found.children[0].value, found.children[1].children[0].value) == (2.0, 4.0, 8.0)


def test_a_reference_to_its_owner():
    child, parent = Body(2.0, 3.0), SimpleNamespace(k=2.0)
    child.owner, parent.child = parent, child
    found = tl.grad(lambda b: b.mass * b.velocity)(child)
    assert (found.mass, found.velocity) == (3.0, 2.0)


def test_kinds_of_attributes_are_told_apart():
    gradient = tl.grad(momentum)
    assert gradient(Body(2.0, 3.0), 1.0) == Body(3.0, 2.0)
    assert gradient(Body(2, 3.0), 1.0) == Body(0.0, 2.0)
    assert gradient(Body(np.float32(2.0), 3.0), 1.0).mass.dtype == np.float32


def test_forward_mode_and_pullback():
    body, dot = Body(2.0, 3.0), Body(1.0, 0.5)
    assert tl.jvp(momentum, (body, 2.0), (dot, 0.0)) == (12.0, 2.0 * (3.0 + 2.0 * 0.5))
    value, pullback = tl.vjp(lambda b: Body(b.velocity * 2.0, b.mass), body)
    assert value == Body(6.0, 2.0)
    assert pullback(Body(1.0, 10.0)) == (Body(10.0, 2.0),)
