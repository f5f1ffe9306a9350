"""`tangentlite cost`: the table of `tl.cost`, and errors."""
from __future__ import annotations

import pytest

TABLE = """\
Operations of `f`

                    add  multiply  divide  call  access  time
function              2         1       1     0      11    16
value and gradient    4         4       2     0      25    37
  line 3              4         4       2     0      25    37  100 %  return (x + y) * x / (y - 1.0)

Value and gradient take 2.31 times the function; Baur and Strassen's bound is 5 times.
"""


@pytest.fixture
def module(here):
    (here / "t.py").write_text("def f(x, y):\n    print('running')\n    return (x + y) * x / (y - 1.0)\n")


def test_the_table(cli, module) -> None:
    done = cli("cost", "t.py:f", "--at", "2.0, y=3.0")
    assert (done.code, done.out) == (0, TABLE)
    assert done.err.startswith("running\n")


def test_with_respect_to_one_argument(cli, module) -> None:
    done = cli("cost", "t.py:f", "--at", "2.0, 3.0", "--wrt", "x")
    assert "value and gradient    3 " in done.out


@pytest.mark.parametrize(("argv", "code", "message"), [
    (("--at", "2, 3"), 2, "no floating-point argument"),
    (("--at", "2.0"), 2, "does not fit f(x, y)"),
    (("--at", "2.0, 3.0", "--wrt", "z"), 2, "f() has no such argument"),
    (("--at", "2.0, 1.0"), 1, "ZeroDivisionError"),
    ((), 2, "--at"),
])
def test_errors(cli, module, argv, code, message) -> None:
    done = cli("cost", "t.py:f", *argv)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
