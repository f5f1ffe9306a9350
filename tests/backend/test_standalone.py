"""A saved derivative runs with NumPy and nothing else, and gives the same numbers."""
from __future__ import annotations

import ast
import functools
import importlib
import math
import re
import subprocess
import sys
import types
from typing import Any

import numpy as np
import pytest

from tangentlite import runtime
from tangentlite.backend.compile import Unit, load
from tangentlite.backend.standalone import literal, standalone
from tangentlite.backend.text import render
from tangentlite.errors import UnsupportedError

RATE, SHAPE, LABEL, NOTHING, LIMIT = 0.1, (2, (3,)), "a\n\"'", None, math.inf
TABLE = np.array([[0.1, np.nan], [-0.0, -np.inf]], dtype=np.float32)
SINGLE = np.float32(0.1)
BIG = np.zeros(1001)
ITEMS = [1.0]
CYCLE: list[Any] = []
CYCLE.append(CYCLE)


def helper(x: Any, k: float = 2.0, *, floor=math.floor, name: str = "a") -> Any:
    """Calls another."""
    # kept
    return second(x) * k + floor(RATE)


def second(x, depth=2):
    return x if depth == 0 else second(x, depth - 1) + RATE


def marked(f):
    f.mark = True
    return f


@marked
def decorated(x):
    return x + 1


def doubling(f):
    @functools.wraps(f)
    def doubled(x):
        return 2 * f(x)
    return doubled


@doubling
def wrapped(x):
    return x + 1


twice = doubling(decorated)


def counting(x):
    global RATE
    RATE += 1
    return x


def bad_default(x, items=ITEMS[0]):
    return x


another_name = helper


def home(x):
    return x


def saved(source: str, function=home, **bindings) -> str:
    trees = ast.parse(source).body
    return standalone([Unit(t, function, bindings) for t in trees], render(trees), "Derivative of f.")


def run(source: str, tmp_path, call: str) -> str:
    """What a fresh interpreter without tangentlite prints for `call`."""
    path = tmp_path / "saved.py"
    path.write_text(f"{source}\n\nimport sys\nassert 'tangentlite' not in sys.modules\nprint(repr({call}))\n")
    result = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_constants_helpers_and_callees(tmp_path) -> None:
    source = ("def f_grad(x, y_bar=1.0):\n    a = helper(x) + decorated(x) + another_name(x, 3.0) + twice(x)\n"
              "    b = unbroadcast(np.ones((3, 2, 2)), TABLE), accumulate([x], [x]), zeros_like(np.float32(1))\n"
              "    return a, b, RATE, SHAPE, LABEL, NOTHING, LIMIT, TABLE, SINGLE, sin(x), la.norm([x]), abs(-x)\n")
    bindings = {"np": np, "la": np.linalg, "sin": math.sin, "unbroadcast": runtime.unbroadcast,
                "accumulate": runtime.accumulate, "zeros_like": runtime.zeros_like, "helper": helper}
    trees = ast.parse(source).body
    text = saved(source, **bindings)
    live = load([Unit(trees[0], home, bindings)], render(trees), "f_grad")["f_grad"]
    assert run(text, tmp_path, "f_grad(0.25)") == repr(live(0.25))
    assert text.startswith('"""Derivative of f."""\nfrom __future__ import annotations\n\nimport math\nimport numpy')
    assert "    # kept\n" in text
    assert "from typing import Any\n" in text
    assert "@marked" not in text
    assert "another_name = helper\n" in text
    assert text.endswith(render(trees).source)
    assert re.findall(r"^def (\w+)", text, re.M).count("cast_like") == 1
    assert text == saved(source, **bindings)


def test_closure_values_and_units_that_call_each_other(tmp_path) -> None:
    def make(a):
        def inner(x):
            return a * x

        def f(x):
            return inner(x)
        return f
    text = saved("def f_grad(x):\n    return g_grad(inner(x))\n\n\ndef g_grad(x):\n    return x + a\n",
                 make(7.0), a=0.5 * 14)
    assert run(text, tmp_path, "f_grad(2.0)") == "21.0"


