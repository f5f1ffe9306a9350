"""`tangentlite grad`: what it prints, for every option."""
from __future__ import annotations

import pickle
import re
import sys

import numpy as np
import pytest

import tangentlite

POWER = """\
def power(x, n):
    # by repeated multiplication
    r = 1.0
    while n > 0:
        r = r * x
        n -= 1
    return r


def product(x: float, y: float) -> float:
    return x * y


class Models:
    class Inner:
        @staticmethod
        def square(x: float):
            return x * x

    def loss(x: float):
        return 3.0 * x


def many(*xs):
    return xs[0] * xs[1]


def repeated(x, n):
    r = 1.0
    for _ in range(n):
        r = r * x
    return r


def arguments():
    return 3.0, 4


START = 2.0
"""



@pytest.fixture
def power(here):
    (here / "power.py").write_text(POWER)


def value(text: str, name: str, *args):
    scope = {"np": np}
    exec(text, scope)
    return scope[name](*args)


@pytest.mark.parametrize("target", ["power.py:power", "power.py::power", "power:power", "./power.py:power"])
def test_targets(cli, power, target) -> None:
    done = cli("grad", target, "--at", "3.0, 4")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("def power_grad(x, n, ")
    assert value(done.out, "power_grad", 3.0, 4) == 4 * 3.0**3


@pytest.mark.parametrize(("target", "name", "slope"), [
    ("power.py:Models.Inner.square", "square_grad", 4.0), ("power.py::Models::loss", "loss_grad", 3.0)])
def test_functions_in_classes(cli, power, target, name, slope) -> None:
    assert value(cli("grad", target).out, name, 2.0) == slope


def test_a_module_in_a_package(cli, here) -> None:
    (here / "pkg").mkdir()
    (here / "pkg/__init__.py").touch()
    (here / "pkg/inner.py").write_text("from . import other\ndef f(x: float): return other.K * x * x\n")
    (here / "pkg/other.py").write_text("K = 1\n")
    assert "def f_grad(x" in cli("grad", "pkg.inner:f").out


def test_the_text_is_that_of_the_api(cli, power, here) -> None:
    done = cli("grad", "power.py:power", "--at", "START, n=4", "--wrt", "x", "--value")
    live = sys.modules["_tangentlite_target_power"].power
    assert done.out == tangentlite.source(live, 2.0, 4, wrt="x", value=True)
    assert value(done.out, "power_value_and_grad", 2.0, 4) == (16.0, 32.0)


@pytest.mark.parametrize(("options", "given"), [
    (["--checkpoint", "segments"], {"checkpoint": "segments"}),
    (["--checkpoint", "segments", "--slots", "2"], {"checkpoint": "segments", "slots": 2}),
    (["--checkpoint", "revolve", "--slots", "3"], {"checkpoint": "revolve", "slots": 3})])
def test_checkpoints(cli, power, here, options, given) -> None:
    done = cli("grad", "power.py:repeated", "--at", "2.0, 4", "--wrt", "x", *options)
    live = tangentlite.grad(sys.modules["_tangentlite_target_power"].repeated, **given)
    assert live(2.0, 9) == 9 * 2.0**8
    assert done == (0, live.source, "")
    assert "states.append" in done.out
    assert "states" not in cli("grad", "power.py:repeated", "--at", "2.0, 4").out
    assert cli("grad", "power.py:repeated", "--at", "2.0, 4", "-o", "saved.py", *options).code == 0
    assert value((here / "saved.py").read_text(), "repeated_grad", 2.0, 9) == 9 * 2.0**8


@pytest.mark.parametrize(("options", "complaint"), [
    (["--slots", "3"], "--checkpoint segments or"), (["--checkpoint", "revolve"], "write --slots 30"),
    (["--checkpoint", "segments", "--mode", "forward"], "does not go together with --mode forward")])
def test_checkpoints_that_make_no_sense(cli, power, options, complaint) -> None:
    done = cli("grad", "power.py:repeated", "--at", "2.0, 4", *options)
    assert (done.code, done.out) == (2, "")
    assert complaint in done.err


@pytest.mark.parametrize("slots", ["0", "-1", "many", "٣"])
def test_slots_are_counted(cli, power, slots) -> None:
    assert cli("grad", "power.py:repeated", "--checkpoint", "revolve", "--slots", slots).code == 2


def test_forward_mode(cli, power) -> None:
    done = cli("grad", "power.py:product", "--mode", "forward", "--wrt", "y")
    assert value(done.out, "product_jvp", 2.0, 3.0, 1.0) == (6.0, 2.0)


