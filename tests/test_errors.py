"""No source, no rule, and what the primal itself raises: every message whole, as Python prints it."""
from __future__ import annotations

import os
import pickle
import re
import time

import numpy as np
import pytest

import tangentlite as tl
from tests.written import message, module, printed


def error_of(call):
    with pytest.raises(tl.errors.TangentliteError) as caught:
        call()
    return caught.value


# Text that is not there, or not what runs

def test_a_text_that_was_not_kept(tmp_path):
    space: dict = {}
    exec("def f(x):\n    return x * x\n", space)
    error = error_of(lambda: tl.grad(space["f"])(1.0))
    assert printed(error, tmp_path) == (
        "tangentlite.errors.NoSourceError: the text of `f`, made in `<string>`, was not kept. "
        "Define it in a file or a notebook, or enter its text in `linecache.cache`\n")


@pytest.mark.parametrize("through", [lambda m: tl.grad(m.f)(2.0), lambda m: tl.grad(m.caller)(2.0)], ids=["itself", "its caller"])
def test_a_file_that_was_edited_after_its_import(tmp_path, through):
    made = module(tmp_path, "def f(x):\n    return x * x\n\ndef caller(x):\n    return f(x)\n")
    path = tmp_path / "written.py"
    path.write_text(path.read_text().replace("x * x", "x * x * x"))
    os.utime(path, (time.time() + 5,) * 2)
    assert printed(error_of(lambda: through(made)), tmp_path) == message(
        "«def f(x):»\n", "StaleSourceError: `f` does not run what its source says: the source has changed since, or the code was "
                         "generated or rewritten. Reload the module or restart Python")


def test_a_file_that_is_gone_or_no_longer_compiles(tmp_path):
    made = module(tmp_path, "def f(x):\n    return x * x\n")
    path = tmp_path / "written.py"
    path.write_text("import math\n\n\ndef f(x):\n    return x *\n")
    os.utime(path, (time.time() + 5,) * 2)
    assert printed(error_of(lambda: tl.grad(made.f)(2.0)), tmp_path) == message(
        "«def f(x):»\n", "StaleSourceError: `f` does not run what its source says: the source no longer compiles "
                         "(invalid syntax, line 5). Reload the module or restart Python")
    path.unlink()
    assert printed(error_of(lambda: tl.grad(made.f)(2.0)), tmp_path) == (
        "tangentlite.errors.NoSourceError: the file of `f` does not exist: .../written.py. Restore it\n")


# No rule: named as the user names it, and the line that helps

ELEMENTWISE = "`tangentlite.rules.elementwise({}, partials)`, where `partials(y, {})` gives {}"
CUSTOM = ("`tangentlite.rules.custom({}, forward, reverse)`, where `forward(y, dots, {xs})` gives the tangent of y and "
          "`reverse(y_bar, y, {xs})` the adjoint{s} of {xs}")
NO_RULE = [
    ("def f(x):\n    return «np.sort_complex(np.eye(2) * x)»[1][0]\n", "np.sort_complex",
     CUSTOM.format("np.sort_complex", xs="x", s="")),
    ("def f(x):\n    ordered = np.sort_complex\n    return «ordered(np.eye(2) * x)»[1][0]\n", "np.sort_complex",
     CUSTOM.format("np.sort_complex", xs="x", s="")),
    ("def g(x):\n    return «np.sort_complex(x)»[1][0]\n\ndef f(x):\n    return g(np.eye(2) * x)\n", "np.sort_complex",
     CUSTOM.format("np.sort_complex", xs="x", s="")),
    ("def f(x):\n    return (\n        «np.sort_complex(»\n            np.eye(2) * x))[1][0]\n", "np.sort_complex",
     CUSTOM.format("np.sort_complex", xs="x", s="")),
    ("def f(x):\n    return «np.arctan2.reduce(np.ones(2) * x)»\n", "np.arctan2.reduce",
     CUSTOM.format("np.arctan2.reduce", xs="x", s="")),
    ("import scipy.special\n\ndef f(x):\n    return «scipy.special.mathieu_a(x, 0.5)»\n", "scipy.special.mathieu_a",
     ELEMENTWISE.format("scipy.special.mathieu_a", "x1, x2", "(dy/dx1, dy/dx2)")),
    ("from scipy.special import zetac as zeta\n\ndef f(x):\n    return «zeta(x)»\n", "zeta", ELEMENTWISE.format("zeta", "x", "dy/dx")),
    ("def f(x):\n    return «(np.ones(2) * x).getfield(float)»[0]\n", ".getfield",
     CUSTOM.format("np.ndarray.getfield", xs="x1, x2", s="s")),
    ("def f(x):\n    return «x.nothing»\n", ".nothing", ""),
]


