"""`try`, `raise` and `with`: the path taken decides the derivative."""
from __future__ import annotations

import contextlib
import math
import sys
import threading

import numpy as np

from tests.corpus import Case, arr, pos

LOCK = threading.RLock()


class OutOfRange(Exception):
    """An exception of the user's."""


def handler_gives_value(x):
    try:
        y = math.log(x)
        logged = True
    except ValueError:
        y = x * x
        logged = False
    return y * x if logged else y * 2.0


def name_keeps_its_value(x):
    y = x * 3.0
    try:
        y = math.sqrt(x)
    except ValueError:
        pass
    return y * y * x


def return_in_body(x):
    try:
        return math.log(x) * x
    except ValueError:
        pass
    z = x * x
    return z * x


def return_in_both(x):
    try:
        return math.log(x) * x
    except ValueError:
        return math.exp(x)


def raise_in_body(x):
    try:
        if x < 0.0:
            raise ValueError("negative")
        y = x * x
    except ValueError as e:
        print("caught", e, file=sys.stderr)
        y = math.exp(x)
    return y * x


def many_handlers(x):
    try:
        y = 1.0 / (x - 1.0) + math.log(x)
    except ZeroDivisionError:
        y = 2.0 * x
    except (ValueError, OverflowError) as e:
        y = x * x * x * len(e.args)
    else:
        y = y * x
    return y


def first_handler_raises(x):
    try:
        try:
            y = math.log(x)
        except ValueError as e:
            raise OutOfRange(str(e)) from e
        except ArithmeticError:
            y = x
    except OutOfRange:
        y = math.sin(x)
    return y * x


def raise_again(x):
    try:
        try:
            y = math.log(x) * x
        except ValueError:
            if x > -2.0:
                raise
            y = x * x
    except Exception:
        y = math.exp(x)
    return y


def bare_except(x):
    try:
        y = math.log(x)
    except:  # noqa: E722
        y = x * x
    return y * y


