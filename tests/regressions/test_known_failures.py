"""What public trackers of such tools report: a small test for each class. Right, or a located error: never a wrong number."""
from __future__ import annotations

import contextlib
import math
import pickle
import threading

import numpy as np
import pytest

import tangentlite as tl
from tests.regressions.test_ancestors import close
from tests.written import module

U = np.array([0.3, -0.7, 1.2, 0.9])


# -- memory ------------------------------------------------------------------------------------------------------------------

def overwritten(u):
    v = u * 1.0
    s = v[0] * v[1]
    v[0] = s * v[2]
    v += v * u
    return np.sum(v * v) + s


def test_operands_that_are_overwritten_later_keep_their_old_value():
    close(overwritten, U)


def through_names(u):
    base = np.outer(u, u)
    row, turned = base[1], base.T
    row[2] = u[0] * 3.0
    turned[0] += u
    return np.sum(base * base)


def test_writes_are_seen_through_every_name():
    close(through_names, U)


def pair(u, v):
    return np.sum(u * u * v)


def writes_one(u, v):
    u[0] = 5.0 * v[1]
    return np.sum(u * v)


def test_the_same_array_in_two_places():
    both = tl.grad(pair, argnums=(0, 1))(U, U)
    assert np.array_equal(both[0], 2 * U * U)
    assert np.array_equal(both[1], U * U)
    with pytest.raises(ValueError, match="shares memory"):
        tl.grad(writes_one)(U, U)


def scaled_in_place(x):
    x *= 3.0
    return x


def writes_its_argument(x):
    y = scaled_in_place(x)
    return np.sum(y * x)


def test_arguments_that_are_written_come_back_as_they_were():
    x = U.copy()
    assert np.allclose(tl.grad(writes_its_argument)(x), 18.0 * U)
    assert np.array_equal(x, U)


# -- control flow ------------------------------------------------------------------------------------------------------------

def carried(x, y, n):
    s, t = x, y
    for k in range(n):
        s, t = s * t + k, np.sin(s) * y
        t = t * s
    return s * t


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_variables_carried_through_loops(n):
    close(lambda x, y: carried(x, y, n), 0.3, 0.4)


def active_condition(x, limit):
    n, s = 0.0, x
    while s < limit and (n := n + 1.0) < 50:
        limit = limit - 0.01 * s
        s = s * 1.3 + 0.1 * x
    return s * n + limit


def test_conditions_that_the_loop_changes():
    close(active_condition, 0.3, 5.0)


def of_rows(u):
    s = np.zeros(2)
    for row in u:
        s = s + row * row
    return np.sum(s)


def test_loops_without_trips_and_empty_arrays():
    assert tl.grad(of_rows)(np.zeros((0, 2))).shape == (0, 2)
    assert tl.grad(lambda u: np.sum(u * u))(np.zeros(0)).shape == (0,)


def leaves_loops(x, n):
    s = 0.0
    for i in range(n):
        if i == 4:
            break
        for j in range(3):
            if j == i:
                continue
            if s > 20.0:
                break
            s += x * j + x * x
        else:
            s = s * x
    else:
        s += 10.0 * x
    return s


@pytest.mark.parametrize("n", [0, 1, 3, 6])
def test_break_continue_and_else(n):
    close(lambda x: leaves_loops(x, n), 1.2)


def returns_early(x, n):
    for k in range(n):
        if x * k > 2.0:
            return x ** k
            x = 100.0 * x
        x = x + 0.3
    if n > 8:
        return 5.0 * x
    return x


@pytest.mark.parametrize("n", [0, 2, 5])
def test_early_returns_and_code_that_is_never_reached(n):
    close(lambda x: returns_early(x, n), 0.9)


def factorial_like(x, n):
    return x if n == 0 else n * x * factorial_like(x * 0.9, n - 1) + 1.0


def even(x, n):
    return x if n == 0 else odd(x * 1.01, n - 1)


def odd(x, n):
    return np.sin(x) if n == 0 else even(x + 0.01, n - 1)


def test_recursion():
    close(lambda x: factorial_like(x, 5), 0.7)
    close(lambda x: even(x, 300), 0.01, rel=1e-5)
    with pytest.raises(RecursionError):
        tl.grad(lambda x: even(x, 10 ** 6))(0.01)


# -- names and scopes --------------------------------------------------------------------------------------------------------

def shadowing(x):
    y = [x * k for k in range(3)]
    k = x * 2.0
    z = sum([x * x for x in y])
    y = z * k
    for x in (y, y * k):
        z = z + x
    return z


def test_redefinitions_and_scopes_of_comprehensions():
    close(shadowing, 0.7)


