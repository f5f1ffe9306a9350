"""Derivatives are copied, pickled and sent to other processes as what they are the derivative of."""
from __future__ import annotations

import copy
import inspect
import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tangentlite as tl

MODULE = """
import numpy as np
import tangentlite as tl

def cube(x, y=2.0):
    '''x cubed.'''
    return x * x * x * y

class Holder:
    def square(x):
        return np.sum(x * x)

@tl.grad
def decorated(x):
    return x * x

@tl.value_and_grad(argnums=(0, 1))
def both(x, y):
    return x * y * y

def maker():
    def inner(x):
        return x * x
    return inner
"""


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pickled")
    (folder / "shapes_to_pickle.py").write_text(MODULE)
    sys.path.insert(0, str(folder))
    import shapes_to_pickle
    yield shapes_to_pickle
    sys.path.remove(str(folder))


def derivatives(m: Any) -> list[tuple[Any, tuple[Any, ...]]]:
    return [(tl.grad(m.cube), (3.0,)), (tl.grad(m.cube, argnums=(0,)), (3.0,)), (tl.grad(m.cube, argnums=(1, 0)), (3.0, 1.0)),
            (tl.value_and_grad(m.cube), (3.0,)), (tl.grad(m.cube, unroll=True), (3.0,)), (tl.grad(tl.grad(m.cube)), (3.0,)),
            (tl.grad(tl.grad(tl.grad(m.cube))), (3.0,)), (tl.grad(m.Holder.square), (np.arange(3.0),)), (m.decorated, (3.0,)),
            (m.both, (3.0, 2.0)), (tl.grad(m.decorated), (3.0,)), (tl.grad(m.cube, static_argnums=1), (3.0, 2.0))]


def test_a_derivative_is_pickled_as_a_reference(shapes: Any) -> None:
    for d, args in derivatives(shapes):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(d, protocol)) is d
        d(*args)
        assert pickle.loads(pickle.dumps(d)) is d


def test_copies_are_the_function_itself(shapes: Any) -> None:
    d = tl.grad(shapes.cube)
    assert copy.copy(d) is d
    assert copy.deepcopy({"d": [d]})["d"][0] is d


def test_another_process_makes_the_derivative_anew(shapes: Any) -> None:
    made = derivatives(shapes)
    text = "import sys, pickle; [print(repr(d(*args))) for d, args in pickle.loads(bytes.fromhex(sys.argv[1]))]"
    path = [str(Path(shapes.__file__).parent), *sys.path]
    out = subprocess.run([sys.executable, "-c", f"import sys; sys.path[:] = {path!r}; {text}", pickle.dumps(made).hex()],
                         capture_output=True, text=True, check=True).stdout
    assert out == "".join(f"{d(*args)!r}\n" for d, args in made)


def test_processes_of_a_pool_are_sent_derivatives(shapes: Any) -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(tl.grad(shapes.cube), [1.0, 2.0]) == [6.0, 24.0]


def test_what_cannot_be_pickled_itself_has_derivatives_that_cannot(shapes: Any) -> None:
    for f in (shapes.maker(), lambda x: x * x):
        with pytest.raises((pickle.PicklingError, AttributeError)):
            pickle.dumps(f)
        with pytest.raises((pickle.PicklingError, AttributeError)):
            pickle.dumps(tl.grad(f))


def test_a_function_of_the_same_name_is_not_taken_for_another(shapes: Any) -> None:
    first, second = shapes.maker(), shapes.maker()
    assert tl.grad(first) is not tl.grad(second)
    assert tl.grad(first)(3.0) == tl.grad(second)(3.0) == 6.0


def test_metadata(shapes: Any) -> None:
    d = tl.grad(shapes.cube)
    assert (d.__name__, d.__doc__) == ("cube_grad", "Gradient of `cube`.")
    assert inspect.isfunction(d)
    assert inspect.signature(d) == inspect.signature(shapes.cube)
    assert d.primal is shapes.cube
    assert not hasattr(d, "__wrapped__")
