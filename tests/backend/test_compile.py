"""Loaded functions read the primal's live names, and every tool can show their text."""
from __future__ import annotations

import ast
import gc
import inspect
import io
import linecache
import math
import os
import pdb
import sys
import threading
import traceback

import numpy as np
import pytest

from tangentlite.backend import compile as backend
from tangentlite.backend.compile import LINE_MAPS, Unit, annotate, load
from tangentlite.backend.text import Text, render
from tangentlite.ir.trace import Loc

scale = 2.0


def primal(x):
    return scale * x


def loaded(source: str, home=None, name: str = "f_grad", lines=None, **bindings):
    trees = ast.parse(source).body
    text = render(trees)
    return load([Unit(tree, home, bindings) for tree in trees], Text(text.source, lines or text.lines), name)


def test_globals_are_read_live_and_never_written(monkeypatch) -> None:
    before = set(globals())
    f = loaded("def f_grad(x, y_bar=1.0):\n    return scale * np.sin(x) * y_bar", primal, np=np)["f_grad"]
    assert f(0.5) == 2.0 * np.sin(0.5)
    monkeypatch.setitem(globals(), "scale", 3.0)
    assert f(0.5) == 3.0 * np.sin(0.5)
    assert f.__globals__ is globals()
    assert set(globals()) == before


def test_closure_cells_are_shared() -> None:
    def make():
        a, b = 2.0, 5.0

        def f(x):
            return a * x + b

        def assign(value):
            nonlocal a
            a = value
        return f, assign
    f, assign = make()
    g = loaded("def f_grad(x):\n    return [a for _ in x]", f)["f_grad"]
    assert g("x") == [2.0]
    assign(7.0)
    assert g("xy") == [7.0, 7.0]
    assert g.__closure__ == (f.__closure__[0],)


def test_an_empty_cell_stays_empty_until_it_is_filled() -> None:
    def f(x):
        return later * x
    g = loaded("def f_grad(x):\n    return later", f)["f_grad"]
    with pytest.raises(NameError, match="later"):
        g(1)
    later = 3
    assert g(1) == 3


def test_functions_see_each_other_and_bindings_win() -> None:
    out = loaded("def f_forward(n):\n    return 1 if n <= 0 else scale * f_backward(n)\n\n"
                 "def f_backward(n):\n    return f_forward(n - 1)\n", primal, scale=10)
    assert out["f_forward"](3) == 1000
    assert "f_forward" not in globals()


def test_functions_of_different_homes_read_different_globals() -> None:
    space: dict = {}
    exec("scale = 5\ndef other(x):\n    return scale", space)
    trees = ast.parse("def f(x):\n    return scale, g(x)\ndef g(x):\n    return scale").body
    out = load([Unit(trees[0], primal, {}), Unit(trees[1], space["other"], {})], render(trees), "f")
    assert out["f"](0) == (2.0, 5)


def test_a_function_without_home() -> None:
    f = loaded("def f_grad(x):\n    return abs(math.floor(x))", math=math)["f_grad"]
    assert f(-2.5) == 3
    with pytest.raises(NameError):
        loaded("def f_grad(x):\n    return scale")["f_grad"](0)


def test_identity_and_signature() -> None:
    f = loaded("def f_grad(x, /, y=-1.0, *, k=(1, 'a'), m):\n    'Doc.'\n    return x, y, k, m", primal)["f_grad"]
    assert (f.__name__, f.__qualname__, f.__module__, f.__doc__) == ("f_grad", "f_grad", __name__, "Doc.")
    assert f.__code__.co_qualname == "f_grad"
    assert str(inspect.signature(f)) == "(x, /, y=-1.0, *, k=(1, 'a'), m)"
    assert f(0, m=3) == (0, -1.0, (1, "a"), 3)
    assert not hasattr(f, "__wrapped__")


def test_nothing_of_the_text_runs_when_it_is_loaded() -> None:
    with pytest.raises(ValueError, match="malformed"):
        loaded("def f_grad(x=print('no')):\n    return x")


