"""Whatever writes into memory that it is given is differentiated as that or refused, by whatever path it is reached."""
from __future__ import annotations

import collections
import functools
import heapq
import logging
import operator
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import NoRuleError, UnsupportedError

GENERATOR = np.random.default_rng(0)


def put(x, y):
    np.put(y, [0], x[0])


def copyto(x, y):
    np.copyto(y, x)


def copy_constant(x, y):
    np.copyto(y, 5.0)


def place(x, y):
    np.place(y, y > 0, x)


def putmask(x, y):
    np.putmask(y, y > 0, 2.0 * x)


def put_along_axis(x, y):
    np.put_along_axis(y, np.array([0]), x[0], 0)


def add_at(x, y):
    np.add.at(y, [0, 0], x[0])


def shuffle(x, y):
    np.random.shuffle(y)


def shuffle_of_random(x, y):
    random.shuffle(y)


def shuffle_of_generator(x, y):
    GENERATOR.shuffle(y)


def heap(x, y):
    heapq.heappush([1.0], x[0])


def set_item(x, y):
    y.__setitem__(0, x[0])


def set_item_by_operator(x, y):
    operator.setitem(y, 0, x[0])


def add_in_place(x, y):
    operator.iadd(y, x)


def add_in_place_by_method(x, y):
    y.__iadd__(x)


def fill(x, y):
    y.fill(x[0])


def fill_of_class(x, y):
    np.ndarray.fill(y, x[0])


def sort_of_class(x, y):
    np.ndarray.sort(y)


def append_of_class(x, y):
    list.append([1.0], x[0])


def partial(x, y):
    write = functools.partial(np.copyto, y)
    write(x)


def out_of_ufunc(x, y):
    np.sin(x, out=y)


def out_by_position(x, y):
    np.sin(x, y)


def out_of_step_function(x, y):
    np.sign(x, y)


def out_of_two(x, y):
    np.multiply(x, 2.0, y)


def out_of_sum(x, y):
    np.sum(np.outer(x, x), 0, out=y)


def out_of_sum_by_position(x, y):
    np.sum(np.outer(x, x), 1, None, y)


def out_of_method(x, y):
    np.outer(x, x).sum(0, None, y)


def out_of_clip(x, y):
    np.clip(x, 0.0, 1.0, y)


def out_of_dot(x, y):
    np.dot(np.outer(x, x), x, y)


def out_of_concatenate(x, y):
    np.concatenate([x[:1], x[1:]], 0, y)


def out_of_round(x, y):
    np.round(x, 1, y)


def out_of_any(x, y):
    np.any(np.outer(x, x) > 1.0, 0, y)


def without_copy(x, y):
    np.nan_to_num(y, copy=False)


REFUSED = [shuffle, shuffle_of_random, shuffle_of_generator, heap, set_item, set_item_by_operator, add_in_place,
           add_in_place_by_method, fill_of_class, sort_of_class, append_of_class, without_copy]
WRITTEN = [put, put_along_axis, copyto, copy_constant, place, putmask, add_at, fill, partial, out_of_ufunc, out_by_position,
           out_of_step_function, out_of_two,
           out_of_sum, out_of_sum_by_position, out_of_method, out_of_clip, out_of_dot, out_of_concatenate, out_of_round,
           out_of_any]


def after(write: Callable[..., Any]) -> Callable[..., Any]:
    def f(x):
        y = np.ones(3)
        z = x * y
        write(x, y)
        return np.sum(z * z)

    return f


@pytest.mark.parametrize("write", REFUSED, ids=lambda w: w.__name__)
@pytest.mark.parametrize("derive", [tl.grad, lambda f: lambda x: tl.jvp(f, (x,), (x,))], ids=["reverse", "forward"])
def test_writing_is_refused(write: Callable[..., Any], derive: Any) -> None:
    with pytest.raises(UnsupportedError, match="in place") as refusal:
        derive(after(write))(np.array([0.3, 0.7, 1.2]))
    assert refusal.value.filename == __file__
    assert refusal.value.lineno > write.__code__.co_firstlineno


def read_after(write: Callable[..., Any]) -> Callable[..., Any]:
    def f(x):
        y = np.array([0.4, -0.2, 1.1])
        seen = y
        z = x * y
        write(x, y)
        return np.sum(z * seen * x)

    return f


@pytest.mark.parametrize("write", WRITTEN, ids=lambda w: w.__name__)
def test_what_is_written_is_differentiated(write: Callable[..., Any]) -> None:
    f, x, step = read_after(write), np.array([0.3, 0.7, 1.2]), 1e-6
    expected = [(f(x + step * d) - f(x - step * d)) / (2 * step) for d in np.eye(3)]
    np.testing.assert_allclose(tl.grad(f)(x), expected, rtol=1e-7)
    np.testing.assert_allclose([tl.jvp(f, (x,), (d,))[1] for d in np.eye(3)], expected, rtol=1e-7)


def out_none(x):
    return np.sum(np.sin(x, out=None))


