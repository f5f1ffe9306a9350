"""The table of call forms: every row is differentiated as a user would write it, in both modes.

One row, one namespace, all rows:

    pytest tests/coverage -k "numpy.linalg and solve"
    python -m tests.coverage "numpy.linalg: solve"        every row whose name begins so, with what is wrong with it
    python -m tests.coverage numpy.linalg: scipy.linalg:
    python -m tests.coverage

A row that is refused stands in `missing.py`: it fails here when it works, so that the list shrinks, and when it is wrong.
"""
from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tangentlite.errors import TransformError
from tests.coverage.checking import ROWS, Row, Unavailable, check
from tests.coverage.missing import MISSING

HAS_SCIPY = importlib.util.find_spec("scipy") is not None


def checked(row: Row, directory: Path) -> None:
    if "sp." in row.text and not HAS_SCIPY:
        pytest.skip("SciPy is not installed")
    try:
        check(row, directory)
    except Unavailable as e:
        pytest.skip(str(e))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", [key for key in ROWS if key not in MISSING])
def test_row(key: str, tmp_path: Path) -> None:
    checked(ROWS[key], tmp_path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", sorted(MISSING))
def test_missing_row(key: str, tmp_path: Path) -> None:
    with pytest.raises(TransformError):
        checked(ROWS[key], tmp_path)


def test_every_missing_row_is_in_the_table() -> None:
    assert set(ROWS) >= MISSING
