"""Every test session has its own cache directory, so nothing is read from or left in the user's."""
from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import tempfile

import pytest

from tangentlite import pipeline, rules
from tangentlite.rules.scipy import FAMILIES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files, do not compare")


def pytest_configure(config: pytest.Config) -> None:
    directory = tempfile.mkdtemp(prefix="tangentlite-tests-")
    os.environ["TANGENTLITE_CACHE_DIR"] = directory
    pipeline.CHECK_EVERY_STEP = True
    load_rules()
    config.add_cleanup(lambda: shutil.rmtree(directory, ignore_errors=True))


def load_rules() -> None:
    """Load SciPy's rules as its users do, before doctests import their modules one by one."""
    for library in FAMILIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    rules.rule_of(object())


@pytest.fixture
def cache_dir(tmp_path, monkeypatch):
    """An empty cache directory for this test alone, and no rules but the built-in ones: beside others, nothing is kept."""
    directory = tmp_path / "cache"
    for op in [op for op, rule in rules.RULES.items() if rules.BUILT_IN.get(op) is not rule]:
        monkeypatch.delitem(rules.RULES, op)
    monkeypatch.setenv("TANGENTLITE_CACHE_DIR", str(directory))
    return directory