def test_a_callee_that_was_generated_itself(tmp_path) -> None:
    tree = ast.parse("def g_grad(x):\n    return np.sin(x) * scale\n").body
    callee = load([Unit(tree[0], home, {"np": np, "scale": 2.0})], render(tree), "g_grad")["g_grad"]
    text = saved("def f_grad(x):\n    return g(x)\n", g=callee)
    assert run(text, tmp_path, "f_grad(0.5)") == repr(callee(0.5))


def test_only_what_is_needed_is_there() -> None:
    assert saved("def f_grad(x):\n    return abs(x)\n") == (
        '"""Derivative of f."""\nfrom __future__ import annotations\n\n\ndef f_grad(x):\n    return abs(x)\n')


@pytest.mark.parametrize(("body", "words"), [
    ("undefined_name(x)", "undefined_name"), ("counting(x)", "assigns the global"), ("bad_default(x)", "default"),
    ("x + __name__", "__name__"),
    ("wrapped(x)", "two different things"), ("f_grad(x) + __class__", "__class__"),
])
def test_what_cannot_be_written_is_refused(body, words) -> None:
    with pytest.raises(UnsupportedError, match=words):
        saved(f"def f_grad(x):\n    return {body}\n")


def of_module(source: str, name: str = "f"):
    module = types.ModuleType("__main__")
    exec(source, vars(module))
    return getattr(module, name)


@pytest.mark.parametrize("value", ["object()", "[object()]", "lambda x: x", "__import__('numpy').zeros(1001)",
                                   "__import__('tangentlite')",
                                   "__import__('tangentlite.errors').errors.ArgumentError"])
def test_values_of_a_script_that_cannot_be_written_are_refused(value) -> None:
    f = of_module(f"v = {value}\ndef f(x): return v")
    with pytest.raises(UnsupportedError, match="'v'"):
        saved("def f_grad(x):\n    return v\n", f)


def test_a_value_that_only_the_module_of_the_user_has_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="'BIG' is a ndarray that a file of its own can neither contain nor imp"):
        saved("def f_grad(x):\n    return BIG\n")


def user_module(name: str, source: str, directory, monkeypatch):
    (directory / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(directory)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


USERS = """\
import numpy as np

RATE = 0.5
WEIGHTS = {"a": [0.1, (2.0,)]}

class Config:
    depth = 3
    table = np.ones(2)

config = Config()

def h(x, n=2):
    return x * RATE + settings().scale

def settings():
    import types
    return types.SimpleNamespace(scale=4.0)

def unwritable(x, k=Config.depth):
    return x * k
"""


def test_what_is_read_of_a_module_of_the_user_comes_along(tmp_path, monkeypatch) -> None:
    users = user_module("users_module", USERS, tmp_path, monkeypatch)
    read = "users.RATE, users.h(x), users.WEIGHTS['a'], users.config.depth, users.Config.table.sum(), users.np.sin(x)"
    scope = of_module(f"import users_module as users\ndef f(x): return {read}")
    text = saved(f"def f_grad(x):\n    return g(x), {read}\n\n\ndef g(x):\n    return users.Config.depth\n", scope)
    assert ("\n\n\nusers = SimpleNamespace(Config=SimpleNamespace(depth=3, "
            "table=np.array([1.0, 1.0], dtype=\"float64\")), RATE=0.5, "
            "WEIGHTS={'a': [0.1, (2.0,)]}, config=SimpleNamespace(depth=3), h=h, np=np)\n") in text
    assert "users_module" not in text
    assert run(text, tmp_path / "..", "f_grad(0.5)") == repr((users.Config.depth, *scope(0.5)))


@pytest.mark.parametrize(("body", "words"), [
    ("isinstance(x, users.Config)", "'users.Config' is a type that a file of its own can neither contain nor import"),
    ("(users, users.RATE)", "'users' is a module that"),
    ("users.missing", "the name 'users.missing' has no value"),
])
def test_what_is_more_than_a_namespace_is_refused(body, words, tmp_path, monkeypatch) -> None:
    user_module("users_module", USERS, tmp_path, monkeypatch)
    with pytest.raises(UnsupportedError, match=words):
        saved(f"def f_grad(x):\n    return {body}\n", of_module("import users_module as users\ndef f(x): return users"))


def test_a_default_from_a_namespace_is_refused(tmp_path, monkeypatch) -> None:
    users = user_module("users_module", USERS, tmp_path, monkeypatch)
    with pytest.raises(UnsupportedError, match=r"the default `Config.depth` of 'unwritable'"):
        saved("def f_grad(x):\n    return unwritable(x)\n", users.settings, unwritable=users.unwritable)


def test_installed_packages_are_imported(tmp_path, monkeypatch) -> None:
    pytest.importorskip("scipy.special")
    users = user_module("users_module", f"import scipy.special\n{USERS}", tmp_path, monkeypatch)
    text = saved("def f_grad(x):\n    return scipy.special.erf(x)\n", users.h)
    assert "import scipy\nimport scipy.special\n" in text


def test_a_name_with_two_meanings_is_refused() -> None:
    trees = ast.parse("def f(x):\n    return c\ndef g(x):\n    return c").body
    one, other = of_module("c = 1\ndef f(x): return c"), of_module("c = 1.0\ndef f(x): return c")
    standalone([Unit(trees[0], one, {}), Unit(trees[1], one, {})], render(trees), "")
    with pytest.raises(UnsupportedError, match="'c' stands for two different things"):
        standalone([Unit(trees[0], one, {}), Unit(trees[1], other, {})], render(trees), "")


def test_a_global_that_hides_a_builtin_of_another_function_is_refused() -> None:
    shadowing = of_module("abs = 3\ndef f(x): return abs")
    trees = ast.parse("def f(x):\n    return abs\ndef g(x):\n    return abs(x)").body
    with pytest.raises(UnsupportedError, match="'abs'"):
        standalone([Unit(trees[0], shadowing, {}), Unit(trees[1], home, {})], render(trees), "")


def test_a_callee_with_the_name_of_a_generated_function_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="'second'"):
        saved("def f_grad(x):\n    return helper(x)\n\n\ndef second(x):\n    return x\n")


