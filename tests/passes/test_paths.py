"""Lists of lists: elements are read and written by path, in place, and never through a row that is somebody else's, too."""
from __future__ import annotations

import copy
import math
import time

import pytest

import tangentlite as tl
from tests.corpus.harness import assert_close, numeric_gradient

A = [[2.0, 0.5, -0.3], [0.1, 1.5, 0.7], [-0.4, 0.2, 3.0]]
X = [0.3, -0.8, 1.1]


def warping(x, y):
    n, m = len(x), len(y)
    d = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = (x[i - 1] - y[j - 1]) ** 2
            d[i][j] = cost - math.log(math.exp(-d[i - 1][j]) + math.exp(-d[i][j - 1]) + math.exp(-d[i - 1][j - 1]))
    return d[n][m]


def elimination(a, b):
    n = len(b)
    a = [row[:] for row in a]
    b = b[:]
    for i in range(n):
        for k in range(i + 1, n):
            f = a[k][i] / a[i][i]
            for j in range(i, n):
                a[k][j] -= f * a[i][j]
            b[k] -= f * b[i]
    x = [0.0] * n
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - sum(a[i][j] * x[j] for j in range(i + 1, n))) / a[i][i]
    return sum(x)


def product(a, b):
    c = [[0.0] * len(b[0]) for _ in a]
    for i in range(len(a)):
        for j in range(len(b[0])):
            for k in range(len(b)):
                c[i][j] += a[i][k] * b[k][j]
    return c[0][0] * c[1][2] + c[2][1]


def diffusion(x, steps):
    u = [[x[i] * x[j] for j in range(len(x))] for i in range(len(x))]
    for _ in range(steps):
        for i in range(1, len(x) - 1):
            for j in range(1, len(x)):
                u[i][j] += 0.1 * (u[i - 1][j] + u[i + 1][j] - 2.0 * u[i][j]) * u[i][j - 1]
    return sum(sum(row) for row in u)


def three_deep(x):
    u = [[[x[i] * k for k in range(2)] for _ in range(2)] for i in range(2)]
    for i in range(2):
        u[i][1][0] = u[1 - i][0][1] * x[2]
        u[i][0][1] *= u[i][1][0]
    return u[0][0][1] * u[1][1][0] + u[1][0][1]


def one_row_twice(x):
    row = [x[0], x[1]]
    u = [row, row]
    u[0][1] = x[2] * x[0]
    return u[1][1] * u[0][0]


def repeated_row(x):
    u = [[x[0], x[1]]] * 2
    u[0][0] = x[2] * x[2]
    return u[1][0] * u[0][1]


