"""Loops over elements read arrays through memoryviews; values, types and exceptions stay those of the arrays."""
import copy
import math

import numpy as np
import pytest

import tangentlite as tl

LINE = np.array([0.5, -1.25, 2.0, 0.75])
ZEROS = np.array([0.0, 1.0, 0.0, -2.0])
HUGE = np.array([1e200, -1e300, 2.0, 1.0])
HOLES = np.array([1.0, np.nan, np.inf, -np.inf])
TABLE = np.linspace(-1.0, 2.0, 12).reshape(3, 4)


def squares(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s


def quotients(x, y):
    s = 0.0
    for i in range(len(x)):
        s += x[i] / y[i]
    return s


def by_number(x, h):
    s = 0.0
    for i in range(1, len(x)):
        s += (x[i] - x[i - 1]) / h * x[i]
    return s


def powers(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2 * x[i - 1]
    return s


def roots(x):
    s = 0.0
    for i in range(len(x)):
        s -= x[i] * x[i]
    return s ** 0.5 + x[0] * x[1]


def mean(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[0]
    return s / len(x)


def shares(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i]
    t = 0.0
    for i in range(len(x)):
        t += x[i] * x[i] / s
    return t


def elimination(a, b):
    c = np.zeros(len(a))
    c[0] = b[0] / a[0]
    for i in range(1, len(a)):
        m = a[i] - 0.25 * c[i - 1] * a[i - 1]
        c[i] = (b[i] - a[i - 1] * b[i - 1]) / m
    s = 0.0
    for i in range(len(a)):
        s += c[i] * b[i]
    return s


def softened(x, m):
    e = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            e -= m[i] * m[j] / math.sqrt(d * d + 0.01)
    return e


def choices(x):
    s = 0.0
    for i in range(1, len(x)):
        if x[i] > x[i - 1] and not x[i] == 0.0:
            s += max(x[i], 2.0 * x[i - 1]) + min(x[i], x[0])
        elif -3.0 < x[i] <= 1.0:
            s -= abs(x[i])
    return s


def counted(x):
    s, n = 0.0, 0
    for i in range(len(x)):
        n += x[i] > 0.0
        s += x[i] * ((x[i] > 1.0) + (x[i] > 0.0))
    return s * n


def until(x):
    i, s = 0, 0.0
    while i < len(x) and x[i] < 1.5:
        s += x[i] * i
        i += 1
    return s


def filtered(x, a):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = a * y[i - 1] + (1 - a) * x[i] * x[i]
    return np.sum(y)


def summed_in_between(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * x[i]
    before = np.sum(y * y)
    for i in range(len(x)):
        y[i] += x[i]
    return before * np.sum(y)


def written(x):
    x = x.copy()
    for i in range(1, len(x)):
        x[i] = x[i] * x[i - 1]
    x[1:3] *= 2.0
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return x[-1]


def overwritten_before(x):
    """The length is asked of the array as it was before, the items are those after."""
    u = x.copy()
    u[:2] = u[:2] * 0.5
    items = [a * a for a in u]
    u[2] -= items[0]
    return np.sum(u * u)


def copied_in_every_step(x):
    """Its tangent begins the loop twice: as that of `u`, which is updated, and as its own, which is copied."""
    x = x.copy()
    u = x * 1.0
    for v in u:
        for i in range(1):
            x[i] = u[i]
        u[2] -= v
    return np.sum(x * x)


def another_name(x):
    y = x.copy()
    z = y
    for i in range(len(y)):
        z[i] = y[i] * y[i]
    return np.sum(y) + z[0]


def parts(x):
    y = x[1:]
    z = x[::-2]
    s = 0.0
    for i in range(len(z)):
        s += y[i] * z[i]
    return s


def rows(t):
    s = 0.0
    for i in range(t.shape[0]):
        row = t[i]
        for j in range(t.shape[1]):
            s += row[j] * t[i, j] * t[-1, j - 1]
    return s


def steps(u, n):
    for _ in range(n):
        v = np.zeros(len(u))
        for i in range(1, len(u) - 1):
            v[i] = u[i] + 0.1 * (u[i - 1] - 2 * u[i] + u[i + 1])
        u = v
    return np.sum(u * u)


def exchanged(u, n):
    u, v = u.copy(), np.zeros(len(u))
    for _ in range(n):
        for i in range(len(u)):
            v[i] = 0.5 * u[i] * u[i - 1]
        u, v = v, u
    return np.sum(u)


def exchanged_twice(x):
    return exchanged(x, 2)


def exchanged_after_a_loop(x):
    u = x * 1.0
    for _ in range(3):
        x[[0, 2]] = 0.5 * u[1]
    for i in range(3):
        x[i] *= 2.0
        u, x = x, u
    return np.sum(x * u[0])


def in_one_arm(x):
    u = x
    for v in 0.3 * u:
        u = x * x
        for i in range(2):
            if u[0] > 1.0:
                continue
            x[i] *= v
    return np.sum(u)


def of_copies(x):
    return exchanged_after_a_loop(x.copy()) + in_one_arm(x.copy())


def either(x, flag):
    y = x * 2.0 if flag else x
    s = 0.0
    for i in range(len(x)):
        s += y[i] * x[i]
    return s


def in_a_branch(x, flag):
    s = x[0]
    if flag:
        y = x * 2.0
        for i in range(len(x)):
            s += y[i] * x[i]
    return s * x[1]


def kept(x):
    items = []
    for i in range(len(x)):
        items.append(x[i] * x[i])
    return sum(items) + np.array(items)[0] * len(items)


def classes(x):
    s = 0.0
    for i in range(len(x)):
        if isinstance(x[i], np.float64):
            s += x[i] * x[i]
    return s


def single(y):
    x = y.astype(np.float32)
    s = np.float32(0.0)
    for i in range(len(x)):
        s += x[i] * np.float32(y[i])
        x[i] += y[i]
    return s * x[0]


def whole_numbers(x):
    k = np.arange(len(x))
    s = 0.0
    for i in range(len(x)):
        s += x[k[i]] * k[i] * x[k[-1 - i]]
    return s


def complexes(x):
    s = 0.0
    for i in range(len(x)):
        z = x[i] * 1j + x[0]
        s += (z * z).real
    return s


def by_iteration(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s += a * b * x[i]
    return s


def several(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[0]
    return s, x[0] * 2.0, x


def ufuncs(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * np.maximum(x[i], x[0]) / np.exp(x[i]) + math.cos(x[i])
    return s


def recursive(x, n):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s if n == 0 else s / recursive(x * 0.5, n - 1)


def from_an_integer(x):
    s = 1
    for i in range(len(x)):
        s *= x[i]
        s -= 1
    return s


def found(x, limit):
    there = False
    for i in range(len(x)):
        if x[i] > limit:
            y = x[i] * x[0]
            there = True
    return y ** 2 if there else x[0] * x[1]


def guarded(x):
    s = 0.0
    for i in range(len(x) + 1):
        try:
            s += x[i] * x[i]
        except IndexError:
            s *= 2.0
    return s


CASES = [
    (squares, (LINE,)), (squares, (LINE[:0],)), (squares, (LINE[:1],)), (squares, (HUGE,)), (squares, (HOLES,)),
    (squares, (LINE[::-1],)), (squares, (np.broadcast_to(1.5, 3),)), (squares, (LINE.astype(">f8"),)),
    (squares, (LINE.astype(np.float32),)), (quotients, (LINE, ZEROS)), (quotients, (ZEROS, ZEROS)), (quotients, (LINE, LINE)),
    (by_number, (LINE, 0.0)), (by_number, (LINE, 0.5)), (by_number, (LINE, np.float64(0.0))), (powers, (HUGE,)), (powers, (LINE,)),
    (roots, (LINE,)), (mean, (LINE,)), (shares, (ZEROS,)), (shares, (ZEROS - ZEROS,)), (elimination, (LINE, LINE)),
    (elimination, (ZEROS, LINE)), (softened, (LINE, ZEROS)), (softened, (HOLES, LINE)), (choices, (LINE,)), (choices, (HOLES,)),
    (counted, (LINE,)), (until, (LINE,)), (filtered, (LINE, 0.3)), (summed_in_between, (LINE,)), (written, (LINE,)),
    (another_name, (LINE,)), (parts, (LINE,)), (rows, (TABLE,)), (rows, (TABLE.T,)), (rows, (np.asfortranarray(TABLE),)),
    (steps, (LINE, 3)), (steps, (LINE, 0)), (exchanged, (LINE, 3)), (either, (LINE, True)), (either, (LINE, False)),
    (in_a_branch, (LINE, True)), (in_a_branch, (LINE, False)), (kept, (LINE,)), (classes, (LINE,)), (single, (LINE,)),
    (whole_numbers, (LINE,)), (complexes, (LINE,)), (by_iteration, (LINE, ZEROS)), (ufuncs, (LINE,)), (recursive, (LINE, 2)),
    (found, (LINE, 1.0)), (found, (LINE, 5.0)), (from_an_integer, (LINE,)), (overwritten_before, (LINE,)),
    (exchanged_after_a_loop, (LINE,)), (in_one_arm, (LINE,)),
    (copied_in_every_step, (LINE,)),
    (guarded, (LINE,)),
]


def plain(f, monkeypatch):
    """The value and the gradient by the elements of the arrays themselves."""
    monkeypatch.setattr("tangentlite.finishing.memoryviews", lambda trace, kinds, entry: trace)
    monkeypatch.setenv("TANGENTLITE_CACHE_DIR", "")
    return tl.value_and_grad(f)


def same(a, b):
    """A sum of nothing may be NumPy's, too."""
    assert isinstance(a, type(b))
    assert getattr(a, "dtype", None) == getattr(b, "dtype", None)
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("f", "args"), CASES, ids=lambda p: getattr(p, "__name__", ""))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_values_and_types_are_those_of_the_arrays(f, args, monkeypatch):
    value, gradient = tl.value_and_grad(f)(*args)
    expected, slope = plain(f, monkeypatch)(*args)
    same(value, expected)
    same(gradient, slope)
    if len(args[0]):
        same(value, f(*copy.deepcopy(args)))


def text(f, *args, **options):
    return tl.source(f, *args, **options)


@pytest.mark.parametrize(("f", "args", "names"), [
    (squares, (LINE,), ["x", "x_bar"]), (softened, (LINE, LINE), ["x", "m", "x_bar"]),
    (filtered, (LINE, 0.3), ["x", "y", "y_bar", "x_bar"]), (rows, (TABLE,), ["row", "row_bar"]),
    (elimination, (LINE, LINE), ["a", "b", "c"]), (until, (LINE,), ["x"]), (by_iteration, (LINE, LINE), ["x", "y"]),
    (by_number, (LINE, 0.5), ["x"]), (choices, (LINE,), ["x"]), (steps, (LINE, 3), ["v", "u_bar"]), (exchanged, (LINE, 3), []),
    (written, (LINE,), ["x"]),
])
def test_arrays_of_loops_over_elements_are_read_through_memoryviews(f, args, names):
    source = text(f, *args)
    for name in names:
        assert f" {name} = memoryview(" in source, source


@pytest.mark.parametrize(("f", "args"), [
    (powers, (LINE,)), (classes, (LINE,)), (guarded, (LINE,)), (squares, (LINE.astype(">f8"),)),
])
def test_others_are_not(f, args):
    source = text(f, *args, value=True)
    assert " x = memoryview(" not in source, source


def test_without_kinds_there_are_none():
    assert " = memoryview(" not in text(squares)


def test_a_variable_may_be_called_like_what_the_text_needs():
    def shadowed(x, memoryview, slice, set, isinstance):
        s = 0.0
        for i in range(len(x)):
            s += x[i] * memoryview
        return s * slice * set + isinstance * np.sum(x[1:])

    found = tl.grad(shadowed, (0, 1, 2, 3, 4))(LINE, 2.0, 3.0, 0.5, 7.0)
    np.testing.assert_allclose(found[0], [3.0, 10.0, 10.0, 10.0])
    np.testing.assert_allclose(found[1:], [3.0, 2.0, 12.0, 1.5])


def test_where_a_sum_over_nothing_is_divided_by_its_length_the_exception_stays():
    with pytest.raises(ZeroDivisionError):
        tl.value_and_grad(mean)(LINE[:0])


def test_an_index_beyond_the_end_is_still_refused():
    def beyond(x):
        s = 0.0
        for i in range(len(x) + 1):
            s += x[i] * x[i]
        return s

    with pytest.raises(IndexError):
        tl.value_and_grad(beyond)(LINE)


def test_results_are_the_arrays_themselves():
    """Not other ones on the same memory."""
    gradient = tl.grad(squares)(LINE)
    assert gradient.flags.owndata
    value, (s_bar,) = several(LINE), (1.0,)
    (s, first, x), pullback = tl.vjp(several, LINE)
    assert s == value[0]
    assert type(s) is type(first) is np.float64
    assert x is LINE or np.array_equal(x, LINE)
    np.testing.assert_allclose(pullback((s_bar, 0.0, np.zeros(4)))[0], LINE[0] + np.eye(4)[0] * np.sum(LINE))


def of_other_types(x):
    s, largest, z = 0.0, 0, x[0] > 0.0
    for i in range(len(x)):
        s += x[i] * x[0]
        largest = i if x[i] > x[largest] else largest
    return s, x[1] > 1.0, z, largest, (x[1] * 1j + s).conjugate(), [x[2], s]


def test_results_of_other_types_stay_what_they_are():
    value, tangent = tl.jvp(of_other_types, (LINE,), (LINE,))
    expected = of_other_types(LINE)
    assert value == expected
    assert list(map(type, value)) == list(map(type, expected))
    assert list(map(type, value[-1])) == list(map(type, expected[-1]))
    assert tangent[0] == 2.0 * value[0]


@pytest.mark.parametrize("f", [
    squares, filtered, rows, softened, elimination, overwritten_before, exchanged_twice, copied_in_every_step, of_copies])
def test_tangents_and_second_derivatives_agree_with_differences(f):
    args = {rows: (TABLE,), filtered: (LINE, 0.3), softened: (LINE, LINE), elimination: (LINE, LINE)}.get(f, (LINE,))
    x, rest = args[0], args[1:]
    v = np.cos(np.arange(x.size)).reshape(x.shape)
    h = 1e-6

    def at(p):
        return f(p, *rest)

    value, tangent = tl.jvp(at, (x,), (v,))
    assert value == f(*args)
    np.testing.assert_allclose(tangent, (at(x + h * v) - at(x - h * v)) / (2 * h), rtol=1e-6, atol=1e-6)
    slope = tl.grad(at)
    np.testing.assert_allclose(tl.hvp(at, (x,), (v,)), (slope(x + h * v) - slope(x - h * v)) / (2 * h), rtol=1e-5, atol=1e-5)
