"""The evaluation trace: what it prints, that it computes the function, that its columns are the derivatives."""
from __future__ import annotations

import math
import operator
from textwrap import dedent

import numpy as np
import pytest

import tangentlite as tl
from examples.dynamic_graphs import branch, fixed_loop, run_time_bound
from tangentlite.analyses.record import record
from tangentlite.errors import ArgnumsError, InputTypeError, NoRuleError, OutputTypeError, UnsupportedError
from tangentlite.ir import Block, Eqn, Fn, Trace, Var
from tangentlite.ir.evaluate import evaluate
from tests.corpus import all_cases, harness

SCALE = 3.0
COEFFICIENTS = [1.0, 2.0, 4.0]
z1 = 10.0


opaque = operator.methodcaller("__mul__", 4.0)  # neither a rule nor source


def product(x, y):
    return (x + y) * math.sin(x)


def abs_(x):
    return abs(x)


def text(table: str) -> str:
    return dedent(table).strip("\n")


# The table

def test_fixed_loop():
    assert str(tl.trace(fixed_loop)(2.0)) == text("""
        z₀ = w      = 2.0
        z₁ = z₀ + 1 = 3.0
        z₂ = z₁ + 1 = 4.0
        z₃ = z₂ + 1 = 5.0
        y  = z₃     = 5.0""")


def test_run_time_bound():
    """What only steers control flow is no part of the trace."""
    assert str(tl.trace(run_time_bound)(2.0, N=2)) == text("""
        z₀ = w      = 2.0
        z₁ = z₀ + 1 = 3.0
        z₂ = z₁ + 1 = 4.0
        y  = z₂     = 4.0""")


@pytest.mark.parametrize(("w", "expected"), [
    (2.0, "z₀ = w      = 2.0\nz₁ = z₀ + 5 = 7.0\ny  = z₁     = 7.0"),
    (-2.0, "z₀ = w = -2.0\ny  = 5 = 5"),
    (0.0, "z₀ = w = 0.0\ny  = 5 = 5"),
])
def test_branch(w, expected):
    assert str(tl.trace(branch)(w)) == expected


def test_reverse_table():
    table = tl.trace(product, mode="reverse")(math.pi, math.pi)
    assert str(table) == text("""
                           value                   adjoint ↑
        z₀ = x            = 3.141592653589793       -6.283185307179586
        z₁ = y            = 3.141592653589793       1.2246467991473532e-16
        z₂ = z₀ + z₁      = 6.283185307179586       1.2246467991473532e-16
        z₃ = math.sin(z₀) = 1.2246467991473532e-16  6.283185307179586
        z₄ = z₂ * z₃      = 7.694682774887159e-16   1.0
        y  = z₄           = 7.694682774887159e-16   1.0""").replace("                   value", " " * 20 + "value", 1)
    assert table.gradient == (-2 * math.pi, math.sin(math.pi))


def test_forward_table():
    table = tl.trace(product, mode="forward")(0.0, 2.0)
    assert str(table) == text("""
                            value  tangent ↓
        z₀ = x            = 0.0    1.0
        z₁ = y            = 2.0    0.0
        z₂ = z₀ + z₁      = 2.0    1.0
        z₃ = math.sin(z₀) = 0.0    1.0
        z₄ = z₂ * z₃      = 0.0    2.0
        y  = z₄           = 0.0    2.0""")
    assert table.tangent == 2.0


def test_arrays_take_one_line():
    lines = str(tl.trace(lambda x: np.outer(x, x) * 2.0)(np.linspace(0.0, 1.0, 40))).splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("= [0., 0.0256, ..., 0.9744, 1.] (40,)")
    assert lines[2].endswith("(40, 40)")


def test_ints_of_the_trace_are_not_differentiated():
    steps = list(tl.trace(lambda x, n: x * (n + 1), mode="reverse")(2.0, 3))
    assert [(s.name, s.derivative) for s in steps] == [("z0", 4.0), ("z1", None), ("z2", None), ("z3", 1.0)]