def else_after_handler_that_returns(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        return x * 5.0
    else:
        z = y * x
    return z * y


def run_finally(x):
    done = [0.0]
    try:
        y = math.log(x)
    except ValueError:
        y = x * x
    finally:
        print("done", len(done), file=sys.stderr)
    return y * x


def finally_computes(x):
    try:
        y = math.log(x) if x > 0.0 else x * x
    finally:
        z = x * x
    return y * z


def return_through_finally(x):
    try:
        return math.exp(x) * x
    finally:
        print("left", file=sys.stderr)


def continue_in_handler(x):
    s = 0.0
    for k in range(-2, 3):
        try:
            s = s + math.sqrt(x + k)
        except ValueError:
            s = s + x * k
            continue
        s = s * 1.1
    return s


def break_in_handler(x):
    s = x
    for k in range(5):
        try:
            s = s * math.sqrt(x - k)
        except ValueError:
            break
    else:
        s = s * 2.0
    return s


def return_in_handler_in_loop(x):
    s = x
    while s < 100.0:
        try:
            s = s + math.sqrt(5.0 - s)
        except ValueError:
            return s * x
        s = s * 1.5
    return s


def try_around_loop(xs):
    s = 1.0
    try:
        product = 1.0
        for v in xs:
            product = product * math.sqrt(v)
        s = product
    except ValueError:
        s = np.sum(xs * xs)
    return s


def checked(x):
    if x < 0.0:
        raise ValueError("negative")
    if x > 10.0:
        raise KeyError(x)
    t = math.sin(x)
    for _ in range(3):
        t = t * x
    return t


def callee_raises(x):
    try:
        y = checked(x)
    except (ValueError, KeyError):
        y = x * x
    return y * x


def only_checks(x):
    math.sqrt(x)
    return x * x


def value_not_used(x):
    try:
        math.log(x)
        y = only_checks(x - 1.0)
    except ValueError:
        y = x * x * x
    return y


def descend(x, n):
    if n == 0:
        if x > 2.0:
            raise OutOfRange("too deep")
        return x * x
    try:
        return x * descend(x * 1.2, n - 1)
    except OutOfRange:
        return x * n


def recursion(x):
    return descend(x, 3)


def lookup(x, table, key):
    try:
        v = table[key]
    except KeyError:
        v = x * x
    return v * x


def index_error(xs):
    s = 0.0
    k = 0
    while True:
        try:
            v = xs[k]
        except IndexError:
            break
        s = s + v * v * (k + 1)
        k += 1
    return s


def singular(a, b):
    try:
        x = np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        x = b * 2.0
    return np.sum(x * x)


def matrix_not_positive(a):
    jitter = 0.0
    for _ in range(3):
        try:
            c = np.linalg.cholesky(a + jitter * np.eye(2))
            break
        except np.linalg.LinAlgError:
            jitter = jitter * 10.0 + 0.5
    else:
        return np.sum(a)
    return np.sum(np.log(np.diagonal(c)))


def array_written_last(x):
    u = np.zeros(3)
    try:
        u[0] = math.log(x)
    except ValueError:
        u[1] = x * x
    u[2] = x
    return np.sum(u * u)


def assertion(x):
    try:
        assert x > 0.0, f"{x} is not positive"
        y = math.log(x)
    except AssertionError:
        y = x * x
    return y * x


def in_a_branch(x, n):
    y = x
    if n > 1:
        try:
            y = math.log(x) * x
        except ValueError:
            y = x - 1.0
    else:
        y = y * y
    return y * x


def divides(x):
    try:
        y = 1.0 / (x - 2.0)
    except ZeroDivisionError:
        y = x * 7.0
    return y * x


def broad(x):
    try:
        y = math.sqrt(x) * x
        for _ in range(2):
            y = y * math.log(x + 4.0)
    except Exception:
        y = x * x
    return y


def error_state(x):
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.log(x)
        z = np.where(x > 0.0, y, 0.0) * x
    return np.sum(z)


def error_state_raises(x):
    try:
        with np.errstate(divide="raise", invalid="raise"):
            y = np.sqrt(x)
    except FloatingPointError:
        y = x * x
    return np.sum(y * x)


def lock(x):
    with LOCK:
        y = math.sin(x) * x
    return y * y


def suppressed(x):
    y = x
    with contextlib.suppress(ValueError, ZeroDivisionError):
        y = math.log(x)
    return y * y


def null_context(x):
    with contextlib.nullcontext():
        y = x * x
    return y * x


class Section:
    """A manager that notes where it is."""

    open = 0

    def __enter__(self):
        Section.open += 1
        return self

    def __exit__(self, *error):
        Section.open -= 1


@contextlib.contextmanager
def section(name):
    yield name


def manager_of_the_user(x):
    with Section() as s:
        y = x * x
        if s is None:
            y = x
    return y * x


def generator_manager(x):
    with section("work") as name, Section():
        y = x * len(name)
        for _ in range(2):
            y = y * x
    return y


def return_within(x):
    with LOCK:
        if x > 1.0:
            return x * x
        y = math.exp(x)
    return y * x


def array_within(x):
    u = np.zeros(3)
    with np.errstate(over="ignore"):
        v = u[1:]
        u[1] = x * x
        u[2] = u[1] * x
    v[0] = v[0] * x
    return np.sum(u)


def partial_sum(x):
    s = 0.0
    try:
        for k in range(4):
            s = s + math.sqrt(x - k)
    except ValueError:
        pass
    return s * x


def partial_sum_negated(xs):
    s = 1.0
    try:
        for v in xs:
            s = s * math.sqrt(v)
            s = s + v
    except (ValueError, IndexError):
        s = -s * 3.0
    else:
        s = s * 0.5
    return s * s


def progress(x, n):
    try:
        n = n + 1
        y = x / n
        n = n + 1
        y = y + math.log(x)
    except ValueError as e:
        y = x * n * len(str(e)) / len(e.args[0])
    return y * x


def half_written(x):
    u = np.zeros(4)
    v = u
    try:
        u[0] = x
        u[1] = math.log(x)
        v[2] = math.sqrt(x - 2.0)
    except ValueError:
        u[3] = x * x
    return np.sum(u * u)


def half_appended(x):
    items = [x]
    try:
        items.append(x * x)
        items.append(math.log(x))
    except ValueError:
        y = 2.0
    else:
        y = 1.0
    for i in items:
        y = y * i
    return y


def which_of_two(x):
    y = x
    try:
        y = y * 2.0
        y = y / (x - 1.0)
        y = y + math.log(x)
    except ZeroDivisionError:
        y = y * 7.0
    except ValueError as e:
        if str(e) == "":
            raise
        y = y * y
    return y * x


def left_in_the_middle(x):
    y = x
    for k in range(5):
        try:
            y = y * 1.5
            if y > 6.0:
                break
            y = y + math.sqrt(4.0 - y)
        except ValueError:
            y = y * 0.7
            continue
        y = y * 1.1
    return y


def nested_progress(x):
    y = 1.0
    try:
        n = 0
        while n < 4:
            y = y * math.sqrt(x - n)
            for k in range(2):
                y = y + math.log(x - n - k)
            n = n + 1
    except ValueError:
        return y * n + x
    return y


def suppressed_progress(x):
    y = x
    with contextlib.suppress(ValueError):
        for k in range(4):
            y = y + math.sqrt(x - k)
            if y > 20.0:
                return y * x
    return y


def finally_after_progress(x):
    u = np.zeros(2)
    y = x
    try:
        u[0] = x
        y = y * u[0]
        y = y * math.sqrt(x + 5.0)
    finally:
        u[1] = y
    return np.sum(u) * y


class Model:
    """An object whose attributes a body changes."""

    def __init__(self, w):
        self.w = w
        self.calls = 0.0

    def step(self, x):
        if x < 0.0:
            raise OutOfRange(x)
        self.calls = self.calls + 1.0
        return self.w * math.log(x + 1.0)


def method_raises(x):
    model = Model(x)
    try:
        y = model.step(x)
    except OutOfRange:
        y = x * x
    return y * model.calls + y


def attribute_half_done(x):
    model = Model(x)
    try:
        model.w = x * x
        y = math.log(x)
        model.w = y
    except ValueError:
        y = x
    return y * model.w


class Box:
    def __init__(self):
        self.items = []
        self.total = 0.0

    def add(self, v):
        self.items.append(v)

    def take(self):
        return self.items.pop()


def method_half_done(x):
    box = Box()
    try:
        box.add(x * x)
        box.take()
        box.take()
    except IndexError:
        box.add(3.0 * x * x)
    return box.items[0]


def attributes_half_done(x):
    box = Box()
    try:
        box.total = x * x
        box.items.append(x)
        box.total = box.items[3]
    except IndexError:
        box.total = box.total * x
    return box.total


def known_key_missing(x):
    options = {"rate": x}
    try:
        scale = options["scale"] * 2.0
    except KeyError as e:
        scale = x * len(str(e))
    return scale * x * options["rate"]


BOTH = [(2.3,), (-1.4,)]
def changed_before_it_fails(x, n):
    y = x
    try:
        for k in range(n):
            y = y * 1.5 * x
            math.sqrt(x - k)
    except ValueError:
        y = y * x
    return y


def changed_before_it_fails_in_a_while(x, n):
    y, k = x, 0
    try:
        while k < n:
            k += 1
            y = y * 1.5 * x
            math.sqrt(x - k)
    except (ValueError, ZeroDivisionError):
        y = y * x
    return y


def changed_before_one_of_two_fails(x, n):
    y = [x]
    try:
        for k in range(n):
            y[0] = y[0] * 1.5 * x
            if k % 2:
                math.sqrt(x - k)
            else:
                1.0 / (k - 2.0)
    except ValueError:
        y[0] = y[0] * x
    except ZeroDivisionError:
        y[0] = y[0] + x
    return y[0]


def changed_before_it_fails_inside(x, n):
    y = x
    try:
        for k in range(n):
            y = y * x
            for j in range(n):
                y = y * 1.1 + x
                math.sqrt(x - k - j)
            y = y * 0.5
    except ValueError:
        y = y * x
    y = y * 2.0
    return y


def run_over_what_has_no_items(x, values):
    s = x * x
    try:
        for v in values:
            s = s + v * x
    except TypeError:
        s = s * 3.0
    return s


def run_over_a_class(x):
    s = x * x
    try:
        for v in range:
            s = s + v
    except TypeError:
        s = s * 3.0
    return s


CASES = [
    Case(handler_gives_value, BOTH),
    Case(name_keeps_its_value, BOTH),
    Case(return_in_body, BOTH),
    Case(return_in_both, BOTH),
    Case(raise_in_body, BOTH),
    Case(many_handlers, [*BOTH, (1.5,)]),
    Case(first_handler_raises, BOTH),
    Case(raise_again, [*BOTH, (-3.0,)]),
    Case(bare_except, BOTH),
    Case(else_after_handler_that_returns, BOTH),
    Case(run_finally, BOTH),
    Case(finally_computes, BOTH),
    Case(return_through_finally, BOTH),
    Case(continue_in_handler, [(2.3,), (0.4,), (-3.5,)]),
    Case(break_in_handler, [(2.5,), (6.5,), (-1.0,)]),
    Case(return_in_handler_in_loop, [(0.7,), (120.0,)]),
    Case(try_around_loop, [(pos(3),), (arr(3),)]),
    Case(callee_raises, [*BOTH, (11.0,)]),
    Case(value_not_used, [*BOTH, (0.5,)]),
    Case(recursion, [(0.7,), (1.5,), (3.0,)]),
    Case(lookup, [(1.5, {"a": 2.0, "b": 3.0}, "a"), (1.5, {"a": 2.0, "b": 3.0}, "c")]),
    Case(index_error, [(arr(3),), (arr(1),)]),
    Case(singular, [(arr(2, 2) + 2.0 * np.eye(2), arr(2)), (np.zeros((2, 2)), arr(2))], argnums=(1,)),
    Case(matrix_not_positive, [(np.eye(2) * 2.0,), (np.eye(2) * -0.3,), (np.eye(2) * -90.0,)], order=1),
    Case(array_written_last, BOTH),
    Case(assertion, BOTH),
    Case(in_a_branch, [(2.3, 2), (-1.4, 2), (1.2, 0)]),
    Case(divides, BOTH),
    Case(broad, BOTH),
    Case(error_state, [(pos(3),)]),
    Case(error_state_raises, [(pos(3),), (arr(3),)]),
    Case(lock, BOTH),
    Case(suppressed, BOTH),
    Case(null_context, BOTH),
    Case(manager_of_the_user, BOTH),
    Case(generator_manager, BOTH),
    Case(return_within, [(2.3,), (0.4,)]),
    Case(array_within, BOTH),
    Case(partial_sum, [(5.5,), (1.4,), (-0.5,)]),
    Case(partial_sum_negated, [(pos(3),), (arr(3),), (-pos(2),)]),
    Case(progress, [(2.3, 1), (-1.4, 1)]),
    Case(half_written, [(2.3,), (1.4,), (-1.4,)]),
    Case(half_appended, BOTH),
    Case(which_of_two, [(2.3,), (-1.4,)]),
    Case(left_in_the_middle, [(0.5,), (1.7,), (9.0,)]),
    Case(nested_progress, [(5.5,), (2.4,), (1.3,), (-0.5,)]),
    Case(suppressed_progress, [(1.4,), (9.5,)]),
    Case(finally_after_progress, BOTH),
    Case(method_raises, BOTH),
    Case(attribute_half_done, BOTH),
    Case(method_half_done, BOTH),
    Case(attributes_half_done, BOTH),
    Case(known_key_missing, BOTH),
    Case(run_over_what_has_no_items, [(2.3, None), (2.3, 3), (2.3, OutOfRange), (2.3, [0.5, 1.5])]),
    Case(run_over_a_class, BOTH),
    *(Case(f, [(2.3, 4), (0.7, 2), (5.2, 3), (1.5, 0)]) for f in (
        changed_before_it_fails, changed_before_it_fails_in_a_while, changed_before_one_of_two_fails, changed_before_it_fails_inside)),
]
