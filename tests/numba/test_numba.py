"""backend="numba": the same derivatives, compiled."""
import math
import os
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import ArgnumsError, CompileError, InputTypeError

numba = pytest.importorskip("numba")
njit = numba.njit

SCALE = 2.0


def cubic(x, n=3):
    y = 0.0
    for i in range(n):
        y += SCALE * x**3 / (i + 1)
    return y


def test_the_result_is_a_numba_function():
    g = tl.grad(cubic, backend="numba")
    assert isinstance(g, numba.core.dispatcher.Dispatcher)
    assert g(2.0) == tl.grad(cubic)(2.0)
    assert g(2.0, 2) == tl.grad(cubic)(2.0, 2)
    assert g.__name__ == "cubic_grad"
    assert "def cubic_grad(x, n=3" in g.source
    assert g.__doc__ == "Gradient of `cubic`."


def test_numbas_own_functions_stay_with_numba():
    g = tl.grad(njit(cubic))
    assert isinstance(g, numba.core.dispatcher.Dispatcher)
    assert g(2.0) == tl.grad(cubic)(2.0)
    assert tl.grad(njit(cubic)) is g
    assert not hasattr(tl.grad(njit(cubic), backend="python"), "py_func")


def test_it_is_called_from_compiled_code():
    g = tl.grad(cubic, backend="numba")

    @njit
    def newton(x):
        for _ in range(3):
            x -= 0.1 * g(x, 2)
        return x

    @njit(parallel=True)
    def everywhere(xs):
        out = np.empty_like(xs)
        for i in numba.prange(len(xs)):
            out[i] = g(xs[i], 2)
        return out

    xs = np.linspace(0.0, 1.0, 20)
    assert np.array_equal(everywhere(xs), [tl.grad(cubic)(x, 2) for x in xs.tolist()])
    x = 0.5
    for _ in range(3):
        x -= 0.1 * tl.grad(cubic)(x, 2)
    assert newton(0.5) == x


def test_value_and_grad_and_single_argnums():
    assert tl.value_and_grad(cubic, backend="numba")(2.0) == tl.value_and_grad(cubic)(2.0)
    assert tl.grad(cubic, argnums=(0,), backend="numba")(2.0) == tl.grad(cubic, argnums=(0,))(2.0)
    assert tl.value_and_grad(cubic, argnums=(0,), backend="numba")(2.0) == tl.value_and_grad(cubic, argnums=(0,))(2.0)


def scaled(x, w):
    y = np.empty_like(x)
    for i in range(len(x)):
        y[i] = math.sin(x[i]) * w
    return y, np.sum(y)


def test_vjp_and_jvp():
    x, w = np.linspace(0.0, 1.0, 5), 1.5
    seed = (np.arange(5.0), 2.0)
    (y, s), pullback = tl.vjp(njit(scaled), x, w)
    (y_, s_), pullback_ = tl.vjp(scaled, x, w)
    assert np.allclose(y, y_, rtol=1e-14)
    assert math.isclose(s, s_)
    for got, expected in zip(pullback(seed), pullback_(seed)):
        assert np.allclose(got, expected, rtol=1e-14)
    (_, (y_dot, s_dot)), (_, (y_dot_, s_dot_)) = (tl.jvp(f, (x, w), (x, 1.0)) for f in (njit(scaled), scaled))
    assert np.allclose(y_dot, y_dot_, rtol=1e-14)
    assert math.isclose(s_dot, s_dot_)