def adjoint_names(adj_x, _r0, x_bar, np_bar, push):
    x, dx, bx = adj_x * _r0, x_bar * push, np_bar + push
    tape = [x, dx]
    tape.append(bx * x)
    return tape[0] * tape[1] + tape[2]


def test_names_that_generated_code_would_like_to_have():
    close(adjoint_names, 0.3, 0.5, 0.7, 1.1, 1.3)


def test_closures_are_read_when_they_are_called():
    functions = [lambda x: x * i for i in range(3)]
    assert [tl.grad(f)(1.0) for f in functions] == [2.0, 2.0, 2.0]
    made = [lambda x, i=i: x * i for i in (3.0, 5.0)]
    assert [tl.grad(f)(1.0) for f in made] == [3.0, 5.0]


def with_defaults(x, scale=3.0, *, shift=1.0):
    return (x + shift) * scale


def summed(x, **options):
    return np.sum(x, **options)


def some(u):
    return np.sum(u, where=u > 0, initial=2.0) + np.sum(u * u, axis=0, keepdims=True)[0]


def into(u):
    out = np.zeros(4)
    np.multiply(u, 3.0, out=out)
    return np.sum(out * u)


def test_defaults_and_keywords():
    assert tl.grad(with_defaults)(1.0) == 3.0
    assert tl.grad(with_defaults)(1.0, shift=5.0, scale=7.0) == 7.0
    assert tl.grad(with_defaults, argnames=("scale", "shift"))(1.0) == (2.0, 3.0)
    close(some, U)
    close(into, U)
    with pytest.raises(tl.errors.NoRuleError, match="does not cover"):
        tl.grad(lambda u: np.sum(np.sin(u, where=u > 0)))(U)


# -- shapes and numbers ------------------------------------------------------------------------------------------------------

def spread(a, b, c):
    return np.sum(np.einsum("ij,kj->ik", a * c, b)) + np.sum(a - b * c)


def test_dimensions_of_length_1():
    close(spread, np.ones((1, 3)), np.arange(6.0).reshape(2, 3), 0.7)
    assert tl.grad(spread)(np.ones((1, 3)), np.ones((2, 3)), np.array(0.5)).shape == (1, 3)
    assert np.shape(tl.grad(spread, argnums=2)(np.ones((1, 3)), np.ones((2, 3)), np.array([[0.5]]))) == (1, 1)


def test_single_precision_stays():
    for f in (lambda x: np.sum(x * 2.0 + 1) / 3.0, lambda x: np.mean(np.exp(-x) ** 2), lambda x: np.linalg.norm(x)):
        assert tl.grad(f)(U.astype(np.float32)).dtype == np.float32


def test_casts_to_integers_have_no_slope():
    assert np.array_equal(tl.grad(lambda u: np.sum(u.astype(int) + np.round(u)))(U), np.zeros(4))
    with pytest.raises(tl.errors.InputTypeError):
        tl.grad(lambda u: np.sum(u * 2.0))(np.arange(3))


def test_complex_intermediates_are_right_and_complex_results_refused():
    close(lambda u: np.sum(np.abs(np.fft.fft(u)) ** 2) + np.real(1j * (u[0] + 1j * u[1])), U)
    with pytest.raises(tl.errors.OutputTypeError, match="holomorphic"):
        tl.grad(lambda x: x * 1j)(1.0)


def scattered(u):
    v = np.zeros(4)
    v[[0, 0, 1]] = u[:3]
    np.add.at(v, [2, 2], u[2:])
    return np.sum(v * v) + np.sum(u[[3, 3]])


def test_repeated_indices():
    close(scattered, U)


@pytest.mark.parametrize(("f", "x", "slope"), [
    (lambda u: np.abs(u[0]), [0.0], [0.0]), (lambda u: np.max(u), [2.0, 2.0, 1.0], [0.5, 0.5, 0.0]),
    (lambda u: np.maximum(u[0], u[1]), [2.0, 2.0], [0.5, 0.5]), (lambda u: np.sum(np.clip(u, 0.0, 1.0)), [1.0, 0.5], [0.5, 1.0]),
    (lambda u: np.linalg.norm(u), [0.0, 0.0], [0.0, 0.0]), (lambda u: np.sqrt(u[0]), [0.0], [np.inf]),
    (lambda u: u[0] ** 0, [0.0], [0.0]), (lambda u: u[0] ** 1, [0.0], [1.0]), (lambda u: u[0] ** u[1], [0.0, 2.0], [0.0, 0.0]),
    (lambda u: np.power(-2.0, 3) * u[0] ** 3, [-2.0], [-96.0])])
def test_kinks_and_powers(f, x, slope):
    with np.errstate(all="ignore"):
        assert np.array_equal(tl.grad(f)(np.array(x)), slope)


