"""The corpus with checkpoints: the adjoints that there are without, to the last bit, as often as they are asked for."""
import warnings

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.errors import UnsupportedError
from tests.corpus import all_cases
from tests.corpus.harness import fresh, leaves, random_like

LOOPS = ("loops", "while_loops", "early_exit", "in_place", "exceptions", "solvers", "memory", "aliases", "science", "textbook")
CASES = {c.name: c for c in all_cases() if c.name.partition(".")[0] in LOOPS}
PLANS = [{"checkpoint": "segments", "slots": 2}, {"checkpoint": "revolve", "slots": 3}]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p["checkpoint"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_adjoints(case, plan):
    for point in case.points:
        y_bar = random_like(case.f(*fresh(point)), 3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected, reference = tl.vjp(case.f, *fresh(point))
            try:
                value, pullback = tl.vjp(case.f, *fresh(point), **plan)
            except UnsupportedError as refused:
                assert "loop with checkpoints" in str(refused)  # noqa: PT017 (some are, most are not)
                return
            wanted = leaves([expected, reference(y_bar)])
            for _ in range(2):
                for a, b in zip(wanted, leaves([value, pullback(y_bar)]), strict=True):
                    assert np.array_equal(a, b, equal_nan=True)
