"""Loops with known bounds become straight lines, branches on known values are taken; what is not known stays."""
from __future__ import annotations

import operator
from textwrap import dedent

import numpy as np
import pytest

import tangentlite as tl
from tangentlite import pipeline
from tangentlite.analyses.constants import MISSING, known_result
from tangentlite.errors import ArgnumsError, UnsupportedError
from tangentlite.ir import Call, For, If, While
from tangentlite.ir import kinds as K
from tangentlite.ir.check import check
from tangentlite.ir.evaluate import evaluate
from tangentlite.ir.trace import walk
from tangentlite.passes.dce import dce
from tangentlite.passes.unroll import unroll
from tests.corpus import all_cases, harness

FACTOR = 3.0


def flat(f, *args, static=(), loops=True, limit=10_000):
    """The flattened trace of `f`, which computes what `f` does."""
    names = f.__code__.co_varnames[:len(args)]
    program, root = pipeline.lower(f, {n: K.of_value(a, n) for n, a in zip(names, args)})
    trace = program.traces[root]
    values = {trace.block.params[k]: args[k] for k in static}
    made = check(dce(unroll(trace, values, loops, program.traces, limit)))
    np.testing.assert_array_equal(evaluate(made, args, program.traces), f(*args))
    return made


def control(trace):
    """The statements that are not equations."""
    return [type(s) for s in walk(trace.block) if type(s) in (If, For, While, Call)]


def primal(f, *args, **kwargs):
    head, _, *body = tl.source(f, *args, mode="primal", **kwargs).splitlines(keepends=True)  # without the docstring
    return head + "".join(body)


def text(code: str) -> str:
    return dedent(code).lstrip("\n")


def power(x, n):
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


# The text

def test_the_text_of_a_static_while_loop():
    assert tl.source(power, 2.0, 3, static_argnums=1) == text("""
        def power_grad(x, n, r_bar=1.0):
            \"\"\"Gradient of power with respect to x (test_unroll.py:51, reverse mode).\"\"\"
            r = 1.0 * x
            r = r * x

            # r = r * x
            r_bar_1 = r_bar * x
            r_bar_1 = r_bar_1 * x
            x_bar = 2.0 * r_bar * r + r_bar_1
            return x_bar
        """)


def test_the_text_of_a_literal_range():
    def f(x):
        s = 0.0
        for i in range(2):
            s = s + x * (i + 1)
        return s

    assert primal(f, 2.0, unroll=True) == text("""
        def f(x):
            s = 0.0 + x * 1
            s = s + x * 2
            return s
        """)


def test_floats_stay_as_written():
    def f(x, a):
        if a < 1.0:
            return x * (a + 0.1)
        return x

    assert primal(f, 2.0, 0.2, static_argnums=1) == text("""
        def f(x, a):
            return x * (0.2 + 0.1)
        """)


# What is flattened

def test_static_values_alone_leave_other_loops():
    def f(x, n):
        s = 0.0
        for i in range(n):
            s = s + x * i
        for i in range(2):
            s = s * x
        if n == 3:
            s = s + 1.0
        return s

    assert control(flat(f, 2.0, 3, static=(1,), loops=False)) == [For]
    assert control(flat(f, 2.0, 3, static=(1,))) == []
    assert control(flat(f, 2.0, 3)) == [For, If]


def test_nested_loops_break_continue_and_else():
    def f(x, n):
        s = 0.0
        for i in range(n):
            for j in range(i, -1, -1):
                if j % 2:
                    continue
                if i + j > 4:
                    break
                s = s + x ** j
            else:
                s = s * 2.0
        while True:
            n = n - 1
            if n == 1:
                break
            s = s + n
        return s

    assert control(flat(f, 1.5, 5, static=(1,))) == []


def test_early_return():
    def f(x, n):
        for i in range(10):
            if i == n:
                return x * i
            x = x + 1.0
        return x

    assert control(flat(f, 1.5, 3, static=(1,))) == []


def test_displays_zip_enumerate_reversed():
    def f(x, y):
        s = 0.0
        for k, (a, b) in enumerate(zip((1.0, 2.0), [x, y]), start):
            s = s + a * b * k
        for v in reversed([s, x]):
            s = s * v
        for c, (d, e) in ((1, (2, 3.0)), (4, (5, 6.0))):
            s = s + c * d * e
        for p in zip([x], [y]):
            s = s + p[0] * p[1]
        return s

    start = 1
    assert control(flat(f, 1.5, 2.0)) == [For]  # `start` may change

    def g(x, y):
        s = 0.0
        for k, (a, b) in enumerate(zip((1.0, 2.0), [x, y]), 1):
            s = s + a * b * k
        for v in reversed([s, x]):
            s = s * v
        for p in zip([x], [y]):
            s = s + p[0] * p[1]
        return s

    assert control(flat(g, 1.5, 2.0)) == []


