"""Random programs in every mode, and the generator, the recorder of branches and the shrinker themselves."""
from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.property import memory
from tests.property.checking import REFUSED, RIGHT, SKIPPED, WRONG, check_point, check_program, load
from tests.property.programs import Program, generate
from tests.property.shrink import shrink

SEEDS = 24
MEMORY_SEEDS = 40


@pytest.fixture(scope="module")
def tl() -> Any:
    module = pytest.importorskip("tangentlite")
    if not hasattr(module, "vjp"):
        pytest.skip("tangentlite has no transformations yet")
    return module


@pytest.mark.parametrize("first", range(0, SEEDS, 8))
def test_programs(first: int, tmp_path: Path, tl: Any) -> None:
    for seed in range(first, first + 8):
        program = generate(seed)
        for verdict in check_program(program, tmp_path, tl, second=seed % 4 < 2):
            text = f"seed {seed} at {verdict.point!r}\n{verdict.detail}\n\n{program.source}"
            assert verdict.outcome != WRONG, text
            assert verdict.outcome != REFUSED, text


@pytest.mark.parametrize("first", range(0, MEMORY_SEEDS, 8))
def test_programs_with_memory(first: int, tmp_path: Path, tl: Any) -> None:
    for seed in range(first, first + 8):
        program = memory.generate(seed)
        for verdict in check_program(program, tmp_path, tl, second=seed % 4 == 0):
            text = f"seed {seed} at {verdict.point!r}\n{verdict.detail}\n\n{program.source}"
            assert verdict.outcome != WRONG, text
            assert verdict.outcome != REFUSED or "generated_" in verdict.detail, f"no place is shown: {text}"


def test_most_points_are_smooth(tmp_path: Path) -> None:
    counts = Counter(v.outcome for seed in range(30) for v in check_program(generate(seed), tmp_path, None))
    assert counts[RIGHT] > 3 * counts[SKIPPED]


def test_a_seed_determines_its_program() -> None:
    first, second = generate(17), generate(17)
    assert first.source == second.source
    assert repr(first.points) == repr(second.points)


def test_points_near_a_branch_are_skipped(tmp_path: Path) -> None:
    program = Program(0, "def program(x):\n    return x if x > 0.5 else 1.0 * x\n", "program", [(0.5001,), (0.7,)])
    assert [v.outcome for v in check_program(program, tmp_path, None)] == [SKIPPED, RIGHT]


class WrongTangents:
    """A stand-in whose derivatives are all zero: the checks must notice."""

    class errors:
        class TangentliteError(Exception):
            pass

    @staticmethod
    def vjp(f: Any, *args: Any) -> Any:
        return f(*args), lambda _: tuple(0.0 * a for a in args)


def test_a_wrong_gradient_is_noticed_and_shrunk(tmp_path: Path) -> None:
    source = "import math\ndef program(x):\n    y = 2.0\n    z = math.sin(x) * y\n    if y > 0:\n"
    source += "        z = z + 1.0\n    return z\n"

    def fails(text: str) -> bool:
        try:
            f = load(Program(0, text, "program", []), tmp_path).program
            return check_point(f, (0.7,), WrongTangents, False).outcome == WRONG
        except Exception:
            return False

    assert fails(source)
    small = shrink(source, fails)
    assert fails(small)
    assert len(small.split("return")) == 2
    assert len(small) < len(source) / 2
