"""The mistakes of earlier tools of this kind, each as a small test."""
from __future__ import annotations

import linecache
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.dispatch import Specializer
from tests.written import module


def fresh(f, *args, mode="reverse"):
    """The text of a derivative that is made now."""
    return Specializer(f, mode, 0, "_grad").version(args).source


def close(f, *point, rel=1e-6):
    """The gradient and the tangent agree with differences."""
    gradient = tl.grad(f, argnums=tuple(range(len(point))))(*point)
    for k, x in enumerate(point):
        x, g = np.asarray(x, float), np.asarray(gradient[k])
        assert g.shape == x.shape
        expected, tangent = np.zeros(x.shape), np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            unit = np.zeros(x.shape)
            unit[i] = 1.0
            ends = [f(*point[:k], (x + h * unit)[()], *point[k + 1:]) for h in (1e-6, -1e-6)]
            expected[i] = (ends[0] - ends[1]) / 2e-6
            dots = [np.zeros(np.shape(p))[()] for p in point]
            dots[k] = unit[()]
            tangent[i] = tl.jvp(f, point, dots)[1]
        np.testing.assert_allclose(g, expected, rtol=rel, atol=1e-6)
        np.testing.assert_allclose(g, tangent, rtol=1e-10, atol=1e-12)


# -- names -------------------------------------------------------------------------------------------------------------------

def every_name(x, y_bar, x_bar, tape, tmp):
    dx = x * y_bar
    x_dot, t, g = dx * x_bar, dx + tape, tmp * dx
    res = np.sin(g) * x_dot
    for k in range(2):
        res_bar = res * t
        res = res_bar + np.cos(res) * k
    return res


def test_template_locals_do_not_clobber_user_names():
    close(every_name, 0.3, 0.5, -0.2, 1.1, 0.7)


SCALE = 2.0


def read_global(x):
    return x * SCALE


def test_callee_namespaces_are_neither_merged_nor_snapshotted(tmp_path, monkeypatch):
    made = module(tmp_path, "SCALE = 5.0\ndef read_global(x):\n    return x * x * SCALE\n", "other")

    def both(x):
        return read_global(x) + made.read_global(x)

    assert tl.grad(both)(1.0) == 2.0 + 10.0
    monkeypatch.setattr(made, "SCALE", 7.0)
    assert tl.grad(both)(1.0) == 2.0 + 14.0
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    assert tl.grad(both)(1.0) == 3.0 + 14.0


def test_closure_cells_are_not_leaked_into_globals():
    secret_cell = 3.0

    def f(x):
        return x * secret_cell

    before = set(globals())
    assert tl.grad(f)(1.0) == 3.0
    secret_cell = 4.0
    assert tl.grad(f)(1.0) == 4.0
    assert set(globals()) == before


def make(power):
    def raised(x):
        return x ** power
    return raised


SQUARE, CUBE = make(2), make(3)


def both_powers(x):
    return SQUARE(x) + CUBE(x)


def test_callees_are_told_apart_by_identity():
    assert tl.grad(both_powers)(2.0) == 4.0 + 12.0
    assert tl.grad(SQUARE)(2.0) == 4.0
    assert tl.grad(CUBE)(2.0) == 12.0


# -- updates -----------------------------------------------------------------------------------------------------------------

def augmented(u):
    y = u * 2.0
    y[0] += u[1] * u[1]
    y[1:] *= y[0]
    return np.sum(y * y)


def test_augmented_subscript_keeps_the_store():
    close(augmented, np.array([0.3, -0.7, 1.2]))


def gathered(u):
    return np.sum(u[[0, 0, 2]] ** 2) + np.sum(u[np.array([1, 1, 1])] * np.arange(3.0))


def test_duplicate_indices_are_added_not_assigned():
    close(gathered, np.array([0.3, -0.7, 1.2]))


def aliased(u):
    a = u * 1.0
    b = a
    b += u
    row = b[1:]
    row[0] = u[0] * 5.0
    return np.sum(a * a)


def test_aliases_and_views_are_followed():
    close(aliased, np.array([0.3, -0.7, 1.2]))


# -- rules -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("f", [lambda x, y: np.sum(x / y), lambda x, y: np.sum(x ** y), lambda x, y: np.sum(np.maximum(x, y)),
                               lambda x, y: np.sum(np.arctan2(x, y)), lambda x, y: np.sum(x - y)],
                         ids=["divide", "power", "maximum", "arctan2", "subtract"])
@pytest.mark.parametrize("shapes", [((3,), ()), ((), (3,)), ((2, 1), (1, 3)), ((1,), (2, 3)), ((2, 3), (3,))], ids=str)
def test_every_rule_sums_what_broadcasting_spread(f, shapes):
    rng = np.random.default_rng(0)
    close(f, *(rng.uniform(0.5, 2.0, s)[()] for s in shapes))


def zero_times(x):
    return np.sum(0 * x * np.ones((2, 1)) + x)


def times_zero_of_nan(x):
    return 0.0 * np.log(x) * x


def test_constants_are_folded_with_shape_and_nan_in_mind():
    assert np.array_equal(tl.grad(zero_times)(np.ones(3)), np.full(3, 2.0))
    with np.errstate(all="ignore"):
        value, slope = tl.value_and_grad(times_zero_of_nan)(0.0)
    assert np.isnan(value)
    assert np.isnan(slope)


