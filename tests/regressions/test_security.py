"""What a derivative trusts and what it does not: the rows of the table of threats, each with what keeps it from happening here.

The parts are tested where they live (`tests/backend/test_cache.py`, `tests/backend/test_text.py`, `tests/cli/test_errors.py`); here
is the whole: a user's function, a cache directory, a command line.
"""
from __future__ import annotations

import ast
import json
import linecache
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

import tangentlite as tl
from tangentlite.dispatch import Specializer
from tests.written import module

PACKAGE = Path(tl.__file__).parent


def text_of(f, *args):
    return Specializer(f, "reverse", 0, "_grad").version(args).source


def square(x):
    return x * x


# -- the cache ---------------------------------------------------------------------------------------------------------------

@pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")
def test_a_directory_made_by_somebody_else_beforehand_is_neither_read_nor_written(cache_dir):
    cache_dir.mkdir(mode=0o777)
    os.chmod(cache_dir, 0o777)
    (cache_dir / "entry_00.txt").write_text("planted")
    with pytest.warns(RuntimeWarning, match="does not use the cache directory"):
        Specializer(square, "reverse", 0, "_grad").version((2.0,))
    assert os.listdir(cache_dir) == ["entry_00.txt"]


def test_nothing_is_written_outside_the_private_directory(cache_dir, tmp_path, monkeypatch):
    before = set(os.listdir(tempfile.gettempdir()))
    monkeypatch.chdir(tmp_path)
    Specializer(square, "reverse", 0, "_grad").version((2.0,))
    assert os.listdir(tmp_path) == ["cache"]
    assert all(stat.S_IMODE(os.stat(cache_dir / name).st_mode) == 0o600 for name in os.listdir(cache_dir))
    made = set(os.listdir(tempfile.gettempdir())) - before
    assert not [name for name in made if "square" in name or name.endswith(".part")]


def test_no_pickle_and_nothing_like_it_is_ever_read():
    reading = re.compile(r"import.*\b(pickle|dill|joblib|shelve)\b|marshal\.loads?|np\.load\b|allow_pickle")
    assert not [path for path in PACKAGE.rglob("*.py") if reading.search(path.read_text())]


def test_an_entry_is_worth_nothing_over_its_checksum(cache_dir):
    first = text_of(square, 3.0)
    (entry,) = cache_dir.glob("entry_*")
    content = entry.read_text()
    assert "x_bar" in content or "return" in content
    entry.write_text(content.replace("def square_grad", "import os\ndef square_grad"))
    assert text_of(square, 3.0) == first
    entry.write_text(content[:-5])  # torn
    assert text_of(square, 3.0) == first
    header, _, body = content.partition("\n")
    fields = json.loads(header.removeprefix("# tangentlite "))
    entry.write_text(f"# tangentlite {json.dumps({**fields, 'sha256': '0' * 64})}\n{body}")
    assert text_of(square, 3.0) == first


def test_the_name_of_a_function_cannot_choose_a_file(cache_dir, tmp_path):
    def f(x):
        return x * x

    f.__name__ = f.__qualname__ = "../../evil\n/etc/passwd"
    assert tl.grad(f)(3.0) == 6.0
    assert os.listdir(tmp_path) == ["cache"]
    assert all(re.fullmatch(r"\w+\.(py|txt)", name) for name in os.listdir(cache_dir))


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_link_at_the_entry_is_replaced_not_followed(cache_dir, tmp_path):
    text_of(square, 3.0)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for path in list(cache_dir.iterdir()):
        path.unlink()
        path.symlink_to(victim)
    text_of(square, 3.0)
    assert victim.read_text() == "precious"
    assert not any(path.is_symlink() for path in cache_dir.iterdir())


def test_old_times_do_not_make_an_entry_fresh(tmp_path):
    """The content of a file decides, not when it was changed."""
    first = module(tmp_path, "def f(x):\n    return x * 2.0\n")
    path = Path(first.__file__)
    times = path.stat()
    assert tl.grad(first.f)(3.0) == 2.0
    path.write_text(path.read_text().replace("2.0", "7.0"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    changed: dict = {}
    exec(compile(path.read_text(), str(path), "exec"), changed)
    with pytest.raises(tl.errors.StaleSourceError):  # what `linecache` keeps is not what runs
        tl.grad(changed["f"])(3.0)
    linecache.clearcache()
    assert tl.grad(changed["f"])(3.0) == 7.0


# -- injection ---------------------------------------------------------------------------------------------------------------

ENDS = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_text_of_the_user_cannot_leave_its_comment_string_or_docstring(tmp_path, end):
    evil = f"{end}import os; os.abort()"
    made = module(tmp_path, f'''
def f(x):
    """Doc {evil} \\"\\"\\" {evil}"""
    s = "a {evil} # "  # remark {evil}
    y = x * len(s)  # {evil}
    return y * x  # " {evil}
''', f"injected{ord(end)}")
    slope = tl.grad(made.f)
    assert slope(1.0) == 2.0 * len(f"a {evil} # ")
    for text in (slope.source, tl.source(made.f, 1.0, value=True)):
        code = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call))]
        assert not [node for node in code if "os" in ast.unparse(node).split(".")]
        assert not [line for line in text.splitlines() if line.strip().startswith(("import os", "os."))]


class Malicious:
    def __repr__(self):
        return "__import__('os').abort()"

    __str__ = __format__ = __repr__


OBJECT, LONG = Malicious(), np.arange(5000.0)


