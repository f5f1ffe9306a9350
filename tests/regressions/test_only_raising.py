"""Functions that raise on every path raise the same when they are differentiated."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl


def always(x):
    raise ValueError("no")


def either(x):
    if x > 0.0:
        raise ValueError("positive")
    raise KeyError("negative")


def missing(x):
    raise NotImplementedError


def calls(x):
    return missing(x) * 2.0


@pytest.mark.parametrize(("f", "x"), [(always, 1.0), (either, 1.0), (either, -1.0), (calls, 1.0)])
@pytest.mark.parametrize("derivative", [
    lambda f, x: tl.grad(f)(x), lambda f, x: tl.value_and_grad(f)(x), lambda f, x: tl.jvp(f, (x,), (1.0,)), tl.vjp,
    lambda f, x: tl.hessian(f)(x)])
def test_the_same_exception(f, x, derivative):
    with pytest.raises((ValueError, KeyError, NotImplementedError)) as expected:
        f(x)
    with pytest.raises(expected.type) as found:
        derivative(f, x)
    assert found.value.args == expected.value.args


def test_text():
    assert tl.source(always, 1.0).endswith("\n    raise ValueError('no')\n")


def shifted(a, b):
    a[0] = 2.0 * b[1]
    return a[0] * b[0]


def test_an_argument_that_is_written_and_given_twice():
    x = np.ones(2)
    with pytest.raises(tl.errors.SharedMemoryError, match=r"shares memory with another argument. Pass a copy of it") as refusal:
        tl.grad(shifted, (0, 1))(x, x)
    assert refusal.value.filename == __file__
    assert refusal.value.lineno
