"""`tangentlite trace`: the executed trace, and the errors of the function itself."""
from __future__ import annotations

import pytest

import tangentlite


@pytest.fixture
def module(here):
    (here / "t.py").write_text("def f(x, y):\n    print('running')\n    return (x + y) * x / (y - 1.0)\n"
                               "def leave(x):\n    raise SystemExit\n")


@pytest.mark.parametrize("mode", [None, "forward", "reverse"])
def test_the_table_of_the_api(cli, module, mode) -> None:
    import sys
    done = cli("trace", "t.py:f", "--at", "2.0, y=3.0", *(["--mode", mode] if mode else []))
    f = sys.modules["_tangentlite_target_t"].f
    assert (done.code, done.out) == (0, str(tangentlite.trace(f, mode=mode)(2.0, 3.0)).rstrip("\n") + "\n")
    assert "running" not in done.out.partition("print")[0]


def test_an_error_of_the_function_is_shown_as_python_shows_it(cli, module, here) -> None:
    done = cli("trace", "t.py:f", "--at", "2.0, 1.0")
    assert (done.code, done.out) == (1, "")
    assert done.err.removeprefix("running\nrunning\n") == f'''\
Traceback (most recent call last):
  File "{here}/t.py", line 3, in f
    return (x + y) * x / (y - 1.0)
           ~~~~~~~~~~~~^~~~~~~~~~~
ZeroDivisionError: float division by zero
'''


def test_a_function_that_leaves_python(cli, module) -> None:
    done = cli("trace", "t.py:leave", "--at", "1.0")
    assert done.code == 1


def test_arguments_are_needed(cli, module) -> None:
    done = cli("trace", "t.py:f")
    assert done.code == 2
    assert done.err.endswith("tangentlite trace: error: the following arguments are required: --at\n")
