"""Adjoints that are given all their values in every step need no zeros; others keep them."""
import numpy as np
import pytest

import tangentlite as tl
from tests.corpus import spent_adjoints as corpus

LINE, GRID = np.linspace(0.4, 1.2, 5), np.linspace(0.4, 1.2, 9).reshape(3, 3)


def text(f, *args):
    source = tl.source(f, *args, wrt=("u",))
    return source[source.index("_bar = "):]


def smoothed(u, n):
    v = u.copy()
    for _ in range(n):
        for i in range(1, len(u)):
            v[i] = 0.5 * (u[i] + u[i - 1])
        for i in range(1, len(u)):
            u[i] = v[i]
    return np.sum(u * u)


def smoothed_planes(u, n):
    v = u.copy()
    for _ in range(n):
        for i in range(1, u.shape[0]):
            for j in range(u.shape[1]):
                v[i, j] = 0.5 * (u[i, j] + u[i - 1, j])
        for i in range(1, u.shape[0]):
            for j in range(u.shape[1]):
                u[i, j] = v[i, j]
    return np.sum(u * u)


@pytest.mark.parametrize(("f", "u", "index"), [(smoothed, LINE, "i"), (smoothed_planes, GRID, "i, j")])
def test_no_resets_are_left_where_every_step_writes_all_elements(f, u, index):
    adjoint = text(f, u, 3)
    assert f"v_bar[{index}] = 0.0" not in adjoint, adjoint
    assert f"v_bar[{index}] = v" in adjoint, adjoint
    assert adjoint.rstrip().endswith("return u_bar.obj"), adjoint


@pytest.mark.parametrize("f", [
    corpus.read_in_the_end, corpus.ends_of_it_read, corpus.shorter_second_loop, corpus.longer_second_loop, corpus.read_by_the_neighbour,
    corpus.from_the_end, corpus.in_one_step_of_two, corpus.exchanged, corpus.kept, corpus.left_early])
def test_they_stay_where_something_is_left(f):
    """Its values are compared in the corpus."""
    adjoint = text(f, LINE, 3)
    assert "_bar[i] = 0.0" in adjoint or "_bar[i] +=" in adjoint, adjoint


def test_an_array_of_one_loop_is_a_number():
    def f(u, c):
        v = np.empty_like(u)
        for i in range(len(u)):
            v[i] = u[i] * 2.0
            u[i] = v[i] + c
        return np.sum(u)

    adjoint = tl.source(f, LINE, 0.5, wrt=("u", "c"))
    assert "v_bar" not in adjoint, adjoint