def test_a_callee_whose_source_was_changed_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "changing_module.py"
    path.write_text("def callee(x):\n    return 3 * x\n\ndef f(x):\n    return callee(x)\n")
    monkeypatch.syspath_prepend(tmp_path)
    import changing_module
    path.write_text("def callee(x):\n    return 4 * x\n\ndef f(x):\n    return callee(x)\n")
    with pytest.raises(UnsupportedError, match="not what runs"):
        saved("def f_grad(x):\n    return callee(x)\n", changing_module.f)


def test_changed_defaults_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(second, "__defaults__", (3,))
    with pytest.raises(UnsupportedError, match="default"):
        saved("def f_grad(x):\n    return second(x)\n")


@pytest.mark.parametrize("value", [
    0, -1, True, None, 0.1, -0.0, 1e300, math.inf, math.nan, complex(-0.0, math.nan), "a\u2028\ud800", (), (1,),
    (1, (2.0,)), [], [1, [2.0]], {}, {"a": [1], (2,): {}}, np.float32(0.1),
    np.bool_(True), np.int8(-3), np.complex64(1 - 2j), np.array(1.5),
    np.zeros((0, 3), np.int16), np.array([[1, -2], [3, 4]], np.int64), np.array([1 + 2j, complex(np.nan, -0.0)]),
    np.array([0.1, -np.inf], np.float16), np.array([True, False]),
])
def test_literals_are_exact(value) -> None:
    text = literal(value)
    again = eval(text, {"np": np})
    assert type(again) is type(value)
    assert repr(again) == repr(value)
    if isinstance(value, np.ndarray):
        assert (again.dtype, again.shape, again.tobytes()) == (value.dtype, value.shape, value.tobytes())


@pytest.mark.parametrize("value", [
    [object()], {1: object()}, object(), (1, {2}), [0] * 1001, CYCLE,
    np.zeros(1001), np.array([object()]), np.array(["a"]), np.zeros(2, ">f8"),
    np.ma.zeros(2), np.longdouble(1) if np.dtype(np.longdouble) != np.float64 else object(), np.str_("a"),
])
def test_nothing_else_is_a_literal(value) -> None:
    assert literal(value) is None
