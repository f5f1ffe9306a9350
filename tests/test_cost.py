"""Gradients of loops over elements cost time in proportion to their length: nothing as large as an argument is made in an iteration."""
from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangentlite as tl

SHORT, LONG = 2000, 20000
LINEAR = 25.0  # the ratio is 10, and 100 where something as long as an argument is made: caches and other programs blur it


def weighted_sum(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w[i]
    return s


def stencil(x, w):
    u = x.copy()
    for i in range(1, len(x) - 1):
        u[i] = 0.5 * u[i - 1] * w[i] + 0.25 * u[i + 1]
    return np.sum(u)


def overwritten(x, w):
    u = x.copy()
    for i in range(len(x)):
        u[i] = np.sin(u[i]) * w[i]
        u[i] *= x[i]
    return u[0] + u[-1]


def appended(x, w):
    items = [x[0]]
    for i in range(1, len(x)):
        items.append(items[-1] * w[i] + x[i])
    return items[-1] + items[3]


def rows_of_a_matrix(x, w):
    a = np.zeros((len(x), 2))
    for i in range(1, len(x)):
        row = a[i]
        row[0] = a[i - 1, 1] * w[i]
        row[1] = row[0] + x[i]
    return a[-1, 0] + a[3, 1]


def seconds(gradient: Callable[..., Any], n: int) -> float:
    """The median of a few runs, after one that derives."""
    x, w = np.linspace(0.1, 0.9, n), np.linspace(0.9, 0.2, n)
    gradient(x, w)
    times = []
    for _ in range(5):
        start = time.process_time()
        gradient(x, w)
        times.append(time.process_time() - start)
    return statistics.median(times)


@pytest.mark.parametrize("f", [weighted_sum, stencil, overwritten, appended, rows_of_a_matrix])
def test_ten_times_the_length_costs_ten_times_the_time(f: Callable[..., Any]) -> None:
    gradient = tl.grad(f, argnums=(0, 1))
    gc.disable()
    try:
        ratios = []
        for _ in range(4):  # other programs disturb the short runs most
            ratios.append(seconds(gradient, LONG) / seconds(gradient, SHORT))
            if ratios[-1] <= LINEAR:
                break
    finally:
        gc.enable()
    assert min(ratios) <= LINEAR, ratios
