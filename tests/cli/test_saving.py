"""`-o FILE`: a module that runs with NumPy alone and gives the numbers of the live derivative."""
from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest

import tangentlite

MODULE = """\
import math
import numpy as np
import settings
from settings import damped

SCALE = 2.0
LAYERS = [0.5, 0.25]
MATRIX = np.arange(6.0).reshape(2, 3)


def straight(x: float, y: float):
    return (x + y) * math.sin(x)

def loop(x, n):
    r = 1.0
    while n > 0:
        r = r * x + settings.RATE
        n -= settings.one()
    return r

def callee(x):
    return damped(x) * SCALE + sum(LAYERS)

def branches(xs):
    s = 0.0
    for x in xs:
        if x < 0.0:
            continue
        s += callee(x) * x
    return s

def arrays(x, w):
    h = np.tanh(np.dot(MATRIX, x) + w)
    return np.sum(h * h) / len(LAYERS)

def anything(x, y):
    return np.sum(np.exp(x) / y)

def recursive(x, n):
    if n == 0:
        return x
    return math.sin(recursive(x, n - 1)) * x

def make(k):
    def closed(x: float):
        return k * x * x
    return closed

closed = make(1.5)
"""
SETTINGS = """\
import numpy as np
RATE = 0.1
def damped(x, by=0.5):
    return np.exp(-by * x) + rate()
def rate():
    return RATE
def one():
    return 1
"""

CASES = [
    ("straight", None, (0.5, 2.0)), ("straight", "1.0, 1.0", (0.5, 2.0)), ("loop", "3.0, n=2", (1.5, 4)),
    ("callee", "1.0", (0.75,)), ("branches", "np.ones(3)", (np.array([0.5, -1.0, 2.0]),)),
    ("arrays", "np.ones(3), np.ones(2)", (np.array([0.1, 0.2, 0.3]), np.array([-0.1, 0.1]))),
    ("anything", None, (np.array([[1.0], [2.0]]), np.array([3.0, 4.0, 5.0]))), ("anything", None, (1.0, 2.0)),
    ("recursive", "1.0, 2", (0.7, 3)), ("closed", "1.0", (2.0,)),
]


@pytest.fixture
def module(here):
    (here / "m.py").write_text(MODULE)
    (here / "settings.py").write_text(SETTINGS)
    return here


def run_alone(file, call: str) -> str:
    """What an interpreter prints that sees nothing but its packages and the file."""
    code = (f"import runpy, sys, numpy as np\nnp.set_printoptions(17)\n"
            f"f = runpy.run_path({str(file)!r})\nprint(repr({call}))\n"
            "assert not [m for m in sys.modules if m.split('.')[0] in ('tangentlite', 'm', 'settings', 'scipy')]")
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("name", "at", "args"), CASES)
@pytest.mark.parametrize("option", [(), ("--value",), ("--mode", "forward")])
def test_a_saved_derivative_gives_the_same_numbers(cli, module, tmp_path, name, at, args, option) -> None:
    done = cli("grad", f"m.py:{name}", *(["--at", at] if at else []), *option, "-o", "saved.py")
    suffix = {(): "_grad", ("--value",): "_value_and_grad", ("--mode", "forward"): "_jvp"}[option]
    assert done == (0, "", f"wrote saved.py: {name}{suffix} (needs numpy)\n")
    f = getattr(sys.modules["_tangentlite_target_m"], name)
    wrt = tuple(k for k, a in enumerate(args) if not isinstance(a, int))
    if "forward" in option:
        tangents = [np.ones_like(a) if isinstance(a, np.ndarray) else float(k in wrt) for k, a in enumerate(args)]
        expected = tangentlite.jvp(f, args, tangents)
        call = (*args, *(tangents[k] for k in wrt))
    else:
        transform = tangentlite.value_and_grad if option else tangentlite.grad
        expected = transform(f, wrt if len(wrt) > 1 else wrt[0])(*args)
        call = args
    given = ", ".join(f"np.{a!r}" if isinstance(a, np.ndarray) else repr(a) for a in call)
    found = eval(run_alone(tmp_path / "saved.py", f"f[{name + suffix!r}]({given})"), {"array": np.array, "np": np})
    for a, b in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


