"""What is popped is recorded, not the list that it is taken from; the adjoint of a pop is an `append`."""
from __future__ import annotations

import inspect
import re

import pytest

import tangentlite as tl
from tests.corpus import arr, stacks

X = arr(7, low=0.4, high=1.3)


@pytest.mark.parametrize(("f", "args"), [
    (stacks.reverse_polish, (X, list("xxs*xsx*x*s"))), (stacks.visits, (X,)), (stacks.products_or_sums, (X,)), (stacks.last_items, (X,)),
    (stacks.until_it_is_empty, (X,)), (stacks.every_other, (X,)), (stacks.of_arrays, (X,))], ids=lambda a: getattr(a, "__name__", ""))
def test_no_list_is_copied(f, args):
    text = inspect.getsource(tl.grad(f).specialize(*args))
    assert not re.search(r"\blist\(|\[:-1\]", text), text
    assert ".pop()" in text


def drained(x):
    stack = [v * v for v in x]
    s = 0.0
    while stack:
        s = s * 0.5 + stack.pop()
    return s


def test_text():
    assert inspect.getsource(tl.grad(drained).specialize(X)) == '''\
def drained_grad(x, s_bar=1.0):
    """Gradient of drained with respect to x (test_stacks.py:24, reverse mode)."""
    stack = []
    for i in range(len(x)):
        v = x[i]
        stack.append(v * v)
    trips = 0
    while stack:
        stack.pop()
        trips += 1

    stack_bar = zeros_like(stack)
    for _ in range(trips):
        # s = s * 0.5 + stack.pop()
        stack_bar.append(s_bar)
        s_bar = 0.5 * s_bar
    # memoryviews: their items are Python's floats
    x_bar = memoryview(np.zeros_like(x))
    # stack = [v * v for v in x]
    for i in reversed(range(len(x))):
        v = x[i]
        v1_bar = stack_bar.pop()
        v_bar = 2.0 * v1_bar * v
        x_bar[i] = v_bar
    return x_bar.obj
'''


def grouped(x):
    groups = {0: []}
    groups[0].append(x)
    groups[0].append(x * x)
    return groups[0][0] * groups[0][1]


def test_evaluation_of_lists_in_a_dictionary():
    tl.trace(grouped, mode="reverse")(1.3)
    assert tl.grad(grouped)(1.3) == pytest.approx(3 * 1.3 ** 2)
