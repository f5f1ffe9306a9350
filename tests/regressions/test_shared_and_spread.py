"""Programs that were silently wrong: memory that was thought to be apart, and values that were spread or compared as others."""
from __future__ import annotations

import copy
import functools
import itertools
import math

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus.harness import assert_close, numeric_gradient

X = np.array([0.37, -0.52, 0.81, 0.2])
XS = [0.7, 1.2, 1.3, 0.4]


# Memory

def einsum_written(x):
    s = np.einsum("i,j->ij", x, x)
    s[1:] *= x[2]
    return np.sum(s)


def contraction_written(x):
    s = np.einsum("ij,j->i", np.outer(x, x), x)
    s[1:] = s[1:] ** 2
    return np.sum(s)


def diagonal_matrix_written(x):
    a = np.diag(x)
    a[1:] *= x[2]
    np.sin(a, out=a)
    return np.sum(a)


def in_place_under_a_sum(x, y):
    s = y * y
    a = np.sin(x)
    a[:2] *= s
    return np.sum(a) * (s * 0.5 + s)


def rows_added_to(x):
    a = np.outer(x, x) * 1.0
    for i in range(len(a)):
        a[i, 1:] += np.sin(a[i, :-1])
    return np.sum(a * a)


def recorded_in_a_loop_inside(x):
    p = x
    for _ in range(2):
        p /= 2.0 + x
        for _ in range(2):
            np.multiply(p, x, out=x)
    return np.sum(x)


def singular_values_cut(x):
    s = np.linalg.svd(np.outer(x, x) + np.diag(x), compute_uv=False)
    s[2:] = 0.0
    return np.sum(s ** 2)


def eigenvalues_cut(x):
    w, _ = np.linalg.eigh(np.outer(x, x) + np.diag(x))
    w[:2] = 0.0
    return np.sum(w ** 2)


def diagonal_copied(x):
    d = np.diag(np.outer(x, x)).copy()
    d[0] = 1.0
    return np.sum(d ** 2)


# One item, rows, searches

def one_index(x):
    (idx,) = np.nonzero(x > 0)
    return np.sum(x * x) / len(idx)


def one_size(x):
    (n,) = x.shape
    [m] = x[1:].shape
    return np.sum(x * x) / n + x[m]


def one_row(x):
    z = x * 1.0
    (row,) = z.reshape(1, -1)
    row[0] = 3.0 * x[1]
    return np.sum(z * z)


def one_of_a_list(xs):
    (k,) = [i for i, v in enumerate(xs) if v > 1.25]
    (r,) = sorted(xs)[:1]
    return xs[k] ** 2 * r


def one_argument(xs):
    def shaped(v):
        return v * v + np.ndim(v)

    return shaped(*[v for v in xs if v > 1.25]) + sum(itertools.starmap(lambda v: v * xs[0], [(xs[1],), (xs[2],)]))


def least_of_tuples(xs):
    best, i = min((v * v, i) for i, v in enumerate(xs))
    return best * xs[i] + max(zip(xs, range(4)))[0]


def least_so_far(xs):
    best = (9.0, 0.0)
    for v in xs:
        best = min(best, (v ** 2, v))
    return best[0] + best[1] * max([xs[0], xs[1]], [xs[1], xs[0]])[1]


def counted_until_found(xs):
    n = 0

    def large(v):
        nonlocal n
        n += 1
        return v > 1.0

    found = any(large(v) for v in xs), all(map(large, xs))
    return xs[0] * n + xs[3] * found[0]


def raises_behind_what_is_found(xs):
    first = any(1.0 / v > 0.0 for v in (xs[0], 0.0))
    return xs[0] * first * any(xs[k] > 1.0 for k in range(9)) + all(math.log(v) > 9.0 for v in (xs[1], -1.0))


SMOOTH = [
    *((f, (X,)) for f in (
        einsum_written, contraction_written, diagonal_matrix_written, rows_added_to, recorded_in_a_loop_inside,
        singular_values_cut, eigenvalues_cut,
        diagonal_copied, one_index, one_size, one_row)),
    *((f, (XS,)) for f in (
        one_of_a_list, one_argument, least_of_tuples, least_so_far, counted_until_found, raises_behind_what_is_found)),
    (in_place_under_a_sum, (X, 0.63)),
]


@pytest.mark.parametrize(("f", "args"), SMOOTH)
def test_first_derivatives(f, args) -> None:
    wrt = tuple(range(len(args)))
    value, gradients = tl.value_and_grad(f, wrt)(*args)
    assert_close("value", value, f(*copy.deepcopy(args)), 1e-12)
    assert_close("gradient", list(gradients), numeric_gradient(lambda *a: f(*copy.deepcopy(a)), args, wrt), 1e-6)
    _, tangent = tl.jvp(f, args, args)
    assert_close("tangent", float(tangent), sum(float(np.dot(g, a)) for g, a in zip(gradients, args)), 1e-9)


@pytest.mark.parametrize(("f", "args"), [(f, args) for f, args in SMOOTH if isinstance(args[0], np.ndarray)])
def test_second_derivatives(f, args) -> None:
    x, *rest = args
    both = tl.jvp(tl.grad(f), args, (x, *(0.0 for _ in rest)))[1]
    ahead, behind = (tl.grad(f)(x * (1.0 + step), *rest) for step in (1e-6, -1e-6))
    assert_close("forward over reverse", both, (ahead - behind) / 2e-6, 1e-4)

    def along(x, *rest):
        return np.sum(tl.grad(f)(x, *rest) * np.array([0.2, 0.5, -0.3, 0.1]))

    assert_close("second", tl.grad(along)(*args), numeric_gradient(along, args, (0,))[0], 1e-4)


