"""Every function of the corpus, at every point: the function itself, then its first and second derivatives."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tangentlite.errors import TransformError
from tests.corpus import Case, Point, all_cases, harness
from tests.refused import REFUSED

Check = Callable[[Case, Point, Any], None]
CASES = list(all_cases())
ORDERS: dict[str, Check] = {"first": harness.check_first_order, "second": harness.check_second_order}


def points(cases: list[Case]) -> list[Any]:
    """Parameters with readable names: `module.function-point`."""
    return [pytest.param(c, p, id=f"{c.name}-{k}") for c in cases for k, p in enumerate(c.points)]


def checks() -> list[Any]:
    """Both orders of a point are neighbours: in one process the second finds the gradient that the first has made."""
    return [pytest.param(c, p, check, id=f"{c.name}-{k}-{order}") for c in CASES for k, p in enumerate(c.points)
            for order, check in ORDERS.items() if order == "first" or (c.order > 1 and not c.vector_output)]


@pytest.fixture(scope="module")
def tl() -> Any:
    module = pytest.importorskip("tangentlite")
    if not hasattr(module, "vjp"):
        pytest.skip("tangentlite has no transformations yet")
    return module


def test_the_corpus_is_large() -> None:
    assert len({c.name for c in CASES}) >= 500


def check_refused(check: Callable[[], None]) -> None:
    """What is not supported is refused at a line of the user's file."""
    with pytest.raises(TransformError) as refusal:
        check()
    assert refusal.value.filename
    assert refusal.value.lineno


@pytest.mark.slow
@pytest.mark.parametrize(("case", "point"), points(CASES))
def test_smooth(case: Case, point: Point) -> None:
    harness.check_smooth(case, point)


@pytest.mark.parametrize(("case", "point", "check"), checks())
def test_derivatives(case: Case, point: Point, check: Check, tl: Any) -> None:
    if case.name in REFUSED:
        check_refused(lambda: check(case, point, tl))
    else:
        check(case, point, tl)
