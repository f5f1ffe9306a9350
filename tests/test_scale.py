"""Long and deep programs: no recursion over their length, and time in proportion to it."""
from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import pytest

import tangentlite as tl
from tangentlite import pipeline
from tangentlite.ir import kinds as K

STEP = 1e-6


def straight_line(n: int) -> str:
    lines = [f"    a = math.sin(a) * y + {k % 7}.0" if k % 3 else f"    y = math.sin(y - a * 0.{k % 9 + 1})" for k in range(n)]
    return "\n".join(["    a = x", *lines, "    return math.sin(a)"])


def long_sum(n: int) -> str:
    return "    return " + " + ".join("x * y" if k % 2 else "math.sin(x)" for k in range(n))


def nested_ifs(n: int) -> str:
    lines = [" " * (k + 4) + f"if x > {k}.0 - 100.0:" for k in range(n)]
    return "\n".join(["    r = x", *lines, " " * (n + 4) + "r = x * y", "    return r"])


def elif_chain(n: int) -> str:
    arms = [f"    elif x < {k}.0:\n        r = x * {k}.0" for k in range(1, n)]
    return "\n".join(["    if x < 0.0:\n        r = y", *arms, "    else:\n        r = y * x", "    return r"])


def nested_calls(n: int) -> str:
    return "    return " + "helper(" * n + "x" + ", y)" * n


def nested_loops(n: int) -> str:
    lines = [" " * (k + 4) + f"for i{k} in range(2):" for k in range(n)]
    return "\n".join(["    s = 0.0", *lines, " " * (n + 4) + "s = s + x * y", "    return s"])


SUM = 700 if sys.version_info[:2] == (3, 12) else 1500  # the depth that Python 3.12 compiles cannot be raised

PROGRAMS: dict[str, tuple[Callable[[int], str], int]] = {
    "straight line": (straight_line, 600), "sum": (long_sum, SUM), "ifs": (nested_ifs, 50), "elifs": (elif_chain, 60),
    "calls": (nested_calls, 80), "loops": (nested_loops, 8),
}


def program(body: str, folder: Path) -> FunctionType:
    """A function of x and y in a file of its own."""
    text = f"import math\n\n\ndef helper(x, y):\n    return math.sin(x) + y\n\n\ndef program(x, y):\n{body}\n"
    path = folder / "program.py"
    path.write_text(text)
    scope: dict[str, object] = {"__name__": "program"}
    exec(compile(text, path, "exec"), scope)
    made = scope["program"]
    assert isinstance(made, FunctionType)
    return made


@pytest.mark.parametrize("name", PROGRAMS)
def test_long_and_deep_programs(name: str, tmp_path: Path) -> None:
    make, n = PROGRAMS[name]
    f = program(make(n), tmp_path)
    want = (f(0.5 + STEP, 0.3) - f(0.5 - STEP, 0.3)) / (2 * STEP)
    assert math.isclose(tl.grad(f)(0.5, 0.3), want, rel_tol=1e-5, abs_tol=1e-5)
    assert math.isclose(tl.jvp(f, (0.5, 0.3), (1.0, 0.0))[1], want, rel_tol=1e-5, abs_tol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_time_grows_with_the_length(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGENTLITE_CACHE_DIR", "")
    seconds = {}
    for n in (1000, 4000):
        (tmp_path / str(n)).mkdir()
        times = []
        for _ in range(3):
            f = program(straight_line(n), tmp_path / str(n))
            start = time.perf_counter()
            tl.source(f, 0.5, 0.3, mode=mode)
            times.append(time.perf_counter() - start)
        seconds[n] = min(times)
    assert seconds[4000] <= 5 * seconds[1000]


@pytest.mark.slow
@pytest.mark.parametrize("n", [200, 400])
def test_long_elif_chains(n: int, tmp_path: Path) -> None:
    f = program(elif_chain(n), tmp_path)
    assert tl.grad(f)(n - 1.5, 2.0) == n - 1.0
    assert tl.grad(f)(n + 1.5, 2.0) == 2.0


def test_values_that_are_used_several_times_are_looked_at_once(tmp_path: Path) -> None:
    """What is computed of them again and again would be counted 3 ** 60 times otherwise."""
    lines = [f"        x{k + 1} = x{k} * x{k} + x{k}" for k in range(60)]
    body = "\n".join(["    s = 0.0", "    for i in range(3):", "        x0 = x[i] * y", *lines, "        s += x60 * x60", "    return s"])
    kinds = {"x": K.Array("float64", (("n", "x", 0),)), "y": K.FLOAT}
    lowered, root = pipeline.lower(program(body, tmp_path), kinds)
    for compiled in (True, False):
        assert "x60_bar" in str(pipeline.text(pipeline.derive(lowered, root, "reverse", [0], compiled=compiled)).source)
