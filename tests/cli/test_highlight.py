"""Colours: when, which, and that they change nothing else."""
from __future__ import annotations

import io
import re
import sys

import pytest

from tangentlite.cli.highlight import highlighted, styled, wanted

SOURCE = '''\
def f_grad(x, y_bar=1.0):
    """Two
    lines."""
    # note
    x_bar, x_dot_1, bar = y_bar, "text", f"{x}"
    return x_bar
'''


def plain(text: str) -> str:
    return re.sub(r"\x1b\[\d*m", "", text)


def test_what_gets_which_style() -> None:
    found = {(line.text[k], line.styles[k], line.text) for line in styled(SOURCE) for k in range(len(line.text))}
    of = {re.sub(r"\W", "", t): s for line in styled(SOURCE) for t, s in words(line)}
    assert found
    assert of == {"def": "keyword", "f_grad": "name", "x": "", "y_bar": "adjoint", "10": "", "Two": "string",
                  "lines": "string", "note": "comment", "x_bar": "adjoint", "x_dot_1": "tangent", "bar": "",
                  "text": "string", "return": "keyword", **({"f": "string"} if "f" in of else {})}


def words(line):
    """The words of a line outside f-strings, with the style of their first letter."""
    for match in re.finditer(r"[\w.]*\w", line.text.partition(' f"')[0]):
        yield match[0], line.styles[match.start()]


@pytest.mark.parametrize("source", [
    SOURCE, "", "\n", "x", "def f(:\n  'unfinished", "    indented = 1\n", "f'{x!r:>{w}} {{}}'\n", "a = '''\n",
    "é = 'ü' # ß\n", "x\x0cy\n", "if x:\n        y\n    z\n", "\tx = 1 \\\n  + 2\n", "$ ? z₀ = x⁻¹\n", "\0",
])
def test_colours_change_no_character(source) -> None:
    assert plain(highlighted(source)) == source


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("color", "env", "tty", "expected"), [
    ("auto", {}, True, True), ("auto", {}, False, False), ("auto", {"NO_COLOR": "1"}, True, False),
    ("auto", {"FORCE_COLOR": "1"}, False, True), ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ("auto", {"NO_COLOR": ""}, True, True), ("auto", {"TERM": "dumb"}, True, False),
    ("always", {"NO_COLOR": "1"}, False, True), ("never", {"FORCE_COLOR": "1"}, True, False),
])
def test_when(monkeypatch, color, env, tty, expected) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, given in env.items():
        monkeypatch.setenv(name, given)
    monkeypatch.setattr(sys, "__stdout__", Terminal() if tty else io.StringIO())
    assert wanted(color) is expected


def test_the_text_of_a_command_is_coloured_on_demand(cli, here) -> None:
    (here / "m.py").write_text("def f(x: float):\n    return x * x\n")
    bare, painted = cli("grad", "m.py:f").out, cli("grad", "m.py:f", "--color", "always").out
    assert "\x1b" not in bare
    assert "\x1b[36mx_bar\x1b[0m" in painted
    assert plain(painted) == bare


@pytest.mark.parametrize(("mode", "code"), [("forward", "35"), ("reverse", "36")])
def test_the_last_column_of_a_trace_is_coloured(cli, here, mode, code) -> None:
    (here / "m.py").write_text("def f(x):\n    return x * x\n")
    command = ("trace", "m.py:f", "--at", "3.0", "--mode", mode)
    bare, painted = cli(*command).out, cli(*command, "--color", "always").out
    assert plain(painted) == bare
    assert f"\x1b[{code}m6.0\x1b[0m" in painted