@pytest.mark.parametrize("usable", [True, False])
def test_the_text_is_shown_even_when_the_file_is_gone(monkeypatch, cache_dir, usable) -> None:
    if not usable:
        monkeypatch.setenv("TANGENTLITE_CACHE_DIR", "")
    source = "def f_grad(x):\n    return 1 / x\n"
    f = loaded(source)["f_grad"]
    filename = f.__code__.co_filename
    assert os.path.exists(filename) == usable
    assert filename.startswith(str(cache_dir) if usable else "<tangentlite f_grad ")
    if usable:
        os.unlink(filename)
    linecache.checkcache()
    assert inspect.getsource(f) == source
    with pytest.raises(ZeroDivisionError) as caught:
        f(0)
    assert "return 1 / x" in "".join(traceback.format_exception(caught.value))


def test_the_same_text_has_the_same_file_and_other_text_another() -> None:
    names = [loaded(f"def f_grad(x):\n    return {v}")["f_grad"].__code__.co_filename for v in (1, 1, 2)]
    assert names[0] == names[1] != names[2]
    assert os.path.basename(names[0]).startswith("f_grad_")


@pytest.mark.parametrize("name", ["../../etc/x", "a\nb", "", "f<lambda>", "1", "é"])
def test_a_name_cannot_leave_the_cache_directory(cache_dir, name) -> None:
    f = loaded("def f_grad(x):\n    return x", name=name)["f_grad"]
    assert os.path.dirname(f.__code__.co_filename) == str(cache_dir)
    assert os.path.basename(f.__code__.co_filename).removesuffix(".py").isidentifier()


def test_what_belongs_to_a_collected_function_is_dropped() -> None:
    source = "def f_grad(x):\n    return f_grad\n\n\ndef g(x):\n    return f_grad\n"
    first, second = loaded(source), loaded(source)
    filename = first["g"].__code__.co_filename
    del first
    gc.collect()
    assert filename in LINE_MAPS
    assert filename in linecache.cache
    del second
    gc.collect()
    assert filename not in LINE_MAPS
    assert filename not in linecache.cache
    assert filename not in backend._alive


def test_an_exception_is_noted_with_the_line_of_the_primal() -> None:
    loc = Loc("model.py", 12, text="    y = 1 / x\n", sweep="reverse")
    f = loaded("def f_grad(x):\n    y = x\n    return g(x)\n\ndef g(x):\n    y = x\n    return helper(y)\n",
               lines={3: Loc("model.py", 3, text="outer"), 8: loc}, helper=lambda y: 1 / y)["f_grad"]
    with pytest.raises(ZeroDivisionError) as caught:
        f(0)
    annotate(caught.value)
    annotate(caught.value)
    assert caught.value.__notes__ == ["primal: model.py:12: y = 1 / x (reverse sweep)"]
    plain = ValueError()
    annotate(plain)
    assert not hasattr(plain, "__notes__")


def test_the_debugger_stops_in_generated_code() -> None:
    f = loaded("def f_grad(x):\n    x_bar = 2 * x\n    x_bar = x_bar + 1\n    return x_bar\n")["f_grad"]
    commands = f"break {f.__code__.co_filename}:3\ncontinue\np x_bar\nlist\nnext\np x_bar\ncontinue\n"
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO(commands), stdout=out, nosigint=True, readrc=False)
    tracing = sys.gettrace()
    try:
        assert debugger.runcall(f, 21.0) == 43.0
    finally:
        sys.settrace(tracing)
        debugger.clear_all_breaks()
    shown = out.getvalue()
    assert "Breakpoint 1 at" in shown
    assert "  3 B->\t    x_bar = x_bar + 1" in shown
    assert "(Pdb) 42.0\n" in shown
    assert "(Pdb) 43.0\n" in shown


def test_loading_in_many_threads() -> None:
    results: list = []

    def work(k: int) -> None:
        for _ in range(10):
            results.append(loaded(f"def f_grad(x):\n    return x * {k % 3}")["f_grad"](2) == 2 * (k % 3))
    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == [True] * 80