def test_the_branch_that_is_not_taken_does_not_poison():
    def guarded(u):
        return np.sum(np.where(u > 0, np.sqrt(np.where(u > 0, u, 1.0)), 0.0))

    assert np.array_equal(tl.grad(guarded)(np.array([0.0, 4.0])), [0.0, 0.25])
    assert tl.grad(lambda x: math.sqrt(x) if x > 0 else 0.0)(0.0) == 0.0


def has_unused(x):
    unused = np.arccos(x)  # noqa: F841
    return x * x


def test_what_is_not_used_does_not_poison():
    with np.errstate(all="ignore"):
        assert tl.grad(has_unused)(2.0) == 4.0
        assert tl.jvp(has_unused, (2.0,), (1.0,))[1] == 4.0


def test_zeros_never_none():
    gradient = tl.grad(lambda x, u: 2.0 * x, argnums=(0, 1))(1.0, U)
    assert gradient[0] == 2.0
    assert np.array_equal(gradient[1], np.zeros(4))
    assert np.array_equal(tl.vjp(lambda x, u: 2.0 * x, 1.0, U)[1](1.0)[1], np.zeros(4))
    assert tl.jvp(lambda x: 3.0, (1.0,), (1.0,)) == (3.0, 0.0)


# -- what cannot be followed -------------------------------------------------------------------------------------------------

opaque = np.frompyfunc(lambda x: x * x, 1, 1)


@pytest.mark.parametrize("f", [lambda x: float(str(x)) * x, lambda x: opaque(x) * 1.0, lambda x: x * float(f"{x}"),
                               lambda x: eval("x * x"), lambda x: x * locals()["x"], lambda x: x + next(iter({x: 1}))],
                         ids=["str", "frompyfunc", "format", "eval", "locals", "key"])
def test_numbers_that_leave_the_derivatives_sight_are_refused(f):
    for derivative in (lambda: tl.grad(f)(2.0), lambda: tl.jvp(f, (2.0,), (1.0,))):
        with pytest.raises(tl.errors.TransformError):
            derivative()


def test_item_is_followed():
    assert np.array_equal(tl.grad(lambda u: u[0].item() * u[1].item())(U[:2]), U[1::-1])


def raises_in_a_loop(x, n):
    s = 1.0
    for k in range(5):
        if k == n:
            raise KeyError("mine")
        s = s * x
    return s


def test_exceptions_are_the_functions_own_and_leave_nothing_behind():
    slope = tl.grad(raises_in_a_loop)
    assert slope(2.0, 9) == 80.0
    with pytest.raises(KeyError, match="mine") as caught:
        slope(2.0, 3)
    assert any("raise KeyError" in note for note in caught.value.__notes__)
    assert slope(2.0, 9) == 80.0


TOTAL = 0.0


def generator(x):
    yield x * x


async def asynchronous(x):
    return x * x


def writes_a_global(x):
    global TOTAL
    TOTAL = x
    return TOTAL * x


@pytest.mark.parametrize("f", [generator, asynchronous, writes_a_global], ids=lambda f: f.__name__)
def test_generators_async_and_written_globals_are_refused(f):
    with pytest.raises(tl.errors.TransformError) as caught:
        tl.grad(f)(1.0)
    assert caught.value.filename == __file__


class Box:
    def __init__(self):
        self.scale = 2.0


BOX = Box()


@pytest.mark.parametrize("args", [(1.0, BOX, Box()), (1.0, BOX, BOX), (1.0, Box(), Box())], ids=["global", "same", "other"])
def test_identity_of_objects_is_not_guessed(args):
    def f(x, a, b):
        return x * 3.0 if a is b or a is BOX else x * a.scale

    with contextlib.suppress(tl.errors.UnsupportedError):  # or right
        assert tl.value_and_grad(f)(*args) == (f(*args), f(*args))


# -- derivatives of derivatives ----------------------------------------------------------------------------------------------

def added(y, x):
    return x + y


def scaled(y, x):
    return x * y * y


def inner_slope(x):
    return x * tl.grad(added)(2.0, x)


def nested(x):
    return tl.grad(scaled)(x, x)


def captured(x):
    return x * tl.grad(lambda y: x + y)(2.0)


def test_perturbations_are_not_confused():
    assert tl.grad(inner_slope)(3.0) == 1.0
    assert tl.grad(nested)(3.0) == 12.0
    assert tl.hvp(nested, (3.0,), (1.0,)) == 4.0
    with contextlib.suppress(tl.errors.UnsupportedError):  # or right
        assert tl.grad(captured)(3.0) == 1.0


