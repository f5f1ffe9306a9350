"""A text from the disk is used where everything it relies on is as it was, and nowhere else."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tangentlite import pipeline, rules, stored
from tangentlite.dispatch import Specializer, programs
from tangentlite.rules.verbs import constant, elementwise

MODEL = """
import math

import numpy as np
from helpers import bend

SCALE = 2.0
WEIGHTS = np.array([1.0, 2.0])


def square(v, power=2):
    return v ** power * SCALE  # scaled


def model(x, y):
    s = square(x) + bend(y)
    for _ in range(2):
        s = s * math.sin(x)
    return np.sum(s * WEIGHTS)


def make(inner):
    def made(x, y):
        return inner(x) * y
    return made


closed = make(square)
"""

HELPERS = "def bend(v):\n    return v * v\n"

RUN = """
import sys
import numpy as np
import model
from tangentlite.dispatch import Specializer

function, args = getattr(model, sys.argv[1]), eval(sys.argv[2])
gradient = Specializer(function, "reverse", 0, "_grad").version(args).functions[0](*args)
step = 1e-6
difference = (function(args[0] + step, args[1]) - function(args[0] - step, args[1])) / (2 * step)
assert abs(gradient - difference) < 1e-6 * max(1.0, abs(gradient)), (gradient, difference)
print("made" if "tangentlite.pipeline" in sys.modules else "found")
"""


def write(folder: Path, model: str = MODEL, helpers: str = HELPERS) -> None:
    (folder / "model.py").write_text(model)
    (folder / "helpers.py").write_text(helpers)
    (folder / "run.py").write_text(RUN)


def start(folder: Path, function: str = "model", args: str = "(0.5, 1.5)", **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.Popen([sys.executable, "run.py", function, args], cwd=folder, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def outcome(process: subprocess.Popen[str]) -> str:
    """"made" or "found", by a process that compared the gradient with differences."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output.strip()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with the modules, and beside it what making their derivatives has stored."""
    folder = tmp_path_factory.mktemp("project")
    write(folder)
    assert outcome(start(folder, TANGENTLITE_CACHE_DIR=str(folder / "stored"))) == "made"
    return folder


@pytest.fixture
def stored_before(project, tmp_path):
    """A copy of what was stored, for one test."""
    copy = tmp_path / "stored"
    shutil.copytree(project / "stored", copy)
    copy.chmod(0o700)
    yield str(copy)
    write(project)


@pytest.mark.parametrize("function", ["model", "closed"])
def test_another_process_finds_the_text(function, tmp_path, cache_dir):
    write(tmp_path)
    assert [outcome(start(tmp_path, function)) for _ in range(2)] == ["made", "found"]
    assert outcome(start(tmp_path, function, "(0.5, np.float64(1.5))")) == "made"