def with_objects(x, o=OBJECT):
    y = x * 2.0 if isinstance(o, Malicious) else x
    return np.sum(y * LONG)


def test_values_are_handed_over_as_objects_never_as_their_repr():
    slope = tl.grad(with_objects)
    assert slope(1.0) == 2.0 * LONG.sum()  # not a shortened array
    assert "abort" not in slope.source
    assert "..." not in slope.source


# -- running the user's code again -------------------------------------------------------------------------------------------

def test_decorators_defaults_annotations_and_module_bodies_do_not_run_again(tmp_path):
    made = module(tmp_path, '''
ran = []

def note(what):
    ran.append(what)
    return what

def decorated(f):
    note("decorator")
    return f

note("module")

@decorated
def f(x: note("annotation"), k=note("default"), *, scale: "note('string')" = note("keyword")) -> note("return"):
    def inner(z: note("inner annotation") = 1.0):
        return z * x
    return inner(x)
''')
    before = list(made.ran)
    assert tl.grad(made.f)(3.0) == 6.0
    assert made.ran[len(before):] in (["inner annotation"], []), "what the function itself runs, at most"
    tl.source(made.f, 1.0)
    tl.jvp(made.f, (1.0,), (1.0,))
    assert set(made.ran[len(before):]) <= {"inner annotation"}


# -- bombs -------------------------------------------------------------------------------------------------------------------

def quick(make, seconds=5.0):
    start = time.perf_counter()
    result = make()
    assert time.perf_counter() - start < seconds
    return result


def long_loop(x):
    for _ in range(10 ** 9):
        x = x * 1.5
    return x


def test_flattening_is_on_request_and_bounded():
    assert "for" in quick(lambda: tl.source(long_loop, 1.0))
    with pytest.raises(tl.errors.TransformError):
        quick(lambda: tl.source(long_loop, 1.0, unroll=True))


def large_constant(x, n):
    if n > 5:
        return x * (9 ** 9 ** 9)
    return x * 3.0


def test_expressions_of_the_user_are_not_computed_beforehand():
    assert quick(lambda: tl.grad(large_constant)(2.0, 1)) == 3.0


def test_helpers_that_call_helpers_twice_do_not_double(tmp_path):
    text = "def f0(x):\n    return np.sin(x) * x\n"
    for k in range(1, 19):
        text += f"def f{k}(x):\n    return f{k - 1}(x) + 0.5 * f{k - 1}(0.5 * x)\n"
    made = module(tmp_path, text, "doubling")
    source = quick(lambda: tl.source(made.f18, 1.0), 20.0)
    assert len(source.splitlines()) < 1000


def test_early_returns_do_not_multiply_paths(tmp_path):
    text = "def f(x):\n" + "".join(f"    if x > {40 - k}:\n        return x * {k}.5\n    x = np.sin(x) + x\n" for k in range(30))
    made = module(tmp_path, text + "    return x\n", "returns")
    source = quick(lambda: tl.source(made.f, 1.0), 20.0)
    assert len(source.splitlines()) < 1500


def test_deep_expressions_end_in_a_result_or_a_located_error(tmp_path):
    made = module(tmp_path, "def f(x):\n    return " + "np.sin(" * 85 + "x" + ")" * 85 + "\n"
                  "def g(x):\n    return " + " + ".join(["x"] * 700) + "\n", "deep")
    assert np.isfinite(tl.grad(made.f)(1.0))
    assert tl.grad(made.g)(1.0) == 700.0


# -- the command line --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("target", ["{file}:__import__('os').abort()", "{file}:f(1)", "{file}:f;g", "{file}:f\nimport os",
                                    "os.system('x'):f", "{file}:[f for f in ()]"])
def test_a_target_is_names_and_is_not_evaluated(tmp_path, target):
    file = tmp_path / "spec.py"
    file.write_text("def f(x):\n    return x * x\n")
    command = [sys.executable, "-m", "tangentlite", "grad", target.format(file=file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


# -- what the ancestor did ---------------------------------------------------------------------------------------------------

def push(x, y):
    return x * y


def of_a_push(x):
    s = 1.0
    for k in range(3):
        s = push(s, x) * np.sin(s)
    return s


def test_names_of_the_user_neither_replace_helpers_nor_are_replaced():
    names, helper = set(globals()), push
    exact = (of_a_push(1.3 + 1e-6) - of_a_push(1.3 - 1e-6)) / 2e-6
    assert tl.grad(of_a_push)(1.3) == pytest.approx(exact, rel=1e-6)
    assert (set(globals()), push) == (names, helper)


def failing(x):
    y = x * 2.0
    return np.linalg.inv(np.zeros((2, 2)))[0, 0] * y


def test_errors_name_the_file_and_its_line():
    with pytest.raises(np.linalg.LinAlgError) as caught:
        tl.grad(failing)(1.0)
    line = failing.__code__.co_firstlineno + 2
    assert any(f"{__file__}:{line}" in note for note in caught.value.__notes__)


def test_hostile_source_takes_no_longer_to_read(tmp_path):
    """No pattern that backtracks is let loose on the user's text."""
    remark, text = " " * 50000 + "(" * 50000, "a" * 50000 + 2 * chr(92)
    made = module(tmp_path, f"def f(x):\n    y = x  # {remark}\n    s = '{text}'\n    return y * len(s)\n")
    assert quick(lambda: tl.grad(made.f)(1.0)) == 50001.0
