"""`try`, `raise` and `with`: which path is taken, what is run on it, and what comes out."""
from __future__ import annotations

import contextlib
import math
import sys
import threading

import numpy as np
import pytest

import tangentlite as tl

LOCK = threading.Lock()


def gradient(f, *args):
    """The gradient with respect to the first argument, on which both modes agree."""
    found = tl.grad(f)(*args)
    assert tl.jvp(f, args, (1.0, *(0.0 for _ in args[1:])))[1] == pytest.approx(found, rel=1e-12)
    return found


# -- which exception is raised first ---------------------------------------------------------------------------------------

def first_of_two(x, y):
    try:
        w = math.log(x) + 1.0 / y
        z = w * (1.0 / y)
    except ValueError:
        z = x * 2.0
    except ZeroDivisionError:
        z = x * 3.0
    return z


def quotient(x, y):
    w = math.log(x) * (1.0 / y)
    return w * (1.0 / y) + w


def first_of_two_in_a_function(x, y):
    try:
        z = quotient(x, y)
    except ValueError:
        z = x * 2.0
    except ZeroDivisionError:
        z = x * 3.0
    return z


@pytest.mark.parametrize("f", [first_of_two, first_of_two_in_a_function])
def test_operations_that_raise_keep_their_order(f):
    assert gradient(f, -1.0, 0.0) == 2.0
    assert gradient(f, 1.0, 0.0) == 3.0


def nothing_is_left_of_the_value(x):
    try:
        u = np.array([x, x])
        if u > 0.0:
            y = x
        else:
            y = 2.0 * x
    except ValueError:
        y = x * x
    return y


def truth_in_an_expression(x):
    z = x
    try:
        z = x * 3.0
        y = 1.0 if np.array([z, z]) else 2.0
    except ValueError:
        y = z * z / 9.0
    return y


def items_of_a_number(x):
    n = 3.0
    try:
        y = sum([x for k in range(n)])
    except TypeError:
        y = x * x
    return y


@pytest.mark.parametrize("f", [nothing_is_left_of_the_value, truth_in_an_expression, items_of_a_number])
def test_what_is_asked_of_a_value_may_raise(f):
    assert gradient(f, 3.0) == pytest.approx(6.0)


# -- tangents do not take part -----------------------------------------------------------------------------------------------

def root(x):
    try:
        y = math.sqrt(x)
    except (ValueError, ZeroDivisionError):
        y = x * 7.0
    return y


def test_an_exception_of_a_tangent_is_not_caught():
    assert tl.jvp(root, (-1.0,), (1.0,)) == (-7.0, 7.0)
    with pytest.raises(ZeroDivisionError):
        tl.jvp(root, (0.0,), (1.0,))


def test_a_body_with_effects_is_not_run_twice():
    def f(x):
        try:
            print("root")
            y = math.sqrt(x)
        except ArithmeticError:
            y = x * 7.0
        return y

    assert tl.grad(f)(4.0) == 0.25
    with pytest.raises(tl.errors.UnsupportedError, match="cannot be run again"):
        tl.jvp(f, (4.0,), (1.0,))


# -- what is run -------------------------------------------------------------------------------------------------------------

def test_finally_is_run_on_every_path(capsys):
    def f(x):
        try:
            return math.log(x) * x
        except ValueError:
            if x < -2.0:
                raise
        finally:
            print("finally")
        return x * x

    for x, expected in ((2.0, math.log(2.0) + 1.0), (-1.0, -2.0)):
        assert tl.grad(f)(x) == pytest.approx(expected)
        assert capsys.readouterr().out == "finally\n"
    with pytest.raises(ValueError, match="math domain error"):
        tl.grad(f)(-3.0)
    assert capsys.readouterr().out == "finally\n"


def test_a_lock_is_released_when_the_body_raises():
    def f(x):
        with LOCK:
            y = math.log(x)
        return y * x

    assert tl.grad(f)(1.0) == 1.0
    with pytest.raises(ValueError, match="math domain error"):
        tl.grad(f)(-1.0)
    assert not LOCK.locked()


@contextlib.contextmanager
def noted(name):
    print(">", name)
    yield
    print("<", name)


def test_managers_are_entered_once(capsys):
    def f(x):
        with noted("a"), noted("b"):
            y = x * x
        return y * x

    assert tl.grad(f)(2.0) == 12.0
    assert capsys.readouterr().out == "> a\n> b\n< b\n< a\n"


