"""What is the same in all iterations is computed before the loop, and nothing else."""
from __future__ import annotations

import math

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus.harness import assert_close, assert_like, numeric_gradient

W = np.array([1.0, 2.0, -3.0])
XS = np.array([[0.1, 0.7, -0.4], [0.3, -0.2, 0.9]])


def weighted(w, xs, n):
    s = 0.0
    h = np.zeros(3)
    for t in range(n):
        y = np.tanh(h * 0.5 + xs[t])
        s += np.sum(w * y) * 0.5
        h = h + y * w
    return s


def distances(w, a, xs):
    s = 0.0
    for x in xs:
        d = (x - a) / w
        s += np.sum(np.exp(-w * w) * d * d)
    return s


def nested_loops(w, xs, n):
    s = 0.0
    for x in xs:
        for k in range(n):
            s += np.sum(np.sin(x) * np.sin(w)) * math.sin(k)
    return s


def into_a_list(w, xs, n):
    ys = [x * 1.0 for x in xs]
    s = 0.0
    for k in range(n):
        for i in range(len(ys)):
            ys[i] = ys[i] * np.cos(w)
            s += np.sum(w * ys[i])
    ys[0][1] = 2.0
    return s + np.sum(ys[0] * ys[1])


def written_in_the_loop(w, xs, n):
    w = w * 1.0
    s = 0.0
    for x in xs:
        s += np.sum(np.sin(w) * x)
        w[n % 3] = x[0]
    return s


def on_one_path(w, xs, n):
    s = 0.0
    for x in xs:
        if x[0] > 0.2:
            s += np.sum(np.exp(w) * x * x)
        else:
            s += np.sum(x) * w[0] * w[0] * n
    return s


def broadcast(w, xs, n):
    s = np.zeros((2, 3))
    for k in range(n):
        s = s + np.sin(xs) * np.sin(w) * k
    return np.sum(s * s)


CASES = [
    (weighted, (W, XS, 2)), (weighted, (W, XS, 0)), (distances, (W, W + 1.0, XS)), (distances, (W, W + 1.0, XS[:0])),
    (nested_loops, (W, XS, 3)), (nested_loops, (W, XS, 0)), (into_a_list, (W, XS, 2)), (written_in_the_loop, (W, XS, 1)),
    (on_one_path, (W, XS, 3)), (broadcast, (W, XS, 3)), (broadcast, (W[:1], XS, 3)), (broadcast, (np.array(2.0), XS, 3)),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_derivatives(f, args) -> None:
    gradients = tl.grad(f, (0, 1))(*args)
    for k, g in enumerate(gradients):
        assert_like(f"argument {k}", g, args[k])
    assert_close("gradient", list(gradients), numeric_gradient(f, args, (0, 1)), 1e-6)
    w, *rest = args
    along = tl.jvp(tl.grad(f), args, (np.ones_like(w), *(a * 0 for a in rest)))[1]
    ahead, behind = (tl.grad(f)(w + step, *rest) for step in (1e-6, -1e-6))
    np.testing.assert_allclose(along, (ahead - behind) / 2e-6, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("f", "args", "lines"), [
    (weighted, (W, XS, 2), ["s_1_bar = 0.5 * s_bar", "v1 = s_1_bar * w"]),
    (distances, (W, W + 1.0, XS), ["s_1 = -w", "s_2 = np.exp(s_1 * w)"]),
])
def test_what_stands_before_the_loop(f, args, lines) -> None:
    before = tl.source(f, *args, wrt=(0, 1)).rpartition("    for ")[0]
    for line in lines:
        assert line in before


def test_a_product_of_numbers_stays_in_the_loop() -> None:
    def squares(x, ys):
        s = 0.0
        for y in ys:
            s += (x - y) ** 2
        return s

    assert "x_bar += 2 * s_bar * (x - y)" in tl.source(squares, 2.0, [1.0, 3.0], wrt=0)


def test_nothing_is_raised_where_no_iteration_would() -> None:
    def shapes(w, x, n):
        s = 0.0
        for k in range(n):
            s += np.sum(np.sin(w) * np.sin(x) * k)
        return s

    assert tl.grad(shapes, (0, 1))(np.ones(2), np.ones(3), 0)[0].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="broadcast"):
        tl.grad(shapes)(np.ones(2), np.ones(3), 1)