def row_by_name(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    row = u[1]
    u[1][0] = x[2] * 3.0
    row[1] = row[0] * x[0]
    return u[1][1] * row[0] + u[0][0]


def row_before_it_is_written(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    before = u[1][:]
    shared = u[1]
    for k in range(2):
        u[1][k] = u[1][k] * before[1 - k]
    return before[0] * u[1][1] + shared[0]


def row_replaced(x):
    u = [[x[0]] * 2 for _ in range(3)]
    for i in range(2):
        u[i][1] = x[i] * x[2]
        u[i + 1] = [u[i][1], x[i]]
        u[i + 1][0] *= 2.0
    return u[2][0] * u[1][1] + u[0][0]


def rows_exchanged(x):
    u = [[x[0], 1.0], [x[1], 2.0]]
    for k in range(3):
        u[0], u[1] = u[1], u[0]
        u[0][k % 2] = u[1][k % 2] * x[2]
    return u[0][0] * u[1][1]


def row_shared_with_a_list(x):
    u, kept = [], []
    for i in range(2):
        row = [x[i], x[i + 1]]
        u.append(row)
        kept.append(row)
    u[0][0] = x[2] * x[1]
    u[1][1] = kept[0][0] * x[0]
    return kept[0][0] * kept[1][1] + u[0][1]


def rows_of_the_argument(a, x):
    u = [*a]
    u[0] = [x[0], x[1], x[2]]
    u[0][1] = a[1][1] * x[1]
    return u[0][1] * u[1][0]


def two_versions(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    w = [row[:] for row in u]
    for k in range(2):
        u[k][0] = w[1 - k][0] * u[k][1]
        w[k][1] = u[k][0] * x[2]
    return u[0][0] * w[1][1] + w[0][1]


def handed_over(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    doubled(u, 1)
    doubled(u, 0)
    return u[0][0] * u[1][1]


def doubled(u, k):
    for j in range(2):
        u[k][j] = 2.0 * u[k][j] * u[1 - k][j]


def read_after_a_condition(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    v = u[0][1]
    if x[2] > 0.0:
        u[0][1] = x[2] * v
        u[1][0] *= u[0][1]
    return u[0][1] * v + u[1][0]


def negative_places(x):
    u = [[0.0] * 3 for _ in x]
    for i in range(len(x)):
        u[-i][i - 3] = x[i] * x[0]
        u[i][0] = u[i][-3] + x[1]
    return sum(u[i][j] * (i + j) for i in range(3) for j in range(3))


def with_integers(x):
    u = [[1, 2], [3, 4]]
    u[0][1] = x[0] * u[1][0]
    return u[0][1] * u[1][1] + u[0][0] * x[1]


def whole_rows_read(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    total = 0.0
    for row in u:
        row[0] = row[1] * x[0]
        total += sum(row)
    u[1][1] = total
    return u[0][0] * u[1][1]


def raised_half_way(x):
    u = [[x[0], x[1]], [x[1], x[2]]]
    try:
        u[0][0] = x[1] * 2.0
        u[0][2] = x[1]
    except IndexError:
        u[1][0] = u[0][0] * x[2]
    return u[1][0] * u[0][1]


CASES = [
    (warping, (X, X[:2])), (warping, (X[:1], X)), (elimination, (A, X)), (product, (A, A)), (diffusion, (X, 2)), (diffusion, (X, 0)),
    (rows_of_the_argument, (A, X)),
    *((f, (X,)) for f in (
        three_deep, one_row_twice, repeated_row, row_by_name, row_before_it_is_written, row_replaced, rows_exchanged,
        row_shared_with_a_list, two_versions, handed_over, read_after_a_condition, negative_places, with_integers, whole_rows_read,
        raised_half_way)),
]


@pytest.mark.parametrize(("f", "args"), CASES)
def test_derivatives(f, args) -> None:
    given = copy.deepcopy(args)
    active = tuple(k for k, a in enumerate(args) if isinstance(a, list))
    if f in REFUSED:
        return
    value, gradients = tl.value_and_grad(f, active)(*args)
    assert args == given
    assert value == f(*copy.deepcopy(args))
    assert_close("gradient", list(gradients), numeric_gradient(lambda *a: f(*copy.deepcopy(a)), args, active), 1e-6)
    _, tangent = tl.jvp(f, args, tuple(a if k in active else 0 for k, a in enumerate(args)))
    assert_close("tangent", tangent, sum(inner(g, args[k]) for g, k in zip(gradients, active)), 1e-9)
    along = tl.jvp(tl.grad(f, active), args, tuple(a if k in active else 0 for k, a in enumerate(args)))[1]
    ahead, behind = (tl.grad(f, active)(*moved(args, active, step)) for step in (1e-6, -1e-6))
    assert_close("second", inner(along, along), inner(along, halved(ahead, behind)), 1e-4)


def inner(a, b):
    return sum(map(inner, a, b)) if isinstance(a, (list, tuple)) else a * b


def halved(a, b):
    return [halved(p, q) for p, q in zip(a, b)] if isinstance(a, (list, tuple)) else (a - b) / 2e-6


def moved(args, active, step):
    def scaled(a):
        return [scaled(v) for v in a] if isinstance(a, list) else a * (1.0 + step)

    return tuple(scaled(a) if k in active else a for k, a in enumerate(args))


REFUSED = {rows_of_the_argument, rows_exchanged, row_shared_with_a_list}


@pytest.mark.parametrize(("f", "args"), CASES)
def test_what_may_share_rows_is_refused(f, args) -> None:
    if f in REFUSED:
        with pytest.raises(tl.errors.TangentliteError):
            tl.grad(f)(*args)
    else:
        tl.grad(f)(*args)


@pytest.mark.parametrize(("f", "args", "lines"), [
    (warping, (X, X), ["d[i][j] = ", "d_bar[i][j] = 0.0", "d_bar[i][cost_2] -= "]),
    (elimination, (A, X), ["a_1[k][j] = ", "a_1_bar[i][j] -= "]),
    (product, (A, A), ["c[i][j] = ", "a_bar[i][k] += "]),
    (three_deep, (X,), ["u_bar[i][1][0]"]),
])
def test_elements_are_written_in_place(f, args, lines) -> None:
    source = tl.source(f, *args)
    for line in lines:
        assert line in source
    for helper in ("setitem(", "add_at("):
        assert helper not in source


def test_the_time_grows_with_the_number_of_elements() -> None:
    gradient = tl.grad(warping)

    def seconds(n: int) -> float:
        x, y = [math.sin(k) for k in range(n)], [math.cos(k) for k in range(n)]
        gradient(x, y)
        return min(timed(gradient, x, y) for _ in range(3))

    assert seconds(80) < 4 * 4 * 8 * seconds(20)


def timed(f, *args):
    begin = time.perf_counter()
    f(*args)
    return time.perf_counter() - begin