def test_static_tuples_and_strings():
    def f(x, sizes, kind):
        for a, b in zip(sizes[:-1], sizes[1:]):  # noqa: RUF007
            if kind == "sin":
                x = np.sin(x) * (a / b)
            elif kind in ("cos", "tan"):
                x = np.cos(x)
            else:
                raise ValueError(kind)
        return x * len(sizes)

    assert control(flat(f, 1.5, (4, 3, 2), "sin", static=(1, 2))) == []
    assert control(flat(f, 1.5, (4, 3, 2), "tan", static=(2,))) == [For]


# What is not

def test_an_exit_that_depends_on_the_value_keeps_the_loop():
    def f(x):
        s = x
        for i in range(4):
            s = s * x
            if s > 10.0:
                break
            for j in range(2):
                s = s + j
        return s

    assert control(flat(f, 1.5)) == [For, If]
    assert control(flat(f, 3.0)) == [For, If]


def test_a_while_loop_on_the_value_stays():
    def f(x):
        n = 3
        while x < 100.0 and n > 0:
            x = x * 2.0
            n = n - 1
        return x

    assert While in control(flat(f, 1.0))


def test_globals_are_not_constants():
    def f(x):
        for _ in range(int(FACTOR)):
            x = x * FACTOR
        return x

    assert control(flat(f, 1.0)) == [For]


def test_effects_stay_in_order(capsys):
    def f(x):
        for i in range(2):
            print(i, x)
            x = x + 1.0
        return x

    assert tl.grad(f, unroll=True)(1.0) == 1.0
    assert capsys.readouterr().out == "0 1.0\n1 2.0\n"


def test_an_iterator_used_twice_is_refused():
    def f(x):
        pairs = zip([1.0, 2.0], [x, x])
        for a, b in pairs:
            x = x + a * b
        for a, b in pairs:
            x = x * a * b
        return x

    with pytest.raises(UnsupportedError, match="iterator") as refused:
        tl.grad(f, unroll=True)(2.0)
    assert refused.value.lineno == f.__code__.co_firstlineno + 4


def test_a_variable_that_no_iteration_assigns():
    def f(x, n):
        for i in range(n):
            y = x * i
        return y

    assert tl.grad(f, static_argnums=1)(2.0, 3) == 2.0
    assert tl.source(f, 2.0, 0, static_argnums=1)


# Calls

def recursive(x, n):
    if n == 0:
        return 1.0
    return x * recursive(x, n - 1)


def halve(x, n):
    if x < 1.0:
        return x * n
    return halve(x / 2.0, 3) + halve(x / 3.0, 3)


def scaled(x, n):
    for _ in range(n):
        x = x * FACTOR
    return x


def test_calls_with_known_arguments_are_taken_in():
    def f(x):
        return scaled(x, 2) + recursive(x, 3)

    trace = flat(f, 1.5)
    assert control(trace) == []
    source = primal(f, 1.5, unroll=True)
    assert source.count("* FACTOR") == 2


def test_a_global_of_a_callee_is_read_when_the_derivative_runs(monkeypatch):
    def f(x, n):
        return scaled(x, n)

    derivative = tl.grad(f, static_argnums=1)
    assert derivative(1.0, 2) == 9.0
    monkeypatch.setitem(globals(), "FACTOR", 5.0)
    assert derivative(1.0, 2) == 25.0


def test_recursion_that_depends_on_the_value_stays_a_call():
    trace = flat(lambda x: halve(x, 2), 20.0)
    assert Call in control(trace)
    assert tl.grad(lambda x: halve(x, 2), unroll=True)(20.0) == pytest.approx(tl.grad(lambda x: halve(x, 2))(20.0))


# The limit

@pytest.mark.parametrize("n", [3_000, 10**12])
def test_the_limit_is_an_error_at_the_loop(n):
    with pytest.raises(UnsupportedError, match="more than 10,000 equations") as refused:
        tl.grad(power, static_argnums=1)(1.0, n)
    assert refused.value.lineno == power.__code__.co_firstlineno + 2
    assert refused.value.text.strip() == "while n > 0:"
    assert "static_argnums" in refused.value.msg


def test_a_loop_that_never_ends_is_an_error():
    def f(x):
        n = 1
        while n > 0:
            n = n + 1
        return x * n

    with pytest.raises(UnsupportedError, match="equations"):
        tl.grad(f, unroll=True)(1.0)


