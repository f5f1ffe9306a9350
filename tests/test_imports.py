"""What is imported when."""
from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"astor", "gast", "tangentlite.pipeline", "tangentlite.rules", "tangentlite.frontend", "tangentlite.backend.text"}


def loaded(code: str) -> set[str]:
    """The modules that a fresh process has after running the code."""
    run = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("code", ["import tangentlite", "from tangentlite import grad, vjp, jvp, hessian", "from tangentlite import *"])
def test_importing_makes_no_derivative_and_loads_nothing_that_does(code):
    assert not HEAVY & loaded(code)


def test_rules_are_there_when_the_package_is():
    assert "tangentlite.rules" in loaded("import tangentlite; tangentlite.rules.constant(len)")


def test_help_does_not_load_numpy():
    assert "numpy" not in loaded("from tangentlite.cli.arguments import parser; parser().format_help()")


def test_the_public_names():
    import tangentlite

    assert set(tangentlite.__all__) <= set(dir(tangentlite))
    assert all(getattr(tangentlite, name) is not None for name in tangentlite.__all__)
    with pytest.raises(AttributeError, match="no attribute 'gradient'"):
        _ = tangentlite.gradient
