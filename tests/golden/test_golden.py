"""The emitted text is kept in files: every change of it is seen in review.

After a wanted change: `python -m pytest tests/golden --update-golden`, then read the diff.
"""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.cases import CASES
from tests.golden.measures import code_lines, helper_calls, repeated

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TEXTS = {case.name: case for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_text_is_the_kept_one(case, request):
    path = HERE / f"{case.name}.py.txt"
    text = case.text()
    if request.config.getoption("--update-golden"):
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


def test_every_kept_text_has_a_case():
    assert {path.name for path in HERE.glob("*.txt")} == {f"{case.name}.py.txt" for case in CASES}


def test_the_readme_shows_the_text_of_power():
    assert f"```python\n{TEXTS['power'].text()}```" in (ROOT / "README.md").read_text()


def test_two_processes_with_different_hash_seeds_emit_the_same_bytes(tmp_path):
    outputs = []
    for seed in ("1", "2"):
        settings = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TANGENTLITE_CACHE_DIR": str(tmp_path / seed)}
        env = os.environ | settings
        command = [sys.executable, "-m", "tests.golden.cases"]
        outputs.append(subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True, timeout=120).stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"--- ") >= len(CASES)


@pytest.mark.parametrize(("name", "bound"), [("griewank", 14), ("power", 12), ("mlp", 16), ("relu", 6)])
def test_the_adjoint_is_as_short_as_by_hand(name, bound):
    assert code_lines(TEXTS[name].text()) <= bound


def test_the_adjoint_of_griewanks_function_computes_nothing_twice():
    text = TEXTS["griewank"].text()
    assert repeated(text) == []


@pytest.mark.parametrize("name", ["griewank", "power", "relu", "branch", "fixed_loop", "log_sin_cos", "mlp"])
def test_known_kinds_leave_no_helper_call(name):
    assert helper_calls(TEXTS[name].text()) == set()
