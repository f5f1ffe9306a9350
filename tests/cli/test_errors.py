"""Every expected error, whole: 1 for the user's code, located; 2 for the command line, in one line with advice."""
from __future__ import annotations

import sys

import pytest

MODULE = """\
import numpy as np

RATE = 0.5

def loss(weights, rate: float = 0.5):
    return np.sum(weights * rate)

def pair(x):
    return x, x

def reads(x):
    return open(x) + 1.0

def managed(x):
    with x as y:
        return y

def power(x, n):
    return x ** n

def many(*xs):
    return xs[0]

class Model:
    def forward(self, x):
        return x
"""


@pytest.fixture
def module(here):
    (here / "model.py").write_text(MODULE)
    (here / "syntax.py").write_text("def f(x):\n    return x +\n")
    (here / "raises.py").write_text("def g(x):\n    return 1 / x\n\ng(0)\n")
    (here / "imports.py").write_text("import no_such_module_at_all\n")
    (here / "leaves.py").write_text("import sys\nsys.exit(0)\n")
    (here / "empty.py").write_text("x = 1\n")
    return here


WRONG = [
    ("model.py:los", "model.py has no 'los'; did you mean `loss`?"),
    ("model.py:nothing", "model.py has no 'nothing'; it defines loss, pair, reads, managed, power, many, Model"),
    ("model.py:Model.forwards", "model.py.Model has no 'forwards'; did you mean `forward`?"),
    ("model.py:Model", "'Model' in model.py is a class, not a function; write model.py:Model.forward"),
    ("model.py:RATE", "'RATE' in model.py is a float, not a function; it defines loss, pair, reads, managed, power, "
                      "many, Model"),
    ("modle.py:loss", "there is no file 'modle.py'; did you mean `model.py`?"),
    ("no/where.py:loss", "there is no directory 'no'"),
    ("./:loss", "'./' is a directory; name a file in it, as in ./file.py:func"),
    ("model.py", "'model.py' names no function; write model.py:loss, model.py:pair, model.py:reads, model.py:managed, "
                 "model.py:power, model.py:many"),
    ("empty.py:", "'empty.py:' names no function; the file defines none"),
    ("model", "'model' names no function; write file.py:func or package.module:func"),
    ("model.py:loss()", "'loss()' is no name of a function; write model.py:func or model.py:Class.method"),
    ("modell:loss", "there is no module 'modell'; did you mean `model`?"),
    ("qqqq.zzzz:loss", "there is no module 'qqqq'; a file is written as file.py:func"),
    ("model.py:__import__('os')", "\"__import__('os')\" is no name of a function; write model.py:func or "
                                  "model.py:Class.method"),
    ("a b:loss", "'a b' is neither a file nor the name of a module; write file.py:func or package.module:func"),
    (("model.py:loss", "--wrt", "weigths"),
     "--wrt weigths: loss() has no such argument, it has weights, rate; did you mean `weights`?"),
    (("model.py:loss", "--at", "np.ones(3"), "--at 'np.ones(3' is not a list of arguments: '(' was never closed; "
                                             "write them as in a call, --at '3.0, np.ones(3), k=2'"),
    (("model.py:loss", "--at", "1.0) + (2.0"), "--at '1.0) + (2.0' is not a list of arguments: unmatched ')'; "
                                               "write them as in a call, --at '3.0, np.ones(3), k=2'"),
    (("model.py:loss", "--at", "np.ones(n)"), "--at 'np.ones(n)': name 'n' is not defined; it sees the names of the "
                                              "target module, np and math"),
    (("model.py:loss", "--at", "RAET"), "--at 'RAET': name 'RAET' is not defined; did you mean `RATE`?"),
    (("model.py:loss", "--at", "1 / 0"), "--at '1 / 0': ZeroDivisionError: division by zero"),
    (("model.py:loss", "--at", "1.0, 2.0, 3.0"),
     "--at does not fit loss(weights, rate: float = 0.5): too many positional arguments"),
    (("model.py:power", "--at", "1.0"), "--at does not fit power(x, n): missing a required argument: 'n'"),
    (("model.py:power", "--at", "2, 3"),
     "no argument of power() in --at is a floating-point number or array, so there is nothing to differentiate with "
     "respect to; write 3.0 for 3"),
    (("model.py:power", "--at", "2.0, 3", "--wrt", "n"),
     "cannot differentiate power() with respect to `n`: it is a number of type int. Give floating-point numbers or "
     "arrays with --at, or leave it out of --wrt"),
    (("model.py:loss", "--wrt", "rate,weights", "--wrt", "rate"), "--wrt rate is given twice"),
    (("model.py:power", "--at", "x=2.0, m=3"), "--at does not fit power(x, n): missing a required argument: 'n'"),
    ("model.py:many", "many(*xs) takes any number of arguments; say how many with --at, as in --at '1.0, 2.0'"),
    (("model.py:loss", "-o", "model.py"),
     "-o 'model.py' is a source file that was just imported; write the derivative elsewhere"),
    (("model.py:loss", "-o", "no/where.py"), "cannot write 'no/where.py': No such file or directory"),
    (("model.py:loss", "-o", "."), "cannot write '.': Is a directory"),
    (("model.py:loss", "-o", "g.py", "--show", "all"),
     "-o writes the derivative, so it does not go together with --show all"),
]