@pytest.mark.parametrize(("text", "name", "line"), NO_RULE)
@pytest.mark.parametrize("derivative", [lambda f: tl.grad(f)(2.0), lambda f: tl.jvp(f, (2.0,), (1.0,))], ids=["reverse", "forward"])
def test_a_function_without_a_rule(tmp_path, text, name, line, derivative):
    pytest.importorskip("scipy")
    error = error_of(lambda: derivative(module(tmp_path, text).f))
    advice = f"Declare one with {line}, or write it in Python and NumPy" if line else "Write it in Python and NumPy"
    assert printed(error, tmp_path) == message(text, f"NoRuleError: `{name}` has no derivative rule. {advice}")


@pytest.fixture
def rules():
    """What is declared here is forgotten afterwards."""
    before = dict(tl.rules.RULES)
    yield
    tl.rules.RULES.clear()
    tl.rules.RULES.update({**tl.rules.BUILT_IN, **before})


@pytest.mark.parametrize(("text", "given", "x", "slope"), [
    ("cube_root = np.frompyfunc(lambda x: x ** (1 / 3), 1, 1)\n\ndef f(x):\n    return cube_root(x)\n",
     {"partials": lambda y, x: y / (3.0 * x)}, 8.0, 1.0 / 12.0),
    ("import operator\n\nhalf = operator.methodcaller('__mul__', 0.5)\n\ndef f(x):\n    return half(x)\n",
     {"partials": lambda y, x: 0.5}, 3.0, 0.5),
    ("scaled = np.frompyfunc(lambda x, y: x * y, 2, 1)\n\ndef f(x):\n    return scaled(x, 5.0)\n",
     {"partials": lambda z, x, y: (y, x)}, 3.0, 5.0),
    ("def f(x):\n    return np.arctan2.reduce(np.ones(2) * x)\n",
     {"forward": lambda y, dots, x: np.sum(dots[0]), "reverse": lambda y_bar, y, x: y_bar * np.ones(2)}, 3.0, 2.0),
])
def test_the_line_of_the_advice_makes_the_derivative_work(tmp_path, rules, text, given, x, slope):
    import tangentlite

    made = module(tmp_path, text)
    derivative = tl.grad(made.f)
    error = error_of(lambda: derivative(x))
    line = re.search(r"Declare one with `([^`]+)`", error.advice).group(1)
    exec(line, {**vars(made), "tangentlite": tangentlite, **given})
    assert derivative(x) == pytest.approx(slope)
    assert tl.jvp(made.f, (x,), (1.0,))[1] == pytest.approx(slope)


# What the primal raises