def test_the_adjoint_warns_no_more_than_the_function(recwarn):
    def f(x):
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.sqrt(x) / x
        return np.sum(np.where(x > 0.0, y, 0.0))

    x = np.array([0.0, 4.0])
    tl.grad(f)(x)
    tl.jvp(f, (x,), (np.ones(2),))
    assert not recwarn.list
    assert tl.grad(f).source.count("with np.errstate(divide='ignore', invalid='ignore'):") == 2


def test_breakpoints_are_kept(monkeypatch):
    def f(x):
        breakpoint()
        return x * x

    stops = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: stops.append(1))
    assert tl.grad(f)(3.0) == 6.0
    assert stops == [1]
    assert tl.grad(tl.grad(f))(3.0) == 2.0
    assert stops == [1, 1]


# -- what comes out ------------------------------------------------------------------------------------------------------------

def test_exceptions_come_out_as_themselves():
    def missing(x, table, key):
        return x * table[key]

    def singular(x):
        return np.sum(np.linalg.solve(np.zeros((2, 2)) * x, np.ones(2)))

    def asserted(x):
        assert x > 0.0, f"{x:.1f} is not positive"
        return x * x

    def chained(x):
        try:
            return math.log(x)
        except ValueError as e:
            raise RuntimeError(f"no logarithm of {x}") from e

    for f, args, kind, text in ((missing, (1.0, {"a": 2.0}, "b"), KeyError, "'b'"),
                                (singular, (1.0,), np.linalg.LinAlgError, "Singular matrix"),
                                (asserted, (-1.0,), AssertionError, "-1.0 is not positive"),
                                (chained, (-1.0,), RuntimeError, "no logarithm of -1.0")):
        for derivative in (tl.grad(f), tl.value_and_grad(f)):
            with pytest.raises(kind) as caught:
                derivative(*args)
            assert str(caught.value) == text
            assert len(caught.value.__notes__) == 1
            assert "primal: " in caught.value.__notes__[0]
    assert isinstance(caught.value.__cause__, ValueError)


def test_the_next_call_is_right_after_an_exception():
    def f(xs):
        s = 0.0
        for v in xs:
            s = s + math.sqrt(v)
        return s

    g = tl.grad(f)
    with pytest.raises(ValueError, match="math domain error"):
        g([4.0, -1.0])
    assert g([4.0, 0.25]) == [0.25, 1.0]


# -- exceptions and memory -----------------------------------------------------------------------------------------------------

def test_the_argument_is_as_it_was_when_its_copy_was_half_written():
    def f(x):
        u = x * 1.0
        try:
            u[0] = 5.0 * x[0]
            u[7] = 1.0
        except IndexError:
            u = x * x
        return np.sum(u)

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(tl.grad(f)(x), [2.0, 4.0])
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_what_an_exception_carries_is_not_taken_for_a_constant():
    def by_argument(x):
        try:
            if x < 0.0:
                raise ValueError(x * x)
            y = x
        except ValueError as e:
            y = e.args[0]
        return y

    def by_text(x):
        try:
            if x < 0.0:
                raise ValueError(x * x)
            y = x
        except ValueError as e:
            y = float(str(e))
        return y

    for f in (by_argument, by_text):
        for derivative in (lambda f=f: tl.grad(f)(-2.0), lambda f=f: tl.jvp(f, (-2.0,), (1.0,))):
            with pytest.raises(tl.errors.TransformError):
                derivative()
    with pytest.raises(tl.errors.UnsupportedError, match="carries"):
        tl.trace(by_argument, mode="reverse")(-2.0)


# -- the text ------------------------------------------------------------------------------------------------------------------

def several(x):
    try:
        y = 1.0 / x + math.log(x)
    except ZeroDivisionError:
        y = 2.0 * x
    except (ValueError, OverflowError) as e:
        y = x * x * len(str(e))
    finally:
        print("done")
    return y


def test_the_text_reads_like_the_function():
    g = tl.grad(several)
    g(2.0)
    body = g.source.partition('"""\n')[2]
    assert body == '''\
    try:
        y_1 = 1.0 / x
        math.log(x)
        completed = True
    except ZeroDivisionError:
        completed = False
        zero_division_error = True
    except (ValueError, OverflowError) as e:
        y_2 = len(str(e))
        completed = False
        zero_division_error = False
    finally:
        print('done')

    if completed:
        # y = 1.0 / x + math.log(x)
        x_bar = y_bar * y_1 - y_bar * (y_1 * y_1)
    elif zero_division_error:
        # y = 2.0 * x
        x_bar = 2.0 * y_bar
    else:
        # y = x * x * len(str(e))
        x_bar = 2.0 * y_bar * y_2 * x
    return x_bar
'''