@pytest.mark.parametrize(("argv", "message"), WRONG, ids=[str(a) for a, _ in WRONG])
def test_wrong_usage_is_one_line_on_stderr(cli, module, argv, message) -> None:
    argv = (argv,) if isinstance(argv, str) else argv
    assert cli("grad", *argv) == (2, "", f"tangentlite grad: {message}\n")


LOCATED = [
    ("model.py:pair", 9, "    return x, x", "    ^^^^^^^^^^^",
     "OutputTypeError: the gradient is defined for functions with one real output, but `pair` returns a tuple of 2 "
     "values. Use --mode forward"),
    ("model.py:reads", 12, "    return open(x) + 1.0", "           ^^^^^^^",
     "NoRuleError: `open` has no derivative rule. Declare one with `tangentlite.rules.elementwise(open, partials)`, "
     "where `partials(y, x)` gives dy/dx, or write it in Python and NumPy"),
    ("model.py:managed", 15, "    with x as y:", "    ^^^^^^^^^^^^",
     "UnsupportedError: this context manager may swallow exceptions, as far as can be told. Make it in the `with` statement, of a "
     "class whose `__exit__` returns nothing"),
]


@pytest.mark.parametrize(("target", "line", "text", "carets", "message"), LOCATED)
def test_an_error_in_the_function_is_shown_with_its_line(cli, module, target, line, text, carets, message) -> None:
    indent = len(text) - len(text.lstrip())
    assert cli("grad", target, "--at", "2.0") == (1, "", (
        f'  File "{module}/model.py", line {line}\n    {text[indent:]}\n    {carets[indent:]}\n{message}\n'))


TRACED = [
    (("model.py:pair", "--at", "1.0", "--mode", "reverse"), 1,
     '  File ".../model.py", line 9\n    return x, x\n    ^^^^^^^^^^^\nOutputTypeError: the gradient is defined for functions '
     "with one real output, but `pair` returns a tuple of 2 values. Use --mode forward\n"),
    (("model.py:power", "--at", "2, 3", "--mode", "reverse"), 2,
     "tangentlite trace: power() has no floating-point argument to differentiate with respect to. "
     "Give floating-point numbers or arrays with --at\n"),
    (("model.py:pwer", "--at", "2.0"), 2, "tangentlite trace: model.py has no 'pwer'; did you mean `power`?\n"),
    (("model.py", "--at", "2.0"), 2, "tangentlite trace: 'model.py' names no function; write model.py:loss, model.py:pair, "
                                     "model.py:reads, model.py:managed, model.py:power, model.py:many\n"),
    (("model.py:power", "--at", "2.0"), 2, "tangentlite trace: --at does not fit power(x, n): missing a required argument: 'n'\n"),
    (("syntax.py:f", "--at", "2.0"), 1, '  File ".../syntax.py", line 2\n    return x +\n              ^\nSyntaxError: invalid syntax\n'),
    (("model.py:managed", "--at", "2.0"), 1, '  File ".../model.py", line 15\n    with x as y:\n    ^^^^^^^^^^^^\n'
     "UnsupportedError: this context manager may swallow exceptions, as far as can be told. Make it in the `with` statement, of a "
     "class whose `__exit__` returns nothing\n"),
]