def test_a_pullback_leaves_its_seed() -> None:
    def half(x):
        a = np.split(x, 2)[0] * 1.0
        a[1:] *= 2.0
        return np.sum(a ** 2)

    seed = np.array([0.2, 0.1, -0.3, 0.4])
    _, pullback = tl.vjp(tl.grad(half), X)
    first, second = pullback(seed), pullback(seed)
    assert seed.tolist() == [0.2, 0.1, -0.3, 0.4]
    assert first[0].tolist() == second[0].tolist()


# Refused

def part_written(x):
    z = x * 1.0
    a = np.split(z, 2)[0]
    a *= 2.0
    return np.sum(z ** 2)


def turned_in_a_loop(x, n):
    a = np.outer(x, x)
    for _ in range(n):
        a = a.T
    a.reshape(-1)[0] = 3.0
    return np.sum(a)


def strided_in_a_loop(x, n):
    v = x * 1.0
    for _ in range(n):
        v = v[::2]
    np.ravel(v)[0] = 3.0
    return np.sum(v)


class Tank:
    def __init__(self, v):
        self.v = v

    def fill(self, q):
        self.v = self.v + q
        if self.v > 0.5:
            raise ValueError


def filled_half_way(x, n):
    tank = Tank(x[2] * n)
    try:
        tank.fill(x[2])
    except ValueError:
        pass
    return tank.v


def item_set_half_way(x, n):
    held = {"v": x[0] * n}

    def fill():
        held["v"] = 3.0 * x[1]
        raise ValueError

    try:
        fill()
    except ValueError:
        pass
    return held["v"]


class Lazy:
    def __init__(self, x):
        self.x = x

    @functools.cached_property
    def square(self):
        return self.x * self.x


def changed_between_reads(x, n):
    lazy = Lazy(x[0])
    first = lazy.square
    lazy.x = x[1] * n
    return first * lazy.square


def changed_in_a_loop(x, n):
    lazy, y = Lazy(x[0]), x[1]
    for _ in range(n):
        lazy.x = y
        y = y * lazy.square
    return y


@pytest.mark.parametrize(("f", "args"), [
    (part_written, (X,)), *((f, (X, 2)) for f in (
        turned_in_a_loop, strided_in_a_loop, filled_half_way, item_set_half_way, changed_between_reads, changed_in_a_loop)),
])
def test_refused(f, args) -> None:
    for derive in (tl.grad(f), lambda *a: tl.jvp(f, a, tuple(v * 0 for v in a))):
        with pytest.raises(tl.errors.TransformError) as refused:
            derive(*args)
        assert refused.value.lineno


def test_arguments_that_are_reshaped_are_in_order() -> None:
    def first_set(a):
        a.reshape(-1)[0] = 3.0
        return np.sum(a * a)

    def row_set(a):
        a[0] = 3.0
        return np.sum(a * a)

    a = np.arange(6.0).reshape(2, 3)
    assert tl.grad(first_set)(a).tolist() == [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]]
    for other in (a.T, np.asfortranarray(a), a[:, ::2]):
        with pytest.raises(ValueError, match="C order"):
            tl.grad(first_set)(other)
        assert tl.grad(row_set)(other)[1].tolist() == (2.0 * other[1]).tolist()


def test_a_wrong_number_of_items_is_an_error_as_in_python() -> None:
    def only(xs, n):
        (x,) = [v for v in xs if v > n]
        return x * x

    assert tl.grad(only)([1.0, 3.0], 2.0) == [0.0, 6.0]
    with pytest.raises(ValueError, match="too many values"):
        tl.grad(only)([1.0, 3.0], 0.0)
    with pytest.raises(ValueError, match="not enough values"):
        tl.grad(only)([1.0, 3.0], 5.0)


# What is returned

def both_added(a, b):
    return np.sum((a + b) ** 2)


def turned(a, b):
    return np.sum((a + b.T) ** 2 * a)


def named_parts(parts):
    return np.sum((parts["a"] + parts["b"]) ** 2)


def test_gradients_share_no_memory():
    a, square = np.ones(3), np.ones((3, 3))
    assert not np.shares_memory(*tl.grad(both_added, (0, 1))(a, 2.0 * a))
    assert not np.shares_memory(*tl.value_and_grad(both_added, (0, 1))(a, 2.0 * a)[1])
    assert not np.shares_memory(*tl.grad(turned, (0, 1))(square, 2.0 * square))
    found = tl.grad(named_parts)({"a": a, "b": 2.0 * a})
    assert not np.shares_memory(found["a"], found["b"])
    seed = np.ones(3)
    left, right = tl.vjp(lambda a, b: a + b, a, 2.0 * a)[1](seed)
    assert not np.shares_memory(left, right)
    assert not np.shares_memory(left, seed)
    assert not np.shares_memory(right, seed)


def test_a_pullback_is_that_at_the_arguments_as_they_were():
    z = np.array([1.0, -2.0, 3.0])
    expected = tl.grad(lambda x: np.sum(np.sin(x) ** 2))(z)
    _, pullback = tl.vjp(lambda x: np.sum(np.sin(x) ** 2), z)
    z[:] = 0.0
    assert np.array_equal(pullback(1.0)[0], expected)
    parts = {"a": np.array([1.0, 2.0]), "b": [np.array([3.0, 4.0])]}
    expected = tl.grad(lambda p: np.sum(np.sin(p["a"]) * p["b"][0] ** 2))(parts)
    _, pullback = tl.vjp(lambda p: np.sum(np.sin(p["a"]) * p["b"][0] ** 2), parts)
    parts["a"][:] = 0.0
    parts["b"][0][:] = 0.0
    found = pullback(1.0)[0]
    assert np.array_equal(found["a"], expected["a"])
    assert np.array_equal(found["b"][0], expected["b"][0])
