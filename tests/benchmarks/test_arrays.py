"""The array programs and the functions of numbers that are measured have the gradients that their hand-written adjoints say."""
import numpy as np
import pytest

import tangentlite as tl
from benchmarks import scalars

pytest.importorskip("scipy")
from benchmarks.arrays import adjoints, programs

SMALL = programs.arguments("S")


@pytest.mark.parametrize("f", SMALL, ids=lambda f: f.__name__)
def test_array_programs(f):
    args, wrt = SMALL[f]
    for a, b in zip(getattr(adjoints, f.__name__)(*args), tl.grad(f, wrt)(*args), strict=True):
        assert np.allclose(a, b, rtol=1e-10, atol=1e-10 * np.max(np.abs(a)))


@pytest.mark.parametrize("case", scalars.CASES, ids=lambda case: case[0].__name__)
def test_functions_of_numbers(case):
    f, by_hand, args, wrt, _ = case
    assert scalars.same(by_hand(*args), tl.grad(f, wrt)(*args))
