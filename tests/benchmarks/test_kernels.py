"""The kernels that are measured have the derivatives that their hand-written adjoints say."""
import numpy as np
import pytest

import tangentlite as tl
from benchmarks.kernels import adjoints, programs

CASES = programs.arguments(0.004)


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_hand_written_adjoints(f):
    args, wrt = CASES[f]
    got, expected = tl.grad(f, wrt)(*args), getattr(adjoints, f.__name__)(*args)
    for a, b in zip(got, expected if isinstance(expected, tuple) else (expected,), strict=True):
        assert np.allclose(a, b, rtol=1e-10, atol=1e-12)
