"""The first code that a call goes through finds the same version as the slow way."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl

X = np.linspace(0.2, 0.9, 6).reshape(2, 3)
SCALE = 2.0


def scaled(x, y=3.0):
    return np.sum(x * y) * SCALE


def calls_seen(monkeypatch):
    """How often a call takes the slow way."""
    from tangentlite.dispatch import Specializer

    seen = []
    version = Specializer.version
    monkeypatch.setattr(Specializer, "version", lambda self, args: seen.append(args) or version(self, args))
    return seen


@pytest.mark.parametrize("args", [(1.0, 2.0), (X, 2.0), (X, X), (X[:1], X), (X[:, :1], X), (np.float64(2.0), 3.0), (np.array(2.0), 3.0)])
def test_the_second_call_is_fast(args, monkeypatch):
    gradient = tl.grad(lambda x, y: np.sum(x * y))
    first = gradient(*args)
    seen = calls_seen(monkeypatch)
    assert np.array_equal(gradient(*args), first)
    assert not seen
    assert np.shape(first) == np.shape(args[0])


def test_other_calls_take_the_slow_way(monkeypatch):
    gradient = tl.grad(scaled)
    gradient(X, 2.0)
    seen = calls_seen(monkeypatch)
    assert np.all(gradient(X) == 6.0)
    assert np.all(gradient(X, y=2.0) == 4.0)
    assert len(seen) == 2
    with pytest.raises(TypeError, match="3 were given"):
        gradient(X, 2.0, 3.0)
    with pytest.raises(TypeError, match="missing"):
        gradient()


def test_what_the_derivative_relies_on_is_asked_on_each_call(monkeypatch):
    gradient = tl.grad(scaled)
    assert np.all(gradient(X, 2.0) == 4.0)
    monkeypatch.setitem(globals(), "SCALE", np.array(3.0))
    assert np.all(gradient(X, 2.0) == 6.0)
    monkeypatch.delitem(globals(), "SCALE")
    with pytest.raises(tl.errors.UnsupportedError, match="not defined"):
        gradient(X, 2.0)


def test_an_exception_is_explained_on_a_fast_call():
    gradient = tl.grad(lambda x: 1.0 / x)
    gradient(2.0)
    with pytest.raises(ZeroDivisionError) as raised:
        gradient(0.0)
    assert any("primal" in note for note in raised.value.__notes__)
