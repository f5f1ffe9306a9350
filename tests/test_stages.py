"""Every stage of the pipeline means the same: interpreted, and run as the text it prints."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tangentlite.ir import Trace
from tests.corpus import Case, all_cases, harness
from tests.stages import Stage, observed, stages, value_of

CASES = list(all_cases())


def named(cases: list[Case]) -> list[Any]:
    return [pytest.param(c, id=c.name) for c in cases]


def check_stages(case: Case, mode: str) -> None:
    """The value at every stage is the primal's to the last bit; the derivative is the same at all stages."""
    if case.vector_output and mode == "value":
        pytest.skip("a gradient wants a number")
    point = case.points[0]
    try:
        found = stages(case.f, harness.fresh(point), mode)
    except SyntaxError:
        pytest.skip("refused")
    assert [s.name for s in found if s.name != "inlined"] == ["lowered", "indexed", "transformed", "in place"]
    *_, last = found
    seeds = seeds_of(last, harness.fresh(point), mode)
    value, derivative = case.f(*harness.fresh(point)), last.printed(*harness.fresh(point), *seeds)[1]
    for stage in found:
        args = point if stage.is_primal else (*point, *seeds)
        for how, run in (("interpreted", stage.interpreted), ("printed", stage.printed)):
            result = run(*harness.fresh(args))
            harness.assert_same(f"the value, {stage.name}, {how}", value_of(stage, result), value)
            if not stage.is_primal:
                harness.assert_close(f"the derivative, {stage.name}, {how}", result[1], derivative, 1e-12)


def seeds_of(stage: Stage, point: tuple[Any, ...], mode: str) -> tuple[Any, ...]:
    """Tangents for the parameters of forward mode that follow the arguments."""
    params = stage.traces[stage.root].block.params
    values = {p.hint: value for p, value in zip(params, point)}
    dots = [values[d.hint.removesuffix("_dot")] for d in params[len(point):]] if mode == "forward" else []
    return tuple(harness.random_like(x, 3) for x in dots)


PLAIN = [c for c in CASES if c.f.__code__.co_argcount == len(c.points[0]) and not c.f.__code__.co_flags & 4]


@pytest.mark.parametrize("case", named(PLAIN[::11]))
@pytest.mark.parametrize("mode", ["value", "forward"])
def test_stages(case: Case, mode: str) -> None:
    check_stages(case, mode)


@pytest.mark.slow
@pytest.mark.parametrize("case", named(PLAIN))
@pytest.mark.parametrize("mode", ["value", "forward"])
def test_stages_of_the_whole_corpus(case: Case, mode: str) -> None:
    check_stages(case, mode)


def cubes(x, n):
    s = 0.0
    for k in range(3):
        if n > 0:
            s = s + x[k] ** 3
    return s


def test_unrolling_is_a_stage() -> None:
    x = np.array([1.0, 2.0, 3.0])
    found = stages(cubes, (x, 1), "value", unroll=True)
    assert [s.name for s in found] == ["lowered", "unrolled", "indexed", "transformed", "in place"]
    for stage in found:
        for result in (stage.interpreted(x, 1), stage.printed(x, 1)):
            assert value_of(stage, result) == 36.0


def test_a_trace_prints_as_python_that_runs() -> None:
    with observed() as seen:
        stages(cubes, (np.ones(3), 1), "value")
    texts = [(name, str(trace)) for name, _, trace in seen if isinstance(trace, Trace)]
    assert "for k in" in texts[0][1]
    for name, text in texts:
        namespace: dict[str, Any] = {"np": np}
        exec("from tangentlite.runtime import *\n" + text, namespace)
        result = namespace["cubes"](np.full(3, 2.0), 1)
        assert (result[0] if name in ("value", "in place") else result) == 24.0
