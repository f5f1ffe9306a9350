"""Lists of which arrays are made: their adjoints are lists, also where they are differentiated again."""
from __future__ import annotations

from collections import deque

import numpy as np
import pytest

import tangentlite as tl

X = 0.4
U = np.array([0.4, 0.7])


def item_and_array(x):
    items = [x, x * x]
    return np.sum(np.array(items) ** 2) + items[0]


def item_of_a_nested_list(x):
    rows = [[x, 1.0], [x * x, 2.0]]
    return np.sum(np.array(rows) ** 2) + rows[1][0]


def item_of_a_list_in_a_dictionary(x):
    parts = {"p": [x * x, x ** 3]}
    return np.sum(np.array(parts["p"]) ** 2) + parts["p"][0]


def written_after_the_array_is_made(x):
    items = [x] * 3
    made = np.array(items)
    items[0] = x ** 2
    return np.sum(made ** 2) + items[0] + items[1]


def dot_and_item(x):
    items = [x, x * x]
    return np.dot(items, items) + items[0]


def mean_and_item(x):
    items = [x, x * x]
    return np.sum(np.square(items)) + items[0] + np.mean(np.array(items) * np.array(items))


def largest_and_item(x):
    items = [x, x * x]
    return np.max(np.array(items) ** 2) + items[0]


def trajectory_of_numbers(x):
    trajectory, y = [], x
    for _ in range(4):
        y = y * y * 0.7 + 0.1
        trajectory.append(y)
    return np.mean(trajectory) * np.var(trajectory) + trajectory[-1]


def grown_from_its_last_item(x):
    items = [x]
    for k in range(4):
        items.append(items[-1] * x + k)
    return np.sum(np.array(items) ** 2) + items[3] ** 2


def queue_and_array(x):
    items = deque([x, x * x])
    items.append(x ** 3)
    return np.sum(np.array(items) ** 2) + items[1]


def on_one_path(x):
    items = [x, x * x]
    s = np.sum(np.array(items) ** 2) if x > 0.1 else items[0]
    return s * items[1]


def tuple_in_a_loop(x):
    items, s = (x, x * x, 2.0 * x), 0.0
    for k in range(3):
        s = s + items[k] * np.sum(np.array(items) ** 2)
    return s + items[0]


@pytest.mark.parametrize("f", [
    item_and_array, item_of_a_nested_list, item_of_a_list_in_a_dictionary, written_after_the_array_is_made, dot_and_item, mean_and_item,
    largest_and_item, trajectory_of_numbers, grown_from_its_last_item, queue_and_array, on_one_path, tuple_in_a_loop])
def test_numbers(f):
    h = 1e-5
    assert np.isclose(tl.grad(f)(X), (f(X + h) - f(X - h)) / (2 * h), rtol=1e-7)
    assert np.isclose(tl.grad(tl.grad(f))(X), (tl.grad(f)(X + h) - tl.grad(f)(X - h)) / (2 * h), rtol=1e-7)


def states_stacked(u):
    states = [u]
    for _ in range(2):
        states.append(np.tanh(states[-1] * 1.5))
    return np.sum(np.stack(states) ** 2) + np.sum(states[-1] ** 3)


def column_of_a_trajectory(u):
    states = [u]
    for _ in range(3):
        states.append(states[-1] * 0.9 + np.array([1.0, 2.0]) * states[-1] ** 2 * 0.1)
    trajectory = np.array(states)
    return np.sum(trajectory[:, 0] ** 2) + states[-1][1] ** 2


@pytest.mark.parametrize("f", [states_stacked, column_of_a_trajectory])
def test_arrays(f):
    h, along = 1e-5, np.array([0.3, -0.5])
    gradient = tl.grad(f)
    assert np.allclose(gradient(U) @ along, (f(U + h * along) - f(U - h * along)) / (2 * h), rtol=1e-7)
    back = tl.vjp(gradient, U)[1](along)[0]
    assert np.allclose(back, (gradient(U + h * along) - gradient(U - h * along)) / (2 * h), rtol=1e-6)


def test_a_list_as_argument():
    def f(items):
        for _ in range(3):
            items = [v * v + items[0] for v in items]
        return np.sum(np.array(items) ** 2) + items[1]

    h, x, along = 1e-5, [0.4, 0.7], np.array([0.3, -0.5])
    back = tl.vjp(tl.grad(f), x)[1](list(along))[0]
    there, here = (np.array(tl.grad(f)(list(x + sign * h * along))) for sign in (1.0, -1.0))
    assert np.allclose(back, (there - here) / (2 * h), rtol=1e-6)