def test_wrt_takes_several_names_in_the_order_given(cli, power) -> None:
    both = cli("grad", "power.py:product", "--wrt", "y, x").out
    assert value(both, "product_grad", 2.0, 3.0) == (2.0, 3.0)
    assert cli("grad", "power.py:product", "--wrt", "y", "--wrt", "x").out == both


@pytest.mark.parametrize("at", [
    "3.0, 4", "3.0, n=4", "n=4, x=math.sqrt(9)", "*arguments()", "**{'x': 3.0}, n=4", "3.0, 4,", "START, 4 # as usual"])
def test_example_arguments_as_in_a_call(cli, power, at) -> None:
    assert cli("grad", "power.py:power", "--at", at).out == cli("grad", "power.py:power", "--at", "2.0, 1").out


def test_example_arguments_for_any_number_of_parameters(cli, power) -> None:
    assert value(cli("grad", "power.py:many", "--at", "2.0, 3.0").out, "many_grad", 2.0, 3.0) == (3.0, 2.0)


def test_show_primal_is_verbatim(cli, power) -> None:
    assert cli("grad", "power.py:power", "--show", "primal").out == POWER[:POWER.index("\n\n\ndef product") + 1]
    assert cli("grad", "power.py:Models.Inner.square", "--show", "primal").out == (
        "@staticmethod\ndef square(x: float):\n    return x * x\n")


def test_show_trace_runs(cli, power) -> None:
    done = cli("grad", "power.py:power", "--at", "3.0, 4", "--show", "trace")
    assert value(done.out, "power", 3.0, 4) == 81.0


def test_show_all_is_python_under_headings(cli, power) -> None:
    done = cli("grad", "power.py:product", "--show", "all")
    assert re.findall(r"^# -- (.*?) -+$", done.out, re.M) == [
        "primal, power.py:10", "evaluation trace", "derivative, reverse mode"]
    assert value(done.out, "product_grad", 2.0, 3.0) == (3.0, 2.0)


def test_what_the_module_prints_stays_out_of_the_text(cli, here) -> None:
    (here / "loud.py").write_text("print('importing')\ndef f(x: float): return 2.0 * x\n"
                                  "def a():\n    print('at')\n    return 1.0\n")
    done = cli("grad", "loud.py:f", "--at", "a()")
    assert done.err == "importing\nat\n"
    assert done.out.startswith("def f_grad")


def test_a_file_is_imported_like_a_script_with_its_neighbours(cli, here) -> None:
    (here / "lib").mkdir()
    (here / "lib/neighbour.py").write_text("def twice(x):\n    return 2.0 * x\n")
    (here / "lib/main.py").write_text("from neighbour import twice\ndef f(x: float): return twice(x)\n"
                                      "if __name__ == '__main__': raise SystemExit\n")
    assert cli("grad", "lib/main.py:f").code == 0
    assert not (here / "lib/__pycache__/main.pyc").exists()


def test_the_functions_of_a_file_can_be_pickled(cli, here) -> None:
    (here / "p.py").write_text("import pickle\ndef f(x: float): return x\ncopy = pickle.loads(pickle.dumps(f))\n")
    assert cli("grad", "p.py:copy").code == 0
    f = sys.modules["_tangentlite_target_p"].f
    assert pickle.loads(pickle.dumps(f)) is f


def test_a_lambda_and_a_derivative_as_targets(cli, here) -> None:
    (here / "l.py").write_text("import tangentlite as tl\nsquare = lambda x: x * x\n"
                               "def cube(x: float): return x ** 3\nd = tl.grad(cube)\n")
    assert cli("grad", "l.py:square", "--show", "primal").out == "square = lambda x: x * x\n"
    assert cli("grad", "l.py:d", "--show", "primal").out == "def cube(x: float): return x ** 3\n"
    text = cli("grad", "l.py:d", "--at", "2.0").out
    assert value(text, re.findall(r"def (\w+)", text)[0], 2.0) == pytest.approx(12.0)


def test_stdout_without_the_characters_gets_escapes(shell, here) -> None:
    (here / "g.py").write_text("def f(α: float): return α * α\n", encoding="utf-8")
    done = shell("grad", "g.py:f", "--show", "primal", PYTHONIOENCODING="ascii")
    assert done == (0, "def f(\\u03b1: float): return \\u03b1 * \\u03b1\n", "")
    assert "|" in shell("grad", "g.py:f", "--show", "side-by-side", PYTHONIOENCODING="ascii").out
