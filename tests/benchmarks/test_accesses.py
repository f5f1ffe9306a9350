"""Reading or writing an element makes no array, no list and no copy."""
import ast
import inspect

import numpy as np
import pytest

import tangentlite as tl
from benchmarks.accesses import INTERPRETED, WAYS, line

MAKERS = {"zeros_like", "zeros", "full_like", "copy", "list", "add_at", "setitem", "dict"}


def called_in_loops(text):
    loops = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.For, ast.While))]
    calls = [node.func for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}


@pytest.mark.parametrize("f", [*WAYS, *INTERPRETED], ids=lambda f: f.__name__)
def test_loops_make_nothing(f):
    text = inspect.getsource(tl.grad(f).specialize(line(12), 12))
    assert not called_in_loops(text) & MAKERS, text


@pytest.mark.parametrize("f", INTERPRETED, ids=lambda f: f.__name__)
def test_what_is_called_makes_nothing(f):
    text = tl.grad(f).specialize(line(12), 12).source
    called = text[text.index("\n\n\ndef "):]
    assert "_backward(res, " in called
    assert not any(f"{name}(" in called for name in MAKERS), text


@pytest.mark.parametrize("f", [*WAYS, *INTERPRETED], ids=lambda f: f.__name__)
def test_gradients(f):
    x = line(12)
    g = tl.grad(f)(x, 12)
    h = 1e-6
    expected = [(f(x + h * e, 12) - f(x - h * e, 12)) / (2 * h) for e in np.eye(12)]
    assert np.allclose(g, expected, rtol=1e-6, atol=1e-7)