def test_a_useless_value_has_adjoint_zero():
    def f(x):
        y = x * 3.0
        print(y)
        return x

    assert [s.derivative for s in tl.trace(f, mode="reverse")(2.0)] == [1.0, 0.0, None]


def test_effects_are_lines_without_a_number(capsys):
    def f(x):
        print("at", x)
        assert x > 0, "positive"
        return x * x

    assert str(tl.trace(f, mode="reverse")(2.0)) == text("""
                      value  adjoint ↑
        z₀ = x       = 2.0    4.0
             print('at', z₀)
             assert z₀ > 0, 'positive'
        z₁ = z₀ * z₀ = 4.0    1.0
        y  = z₁      = 4.0    1.0""").replace("              value", " " * 15 + "value", 1)
    assert capsys.readouterr().out == "at 2.0\n"  # once: the columns do not run the function again


# The object

def test_steps_know_their_place_in_the_primal():
    steps = list(tl.trace(fixed_loop)(2.0))
    assert [s.name for s in steps] == ["z0", "z1", "z2", "z3"]
    assert {s.loc.text.strip() for s in steps[1:]} == {"z = z + 1"}
    assert steps[1].loc.file.endswith("dynamic_graphs.py")
    assert steps[1].expression == "z0 + 1"
    assert steps[1].value == 3.0


def test_several_outputs():
    def f(x, y):
        return (x + y) * y, [x, y]

    table = tl.trace(f, mode="forward")(2.0, 3.0, tangents=(1.0, 10.0))
    assert table.value == (15.0, [2.0, 3.0])
    assert table.tangent == (83.0, [1.0, 10.0])
    assert [(s.name, s.expression) for s in table.outputs] == [("y0", "z3"), ("y1", "[z0, z1]")]


def test_no_output():
    assert tl.trace(lambda x: None)(1.0).value is None


def test_names_of_the_user_stay_apart():
    """A parameter or a global called z1 is not taken for a step."""
    def f(x, z0):
        return x * z1 + z0

    table = tl.trace(f, mode="reverse")(2.0, 5.0)
    assert table.value == 25.0
    assert table.gradient == (10.0, 1.0)
    assert str(table).splitlines()[2:4] == ["v₁ = z0      = 5.0    1.0", "v₂ = v₀ * z1 = 20.0   1.0"]
    namespace = {"z1": z1}
    exec(table.source, namespace)
    assert namespace["f_trace"](2.0, 5.0) == 25.0


def test_the_wrong_attribute():
    with pytest.raises(AttributeError, match='mode="reverse"'):
        _ = tl.trace(fixed_loop)(2.0).gradient
    with pytest.raises(AttributeError, match='mode="forward"'):
        _ = tl.trace(fixed_loop, mode="reverse")(2.0).tangent


def test_html_is_escaped():
    def f(x, s):
        return np.where(x < 2.0, x, 0.0), s + "<b>"

    page = tl.trace(f)(1.0, "<script>&")._repr_html_()
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;&amp;" in page
    assert page.count("<tr") == page.count("</tr>") == 1 + len(tl.trace(f)(1.0, "<script>&").steps) + 2


# What is entered, unrolled and followed

def test_calls_are_entered():
    def square(v):
        return v * v

    def f(x):
        return square(square(x)) + SCALE

    table = tl.trace(f, mode="reverse")(2.0)
    assert [s.expression for s in table] == ["x", "z0 * z0", "z1 * z1", "z2 + SCALE"]
    assert [s.derivative for s in table] == [32.0, 8.0, 1.0, 1.0]


