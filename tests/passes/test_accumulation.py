"""Sums of arrays in loops are in place where the array is the loop's own, and only there."""
from __future__ import annotations

from functools import partial

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


def scaled(w, xs):
    s = 0.0
    for x in xs:
        s = s + np.sum(np.sin(w * x))
    return s


def test_in_place():
    w_bar, text = gradient(scaled, W, X)
    assert "w_bar += " in text
    assert "w_bar = w_bar + " not in text
    assert np.allclose(w_bar, sum(np.cos(W * x) * x for x in X))


def test_outer_products_are_collected():
    w_bar, text = gradient(projected, W, X)
    assert text.count("add_outer(w_bar, ") == text.count("add_pairs(w_bar, pairs)") == 1
    assert "np.outer" not in text
    assert np.allclose(w_bar, np.cos(X @ W.T).T @ X)


@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 200])
def test_of_any_number(rows):
    xs = np.random.default_rng(rows).normal(size=(rows, 3))
    w_bar, _ = gradient(projected, W, xs)
    np.testing.assert_allclose(w_bar, np.cos(xs @ W.T).T @ xs, rtol=1e-12, atol=1e-12)


def recurrent(w, u, h, n):
    """Both vectors of the products are written in place on the way."""
    z = np.zeros(3)
    for k in range(n):
        z[:] = w @ h + u @ z
        h = np.tanh(z)
        h[k % 3] = 0.5 * h[0]
    return np.sum(h * z)


def test_vectors_may_be_written_after_they_are_collected():
    rng = np.random.default_rng(3)
    w, u, h = 0.3 * rng.normal(size=(3, 3)), 0.3 * rng.normal(size=(3, 3)), rng.normal(size=3)
    value = partial(recurrent, n=70)
    grads = tl.grad(value, (0, 1, 2))(w, u, h)
    for k, (x, g) in enumerate(zip((w, u, h), grads)):
        direction = rng.normal(size=x.shape)
        ends = [value(*(a + t * direction if i == k else a for i, a in enumerate((w, u, h)))) for t in (1e-6, -1e-6)]
        assert np.sum(g * direction) == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("options", [
    {"checkpoint": "segments"}, {"checkpoint": "segments", "slots": 7}, {"checkpoint": "revolve", "slots": 5},
])
def test_checkpoints_do_not_change_a_bit(options):
    def f(w, h, n):
        for _ in range(n):
            h = np.tanh(w @ h)
        return np.sum(h)

    rng = np.random.default_rng(4)
    args = rng.normal(size=(4, 4)), rng.normal(size=4), 150
    for plain, kept in zip(tl.grad(f, (0, 1))(*args), tl.grad(f, (0, 1), **options)(*args)):
        np.testing.assert_array_equal(plain, kept)


def test_sums_in_single_precision_stay_there():
    w_bar, _ = gradient(projected, W.astype(np.float32), X.astype(np.float32))
    assert w_bar.dtype == np.float32


def test_other_terms_are_added_at_once():
    def f(w, xs):
        s = 0.0
        for x in xs:
            s = s + np.sum(np.sin(w @ x)) + np.sum(w * w)
        return s

    w_bar, text = gradient(f, W, X)
    assert "add_outer" in text
    assert np.allclose(w_bar, np.cos(X @ W.T).T @ X + 2.0 * len(X) * W)


def test_in_nested_loops():
    def f(w, xs):
        s = 0.0
        for x in xs:
            for k in range(2):
                s = s + np.sum(np.sin(w @ x)) * k
        return s

    w_bar, text = gradient(f, W, X)
    assert text.count("pairs = []") == 1
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
