"""Which arrays are different memory in every iteration: what may be updated without a copy, and what may not."""
import inspect
import re

import numpy as np
import pytest

import tangentlite as tl
from tests.corpus import swapped_buffers as corpus

U = np.array([0.7, -0.3, 1.1, 0.4])


def whole_copies(f, *args):
    """How many lines inside of loops copy a whole array, but for those that `f` writes itself."""
    gradient = tl.grad(f)
    gradient(*args)
    lines = str(gradient.source).splitlines()
    own = inspect.getsource(f)
    return sum(bool(re.search(r"^ {8,}\w+ = \w+\.copy\(\)$", line)) and line.strip() not in own for line in lines)


@pytest.mark.parametrize("f", [corpus.swapped, corpus.rotated, corpus.made_anew, corpus.swapped_in_some, corpus.exchanged_inside,
                               corpus.as_adjoint, corpus.previous])
def test_what_loops_exchange_is_updated_in_place(f):
    assert whole_copies(f, U, 0.7, 3) == 0


def test_a_copy_is_made_once_before_the_loop():
    def f(u, w, n):
        v = w * 1.0
        first = v
        for k in range(n):
            v[k] = u[k] * first[0]
        return np.sum(v * first)

    gradient = tl.grad(f, (0, 1))
    found = gradient(U, U * 2.0, 3)
    source = str(gradient.source)
    assert not re.search(r"^ {8,}\w+ = \w+\.copy\(\)$", source, re.M), source
    h = 1e-6
    for g, e in zip(found[0], np.eye(4), strict=True):
        assert g == pytest.approx((f(U + h * e, U * 2.0, 3) - f(U - h * e, U * 2.0, 3)) / (2 * h), rel=1e-6, abs=1e-9)
