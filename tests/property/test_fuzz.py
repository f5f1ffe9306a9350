"""A few cases of the fuzzing of the front end."""
from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.property.fuzz import FAILED, REFUSED, RESULT, Fuzzer, judged
from tests.property.mutants import Mutant, Mutator, seeds


def test_every_function_ends_in_a_result_or_a_located_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGENTLITE_CACHE_DIR", "")
    fuzzer = Fuzzer(random.Random(0), tmp_path)
    fuzzer.run(0.0, cases=80)
    assert not fuzzer.failures, "\n\n".join(f"{detail}\n{mutant.source}{mutant.point!r}" for detail, mutant in fuzzer.failures.values())
    assert fuzzer.outcomes[RESULT]
    assert fuzzer.outcomes[REFUSED]


def test_a_change_gives_another_function_of_the_same_name() -> None:
    pool = list(seeds())
    mutator = Mutator(random.Random(1), pool)
    made = [mutator.mutated(pool[k]) for k in range(0, len(pool), 25)]
    changed = [m for m in made if m is not None]
    assert len(changed) > len(made) / 2
    assert all(f"def {m.name}(" in m.text for m in changed)


def test_an_exception_of_the_front_end_is_a_failure(tmp_path: Path) -> None:
    error = RuntimeError("inside")
    assert judged(("value", 1.0), ("error", error))[0] == FAILED
    assert judged(("error", RuntimeError("its own")), ("error", error))[0] == "raised"
    assert judged(("value", 1.0), ("value", 2.0))[0] == FAILED
    assert judged(("value", 1.0), ("too long", None))[0] == FAILED
    assert Fuzzer(random.Random(0), tmp_path).outcome(Mutant("math", "f", "def f(x):\n    return sin(x)", (0.5,))) == (RESULT, "")