def test_forward_and_reverse_rules_cannot_drift_apart():
    for x, y in ((1.3, 0.7), (0.0, 2.0), (2.0, 0.0)):
        gradient = tl.grad(lambda x, y: x ** y, argnums=(0, 1))(x, y)
        forward = [tl.jvp(lambda x, y: x ** y, (x, y), d)[1] for d in ((1.0, 0.0), (0.0, 1.0))]
        assert list(gradient) == forward


# -- the text ----------------------------------------------------------------------------------------------------------------

def looped(x, n):
    s = 1.0  # one
    while n > 0:
        if s > 3.0:
            break
        s = s * x + np.sin(s)  # a step
        n -= 1
    return s


def test_the_output_lies_inside_the_input_language(tmp_path):
    third = tl.grad(tl.grad(tl.grad(looped)))(1.1, 4)
    ends = [tl.grad(tl.grad(looped))(1.1 + h, 4) for h in (1e-5, -1e-5)]
    assert third == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)
    text = fresh(looped, 1.1, 4)
    made = module(tmp_path, "from tangentlite.runtime import *\n" + text, "again")
    assert tl.grad(made.looped_grad)(1.1, 4) == pytest.approx(tl.grad(tl.grad(looped))(1.1, 4), rel=1e-12)


def test_comments_stand_above_their_own_line():
    lines = fresh(looped, 1.1, 4).splitlines()
    at = next(k for k, line in enumerate(lines) if line.strip().startswith("# s = s * x"))
    assert "x_bar" in " ".join(lines[at + 1:at + 4])


def test_text_is_the_same_in_every_process():
    code = ("import tests.regressions.test_ancestors as t, hashlib; "
            "print(t.fresh(t.looped, 1.1, 4) + t.fresh(t.every_name, 0.3, 0.5, -0.2, 1.1, 0.7))")
    texts = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60,
                            env={**os.environ, "PYTHONHASHSEED": seed, "TANGENTLITE_CACHE_DIR": "",
                                 "PYTHONPATH": os.pathsep.join(sys.path)}).stdout for seed in ("0", "1")}
    assert len(texts) == 1
    assert "def looped_grad" in texts.pop()


# -- size --------------------------------------------------------------------------------------------------------------------

def straight(n):
    return "def f(x):\n" + "".join(f"    x = np.sin(x) * {k}.5 + x\n" for k in range(n)) + "    return x\n"


def test_programs_may_be_long_and_time_grows_with_their_length(tmp_path):
    times = []
    for n in (100, 400):
        made = module(tmp_path, straight(n), f"long{n}")
        start = time.perf_counter()
        tl.grad(made.f)(0.0)
        times.append(time.perf_counter() - start)
    assert times[1] < 12.0 * times[0] + 1.0  # 4 times the length


def test_no_files_are_left_behind(cache_dir):
    before = set(os.listdir(tempfile.gettempdir()))
    for k in range(3):
        space: dict = {}
        text = f"def f{k}(x):\n    return x * {k}.5\n"
        linecache.cache[f"<regression {k}>"] = (len(text), None, text.splitlines(True), f"<regression {k}>")
        exec(compile(text, f"<regression {k}>", "exec"), space)
        assert tl.grad(space[f"f{k}"])(1.0) == k + 0.5
    assert not [name for name in set(os.listdir(tempfile.gettempdir())) - before if name.startswith("tmp") and name.endswith(".py")]


# -- activity, numbers, Python -----------------------------------------------------------------------------------------------

def mostly_constant(x, y, n):
    work = np.log(y) * n
    for k in range(n):
        work = work + np.sin(y) * k
    return x * work


def test_only_what_depends_on_the_arguments_is_differentiated():
    lines = [line.strip() for line in fresh(mostly_constant, 1.0, 2.0, 3).splitlines()]
    assert "x_bar = out_bar * work" in lines
    assert not any(word in line for line in lines for word in ("np.cos", "work_bar", "y_bar", "tape"))


NUMBERS = [np.float32(0.5), np.array(0.5), np.zeros(0), np.full((1, 1), 0.5), np.full(3, 0.5, np.float32), 0.5 + 1j,
           np.full(2, 0.5 + 1j, np.complex64)]


@pytest.mark.parametrize("x", NUMBERS, ids=repr)
def test_numbers_of_every_kind(x):
    gradient = tl.grad(lambda x: np.sum(np.abs(x) ** 2) * 1.5)(x)
    np.testing.assert_allclose(gradient, 3.0 * np.conj(x), rtol=1e-6)
    assert np.shape(gradient) == np.shape(x)
    assert isinstance(gradient, type(x))
    assert getattr(gradient, "dtype", None) == getattr(x, "dtype", getattr(gradient, "dtype", None))


@pytest.mark.parametrize("x", [1, True, np.arange(3), np.array([True])], ids=repr)
def test_integers_are_refused_where_a_derivative_is_asked_for(x):
    with pytest.raises(tl.errors.InputTypeError, match="floating-point"):
        tl.grad(lambda x: np.sum(x * 2.0))(x)


def test_nothing_of_the_syntax_tree_that_is_on_its_way_out_is_used():
    code = "import tests.regressions.test_ancestors as t; t.fresh(t.looped, 1.1, 4); t.fresh(t.every_name, 0.3, 0.5, -0.2, 1.1, 0.7)"
    subprocess.run([sys.executable, "-W", "error::DeprecationWarning:tangentlite", "-W", "error:ast", "-c", code], check=True, timeout=60,
                   env={**os.environ, "TANGENTLITE_CACHE_DIR": "", "PYTHONPATH": os.pathsep.join(sys.path)})
