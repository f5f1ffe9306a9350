"""`--help` and `--version`."""
from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

import tangentlite
from tangentlite.cli import arguments

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("argv", [["--help"], ["grad", "--help"], ["trace", "-h"], ["cost", "-h"]])
def test_help_says_how(cli, argv) -> None:
    done = cli(*argv)
    assert (done.code, done.err) == (0, "")
    assert all(words in done.out for words in ("usage: tangentlite", "file.py:func", "examples:", "exit codes:"))


def test_version(cli) -> None:
    assert cli("--version") == (0, f"tangentlite {tangentlite.__version__}\n", "")


@pytest.mark.parametrize("command", sorted(set(re.findall(
    r"^  tangentlite (.*?)(?: {2,}#.*)?$", arguments.MAIN + arguments.GRAD + arguments.TRACE + arguments.COST + arguments.COVERAGE, re.M))))
def test_the_examples_of_the_help_work(cli, here, command) -> None:
    shutil.copytree(ROOT / "examples", here / "examples")
    done = cli(*shlex.split(command))
    assert done.code == 0, done.err


def test_as_a_module(shell, here) -> None:
    assert shell("--version").out == f"tangentlite {tangentlite.__version__}\n"
