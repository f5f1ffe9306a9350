"""Arrays of different ranks updated through a loop over a list, a dictionary or several at once: the names see it."""
from __future__ import annotations

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import TransformError


def in_a_display(W, b):
    W, b = W.copy(), b.copy()
    for p in [W, b]:
        p *= 2.0
    return np.sum(W @ b)


def with_gradients(W, b):
    W, b = W.copy(), b.copy()
    params = [W, b]
    for p, g in zip(params, [2.0 * W, np.sin(b)]):
        p -= 0.1 * g
    return np.sum(W @ b)


def of_a_dictionary(W, b):
    params = {"W": W.copy(), "b": b.copy()}
    for v in params.values():
        v *= 2.0
    for name, v in params.items():
        v += len(name)
    return np.sum(params["W"] @ params["b"])


def counted(W, b):
    W, b = W.copy(), b.copy()
    for i, p in enumerate([W, b]):
        p *= i + 1.5
    return np.sum(W @ b)


def copied(W, b):
    params = [p.copy() for p in [W, b]]
    for p in params:
        p *= 2.0
    return np.sum(params[0] @ params[1]) + np.sum(W)


class Descent:
    def __init__(self, params, rate):
        self.params, self.rate = params, rate
        self.velocity = [np.zeros_like(p) for p in params]

    def step(self, gradients):
        for p, v, g in zip(self.params, self.velocity, gradients):
            v *= 0.5
            v += g
            p -= self.rate * v


def with_momentum(W, b):
    W, b = W.copy(), b.copy()
    descent = Descent([W, b], 0.1)
    for _ in range(3):
        descent.step([np.sin(W), 2.0 * b])
    return np.sum(W @ b)


def twice_in_the_list(W, b):
    W, b = W.copy(), b.copy()
    for p in [W, b, W]:
        p *= 2.0
    return np.sum(W @ b)


def views_in_the_list(W, b):
    W, b = W.copy(), b.copy()
    row = W[0]
    for p in [W, b, row]:
        p *= 2.0
    return np.sum(W @ b) + np.sum(row)


def name_rebound_between(W, b):
    W, b = W.copy(), b.copy()
    for p in [W, b]:
        p *= 2.0
        W = W + 1.0
    return np.sum(W @ b)


def in_a_branch(W, b):
    W, b = W.copy(), b.copy()
    for p in [W, b]:
        if np.sum(p) > 1.0:
            p *= 2.0
    return np.sum(W @ b)


def until(W, b):
    W, b = W.copy(), b.copy()
    for p in [W, b]:
        p *= 2.0
        if np.sum(p) > 1.0:
            break
    return np.sum(W @ b)


def list_changed_after(W, b):
    params = [W.copy(), b.copy()]
    for p in params:
        p *= 2.0
    params[0] = params[0] + 1.0
    for p in params:
        p += 0.5
    return np.sum(params[0] @ params[1])


def item_removed(W, b):
    params = [W.copy(), b.copy(), b.copy()]
    last = params.pop()
    for p in params:
        p *= 2.0
    return np.sum(params[0] @ params[1]) + np.sum(last)


def short_of(W, b):
    W, b = W.copy(), b.copy()
    for p, k in zip([W, b], [3.0]):
        p *= k
    return np.sum(W @ b)


def temporaries(W, b):
    params = [W * 2.0, np.sin(b)]
    for p in params:
        p *= 2.0
    return np.sum(params[0] @ params[1])


def temporaries_of_two(W, b):
    params, state = [W * 2.0, np.sin(b)], (np.cos(W), b * 3.0)
    for p, v in zip(params, state):
        v += p
        p *= v
    return np.sum(params[0] @ params[1]) + np.sum(state[0] @ state[1])


def with_numbers(W, b):
    W, n = W.copy(), np.sum(b)
    for p in [W, n]:
        p *= 2.0
    return np.sum(W) * n