def leaves(tree):
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, (tuple, list)) else [tree]


def test_the_file_says_what_it_is(cli, module) -> None:
    assert cli("grad", "m.py:straight", "--wrt", "x", "--at", "1.0, 2.0", "-o", "-").out.startswith('''\
"""Gradient of `straight` (m.py:11) with respect to x, reverse mode.

Made for arguments like 1.0, 2.0.
"""
from __future__ import annotations

import math


def straight_grad(x, y, ''')


def test_stdout_gets_the_module_without_colours(cli, module) -> None:
    done = cli("grad", "m.py:loop", "--at", "1.0, 2", "-o", "-", "--color", "always")
    cli("grad", "m.py:loop", "--at", "1.0, 2", "-o", "file.py")
    assert done.err == ""
    assert done.out == (module / "file.py").read_text()


def test_an_existing_file_is_replaced_whole(cli, module) -> None:
    (module / "old.py").write_text("x" * 100_000)
    os.chmod(module / "old.py", 0o640)
    os.symlink("old.py", module / "link.py")
    assert cli("grad", "m.py:straight", "-o", "link.py").code == 0
    assert (module / "link.py").is_symlink()
    assert (module / "old.py").read_text().startswith('"""Gradient')
    assert (module / "old.py").stat().st_mode & 0o777 == 0o640
    assert not [n for n in os.listdir(module) if n.startswith(".")]


def test_a_new_file_has_ordinary_permissions(cli, module) -> None:
    cli("grad", "m.py:straight", "-o", "new.py")
    (module / "plain").touch()
    assert (module / "new.py").stat().st_mode == (module / "plain").stat().st_mode


def test_a_failure_leaves_the_old_file_and_nothing_else(cli, module, monkeypatch) -> None:
    (module / "old.py").write_text("precious = True\n")
    before = sorted(os.listdir(module))

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", fail)
    assert cli("grad", "m.py:straight", "-o", "old.py").err == (
        "tangentlite grad: cannot write 'old.py': Input/output error\n")
    assert (module / "old.py").read_text() == "precious = True\n"
    assert sorted(set(os.listdir(module)) - {"__pycache__"}) == before


@pytest.mark.parametrize("file", ["m.py", "./m.py", "link.py", "settings.py"])
def test_sources_are_never_overwritten(cli, module, file) -> None:
    os.symlink("m.py", module / "link.py")
    done = cli("grad", "m.py:straight", "-o", file)
    assert done == (2, "", f"tangentlite grad: -o {file!r} is a source file that was just imported; "
                           "write the derivative elsewhere\n")
    assert (module / "m.py").read_text() == MODULE
    assert (module / "settings.py").read_text() == SETTINGS


def test_what_is_no_file_is_written_to(cli, module) -> None:
    assert cli("grad", "m.py:straight", "-o", os.devnull).code == 0
    assert not os.path.isfile(os.devnull)


def test_packages_that_the_file_needs_are_named(cli, module) -> None:
    pytest.importorskip("scipy.special")
    (module / "s.py").write_text("import numpy as np\nfrom scipy.special import erf\n"
                                 "def f(x: float): return erf(2.0) * np.sin(x)\n")
    assert cli("grad", "s.py:f", "-o", "saved.py").err == "wrote saved.py: f_grad (needs numpy, scipy)\n"


def test_what_cannot_be_saved_is_refused(cli, module) -> None:
    (module / "big.py").write_text("import numpy as np\nBIG = np.ones(2000)\ndef f(x): return np.sum(BIG * x)\n")
    assert cli("grad", "big.py:f", "--at", "np.ones(2000)", "-o", "saved.py") == (
        1, "", "UnsupportedError: 'BIG' is a ndarray that a file of its own can neither contain nor import. "
               "Make it an argument\n")
    assert not (module / "saved.py").exists()


def test_no_number_is_rounded(cli, module) -> None:
    (module / "c.py").write_text("import math\nc = math.pi / 3\ndef f(x: float): return c * x\n")
    cli("grad", "c.py:f", "-o", "saved.py")
    assert eval(run_alone(module / "saved.py", "f['f_grad'](1.0)")) == math.pi / 3