def test_iterators_show_where_items_come_from():
    def f(x):
        s = 0.0
        for k, (c, v) in enumerate(zip(COEFFICIENTS, x), start=1):
            s = s + c * v * k
        for v in reversed([s, x[0]]):
            s = s * v
        return s

    table = tl.trace(f, mode="reverse")(np.array([1.0, 2.0, 3.0]))
    assert "COEFFICIENTS[2]" in [s.expression for s in table]
    np.testing.assert_array_equal(table.gradient, tl.trace(f, mode="reverse")(np.array([1.0, 2.0, 3.0]))[0].derivative)
    step = 1e-6
    difference = (f(np.array([1.0 + step, 2.0, 3.0])) - f(np.array([1.0 - step, 2.0, 3.0]))) / (2 * step)
    assert table.gradient[0] == pytest.approx(difference, rel=1e-8)


def test_an_iterator_begun_twice_goes_on_where_it_was():
    def f(x):
        pairs = zip(x, x)
        s = 0.0
        for a, _ in pairs:
            s = s + a
            if s > 0.0:
                break
        for a, _ in pairs:
            s = s * a
        return s

    x = np.array([2.0, 3.0, 5.0])
    assert tl.trace(f)(x).value == f(x) == 30.0


def test_values_that_no_equation_gives_are_refused():
    def f(d):
        s = 0.0
        for v in memoryview(d):
            s = s + v
        return s

    assert tl.trace(f)(np.array([1.0, 2.0])).value == 3.0
    with pytest.raises(UnsupportedError, match="cannot follow") as refused:
        tl.trace(f, mode="reverse")(np.array([1.0, 2.0]))
    assert refused.value.text.strip() == "for v in memoryview(d):"


def test_items_of_an_iterator():
    def f(d):
        s = 0.0
        for v in iter(d):
            s = s + v * v
        return s

    assert tl.trace(f, mode="reverse")([1.0, 2.0]).value == 5.0


def test_dict_values_are_followed():
    def f(d):
        s = 0.0
        for v in d.values():
            s = s + v * v
        return s

    table = tl.trace(f, mode="reverse")({"a": 1.0, "b": 2.0})
    assert table.value == 5.0


def test_dict_items_are_followed():
    def f(d):
        s = 1.0
        for k, v in d.items():
            s = s * v if k == "a" else s + v
        return s

    assert tl.trace(f, mode="reverse")({"a": 3.0, "b": 2.0}).gradient == {"a": 1.0, "b": 1.0}


def test_an_array_updated_in_place_keeps_its_recorded_values():
    def f(x):
        u = x * 1.0
        u += x
        u *= u
        return np.sum(u)

    x = np.array([1.0, 2.0], dtype=np.float32)
    table = tl.trace(f, mode="reverse")(x)
    np.testing.assert_array_equal(table[1].value, x)
    np.testing.assert_array_equal(table[2].value, 2 * x)
    np.testing.assert_array_equal(table.gradient, 8 * x)


def test_an_in_place_update_keeps_the_dtype():
    """`u += v` is recorded as u + v, cast where NumPy would write into the smaller type."""
    u, v, out = Var("u"), Var("v"), Var("u")
    fn, x = Fn(product), np.ones(2, np.float32)
    update = Trace("update", Block((u, v), (Eqn((out,), operator.iadd, (u, v)),), (out,)), home=product)
    recording = record({fn: update}, fn, (x, np.full(2, 1e-3)))
    value = recording.values[recording.trace.block.outs[0]]
    assert value.dtype == evaluate(recording.trace, (x, np.full(2, 1e-3))).dtype == np.float32
    np.testing.assert_array_equal(recording.values[recording.trace.block.params[0]], x)
    with pytest.raises(TypeError, match="same_kind"):
        record({fn: update}, fn, (np.ones(2, np.int64), np.ones(2)))


def test_the_trace_does_not_change_with_the_arguments():
    x = np.array([1.0, 2.0])
    table = tl.trace(lambda x: x * 2.0)(x)
    x[:] = 0.0
    np.testing.assert_array_equal(table[0].value, [1.0, 2.0])


def test_derivatives_can_be_traced():
    table = tl.trace(tl.grad(lambda x: x * x * x), mode="reverse")(2.0)
    assert table.value == 12.0
    assert table.gradient == 12.0