def test_no_output_array_writes_nothing() -> None:
    np.testing.assert_allclose(tl.grad(out_none)(np.array([0.5, 1.0])), np.cos([0.5, 1.0]))


class Sum:
    """A Python method may be called anything: its text tells what it does."""

    def append(self, x):
        return 2.0 * x


SUM = Sum()


def method_of_the_users(x):
    return SUM.append(x) * x


def test_methods_of_the_users_classes_are_read() -> None:
    assert tl.grad(method_of_the_users)(3.0) == 12.0


copy_unknown = np.frompyfunc(lambda x: x, 1, 1)


def unknown_function(x):
    y = np.zeros(3)
    copy_unknown(x, y)
    return np.sum(y)


def test_an_unknown_function_may_write_into_what_it_is_given() -> None:
    for derive in (tl.grad(unknown_function), lambda x: tl.jvp(unknown_function, (x,), (x,))):
        with pytest.raises((NoRuleError, UnsupportedError)) as refusal:
            derive(np.ones(3))
        assert refusal.value.lineno


class Box:
    def put(self, x):
        self.x = x

    def get(self):
        return self.x


BOX, QUEUE, LAST = Box(), collections.deque(), 0.0


def remember(x):
    global LAST
    LAST = x


def method_of_a_global(x):
    QUEUE.appendleft(x)
    return QUEUE[0] * 2.0


def method_with_text(x):
    BOX.put(x)
    return BOX.get() * 2.0


def method_for_its_result(x):
    n = BOX.put(x)
    return BOX.x if n is None else x


def function_that_rebinds_a_global(x):
    remember(x)
    return LAST * 2.0


def within_a_local_function(x):
    def store(y):
        QUEUE.appendleft(y)

    store(x)
    return QUEUE[0] * 2.0


def method_as_a_value(x):
    y = [0.0]
    list(map(y.__setitem__, [0], [x]))
    return y[0]


@pytest.mark.parametrize("f", [
    method_of_a_global, method_with_text, method_for_its_result, function_that_rebinds_a_global,
    within_a_local_function, method_as_a_value], ids=lambda f: f.__name__)
@pytest.mark.parametrize("derive", [tl.grad, lambda f: lambda x: tl.jvp(f, (x,), (1.0,))], ids=["reverse", "forward"])
def test_a_number_that_an_object_may_keep_is_refused(f: Any, derive: Any) -> None:
    with pytest.raises((NoRuleError, UnsupportedError)) as refusal:
        derive(f)(2.0)
    assert refusal.value.filename == __file__
    assert refusal.value.lineno


def reports(x):
    logging.getLogger("test").info("x = %s", x)
    sys.stdout.write(f"{x:.1f}"[:3])
    print(x, file=sys.stderr)
    started = time.perf_counter()
    assert isinstance(x, float), str(x)
    return x * x + 0.0 * started


def test_reports_of_numbers_are_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert tl.grad(reports)(2.0) == 4.0
    assert capsys.readouterr() == ("2.0", "2.0\n")


def test_the_message_says_what_may_happen() -> None:
    with pytest.raises(NoRuleError) as refusal:
        tl.grad(method_of_a_global)(2.0)
    assert refusal.value.msg == ("`QUEUE.appendleft` may keep or change what it is given, which no derivative could follow. "
                                 "Leave the call out, or hand on the value itself")


exec("def rotate(items):\n    items.append(items.pop(0))\n")  # its source was not kept
rotate: Any = globals()["rotate"]


def reads_around_an_unread_function(x):
    order = [0, 1, 2]
    first = order[0]
    rotate(order)
    return x[first] * x[order[0]]


def reads_around_it_in_a_loop(x):
    order, total = [0, 1, 2], 0.0
    for k in range(2):
        total = total + x[order[0]] * (k + 1)
        rotate(order)
    return total + x[order[0]] ** 2


def test_what_is_read_before_an_unknown_function_is_not_read_for_after_it() -> None:
    x = np.array([1.0, 2.0, 3.0])
    assert tl.grad(reads_around_an_unread_function)(x).tolist() == [2.0, 1.0, 0.0]
    assert tl.grad(reads_around_it_in_a_loop)(x).tolist() == [1.0, 2.0, 6.0]


def needed_after_it_was_changed(x):
    order = [0, 1, 2]
    y = x[order]
    rotate(order)
    return np.sum(y * np.array([1.0, 2.0, 3.0]))


def changed_before_it_is_needed(x):
    order = [0, 1, 2]
    rotate(order)
    return np.sum(x[order] * np.array([1.0, 2.0, 3.0]))


def test_what_the_reverse_sweep_needs_must_not_be_changed_by_an_unknown_function() -> None:
    x = np.array([1.0, 2.0, 3.0])
    with pytest.raises(NoRuleError) as refusal:
        tl.grad(needed_after_it_was_changed)(x)
    assert refusal.value.msg.startswith("a function that is called later may change what ")
    assert refusal.value.lineno == needed_after_it_was_changed.__code__.co_firstlineno + 2
    assert tl.grad(changed_before_it_is_needed)(x).tolist() == [3.0, 1.0, 2.0]