def helper(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * x[i]
    return s


def with_helper(x, c):
    return helper(x) * helper(c)


def test_functions_that_are_called_are_compiled_too():
    x, c = np.arange(3.0), np.ones(3)
    assert np.array_equal(tl.grad(with_helper, backend="numba")(x, c), tl.grad(with_helper)(x, c))


@njit
def kernel(x, w):
    s = 0.0
    for i in range(len(x)):
        s += math.exp(w * x[i]) * x[i]
    return s


def model(p, x):
    h = np.tanh(p[0] * x)
    return np.sum(h) + kernel(h, p[1]) ** 2


def model_in_python(p, x):
    h = np.tanh(p[0] * x)
    return np.sum(h) + kernel.py_func(h, p[1]) ** 2


def test_kernels_of_a_numpy_model_are_compiled_and_the_rest_is_numpy():
    p, x = np.array([0.3, 0.7]), np.linspace(0.0, 1.0, 7)
    g = tl.grad(model)
    eps = 1e-6
    expected = [(model(p + eps * e, x) - model(p - eps * e, x)) / (2 * eps) for e in np.eye(2)]
    assert np.allclose(g(p, x), expected, rtol=1e-7)
    names = g.specialize(p, x)
    assert not hasattr(names, "py_func")
    inside = [c.cell_contents for c in names.__closure__]
    compiled = sorted(f.py_func.__name__ for f in inside if isinstance(f, numba.core.dispatcher.Dispatcher))
    assert compiled == ["kernel_backward", "kernel_forward"]
    assert "np.tanh(p[0] * x)" in g.source


def test_second_derivatives_of_a_model_run_the_adjoints_of_its_kernels_in_python():
    x, p, eps = np.array([-1.0, -0.2, 0.45, 1.1]), np.array([0.3, 0.7]), 1e-6
    for f in (model, lambda p, x: ragged(p[0] * x, 5) * p[1]):
        expected = [(tl.grad(f)(p + eps * e, x) - tl.grad(f)(p - eps * e, x)) / (2 * eps) for e in np.eye(2)]
        assert np.allclose(tl.hessian(f)(p, x), expected, rtol=1e-6, atol=1e-8)


@njit
def ragged(x, n):
    """Tapes of this would be lists of lists."""
    s = 0.0
    for i in range(n):
        y = x[i % len(x)]
        while abs(y) > 0.1:
            y = y * math.sin(y)
            s += y
    return s


@pytest.mark.filterwarnings("error")  # of Numba's, about lists that pass between Python and compiled code
def test_no_tapes_pass_between_python_and_compiled_code():
    def outer(x):
        return ragged(np.exp(x), 7) ** 2

    def interpreted(x):
        return ragged.py_func(np.exp(x), 7) ** 2

    x = np.linspace(-1.0, 1.0, 4)
    for _ in range(3):
        assert np.allclose(tl.grad(outer)(x), tl.grad(interpreted)(x), rtol=1e-13)
        y, pullback = tl.vjp(ragged, x, 7)
        x_before, x[:] = x.copy(), 9.0  # what the pullback needs is its own
        assert np.allclose(pullback(1.0)[0], tl.grad(ragged.py_func)(x_before, 7), rtol=1e-13)
        x[:] = x_before


def test_a_loop_over_prange_is_a_loop():
    @njit(parallel=True)
    def total(x):
        s = 0.0
        for i in numba.prange(len(x)):
            s += x[i] ** 3
        return s

    x = np.arange(4.0)
    g = tl.grad(total)
    assert np.allclose(g(x), 3.0 * x**2)
    assert "prange" not in g.source


# -- options and errors ----------------------------------------------------------------------------------------------

def test_options_reach_numba():
    def divides(x):
        return 1.0 / x

    assert tl.grad(divides, backend="numba", error_model="numpy")(0.0) == -math.inf
    with pytest.raises(ZeroDivisionError):
        tl.grad(divides, backend="numba")(0.0)
    assert tl.grad(njit(error_model="numpy")(divides))(0.0) == -math.inf
    assert tl.grad(cubic, backend="numba", fastmath=True, boundscheck=True)(2.0) == pytest.approx(tl.grad(cubic)(2.0))


@pytest.mark.parametrize(("given", "error"), [
    ({"backend": "jax"}, ArgnumsError), ({"fastmath": True}, ArgnumsError), ({"backend": "numba", "speed": 3}, TypeError),
    ({"speed": 3}, TypeError), ({"backend": "numba", "static_argnums": 1}, ArgnumsError)])
def test_options_that_make_no_sense_are_refused(given, error):
    with pytest.raises(error):
        tl.grad(cubic, **given)


def test_integers_are_refused_as_they_are_in_python():
    with pytest.raises(InputTypeError, match="number of type int"):
        tl.grad(cubic, backend="numba")(2)


def uncompilable(x):
    y = x * 2.0
    return np.sum(np.fft.fft(np.array([y, 1.0])).real ** 2)


def test_what_numba_cannot_compile_names_the_line_of_the_primal():
    with pytest.raises(CompileError) as raised:
        tl.grad(uncompilable, backend="numba")(1.0)
    assert raised.value.filename == __file__
    assert raised.value.lineno == uncompilable.__code__.co_firstlineno + 2
    assert 'backend="auto"' in str(raised.value)


def of_dict(x, d):
    return x * d["k"]


@pytest.mark.parametrize("given", [{"k": 3.0}, [{"k": 3.0}], object()], ids=["dict", "list", "object"])
def test_an_argument_that_numba_has_no_type_for_is_named(given):
    for make in (tl.grad, tl.value_and_grad):
        with pytest.raises(CompileError, match="no type for the argument `d` of of_dict") as raised:
            make(of_dict, backend="numba")(2.0, given)
        assert (raised.value.filename, raised.value.lineno) == (__file__, of_dict.__code__.co_firstlineno)
    with pytest.raises(CompileError, match="`d`"):
        tl.vjp(of_dict, 2.0, given, backend="numba")
    with pytest.raises(CompileError, match="`d`"):
        tl.grad(of_dict, backend="numba").specialize(2.0, given)


def test_an_error_from_inside_numba_is_one_too():
    def masked(x):
        y = x * 2.0
        return np.sum(y[y > 1.0] ** 2)

    x = np.arange(4.0).reshape(2, 2)
    with pytest.raises(CompileError) as raised:
        tl.grad(masked, backend="numba")(x)
    assert raised.value.filename == __file__


def test_auto_runs_in_python_with_a_warning_what_numba_cannot_compile():
    g = tl.grad(uncompilable, backend="auto")
    with pytest.warns(RuntimeWarning, match="runs in Python"):
        assert g(1.0) == tl.grad(uncompilable)(1.0)
    assert g(1.0) == tl.grad(uncompilable)(1.0)  # and does not say so again
    with pytest.warns(RuntimeWarning, match="no type for the argument `d`"):
        assert tl.grad(lambda x, d: x * d["k"], backend="auto")(2.0, {"k": 3.0}) == 3.0
    assert tl.grad(cubic, backend="auto")(2.0) == tl.grad(cubic)(2.0)


def overwrites(x, y):
    for i in range(len(x)):
        x[i] = x[i] * y[i]
    return np.sum(x)


def test_arguments_are_not_written_and_may_not_overlap():
    x = np.arange(4.0)
    g = tl.grad(overwrites, (0, 1), backend="numba")
    x_bar, y_bar = g(x, np.ones(4))
    assert np.array_equal(x, np.arange(4.0))
    assert np.array_equal(x_bar, np.ones(4))
    assert np.array_equal(y_bar, x)
    with pytest.raises(ValueError, match="shares memory"):
        g(x[:3], x[1:])


# -- the cache on disk -----------------------------------------------------------------------------------------------

MODULE = """
    from numba import njit

    C = {c}

    @njit
    def inner(x):
        s = 0.0
        for i in range(5):
            s += C * x * i
        return s

    def f(x):
        return inner(x) * x

    import tangentlite as tl
    g = tl.grad(f, backend="numba", cache=True)
    print(g(2.0))
    (made,) = [d for d in (g.specialize(2.0),)]
    print(sum(made.stats.cache_hits.values()), sum(made.stats.cache_misses.values()))
"""


WITH_HELPERS = """
import sys
import numba
import tangentlite as tl

@numba.njit
def f(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r

print(tl.grad(f, cache=True)(2.0, 3), "tangentlite.pipeline" in sys.modules)
"""


def test_texts_that_call_helpers_are_stored_for_the_next_process(tmp_path):
    (tmp_path / "module.py").write_text(WITH_HELPERS)
    env = {**os.environ, "TANGENTLITE_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    said = [subprocess.run([sys.executable, "module.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
            for _ in range(2)]
    assert said == ["12.0 True\n", "12.0 False\n"]


def test_the_cache_serves_the_next_process_and_knows_what_globals_were(tmp_path):
    def run(c):
        (tmp_path / "module.py").write_text(textwrap.dedent(MODULE.format(c=c)))
        env = {**os.environ, "TANGENTLITE_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
        out = subprocess.run([sys.executable, "module.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
        return out.splitlines()

    assert run(3.0) == ["120.0", "0 1"]
    assert run(3.0) == ["120.0", "1 0"]
    assert run(5.0) == ["200.0", "0 1"]
    files = os.listdir(tmp_path / "cache")
    assert len([f for f in files if re.fullmatch(r"f_grad_\w+\.py", f)]) == 2
