"""Sums of arrays in loops are in place where the array is the loop's own, and only there."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl

W, X = np.linspace(-1.0, 1.0, 6).reshape(2, 3), np.linspace(0.2, 0.9, 12).reshape(4, 3)


def gradient(f, *args, argnums=0):
    found = tl.grad(f, argnums)
    return found(*args), found.source


def projected(w, xs):
    s = 0.0
    for x in xs:
        s = s + np.sum(np.sin(w @ x))
    return s


def test_in_place():
    w_bar, text = gradient(projected, W, X)
    assert "w_bar += " in text
    assert "w_bar = w_bar + " not in text
    assert np.allclose(w_bar, np.cos(X @ W.T).T @ X)


def test_in_nested_loops():
    def f(w, xs):
        s = 0.0
        for x in xs:
            for k in range(2):
                s = s + np.sum(np.sin(w @ x)) * k
        return s

    w_bar, text = gradient(f, W, X)
    assert "w_bar += " in text
    assert np.allclose(w_bar, np.cos(X @ W.T).T @ X)


def test_an_adjoint_that_is_read_on_the_way_is_not_written():
    def f(x, n):
        for _ in range(n):
            x = np.sin(x) + 0.5 * x
        return np.sum(x)

    x_bar, text = gradient(f, X, 3)
    assert "+=" not in text
    x, expected = X, 1.0
    for _ in range(3):
        expected = expected * (np.cos(x) + 0.5)
        x = np.sin(x) + 0.5 * x
    assert np.allclose(x_bar, expected)


def test_the_users_own_sums_keep_their_identity():
    def f(xs):
        total = np.zeros_like(xs[0])
        seen = []
        for x in xs:
            total = total + x * x
            seen.append(total)
        return np.sum(seen[0] * seen[-1])

    x_bar = tl.grad(f)(X)
    first, last = X[0] * X[0], np.sum(X * X, axis=0)
    expected = 2.0 * X * first
    expected[0] += 2.0 * X[0] * last
    assert np.allclose(x_bar, expected)


def test_the_users_sums_stay_as_they_are_written():
    def f(x, n):
        total = np.zeros_like(x)
        for k in range(n):
            total = total + x * k
        return np.sum(total * total)

    x_bar, text = gradient(f, X, 3)
    assert "        total = total + x * k" in text
    assert np.allclose(x_bar, 18.0 * X)


def test_a_sum_of_another_type_is_made_anew():
    def f(w, z, n):
        s = 0.0
        for k in range(n):
            s = s + np.sum((w * z).real) * k
        return s

    z = np.exp(1j * W)
    assert np.allclose(tl.grad(f)(W, z, 3), 3.0 * z.real)
    single = tl.grad(f)(W.astype(np.float32), z.real.astype(np.float32), 3)
    assert single.dtype == np.float32


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_second_derivative(mode):
    def along(w):
        return np.sum(tl.grad(projected)(w, X) * W)

    v = np.ones_like(W)
    if mode == "reverse":
        found = np.sum(tl.grad(along)(W) * v)
    else:
        found = tl.jvp(along, (W,), (v,))[1]
    assert found == pytest.approx(np.sum(-np.sin(X @ W.T) * (X @ v.T) * (X @ W.T)))