RAISING = """\
def inner(x):
    return math.log(x)

def outer(x):
    y = 2.0 * x
    return inner(y) * y

def deep(x, n):
    return deep(x - 1.0, n - 1) if n else math.sqrt(x)

def steep(x):
    return math.sqrt(x)

def raises(x):
    if x < 0.0:
        raise ValueError("below zero")
    return x * x

def asserts(x):
    assert x > 0.0, "above zero"
    return x * x

def indexes(u, k):
    return u[k] * 2.0

def loops(x, n):
    for k in range(n):
        x = x / (n - k - 2)
    return x

class Stop(Exception):
    pass

def hook(x):
    raise Stop("from inside")

def calls(x):
    return x * hook(x)

def imports(x):
    import no_such_module
    return x * no_such_module.pi
"""
LOG, ROOT, DIVISION = "return math.log(x)", "return math.sqrt(x)", "x = x / (n - k - 2)"
DOMAIN, ZERO = "ValueError: math domain error", "ZeroDivisionError: float division by zero"
BOUNDS = "IndexError: index 5 is out of bounds for axis 0 with size 2"
BACK = " (reverse sweep)"
RAISED = [
    ("tl.value_and_grad(outer)(-1.0)", DOMAIN, LOG),
    ("tl.jvp(outer, (-1.0,), (1.0,))", DOMAIN, LOG),
    ("tl.vjp(outer, -1.0)", DOMAIN, LOG),
    ("tl.grad(outer)(-1.0)", DOMAIN, "return inner(y) * y" + BACK),
    ("tl.hessian(outer)(-1.0)", DOMAIN, LOG + BACK),
    ("tl.jacobian(outer, mode='forward')(-1.0)", DOMAIN, LOG),
    ("tl.trace(outer)(-1.0)", DOMAIN, LOG),
    ("tl.grad(deep)(1.0, 3)", DOMAIN, "return deep(x - 1.0, n - 1) if n else math.sqrt(x)"),
    ("tl.jvp(deep, (1.0, 3), (1.0, 0))", DOMAIN, "return deep(x - 1.0, n - 1) if n else math.sqrt(x)"),
    ("tl.grad(steep)(0.0)", ZERO, ROOT + BACK),
    ("tl.grad(tl.grad(steep))(0.0)", ZERO, ROOT + BACK),
    ("tl.vjp(steep, 0.0)[1](1.0)", ZERO, ROOT + BACK),
    ("tl.jvp(steep, (0.0,), (1.0,))", ZERO, ROOT),
    ("tl.trace(steep, mode='reverse')(0.0)", ZERO, ROOT + BACK),
    ("tl.trace(steep, mode='forward')(0.0)", ZERO, ROOT),
    ("tl.grad(raises)(-1.0)", "ValueError: below zero", 'raise ValueError("below zero")'),
    ("tl.grad(asserts)(-1.0)", "AssertionError: above zero", 'assert x > 0.0, "above zero"'),
    ("tl.grad(indexes)(two, 5)", BOUNDS, "return u[k] * 2.0" + BACK),
    ("tl.vjp(indexes, two, 5)", BOUNDS, "return u[k] * 2.0"),
    ("tl.jvp(indexes, (two, 5), (two, 0))", BOUNDS, "return u[k] * 2.0"),
    ("tl.grad(loops)(1.0, 3)", ZERO, DIVISION + BACK),
    ("tl.value_and_grad(loops)(1.0, 3)", ZERO, DIVISION),
    ("tl.grad(calls)(1.0)", "written.Stop: from inside", "return x * hook(x)"),
    ("tl.grad(imports)(1.0)", "ModuleNotFoundError: No module named 'no_such_module'", "import no_such_module"),
]


@pytest.mark.parametrize(("call", "what", "line"), RAISED)
def test_what_the_primal_raises_comes_with_its_line_once(tmp_path, call, what, line):
    made = module(tmp_path, RAISING)
    with pytest.raises(Exception) as caught:
        eval(call, {**vars(made), "tl": tl, "two": np.ones(2)})
    text = line.removesuffix(BACK)
    lines = (tmp_path / "written.py").read_text().split("\n")
    number = next(k for k, one in enumerate(lines, 1) if one.strip() == text)
    assert printed(caught.value, tmp_path) == f"{what}\nprimal: .../written.py:{number}: {line}\n"


def test_a_failing_call_leaves_the_next_one_alone(tmp_path):
    made = module(tmp_path, RAISING)
    derivative = tl.value_and_grad(made.outer)
    with pytest.raises(ValueError):
        derivative(-1.0)
    assert derivative(0.5)[0] == 0.0
    with pytest.raises(ValueError) as caught:
        derivative(-1.0)
    assert len(caught.value.__notes__) == 1


# The classes

@pytest.mark.parametrize(("error", "base"), [
    (tl.errors.ArgnumsError, ValueError), (tl.errors.InputTypeError, TypeError), (tl.errors.OutputTypeError, TypeError),
    (tl.errors.TargetError, ValueError), (tl.errors.UnsupportedError, tl.errors.TransformError),
    (tl.errors.NoRuleError, tl.errors.TransformError), (tl.errors.NoSourceError, tl.errors.TransformError)])
def test_classes(error, base):
    assert issubclass(error, base)
    assert issubclass(error, SyntaxError)
    assert issubclass(error, tl.errors.TangentliteError)


def test_an_error_survives_the_way_to_another_process(tmp_path):
    made = module(tmp_path, "def f(x):\n    return x, x\n")
    error = error_of(lambda: tl.grad(made.f)(1.0))
    error.add_note("in worker 3")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is tl.errors.OutputTypeError
    assert printed(again, tmp_path) == printed(error, tmp_path)
    assert str(again) == str(error)