EDITS = {
    "a value": ("SCALE = 2.0", "SCALE = 3.0", "found"),
    "a length": ("[1.0, 2.0]", "[1.0, 2.0, 3.0]", "found"),
    "a length of one": ("[1.0, 2.0]", "[1.0]", "made"),
    "a dtype": ("np.array([1.0, 2.0])", "np.array([1, 2])", "made"),
    "a kind": ("SCALE = 2.0", "SCALE = np.array([2.0, 2.5])", "made"),
    "the function": ("range(2)", "range(3)", "made"),
    "a callee": ("v ** power", "v ** power * v", "made"),
    "a default": ("power=2", "power=3", "made"),
    "a comment": ("# scaled", "# weighted", "made"),
    "what a name stands for": ("from helpers import bend", "from math import sinh as bend", "made"),
    "a module under another name": ("import math\n", "import cmath as math\nmath = __import__('math')\n", "made"),
    "a place in the file": ("SCALE = 2.0", "SCALE = 2.0\nOTHER = 1.0", "made"),
    "what is not used": ("closed = make(square)", "closed = make(square)\nOTHER = 1.0", "found"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits(edit, project, stored_before):
    before, after, want = EDITS[edit]
    assert MODEL.count(before) == 1
    write(project, MODEL.replace(before, after))
    assert outcome(start(project, TANGENTLITE_CACHE_DIR=stored_before)) == want


def test_an_edit_of_another_module(project, stored_before):
    write(project, helpers="def bend(v):\n    return v * v * v\n")
    assert outcome(start(project, TANGENTLITE_CACHE_DIR=stored_before)) == "made"


def test_several_processes_at_once(tmp_path, cache_dir):
    write(tmp_path)
    processes = [start(tmp_path) for _ in range(4)]
    assert {outcome(p) for p in processes} <= {"made", "found"}
    assert outcome(start(tmp_path)) == "found"


@pytest.mark.parametrize("place", ["", "/proc/nowhere", "model.py"])
def test_without_a_directory_everything_works(place, tmp_path):
    write(tmp_path)
    assert [outcome(start(tmp_path, TANGENTLITE_CACHE_DIR=place)) for _ in range(2)] == ["made", "made"]


# In this process

class Plain:
    weight = 2.0


plain = Plain()


def with_object(x):
    return plain.weight * x


def with_method(x):
    return plain.apply(x)


def with_function(g, x):
    return g(x) * x


def cube(x):
    return x * x * x


def new_text(function, args, monkeypatch, mode: str = "reverse") -> bool:
    """Is the derivative made anew by a process that has nothing in memory?"""
    made = []
    derive = pipeline.derive
    programs.clear()
    monkeypatch.setattr(pipeline, "derive", lambda *a: made.append(1) or derive(*a))
    Specializer(function, mode, None, "_grad").version(args)
    monkeypatch.setattr(pipeline, "derive", derive)
    return bool(made)


@pytest.mark.parametrize("mode", ["reverse", "value", "split", "forward"])
def test_modes_do_not_mix(mode, cache_dir, monkeypatch):
    assert new_text(cube, (2.0,), monkeypatch, mode)
    assert not new_text(cube, (2.0,), monkeypatch, mode)
    for other in {"reverse", "value", "split", "forward"} - {mode}:
        assert new_text(cube, (2.0,), monkeypatch, other)


def test_an_attribute_of_an_object_is_known_by_its_kind(cache_dir, monkeypatch):
    assert new_text(with_object, (2.0,), monkeypatch)
    assert not new_text(with_object, (2.0,), monkeypatch)
    monkeypatch.setattr(plain, "weight", np.ones(()), raising=False)
    assert new_text(with_object, (2.0,), monkeypatch)


def test_a_function_given_as_an_argument_is_not_stored(cache_dir, monkeypatch):
    assert new_text(with_function, (cube, 2.0), monkeypatch)
    assert new_text(with_function, (cube, 2.0), monkeypatch)
    assert not list(cache_dir.glob("entry_*"))


def test_rules_of_the_user_keep_texts_out(cache_dir, monkeypatch):
    assert new_text(cube, (2.0,), monkeypatch)
    before = dict(rules.RULES)
    try:
        elementwise(np.spacing, lambda y, x: 0.0 * x)
        constant(with_method)
        assert new_text(cube, (2.0,), monkeypatch)
    finally:
        rules.RULES.clear()
        rules.RULES.update({**rules.BUILT_IN, **before})
    assert not new_text(cube, (2.0,), monkeypatch)


def test_another_version_of_this_package(cache_dir, monkeypatch):
    assert new_text(cube, (2.0,), monkeypatch)
    monkeypatch.setattr(stored, "package_digest", lambda: "other")
    assert new_text(cube, (2.0,), monkeypatch)


def test_a_package_edited_while_it_runs_stores_nothing(cache_dir, monkeypatch):
    monkeypatch.setattr(stored, "IMPORTED", 0.0)
    stored.package_digest.cache_clear()
    try:
        assert new_text(cube, (2.0,), monkeypatch)
        assert not list(cache_dir.glob("entry_*"))
    finally:
        stored.package_digest.cache_clear()


def test_what_is_found_is_the_same(cache_dir, monkeypatch):
    def version():
        programs.clear()
        return Specializer(cube, "split", None, "_vjp").version((2.0,))

    first, second = version(), version()
    assert first.source == second.source
    assert (first.outs, first.seeded, first.wrt, first.single) == (second.outs, second.seeded, second.wrt, second.single)
    for f, g in zip(first.functions, second.functions):
        assert f.__code__.co_filename == g.__code__.co_filename
        assert f.__code__ == g.__code__
    assert second.guard.holds()
    monkeypatch.setattr(cube, "__code__", with_object.__code__)
    assert not second.guard.holds()


def test_a_damaged_entry_is_made_again(cache_dir, monkeypatch):
    assert new_text(cube, (2.0,), monkeypatch)
    (entry,) = cache_dir.glob("entry_*")
    entry.write_text(entry.read_text().replace("x_bar", "x_baz"))
    assert new_text(cube, (2.0,), monkeypatch)