def test_straight_code_and_kept_loops_do_not_count():
    assert control(flat(power, 1.5, 4, limit=3, loops=False)) == [While]


def test_exponential_recursion_meets_the_limit():
    def f(x, n):
        return fibonacci(x, n)

    with pytest.raises(UnsupportedError, match="equations"):
        tl.grad(f, static_argnums=1)(1.0, 40)


def fibonacci(x, n):
    return x if n < 2 else fibonacci(x, n - 1) + fibonacci(x, n - 2)


# The cache and the arguments

def test_each_static_value_has_a_version():
    def f(x, a):
        return x * a if a else x

    derivative = tl.grad(f, static_argnums=1)
    for value in (2, 2.0, True, 0.0, -0.0, 0, False, 3):
        want = float(value) if value else 1.0
        assert derivative(5.0, value) == want
    assert "3 * y_bar" in derivative.source


def test_equal_values_of_different_types_are_told_apart():
    def f(x, pair):
        return x * (7 // pair[0]) if type_name(pair[0]) == "int" else x * 100.0

    derivative = tl.grad(f, static_argnums=1)
    assert [derivative(1.0, p) for p in ((2, 1), (2.0, 1), (2, 1))] == [3.0, 100.0, 3.0]


def type_name(value):
    return type(value).__name__


def test_negative_zero_keeps_its_sign():
    derivative = tl.grad(lambda x, a: x * np.copysign(1.0, a), static_argnums=1)
    assert [derivative(1.0, a) for a in (0.0, -0.0, 0.0)] == [1.0, -1.0, 1.0]


def test_nan_is_a_key():
    derivative = tl.grad(lambda x, a: x * 2.0 if a == a else x * 3.0, static_argnums=1)
    assert [derivative(1.0, a) for a in (float("nan"), 1.0, float("nan"))] == [3.0, 2.0, 3.0]


def test_value_and_grad_and_decorators():
    @tl.grad(static_argnums=-1)
    def cube(x, n):
        return power(x, n)

    assert cube(2.0, 3) == 12.0
    assert cube(2.0, n=2) == 4.0
    assert tl.value_and_grad(power, static_argnums=(1,), unroll=True)(2.0, 3) == (8.0, 12.0)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: tl.grad(power, static_argnums=2), "out of range"),
    (lambda: tl.grad(power, argnums=1, static_argnums=1)(2.0, 3), "argument 1 .`n`. of power.. is static"),
    (lambda: tl.grad(power, static_argnums=1)(2.0, [3]), "must be hashable, and list is not"),
    (lambda: tl.grad(lambda *xs: xs[0], static_argnums=3)(2.0, 3), "out of range"),
    (lambda: tl.source(power, static_argnums=1), "example arguments"),
])
def test_errors_about_static_arguments(call, message):
    with pytest.raises(ArgnumsError, match=message):
        call()


# What is computed early

@pytest.mark.parametrize(("op", "values", "expected"), [
    (operator.add, (2, 3), 5),
    (operator.add, (2.0, 3), MISSING),
    (operator.lt, (2.0, 3), True),
    (operator.truediv, (4, 2), MISSING),
    (operator.floordiv, (4, 0), MISSING),
    (operator.pow, (2, 3), 8),
    (operator.pow, (2, -1), MISSING),
    (operator.pow, (10, 10**9), MISSING),
    (operator.is_, (None, None), True),
    (operator.is_, (1000, 1000), MISSING),
    (len, ((1, 2),), 2),
    (max, (1, 2), 2),
    (print, (1,), MISSING),
])
def test_known_results(op, values, expected):
    assert known_result(op, values) is expected or known_result(op, values) == expected


# Against the functions themselves

SCALAR = [c for c in all_cases() if not c.vector_output][::7]


@pytest.mark.parametrize("case", SCALAR, ids=lambda c: c.name)
def test_corpus(case):
    point = case.points[0]
    hashable = (int, str, bool, float, tuple)
    static = tuple(k for k, a in enumerate(point) if k not in case.argnums and isinstance(a, hashable))
    try:
        want = tl.value_and_grad(case.f, argnums=case.argnums)(*harness.fresh(point))
    except SyntaxError:
        pytest.skip("refused")
    derivative = tl.value_and_grad(case.f, argnums=case.argnums, unroll=True, static_argnums=static)
    value, gradient = derivative(*harness.fresh(point))
    harness.assert_same("value", value, want[0])
    harness.assert_close("gradient", gradient, want[1], 1e-10)
