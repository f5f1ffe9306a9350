"""Tapes of compiled code, as text. Python runs that text too, so its values are checked without a compiler."""
import numpy as np
import pytest

from tangentlite import pipeline
from tangentlite.backend.compile import load
from tangentlite.dispatch import collector_paused
from tangentlite.ir import kinds as K
from tests.numba import kernels


def compiled_text(f, args, mode="value"):
    """The text for Numba, and the function that it is in Python."""
    with collector_paused():
        program, root = pipeline.lower(f, {n: K.of_value(a, n) for n, a in zip(f.__code__.co_varnames, args)})
        wrt = [k for k, a in enumerate(args) if K.differentiable(K.of_value(a))]
        made = pipeline.derive(program, root, mode, wrt, compiled=True)
        units, text = pipeline.printed(made)
    return text.source, load([pipeline.replace(u, compiled=False) for u in units], text, "f")[units[0].tree.name]


@pytest.mark.parametrize(("f", "args"), [(f, a) for f, a, _ in kernels.ALL])
def test_python_computes_the_same_from_it(f, args):
    _, run = compiled_text(f, args)
    program, root = pipeline.lower(f, {n: K.of_value(a, n) for n, a in zip(f.__code__.co_varnames, args)})
    wrt = [k for k, a in enumerate(args) if K.differentiable(K.of_value(a))]
    units, text = pipeline.printed(pipeline.derive(program, root, "value", wrt))
    expected = load(units, text, "f")[units[0].tree.name](*args)
    got = run(*args)
    assert np.array_equal(flat(got), flat(expected))


def flat(x):
    return np.concatenate([flat(e) for e in x]) if isinstance(x, tuple) else np.ravel(x)


def test_one_array_for_a_loop():
    source, _ = compiled_text(kernels.logistic, (3.5, 0.2, 5), "reverse")
    assert source == '''\
def logistic_grad(r, x, n, x_bar=1.0):
    """Gradient of logistic with respect to r, x (programs.py:9, reverse mode)."""
    x_tape = np.empty(max(n, 0))
    for k in range(n):
        x_tape[k] = x
        x = r * x * (1.0 - x)

    r_bar = 0.0
    for k in reversed(range(n)):
        x = x_tape[k]
        # x = r * x * (1.0 - x)
        x_1_bar = x_bar * (1.0 - x)
        r_bar += x_1_bar * x
        x_bar = x_1_bar * r - x_bar * (r * x)
    return r_bar, x_bar
'''


@pytest.mark.parametrize(("f", "args", "shape"), [
    (kernels.chain, (np.ones((2, 3)), np.ones((3, 4))), "np.empty((v1[0], v2))"),
    (kernels.triangle, (np.ones(4),), "np.empty((v1, v2))"),
    (kernels.backwards, (np.ones(4),), ""),  # every other element: not indexed by the loop
    (kernels.until, (3.0, 0.1), ""),  # how often it runs is not known
    (kernels.power, (3.0, 2), "")])
def test_arrays_have_the_shape_of_the_loops(f, args, shape):
    source, _ = compiled_text(f, args)
    assert ("np.empty" in source) == bool(shape)
    assert ("tape = []" in source) == (not shape)


def grows(x, n):
    """The inner loop is as long as a value that the outer one changes."""
    m, s = 1, 0.0
    for _ in range(n):
        for j in range(m):
            x = x * np.sin(x + j)
            s += x
        m = 2 * m
    return s


def shrinks(x, n):
    s = 0.0
    for i in range(n):
        for j in range(n - i):
            x = x * np.sin(x + j)
            s += x
    return s


def offset(x, first, last):
    for i in range(first, last):
        x = np.sin(x) * i
    return x


def types(x, n):
    """Counts, flags and numbers are recorded as what they are."""
    k, up = 0, True
    for i in range(n):
        x = x * np.sin(x) if up else x * np.cos(x) * k
        k = (k + i) % 3
        up = k == 1 or x > 0.5
    return x


@pytest.mark.parametrize(("f", "args"), [(grows, (0.7, 4)), (grows, (0.7, 0)), (shrinks, (0.7, 4)), (offset, (0.7, 2, 6)),
                                         (offset, (0.7, -3, 2)), (offset, (0.7, 6, 2)), (types, (0.7, 8)), (types, (0.7, -1))])
def test_bounds(f, args):
    test_python_computes_the_same_from_it(f, args)
