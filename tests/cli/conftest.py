"""Commands run in a directory of their own, with whatever they import forgotten afterwards."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tangentlite.cli import main

ROOT = Path(__file__).parents[2]


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(here, monkeypatch, capsys):
    """Run a command in this process: `cli("grad", "m.py:f")`."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    before = set(sys.modules)

    def run(*argv: str) -> Result:
        code = main(argv)
        return Result(code, *capsys.readouterr())

    yield run
    for name in [n for n, m in sys.modules.items() if n not in before]:
        if str(here) in str(getattr(sys.modules[name], "__file__", None)):
            del sys.modules[name]


@pytest.fixture
def shell(here):
    """Run a command as a process of its own, piped into what `pipe` says."""

    def run(*argv: str, pipe: str = "", **env: str) -> Result:
        command = [sys.executable, "-m", "tangentlite", *argv]
        given = {**os.environ, "PYTHONPATH": str(ROOT), **env}
        if pipe:
            quoted = " ".join(f"'{a}'" for a in command)
            command = ["bash", "-c", f"set -o pipefail; {quoted} {pipe}"]
        done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=here)
        return Result(done.returncode, done.stdout, done.stderr)

    return run
