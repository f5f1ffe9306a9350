"""`--show side-by-side`: what stands beside what, and how it fits the terminal."""
from __future__ import annotations

import re

import pytest

MODULE = '''\
import numpy as np


def power(x, n):
    """By repeated multiplication."""
    r = 1.0
    while n > 0:
        # once more
        r = r * x
        n -= 1
    return r


def wave(x):
    return np.sin(x) * inner(x)


def inner(x):
    return np.exp(np.sin(np.cos(x * 3.0))) * np.exp(np.cos(np.sin(x * 5.0))) + np.exp(np.sin(np.cos(x * 7.0)))
'''

POWER = """\
── m.py:4 ────────────────────────────────┼── power_grad ───────────────────
 4  def power(x, n):                      │ def power_grad(x, n, r_bar=1.0):
 5      \"""By repeated multiplication.\""" │
                                          │     tape = []
 6      r = 1.0                           │     r = 1.0
 7      while n > 0:                      │     while n > 0:
                                          │         tape.append(r)
 8          # once more                   │
 9          r = r * x                     │         r = r * x
10          n -= 1                        │         n -= 1
11      return r                          │
──────────────────────────────────────────┼── reverse sweep ────────────────
 7      while n > 0:                      │     x_bar = 0.0
                                          │     for r in reversed(tape):
 9          r = r * x                     │         x_bar += r_bar * r
                                          │         r_bar = r_bar * x
                                          │     return x_bar
"""


@pytest.fixture
def module(here):
    (here / "m.py").write_text(MODULE)


def picture(cli, monkeypatch, target: str, at: str, columns: int, *options: str) -> str:
    monkeypatch.setenv("COLUMNS", str(columns))
    return cli("grad", target, "--at", at, "--show", "side-by-side", *options).out


def test_the_picture(cli, module, monkeypatch) -> None:
    assert picture(cli, monkeypatch, "m.py:power", "3.0, 4", 100) == POWER


def test_forward_mode_is_one_sweep(cli, module, monkeypatch) -> None:
    text = picture(cli, monkeypatch, "m.py:power", "3.0, 4", 100, "--mode", "forward")
    assert "sweep" not in text
    assert re.search(r"^11      return r +│     return r, r_dot$", text, re.M)


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_lines_fit_and_nothing_is_lost(cli, module, monkeypatch, columns) -> None:
    text = picture(cli, monkeypatch, "m.py:wave", "1.0", columns)
    assert max(map(len, text.splitlines())) <= columns
    rows = [line.partition("│") for line in text.splitlines() if "│" in line]
    adjoint = cli("grad", "m.py:wave", "--at", "1.0").out
    code = [line for line in adjoint.splitlines() if not line.lstrip().startswith(("#", "\"\"\""))]  # the titles say where it is from
    assert "".join("".join(right.split()) for _, _, right in rows) == "".join("".join(line.split()) for line in code)
    for name in ("wave", "inner"):
        assert f"def {name}(x):" in text


def test_a_narrow_terminal_is_not_obeyed(cli, module, monkeypatch) -> None:
    assert picture(cli, monkeypatch, "m.py:wave", "1.0", 10) == picture(cli, monkeypatch, "m.py:wave", "1.0", 40)


def test_colours_change_no_character(cli, module, monkeypatch) -> None:
    for columns in (60, 120):
        plain = picture(cli, monkeypatch, "m.py:wave", "1.0", columns)
        painted = picture(cli, monkeypatch, "m.py:wave", "1.0", columns, "--color", "always")
        assert re.sub(r"\x1b\[\d*m", "", painted) == plain
        assert painted.count("\x1b[0m") == len(re.findall(r"\x1b\[[1-9]\d*m", painted))
        assert "\x1b[36mx_bar\x1b[0m" in painted


@pytest.mark.parametrize("source", [
    "def f(x: float): return x * x\n",
    "f = lambda x: x * x\n",
    "def f(\n        x: float,\n) -> float:\n\n    return x * x\n",
    "def wide(g):\n    return g\n@wide\ndef f(x: float):\n\treturn x * x  # tab\n",
    "def f(宽: float):\n    return 宽 * 宽\n",
    "def f(x: float):\n    s = '''a\n  b'''\n    return x * len(s)\n",
    "def f(x: float, y: float):\n    return 1.0\n",
])
def test_functions_of_every_shape(cli, here, monkeypatch, source) -> None:
    (here / "s.py").write_text(source, encoding="utf-8")
    text = picture(cli, monkeypatch, "s.py:f", "2.0, 3.0" if "y: float" in source else "2.0", 100)
    left = [re.sub(r"^ *\d* *", "", line.partition("│")[0]).strip() for line in text.splitlines() if "│" in line]
    for line in source[source.index("@wide") if "@wide" in source else 0:].splitlines():
        assert line.strip().expandtabs(4) in left
    bars = [len(line.partition("│")[0]) + sum(line.count(c) for c in "宽" if c in line.partition("│")[0])
            for line in text.splitlines() if "│" in line]
    assert len(set(bars)) == 1 or "宽" in source