def list_changed_within(W, b):
    params = [W.copy(), b.copy()]
    for i, p in enumerate(params):
        p *= 2.0
        params[1] = np.sin(b) + i
    return np.sum(params[0] @ params[1])


def dictionary_changed_within(W, b):
    params = {"W": W.copy(), "b": b.copy()}
    for name, p in params.items():
        p *= 2.0
        params["b"] = b * p.ndim
    return np.sum(params["W"] @ params["b"])


def list_rebound_within(W, b):
    params = [W.copy(), b.copy()]
    for p in params:
        p *= 2.0
        params = [p, b]
    return np.sum(params[0] * params[1])


ALL = [in_a_display, with_gradients, of_a_dictionary, counted, copied, with_momentum, twice_in_the_list, views_in_the_list,
       name_rebound_between, in_a_branch, until, list_changed_after, item_removed,
       list_changed_within, dictionary_changed_within, list_rebound_within, short_of, temporaries, temporaries_of_two, with_numbers]
W, B = np.array([[0.7, 0.2], [-0.4, 0.9]]), np.array([0.3, 1.1])


@pytest.mark.parametrize("f", ALL, ids=lambda f: f.__name__)
def test_gradients(f):
    w, b = W.copy(), B.copy()
    value, gradient = tl.value_and_grad(f, (0, 1))(w, b)
    assert np.array_equal(w, W)
    assert np.array_equal(b, B)
    assert value == f(W, B)
    dots = np.array([[0.3, -0.7], [0.2, 0.5]]), np.array([-0.6, 0.4])
    h = 1e-6
    difference = (f(W + h * dots[0], B + h * dots[1]) - f(W - h * dots[0], B - h * dots[1])) / (2 * h)
    assert np.isclose(sum(np.sum(g * d) for g, d in zip(gradient, dots)), difference, rtol=1e-7)
    assert np.isclose(tl.jvp(f, (W, B), dots)[1], difference, rtol=1e-7)


def test_the_text_is_that_of_the_updates_one_by_one():
    assert "    W = W.copy()\n    b = b.copy()\n    W = W * 2.0\n    b = b * 2.0\n" in tl.source(in_a_display, W, B, mode="primal")


def given(params):
    for p in params:
        p *= 2.0
    return np.sum(params[0] @ params[1])


def test_items_of_arguments_are_not_written():
    with pytest.raises(TransformError, match="may write memory"):
        tl.grad(given)([W, B])


def scale(p, q):
    p *= 2.0
    q *= 3.0


def spread_over_parameters(W, b):
    params = [W * 2.0, np.sin(b)]
    scale(*params)
    return np.sum(params[0] @ params[1])


def unpacked(W, b):
    params = [W * 2.0, np.sin(b)]
    p, q = params
    p *= 2.0
    q[0] += 1.0
    return np.sum(params[0] @ params[1])


def unpacked_with_a_star(W, b):
    params = [W * 2.0, np.sin(b)]
    p, *q = params
    p *= 2.0
    q[0] *= 3.0
    return np.sum(params[0] @ params[1])


def spread_into_a_list(W, b):
    params = [W * 2.0, np.sin(b)]
    others = [*params]
    others[0] *= 3.0
    others[1] = b
    return np.sum(params[0] @ params[1])


def spread_into_a_tuple(W, b):
    params = (W * 2.0, np.sin(b))
    others = (b, *params)
    others[1][:] = 1.0
    return np.sum(params[0] @ params[1])


def in_a_call_of_its_own(W, b):
    scale(*[W := W * 2.0, np.sin(b)])
    return np.sum(W @ b)


SPREAD = [spread_over_parameters, unpacked, unpacked_with_a_star, spread_into_a_list, spread_into_a_tuple, in_a_call_of_its_own]


@pytest.mark.parametrize("f", SPREAD, ids=lambda f: f.__name__)
def test_what_is_spread_is_still_in_the_list(f):
    test_gradients(f)
