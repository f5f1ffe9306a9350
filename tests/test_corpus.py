"""Every function of the corpus, at every point: the function itself, then its first and second derivatives."""
from __future__ import annotations

from typing import Any

import pytest

from tests.corpus import Case, Point, all_cases, harness

CASES = list(all_cases())


def points(cases: list[Case]) -> list[Any]:
    """Parameters with readable names: `module.function-point`."""
    return [pytest.param(c, p, id=f"{c.name}-{k}") for c in cases for k, p in enumerate(c.points)]


@pytest.fixture(scope="module")
def tl() -> Any:
    module = pytest.importorskip("tangentlite")
    if not hasattr(module, "vjp"):
        pytest.skip("tangentlite has no transformations yet")
    return module


def test_the_corpus_is_large() -> None:
    assert len({c.name for c in CASES}) >= 500


@pytest.mark.parametrize(("case", "point"), points(CASES))
def test_smooth(case: Case, point: Point) -> None:
    harness.check_smooth(case, point)


@pytest.mark.parametrize(("case", "point"), points(CASES))
def test_first_order(case: Case, point: Point, tl: Any) -> None:
    harness.check_first_order(case, point, tl)


@pytest.mark.parametrize(("case", "point"), points([c for c in CASES if c.order > 1 and not c.vector_output]))
def test_second_order(case: Case, point: Point, tl: Any) -> None:
    harness.check_second_order(case, point, tl)