def test_second_and_third_order():
    def f(x):
        return np.sin(x) * x ** 3

    assert tl.grad(tl.grad(f))(0.5) == pytest.approx(6 * 0.5 * math.sin(0.5) + 6 * 0.25 * math.cos(0.5) - 0.125 * math.sin(0.5), rel=1e-12)
    third = (6 - 9 * 0.25) * math.sin(0.5) + (18 * 0.5 - 0.125) * math.cos(0.5)
    assert tl.grad(tl.grad(tl.grad(f)))(0.5) == pytest.approx(third, rel=1e-12)


# -- the machinery -----------------------------------------------------------------------------------------------------------

def test_threads():
    def f(x, n):
        s = x
        for k in range(n):
            s = s * np.sin(s) + k
        return s

    expected = [tl.grad(f)(0.1 * k, k) for k in range(8)]
    found: dict[int, list] = {k: [] for k in range(8)}

    def work(k):
        for _ in range(20):
            found[k].append(tl.grad(f)(0.1 * k, k))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(found[k] == [expected[k]] * 20 for k in range(8))


FACTOR = 2.0


def helped(x):
    return x * FACTOR


def uses_helper(x):
    return helped(x) * x


def test_nothing_stale(tmp_path, monkeypatch):
    slope = tl.grad(uses_helper)
    assert slope(1.0) == 4.0
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert slope(1.0) == 6.0
    monkeypatch.setitem(globals(), "helped", lambda x: x * x)
    assert slope(1.0) == 3.0
    monkeypatch.setattr(with_defaults, "__defaults__", (11.0,))
    assert tl.grad(with_defaults)(1.0) == 11.0
    first, second = (module(tmp_path / name, f"def f(x):\n    return x * {k}\n") for name, k in (("a", 2.0), ("b", 5.0))
                     if not (tmp_path / name).mkdir())
    assert (tl.grad(first.f)(1.0), tl.grad(second.f)(1.0)) == (2.0, 5.0)


def test_the_text_that_was_edited_is_not_what_runs(tmp_path):
    made = module(tmp_path, "def f(x):\n    return x * x\n", "edited")
    (tmp_path / "edited.py").write_text("import math\nimport numpy as np\n\ndef f(x):\n    return x * x * x\n")
    with pytest.raises(tl.errors.StaleSourceError):
        tl.grad(made.f)(3.0)


def doubled(f):
    import functools

    @functools.wraps(f)
    def wrapper(x):
        return 2.0 * f(x)
    return wrapper


@doubled
def wrapped(x):
    return x * x


def test_wrappers_are_part_of_the_function():
    assert tl.grad(wrapped)(3.0) == 12.0


def test_pullbacks_may_be_called_often_and_in_any_order():
    _, first = tl.vjp(lambda x, n: carried(x, 0.4, n), 0.3, 3)
    _, second = tl.vjp(lambda x, n: carried(x, 0.4, n), 0.5, 5)
    once = first(1.0)[0], second(1.0)[0]
    assert (first(1.0)[0], second(1.0)[0], first(2.0)[0]) == (*once, 2.0 * once[0])


def test_pickling():
    again = pickle.loads(pickle.dumps(tl.grad(uses_helper)))
    assert again(1.0) == 4.0
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(tl.grad(lambda x: x * x))


def returned_from_a_loop(s, x):
    for _ in range(4):
        if 0.6 < s < 0.8:
            return math.sin(s if x else x)
    return x


def calls_it(x, s):
    return returned_from_a_loop(s, x)


@pytest.mark.parametrize(("s", "second"), [(1.4, 0.0), (0.7, -math.sin(0.7))])
def test_tapes_of_what_a_path_leaves_undefined_have_adjoints(s, second):
    """The tape of the inner function holds None for every step that does not come to the return."""
    _, pullback = tl.vjp(tl.grad(calls_it, (0, 1)), 0.5, s)
    assert pullback((0.0, 1.0)) == pytest.approx((0.0, second))


def returned_from_a_list(x):
    for h in [x, 0.25, 0.4]:
        if h > 0.1:
            return math.tanh(x)


def calls_that(x):
    return returned_from_a_list(x)


@pytest.mark.parametrize("x", [0.3, -1.1])
def test_values_that_may_be_missing_have_adjoints(x):
    _, pullback = tl.vjp(tl.grad(calls_that), x)
    t = math.tanh(x)
    assert pullback(1.0)[0] == pytest.approx(-2.0 * t * (1.0 - t * t))


def pair_or_number(x, out, flag):
    x, out = out, x
    i = 0
    while i:
        i += 1
        if flag:
            return (x, x)
    else:
        if i:
            return flag
    return (x, out)


def first_of_the_pair(a, c, n):
    c, (_, a) = (pair_or_number(a, 2.5, c)[0], (0.9, 0.4))
    return c


def test_tangents_of_constants_that_a_path_leaves_undefined():
    assert tl.jvp(first_of_the_pair, (1.2, 0.3, 2), (1.0, 1.0, 0)) == (2.5, 0.0)