@pytest.mark.parametrize(("argv", "code", "err"), TRACED, ids=[" ".join(a) for a, *_ in TRACED])
def test_errors_of_trace(cli, module, argv, code, err) -> None:
    done = cli("trace", *argv)
    assert (done.code, done.out, done.err.replace(str(module), "...")) == (code, "", err)


def test_a_syntax_error_is_shown_as_python_shows_it(cli, module) -> None:
    assert cli("grad", "syntax.py:f") == (1, "", (
        f'  File "{module}/syntax.py", line 2\n    return x +\n              ^\nSyntaxError: invalid syntax\n'))


def unmarked(done):
    """Without the lines of carets, which differ between versions of Python."""
    return done._replace(err="".join(line for line in done.err.splitlines(True) if line.strip(" ~^\n")))


def test_an_error_of_the_import_has_the_users_frames_only(cli, module) -> None:
    assert unmarked(cli("grad", "raises.py:g")) == (1, "", (
        f'Traceback (most recent call last):\n  File "{module}/raises.py", line 4, in <module>\n    g(0)\n'
        f'  File "{module}/raises.py", line 2, in g\n    return 1 / x\nZeroDivisionError: division by zero\n'))


@pytest.mark.parametrize("target", ["imports.py:g", "imports:g"])
def test_a_module_that_the_users_module_misses(cli, module, target) -> None:
    assert cli("grad", target) == (1, "", (
        f'Traceback (most recent call last):\n  File "{module}/imports.py", line 1, in <module>\n'
        "    import no_such_module_at_all\nModuleNotFoundError: No module named 'no_such_module_at_all'\n"))


def test_a_script_without_a_guard(cli, module) -> None:
    assert unmarked(cli("grad", "leaves.py:f")) == (1, "", (
        f'Traceback (most recent call last):\n  File "{module}/leaves.py", line 2, in <module>\n    sys.exit(0)\n'
        f'SystemExit: 0\n{module}/leaves.py left Python while it was imported; put what runs a script under '
        '`if __name__ == "__main__":`\n'))


def test_a_function_without_source(cli, module) -> None:
    assert cli("grad", "math:sin") == (
        1, "", "NoSourceError: the built-in function `sin` has no Python source. Pass a function that calls it\n")


def test_a_defect_of_ours_keeps_its_traceback_and_says_so(cli, module, monkeypatch) -> None:
    from tangentlite import pipeline

    monkeypatch.setattr(pipeline, "text", lambda made: [][0])
    with pytest.raises(IndexError) as caught:
        cli("grad", "model.py:power")
    assert caught.value.__notes__ == [
        "This is a defect of tangentlite: please report it, with the function and this traceback."]


def test_an_interrupt(cli, module) -> None:
    (module / "slow.py").write_text("raise KeyboardInterrupt\n")
    assert cli("grad", "slow.py:f") == (130, "", "")


@pytest.mark.parametrize("argv", [
    [], ["grad"], ["grad", "m.py:f", "--mode", "backward"], ["grad", "m.py:f", "--wrt", "a b"],
    ["integrate", "m.py:f"], ["grad", "m.py:f", "--show", "nothing"]])
def test_argparse_complaints(cli, argv) -> None:
    done = cli(*argv)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: tangentlite ")


def test_a_reader_that_goes_away(shell, module) -> None:
    (module / "long.py").write_text("def f(x: float):\n" + "    x = x * x\n" * 4000 + "    return x\n")
    done = shell("grad", "long.py:f", "--show", "primal", pipe="| head -1")
    assert (done.out, done.err) == ("def f(x: float):\n", "")
    assert done.code in (0, 141)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
def test_a_full_disk(shell, module) -> None:
    done = shell("grad", "model.py:power", pipe="> /dev/full")
    assert done == (1, "", "tangentlite: cannot write the output: No space left on device\n")
