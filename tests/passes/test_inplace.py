"""Updates in place never write what cannot be written, or what is not ours."""
from __future__ import annotations

import numpy as np

import tangentlite as tl


def columns(u):
    return np.sum(u[:, 0]) + np.mean(u, axis=1) @ np.ones(3) + np.mean(u, axis=0)[0] * np.sum(u[:, 0])


def filled(x):
    y = np.zeros(4)
    for i in range(4):
        y[i] = x[i] ** 2
    return y


def test_adjoints_that_begin_as_broadcasts():
    u = np.arange(9.0).reshape(3, 3) / 7
    gradient = tl.grad(columns)
    step = 1e-6 * u
    expected = (gradient(u + step) - gradient(u - step)) / 2e-6
    np.testing.assert_allclose(tl.jvp(gradient, (u,), (u,))[1], expected, rtol=1e-6)
    np.testing.assert_allclose(tl.vjp(gradient, u)[1](u)[0], expected, rtol=1e-6)


def test_a_seed_is_not_written():
    seed = np.ones(4)
    _, pullback = tl.vjp(filled, np.ones(4))
    for _ in range(2):
        np.testing.assert_array_equal(pullback(seed)[0], [2.0, 2.0, 2.0, 2.0])
    np.testing.assert_array_equal(seed, np.ones(4))


def test_a_loop_that_writes_elements_copies_nothing():
    source = tl.source(filled, np.ones(4), mode="primal")
    assert "copy" not in source
    inside = [line for line in tl.source(lambda x: np.sum(filled(x)), np.ones(4)).splitlines() if line.startswith(" " * 8)]
    assert len(inside) == 3
    assert not any("copy" in line for line in inside)
