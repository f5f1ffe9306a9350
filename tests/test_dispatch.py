"""Which version runs: one is kept as long as what it relies on is unchanged, and shared by equal derivatives."""
from __future__ import annotations

import math
import types

import numpy as np
import pytest

import tangentlite as tl

SCALE = 2.0


def scaled(x):
    return SCALE * x * x


def helper(x):
    return x * x


def other(x):
    return x * x * x


def through_helper(x):
    return helper(x) + math.sin(0.0 * x)


def through_default(x):
    return with_default(x)


def with_default(x, power=2):
    return x ** power


def test_equal_derivatives_share_their_versions():
    assert tl.grad(scaled).specialize(1.0) is tl.grad(scaled).specialize(2.0)
    assert tl.grad(scaled).specialize(1.0) is not tl.grad(scaled, argnums=(0,)).specialize(1.0)
    assert tl.grad(scaled, argnums=(0,))(1.0) == (4.0,)
    assert tl.grad(tl.grad(scaled))(3.0) == tl.grad(tl.grad(scaled))(1.0) == 4.0


@pytest.mark.parametrize(("value", "want"), [(3.0, 6.0), (np.float64(5.0), 10.0), (np.array(4.0), 8.0), (7, 14.0)])
def test_a_global_of_another_value_or_kind(monkeypatch, value, want):
    g = tl.grad(scaled)
    assert g(1.0) == 4.0
    monkeypatch.setitem(globals(), "SCALE", value)
    assert g(1.0) == want


def test_a_helper_that_is_replaced(monkeypatch):
    g = tl.grad(through_helper)
    assert g(3.0) == 6.0
    monkeypatch.setitem(globals(), "helper", other)
    assert g(3.0) == 27.0
    assert tl.grad(through_helper)(3.0) == 27.0
    assert tl.vjp(through_helper, 3.0)[1](1.0) == (27.0,)


def test_a_helper_whose_code_is_replaced(monkeypatch):
    g = tl.grad(through_helper)
    assert g(3.0) == 6.0
    monkeypatch.setattr(helper, "__code__", other.__code__)
    assert g(3.0) == 27.0


def test_a_primal_whose_code_is_replaced():
    f = types.FunctionType(helper.__code__, globals())
    assert tl.grad(f)(3.0) == 6.0
    f.__code__ = other.__code__
    assert tl.grad(f)(3.0) == 27.0


def test_a_default_that_is_replaced(monkeypatch):
    g = tl.grad(through_default)
    assert g(3.0) == 6.0
    monkeypatch.setattr(with_default, "__defaults__", (3,))
    assert g(3.0) == 27.0
    assert tl.grad(with_default)(3.0) == 27.0


def test_a_closure_cell_that_changes():
    def make():
        inner = helper

        def f(x):
            return inner(x)

        def change():
            nonlocal inner
            inner = other

        return f, change

    f, change = make()
    g = tl.grad(f)
    assert g(3.0) == 6.0
    change()
    assert g(3.0) == 27.0


def test_a_builtin_that_is_shadowed(monkeypatch):
    g = tl.grad(absolute)
    assert g(-3.0) == -1.0
    monkeypatch.setitem(globals(), "abs", other)
    assert g(-3.0) == 27.0


def absolute(x):
    return abs(x)


def test_argument_kinds_are_told_apart():
    def f(x, y):
        return np.sum(x * y)

    g = tl.grad(f)
    for _ in range(3):
        assert g(2.0, 3.0) == 3.0
        assert g(2.0, np.array([1.0, 2.0])) == 3.0
        assert g(np.array([1.0, 2.0]), 3.0).tolist() == [3.0, 3.0]
        assert g(np.array([1.0, 5.0]), np.array([1.0, 2.0])).tolist() == [1.0, 2.0]
        assert g(np.array([1.0]), np.array([1.0, 2.0])).tolist() == [3.0]
        assert g(np.array([[1.0], [1.0]]), np.array([1.0, 2.0])).tolist() == [[3.0], [3.0]]
        assert g(np.ones(2, np.float32), 3.0).dtype == np.float32
        assert g(2.0, np.float32(3.0)) == 3.0
        assert g(x=2.0, y=3.0) == g(2.0, y=np.ones(3)) == 3.0
        with pytest.raises(tl.errors.InputTypeError):
            g(2, 3.0)
        with pytest.raises(TypeError):
            g(2.0)


def test_containers_are_told_apart_by_their_items():
    def f(pair):
        return pair[0] * pair[1] * np.sum(pair[2:])

    g = tl.grad(f)
    for _ in range(2):
        assert g([2.0, 3.0, 1.0]) == [3.0, 2.0, 6.0]
        assert g((2.0, 3.0, 1.0, 1.0)) == (6.0, 4.0, 6.0, 6.0)
        assert type(g([2.0, 3.0, np.float64(1.0)])) is list


def test_defaults_that_are_replaced_count() -> None:
    def f(x, k=2.0, *, shift=0.0):
        return k * x * x + shift * x

    gradient = tl.grad(f)
    assert gradient(1.0) == 4.0
    f.__defaults__ = (5.0,)
    assert gradient(1.0) == 10.0
    f.__kwdefaults__ = {"shift": 1.0}
    assert gradient(1.0) == 11.0
    assert tl.grad(f)(1.0) == 11.0


class Scaled:
    def times(self, x):
        return x * x

    def __call__(self, x):
        return x * x


class Base:
    def size(self, x):
        return x


class Derived(Base):
    def size(self, x):
        return 2.0 * super().size(x)


SCALED = Scaled()


def by_method(x):
    return SCALED.times(x)


def by_call(x):
    return SCALED(x)


def by_super(x):
    return Derived().size(x)


def test_a_method_that_an_object_is_given_later_hides_its_class_s(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = tl.grad(by_method)
    assert gradient(3.0) == 6.0
    monkeypatch.setattr(SCALED, "times", lambda x: 5.0 * x, raising=False)
    assert gradient(3.0) == 5.0
    assert tl.value_and_grad(by_method)(3.0) == (15.0, 5.0)
    monkeypatch.undo()
    assert gradient(3.0) == 6.0


def test_calls_find_the_method_of_the_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCALED, "__call__", lambda x: 5.0 * x, raising=False)
    assert tl.value_and_grad(by_call)(3.0) == (9.0, 6.0)


def test_a_method_of_a_base_class_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = tl.grad(by_super)
    assert gradient(1.0) == 2.0
    monkeypatch.setattr(Base, "size", lambda self, x: 10.0 * x)
    assert gradient(1.0) == 20.0
