"""The corpus compiled: what Python computes, or a located error. Never something else."""
import copy
import random
import warnings

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import TangentliteError
from tests.corpus import all_cases
from tests.corpus.harness import leaves

pytest.importorskip("numba")
pytestmark = pytest.mark.slow

SCALARS = [c for c in all_cases() if not c.vector_output]
LOOPS = ("loops", "while_loops", "in_place", "early_exit", "science", "first_touches", "handed_on", "spent_adjoints",
         "by_element", "stacks")
CHOSEN = [c for c in SCALARS if c.name.partition(".")[0] in LOOPS] + random.Random(0).sample(SCALARS, 60)


@pytest.mark.parametrize("case", {c.name: c for c in CHOSEN}.values(), ids=lambda c: c.name)
def test_gradient(case):
    for point in case.points:
        try:
            expected = tl.value_and_grad(case.f, case.argnums)(*copy.deepcopy(point))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                got = tl.value_and_grad(case.f, case.argnums, backend="numba")(*copy.deepcopy(point))
        except TangentliteError:
            continue
        for a, b in zip(leaves(expected), leaves(got), strict=True):
            assert np.allclose(a, b, rtol=1e-9, atol=1e-11)