# Arguments and errors

def test_tangents():
    assert tl.trace(product, mode="forward")(1.0, 2.0, tangents=(0.0, 1.0)).tangent == math.sin(1.0)
    assert tl.trace(product, mode="forward")(1.0, 2.0, tangents=(None, 1.0)).tangent == math.sin(1.0)
    assert tl.trace(lambda x: 2.0 * x, mode="forward")(np.ones(2, np.float32)).tangent.dtype == np.float32


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: tl.trace(product, mode="both"), ArgnumsError, "mode must be"),
    (lambda: tl.trace(product)(1.0, 2.0, tangents=(1.0, 1.0)), ArgnumsError, "mode='forward'"),
    (lambda: tl.trace(product, mode="forward")(1.0, 2.0, tangents=(1.0,)), ArgnumsError, "argument, 2 here"),
    (lambda: tl.trace(product, mode="forward")(1.0, 2.0, tangents=1.0), ArgnumsError, "one tangent per argument"),
    (lambda: tl.trace(np.sum), tl.errors.NoSourceError, "`sum` has no Python source. Pass a function that calls it"),
    (lambda: tl.trace(abs_, mode="forward")(np.ones(2), tangents=(np.ones(3),)), InputTypeError, r"shape \(2,\)"),
    (lambda: tl.trace(lambda n: n * 2.0, mode="reverse")(3), InputTypeError, "no floating-point"),
    (lambda: tl.trace(lambda x: x, mode="reverse")(np.ones(2)), OutputTypeError, "rank 1"),
    (lambda: tl.trace(lambda x: (x, x), mode="reverse")(1.0), OutputTypeError, "tuple of 2"),
    (lambda: tl.trace(product)(1.0), TypeError, "missing"),
])
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_missing_rules_are_located():
    def f(x):
        return opaque(x) + 1.0

    assert tl.trace(f)(3.0).value == 13.0
    with pytest.raises(NoRuleError) as refused:
        tl.trace(f, mode="reverse")(3.0)
    assert refused.value.text.strip() == "return opaque(x) + 1.0"


def test_errors_of_the_function_know_their_line():
    def f(x):
        y = x - 1.0
        return 1.0 / y

    with pytest.raises(ZeroDivisionError) as raised:
        tl.trace(f)(1.0)
    (note,) = raised.value.__notes__
    assert note.startswith("primal: ")
    assert note.endswith("return 1.0 / y")


def test_an_unassigned_variable():
    def f(x, n):
        for k in range(n):
            y = x * k
        return y * 2.0

    with pytest.raises(UnboundLocalError):
        tl.trace(f)(1.0, 0)


# Against the function itself, and against `grad` and `jvp`

SAMPLE = [c for c in list(all_cases())[::9] if not c.vector_output]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda c: c.name)
def test_corpus(case):
    point = case.points[0]
    try:
        gradient = tl.grad(case.f, argnums=case.argnums)(*harness.fresh(point))
    except SyntaxError:
        pytest.skip("refused")
    if case.f.__module__.endswith(("scipy_solvers", "interpolants")):
        pytest.skip("calls what the evaluation trace does not go into")
    table = tl.trace(case.f, mode="reverse")(*harness.fresh(point))
    harness.assert_same("value", table.value, case.f(*harness.fresh(point)))
    inputs = {s.expression: s.derivative for s in table}
    for k, g in zip(case.argnums, gradient):
        name = case.f.__code__.co_varnames[k] if k < case.f.__code__.co_argcount else None
        if name in inputs:
            harness.assert_close(f"adjoint of {name}", inputs[name], g, 1e-10)
    dots = harness.full_tangents(point, {k: harness.random_like(point[k], 3) for k in case.argnums})
    forward = tl.trace(case.f, mode="forward")(*harness.fresh(point), tangents=dots)
    harness.assert_close("tangent", forward.tangent, tl.jvp(case.f, harness.fresh(point), dots)[1], 1e-10)
